/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded pipe between two threads: between a caller that pushes or pulls
 * bytes and a transfer that asks for them or hands them over itself. This is
 * what keeps the memory of a stream constant.
 */
#ifndef MR_ARTIFACT_PIPE_H
#define MR_ARTIFACT_PIPE_H

#include <millrace/types.h>

struct mr_pipe;

/* hold_last: the reader does not get the last byte before finish, so that what
 * it feeds cannot be complete before. NULL when out of memory. */
struct mr_pipe *mr_pipe_new(size_t room, bool hold_last);
void mr_pipe_free(struct mr_pipe *pipe);

typedef bool mr_pipe_cancelled(void *arg);

/* Waits for room; false: broken, or cancelled said true (asked ten times a second while it waits). */
bool mr_pipe_write(struct mr_pipe *pipe, const char *bytes, size_t n, mr_pipe_cancelled *cancelled, void *arg);
/* Waits for bytes; 0 at the end, -1: broken or cancelled. */
int64_t mr_pipe_read(struct mr_pipe *pipe, char *out, size_t room, mr_pipe_cancelled *cancelled, void *arg);
/* No more comes. */
void mr_pipe_finish(struct mr_pipe *pipe);
/* Either side gives up; the other fails from now on. */
void mr_pipe_break(struct mr_pipe *pipe);
/* The reader starts again; false once bytes had to be overwritten. */
bool mr_pipe_rewind(struct mr_pipe *pipe);

#endif
