/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens of pages: base64 of {"offset": 100}, to which we add where the page
 * begins, so that it need not be counted to.
 */
#include "api/python.h"
#include "base/json.h"
#include "search/dialect.h"
#include "search/repr.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int digit_of(char c)
{
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* As Python's base64.b64decode: other characters are skipped, the padding must be right. */
bool mr_base64_decode(mr_str text, mr_arena *arena, mr_str *out)
{
	char *bytes = mr_arena_alloc(arena, text.len + 1);
	size_t i, n = 0, quads = 0;
	unsigned bits = 0;
	bool padded = false;

	for (i = 0; bytes && i < text.len && !padded; i++) {
		int digit = digit_of(text.ptr[i]);

		if (text.ptr[i] == '=' && quads % 4 >= 2)
			padded = quads % 4 == 3 || (i + 1 < text.len && memchr(text.ptr + i + 1, '=', text.len - i - 1));
		if (digit < 0)
			continue;
		bits = bits << 6 | (unsigned)digit;
		if (quads++ % 4)
			bytes[n++] = (char)(bits >> (6 - 2 * ((quads - 1) % 4)));
	}
	if (!bytes || (quads % 4 && !padded) || quads % 4 == 1)
		return false;
	bytes[n] = 0;
	*out = mr_str_make(bytes, n);
	return true;
}

static mr_code not_json(mr_str decoded, mr_error *err)
{
	mr_buf buf;

	mr_buf_init(&buf, 1 << 16);
	mr_buf_c(&buf, "Invalid page token, decoded value=b");
	mr_repr_text(&buf, decoded);
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

static bool is_zero(const mr_json *value)
{
	double number;

	switch (value->type) {
	case MR_JSON_NUMBER:
		return mr_parse_double(value->text, &number) && number == 0;
	case MR_JSON_STRING:
		return value->text.len == 0;
	case MR_JSON_BOOL:
		return !value->boolean;
	case MR_JSON_NULL:
		return true;
	default:
		return value->count == 0;
	}
}

static mr_code read_offset(const mr_json *value, int64_t *out, mr_error *err)
{
	struct mr_python_int integer;
	double number;

	if (value->type == MR_JSON_BOOL) {
		*out = 1;
		return MR_OK;
	}
	if (value->type == MR_JSON_NUMBER && mr_python_is_float(value->text) && mr_parse_double(value->text, &number) &&
	    number > -9e15 && number < 9e15) {
		*out = (int64_t)number;
		return MR_OK;
	}
	if ((value->type == MR_JSON_NUMBER || value->type == MR_JSON_STRING) && mr_python_int(value->text, &integer) &&
	    mr_python_int64(integer, out))
		return MR_OK;
	return mr_search_invalid(err, "Invalid page token, not stringable %.*s", MR_STR_ARG(value->text));
}

mr_code mr_page_token_parse(mr_str text, mr_arena *arena, struct mr_page_token *out, mr_error *err)
{
	const mr_json *offset;
	mr_json *token = NULL;
	mr_error ignored;
	mr_str decoded;

	memset(out, 0, sizeof *out);
	if (text.len == 0)
		return MR_OK;
	if (!mr_base64_decode(text, arena, &decoded))
		return mr_search_invalid(err, "Invalid page token, could not base64-decode");
	mr_error_init(&ignored);
	if (mr_json_parse(decoded, arena, &token, &ignored) != MR_OK)
		return not_json(decoded, err);
	if (token->type != MR_JSON_OBJECT)
		return mr_search_invalid(err, "Invalid page token, it must be an object, got %.*s", MR_STR_ARG(decoded));
	offset = mr_json_get(token, "offset");
	if (!offset || is_zero(offset))
		return mr_search_invalid(err, "Invalid page token, parsed value=%.*s", MR_STR_ARG(decoded));
	out->after = mr_json_str(mr_json_get(token, "after"), mr_str_from(NULL));
	return read_offset(offset, &out->offset, err);
}

mr_str mr_base64_encode(mr_arena *arena, mr_str bytes)
{
	size_t n = (bytes.len + 2) / 3 * 4, i, o = 0;
	char *out = mr_arena_alloc(arena, n + 1);

	for (i = 0; out && i < bytes.len; i += 3) {
		unsigned left = (unsigned)(bytes.len - i), bits = (unsigned char)bytes.ptr[i] << 16;

		if (left > 1)
			bits |= (unsigned)(unsigned char)bytes.ptr[i + 1] << 8;
		if (left > 2)
			bits |= (unsigned char)bytes.ptr[i + 2];
		out[o++] = digits[bits >> 18 & 63];
		out[o++] = digits[bits >> 12 & 63];
		out[o++] = left > 1 ? digits[bits >> 6 & 63] : '=';
		out[o++] = left > 2 ? digits[bits & 63] : '=';
	}
	if (out)
		out[n] = 0;
	return mr_str_make(out, out ? n : 0);
}

mr_str mr_page_token_make(mr_arena *arena, int64_t offset, mr_str after)
{
	mr_json_writer w;
	mr_buf buf;
	mr_str out = mr_str_from(NULL);

	mr_buf_init(&buf, after.len * 6 + 100);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("offset"));
	mr_json_write_int(&w, offset);
	if (after.len) {
		mr_json_write_key(&w, mr_str_from("after"));
		mr_json_write_string(&w, after);
	}
	mr_json_write_end(&w, '}');
	if (!buf.failed)
		out = mr_base64_encode(arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}
