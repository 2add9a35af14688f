/* SPDX-License-Identifier: Apache-2.0
 *
 * Labels, predictions and probabilities. MLflow asks a Python model for its
 * predict_proba; here the outputs show what they are: columns that the user named,
 * a list or a column for each class, or a number between 0 and 1 for two classes.
 */
#include <math.h>

#include "evaluate/classifier.h"

/* Where the probabilities are among the outputs. */
struct source {
	const mr_str *columns;
	size_t columns_n;
	int64_t list; /* the column that has a list in each cell, or -1 */
	size_t width; /* probabilities in a row; 1: that of the positive class */
	mr_str predictions; /* empty: what is most probable */
};

static mr_code complain(struct classifier *c, const char *what, size_t have, size_t want)
{
	return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
			    "There are %s for %zu classes, but %zu labels: %.*s. If the data lack a class, name all with "
			    "'label_list' in the evaluator's config",
			    what, have, want, MR_STR_ARG(labels_list(c->e, &c->labels)));
}

/* ---- where they are ---- */

static bool is_float(const struct ArrowSchema *column)
{
	return strcmp(column->format, "f") == 0 || strcmp(column->format, "g") == 0;
}

/* "+w:3" of floats: 3; else 0. */
static size_t list_width(const struct ArrowSchema *column)
{
	int64_t width;

	if (strncmp(column->format, "+w:", 3) != 0 || !mr_parse_int64(mr_str_from(column->format + 3), &width))
		return 0;
	return width > 0 && column->n_children == 1 && is_float(column->children[0]) ? (size_t)width : 0;
}

static mr_code all_columns(struct classifier *c, struct source *s)
{
	const struct ArrowSchema *schema = c->e->outputs_schema;
	mr_str *names = mr_arena_alloc(c->e->arena, (size_t)schema->n_children * sizeof *names);

	if (!names)
		return mr_error_no_memory(c->e->err);
	for (int64_t i = 0; i < schema->n_children; i++)
		names[i] = mr_str_from(schema->children[i]->name);
	s->columns = names;
	s->columns_n = s->width = (size_t)schema->n_children;
	return MR_OK;
}

/* A model's only column, of numbers between 0 and 1 that are no labels. */
static bool is_probability(struct classifier *c, const struct label_column *truth)
{
	const struct ArrowSchema *schema = c->e->outputs_schema;
	const struct label_column *columns[] = {truth};
	struct label_column answer;
	struct label_set labels;

	if (!c->e->in->model_uri.len || schema->n_children != 1 || !is_float(schema->children[0]) ||
	    labels_collect(c->e, columns, 1, &labels) != MR_OK || labels.n > 2 ||
	    labels_read(c->e, schema, c->e->outputs, mr_str_from(schema->children[0]->name), &answer) != MR_OK)
		return false;
	for (size_t i = 0; i < answer.n; i++)
		if (answer.labels[i].number < 0 || answer.labels[i].number > 1)
			return false;
	return answer.fractions;
}

static mr_code find_source(struct classifier *c, const struct label_column *truth, struct source *s)
{
	const struct mr_evaluation *in = c->e->in;
	const struct ArrowSchema *schema = c->e->outputs_schema;
	bool floats = true;

	*s = (struct source){.list = -1};
	if (in->probabilities_n) {
		s->columns = in->probabilities;
		s->columns_n = s->width = in->probabilities_n;
		return evaluator_predictions(c->e, &s->predictions);
	}
	for (int64_t i = 0; i < schema->n_children; i++) {
		floats = floats && is_float(schema->children[i]);
		if (list_width(schema->children[i]) && s->list < 0)
			s->list = i;
	}
	if (s->list >= 0) { /* and, of models that give both (ONNX), the labels beside it */
		s->width = list_width(schema->children[s->list]);
		if (schema->n_children == 2)
			s->predictions = mr_str_from(schema->children[1 - s->list]->name);
		return MR_OK;
	}
	if (!in->predictions.len && ((schema->n_children > 1 && floats) || is_probability(c, truth)))
		return all_columns(c, s);
	return evaluator_predictions(c->e, &s->predictions);
}

/* ---- reading them ---- */

static mr_code read_list(struct classifier *c, const struct source *s, double *out)
{
	const struct ArrowArray *lists = c->e->outputs->children[s->list], *items = lists->children[0];
	bool narrow = c->e->outputs_schema->children[s->list]->children[0]->format[0] == 'f';
	size_t first = (size_t)(c->e->outputs->offset + lists->offset) * s->width + (size_t)items->offset;

	if (lists->null_count > 0 || items->null_count > 0)
		return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE, "The model gave no probabilities for some rows");
	for (size_t i = 0; i < c->e->rows * s->width; i++)
		out[i] = narrow ? ((const float *)items->buffers[1])[first + i] : ((const double *)items->buffers[1])[first + i];
	c->narrow = narrow;
	return MR_OK;
}

static bool is_narrow(const struct ArrowSchema *schema, mr_str column)
{
	for (int64_t i = 0; i < schema->n_children; i++)
		if (mr_str_is(column, schema->children[i]->name))
			return strcmp(schema->children[i]->format, "f") == 0;
	return false;
}

static mr_code read_columns(struct classifier *c, const struct source *s, double *out)
{
	struct evaluator *e = c->e;

	c->narrow = true;
	for (size_t k = 0; k < s->columns_n; k++) {
		const double *column;
		mr_code code = evaluator_doubles(e, e->outputs_schema, e->outputs, s->columns[k], &column);

		if (code != MR_OK)
			return code;
		for (size_t i = 0; i < e->rows; i++)
			out[i * s->width + k] = column[i];
		c->narrow = c->narrow && is_narrow(e->outputs_schema, s->columns[k]);
	}
	return MR_OK;
}

/* One probability in a row is that of the positive class: the other one's is the rest. */
static mr_code widen(struct classifier *c, const double *one)
{
	double *two = mr_arena_alloc(c->e->arena, 2 * c->e->rows * sizeof *two);

	if (!two)
		return mr_error_no_memory(c->e->err);
	for (size_t i = 0; i < c->e->rows; i++) {
		two[2 * i + c->positive] = one[i];
		two[2 * i + 1 - c->positive] = c->narrow ? 1 - (float)one[i] : 1 - one[i];
	}
	c->probabilities = two;
	return MR_OK;
}

static mr_code check_range(struct classifier *c)
{
	for (size_t i = 0; i < c->e->rows * c->labels.n; i++)
		if (!(c->probabilities[i] >= 0 && c->probabilities[i] <= 1))
			return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
					    "The probabilities of row %zu are not between 0 and 1", i / c->labels.n + 1);
	return MR_OK;
}

static mr_code read_probabilities(struct classifier *c, const struct source *s)
{
	double *out = mr_arena_alloc(c->e->arena, (c->e->rows * s->width + 1) * sizeof *out);
	mr_code code = out ? MR_OK : mr_error_no_memory(c->e->err);

	if (code == MR_OK)
		code = s->list >= 0 ? read_list(c, s, out) : read_columns(c, s, out);
	if (code != MR_OK)
		return code;
	if (c->labels.n != c->listed_n)
		return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
				    "The data have labels that are not in 'label_list': all labels are %.*s",
				    MR_STR_ARG(labels_list(c->e, &c->labels)));
	c->probabilities = out;
	if (s->width == 1 && c->binary)
		code = widen(c, out);
	else if (s->width != c->labels.n)
		return complain(c, "probabilities", s->width, c->labels.n);
	return code == MR_OK ? check_range(c) : code;
}

/* ---- labels ---- */

static mr_code find_positive(struct classifier *c, const struct label_column *list)
{
	const mr_json *given = mr_json_get(c->e->config, "pos_label");
	struct label_column label;
	int64_t found;
	mr_code code;

	for (c->positive = (uint32_t)c->labels.n - 1; !c->listed[c->positive]; c->positive--)
		;
	if (!given || given->type == MR_JSON_NULL)
		return MR_OK;
	code = labels_of_json(c->e, given, "pos_label", &label);
	if (code != MR_OK)
		return code;
	found = label.n == 1 ? labels_find(&c->labels, label.kind, label.labels) : -1;
	if (found >= 0 && c->listed[found]) {
		c->positive = (uint32_t)found;
		return MR_OK;
	}
	return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
			    list ? "'pos_label' must exist in 'label_list'. The labels are: %.*s"
				 : "'pos_label' is not among the labels: %.*s",
			    MR_STR_ARG(labels_list(c->e, &c->labels)));
}

static mr_code mark_listed(struct classifier *c, const struct label_column *list)
{
	c->listed = mr_arena_zalloc(c->e->arena, (c->labels.n + 1) * sizeof *c->listed);
	if (!c->listed)
		return mr_error_no_memory(c->e->err);
	for (size_t i = 0; list && i < list->n; i++)
		c->listed[labels_find(&c->labels, list->kind, &list->labels[i])] = true;
	for (size_t i = 0; i < c->labels.n; i++) {
		c->listed[i] = c->listed[i] || !list;
		c->listed_n += c->listed[i];
	}
	if (c->listed_n < 2)
		return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
				    "Evaluation dataset for classification must contain at least two unique labels, but only %zu "
				    "unique labels were found. Please provide a 'label_list' parameter in 'evaluator_config' with "
				    "all possible classes, e.g., {\"label_list\": [0, 1]}.",
				    c->listed_n);
	c->binary = c->listed_n == 2;
	if (c->binary && c->labels.n > 2)
		return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
				    "'label_list' has two labels, but the data have more: %.*s",
				    MR_STR_ARG(labels_list(c->e, &c->labels)));
	return MR_OK;
}

/* The most probable class of each row. */
static mr_code predict(struct classifier *c)
{
	size_t n = c->labels.n;

	c->predicted = mr_arena_zalloc(c->e->arena, (c->e->rows + 1) * sizeof *c->predicted);
	if (!c->predicted)
		return mr_error_no_memory(c->e->err);
	for (size_t i = 0; i < c->e->rows; i++)
		for (uint32_t k = 1; k < n; k++)
			if (c->probabilities[i * n + k] > c->probabilities[i * n + c->predicted[i]])
				c->predicted[i] = k;
	return MR_OK;
}

static mr_code read_predictions(struct classifier *c, const struct source *s, struct label_column *out)
{
	mr_code code = labels_read(c->e, c->e->outputs_schema, c->e->outputs, s->predictions, out);

	if (code == MR_OK && out->fractions)
		return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
				    "The predictions in column '%.*s' have fractions: they are no labels. "
				    "If they are probabilities of the positive class, name the column so (--probabilities)",
				    MR_STR_ARG(s->predictions));
	return code;
}

/* scikit-learn refuses them, too: they are what a regressor is judged by. */
static mr_code read_targets(struct classifier *c, struct label_column *out)
{
	const struct mr_evaluation *in = c->e->in;
	mr_code code = labels_read(c->e, in->schema, in->table, in->targets, out);

	if (code == MR_OK && out->fractions)
		return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
				    "The targets in column '%.*s' have fractions: they are no labels. If they are to be predicted as "
				    "numbers, the model type is regressor",
				    MR_STR_ARG(in->targets));
	return code;
}

mr_code classifier_read(struct classifier *c)
{
	const mr_json *given = mr_json_get(c->e->config, "label_list");
	struct label_column truth, predicted, list;
	const struct label_column *columns[3] = {&truth};
	struct source source;
	bool listed = given && given->type != MR_JSON_NULL, has_predictions = false;
	size_t n = 1;
	mr_code code = read_targets(c, &truth);

	if (code == MR_OK)
		code = find_source(c, &truth, &source);
	if (code == MR_OK && source.predictions.len) {
		has_predictions = true;
		columns[n++] = &predicted;
		code = read_predictions(c, &source, &predicted);
	}
	if (code == MR_OK && listed) {
		columns[n++] = &list;
		code = labels_of_json(c->e, given, "label_list", &list);
	}
	if (code == MR_OK)
		code = labels_collect(c->e, columns, n, &c->labels);
	if (code == MR_OK)
		code = mark_listed(c, listed ? &list : NULL);
	if (code == MR_OK && c->binary)
		code = find_positive(c, listed ? &list : NULL);
	if (code == MR_OK && source.width)
		code = read_probabilities(c, &source);
	if (code == MR_OK)
		code = labels_number(c->e, &c->labels, &truth, &c->truth);
	if (code == MR_OK)
		code = has_predictions ? labels_number(c->e, &c->labels, &predicted, &c->predicted) : predict(c);
	c->rows = (struct mr_classified){c->e->rows, c->labels.n, c->truth, c->predicted, c->e->weights};
	return code;
}
