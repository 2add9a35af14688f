/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace evaluate: mlflow.evaluate, and validate_evaluation_results behind it.
 */
#include <math.h>
#include <millrace/evaluate.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/os.h"
#include "cli/interrupt.h"
#include "cli/sub.h"
#include "cli/thresholds.h"
#include "client/experiment.h"

enum { CONFIG_MAX = 16 << 20, OUTPUT_MAX = 64 << 20 };

struct flags {
	struct mr_common_flags common;
	mr_str model, data, targets, predictions, model_type, config, name;
	struct mr_opt_list probabilities, features, evaluators, thresholds;
	mr_str baseline, baseline_predictions, baseline_run;
	struct mr_opt_list baseline_probabilities;
	mr_str run_id, run_name, experiment_id, experiment_name, model_id;
	bool no_log;
};

#define AT(member) offsetof(struct flags, member)
#define TEXT_OPTION(name, letter, member, value, help)                                                   \
	{name, letter, MR_OPT_TEXT, AT(member), value, NULL, NULL, 0, 0, help}
#define LIST_OPTION(name, member, value, help) {name, 0, MR_OPT_LIST, AT(member), value, NULL, NULL, 0, 0, help}

static const struct mr_opt options[] = {
	TEXT_OPTION("data", 'd', data, "FILE", "The data: a CSV, JSON, JSON lines, Arrow or Parquet file, or a URI that a dataset source of a Python plugin knows."),
	TEXT_OPTION("targets", 't', targets, "COLUMN", "The column with the truth."),
	TEXT_OPTION("model-type", 0, model_type, "TYPE", "classifier or regressor; a plugin may know others."),
	TEXT_OPTION("model", 'm', model, "URI",
		    "The model to judge: a folder, runs:/ID/PATH, models:/NAME/VERSION, models:/NAME@ALIAS or models:/m-ID."),
	TEXT_OPTION("predictions", 'p', predictions, "COLUMN",
		    "The column of the data that has the predictions, instead of a model; with a model, the column of its answer "
		    "that counts."),
	LIST_OPTION("probabilities", probabilities, "COLUMN,...",
		    "Columns with the probability of each class, in the order of the sorted labels; or one, with that of the positive "
		    "class. Needed for log_loss, ROC, precision-recall, lift and calibration."),
	LIST_OPTION("features", features, "COLUMN,...", "The columns that the model is shown. Default: all others."),
	LIST_OPTION("evaluator", evaluators, "NAME",
		    "Who judges; may be repeated. Default: all evaluators that know the model type. `millrace plugins list` shows "
		    "which there are."),
	TEXT_OPTION("evaluator-config", 0, config, "JSON",
		    "An object, or @FILE: metric_prefix, pos_label, label_list, average, sample_weights, "
		    "max_classes_for_multiclass_roc_pr, calibration_n_bins, ... With several evaluators: one object for each, by name."),
	LIST_OPTION("threshold", thresholds, "RULE",
		    "What must hold; may be repeated: 'accuracy_score>=0.9', 'log_loss<=0.3', against a baseline "
		    "'f1_score>=baseline+0.01' or 'mean_absolute_error<=baseline-5%'. If one does not hold, the exit status is 1."),
	TEXT_OPTION("baseline", 0, baseline, "URI", "A model to compare with, on the same data; nothing of it is logged."),
	TEXT_OPTION("baseline-predictions", 0, baseline_predictions, "COLUMN",
		    "The column of the data with the predictions of the baseline."),
	LIST_OPTION("baseline-probabilities", baseline_probabilities, "COLUMN,...", "The baseline's probabilities."),
	TEXT_OPTION("baseline-run-id", 0, baseline_run, "ID", "Compare with the metrics of this run."),
	TEXT_OPTION("dataset-name", 0, name, "NAME", "What the data set is called in the run. Default: dataset."),
	{"run-id", 0, MR_OPT_TEXT, AT(run_id), "ID", "MLFLOW_RUN_ID", NULL, 0, 0,
	 "Log to this run, which is continued, instead of a new one."},
	TEXT_OPTION("run-name", 0, run_name, "NAME", "Name of the new run."),
	TEXT_OPTION("experiment-name", 0, experiment_name, "NAME",
		    "Experiment of the new run; made when there is none. Default: MLFLOW_EXPERIMENT_NAME, MLFLOW_EXPERIMENT_ID, else "
		    "Default."),
	TEXT_OPTION("experiment-id", 0, experiment_id, "ID", "The same, by id."),
	TEXT_OPTION("model-id", 0, model_id, "ID", "Link the metrics to this logged model (m-...)."),
	{"no-log", 0, MR_OPT_FLAG, AT(no_log), NULL, NULL, NULL, 0, 0, "Compute and print only; make no run."},
};

/* ---- options of the library ---- */

/* "a,b" and repeated options, as C strings. */
static mr_code split(struct mr_cli *cli, const struct mr_opt_list *list, bool commas, const char *const **out, size_t *n)
{
	size_t room = 0;
	const char **items;

	for (size_t i = 0; i < list->n; i++) {
		room++;
		for (size_t k = 0; k < list->items[i].len; k++)
			room += list->items[i].ptr[k] == ',';
	}
	items = mr_arena_alloc(cli->arena, (room + 1) * sizeof *items);
	*n = 0;
	for (size_t i = 0; items && i < list->n; i++) {
		mr_str rest = list->items[i];

		while (rest.len) {
			const char *comma = commas ? memchr(rest.ptr, ',', rest.len) : NULL;
			size_t len = comma ? (size_t)(comma - rest.ptr) : rest.len;

			items[(*n)++] = mr_arena_copy(cli->arena, mr_str_make(rest.ptr, len)).ptr;
			len += comma ? 1 : 0;
			rest = mr_str_make(rest.ptr + len, rest.len - len);
		}
	}
	*out = items;
	return items ? MR_OK : mr_error_no_memory(&cli->err);
}

static mr_code read_config(struct mr_cli *cli, const struct flags *f, const char **out)
{
	mr_str text = f->config;
	mr_code code = MR_OK;

	if (text.len && text.ptr[0] == '@')
		code = mr_file_read(mr_str_make(text.ptr + 1, text.len - 1), CONFIG_MAX, cli->arena, &text, &cli->err);
	*out = text.len ? text.ptr : NULL;
	return code;
}

static const char *given(mr_str text)
{
	return text.len ? text.ptr : NULL;
}

static mr_code fill(struct mr_cli *cli, const struct flags *f, struct mr_evaluate_options *o)
{
	mr_str id = f->experiment_id;
	mr_code code = mr_cli_need(cli, f->data.len && f->model_type.len, "--data and --model-type");

	if (code == MR_OK)
		code = mr_cli_need(cli, f->model.len || f->predictions.len || f->probabilities.n, "--model or --predictions");
	if (code == MR_OK)
		code = split(cli, &f->probabilities, true, &o->probabilities, &o->probabilities_n);
	if (code == MR_OK)
		code = split(cli, &f->features, true, &o->features, &o->features_n);
	if (code == MR_OK)
		code = split(cli, &f->evaluators, false, &o->evaluators, &o->evaluators_n);
	if (code == MR_OK)
		code = read_config(cli, f, &o->evaluator_config_json);
	if (code == MR_OK && (!f->no_log || f->baseline_run.len))
		code = mr_cli_client(cli, &o->client);
	if (code == MR_OK && o->client) /* before the client is used: a store that is open must not be forked */
		code = interrupt_watch(o->client, &cli->err);
	if (code == MR_OK && f->experiment_name.len && !f->no_log)
		code = mr_experiment_ensure(o->client, f->experiment_name, cli->call, &id, &cli->err);
	o->data_path = f->data.ptr;
	o->dataset_name = given(f->name);
	o->targets = given(f->targets);
	o->predictions = given(f->predictions);
	o->model_uri = given(f->model);
	o->model_id = given(f->model_id);
	o->model_type = f->model_type.ptr;
	o->run_id = given(f->run_id);
	o->run_name = given(f->run_name);
	o->experiment_id = given(id);
	o->no_run = f->no_log;
	o->run_begun = interrupt_run;
	return code;
}

/* Whatever is wrong with the data or the model is no usage error, though a model may call it a bad request. */
static mr_code evaluate_one(struct mr_cli *cli, const struct mr_evaluate_options *o, mr_evaluation_result **out)
{
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = mr_evaluate(o, out, &why);
	if (code == MR_OK)
		return code;
	return mr_error_set(&cli->err, code == MR_BAD_REQUEST ? MR_INVALID_PARAMETER_VALUE : code, "%s", why.message);
}

/* The baseline is computed, or looked up; nothing of it is logged. */
static mr_code find_baseline(struct mr_cli *cli, const struct flags *f, const struct mr_evaluate_options *candidate,
			     mr_evaluation_result **out)
{
	struct mr_evaluate_options o = *candidate;
	mr_code code = MR_OK;

	*out = NULL;
	if (f->baseline_run.len)
		return mr_evaluation_of_run(o.client, f->baseline_run.ptr, out, &cli->err);
	if (!f->baseline.len && !f->baseline_predictions.len && !f->baseline_probabilities.n)
		return MR_OK;
	o.model_uri = given(f->baseline);
	o.predictions = given(f->baseline_predictions);
	o.model_id = NULL;
	o.no_run = true;
	code = split(cli, &f->baseline_probabilities, true, &o.probabilities, &o.probabilities_n);
	return code == MR_OK ? evaluate_one(cli, &o, out) : code;
}

/* ---- printing ---- */

static mr_str number(struct mr_cli *cli, double value)
{
	char text[32];

	if (isnan(value))
		return mr_str_from("-");
	return mr_arena_copy(cli->arena, mr_str_make(text, mr_format_double(text, value)));
}

static void print_metrics(struct mr_cli *cli, const mr_evaluation_result *candidate, const mr_evaluation_result *baseline)
{
	static const char *const headings[] = {"METRIC", "VALUE", "BASELINE"};
	struct mr_rows_printer p;

	mr_print_begin(&p, cli->arena, cli->output, headings, baseline ? 3 : 2);
	for (size_t i = 0; i < mr_evaluation_metrics(candidate); i++) {
		double value, other = NAN;
		const char *name = mr_evaluation_metric_at(candidate, i, &value);
		mr_str cells[3];

		if (baseline)
			mr_evaluation_metric(baseline, name, &other);
		cells[0] = mr_str_from(name);
		cells[1] = number(cli, value);
		cells[2] = number(cli, other);
		mr_print_row(&p, cells);
	}
	mr_print_end(&p, "The evaluators gave no metrics.");
}

static void print_artifacts(struct mr_cli *cli, const mr_evaluation_result *result)
{
	static const char *const headings[] = {"ARTIFACT", "URI"};
	struct mr_rows_printer p;

	if (!mr_evaluation_artifacts(result))
		return;
	printf("\n");
	mr_print_begin(&p, cli->arena, MR_OUTPUT_TABLE, headings, 2);
	for (size_t i = 0; i < mr_evaluation_artifacts(result); i++) {
		const char *uri, *name = mr_evaluation_artifact_at(result, i, &uri);
		mr_str cells[2] = {mr_str_from(name), mr_str_from(uri)};

		mr_print_row(&p, cells);
	}
	mr_print_end(&p, NULL);
}

static void print_validations(struct mr_cli *cli, const struct mr_metric_validation *v, const struct thresholds *t)
{
	static const char *const headings[] = {"THRESHOLD", "CANDIDATE", "BASELINE", "RESULT"};
	struct mr_rows_printer p;

	printf("\n");
	mr_print_begin(&p, cli->arena, MR_OUTPUT_TABLE, headings, 4);
	for (size_t i = 0; i < t->n; i++) {
		mr_str cells[4] = {thresholds_text(&t->items[i], cli->arena), number(cli, v[i].candidate),
				   number(cli, v[i].baseline), mr_str_from(v[i].passed ? "holds" : "FAILED")};

		mr_print_row(&p, cells);
	}
	mr_print_end(&p, NULL);
}

static void print_tables(struct mr_cli *cli, const mr_evaluation_result *candidate, const mr_evaluation_result *baseline,
			 const struct thresholds *t, const struct mr_metric_validation *v)
{
	print_metrics(cli, candidate, baseline);
	if (cli->output == MR_OUTPUT_CSV)
		return;
	print_artifacts(cli, candidate);
	if (t->n)
		print_validations(cli, v, t);
	if (*mr_evaluation_run_id(candidate))
		printf("\nLogged to run %s.\n", mr_evaluation_run_id(candidate));
}

static void write_number(mr_json_writer *w, const char *key, double value)
{
	mr_json_write_key(w, mr_str_from(key));
	if (isnan(value))
		mr_json_write_null(w);
	else
		mr_json_write_double(w, value);
}

static void write_validations(mr_json_writer *w, struct mr_cli *cli, const struct thresholds *t,
			      const struct mr_metric_validation *v)
{
	mr_json_write_key(w, mr_str_from("validation"));
	mr_json_write_begin(w, '[');
	for (size_t i = 0; i < t->n; i++) {
		mr_json_write_begin(w, '{');
		mr_json_write_key(w, mr_str_from("metric"));
		mr_json_write_string(w, mr_str_from(v[i].metric));
		mr_json_write_key(w, mr_str_from("threshold"));
		mr_json_write_string(w, thresholds_text(&t->items[i], cli->arena));
		write_number(w, "candidate", v[i].candidate);
		write_number(w, "baseline", v[i].baseline);
		mr_json_write_key(w, mr_str_from("passed"));
		mr_json_write_bool(w, v[i].passed);
		mr_json_write_end(w, '}');
	}
	mr_json_write_end(w, ']');
}

/* The library's JSON, with the baseline's and what was validated. */
static mr_code print_json(struct mr_cli *cli, const mr_evaluation_result *candidate, const mr_evaluation_result *baseline,
			  const struct thresholds *t, const struct mr_metric_validation *v)
{
	mr_json *tree, *other;
	mr_json_writer w;
	mr_buf buf;
	mr_code code = mr_json_parse(mr_str_from(mr_evaluation_json(candidate)), cli->arena, &tree, &cli->err);

	if (code == MR_OK && baseline)
		code = mr_json_parse(mr_str_from(mr_evaluation_json(baseline)), cli->arena, &other, &cli->err);
	if (code != MR_OK)
		return code;
	mr_buf_init(&buf, OUTPUT_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '{');
	for (size_t i = 0; i < tree->count; i++) {
		mr_json_write_key(&w, tree->keys[i]);
		mr_json_write_tree(&w, &tree->items[i]);
	}
	if (baseline) {
		mr_json_write_key(&w, mr_str_from("baseline"));
		mr_json_write_tree(&w, other);
	}
	if (t->n)
		write_validations(&w, cli, t, v);
	mr_json_write_end(&w, '}');
	return mr_print_json(&buf, &cli->err);
}

/* ---- the command ---- */

/* The failure is told after the tables that show it; it is no usage error. */
static mr_code tell(struct mr_cli *cli, mr_code validated, const mr_error *why)
{
	if (validated == MR_OK)
		return MR_OK;
	fflush(stdout);
	return mr_error_set(&cli->err, validated == MR_BAD_REQUEST ? MR_INVALID_STATE : validated,
			    "the model did not pass validation:\n%s", why->message);
}

static mr_code validate_and_print(struct mr_cli *cli, const mr_evaluation_result *candidate,
				  const mr_evaluation_result *baseline, const struct thresholds *t)
{
	struct mr_metric_validation *v = mr_arena_zalloc(cli->arena, (t->n + 1) * sizeof *v);
	mr_code code = v ? MR_OK : mr_error_no_memory(&cli->err), validated;
	mr_error why;

	if (code != MR_OK)
		return code;
	mr_error_init(&why);
	validated = mr_validate_evaluation(t->items, t->n, candidate, baseline, v, &why);
	if (validated == MR_INVALID_PARAMETER_VALUE)
		return mr_error_set(&cli->err, validated, "%s", why.message);
	if (cli->output == MR_OUTPUT_JSON)
		code = print_json(cli, candidate, baseline, t, v);
	else
		print_tables(cli, candidate, baseline, t, v);
	return code == MR_OK ? tell(cli, validated, &why) : code;
}

static mr_code evaluate(struct mr_cli *cli, void *given_flags)
{
	const struct flags *f = given_flags;
	struct mr_evaluate_options o = {.size = sizeof o};
	mr_evaluation_result *candidate = NULL, *baseline = NULL;
	struct thresholds thresholds;
	mr_code code = thresholds_parse(&f->thresholds, cli->arena, &thresholds, &cli->err);

	if (code == MR_OK)
		code = fill(cli, f, &o);
	if (code == MR_OK)
		code = find_baseline(cli, f, &o, &baseline);
	if (code == MR_OK)
		code = evaluate_one(cli, &o, &candidate);
	if (code == MR_OK)
		code = validate_and_print(cli, candidate, baseline, &thresholds);
	mr_evaluation_free(candidate);
	mr_evaluation_free(baseline);
	return code;
}

int mr_cmd_evaluate(int argc, char **argv)
{
	static const struct mr_sub sub = {
		"evaluate",
		"Judges a model, or a table of predictions, on data whose truth is known, as mlflow.evaluate does: metrics, charts and the data set go "
		"into a run. Thresholds make it a gate for a release.",
		options,
		sizeof options / sizeof *options,
		NULL,
		evaluate,
		"millrace evaluate --data test.csv --targets species --predictions predicted \\\n"
		"      --probabilities p_setosa,p_versicolor,p_virginica --model-type classifier \\\n"
		"      --experiment-name iris --threshold 'accuracy_score>=0.9'"};

	return mr_sub_run_one(&sub, sizeof(struct flags), argc, argv);
}
