/* SPDX-License-Identifier: Apache-2.0
 *
 * Stores that hand on to the built-in file store and do one thing wrong, by the
 * scheme of their URI. What it is stands in a table, a line a rule.
 */
#define _GNU_SOURCE
#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>
#include <stdlib.h>
#include <unistd.h>

enum wrong {
	NOTHING,
	SWALLOW, /* says that it is done, and does nothing */
	CLEAR, /* does it and answers nothing */
	OTHER_CODE, /* fails with another code */
	NO_FAILURE, /* hides a failure */
	NO_ORDER, /* finds the runs in the wrong order */
	ALL_VIEWS, /* finds deleted runs, too */
	BUSY, /* cannot do two at once */
	ELSEWHERE, /* each object has a place of its own */
	KNOWS_ALL /* says yes to what it does not know */
};

static const struct breach {
	const char *rule;
	enum wrong wrong;
	uint32_t operation;
} breaches[] = {
	{"tracking.none", NOTHING, 0},
	{"tracking.every-operation", OTHER_CODE, MR_OP_GET_LOGGED_MODEL},
	{"tracking.unknown-operation", KNOWS_ALL, 2000000000u},
	{"tracking.experiment-get", CLEAR, MR_OP_GET_EXPERIMENT},
	{"tracking.experiment-name-is-new", OTHER_CODE, MR_OP_CREATE_EXPERIMENT},
	{"tracking.experiment-missing", OTHER_CODE, MR_OP_GET_EXPERIMENT},
	{"tracking.experiment-by-name", CLEAR, MR_OP_GET_EXPERIMENT_BY_NAME},
	{"tracking.experiment-life", SWALLOW, MR_OP_DELETE_EXPERIMENT},
	{"tracking.experiment-update", SWALLOW, MR_OP_UPDATE_EXPERIMENT},
	{"tracking.experiment-tags", SWALLOW, MR_OP_SET_EXPERIMENT_TAG},
	{"tracking.experiment-search", SWALLOW, MR_OP_SEARCH_EXPERIMENTS},
	{"tracking.run-get", CLEAR, MR_OP_GET_RUN},
	{"tracking.run-missing", OTHER_CODE, MR_OP_GET_RUN},
	{"tracking.run-update", SWALLOW, MR_OP_UPDATE_RUN},
	{"tracking.run-life", SWALLOW, MR_OP_RESTORE_RUN},
	{"tracking.params-once", NO_FAILURE, MR_OP_LOG_PARAM},
	{"tracking.tags", SWALLOW, MR_OP_DELETE_TAG},
	{"tracking.metrics", SWALLOW, MR_OP_GET_METRIC_HISTORY},
	{"tracking.batch", SWALLOW, MR_OP_LOG_BATCH},
	{"tracking.failed-batch", NO_FAILURE, MR_OP_LOG_BATCH},
	{"tracking.search-filter", NO_FAILURE, MR_OP_SEARCH_RUNS},
	{"tracking.search-order", NO_ORDER, MR_OP_SEARCH_RUNS},
	{"tracking.search-pages", CLEAR, MR_OP_SEARCH_RUNS},
	{"tracking.search-deleted", ALL_VIEWS, MR_OP_SEARCH_RUNS},
	{"tracking.inputs", SWALLOW, MR_OP_LOG_INPUTS},
	{"tracking.logged-model", SWALLOW, MR_OP_FINALIZE_LOGGED_MODEL},
	{"tracking.seen-by-others", ELSEWHERE, 0},
	{"tracking.parallel", BUSY, MR_OP_LOG_METRIC},
	{"registry.none", NOTHING, 0},
	{"registry.every-operation", OTHER_CODE, MR_OP_GET_MODEL_VERSION},
	{"registry.unknown-operation", KNOWS_ALL, 2000000000u},
	{"registry.model-get", CLEAR, MR_OP_GET_REGISTERED_MODEL},
	{"registry.name-is-new", OTHER_CODE, MR_OP_CREATE_REGISTERED_MODEL},
	{"registry.missing", OTHER_CODE, MR_OP_GET_REGISTERED_MODEL},
	{"registry.model-update", SWALLOW, MR_OP_UPDATE_REGISTERED_MODEL},
	{"registry.model-delete", SWALLOW, MR_OP_DELETE_REGISTERED_MODEL},
	{"registry.model-tags", SWALLOW, MR_OP_DELETE_REGISTERED_MODEL_TAG},
	{"registry.versions-count", SWALLOW, MR_OP_DELETE_MODEL_VERSION},
	{"registry.version-update", SWALLOW, MR_OP_UPDATE_MODEL_VERSION},
	{"registry.version-tags", SWALLOW, MR_OP_SET_MODEL_VERSION_TAG},
	{"registry.stages", SWALLOW, MR_OP_TRANSITION_MODEL_VERSION_STAGE},
	{"registry.aliases", SWALLOW, MR_OP_DELETE_REGISTERED_MODEL_ALIAS},
	{"registry.search-models", SWALLOW, MR_OP_SEARCH_REGISTERED_MODELS},
	{"registry.search-versions", CLEAR, MR_OP_SEARCH_MODEL_VERSIONS},
	{"registry.seen-by-others", ELSEWHERE, 0},
	{"registry.parallel", BUSY, MR_OP_CREATE_MODEL_VERSION},
};

struct store {
	const mr_host *host;
	mr_store_handle *inner;
	struct breach breach;
	bool in_group, drop_group; /* what is written in a group is dropped */
};

static mr_code open_side(const mr_host *host, const struct mr_open_args *args, int side, void **self, mr_error *err)
{
	static unsigned opened;
	struct store *store = calloc(1, sizeof *store);
	size_t n = (size_t)((const char *)memchr(args->uri.ptr, ':', args->uri.len) - args->uri.ptr);
	char uri[1024];
	mr_code code;

	for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++)
		if (mr_str_is(mr_str_make(args->uri.ptr, n), breaches[i].rule))
			store->breach = breaches[i];
	store->drop_group = args->uri.ptr[n - 1] == 'p'; /* "tracking.group", "registry.group" */
	snprintf(uri, sizeof uri, "file%.*s", (int)(args->uri.len - n), args->uri.ptr + n);
	if (store->breach.wrong == ELSEWHERE)
		snprintf(uri + strlen(uri), 16, "%u", opened++);
	store->host = host;
	code = host->store_open(host, side, mr_str_from(uri), &store->inner, err);
	if (code == MR_OK)
		*self = store;
	else
		free(store);
	return code;
}

static mr_code open_tracking(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return open_side(host, args, MR_SIDE_TRACKING, self, err);
}

static mr_code open_registry(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return open_side(host, args, MR_SIDE_REGISTRY, self, err);
}

static void close_it(void *self)
{
	struct store *store = self;

	store->host->store_close(store->inner);
	free(store);
}

static mr_code ask(struct store *store, uint32_t operation, const void *request, void *response, mr_call *call,
		   mr_error *err)
{
	return store->host->store_invoke(store->inner, operation, request, response, call, err);
}

static mr_code search_otherwise(struct store *store, const struct mr_search_runs *request, void *response,
				mr_call *call, mr_error *err)
{
	struct mr_search_runs other = *request;

	if (store->breach.wrong == NO_ORDER)
		other.order_by_n = 0;
	else
		mr_search_runs_set_run_view_type(&other, 3);
	return ask(store, MR_OP_SEARCH_RUNS, &other, response, call, err);
}

static mr_code invoke(void *self, uint32_t operation, const void *request, void *response, mr_call *call, mr_error *err)
{
	static int within;
	struct store *store = self;
	enum wrong wrong = operation == store->breach.operation ? store->breach.wrong : NOTHING;
	mr_code code;

	if (store->in_group && store->drop_group &&
	    (operation == MR_OP_SET_TAG || operation == MR_OP_CREATE_REGISTERED_MODEL))
		wrong = SWALLOW;
	if (wrong == SWALLOW || wrong == KNOWS_ALL)
		return MR_OK;
	if (wrong == NO_ORDER || wrong == ALL_VIEWS)
		return search_otherwise(store, request, response, call, err);
	if (wrong == BUSY) {
		if (__sync_add_and_fetch(&within, 1) > 1)
			return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "I am busy");
		usleep(5000);
		__sync_sub_and_fetch(&within, 1);
	}
	code = ask(store, operation, request, response, call, err);
	if (wrong == CLEAR)
		*(uint64_t *)response = 0; /* which members are there */
	if (wrong == OTHER_CODE && code != MR_OK)
		return err->code = MR_INTERNAL_ERROR;
	if (wrong == NO_FAILURE && code != MR_OK) {
		mr_error_init(err);
		return MR_OK;
	}
	return code;
}

/* ---- a group of writes that is none ---- */

static const void *group_key(void *self)
{
	return self;
}

static mr_code group_begin(void *self, mr_error *err)
{
	(void)err;
	((struct store *)self)->in_group = true;
	return MR_OK;
}

static mr_code group_member_begin(void *self, mr_error *err)
{
	(void)self, (void)err;
	return MR_OK;
}

static mr_code group_member_end(void *self, bool keep, bool *alive, mr_error *err)
{
	(void)self, (void)keep, (void)err;
	*alive = true;
	return MR_OK;
}

static mr_code group_commit(void *self, mr_error *err)
{
	(void)err;
	((struct store *)self)->in_group = false;
	return MR_OK;
}

static void group_rollback(void *self)
{
	((struct store *)self)->in_group = false;
}

static const struct mr_group_ops group = {sizeof group,	    group_key,	  group_begin,	 group_member_begin,
					  group_member_end, group_commit, group_rollback};

#define TRACKING(name, more)                                                                                           \
	static const struct mr_tracking_store_ops name = {                                                             \
		.size = sizeof name, .open = open_tracking, .close = close_it, more}
#define REGISTRY(name, more)                                                                                           \
	static const struct mr_model_registry_store_ops name = {                                                       \
		.size = sizeof name, .open = open_registry, .close = close_it, more}
TRACKING(tracking, .invoke = invoke);
TRACKING(tracking_mute, .invoke = NULL);
REGISTRY(registry, .invoke = invoke);
REGISTRY(registry_mute, .invoke = NULL);
static const struct mr_tracking_store_ops tracking_group = {
	.size = sizeof tracking_group, .open = open_tracking, .close = close_it, .invoke = invoke, .group = &group};
static const struct mr_model_registry_store_ops registry_group = {
	.size = sizeof registry_group, .open = open_registry, .close = close_it, .invoke = invoke, .group = &group};

#define T(ENTRY, rule) ENTRY(MR_GROUP_TRACKING_STORE, "tracking." rule, &tracking, NULL, 0)
#define M(ENTRY, rule) ENTRY(MR_GROUP_MODEL_REGISTRY_STORE, "registry." rule, &registry, NULL, 0)
#define ENTRIES(ENTRY)                                                                                                 \
	T(ENTRY, "none")                                                                                               \
	T(ENTRY, "every-operation") T(ENTRY, "unknown-operation") T(ENTRY, "experiment-get") T(                        \
		ENTRY, "experiment-name-is-new") T(ENTRY,                                                              \
						   "experiment-missing") T(ENTRY,                                      \
									   "experiment-by-name") T(ENTRY,              \
												   "experiment-life")  \
		T(ENTRY, "experiment-update") T(ENTRY, "experiment-tags") T(ENTRY, "experiment-search") T(             \
			ENTRY, "run-get") T(ENTRY,                                                                     \
					    "run-missing") T(ENTRY,                                                    \
							     "run-update") T(ENTRY,                                    \
									     "run-life") T(ENTRY,                      \
											   "params-once") T(ENTRY,     \
													    "tags")    \
			T(ENTRY, "metrics") T(ENTRY, "batch") T(ENTRY, "failed-batch") T(ENTRY, "search-filter") T(    \
				ENTRY, "search-order") T(ENTRY, "search-pages") T(ENTRY, "search-deleted") T(ENTRY,    \
													     "inputs") \
				T(ENTRY, "logged-model") T(ENTRY, "seen-by-others") T(ENTRY, "parallel") ENTRY(        \
					MR_GROUP_TRACKING_STORE, "tracking.answers-operations", &tracking_mute, NULL,  \
					0) ENTRY(MR_GROUP_TRACKING_STORE, "tracking.group", &tracking_group, NULL,     \
						 0) ENTRY(MR_GROUP_TRACKING_STORE, "tracking.group-rollback",          \
							  &tracking_group, NULL,                                       \
							  0) M(ENTRY, "none") M(ENTRY, "every-operation")              \
					M(ENTRY, "unknown-operation") M(ENTRY, "model-get") M(ENTRY, "name-is-new") M( \
						ENTRY, "missing") M(ENTRY, "model-update") M(ENTRY, "model-delete")    \
						M(ENTRY, "model-tags") M(ENTRY, "versions-count") M(                   \
							ENTRY, "version-update") M(ENTRY, "version-tags")              \
							M(ENTRY, "stages") M(ENTRY, "aliases") M(                      \
								ENTRY, "search-models") M(ENTRY, "search-versions")    \
								M(ENTRY, "seen-by-others") M(ENTRY, "parallel")        \
									ENTRY(MR_GROUP_MODEL_REGISTRY_STORE,           \
									      "registry.answers-operations",           \
									      &registry_mute, NULL, 0)                 \
										ENTRY(MR_GROUP_MODEL_REGISTRY_STORE,   \
										      "registry.group",                \
										      &registry_group, NULL, 0)

MR_PLUGIN_EXPORT("broken-store", "1", "Each breaks one rule.", "Apache-2.0", ENTRIES)
