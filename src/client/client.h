/* SPDX-License-Identifier: Apache-2.0
 *
 * The explicit client, as the rest of this layer uses it.
 */
#ifndef MR_CLIENT_CLIENT_H
#define MR_CLIENT_CLIENT_H

#include <millrace/client.h>

#include "plugin/handle.h"

struct mr_queue; /* client/queue.h */

/* The store of a side, opened if need be; the client owns it. */
mr_code mr_client_store(mr_client *client, int side, mr_store_handle **out, mr_error *err);
/* Its queue, which is there once this has succeeded. */
mr_code mr_client_queue(mr_client *client, struct mr_queue **out, mr_error *err);
struct mr_queue *mr_client_queue_if_any(mr_client *client);
/* A copy for the caller of the library, with a NUL behind it, who frees it by mr_str_free. */
mr_code mr_client_give(mr_str from, mr_str *out, mr_error *err);
int64_t mr_client_patience(const mr_client *client); /* ms, of its queue */

/* As mr_client_call, in a call of the caller's: the response lives in it. */
mr_code mr_client_invoke(mr_client *client, const struct mr_op_desc *op, const void *request, void **response,
			 mr_call *call, mr_error *err);

#endif
