/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/tracking_store.h - the contract of group "mlflow.tracking_store". An
 * entry's name is a URI scheme; the whole URI reaches open as the user gave it.
 * What both kinds of store have in common: millrace/store.h.
 */
#ifndef MILLRACE_TRACKING_STORE_H
#define MILLRACE_TRACKING_STORE_H

#include "millrace/store.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mr_tracking_store_ops {
	size_t size;
	uint32_t flags; /* MR_STORE_* */
	mr_store_open *open;
	mr_store_close *close;
	const struct mr_tracking_facets *facets; /* or NULL */
	mr_store_invoke *invoke;                   /* or NULL */
	const struct mr_group_ops *group;          /* or NULL */
};

#ifdef __cplusplus
}
#endif
#endif
