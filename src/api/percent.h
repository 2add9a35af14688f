/* SPDX-License-Identifier: Apache-2.0
 *
 * Percent-encoding as the reference's libraries do it: a query read by
 * Werkzeug and written by requests. More lenient than base/uri.h: what is no
 * escape stays as it is.
 */
#ifndef MR_API_PERCENT_H
#define MR_API_PERCENT_H

#include "api/call.h"
#include "base/buf.h"

/* In a query '+' is a blank. Escapes of what is not UTF-8 stay. ptr is NULL when out of memory. */
mr_str mr_percent_decode(mr_str s, bool query, mr_call *call);
/* urllib's quote_plus, or quote with nothing safe. */
void mr_percent_encode(mr_str s, bool query, mr_buf *out);

/* The pairs of a query, still encoded: false at the end. *rest begins as the query. */
bool mr_query_next(mr_str *rest, mr_str *key, mr_str *value);

#endif
