/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows for people and programs: aligned columns (bold heading on a terminal, the
 * last column cut at its width), or CSV. JSON is printed from messages, see sub.h.
 */
#ifndef MR_CLI_PRINT_H
#define MR_CLI_PRINT_H

#include "base/arena.h"
#include "base/buf.h"

typedef enum mr_output { MR_OUTPUT_TABLE, MR_OUTPUT_JSON, MR_OUTPUT_CSV } mr_output;
mr_code mr_output_parse(mr_str text, mr_output *out, mr_error *err); /* empty: table */

struct mr_rows_printer {
	mr_arena *arena;
	mr_output output;
	size_t columns;
	mr_str *cells; /* of all rows, the heading first; CSV is printed at once */
	size_t rows, room;
};

void mr_print_begin(struct mr_rows_printer *p, mr_arena *arena, mr_output output, const char *const *headings,
		    size_t columns);
void mr_print_row(struct mr_rows_printer *p, const mr_str *cells);
/* nothing: what a table without rows says, or NULL. */
void mr_print_end(struct mr_rows_printer *p, const char *nothing);

mr_str mr_print_time(mr_arena *arena, int64_t unix_ms); /* local time, "-" for 0 */
mr_str mr_print_size(mr_arena *arena, int64_t bytes);   /* "1.2 MB" */

/* JSON that was written, with a newline, unless it did not fit; the buffer is disposed of either way. */
mr_code mr_print_json(mr_buf *json, mr_error *err);

/* A progress bar on standard error, when that is a terminal; fits mr_progress.
 * finish wipes it. */
bool mr_print_progress(void *arg, const char *path, int64_t bytes_done, int64_t bytes_total);
void mr_print_progress_finish(void);

#endif
