/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching registered models and versions: a statement is put together from
 * the clauses, the values are bound.
 */
#include "search/repr.h"
#include "search/search.h"
#include "store/rules_registry.h"
#include "store/sqlite/registry.h"

enum { SQL_MAX = 1 << 20, MODELS_DEFAULT = 100, VERSIONS_DEFAULT = 200000, FIELDS_MAX = 8 };

/* Which columns an entity has, and where its tags are. */
struct subject {
	mr_search_entity entity;
	const char *from;      /* "registered_models m" */
	const char *alias;     /* "m" */
	const char *columns;
	const char *tags_join; /* of the row's own tags */
	const char *tags_table;
	struct {
		const char *key, *column;
		bool is_number, can_order, can_filter, can_list;
	} fields[FIELDS_MAX];
};

static const struct subject models = {
	.entity = MR_SEARCH_REGISTERED_MODELS,
	.from = "registered_models m",
	.alias = "m",
	.columns = MR_SQLITE_MODEL_COLUMNS,
	.tags_join = "t.workspace = 'default' AND t.name = m.name",
	.tags_table = "registered_model_tags",
	.fields = {{"name", "name", false, true, true, true},
		   {"timestamp", "last_updated_time", false, true, false, false},
		   {"last_updated_timestamp", "last_updated_time", false, true, false, false}},
};

static const struct subject versions = {
	.entity = MR_SEARCH_MODEL_VERSIONS,
	.from = "model_versions v",
	.alias = "v",
	.columns = MR_SQLITE_VERSION_COLUMNS,
	.tags_join = "t.workspace = 'default' AND t.name = v.name AND t.version = v.version",
	.tags_table = "model_version_tags",
	.fields = {{"name", "name", false, true, true, true},
		   {"version_number", "version", true, true, true, false},
		   {"run_id", "run_id", false, false, true, true},
		   {"source_path", "source", false, false, true, false},
		   {"creation_timestamp", "creation_time", false, true, false, false},
		   {"last_updated_timestamp", "last_updated_time", false, true, false, false}},
};

/* A statement on the way. */
struct builder {
	const struct subject *subject;
	mr_buf sql;
	const struct mr_search_clause *bound[256]; /* whose values are bound, in this order */
	size_t bound_n;
	mr_error *err;
};

static const char *op_text(mr_search_op op)
{
	static const char *const texts[] = {"=", "!=", "<", "<=", ">", ">=", "LIKE", "ILIKE", "IN", "NOT IN", "IS NULL", "IS NOT NULL"};

	return texts[op];
}

static mr_code refuse(mr_error *err, const char *what, const char *value)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid %s: %s", what, value);
}

static mr_code bind_later(struct builder *b, const struct mr_search_clause *c)
{
	if (b->bound_n == sizeof b->bound / sizeof *b->bound)
		return mr_error_set(b->err, MR_INVALID_PARAMETER_VALUE, "The filter has more than %zu comparisons", b->bound_n);
	b->bound[b->bound_n++] = c;
	return MR_OK;
}

/* "column op ?", as MLflow's get_sql_comparison_func makes it for SQLite. */
static mr_code compare(struct builder *b, const char *column, const struct mr_search_clause *c)
{
	switch (c->op) {
	case MR_SEARCH_ILIKE:
		mr_buf_printf(&b->sql, "lower(%s) LIKE lower(?)", column);
		break;
	case MR_SEARCH_IN:
	case MR_SEARCH_NOT_IN:
		mr_buf_printf(&b->sql, "%s %s (", column, op_text(c->op));
		for (size_t i = 0; i < c->list_n; i++)
			mr_buf_c(&b->sql, i ? ", ?" : "?");
		mr_buf_char(&b->sql, ')');
		break;
	default:
		mr_buf_printf(&b->sql, "%s %s ?", column, op_text(c->op));
	}
	return bind_later(b, c);
}

static mr_code add_attribute(struct builder *b, const struct mr_search_clause *c)
{
	char column[64];

	for (size_t i = 0; i < FIELDS_MAX && b->subject->fields[i].key; i++) {
		bool number = b->subject->fields[i].is_number, list = c->op == MR_SEARCH_IN || c->op == MR_SEARCH_NOT_IN;
		bool ordered = c->op >= MR_SEARCH_LT && c->op <= MR_SEARCH_GE, text = c->op == MR_SEARCH_LIKE || c->op == MR_SEARCH_ILIKE;

		if (!mr_str_is(c->key, b->subject->fields[i].key) || !b->subject->fields[i].can_filter)
			continue;
		if (number && (list || text || c->op > MR_SEARCH_NOT_IN))
			return mr_error_set(b->err, MR_INVALID_PARAMETER_VALUE, "Invalid comparator for attribute %.*s: %s",
					    MR_STR_ARG(c->key), op_text(c->op));
		if (number && !c->is_integer) {
			mr_str shown = c->text.ptr ? c->text : mr_str_from("");

			return mr_error_set(b->err, MR_INVALID_PARAMETER_VALUE, "Invalid value for numeric attribute '%.*s': %.*s",
					    MR_STR_ARG(c->key), MR_STR_ARG(shown));
		}
		if (!number && (ordered || c->op > MR_SEARCH_NOT_IN || (list && !b->subject->fields[i].can_list)))
			return refuse(b->err, "comparator for attribute", op_text(c->op));
		snprintf(column, sizeof column, "%s.%s", b->subject->alias, b->subject->fields[i].column);
		mr_buf_c(&b->sql, " AND ");
		return compare(b, column, c);
	}
	return mr_error_set(b->err, MR_INVALID_PARAMETER_VALUE, "Invalid attribute name: %.*s", MR_STR_ARG(c->key));
}

static mr_code add_tag(struct builder *b, const struct mr_search_clause *c)
{
	static struct mr_search_clause key_of; /* never bound itself: says that the key of the next one is */
	mr_code code;

	if (c->op > MR_SEARCH_NE && c->op != MR_SEARCH_LIKE && c->op != MR_SEARCH_ILIKE)
		return refuse(b->err, "comparator for tag", op_text(c->op));
	mr_buf_printf(&b->sql, " AND EXISTS (SELECT 1 FROM %s t WHERE %s AND t.key = ? AND ", b->subject->tags_table,
		      b->subject->tags_join);
	code = bind_later(b, &key_of);
	if (code == MR_OK)
		code = compare(b, "t.value", c);
	mr_buf_char(&b->sql, ')');
	return code;
}

static bool asks_for_prompts(const struct mr_search_filter *filter)
{
	for (size_t i = 0; i < filter->n; i++) {
		const struct mr_search_clause *c = &filter->clauses[i];
		bool is_true, is_false;

		if (c->type != MR_SEARCH_TAG || !mr_str_is(c->key, MR_TAG_IS_PROMPT))
			continue;
		is_true = c->text.len == 4 && mr_search_like(c->text, mr_str_from("true"), true);
		is_false = c->text.len == 5 && mr_search_like(c->text, mr_str_from("false"), true);
		return (c->op == MR_SEARCH_EQ && is_true) || (c->op == MR_SEARCH_NE && is_false);
	}
	return false;
}

/* Prompts live in the same tables; a search for models leaves them out, whatever it says of their tag. */
static mr_code add_filter(struct builder *b, const struct mr_search_filter *filter)
{
	bool prompts = asks_for_prompts(filter);
	mr_code code = MR_OK;

	mr_buf_printf(&b->sql, "%s.workspace = 'default'", b->subject->alias);
	for (size_t i = 0; i < filter->n && code == MR_OK; i++) {
		const struct mr_search_clause *c = &filter->clauses[i];

		if (c->type == MR_SEARCH_ATTRIBUTE)
			code = add_attribute(b, c);
		else if (c->type != MR_SEARCH_TAG)
			code = refuse(b->err, "token type", c->type == MR_SEARCH_METRIC ? "metric" : "parameter");
		else if (prompts || !mr_str_is(c->key, MR_TAG_IS_PROMPT))
			code = add_tag(b, c);
	}
	if (!prompts)
		mr_buf_printf(&b->sql,
			      " AND NOT EXISTS (SELECT 1 FROM %s p WHERE p.workspace = 'default' AND p.name = %s.name "
			      "AND p.key = '" MR_TAG_IS_PROMPT "' AND p.value = 'true')",
			      b->subject->tags_table, b->subject->alias);
	return code;
}

static const char *order_column(const struct subject *s, mr_str key)
{
	for (size_t i = 0; i < FIELDS_MAX && s->fields[i].key; i++)
		if (s->fields[i].can_order && mr_str_is(key, s->fields[i].key))
			return s->fields[i].column;
	return NULL;
}

static mr_code duplicate_order(const mr_str *order_by, size_t n, mr_error *err)
{
	mr_buf buf;

	mr_buf_init(&buf, SQL_MAX);
	mr_buf_c(&buf, "`order_by` contains duplicate fields: ");
	mr_repr_list(&buf, order_by, n);
	return mr_repr_error(err, MR_INTERNAL_ERROR, &buf);
}

static mr_code add_order(struct builder *b, const mr_str *order_by, size_t n, mr_arena *arena)
{
	const char *seen[FIELDS_MAX] = {NULL};
	size_t seen_n = 0;
	bool by_name = false, by_version = false;

	mr_buf_c(&b->sql, " ORDER BY ");
	for (size_t i = 0; i < n; i++) {
		struct mr_search_order order;
		const char *column;
		mr_code code = mr_search_parse_order(b->subject->entity, order_by[i], arena, &order, b->err);

		if (code != MR_OK)
			return code;
		column = order_column(b->subject, order.key);
		if (!column)
			return mr_error_set(b->err, MR_INVALID_PARAMETER_VALUE, "Invalid order by key '%.*s' specified.",
					    MR_STR_ARG(order.key));
		for (size_t k = 0; k < seen_n; k++)
			if (strcmp(seen[k], column) == 0)
				return duplicate_order(order_by, n, b->err);
		seen[seen_n++] = column;
		by_name |= strcmp(column, "name") == 0;
		by_version |= strcmp(column, "version") == 0;
		mr_buf_printf(&b->sql, "%s%s.%s %s", i ? ", " : "", b->subject->alias, column, order.ascending ? "ASC" : "DESC");
	}
	if (!by_name)
		mr_buf_printf(&b->sql, "%s%s.name ASC", n ? ", " : "", b->subject->alias);
	if (b->subject == &versions && !by_version)
		mr_buf_c(&b->sql, ", v.version DESC");
	return MR_OK;
}

static void bind_clause(mr_stmt *stmt, int *at, const struct mr_search_clause *c)
{
	if (c->op == MR_SEARCH_IN || c->op == MR_SEARCH_NOT_IN)
		for (size_t i = 0; i < c->list_n; i++)
			mr_stmt_bind_text(stmt, (*at)++, c->list[i]);
	else if (c->is_number && c->is_integer)
		mr_stmt_bind_int(stmt, (*at)++, c->integer);
	else
		mr_stmt_bind_text(stmt, (*at)++, c->text);
}

static void bind_all(const struct builder *b, mr_stmt *stmt, int64_t limit, int64_t offset)
{
	int at = 1;

	for (size_t i = 0; i < b->bound_n; i++) {
		if (b->bound[i]->key.ptr)
			bind_clause(stmt, &at, b->bound[i]);
		else /* stands for the key of the clause behind it */
			mr_stmt_bind_text(stmt, at++, b->bound[i + 1]->key);
	}
	mr_stmt_bind_int(stmt, at++, limit);
	mr_stmt_bind_int(stmt, at, offset);
}

/* What both searches are given. */
struct search {
	const struct subject *subject;
	mr_str filter, page_token;
	const mr_str *order_by;
	size_t order_by_n;
	int64_t max_results;
	const char *where; /* what always holds */
};

static mr_code prepare(const struct search *s, struct builder *b, int64_t *offset, mr_arena *arena)
{
	struct mr_search_filter filter = {0};
	struct mr_page_token token = {0};
	mr_code code = mr_search_parse_filter(s->subject->entity, s->filter, arena, &filter, b->err);

	if (code == MR_OK && s->page_token.len)
		code = mr_page_token_parse(s->page_token, arena, &token, b->err);
	if (code != MR_OK)
		return code;
	*offset = token.offset;
	mr_buf_printf(&b->sql, "SELECT %s FROM %s WHERE %s", s->subject->columns, s->subject->from, s->where);
	code = add_filter(b, &filter);
	if (code == MR_OK)
		code = add_order(b, s->order_by, s->order_by_n, arena);
	mr_buf_c(&b->sql, " LIMIT ? OFFSET ?");
	return code == MR_OK ? mr_buf_check(&b->sql, b->err) : code;
}

static mr_code emit_row(const struct subject *subject, mr_conn *conn, mr_stmt *stmt, mr_call *call, mr_error *err)
{
	size_t mark = mr_call_mark(call);
	struct mr_registered_model *model;
	struct mr_model_version *version;
	mr_code code;

	if (subject == &models) {
		code = mr_sqlite_model_read(conn, stmt, true, call, &model, err);
		if (code == MR_OK)
			code = mr_call_emit(call, model, err);
	} else {
		code = mr_sqlite_version_read(conn, stmt, call, &version, err);
		if (code == MR_OK)
			code = mr_call_emit(call, version, err);
	}
	mr_call_release(call, mark);
	return code;
}

/* One row more than asked for says whether there is another page. */
static mr_code run(struct mr_sqlite_store *store, const struct search *s, mr_str *next, mr_call *call, mr_error *err)
{
	struct builder b = {.subject = s->subject, .err = err};
	mr_conn *conn = NULL;
	mr_stmt *stmt;
	int64_t offset, given = 0;
	bool row = false;
	mr_code code;

	mr_buf_init(&b.sql, SQL_MAX);
	code = prepare(s, &b, &offset, call->arena);
	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code == MR_OK)
		code = mr_conn_prepare(conn, mr_buf_view(&b.sql), &stmt, err);
	if (code == MR_OK) {
		bind_all(&b, stmt, s->max_results + 1, offset);
		while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row && given < s->max_results) {
			code = emit_row(s->subject, conn, stmt, call, err);
			if (code != MR_OK)
				break;
			given++;
		}
		mr_stmt_done(stmt);
	}
	if (code == MR_OK && row)
		*next = mr_page_token_make(call->arena, offset + s->max_results, mr_str_make(NULL, 0));
	if (conn)
		mr_db_read_end(conn);
	mr_buf_dispose(&b.sql);
	return code;
}

mr_code mr_sqlite_search_registered_models(void *self, const struct mr_search_registered_models *request,
					   struct mr_search_registered_models_response *response, mr_call *call,
					   mr_error *err)
{
	struct search s = {
		.subject = &models,
		.filter = request->filter,
		.page_token = request->page_token,
		.order_by = request->order_by,
		.order_by_n = request->order_by_n,
		.max_results = MR_HAS(request, MR_SEARCH_REGISTERED_MODELS_HAS_MAX_RESULTS) ? request->max_results : MODELS_DEFAULT,
		.where = "",
	};
	mr_str next = {0};
	mr_code code = run(self, &s, &next, call, err);

	if (code == MR_OK && next.len)
		mr_search_registered_models_response_set_next_page_token(response, next);
	return code;
}

mr_code mr_sqlite_search_model_versions(void *self, const struct mr_search_model_versions *request,
					struct mr_search_model_versions_response *response, mr_call *call, mr_error *err)
{
	static const mr_str usual[] = {
		{"last_updated_timestamp DESC", 27}, {"name ASC", 8}, {"version_number DESC", 19}};
	struct search s = {
		.subject = &versions,
		.filter = request->filter,
		.page_token = request->page_token,
		.order_by = request->order_by_n ? request->order_by : usual,
		.order_by_n = request->order_by_n ? request->order_by_n : 3,
		.max_results = MR_HAS(request, MR_SEARCH_MODEL_VERSIONS_HAS_MAX_RESULTS) ? request->max_results : VERSIONS_DEFAULT,
		.where = "v.current_stage <> 'Deleted_Internal' AND ",
	};
	mr_str next = {0};
	mr_code code;

	if (s.max_results < 1)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid value for max_results. It must be a positive integer, but got %lld",
				    (long long)s.max_results);
	code = run(self, &s, &next, call, err);
	if (code == MR_OK && next.len)
		mr_search_model_versions_response_set_next_page_token(response, next);
	return code;
}
