/* SPDX-License-Identifier: Apache-2.0
 *
 * What mr_request_decode checks of JSON, checked of a message that a program
 * made itself: required fields and limits.
 */
#ifndef MR_API_CHECK_H
#define MR_API_CHECK_H

#include "api/tables.h"

mr_code mr_request_check(const struct mr_op_desc *op, const void *request, mr_error *err);

#endif
