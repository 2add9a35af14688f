/* SPDX-License-Identifier: Apache-2.0
 *
 * The scoring server: one model behind /invocations, with /ping, /health,
 * /version and /metrics, as `mlflow models serve` has them.
 */
#ifndef MR_SERVER_SCORING_SERVER_H
#define MR_SERVER_SCORING_SERVER_H

#include "model/model.h"

typedef struct mr_scoring_server mr_scoring_server;

/* Members may be 0 for the default; views must live until start returns. */
struct mr_scoring_config {
	mr_str host; /* "127.0.0.1" */
	int port; /* 0: any free one */
	int64_t timeout_ms; /* of a request; 0: 60 s */
	unsigned workers; /* predictions at a time; 0: by the number of processors */
	size_t body_max; /* 0: 256 MiB */
	mr_str allowed_hosts; /* Host headers; empty: of this machine when it listens on loopback only, else all */
};

/* The model is borrowed, and must stay open until the server was stopped. */
mr_code mr_scoring_start(mr_model *model, const struct mr_scoring_config *config, mr_scoring_server **out, mr_error *err);
mr_str mr_scoring_url(const mr_scoring_server *server);
int mr_scoring_port(const mr_scoring_server *server);
/* Finishes what is in flight within the time. False when predictions did not return: their threads run on, so the
 * process should end. */
bool mr_scoring_stop(mr_scoring_server *server, int64_t timeout_ms);

/* Starts, says so on standard output, runs until SIGTERM or SIGINT, stops. */
mr_code mr_scoring_run(mr_model *model, const struct mr_scoring_config *config, mr_error *err);

#endif
