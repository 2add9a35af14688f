/* SPDX-License-Identifier: Apache-2.0
 *
 * The server: MLflow's REST API over the stores and artifact repositories that
 * it is given, the artifact proxy, the web pages.
 */
#ifndef MR_SERVER_SERVER_H
#define MR_SERVER_SERVER_H

#include <millrace/types.h>

typedef struct mr_server mr_server;

/* Strings may be empty for the default; views must live until start returns. */
struct mr_server_config {
	mr_str host; /* "127.0.0.1" */
	int port; /* 5000; 0 in a test: any free one */
	int listen_fd; /* a socket that listens already, in place of host and port; 0: none */
	int parent_fd; /* the program that started this one: it is told that we serve, and its end is ours; 0: none */
	bool write_on_loop; /* a commit is waited for by the event loop: quicker for one client, slower for many */
	bool one_sided; /* for the one program that started this: its store may be a tracking or a registry store alone, and what
			 * it says is not looked at as a stranger's is */
	mr_str backend_store_uri, registry_store_uri;
	mr_str default_artifact_root, artifacts_destination;
	const mr_str *artifact_roots; /* folders whose artifacts may be opened besides those that the URIs name */
	size_t artifact_roots_n;
	bool serve_artifacts, artifacts_only;
	mr_str static_prefix;
	mr_str allowed_hosts, cors_allowed_origins, x_frame_options;
	bool no_security, no_metrics;
	mr_str access_log; /* a file, "-", or empty: none */
	mr_str tls_cert, tls_key; /* files */
	const mr_str *app_names; /* server apps, in their order */
	size_t app_names_n;
	const mr_str *app_settings; /* "key=value" or "NAME.key=value" */
	size_t app_settings_n;
	int64_t app_timeout_ms; /* of each of their hooks; 0: the default */
	unsigned workers; /* threads of each pool; 0: the default */
	unsigned loops; /* event loops; 0: by the number of processors */
	int64_t request_timeout_ms; /* 0: none */
	size_t body_max; /* of a request that is not an artifact; 0: the default */
};

mr_code mr_server_start(const struct mr_server_config *config, mr_server **out, mr_error *err);
/* "http://localhost:5000", with the static prefix; lives as long as the server. */
mr_str mr_server_url(const mr_server *server);
int mr_server_port(const mr_server *server);
/* Finishes what is in flight within the time, then ends everything. False when
 * calls of plugins did not return: their threads run on, so the process should end. */
bool mr_server_stop(mr_server *server, int64_t timeout_ms);

/* Starts, says so on standard output, runs until SIGTERM or SIGINT, stops. A
 * second signal ends the process at once. */
mr_code mr_server_run(const struct mr_server_config *config, int64_t graceful_timeout_ms, mr_error *err);

#endif
