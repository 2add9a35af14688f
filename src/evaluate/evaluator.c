/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/evaluator.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/call.h"
#include "base/os.h"

/* ---- configuration ---- */

static mr_code wrong_config(mr_error *err, const char *key, const char *must)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%s' in the evaluator's config must be %s", key, must);
}

static mr_code weights_of_array(struct evaluator *e, const mr_json *array)
{
	double *weights = mr_arena_alloc(e->arena, (array->count + 1) * sizeof *weights);

	if (!weights)
		return mr_error_no_memory(e->err);
	if (array->count != e->rows)
		return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE, "'sample_weights' has %zu numbers for %zu rows",
				    array->count, e->rows);
	for (size_t i = 0; i < array->count; i++)
		if (array->items[i].type != MR_JSON_NUMBER || !mr_parse_double(array->items[i].text, &weights[i]) ||
		    !isfinite(weights[i]))
			return wrong_config(e->err, "sample_weights", "an array of numbers");
	e->weights = weights;
	return MR_OK;
}

/* An array, as in MLflow, or the name of a column of the data. */
static mr_code read_weights(struct evaluator *e)
{
	const mr_json *given = mr_json_get(e->config, "sample_weights");

	if (!given || given->type == MR_JSON_NULL)
		return MR_OK;
	if (given->type == MR_JSON_STRING)
		return evaluator_doubles(e, e->in->schema, e->in->table, given->text, &e->weights);
	if (given->type == MR_JSON_ARRAY)
		return weights_of_array(e, given);
	return wrong_config(e->err, "sample_weights", "an array of numbers, or the name of a column");
}

static mr_code read_config(struct evaluator *e)
{
	mr_json *config;
	const mr_json *prefix;
	mr_str text = e->in->config_json.len ? e->in->config_json : mr_str_from("{}");
	mr_code code = mr_json_parse(text, e->arena, &config, e->err);

	if (code != MR_OK)
		return code;
	e->config = config;
	prefix = mr_json_get(config, "metric_prefix");
	if (prefix && prefix->type != MR_JSON_STRING && prefix->type != MR_JSON_NULL)
		return wrong_config(e->err, "metric_prefix", "a string");
	e->prefix = mr_json_str(prefix, mr_str_from(""));
	if (memchr(e->prefix.ptr, '/', e->prefix.len))
		return wrong_config(e->err, "metric_prefix", "without '/': it is part of the names of files");
	return read_weights(e);
}

/* ---- begin and end ---- */

static mr_code make_folder(struct evaluator *e)
{
	const char *base = mr_getenv("TMPDIR");
	mr_str path = mr_arena_printf(e->arena, "%s/millrace-evaluate-XXXXXX", base ? base : "/tmp");

	if (!path.ptr)
		return mr_error_no_memory(e->err);
	if (!mkdtemp((char *)path.ptr))
		return mr_error_set(e->err, MR_IO_ERROR, "No folder for charts can be made in %s (TMPDIR)",
				    base ? base : "/tmp");
	e->folder = path;
	return MR_OK;
}

mr_code evaluator_begin(struct evaluator *e, const mr_host *host, const struct mr_evaluation *in, mr_call *call,
			mr_error *err)
{
	mr_error why;
	mr_code code;

	memset(e, 0, sizeof *e);
	e->host = host;
	e->in = in;
	e->call = call;
	e->arena = call->arena;
	e->err = err;
	e->rows = (size_t)in->table->length;
	if (!in->targets.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The targets argument must be specified for %.*s models.", MR_STR_ARG(in->model_type));
	if (!e->rows)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The data have no rows");
	code = read_config(e);
	if (code == MR_OK)
		code = make_folder(e);
	if (code == MR_OK)
		code = in->outputs(in->host_arg, &e->outputs_schema, &e->outputs, call, err);
	if (code == MR_OK && (size_t)e->outputs->length != e->rows)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The model gave %lld predictions for %zu rows",
				    (long long)e->outputs->length, e->rows);
	mr_error_init(&why);
	if (!in->run_id.len)
		return code; /* nobody would see the charts */
	e->plot = mr_plot_get(&why);
	if (!e->plot)
		host->log(host, MR_PLUGIN_WARNING, "no charts are drawn: %s", why.message);
	return code;
}

void evaluator_end(struct evaluator *e)
{
	DIR *folder = e->folder.len ? opendir(e->folder.ptr) : NULL;
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		closedir(folder);
	if (e->folder.len)
		rmdir(e->folder.ptr);
}

/* ---- results ---- */

mr_code evaluator_metric(struct evaluator *e, const char *name, double value)
{
	mr_str whole = mr_arena_printf(e->arena, "%.*s%s", MR_STR_ARG(e->prefix), name);

	return whole.ptr ? e->in->metric(e->in->host_arg, whole, value, e->err) : mr_error_no_memory(e->err);
}

mr_str evaluator_path(struct evaluator *e, bool with_prefix, const char *name, const char *suffix)
{
	mr_str prefix = with_prefix ? e->prefix : mr_str_from("");

	return mr_arena_printf(e->arena, "%.*s/%.*s%s.%s", MR_STR_ARG(e->folder), MR_STR_ARG(prefix), name, suffix);
}

mr_code evaluator_artifact(struct evaluator *e, const char *name, mr_str path)
{
	return e->in->artifact(e->in->host_arg, mr_str_from(name), path, e->err);
}

static mr_code log_chart(struct evaluator *e, const char *name, mr_str path, mr_code drawn, const mr_error *why)
{
	if (drawn == MR_OK)
		return evaluator_artifact(e, name, path);
	e->host->log(e->host, MR_PLUGIN_WARNING, "the chart %s was left out: %s", name, why->message);
	return MR_OK;
}

mr_code evaluator_lines(struct evaluator *e, const char *name, const struct mr_plot_lines *chart)
{
	mr_str path = evaluator_path(e, true, name, "png");
	mr_error why;

	if (!e->plot)
		return MR_OK;
	if (!path.ptr)
		return mr_error_no_memory(e->err);
	mr_error_init(&why);
	return log_chart(e, name, path, e->plot->lines(chart, path.ptr, &why), &why);
}

mr_code evaluator_matrix(struct evaluator *e, const char *name, const struct mr_plot_matrix *chart)
{
	mr_str path = evaluator_path(e, true, name, "png");
	mr_error why;

	if (!e->plot)
		return MR_OK;
	if (!path.ptr)
		return mr_error_no_memory(e->err);
	mr_error_init(&why);
	return log_chart(e, name, path, e->plot->matrix(chart, path.ptr, &why), &why);
}

/* ---- data ---- */

static bool is_probability(const struct evaluator *e, const char *name)
{
	for (size_t i = 0; i < e->in->probabilities_n; i++)
		if (mr_str_is(e->in->probabilities[i], name))
			return true;
	return false;
}

mr_code evaluator_predictions(struct evaluator *e, mr_str *column)
{
	const struct ArrowSchema *schema = e->outputs_schema;
	const char *only = NULL;
	size_t others = 0;

	*column = e->in->predictions;
	for (int64_t i = 0; i < schema->n_children; i++) {
		const char *name = schema->children[i]->name ? schema->children[i]->name : "";

		if (column->len && mr_str_is(*column, name))
			return MR_OK;
		if (!is_probability(e, name)) {
			only = name;
			others++;
		}
	}
	if (others > 1)
		return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE,
				    column->len ? "Output column name '%.*s' is not found among the model's outputs. Please set "
						  "the correct output column name using the `predictions` parameter."
						: "Output column name is not specified for the multi-output model.%.*s Please set "
						  "the correct output column name using the `predictions` parameter.",
				    MR_STR_ARG(*column));
	*column = mr_str_from(only);
	return MR_OK;
}

mr_code evaluator_doubles(struct evaluator *e, const struct ArrowSchema *schema, const struct ArrowArray *table,
			  mr_str column, const double **out)
{
	mr_code code = e->in->doubles(e->in->host_arg, schema, table, column, out, e->call, e->err);
	size_t empty = 0;

	for (size_t i = 0; code == MR_OK && i < e->rows; i++)
		empty += !isfinite((*out)[i]);
	if (empty)
		return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE,
				    "Column '%.*s' has %zu cells that are empty or infinite, out of %zu; evaluation needs a number "
				    "in each row",
				    MR_STR_ARG(column), empty, e->rows);
	return code;
}

bool evaluator_is_sklearn(const struct evaluator *e)
{
	mr_json *model;
	const mr_json *flavor;
	mr_error err;

	mr_error_init(&err);
	if (!e->in->model_json.len || mr_json_parse(e->in->model_json, e->arena, &model, &err) != MR_OK)
		return false;
	flavor = mr_json_get(model, "flavors");
	flavor = flavor ? mr_json_get(flavor, "python_function") : NULL;
	flavor = flavor ? mr_json_get(flavor, "loader_module") : NULL;
	return flavor && mr_str_is(mr_json_str(flavor, mr_str_from("")), "mlflow.sklearn");
}
