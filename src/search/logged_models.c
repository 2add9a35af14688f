/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters and orders of logged models (mlflow/utils/search_logged_model_utils.py):
 * read by sqlparse, too, but with rules of its own.
 */
#include "api/python.h"
#include "search/dialect.h"
#include "search/repr.h"

enum { MESSAGE_MAX = 1 << 20 };

/* The columns; what the reference takes beside them are names inside its class. */
static mr_words attributes = {"model_id", "experiment_id", "name", "artifact_location", "creation_timestamp_ms",
			      "last_updated_timestamp_ms", "status", "lifecycle_stage", "model_type", "source_run_id",
			      "status_message", NULL};
static mr_words number_attributes = {"creation_timestamp_ms", "last_updated_timestamp_ms", NULL};
static mr_words number_ops = {"<", "<=", ">", ">=", "=", "!=", NULL};
static mr_words text_ops = {"=", "!=", "LIKE", "ILIKE", "IN", "NOT IN", NULL};

static mr_str alias_of(mr_str name)
{
	if (mr_str_is(name, "creation_time") || mr_str_is(name, "creation_timestamp"))
		return mr_str_from("creation_timestamp_ms");
	if (mr_str_is(name, "last_updated_timestamp"))
		return mr_str_from("last_updated_timestamp_ms");
	return name;
}

static mr_str strip(mr_str text, char c)
{
	while (text.len && text.ptr[0] == c)
		text = mr_str_make(text.ptr + 1, text.len - 1);
	while (text.len && text.ptr[text.len - 1] == c)
		text.len--;
	return text;
}

static mr_code bad_type(mr_str word, mr_error *err)
{
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_c(&buf, "Invalid entity type: ");
	mr_repr_text(&buf, word);
	mr_buf_c(&buf, ". Expected one of ['attributes', 'metrics', 'params', 'tags'].");
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

/* ^([a-z]+)\.(.+)$, in which . is no newline. */
static bool split_identifier(mr_str text, mr_str *word, mr_str *key)
{
	size_t n = 0;

	while (n < text.len && text.ptr[n] >= 'a' && text.ptr[n] <= 'z')
		n++;
	if (n == 0 || n + 1 >= text.len || text.ptr[n] != '.' || memchr(text.ptr, '\n', text.len))
		return false;
	*word = mr_str_make(text.ptr, n);
	*key = mr_str_make(text.ptr + n + 1, text.len - n - 1);
	return true;
}

static mr_code read_identifier(mr_str text, struct mr_search_clause *c, mr_error *err)
{
	mr_str word;

	c->type = MR_SEARCH_ATTRIBUTE;
	if (!split_identifier(text, &word, &c->key)) {
		c->key = strip(alias_of(text), '`');
	} else {
		c->key = strip(c->key, '`');
		if (mr_str_is(word, "metrics"))
			c->type = MR_SEARCH_METRIC;
		else if (mr_str_is(word, "params"))
			c->type = MR_SEARCH_PARAM;
		else if (mr_str_is(word, "tags"))
			c->type = MR_SEARCH_TAG;
		else if (!mr_str_is(word, "attributes"))
			return bad_type(word, err);
	}
	return MR_OK;
}

static bool is_numeric(const struct mr_search_clause *c)
{
	return c->type == MR_SEARCH_METRIC ||
	       (c->type == MR_SEARCH_ATTRIBUTE && mr_words_have(number_attributes, alias_of(c->key)));
}

static const char *type_name(mr_search_type type)
{
	switch (type) {
	case MR_SEARCH_METRIC:
		return "metrics";
	case MR_SEARCH_PARAM:
		return "params";
	case MR_SEARCH_TAG:
		return "tags";
	default:
		return "attributes";
	}
}

static mr_code check_op(struct mr_search_clause *c, mr_str op, mr_error *err)
{
	const char *const *ops = is_numeric(c) ? number_ops : text_ops, *const *word;
	mr_buf buf;

	if (mr_search_op_from(op, &c->op))
		for (word = ops; *word; word++)
			if (mr_sql_word_is(op, *word))
				return MR_OK;
	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_printf(&buf, "Invalid comparison operator for %s.%.*s: '", type_name(c->type), MR_STR_ARG(c->key));
	for (; op.len; op = mr_str_make(op.ptr + 1, op.len - 1))
		mr_buf_char(&buf, *op.ptr >= 'a' && *op.ptr <= 'z' ? (char)(*op.ptr - 32) : *op.ptr);
	mr_buf_c(&buf, "'. Expected one of (");
	for (word = ops; *word; word++)
		mr_buf_printf(&buf, "%s'%s'", word == ops ? "" : ", ", *word);
	mr_buf_c(&buf, ").");
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

static mr_code read_value(mr_str text, mr_arena *arena, struct mr_search_clause *c, mr_error *err)
{
	bool is_list = c->op == MR_SEARCH_IN || c->op == MR_SEARCH_NOT_IN;

	c->text = text;
	if (is_numeric(c)) {
		c->is_number = true;
		if (mr_python_float(text, &c->number))
			return MR_OK;
		return mr_search_invalid(err, "The value of '%.*s' in a filter must be a number, got %.*s",
					 MR_STR_ARG(c->key), MR_STR_ARG(text));
	}
	if (text.len >= 2 && text.ptr[0] == '(' && text.ptr[text.len - 1] == ')') {
		if (is_list)
			return mr_parse_string_list(text, arena, c, err);
		return mr_search_invalid(err, "A list of values goes with IN and NOT IN, got %.*s", MR_STR_ARG(text));
	}
	c->text = strip(text, '\'');
	if (is_list)
		return mr_search_invalid(err, "IN and NOT IN need a list of values such as ('a', 'b'), got %.*s",
					 MR_STR_ARG(text));
	return MR_OK;
}

static mr_code check_attribute(const struct mr_search_clause *c, mr_error *err)
{
	if (c->type != MR_SEARCH_ATTRIBUTE || mr_words_have(attributes, c->key))
		return MR_OK;
	return mr_search_invalid(err, "Logged models have no attribute '%.*s' to filter by", MR_STR_ARG(c->key));
}

static mr_code read_comparison(const struct mr_comparison *item, mr_arena *arena, struct mr_search_clause *c,
			       mr_error *err)
{
	mr_code code;

	if (item->n == 2 && !item->value) /* IS NULL, which MLflow quotes without the blank */
		return mr_search_invalid(err, "Invalid comparison: %.*s%.*s. Expected a comparison with 3 tokens.",
					 MR_STR_ARG(item->identifier->text), MR_STR_ARG(item->op));
	if (item->n != 3)
		return mr_search_invalid(err, "Invalid comparison: %.*s. Expected a comparison with 3 tokens.",
					 MR_STR_ARG(item->text));
	code = read_identifier(item->identifier->text, c, err);
	if (code == MR_OK)
		code = check_op(c, item->op, err);
	if (code == MR_OK)
		code = read_value(item->value->text, arena, c, err);
	return code;
}

static mr_code bad_filter(mr_str text, const char *expected, mr_error *err)
{
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_c(&buf, "Invalid filter string: ");
	mr_repr_text(&buf, text);
	mr_buf_c(&buf, expected);
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

static mr_code read_items(mr_str text, const struct mr_filter_item *items, size_t n, mr_arena *arena,
			  struct mr_search_filter *out, mr_error *err)
{
	size_t i;
	mr_code code = MR_OK;

	out->clauses = mr_arena_zalloc(arena, n * sizeof *out->clauses);
	if (!out->clauses)
		return mr_error_no_memory(err);
	for (i = 0; i < n && code == MR_OK; i++) {
		if (items[i].is_comparison)
			code = read_comparison(&items[i].comparison, arena, &out->clauses[out->n++], err);
		else if (!mr_sql_word_is(mr_repr_strip(items[i].other->text), "AND"))
			code = bad_filter(text,
					  ". Expected a list of comparisons separated by 'AND' (e.g. 'metrics.loss > 0.1 "
					  "AND params.lr = 0.01').",
					  err);
	}
	for (i = 0; i < out->n && code == MR_OK; i++)
		code = check_attribute(&out->clauses[i], err);
	return code;
}

mr_code mr_logged_models_parse_filter(mr_str text, mr_arena *arena, struct mr_search_filter *out, mr_error *err)
{
	struct mr_sql_token **statements;
	struct mr_filter_item *items;
	size_t n;
	mr_code code = mr_sql_parse(text, arena, &statements, &n, err);

	if (code == MR_INVALID_PARAMETER_VALUE)
		return bad_filter(text, ". It is nested too deeply.", err);
	if (code == MR_OK && n != 1)
		return bad_filter(text, ". Expected a single SQL expression.", err);
	if (code == MR_OK)
		code = mr_filter_items(statements[0], arena, &items, &n, err);
	return code == MR_OK ? read_items(text, items, n, arena, out, err) : code;
}

mr_code mr_logged_models_parse_order(mr_str field, struct mr_search_order *out, mr_error *err)
{
	const char *dot = memchr(field.ptr ? field.ptr : "", '.', field.len);
	mr_str word = mr_str_make(field.ptr, dot ? (size_t)(dot - field.ptr) : 0);

	out->type = dot ? MR_SEARCH_METRIC : MR_SEARCH_ATTRIBUTE;
	out->key = dot ? mr_str_make(dot + 1, field.len - word.len - 1) : alias_of(field);
	if (dot && !mr_str_is(word, "metrics"))
		return mr_search_invalid(err, "Invalid order by field name: %.*s. Only metrics are supported.",
					 MR_STR_ARG(field));
	if (!dot && !mr_words_have(attributes, out->key))
		return mr_search_invalid(err, "Invalid order by field name: %.*s", MR_STR_ARG(field));
	return MR_OK;
}
