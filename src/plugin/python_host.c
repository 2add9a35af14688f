/* SPDX-License-Identifier: Apache-2.0
 *
 * The hosts of this process, and the calls under way in them.
 *
 * A frame is: the size of its JSON and the size of the bytes behind it (both
 * uint32, little-endian), the JSON, the bytes. A request has a number, which its answer repeats; a
 * frame without one is a line for the log. One thread for each host reads; any thread writes.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fork.h"
#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "plugin/python_process.h"

enum { FRAME_MAX = 1 << 30, TURN_MS = 100, TAIL_MAX = 1500, SEND_SLICE_MS = 50 };
/* How long a call that nobody waits for any more may still take: after its deadline; when it was cancelled before it. */
enum { DRAIN_MS = 2000, CANCELLED_MS = 30000 };
/* How long imports may take, during which a host is not ended. */
enum { LOADING_MS = 120000 };
/* A host that lived so long has proved itself; the longest pause before one is started again; what a call waits of it. */
enum { PROVED_MS = 10000, PAUSE_MAX_MS = 5000, PATIENCE_MS = 500 };

struct waiter {
	struct waiter *next;
	int64_t id;
	char *json, *blob; /* the answer's, malloced */
	size_t json_n, blob_n;
	bool done, died;
};

struct python_host {
	struct python_host *next;
	char *key;
	pid_t owner; /* a child of a fork has no reader: it starts a host of its own */
	pthread_mutex_t lock; /* all below */
	pthread_mutex_t writing; /* one frame at a time */
	pthread_cond_t changed;
	struct python_process process;
	bool alive;
	char name[96]; /* of the plugin that started it, for the log */
	struct waiter *waiters;
	int64_t last_id;
	int overdue; /* answers that nobody waits for any more */
	int64_t kill_at; /* ns; 0: no */
	int64_t loading_since; /* ns; 0: it does not import anything now */
	int failures; /* deaths in a row, each soon after the start */
	int64_t born_at, not_before; /* ns */
	char why[PYTHON_HOW]; /* we end it; empty: it ended by itself */
	char how[PYTHON_HOW], tail[TAIL_MAX + 1]; /* of the last death; the last words on its standard error */
	size_t tail_n;
};

static struct mr_fork_lock hosts_lock = MR_FORK_LOCK_INIT;
static struct python_host *hosts;

static int64_t ms_to_ns(int64_t ms)
{
	return ms * 1000000;
}

/* ---- what comes from the host ---- */

static bool read_all(int fd, void *out, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = recv(fd, (char *)out + got, n - got, 0);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		got += (size_t)r;
	}
	return true;
}

static void log_line(const mr_json *line)
{
	mr_str plugin = mr_json_str(mr_json_get(line, "plugin"), mr_str_from("python"));
	mr_str text = mr_json_str(mr_json_get(line, "text"), mr_str_make("", 0));
	mr_log_level level = MR_LOG_INFO;
	char module[128];
	mr_error ignored;

	mr_error_init(&ignored);
	mr_log_level_parse(mr_json_str(mr_json_get(line, "log"), mr_str_from("info")), &level, &ignored);
	snprintf(module, sizeof module, "plugin.%.*s", MR_STR_ARG(plugin));
	mr_log(level, module, "%.*s", MR_STR_ARG(text));
}

/* Gives the frame to who waits for it; it is freed here otherwise. */
static void deliver(struct python_host *h, int64_t id, char *json, size_t json_n, char *blob, size_t blob_n)
{
	struct waiter *w;

	pthread_mutex_lock(&h->lock);
	for (w = h->waiters; w && w->id != id; w = w->next)
		;
	if (w) {
		w->json = json;
		w->json_n = json_n;
		w->blob = blob;
		w->blob_n = blob_n;
		w->done = true;
		pthread_cond_broadcast(&h->changed);
	} else if (h->overdue > 0 && --h->overdue == 0) {
		h->kill_at = 0; /* it was only slow */
	}
	pthread_mutex_unlock(&h->lock);
	if (!w) {
		free(json);
		free(blob);
	}
}

static bool read_frame(struct python_host *h)
{
	unsigned char sizes[8];
	size_t json_n, blob_n;
	char *json = NULL, *blob = NULL;
	mr_arena *arena = mr_arena_new(0);
	mr_json *root = NULL;
	mr_error ignored;
	int64_t id;
	bool fine = false;

	mr_error_init(&ignored);
	if (!arena || !read_all(h->process.socket, sizes, sizeof sizes))
		goto out;
	json_n = (size_t)sizes[0] | (size_t)sizes[1] << 8 | (size_t)sizes[2] << 16 | (size_t)sizes[3] << 24;
	blob_n = (size_t)sizes[4] | (size_t)sizes[5] << 8 | (size_t)sizes[6] << 16 | (size_t)sizes[7] << 24;
	if (json_n > FRAME_MAX || blob_n > FRAME_MAX)
		goto out;
	json = malloc(json_n + 1);
	blob = malloc(blob_n + 1);
	if (!json || !blob || !read_all(h->process.socket, json, json_n) || !read_all(h->process.socket, blob, blob_n))
		goto out;
	json[json_n] = blob[blob_n] = 0;
	if (mr_json_parse(mr_str_make(json, json_n), arena, &root, &ignored) != MR_OK || root->type != MR_JSON_OBJECT)
		goto out;
	fine = true;
	id = mr_json_int(mr_json_get(root, "id"), 0);
	if (id > 0) {
		deliver(h, id, json, json_n, blob, blob_n);
		json = blob = NULL;
	} else if (mr_json_get(root, "loading")) {
		pthread_mutex_lock(&h->lock);
		h->loading_since = mr_json_get(root, "loading")->boolean ? mr_monotonic_ns() : 0;
		if (!h->loading_since && h->kill_at) /* only now can it end what is overdue */
			h->kill_at = mr_monotonic_ns() + ms_to_ns(DRAIN_MS);
		pthread_mutex_unlock(&h->lock);
	} else {
		log_line(root);
	}
out:
	free(json);
	free(blob);
	mr_arena_free(arena);
	return fine;
}

/* What went to its standard output or error past Python: whole lines to the log, the last of it kept. */
static bool read_output(struct python_host *h, char line[1024], size_t *n)
{
	char piece[4096], module[128];
	ssize_t got = read(h->process.output, piece, sizeof piece);

	if (got <= 0)
		return got < 0 && (errno == EAGAIN || errno == EINTR);
	snprintf(module, sizeof module, "plugin.%s", h->name);
	for (ssize_t i = 0; i < got; i++) {
		if (piece[i] == '\n' || *n == 1023) {
			line[*n] = 0;
			if (*n)
				mr_log(MR_LOG_INFO, module, "%s", line);
			*n = 0;
		}
		if (piece[i] != '\n')
			line[(*n)++] = piece[i];
	}
	pthread_mutex_lock(&h->lock);
	for (ssize_t i = got > TAIL_MAX ? got - TAIL_MAX : 0; i < got; i++) {
		if (h->tail_n == TAIL_MAX) {
			memmove(h->tail, h->tail + TAIL_MAX / 2, TAIL_MAX - TAIL_MAX / 2);
			h->tail_n -= TAIL_MAX / 2;
		}
		h->tail[h->tail_n++] = piece[i];
	}
	h->tail[h->tail_n] = 0;
	pthread_mutex_unlock(&h->lock);
	return true;
}

static void bury(struct python_host *h)
{
	struct python_process process;
	int64_t now, pause;
	char how[PYTHON_HOW];

	pthread_mutex_lock(&h->writing); /* nobody writes into what is closed, or reused */
	process = h->process;
	h->process.socket = -1;
	pthread_mutex_unlock(&h->writing);
	python_process_reap(&process, how);
	pthread_mutex_lock(&h->lock);
	memcpy(h->how, h->why[0] ? h->why : how, sizeof how);
	h->why[0] = 0;
	h->alive = false;
	h->overdue = 0;
	h->kill_at = h->loading_since = 0;
	now = mr_monotonic_ns();
	h->failures = now - h->born_at > ms_to_ns(PROVED_MS) ? 1 : h->failures + 1;
	/* at once after the first death, then 0.2 s, 0.4 s, ... */
	pause = h->failures < 2 ? 0 : h->failures > 6 ? PAUSE_MAX_MS : 100 << (h->failures - 1);
	h->not_before = now + ms_to_ns(pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS);
	for (struct waiter *w = h->waiters; w; w = w->next)
		if (!w->done)
			w->done = w->died = true;
	pthread_cond_broadcast(&h->changed);
	pthread_mutex_unlock(&h->lock);
}

/* One that leaks is ended before it takes the machine's memory. */
static bool is_too_large(struct python_host *h)
{
	char why[PYTHON_HOW];

	if (!python_process_is_large(&h->process, why))
		return false;
	pthread_mutex_lock(&h->lock);
	memcpy(h->why, why, sizeof why);
	pthread_mutex_unlock(&h->lock);
	mr_log(MR_LOG_WARNING, "plugin", "The Python host of %s %s", h->name, why);
	python_process_kill(&h->process);
	return true;
}

static void *reader(void *arg)
{
	struct python_host *h = arg;
	char line[1024];
	size_t line_n = 0;
	int64_t looked_at = 0;
	bool lives = true, talks = true;

	while (lives) {
		struct pollfd fds[3] = {{.fd = h->process.socket, .events = POLLIN},
					{.fd = talks ? h->process.output : -1, .events = POLLIN},
					{.fd = h->process.pidfd, .events = POLLIN}};
		int64_t kill_at;

		poll(fds, 3, TURN_MS);
		if (fds[1].revents)
			talks = read_output(h, line, &line_n);
		if (fds[0].revents)
			lives = read_frame(h);
		else if (fds[2].revents)
			lives = false;
		pthread_mutex_lock(&h->lock);
		kill_at = h->kill_at;
		if (h->loading_since && mr_monotonic_ns() < h->loading_since + ms_to_ns(LOADING_MS))
			kill_at = 0;
		pthread_mutex_unlock(&h->lock);
		if (lives && mr_monotonic_ns() > looked_at + ms_to_ns(TURN_MS)) {
			looked_at = mr_monotonic_ns();
			lives = !is_too_large(h);
		}
		if (kill_at && mr_monotonic_ns() > kill_at) {
			mr_log(MR_LOG_WARNING, "plugin", "The Python host of %s did not end a call in time and is ended", h->name);
			python_process_kill(&h->process);
			lives = false;
		}
	}
	while (talks && poll(&(struct pollfd){.fd = h->process.output, .events = POLLIN}, 1, TURN_MS) > 0)
		talks = read_output(h, line, &line_n);
	bury(h);
	return NULL;
}

/* ---- finding and starting ---- */

static char *make_key(const struct python_request *rq)
{
	mr_buf key;

	mr_buf_init(&key, 1 << 16);
	mr_buf_str(&key, rq->entry->plugin->info.environment);
	mr_buf_char(&key, '\n');
	mr_buf_str(&key, rq->tracking_uri);
	mr_buf_char(&key, '\n');
	mr_buf_str(&key, rq->registry_uri);
	return key.failed ? NULL : mr_buf_take(&key);
}

static struct python_host *host_new(char *key)
{
	struct python_host *h = mr_calloc(1, sizeof *h);
	pthread_condattr_t attributes;

	if (!h)
		return NULL;
	h->key = key;
	h->owner = getpid();
	h->process = (struct python_process){.pid = -1, .pidfd = -1, .socket = -1, .output = -1};
	pthread_mutex_init(&h->lock, NULL);
	pthread_mutex_init(&h->writing, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&h->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	return h;
}

/* Hosts live as long as the process. */
static struct python_host *host_get(const struct python_request *rq)
{
	char *key = make_key(rq);
	struct python_host *h;

	if (!key)
		return NULL;
	mr_fork_lock_take(&hosts_lock);
	for (h = hosts; h && (strcmp(h->key, key) || h->owner != getpid()); h = h->next)
		;
	if (!h && (h = host_new(key))) {
		key = NULL;
		h->next = hosts;
		hosts = h;
	}
	mr_fork_lock_give(&hosts_lock);
	free(key);
	return h;
}

/* With the lock held, which it gives up in between. */
static void wait_for_pause(struct python_host *h, const struct python_request *rq, mr_call *call)
{
	int64_t most = rq->patient ? 2 * PAUSE_MAX_MS : PATIENCE_MS, left;

	while (!h->alive && (left = h->not_before - mr_monotonic_ns()) > 0 && left <= ms_to_ns(most) && !mr_call_is_cancelled(call)) {
		int64_t wake = mr_monotonic_ns() + (left < ms_to_ns(TURN_MS) ? left : ms_to_ns(TURN_MS));
		struct timespec at = {.tv_sec = wake / 1000000000, .tv_nsec = wake % 1000000000};

		pthread_cond_timedwait(&h->changed, &h->lock, &at);
	}
}

/* With the lock held. */
static mr_code host_start(struct python_host *h, const struct python_request *rq, mr_error *err)
{
	const struct mr_plugin_info *info = &rq->entry->plugin->info;
	unsigned long thread;
	mr_arena *arena;
	mr_str spool;
	mr_code code;
	char how[PYTHON_HOW];

	if (h->alive)
		return MR_OK;
	if (mr_monotonic_ns() < h->not_before)
		return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
				    "The Python host of %s has died %d times in a row (it %s) and is started again in %.1f s%s%s",
				    h->name, h->failures, h->how, (double)(h->not_before - mr_monotonic_ns()) / 1e9,
				    h->tail_n ? "; it said last: " : "", h->tail);
	arena = mr_arena_new(0);
	code = arena ? python_spool(arena, &spool, err) : mr_error_no_memory(err);
	snprintf(h->name, sizeof h->name, "%.*s", MR_STR_ARG(info->name));
	h->tail_n = 0;
	h->tail[0] = 0;
	if (code == MR_OK)
		code = python_process_start(rq->entry, rq->tracking_uri, rq->registry_uri, spool, &h->process, err);
	mr_arena_free(arena);
	if (code != MR_OK)
		return code;
	code = mr_thread_start(&thread, "mr-python", reader, h, err);
	if (code != MR_OK) {
		python_process_reap(&h->process, how);
		return code;
	}
	pthread_detach((pthread_t)thread);
	h->alive = true;
	h->born_at = mr_monotonic_ns();
	mr_log(MR_LOG_DEBUG, "plugin", "Started the Python host of %s: pid %d, %.*s", h->name, (int)h->process.pid,
	       MR_STR_ARG(info->environment));
	return MR_OK;
}

/* ---- a call ---- */

static void write_entry(mr_json_writer *w, const struct python_entry *entry)
{
	mr_json_write_key(w, mr_str_from("plugin"));
	mr_json_write_string(w, entry->plugin->info.name);
	mr_json_write_key(w, mr_str_from("group"));
	mr_json_write_string(w, entry->info->group);
	mr_json_write_key(w, mr_str_from("name"));
	mr_json_write_string(w, entry->info->name);
	mr_json_write_key(w, mr_str_from("object"));
	mr_json_write_string(w, entry->info->object);
}

static void put_u32(char *out, size_t n)
{
	for (int i = 0; i < 4; i++)
		out[i] = (char)(n >> 8 * i & 0xff);
}

static mr_code make_frame(const struct python_request *rq, int64_t id, mr_buf *frame, mr_error *err)
{
	static const char sizes[8];
	mr_json_writer w;

	mr_buf_add(frame, sizes, sizeof sizes);
	mr_json_write_init(&w, frame, MR_JSON_COMPACT);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("id"));
	mr_json_write_int(&w, id);
	mr_json_write_key(&w, mr_str_from("op"));
	mr_json_write_string(&w, mr_str_from(rq->op));
	mr_json_write_key(&w, mr_str_from("tracking_uri"));
	mr_json_write_string(&w, rq->tracking_uri);
	mr_json_write_key(&w, mr_str_from("registry_uri"));
	mr_json_write_string(&w, rq->registry_uri);
	write_entry(&w, rq->entry);
	mr_json_write_key(&w, mr_str_from("params"));
	mr_json_write_raw(&w, rq->params.len ? rq->params : mr_str_from("{}"));
	mr_json_write_end(&w, '}');
	if (mr_buf_check(frame, err) != MR_OK)
		return err->code;
	put_u32(frame->ptr, frame->len - sizeof sizes);
	put_u32(frame->ptr + 4, rq->blob.len);
	mr_buf_str(frame, rq->blob);
	return mr_buf_check(frame, err);
}

/* A frame that could not be written whole leaves a stream that means nothing: the host is ended. */
static bool send_frame(struct python_host *h, mr_str frame, int64_t until)
{
	size_t sent = 0;

	pthread_mutex_lock(&h->writing);
	while (sent < frame.len && h->process.socket >= 0) {
		ssize_t n = send(h->process.socket, frame.ptr + sent, frame.len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			sent += (size_t)n;
		else if (n < 0 && errno == EAGAIN && mr_monotonic_ns() < until)
			poll(&(struct pollfd){.fd = h->process.socket, .events = POLLOUT}, 1, SEND_SLICE_MS);
		else if (n < 0 && errno != EINTR)
			break;
	}
	if (sent < frame.len && h->process.socket >= 0)
		python_process_kill(&h->process);
	pthread_mutex_unlock(&h->writing);
	return sent == frame.len;
}

static void leave(struct python_host *h, struct waiter *w)
{
	for (struct waiter **at = &h->waiters; *at; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			return;
		}
}

static int64_t limit_of(const struct python_request *rq, const mr_call *call)
{
	const char *given = mr_getenv("MILLRACE_PYTHON_TIMEOUT");
	int64_t seconds, now = mr_monotonic_ns(), limit = now + ms_to_ns(rq->limit_ms ? rq->limit_ms : PYTHON_SHORT_MS);

	if (given && mr_parse_int64(mr_str_from(given), &seconds) && seconds > 0 && seconds < 1000000)
		limit = now + ms_to_ns(seconds * 1000);
	return call->deadline_ns && call->deadline_ns < limit ? call->deadline_ns : limit;
}

/* With the lock held: nobody waits for one of the answers any more. */
static void give_up(struct python_host *h, int64_t kill_at)
{
	h->overdue++;
	if (!h->kill_at || kill_at < h->kill_at)
		h->kill_at = kill_at;
}

/* Asks the host to interrupt a call; what does not hear of it is ended in the end. */
static void interrupt(struct python_host *h, int64_t id)
{
	char frame[64];
	int n = snprintf(frame + 8, sizeof frame - 8, "{\"id\":%lld,\"op\":\"interrupt\"}", (long long)id);

	put_u32(frame, (size_t)n);
	put_u32(frame + 4, 0);
	send_frame(h, mr_str_make(frame, 8 + (size_t)n), mr_monotonic_ns());
}

/* With the lock held: waits until there is an answer, or no sense in waiting. */
static mr_code await(struct python_host *h, struct waiter *w, const struct python_request *rq, int64_t until, mr_call *call,
		     mr_error *err)
{
	while (!w->done) {
		int64_t now = mr_monotonic_ns(), wake = now + ms_to_ns(TURN_MS);
		struct timespec at;

		if (now >= until) {
			give_up(h, now + ms_to_ns(DRAIN_MS));
			return mr_error_set(err, MR_DEADLINE_EXCEEDED, "The Python plugin %.*s did not end %s in time",
					    MR_STR_ARG(rq->entry->plugin->info.name), rq->op);
		}
		if (mr_call_is_cancelled(call)) {
			give_up(h, now + ms_to_ns(CANCELLED_MS));
			return mr_error_set(err, MR_CANCELLED, "%s of the Python plugin %.*s was cancelled", rq->op,
					    MR_STR_ARG(rq->entry->plugin->info.name));
		}
		wake = wake < until ? wake : until;
		at = (struct timespec){.tv_sec = wake / 1000000000, .tv_nsec = wake % 1000000000};
		pthread_cond_timedwait(&h->changed, &h->lock, &at);
	}
	if (w->died)
		return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
				    "The Python host of %.*s %s in the midst of %s (environment %.*s)%s%s",
				    MR_STR_ARG(rq->entry->plugin->info.name), h->how, rq->op,
				    MR_STR_ARG(rq->entry->plugin->info.environment), h->tail_n ? "; it said last: " : "", h->tail);
	return MR_OK;
}

static mr_code exchange(struct python_host *h, const struct python_request *rq, struct waiter *w, mr_call *call, mr_error *err)
{
	int64_t until = limit_of(rq, call);
	mr_buf frame;
	mr_code code;

	mr_buf_init(&frame, FRAME_MAX);
	pthread_mutex_lock(&h->lock);
	wait_for_pause(h, rq, call);
	code = host_start(h, rq, err);
	if (code == MR_OK) {
		w->id = ++h->last_id;
		w->next = h->waiters;
		h->waiters = w;
	}
	pthread_mutex_unlock(&h->lock);
	if (code != MR_OK)
		return code;
	code = make_frame(rq, w->id, &frame, err);
	if (code == MR_OK)
		send_frame(h, mr_buf_view(&frame), until); /* a failure is seen by the reader, which ends all waiting */
	mr_buf_dispose(&frame);
	pthread_mutex_lock(&h->lock);
	if (code == MR_OK)
		code = await(h, w, rq, until, call, err);
	leave(h, w);
	pthread_mutex_unlock(&h->lock);
	if (code != MR_OK && !w->done)
		interrupt(h, w->id);
	return code;
}

static mr_code read_answer(const struct python_request *rq, const struct waiter *w, struct python_answer *out, mr_call *call,
			   mr_error *err)
{
	mr_str text = mr_call_copy(call, mr_str_make(w->json, w->json_n));
	const mr_json *failure;
	mr_json *root;

	out->blob = mr_call_copy(call, mr_str_make(w->blob, w->blob_n));
	if (!text.ptr || !out->blob.ptr)
		return mr_error_no_memory(err);
	if (mr_json_parse(text, call->arena, &root, err) != MR_OK)
		return err->code;
	failure = mr_json_get(root, "error");
	if (failure)
		return mr_error_set(err, mr_code_from_name(mr_json_str(mr_json_get(failure, "code"), mr_str_make("", 0))),
				    "Python plugin %.*s (%.*s): %.*s", MR_STR_ARG(rq->entry->plugin->info.name),
				    MR_STR_ARG(rq->entry->info->object),
				    MR_STR_ARG(mr_json_str(mr_json_get(failure, "message"), mr_str_from("it failed"))));
	out->result = (mr_json *)(uintptr_t)mr_json_get(root, "result");
	return MR_OK;
}

void python_end(const struct python_request *request)
{
	struct python_host *h = host_get(request);
	int64_t most = mr_monotonic_ns() + ms_to_ns(DRAIN_MS);

	if (!h)
		return;
	pthread_mutex_lock(&h->lock);
	if (h->alive)
		python_process_kill(&h->process);
	while (h->alive && mr_monotonic_ns() < most) {
		int64_t wake = mr_monotonic_ns() + ms_to_ns(TURN_MS);

		pthread_cond_timedwait(&h->changed, &h->lock,
				       &(struct timespec){.tv_sec = wake / 1000000000, .tv_nsec = wake % 1000000000});
	}
	pthread_mutex_unlock(&h->lock);
}

mr_code python_call(const struct python_request *request, struct python_answer *out, mr_call *call, mr_error *err)
{
	mr_call *own = call ? NULL : mr_call_new(0);
	struct python_host *h = host_get(request);
	struct waiter w = {0};
	mr_code code;

	*out = (struct python_answer){0};
	if (!h || (!call && !own)) {
		mr_call_free(own);
		return mr_error_no_memory(err);
	}
	code = exchange(h, request, &w, call ? call : own, err);
	if (code == MR_OK)
		code = read_answer(request, &w, out, call ? call : own, err);
	free(w.json);
	free(w.blob);
	if (own) {
		*out = (struct python_answer){0};
		mr_call_free(own);
	}
	return code;
}
