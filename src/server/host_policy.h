/* SPDX-License-Identifier: Apache-2.0
 *
 * Schemes of artifact URIs that name a host to connect to. A server must not
 * connect to a host that a client named: only to those of its own artifact root
 * and destination, unless the operator allows the scheme
 * (MLFLOW_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES). The rule and its texts are
 * MLflow's (mlflow/store/artifact/host_policy.py).
 */
#ifndef MR_SERVER_HOST_POLICY_H
#define MR_SERVER_HOST_POLICY_H

#include "base/arena.h"

struct mr_host_policy {
	mr_str trusted[2]; /* the artifact root and the destination; may be empty */
	const char *allowed_schemes; /* comma-separated, or NULL */
};

/* field: of the request that has the URI; NULL when it was stored before. */
mr_code mr_host_policy_check(const struct mr_host_policy *policy, mr_str uri, const char *field, mr_error *err);

#endif
