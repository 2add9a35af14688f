/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of an outgoing request: headers, what the environment says, when to
 * try again.
 */
#ifndef MR_PLUGIN_OUTGOING_PARTS_H
#define MR_PLUGIN_OUTGOING_PARTS_H

#include <millrace/http.h>

#include "base/arena.h"

/* ---- a list of headers, names without regard to case ---- */

struct headers {
	mr_arena *arena;
	struct mr_header *items;
	size_t n, room;
	bool failed; /* out of memory */
};

const struct mr_header *mr_headers_get(const struct headers *headers, const char *name);
/* Adds, or replaces. Both texts are copied. */
void mr_headers_set(struct headers *headers, mr_str name, mr_str value);
/* Adds, or appends with a space between, as MLflow joins its providers' headers. */
void mr_headers_join(struct headers *headers, mr_str name, mr_str value);

/* ---- the environment (outgoing_settings.c) ---- */

struct settings {
	mr_str user, password; /* the environment's, else ~/.mlflow/credentials' */
	mr_str token;
	mr_str auth; /* MLFLOW_TRACKING_AUTH; empty: none */
	bool aws_sigv4;
	bool insecure;
	mr_str ca_bundle, client_cert;
	int64_t max_retries;
	int64_t backoff_factor;
	double backoff_jitter;
	int32_t timeout_ms;
	bool respect_retry_after;
	bool follow;
};

/* Read anew at each request, as MLflow does. trusted false: of a request that
 * carries no credentials (MR_HTTP_NO_AUTH); only retries and times are read. */
mr_code mr_settings_read(mr_arena *arena, bool trusted, struct settings *out, mr_error *err);
/* "Basic …" of a user and a password. */
mr_str mr_settings_basic(mr_arena *arena, mr_str user, mr_str password);
/* User and password of ~/.mlflow/credentials' text; empty where it has none. */
void mr_settings_credentials(mr_arena *arena, mr_str text, mr_str *user, mr_str *password);

/* ---- trying again (outgoing_retry.c) ---- */

bool mr_retry_is_for(int status, bool has_retry_after);
/* How long to wait before the next attempt, failures being those so far, one at least. */
int64_t mr_retry_wait_ms(const struct settings *settings, int failures, mr_str retry_after);
/* Seconds or an HTTP date, from now_s on; -1 when it is neither. */
int64_t mr_retry_after_ms(mr_str text, int64_t now_s);

#endif
