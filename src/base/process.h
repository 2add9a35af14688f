/* SPDX-License-Identifier: Apache-2.0
 *
 * A child process from its start to its end, with all that it starts in turn: it
 * leads a process group of its own, which is what is ended. Implemented in
 * os_process.c. No signal handler is needed, and none is touched.
 */
#ifndef MR_BASE_PROCESS_H
#define MR_BASE_PROCESS_H

#include "base/arena.h"
#include "base/buf.h"

typedef enum mr_stop {
	MR_STOP_NO = 0,
	MR_STOP_END = 1, /* SIGTERM to the group; SIGKILL when it is still there after the grace */
	MR_STOP_KILL = 2 /* SIGKILL at once */
} mr_stop;

struct mr_process {
	const char *const *argv; /* argv[0] is looked up in PATH; ends with NULL */
	const char *folder; /* NULL: where we are */
	const char *const *environment; /* "NAME=value", ends with NULL; NULL: ours */
	/* Standard input is ours, but never a terminal: a group in the background that reads one stands still. Else /dev/null. */
	bool keep_input;
	/* What it says, as it comes; NULL: to where ours goes. From the thread that runs it. */
	void (*output)(void *arg, bool is_stderr, const char *bytes, size_t n);
	mr_stop (*stop)(void *arg); /* asked ten times a second; NULL: never */
	void *arg;
	int32_t grace_ms; /* 0: ten seconds */
};

/* Runs it, and gives its wait status (WIFEXITED, ...). What it left running in the background lives
 * on, unless it was stopped. Fails only when it cannot be started, with the reason and where it was looked for. */
mr_code mr_process_run(const struct mr_process *process, int *status, mr_error *err);

/* One that is talked to while it runs: descriptor i of the child is fds[i], the first three of which may be -1 for
 * /dev/null. It leads a process group (Ctrl-C at a terminal is ours to answer), with the signals' defaults. Any thread,
 * also beside an interpreter: nothing runs between fork and exec. Gives 0 or an errno. argv[0] is a path. */
int mr_process_spawn(const char *const *argv, const char *const *environment, const int *fds, int fds_n, int *pid);

/* 0 to 255, or 128 + n for signal n, as a shell tells it. */
int mr_process_exit_code(int status);

/* A short command for its output (either may be NULL): MR_ABORTED when it was stopped or exceeds timeout_ms. */
mr_code mr_process_capture(const char *const *argv, int32_t timeout_ms, mr_buf *out, mr_buf *errors, int *status,
			   mr_error *err);

/* The environment of this process with these pairs ("NAME", "value", ..., NULL) in place of what it
 * has of the same names; a NULL value removes one. NULL when out of memory. */
const char *const *mr_environment_with(mr_arena *arena, const char *const *pairs);

/* The program's file on PATH (or the path itself, when it has a slash); empty when there is none. */
mr_str mr_program_find(mr_arena *arena, mr_str name);

#endif
