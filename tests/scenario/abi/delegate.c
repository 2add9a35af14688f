/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin of the first recorded ABI with an entry of each group of the record,
 * which passes on what it is asked: the example plugin, as it was then. It is
 * built from the recorded headers, so it is never changed with the tree's own.
 */
#include <millrace/artifact_repository.h>
#include <millrace/model_registry_store.h>
#include <millrace/request_auth.h>
#include <millrace/request_header.h>
#include <millrace/run_context.h>
#include <millrace/tracking_store.h>
#include <stdlib.h>

#define SCHEME "delegate"

/* ---- the URI ---- */

/* "file-plugin:/p" and "file-plugin:///p" mean what "file:/p" and "file:///p"
 * mean. The caller frees it. */
static char *delegate_uri(mr_str uri)
{
	size_t skip = strlen(SCHEME);
	char *out = uri.len >= skip ? malloc(uri.len - skip + sizeof "file") : NULL;

	if (out) {
		memcpy(out, "file", 4);
		memcpy(out + 4, uri.ptr + skip, uri.len - skip);
		out[4 + uri.len - skip] = 0;
	}
	return out;
}

/* ---- stores: tracking and registry differ in the side alone ---- */

struct store {
	const mr_host *host;
	mr_store_handle *inner;
};

static mr_code store_open(const mr_host *host, const struct mr_open_args *args, int side, void **self, mr_error *err)
{
	struct store *store = calloc(1, sizeof *store);
	char *uri = delegate_uri(args->uri);
	mr_code code;

	if (!store || !uri) {
		code = mr_error_no_memory(err);
	} else {
		store->host = host;
		code = host->store_open(host, side, mr_str_from(uri), &store->inner, err);
	}
	free(uri);
	if (code == MR_OK)
		*self = store;
	else
		free(store);
	return code;
}

static mr_code tracking_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return store_open(host, args, MR_SIDE_TRACKING, self, err);
}

static mr_code registry_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return store_open(host, args, MR_SIDE_REGISTRY, self, err);
}

static void store_close(void *self)
{
	struct store *store = self;

	store->host->store_close(store->inner);
	free(store);
}

/* One function for every operation, those of later versions included. */
static mr_code store_invoke(void *self, uint32_t operation, const void *request, void *response, mr_call *call,
			    mr_error *err)
{
	struct store *store = self;

	return store->host->store_invoke(store->inner, operation, request, response, call, err);
}

static const struct mr_tracking_store_ops tracking_store = {
	.size = sizeof tracking_store, .open = tracking_open, .close = store_close, .invoke = store_invoke};

static const struct mr_model_registry_store_ops registry_store = {
	.size = sizeof registry_store, .open = registry_open, .close = store_close, .invoke = store_invoke};

/* ---- artifacts: the inner repository's table, called with its object ---- */

struct repository {
	const mr_host *host;
	mr_artifact_handle *inner;
	const struct mr_artifact_repository_ops *ops;
	void *object;
};

static mr_code repository_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct repository *r = calloc(1, sizeof *r);
	char *uri = delegate_uri(args->uri);
	mr_code code;

	if (!r || !uri) {
		code = mr_error_no_memory(err);
	} else {
		r->host = host;
		code = host->artifact_open(host, mr_str_from(uri), &r->inner, err);
	}
	free(uri);
	if (code != MR_OK) {
		free(r);
		return code;
	}
	r->ops = host->artifact_ops(r->inner, &r->object);
	*self = r;
	return MR_OK;
}

static void repository_close(void *self)
{
	struct repository *r = self;

	r->host->artifact_close(r->inner);
	free(r);
}

static mr_code push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->push_begin(r->object, path, size_hint, push, call, err);
}

static mr_code push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->push_write(r->object, push, bytes, size, call, err);
}

static mr_code push_commit(void *self, void *push, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->push_commit(r->object, push, call, err);
}

static void push_abort(void *self, void *push)
{
	struct repository *r = self;

	r->ops->push_abort(r->object, push);
}

static mr_code pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->pull_open(r->object, path, pull, info, call, err);
}

static mr_code pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			 mr_error *err)
{
	struct repository *r = self;

	return r->ops->pull_read(r->object, pull, offset, out, size, got, call, err);
}

static void pull_close(void *self, void *pull)
{
	struct repository *r = self;

	r->ops->pull_close(r->object, pull);
}

static mr_code list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->list(r->object, path, visit, arg, call, err);
}

static mr_code remove_path(void *self, mr_str path, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->remove(r->object, path, call, err);
}

static mr_code local_path(void *self, mr_str path, mr_str *out, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->local_path(r->object, path, out, call, err);
}

static const struct mr_artifact_repository_ops repository = {
	.size = sizeof repository,
	.open = repository_open,
	.close = repository_close,
	.push_begin = push_begin,
	.push_write = push_write,
	.push_commit = push_commit,
	.push_abort = push_abort,
	.pull_open = pull_open,
	.pull_read = pull_read,
	.pull_close = pull_close,
	.list = list,
	.remove = remove_path,
	.local_path = local_path,
};

/* ---- run context: which machine made the run ---- */

static mr_code context_tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	FILE *in = fopen("/proc/sys/kernel/hostname", "re");
	char name[256] = "unknown";

	(void)host;
	(void)call;
	if (in && fgets(name, sizeof name, in))
		name[strcspn(name, "\n")] = 0;
	if (in)
		fclose(in);
	return visit(arg, mr_str_from("example.host"), mr_str_from(name), err);
}

static const struct mr_run_context_ops context = {.size = sizeof context, .tags = context_tags};

/* ---- request header: which programs call the server ---- */

static mr_code header_give(const mr_host *host, mr_header_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	(void)host;
	(void)call;
	return visit(arg, mr_str_from("X-Example-Plugin"), mr_str_from("1.0.0"), err);
}

static const struct mr_request_header_ops header = {.size = sizeof header, .headers = header_give};

/* ---- request auth: a bearer token from a file, read again for each request ---- */

static mr_code auth_authorize(const mr_host *host, const struct mr_auth_request *request, mr_header_visit *visit,
			      void *arg, mr_call *call, mr_error *err)
{
	const char *path = getenv("EXAMPLE_TOKEN_FILE");
	FILE *in = path ? fopen(path, "re") : NULL;
	char value[sizeof "Bearer " + 512] = "Bearer ";

	(void)host;
	(void)request;
	(void)call;
	if (!in)
		return mr_error_set(err, MR_UNAUTHENTICATED, "EXAMPLE_TOKEN_FILE names no file that can be read%s%s",
				    path ? ": " : "; set it to a file with a token", path ? path : "");
	if (!fgets(value + 7, sizeof value - 7, in))
		value[7] = 0;
	fclose(in);
	value[7 + strcspn(value + 7, "\r\n")] = 0;
	return visit(arg, mr_str_from("Authorization"), mr_str_from(value), err);
}

static const struct mr_request_auth_ops auth = {.size = sizeof auth, .authorize = auth_authorize};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_TRACKING_STORE, SCHEME, &tracking_store, NULL, 0)                                  \
	ENTRY(MR_GROUP_MODEL_REGISTRY_STORE, SCHEME, &registry_store, NULL, 0)                            \
	ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, SCHEME, &repository, NULL, 0)                                 \
	ENTRY(MR_GROUP_RUN_CONTEXT, "example", &context, NULL, 0)                                         \
	ENTRY(MR_GROUP_REQUEST_HEADER, "example", &header, NULL, 0)                                       \
	ENTRY(MR_GROUP_REQUEST_AUTH, "example", &auth, NULL, 0)

MR_PLUGIN_EXPORT("delegate", "1.0.0", "Passes on what it is asked.", "Apache-2.0", ENTRIES)
