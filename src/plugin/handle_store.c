/* SPDX-License-Identifier: Apache-2.0
 *
 * Open stores: the dispatcher of operations.
 */
#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>

#include "base/inject.h"
#include "base/uri.h"
#include "plugin/handle.h"
#include "plugin/opened.h"
#include "plugin/stats.h"

struct mr_store_handle {
	struct opened opened;
	int side;
	uint32_t flags;
	const void *facets;
	mr_store_open *open;
	mr_store_close *close;
	mr_store_invoke *invoke;
	const struct mr_group_ops *group;
};

static void take_tracking(struct mr_store_handle *store)
{
	const struct mr_tracking_store_ops *ops = store->opened.entry->ops;

	store->flags = ops->flags;
	store->facets = ops->facets;
	store->open = ops->open;
	store->close = ops->close;
	store->invoke = ops->invoke;
	store->group = ops->group;
}

static void take_registry(struct mr_store_handle *store)
{
	const struct mr_model_registry_store_ops *ops = store->opened.entry->ops;

	store->flags = ops->flags;
	store->facets = ops->facets;
	store->open = ops->open;
	store->close = ops->close;
	store->invoke = ops->invoke;
	store->group = ops->group;
}

/* A group that lacks one of its functions is none. */
static const struct mr_group_ops *whole_group(const struct mr_group_ops *g)
{
	return g && g->key && g->begin && g->member_begin && g->member_end && g->commit && g->rollback ? g : NULL;
}

mr_code mr_store_handle_open(int side, mr_str uri, mr_str artifact_root, mr_store_handle **out, mr_error *err)
{
	bool tracking = side == MR_SIDE_TRACKING;
	mr_store_handle *store = mr_calloc(1, sizeof *store);
	mr_code code;

	if (!store)
		return mr_error_no_memory(err);
	store->side = side;
	code = opened_find(&store->opened, tracking ? MR_GROUP_TRACKING_STORE : MR_GROUP_MODEL_REGISTRY_STORE, uri, err);
	if (code == MR_OK) {
		if (tracking)
			take_tracking(store);
		else
			take_registry(store);
		store->group = whole_group(store->group);
		code = opened_open(&store->opened, store->open, artifact_root, err);
	}
	if (code != MR_OK) {
		opened_dispose(&store->opened);
		mr_free(store);
		return code;
	}
	*out = store;
	return MR_OK;
}

void mr_store_handle_close(mr_store_handle *store)
{
	if (!store)
		return;
	if (store->close)
		store->close(store->opened.self);
	opened_dispose(&store->opened);
	mr_free(store);
}

static mr_code dispatch(mr_store_handle *store, const struct mr_op_desc *op, const void *request, void *response,
			mr_call *call, mr_error *err)
{
	void *self = store->opened.self;
	bool absent = true;
	int64_t began = opened_begin(&store->opened);
	mr_code code = op->slot ? op->slot(store->facets, self, request, response, call, err, &absent) : MR_NOT_IMPLEMENTED;

	if (absent && store->invoke) {
		absent = false;
		code = store->invoke(self, op->id, request, response, call, err);
	}
	mr_stats_end(store->opened.entry, began, code);
	if (!absent)
		return code;
	return mr_error_set(err, MR_NOT_IMPLEMENTED, "%s is not implemented by the store at '%.*s' (plugin %.*s)", op->name,
			    MR_STR_ARG(mr_uri_redact(call->arena, store->opened.uri)),
			    MR_STR_ARG(store->opened.entry->plugin->name));
}

mr_code mr_store_call(mr_store_handle *store, const struct mr_op_desc *op, const void *request, void *response,
		      mr_call *call, mr_error *err)
{
	bool collect = op->rows && !call->emit;
	struct mr_rows rows;
	mr_code code;

	if (op->side != store->side)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "%s is no operation of a %s store", op->name,
				    store->side == MR_SIDE_TRACKING ? "tracking" : "model registry");
	if (mr_call_is_cancelled(call))
		return mr_error_set(err, MR_DEADLINE_EXCEEDED, "%s was cancelled or its deadline has passed", op->name);
	if (collect)
		mr_rows_begin(&rows, call, op);
	code = dispatch(store, op, request, response, call, err);
	if (collect)
		mr_rows_end(&rows, response);
	return opened_result(&store->opened, code, op->name, err);
}

bool mr_store_never_blocks(const mr_store_handle *store)
{
	return (store->flags & MR_STORE_NEVER_BLOCKS) != 0;
}

const struct mr_group_ops *mr_store_group(const mr_store_handle *store, void **self)
{
	*self = store->opened.self;
	return store->group;
}

mr_str mr_store_uri(const mr_store_handle *store)
{
	return store->opened.uri;
}

bool mr_store_opened_by(const mr_store_handle *store, mr_store_open *open, void **self)
{
	*self = store->opened.self;
	return store->open == open;
}

const struct mr_entry *mr_store_entry(const mr_store_handle *store)
{
	return store->opened.entry;
}
