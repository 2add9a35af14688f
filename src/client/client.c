/* SPDX-License-Identifier: Apache-2.0
 *
 * The explicit client: operations on stores that are opened when first needed.
 */
#include "client/client.h"

#include <pthread.h>
#include <stdatomic.h>

#include "api/check.h"
#include "api/codec.h"
#include "base/inject.h"
#include "client/builtins.h"
#include "base/uri.h"
#include "client/locate.h"
#include "client/queue.h"
#include "store/wire.h"

enum { CALL_MAX = 1 << 30 }; /* of one answer's memory */

struct mr_client {
	mr_arena *arena;
	mr_str uris[2]; /* by side - 1 */
	mr_str artifact_root; /* may be empty */
	pthread_mutex_t lock;
	mr_store_handle *stores[2];
	_Atomic(mr_queue *) queue; /* once something was logged by it */
	int64_t patience_ms;
};

struct mr_answer {
	mr_call *call;
	const struct mr_op_desc *op;
	void *message;
	mr_str json; /* once it was asked for */
};

mr_code mr_client_open(const char *tracking_uri, const char *registry_uri, mr_client **out, mr_error *err)
{
	const struct mr_client_options options = {sizeof options, tracking_uri, registry_uri, NULL};

	return mr_client_open_with(&options, out, err);
}

mr_code mr_client_open_with(const struct mr_client_options *options, mr_client **out, mr_error *err)
{
	mr_client *client = mr_calloc(1, sizeof *client);
	mr_arena *arena = mr_arena_new(0);

	mr_builtins_register();
	if (client && arena) {
		client->arena = arena;
		client->patience_ms = MR_QUEUE_FULL_WAIT_MS;
		client->uris[0] = mr_tracking_uri(arena, options->tracking_uri);
		client->uris[1] = mr_registry_uri(arena, options->registry_uri, client->uris[0]);
		client->artifact_root = mr_arena_copy(arena, mr_str_from(options->artifact_root ? options->artifact_root : ""));
	}
	if (!client || !arena || !client->uris[0].ptr || !client->uris[1].ptr || !client->artifact_root.ptr) {
		mr_arena_free(arena);
		mr_free(client);
		return mr_error_no_memory(err);
	}
	pthread_mutex_init(&client->lock, NULL);
	mr_host_set_uris(client->uris[0], client->uris[1]);
	*out = client;
	return MR_OK;
}

mr_queue *mr_client_queue_if_any(mr_client *client)
{
	return atomic_load_explicit(&client->queue, memory_order_acquire);
}

void mr_client_close(mr_client *client)
{
	mr_queue *queue = client ? mr_client_queue_if_any(client) : NULL;

	if (!client)
		return;
	if (queue) {
		mr_client_flush(client, 0, NULL); /* what is not sent lies in the spool, for the next process */
		mr_queue_close(queue);
	}
	mr_store_handle_close(client->stores[0]);
	mr_store_handle_close(client->stores[1]);
	pthread_mutex_destroy(&client->lock);
	mr_arena_free(client->arena);
	mr_free(client);
}

/* In this process, or in one of its own. */
static mr_code open_store(int side, mr_str uri, mr_str root, mr_store_handle **out, mr_error *err)
{
	mr_arena *arena;
	mr_uri parts;
	mr_code code;

	if (!mr_child_program().len || (mr_uri_parse(uri, &parts, err) == MR_OK &&
					(mr_str_is(parts.scheme, "http") || mr_str_is(parts.scheme, "https"))))
		return mr_store_handle_open(side, uri, root, out, err);
	arena = mr_arena_new(0);
	uri = mr_arena_printf(arena, MR_CHILD_SCHEME ":%.*s", MR_STR_ARG(uri));
	code = uri.ptr ? mr_store_handle_open(side, uri, root, out, err) : mr_error_no_memory(err);
	mr_arena_free(arena);
	return code;
}

mr_code mr_client_store(mr_client *client, int side, mr_store_handle **out, mr_error *err)
{
	mr_code code = MR_OK;
	int i = side - MR_SIDE_TRACKING;

	pthread_mutex_lock(&client->lock);
	if (!client->stores[i])
		code = open_store(side, client->uris[i], client->artifact_root, &client->stores[i], err);
	*out = client->stores[i];
	pthread_mutex_unlock(&client->lock);
	return code;
}

mr_code mr_client_queue(mr_client *client, mr_queue **out, mr_error *err)
{
	mr_code code = MR_OK;

	*out = atomic_load_explicit(&client->queue, memory_order_acquire);
	if (*out)
		return MR_OK;
	pthread_mutex_lock(&client->lock);
	*out = atomic_load(&client->queue);
	if (!*out)
		code = mr_queue_open(client, out, err);
	if (code == MR_OK)
		atomic_store(&client->queue, *out);
	pthread_mutex_unlock(&client->lock);
	return code;
}

void mr_client_set_patience(mr_client *client, int32_t full_wait_ms)
{
	client->patience_ms = full_wait_ms;
}

int64_t mr_client_patience(const mr_client *client)
{
	return client->patience_ms;
}

mr_str mr_client_tracking_uri(const mr_client *client)
{
	return client->uris[0];
}

mr_str mr_client_registry_uri(const mr_client *client)
{
	return client->uris[1];
}

mr_code mr_client_invoke(mr_client *client, const struct mr_op_desc *op, const void *request, void **response,
			 mr_call *call, mr_error *err)
{
	mr_store_handle *store;
	mr_code code;

	if (op->side != MR_SIDE_TRACKING && op->side != MR_SIDE_REGISTRY)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "%s is answered by a server, not by a store", op->name);
	code = mr_request_check(op, request, err);
	if (code == MR_OK)
		code = mr_client_store(client, op->side, &store, err);
	if (code != MR_OK)
		return code;
	*response = mr_msg_new(call, op->response);
	if (!*response)
		return mr_error_no_memory(err);
	return mr_store_call(store, op, request, *response, call, err);
}

mr_code mr_client_call(mr_client *client, uint32_t operation, const void *request, mr_answer **out, mr_error *err)
{
	const struct mr_op_desc *op = mr_op_desc_get(operation);
	mr_answer *answer;
	mr_code code;

	if (!op)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "There is no operation with number %u", operation);
	answer = mr_calloc(1, sizeof *answer);
	if (answer)
		answer->call = mr_call_new(CALL_MAX);
	if (!answer || !answer->call) {
		mr_free(answer);
		return mr_error_no_memory(err);
	}
	answer->op = op;
	code = mr_client_invoke(client, op, request, &answer->message, answer->call, err);
	if (code != MR_OK) {
		mr_answer_free(answer);
		return code;
	}
	*out = answer;
	return MR_OK;
}

const void *mr_answer_message(const mr_answer *answer)
{
	return answer->message;
}

mr_code mr_answer_json(mr_answer *answer, mr_str *out, mr_error *err)
{
	mr_code code = MR_OK;
	mr_buf buf;

	if (!answer->json.ptr) {
		mr_buf_init(&buf, CALL_MAX);
		code = mr_msg_encode(answer->op->response, answer->message, (enum mr_style)answer->op->style, &buf, err);
		if (code == MR_OK)
			answer->json = mr_call_copy(answer->call, mr_buf_view(&buf));
		if (code == MR_OK && !answer->json.ptr)
			code = mr_error_no_memory(err);
		mr_buf_dispose(&buf);
	}
	*out = answer->json;
	return code;
}

void mr_answer_free(mr_answer *answer)
{
	if (!answer)
		return;
	mr_call_free(answer->call);
	mr_free(answer);
}
