/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/subject.h"

#include <unistd.h>

#include "base/json.h"
#include "base/nearest.h"
#include "base/uri.h"
#include "plugin/dataset_source.h"

/* ---- columns ---- */

static mr_code no_column(struct subject *s, const struct ArrowSchema *schema, const char *what, mr_str name, mr_error *err)
{
	size_t n = (size_t)schema->n_children;
	mr_str *names = mr_arena_alloc(s->arena, (n + 1) * sizeof *names), list = mr_str_from(""), near;

	if (!names)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < n; i++) {
		names[i] = mr_table_name(schema, i);
		if (i < 20)
			list = mr_arena_printf(s->arena, "%.*s%s%.*s", MR_STR_ARG(list), i ? ", " : "", MR_STR_ARG(names[i]));
	}
	near = mr_nearest(s->arena, name, names, n);
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no column '%.*s'%s%s.%.*s The columns are: %.*s%s",
			    MR_STR_ARG(name), *what ? " for " : "", what, MR_STR_ARG(near), MR_STR_ARG(list),
			    n > 20 ? ", ..." : "");
}

static mr_code find_column(struct subject *s, const char *what, const char *name, int64_t *out, mr_error *err)
{
	*out = mr_table_find(s->data.schema, mr_str_from(name));
	return *out >= 0 ? MR_OK : no_column(s, s->data.schema, what, mr_str_from(name), err);
}

static bool is_probability(const struct mr_evaluate_options *o, mr_str name)
{
	for (size_t i = 0; i < o->probabilities_n && !o->model_uri; i++)
		if (mr_str_is(name, o->probabilities[i]))
			return true;
	return false;
}

/* Those that were named, or all but targets and predictions. */
static mr_code find_features(struct subject *s, size_t *columns, mr_error *err)
{
	const struct mr_evaluate_options *o = s->options;

	for (size_t i = 0; i < o->features_n; i++) {
		int64_t column = -1;
		mr_code code = find_column(s, "a feature", o->features[i], &column, err);

		if (code != MR_OK)
			return code;
		columns[s->data.features_n++] = (size_t)column;
	}
	for (size_t i = 0; !o->features_n && i < (size_t)s->data.schema->n_children; i++)
		if ((int64_t)i != s->data.targets && (int64_t)i != s->data.predictions &&
		    !is_probability(o, mr_table_name(s->data.schema, i)))
			columns[s->data.features_n++] = i;
	return MR_OK;
}

static mr_code find_columns(struct subject *s, mr_error *err)
{
	const struct mr_evaluate_options *o = s->options;
	size_t *columns = mr_arena_alloc(s->arena, ((size_t)s->data.schema->n_children + o->features_n + 1) * sizeof *columns);
	int64_t column;
	mr_code code = columns ? MR_OK : mr_error_no_memory(err);

	s->data.features = columns;
	s->data.targets = s->data.predictions = -1;
	if (code == MR_OK && o->targets)
		code = find_column(s, "the targets", o->targets, &s->data.targets, err);
	if (code == MR_OK && o->predictions && !o->model_uri)
		code = find_column(s, "the predictions", o->predictions, &s->data.predictions, err);
	for (size_t i = 0; i < o->probabilities_n && !o->model_uri && code == MR_OK; i++)
		code = find_column(s, "probabilities", o->probabilities[i], &column, err);
	if (code == MR_OK)
		code = find_features(s, columns, err);
	if (code != MR_OK)
		return code;
	s->feature_names = mr_arena_alloc(s->arena, (s->data.features_n + 1) * sizeof *s->feature_names);
	s->probabilities = mr_arena_alloc(s->arena, (o->probabilities_n + 1) * sizeof *s->probabilities);
	if (!s->feature_names || !s->probabilities)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < s->data.features_n; i++)
		s->feature_names[i] = mr_table_name(s->data.schema, columns[i]);
	for (size_t i = 0; i < o->probabilities_n; i++)
		s->probabilities[i] = mr_str_from(o->probabilities[i]);
	return MR_OK;
}

/* ---- the model ---- */

enum { JSON_MAX = 64 << 20 };

static mr_code model_as_json(struct subject *s, mr_error *err)
{
	mr_json_writer w;
	mr_buf buf;
	mr_code code;

	mr_buf_init(&buf, JSON_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_COMPACT);
	mr_json_write_tree(&w, mr_model_info(s->model)->root);
	code = mr_buf_check(&buf, err);
	if (code == MR_OK)
		s->model_json = mr_arena_copy(s->arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return code == MR_OK && !s->model_json.ptr ? mr_error_no_memory(err) : code;
}

/* As MLflow takes it: a URI of the registry leads to the logged model that is behind it. */
static mr_code find_model_id(struct subject *s, mr_error *err)
{
	mr_str of_model = mr_model_info(s->model)->model_id;
	bool registered = strncmp(s->options->model_uri, "models:/", 8) == 0;

	if (!registered || !of_model.len)
		return MR_OK;
	if (s->model_id.len && !mr_str_eq(s->model_id, of_model))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The specified value of the 'model_id' parameter '%.*s' contradicts the model_id '%.*s' associated "
				    "with the model. Please ensure they match or omit the 'model_id' parameter.",
				    MR_STR_ARG(s->model_id), MR_STR_ARG(of_model));
	s->model_id = of_model;
	return MR_OK;
}

/* A classifier is asked for probabilities: labels follow from them, but not the other way round. */
static mr_code open_model(struct subject *s, mr_error *err)
{
	const char *type = s->options->model_type;
	struct mr_model_options options = {.client = s->options->client};
	mr_code code;

	if (type && strcmp(type, "classifier") == 0)
		options.config_json = mr_str_from("{\"predict_fn\": \"predict_proba\"}");
	code = mr_model_open(mr_str_from(s->options->model_uri), &options, &s->model, err);
	if (code != MR_OK)
		return code;
	s->model_uuid = mr_model_info(s->model)->model_uuid;
	code = model_as_json(s, err);
	return code == MR_OK ? find_model_id(s, err) : code;
}

mr_code subject_predict(struct subject *s, const struct ArrowSchema *schema, const struct ArrowArray *table,
			struct mr_table *out, mr_call *call, mr_error *err)
{
	return mr_model_predict(s->model, schema, table, mr_str_from(""), out, call, err);
}

/* ---- the data ---- */

/* A URI that a plugin knows becomes a file; anything else is the name of one. */
static mr_code find_file(struct subject *s, mr_str *path, mr_error *err)
{
	mr_str given = *path;
	struct mr_dataset_found found;
	mr_uri uri;
	mr_error ignored;
	mr_call *call;
	mr_code code;

	mr_error_init(&ignored);
	if (mr_uri_parse(given, &uri, &ignored) != MR_OK || uri.scheme.len < 2 || access(s->options->data_path, F_OK) == 0)
		return MR_OK;
	call = mr_call_new(0);
	if (!call)
		return mr_error_no_memory(err);
	code = mr_dataset_source_load(given, call, &found, err);
	if (code == MR_OK && found.path.len) {
		*path = mr_arena_copy(s->arena, found.path);
		s->data.source_type = mr_arena_copy(s->arena, found.type);
		s->data.source = mr_arena_copy(s->arena, found.json);
		if (!path->ptr || !s->data.source_type.ptr || !s->data.source.ptr)
			code = mr_error_no_memory(err);
	} else if (code == MR_OK) {
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "There is no file '%.*s', and no dataset source of a Python plugin that knows it "
				    "(millrace plugins list shows mlflow.dataset_source)",
				    MR_STR_ARG(given));
	}
	mr_call_free(call);
	return code;
}

mr_code subject_open(struct subject *s, const struct mr_evaluate_options *options, mr_arena *arena, mr_error *err)
{
	mr_code code = MR_OK;

	memset(s, 0, sizeof *s);
	s->options = options;
	s->arena = arena;
	s->data.name = mr_str_from(options->dataset_name ? options->dataset_name : "dataset");
	s->data.path = mr_str_from(options->data_path);
	s->data.schema = options->schema;
	s->data.table = options->table;
	s->model_id = mr_str_from(options->model_id);
	if (options->model_uri)
		code = open_model(s, err);
	if (code == MR_OK && options->data_path) {
		code = find_file(s, &s->data.path, err);
		if (code == MR_OK)
			code = mr_table_read_file(s->data.path, MR_TABLE_ANY, &s->owned, err);
		s->data.schema = &s->owned.schema;
		s->data.table = &s->owned.array;
	}
	if (code == MR_OK)
		code = find_columns(s, err);
	if (code == MR_OK && !s->data.table->length)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The data have no rows");
	if (code == MR_OK)
		code = dataset_digest(&s->data, arena, &s->digest, err);
	return code;
}

void subject_close(struct subject *s)
{
	mr_table_release(&s->owned);
	mr_table_release(&s->outputs);
	mr_model_close(s->model);
}

/* ---- what evaluators ask for ---- */

static mr_code select_outputs(struct subject *s, mr_error *err)
{
	const struct mr_evaluate_options *o = s->options;
	mr_str *names = mr_arena_alloc(s->arena, (o->probabilities_n + 1) * sizeof *names);
	size_t n = 0;

	if (!names)
		return mr_error_no_memory(err);
	if (o->predictions)
		names[n++] = mr_str_from(o->predictions);
	for (size_t i = 0; i < o->probabilities_n; i++)
		names[n++] = s->probabilities[i];
	return mr_table_select(s->data.schema, s->data.table, names, n, &s->outputs, err);
}

static mr_code predict_outputs(struct subject *s, mr_call *call, mr_error *err)
{
	struct mr_table features = {0};
	mr_code code = mr_table_select(s->data.schema, s->data.table, s->feature_names, s->data.features_n, &features, err);

	if (code == MR_OK)
		code = subject_predict(s, &features.schema, &features.array, &s->outputs, call, err);
	mr_table_release(&features);
	return code;
}

mr_code subject_outputs(struct subject *s, mr_call *call, mr_error *err)
{
	mr_code code;

	if (s->has_outputs)
		return MR_OK;
	code = s->model ? predict_outputs(s, call, err) : select_outputs(s, err);
	s->has_outputs = code == MR_OK;
	return code;
}

mr_code subject_doubles(struct subject *s, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column,
			const double **out, mr_call *call, mr_error *err)
{
	int64_t at = mr_table_find(schema, column);
	double *values;
	mr_code code = at >= 0 ? mr_table_doubles(schema, table, (size_t)at, call->arena, &values, err)
			       : no_column(s, schema, "", column, err);

	if (code == MR_OK)
		*out = values;
	return code;
}

mr_code subject_texts(struct subject *s, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column,
		      const mr_str **out, mr_call *call, mr_error *err)
{
	int64_t at = mr_table_find(schema, column);
	mr_str *values;
	mr_code code = at >= 0 ? mr_table_texts(schema, table, (size_t)at, call->arena, &values, err)
			       : no_column(s, schema, "", column, err);

	if (code == MR_OK)
		*out = values;
	return code;
}

void subject_describe(struct subject *s, struct mr_evaluation *out)
{
	const struct mr_evaluate_options *o = s->options;

	out->model_type = mr_str_from(o->model_type);
	out->schema = s->data.schema;
	out->table = s->data.table;
	out->targets = mr_str_from(o->targets);
	out->features = s->feature_names;
	out->features_n = s->data.features_n;
	out->dataset_name = s->data.name;
	out->dataset_digest = s->digest;
	out->predictions = mr_str_from(o->predictions);
	out->probabilities = s->probabilities;
	out->probabilities_n = o->probabilities_n;
	out->model_uri = mr_str_from(o->model_uri);
	out->model_id = s->model_id;
	out->model_json = s->model_json;
}
