/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/keeper.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "deploy/logs.h"

enum { BACKOFF_FIRST_MS = 500, BACKOFF_MAX_MS = 30000, WELL_AFTER_MS = 60000, TRIM_MS = 30000 };
/* A server that keeps the time itself answers before its front gives up. */
enum { SLACK_MS = 1000 };

#define MS 1000000LL

struct keeper *keeper_new(struct mr_state *state, mr_str name, mr_error *err)
{
	struct keeper *k = mr_calloc(1, sizeof *k);

	if (k) {
		k->state = state;
		k->name_copy = strndup(name.ptr, name.len);
		k->name = mr_str_from(k->name_copy);
		k->backoff_ms = BACKOFF_FIRST_MS;
	}
	if (k && k->name_copy)
		return k;
	mr_free(k);
	mr_error_no_memory(err);
	return NULL;
}

void keeper_free(struct keeper *k)
{
	front_free(k->front);
	mr_arena_free(k->arena);
	free(k->name_copy);
	mr_free(k);
}

/* ---- the record ---- */

static bool read_record(struct keeper *k, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	struct mr_record record;

	if (!arena || mr_state_read(k->state, k->name, arena, &record, err) != MR_OK) {
		mr_arena_free(arena);
		return false;
	}
	mr_arena_free(k->arena);
	k->arena = arena;
	k->record = record;
	return true;
}

void keeper_look(struct keeper *k)
{
	mr_error err;

	mr_error_init(&err);
	if (!read_record(k, &err))
		mr_log(MR_LOG_ERROR, "deploy", "%s", err.message);
}

/* What is changed between begin and end is in the file afterwards; nobody else changes it meanwhile. */
static bool change_begin(struct keeper *k)
{
	mr_error err;

	mr_error_init(&err);
	if (mr_state_lock(k->state, &err) == MR_OK) {
		if (read_record(k, &err))
			return true;
		mr_state_unlock(k->state);
	}
	mr_log(MR_LOG_ERROR, "deploy", "%s", err.message);
	return false;
}

static void change_end(struct keeper *k)
{
	mr_error err;

	mr_error_init(&err);
	if (mr_state_write(k->state, &k->record, &err) != MR_OK)
		mr_log(MR_LOG_ERROR, "deploy", "The state of %s cannot be written: %s", k->name_copy, err.message);
	mr_state_unlock(k->state);
}

/* Sets what is to be read of it, within a change. */
static void set_state(struct keeper *k, const char *state, const char *why)
{
	if (!mr_str_is(k->record.state, state)) {
		k->record.since_ms = mr_time_ms();
		mr_log(MR_LOG_INFO, "deploy", "%s: %s%s%s", k->name_copy, state, *why ? ": " : "", why);
	}
	k->record.state = mr_str_from(state);
	k->record.why = mr_arena_copy(k->arena, mr_str_from(why));
	k->record.restarts = k->restarts;
	k->record.pid = k->live ? k->live->pid : k->fresh ? k->fresh->pid : 0;
	k->record.server_port = k->live ? k->live->port : 0;
}

static void tell(struct keeper *k, const char *state, const char *why)
{
	if (!change_begin(k))
		return;
	set_state(k, state, why);
	change_end(k);
}

static void back_off(struct keeper *k, int64_t now_ns)
{
	k->retry_ns = now_ns + k->backoff_ms * MS;
	k->backoff_ms = 2 * k->backoff_ms < BACKOFF_MAX_MS ? 2 * k->backoff_ms : BACKOFF_MAX_MS;
}

/* ---- the front ---- */

static int64_t request_timeout(const struct keeper *k)
{
	const struct mr_revision *r = k->record.current.number ? &k->record.current : &k->record.wanted;
	struct deploy_settings settings;

	return deploy_settings_read(r->config, r->config_n, &settings, NULL) == MR_OK ? settings.request_timeout + SLACK_MS : 60000;
}

static void fail(struct keeper *k, const char *why);

static void open_front(struct keeper *k, int64_t now_ns)
{
	int port = (int)k->record.port;
	mr_error err;

	if (k->front)
		return;
	mr_error_init(&err);
	if (front_open(k->record.host.ptr, &port, request_timeout(k), &k->front, &err) != MR_OK) {
		if (!k->record.current.number) {
			fail(k, err.message);
		} else {
			tell(k, "FAILED", err.message);
			back_off(k, now_ns);
		}
		return;
	}
	if (port != k->record.port && change_begin(k)) {
		k->record.port = port;
		change_end(k);
	}
}

/* ---- servers ---- */

static mr_code start(struct keeper *k, const struct mr_revision *revision, struct server **out, mr_error *err)
{
	mr_str log = mr_state_path(k->state, k->arena, "logs", k->name, ".log");

	return log.ptr ? server_start(k->state, &k->record, revision, log, out, err) : mr_error_no_memory(err);
}

static int64_t stop_timeout(const struct server *s)
{
	return s->settings.stop_timeout;
}

/* It gets no more requests, and ends when those that it has are answered. */
static void retire(struct keeper *k, struct server *s, int64_t now_ns)
{
	s->next = k->old;
	k->old = s;
	k->old_until_ns = now_ns + stop_timeout(s) * MS;
}

/* The revision that was to be is not; what was before goes on. */
static void fail(struct keeper *k, const char *why)
{
	if (!change_begin(k))
		return;
	k->record.failed = k->record.wanted.number;
	k->record.failed_why = mr_arena_copy(k->arena, mr_str_from(why));
	if (k->record.current.number)
		k->record.wanted = k->record.current;
	if (!k->live)
		set_state(k, "FAILED", why);
	else
		set_state(k, k->live->up ? "RUNNING" : "RESTARTING", "");
	change_end(k);
	mr_log(MR_LOG_WARNING, "deploy", "%s: revision %lld failed: %s", k->name_copy, (long long)k->record.failed, why);
	k->fresh_again = false;
}

static bool has_pending(const struct keeper *k)
{
	return k->record.wanted.number != k->record.current.number && k->record.wanted.number != k->record.failed;
}

static void start_fresh(struct keeper *k)
{
	mr_error err;

	mr_error_init(&err);
	if (start(k, &k->record.wanted, &k->fresh, &err) != MR_OK)
		fail(k, err.message);
	else
		tell(k, k->record.current.number ? "UPDATING" : "STARTING", "");
}

/* With the lock, so that no command is just about to put a new revision there. */
static void remove_old_models(struct keeper *k)
{
	mr_str folder;
	DIR *dir;
	struct dirent *entry;

	if (!change_begin(k))
		return;
	folder = mr_state_path(k->state, k->arena, "models", k->name, "");
	dir = folder.ptr ? opendir(folder.ptr) : NULL;
	while (dir && (entry = readdir(dir)) != NULL) {
		mr_str path = mr_arena_printf(k->arena, "%s/%s", folder.ptr, entry->d_name);

		if (entry->d_name[0] == '.' || !path.ptr || mr_str_eq(path, k->record.current.model) ||
		    mr_str_eq(path, k->record.wanted.model))
			continue;
		mr_state_discard(k->state, path, k->arena);
	}
	if (dir)
		closedir(dir);
	mr_state_unlock(k->state);
	mr_state_sweep(k->state);
}

/* The fresh server is healthy: from now on it is asked. */
static void promote(struct keeper *k, int64_t now_ns)
{
	struct server *before = k->live;

	k->live = k->fresh;
	k->fresh = NULL;
	k->fresh_again = false;
	k->backoff_ms = BACKOFF_FIRST_MS;
	k->retry_ns = 0;
	front_set_timeout(k->front, k->live->settings.request_timeout + SLACK_MS);
	front_switch(k->front, k->live->backend);
	if (before)
		retire(k, before, now_ns);
	if (!change_begin(k))
		return;
	if (k->record.wanted.number == k->live->revision)
		k->record.current = k->record.wanted;
	set_state(k, "RUNNING", "");
	change_end(k);
}

static void tick_fresh(struct keeper *k, int64_t now_ns, int64_t *next_ns)
{
	struct server *s = k->fresh;
	int64_t until;

	if (!s) {
		if (has_pending(k))
			start_fresh(k);
		s = k->fresh;
		if (!s)
			return;
	}
	server_tick(s, now_ns, next_ns);
	until = s->started_ns + s->settings.startup_timeout * MS;
	if (s->up) {
		promote(k, now_ns);
	} else if (now_ns >= until) {
		k->fresh = NULL;
		retire(k, s, now_ns);
		fail(k, "it did not become healthy in the time of startup_timeout");
	} else if (until < *next_ns) {
		*next_ns = until;
	}
}

static void start_live(struct keeper *k, int64_t now_ns)
{
	mr_error err;

	mr_error_init(&err);
	if (start(k, &k->record.current, &k->live, &err) == MR_OK) {
		tell(k, k->restarts ? "RESTARTING" : "STARTING", "");
		return;
	}
	tell(k, "FAILED", err.message);
	back_off(k, now_ns);
}

static void tick_live(struct keeper *k, int64_t now_ns, int64_t *next_ns)
{
	struct server *s = k->live;
	bool was_up;

	if (!s && k->record.current.number && now_ns >= k->retry_ns)
		start_live(k, now_ns);
	s = k->live;
	if (!s) {
		if (k->record.current.number && k->retry_ns < *next_ns)
			*next_ns = k->retry_ns;
		return;
	}
	was_up = s->up;
	server_tick(s, now_ns, next_ns);
	if (s->up && !was_up) {
		front_switch(k->front, s->backend);
		tell(k, has_pending(k) ? "UPDATING" : "RUNNING", "");
	}
	if (s->up && now_ns - s->started_ns > WELL_AFTER_MS * MS)
		k->backoff_ms = BACKOFF_FIRST_MS;
	if (server_is_sick(s) || (!s->up && now_ns > s->started_ns + s->settings.startup_timeout * MS)) {
		front_switch(k->front, NULL);
		k->live = NULL;
		retire(k, s, now_ns);
		k->restarts++;
		back_off(k, now_ns);
		tell(k, "RESTARTING", s->up ? "it did not answer /ping" : "it did not become healthy in time");
	}
}

/* ---- old servers ---- */

static void tick_old(struct keeper *k, int64_t now_ns, int64_t *next_ns)
{
	bool any = k->old != NULL;

	for (struct server **at = &k->old; *at;) {
		struct server *s = *at;

		if (s->ended) {
			*at = s->next;
			server_free(s);
			continue;
		}
		if (front_in_flight(s->backend) == 0 || now_ns >= k->old_until_ns)
			server_stop(s, stop_timeout(s));
		else if (now_ns + 50 * MS < *next_ns)
			*next_ns = now_ns + 50 * MS;
		server_tick(s, now_ns, next_ns);
		at = &s->next;
	}
	if (any && !k->old && !k->fresh && !k->ending)
		remove_old_models(k);
}

/* ---- what happens ---- */

static bool fresh_ended(struct keeper *k)
{
	char how[128];
	struct server *s = k->fresh;
	bool again = !k->fresh_again && server_lost_its_port(s);

	server_how_it_ended(s, how, sizeof how);
	server_free(s);
	k->fresh = NULL;
	if (again)
		k->fresh_again = true; /* the next turn starts another, on another port */
	else
		fail(k, how);
	return true;
}

static bool live_ended(struct keeper *k)
{
	char how[128];
	struct server *s = k->live;

	server_how_it_ended(s, how, sizeof how);
	front_switch(k->front, NULL);
	k->live = NULL;
	server_free(s);
	k->restarts++;
	back_off(k, mr_monotonic_ns());
	if (!k->ending)
		tell(k, "RESTARTING", how);
	return true;
}

static bool take_end(struct server *s, pid_t pid, int status)
{
	if (!s || s->ended || s->pid != pid)
		return false;
	s->ended = true;
	s->status = status;
	return true;
}

bool keeper_ended(struct keeper *k, pid_t pid, int status)
{
	if (take_end(k->fresh, pid, status))
		return fresh_ended(k);
	if (take_end(k->live, pid, status))
		return live_ended(k);
	for (struct server *s = k->old; s; s = s->next)
		if (take_end(s, pid, status))
			return true;
	return false;
}

void keeper_servers(struct keeper *k, void (*visit)(void *arg, struct server *s), void *arg)
{
	if (k->live)
		visit(arg, k->live);
	if (k->fresh)
		visit(arg, k->fresh);
	for (struct server *s = k->old; s; s = s->next)
		visit(arg, s);
}

/* ---- the end ---- */

void keeper_end(struct keeper *k, int64_t now_ns)
{
	int64_t grace = 10000;

	if (k->ending)
		return;
	k->ending = true;
	if (k->front)
		front_close(k->front);
	if (k->live) {
		grace = stop_timeout(k->live);
		retire(k, k->live, now_ns);
	}
	if (k->fresh)
		retire(k, k->fresh, now_ns);
	k->live = k->fresh = NULL;
	k->cut_ns = now_ns + grace * MS;
}

bool keeper_is_over(struct keeper *k)
{
	return k->ending && !k->old && (!k->front || front_connections(k->front) == 0);
}

static void tick_ending(struct keeper *k, int64_t now_ns, int64_t *next_ns)
{
	if (!k->front || front_connections(k->front) == 0)
		return;
	if (now_ns >= k->cut_ns || !k->old)
		front_cut(k->front);
	if (now_ns + 50 * MS < *next_ns)
		*next_ns = now_ns + 50 * MS;
}

static void trim_log(struct keeper *k, int64_t now_ns)
{
	mr_str log = now_ns >= k->trim_ns ? mr_state_path(k->state, k->arena, "logs", k->name, ".log") : mr_str_make(NULL, 0);

	if (!log.ptr)
		return;
	logs_trim(log);
	k->trim_ns = now_ns + TRIM_MS * MS;
}

void keeper_tick(struct keeper *k, int64_t now_ns, int64_t *next_ns)
{
	trim_log(k, now_ns);
	if (!k->ending && k->record.deleting)
		keeper_end(k, now_ns);
	if (!k->ending && (k->record.current.number || has_pending(k)) && now_ns >= k->retry_ns)
		open_front(k, now_ns);
	if (!k->ending && !k->front && k->retry_ns > now_ns && k->retry_ns < *next_ns)
		*next_ns = k->retry_ns;
	if (!k->ending && k->front && front_fd(k->front) < 0 && now_ns + 50 * MS < *next_ns)
		*next_ns = now_ns + 50 * MS; /* it has as many connections as it may, and nobody says when one ends */
	if (!k->ending && k->front) {
		tick_live(k, now_ns, next_ns);
		tick_fresh(k, now_ns, next_ns);
	}
	tick_old(k, now_ns, next_ns);
	if (k->ending)
		tick_ending(k, now_ns, next_ns);
}
