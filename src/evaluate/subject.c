/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/subject.h"

#include "base/nearest.h"

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

/* ---- the data ---- */

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
	if (options->data_path) {
		code = mr_table_read_file(mr_str_from(options->data_path), MR_TABLE_ANY, &s->owned, err);
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

mr_code subject_outputs(struct subject *s, mr_call *call, mr_error *err)
{
	mr_code code = MR_OK;

	(void)call;
	if (s->has_outputs)
		return MR_OK;
	code = select_outputs(s, err);
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
	out->model_id = mr_str_from(o->model_id);
}
