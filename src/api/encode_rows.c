/* SPDX-License-Identifier: Apache-2.0
 *
 * A response whose rows come one at a time. The rows are the first member by
 * number (the generator sees to it), so what is before them is known at once.
 */
#include "api/encode.h"
#include "api/member.h"

static enum mr_encode_mode mode_of(const struct mr_op_desc *op)
{
	return op->style == MR_STYLE_JSONIFY ? MR_ENCODE_JSONIFY : MR_ENCODE_PRETTY;
}

/* A call only appends, so the state of the encoding is made anew each time. */
static const struct mr_plan *resume(struct mr_encoder *encoder, struct mr_encoding *e, mr_error *err)
{
	const struct mr_plan *plan = mr_plan_get(encoder->op->response);

	if (!plan) {
		mr_error_no_memory(err);
		return NULL;
	}
	mr_encoding_open(e, encoder->out, mode_of(encoder->op), err);
	e->depth = encoder->rows ? 2 : 1;
	return plan;
}

static const struct mr_plan_field *rows_of(const struct mr_plan *plan, const struct mr_op_desc *op)
{
	return &plan->fields[op->rows - op->response->fields];
}

static void add_row(struct mr_encoder *encoder, struct mr_encoding *e, const struct mr_plan_field *field,
		    const void *row)
{
	if (encoder->rows == 0) {
		mr_encoding_key(e, field, true);
		mr_encoding_begin(e, '[');
	}
	if (mr_encoding_item(e, encoder->rows == 0, 0))
		mr_encoding_message(e, field->message, row);
	encoder->rows++;
}

void mr_encode_begin(struct mr_encoder *encoder, const struct mr_op_desc *op, mr_buf *out)
{
	encoder->op = op;
	encoder->out = out;
	encoder->rows = 0;
	mr_buf_char(out, '{');
}

mr_code mr_encode_row(struct mr_encoder *encoder, const void *row, mr_error *err)
{
	struct mr_encoding e;
	const struct mr_plan *plan = resume(encoder, &e, err);

	if (!plan)
		return MR_RESOURCE_EXHAUSTED;
	add_row(encoder, &e, rows_of(plan, encoder->op), row);
	return mr_encoding_close(&e);
}

mr_code mr_encode_emit(void *encoder, const void *row, mr_error *err)
{
	return mr_encode_row(encoder, row, err);
}

mr_code mr_encode_end(struct mr_encoder *encoder, const void *response, mr_error *err)
{
	const struct mr_field_desc *rows = encoder->op->rows;
	struct mr_encoding e;
	const struct mr_plan *plan = resume(encoder, &e, err);
	bool any;
	size_t i;

	if (!plan)
		return MR_RESOURCE_EXHAUSTED;
	/* a store may hand over some rows and leave others in the response */
	for (i = 0; rows && i < *mr_member_count(response, rows); i++)
		add_row(encoder, &e, rows_of(plan, encoder->op),
			(*(const void *const *const *)mr_member(response, rows))[i]);
	any = encoder->rows > 0;
	if (any)
		mr_encoding_end(&e, ']', false);
	any = mr_encoding_members(&e, plan, response, any ? rows : NULL, any);
	mr_encoding_end(&e, '}', !any);
	if (e.mode == MR_ENCODE_JSONIFY)
		mr_sink_add(&e.sink, mr_str_from("\n"));
	return mr_encoding_close(&e);
}
