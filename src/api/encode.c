/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages to JSON, byte for byte as the reference prints them: json.dumps with
 * indent=2 of what protobuf's MessageToDict makes, or Flask's jsonify.
 */
#include "api/encode.h"

#include "api/member.h"

void mr_encoding_open(struct mr_encoding *e, mr_buf *out, enum mr_encode_mode mode, mr_error *err)
{
	mr_sink_open(&e->sink, out);
	e->mode = mode;
	e->depth = 0;
	e->code = MR_OK;
	e->err = err;
}

mr_code mr_encoding_close(struct mr_encoding *e)
{
	mr_sink_close(&e->sink);
	return e->code == MR_OK ? mr_buf_check(e->sink.buf, e->err) : e->code;
}

enum { BLANKS = 32 }; /* a copy of a fixed size is a few instructions */

/* Needs room for BLANKS bytes beyond the line. */
static void put_line(struct mr_sink *sink, int depth)
{
	static const char blanks[BLANKS + 1] = "                                ";
	size_t n = (size_t)depth * 2;

	*sink->at++ = '\n';
	memcpy(sink->at, blanks, BLANKS);
	if (n > BLANKS)
		memset(sink->at, ' ', n);
	sink->at += n;
}

bool mr_encoding_item(struct mr_encoding *e, bool first, size_t n)
{
	if (!mr_sink_room(&e->sink, n + 2 + BLANKS + (size_t)e->depth * 2))
		return false;
	if (!first)
		*e->sink.at++ = ',';
	if (e->mode == MR_ENCODE_PRETTY)
		put_line(&e->sink, e->depth);
	return true;
}

void mr_encoding_begin(struct mr_encoding *e, char bracket)
{
	e->depth++;
	if (mr_sink_room(&e->sink, 1))
		*e->sink.at++ = bracket;
}

void mr_encoding_end(struct mr_encoding *e, char bracket, bool empty)
{
	e->depth--;
	if (!mr_sink_room(&e->sink, 2 + BLANKS + (size_t)e->depth * 2))
		return;
	if (!empty && e->mode == MR_ENCODE_PRETTY)
		put_line(&e->sink, e->depth);
	*e->sink.at++ = bracket;
}

void mr_encoding_key(struct mr_encoding *e, const struct mr_plan_field *field, bool first)
{
	if (!mr_encoding_item(e, first, field->key_len + 1u + MR_PLAN_KEY_PAD))
		return;
	memcpy(e->sink.at, field->key, MR_PLAN_KEY_PAD);
	if (field->key_len > MR_PLAN_KEY_PAD)
		memcpy(e->sink.at, field->key, field->key_len);
	e->sink.at += field->key_len;
	if (e->mode == MR_ENCODE_PRETTY)
		*e->sink.at++ = ' ';
}

void mr_encoding_double(struct mr_encoding *e, double value)
{
	static const char *const quoted[] = {"\"NaN\"", "\"Infinity\"", "\"-Infinity\""};
	static const char *const bare[] = {"NaN", "Infinity", "-Infinity"};

	if (!mr_sink_room(&e->sink, 32))
		return;
	if (value - value == 0)
		e->sink.at += mr_format_double(e->sink.at, value);
	else
		mr_sink_add(&e->sink, mr_str_from((e->mode == MR_ENCODE_JSONIFY ? bare : quoted)[value != value ? 0
												 : value > 0	? 1
														: 2]));
}

static void encode_enum(struct mr_encoding *e, const struct mr_enum_desc *desc, int32_t number)
{
	const struct mr_enum_value *value = mr_enum_by_number(desc, number);

	if (value)
		mr_sink_add_json(&e->sink, mr_str_from(value->name));
	else if (mr_sink_room(&e->sink, 20))
		mr_sink_put_int(&e->sink, number);
}

static void encode_integer(struct mr_encoding *e, unsigned kind, const void *value)
{
	if (!mr_sink_room(&e->sink, 20))
		return;
	if (kind == MR_KIND_INT64)
		mr_sink_put_int(&e->sink, *(const int64_t *)value);
	else if (kind == MR_KIND_INT32)
		mr_sink_put_int(&e->sink, *(const int32_t *)value);
	else if (kind == MR_KIND_UINT32)
		mr_sink_put_uint(&e->sink, *(const uint32_t *)value);
	else
		mr_sink_put_uint(&e->sink, *(const uint64_t *)value);
}

/* A member that is not repeated, or an element of one that is. */
static void encode_value(struct mr_encoding *e, const struct mr_plan_field *field, const void *value)
{
	unsigned kind = field->desc->kind;

	switch (kind) {
	case MR_KIND_STRING:
		mr_sink_add_json(&e->sink, *(const mr_str *)value);
		break;
	case MR_KIND_INT32:
	case MR_KIND_INT64:
	case MR_KIND_UINT32:
	case MR_KIND_UINT64:
		encode_integer(e, kind, value);
		break;
	case MR_KIND_DOUBLE:
		mr_encoding_double(e, *(const double *)value);
		break;
	case MR_KIND_BOOL:
		mr_sink_add(&e->sink, mr_str_from(*(const bool *)value ? "true" : "false"));
		break;
	case MR_KIND_ENUM:
		encode_enum(e, field->desc->enumeration, *(const int32_t *)value);
		break;
	case MR_KIND_MESSAGE:
		mr_encoding_message(e, field->message, *(const void *const *)value);
		break;
	default:
		mr_encoding_special(e, kind, value);
		break;
	}
}

static void encode_list(struct mr_encoding *e, const struct mr_plan_field *field, const char *elements, size_t n)
{
	size_t size = mr_kind_size(field->desc->kind), i;

	mr_encoding_begin(e, '[');
	for (i = 0; i < n; i++)
		if (mr_encoding_item(e, i == 0, 0))
			encode_value(e, field, elements + i * size);
	mr_encoding_end(e, ']', n == 0);
}

static void encode_map(struct mr_encoding *e, unsigned kind, const void *elements, size_t n)
{
	const struct mr_map_string *texts = elements;
	const struct mr_map_double *numbers = elements;
	size_t i;

	mr_encoding_begin(e, '{');
	for (i = 0; i < n; i++) {
		if (!mr_encoding_item(e, i == 0, 0))
			break;
		mr_sink_add_json(&e->sink, kind == MR_KIND_MAP_STRING ? texts[i].key : numbers[i].key);
		mr_sink_add(&e->sink, mr_str_make(": ", e->mode == MR_ENCODE_PRETTY ? 2 : 1));
		if (kind == MR_KIND_MAP_STRING)
			mr_sink_add_json(&e->sink, texts[i].value);
		else
			mr_encoding_double(e, numbers[i].value);
	}
	mr_encoding_end(e, '}', n == 0);
}

static bool encode_repeated(struct mr_encoding *e, const struct mr_plan_field *field, const void *message, bool any)
{
	size_t n = *mr_member_count(message, field->desc);
	const void *elements = *(const void *const *)mr_member(message, field->desc);

	if (n == 0 && e->mode != MR_ENCODE_JSONIFY)
		return any;
	mr_encoding_key(e, field, !any);
	if (field->desc->kind == MR_KIND_MAP_STRING || field->desc->kind == MR_KIND_MAP_DOUBLE)
		encode_map(e, field->desc->kind, elements, n);
	else
		encode_list(e, field, elements, n);
	return true;
}

bool mr_encoding_members(struct mr_encoding *e, const struct mr_plan *plan, const void *message,
			 const struct mr_field_desc *skip, bool any)
{
	uint32_t i;

	for (i = 0; i < plan->desc->fields_n; i++) {
		const struct mr_plan_field *field = plan->order[i];
		const void *value = mr_member(message, field->desc);

		if (field->desc == skip)
			continue;
		if (field->desc->flags & MR_FIELD_REPEATED) {
			any = encode_repeated(e, field, message, any);
			continue;
		}
		if (!mr_member_is_set(message, field->index) ||
		    (field->desc->kind == MR_KIND_MESSAGE && !*(const void *const *)value))
			continue;
		mr_encoding_key(e, field, !any);
		encode_value(e, field, value);
		any = true;
	}
	return any;
}

void mr_encoding_message(struct mr_encoding *e, const struct mr_plan *plan, const void *message)
{
	mr_encoding_begin(e, '{');
	mr_encoding_end(e, '}', !mr_encoding_members(e, plan, message, NULL, false));
}

mr_code mr_encode_object(const struct mr_msg_desc *desc, const void *message, enum mr_encode_mode mode, mr_buf *out,
			 mr_error *err)
{
	const struct mr_plan *plan = mr_plan_get(desc);
	struct mr_encoding e;

	if (!plan)
		return mr_error_no_memory(err);
	mr_encoding_open(&e, out, mode, err);
	mr_encoding_message(&e, plan, message);
	return mr_encoding_close(&e);
}

mr_code mr_msg_encode(const struct mr_msg_desc *desc, const void *message, enum mr_style style, mr_buf *out,
		      mr_error *err)
{
	mr_code code;

	if (style != MR_STYLE_JSONIFY)
		return mr_encode_object(desc, message, MR_ENCODE_PRETTY, out, err);
	code = mr_encode_object(desc, message, MR_ENCODE_JSONIFY, out, err);
	mr_buf_char(out, '\n');
	return code == MR_OK ? mr_buf_check(out, err) : code;
}
