/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of the rarer kinds, as protobuf's json_format prints them.
 */
#include "api/datetime.h"
#include "api/encode.h"

static void encode_bytes(struct mr_encoding *e, mr_str bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *at = (const unsigned char *)bytes.ptr;
	size_t left = bytes.len;

	if (left > SIZE_MAX / 2 || !mr_sink_room(&e->sink, left / 3 * 4 + 6))
		return;
	*e->sink.at++ = '"';
	while (left > 0) {
		size_t n = left < 3 ? left : 3;
		uint32_t bits = (uint32_t)at[0] << 16 | (n > 1 ? (uint32_t)at[1] << 8 : 0) | (n > 2 ? at[2] : 0u);

		*e->sink.at++ = digits[bits >> 18];
		*e->sink.at++ = digits[bits >> 12 & 63];
		*e->sink.at++ = n > 1 ? digits[bits >> 6 & 63] : '=';
		*e->sink.at++ = n > 2 ? digits[bits & 63] : '=';
		at += n;
		left -= n;
	}
	*e->sink.at++ = '"';
}

/* The fewest digits, from 6 on, that read back as the same float. */
static void encode_float(struct mr_encoding *e, float value)
{
	char text[32];
	double shown = value;
	int digits, n;

	for (digits = 6; digits <= 9 && value - value == 0; digits++) {
		n = snprintf(text, sizeof text, "%.*e", digits - 1, (double)value);
		for (char *c = text; *c; c++)
			if (*c == ',') /* the locale's point */
				*c = '.';
		if (mr_parse_double(mr_str_make(text, (size_t)n), &shown) && (float)shown == value)
			break;
	}
	mr_encoding_double(e, shown);
}

/* Free JSON: written anew, so that its indentation fits. */
static void encode_json(struct mr_encoding *e, mr_str text)
{
	mr_arena *arena = mr_arena_new(0);
	mr_json_writer writer;
	mr_json *tree = NULL;

	e->code = arena ? mr_json_parse(text, arena, &tree, e->err) : mr_error_no_memory(e->err);
	if (e->code == MR_OK) {
		mr_sink_close(&e->sink);
		mr_json_write_init(&writer, e->sink.buf,
				   e->mode == MR_ENCODE_PRETTY ? MR_JSON_PRETTY : MR_JSON_COMPACT);
		writer.depth = e->depth;
		writer.after_key = true;
		mr_json_write_tree(&writer, tree);
		mr_sink_open(&e->sink, e->sink.buf);
	}
	mr_arena_free(arena);
}

static void encode_time(struct mr_encoding *e, unsigned kind, int64_t ns)
{
	char text[MR_TIME_TEXT_MAX];
	size_t n = kind == MR_KIND_TIMESTAMP ? mr_timestamp_format(text, ns) : mr_duration_format(text, ns);

	mr_sink_add_json(&e->sink, mr_str_make(text, n));
}

/* "a_b,c.d_e" is "aB,c.dE" in JSON. */
static void encode_field_mask(struct mr_encoding *e, mr_str paths)
{
	mr_buf camel;
	size_t i;

	mr_buf_init(&camel, paths.len);
	for (i = 0; i < paths.len; i++) {
		char c = paths.ptr[i];

		if (c == '_' && i + 1 < paths.len && paths.ptr[i + 1] >= 'a' && paths.ptr[i + 1] <= 'z')
			mr_buf_char(&camel, (char)(paths.ptr[++i] - 'a' + 'A'));
		else
			mr_buf_char(&camel, c);
	}
	if (camel.failed)
		e->code = mr_error_no_memory(e->err);
	mr_sink_add_json(&e->sink, mr_buf_view(&camel));
	mr_buf_dispose(&camel);
}

void mr_encoding_special(struct mr_encoding *e, unsigned kind, const void *value)
{
	switch (kind) {
	case MR_KIND_BYTES:
		encode_bytes(e, *(const mr_str *)value);
		break;
	case MR_KIND_FLOAT:
		encode_float(e, *(const float *)value);
		break;
	case MR_KIND_JSON:
		encode_json(e, *(const mr_str *)value);
		break;
	case MR_KIND_TIMESTAMP:
	case MR_KIND_DURATION:
		encode_time(e, kind, *(const int64_t *)value);
		break;
	default:
		encode_field_mask(e, *(const mr_str *)value);
		break;
	}
}
