/* SPDX-License-Identifier: Apache-2.0
 *
 * Between relay*.c only: a relay, which has two holders, the exchange and a
 * thread; the last one frees it. The body waits in one of two buffers while the
 * thread sends the other; the answer waits in a third until the connection takes
 * it. Whoever has to wait is woken by the other side: the loop by
 * mr_http_resume(), the thread by an event.
 */
#ifndef MR_SERVER_RELAY_INNER_H
#define MR_SERVER_RELAY_INNER_H

#include <pthread.h>

#include "server/relay.h"

enum { RELAY_BUFFER = 128 << 10, RELAY_HEAD_MAX = 256 << 10, RELAY_FIELDS_MAX = 200, RELAY_PREFIX = 4, RELAY_FRAME_HEAD = 5 };

struct relay {
	struct mr_task task;
	struct mr_gate *gate;
	mr_arena *arena;
	pthread_mutex_t lock; /* all below, but for what is said to be the thread's */
	mr_http_exchange *x; /* NULL: its holder is gone */
	int wake;
	bool thread_over;
	/* the body; each buffer begins with room for its length */
	char *filling, *sending;
	size_t filled;
	bool paused, whole;
	/* the answer */
	bool headed, ended, failed, passed;
	bool starved; /* the connection waits for more of it */
	char *down;
	size_t down_at, down_n;
	int status;
	struct mr_http_field fields[RELAY_FIELDS_MAX];
	size_t fields_n;
	int64_t size; /* of its body; -1 unknown */
	mr_error err; /* why it failed */
	/* the thread's */
	int fd;
	bool going_on; /* past the app's hooks */
	bool end_sent;
	mr_buf out; /* the request's head, with what was collected of its body */
	size_t out_at, send_at, send_n;
	char frame[RELAY_FRAME_HEAD];
	size_t frame_n, left; /* of the frame's head; of its payload */
	mr_buf head;
	int64_t until_ns;
};

void relay_free(struct relay *relay);
/* With the lock. */
void relay_wake_loop(struct relay *relay);

/* A length as it stands before a text or a block. */
static inline void relay_put_length(char *out, size_t n)
{
	for (int i = 0; i < RELAY_PREFIX; i++)
		out[i] = (char)(n >> 8 * i & 0xff);
}

/* relay_frames.c: takes what came from the app, for which there is room. False: that is not what an app says. */
bool relay_take(struct relay *relay, const char *bytes, size_t n);

/* relay_thread.c: all of the thread's part. */
void relay_run(struct mr_task *task);

#endif
