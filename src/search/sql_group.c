/* SPDX-License-Identifier: Apache-2.0
 *
 * sqlparse's grouping: passes over the tokens of a statement, each of which puts
 * some of them into groups, in sqlparse's order. Left out are OVER and VALUES,
 * whose groups no filter that is accepted has.
 */
#include "search/sql_token.h"

#include "base/inject.h"

enum { DEPTH_MAX = 100, TOKENS_MAX = 10000 };

typedef struct mr_sql_token token;

struct grouper {
	mr_arena *arena;
	mr_code code;
	mr_error *err;
};

static void fail_memory(struct grouper *g)
{
	g->code = mr_error_no_memory(g->err);
}

/* ---- lists ---- */

static void append(struct grouper *g, token *list, token *t)
{
	size_t room;
	token **grown;

	if (list->n == list->room) {
		room = list->room ? list->room * 2 : 8;
		grown = mr_arena_grow(g->arena, list->tokens, list->room * sizeof *grown, room * sizeof *grown);
		if (!grown) {
			fail_memory(g);
			return;
		}
		list->tokens = grown;
		list->room = room;
	}
	list->tokens[list->n++] = t;
}

static void cover(token *group)
{
	const token *first = group->tokens[0], *last = group->tokens[group->n - 1];

	group->text = mr_str_make(first->text.ptr, (size_t)(last->text.ptr + last->text.len - first->text.ptr));
}

static token *new_token(struct grouper *g, mr_sql_type type, mr_sql_group group, mr_str text)
{
	token *t = mr_arena_zalloc(g->arena, sizeof *t);

	if (!t) {
		fail_memory(g);
		return NULL;
	}
	t->type = type;
	t->group = group;
	t->text = text;
	return t;
}

/* Puts the tokens from first to last into a group, or into the group that the first is. */
static token *group_tokens(struct grouper *g, token *list, mr_sql_group kind, size_t first, size_t last, bool extend)
{
	token *group = list->tokens[first];
	size_t i = first;

	if (extend && mr_sql_is_group(group, kind))
		i++;
	else
		group = new_token(g, MR_SQL_GROUP, kind, mr_str_from(NULL));
	for (; group && i <= last && g->code == MR_OK; i++)
		append(g, group, list->tokens[i]);
	if (!group || g->code != MR_OK)
		return NULL;
	cover(group);
	list->tokens[first] = group;
	memmove(list->tokens + first + 1, list->tokens + last + 1, (list->n - last - 1) * sizeof *list->tokens);
	list->n -= last - first;
	return group;
}

/* The index of the next token that is no blank; list->n when there is none. */
static size_t next_index(const token *list, size_t i)
{
	do
		i++;
	while (i < list->n && mr_sql_is_space(list->tokens[i]));
	return i;
}

static token *token_at(const token *list, size_t i)
{
	return i < list->n ? list->tokens[i] : NULL;
}

/* ---- what tokens are ---- */

static bool is_keyword_type(mr_sql_type type)
{
	return type >= MR_SQL_KEYWORD && type <= MR_SQL_KEYWORD_OTHER;
}

bool mr_sql_is_keyword(const token *t, const char *word)
{
	return t && t->type == MR_SQL_KEYWORD && mr_sql_word_is(t->text, word);
}

static bool is_one_of(const token *t, const mr_sql_group *groups, size_t n)
{
	size_t i;

	for (i = 0; t && t->type == MR_SQL_GROUP && i < n; i++)
		if (t->group == groups[i])
			return true;
	return false;
}
#define IS_GROUP(t, list) is_one_of((t), (list), sizeof(list) / sizeof(list)[0])

/* Numbers (but not hexadecimal ones), strings, names. */
static bool is_value(const token *t)
{
	return t && (t->type == MR_SQL_INTEGER || t->type == MR_SQL_FLOAT || t->type == MR_SQL_STRING ||
		     t->type == MR_SQL_SYMBOL || t->type == MR_SQL_NAME || t->type == MR_SQL_PLACEHOLDER);
}

static bool is_punctuation(const token *t, const char *text)
{
	return t && t->type == MR_SQL_PUNCTUATION && mr_str_is(t->text, text);
}

static bool is_null_keyword(const token *t)
{
	return t && is_keyword_type(t->type) && mr_sql_word_is(t->text, "NULL");
}

/* ---- groups that a token opens and another closes ---- */

struct matching {
	mr_sql_group group;
	mr_sql_type type;
	const char *open, *open_too, *close;
};

static bool is_delimiter(const token *t, mr_sql_type type, const char *text)
{
	return text && t->type == type &&
	       (type == MR_SQL_KEYWORD ? mr_sql_word_is(t->text, text) : mr_str_is(t->text, text));
}

static void too_deep(struct grouper *g)
{
	if (g->code == MR_OK)
		g->code = MR_INVALID_PARAMETER_VALUE;
}

static void group_matching(struct grouper *g, token *list, const struct matching *m, int depth)
{
	size_t n = list->n, idx, offset = 0, opens_n = 0;
	token **tokens = n ? mr_arena_alloc(g->arena, n * sizeof *tokens) : NULL;
	size_t *opens = n ? mr_arena_alloc(g->arena, n * sizeof *opens) : NULL;

	if (depth > DEPTH_MAX || n > TOKENS_MAX) {
		too_deep(g);
		return;
	}
	if (n && (!tokens || !opens)) {
		fail_memory(g);
		return;
	}
	if (n)
		memcpy(tokens, list->tokens, n * sizeof *tokens);
	for (idx = 0; idx < n && g->code == MR_OK; idx++) {
		size_t at = idx - offset;

		if (tokens[idx]->type == MR_SQL_GROUP && tokens[idx]->group != m->group) {
			group_matching(g, tokens[idx], m, depth + 1);
		} else if (is_delimiter(tokens[idx], m->type, m->open) ||
			   is_delimiter(tokens[idx], m->type, m->open_too)) {
			opens[opens_n++] = at;
		} else if (is_delimiter(tokens[idx], m->type, m->close) && opens_n) {
			size_t first = opens[--opens_n];

			group_tokens(g, list, m->group, first, at, false);
			offset += at - first;
		}
	}
}

static const struct matching matchings[] = {
	{MR_SQL_BRACKETS, MR_SQL_PUNCTUATION, "[", NULL, "]"}, {MR_SQL_PARENTHESIS, MR_SQL_PUNCTUATION, "(", NULL, ")"},
	{MR_SQL_CASE, MR_SQL_KEYWORD, "CASE", NULL, "END"},    {MR_SQL_IF, MR_SQL_KEYWORD, "IF", NULL, "END IF"},
	{MR_SQL_FOR, MR_SQL_KEYWORD, "FOR", "FOREACH", "END LOOP"},
	{MR_SQL_BEGIN, MR_SQL_KEYWORD, "BEGIN", NULL, "END"},
};

/* ---- groups around a token in the middle ---- */

struct rule {
	mr_sql_group group;
	bool (*match)(const token *t);
	bool (*previous)(const token *t);
	bool (*next)(const token *t); /* may be given NULL */
	/* Narrows the group, which is from previous to next. */
	void (*post)(token *list, size_t middle, size_t next, size_t *first, size_t *last);
	bool extend, no_recursion;
};

/* The brackets of a group are never part of a group inside it. */
static bool is_own_bracket(const token *list, const token *t)
{
	static const mr_sql_group delimited[] = {MR_SQL_PARENTHESIS, MR_SQL_BRACKETS, MR_SQL_CASE,
						 MR_SQL_IF,	     MR_SQL_FOR,      MR_SQL_BEGIN};

	return t && IS_GROUP(list, delimited) && (t == list->tokens[0] || t == list->tokens[list->n - 1]);
}

static void apply(struct grouper *g, token *list, const struct rule *rule, int depth)
{
	size_t n = list->n, idx, offset = 0, previous = 0, next, first, last;
	token **tokens = n ? mr_arena_alloc(g->arena, n * sizeof *tokens) : NULL, *before = NULL;

	if (depth > DEPTH_MAX || n > TOKENS_MAX) {
		too_deep(g);
		return;
	}
	if (n && !tokens) {
		fail_memory(g);
		return;
	}
	if (n)
		memcpy(tokens, list->tokens, n * sizeof *tokens);
	for (idx = 0; idx < n && g->code == MR_OK; idx++) {
		size_t at = idx - offset;

		if (offset > idx || mr_sql_is_space(tokens[idx]))
			continue;
		if (!rule->no_recursion && tokens[idx]->type == MR_SQL_GROUP && tokens[idx]->group != rule->group)
			apply(g, tokens[idx], rule, depth + 1);
		next = next_index(list, at);
		if (rule->match(tokens[idx]) && before && rule->previous(before) && rule->next(token_at(list, next)) &&
		    !is_own_bracket(list, before) && !is_own_bracket(list, token_at(list, next))) {
			first = previous;
			last = next;
			if (rule->post)
				rule->post(list, at, next, &first, &last);
			before = group_tokens(g, list, rule->group, first, last, rule->extend);
			offset += last - first;
			previous = first;
			continue;
		}
		previous = at;
		before = tokens[idx];
	}
}

static bool always(const token *t)
{
	(void)t;
	return true;
}

static bool exists(const token *t)
{
	return t != NULL;
}

/* a.b, a->b */
static bool period_match(const token *t)
{
	return is_punctuation(t, ".") ||
	       (t->type == MR_SQL_OPERATOR && (mr_str_is(t->text, "->") || mr_str_is(t->text, "->>")));
}

static bool period_previous(const token *t)
{
	static const mr_sql_group groups[] = {MR_SQL_BRACKETS, MR_SQL_IDENTIFIER};

	return IS_GROUP(t, groups) || t->type == MR_SQL_NAME || t->type == MR_SQL_SYMBOL;
}

static void period_post(token *list, size_t middle, size_t next, size_t *first, size_t *last)
{
	static const mr_sql_group groups[] = {MR_SQL_BRACKETS, MR_SQL_FUNCTION};
	const token *t = token_at(list, next);

	(void)first;
	if (!t || !(IS_GROUP(t, groups) || t->type == MR_SQL_NAME || t->type == MR_SQL_SYMBOL ||
		    t->type == MR_SQL_WILDCARD || t->type == MR_SQL_STRING))
		*last = middle;
}

/* a[1] */
static bool array_match(const token *t)
{
	return mr_sql_is_group(t, MR_SQL_BRACKETS);
}

static bool array_previous(const token *t)
{
	static const mr_sql_group groups[] = {MR_SQL_BRACKETS, MR_SQL_IDENTIFIER, MR_SQL_FUNCTION};

	return IS_GROUP(t, groups) || t->type == MR_SQL_NAME || t->type == MR_SQL_SYMBOL;
}

static void array_post(token *list, size_t middle, size_t next, size_t *first, size_t *last)
{
	(void)list;
	(void)next;
	(void)first;
	*last = middle;
}

static bool cast_match(const token *t)
{
	return is_punctuation(t, "::");
}

static bool typed_match(const token *t)
{
	return t->type == MR_SQL_BUILTIN || mr_sql_is_keyword(t, "TIMESTAMP");
}

static bool typed_next(const token *t)
{
	return t && t->type == MR_SQL_STRING;
}

static void typed_post(token *list, size_t middle, size_t next, size_t *first, size_t *last)
{
	(void)list;
	*first = middle;
	*last = next;
}

static const mr_sql_group operands[] = {MR_SQL_BRACKETS,   MR_SQL_PARENTHESIS, MR_SQL_FUNCTION,
					MR_SQL_IDENTIFIER, MR_SQL_OPERATION,   MR_SQL_TYPED_LITERAL};

static bool operator_match(const token *t)
{
	return t->type == MR_SQL_OPERATOR || t->type == MR_SQL_WILDCARD;
}

static bool operand(const token *t)
{
	return IS_GROUP(t, operands) || is_value(t) || mr_sql_is_keyword(t, "CURRENT_DATE") ||
	       mr_sql_is_keyword(t, "CURRENT_TIME") || mr_sql_is_keyword(t, "CURRENT_TIMESTAMP");
}

static void operator_post(token *list, size_t middle, size_t next, size_t *first, size_t *last)
{
	(void)next;
	(void)first;
	(void)last;
	list->tokens[middle]->type = MR_SQL_OPERATOR;
}

static bool comparison_match(const token *t)
{
	return t->type == MR_SQL_COMPARISON;
}

static bool comparand(const token *t)
{
	return (IS_GROUP(t, operands) && t->group != MR_SQL_BRACKETS) || is_value(t) || is_null_keyword(t);
}

static bool as_match(const token *t)
{
	return is_keyword_type(t->type) && mr_sql_word_is(t->text, "AS");
}

static bool as_previous(const token *t)
{
	return is_null_keyword(t) || !is_keyword_type(t->type);
}

static bool as_next(const token *t)
{
	return t && t->type != MR_SQL_KEYWORD_DML && t->type != MR_SQL_KEYWORD_DDL && t->type != MR_SQL_KEYWORD_CTE;
}

static bool comma_match(const token *t)
{
	return is_punctuation(t, ",");
}

static bool listed(const token *t)
{
	static const mr_sql_group groups[] = {MR_SQL_FUNCTION, MR_SQL_CASE,	       MR_SQL_IDENTIFIER,
					      MR_SQL_COMPARE,  MR_SQL_IDENTIFIER_LIST, MR_SQL_OPERATION};

	return IS_GROUP(t, groups) || is_value(t) ||
	       (t && (t->type == MR_SQL_KEYWORD || t->type == MR_SQL_COMMENT || t->type == MR_SQL_WILDCARD));
}

/* a := b, up to a semicolon */
static bool assignment_match(const token *t)
{
	return t->type == MR_SQL_ASSIGNMENT;
}

static bool no_keyword(const token *t)
{
	return t && t->type != MR_SQL_KEYWORD;
}

static void assignment_post(token *list, size_t middle, size_t next, size_t *first, size_t *last)
{
	size_t i;

	(void)middle;
	(void)first;
	for (i = next + 1; i < list->n; i++)
		if (is_punctuation(list->tokens[i], ";")) {
			*last = i;
			return;
		}
}

static const struct rule period_rule = {MR_SQL_IDENTIFIER, period_match, period_previous, always, period_post, true, false};
static const struct rule array_rule = {MR_SQL_IDENTIFIER, array_match, array_previous, always, array_post, true, true};
static const struct rule later_rules[] = {
	{MR_SQL_IDENTIFIER, cast_match, exists, exists, NULL, true, false},
	{MR_SQL_TYPED_LITERAL, typed_match, exists, typed_next, typed_post, false, false},
	{MR_SQL_OPERATION, operator_match, operand, operand, operator_post, false, false},
	{MR_SQL_COMPARE, comparison_match, comparand, comparand, NULL, false, false},
	{MR_SQL_IDENTIFIER, as_match, as_previous, as_next, NULL, true, false},
};
static const struct rule assignment_rule = {MR_SQL_ASSIGN, assignment_match, no_keyword, no_keyword, assignment_post,
					    true, false};
static const struct rule list_rule = {MR_SQL_IDENTIFIER_LIST, comma_match, listed, listed, NULL, true, false};

/* ---- passes of their own ---- */

typedef void pass(struct grouper *g, token *list);

/* Groups below first, those of a kind left alone. */
static void recurse(struct grouper *g, token *list, pass *one, mr_sql_group except, int depth)
{
	size_t i;

	if (depth > DEPTH_MAX) {
		too_deep(g);
		return;
	}
	for (i = 0; i < list->n && g->code == MR_OK; i++)
		if (list->tokens[i]->type == MR_SQL_GROUP && list->tokens[i]->group != except)
			recurse(g, list->tokens[i], one, except, depth + 1);
	if (g->code == MR_OK)
		one(g, list);
}

static void functions(struct grouper *g, token *list)
{
	size_t i, next;

	for (i = 0; i < list->n && g->code == MR_OK; i++) {
		mr_sql_type type = list->tokens[i]->type;

		if (type != MR_SQL_NAME && type != MR_SQL_BUILTIN && type != MR_SQL_PLACEHOLDER)
			continue;
		next = next_index(list, i);
		if (mr_sql_is_group(token_at(list, next), MR_SQL_PARENTHESIS))
			group_tokens(g, list, MR_SQL_FUNCTION, i, next, false);
	}
}

static bool ends_where(const token *t)
{
	static const char *const list[] = {"ORDER BY", "GROUP BY", "LIMIT",  "UNION",	  "UNION ALL",
					   "EXCEPT",   "INTERSECT", "HAVING", "RETURNING", "INTO"};
	size_t i;

	for (i = 0; i < sizeof list / sizeof list[0]; i++)
		if (mr_sql_is_keyword(t, list[i]))
			return true;
	return false;
}

static void wheres(struct grouper *g, token *list)
{
	size_t i, last;

	for (i = 0; i < list->n && g->code == MR_OK; i++) {
		if (!mr_sql_is_keyword(list->tokens[i], "WHERE"))
			continue;
		for (last = i + 1; last < list->n && !ends_where(list->tokens[last]);)
			last++;
		group_tokens(g, list, MR_SQL_WHERE, i, last - 1, false);
	}
}

static void identifiers(struct grouper *g, token *list)
{
	size_t i;

	for (i = 0; i < list->n && g->code == MR_OK; i++)
		if (list->tokens[i]->type == MR_SQL_NAME || list->tokens[i]->type == MR_SQL_SYMBOL)
			group_tokens(g, list, MR_SQL_IDENTIFIER, i, i, false);
}

static bool is_number(const token *t)
{
	return t->type == MR_SQL_INTEGER || t->type == MR_SQL_FLOAT || t->type == MR_SQL_HEXADECIMAL;
}

static void orders(struct grouper *g, token *list)
{
	size_t i, before;

	for (i = 1; i < list->n && g->code == MR_OK; i++) {
		if (list->tokens[i]->type != MR_SQL_KEYWORD_ORDER)
			continue;
		for (before = i - 1; before > 0 && mr_sql_is_space(list->tokens[before]);)
			before--;
		if (mr_sql_is_group(list->tokens[before], MR_SQL_IDENTIFIER) || is_number(list->tokens[before])) {
			group_tokens(g, list, MR_SQL_IDENTIFIER, before, i, false);
			i = before;
		}
	}
}

/* Two things side by side: the second is taken for the alias of the first. */
static void aliases(struct grouper *g, token *list)
{
	static const mr_sql_group groups[] = {MR_SQL_PARENTHESIS, MR_SQL_FUNCTION,  MR_SQL_CASE,
					      MR_SQL_IDENTIFIER,  MR_SQL_OPERATION, MR_SQL_COMPARE};
	size_t i, next;

	for (i = 0; i < list->n && g->code == MR_OK; i++) {
		if (!IS_GROUP(list->tokens[i], groups) && !is_number(list->tokens[i]))
			continue;
		next = next_index(list, i);
		if (mr_sql_is_group(token_at(list, next), MR_SQL_IDENTIFIER))
			group_tokens(g, list, MR_SQL_IDENTIFIER, i, next, true);
	}
}

/* Comments, with the comments and line ends behind them; not those that end the list. */
static void comments(struct grouper *g, token *list)
{
	size_t i, last;

	for (i = 0; i < list->n && g->code == MR_OK; i++) {
		if (list->tokens[i]->type != MR_SQL_COMMENT)
			continue;
		for (last = i; last < list->n && (list->tokens[last]->type == MR_SQL_COMMENT ||
						  list->tokens[last]->type == MR_SQL_NEWLINE);)
			last++;
		if (last == list->n)
			return;
		group_tokens(g, list, MR_SQL_COMMENTS, i, last - 1, false);
	}
}

/* A comment belongs to the group before it. */
static void aligned_comments(struct grouper *g, token *list)
{
	size_t i, before;

	for (i = 1; i < list->n && g->code == MR_OK; i++) {
		if (!mr_sql_is_group(list->tokens[i], MR_SQL_COMMENTS))
			continue;
		for (before = i - 1; before > 0 && mr_sql_is_space(list->tokens[before]);)
			before--;
		if (list->tokens[before]->type == MR_SQL_GROUP) {
			group_tokens(g, list, list->tokens[before]->group, before, i, true);
			i = before;
		}
	}
}

static void group_statement(struct grouper *g, token *statement)
{
	size_t i;

	comments(g, statement);
	for (i = 0; i < sizeof matchings / sizeof matchings[0] && g->code == MR_OK; i++)
		group_matching(g, statement, &matchings[i], 0);
	recurse(g, statement, functions, MR_SQL_FUNCTION, 0);
	recurse(g, statement, wheres, MR_SQL_WHERE, 0);
	if (g->code == MR_OK)
		apply(g, statement, &period_rule, 0);
	if (g->code == MR_OK)
		apply(g, statement, &array_rule, 0);
	recurse(g, statement, identifiers, MR_SQL_IDENTIFIER, 0);
	recurse(g, statement, orders, MR_SQL_IDENTIFIER, 0);
	for (i = 0; i < sizeof later_rules / sizeof later_rules[0] && g->code == MR_OK; i++)
		apply(g, statement, &later_rules[i], 0);
	recurse(g, statement, aliases, MR_SQL_NO_GROUP, 0);
	if (g->code == MR_OK)
		apply(g, statement, &assignment_rule, 0);
	recurse(g, statement, aligned_comments, MR_SQL_NO_GROUP, 0);
	if (g->code == MR_OK)
		apply(g, statement, &list_rule, 0);
}

/* ---- statements ---- */

static bool only_space(const token *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (!mr_sql_is_space(list->tokens[i]))
			return false;
	return true;
}

/* Splits at semicolons outside of parentheses; blanks behind one belong to it. */
static void split(struct grouper *g, mr_str text, token *statements)
{
	const char *at = text.ptr, *end = text.ptr + text.len;
	token *statement = NULL;
	bool ended = false;
	int level = 0;
	size_t length;

	while (at < end && g->code == MR_OK) {
		mr_sql_type type = mr_sql_lex(text.ptr, at, end, &length);
		token *t = new_token(g, type, MR_SQL_NO_GROUP, mr_str_make(at, length));

		at += length;
		if (ended && type != MR_SQL_WHITESPACE && type != MR_SQL_COMMENT)
			statement = NULL;
		if (!statement) {
			statement = new_token(g, MR_SQL_GROUP, MR_SQL_STATEMENT, mr_str_from(NULL));
			if (!statement || !t)
				return;
			append(g, statements, statement);
			ended = false;
			level = 0;
		}
		if (!t)
			return;
		append(g, statement, t);
		level += is_punctuation(t, "(") - is_punctuation(t, ")");
		ended = ended || (is_punctuation(t, ";") && level <= 0) || mr_sql_is_keyword(t, "GO");
	}
	if (statements->n && only_space(statements->tokens[statements->n - 1]))
		statements->n--;
}

mr_code mr_sql_parse(mr_str text, mr_arena *arena, token ***statements, size_t *n, mr_error *err)
{
	struct grouper g = {arena, MR_OK, err};
	token all = {.type = MR_SQL_GROUP};
	size_t i;

	split(&g, text, &all);
	for (i = 0; i < all.n && g.code == MR_OK; i++) {
		group_statement(&g, all.tokens[i]);
		cover(all.tokens[i]);
	}
	*statements = all.tokens;
	*n = all.n;
	return g.code;
}
