/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands of the program. Each is one cmd_<name>.c; the table stands in commands.c.
 */
#ifndef MR_CLI_CLI_H
#define MR_CLI_CLI_H

#include <millrace/types.h>

enum { MR_EXIT_OK = 0, MR_EXIT_FAILED = 1, MR_EXIT_USAGE = 2 };

struct mr_command {
	const char *name;
	const char *summary; /* one line, for the list of commands; NULL: not for people, and not in it */
	/* argv[0] is the command's name; gives the exit status. */
	int (*run)(int argc, char **argv);
};

extern const struct mr_command mr_commands[]; /* ends with an empty name */

int mr_cmd_server(int argc, char **argv);
int mr_cmd_evaluate(int argc, char **argv);
int mr_cmd_plugins(int argc, char **argv);
int mr_cmd_python(int argc, char **argv);
int mr_cmd_experiments(int argc, char **argv);
int mr_cmd_runs(int argc, char **argv);
int mr_cmd_artifacts(int argc, char **argv);
int mr_cmd_models(int argc, char **argv);
int mr_cmd_deployments(int argc, char **argv);
int mr_cmd_run(int argc, char **argv);
int mr_cmd_spool(int argc, char **argv);
int mr_cmd_db(int argc, char **argv);
int mr_cmd_gc(int argc, char **argv);
int mr_cmd_doctor(int argc, char **argv);
int mr_cmd_openapi(int argc, char **argv);
int mr_cmd_manual(int argc, char **argv);
int mr_cmd_serve_store(int argc, char **argv);

/* Says on standard error what went wrong, and gives MR_EXIT_FAILED. */
int mr_cli_fail(const char *command, const mr_error *err);

#endif
