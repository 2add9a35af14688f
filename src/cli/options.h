/* SPDX-License-Identifier: Apache-2.0
 *
 * The options of a command, as a table: from it come parsing, the environment's
 * part, and --help. A value goes into a member of the command's own struct.
 *
 * Precedence: command line, then environment, then what the member held before.
 */
#ifndef MR_CLI_OPTIONS_H
#define MR_CLI_OPTIONS_H

#include "base/arena.h"

typedef enum mr_opt_kind {
	MR_OPT_TEXT, /* mr_str */
	MR_OPT_LIST, /* struct mr_opt_list; may be given many times */
	MR_OPT_INT, /* int64_t */
	MR_OPT_DURATION, /* int64_t, ms: "250ms", "5s", "2m"; a bare number is in seconds */
	MR_OPT_SIZE, /* int64_t, bytes: "10M", "64k" */
	MR_OPT_FLAG, /* bool; with `negative`, that name sets it to false */
	MR_OPT_IGNORED, /* takes a value and says that it means nothing here */
	MR_OPT_REFUSED /* is known, but not supported: `help` says what to do */
} mr_opt_kind;

struct mr_opt_list {
	mr_str *items;
	size_t n;
};

struct mr_opt {
	const char *name; /* "host", without dashes */
	char letter; /* 0: none */
	mr_opt_kind kind;
	size_t offset; /* of the member */
	const char *value; /* what stands for the value in the help: "URI"; of REFUSED: NULL when it takes none */
	const char *env; /* variable; NULL: none */
	const char *negative; /* of a flag: "no-serve-artifacts"; NULL: none */
	int64_t min, max; /* of a number; both 0: no limit */
	const char *help; /* a sentence or two */
};

struct mr_opt_table {
	const char *usage; /* "millrace server [OPTION...]" */
	const char *summary; /* a paragraph */
	const char *epilogue; /* examples; may be NULL */
	/* Groups of options, each with its heading; ends with a NULL heading. */
	const struct mr_opt_group {
		const char *heading;
		const struct mr_opt *options;
		size_t options_n;
	} * groups;
};

typedef enum mr_opt_outcome {
	MR_OPT_DONE,
	MR_OPT_HELPED, /* --help was asked for and given: end with success */
	MR_OPT_FAILED /* err says what is wrong */
} mr_opt_outcome;

/* argv[0] is skipped. words (may be NULL: none are allowed) gets what is no
 * option. Strings live in argv, the environment, or the arena. */
mr_opt_outcome mr_options_parse(const struct mr_opt_table *table, int argc, char **argv, void *values,
				struct mr_opt_list *words, mr_arena *arena, mr_error *err);
void mr_options_print_help(const struct mr_opt_table *table, FILE *out);

/* The tour of the tables, from which man pages and completions are made (cli/manual.h): while one is set, no command
 * runs, but each hands over what it would have parsed, a command with subcommands one after another. What the table
 * points to, save its options and headings, is gone when the function returns. */
struct mr_opt_tour {
	void *arg;
	void (*command)(void *arg, const char *summary); /* of one with subcommands, before them */
	void (*sub)(void *arg, const char *name, const char *summary); /* before its table */
	void (*table)(void *arg, const struct mr_opt_table *table);
};

void mr_options_set_tour(const struct mr_opt_tour *tour); /* NULL: it ends */
const struct mr_opt_tour *mr_options_tour(void); /* NULL: there is none */

#endif
