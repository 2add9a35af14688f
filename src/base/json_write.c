/* SPDX-License-Identifier: Apache-2.0
 *
 * The emitter writes what Python's json.dumps writes, byte for byte.
 */
#include "base/json.h"

#include "base/json_plain.h"
#include "base/utf8.h"

void mr_json_write_init(mr_json_writer *w, mr_buf *buf, mr_json_style style)
{
	w->buf = buf;
	w->style = style;
	w->depth = 0;
	w->first = true;
	w->after_key = false;
}

static void new_line(mr_json_writer *w)
{
	static const char spaces[] = "                                ";
	size_t left = (size_t)w->depth * 2, n;

	mr_buf_char(w->buf, '\n');
	for (; left > 0; left -= n) {
		n = left < sizeof spaces - 1 ? left : sizeof spaces - 1;
		mr_buf_add(w->buf, spaces, n);
	}
}

/* What stands between this item and the one before, but for new lines, which it writes. */
static mr_str separator(mr_json_writer *w)
{
	bool comma = !w->first && !w->after_key;

	if (w->style == MR_JSON_PRETTY && w->depth > 0 && !w->after_key) {
		if (comma)
			mr_buf_char(w->buf, ',');
		new_line(w);
		comma = false;
	}
	w->first = w->after_key = false;
	return mr_str_make(", ", comma ? (w->style == MR_JSON_SPACED ? 2 : 1) : 0);
}

static void separate(mr_json_writer *w)
{
	mr_str before = separator(w);

	if (before.len)
		mr_buf_str(w->buf, before);
}

void mr_json_write_begin(mr_json_writer *w, char bracket)
{
	separate(w);
	mr_buf_char(w->buf, bracket);
	w->depth++;
	w->first = true;
}

void mr_json_write_end(mr_json_writer *w, char bracket)
{
	w->depth--;
	if (w->style == MR_JSON_PRETTY && !w->first)
		new_line(w);
	mr_buf_char(w->buf, bracket);
	w->first = false;
	w->after_key = false;
}

static char *put_u(char *to, uint32_t unit)
{
	static const char hex[] = "0123456789abcdef";

	to[0] = '\\';
	to[1] = 'u';
	to[2] = hex[unit >> 12 & 15];
	to[3] = hex[unit >> 8 & 15];
	to[4] = hex[unit >> 4 & 15];
	to[5] = hex[unit & 15];
	return to + 6;
}

/* One character that cannot stand as it is; at most 12 bytes. Bytes that are
 * not UTF-8 become U+FFFD. */
static char *put_escaped(char *to, const char **at, const char *end)
{
	static const char letters[32] = {[8] = 'b', [9] = 't', [10] = 'n', [12] = 'f', [13] = 'r'};
	unsigned char c = (unsigned char)**at;
	size_t n;
	int32_t point;

	if (c < 0x80) {
		++*at;
		if (c < 0x20 ? letters[c] != 0 : c != 0x7f) {
			*to++ = '\\';
			*to++ = c >= 0x20 ? (char)c : letters[c];
			return to;
		}
		return put_u(to, c);
	}
	point = mr_utf8_get(*at, end, &n);
	*at += n;
	if (point < 0)
		point = 0xfffd;
	if (point < 0x10000)
		return put_u(to, (uint32_t)point);
	to = put_u(to, 0xd800 + ((uint32_t)(point - 0x10000) >> 10));
	return put_u(to, 0xdc00 + ((uint32_t)point & 0x3ff));
}

/* Escapes the text, whose length with all its escapes the cap may not allow. */
static void put_escaping_exactly(mr_buf *buf, const char *at, const char *end)
{
	char escaped[12];
	const char *run;

	while (at < end) {
		run = json_plain_end(at, end);
		mr_buf_add(buf, at, (size_t)(run - at));
		at = run;
		if (at < end)
			mr_buf_add(buf, escaped, (size_t)(put_escaped(escaped, &at, end) - escaped));
	}
}

/* A byte becomes six at most. Pieces are reserved at that, and written without further looks at the room. */
static void put_escaping(mr_buf *buf, const char *at, const char *end)
{
	enum { PIECE = 512, SPILL = 12 }; /* a character may begin in a piece and end behind it */
	const char *stop, *run;
	char *to, *from;

	while (at < end) {
		stop = end - at > PIECE ? at + PIECE : end;
		if (6 * PIECE + SPILL > buf->cap - buf->len) {
			put_escaping_exactly(buf, at, end);
			return;
		}
		from = to = mr_buf_reserve(buf, (size_t)(stop - at) * 6 + SPILL);
		if (!to)
			return;
		while (at < stop) {
			run = json_plain_end(at, stop);
			memcpy(to, at, (size_t)(run - at));
			to += run - at;
			at = run;
			if (at < stop)
				to = put_escaped(to, &at, end);
		}
		*to = 0;
		buf->len += (size_t)(to - from);
	}
}

/* A string and what stands around it: before a key's quote a comma, behind it a colon. */
static void put_string(mr_buf *buf, mr_str before, mr_str s, mr_str after)
{
	const char *end = s.ptr + s.len, *run = json_plain_end(s.ptr, end);
	size_t n = (size_t)(run - s.ptr);
	char *to = mr_buf_reserve(buf, before.len + n + 2 + after.len); /* exactly what a plain text needs */

	if (!to)
		return;
	memcpy(to, before.ptr, before.len);
	to += before.len;
	*to++ = '"';
	if (n)
		memcpy(to, s.ptr, n);
	to += n;
	if (run < end) {
		buf->len = (size_t)(to - buf->ptr);
		put_escaping(buf, run, end);
		to = mr_buf_reserve(buf, 1 + after.len);
		if (!to)
			return;
	}
	*to++ = '"';
	memcpy(to, after.ptr, after.len);
	to += after.len;
	*to = 0;
	buf->len = (size_t)(to - buf->ptr);
}

void mr_json_write_string(mr_json_writer *w, mr_str s)
{
	put_string(w->buf, separator(w), s, mr_str_make("", 0));
}

void mr_json_write_key(mr_json_writer *w, mr_str key)
{
	put_string(w->buf, separator(w), key, mr_str_make(": ", w->style == MR_JSON_COMPACT ? 1 : 2));
	w->after_key = true;
}

void mr_json_write_text(mr_json_writer *w, const char *key, mr_str value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value.ptr ? value : mr_str_from(""));
}

void mr_json_write_int(mr_json_writer *w, int64_t value)
{
	separate(w);
	mr_buf_int(w->buf, value);
}

void mr_json_write_double(mr_json_writer *w, double value)
{
	separate(w);
	if (value != value)
		mr_buf_c(w->buf, "\"NaN\"");
	else if (value - value != 0)
		mr_buf_c(w->buf, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
	else
		mr_buf_double(w->buf, value);
}

void mr_json_write_bool(mr_json_writer *w, bool value)
{
	separate(w);
	mr_buf_c(w->buf, value ? "true" : "false");
}

void mr_json_write_null(mr_json_writer *w)
{
	separate(w);
	mr_buf_add(w->buf, "null", 4);
}

void mr_json_write_raw(mr_json_writer *w, mr_str json)
{
	separate(w);
	mr_buf_str(w->buf, json);
}
