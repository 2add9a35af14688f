/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may talk to the server from where: the Host header (against DNS
 * rebinding), the Origin of requests that change something (against forged
 * ones), and what a browser is told about other origins (CORS). As MLflow's
 * security middleware, with one difference: by default a private address is an
 * address, not every name that begins like one.
 */
#ifndef MR_SERVER_SECURITY_H
#define MR_SERVER_SECURITY_H

#include "base/arena.h"
#include "server/http.h"

typedef struct mr_security mr_security;

struct mr_security_config {
	bool off;
	/* Comma-separated; empty: the default. */
	mr_str allowed_hosts, allowed_origins;
	mr_str frame_options; /* "NONE": no header */
};

/* In the arena; NULL when out of memory. */
mr_security *mr_security_new(mr_arena *arena, const struct mr_security_config *config);

bool mr_security_host_is_allowed(const mr_security *security, mr_str host);
/* Whether the request comes from another site and changes something. */
bool mr_security_is_forged(const mr_security *security, mr_str method, mr_str origin);

enum { MR_SECURITY_FIELDS_MAX = 8 };

/* The headers that answers carry. hardened: not on answers of the checks
 * themselves. The values live as long as `security` and the exchange. */
size_t mr_security_fields(const mr_security *security, const mr_http_exchange *x, bool hardened,
			  struct mr_http_field *out);

/* The answer to a preflight request (OPTIONS with an Origin and the method asked for). */
bool mr_security_is_preflight(const mr_security *security, const mr_http_exchange *x);
void mr_security_answer_preflight(const mr_security *security, mr_http_exchange *x);

/* For people: "localhost and private addresses", or the list. */
mr_str mr_security_hosts_text(const mr_security *security);

#endif
