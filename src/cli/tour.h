/* SPDX-License-Identifier: Apache-2.0
 *
 * All commands with their options, as the tables have them: what man pages and completions are made of.
 */
#ifndef MR_CLI_TOUR_H
#define MR_CLI_TOUR_H

#include "cli/options.h"

/* What one command, or one of its subcommands, parses. */
struct mr_tour_page {
	const char *name, *line; /* of the subcommand and what --help says of it; both NULL: the command has none */
	struct mr_opt_table table; /* usage and the other texts are copies */
};

struct mr_tour_command {
	const char *name, *line; /* as `millrace --help` lists it */
	const char *summary; /* of one with subcommands, else NULL */
	struct mr_tour_page *pages;
	size_t pages_n;
};

struct mr_tour {
	struct mr_tour_command *commands;
	size_t commands_n;
};

/* Visits all commands; no other thread may parse options meanwhile. */
mr_code mr_tour_take(mr_arena *arena, struct mr_tour *out, mr_error *err);

/* The options that only tell that something is missing or meaningless here are for man pages, not for completions. */
static inline bool mr_tour_offers(const struct mr_opt *o)
{
	return o->kind != MR_OPT_IGNORED && o->kind != MR_OPT_REFUSED;
}

/* What is to be typed behind an option or as a word, told from the text that stands for it in the help. */
typedef enum mr_tour_value {
	MR_TOUR_NONE, /* the option takes no value */
	MR_TOUR_ANY,
	MR_TOUR_FILE,
	MR_TOUR_FOLDER,
	MR_TOUR_CHOICE /* "table|json|csv" */
} mr_tour_value;

mr_tour_value mr_tour_option_value(const struct mr_opt *o);
mr_tour_value mr_tour_word_value(const struct mr_tour_page *page);

/* The first sentence of a help text. */
mr_str mr_tour_sentence(const char *text);

/* manual.c: a man page for the program and for each command, in a folder. */
mr_code mr_manual_write(const struct mr_tour *tour, mr_str folder, mr_arena *arena, mr_error *err);
/* complete.c */
void mr_complete_bash(const struct mr_tour *tour, FILE *out);
void mr_complete_zsh(const struct mr_tour *tour, FILE *out);
void mr_complete_fish(const struct mr_tour *tour, FILE *out);

#endif
