/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages in the memory of a call: made, copied, collected.
 */
#include "api/call.h"
#include "api/member.h"
#include "api/tables.h"

void *mr_msg_new(mr_call *call, const struct mr_msg_desc *desc)
{
	return mr_call_zalloc(call, desc->size);
}

static bool copy_str(mr_call *call, mr_str *s)
{
	*s = mr_call_copy(call, *s);
	return s->ptr != NULL;
}

/* Elements by value of a repeated field or a map: one block, then what they point to. */
static bool copy_elements(mr_call *call, const struct mr_field_desc *field, void *elements, size_t n)
{
	struct mr_map_string *pairs = elements;
	struct mr_map_double *numbers = elements;
	mr_str *texts = elements;
	size_t i;

	for (i = 0; i < n; i++) {
		if (field->kind == MR_KIND_MAP_STRING) {
			if (!copy_str(call, &pairs[i].key) || !copy_str(call, &pairs[i].value))
				return false;
		} else if (field->kind == MR_KIND_MAP_DOUBLE) {
			if (!copy_str(call, &numbers[i].key))
				return false;
		} else if (mr_kind_is_text(field->kind)) {
			if (!copy_str(call, &texts[i]))
				return false;
		}
	}
	return true;
}

static mr_code copy_repeated(mr_call *call, const struct mr_field_desc *field, void *message, mr_error *err)
{
	size_t n = *mr_member_count(message, field), size = mr_kind_size(field->kind), i;
	void **old = mr_member(message, field);
	void *copy, **items;

	if (n == 0 || !*old) {
		*old = NULL;
		*mr_member_count(message, field) = 0;
		return MR_OK;
	}
	copy = n <= SIZE_MAX / size ? mr_call_alloc(call, n * size) : NULL;
	if (!copy)
		return mr_error_no_memory(err);
	memcpy(copy, *old, n * size);
	*old = copy;
	if (field->kind != MR_KIND_MESSAGE)
		return copy_elements(call, field, copy, n) ? MR_OK : mr_error_no_memory(err);
	for (items = copy, i = 0; i < n; i++) {
		mr_code code = mr_msg_copy(call, field->message, items[i], &items[i], err);

		if (code != MR_OK)
			return code;
	}
	return MR_OK;
}

static mr_code copy_single(mr_call *call, const struct mr_field_desc *field, void *message, mr_error *err)
{
	void **child = mr_member(message, field);

	if (field->kind == MR_KIND_MESSAGE)
		return *child ? mr_msg_copy(call, field->message, *child, child, err) : MR_OK;
	if (mr_kind_is_text(field->kind) && !copy_str(call, mr_member(message, field)))
		return mr_error_no_memory(err);
	return MR_OK;
}

mr_code mr_msg_copy(mr_call *call, const struct mr_msg_desc *desc, const void *source, void **out, mr_error *err)
{
	void *copy = mr_call_alloc(call, desc->size);
	mr_code code = MR_OK;
	uint32_t i;

	if (!copy)
		return mr_error_no_memory(err);
	memcpy(copy, source, desc->size);
	for (i = 0; i < desc->fields_n && code == MR_OK; i++) {
		const struct mr_field_desc *field = &desc->fields[i];

		if (field->flags & MR_FIELD_REPEATED)
			code = copy_repeated(call, field, copy, err);
		else if (mr_member_is_set(copy, i))
			code = copy_single(call, field, copy, err);
		else
			memset(mr_member(copy, field), 0, mr_kind_size(field->kind)); /* nothing that dangles */
	}
	*out = copy;
	return code;
}

/* ---- rows ---- */

static bool make_room(struct mr_rows *rows)
{
	size_t more = rows->room ? rows->room * 2 : 16;
	void **grown;

	if (rows->n < rows->room)
		return true;
	grown = mr_arena_grow(rows->call->arena, rows->items, rows->room * sizeof *grown, more * sizeof *grown);
	if (!grown)
		return false;
	rows->items = grown;
	rows->room = more;
	return true;
}

static mr_code collect(void *arg, const void *row, mr_error *err)
{
	struct mr_rows *rows = arg;
	mr_code code;

	if (!make_room(rows))
		return mr_error_no_memory(err);
	code = mr_msg_copy(rows->call, rows->op->rows->message, row, &rows->items[rows->n], err);
	if (code == MR_OK)
		rows->n++;
	return code;
}

void mr_rows_begin(struct mr_rows *rows, mr_call *call, const struct mr_op_desc *op)
{
	memset(rows, 0, sizeof *rows);
	rows->op = op;
	rows->call = call;
	call->emit = op->rows ? collect : NULL;
	call->emit_arg = rows;
	call->keeps_rows = op->rows != NULL;
}

void mr_rows_end(struct mr_rows *rows, void *response)
{
	const struct mr_field_desc *field = rows->op->rows;

	rows->call->emit = NULL;
	rows->call->emit_arg = NULL;
	rows->call->keeps_rows = false;
	if (!field || rows->n == 0)
		return; /* a store may have filled the response itself */
	*(void **)mr_member(response, field) = rows->items;
	*mr_member_count(response, field) = rows->n;
}
