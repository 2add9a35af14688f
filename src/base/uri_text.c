/* SPDX-License-Identifier: Apache-2.0
 *
 * Percent-encoding, and the query.
 */
#include "base/uri_split.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the escape at position i stands for, or -1 when there is none. */
static int escape_at(mr_str s, size_t i)
{
	int high, low;

	if (s.ptr[i] != '%' || s.len - i < 3)
		return -1;
	high = hex_digit(s.ptr[i + 1]);
	low = hex_digit(s.ptr[i + 2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

size_t mr_uri_unquote(char *out, mr_str s, bool plus_is_space)
{
	size_t i, n = 0;
	int byte;

	for (i = 0; i < s.len; i++) {
		byte = escape_at(s, i);
		if (byte >= 0)
			i += 2;
		else
			byte = plus_is_space && s.ptr[i] == '+' ? ' ' : (unsigned char)s.ptr[i];
		out[n++] = (char)byte;
	}
	return n;
}

mr_code mr_uri_decode(mr_arena *arena, mr_str s, mr_str *out, mr_error *err)
{
	size_t i;
	char *text;

	for (i = 0; i < s.len; i++)
		if (s.ptr[i] == '%' && escape_at(s, i) < 0)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Invalid escape in '%.*s': '%%' needs two hex digits behind it; "
					    "write a '%%' itself as %%25.",
					    MR_STR_ARG(s));
	text = mr_arena_alloc(arena, s.len + 1);
	if (!text)
		return mr_error_no_memory(err);
	out->len = mr_uri_unquote(text, s, false);
	out->ptr = text;
	text[out->len] = 0;
	if (out->len && memchr(text, 0, out->len))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "A NUL character is not allowed in '%.*s'.",
				    MR_STR_ARG(s));
	return MR_OK;
}

static bool stays(char c, const char *keep)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c && (strchr("_.-~", c) || strchr(keep, c));
}

mr_str mr_uri_encode(mr_arena *arena, mr_str s, const char *keep)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i, n = s.len;
	char *text, *to;

	for (i = 0; i < s.len; i++)
		if (!stays(s.ptr[i], keep))
			n += 2;
	text = to = mr_arena_alloc(arena, n + 1);
	if (!text)
		return mr_str_make(NULL, 0);
	for (i = 0; i < s.len; i++) {
		if (stays(s.ptr[i], keep)) {
			*to++ = s.ptr[i];
			continue;
		}
		*to++ = '%';
		*to++ = hex[(unsigned char)s.ptr[i] >> 4];
		*to++ = hex[s.ptr[i] & 15];
	}
	*to = 0;
	return mr_str_make(text, n);
}

/* True when the escaped text, decoded, is key. */
static bool decodes_to(mr_str text, const char *key)
{
	size_t i;
	int byte;

	for (i = 0; i < text.len; i++, key++) {
		byte = escape_at(text, i);
		if (byte >= 0)
			i += 2;
		else
			byte = text.ptr[i] == '+' ? ' ' : (unsigned char)text.ptr[i];
		if (byte != (unsigned char)*key || !byte)
			return false;
	}
	return !*key;
}

bool mr_uri_query_get(mr_arena *arena, mr_str query, const char *key, mr_str *out)
{
	const char *end, *equals;
	mr_str pair, name;
	char *value;
	size_t at;

	for (at = 0; at < query.len; at += pair.len + 1) {
		end = memchr(query.ptr + at, '&', query.len - at);
		pair = mr_str_make(query.ptr + at, end ? (size_t)(end - query.ptr) - at : query.len - at);
		equals = memchr(pair.ptr, '=', pair.len);
		name = mr_str_make(pair.ptr, equals ? (size_t)(equals - pair.ptr) : pair.len);
		if (pair.len == 0 || !decodes_to(name, key))
			continue;
		value = mr_arena_alloc(arena, pair.len - name.len + 1);
		if (!value)
			return false;
		*out = mr_str_make(value, 0);
		if (equals)
			out->len = mr_uri_unquote(value, mr_str_make(equals + 1, pair.len - name.len - 1), true);
		value[out->len] = 0;
		return true;
	}
	return false;
}
