/* SPDX-License-Identifier: Apache-2.0 */
#include "client/session.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/fork.h"
#include "base/inject.h"
#include "base/json.h"
#include "base/log.h"
#include "base/os.h"
#include "client/default_experiment.h"
#include "client/experiment.h"

enum { EXIT_TIMEOUT_MS = 10000, FLUSH_TIMEOUT_MS = 60000 };

static struct {
	struct mr_fork_lock lock;
	bool hooked;
	mr_client *client;
	_Atomic(mr_queue *) queue;
	char *tracking_uri, *registry_uri; /* set by the program; NULL: the environment's */
	char experiment_id[65];
	struct mr_open_run *runs; /* the newest */
} session = {.lock = MR_FORK_LOCK_INIT};

static _Thread_local struct mr_open_run *active;

/* A fork has only the thread that forked; the queue was abandoned by itself. */
static void in_child(void)
{
	atomic_store(&session.queue, NULL);
	session.client = NULL; /* its connections are the parent's */
	session.runs = NULL;   /* so are its runs, but logging to them goes on by their id */
}

static int64_t monotonic_ms(void)
{
	return mr_monotonic_ns() / 1000000;
}

static int64_t time_left(int64_t deadline_ms)
{
	int64_t left = deadline_ms - monotonic_ms();

	return left > 0 ? left : 0;
}

/* With the lock held. As MLflow does; what does not fit into a full spool in time is said, not waited for. */
static void end_open_runs(mr_queue *queue, int64_t deadline_ms)
{
	mr_error err;

	mr_error_init(&err);
	for (struct mr_open_run *r = session.runs; r && err.code == MR_OK; r = r->older) {
		struct mr_spool_record end = {.kind = MR_SPOOL_STATUS,
					      .run_id = mr_str_from(r->id),
					      .step = MR_RUN_STATUS_FINISHED,
					      .time_ms = mr_time_ms()};

		if (mr_queue_append(queue, &end, time_left(deadline_ms), &err) != MR_OK)
			mr_log(MR_LOG_WARNING, "client", "At exit: run %s is not marked as finished: %s", r->id, err.message);
	}
	session.runs = NULL;
}

static void at_exit(void)
{
	int64_t deadline_ms = monotonic_ms() + mr_session_timeout("MILLRACE_EXIT_TIMEOUT", EXIT_TIMEOUT_MS);
	mr_queue *queue;
	mr_error err;

	mr_fork_lock_take(&session.lock);
	queue = atomic_load(&session.queue);
	if (queue)
		end_open_runs(queue, deadline_ms);
	mr_fork_lock_give(&session.lock);
	if (!queue)
		return;
	mr_error_init(&err);
	if (mr_queue_flush(queue, time_left(deadline_ms), &err) != MR_OK)
		mr_log(MR_LOG_WARNING, "client", "At exit: %s", err.message);
	if (err.code == MR_DEADLINE_EXCEEDED)
		return; /* the thread may be waiting for the network; the spool is the next process's */
	mr_queue_retire(queue); /* not freed: another thread may be logging right now */
	mr_client_close(session.client);
	session.client = NULL;
}

int64_t mr_session_timeout(const char *variable, int64_t otherwise_ms)
{
	const char *text = mr_getenv(variable);
	double seconds;

	return text && mr_parse_double(mr_str_from(text), &seconds) && seconds >= 0 && seconds < 1e9
		       ? (int64_t)(seconds * 1000)
		       : otherwise_ms;
}

int64_t mr_session_flush_timeout(void)
{
	return mr_session_timeout("MILLRACE_FLUSH_TIMEOUT", FLUSH_TIMEOUT_MS);
}

/* With the lock held. */
static mr_code ensure_client(mr_error *err)
{
	if (!session.hooked) {
		pthread_atfork(NULL, NULL, in_child);
		atexit(at_exit);
		session.hooked = true;
	}
	return session.client ? MR_OK : mr_client_open(session.tracking_uri, session.registry_uri, &session.client, err);
}

mr_code mr_session_client(mr_client **out, mr_error *err)
{
	mr_code code;

	mr_fork_lock_take(&session.lock);
	code = ensure_client(err);
	*out = session.client;
	mr_fork_lock_give(&session.lock);
	return code;
}

mr_code mr_session_queue(mr_queue **out, mr_error *err)
{
	mr_queue *queue = atomic_load_explicit(&session.queue, memory_order_acquire);
	mr_code code = MR_OK;

	if (!queue) {
		mr_fork_lock_take(&session.lock);
		queue = atomic_load(&session.queue);
		if (!queue) {
			code = ensure_client(err);
			if (code == MR_OK)
				code = mr_queue_open(session.client, &queue, err);
			if (code == MR_OK)
				atomic_store(&session.queue, queue);
		}
		mr_fork_lock_give(&session.lock);
	}
	*out = queue;
	return code;
}

void mr_session_set_experiment(mr_str id)
{
	mr_fork_lock_take(&session.lock);
	snprintf(session.experiment_id, sizeof session.experiment_id, "%.*s", MR_STR_ARG(id));
	mr_fork_lock_give(&session.lock);
}

mr_code mr_session_experiment(mr_call *call, mr_str *out, mr_error *err)
{
	const char *name = mr_getenv("MLFLOW_EXPERIMENT_NAME");
	mr_client *client;
	mr_code code;

	mr_fork_lock_take(&session.lock);
	*out = mr_call_copy(call, mr_str_from(session.experiment_id));
	mr_fork_lock_give(&session.lock);
	if (!out->ptr)
		return mr_error_no_memory(err);
	if (out->len)
		return MR_OK;
	if (!name)
		return mr_default_experiment(call, out, err);
	code = mr_session_client(&client, err);
	if (code == MR_OK)
		code = mr_experiment_ensure(client, mr_str_from(name), call, out, err);
	if (code == MR_OK)
		mr_session_set_experiment(*out);
	return code;
}

bool mr_session_has_experiment(void)
{
	bool has;

	mr_fork_lock_take(&session.lock);
	has = session.experiment_id[0] != 0;
	mr_fork_lock_give(&session.lock);
	return has;
}

struct mr_open_run *mr_session_run(void)
{
	return active;
}

mr_code mr_session_push(mr_str run_id, mr_error *err)
{
	struct mr_open_run *run;

	if (run_id.len >= sizeof run->id)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The run id '%.*s' is longer than the 32 characters that the fluent API takes; use millrace/client.h",
				    MR_STR_ARG(run_id));
	run = mr_calloc(1, sizeof *run);
	if (!run)
		return mr_error_no_memory(err);
	memcpy(run->id, run_id.ptr, run_id.len);
	run->below = active;
	active = run;
	mr_fork_lock_take(&session.lock);
	run->older = session.runs;
	if (session.runs)
		session.runs->newer = run;
	session.runs = run;
	mr_fork_lock_give(&session.lock);
	return MR_OK;
}

void mr_session_pop(void)
{
	struct mr_open_run *run = active;

	active = run->below;
	mr_fork_lock_take(&session.lock);
	if (run->newer)
		run->newer->older = run->older;
	else if (session.runs == run)
		session.runs = run->older;
	if (run->older)
		run->older->newer = run->newer;
	mr_fork_lock_give(&session.lock);
	mr_artifact_handle_close(run->artifacts);
	mr_free(run);
}

static mr_code replace_uri(char **uri, const char *value, mr_error *err)
{
	char *copy = value ? strdup(value) : NULL;
	mr_queue *queue = NULL;
	mr_client *client = NULL;
	mr_code code = MR_OK;

	if (value && !copy)
		return mr_error_no_memory(err);
	mr_fork_lock_take(&session.lock);
	if (session.runs) {
		code = mr_error_set(err, MR_INVALID_STATE,
				    "The URI of the store cannot change while run %s is active; end it first", session.runs->id);
	} else {
		char *old = *uri;

		*uri = copy;
		copy = old;
		queue = atomic_exchange(&session.queue, NULL);
		client = session.client;
		session.client = NULL;
		session.experiment_id[0] = 0;
	}
	mr_fork_lock_give(&session.lock);
	free(copy);
	if (queue) {
		code = mr_queue_flush(queue, mr_session_timeout("MILLRACE_FLUSH_TIMEOUT", 60000), err);
		mr_queue_close(queue);
	}
	mr_client_close(client);
	return code;
}

mr_code mr_session_set_tracking_uri(const char *uri, mr_error *err)
{
	return replace_uri(&session.tracking_uri, uri, err);
}

mr_code mr_session_set_registry_uri(const char *uri, mr_error *err)
{
	return replace_uri(&session.registry_uri, uri, err);
}
