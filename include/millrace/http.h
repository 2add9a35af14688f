/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/http.h - an outgoing HTTP request, as plugins and the host's own
 * parts make it (host->http). Redirects to another host lose credentials;
 * retries follow MLFLOW_HTTP_REQUEST_MAX_RETRIES, ..._BACKOFF_FACTOR and
 * ..._BACKOFF_JITTER for the statuses that MLflow retries, and only when the
 * body can be read again.
 */
#ifndef MILLRACE_HTTP_H
#define MILLRACE_HTTP_H

#include "millrace/types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mr_header {
	mr_str name;
	mr_str value;
};

#define MR_HTTP_NO_AUTH 1u    /* without the user's credentials and header providers (presigned URLs) */
#define MR_HTTP_NO_RETRY 2u
#define MR_HTTP_PUBLIC_ONLY 4u /* refuse private and loopback addresses, checked when it connects */
#define MR_HTTP_DIRECT 8u /* never through a proxy: for what listens on this machine */
#define MR_HTTP_AUTHORIZED 16u /* the headers hold what MLFLOW_TRACKING_AUTH would add: no plugin is asked */

struct mr_http_request {
	size_t size;
	uint32_t flags;
	mr_str method; /* empty: GET, or POST with a body */
	mr_str url;
	const struct mr_header *headers;
	size_t headers_n;
	/* The body: these bytes, or, with read set, what it gives: the number of
	 * bytes, 0 at the end, negative on failure. rewind (may be NULL) starts it
	 * again for a retry. body_size: -1 when unknown. */
	mr_str body;
	int64_t (*read)(void *arg, char *out, size_t room);
	bool (*rewind)(void *arg);
	void *read_arg;
	int64_t body_size;
	/* Where a body of a 2xx answer goes, piece by piece, instead of response->body;
	 * false ends the transfer with MR_CANCELLED. Others are always collected. Status
	 * and headers of the response are filled in before the first piece. */
	bool (*write)(void *arg, const char *bytes, size_t size);
	void *write_arg;
	int32_t timeout_ms; /* 0: MLFLOW_HTTP_REQUEST_TIMEOUT (120 s); of inactivity once the answer streams */
	size_t body_max;    /* of a collected body; 0: 256 MiB */
};

/* Filled in the call's memory. An answer of any status is MR_OK: look at status. */
struct mr_http_response {
	size_t size;
	int32_t status;
	const struct mr_header *headers; /* names in lower case */
	size_t headers_n;
	mr_str body;
};

#ifdef __cplusplus
}
#endif
#endif
