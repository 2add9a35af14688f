/* SPDX-License-Identifier: Apache-2.0 */
#include "artifact/pipe.h"

#include <pthread.h>
#include <time.h>

#include "base/inject.h"

enum { TICK_NS = 100 * 1000 * 1000 };

struct mr_pipe {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t room;
	uint64_t written, read; /* of all that ever went through */
	bool hold_last, finished, broken;
	char bytes[];
};

struct mr_pipe *mr_pipe_new(size_t room, bool hold_last)
{
	struct mr_pipe *pipe = mr_malloc(sizeof *pipe + room);
	pthread_condattr_t attributes;

	if (!pipe)
		return NULL;
	memset(pipe, 0, sizeof *pipe);
	pipe->room = room;
	pipe->hold_last = hold_last;
	pthread_mutex_init(&pipe->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&pipe->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	return pipe;
}

void mr_pipe_free(struct mr_pipe *pipe)
{
	if (!pipe)
		return;
	pthread_cond_destroy(&pipe->changed);
	pthread_mutex_destroy(&pipe->lock);
	mr_free(pipe);
}

/* With the lock held, which it gives up meanwhile; false: cancelled. */
static bool wait_a_little(struct mr_pipe *pipe, mr_pipe_cancelled *cancelled, void *arg)
{
	struct timespec until;
	bool go_on;

	if (!cancelled) {
		pthread_cond_wait(&pipe->changed, &pipe->lock);
		return true;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += TICK_NS;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&pipe->changed, &pipe->lock, &until);
	pthread_mutex_unlock(&pipe->lock);
	go_on = !cancelled(arg);
	pthread_mutex_lock(&pipe->lock);
	return go_on;
}

/* How many bytes lie at this position before the end of the ring or of what is there. */
static size_t run_at(const struct mr_pipe *pipe, uint64_t at, size_t most)
{
	size_t to_end = pipe->room - (size_t)(at % pipe->room);

	return to_end < most ? to_end : most;
}

bool mr_pipe_write(struct mr_pipe *pipe, const char *bytes, size_t n, mr_pipe_cancelled *cancelled, void *arg)
{
	bool ok = true;

	pthread_mutex_lock(&pipe->lock);
	while (n > 0 && ok) {
		size_t free_room = pipe->room - (size_t)(pipe->written - pipe->read), now;

		if (pipe->broken || pipe->finished) {
			ok = false;
		} else if (!free_room) {
			ok = wait_a_little(pipe, cancelled, arg);
		} else {
			now = run_at(pipe, pipe->written, free_room < n ? free_room : n);
			memcpy(pipe->bytes + pipe->written % pipe->room, bytes, now);
			pipe->written += now;
			bytes += now;
			n -= now;
			pthread_cond_broadcast(&pipe->changed);
		}
	}
	ok = ok && !pipe->broken;
	pthread_mutex_unlock(&pipe->lock);
	return ok;
}

static size_t readable(const struct mr_pipe *pipe)
{
	size_t there = (size_t)(pipe->written - pipe->read);

	return there && pipe->hold_last && !pipe->finished ? there - 1 : there;
}

int64_t mr_pipe_read(struct mr_pipe *pipe, char *out, size_t room, mr_pipe_cancelled *cancelled, void *arg)
{
	int64_t got = 0;
	size_t now;

	pthread_mutex_lock(&pipe->lock);
	while (!readable(pipe) && !pipe->finished && !pipe->broken && got == 0)
		got = wait_a_little(pipe, cancelled, arg) ? 0 : -1;
	if (pipe->broken)
		got = -1;
	if (got == 0) {
		now = readable(pipe);
		now = run_at(pipe, pipe->read, now < room ? now : room);
		memcpy(out, pipe->bytes + pipe->read % pipe->room, now);
		pipe->read += now;
		got = (int64_t)now;
		pthread_cond_broadcast(&pipe->changed);
	}
	pthread_mutex_unlock(&pipe->lock);
	return got;
}

void mr_pipe_finish(struct mr_pipe *pipe)
{
	pthread_mutex_lock(&pipe->lock);
	pipe->finished = true;
	pthread_cond_broadcast(&pipe->changed);
	pthread_mutex_unlock(&pipe->lock);
}

void mr_pipe_break(struct mr_pipe *pipe)
{
	pthread_mutex_lock(&pipe->lock);
	pipe->broken = true;
	pthread_cond_broadcast(&pipe->changed);
	pthread_mutex_unlock(&pipe->lock);
}

bool mr_pipe_rewind(struct mr_pipe *pipe)
{
	bool whole;

	pthread_mutex_lock(&pipe->lock);
	whole = pipe->written <= pipe->room && !pipe->broken;
	if (whole)
		pipe->read = 0;
	pthread_mutex_unlock(&pipe->lock);
	return whole;
}
