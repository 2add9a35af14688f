/* SPDX-License-Identifier: Apache-2.0
 *
 * What MLflow asserts of a request once it is read.
 */
#ifndef MR_API_REQUEST_VALIDATE_H
#define MR_API_REQUEST_VALIDATE_H

#include "api/decode.h"

/* In the order of the description, which is that of MLflow's schemas: required
 * members, types, limits. Members that are absent get what stands in for them. */
mr_code mr_request_validate(const struct mr_plan *plan, void *message, struct mr_decoded_top *top, mr_call *call,
			    mr_error *err);

#endif
