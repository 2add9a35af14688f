/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's filter and order languages: one lexer and parser with a dialect per
 * entity, giving a tree that stores translate (to SQL) or match (in memory).
 * Messages of errors are MLflow's (../shared/reference/mlflow-rest.md section 3,
 * mlflow-3.17.md section 6; the installed reference is the arbiter).
 */
#ifndef MR_SEARCH_SEARCH_H
#define MR_SEARCH_SEARCH_H

#include "base/arena.h"

typedef enum mr_search_entity {
	MR_SEARCH_RUNS,
	MR_SEARCH_EXPERIMENTS,
	MR_SEARCH_REGISTERED_MODELS,
	MR_SEARCH_MODEL_VERSIONS,
	MR_SEARCH_LOGGED_MODELS
} mr_search_entity;

typedef enum mr_search_type {
	MR_SEARCH_ATTRIBUTE,
	MR_SEARCH_METRIC,
	MR_SEARCH_PARAM,
	MR_SEARCH_TAG,
	MR_SEARCH_DATASET
} mr_search_type;

typedef enum mr_search_op {
	MR_SEARCH_EQ, MR_SEARCH_NE, MR_SEARCH_LT, MR_SEARCH_LE, MR_SEARCH_GT, MR_SEARCH_GE,
	MR_SEARCH_LIKE, MR_SEARCH_ILIKE, MR_SEARCH_IN, MR_SEARCH_NOT_IN,
	MR_SEARCH_IS_NULL, MR_SEARCH_IS_NOT_NULL
} mr_search_op;

/* One comparison; all of a filter hold together (the languages have only AND). */
struct mr_search_clause {
	mr_search_type type;
	mr_str key; /* canonical: "start_time", "run_id"; of a tag, param or metric its name */
	mr_search_op op;
	bool is_number;
	double number;
	int64_t integer; /* when the literal is an integer */
	bool is_integer;
	mr_str text;    /* a string literal, unquoted */
	mr_str *list;   /* IN */
	size_t list_n;
	/* logged models: the data set that a metric is of */
	mr_str dataset_name, dataset_digest;
};

struct mr_search_filter {
	struct mr_search_clause *clauses;
	size_t n;
};

struct mr_search_order {
	mr_search_type type;
	mr_str key;
	bool ascending;
	mr_str dataset_name, dataset_digest;
};

mr_code mr_search_parse_filter(mr_search_entity entity, mr_str text, mr_arena *arena, struct mr_search_filter *out,
			       mr_error *err);
mr_code mr_search_parse_order(mr_search_entity entity, mr_str text, mr_arena *arena, struct mr_search_order *out,
			      mr_error *err);

/* SQL LIKE in memory: % and _; ILIKE without regard to ASCII case. */
bool mr_search_like(mr_str value, mr_str pattern, bool ignore_case);

/* Paging tokens: base64 of {"offset": N}; errors in MLflow's words. Ours add the
 * last key ("after"), which MLflow's own parser ignores. */
struct mr_page_token {
	int64_t offset;
	mr_str after; /* a store's own position; empty when the token came without */
};
mr_code mr_page_token_parse(mr_str text, mr_arena *arena, struct mr_page_token *out, mr_error *err);
mr_str mr_page_token_make(mr_arena *arena, int64_t offset, mr_str after);

/* base64 as Python's b64decode reads it: what is no digit is skipped. Copies with a NUL behind; ptr NULL without memory. */
bool mr_base64_decode(mr_str text, mr_arena *arena, mr_str *out);
mr_str mr_base64_encode(mr_arena *arena, mr_str bytes);

#endif
