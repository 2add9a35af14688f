/* SPDX-License-Identifier: Apache-2.0
 *
 * What a target answers, checked against the contract (millrace/deployments.h)
 * and made into JSON.
 */
#ifndef MR_DEPLOY_DESCRIBE_H
#define MR_DEPLOY_DESCRIBE_H

#include "base/json.h"
#include "deploy/target.h"

/* One description as JSON, {"name": ..., ...}. wanted: the name that it must have; empty: any. what: the
 * function that gave it, for messages. */
mr_code mr_describe(const mr_deployments *target, const char *what, const struct mr_deployment_info *info, mr_str wanted,
		    mr_json_writer *out, mr_error *err);

/* What predict or explain gave: JSON, of predict an object. */
mr_code mr_describe_answer(const mr_deployments *target, const char *what, mr_str answer, bool object, mr_error *err);

#endif
