/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of model evaluators, on a small table with known predictions.
 */
#include <math.h>
#include <millrace/model_evaluator.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"
#include "base/utf8.h"
#include "conform/check.h"
#include "model/table.h"

#define OPS ((const struct mr_model_evaluator_ops *)c->ops)

enum { ROWS = 40 };

/* ---- the host's side ---- */

struct judging {
	struct check *c;
	struct mr_table table, answers;
	struct mr_evaluation in;
	const char *model_type;
	struct {
		mr_str name;
		double value;
	} metrics[256];
	size_t metrics_n, artifacts_n, calls, outputs_n;
	mr_code fail_metric, fail_outputs; /* MR_OK: they do not */
	char wrong[300]; /* with an artifact */
};

static mr_code give_outputs(void *arg, const struct ArrowSchema **schema, const struct ArrowArray **table,
			    mr_call *call, mr_error *err)
{
	struct judging *j = arg;

	(void)call;
	j->outputs_n++;
	if (j->fail_outputs)
		return mr_error_set(err, j->fail_outputs, "the model fails");
	*schema = &j->answers.schema;
	*table = &j->answers.array;
	return MR_OK;
}

static mr_code column_of(const struct ArrowSchema *schema, mr_str name, size_t *out, mr_error *err)
{
	int64_t column = mr_table_find(schema, name);

	*out = (size_t)column;
	return column >= 0
		       ? MR_OK
		       : mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no column '%.*s'", MR_STR_ARG(name));
}

static mr_code give_doubles(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str name,
			    const double **out, mr_call *call, mr_error *err)
{
	struct judging *j = arg;
	double *values = NULL;
	size_t column;
	mr_code code = column_of(schema, name, &column, err);

	(void)call;
	if (code == MR_OK)
		code = mr_table_doubles(schema, table, column, j->c->arena, &values, err);
	*out = values;
	return code;
}

static mr_code give_texts(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str name,
			  const mr_str **out, mr_call *call, mr_error *err)
{
	struct judging *j = arg;
	mr_str *values = NULL;
	size_t column;
	mr_code code = column_of(schema, name, &column, err);

	(void)call;
	if (code == MR_OK)
		code = mr_table_texts(schema, table, column, j->c->arena, &values, err);
	*out = values;
	return code;
}

static mr_code take_metric(void *arg, mr_str name, double value, mr_error *err)
{
	struct judging *j = arg;

	j->calls++;
	if (j->fail_metric)
		return mr_error_set(err, j->fail_metric, "enough");
	if (j->metrics_n < 256) {
		j->metrics[j->metrics_n].name = mr_arena_copy(j->c->arena, name);
		j->metrics[j->metrics_n++].value = value;
	}
	return MR_OK;
}

static mr_code take_artifact(void *arg, mr_str name, mr_str path, mr_error *err)
{
	struct judging *j = arg;
	mr_str file = mr_arena_copy(j->c->arena, path);
	struct stat st;

	(void)err;
	j->calls++;
	j->artifacts_n++;
	if (!name.len)
		snprintf(j->wrong, sizeof j->wrong, "an artifact has no name");
	else if (stat(file.ptr, &st) < 0 || !S_ISREG(st.st_mode))
		snprintf(j->wrong, sizeof j->wrong, "the artifact '%.*s' is no file: '%.200s'", MR_STR_ARG(name),
			 file.ptr);
	return MR_OK;
}

/* ---- the data ---- */

static void add_row(mr_table_builder *data, mr_table_builder *answers, int row, bool classes, mr_error *err)
{
	int64_t truth = row % 3 == 0;

	mr_table_add_double(data, 0, row * 0.5, err);
	mr_table_add_double(data, 1, sin(row), err);
	if (classes) {
		mr_table_add_int(data, 2, truth, err);
		mr_table_add_int(answers, 0, row % 7 == 0 ? !truth : truth, err);
	} else {
		mr_table_add_double(data, 2, row * 0.25 + 1, err);
		mr_table_add_double(answers, 0, row * 0.25 + 1 + 0.1 * cos(row), err);
	}
}

static void make_data(struct judging *j, bool classes)
{
	mr_column_type type = classes ? MR_COLUMN_INT64 : MR_COLUMN_DOUBLE;
	mr_table_builder *data = mr_table_builder_new(), *answers = mr_table_builder_new();
	mr_error err;

	mr_error_init(&err);
	check_that(j->c, data && answers, "out of memory");
	mr_table_add_column(data, mr_str_from("x"), MR_COLUMN_DOUBLE, &err);
	mr_table_add_column(data, mr_str_from("y"), MR_COLUMN_DOUBLE, &err);
	mr_table_add_column(data, mr_str_from("truth"), type, &err);
	mr_table_add_column(answers, mr_str_from("predictions"), type, &err);
	for (int i = 0; i < ROWS; i++)
		add_row(data, answers, i, classes, &err);
	if (mr_table_finish(data, &j->table, &err) != MR_OK || mr_table_finish(answers, &j->answers, &err) != MR_OK)
		check_fail(j->c, "the kit's own table is wrong: %s", err.message);
	mr_table_builder_free(data);
	mr_table_builder_free(answers);
}

/* A judging of the first model type that the evaluator takes. */
static struct judging *begin(struct check *c)
{
	static const mr_str features[] = {{"x", 1}, {"y", 1}};
	const char *types[] = {"regressor", "classifier", c->name, "question-answering"};
	struct judging *j = mr_arena_zalloc(c->arena, sizeof *j);
	mr_str none = mr_str_from("");

	check_that(c, j != NULL, "out of memory");
	j->c = c;
	for (size_t i = 0; i < sizeof types / sizeof *types && !j->model_type; i++)
		if (OPS->can_evaluate(c->host, mr_str_from(types[i]), mr_str_from("{}"), c->call))
			j->model_type = types[i];
	if (!j->model_type)
		check_skip(c, "it evaluates no regressor, classifier or '%s'", c->name);
	make_data(j, strcmp(j->model_type, "classifier") == 0);
	j->in = (struct mr_evaluation){.size = sizeof j->in,
				       .model_type = mr_str_from(j->model_type),
				       .config_json = mr_str_from("{}"),
				       .run_id = none,
				       .tracking_uri = none,
				       .schema = &j->table.schema,
				       .table = &j->table.array,
				       .targets = mr_str_from("truth"),
				       .features = features,
				       .features_n = 2,
				       .dataset_name = mr_str_from("conform"),
				       .dataset_digest = mr_str_from("0"),
				       .model_uri = none,
				       .model_id = none,
				       .model_json = none,
				       .predictions = mr_str_from("predictions"),
				       .host_arg = j,
				       .outputs = give_outputs,
				       .doubles = give_doubles,
				       .texts = give_texts,
				       .metric = take_metric,
				       .artifact = take_artifact};
	return j;
}

static mr_code judge(struct judging *j)
{
	struct check *c = j->c;

	j->metrics_n = j->artifacts_n = j->calls = 0;
	return OPS->evaluate(c->host, &j->in, c->call, &c->err);
}

static void end(struct judging *j)
{
	mr_table_release(&j->table);
	mr_table_release(&j->answers);
}

void evaluator_use(struct check *c)
{
	struct judging *j = begin(c);

	check_ok(c, judge(j), "evaluate");
	end(j);
}

/* ---- rules ---- */

static void gives_results(struct check *c)
{
	struct judging *j = begin(c);

	check_ok(c, judge(j), "evaluate");
	check_that(c, j->metrics_n + j->artifacts_n > 0, "it gives neither a metric nor an artifact");
	for (size_t i = 0; i < j->metrics_n; i++)
		check_that(c,
			   j->metrics[i].name.len > 0 && j->metrics[i].name.len <= 250 &&
				   mr_utf8_valid(j->metrics[i].name),
			   "'%s' is no name of a metric", j->metrics[i].name.ptr);
	end(j);
}

static void gives_files(struct check *c)
{
	struct judging *j = begin(c);

	check_ok(c, judge(j), "evaluate");
	check_that(c, !j->wrong[0], "%s", j->wrong);
	end(j);
}

static void gives_the_same(struct check *c)
{
	struct judging *j = begin(c);
	size_t n;

	check_ok(c, judge(j), "evaluate");
	n = j->metrics_n;
	struct {
		mr_str name;
		double value;
	} first[256];
	memcpy(first, j->metrics, sizeof first);
	check_ok(c, judge(j), "evaluate");
	check_that(c, j->metrics_n == n, "it gives %zu metrics at first and %zu of the same data again", n,
		   j->metrics_n);
	for (size_t i = 0; i < n; i++)
		check_that(c,
			   mr_str_eq(first[i].name, j->metrics[i].name) &&
				   (first[i].value == j->metrics[i].value ||
				    (isnan(first[i].value) && isnan(j->metrics[i].value))),
			   "of the same data %s is %g and then %g", first[i].name.ptr, first[i].value,
			   j->metrics[i].value);
	end(j);
}

static void metric_failure(struct check *c)
{
	struct judging *j = begin(c);
	size_t n;

	check_ok(c, judge(j), "evaluate");
	n = j->metrics_n;
	if (!n)
		check_skip(c, "it gives no metrics");
	j->fail_metric = MR_CANCELLED;
	check_code(c, judge(j), MR_CANCELLED, "evaluate, when a metric cannot be taken,");
	check_that(c, j->metrics_n == 0 && (j->calls == 1 || j->artifacts_n == j->calls - 1),
		   "it went on after a metric could not be taken");
	end(j);
}

static void outputs_failure(struct check *c)
{
	struct judging *j = begin(c);
	mr_code code;

	j->fail_outputs = MR_INVALID_STATE;
	code = judge(j);
	if (!j->outputs_n)
		check_skip(c, "it does not look at what the model answers");
	check_code(c, code, MR_INVALID_STATE, "evaluate, when the model fails,");
	end(j);
}

static uint64_t bytes_of(const struct mr_table *t)
{
	uint64_t hash = 1469598103934665603u;

	for (int64_t i = 0; i < t->array.n_children; i++)
		for (size_t k = 0; k < ROWS * sizeof(double); k++)
			hash = (hash ^ ((const unsigned char *)t->array.children[i]->buffers[1])[k]) * 1099511628211u;
	return hash;
}

static void borrows(struct check *c)
{
	struct judging *j = begin(c);
	uint64_t table = bytes_of(&j->table), answers = bytes_of(&j->answers);

	check_ok(c, judge(j), "evaluate");
	check_that(c,
		   j->table.array.release && j->table.schema.release && j->answers.array.release &&
			   j->answers.schema.release,
		   "it released a table that was lent to it");
	check_that(c, bytes_of(&j->table) == table && bytes_of(&j->answers) == answers,
		   "it changed a table that was lent to it");
	end(j);
}

static void quick(struct check *c)
{
	int64_t began = mr_monotonic_ns();

	for (int i = 0; i < 20; i++)
		OPS->can_evaluate(c->host, mr_str_from("regressor"), mr_str_from("{}"), c->call);
	check_that(c, mr_monotonic_ns() - began < 20 * 50000000LL, "can_evaluate takes %lld ms",
		   (long long)((mr_monotonic_ns() - began) / 20000000));
}

#define HEADER "model_evaluator.h"
const struct rule evaluator_rules[] = {
	{"evaluator.results", "it gives metrics with names that stores take, or artifacts", HEADER, NULL,
	 gives_results},
	{"evaluator.artifacts", "its artifacts are files", HEADER, NULL, gives_files},
	{"evaluator.same-again", "the same data give the same metrics", HEADER, NULL, gives_the_same},
	{"evaluator.metric-fails", "a metric that cannot be taken ends it", HEADER, NULL, metric_failure},
	{"evaluator.model-fails", "when the model fails, so does it, with that code", HEADER, NULL, outputs_failure},
	{"evaluator.borrows", "it neither changes nor releases the tables", HEADER, NULL, borrows},
	{"evaluator.can-evaluate-is-quick", "can_evaluate is cheap: below 50 ms", HEADER, "can_evaluate", quick},
};
const size_t evaluator_rules_n = sizeof evaluator_rules / sizeof *evaluator_rules;
