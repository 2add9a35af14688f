/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/os.h"

mr_code mr_output_parse(mr_str text, mr_output *out, mr_error *err)
{
	*out = MR_OUTPUT_TABLE;
	if (!text.len || mr_str_is(text, "table"))
		return MR_OK;
	*out = mr_str_is(text, "json") ? MR_OUTPUT_JSON : MR_OUTPUT_CSV;
	if (mr_str_is(text, "json") || mr_str_is(text, "csv"))
		return MR_OK;
	return mr_error_set(err, MR_BAD_REQUEST, "--output is table, json or csv, not '%.*s'", MR_STR_ARG(text));
}

static void print_csv(const mr_str *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool quote = false;

		if (i)
			putchar(',');
		for (size_t k = 0; k < cells[i].len; k++)
			quote |= strchr(",\"\r\n", cells[i].ptr[k]) != NULL && cells[i].ptr[k];
		if (!quote) {
			printf("%.*s", MR_STR_ARG(cells[i]));
			continue;
		}
		putchar('"');
		for (size_t k = 0; k < cells[i].len; k++) {
			if (cells[i].ptr[k] == '"')
				putchar('"');
			putchar(cells[i].ptr[k]);
		}
		putchar('"');
	}
	putchar('\n');
}

void mr_print_begin(struct mr_rows_printer *p, mr_arena *arena, mr_output output, const char *const *headings,
		    size_t columns)
{
	mr_str cells[32];

	*p = (struct mr_rows_printer){.arena = arena, .output = output, .columns = columns < 32 ? columns : 32};
	for (size_t i = 0; i < p->columns; i++)
		cells[i] = mr_str_from(headings[i]);
	mr_print_row(p, cells);
}

void mr_print_row(struct mr_rows_printer *p, const mr_str *cells)
{
	if (p->output == MR_OUTPUT_CSV) {
		print_csv(cells, p->columns);
		p->rows++;
		return;
	}
	if (p->rows == p->room) {
		size_t room = p->room ? 2 * p->room : 64, size = p->columns * sizeof *p->cells;
		mr_str *grown = mr_arena_grow(p->arena, p->cells, p->room * size, room * size);

		if (!grown)
			return;
		p->cells = grown;
		p->room = room;
	}
	for (size_t i = 0; i < p->columns; i++)
		p->cells[p->rows * p->columns + i] = mr_arena_copy(p->arena, cells[i]);
	p->rows++;
}

/* Code points: good enough for columns of names and numbers. */
static size_t width_of(mr_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

/* What would move the cursor or colour the screen does not reach a terminal. */
static void print_cell(mr_str s, size_t width, bool last, size_t room)
{
	size_t shown = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c & 0xc0) != 0x80 && ++shown > room) {
			fputs("…", stdout);
			return;
		}
		putchar(c < 0x20 || c == 0x7f ? ' ' : c);
	}
	for (; !last && shown < width; shown++)
		putchar(' ');
}

static void print_table(const struct mr_rows_printer *p)
{
	size_t width[32] = {0}, before = 0, room = SIZE_MAX;
	bool terminal = mr_is_terminal(STDOUT_FILENO);

	for (size_t r = 0; r < p->rows; r++)
		for (size_t i = 0; i < p->columns; i++) {
			size_t w = width_of(p->cells[r * p->columns + i]);

			width[i] = w > width[i] ? w : width[i];
		}
	for (size_t i = 0; i + 1 < p->columns; i++)
		before += width[i] + 2;
	if (terminal && (size_t)mr_terminal_width(STDOUT_FILENO) > before + 8)
		room = (size_t)mr_terminal_width(STDOUT_FILENO) - before - 1;
	for (size_t r = 0; r < p->rows; r++) {
		if (terminal && r == 0)
			fputs("\033[1m", stdout);
		for (size_t i = 0; i < p->columns; i++) {
			bool last = i + 1 == p->columns;

			if (i)
				fputs("  ", stdout);
			print_cell(p->cells[r * p->columns + i], width[i], last, last ? room : SIZE_MAX);
		}
		fputs(terminal && r == 0 ? "\033[0m\n" : "\n", stdout);
	}
}

void mr_print_end(struct mr_rows_printer *p, const char *nothing)
{
	if (p->output != MR_OUTPUT_TABLE)
		return;
	if (p->rows > 1)
		print_table(p);
	else if (nothing)
		fprintf(stderr, "%s\n", nothing);
}

mr_str mr_print_time(mr_arena *arena, int64_t unix_ms)
{
	time_t seconds = (time_t)(unix_ms / 1000);
	struct tm local;
	char text[32];

	if (!unix_ms || !localtime_r(&seconds, &local))
		return mr_str_from("-");
	strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local);
	return mr_arena_copy(arena, mr_str_from(text));
}

mr_str mr_print_size(mr_arena *arena, int64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	double value = (double)bytes;
	size_t unit = 0;

	if (bytes < 0)
		return mr_str_from("-");
	while (value >= 1000 && unit + 1 < sizeof units / sizeof *units) {
		value /= 1000;
		unit++;
	}
	return mr_arena_printf(arena, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

bool mr_print_progress(void *arg, const char *path, int64_t done, int64_t total)
{
	static int64_t last_ns;
	int64_t now = mr_monotonic_ns();
	char bar[31];
	int filled;

	(void)arg;
	if (!mr_is_terminal(STDERR_FILENO) || (now - last_ns < 100000000 && done != total))
		return true;
	last_ns = now;
	filled = total > 0 ? (int)(30 * done / total) : 0;
	memset(bar, '.', 30);
	memset(bar, '#', (size_t)(filled > 30 ? 30 : filled));
	bar[30] = 0;
	fprintf(stderr, "\r\033[K[%s] %.1f MB %.40s", bar, (double)done / 1e6, path);
	return true;
}

void mr_print_progress_finish(void)
{
	if (mr_is_terminal(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

mr_code mr_print_json(mr_buf *json, mr_error *err)
{
	mr_code code = mr_buf_check(json, err);

	if (code == MR_OK)
		printf("%.*s\n", MR_STR_ARG(mr_buf_view(json)));
	mr_buf_dispose(json);
	return code;
}
