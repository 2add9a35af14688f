/* SPDX-License-Identifier: Apache-2.0
 *
 * One request and its answer, without what follows of a redirect.
 */
#ifndef MR_NET_HOP_H
#define MR_NET_HOP_H

#include "net/net.h"
#include "net/pool.h"

enum hop_failure {
	HOP_FINE,
	HOP_CANCELLED, /* the caller's */
	HOP_SILENT, /* nothing went either way for too long */
	HOP_WRITE_REFUSED, /* request->write said false */
	HOP_READ_FAILED, /* request->read gave a negative number */
	HOP_BODY_TOO_LARGE,
	HOP_HEADERS_TOO_LARGE,
	HOP_NO_MEMORY,
	HOP_NOT_PUBLIC,
};

struct hop {
	struct mr_net_exchange *exchange;
	struct mr_http_response *response;
	/* What is asked: */
	const char *url;
	const char *method;
	bool with_body; /* the request's body is sent */
	bool harmless_only; /* another origin: only headers that carry nobody's credentials */
	/* How it goes: */
	struct slot *slot;
	struct curl_slist *headers;
	int64_t timeout_ns;
	int64_t active_ns; /* when a byte last went one way or the other */
	curl_off_t up, down; /* curl's counts, as last seen */
	bool body_touched; /* something of the body was read */
	bool in_body; /* of the answer; what follows as headers are trailers */
	bool redirects; /* the answer is a redirect that will be followed */
	enum hop_failure failure;
	mr_str location;
	struct mr_header *got;
	size_t got_n, got_room, got_bytes;
	char *body;
	size_t body_len, body_room, body_max;
	char why[CURL_ERROR_SIZE];
	char address[64]; /* that was refused */
};

/* Makes the request; a failure of any kind is an error, an answer never is. */
mr_code hop_run(struct hop *hop, mr_error *err);

/* All settings of the handle (options.c). */
mr_code hop_set_options(struct hop *hop, mr_error *err);
/* The callbacks that they name (hop.c). */
size_t hop_on_header(char *line, size_t size, size_t n, void *arg);
size_t hop_on_body(char *bytes, size_t size, size_t n, void *arg);
size_t hop_on_read(char *out, size_t size, size_t n, void *arg);
int hop_on_seek(void *arg, curl_off_t offset, int origin);
int hop_on_progress(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up);
int hop_on_connected(void *arg, char *remote, char *local, int remote_port, int local_port);

/* Whether a header may go to another origin than the one it was made for. */
bool header_is_harmless(mr_str name);
/* The error of a transfer that gave no whole answer (failure.c). */
mr_code hop_fail(struct hop *hop, CURLcode result, mr_error *err);

#endif
