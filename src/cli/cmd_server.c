/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace server: the flags and variables of `mlflow server`, and ours.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/os.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "plugin/host.h"
#include "server/server.h"

struct flags {
	mr_str backend_store_uri, registry_store_uri, default_artifact_root, artifacts_destination;
	bool serve_artifacts, artifacts_only;
	struct mr_opt_list artifact_roots;
	mr_str host, static_prefix, allowed_hosts, cors_allowed_origins, x_frame_options;
	int64_t port, workers, loops;
	bool no_security, no_metrics, enable_workspaces;
	int64_t request_timeout, graceful_timeout, request_size;
	mr_str tls_cert, tls_key, access_log, log_level, log_format;
	struct mr_opt_list plugins, pythons, options, app_names, app_settings;
	int64_t app_timeout;
};

#define AT(member) offsetof(struct flags, member)

static const struct mr_opt storage[] = {
	{"backend-store-uri", 0, MR_OPT_TEXT, AT(backend_store_uri), "URI", "MLFLOW_BACKEND_STORE_URI", NULL, 0, 0,
	 "Where experiments and runs are: sqlite:///FILE, a folder, http://..., or the scheme of a plugin. Default: "
	 "./mlruns "
	 "if it holds experiments, else sqlite:///mlflow.db."},
	{"registry-store-uri", 0, MR_OPT_TEXT, AT(registry_store_uri), "URI", "MLFLOW_REGISTRY_STORE_URI", NULL, 0, 0,
	 "Where registered models are. Default: with the runs."},
	{"default-artifact-root", 0, MR_OPT_TEXT, AT(default_artifact_root), "URI", "MLFLOW_DEFAULT_ARTIFACT_ROOT",
	 NULL, 0, 0, "Where new experiments have their artifacts. Default: the server itself, else ./mlruns."},
	{"artifacts-destination", 0, MR_OPT_TEXT, AT(artifacts_destination), "URI", "MLFLOW_ARTIFACTS_DESTINATION",
	 NULL, 0, 0, "Where the server puts the artifacts that it serves. Default: ./mlartifacts."},
	{"serve-artifacts", 0, MR_OPT_FLAG, AT(serve_artifacts), NULL, "MLFLOW_SERVE_ARTIFACTS", "no-serve-artifacts",
	 0, 0, "Whether clients upload and download artifacts through the server. Default: yes."},
	{"artifacts-only", 0, MR_OPT_FLAG, AT(artifacts_only), NULL, "MLFLOW_ARTIFACTS_ONLY", NULL, 0, 0,
	 "Serve artifacts and nothing else."},
	{"allow-artifact-root", 0, MR_OPT_LIST, AT(artifact_roots), "DIR", NULL, NULL, 0, 0,
	 "A further folder whose artifacts the server may open when an experiment lies there. Without it, only the "
	 "folders "
	 "named above are opened. May be repeated."},
	{"read-replica-backend-store-uri", 0, MR_OPT_REFUSED, 0, "URI", "MLFLOW_READ_REPLICA_BACKEND_STORE_URI", NULL,
	 0, 0, "all operations use --backend-store-uri; leave it out."},
};

static const struct mr_opt network[] = {
	{"host", 'h', MR_OPT_TEXT, AT(host), "HOST", "MLFLOW_HOST", NULL, 0, 0,
	 "The address to listen on. Default: 127.0.0.1, this machine only; 0.0.0.0 is every interface."},
	{"port", 'p', MR_OPT_INT, AT(port), "PORT", "MLFLOW_PORT", NULL, 0, 65535,
	 "The port to listen on. Default: 5000."},
	{"workers", 'w', MR_OPT_INT, AT(workers), "N", "MLFLOW_WORKERS", NULL, 1, 256,
	 "Threads for searches and other work that may wait, in each pool; there are no worker processes here. "
	 "Default: 4."},
	{"loops", 0, MR_OPT_INT, AT(loops), "N", NULL, NULL, 0, 64,
	 "Threads that accept and parse. Default: 2, or 1 with fewer than 4 processors."},
	{"static-prefix", 0, MR_OPT_TEXT, AT(static_prefix), "PATH", "MLFLOW_STATIC_PREFIX", NULL, 0, 0,
	 "Put before every path, for a server behind a proxy; begins with '/' and does not end with one."},
	{"tls-cert", 0, MR_OPT_TEXT, AT(tls_cert), "FILE", NULL, NULL, 0, 0,
	 "Speak HTTPS with this certificate (PEM, the chain behind it)."},
	{"tls-key", 0, MR_OPT_TEXT, AT(tls_key), "FILE", NULL, NULL, 0, 0, "The certificate's key (PEM)."},
	{"request-timeout", 0, MR_OPT_DURATION, AT(request_timeout), "TIME", NULL, NULL, 0, 0,
	 "After this time a request is answered with 504, whatever it still does; 0: never. Default: 120s."},
	{"graceful-timeout", 0, MR_OPT_DURATION, AT(graceful_timeout), "TIME", NULL, NULL, 0, 0,
	 "How long a stopping server may take to finish what is in flight. Default: 10s."},
	{"max-request-size", 0, MR_OPT_SIZE, AT(request_size), "SIZE", NULL, NULL, 0, 0,
	 "The largest request that is not an artifact. Default: 64M."},
};

static const struct mr_opt security[] = {
	{"allowed-hosts", 0, MR_OPT_TEXT, AT(allowed_hosts), "LIST", "MLFLOW_SERVER_ALLOWED_HOSTS", NULL, 0, 0,
	 "Comma-separated Host headers to accept, with their ports; '*' in them stands for anything, '*' alone accepts "
	 "all. "
	 "Default: localhost and private addresses."},
	{"cors-allowed-origins", 0, MR_OPT_TEXT, AT(cors_allowed_origins), "LIST", "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS",
	 NULL, 0, 0, "Comma-separated origins of web pages that may use the server. Default: those of localhost."},
	{"x-frame-options", 0, MR_OPT_TEXT, AT(x_frame_options), "VALUE", "MLFLOW_SERVER_X_FRAME_OPTIONS", NULL, 0, 0,
	 "SAMEORIGIN, DENY, or NONE for no such header. Default: SAMEORIGIN."},
	{"disable-security-middleware", 0, MR_OPT_FLAG, AT(no_security), NULL,
	 "MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE", NULL, 0, 0,
	 "DANGEROUS: no check of Host and Origin, no protective headers. For tests only."},
};

static const struct mr_opt watching[] = {
	{"access-log", 0, MR_OPT_TEXT, AT(access_log), "FILE", NULL, NULL, 0, 0,
	 "A line for each request, in the combined format, appended to FILE or, with -, to standard output. SIGHUP "
	 "opens it "
	 "anew. Default: none."},
	{"no-metrics", 0, MR_OPT_FLAG, AT(no_metrics), NULL, NULL, NULL, 0, 0, "No /metrics (Prometheus)."},
	{"log-level", 0, MR_OPT_TEXT, AT(log_level), "LEVEL", "MLFLOW_LOGGING_LEVEL", NULL, 0, 0,
	 "debug, info, warning or error. Default: info."},
	{"log-format", 0, MR_OPT_TEXT, AT(log_format), "FORMAT", NULL, NULL, 0, 0, "text or json. Default: text."},
};

static const struct mr_opt plugins[] = {
	{"plugin", 0, MR_OPT_LIST, AT(plugins), "FILE", NULL, NULL, 0, 0,
	 "A plugin to use before all others. May be repeated."},
	{"python", 0, MR_OPT_LIST, AT(pythons), "PYTHON", NULL, NULL, 0, 0,
	 "A Python interpreter, or the folder of its environment, whose MLflow plugins are used before those of "
	 "MILLRACE_PYTHON, VIRTUAL_ENV and the python3 on PATH. May be repeated."},
	{"option", 0, MR_OPT_LIST, AT(options), "KEY=VALUE", NULL, NULL, 0, 0,
	 "An option of the backend store's plugin, as if it stood in the query of its URI. May be repeated."},
};

static const struct mr_opt apps[] = {
	{"app-name", 0, MR_OPT_LIST, AT(app_names), "NAME", NULL, NULL, 0, 0,
	 "An app of a plugin (group mlflow.app), which every request passes: authentication, limits, an audit log. May be "
	 "repeated; they are asked in this order, of which one of Python must be the first. `millrace plugins list` shows which there are."},
	{"app-config", 0, MR_OPT_LIST, AT(app_settings), "KEY=VALUE", NULL, NULL, 0, 0,
	 "An option of the app; with several apps NAME.KEY=VALUE. May be repeated. What is not said here is looked for in "
	 "MILLRACE_APP_<NAME>_<KEY>, which suits secrets better."},
	{"app-timeout", 0, MR_OPT_DURATION, AT(app_timeout), "TIME", NULL, NULL, 1, 3600000,
	 "How long each hook of an app may take; one that takes longer denies the request. Default: 5s."},
};

static const struct mr_opt other[] = {
	{"expose-prometheus", 0, MR_OPT_IGNORED, 0, "DIR", "MLFLOW_EXPOSE_PROMETHEUS", NULL, 0, 0,
	 "/metrics is there without it and needs no folder."},
	{"gunicorn-opts", 0, MR_OPT_IGNORED, 0, "TEXT", "MLFLOW_GUNICORN_OPTS", NULL, 0, 0, "there is no gunicorn."},
	{"uvicorn-opts", 0, MR_OPT_IGNORED, 0, "TEXT", "MLFLOW_UVICORN_OPTS", NULL, 0, 0, "there is no uvicorn."},
	{"waitress-opts", 0, MR_OPT_IGNORED, 0, "TEXT", NULL, NULL, 0, 0, "there is no waitress."},
	{"dev", 0, MR_OPT_IGNORED, 0, NULL, NULL, NULL, 0, 0, "there is nothing to reload."},
	{"secrets-cache-ttl", 0, MR_OPT_IGNORED, 0, "N", NULL, NULL, 0, 0, "there are no gateway secrets."},
	{"secrets-cache-max-size", 0, MR_OPT_IGNORED, 0, "N", NULL, NULL, 0, 0, "there are no gateway secrets."},
	{"trace-archival-config", 0, MR_OPT_REFUSED, 0, "PATH", "MLFLOW_TRACE_ARCHIVAL_CONFIG", NULL, 0, 0,
	 "traces are not there yet."},
	{"workspace-store-uri", 0, MR_OPT_IGNORED, 0, "URI", "MLFLOW_WORKSPACE_STORE_URI", NULL, 0, 0,
	 "there are no workspaces."},
	{"enable-workspaces", 0, MR_OPT_FLAG, AT(enable_workspaces), NULL, "MLFLOW_ENABLE_WORKSPACES",
	 "disable-workspaces", 0, 0, "Refused: workspaces are not there yet."},
};

#define GROUP(heading, list)                                                                                           \
	{                                                                                                              \
		heading, list, sizeof list / sizeof list[0]                                                            \
	}

static const struct mr_opt_group groups[] = {
	GROUP("Storage", storage),
	GROUP("Network", network),
	GROUP("Security", security),
	GROUP("Logs and metrics", watching),
	GROUP("Plugins", plugins),
	GROUP("Apps", apps),
	GROUP("Other flags of mlflow server", other),
	{NULL, NULL, 0},
};

static const struct mr_opt_table table = {
	.usage = "millrace server [OPTION...]",
	.summary = "Serves MLflow's REST API, artifacts and the web pages, in place of `mlflow server`: the same "
		   "flags, the same "
		   "MLFLOW_* variables, the same clients.",
	.epilogue = "Examples:\n"
		    "  millrace server\n"
		    "  millrace server --backend-store-uri sqlite:///m.db --artifacts-destination ./artifacts\n"
		    "  millrace server --host 0.0.0.0 --allowed-hosts mlflow.example.com,mlflow.example.com:5000\n",
	.groups = groups,
};

/* --option k=v goes where the plugin reads its options: into the query. */
static mr_code add_options(struct flags *flags, mr_arena *arena, mr_error *err)
{
	for (size_t i = 0; i < flags->options.n; i++) {
		mr_str uri = flags->backend_store_uri, option = flags->options.items[i];

		if (!memchr(option.ptr, '=', option.len))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "--option must be KEY=VALUE, not '%.*s'",
					    MR_STR_ARG(option));
		if (uri.len == 0)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "--option needs --backend-store-uri");
		flags->backend_store_uri =
			mr_arena_printf(arena, "%.*s%c%.*s", MR_STR_ARG(uri), memchr(uri.ptr, '?', uri.len) ? '&' : '?',
					MR_STR_ARG(option));
		if (!flags->backend_store_uri.ptr)
			return mr_error_no_memory(err);
	}
	return MR_OK;
}

static mr_code configure_log(const struct flags *flags, mr_error *err)
{
	mr_log_level level = MR_LOG_INFO;
	bool json = mr_str_is(flags->log_format, "json");

	if (flags->log_level.len && mr_log_level_parse(flags->log_level, &level, err) != MR_OK)
		return err->code;
	if (flags->log_format.len && !json && !mr_str_is(flags->log_format, "text"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "--log-format must be text or json, not '%.*s'",
				    MR_STR_ARG(flags->log_format));
	mr_log_configure(level, json ? MR_LOG_JSON : MR_LOG_TEXT);
	return MR_OK;
}

static mr_code prepare(struct flags *flags, mr_arena *arena, mr_error *err)
{
	if (flags->enable_workspaces)
		return mr_error_set(
			err, MR_NOT_IMPLEMENTED,
			"--enable-workspaces is not supported: workspaces are not there yet. Leave it out, and unset "
			"MLFLOW_ENABLE_WORKSPACES");
	if (configure_log(flags, err) != MR_OK)
		return err->code;
	for (size_t i = 0; i < flags->plugins.n; i++) {
		if (mr_plugins_add_file(flags->plugins.items[i], err) != MR_OK)
			return err->code;
	}
	for (size_t i = 0; i < flags->pythons.n; i++)
		if (mr_plugins_add_python(flags->pythons.items[i], err) != MR_OK)
			return err->code;
	return add_options(flags, arena, err);
}

static struct mr_server_config make_config(const struct flags *flags)
{
	return (struct mr_server_config){
		.host = flags->host,
		.port = (int)flags->port,
		.backend_store_uri = flags->backend_store_uri,
		.registry_store_uri = flags->registry_store_uri,
		.default_artifact_root = flags->default_artifact_root,
		.artifacts_destination = flags->artifacts_destination,
		.artifact_roots = flags->artifact_roots.items,
		.artifact_roots_n = flags->artifact_roots.n,
		.serve_artifacts = flags->serve_artifacts,
		.artifacts_only = flags->artifacts_only,
		.static_prefix = flags->static_prefix,
		.allowed_hosts = flags->allowed_hosts,
		.cors_allowed_origins = flags->cors_allowed_origins,
		.x_frame_options = flags->x_frame_options,
		.no_security = flags->no_security,
		.no_metrics = flags->no_metrics,
		.access_log = flags->access_log,
		.tls_cert = flags->tls_cert,
		.tls_key = flags->tls_key,
		.app_names = flags->app_names.items,
		.app_names_n = flags->app_names.n,
		.app_settings = flags->app_settings.items,
		.app_settings_n = flags->app_settings.n,
		.app_timeout_ms = flags->app_timeout,
		.workers = (unsigned)flags->workers,
		.loops = (unsigned)flags->loops,
		.request_timeout_ms = flags->request_timeout,
		.body_max = (size_t)flags->request_size,
	};
}

/* A program in front of this one (the app `millrace` of `mlflow server`) has a socket that listens for it, and one that says
 * how long it is there: "LISTENING,PARENT". Not for people. */
static mr_code take_front(struct mr_server_config *config, mr_error *err)
{
	const char *given = mr_getenv("MILLRACE_FRONT");
	char end;

	if (!given)
		return MR_OK;
	if (sscanf(given, "%d,%d%c", &config->listen_fd, &config->parent_fd, &end) != 2 || config->listen_fd < 3 || config->parent_fd < 3 ||
	    fcntl(config->listen_fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(config->parent_fd, F_SETFD, FD_CLOEXEC) < 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "MILLRACE_FRONT names no two descriptors that are open");
	unsetenv("MILLRACE_FRONT");
	signal(SIGINT, SIG_IGN); /* Ctrl-C is the other program's to answer, whose end is this one's */
	return MR_OK;
}

int mr_cmd_server(int argc, char **argv)
{
	struct flags flags = {
		.serve_artifacts = true, .port = 5000, .request_timeout = 120000, .graceful_timeout = 10000};
	mr_arena *arena = mr_arena_new(0);
	struct mr_server_config config;
	mr_opt_outcome outcome;
	mr_error err;
	int status = MR_EXIT_OK;

	mr_error_init(&err);
	if (!arena) {
		mr_error_no_memory(&err);
		return mr_cli_fail(argv[0], &err);
	}
	outcome = mr_options_parse(&table, argc, argv, &flags, NULL, arena, &err);
	if (outcome == MR_OPT_HELPED)
		goto out;
	if (outcome == MR_OPT_FAILED || prepare(&flags, arena, &err) != MR_OK) {
		mr_cli_fail(argv[0], &err);
		status = MR_EXIT_USAGE;
		goto out;
	}
	config = make_config(&flags);
	if (take_front(&config, &err) != MR_OK || mr_server_run(&config, flags.graceful_timeout, &err) != MR_OK)
		status = mr_cli_fail(argv[0], &err);
out:
	mr_arena_free(arena);
	return status;
}
