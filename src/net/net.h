/* SPDX-License-Identifier: Apache-2.0
 *
 * One HTTP exchange over libcurl: no credentials, no retries, no providers;
 * those are src/plugin/outgoing.c's. libcurl is large, so this module is
 * lib/millrace/net.so, loaded by mr_net_get (src/net/net_loader.c) on first use.
 */
#ifndef MR_NET_NET_H
#define MR_NET_NET_H

#include <millrace/http.h>

#include "base/arena.h"

struct mr_net_exchange {
	const struct mr_http_request *request; /* its flags NO_AUTH and NO_RETRY mean nothing here */
	const struct mr_header *headers; /* all headers to send, request's own included */
	size_t headers_n;
	mr_str ca_bundle; /* file or folder; empty: the system's */
	mr_str client_cert; /* PEM with key; empty: none */
	bool insecure; /* MLFLOW_TRACKING_INSECURE_TLS */
	bool follow; /* redirects; another origin gets no header but the harmless ones (redirect.c) */
	bool (*cancelled)(void *arg); /* asked at least ten times a second; NULL: never */
	void *cancelled_arg;
	mr_arena *arena; /* for the response */
	bool connected; /* out: the request reached the server at least in part */
	bool transient; /* out: it failed in a way that may be gone at the next attempt */
};

struct mr_net {
	size_t size;
	/* Any thread. request->timeout_ms (120 s when 0) is of inactivity: no byte went
	 * either way for so long. Codes: MR_DEADLINE_EXCEEDED for that, MR_CANCELLED,
	 * MR_PERMISSION_DENIED (PUBLIC_ONLY), MR_RESOURCE_EXHAUSTED (an answer over its
	 * limits), MR_INVALID_PARAMETER_VALUE (no such URL), else MR_IO_ERROR. */
	mr_code (*perform)(struct mr_net_exchange *exchange, struct mr_http_response *response, mr_error *err);
};

#define MR_NET_SYMBOL "mr_net_module"

/* NULL with an error that names the file and the package when it cannot be loaded. */
const struct mr_net *mr_net_get(mr_error *err);

#endif
