/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters, orders and tokens of pages: any text is read or refused with a
 * message; the tokens of a text cover it; what is read lies in the text or in
 * the arena; a token that we make is read as it was made.
 */
#include <stdint.h>
#include <stdlib.h>

#include "search/search.h"
#include "search/sql_token.h"
#include "search/unicode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Token by token to the end, none empty. */
static void check_lexer(mr_str text)
{
	const char *at = text.ptr, *end = text.ptr + text.len;
	size_t n;

	while (at < end) {
		mr_sql_lex(text.ptr, at, end, &n);
		require(n > 0 && n <= (size_t)(end - at));
		at += n;
	}
}

static void check_clause(mr_search_entity entity, const struct mr_search_clause *c)
{
	bool null = c->op == MR_SEARCH_IS_NULL || c->op == MR_SEARCH_IS_NOT_NULL;
	bool list = c->op == MR_SEARCH_IN || c->op == MR_SEARCH_NOT_IN;

	require(null || list == (c->list != NULL));
	require(!list || c->list_n > 0);
	require(!c->is_integer || c->is_number);
	require(c->type != MR_SEARCH_METRIC || c->is_number);
	require(!null || entity == MR_SEARCH_RUNS || entity == MR_SEARCH_EXPERIMENTS);
}

static void check_filter(mr_search_entity entity, mr_str text, mr_arena *arena)
{
	struct mr_search_filter filter;
	struct mr_search_order order;
	mr_error err;
	size_t i;

	mr_error_init(&err);
	if (mr_search_parse_filter(entity, text, arena, &filter, &err) == MR_OK)
		for (i = 0; i < filter.n; i++)
			check_clause(entity, &filter.clauses[i]);
	else
		require(err.code != MR_OK && err.length > 0);
	mr_error_init(&err);
	if (mr_search_parse_order(entity, text, arena, &order, &err) != MR_OK)
		require(err.code != MR_OK && err.length > 0);
}

static void check_token(mr_str text, mr_arena *arena)
{
	struct mr_page_token token;
	mr_str made, decoded;
	mr_error err;

	mr_error_init(&err);
	if (mr_page_token_parse(text, arena, &token, &err) != MR_OK)
		require(err.length > 0);
	require(mr_base64_decode(mr_base64_encode(arena, text), arena, &decoded) && mr_str_eq(decoded, text));
	made = mr_page_token_make(arena, 1 + (int64_t)text.len, mr_str_from("1700000000000,abc"));
	mr_error_init(&err);
	require(mr_page_token_parse(made, arena, &token, &err) == MR_OK);
	require(token.offset == 1 + (int64_t)text.len && mr_str_is(token.after, "1700000000000,abc"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mr_str text = mr_str_make((const char *)data, size);
	mr_arena *arena;
	int entity;

	if (size > 1 << 14)
		return 0;
	arena = mr_arena_new(0);
	if (!arena)
		return 0;
	check_lexer(text);
	for (entity = MR_SEARCH_RUNS; entity <= MR_SEARCH_LOGGED_MODELS; entity++)
		check_filter((mr_search_entity)entity, text, arena);
	check_token(text, arena);
	require(mr_search_like(text, mr_str_from("%"), false));
	mr_search_like(mr_str_from("some text"), text, true);
	require(mr_unicode_first(text, 3).len <= text.len);
	mr_arena_free(arena);
	return 0;
}
