/* SPDX-License-Identifier: Apache-2.0
 *
 * sqlparse's lexer: a list of regular expressions, of which the first that
 * matches makes the token; here each is a function, in the same order.
 */
#include "base/utf8.h"
#include "search/sql_token.h"
#include "search/unicode.h"

struct word {
	const char *text;
	mr_sql_type type;
};

#include "search/sql_words.h"

struct place {
	const char *start, *at, *end;
};

/* ---- characters ---- */

static int32_t code_at(const char *at, const char *end, size_t *n)
{
	int32_t c;

	*n = 1;
	if (at >= end)
		return -1;
	c = mr_utf8_get(at, end, n);
	return c >= 0 ? c : 0xfffd;
}

static bool is_word_at(const char *at, const char *end)
{
	size_t n;
	int32_t c = code_at(at, end, &n);

	return c >= 0 && mr_unicode_is_word((uint32_t)c);
}

/* [A-ZÀ-Ü] without regard to case. */
static bool is_letter(int32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xc0 && c <= 0xdc) ||
	       (c >= 0xe0 && c <= 0xfc && c != 0xf7) || c == 0x131 || c == 0x17f || c == 0x212a || c == 0x212b;
}

static bool is_letter_at(const char *at, const char *end)
{
	size_t n;

	return is_letter(code_at(at, end, &n));
}

static bool is_digit_at(const char *at, const char *end)
{
	return at < end && *at >= '0' && *at <= '9';
}

static bool is_blank(int32_t c)
{
	return (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static const char *skip_word(const char *at, const char *end)
{
	size_t n;

	while (at < end && is_word_at(at, end)) {
		code_at(at, end, &n);
		at += n;
	}
	return at;
}

static const char *skip_blanks(const char *at, const char *end)
{
	size_t n;

	while (at < end && is_blank(code_at(at, end, &n)))
		at += n;
	return at;
}

static const char *skip_digits(const char *at, const char *end)
{
	while (is_digit_at(at, end))
		at++;
	return at;
}

static bool word_before(const struct place *p)
{
	const char *at = p->at;

	if (at == p->start)
		return false;
	do
		at--;
	while (at > p->start && ((unsigned char)*at & 0xc0) == 0x80);
	return is_word_at(at, p->end);
}

/* The word, whatever its case; the end behind it, or NULL. */
static const char *literal(const char *at, const char *end, const char *upper)
{
	for (; *upper; upper++, at++)
		if (at >= end || (*at >= 'a' && *at <= 'z' ? *at - 32 : *at) != *upper)
			return NULL;
	return at;
}

static const char *boundary(const char *at, const char *end)
{
	return at && !is_word_at(at, end) ? at : NULL;
}

/* \s+ and the word. */
static const char *next_word(const char *at, const char *end, const char *upper)
{
	const char *after = at ? skip_blanks(at, end) : NULL;

	return after && after > at ? literal(after, end, upper) : NULL;
}

/* ---- strings and quoted names ---- */

/* quote ( quote quote | backslash quote | [^quote] )* quote, with the regular
 * expression's way back when nothing closes it. */
static size_t quoted(const struct place *p, const char *quote, bool backslash)
{
	size_t q = strlen(quote);
	const char *at = p->at, *end = p->end, *retreat = NULL;

	if ((size_t)(end - at) < 2 * q || memcmp(at, quote, q))
		return 0;
	for (at += q; at < end;) {
		bool here = (size_t)(end - at) >= q && !memcmp(at, quote, q);

		if (here && (size_t)(end - at) >= 2 * q && !memcmp(at + q, quote, q)) {
			retreat = at + q;
			at += 2 * q;
		} else if (here) {
			return (size_t)(at + q - p->at);
		} else if (backslash && *at == '\\' && (size_t)(end - at) > q && !memcmp(at + 1, quote, q)) {
			retreat = at + 1 + q;
			at += 1 + q;
		} else {
			at++;
		}
	}
	return retreat ? (size_t)(retreat - p->at) : 0;
}

/* [name], unless a word or a bracket stands before it. */
static size_t bracketed(const struct place *p)
{
	const char *at = p->at + 1;

	if (*p->at != '[' || word_before(p) || (p->at > p->start && (p->at[-1] == ')' || p->at[-1] == ']')))
		return 0;
	while (at < p->end && *at != '[' && *at != ']')
		at++;
	return at < p->end && *at == ']' && at > p->at + 1 ? (size_t)(at + 1 - p->at) : 0;
}

/* ---- comments ---- */

static size_t line_comment(const struct place *p)
{
	const char *at = p->at;

	if (p->end - at < 2 || !(!memcmp(at, "--", 2) || !memcmp(at, "# ", 2)))
		return 0;
	while (at < p->end && *at != '\n' && *at != '\r')
		at++;
	if (at < p->end)
		at += at + 1 < p->end && at[0] == '\r' && at[1] == '\n' ? 2 : 1;
	return (size_t)(at - p->at);
}

static size_t block_comment(const struct place *p)
{
	const char *at;

	if (p->end - p->at < 4 || memcmp(p->at, "/*", 2))
		return 0;
	for (at = p->at + 2; at + 1 < p->end; at++)
		if (at[0] == '*' && at[1] == '/')
			return (size_t)(at + 2 - p->at);
	return 0;
}

/* $tag$ ... $tag$ */
static size_t dollar_quoted(const struct place *p)
{
	const char *tag_end = p->at + 1, *at;
	size_t n;

	if (*p->at != '$' || word_before(p) || (p->at > p->start && (p->at[-1] == '"' || p->at[-1] == '$')))
		return 0;
	if (tag_end < p->end && (is_letter_at(tag_end, p->end) || *tag_end == '_'))
		tag_end = skip_word(tag_end, p->end);
	if (tag_end >= p->end || *tag_end != '$')
		return 0;
	n = (size_t)(++tag_end - p->at);
	for (at = tag_end; (size_t)(p->end - at) >= n; at++)
		if (!memcmp(at, p->at, n))
			return (size_t)(at - p->at) + n;
	return 0;
}

/* ---- numbers ---- */

static bool may_end_number(const char *at, const char *end)
{
	return !(at < end && (*at == '_' || is_letter_at(at, end)));
}

/* 1.5, 1., .5 and their negatives; a digit is given back when a letter follows. */
static size_t plain_float(const struct place *p)
{
	const char *at = p->at + (*p->at == '-'), *point, *last;

	point = skip_digits(at, p->end);
	if (point >= p->end || *point != '.')
		return 0;
	last = skip_digits(point + 1, p->end);
	if (point == at && last == point + 1)
		return 0;
	if (may_end_number(last, p->end))
		return (size_t)(last - p->at);
	last--;
	return last > point + (point == at) ? (size_t)(last - p->at) : 0;
}

static size_t plain_integer(const struct place *p)
{
	const char *at = p->at + (*p->at == '-'), *last = skip_digits(at, p->end);

	if (last == at)
		return 0;
	if (may_end_number(last, p->end))
		return (size_t)(last - p->at);
	return last - 1 > at ? (size_t)(last - 1 - p->at) : 0;
}

static mr_sql_type number(const struct place *p, size_t *length)
{
	const char *at = p->at + (*p->at == '-'), *digits = skip_digits(at, p->end), *last;

	if (at + 2 < p->end && at[0] == '0' && (at[1] | 32) == 'x') {
		for (last = at + 2; is_digit_at(last, p->end) || (last < p->end && (*last | 32) >= 'a' && (*last | 32) <= 'f');)
			last++;
		*length = (size_t)(last - p->at);
		if (last > at + 2)
			return MR_SQL_HEXADECIMAL;
	}
	last = digits;
	if (digits > at && last + 1 < p->end && *last == '.' && is_digit_at(last + 1, p->end))
		last = skip_digits(last + 1, p->end);
	if (digits > at && last < p->end && (*last | 32) == 'e') {
		const char *exponent = last + 1 + (last + 1 < p->end && last[1] == '-');

		*length = (size_t)(skip_digits(exponent, p->end) - p->at);
		if (is_digit_at(exponent, p->end))
			return MR_SQL_FLOAT;
	}
	*length = plain_float(p);
	if (*length)
		return MR_SQL_FLOAT;
	*length = plain_integer(p);
	return *length ? MR_SQL_INTEGER : MR_SQL_ERROR;
}

/* ---- words ---- */

/* A name that a period or a parenthesis follows, or that follows a period. */
static size_t plain_name(const struct place *p)
{
	const char *last, *dot;

	if (!is_letter_at(p->at, p->end))
		return 0;
	last = skip_word(p->at, p->end);
	dot = skip_blanks(last, p->end);
	if ((dot < p->end && *dot == '.' && !is_digit_at(dot + 1, p->end)) ||
	    (p->at > p->start && p->at[-1] == '.') || (last < p->end && *last == '('))
		return (size_t)(last - p->at);
	return 0;
}

static size_t special_keyword(const struct place *p)
{
	static const char *const list[] = {"CASE", "IN", "VALUES", "USING", "FROM", "AS"};
	size_t i;

	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		const char *last = boundary(literal(p->at, p->end, list[i]), p->end);

		if (last)
			return (size_t)(last - p->at);
	}
	return 0;
}

/* Two words that are one keyword; second NULL: the first alone. */
static const struct {
	const char *first, *second, *third;
	mr_sql_type type;
} phrases[] = {
	{"END", "IF", NULL, MR_SQL_KEYWORD},	     {"END", "LOOP", NULL, MR_SQL_KEYWORD},
	{"END", "WHILE", NULL, MR_SQL_KEYWORD},	     {"END", "FOR", NULL, MR_SQL_KEYWORD},
	{"END", "CASE", NULL, MR_SQL_KEYWORD},	     {"END", NULL, NULL, MR_SQL_KEYWORD},
	{"IF", "NOT", "EXISTS", MR_SQL_KEYWORD},     {"IF", "EXISTS", NULL, MR_SQL_KEYWORD},
	{"NOT", "NULL", NULL, MR_SQL_KEYWORD},	     {"ASC", "NULLS", "FIRST", MR_SQL_KEYWORD_ORDER},
	{"ASC", "NULLS", "LAST", MR_SQL_KEYWORD_ORDER}, {"DESC", "NULLS", "FIRST", MR_SQL_KEYWORD_ORDER},
	{"DESC", "NULLS", "LAST", MR_SQL_KEYWORD_ORDER}, {"ASC", NULL, NULL, MR_SQL_KEYWORD_ORDER},
	{"DESC", NULL, NULL, MR_SQL_KEYWORD_ORDER},  {"NULLS", "FIRST", NULL, MR_SQL_KEYWORD_ORDER},
	{"NULLS", "LAST", NULL, MR_SQL_KEYWORD_ORDER}, {"UNION", "ALL", NULL, MR_SQL_KEYWORD},
	{"CREATE", NULL, NULL, MR_SQL_KEYWORD_DDL},  {"DOUBLE", "PRECISION", NULL, MR_SQL_BUILTIN},
	{"GROUP", "BY", NULL, MR_SQL_KEYWORD},	     {"ORDER", "BY", NULL, MR_SQL_KEYWORD},
	{"PRIMARY", "KEY", NULL, MR_SQL_KEYWORD},    {"HANDLER", "FOR", NULL, MR_SQL_KEYWORD},
	{"NOT", "LIKE", NULL, MR_SQL_COMPARISON},    {"NOT", "ILIKE", NULL, MR_SQL_COMPARISON},
	{"NOT", "RLIKE", NULL, MR_SQL_COMPARISON},   {"LIKE", NULL, NULL, MR_SQL_COMPARISON},
	{"ILIKE", NULL, NULL, MR_SQL_COMPARISON},    {"RLIKE", NULL, NULL, MR_SQL_COMPARISON},
	{"NOT", "REGEXP", NULL, MR_SQL_COMPARISON},  {"REGEXP", NULL, NULL, MR_SQL_COMPARISON},
	{"JOIN", NULL, NULL, MR_SQL_KEYWORD},
};

static mr_sql_type phrase(const struct place *p, size_t *length)
{
	size_t i;

	for (i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
		const char *last = literal(p->at, p->end, phrases[i].first);

		if (phrases[i].second)
			last = next_word(last, p->end, phrases[i].second);
		if (phrases[i].third)
			last = next_word(last, p->end, phrases[i].third);
		last = boundary(last, p->end);
		if (last) {
			*length = (size_t)(last - p->at);
			return phrases[i].type;
		}
	}
	return MR_SQL_ERROR;
}

static mr_sql_type keyword_or_name(mr_str text)
{
	char upper[40];
	size_t low = 0, high = sizeof words / sizeof words[0], i;

	if (text.len >= sizeof upper)
		return MR_SQL_NAME;
	for (i = 0; i < text.len; i++)
		upper[i] = text.ptr[i] >= 'a' && text.ptr[i] <= 'z' ? (char)(text.ptr[i] - 32) : text.ptr[i];
	upper[text.len] = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(upper, words[middle].text);

		if (order == 0)
			return words[middle].type;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return MR_SQL_NAME;
}

static mr_sql_type word(const struct place *p, size_t *length)
{
	const char *at = p->at;
	size_t n;

	if (!is_word_at(at, p->end))
		return MR_SQL_ERROR;
	while (at < p->end && (*at == '$' || *at == '#' || is_word_at(at, p->end))) {
		code_at(at, p->end, &n);
		at += n;
	}
	*length = (size_t)(at - p->at);
	return keyword_or_name(mr_str_make(p->at, *length));
}

/* ---- placeholders, commands, @names ---- */

static mr_sql_type marked(const struct place *p, size_t *length)
{
	const char *at = p->at, *last;

	if (*at == '?') {
		*length = 1;
		return MR_SQL_PLACEHOLDER;
	}
	if (*at == '%') {
		last = at + 1;
		if (last < p->end && *last == '(') {
			const char *close = skip_word(last + 1, p->end);

			last = close > last + 1 && close < p->end && *close == ')' ? close + 1 : p->end;
		}
		*length = (size_t)(last + 1 - at);
		return last < p->end && (*last | 32) == 's' ? MR_SQL_PLACEHOLDER : MR_SQL_ERROR;
	}
	last = skip_word(at + 1, p->end);
	*length = (size_t)(last - at);
	if ((*at == '$' || *at == ':') && last > at + 1 && !word_before(p))
		return MR_SQL_PLACEHOLDER;
	if (*at == '\\' && last > at + 1)
		return MR_SQL_COMMAND;
	if (*at == '@' || *at == '#') {
		const char *name = at + 1 + (*at == '#' && at + 1 < p->end && at[1] == '#');
		size_t n;

		code_at(name, p->end, &n);
		last = skip_word(name, p->end);
		*length = (size_t)(last - at);
		if (is_letter_at(name, p->end) && last > name + n)
			return MR_SQL_NAME;
	}
	return MR_SQL_ERROR;
}

/* ---- operators ---- */

static size_t run_of(const struct place *p, const char *set)
{
	const char *at = p->at;

	while (at < p->end && *at && strchr(set, *at))
		at++;
	return (size_t)(at - p->at);
}

static mr_sql_type operator_at(const struct place *p, size_t *length)
{
	static const char *const json[] = {"->>", "->", "#>>", "#>", "@>", "<@", "-", "#-"};
	size_t i;

	if (*p->at && strchr(";:()[],.", *p->at)) {
		*length = 1;
		return MR_SQL_PUNCTUATION;
	}
	for (i = 0; i < sizeof json / sizeof json[0]; i++) {
		*length = strlen(json[i]);
		if ((size_t)(p->end - p->at) >= *length && !memcmp(p->at, json[i], *length))
			return MR_SQL_OPERATOR;
	}
	*length = run_of(p, "<>=~!");
	if (*length)
		return MR_SQL_COMPARISON;
	*length = run_of(p, "+/@#%^&|-");
	return *length ? MR_SQL_OPERATOR : MR_SQL_ERROR;
}

/* ---- all ---- */

static mr_sql_type blank_or_mark(const struct place *p, size_t *length)
{
	const char *at = p->at;
	int32_t c = code_at(at, p->end, length);

	if (*at == '\r' || *at == '\n') {
		*length = p->end - at > 1 && at[0] == '\r' && at[1] == '\n' ? 2 : 1;
		return MR_SQL_NEWLINE;
	}
	if (is_blank(c))
		return MR_SQL_WHITESPACE;
	if (*at == ':' && p->end - at > 1 && (at[1] == '=' || at[1] == ':')) {
		*length = 2;
		return at[1] == '=' ? MR_SQL_ASSIGNMENT : MR_SQL_PUNCTUATION;
	}
	return *at == '*' ? MR_SQL_WILDCARD : MR_SQL_ERROR;
}

static mr_sql_type quoted_at(const struct place *p, size_t *length)
{
	*length = quoted(p, "'", true);
	if (*length)
		return MR_SQL_STRING;
	*length = quoted(p, "\"", true);
	if (*length)
		return MR_SQL_SYMBOL;
	*length = bracketed(p);
	return *length ? MR_SQL_NAME : MR_SQL_ERROR;
}

mr_sql_type mr_sql_lex(const char *start, const char *at, const char *end, size_t *length)
{
	struct place p = {start, at, end};
	mr_sql_type type;

	if ((*length = dollar_quoted(&p)))
		return MR_SQL_LITERAL;
	if ((*length = block_comment(&p)) || (*length = line_comment(&p)))
		return MR_SQL_COMMENT;
	if ((type = blank_or_mark(&p, length)) != MR_SQL_ERROR)
		return type;
	if ((*length = quoted(&p, "`", false)) || (*length = quoted(&p, "´", false)))
		return MR_SQL_NAME;
	if ((type = marked(&p, length)) != MR_SQL_ERROR)
		return type;
	if ((*length = special_keyword(&p)))
		return MR_SQL_KEYWORD;
	if ((*length = plain_name(&p)))
		return MR_SQL_NAME;
	if ((type = number(&p, length)) != MR_SQL_ERROR || (type = quoted_at(&p, length)) != MR_SQL_ERROR ||
	    (type = phrase(&p, length)) != MR_SQL_ERROR || (type = word(&p, length)) != MR_SQL_ERROR ||
	    (type = operator_at(&p, length)) != MR_SQL_ERROR)
		return type;
	code_at(at, end, length);
	return MR_SQL_ERROR;
}

bool mr_sql_word_is(mr_str text, const char *upper)
{
	const char *last = literal(text.ptr, text.ptr + text.len, upper);

	return last && last == text.ptr + text.len;
}
