/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/views.h"

#include "api/tables.h"
#include "base/buf.h"
#include "base/map.h"

mr_code mr_view_parse(mr_str text, int32_t *view_type, mr_error *err)
{
	*view_type = MR_VIEW_TYPE_ACTIVE_ONLY;
	if (!text.len || mr_str_is(text, "active_only"))
		return MR_OK;
	*view_type = mr_str_is(text, "all") ? MR_VIEW_TYPE_ALL : MR_VIEW_TYPE_DELETED_ONLY;
	if (mr_str_is(text, "all") || mr_str_is(text, "deleted_only"))
		return MR_OK;
	return mr_error_set(err, MR_BAD_REQUEST, "--view is active_only, deleted_only or all, not '%.*s'", MR_STR_ARG(text));
}

bool mr_append_rows(mr_arena *arena, void ***all, size_t *n, size_t *room, void *const *page, size_t page_n)
{
	if (*n + page_n > *room) {
		size_t wanted = 2 * (*n + page_n);
		void **grown = mr_arena_grow(arena, *all, *room * sizeof *grown, wanted * sizeof *grown);

		if (!grown)
			return false;
		*all = grown;
		*room = wanted;
	}
	if (page_n)
		memcpy(*all + *n, page, page_n * sizeof *page);
	*n += page_n;
	return true;
}

mr_code mr_view_runs_search(struct mr_cli *cli, const struct mr_runs_query *query, struct mr_search_runs_response *all)
{
	struct mr_search_runs request = {0};
	struct mr_search_runs_response *page;
	int64_t left = query->max_results ? query->max_results : INT64_MAX;
	size_t room = 0;
	int32_t view;
	void *response;
	mr_code code = mr_view_parse(query->view, &view, &cli->err);

	request.experiment_ids = query->experiment_ids;
	request.experiment_ids_n = query->experiment_ids_n;
	request.order_by = query->order_by.items;
	request.order_by_n = query->order_by.n;
	mr_search_runs_set_run_view_type(&request, view);
	if (query->filter.len)
		mr_search_runs_set_filter(&request, query->filter);
	while (code == MR_OK && left > 0) {
		mr_search_runs_set_max_results(&request, (int32_t)(left < 1000 ? left : 1000));
		code = mr_cli_call(cli, &mr_op_search_runs, &request, &response);
		if (code != MR_OK)
			break;
		page = response;
		if (!mr_append_rows(cli->arena, (void ***)&all->runs, &all->runs_n, &room, (void *const *)page->runs, page->runs_n))
			return mr_error_no_memory(&cli->err);
		left -= (int64_t)page->runs_n;
		if (!page->next_page_token.len)
			break;
		mr_search_runs_set_page_token(&request, page->next_page_token);
	}
	return code;
}

static mr_str metrics_text(struct mr_cli *cli, const struct mr_run_data *data)
{
	mr_buf buf;
	mr_str out;

	mr_buf_init(&buf, 1 << 20);
	for (size_t i = 0; data && i < data->metrics_n && i < 6; i++)
		mr_buf_printf(&buf, "%s%.*s=%.5g", i ? " " : "", MR_STR_ARG(data->metrics[i]->key), data->metrics[i]->value);
	out = mr_arena_copy(cli->arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

void mr_view_runs_table(struct mr_cli *cli, const struct mr_search_runs_response *runs)
{
	static const char *const headings[] = {"RUN ID", "NAME", "STATUS", "STARTED", "USER", "METRICS"};
	struct mr_rows_printer rows;

	mr_print_begin(&rows, cli->arena, cli->output, headings, 6);
	for (size_t i = 0; i < runs->runs_n; i++) {
		const struct mr_run_info *r = runs->runs[i]->info;
		mr_str cells[6] = {r->run_id, r->run_name, mr_str_from(mr_enum_name(&mr_desc_enum_run_status, r->status)),
				   mr_print_time(cli->arena, r->start_time), r->user_id, metrics_text(cli, runs->runs[i]->data)};

		mr_print_row(&rows, cells);
	}
	mr_print_end(&rows, "There are no such runs.");
}

/* ---- CSV of runs, with a column for each metric, param and tag ---- */

enum { FIXED = 6, COLUMNS_MAX = 4096 };

struct columns {
	mr_map *index; /* "metrics.loss" -> column number, from 1 */
	mr_str names[COLUMNS_MAX];
	size_t n;
};

static size_t column_of(struct mr_cli *cli, struct columns *c, const char *kind, mr_str key)
{
	mr_str name = mr_arena_printf(cli->arena, "%s.%.*s", kind, MR_STR_ARG(key));
	void *found = mr_map_get(c->index, name);

	if (!found && c->n < COLUMNS_MAX) {
		c->names[c->n++] = name;
		found = (void *)(uintptr_t)c->n;
		mr_map_set(c->index, name, found, NULL);
	}
	return (size_t)(uintptr_t)found; /* 0: too many columns */
}

static void put(mr_str *cells, size_t column, mr_str value)
{
	if (column)
		cells[FIXED + column - 1] = value;
}

/* Once with cells NULL to learn the columns, once to fill a row. */
static void visit_run(struct mr_cli *cli, struct columns *c, const struct mr_run *run, mr_str *cells)
{
	static mr_str nowhere[FIXED + COLUMNS_MAX];
	mr_str *out = cells ? cells : nowhere;

	for (size_t i = 0; run->data && i < run->data->metrics_n; i++) {
		mr_buf number;

		mr_buf_init(&number, 64);
		mr_buf_double(&number, run->data->metrics[i]->value);
		put(out, column_of(cli, c, "metrics", run->data->metrics[i]->key),
		    mr_arena_copy(cli->arena, mr_buf_view(&number)));
		mr_buf_dispose(&number);
	}
	for (size_t i = 0; run->data && i < run->data->params_n; i++)
		put(out, column_of(cli, c, "params", run->data->params[i]->key), run->data->params[i]->value);
	for (size_t i = 0; run->data && i < run->data->tags_n; i++)
		put(out, column_of(cli, c, "tags", run->data->tags[i]->key), run->data->tags[i]->value);
}

static void print_line(const mr_str *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool quote = false;

		for (size_t k = 0; k < cells[i].len; k++)
			quote |= cells[i].ptr[k] == ',' || cells[i].ptr[k] == '"' || cells[i].ptr[k] == '\n' || cells[i].ptr[k] == '\r';
		fputs(i ? (quote ? ",\"" : ",") : quote ? "\"" : "", stdout);
		for (size_t k = 0; k < cells[i].len; k++) {
			if (cells[i].ptr[k] == '"')
				putchar('"');
			putchar(cells[i].ptr[k]);
		}
		if (quote)
			putchar('"');
	}
	putchar('\n');
}

mr_code mr_view_runs_csv(struct mr_cli *cli, mr_str experiment_id, mr_str file)
{
	static const char *const fixed[FIXED] = {"run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"};
	struct mr_runs_query query = {.experiment_ids = &experiment_id, .experiment_ids_n = 1, .view = mr_str_from("all")};
	struct mr_search_runs_response all = {0};
	struct columns *columns = mr_arena_zalloc(cli->arena, sizeof *columns);
	mr_str *cells = mr_arena_zalloc(cli->arena, (FIXED + COLUMNS_MAX) * sizeof *cells);
	mr_code code = columns && cells ? mr_view_runs_search(cli, &query, &all) : mr_error_no_memory(&cli->err);

	if (code != MR_OK)
		return code;
	columns->index = mr_map_new(cli->arena, 64);
	if (!columns->index)
		return mr_error_no_memory(&cli->err);
	if (file.len && !freopen(file.ptr, "w", stdout)) /* only now: what was there stays when the search fails */
		return mr_error_set(&cli->err, MR_IO_ERROR, "%s cannot be written", file.ptr);
	for (size_t i = 0; i < all.runs_n; i++)
		visit_run(cli, columns, all.runs[i], NULL);
	for (size_t i = 0; i < FIXED; i++)
		cells[i] = mr_str_from(fixed[i]);
	memcpy(cells + FIXED, columns->names, columns->n * sizeof *cells);
	print_line(cells, FIXED + columns->n);
	for (size_t i = 0; i < all.runs_n; i++) {
		const struct mr_run_info *r = all.runs[i]->info;

		memset(cells, 0, (FIXED + columns->n) * sizeof *cells);
		cells[0] = r->run_id;
		cells[1] = r->experiment_id;
		cells[2] = mr_str_from(mr_enum_name(&mr_desc_enum_run_status, r->status));
		cells[3] = r->artifact_uri;
		cells[4] = mr_print_time(cli->arena, r->start_time);
		cells[5] = mr_print_time(cli->arena, r->end_time);
		visit_run(cli, columns, all.runs[i], cells);
		print_line(cells, FIXED + columns->n);
	}
	return MR_OK;
}
