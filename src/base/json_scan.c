/* SPDX-License-Identifier: Apache-2.0
 *
 * A scanner that has failed has at == end and start == NULL: every later call
 * finds the end of the text and fails again, and the first error stands.
 */
#include "base/json_scan.h"

void mr_json_scan_init(mr_json_scanner *sc, mr_str text, mr_arena *arena, mr_error *err)
{
	sc->start = sc->at = text.ptr ? text.ptr : "";
	sc->end = sc->start + text.len;
	sc->arena = arena;
	sc->depth = 0;
	sc->err = err;
}

bool mr_json_scan_failed(const mr_json_scanner *sc)
{
	return sc->start == NULL;
}

bool mr_json_scan_fail(mr_json_scanner *sc, const char *format, ...)
{
	const char *c, *line_start = sc->start;
	char what[256];
	size_t line = 1;
	va_list args;

	if (mr_json_scan_failed(sc))
		return false;
	for (c = sc->start; c < sc->at; c++) {
		if (*c == '\n') {
			line++;
			line_start = c + 1;
		}
	}
	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	mr_error_set(sc->err, MR_BAD_REQUEST, "Invalid JSON at line %zu column %zu: %s", line,
		     (size_t)(sc->at - line_start) + 1, what);
	sc->start = NULL;
	sc->at = sc->end;
	return false;
}

static void skip_space(mr_json_scanner *sc)
{
	const char *at = sc->at;

	while (at < sc->end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		at++;
	sc->at = at;
}

static bool fail_expected(mr_json_scanner *sc, const char *what)
{
	unsigned char c;

	if (sc->at == sc->end)
		return mr_json_scan_fail(sc, "%s is expected, the text ends here", what);
	c = (unsigned char)*sc->at;
	if (c < 0x20 || c >= 0x7f)
		return mr_json_scan_fail(sc, "%s is expected, here is the byte 0x%02x", what, (unsigned)c);
	return mr_json_scan_fail(sc, "%s is expected, here is '%c'", what, c);
}

bool mr_json_scan_peek(mr_json_scanner *sc, mr_json_type *type)
{
	skip_space(sc);
	switch (sc->at < sc->end ? *sc->at : 0) {
	case '{':
		*type = MR_JSON_OBJECT;
		return true;
	case '[':
		*type = MR_JSON_ARRAY;
		return true;
	case '"':
		*type = MR_JSON_STRING;
		return true;
	case 't':
	case 'f':
		*type = MR_JSON_BOOL;
		return true;
	case 'n':
		*type = MR_JSON_NULL;
		return true;
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
	case 'N':
	case 'I':
		*type = MR_JSON_NUMBER;
		return true;
	default:
		return fail_expected(sc, "a value");
	}
}

/* Takes the word when it stands here. */
static bool take_word(mr_json_scanner *sc, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(sc->end - sc->at) < n || memcmp(sc->at, word, n) != 0)
		return false;
	sc->at += n;
	return true;
}

bool mr_json_scan_null(mr_json_scanner *sc)
{
	skip_space(sc);
	return take_word(sc, "null") || fail_expected(sc, "null");
}

bool mr_json_scan_bool(mr_json_scanner *sc, bool *out)
{
	skip_space(sc);
	*out = take_word(sc, "true");
	return *out || take_word(sc, "false") || fail_expected(sc, "true or false");
}

static bool take_digits(mr_json_scanner *sc)
{
	const char *at = sc->at;

	while (at < sc->end && *at >= '0' && *at <= '9')
		at++;
	if (at == sc->at)
		return fail_expected(sc, "a digit");
	sc->at = at;
	return true;
}

static bool take_char(mr_json_scanner *sc, char c)
{
	if (sc->at == sc->end || *sc->at != c)
		return false;
	sc->at++;
	return true;
}

static bool take_number(mr_json_scanner *sc)
{
	if (take_word(sc, "NaN") || take_word(sc, "Infinity"))
		return true;
	if (take_char(sc, '-') && take_word(sc, "Infinity"))
		return true;
	if (take_char(sc, '0')) {
		if (sc->at < sc->end && *sc->at >= '0' && *sc->at <= '9')
			return mr_json_scan_fail(sc, "a number must not begin with a zero");
	} else if (!take_digits(sc)) {
		return false;
	}
	if (take_char(sc, '.') && !take_digits(sc))
		return false;
	if (take_char(sc, 'e') || take_char(sc, 'E')) {
		if (!take_char(sc, '+'))
			take_char(sc, '-');
		return take_digits(sc);
	}
	return true;
}

bool mr_json_scan_number(mr_json_scanner *sc, mr_str *text)
{
	const char *from;

	skip_space(sc);
	from = sc->at;
	if (!take_number(sc))
		return false;
	*text = mr_str_make(from, (size_t)(sc->at - from));
	return true;
}

bool mr_json_scan_enter(mr_json_scanner *sc, mr_json_type array_or_object)
{
	bool object = array_or_object == MR_JSON_OBJECT;

	skip_space(sc);
	if (sc->at == sc->end || *sc->at != (object ? '{' : '['))
		return fail_expected(sc, object ? "an object" : "an array");
	if (sc->depth >= MR_JSON_DEPTH_MAX)
		return mr_json_scan_fail(sc, "nested deeper than the %d levels allowed", MR_JSON_DEPTH_MAX);
	sc->at++;
	sc->depth++;
	return true;
}

static bool take_key(mr_json_scanner *sc, mr_str *key)
{
	size_t escapes;

	if (sc->at == sc->end || *sc->at != '"')
		return fail_expected(sc, "a key in double quotes");
	if (!(key ? mr_json_scan_string(sc, key) : mr_json_scan_string_span(sc, &(mr_str){0}, &escapes)))
		return false;
	skip_space(sc);
	return take_char(sc, ':') || fail_expected(sc, "':'");
}

bool mr_json_scan_next(mr_json_scanner *sc, mr_json_type array_or_object, bool first, mr_str *key)
{
	bool object = array_or_object == MR_JSON_OBJECT;

	skip_space(sc);
	if (take_char(sc, object ? '}' : ']')) {
		sc->depth--;
		return false;
	}
	if (!first) {
		if (!take_char(sc, ','))
			return fail_expected(sc, object ? "',' or '}'" : "',' or ']'");
		skip_space(sc);
	}
	if (object)
		return take_key(sc, key);
	/* so that "[1,]" and "[1" fail here and not as somebody's value */
	if (sc->at == sc->end || *sc->at == ']' || *sc->at == ',')
		return fail_expected(sc, "a value");
	return true;
}

static bool skip_container(mr_json_scanner *sc, mr_json_type type)
{
	bool first = true;

	if (!mr_json_scan_enter(sc, type))
		return false;
	for (; mr_json_scan_next(sc, type, first, NULL); first = false)
		if (!mr_json_scan_skip(sc, NULL))
			return false;
	return !mr_json_scan_failed(sc);
}

static bool skip_value(mr_json_scanner *sc, mr_json_type type)
{
	mr_str ignored;
	size_t escapes;
	bool value;

	switch (type) {
	case MR_JSON_NULL:
		return mr_json_scan_null(sc);
	case MR_JSON_BOOL:
		return mr_json_scan_bool(sc, &value);
	case MR_JSON_NUMBER:
		return mr_json_scan_number(sc, &ignored);
	case MR_JSON_STRING:
		return mr_json_scan_string_span(sc, &ignored, &escapes);
	case MR_JSON_ARRAY:
	case MR_JSON_OBJECT:
	default:
		return skip_container(sc, type);
	}
}

bool mr_json_scan_skip(mr_json_scanner *sc, mr_str *out)
{
	mr_json_type type;
	const char *from;

	if (!mr_json_scan_peek(sc, &type))
		return false;
	from = sc->at;
	if (!skip_value(sc, type))
		return false;
	if (out)
		*out = mr_str_make(from, (size_t)(sc->at - from));
	return true;
}

bool mr_json_scan_end(mr_json_scanner *sc)
{
	if (mr_json_scan_failed(sc))
		return false;
	skip_space(sc);
	return sc->at == sc->end || fail_expected(sc, "the end");
}
