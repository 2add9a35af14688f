/* SPDX-License-Identifier: Apache-2.0
 *
 * What the five filter languages differ in; and how a statement becomes
 * comparisons, which they share. For the files of src/search only.
 */
#ifndef MR_SEARCH_DIALECT_H
#define MR_SEARCH_DIALECT_H

#include "base/buf.h"
#include "search/search.h"
#include "search/sql_token.h"

/* A set of words, as Python would print it: ends with NULL. */
typedef const char *const mr_words[];

bool mr_words_have(const char *const *words, mr_str word);
void mr_words_print(mr_buf *buf, const char *const *words); /* {'a', 'b'} */

/* One comparison of a statement: identifier, operator, value; the last of "IS NULL" is absent. */
struct mr_comparison {
	const struct mr_sql_token *identifier;
	mr_str op;
	const struct mr_sql_token *value;
	size_t n;    /* of its tokens without blanks; 2 or 3 when it is well-formed */
	mr_str text; /* all of it */
};

/* An element of a statement between blanks: a comparison, or something else. */
struct mr_filter_item {
	bool is_comparison;
	struct mr_comparison comparison;
	const struct mr_sql_token *other;
};

/* Joins "a IN (...)" and "a IS NULL", which sqlparse leaves apart (search_utils.py, _join_in_comparison_tokens). */
mr_code mr_filter_items(const struct mr_sql_token *statement, mr_arena *arena, struct mr_filter_item **out, size_t *n,
			mr_error *err);

/* 'x' or "x" without its quotes; `x` without its backticks; else as it is. */
bool mr_is_quoted(mr_str text, char quote);
mr_str mr_trim_quotes(mr_str text);
mr_str mr_trim_backticks(mr_str text);

/* The operator, of a text in any case; false for an unknown one. */
bool mr_search_op_from(mr_str text, mr_search_op *out);

/* A tuple of Python strings: "('a', \"b\")", as ast.literal_eval reads it. */
mr_code mr_parse_string_list(mr_str text, mr_arena *arena, struct mr_search_clause *clause, mr_error *err);

/* parse.c: what an order of everything but logged models names. */
mr_code mr_search_order_key(mr_search_entity entity, mr_str text, mr_arena *arena, struct mr_search_order *out,
			    mr_error *err);

/* logged_models.c: a language of its own. */
mr_code mr_logged_models_parse_filter(mr_str text, mr_arena *arena, struct mr_search_filter *out, mr_error *err);
mr_code mr_logged_models_parse_order(mr_str field, struct mr_search_order *out, mr_error *err);

MR_PRINTF(2, 3)
mr_code mr_search_invalid(mr_error *err, const char *format, ...);

#endif
