/* SPDX-License-Identifier: Apache-2.0
 *
 * Logs a parameter twice, which no store takes, between metrics that it does take. Says "run ID", and "told TEXT" with
 * what mr_flush says; the second mr_flush must have nothing to say.
 */
#include <millrace.h>

int main(void)
{
	char run_id[33];
	mr_error err, told;

	mr_error_init(&err);
	mr_error_init(&told);
	mr_active_run_id(run_id, &err);
	printf("run %s\n", run_id);
	mr_log_param("p", "first", &err);
	mr_log_metric("m", 0, 0, &err);
	mr_log_param("p", "second", &err);
	mr_log_metric("m", 0.25, 1, &err);
	mr_flush(0, &told);
	printf("told %s\n", told.message);
	mr_log_metric("m", 0.5, 2, &err);
	mr_flush(0, &err);
	mr_end_run(MR_RUN_STATUS_FINISHED, &err);
	if (err.code != MR_OK)
		fprintf(stderr, "refused: %s\n", err.message);
	return err.code != MR_OK || told.code != MR_INVALID_PARAMETER_VALUE;
}
