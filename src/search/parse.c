/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters of runs, experiments, registered models and model versions
 * (mlflow/utils/search_utils.py); those of logged models are a language of their
 * own (logged_models.c).
 */
#include "api/python.h"
#include "search/dialect.h"
#include "search/repr.h"

static mr_words no_words = {NULL};
static mr_words run_attributes = {"status",  "user_id",	 "artifact_uri", "end_time", "start_time", "Created",
				  "created", "Run name", "Run Name",	 "run name", "run_id",	   "run_name", NULL};
static mr_words run_order_attributes = {"status",     "user_id", "artifact_uri", "end_time", "start_time",
					"Created",    "created", "run_id",	 "run_name", NULL};
static mr_words run_numbers = {"start_time", "end_time", "created", "Created", NULL};
static mr_words run_lists = {"run_id", NULL};
static mr_words dataset_attributes = {"name", "digest", "context", NULL};
static mr_words experiment_attributes = {"name", "experiment_id", "creation_time", "last_update_time", NULL};
static mr_words experiment_numbers = {"creation_time", "last_update_time", NULL};
static mr_words experiment_lists = {"experiment_id", NULL};
static mr_words model_attributes = {"name", NULL};
static mr_words model_numbers = {"creation_timestamp", "last_updated_timestamp", NULL};
static mr_words version_attributes = {"name", "version_number", "run_id", "source_path", NULL};
static mr_words version_order_attributes = {"name", "version_number", "creation_timestamp", "last_updated_timestamp",
					    NULL};
static mr_words version_numbers = {"version_number", "creation_timestamp", "last_updated_timestamp", NULL};
static mr_words version_lists = {"name", "run_id", NULL};

static mr_words metric_ops = {">", ">=", "!=", "=", "<", "<=", NULL};
static mr_words string_ops = {"!=", "=", "LIKE", "ILIKE", "IN", "NOT IN", NULL};
static mr_words tag_ops = {"!=", "=", "LIKE", "ILIKE", "IS NULL", "IS NOT NULL", NULL};

static const struct dialect {
	const char *const *attributes, *const *order_attributes, *const *numbers, *const *lists;
	bool quotes_items; /* in the message about what is no comparison */
} dialects[] = {
	[MR_SEARCH_RUNS] = {run_attributes, run_order_attributes, run_numbers, run_lists, true},
	[MR_SEARCH_EXPERIMENTS] = {experiment_attributes, experiment_attributes, experiment_numbers, experiment_lists,
				   false},
	[MR_SEARCH_REGISTERED_MODELS] = {model_attributes, no_words, model_numbers, model_attributes, false},
	[MR_SEARCH_MODEL_VERSIONS] = {version_attributes, version_order_attributes, version_numbers, version_lists,
				      false},
};

struct parser {
	mr_search_entity entity;
	const struct dialect *dialect;
	mr_arena *arena;
	mr_error *err;
};

enum { MESSAGE_MAX = 1 << 20 };

/* ---- identifiers ---- */

static const struct {
	const char *word;
	mr_search_type type;
} types[] = {{"metric", MR_SEARCH_METRIC},	 {"metrics", MR_SEARCH_METRIC},	   {"parameter", MR_SEARCH_PARAM},
	     {"parameters", MR_SEARCH_PARAM},	 {"param", MR_SEARCH_PARAM},	   {"params", MR_SEARCH_PARAM},
	     {"tag", MR_SEARCH_TAG},		 {"tags", MR_SEARCH_TAG},	   {"attribute", MR_SEARCH_ATTRIBUTE},
	     {"attributes", MR_SEARCH_ATTRIBUTE}, {"attr", MR_SEARCH_ATTRIBUTE},	   {"run", MR_SEARCH_ATTRIBUTE},
	     {"dataset", MR_SEARCH_DATASET},	 {"datasets", MR_SEARCH_DATASET}};

static const char *type_name(mr_search_type type)
{
	switch (type) {
	case MR_SEARCH_METRIC:
		return "metric";
	case MR_SEARCH_PARAM:
		return "parameter";
	case MR_SEARCH_TAG:
		return "tag";
	case MR_SEARCH_DATASET:
		return "dataset";
	default:
		return "attribute";
	}
}

static mr_code run_type(mr_str word, mr_search_type *out, mr_error *err)
{
	size_t i;

	word = mr_trim_backticks(word);
	for (i = 0; i < sizeof types / sizeof types[0]; i++)
		if (mr_str_is(word, types[i].word)) {
			*out = types[i].type;
			return MR_OK;
		}
	return mr_search_invalid(err,
				 "Invalid entity type '%.*s'. Valid values are ['metric', 'parameter', 'tag', 'attribute', "
				 "'dataset']",
				 MR_STR_ARG(word));
}

static mr_code other_type(mr_str word, mr_search_type *out, mr_error *err)
{
	*out = mr_str_is(word, "attribute") ? MR_SEARCH_ATTRIBUTE : MR_SEARCH_TAG;
	if (*out == MR_SEARCH_ATTRIBUTE || mr_str_is(word, "tag") || mr_str_is(word, "tags"))
		return MR_OK;
	return mr_search_invalid(err,
				 "Invalid entity type '%.*s'. Valid entity types are ('attribute', 'tag', 'tags')",
				 MR_STR_ARG(word));
}

static mr_code bad_key(const char *what, mr_str key, const char *const *valid, mr_error *err)
{
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_printf(&buf, "Invalid %s key '%.*s' specified. Valid keys are '", what, MR_STR_ARG(key));
	mr_words_print(&buf, valid);
	mr_buf_char(&buf, '\'');
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

/* early: registered models and versions look at the key before its quotes are taken off. */
static mr_code read_identifier(const struct parser *p, mr_str text, const char *const *attributes, bool early,
			       mr_search_type *type, mr_str *key)
{
	const char *dot = memchr(text.ptr, '.', text.len);
	mr_code code = MR_OK;

	*type = MR_SEARCH_ATTRIBUTE;
	*key = text;
	if (dot) {
		mr_str word = mr_str_make(text.ptr, (size_t)(dot - text.ptr));

		*key = mr_str_make(dot + 1, text.len - word.len - 1);
		code = p->entity == MR_SEARCH_RUNS ? run_type(word, type, p->err) : other_type(word, type, p->err);
	}
	if (code != MR_OK)
		return code;
	if (early && *type == MR_SEARCH_ATTRIBUTE && !mr_words_have(attributes, *key))
		return bad_key("attribute", *key, attributes, p->err);
	*key = mr_trim_backticks(mr_trim_quotes(*key));
	if (*type == MR_SEARCH_ATTRIBUTE && !mr_words_have(attributes, *key))
		return early ? MR_OK : bad_key("attribute", *key, attributes, p->err);
	if (*type == MR_SEARCH_DATASET && !mr_words_have(dataset_attributes, *key))
		return bad_key("dataset", *key, dataset_attributes, p->err);
	return MR_OK;
}

static mr_str canonical(mr_str key)
{
	if (mr_str_is(key, "created") || mr_str_is(key, "Created"))
		return mr_str_from("start_time");
	if (mr_str_is(key, "run name") || mr_str_is(key, "Run name") || mr_str_is(key, "Run Name"))
		return mr_str_from("run_name");
	return key;
}

/* ---- values ---- */

static bool is_number(const struct mr_sql_token *t)
{
	return t->type == MR_SQL_INTEGER || t->type == MR_SQL_FLOAT;
}

static bool is_text(const struct mr_sql_token *t)
{
	return t->type == MR_SQL_STRING || mr_sql_is_group(t, MR_SQL_IDENTIFIER);
}

static mr_code read_number(const struct parser *p, const struct mr_sql_token *t, struct mr_search_clause *c)
{
	struct mr_python_int integer;

	c->text = t->text;
	c->is_number = true;
	c->is_integer = t->type == MR_SQL_INTEGER && mr_python_int(t->text, &integer) &&
			mr_python_int64(integer, &c->integer);
	if (!mr_python_float(t->text, &c->number))
		return mr_search_invalid(p->err, "'%.*s' is not a number", MR_STR_ARG(t->text));
	return MR_OK;
}

static mr_code read_text(const struct parser *p, const struct mr_sql_token *t, struct mr_search_clause *c)
{
	c->text = mr_trim_quotes(t->text);
	if (mr_is_quoted(t->text, '\'') || mr_is_quoted(t->text, '"'))
		return MR_OK;
	return mr_search_invalid(p->err,
				 "Parameter value is either not quoted or unidentified quote types used for string value "
				 "%.*s. Use either single or double quotes.",
				 MR_STR_ARG(t->text));
}

/* "Only ['name', 'run_id'] attributes support ..." */
static mr_code list_unsupported(const struct parser *p)
{
	const char *const *words = p->dialect->lists;
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_printf(&buf, "Only ['%s'", words[0]);
	for (words++; *words; words++)
		mr_buf_printf(&buf, ", '%s'", *words);
	mr_buf_c(&buf, "] attributes support comparison with a list of quoted string values.");
	return mr_repr_error(p->err, MR_INVALID_PARAMETER_VALUE, &buf);
}

static mr_code read_list(const struct parser *p, const struct mr_sql_token *t, struct mr_search_clause *c)
{
	c->text = t->text;
	return mr_parse_string_list(t->text, p->arena, c, p->err);
}

static mr_code numbers_only(const struct parser *p)
{
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_c(&buf, "Only the '");
	mr_words_print(&buf, p->dialect->numbers);
	mr_buf_c(&buf, "' attributes support comparison with numeric values.");
	return mr_repr_error(p->err, MR_INVALID_PARAMETER_VALUE, &buf);
}

static mr_code attribute_value(const struct parser *p, mr_str key, const struct mr_sql_token *t,
			       struct mr_search_clause *c)
{
	bool plain = p->entity == MR_SEARCH_RUNS || p->entity == MR_SEARCH_EXPERIMENTS;

	if (plain && mr_words_have(p->dialect->numbers, key)) {
		if (is_number(t))
			return read_number(p, t, c);
		return mr_search_invalid(p->err, "Expected numeric value type for numeric attribute: %.*s. Found %.*s",
					 MR_STR_ARG(key), MR_STR_ARG(t->text));
	}
	if (is_text(t))
		return read_text(p, t, c);
	if (mr_sql_is_group(t, MR_SQL_PARENTHESIS))
		return mr_words_have(p->dialect->lists, key) ? read_list(p, t, c) : list_unsupported(p);
	if (p->entity == MR_SEARCH_MODEL_VERSIONS && is_number(t))
		return mr_words_have(p->dialect->numbers, key) ? read_number(p, t, c) : numbers_only(p);
	return mr_search_invalid(p->err, "Expected a quoted string value %sfor attributes. Got value %.*s",
				 plain ? "" : "or a list of quoted string values ", MR_STR_ARG(t->text));
}

static mr_code read_value(const struct parser *p, mr_str key, const struct mr_sql_token *t, struct mr_search_clause *c)
{
	switch (c->type) {
	case MR_SEARCH_METRIC:
		if (is_number(t))
			return read_number(p, t, c);
		return mr_search_invalid(p->err, "Expected numeric value type for metric. Found %.*s",
					 MR_STR_ARG(t->text));
	case MR_SEARCH_PARAM:
	case MR_SEARCH_TAG:
		if (is_text(t))
			return read_text(p, t, c);
		return mr_search_invalid(p->err,
					 "Expected a quoted string value for %s (e.g. 'my-value'). Got value %.*s",
					 type_name(c->type), MR_STR_ARG(t->text));
	case MR_SEARCH_DATASET:
		if (is_text(t))
			return read_text(p, t, c);
		if (mr_sql_is_group(t, MR_SQL_PARENTHESIS))
			return read_list(p, t, c);
		return mr_search_invalid(p->err,
					 "Expected a quoted string value for dataset attributes. Got value %.*s",
					 MR_STR_ARG(t->text));
	default:
		return attribute_value(p, key, t, c);
	}
}

/* ---- comparisons ---- */

static mr_code null_unsupported(const struct parser *p, const struct mr_search_clause *c, mr_str key)
{
	if (p->entity == MR_SEARCH_RUNS)
		return mr_search_invalid(p->err,
					 "IS NULL / IS NOT NULL is only supported for tags and params, not for '%s' '%.*s'",
					 type_name(c->type), MR_STR_ARG(key));
	if (p->entity == MR_SEARCH_EXPERIMENTS)
		return mr_search_invalid(p->err,
					 "IS NULL / IS NOT NULL is only supported for tags, not for attribute '%.*s'",
					 MR_STR_ARG(key));
	return mr_search_invalid(p->err, "IS NULL / IS NOT NULL is not supported in searches for models, not for '%.*s'",
				 MR_STR_ARG(key));
}

static mr_code read_comparison(const struct parser *p, const struct mr_comparison *item, struct mr_search_clause *c,
			       mr_str *key)
{
	bool early = p->entity == MR_SEARCH_REGISTERED_MODELS || p->entity == MR_SEARCH_MODEL_VERSIONS;
	bool null = item->n == 2 && !item->value;
	mr_code code;

	if (item->n != 3 && !null)
		return mr_search_invalid(p->err, "Invalid comparison clause. Expected 3 tokens found %zu", item->n);
	if (!mr_sql_is_group(item->identifier, MR_SQL_IDENTIFIER))
		return mr_search_invalid(p->err, "Invalid comparison clause. Expected 'Identifier' found '%.*s'",
					 MR_STR_ARG(item->identifier->text));
	code = read_identifier(p, item->identifier->text, p->dialect->attributes, early, &c->type, key);
	if (code != MR_OK)
		return code;
	c->key = c->type == MR_SEARCH_TAG || c->type == MR_SEARCH_PARAM || c->type == MR_SEARCH_METRIC ? *key
												       : canonical(*key);
	if (!null)
		return read_value(p, *key, item->value, c);
	if (c->type == MR_SEARCH_TAG ? !early : c->type == MR_SEARCH_PARAM)
		return MR_OK;
	return null_unsupported(p, c, *key);
}

/* ---- operators ---- */

static mr_code bad_op(const struct parser *p, mr_str op, const char *const *valid, const char *end)
{
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_printf(&buf, "Invalid comparator '%.*s' not one of '", MR_STR_ARG(op));
	mr_words_print(&buf, valid);
	mr_buf_c(&buf, end);
	return mr_repr_error(p->err, MR_INVALID_PARAMETER_VALUE, &buf);
}

static mr_code check_run_op(const struct parser *p, const struct mr_search_clause *c, mr_str op)
{
	bool is_metric_op = mr_words_have(metric_ops, op), is_tag_op = mr_words_have(tag_ops, op);

	switch (c->type) {
	case MR_SEARCH_METRIC:
		return is_metric_op ? MR_OK : bad_op(p, op, metric_ops, "");
	case MR_SEARCH_PARAM:
		return is_tag_op ? MR_OK : bad_op(p, op, tag_ops, "'");
	case MR_SEARCH_TAG:
		return is_tag_op ? MR_OK : bad_op(p, op, tag_ops, "");
	case MR_SEARCH_DATASET:
		return mr_words_have(string_ops, op) ? MR_OK : bad_op(p, op, string_ops, "");
	default:
		if (mr_words_have(p->dialect->numbers, c->key))
			return is_metric_op ? MR_OK : bad_op(p, op, string_ops, "");
		return mr_words_have(string_ops, op) ? MR_OK : bad_op(p, op, string_ops, "'");
	}
}

static mr_code check_experiment_number(const struct parser *p, const struct mr_search_clause *c, mr_str op)
{
	mr_buf buf;

	if (!mr_words_have(metric_ops, op))
		return bad_op(p, op, string_ops, "");
	if (c->is_integer)
		return MR_OK;
	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_printf(&buf, "Invalid value for numeric attribute '%.*s': '", MR_STR_ARG(c->key));
	mr_buf_double(&buf, c->number);
	mr_buf_char(&buf, '\'');
	return mr_repr_error(p->err, MR_INVALID_PARAMETER_VALUE, &buf);
}

/* The operator as it was written: in filters of experiments case counts. */
static mr_code check_experiment_op(const struct parser *p, const struct mr_search_clause *c, mr_str op)
{
	bool is_list = mr_str_is(op, "IN") || mr_str_is(op, "NOT IN");

	if (c->type == MR_SEARCH_TAG)
		return mr_words_have(tag_ops, op)
			       ? MR_OK
			       : mr_search_invalid(p->err, "Invalid comparator for tag: %.*s", MR_STR_ARG(op));
	if (mr_str_is(c->key, "experiment_id"))
		return is_list || mr_str_is(op, "=") || mr_str_is(op, "!=")
			       ? MR_OK
			       : mr_search_invalid(p->err, "Invalid comparator for experiment_id: %.*s", MR_STR_ARG(op));
	if (mr_words_have(p->dialect->numbers, c->key))
		return check_experiment_number(p, c, op);
	if (!mr_words_have(string_ops, op))
		return bad_op(p, op, string_ops, "'");
	return is_list ? mr_search_invalid(p->err, "Invalid comparator for string attribute: %.*s", MR_STR_ARG(op)) : MR_OK;
}

static mr_code bad_number(const struct parser *p, const struct mr_search_clause *c)
{
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_printf(&buf, "Invalid value for numeric attribute '%.*s': ", MR_STR_ARG(c->key));
	if (c->is_number)
		mr_buf_double(&buf, c->number);
	else
		mr_repr_text(&buf, c->text);
	return mr_repr_error(p->err, MR_INVALID_PARAMETER_VALUE, &buf);
}

/* version_number, which may be given as a text, too. */
static mr_code check_version_number(const struct parser *p, struct mr_search_clause *c, mr_str op)
{
	struct mr_python_int integer;

	if (!mr_words_have(metric_ops, op))
		return mr_search_invalid(p->err, "Invalid comparator for attribute %.*s: %.*s", MR_STR_ARG(c->key),
					 MR_STR_ARG(op));
	if (c->is_integer)
		return MR_OK;
	if (c->is_number || c->list || !mr_python_int(c->text, &integer) || !mr_python_int64(integer, &c->integer))
		return bad_number(p, c);
	c->is_integer = true;
	c->is_number = true;
	c->number = (double)c->integer;
	return MR_OK;
}

static mr_code check_model_op(const struct parser *p, struct mr_search_clause *c, mr_str op)
{
	bool is_list = mr_str_is(op, "IN") || mr_str_is(op, "NOT IN");

	if (c->type == MR_SEARCH_TAG)
		return !is_list && mr_words_have(string_ops, op)
			       ? MR_OK
			       : mr_search_invalid(p->err, "Invalid comparator for tag: %.*s", MR_STR_ARG(op));
	if (!mr_words_have(p->dialect->attributes, c->key))
		return mr_search_invalid(p->err, "Invalid attribute name: %.*s", MR_STR_ARG(c->key));
	if (mr_words_have(p->dialect->numbers, c->key))
		return check_version_number(p, c, op);
	if (!mr_words_have(string_ops, op) || (is_list && !mr_words_have(p->dialect->lists, c->key)))
		return mr_search_invalid(p->err, "Invalid comparator for attribute: %.*s", MR_STR_ARG(op));
	return MR_OK;
}

static mr_str upper(const struct parser *p, mr_str text)
{
	mr_str copy = mr_arena_copy(p->arena, text);
	char *at = (char *)(uintptr_t)copy.ptr;
	size_t i;

	for (i = 0; at && i < copy.len; i++)
		if (at[i] >= 'a' && at[i] <= 'z')
			at[i] = (char)(at[i] - 32);
	return copy;
}

static mr_code check_op(const struct parser *p, struct mr_search_clause *c, mr_str op)
{
	bool is_list = c->list != NULL;
	mr_code code;

	if (p->entity != MR_SEARCH_EXPERIMENTS)
		op = upper(p, op);
	if (!op.ptr)
		return mr_error_no_memory(p->err);
	if (p->entity == MR_SEARCH_RUNS)
		code = check_run_op(p, c, op);
	else if (p->entity == MR_SEARCH_EXPERIMENTS)
		code = check_experiment_op(p, c, op);
	else
		code = check_model_op(p, c, op);
	if (code != MR_OK)
		return code;
	mr_search_op_from(op, &c->op);
	if (c->op != MR_SEARCH_IS_NULL && c->op != MR_SEARCH_IS_NOT_NULL &&
	    is_list != (c->op == MR_SEARCH_IN || c->op == MR_SEARCH_NOT_IN))
		return mr_search_invalid(p->err, "'%.*s' cannot be compared by %.*s with %.*s: a list goes with IN and NOT IN",
					 MR_STR_ARG(c->key), MR_STR_ARG(op), MR_STR_ARG(c->text));
	return MR_OK;
}

/* ---- filters ---- */

static mr_code check_items(const struct parser *p, const struct mr_filter_item *items, size_t n)
{
	const char *quote = p->dialect->quotes_items ? "'" : "";
	mr_buf buf;
	size_t i;

	mr_buf_init(&buf, MESSAGE_MAX);
	for (i = 0; i < n; i++) {
		if (items[i].is_comparison || mr_sql_is_keyword(items[i].other, "AND"))
			continue;
		mr_buf_printf(&buf, "%s%s", buf.len ? ", " : "Invalid clause(s) in filter string: ", quote);
		mr_buf_str(&buf, items[i].other->text);
		mr_buf_c(&buf, quote);
	}
	return buf.len ? mr_repr_error(p->err, MR_INVALID_PARAMETER_VALUE, &buf) : MR_OK;
}

static mr_code read_items(const struct parser *p, const struct mr_filter_item *items, size_t n,
			  struct mr_search_filter *out)
{
	mr_str *keys = mr_arena_alloc(p->arena, n * sizeof *keys);
	size_t i, k;
	mr_code code = MR_OK;

	out->clauses = mr_arena_zalloc(p->arena, n * sizeof *out->clauses);
	if (!out->clauses || !keys)
		return mr_error_no_memory(p->err);
	for (i = 0; i < n && code == MR_OK; i++)
		if (items[i].is_comparison) {
			code = read_comparison(p, &items[i].comparison, &out->clauses[out->n], &keys[out->n]);
			out->n++;
		}
	for (i = 0, k = 0; i < n && code == MR_OK; i++)
		if (items[i].is_comparison)
			code = check_op(p, &out->clauses[k++], items[i].comparison.op);
	return code;
}

static mr_code several_statements(mr_str text, mr_error *err)
{
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_c(&buf, "Search filter contained multiple expression ");
	mr_repr_text(&buf, text);
	mr_buf_c(&buf, ". Provide AND-ed expression list.");
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

mr_code mr_search_parse_filter(mr_search_entity entity, mr_str text, mr_arena *arena, struct mr_search_filter *out,
			       mr_error *err)
{
	struct parser p = {entity, &dialects[entity], arena, err};
	struct mr_sql_token **statements;
	struct mr_filter_item *items;
	size_t n;
	mr_code code;

	memset(out, 0, sizeof *out);
	if (text.len == 0)
		return MR_OK;
	if (entity == MR_SEARCH_LOGGED_MODELS)
		return mr_logged_models_parse_filter(text, arena, out, err);
	code = mr_sql_parse(text, arena, &statements, &n, err);
	if (code == MR_INVALID_PARAMETER_VALUE)
		return mr_search_invalid(err, "Error on parsing filter '%.*s'", MR_STR_ARG(text));
	if (code == MR_OK && n == 0)
		return mr_search_invalid(err, "Invalid filter '%.*s'. Could not be parsed.", MR_STR_ARG(text));
	if (code == MR_OK && n > 1)
		return several_statements(text, err);
	if (code == MR_OK)
		code = mr_filter_items(statements[0], arena, &items, &n, err);
	if (code == MR_OK)
		code = check_items(&p, items, n);
	return code == MR_OK ? read_items(&p, items, n, out) : code;
}

/* ---- orders ---- */

static mr_words registered_model_orders = {"timestamp", "last_updated_timestamp", "name", NULL};

mr_code mr_search_order_key(mr_search_entity entity, mr_str text, mr_arena *arena, struct mr_search_order *out,
			    mr_error *err)
{
	struct parser p = {entity, &dialects[entity], arena, err};
	mr_code code;

	text = mr_repr_strip(text);
	if (entity == MR_SEARCH_REGISTERED_MODELS) {
		out->type = MR_SEARCH_ATTRIBUTE;
		out->key = text;
		if (mr_words_have(registered_model_orders, text))
			return MR_OK;
		return mr_search_invalid(err,
					 "Invalid order by key '%.*s' specified. Valid keys are '{'name', 'timestamp'}'",
					 MR_STR_ARG(text));
	}
	code = read_identifier(&p, text, p.dialect->order_attributes, false, &out->type, &out->key);
	if (code == MR_OK && out->type == MR_SEARCH_ATTRIBUTE)
		out->key = canonical(out->key);
	if (code == MR_OK && out->type == MR_SEARCH_DATASET)
		code = mr_search_invalid(err, "Invalid identifier type 'dataset'");
	if (code == MR_OK && entity == MR_SEARCH_MODEL_VERSIONS && out->type != MR_SEARCH_ATTRIBUTE)
		code = mr_search_invalid(err,
					 "Invalid order by key '%.*s' specified. Valid keys are {'creation_timestamp', "
					 "'last_updated_timestamp', 'name', 'version_number'}",
					 MR_STR_ARG(out->key));
	else if (code == MR_OK && entity != MR_SEARCH_RUNS && out->type != MR_SEARCH_ATTRIBUTE)
		code = mr_search_invalid(err, "Invalid order_by entity: %s", type_name(out->type));
	return code;
}
