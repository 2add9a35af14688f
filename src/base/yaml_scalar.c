/* SPDX-License-Identifier: Apache-2.0
 *
 * Source of the rules: the implicit resolvers and the constructors of PyYAML's
 * safe loader (YAML 1.1: "yes" is true, "010" is eight, "1:30" is ninety).
 */
#include "base/yaml_scalar.h"

/* A place in the text; the match functions below step over what they match. */
struct cursor {
	const char *at, *end;
};

static bool take(struct cursor *c, const char *one_of)
{
	if (c->at == c->end || !*c->at || !strchr(one_of, *c->at))
		return false;
	c->at++;
	return true;
}

static size_t take_all(struct cursor *c, const char *any_of)
{
	size_t n = 0;

	while (take(c, any_of))
		n++;
	return n;
}

#define DIGITS "0123456789"

static bool is_word(mr_str text, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (mr_str_is(text, words[i]))
			return true;
	return false;
}

static bool is_true(mr_str text)
{
	static const char *const words[] = {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};

	return is_word(text, words, sizeof words / sizeof words[0]);
}

static bool is_false(mr_str text)
{
	static const char *const words[] = {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};

	return is_word(text, words, sizeof words / sizeof words[0]);
}

static bool is_null(mr_str text)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	return is_word(text, words, sizeof words / sizeof words[0]);
}

static bool is_special_float(mr_str text)
{
	static const char *const words[] = {".inf",  ".Inf",  ".INF",  "-.inf", "-.Inf", "-.INF",
					    "+.inf", "+.Inf", "+.INF", ".nan",	".NaN",	 ".NAN"};

	return is_word(text, words, sizeof words / sizeof words[0]);
}

/* One or more of :[0-5]?[0-9] */
static bool take_sixties(struct cursor *c)
{
	bool any = false;

	while (c->at < c->end && *c->at == ':') {
		c->at++;
		if (take(c, "012345"))
			take(c, DIGITS);
		else if (!take(c, "6789"))
			return false;
		any = true;
	}
	return any;
}

static bool is_int(mr_str text)
{
	struct cursor c = {text.ptr, text.ptr + text.len};

	take(&c, "+-");
	if (take(&c, "0")) {
		if (c.at == c.end)
			return true;
		if (take(&c, "b"))
			return take_all(&c, "01_") && c.at == c.end;
		if (take(&c, "x"))
			return take_all(&c, "0123456789abcdefABCDEF_") && c.at == c.end;
		return take_all(&c, "01234567_") && c.at == c.end;
	}
	if (!take(&c, "123456789"))
		return false;
	take_all(&c, DIGITS "_");
	return c.at == c.end || (take_sixties(&c) && c.at == c.end);
}

/* (?:[eE][-+][0-9]+)? and then the end */
static bool exponent_and_end(struct cursor *c)
{
	if (!take(c, "eE"))
		return c->at == c->end;
	return take(c, "+-") && take_all(c, DIGITS) && c->at == c->end;
}

static bool is_float(mr_str text)
{
	struct cursor c = {text.ptr, text.ptr + text.len};

	if (is_special_float(text))
		return true;
	if (take(&c, ".")) /* no sign before it, so says the resolver */
		return take(&c, DIGITS) && (take_all(&c, DIGITS "_"), exponent_and_end(&c));
	take(&c, "+-");
	if (!take(&c, DIGITS))
		return false;
	take_all(&c, DIGITS "_");
	if (take(&c, ".")) {
		take_all(&c, DIGITS "_");
		return exponent_and_end(&c);
	}
	if (!take_sixties(&c) || !take(&c, "."))
		return false;
	take_all(&c, DIGITS "_");
	return c.at == c.end;
}

static bool take_digits(struct cursor *c, size_t least, size_t most)
{
	size_t n = 0;

	while (n < most && take(c, DIGITS))
		n++;
	return n >= least;
}

/* [ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9][0-9])?), or nothing */
static bool zone_and_end(struct cursor *c)
{
	if (c->at == c->end)
		return true;
	take_all(c, " \t");
	if (take(c, "Z"))
		return c->at == c->end;
	if (!take(c, "+-") || !take_digits(c, 1, 2))
		return false;
	if (take(c, ":") && !take_digits(c, 2, 2))
		return false;
	return c->at == c->end;
}

static bool is_timestamp(mr_str text)
{
	struct cursor c = {text.ptr, text.ptr + text.len};

	if (!take_digits(&c, 4, 4) || !take(&c, "-") || !take_digits(&c, 1, 2) || !take(&c, "-") ||
	    !take_digits(&c, 1, 2))
		return false;
	if (c.at == c.end) /* a date alone has two digits everywhere */
		return text.len == 10;
	if (!take(&c, "Tt") && !take_all(&c, " \t"))
		return false;
	if (!take_digits(&c, 1, 2) || !take(&c, ":") || !take_digits(&c, 2, 2) || !take(&c, ":") ||
	    !take_digits(&c, 2, 2))
		return false;
	if (take(&c, "."))
		take_all(&c, DIGITS);
	return zone_and_end(&c);
}

yaml_kind mr_yaml_kind(mr_str text)
{
	if (is_null(text))
		return YAML_KIND_NULL;
	if (is_true(text) || is_false(text))
		return YAML_KIND_BOOL;
	if (mr_str_is(text, "<<"))
		return YAML_KIND_MERGE;
	if (mr_str_is(text, "="))
		return YAML_KIND_VALUE;
	if (!strchr("+-.0123456789", text.ptr[0]) || !text.ptr[0])
		return YAML_KIND_TEXT;
	if (is_float(text))
		return YAML_KIND_FLOAT;
	if (is_int(text))
		return YAML_KIND_INT;
	return is_timestamp(text) ? YAML_KIND_TIMESTAMP : YAML_KIND_TEXT;
}

bool mr_yaml_bool(mr_str text)
{
	return is_true(text);
}

/* Digits of a base as a number; ':' begins the next power of sixty. False when it overflows. */
static bool to_integer(const char *digits, unsigned base, uint64_t *out)
{
	uint64_t value = 0, part = 0;
	unsigned digit;
	const char *at;

	for (at = digits; *at; at++) {
		if (*at == ':') {
			if (__builtin_add_overflow(value, part, &value) || __builtin_mul_overflow(value, 60u, &value))
				return false;
			part = 0;
			continue;
		}
		digit = *at <= '9' ? (unsigned)(*at - '0') : (unsigned)((*at | 0x20) - 'a' + 10);
		if (__builtin_mul_overflow(part, base, &part) || __builtin_add_overflow(part, digit, &part))
			return false;
	}
	return at > digits && !__builtin_add_overflow(value, part, out);
}

static mr_str int_text(mr_arena *arena, const char *digits, bool negative)
{
	uint64_t value = 0;
	unsigned base = 10;

	if (digits[0] == '0' && digits[1]) {
		base = digits[1] == 'b' ? 2 : digits[1] == 'x' ? 16 : 8;
		digits += base == 8 ? 1 : 2;
	} else if (!strchr(digits, ':')) { /* decimal: of any length */
		return mr_arena_printf(arena, "%s%s", negative && digits[0] != '0' ? "-" : "", digits);
	}
	if (!to_integer(digits, base, &value))
		return mr_str_make("", 0);
	return mr_arena_printf(arena, "%s%llu", negative && value ? "-" : "", (unsigned long long)value);
}

static mr_str float_text(mr_arena *arena, const char *digits, bool negative)
{
	double value = 0, part;
	char text[32];
	const char *at, *colon;

	if (digits[0] == '.' && (digits[1] | 0x20) == 'i')
		return mr_arena_copy(arena, mr_str_from(negative ? "-Infinity" : "Infinity"));
	if (digits[0] == '.' && (digits[1] | 0x20) == 'n')
		return mr_arena_copy(arena, mr_str_from("NaN"));
	for (at = digits;; at = colon + 1) {
		colon = strchr(at, ':');
		if (!mr_parse_double(mr_str_make(at, colon ? (size_t)(colon - at) : strlen(at)), &part))
			return mr_str_make("", 0);
		value = value * 60 + part;
		if (!colon)
			break;
	}
	if (value - value != 0)
		return mr_arena_copy(arena, mr_str_from(negative ? "-Infinity" : "Infinity"));
	return mr_arena_copy(arena, mr_str_make(text, mr_format_double(text, negative ? -value : value)));
}

mr_str mr_yaml_number(mr_arena *arena, mr_str text, yaml_kind kind)
{
	bool negative = text.len && text.ptr[0] == '-';
	char *plain = mr_arena_alloc(arena, text.len + 1);
	size_t i = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+'), n = 0;

	if (!plain)
		return mr_str_make(NULL, 0);
	for (; i < text.len; i++)
		if (text.ptr[i] != '_')
			plain[n++] = text.ptr[i];
	plain[n] = 0;
	return kind == YAML_KIND_INT ? int_text(arena, plain, negative) : float_text(arena, plain, negative);
}
