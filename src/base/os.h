/* SPDX-License-Identifier: Apache-2.0
 *
 * What depends on the platform; implemented in os_*.c and nowhere else.
 */
#ifndef MR_BASE_OS_H
#define MR_BASE_OS_H

#include "base/arena.h"
#include "base/buf.h"

int64_t mr_time_ms(void);        /* since 1970, as MLflow stores times */
int64_t mr_monotonic_ns(void);   /* for deadlines and measuring */
void mr_random_bytes(void *out, size_t n);
void mr_uuid_hex(char out[33]);  /* 32 lower-case hex digits of a version 4 UUID */

const char *mr_getenv(const char *name); /* NULL when unset or empty */
mr_str mr_os_user(mr_arena *arena);      /* as Python's getpass.getuser */
mr_str mr_os_executable(mr_arena *arena);
mr_str mr_os_home(mr_arena *arena);
/* The folder of what is loaded when it is needed: lib/millrace of the install or
 * the build, beside the object that this code is in. Empty when there is none. */
mr_str mr_os_module_dir(mr_arena *arena);
mr_str mr_os_absolute(mr_arena *arena, mr_str path); /* lexical: cwd + path, "." and ".." removed */

mr_code mr_file_read(mr_str path, size_t cap, mr_arena *arena, mr_str *out, mr_error *err);
/* Written beside it, synced, renamed over it, the folder synced. */
mr_code mr_file_write_atomic(mr_str path, mr_str bytes, mr_error *err);
/* With its parents; fine when there. What it makes is synced, so that a file synced in it can be found again. */
mr_code mr_dir_make(mr_str path, mr_error *err);

/* A lock, condition and thread are pthread's own; a thread of ours blocks all
 * signals and gets a name. */
typedef void *mr_thread_main(void *arg);
mr_code mr_thread_start(unsigned long *thread, const char *name, mr_thread_main *main, void *arg, mr_error *err);
void mr_thread_join(unsigned long thread);

/* Opens a file below a root folder without ever leaving it: openat2 with
 * RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS, or, where the
 * kernel lacks or filters it, a walk of openat(O_NOFOLLOW). path is relative,
 * separated by '/'. flags and mode as open(2); O_CLOEXEC is added. */
mr_code mr_open_beneath(int root_fd, mr_str path, int flags, unsigned mode, int *fd, mr_error *err);
void mr_open_beneath_without_openat2(bool walk); /* for the tests of the walk */

/* Tells the service manager (sd_notify(3): "READY=1\nSTATUS=..."), if there is one that wants to be told. */
mr_code mr_os_notify(const char *lines, mr_error *err);
/* How often it wants "WATCHDOG=1" at least, in microseconds; 0: not at all. */
int64_t mr_os_watchdog_us(void);

bool mr_is_terminal(int fd);
int mr_terminal_width(int fd); /* 80 when unknown */

#endif
