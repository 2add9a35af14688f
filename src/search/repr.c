/* SPDX-License-Identifier: Apache-2.0 */
#include "search/repr.h"

#include "base/json.h"
#include "base/utf8.h"
#include "search/unicode.h"

static void repr_escaped(mr_buf *buf, uint32_t c)
{
	if (c == '\n')
		mr_buf_c(buf, "\\n");
	else if (c == '\r')
		mr_buf_c(buf, "\\r");
	else if (c == '\t')
		mr_buf_c(buf, "\\t");
	else if (c < 0x100)
		mr_buf_printf(buf, "\\x%02x", c);
	else if (c < 0x10000)
		mr_buf_printf(buf, "\\u%04x", c);
	else
		mr_buf_printf(buf, "\\U%08x", c);
}

void mr_repr_text(mr_buf *buf, mr_str text)
{
	bool single = text.len && memchr(text.ptr, '\'', text.len);
	char quote = single && !memchr(text.ptr, '"', text.len) ? '"' : '\'';
	const char *at = text.ptr, *end = text.ptr + text.len;

	mr_buf_char(buf, quote);
	while (at < end) {
		size_t n;
		int32_t c = mr_utf8_get(at, end, &n);

		if (c == quote || c == '\\') {
			mr_buf_char(buf, '\\');
			mr_buf_char(buf, (char)c);
		} else if (c >= 0 && mr_unicode_is_printable((uint32_t)c)) {
			mr_buf_add(buf, at, n);
		} else {
			repr_escaped(buf, c >= 0 ? (uint32_t)c : 0xfffd);
		}
		at += n;
	}
	mr_buf_char(buf, quote);
}

void mr_repr_list(mr_buf *buf, const mr_str *items, size_t n)
{
	size_t i;

	mr_buf_char(buf, '[');
	for (i = 0; i < n; i++) {
		if (i)
			mr_buf_c(buf, ", ");
		mr_repr_text(buf, items[i]);
	}
	mr_buf_char(buf, ']');
}

void mr_repr_json(mr_buf *buf, mr_str text)
{
	mr_json_writer writer;

	mr_json_write_init(&writer, buf, MR_JSON_COMPACT);
	mr_json_write_string(&writer, text);
}

/* str.isspace(), which is what str.strip() takes away. */
static bool is_blank(int32_t c)
{
	return (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

mr_str mr_repr_strip(mr_str text)
{
	const char *at = text.ptr, *end = text.ptr + text.len, *last;
	size_t n;

	while (at < end && is_blank(mr_utf8_get(at, end, &n)))
		at += n;
	while (at < end) {
		for (last = end - 1; last > at && ((unsigned char)*last & 0xc0) == 0x80;)
			last--;
		if (!is_blank(mr_utf8_get(last, end, &n)) || last + n != end)
			break;
		end = last;
	}
	return mr_str_make(at, (size_t)(end - at));
}

mr_code mr_repr_error(mr_error *err, mr_code code, mr_buf *message)
{
	if (message->failed)
		mr_error_no_memory(err);
	else
		mr_error_set(err, code, "%s", message->ptr ? message->ptr : "");
	mr_buf_dispose(message);
	return code;
}
