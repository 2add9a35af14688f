/* SPDX-License-Identifier: Apache-2.0
 *
 * From a statement's tokens to comparisons, and the small texts around them.
 */
#include "search/dialect.h"

#include "search/repr.h"

mr_code mr_search_invalid(mr_error *err, const char *format, ...)
{
	va_list args;
	mr_code code;

	va_start(args, format);
	code = mr_error_vset(err, MR_INVALID_PARAMETER_VALUE, format, args);
	va_end(args);
	return code;
}

bool mr_words_have(const char *const *words, mr_str word)
{
	for (; *words; words++)
		if (mr_str_is(word, *words))
			return true;
	return false;
}

void mr_words_print(mr_buf *buf, const char *const *words)
{
	const char *const *word;

	mr_buf_char(buf, '{');
	for (word = words; *word; word++)
		mr_buf_printf(buf, "%s'%s'", word == words ? "" : ", ", *word);
	mr_buf_char(buf, '}');
}

bool mr_is_quoted(mr_str text, char quote)
{
	return text.len >= 2 && text.ptr[0] == quote && text.ptr[text.len - 1] == quote;
}

static mr_str inner(mr_str text)
{
	return mr_str_make(text.ptr + 1, text.len - 2);
}

mr_str mr_trim_quotes(mr_str text)
{
	return mr_is_quoted(text, '\'') || mr_is_quoted(text, '"') ? inner(text) : text;
}

mr_str mr_trim_backticks(mr_str text)
{
	return mr_is_quoted(text, '`') ? inner(text) : text;
}

bool mr_search_op_from(mr_str text, mr_search_op *out)
{
	static const struct {
		const char *text;
		mr_search_op op;
	} ops[] = {{"=", MR_SEARCH_EQ},		{"!=", MR_SEARCH_NE},	    {"<", MR_SEARCH_LT},
		   {"<=", MR_SEARCH_LE},	{">", MR_SEARCH_GT},	    {">=", MR_SEARCH_GE},
		   {"LIKE", MR_SEARCH_LIKE},	{"ILIKE", MR_SEARCH_ILIKE}, {"IN", MR_SEARCH_IN},
		   {"NOT IN", MR_SEARCH_NOT_IN}, {"IS NULL", MR_SEARCH_IS_NULL},
		   {"IS NOT NULL", MR_SEARCH_IS_NOT_NULL}};
	size_t i;

	for (i = 0; i < sizeof ops / sizeof ops[0]; i++)
		if (mr_sql_word_is(text, ops[i].text)) {
			*out = ops[i].op;
			return true;
		}
	return false;
}

/* ---- items ---- */

struct items {
	const struct mr_sql_token **tokens; /* without blanks */
	size_t n;
	struct mr_filter_item *out;
	size_t out_n;
};

static mr_str span(const struct mr_sql_token *first, const struct mr_sql_token *last)
{
	return mr_str_make(first->text.ptr, (size_t)(last->text.ptr + last->text.len - first->text.ptr));
}

static void add_group(struct items *s, const struct mr_sql_token *group)
{
	struct mr_filter_item *item = &s->out[s->out_n++];
	const struct mr_sql_token *parts[3] = {NULL};
	size_t i;

	item->is_comparison = true;
	item->comparison.text = group->text;
	for (i = 0; i < group->n; i++) {
		if (mr_sql_is_space(group->tokens[i]))
			continue;
		if (item->comparison.n < 3)
			parts[item->comparison.n] = group->tokens[i];
		item->comparison.n++;
	}
	item->comparison.identifier = parts[0];
	item->comparison.op = parts[1] ? parts[1]->text : mr_str_from("");
	item->comparison.value = parts[2];
}

static void add_other(struct items *s, size_t i)
{
	if (mr_sql_is_group(s->tokens[i], MR_SQL_COMPARE))
		add_group(s, s->tokens[i]);
	else
		s->out[s->out_n++].other = s->tokens[i];
}

static void add_joined(struct items *s, size_t first, size_t last, mr_str op, bool has_value)
{
	struct mr_filter_item *item = &s->out[s->out_n++];

	item->is_comparison = true;
	item->comparison.identifier = s->tokens[first];
	item->comparison.op = op;
	item->comparison.value = has_value ? s->tokens[last] : NULL;
	item->comparison.n = has_value ? 3 : 2;
	item->comparison.text = span(s->tokens[first], s->tokens[last]);
}

/* What begins at an identifier: how many tokens it took. */
static size_t join_at(struct items *s, size_t i)
{
	const struct mr_sql_token *second = s->tokens[i + 1], *third = s->tokens[i + 2];
	size_t take = s->n - i > 3 ? 4 : 3, k;

	if (mr_sql_is_keyword(second, "IN") && mr_sql_is_group(third, MR_SQL_PARENTHESIS)) {
		add_joined(s, i, i + 2, second->text, true);
		return 3;
	}
	if (mr_sql_is_keyword(second, "IS") && mr_sql_is_keyword(third, "NULL")) {
		add_joined(s, i, i + 2, mr_str_from("IS NULL"), false);
		return 3;
	}
	if (mr_sql_is_keyword(second, "IS") && third->type == MR_SQL_KEYWORD && mr_sql_word_is(third->text, "NOT NULL")) {
		add_joined(s, i, i + 2, mr_str_from("IS NOT NULL"), false);
		return 3;
	}
	if (take == 4 && mr_sql_is_keyword(second, "NOT") && mr_sql_is_keyword(third, "IN") &&
	    mr_sql_is_group(s->tokens[i + 3], MR_SQL_PARENTHESIS)) {
		add_joined(s, i, i + 3, mr_str_from("NOT IN"), true);
		return 4;
	}
	for (k = 0; k < take; k++)
		add_other(s, i + k);
	return take;
}

mr_code mr_filter_items(const struct mr_sql_token *statement, mr_arena *arena, struct mr_filter_item **out, size_t *n,
			mr_error *err)
{
	struct items s = {0};
	size_t i;

	s.tokens = mr_arena_alloc(arena, statement->n * sizeof *s.tokens);
	s.out = mr_arena_zalloc(arena, statement->n * sizeof *s.out);
	if (!s.tokens || !s.out)
		return mr_error_no_memory(err);
	for (i = 0; i < statement->n; i++)
		if (!mr_sql_is_space(statement->tokens[i]))
			s.tokens[s.n++] = statement->tokens[i];
	for (i = 0; i < s.n;) {
		if (s.n - i < 3 || !mr_sql_is_group(s.tokens[i], MR_SQL_IDENTIFIER))
			add_other(&s, i++);
		else
			i += join_at(&s, i);
	}
	*out = s.out;
	*n = s.out_n;
	return MR_OK;
}
