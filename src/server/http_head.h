/* SPDX-License-Identifier: Apache-2.0
 *
 * The head of a request, as far as it can be judged without libmicrohttpd.
 */
#ifndef MR_SERVER_HTTP_HEAD_H
#define MR_SERVER_HTTP_HEAD_H

#include "server/http.h"

/* Keeps the header if it is one that the server asks for; the first of several.
 * False for a second one of those that must come once. */
bool mr_http_head_add(mr_http_exchange *x, mr_str name, mr_str value);

/* Sets content_length. False for what two programs could understand
 * differently, so that a proxy before us cannot be led astray. */
bool mr_http_head_check(mr_http_exchange *x, mr_str target, bool is_http10);

#endif
