/* SPDX-License-Identifier: Apache-2.0 */
#include "store/wire.h"

mr_wire_send *mr_wire_of(const mr_store_handle *store, void **self)
{
	if (mr_store_opened_by(store, rest_open, self))
		return rest_send;
	return mr_store_opened_by(store, child_open, self) ? child_send : NULL;
}
