/* SPDX-License-Identifier: Apache-2.0
 *
 * The process of a server app. Calls start and end it; requests have
 * connections of their own, to a socket that the process makes.
 */
#include <errno.h>
#include <millrace/app.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "plugin/handle_python_app.h"
#include "plugin/python.h"

enum { STOP_MS = 3000, START_MS = 120000 };

const struct mr_app_ops python_app_ops = {.size = sizeof python_app_ops};

struct mr_python_app {
	mr_arena *arena;
	const struct mr_entry *entry;
	mr_str uri; /* by which the process reaches the server behind; its own, so that no other host is taken for it */
	mr_str listen;
	mr_str params;
	pthread_mutex_t lock; /* all below */
	pthread_cond_t started;
	bool starting, stopped;
	mr_call *call; /* of the start under way */
	unsigned long thread; /* that starts it, or did; 0: none */
	mr_error failed; /* of the last start */
};

bool mr_python_app_is(const struct mr_entry *entry)
{
	return entry->plugin->environment.len > 0;
}

static mr_code write_params(mr_python_app *app, mr_str behind, const struct mr_map_string *environment, size_t n, mr_error *err)
{
	struct python_params p;
	mr_str text;

	python_params_begin(&p);
	python_params_text(&p, "listen", app->listen);
	python_params_text(&p, "behind", behind);
	mr_json_write_key(&p.w, mr_str_from("environment"));
	mr_json_write_begin(&p.w, '{');
	for (size_t i = 0; i < n; i++) {
		mr_json_write_key(&p.w, environment[i].key);
		mr_json_write_string(&p.w, environment[i].value);
	}
	mr_json_write_end(&p.w, '}');
	text = python_params_end(&p);
	app->params = text.ptr ? mr_arena_copy(app->arena, text) : text;
	python_params_dispose(&p);
	return app->params.ptr ? MR_OK : mr_error_no_memory(err);
}

static void init_lock(mr_python_app *app)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&app->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&app->started, &attributes);
	pthread_condattr_destroy(&attributes);
	mr_error_init(&app->failed);
}

static void dispose(mr_python_app *app)
{
	pthread_cond_destroy(&app->started);
	pthread_mutex_destroy(&app->lock);
	mr_arena_free(app->arena);
	mr_free(app);
}

mr_code mr_python_app_new(const struct mr_entry *entry, mr_str behind, const struct mr_map_string *environment, size_t n,
			  mr_python_app **out, mr_error *err)
{
	static atomic_uint count;
	const char *slash = memrchr(behind.ptr, '/', behind.len);
	mr_python_app *app = mr_calloc(1, sizeof *app);
	mr_code code;

	if (!app || !(app->arena = mr_arena_new(0))) {
		mr_free(app);
		return mr_error_no_memory(err);
	}
	init_lock(app);
	app->entry = entry;
	app->uri = mr_arena_printf(app->arena, "http://server-%u.millrace.invalid", atomic_fetch_add(&count, 1) + 1);
	app->listen = mr_arena_printf(app->arena, "%.*s/app", (int)(slash - behind.ptr), behind.ptr);
	code = app->uri.ptr && app->listen.ptr ? write_params(app, behind, environment, n, err) : mr_error_no_memory(err);
	if (code == MR_OK) {
		*out = app;
		return MR_OK;
	}
	dispose(app);
	return code;
}

static struct python_request request_of(const mr_python_app *app, const char *op)
{
	return (struct python_request){.entry = python_entry_of(app->entry->host), .tracking_uri = app->uri,
				       .registry_uri = app->uri, .op = op, .params = app->params};
}

/* Starts the process if need be, and its app; returns when it listens. */
static mr_code start(mr_python_app *app, mr_error *err)
{
	struct python_request rq = request_of(app, "app.serve");
	mr_call *call = mr_call_new(0);
	struct python_answer answer;
	mr_code code;

	if (!call)
		return mr_error_no_memory(err);
	rq.limit_ms = START_MS;
	rq.patient = true;
	pthread_mutex_lock(&app->lock);
	app->call = call;
	atomic_store(&call->cancelled, app->stopped);
	pthread_mutex_unlock(&app->lock);
	code = python_call(&rq, &answer, call, err);
	pthread_mutex_lock(&app->lock);
	app->call = NULL;
	pthread_mutex_unlock(&app->lock);
	mr_call_free(call);
	return code;
}

/* In a thread of its own, because a start may take longer than those who wait for it have time. */
static void *run_start(void *arg)
{
	mr_python_app *app = arg;
	mr_error err;

	mr_error_init(&err);
	start(app, &err);
	pthread_mutex_lock(&app->lock);
	app->failed = err;
	app->starting = false;
	pthread_cond_broadcast(&app->started);
	pthread_mutex_unlock(&app->lock);
	return NULL;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	if (fd < 0 || connect(fd, (const struct sockaddr *)(const void *)&address, sizeof address) == 0)
		return fd;
	close(fd);
	return -1;
}

/* With the lock. */
static mr_code begin_start(mr_python_app *app, mr_error *err)
{
	if (app->stopped)
		return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "The server is stopping; try again");
	if (app->starting)
		return MR_OK;
	if (app->thread)
		mr_thread_join(app->thread); /* it is at its end */
	app->thread = 0;
	if (mr_thread_start(&app->thread, "app-start", run_start, app, err) != MR_OK)
		return err->code;
	app->starting = true;
	return MR_OK;
}

static mr_code await_start(mr_python_app *app, int64_t deadline_ns, mr_error *err)
{
	struct timespec at = {.tv_sec = deadline_ns / 1000000000, .tv_nsec = deadline_ns % 1000000000};
	mr_code code;

	pthread_mutex_lock(&app->lock);
	code = begin_start(app, err);
	while (code == MR_OK && app->starting && mr_monotonic_ns() < deadline_ns)
		pthread_cond_timedwait(&app->started, &app->lock, &at);
	if (code == MR_OK && app->starting)
		code = mr_error_set(err, MR_DEADLINE_EXCEEDED, "The app '%.*s' is being started; try again",
				    MR_STR_ARG(app->entry->name));
	else if (code == MR_OK && app->failed.code != MR_OK)
		code = mr_error_set(err, app->failed.code, "%s", app->failed.message);
	pthread_mutex_unlock(&app->lock);
	return code;
}

mr_code mr_python_app_connect(mr_python_app *app, int64_t deadline_ns, int *fd, mr_error *err)
{
	*fd = connect_to(app->listen.ptr);
	if (*fd >= 0)
		return MR_OK;
	if (await_start(app, deadline_ns, err) != MR_OK)
		return err->code;
	*fd = connect_to(app->listen.ptr);
	return *fd >= 0 ? MR_OK
			: mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "The app '%.*s' cannot be reached: %s",
				       MR_STR_ARG(app->entry->name), strerror(errno));
}

void mr_python_app_end(mr_python_app *app)
{
	struct python_request rq = request_of(app, "app.serve");

	mr_log(MR_LOG_WARNING, "plugin", "The process of the app '%.*s' is ended, because a request hangs in it",
	       MR_STR_ARG(app->entry->name));
	python_end(&rq);
}

mr_str mr_python_app_name(const mr_python_app *app)
{
	return app->entry->name;
}

void mr_python_app_stop(mr_python_app *app)
{
	struct python_request rq;
	struct python_answer answer;
	mr_error ignored;
	bool runs;
	int fd;

	if (!app)
		return;
	pthread_mutex_lock(&app->lock);
	app->stopped = true;
	if (app->call)
		atomic_store(&app->call->cancelled, true);
	pthread_mutex_unlock(&app->lock);
	rq = request_of(app, "app.stop");
	rq.limit_ms = STOP_MS;
	fd = connect_to(app->listen.ptr);
	runs = fd >= 0;
	if (runs)
		close(fd);
	mr_error_init(&ignored);
	if (runs)
		python_call(&rq, &answer, NULL, &ignored);
	python_end(&rq);
	if (app->thread)
		mr_thread_join(app->thread);
	app->thread = 0;
	python_end(&rq); /* what that thread may just have started */
	unlink(app->listen.ptr);
	python_spool_leave();
}

void mr_python_app_free(mr_python_app *app)
{
	if (app)
		dispose(app);
}
