/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow reads filters with Python's sqlparse, which knows no filters but
 * groups the tokens of any SQL. What it accepts, and what its messages quote, is
 * therefore sqlparse's business, so this is its lexer and as much of its
 * grouping as a filter can meet (sqlparse 0.6; a test compares the two).
 */
#ifndef MR_SEARCH_SQL_TOKEN_H
#define MR_SEARCH_SQL_TOKEN_H

#include "base/arena.h"

typedef enum mr_sql_type {
	MR_SQL_GROUP, /* see mr_sql_group */
	MR_SQL_ERROR,
	MR_SQL_COMMENT,
	MR_SQL_WHITESPACE,
	MR_SQL_NEWLINE,
	MR_SQL_ASSIGNMENT,
	MR_SQL_PUNCTUATION,
	MR_SQL_WILDCARD,
	MR_SQL_NAME,
	MR_SQL_BUILTIN,
	MR_SQL_PLACEHOLDER,
	MR_SQL_COMMAND,
	MR_SQL_KEYWORD,
	MR_SQL_KEYWORD_ORDER,
	MR_SQL_KEYWORD_DML,
	MR_SQL_KEYWORD_DDL,
	MR_SQL_KEYWORD_CTE,
	MR_SQL_KEYWORD_OTHER,
	MR_SQL_HEXADECIMAL,
	MR_SQL_FLOAT,
	MR_SQL_INTEGER,
	MR_SQL_STRING, /* 'single' */
	MR_SQL_SYMBOL, /* "double" */
	MR_SQL_LITERAL,
	MR_SQL_OPERATOR,
	MR_SQL_COMPARISON
} mr_sql_type;

typedef enum mr_sql_group {
	MR_SQL_NO_GROUP,
	MR_SQL_STATEMENT,
	MR_SQL_IDENTIFIER,
	MR_SQL_IDENTIFIER_LIST,
	MR_SQL_PARENTHESIS,
	MR_SQL_BRACKETS,
	MR_SQL_FUNCTION,
	MR_SQL_OPERATION,
	MR_SQL_COMPARE,
	MR_SQL_WHERE,
	MR_SQL_ASSIGN,
	MR_SQL_CASE,
	MR_SQL_IF,
	MR_SQL_FOR,
	MR_SQL_BEGIN,
	MR_SQL_OVER,
	MR_SQL_TYPED_LITERAL,
	MR_SQL_COMMENTS,
	MR_SQL_VALUES
} mr_sql_group;

struct mr_sql_token {
	mr_sql_type type;
	mr_sql_group group;
	mr_str text; /* as it stands in the filter; of a group from its first to its last token */
	struct mr_sql_token **tokens;
	size_t n, room;
};

/* The token at `at` (before end) of a text that begins at start: its type and length. */
mr_sql_type mr_sql_lex(const char *start, const char *at, const char *end, size_t *length);

/* Statements, with their tokens grouped. An error only of memory and size
 * (MR_RESOURCE_EXHAUSTED); MR_INVALID_PARAMETER_VALUE, without a message, when
 * it is nested more deeply than sqlparse allows. */
mr_code mr_sql_parse(mr_str text, mr_arena *arena, struct mr_sql_token ***statements, size_t *n, mr_error *err);

static inline bool mr_sql_is_space(const struct mr_sql_token *t)
{
	return t->type == MR_SQL_WHITESPACE || t->type == MR_SQL_NEWLINE;
}

static inline bool mr_sql_is_group(const struct mr_sql_token *t, mr_sql_group group)
{
	return t && t->type == MR_SQL_GROUP && t->group == group;
}

/* A keyword of exactly this type, whatever its case. words: "AND", or of two words "NOT NULL". */
bool mr_sql_is_keyword(const struct mr_sql_token *t, const char *word);
/* Upper-cased ASCII compare. */
bool mr_sql_word_is(mr_str text, const char *upper);

#endif
