/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/store.h - what tracking stores (millrace/tracking_store.h) and model
 * registry stores (millrace/model_registry_store.h) have in common.
 *
 * A store is chosen by the scheme of its URI. It answers an operation by a
 * typed slot of a facet, or by `invoke`, which gets every operation that has no
 * slot; what neither answers is NOT_IMPLEMENTED.
 *
 * Slots and invoke:
 *  - request is valid as MLflow's handler sees it: required fields are present,
 *    `run_uuid` has become `run_id`, types and limits of the description hold.
 *    What depends on what is stored, the store checks, with MLflow's messages;
 *  - response is zeroed, of the host's size; members are allocated by
 *    host->alloc and host->msg_new. Rows of a listing are handed over by
 *    host->emit, in order, and not put into the response;
 *  - a failed write changes nothing;
 *  - a write that returned MR_OK outside a group is durable; inside a group
 *    (see mr_group_ops) once the group is committed.
 */
#ifndef MILLRACE_STORE_H
#define MILLRACE_STORE_H

#include "millrace/gen/operations.h"
#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Operations of kind `inline` never wait for a network, a disk beyond the page
 * cache, or a lock held for long: the server runs them on its event loop. */
#define MR_STORE_NEVER_BLOCKS 1u

/* Offered by a store with a single writer: many writes in one commit. All
 * calls between begin and commit or rollback come from one thread. Around each
 * write: member_begin, the slot, member_end. keep false undoes what the member
 * did and leaves the others. member_end sets *alive to false when the whole
 * group is lost (say, the database rolled the transaction back): the host then
 * calls rollback, acknowledges nobody, and runs the members again, each alone. */
struct mr_group_ops {
	size_t size;
	/* Stores with the same key share one writer (tracking and registry on one file). */
	const void *(*key)(void *self);
	mr_code (*begin)(void *self, mr_error *err);
	mr_code (*member_begin)(void *self, mr_error *err);
	mr_code (*member_end)(void *self, bool keep, bool *alive, mr_error *err);
	mr_code (*commit)(void *self, mr_error *err);
	void (*rollback)(void *self);
};

typedef mr_code mr_store_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
typedef void mr_store_close(void *self);
typedef mr_code mr_store_invoke(void *self, uint32_t operation, const void *request, void *response, mr_call *call,
				mr_error *err);

#ifdef __cplusplus
}
#endif
#endif
