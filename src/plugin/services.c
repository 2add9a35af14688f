/* SPDX-License-Identifier: Apache-2.0
 *
 * The host table: what a plugin may ask of us.
 */
#include <stdatomic.h>

#include "api/call.h"
#include "api/codec.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/os.h"
#include "base/uri.h"
#include "plugin/handle.h"
#include "plugin/options.h"
#include "plugin/outgoing.h"
#include "plugin/registry.h"

enum { JSON_MAX = 1 << 30 };

static void *service_msg_new(mr_call *call, uint32_t message_id)
{
	const struct mr_msg_desc *desc = mr_msg_desc_get(message_id);

	return desc ? mr_msg_new(call, desc) : NULL;
}

static const struct mr_msg_desc *known_message(uint32_t message_id, mr_error *err)
{
	const struct mr_msg_desc *desc = mr_msg_desc_get(message_id);

	if (!desc)
		mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no message with number %u", message_id);
	return desc;
}

static mr_code service_msg_copy(mr_call *call, uint32_t message_id, const void *source, void **out, mr_error *err)
{
	const struct mr_msg_desc *desc = known_message(message_id, err);

	return desc ? mr_msg_copy(call, desc, source, out, err) : MR_INVALID_PARAMETER_VALUE;
}

static mr_code service_msg_to_json(mr_call *call, uint32_t message_id, const void *message, mr_str *out, mr_error *err)
{
	const struct mr_msg_desc *desc = known_message(message_id, err);
	mr_buf buf;
	mr_code code;

	if (!desc)
		return MR_INVALID_PARAMETER_VALUE;
	mr_buf_init(&buf, JSON_MAX);
	code = mr_msg_encode(desc, message, MR_STYLE_PRETTY, &buf, err);
	if (code == MR_OK) {
		*out = mr_call_copy(call, mr_buf_view(&buf));
		code = out->ptr ? MR_OK : mr_error_no_memory(err);
	}
	mr_buf_dispose(&buf);
	return code;
}

static mr_code service_msg_from_json(mr_call *call, uint32_t message_id, mr_str json, void **out, mr_error *err)
{
	const struct mr_msg_desc *desc = known_message(message_id, err);
	mr_str copy;

	if (!desc)
		return MR_INVALID_PARAMETER_VALUE;
	copy = mr_call_copy(call, json); /* the message holds views of its text */
	return copy.ptr ? mr_msg_decode(desc, copy, call, out, err) : mr_error_no_memory(err);
}

static bool service_cancelled(mr_call *call)
{
	return call && mr_call_is_cancelled(call);
}

static int64_t service_deadline(mr_call *call)
{
	return call ? call->deadline_ns : 0;
}

static int64_t service_now(mr_call *call)
{
	return call ? call->now_ms : mr_time_ms();
}

static void service_random(mr_call *call, void *out, size_t size)
{
	if (call)
		mr_call_random(call, out, size);
	else
		mr_random_bytes(out, size);
}

static mr_str service_workspace(mr_call *call)
{
	return call ? call->workspace : mr_str_make(NULL, 0);
}

static mr_str service_user(mr_call *call)
{
	return call ? call->user : mr_str_make(NULL, 0);
}

MR_PRINTF(3, 4)
static void service_log(const mr_host *host, mr_plugin_log_level level, const char *format, ...)
{
	const struct plugin *p = host->plugin;
	char text[2048], module[128];
	va_list args;

	if (level < MR_PLUGIN_DEBUG || level > MR_PLUGIN_ERROR || !mr_log_enabled((mr_log_level)level))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	snprintf(module, sizeof module, "plugin.%.*s", MR_STR_ARG(p->info.name));
	mr_log((mr_log_level)level, module, "%s", text);
}

static mr_code service_http(const mr_host *host, const struct mr_http_request *request, struct mr_http_response *response,
			    mr_call *call, mr_error *err)
{
	(void)host;
	return mr_outgoing(request, response, call, err);
}

static _Atomic(const char *) store_scheme;

void mr_host_set_store_scheme(const char *scheme)
{
	atomic_store(&store_scheme, scheme);
}

static mr_code service_store_open(const mr_host *host, int side, mr_str uri, mr_store_handle **out, mr_error *err)
{
	const char *scheme = atomic_load(&store_scheme);
	mr_str none = mr_str_make(NULL, 0);
	mr_arena *arena;
	mr_uri parts;
	mr_code code;

	(void)host;
	if (!scheme || (mr_uri_parse(uri, &parts, err) == MR_OK &&
			(mr_str_is(parts.scheme, "http") || mr_str_is(parts.scheme, "https") || mr_str_is(parts.scheme, scheme))))
		return mr_store_handle_open(side, uri, none, out, err);
	arena = mr_arena_new(0);
	uri = arena ? mr_arena_printf(arena, "%s:%.*s", scheme, MR_STR_ARG(uri)) : none;
	code = uri.ptr ? mr_store_handle_open(side, uri, none, out, err) : mr_error_no_memory(err);
	mr_arena_free(arena);
	return code;
}

static mr_code service_store_invoke(mr_store_handle *store, uint32_t operation, const void *request, void *response,
				    mr_call *call, mr_error *err)
{
	const struct mr_op_desc *op = mr_op_desc_get(operation);

	if (!op)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "There is no operation with number %u", operation);
	return mr_store_call(store, op, request, response, call, err);
}

static mr_code service_artifact_open(const mr_host *host, mr_str uri, mr_artifact_handle **out, mr_error *err)
{
	(void)host;
	return mr_artifact_handle_open(uri, out, err);
}

void host_table_init(struct mr_host *host, struct plugin *p)
{
	*host = (struct mr_host){
		.size = sizeof *host,
		.abi_major = MR_ABI_MAJOR,
		.abi_minor = MR_ABI_MINOR,
		.plugin = p,
		.alloc = mr_call_alloc,
		.mark = mr_call_mark,
		.release = mr_call_release,
		.copy = mr_call_copy,
		.msg_new = service_msg_new,
		.msg_copy = service_msg_copy,
		.emit = mr_call_emit,
		.cancelled = service_cancelled,
		.deadline = service_deadline,
		.now = service_now,
		.random = service_random,
		.workspace = service_workspace,
		.user = service_user,
		.log = service_log,
		.option_string = options_string,
		.option_int = options_int,
		.option_bool = options_bool,
		.option_double = options_double,
		.http = service_http,
		.msg_to_json = service_msg_to_json,
		.msg_from_json = service_msg_from_json,
		.store_open = service_store_open,
		.store_close = mr_store_handle_close,
		.store_invoke = service_store_invoke,
		.artifact_open = service_artifact_open,
		.artifact_close = mr_artifact_handle_close,
		.artifact_ops = mr_artifact_handle_ops,
	};
}
