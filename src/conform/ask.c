/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations of stores, asked in JSON: the tables of the API make messages of it
 * and JSON of the answer, so that a rule reads as what it says.
 */
#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>
#include <unistd.h>

#include "api/codec.h"
#include "base/error.h"
#include "conform/child.h"

enum { JSON_MAX = 64 << 20 };

static mr_code dispatch(struct check *c, const struct mr_op_desc *op, const void *request, void *response)
{
	bool tracking = op->side == MR_SIDE_TRACKING, absent = true;
	const void *facets = tracking ? (const void *)((const struct mr_tracking_store_ops *)c->ops)->facets
				      : (const void *)((const struct mr_model_registry_store_ops *)c->ops)->facets;
	mr_store_invoke *invoke = tracking ? ((const struct mr_tracking_store_ops *)c->ops)->invoke
					   : ((const struct mr_model_registry_store_ops *)c->ops)->invoke;
	mr_code code =
		op->slot ? op->slot(facets, c->self, request, response, c->call, &c->err, &absent) : MR_NOT_IMPLEMENTED;

	if (absent && invoke)
		code = invoke(c->self, op->id, request, response, c->call, &c->err);
	else if (absent)
		code = mr_error_set(&c->err, MR_NOT_IMPLEMENTED, "it has no slot and no invoke");
	if (op->id < OPERATIONS_MAX && !c->starved) {
		c->shared->operation_called[op->id] = true;
		c->shared->operation_offered[op->id] |= code != MR_NOT_IMPLEMENTED;
	}
	return code;
}

static const mr_json *tree_of(struct check *c, const struct mr_op_desc *op, const void *response)
{
	mr_error err;
	mr_buf buf;
	mr_json *tree = NULL;

	mr_error_init(&err);
	mr_buf_init(&buf, JSON_MAX);
	if (mr_msg_encode(op->response, response, MR_STYLE_PRETTY, &buf, &err) != MR_OK ||
	    mr_json_parse(mr_arena_copy(c->arena, mr_buf_view(&buf)), c->arena, &tree, &err) != MR_OK)
		check_fail(c, "what %s answered is no message: %s", op->name, err.message);
	mr_buf_dispose(&buf);
	return tree;
}

static mr_code ask(struct check *c, const char *operation, const mr_json **out, const char *format, va_list args)
{
	static _Thread_local char text[1 << 18];
	const struct mr_op_desc *op = mr_op_desc_by_name(mr_str_from(operation));
	void *request = NULL, *response;
	struct mr_rows rows;
	mr_error err;
	mr_code code;

	vsnprintf(text, sizeof text, format, args);
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	mr_error_init(&err);
	if (!op || mr_msg_decode(op->request, mr_str_from(text), c->kit_call, &request, &err) != MR_OK)
		check_fail(c, "the kit's own request of %s is wrong: %s", operation,
			   op ? err.message : "no such operation");
	response = mr_msg_new(c->call, op->response);
	if (!response && c->starved)
		_exit(0);
	check_that(c, response != NULL, "out of memory");
	mr_error_init(&c->err);
	if (op->rows)
		mr_rows_begin(&rows, c->call, op);
	code = dispatch(c, op, request, response);
	if (op->rows) {
		mr_rows_end(&rows, response);
		c->call->emit = NULL;
	}
	if (code == MR_OK && out)
		*out = tree_of(c, op, response);
	return code;
}

mr_code check_ask(struct check *c, const char *operation, const mr_json **out, const char *request, ...)
{
	va_list args;
	mr_code code;

	va_start(args, request);
	code = ask(c, operation, out, request, args);
	va_end(args);
	return code;
}

static void skip_if_absent(struct check *c, mr_code code, const char *operation)
{
	if (code == MR_NOT_IMPLEMENTED)
		check_skip(c, "the store does not have %s", operation);
}

const mr_json *check_do(struct check *c, const char *operation, const char *request, ...)
{
	const mr_json *out = NULL;
	va_list args;
	mr_code code;

	va_start(args, request);
	code = ask(c, operation, &out, request, args);
	va_end(args);
	skip_if_absent(c, code, operation);
	check_ok(c, code, operation);
	return out;
}

void check_do_fails(struct check *c, mr_code wanted, const char *operation, const char *request, ...)
{
	va_list args;
	mr_code code;

	va_start(args, request);
	code = ask(c, operation, NULL, request, args);
	va_end(args);
	skip_if_absent(c, code, operation);
	check_code(c, code, wanted, operation);
}

/* ---- looking into answers ---- */

const mr_json *check_at(const mr_json *tree, const char *path)
{
	while (tree && *path) {
		char word[128];
		size_t n = strcspn(path, ".");
		int64_t index;

		snprintf(word, sizeof word, "%.*s", (int)n, path);
		path += n + (path[n] == '.');
		if (tree->type == MR_JSON_ARRAY)
			tree = mr_parse_int64(mr_str_from(word), &index) && (size_t)index < tree->count
				       ? &tree->items[index]
				       : NULL;
		else
			tree = tree->type == MR_JSON_OBJECT ? mr_json_get(tree, word) : NULL;
	}
	return tree;
}

mr_str check_str(const mr_json *tree, const char *path)
{
	const mr_json *value = check_at(tree, path);

	return value && (value->type == MR_JSON_STRING || value->type == MR_JSON_NUMBER) ? value->text
											 : mr_str_from("");
}

size_t check_count(const mr_json *tree, const char *path)
{
	const mr_json *value = check_at(tree, path);

	return value && value->type == MR_JSON_ARRAY ? value->count : 0;
}

const mr_json *check_find(const mr_json *tree, const char *path, const char *member, mr_str value)
{
	const mr_json *list = check_at(tree, path);

	for (size_t i = 0; i < check_count(tree, path); i++)
		if (mr_str_eq(check_str(&list->items[i], member), value))
			return &list->items[i];
	return NULL;
}
