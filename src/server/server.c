/* SPDX-License-Identifier: Apache-2.0
 *
 * Putting the server together, and taking it apart.
 */
#include "server/server.h"

#include <dirent.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "base/uri.h"
#include "server/artifacts.h"
#include "server/gate.h"
#include "server/hooks.h"
#include "server/listen.h"
#include "server/state.h"

enum {
	WORKERS = 4,
	QUEUE_MAX = 4096,
	BODY_MAX = 64 << 20,
	IDLE_S = 75,
	CONNECTIONS_MAX = 10000,
	FILES_OF_OUR_OWN = 64,
	APP_TIMEOUT_MS = 5000
};

/* ---- what is not said ---- */

static bool holds_experiments(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];
	bool found = false;

	while (dir && !found && (entry = readdir(dir)) != NULL) {
		if (strspn(entry->d_name, "0123456789") != strlen(entry->d_name))
			continue;
		snprintf(path, sizeof path, "%s/%s/meta.yaml", folder, entry->d_name);
		found = access(path, F_OK) == 0;
	}
	if (dir)
		closedir(dir);
	return found;
}

static mr_str or_else(mr_str given, mr_str otherwise)
{
	return given.len ? given : otherwise;
}

/* As MLflow: the proxy if artifacts are served, else the store's own folder, else ./mlruns. */
static mr_str default_root(const struct mr_server_config *config)
{
	mr_error ignored;
	mr_uri uri;

	mr_error_init(&ignored);
	if (config->serve_artifacts)
		return mr_str_from("mlflow-artifacts:/");
	if (mr_uri_parse(config->backend_store_uri, &uri, &ignored) == MR_OK &&
	    (uri.scheme.len == 0 || mr_str_is(uri.scheme, "file")))
		return config->backend_store_uri;
	return mr_str_from("./mlruns");
}

static mr_code copy_config(mr_server *server, const struct mr_server_config *given, mr_error *err)
{
	struct mr_server_config *config = &server->config;
	mr_str *strings[] = {
		&config->host,
		&config->backend_store_uri,
		&config->registry_store_uri,
		&config->access_log,
		&config->default_artifact_root,
		&config->artifacts_destination,
		&config->static_prefix,
		&config->allowed_hosts,
		&config->cors_allowed_origins,
		&config->x_frame_options,
	};

	*config = *given;
	config->host = or_else(config->host, mr_str_from("127.0.0.1"));
	if (!config->artifacts_only)
		config->backend_store_uri =
			or_else(config->backend_store_uri,
				mr_str_from(holds_experiments("mlruns") ? "./mlruns" : "sqlite:///mlflow.db"));
	config->registry_store_uri = or_else(config->registry_store_uri, config->backend_store_uri);
	config->default_artifact_root = or_else(config->default_artifact_root, default_root(config));
	config->artifacts_destination = or_else(config->artifacts_destination, mr_str_from("./mlartifacts"));
	config->x_frame_options = or_else(config->x_frame_options, mr_str_from("SAMEORIGIN"));
	config->workers = config->workers ? config->workers : WORKERS;
	config->app_timeout_ms = config->app_timeout_ms ? config->app_timeout_ms : APP_TIMEOUT_MS;
	config->body_max = config->body_max ? config->body_max : BODY_MAX;
	for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
		*strings[i] = mr_arena_copy(server->arena, *strings[i]);
		if (!strings[i]->ptr)
			return mr_error_no_memory(err);
	}
	return MR_OK;
}

static unsigned count_loops(unsigned wanted)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (wanted)
		return wanted > MR_HTTP_LOOPS_MAX ? MR_HTTP_LOOPS_MAX : wanted;
	return processors >= 4 ? 2 : 1;
}

/* As many files as may be open; each connection is one. */
static unsigned allow_files(void)
{
	struct rlimit limit = {0, 0};
	rlim_t files;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	files = limit.rlim_cur > 2 * FILES_OF_OUR_OWN ? limit.rlim_cur - FILES_OF_OUR_OWN : FILES_OF_OUR_OWN;
	return files > CONNECTIONS_MAX ? CONNECTIONS_MAX : (unsigned)files;
}

/* ---- stores ---- */

static mr_code open_backend(mr_server *server, int side, struct backend *backend, mr_error *err)
{
	const struct mr_server_config *config = &server->config;
	bool tracking = side == MR_SIDE_TRACKING;
	void *self;

	if (mr_store_handle_open(side, tracking ? config->backend_store_uri : config->registry_store_uri,
				 tracking ? config->default_artifact_root : mr_str_make(NULL, 0), &backend->store,
				 err) != MR_OK)
		return err->code;
	backend->never_blocks = mr_store_never_blocks(backend->store);
	backend->pool = mr_pool_new(tracking ? "tracking" : "registry", config->workers, QUEUE_MAX);
	if (!backend->pool)
		return mr_error_no_memory(err);
	if (mr_store_group(backend->store, &self)) {
		struct mr_group_config group = {.ops = mr_store_group(backend->store, &self),
						.self = self,
						.finished = job_group_finished,
						.arg = server};

		backend->group = mr_group_queue_new(&group);
		if (!backend->group)
			return mr_error_no_memory(err);
	}
	return MR_OK;
}

/* Tracking and registry on one database have one writer, and one pool. */
static void join_backends(mr_server *server)
{
	struct backend *tracking = &server->tracking, *registry = &server->registry;
	const struct mr_group_ops *a, *b;
	void *a_self, *b_self;

	a = mr_store_group(tracking->store, &a_self);
	b = mr_store_group(registry->store, &b_self);
	registry->group_index = 1;
	if (!a || !b || a->key(a_self) != b->key(b_self))
		return;
	mr_group_queue_free(registry->group);
	mr_pool_free(registry->pool, 0);
	registry->group = tracking->group;
	registry->pool = tracking->pool;
	registry->group_index = 0;
}

/* Both sides if there are both; a side without a plugin has no store. */
static mr_code open_what_is_there(mr_server *server, mr_error *err)
{
	mr_error tracking, registry;

	mr_error_init(&tracking);
	mr_error_init(&registry);
	if (open_backend(server, MR_SIDE_TRACKING, &server->tracking, &tracking) != MR_OK &&
	    open_backend(server, MR_SIDE_REGISTRY, &server->registry, &registry) != MR_OK)
		return mr_error_set(err, tracking.code, "%s", tracking.message);
	if (server->tracking.store && open_backend(server, MR_SIDE_REGISTRY, &server->registry, &registry) == MR_OK)
		join_backends(server);
	return MR_OK;
}

static mr_code open_stores(mr_server *server, mr_error *err)
{
	if (server->config.artifacts_only)
		return MR_OK;
	mr_host_set_uris(server->config.backend_store_uri, server->config.registry_store_uri);
	if (server->config.one_sided)
		return open_what_is_there(server, err);
	if (open_backend(server, MR_SIDE_TRACKING, &server->tracking, err) != MR_OK ||
	    open_backend(server, MR_SIDE_REGISTRY, &server->registry, err) != MR_OK)
		return err->code;
	join_backends(server);
	return MR_OK;
}

/* ---- HTTP ---- */

static mr_code make_loops(mr_server *server, mr_error *err)
{
	server->loops_n = count_loops(server->config.loops);
	server->loops = mr_arena_zalloc(server->arena, server->loops_n * sizeof server->loops[0]);
	if (!server->loops)
		return mr_error_no_memory(err);
	for (unsigned i = 0; i < server->loops_n; i++) {
		for (unsigned g = 0; g < GROUPS_MAX; g++)
			server->loops[i].batch_end[g] = &server->loops[i].batch[g];
	}
	return MR_OK;
}

static mr_code read_tls(mr_server *server, struct mr_http_config *http, mr_error *err)
{
	const struct mr_server_config *config = &server->config;
	mr_str certificate, key;

	if (!config->tls_cert.len && !config->tls_key.len)
		return MR_OK;
	if (!config->tls_cert.len || !config->tls_key.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "--tls-cert and --tls-key belong together");
	if (mr_file_read(config->tls_cert, 1 << 20, server->arena, &certificate, err) != MR_OK ||
	    mr_file_read(config->tls_key, 1 << 20, server->arena, &key, err) != MR_OK)
		return err->code;
	http->tls_certificate = certificate.ptr;
	http->tls_key = key.ptr;
	return MR_OK;
}

static mr_code make_url(mr_server *server, bool tls, mr_error *err)
{
	mr_str host = server->config.host;

	if (mr_str_is(host, "0.0.0.0") || mr_str_is(host, "::") || mr_str_is(host, "127.0.0.1"))
		host = mr_str_from("localhost");
	server->url = mr_arena_printf(
		server->arena, memchr(host.ptr, ':', host.len) ? "%s://[%.*s]:%d%.*s" : "%s://%.*s:%d%.*s",
		tls ? "https" : "http", MR_STR_ARG(host), server->port, MR_STR_ARG(server->config.static_prefix));
	return server->url.ptr ? MR_OK : mr_error_no_memory(err);
}

/* What --app-name names first may be an app of Python; that a later one is none, else there would be several in front. */
static mr_code find_gate(mr_server *server, mr_error *err)
{
	const struct mr_server_config *config = &server->config;
	const struct mr_entry *entry, *found = NULL;

	for (size_t i = 0; i < config->app_names_n; i++) {
		if (mr_plugins_by_name(MR_GROUP_APP, config->app_names[i], &entry, err) != MR_OK)
			return err->code;
		if (!mr_python_app_is(entry))
			continue;
		if (mr_str_is(entry->plugin->name, "millrace"))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "The app '%.*s' puts this server behind `mlflow server`; here it is already. Leave "
					    "--app-name out",
					    MR_STR_ARG(config->app_names[i]));
		if (i)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "The app '%.*s' is one of Python, which stands in front of all else: there can be one, "
					    "and it must be named first",
					    MR_STR_ARG(config->app_names[i]));
		found = entry;
	}
	return found ? gate_open(server, found, err) : MR_OK;
}

static mr_code start_http(mr_server *server, mr_error *err)
{
	struct mr_http_config http = {
		.app = app_make(server),
		.listen_fd = -1,
		.loops = server->loops_n,
		.connections_max = allow_files(),
		.body_max = server->config.body_max,
		.idle_s = IDLE_S,
	}, behind;

	server->port = server->config.port;
	if (read_tls(server, &http, err) != MR_OK)
		return err->code;
	if (server->config.listen_fd > 0)
		http.listen_fd = server->config.listen_fd;
	else if (mr_listen(server->config.host.ptr, &server->port, &http.listen_fd, err) != MR_OK)
		return err->code;
	if (make_url(server, http.tls_certificate != NULL, err) != MR_OK) {
		close(http.listen_fd);
		return err->code;
	}
	if (!server->gate)
		return mr_http_start(&http, &server->http, err);
	behind = http;
	behind.listen_fd = server->gate->behind_fd;
	behind.tls_certificate = behind.tls_key = NULL;
	server->gate->behind_fd = -1;
	if (mr_http_start(&behind, &server->http, err) != MR_OK) {
		close(http.listen_fd);
		return err->code;
	}
	return gate_start(server->gate, &http, err);
}

/* ---- from beginning to end ---- */

static mr_code check_config(const struct mr_server_config *config, mr_error *err)
{
	mr_str prefix = config->static_prefix;

	if (prefix.len && (prefix.ptr[0] != '/' || prefix.ptr[prefix.len - 1] == '/'))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "%s",
				    prefix.ptr[0] != '/' ? "--static-prefix must begin with a '/'."
							 : "--static-prefix should not end with a '/'.");
	if (prefix.len && (memchr(prefix.ptr, '{', prefix.len) || memchr(prefix.ptr, '}', prefix.len)))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "--static-prefix must not contain '{' or '}'.");
	if (config->artifacts_only && config->backend_store_uri.len)
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"You are starting a tracking server in `--artifacts-only` mode and have provided a value for "
			"`--backend_store_uri`: '%.*s'. A tracking server in `--artifacts-only` mode cannot have a "
			"value "
			"set for `--backend_store_uri` to properly proxy access to the artifact storage location.",
			MR_STR_ARG(config->backend_store_uri));
	if (config->artifacts_only && !config->serve_artifacts)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "--artifacts-only and --no-serve-artifacts leave nothing to serve");
	return MR_OK;
}

static mr_code make_parts(mr_server *server, mr_error *err)
{
	struct mr_security_config security = {server->config.no_security, server->config.allowed_hosts,
					      server->config.cors_allowed_origins, server->config.x_frame_options};

	if (make_loops(server, err) != MR_OK || places_new(server, &server->places, err) != MR_OK)
		return err->code;
	server->security = mr_security_new(server->arena, &security);
	server->artifact_pool = mr_pool_new("artifacts", 2 * server->config.workers, QUEUE_MAX);
	if (!server->config.no_metrics)
		server->metrics = mr_metrics_new(2 * server->loops_n); /* of the gate, too */
	if (!server->security || !server->artifact_pool || (!server->config.no_metrics && !server->metrics))
		return mr_error_no_memory(err);
	if (server->config.access_log.len)
		return mr_access_log_open(server->config.access_log, server->loops_n, &server->access_log, err);
	return MR_OK;
}

mr_code mr_server_start(const struct mr_server_config *config, mr_server **out, mr_error *err)
{
	mr_server *server;

	if (check_config(config, err) != MR_OK)
		return err->code;
	server = mr_calloc(1, sizeof *server);
	if (!server || !(server->arena = mr_arena_new(0))) {
		mr_free(server);
		return mr_error_no_memory(err);
	}
	if (copy_config(server, config, err) != MR_OK || make_parts(server, err) != MR_OK ||
	    open_stores(server, err) != MR_OK || find_gate(server, err) != MR_OK ||
	    hooks_open(server, err) != MR_OK || start_http(server, err) != MR_OK) {
		mr_server_stop(server, 0);
		return err->code;
	}
	*out = server;
	return MR_OK;
}

mr_str mr_server_url(const mr_server *server)
{
	return server->url;
}

int mr_server_port(const mr_server *server)
{
	return server->port;
}

static void free_jobs(mr_server *server)
{
	for (unsigned i = 0; i < server->loops_n; i++) {
		struct job *job = server->loops[i].kept, *next;

		for (; job; job = next) {
			next = job->next_kept;
			mr_call_free(job->call);
			mr_free(job);
		}
	}
}

/* Everything that works for the exchanges; false when something does not end. */
static bool end_workers(mr_server *server, int64_t deadline_ns)
{
	bool joined = server->registry.pool == server->tracking.pool;

	if (!mr_pool_free(server->artifact_pool, deadline_ns) || !mr_pool_free(server->tracking.pool, deadline_ns) ||
	    (!joined && !mr_pool_free(server->registry.pool, deadline_ns)))
		return false;
	if (!mr_pool_free(hooks_pool(server), deadline_ns)) /* after the others: what they gave up is told to the apps */
		return false;
	if (server->registry.group != server->tracking.group)
		mr_group_queue_free(server->registry.group);
	mr_group_queue_free(server->tracking.group);
	return true;
}

bool mr_server_stop(mr_server *server, int64_t timeout_ms)
{
	int64_t deadline_ns = mr_monotonic_ns() + timeout_ms * 1000000;

	if (!server)
		return true;
	if (server->gate && !gate_stop(server->gate, deadline_ns))
		return false;
	if (server->http) {
		mr_http_drain(server->http, deadline_ns);
		mr_http_stop(server->http);
	}
	/* What the clients were told by now holds; calls that were given up get a moment to return. */
	if (!end_workers(server, mr_monotonic_ns() + 1000000000))
		return false;
	gate_free(server->gate);
	mr_http_free(server->http);
	free_jobs(server);
	hooks_close(server);
	mr_store_handle_close(server->registry.store);
	mr_store_handle_close(server->tracking.store);
	places_free(server->places);
	mr_access_log_close(server->access_log);
	mr_metrics_free(server->metrics);
	mr_arena_free(server->arena);
	mr_free(server);
	return true;
}
