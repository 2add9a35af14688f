/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/deployments.h - the contract of group "mlflow.deployments": targets
 * that models are deployed to. A named group; the name is the part of a target
 * URI before the first ':' ("redisai:/host:port", "local"), and open gets the
 * whole URI. It is MLflow's BaseDeploymentClient with the module functions
 * run_local and target_help, where that is loose made strict:
 *
 *  - a description has a name, always, and what create, update and get answer
 *    has the name that was asked for (MLflow's command line trips over others);
 *  - update answers with a description, as create does (MLflow documents None
 *    and then reads the flavor of it);
 *  - what a target cannot do is a NULL function; the host then says so, with the
 *    names of plugin and target. open and target_help must be there.
 *
 * The host checks all of this, and an answer that breaks it is an error with the
 * plugin's name (MR_INVALID_STATE). Different calls on one object may run at once.
 */
#ifndef MILLRACE_DEPLOYMENTS_H
#define MILLRACE_DEPLOYMENTS_H

#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What create, update, remove and run_local are given. What is absent has len 0. */
struct mr_deployment_spec {
	size_t size;
	mr_str name; /* never empty */
	mr_str model_uri; /* never empty in create and run_local; empty in update: the model stays */
	mr_str flavor; /* empty: the target chooses */
	const struct mr_map_string *config; /* the -C pairs: in the order given, each key once */
	size_t config_n;
	mr_str endpoint;
};

/* A deployment or an endpoint, as a target describes it; in the call's memory.
 * The host makes one JSON object of it: name, flavor, fields, what is in json. */
struct mr_deployment_info {
	size_t size;
	mr_str name; /* may be empty when json has it */
	mr_str flavor; /* of a deployment; empty: not said */
	const struct mr_map_string *fields; /* further members, texts */
	size_t fields_n;
	mr_str json; /* an object with further members, of any type; or empty */
};

/* Takes one row of a listing, which is read before it returns; a failure ends the listing: return it. */
typedef mr_code mr_deployment_visit(void *arg, const struct mr_deployment_info *info, mr_error *err);

/* What predict and explain are given: the bytes as the user gave them. Of
 * "application/json" it is known that they are JSON. */
struct mr_deployment_input {
	size_t size;
	mr_str deployment, endpoint; /* one of them is empty */
	mr_str body, content_type; /* such as "application/json", "text/csv" */
};

struct mr_deployments_ops {
	size_t size;
	mr_code (*open)(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
	void (*close)(void *self);

	/* A create or update that fails leaves the target as it was, or with a
	 * deployment that list and get describe truly. A name that exists is
	 * MR_RESOURCE_ALREADY_EXISTS in create; one that does not is
	 * MR_RESOURCE_DOES_NOT_EXIST in update and get, and MR_OK in remove. An
	 * unknown key of config is MR_INVALID_PARAMETER_VALUE. */
	mr_code (*create)(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out,
			  mr_call *call, mr_error *err);
	mr_code (*update)(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out,
			  mr_call *call, mr_error *err);
	mr_code (*remove)(void *self, const struct mr_deployment_spec *spec, mr_call *call, mr_error *err);
	/* All of them, or those of one endpoint, sorted by name. */
	mr_code (*list)(void *self, mr_str endpoint, mr_deployment_visit *visit, void *arg, mr_call *call,
			mr_error *err);
	mr_code (*get)(void *self, mr_str name, mr_str endpoint, struct mr_deployment_info *out, mr_call *call,
		       mr_error *err);

	/* out: JSON; of predict an object, for a model that was deployed {"predictions": ...}. */
	mr_code (*predict)(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call,
			   mr_error *err);
	mr_code (*explain)(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call,
			   mr_error *err);

	mr_code (*create_endpoint)(void *self, mr_str name, const struct mr_map_string *config, size_t config_n,
				   struct mr_deployment_info *out, mr_call *call, mr_error *err);
	mr_code (*update_endpoint)(void *self, mr_str name, const struct mr_map_string *config, size_t config_n,
				   struct mr_deployment_info *out, mr_call *call, mr_error *err);
	mr_code (*remove_endpoint)(void *self, mr_str name, mr_call *call, mr_error *err);
	mr_code (*list_endpoints)(void *self, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err);
	mr_code (*get_endpoint)(void *self, mr_str name, struct mr_deployment_info *out, mr_call *call, mr_error *err);

	/* Without an object. run_local serves on this machine until it is cancelled
	 * (host->cancelled), which is MR_OK; target_help is what `millrace deployments
	 * help` prints: the form of the URI, the keys of config, what there is to know. */
	mr_code (*run_local)(const mr_host *host, mr_str target_uri, const struct mr_deployment_spec *spec,
			     mr_call *call, mr_error *err);
	mr_code (*target_help)(const mr_host *host, mr_str *out, mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
