/* SPDX-License-Identifier: Apache-2.0
 *
 * Open stores and artifact repositories, whatever plugin is behind them: the
 * dispatcher of operations. Everything above (client, server, CLI) calls
 * stores through this, and so do plugins that delegate.
 */
#ifndef MR_PLUGIN_HANDLE_H
#define MR_PLUGIN_HANDLE_H

#include <millrace/artifact_repository.h>
#include <millrace/store.h>

#include "api/call.h"
#include "api/tables.h"
#include "plugin/host.h"

/* side: MR_SIDE_TRACKING or MR_SIDE_REGISTRY. artifact_root may be empty. */
mr_code mr_store_handle_open(int side, mr_str uri, mr_str artifact_root, mr_store_handle **out, mr_error *err);
void mr_store_handle_close(mr_store_handle *store);

/* The slot, then invoke, then NOT_IMPLEMENTED. With rows, call->emit must be
 * set; mr_store_call collects them when it is not. */
mr_code mr_store_call(mr_store_handle *store, const struct mr_op_desc *op, const void *request, void *response,
		      mr_call *call, mr_error *err);
bool mr_store_never_blocks(const mr_store_handle *store);
const struct mr_group_ops *mr_store_group(const mr_store_handle *store, void **self); /* NULL: none */
mr_str mr_store_uri(const mr_store_handle *store);
const struct mr_entry *mr_store_entry(const mr_store_handle *store);
/* Whether this function opened it: a built-in knows its own stores by it. *self is its object. */
bool mr_store_opened_by(const mr_store_handle *store, mr_store_open *open, void **self);

mr_code mr_artifact_handle_open(mr_str uri, mr_artifact_handle **out, mr_error *err);
/* The same with URIs other than the program's; ptr NULL: the program's. */
mr_code mr_artifact_handle_open_with(mr_str uri, mr_str tracking_uri, mr_str registry_uri, mr_artifact_handle **out,
				     mr_error *err);
void mr_artifact_handle_close(mr_artifact_handle *repository);
/* A table without NULL functions: absent ones answer NOT_IMPLEMENTED; paths are
 * checked (MLflow's "Invalid path") before the plugin sees them. */
const struct mr_artifact_repository_ops *mr_artifact_handle_ops(mr_artifact_handle *repository, void **self);
/* Whether the plugin itself has the optional slot (offset within the table). */
bool mr_artifact_handle_has(const mr_artifact_handle *repository, size_t slot_offset);
#define MR_ARTIFACT_HAS(repository, slot)                                                                \
	mr_artifact_handle_has(repository, offsetof(struct mr_artifact_repository_ops, slot))
mr_str mr_artifact_handle_uri(const mr_artifact_handle *repository);

/* A relative path as host and plugins mean it: MR_INVALID_PARAMETER_VALUE with
 * MLflow's message for "..", absolute, '#', NUL and whatever decodes to them. */
mr_code mr_artifact_path_check(mr_str path, bool may_be_empty, mr_error *err);

#endif
