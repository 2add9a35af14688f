/* SPDX-License-Identifier: Apache-2.0
 *
 * An open deployment target, as the files of this folder and the command line use it.
 */
#ifndef MR_DEPLOY_TARGET_H
#define MR_DEPLOY_TARGET_H

#include <millrace/deploy.h>
#include <millrace/deployments.h>

#include "api/call.h"
#include "client/client.h"

struct mr_deployments {
	const struct mr_entry *entry;
	const struct mr_deployments_ops *ops;
	mr_options *options;
	mr_arena *arena;
	mr_str uri; /* as the user gave it, without options for the host */
	mr_str shown; /* the same for messages, without secrets */
	void *self; /* the plugin's */
	bool open;
	bool (*cancelled)(void *arg); /* or NULL */
	void *cancelled_arg;
};

/* "local" of "local:/folder"; a scheme in lower case, as urlparse gives it, a bare name as it is. */
mr_code mr_deploy_target_name(mr_str uri, mr_arena *arena, mr_str *name, mr_error *err);
/* As mr_deploy_client, in a program whose stores are those of this client. */
mr_code mr_deploy_open(const char *target_uri, mr_client *client, mr_deployments **out, mr_error *err);
/* Finds the target and checks its options, without opening it. */
mr_code mr_deploy_find(const char *uri, mr_deployments **out, mr_error *err);

/* Serves on this machine until the call is cancelled. */
mr_code mr_deploy_run_local(const char *target_uri, const struct mr_deploy_request *request, mr_call *call,
			    mr_error *err);

#endif
