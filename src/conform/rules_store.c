/* SPDX-License-Identifier: Apache-2.0 */
#include "conform/rules_store.h"

#include "api/tables.h"
#include "base/error.h"

/* A request with every required field, and with texts and numbers that fit but name nothing. */
static mr_str plausible_request(struct check *c, const struct mr_op_desc *op)
{
	mr_buf buf;
	mr_str text;

	mr_buf_init(&buf, 1 << 16);
	for (uint32_t i = 0; i < op->request->fields_n; i++) {
		const struct mr_field_desc *f = &op->request->fields[i];
		bool list = (f->flags & MR_FIELD_REPEATED) != 0;

		if (!(f->flags & (MR_FIELD_REQUIRED | MR_FIELD_IN_PATH)))
			continue;
		mr_buf_printf(&buf, "%s'%s': %s", buf.len ? ", " : "", f->name, list ? "[" : "");
		if (f->kind == MR_KIND_STRING)
			mr_buf_printf(&buf, "'%s'",
				      strstr(f->name, "version") ? "77" : "0123456789abcdef0123456789abcdef");
		else if (f->kind == MR_KIND_MESSAGE)
			mr_buf_c(&buf, "{}");
		else if (f->kind == MR_KIND_ENUM)
			mr_buf_printf(&buf, "'%s'", f->enumeration->values[f->enumeration->values_n - 1].name);
		else
			mr_buf_c(&buf, f->kind == MR_KIND_BOOL ? "true" : "1");
		mr_buf_c(&buf, list ? "]" : "");
	}
	text = check_text(c, "{%.*s}", MR_STR_ARG(mr_buf_view(&buf)));
	mr_buf_dispose(&buf);
	return text;
}

void rules_store_every_operation(struct check *c, int side)
{
	size_t answered = 0;

	check_open(c);
	for (uint32_t i = 0; i < mr_operations_end; i++) {
		const struct mr_op_desc *op = mr_operations[i];
		mr_code code;

		if (!op || op->side != side)
			continue;
		code = check_ask(c, op->name, NULL, "%s", plausible_request(c, op).ptr);
		answered += code != MR_NOT_IMPLEMENTED;
		check_that(c, code != MR_INTERNAL_ERROR, "%s failed with INTERNAL_ERROR: %s", op->name, c->err.message);
		if (code == MR_OK)
			check_ok(c, code, op->name);
		else
			check_refused(c, code, op->name);
	}
	check_that(c, answered > 0, "not one operation is implemented");
	check_close(c);
}

void rules_store_unknown_operation(struct check *c, mr_store_invoke *invoke)
{
	check_open(c);
	check_code(c, invoke(c->self, 2000000000u, NULL, NULL, c->call, &c->err), MR_NOT_IMPLEMENTED,
		   "operation number 2000000000");
	check_close(c);
}

void rules_store_need_group(struct check *c, const struct mr_group_ops *g)
{
	if (!g)
		check_skip(c, "it offers no group of writes");
	check_that(c, g->key && g->begin && g->member_begin && g->member_end && g->commit && g->rollback,
		   "its table of the group of writes lacks a function, so that it is not used");
}

/* A member that must succeed and is kept. */
static void kept_member(struct check *c, const struct mr_group_ops *g, const char *operation, const char *request)
{
	bool alive = true;

	check_ok(c, g->member_begin(c->self, &c->err), "member_begin");
	check_do(c, operation, "%s", request);
	check_ok(c, g->member_end(c->self, true, &alive, &c->err), "member_end");
	check_that(c, alive, "member_end says that the group is lost, although its member succeeded");
}

/* A member that must fail and is undone; whether the group lives on. */
static bool undone_member(struct check *c, const struct mr_group_ops *g, const char *operation, const char *request)
{
	bool alive = true;

	check_ok(c, g->member_begin(c->self, &c->err), "member_begin");
	check_refused(c, check_ask(c, operation, NULL, "%s", request), operation);
	check_ok(c, g->member_end(c->self, false, &alive, &c->err), "member_end");
	return alive;
}

bool rules_store_group(struct check *c, const struct mr_group_ops *g, const struct group_member *kept,
		       const struct group_member *undone, bool commit)
{
	check_that(c, g->key(c->self) != NULL && g->key(c->self) == g->key(c->self),
		   "key does not give the same each time");
	check_ok(c, g->begin(c->self, &c->err), "begin of a group");
	kept_member(c, g, kept->operation, kept->request.ptr);
	if (commit && undone)
		commit = undone_member(c, g, undone->operation, undone->request.ptr);
	if (commit)
		check_ok(c, g->commit(c->self, &c->err), "commit of a group");
	else
		g->rollback(c->self);
	return commit;
}
