/* SPDX-License-Identifier: Apache-2.0 */
#include "server/gate.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "server/listen.h"
#include "server/relay.h"

enum { THREADS = 256, QUEUE_MAX = 4096, START_MS = 120000, TURN_MS = 300, COLLECT_MAX = 1 << 20 };

/* ---- what the gate does with a request ---- */

static mr_http_next on_head(void *arg, mr_http_exchange *x)
{
	struct mr_gate *gate = arg;

	if (app_refuses(gate->server, x))
		return MR_HTTP_ANSWERED;
	/* A small body is waited for here, so that slow clients hold no thread of the app. */
	if (x->content_length > 0 && x->content_length <= COLLECT_MAX)
		return MR_HTTP_COLLECT;
	if (!relay_begin(gate, x))
		return MR_HTTP_ANSWERED;
	return x->content_length ? MR_HTTP_STREAM : MR_HTTP_DEFER;
}

static size_t on_data(void *arg, mr_http_exchange *x, const char *bytes, size_t size)
{
	(void)arg;
	return relay_data(x->user, bytes, size);
}

static mr_http_next on_ready(void *arg, mr_http_exchange *x)
{
	if (!x->user && !relay_begin(arg, x))
		return MR_HTTP_ANSWERED;
	return relay_ready(x->user);
}

static mr_http_next on_resumed(void *arg, mr_http_exchange *x)
{
	(void)arg;
	return relay_resumed(x->user);
}

static bool on_expire(void *arg, mr_http_exchange *x, bool stopping)
{
	(void)arg;
	(void)stopping; /* nothing else ends it here: its thread has the deadlines */
	return relay_expire(x->user);
}

static void on_done(void *arg, mr_http_exchange *x, bool complete)
{
	struct mr_gate *gate = arg;
	mr_server *server = gate->server;

	/* What was passed on is counted behind, by its route. */
	if (server->metrics && !(x->user && relay_passed(x->user)))
		mr_metrics_count(server->metrics, server->loops_n + x->loop, x->user ? "app" : "other", x->method, complete ? x->status : 499,
				 mr_monotonic_ns() - x->begun_ns);
	if (server->access_log)
		mr_access_log_add(server->access_log, x, complete);
	if (x->user)
		relay_let_go(x->user);
}

static void on_turn(void *arg, unsigned loop)
{
	struct mr_gate *gate = arg;

	if (gate->server->access_log)
		mr_access_log_flush(gate->server->access_log, loop);
}

/* ---- from beginning to end ---- */

/* Where sockets can be: a name of one has little room. What is called so is swept by the next host when we are killed. */
static mr_code make_folder(struct mr_gate *gate, mr_error *err)
{
	enum { NAME_MAX_ = 100 };
	const char *places[] = {mr_getenv("TMPDIR"), "/tmp"};
	mr_arena *arena = gate->server->arena;
	char path[NAME_MAX_];

	_Static_assert(NAME_MAX_ + 8 <= sizeof((struct sockaddr_un *)NULL)->sun_path, "the sockets' names fit");
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		int n = places[i] ? snprintf(path, sizeof path, "%s/millrace-spool-%d-XXXXXX", places[i], (int)getpid()) : -1;

		if (n < 0 || (size_t)n >= sizeof path || !mkdtemp(path))
			continue;
		gate->folder = mr_arena_copy(arena, mr_str_from(path));
		gate->behind = mr_arena_printf(arena, "%s/behind", path);
		return gate->folder.ptr && gate->behind.ptr ? MR_OK : mr_error_no_memory(err);
	}
	return mr_error_set(err, MR_IO_ERROR, "Cannot make a folder for the sockets of the app: %s; TMPDIR names another place",
			    strerror(errno));
}

mr_code gate_open(mr_server *server, const struct mr_entry *entry, mr_error *err)
{
	struct mr_gate *gate = mr_arena_zalloc(server->arena, sizeof *gate);

	if (!gate || !(gate->pool = mr_pool_new("relays", THREADS, QUEUE_MAX)))
		return mr_error_no_memory(err);
	gate->server = server;
	gate->entry = entry;
	gate->behind_fd = -1;
	server->gate = gate;
	return make_folder(gate, err) == MR_OK ? mr_listen_local(gate->behind.ptr, &gate->behind_fd, err) : err->code;
}

/* As `mlflow server` tells its apps; the stores are the server behind, whatever it has. */
static mr_code new_app(struct mr_gate *gate, mr_error *err)
{
	const struct mr_server_config *config = &gate->server->config;
	mr_str yes = mr_str_from("true"), no = mr_str_from("false");
	const struct mr_map_string environment[] = {
		{mr_str_from("_MLFLOW_SERVER_ARTIFACT_ROOT"), config->default_artifact_root},
		{mr_str_from("_MLFLOW_SERVER_SERVE_ARTIFACTS"), config->serve_artifacts ? yes : no},
		{mr_str_from("_MLFLOW_SERVER_ARTIFACTS_ONLY"), config->artifacts_only ? yes : no},
		{mr_str_from("_MLFLOW_SERVER_ARTIFACT_DESTINATION"), config->artifacts_destination},
		{mr_str_from("_MLFLOW_STATIC_PREFIX"), config->static_prefix.len ? config->static_prefix : mr_str_from("")},
		{mr_str_from("_MLFLOW_SGI_NAME"), mr_str_from("uvicorn")}, /* what it asks for: may it be FastAPI */
		{mr_str_from("MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE"), yes}, /* the gate has it */
	};

	return mr_python_app_new(gate->entry, gate->behind, environment, sizeof environment / sizeof *environment, &gate->app,
				 err);
}

/* Whether somebody wants this process to end; signals are blocked until it serves. */
static bool is_asked_to_stop(void)
{
	sigset_t waiting;

	return sigpending(&waiting) == 0 && (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

static mr_code load_app(struct mr_gate *gate, mr_error *err)
{
	int64_t until = mr_monotonic_ns() + START_MS * INT64_C(1000000);
	int fd;

	for (;;) {
		mr_error why;

		mr_error_init(&why);
		if (mr_python_app_connect(gate->app, mr_monotonic_ns() + TURN_MS * INT64_C(1000000), &fd, &why) == MR_OK) {
			close(fd); /* it is there; this was no request */
			return MR_OK;
		}
		if (why.code != MR_DEADLINE_EXCEEDED || mr_monotonic_ns() > until)
			return mr_error_set(err, why.code, "%s", why.message);
		if (is_asked_to_stop())
			return mr_error_set(err, MR_CANCELLED, "Stopped while the app '%.*s' was being loaded",
					    MR_STR_ARG(mr_python_app_name(gate->app)));
	}
}

mr_code gate_start(struct mr_gate *gate, struct mr_http_config *config, mr_error *err)
{

	config->app = (struct mr_http_app){
		.arg = gate,
		.head = on_head,
		.data = on_data,
		.ready = on_ready,
		.resumed = on_resumed,
		.expire = on_expire,
		.done = on_done,
		.turn = on_turn,
	};
	if (new_app(gate, err) != MR_OK || load_app(gate, err) != MR_OK) {
		close(config->listen_fd);
		return err->code;
	}
	return mr_http_start(config, &gate->http, err);
}

bool gate_stop(struct mr_gate *gate, int64_t deadline_ns)
{
	if (gate->http) {
		mr_http_drain(gate->http, deadline_ns);
		mr_http_stop(gate->http);
	}
	mr_python_app_stop(gate->app); /* what waits for it now waits in vain */
	return mr_pool_free(gate->pool, mr_monotonic_ns() + 3 * INT64_C(1000000000));
}

void gate_free(struct mr_gate *gate)
{
	if (!gate)
		return;
	mr_http_free(gate->http);
	mr_python_app_free(gate->app);
	if (gate->behind_fd >= 0)
		close(gate->behind_fd);
	if (gate->behind.ptr)
		unlink(gate->behind.ptr);
	if (gate->folder.ptr)
		rmdir(gate->folder.ptr);
}
