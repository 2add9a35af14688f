/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters and orders in memory, for stores that have no database to do it.
 * As MLflow's own (mlflow/utils/search_utils.py): what is not there matches
 * IS NULL only; it is last in either order, and NaN stands before it.
 */
#ifndef MR_SEARCH_MATCH_H
#define MR_SEARCH_MATCH_H

#include "search/search.h"

/* value.ptr NULL: there is none. */
bool mr_search_match_text(const struct mr_search_clause *clause, mr_str value);
bool mr_search_match_number(const struct mr_search_clause *clause, bool there, double value);
/* Exact where the literal is an integer. */
bool mr_search_match_integer(const struct mr_search_clause *clause, bool there, int64_t value);

/* ---- sorting ---- */

struct mr_sort_key {
	enum { MR_SORT_INTEGER, MR_SORT_NUMBER, MR_SORT_TEXT, MR_SORT_NAN, MR_SORT_NONE } kind;
	int64_t integer;
	double number;
	mr_str text;
};

struct mr_sort_key mr_sort_integer(bool there, int64_t value);
struct mr_sort_key mr_sort_number(bool there, double value);
struct mr_sort_key mr_sort_text(mr_str value); /* ptr NULL: there is none */

struct mr_sort_row {
	void *item;
	struct mr_sort_key *keys;
	size_t index; /* set by the sort: the order that the rows came in decides last */
};

/* By the first key, those that are equal by the next; ascending: one for each key. */
void mr_search_sort(struct mr_sort_row *rows, size_t n, const bool *ascending, size_t keys_n);

#endif
