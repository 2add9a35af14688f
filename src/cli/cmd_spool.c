/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace spool list|flush: what processes logged that no store has yet, and
 * what stores refused.
 */
#include <inttypes.h>

#include "base/json.h"
#include "base/os.h"
#include "base/uri.h"
#include "cli/sub.h"
#include "client/dead_letters.h"
#include "client/orphans.h"
#include "client/sender.h"

struct flags {
	struct mr_common_flags common;
};

struct listing {
	struct mr_cli *cli;
	struct mr_rows_printer rows;
	uint64_t waiting;
};

static void list_spool(void *arg, mr_spool *spool)
{
	struct listing *l = arg;
	mr_arena *arena = l->cli->arena;
	struct mr_spool_record r;
	uint64_t cursor = mr_spool_head(spool), n = 0;

	while (mr_spool_read(spool, &cursor, &r))
		n++;
	if (n) {
		mr_str cells[4] = {mr_str_from("waiting"), mr_arena_printf(arena, "%" PRIu64 " records", n),
				   mr_uri_redact(arena, mr_arena_copy(arena, mr_spool_tracking_uri(spool))),
				   mr_arena_copy(arena, mr_spool_path(spool))};

		mr_print_row(&l->rows, cells);
	}
	l->waiting += n;
	mr_spool_close(spool);
}

/* One line of dead-letters.jsonl. */
static void list_letter(struct listing *l, mr_str line)
{
	mr_arena *arena = l->cli->arena;
	mr_json *letter;
	mr_error ignored;
	mr_str none = mr_str_from(""), cells[4];

	mr_error_init(&ignored);
	if (!line.len || mr_json_parse(line, arena, &letter, &ignored) != MR_OK)
		return;
	cells[0] = mr_str_from("refused");
	cells[1] = mr_arena_printf(arena, "%.*s %.*s", MR_STR_ARG(mr_json_str(mr_json_get(letter, "kind"), none)),
				   MR_STR_ARG(mr_json_str(mr_json_get(letter, "key"), none)));
	cells[2] = mr_json_str(mr_json_get(letter, "tracking_uri"), none);
	cells[3] = mr_arena_printf(arena, "run %.*s: %.*s", MR_STR_ARG(mr_json_str(mr_json_get(letter, "run_id"), none)),
				   MR_STR_ARG(mr_json_str(mr_json_get(letter, "message"), none)));
	mr_print_row(&l->rows, cells);
}

static mr_code read_letters(struct mr_cli *cli, mr_str folder, mr_str *text)
{
	mr_error absent;

	mr_error_init(&absent);
	*text = mr_str_make("", 0);
	mr_file_read(mr_dead_letters_path(cli->arena, folder), 256 << 20, cli->arena, text, &absent); /* none: nothing was refused */
	return MR_OK;
}

static mr_code list(struct mr_cli *cli, void *flags)
{
	static const char *const headings[] = {"STATE", "WHAT", "TRACKING URI", "WHERE"};
	mr_str folder = mr_spool_folder(cli->arena), text;
	struct listing l = {.cli = cli};
	mr_code code = read_letters(cli, folder, &text);

	(void)flags;
	if (code == MR_OK && cli->output == MR_OUTPUT_JSON) {
		printf("%.*s", MR_STR_ARG(text)); /* lines of JSON already */
		return MR_OK;
	}
	mr_print_begin(&l.rows, cli->arena, cli->output, headings, 4);
	code = mr_orphans_each(folder, NULL, list_spool, &l, &cli->err);
	while (text.len) {
		const char *end = memchr(text.ptr, '\n', text.len);
		size_t n = end ? (size_t)(end - text.ptr) : text.len;

		list_letter(&l, mr_str_make(text.ptr, n));
		text = mr_str_make(text.ptr + n + (end != NULL), text.len - n - (end != NULL));
	}
	mr_print_end(&l.rows, "Nothing waits, and nothing was refused.");
	return code;
}

struct flushing {
	struct mr_cli *cli;
	mr_str folder;
	uint64_t sent, refused, away;
};

static void flush_spool(void *arg, mr_spool *spool)
{
	struct flushing *f = arg;
	mr_str uri = mr_arena_copy(f->cli->arena, mr_spool_tracking_uri(spool));
	struct mr_send_result result = {0};
	mr_client *client = NULL;
	mr_sender *sender = NULL;
	mr_error err;

	mr_error_init(&err);
	if (uri.ptr && mr_client_open(uri.ptr, NULL, &client, &err) == MR_OK)
		sender = mr_sender_new(client, f->folder);
	if (sender) {
		mr_sender_drain(sender, spool, &result);
		f->sent += result.records - result.refused;
		f->refused += result.refused;
		if (result.away) {
			f->away++;
			fprintf(stderr, "%s: %s\n", mr_uri_redact(f->cli->arena, uri).ptr, result.why_away.message);
		}
	}
	mr_sender_free(sender);
	mr_spool_close(spool);
	mr_client_close(client);
}

static mr_code flush(struct mr_cli *cli, void *flags)
{
	struct flushing f = {.cli = cli, .folder = mr_spool_folder(cli->arena)};
	mr_code code = mr_orphans_each(f.folder, NULL, flush_spool, &f, &cli->err);

	(void)flags;
	if (code != MR_OK)
		return code;
	fprintf(stderr, "Sent %" PRIu64 " records; %" PRIu64 " were refused%s.\n", f.sent, f.refused,
		f.refused ? " (millrace spool list shows them)" : "");
	if (f.away)
		return mr_error_set(&cli->err, MR_TEMPORARILY_UNAVAILABLE,
				    "%" PRIu64 " spool files wait for a store that is away; run this again later", f.away);
	return MR_OK;
}

static const struct mr_sub subs[] = {
	{"list", "what waits of processes that are gone, and what stores refused", NULL, 0, NULL, list, "millrace spool list"},
	{"flush", "sends what waits", NULL, 0, NULL, flush, "millrace spool flush"},
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_spool(int argc, char **argv)
{
	static const struct mr_sub_table table = {
		"spool", "What programs logged while their store was away, or that it refused.", sizeof(struct flags), subs};

	return mr_sub_run(&table, argc, argv);
}
