/* SPDX-License-Identifier: Apache-2.0 */
#include "api/percent.h"

#include "base/utf8.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char hex[] = "0123456789ABCDEF";

/* The same text with a percent escape for each byte that belongs to no character, as Werkzeug keeps them. */
static mr_str escape_invalid(mr_str s, mr_call *call)
{
	char *out = mr_call_alloc(call, s.len * 3 + 1), *to = out;
	const char *at = s.ptr, *end = s.ptr + s.len;
	size_t n;

	for (; out && at < end; at += n) {
		if (mr_utf8_get(at, end, &n) >= 0) {
			memcpy(to, at, n);
			to += n;
		} else {
			*to++ = '%';
			*to++ = hex[(unsigned char)*at >> 4];
			*to++ = hex[*at & 15];
		}
	}
	if (out)
		*to = 0;
	return mr_str_make(out, (size_t)(to - out));
}

mr_str mr_percent_decode(mr_str s, bool query, mr_call *call)
{
	char *out = mr_call_alloc(call, s.len + 1), *to = out;
	size_t i;

	if (!out)
		return mr_str_make(NULL, 0);
	for (i = 0; i < s.len; i++) {
		int high = s.ptr[i] == '%' && i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(s.ptr[i + 2]) : -1;

		if (low >= 0) {
			*to++ = (char)(high << 4 | low);
			i += 2;
		} else {
			*to++ = query && s.ptr[i] == '+' ? ' ' : s.ptr[i];
		}
	}
	*to = 0;
	s = mr_str_make(out, (size_t)(to - out));
	return mr_utf8_valid(s) ? s : escape_invalid(s, call);
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
	       c == '-' || c == '~';
}

void mr_percent_encode(mr_str s, bool query, mr_buf *out)
{
	char *to;
	size_t i;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		to = mr_buf_reserve(out, 3);
		if (!to)
			return;
		if (is_unreserved((char)c) || (query && c == ' ')) {
			*to++ = c == ' ' ? '+' : (char)c;
		} else {
			*to++ = '%';
			*to++ = hex[c >> 4];
			*to++ = hex[c & 15];
		}
		*to = 0;
		out->len = (size_t)(to - out->ptr);
	}
}

bool mr_query_next(mr_str *rest, mr_str *key, mr_str *value)
{
	const char *end, *equals;
	mr_str pair;

	do {
		if (rest->len == 0)
			return false;
		end = memchr(rest->ptr, '&', rest->len);
		pair = mr_str_make(rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len);
		*rest = end ? mr_str_make(end + 1, rest->len - pair.len - 1) : mr_str_make(rest->ptr + rest->len, 0);
	} while (pair.len == 0);
	equals = memchr(pair.ptr, '=', pair.len);
	*key = mr_str_make(pair.ptr, equals ? (size_t)(equals - pair.ptr) : pair.len);
	*value = equals ? mr_str_make(equals + 1, pair.len - key->len - 1) : mr_str_from("");
	return true;
}
