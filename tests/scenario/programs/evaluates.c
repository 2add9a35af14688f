/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that judges its own predictions: a table in memory, evaluated within a
 * run of the fluent API, which goes on afterwards. Prints the run's id, a metric and
 * the verdict of two thresholds.
 */
#include <math.h>
#include <millrace.h>
#include <stdlib.h>

static double truth[4] = {1, 2, 3, 4}, guess[4] = {1, 2, 3, 6};
static const void *truth_buffers[2] = {NULL, truth}, *guess_buffers[2] = {NULL, guess}, *no_buffers[1] = {NULL};

static void fail(const mr_error *err)
{
	fprintf(stderr, "%s\n", err->message);
	exit(1);
}

int main(void)
{
	struct ArrowSchema columns[2] = {{.format = "g", .name = "truth"}, {.format = "g", .name = "guess"}};
	struct ArrowSchema *column_list[2] = {&columns[0], &columns[1]};
	struct ArrowSchema schema = {.format = "+s", .n_children = 2, .children = column_list};
	struct ArrowArray arrays[2] = {{.length = 4, .n_buffers = 2, .buffers = truth_buffers},
				       {.length = 4, .n_buffers = 2, .buffers = guess_buffers}};
	struct ArrowArray *array_list[2] = {&arrays[0], &arrays[1]};
	struct ArrowArray table = {.length = 4, .n_buffers = 1, .buffers = no_buffers, .n_children = 2, .children = array_list};
	struct mr_evaluate_options options = {.size = sizeof options};
	struct mr_metric_threshold thresholds[2] = {{"max_error", false, 2, NAN, NAN}, {"r2_score", true, 0.5, NAN, NAN}};
	struct mr_metric_validation verdicts[2];
	mr_evaluation_result *result = NULL;
	double error = 0;
	mr_error err;

	mr_error_init(&err);
	options.schema = &schema;
	options.table = &table;
	options.targets = "truth";
	options.predictions = "guess";
	options.model_type = "regressor";
	options.dataset_name = "four";
	if (mr_start_run(NULL, &err) != MR_OK || mr_evaluate(&options, &result, &err) != MR_OK)
		fail(&err);
	if (!mr_evaluation_metric(result, "max_error", &error) || mr_evaluation_metric(result, "none", &error))
		return 2;
	mr_validate_evaluation(thresholds, 2, result, NULL, verdicts, &err);
	printf("%s %g %d %d\n%s\n", mr_evaluation_run_id(result), error, verdicts[0].passed, verdicts[1].passed, err.message);
	mr_evaluation_free(result);
	mr_error_init(&err);
	mr_log_metric("afterwards", 1, 0, &err);
	if (mr_end_run(MR_RUN_STATUS_KILLED, &err) != MR_OK)
		fail(&err);
	return 0;
}
