/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the target local share.
 */
#ifndef MR_DEPLOY_LOCAL_PARTS_H
#define MR_DEPLOY_LOCAL_PARTS_H

#include <millrace/deployments.h>

#include "deploy/state.h"

struct local {
	const mr_host *host;
	struct mr_state state;
};

/* local_show.c. supervised: else what the record says of processes was true once. */
mr_code local_describe(struct local *l, const struct mr_record *record, bool supervised, struct mr_deployment_info *out,
		       mr_arena *arena, mr_error *err);
mr_str local_url(const struct mr_record *record, mr_arena *arena);
/* The deployment of this name, with its supervisor alive. */
mr_code local_find(struct local *l, mr_str name, struct mr_record *out, mr_call *call, mr_error *err);

/* local_ask.c */
mr_code local_predict(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err);
/* local_run.c */
mr_code local_run(const mr_host *host, mr_str target_uri, const struct mr_deployment_spec *spec, mr_call *call,
		  mr_error *err);

#endif
