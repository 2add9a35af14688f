/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands with subcommands ("millrace runs list"), and what each of them is
 * given: parsed flags, a client, a call for its memory, how to print.
 */
#ifndef MR_CLI_SUB_H
#define MR_CLI_SUB_H

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "client/client.h"

/* The first member of every command's flags: options that all subcommands have. */
struct mr_common_flags {
	mr_str tracking_uri, registry_uri, output;
	struct mr_opt_list plugins, pythons;
};

struct mr_cli {
	const char *name; /* "runs list", for messages */
	mr_arena *arena;
	mr_call *call;
	mr_client *client; /* opened by the first mr_cli_call */
	const struct mr_common_flags *common;
	mr_output output;
	struct mr_opt_list words; /* what is no option */
	mr_error err;
};

struct mr_sub {
	const char *name, *summary;
	const struct mr_opt *options;
	size_t options_n;
	const char *words; /* "FILE...", for the usage; NULL: no words are allowed */
	/* A failure is in cli->err. */
	mr_code (*run)(struct mr_cli *cli, void *flags);
	const char *example; /* a command line, or NULL */
};

struct mr_sub_table {
	const char *command, *summary;
	size_t flags_size;
	const struct mr_sub *subs; /* ends with an empty name */
};

/* Finds the subcommand, parses, runs, prints what failed; the exit status. */
int mr_sub_run(const struct mr_sub_table *table, int argc, char **argv);
/* The same for a command without subcommands: sub->name is the command's. */
int mr_sub_run_one(const struct mr_sub *sub, size_t flags_size, int argc, char **argv);

mr_code mr_cli_client(struct mr_cli *cli, mr_client **out);
/* An operation; the response lives as long as the command. */
mr_code mr_cli_call(struct mr_cli *cli, const struct mr_op_desc *op, const void *request, void **response);
/* A usage error: an option that must be given. */
mr_code mr_cli_need(struct mr_cli *cli, bool given, const char *option);
/* Prints a message as MLflow's JSON. */
mr_code mr_cli_print_message(struct mr_cli *cli, const struct mr_msg_desc *desc, const void *message);
/* Splits "key=value"; a usage error otherwise. */
mr_code mr_cli_pair(struct mr_cli *cli, mr_str text, mr_str *key, mr_str *value);

#endif
