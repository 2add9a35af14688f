/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "search/match.h"

#include <stdlib.h>

static bool in_list(const struct mr_search_clause *c, mr_str value)
{
	for (size_t i = 0; i < c->list_n; i++)
		if (mr_str_eq(c->list[i], value))
			return true;
	return false;
}

static int compare_text(mr_str a, mr_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* order: of the value against the literal. */
static bool holds(mr_search_op op, int order)
{
	switch (op) {
	case MR_SEARCH_EQ:
		return order == 0;
	case MR_SEARCH_NE:
		return order != 0;
	case MR_SEARCH_LT:
		return order < 0;
	case MR_SEARCH_LE:
		return order <= 0;
	case MR_SEARCH_GT:
		return order > 0;
	case MR_SEARCH_GE:
		return order >= 0;
	default:
		return false;
	}
}

bool mr_search_match_text(const struct mr_search_clause *c, mr_str value)
{
	bool there = value.ptr != NULL;

	switch (c->op) {
	case MR_SEARCH_IS_NULL:
		return !there;
	case MR_SEARCH_IS_NOT_NULL:
		return there;
	case MR_SEARCH_LIKE:
	case MR_SEARCH_ILIKE:
		return there && mr_search_like(value, c->text, c->op == MR_SEARCH_ILIKE);
	case MR_SEARCH_IN:
		return there && in_list(c, value);
	case MR_SEARCH_NOT_IN:
		return there && !in_list(c, value);
	default:
		return there && holds(c->op, compare_text(value, c->text));
	}
}

bool mr_search_match_number(const struct mr_search_clause *c, bool there, double value)
{
	if (!there)
		return c->op == MR_SEARCH_IS_NULL;
	if (value != value || c->number != c->number)
		return c->op == MR_SEARCH_NE || c->op == MR_SEARCH_IS_NOT_NULL;
	return c->op == MR_SEARCH_IS_NOT_NULL || holds(c->op, (value > c->number) - (value < c->number));
}

bool mr_search_match_integer(const struct mr_search_clause *c, bool there, int64_t value)
{
	if (!there || !c->is_integer)
		return mr_search_match_number(c, there, (double)value);
	return c->op == MR_SEARCH_IS_NOT_NULL || holds(c->op, (value > c->integer) - (value < c->integer));
}

/* ---- sorting ---- */

struct mr_sort_key mr_sort_integer(bool there, int64_t value)
{
	return (struct mr_sort_key){.kind = there ? MR_SORT_INTEGER : MR_SORT_NONE, .integer = value};
}

struct mr_sort_key mr_sort_number(bool there, double value)
{
	return (struct mr_sort_key){.kind = !there ? MR_SORT_NONE : value != value ? MR_SORT_NAN : MR_SORT_NUMBER,
				    .number = value};
}

struct mr_sort_key mr_sort_text(mr_str value)
{
	return (struct mr_sort_key){.kind = value.ptr ? MR_SORT_TEXT : MR_SORT_NONE, .text = value};
}

static int compare_keys(const struct mr_sort_key *a, const struct mr_sort_key *b, bool ascending)
{
	int order;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1; /* values, then NaN, then what is not there, in either order */
	switch (a->kind) {
	case MR_SORT_INTEGER:
		order = (a->integer > b->integer) - (a->integer < b->integer);
		break;
	case MR_SORT_NUMBER:
		order = (a->number > b->number) - (a->number < b->number);
		break;
	case MR_SORT_TEXT:
		order = compare_text(a->text, b->text);
		break;
	default:
		return 0;
	}
	return ascending ? order : -order;
}

struct order {
	const bool *ascending;
	size_t n;
};

static int compare_rows(const void *x, const void *y, void *arg)
{
	const struct mr_sort_row *a = x, *b = y;
	const struct order *order = arg;

	for (size_t i = 0; i < order->n; i++) {
		int found = compare_keys(&a->keys[i], &b->keys[i], order->ascending[i]);

		if (found)
			return found;
	}
	return (a->index > b->index) - (a->index < b->index);
}

void mr_search_sort(struct mr_sort_row *rows, size_t n, const bool *ascending, size_t keys_n)
{
	struct order order = {ascending, keys_n};

	for (size_t i = 0; i < n; i++)
		rows[i].index = i;
	if (n > 1)
		qsort_r(rows, n, sizeof *rows, compare_rows, &order);
}
