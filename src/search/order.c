/* SPDX-License-Identifier: Apache-2.0
 *
 * "metrics.loss DESC": what to order by. Read by sqlparse first, then split as a
 * shell splits words (search_utils.py, _parse_order_by_string).
 */
#include "search/dialect.h"

static mr_code not_parsed(mr_str text, mr_error *err)
{
	return mr_search_invalid(err, "Invalid order_by clause '%.*s'. Could not be parsed.", MR_STR_ARG(text));
}

static bool is_timestamp(const struct mr_sql_token *t)
{
	return t->type == MR_SQL_BUILTIN && mr_str_is(t->text, "timestamp");
}

/* The statement is an identifier, or "timestamp" with or without a direction. */
static bool accepted(const struct mr_sql_token *statement, mr_str *out)
{
	const struct mr_sql_token *first = statement->tokens[0], *last = statement->tokens[statement->n - 1];
	size_t i;

	*out = first->text;
	if (statement->n == 1)
		return mr_sql_is_group(first, MR_SQL_IDENTIFIER) || is_timestamp(first);
	if (!is_timestamp(first) || last->type != MR_SQL_KEYWORD_ORDER)
		return false;
	for (i = 1; i + 1 < statement->n; i++)
		if (!mr_sql_is_space(statement->tokens[i]))
			return false;
	*out = statement->text;
	return true;
}

/* ---- words, as Python's shlex.split() ---- */

enum { WORDS_MAX = 3 };

static bool is_shell_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One word, unquoted; a backtick is a double quote. *at moves behind it. */
static bool shell_word(const char **at, const char *end, mr_buf *word)
{
	char quote = 0, c;

	for (; *at < end && (quote || !is_shell_blank(**at)); ++*at) {
		c = **at == '`' ? '"' : **at;
		if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? 0 : c;
		} else if (c == '\\' && quote != '\'') {
			if (++*at >= end)
				return false;
			c = **at == '`' ? '"' : **at;
			if (quote && c != '"' && c != '\\')
				mr_buf_char(word, '\\');
			mr_buf_char(word, c);
		} else {
			mr_buf_char(word, c);
		}
	}
	return !quote;
}

/* Up to WORDS_MAX words; false where a quote is not closed. */
static bool split_words(mr_str text, mr_arena *arena, mr_str words[WORDS_MAX], size_t *n, mr_error *err)
{
	const char *at = text.ptr, *end = text.ptr + text.len;
	mr_buf word;
	bool closed = true;

	mr_buf_init(&word, text.len + 1);
	*n = 0;
	while (closed && *n < WORDS_MAX) {
		while (at < end && is_shell_blank(*at))
			at++;
		if (at >= end)
			break;
		mr_buf_clear(&word);
		closed = shell_word(&at, end, &word);
		words[*n] = mr_arena_copy(arena, mr_buf_view(&word));
		if (word.failed || !words[*n].ptr) {
			mr_error_no_memory(err);
			closed = false;
		}
		++*n;
	}
	mr_buf_dispose(&word);
	return closed;
}

/* ---- all ---- */

static mr_code read_direction(mr_str text, mr_str *key, mr_arena *arena, bool *ascending, mr_error *err)
{
	mr_str words[WORDS_MAX];
	size_t n;

	*ascending = true;
	if (!split_words(*key, arena, words, &n, err) || n > 2)
		return not_parsed(text, err);
	if (n < 2)
		return MR_OK;
	*key = words[0];
	*ascending = mr_sql_word_is(words[1], "ASC");
	if (!*ascending && !mr_sql_word_is(words[1], "DESC"))
		return mr_search_invalid(err, "Invalid ordering key in order_by clause '%.*s'.", MR_STR_ARG(text));
	return MR_OK;
}

mr_code mr_search_parse_order(mr_search_entity entity, mr_str text, mr_arena *arena, struct mr_search_order *out,
			      mr_error *err)
{
	struct mr_sql_token **statements;
	mr_str key;
	size_t n;
	mr_code code;

	memset(out, 0, sizeof *out);
	out->ascending = true;
	if (entity == MR_SEARCH_LOGGED_MODELS)
		return mr_logged_models_parse_order(text, out, err);
	code = mr_sql_parse(text, arena, &statements, &n, err);
	if (code == MR_INVALID_PARAMETER_VALUE)
		return mr_search_invalid(err, "Error on parsing order_by clause '%.*s'", MR_STR_ARG(text));
	if (code != MR_OK)
		return code;
	if (n != 1 || !accepted(statements[0], &key))
		return not_parsed(text, err);
	code = read_direction(text, &key, arena, &out->ascending, err);
	return code == MR_OK ? mr_search_order_key(entity, key, arena, out, err) : code;
}
