/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/labels.h"

#include <math.h>
#include <stdlib.h>

static int by_number(const void *a, const void *b)
{
	double x = ((const struct label *)a)->number, y = ((const struct label *)b)->number;

	return x < y ? -1 : x > y;
}

/* By bytes, which is by code points: as Python compares. */
static int by_text(const void *a, const void *b)
{
	mr_str x = ((const struct label *)a)->text, y = ((const struct label *)b)->text;
	size_t n = x.len < y.len ? x.len : y.len;
	int order = n ? memcmp(x.ptr, y.ptr, n) : 0;

	return order ? order : x.len < y.len ? -1 : x.len > y.len;
}

/* ---- reading ---- */

static label_kind kind_of(const struct ArrowSchema *column)
{
	const char *format = column->format;

	if (column->dictionary)
		return LABEL_TEXT;
	if (strcmp(format, "b") == 0)
		return LABEL_BOOL;
	if (format[0] && !format[1] && strchr("cCsSiIlL", format[0]))
		return LABEL_INT;
	if (format[0] && !format[1] && strchr("efg", format[0]))
		return LABEL_FLOAT;
	return LABEL_TEXT;
}

static const struct ArrowSchema *find(const struct ArrowSchema *schema, mr_str name)
{
	for (int64_t i = 0; i < schema->n_children; i++)
		if (mr_str_is(name, schema->children[i]->name ? schema->children[i]->name : ""))
			return schema->children[i];
	return NULL;
}

static mr_code read_texts(struct evaluator *e, const struct ArrowSchema *schema, const struct ArrowArray *table,
			  mr_str column, struct label_column *out)
{
	const mr_str *texts;
	size_t empty = 0;
	mr_code code = e->in->texts(e->in->host_arg, schema, table, column, &texts, e->call, e->err);

	for (size_t i = 0; code == MR_OK && i < out->n; i++) {
		out->labels[i] = (struct label){0, texts[i]};
		empty += !texts[i].ptr;
	}
	if (empty)
		return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE,
				    "Column '%.*s' has %zu empty cells out of %zu; a classification needs a label in each row",
				    MR_STR_ARG(column), empty, out->n);
	return code;
}

static mr_code read_numbers(struct evaluator *e, const struct ArrowSchema *schema, const struct ArrowArray *table,
			    mr_str column, struct label_column *out)
{
	const double *numbers;
	mr_code code = evaluator_doubles(e, schema, table, column, &numbers);

	for (size_t i = 0; code == MR_OK && i < out->n; i++) {
		out->labels[i] = (struct label){.number = numbers[i]};
		out->fractions = out->fractions || numbers[i] != floor(numbers[i]);
	}
	return code;
}

mr_code labels_read(struct evaluator *e, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column,
		    struct label_column *out)
{
	const struct ArrowSchema *field = find(schema, column);

	memset(out, 0, sizeof *out);
	if (!field)
		return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE, "There is no column '%.*s'", MR_STR_ARG(column));
	out->kind = kind_of(field);
	out->n = e->rows;
	out->labels = mr_arena_alloc(e->arena, (e->rows + 1) * sizeof *out->labels);
	if (!out->labels)
		return mr_error_no_memory(e->err);
	return (out->kind == LABEL_TEXT ? read_texts : read_numbers)(e, schema, table, column, out);
}

static mr_code json_label(struct evaluator *e, const mr_json *value, const char *key, label_kind *kind,
			  struct label *out)
{
	*out = (struct label){0, {NULL, 0}};
	*kind = LABEL_TEXT;
	if (value->type == MR_JSON_STRING) {
		out->text = value->text;
	} else if (value->type == MR_JSON_BOOL) {
		*kind = LABEL_BOOL;
		out->number = value->boolean;
	} else if (value->type == MR_JSON_NUMBER && mr_parse_double(value->text, &out->number) && isfinite(out->number)) {
		*kind = memchr(value->text.ptr, '.', value->text.len) ? LABEL_FLOAT : LABEL_INT;
	} else {
		return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE,
				    "'%s' in the evaluator's config must have numbers, strings or booleans", key);
	}
	return MR_OK;
}

mr_code labels_of_json(struct evaluator *e, const mr_json *value, const char *key, struct label_column *out)
{
	bool many = value->type == MR_JSON_ARRAY;

	memset(out, 0, sizeof *out);
	out->n = many ? value->count : 1;
	out->labels = mr_arena_alloc(e->arena, (out->n + 1) * sizeof *out->labels);
	if (!out->labels)
		return mr_error_no_memory(e->err);
	for (size_t i = 0; i < out->n; i++) {
		label_kind kind;
		mr_code code = json_label(e, many ? &value->items[i] : value, key, &kind, &out->labels[i]);

		if (code != MR_OK)
			return code;
		if (i > 0 && (kind == LABEL_TEXT) != (out->kind == LABEL_TEXT))
			return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE,
					    "'%s' in the evaluator's config mixes strings and numbers", key);
		if (i == 0 || kind > out->kind)
			out->kind = kind;
	}
	return MR_OK;
}

/* ---- the set ---- */

static mr_code show(struct evaluator *e, struct label_set *set)
{
	char number[32];

	set->shown = mr_arena_alloc(e->arena, (set->n + 1) * sizeof *set->shown);
	if (!set->shown)
		return mr_error_no_memory(e->err);
	for (size_t i = 0; i < set->n; i++) {
		const struct label *label = &set->labels[i];

		if (set->kind == LABEL_TEXT)
			set->shown[i] = label->text;
		else if (set->kind == LABEL_BOOL)
			set->shown[i] = mr_str_from(label->number != 0 ? "True" : "False");
		else if (set->kind == LABEL_INT)
			set->shown[i] = mr_arena_printf(e->arena, "%.0f", label->number);
		else
			set->shown[i] = mr_arena_copy(e->arena, mr_str_make(number, mr_format_double(number, label->number)));
	}
	return MR_OK;
}

mr_code labels_collect(struct evaluator *e, const struct label_column *const *columns, size_t n, struct label_set *out)
{
	size_t all = 0, kept = 0;

	memset(out, 0, sizeof *out);
	for (size_t c = 0; c < n; c++) {
		all += columns[c]->n;
		if (c > 0 && (columns[c]->kind == LABEL_TEXT) != (out->kind == LABEL_TEXT))
			return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE,
					    "Some labels are texts and some are numbers: targets, predictions and label_list must "
					    "have the same type");
		if (c == 0 || columns[c]->kind > out->kind)
			out->kind = columns[c]->kind;
	}
	out->labels = mr_arena_alloc(e->arena, (all + 1) * sizeof *out->labels);
	if (!out->labels)
		return mr_error_no_memory(e->err);
	for (size_t c = 0; c < n; c++) {
		memcpy(out->labels + out->n, columns[c]->labels, columns[c]->n * sizeof *out->labels);
		out->n += columns[c]->n;
	}
	qsort(out->labels, out->n, sizeof *out->labels, out->kind == LABEL_TEXT ? by_text : by_number);
	for (size_t i = 0; i < out->n; i++)
		if (!kept || (out->kind == LABEL_TEXT ? by_text : by_number)(&out->labels[kept - 1], &out->labels[i]) != 0)
			out->labels[kept++] = out->labels[i];
	out->n = kept;
	return show(e, out);
}

int64_t labels_find(const struct label_set *set, label_kind kind, const struct label *label)
{
	const struct label *found;

	if ((kind == LABEL_TEXT) != (set->kind == LABEL_TEXT))
		return -1;
	found = bsearch(label, set->labels, set->n, sizeof *label, set->kind == LABEL_TEXT ? by_text : by_number);
	return found ? found - set->labels : -1;
}

mr_code labels_number(struct evaluator *e, const struct label_set *set, const struct label_column *column,
		      uint32_t **out)
{
	*out = mr_arena_alloc(e->arena, (column->n + 1) * sizeof **out);
	if (!*out)
		return mr_error_no_memory(e->err);
	for (size_t i = 0; i < column->n; i++) {
		int64_t number = labels_find(set, column->kind, &column->labels[i]);

		if (number < 0)
			return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE,
					    "A label of row %zu is not among these: %.*s", i + 1,
					    MR_STR_ARG(labels_list(e, set)));
		(*out)[i] = (uint32_t)number;
	}
	return MR_OK;
}

mr_str labels_list(struct evaluator *e, const struct label_set *set)
{
	mr_str text = mr_str_from("");

	for (size_t i = 0; i < set->n && i < 12; i++)
		text = mr_arena_printf(e->arena, "%.*s%s%.*s", MR_STR_ARG(text), i ? ", " : "", MR_STR_ARG(set->shown[i]));
	return set->n > 12 ? mr_arena_printf(e->arena, "%.*s, ...", MR_STR_ARG(text)) : text;
}
