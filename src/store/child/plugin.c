/* SPDX-License-Identifier: Apache-2.0
 *
 * The stores behind "millrace-child:URI": those of any other URI, in a process of their own.
 */
#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>

#include <string.h>

#include "api/exchange.h"
#include "base/error.h"
#include "base/os.h"
#include "base/uri.h"
#include "store/child/child.h"

/* What the process is asked for: the same from whatever folder we are in later. */
static mr_code inner_uri(mr_arena *arena, mr_str uri, mr_str *out, mr_error *err)
{
	static const char sqlite[] = "sqlite:///";
	size_t n = sizeof sqlite - 1;
	mr_uri parts;
	mr_code code;

	*out = mr_str_make(uri.ptr + sizeof MR_CHILD_SCHEME, uri.len - sizeof MR_CHILD_SCHEME);
	code = mr_uri_parse(*out, &parts, err);
	if (code != MR_OK)
		return code;
	if (out->len > n && memcmp(out->ptr, sqlite, n) == 0 && out->ptr[n] != '/' && out->ptr[n] != '?') {
		size_t path_n = strcspn(out->ptr + n, "?");
		mr_str path = mr_os_absolute(arena, mr_str_make(out->ptr + n, path_n));

		*out = mr_arena_printf(arena, "%s%.*s%s", sqlite, MR_STR_ARG(path), out->ptr + n + path_n);
	} else if (!parts.scheme.len) {
		*out = mr_os_absolute(arena, *out);
	}
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

/* Where new experiments put artifacts, likewise. Empty: in the store's own folder. */
static mr_code absolute_root(mr_arena *arena, mr_str store_uri, mr_str root, mr_str *out, mr_error *err)
{
	mr_uri parts;
	mr_code code;

	*out = root;
	if (!root.len) {
		code = mr_uri_parse(store_uri, &parts, err);
		if (code != MR_OK || !parts.scheme.len || mr_str_is(parts.scheme, "file"))
			return code;
		root = mr_str_from("mlruns");
	}
	code = mr_uri_parse(root, &parts, err);
	if (code == MR_OK && !parts.scheme.len)
		*out = mr_os_absolute(arena, root);
	return code == MR_OK && !out->ptr ? mr_error_no_memory(err) : code;
}

mr_code child_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	struct child *child;
	mr_str uri, root;
	mr_code code;

	(void)host;
	if (!arena)
		return mr_error_no_memory(err);
	code = inner_uri(arena, args->uri, &uri, err);
	if (code == MR_OK)
		code = absolute_root(arena, uri, args->artifact_root, &root, err);
	if (code == MR_OK)
		code = child_acquire(uri, root, &child, err);
	if (code == MR_OK)
		*self = child;
	mr_arena_free(arena);
	return code;
}

static void child_close(void *self)
{
	child_release(self);
}

mr_code child_send(void *self, const struct mr_wire_request *request, struct mr_http_response *response, mr_call *call,
		   mr_error *err)
{
	struct child_connection c, first = {.fd = -1};
	bool reusable, unanswered, harmless = strcmp(request->parts.method, "GET") == 0;
	mr_error why;
	mr_code code;

	for (;;) {
		code = child_connect(self, first.fd < 0, &c, err);
		if (code != MR_OK)
			return code;
		if (first.fd >= 0 && c.generation != first.generation && !harmless) { /* it may have been done by the one that ended */
			child_disconnect(self, &c, true);
			return mr_error_set(err, why.code, "%s", why.message);
		}
		mr_error_init(&why);
		code = child_talk(c.fd, request, response, &reusable, &unanswered, call, &why);
		child_disconnect(self, &c, reusable);
		if (code != MR_TEMPORARILY_UNAVAILABLE || first.fd >= 0 || !(harmless || (c.kept && unanswered)))
			return code == MR_OK ? code : mr_error_set(err, code, "%s", why.message);
		child_settle(self, c.generation);
		first = c; /* to read once more is harmless; a kept connection that the same process had closed was not read */
	}
}

static mr_code send(void *arg, const struct mr_request_parts *parts, struct mr_http_response *response, mr_call *call,
		    mr_error *err)
{
	const struct mr_wire_request request = {.parts = *parts};

	return child_send(arg, &request, response, call, err);
}

static mr_code child_invoke(void *self, uint32_t operation, const void *request, void *response, mr_call *call, mr_error *err)
{
	return mr_exchange_invoke(operation, request, response, send, self, call, err);
}

static const struct mr_tracking_store_ops tracking = {
	.size = sizeof tracking,
	.open = child_open,
	.close = child_close,
	.invoke = child_invoke,
};

static const struct mr_model_registry_store_ops registry = {
	.size = sizeof registry,
	.open = child_open,
	.close = child_close,
	.invoke = child_invoke,
};

#define ENTRIES(ENTRY)                                                                                                 \
	ENTRY(MR_GROUP_TRACKING_STORE, MR_CHILD_SCHEME, &tracking, NULL, MR_ENTRY_OWN_QUERY)                           \
	ENTRY(MR_GROUP_MODEL_REGISTRY_STORE, MR_CHILD_SCHEME, &registry, NULL, MR_ENTRY_OWN_QUERY)
MR_PLUGIN_BUILTIN(mr_builtin_child, "child-store", MR_VERSION, "Any other store, in a process of its own.", "Apache-2.0",
		  ENTRIES)
