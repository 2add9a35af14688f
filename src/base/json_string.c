/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings of the scanner: first a walk to the closing quote that checks
 * everything, then, only where there are escapes, a copy without them.
 */
#include "base/json_plain.h"
#include "base/json_scan.h"
#include "base/utf8.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four hex digits at `at`, or -1. */
static int32_t hex4(const char *at, const char *end)
{
	int32_t value = 0;
	int i, digit;

	if (end - at < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		digit = hex_digit(at[i]);
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* The code point of the \u escape at `at` (at its backslash) and its length, 6
 * or 12; -1 when malformed, -2 for half of a surrogate pair. */
static int32_t unicode_escape(const char *at, const char *end, size_t *n)
{
	int32_t high = hex4(at + 2, end), low;

	*n = 6;
	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high > 0xdbff || end - at < 12 || at[6] != '\\' || at[7] != 'u')
		return -2;
	low = hex4(at + 8, end);
	if (low < 0xdc00 || low > 0xdfff)
		return -2;
	*n = 12;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* What a short escape means, 0 when it is none. */
static char short_escape(char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '/':
		return c;
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return 0;
	}
}

/* The escape at sc->at: walks over it when it is a good one. */
static bool walk_escape(mr_json_scanner *sc)
{
	size_t n = 2;
	int32_t c;

	if (sc->end - sc->at < 2)
		return mr_json_scan_fail(sc, "an escape is cut off");
	if (sc->at[1] == 'u') {
		c = unicode_escape(sc->at, sc->end, &n);
		if (c == -1)
			return mr_json_scan_fail(sc, "\\u needs four hex digits");
		if (c == -2)
			return mr_json_scan_fail(sc, "the escape is half of a surrogate pair");
	} else if (!short_escape(sc->at[1])) {
		return mr_json_scan_fail(sc, "unknown escape; write a backslash as \\\\");
	}
	sc->at += n;
	return true;
}

bool mr_json_scan_string_span(mr_json_scanner *sc, mr_str *inside, size_t *escapes)
{
	const char *from = sc->at + 1;
	size_t n;

	*escapes = 0;
	sc->at = from;
	for (;;) {
		sc->at = json_plain_end(sc->at, sc->end);
		if (sc->at == sc->end)
			return mr_json_scan_fail(sc, "the string has no closing quote");
		if (*sc->at == '"')
			break;
		if (*sc->at == '\\') {
			++*escapes;
			if (!walk_escape(sc))
				return false;
		} else if ((unsigned char)*sc->at < 0x20) {
			return mr_json_scan_fail(sc, "the control character 0x%02x must be escaped in a string",
						 (unsigned)(unsigned char)*sc->at);
		} else if (mr_utf8_get(sc->at, sc->end, &n) < 0) {
			return mr_json_scan_fail(sc, "the byte 0x%02x is not valid UTF-8",
						 (unsigned)(unsigned char)*sc->at);
		} else {
			sc->at += n;
		}
	}
	*inside = mr_str_make(from, (size_t)(sc->at - from));
	sc->at++;
	return true;
}

/* Copies text, whose escapes are known to be good, without them. */
static size_t unescape(char *out, mr_str text)
{
	const char *at = text.ptr, *end = at + text.len, *run;
	char *to = out;
	size_t n = 2;

	while (at < end) {
		run = memchr(at, '\\', (size_t)(end - at));
		if (!run)
			run = end;
		memcpy(to, at, (size_t)(run - at));
		to += run - at;
		at = run;
		if (at == end)
			break;
		if (at[1] == 'u') {
			to += mr_utf8_put(to, (uint32_t)unicode_escape(at, end, &n));
			at += n;
		} else {
			*to++ = short_escape(at[1]);
			at += 2;
		}
	}
	*to = 0;
	return (size_t)(to - out);
}

bool mr_json_scan_string(mr_json_scanner *sc, mr_str *out)
{
	mr_json_type type;
	mr_str inside;
	size_t escapes;
	char *copy;

	if (!mr_json_scan_peek(sc, &type))
		return false;
	if (type != MR_JSON_STRING)
		return mr_json_scan_fail(sc, "a string is expected");
	if (!mr_json_scan_string_span(sc, &inside, &escapes))
		return false;
	*out = inside;
	if (!escapes)
		return true;
	copy = mr_arena_alloc(sc->arena, inside.len - escapes + 1); /* an escape is at least a byte longer */
	if (!copy) {
		mr_error_no_memory(sc->err);
		return mr_json_scan_fail(sc, "out of memory");
	}
	*out = mr_str_make(copy, unescape(copy, inside));
	return true;
}
