/* SPDX-License-Identifier: Apache-2.0
 *
 * A list in a filter, which MLflow reads with ast.literal_eval: a tuple of
 * Python's string literals.
 */
#include "base/utf8.h"
#include "search/dialect.h"
#include "search/repr.h"

struct reader {
	const char *at, *end;
	mr_arena *arena;
	mr_error *err;
};

static mr_code ill_formed(mr_error *err)
{
	return mr_search_invalid(err, "While parsing a list in the query, expected a non-empty list of string values, but "
				      "got ill-formed list.");
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || (*r->at >= '\t' && *r->at <= '\r')))
		r->at++;
}

static bool hex_digits(struct reader *r, int n, uint32_t *out)
{
	int i;

	*out = 0;
	for (i = 0; i < n; i++) {
		char c = r->at < r->end ? *r->at++ : 0;
		int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;

		if (digit < 0)
			return false;
		*out = *out << 4 | (uint32_t)digit;
	}
	return true;
}

/* What follows a backslash; at the character behind it. */
static bool escape(struct reader *r, mr_buf *buf)
{
	static const char names[] = "\\'\"abfnrtv", values[] = "\\'\"\a\b\f\n\r\t\v";
	const char *name;
	uint32_t code;
	char utf8[4], c = *r->at++;
	int i;

	name = c ? strchr(names, c) : NULL;
	if (name) {
		mr_buf_char(buf, values[name - names]);
		return true;
	}
	if (c == '\n')
		return true;
	if (c == 'x' || c == 'u' || c == 'U') {
		if (!hex_digits(r, c == 'x' ? 2 : c == 'u' ? 4 : 8, &code) || code > 0x10ffff ||
		    (code >= 0xd800 && code < 0xe000))
			return false;
	} else if (c >= '0' && c <= '7') {
		for (code = (uint32_t)(c - '0'), i = 0; i < 2 && r->at < r->end && *r->at >= '0' && *r->at <= '7'; i++)
			code = code << 3 | (uint32_t)(*r->at++ - '0');
	} else if (c == 'N') {
		return false; /* the names of characters are not known here */
	} else {
		mr_buf_char(buf, '\\');
		mr_buf_char(buf, c);
		return true;
	}
	mr_buf_add(buf, utf8, mr_utf8_put(utf8, code));
	return true;
}

/* One literal; at its quote, or at a prefix. */
static bool literal(struct reader *r, mr_buf *buf)
{
	bool raw = false;
	char quote;

	while (r->at < r->end && (*r->at | 32) != '"' && *r->at != '\'') {
		if ((*r->at | 32) != 'r' && (*r->at | 32) != 'u')
			return false;
		raw = raw || (*r->at | 32) == 'r';
		r->at++;
	}
	if (r->at >= r->end)
		return false;
	quote = *r->at++;
	while (r->at < r->end && *r->at != quote) {
		if (*r->at == '\n')
			return false;
		if (*r->at != '\\' || r->at + 1 >= r->end) {
			mr_buf_char(buf, *r->at++);
		} else if (raw) {
			mr_buf_add(buf, r->at, 2);
			r->at += 2;
		} else {
			r->at++;
			if (!escape(r, buf))
				return false;
		}
	}
	return r->at++ < r->end;
}

static bool begins_literal(const struct reader *r)
{
	const char *at = r->at;

	while (at < r->end && at - r->at < 2 && ((*at | 32) == 'r' || (*at | 32) == 'u'))
		at++;
	return at < r->end && (*at == '"' || *at == '\'');
}

/* Literals side by side are one string. */
static mr_code element(struct reader *r, mr_str *out)
{
	mr_buf buf;
	mr_code code = MR_OK;

	mr_buf_init(&buf, (size_t)(r->end - r->at) + 1);
	do {
		if (!literal(r, &buf))
			code = ill_formed(r->err);
		skip_blanks(r);
	} while (code == MR_OK && begins_literal(r));
	if (code == MR_OK)
		code = mr_buf_check(&buf, r->err);
	if (code == MR_OK) {
		*out = mr_arena_copy(r->arena, mr_buf_view(&buf));
		code = out->ptr ? MR_OK : mr_error_no_memory(r->err);
	}
	mr_buf_dispose(&buf);
	return code;
}

mr_code mr_parse_string_list(mr_str text, mr_arena *arena, struct mr_search_clause *clause, mr_error *err)
{
	struct reader r = {text.ptr + 1, text.ptr + text.len - 1, arena, err};
	size_t commas = 1, i;
	mr_code code = MR_OK;

	for (i = 0; i < text.len; i++)
		commas += text.ptr[i] == ',';
	clause->list = mr_arena_alloc(arena, commas * sizeof *clause->list);
	if (!clause->list)
		return mr_error_no_memory(err);
	skip_blanks(&r);
	if (r.at == r.end)
		return mr_search_invalid(err, "While parsing a list in the query, expected a non-empty list of string "
					      "values, but got empty list");
	while (code == MR_OK && r.at < r.end) {
		if (!begins_literal(&r))
			return mr_search_invalid(err,
						 "While parsing a list in the query, expected string value, punctuation, or "
						 "whitespace, but got different type in list: (%.*s%s)",
						 (int)text.len - 2, text.ptr + 1, commas == 1 ? "," : "");
		code = element(&r, &clause->list[clause->list_n]);
		clause->list_n += code == MR_OK;
		if (code == MR_OK && r.at < r.end && *r.at++ != ',')
			code = ill_formed(err);
		skip_blanks(&r);
	}
	return code;
}
