/* SPDX-License-Identifier: Apache-2.0
 *
 * How runs and pages of rows are shown, for the commands that share it.
 */
#ifndef MR_CLI_VIEWS_H
#define MR_CLI_VIEWS_H

#include "cli/sub.h"

/* "active_only", "deleted_only", "all"; empty: active_only. */
mr_code mr_view_parse(mr_str text, int32_t *view_type, mr_error *err);

/* Appends the rows of a page to those before; false when out of memory. */
bool mr_append_rows(mr_arena *arena, void ***all, size_t *n, size_t *room, void *const *page, size_t page_n);

struct mr_runs_query {
	mr_str *experiment_ids;
	size_t experiment_ids_n;
	mr_str filter, view;
	struct mr_opt_list order_by;
	int64_t max_results; /* 0: all */
};
/* All pages. */
mr_code mr_view_runs_search(struct mr_cli *cli, const struct mr_runs_query *query,
			    struct mr_search_runs_response *all);
void mr_view_runs_table(struct mr_cli *cli, const struct mr_search_runs_response *runs);
/* All runs of an experiment to standard output. */
mr_code mr_view_runs_csv(struct mr_cli *cli, mr_str experiment_id, mr_str file);

#endif
