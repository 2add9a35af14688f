/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/deployments.h - the contract of group "mlflow.deployments": targets
 * that models are deployed to. A named group; the name is the part of a target
 * URI before the first ':' ("redisai:/host:port", "local"), and open gets the
 * whole URI. Descriptions of deployments and endpoints are JSON objects with at
 * least "name", as MLflow's BaseDeploymentClient has them.
 */
#ifndef MILLRACE_DEPLOYMENTS_H
#define MILLRACE_DEPLOYMENTS_H

#include "millrace/arrow.h"
#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What create and update are given. An empty text is absent. */
struct mr_deployment_spec {
	size_t size;
	mr_str name;
	mr_str model_uri;
	mr_str flavor;
	mr_str config_json; /* an object: the -C pairs */
	mr_str endpoint;
};

/* A prediction's input: a table when schema is not NULL, else bytes of content_type. */
struct mr_prediction_input {
	size_t size;
	struct ArrowSchema *schema;
	struct ArrowArray *array;
	mr_str body, content_type;
};

struct mr_deployments_ops {
	size_t size;
	mr_code (*open)(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
	void (*close)(void *self);
	/* out: a JSON object in the call's memory. Creating a name that exists is
	 * RESOURCE_ALREADY_EXISTS; deleting one that does not is MR_OK. */
	mr_code (*create)(void *self, const struct mr_deployment_spec *spec, mr_str *out, mr_call *call, mr_error *err);
	mr_code (*update)(void *self, const struct mr_deployment_spec *spec, mr_str *out, mr_call *call, mr_error *err);
	mr_code (*remove)(void *self, const struct mr_deployment_spec *spec, mr_call *call, mr_error *err);
	mr_code (*list)(void *self, mr_str endpoint, mr_str *out_array, mr_call *call, mr_error *err);
	mr_code (*get)(void *self, mr_str name, mr_str endpoint, mr_str *out, mr_call *call, mr_error *err);
	/* out: the answer as JSON, {"predictions": ...}. */
	mr_code (*predict)(void *self, mr_str deployment, mr_str endpoint, const struct mr_prediction_input *input,
			   mr_str *out, mr_call *call, mr_error *err);
	mr_code (*explain)(void *self, mr_str deployment, const struct mr_prediction_input *input, mr_str *out,
			   mr_call *call, mr_error *err);
	/* Optional: endpoints. */
	mr_code (*create_endpoint)(void *self, mr_str name, mr_str config_json, mr_str *out, mr_call *call, mr_error *err);
	mr_code (*update_endpoint)(void *self, mr_str name, mr_str config_json, mr_str *out, mr_call *call, mr_error *err);
	mr_code (*delete_endpoint)(void *self, mr_str name, mr_call *call, mr_error *err);
	mr_code (*list_endpoints)(void *self, mr_str *out_array, mr_call *call, mr_error *err);
	mr_code (*get_endpoint)(void *self, mr_str name, mr_str *out, mr_call *call, mr_error *err);
	/* Module functions of MLflow's contract: serve on this machine until ended; help for the -C keys. */
	mr_code (*run_local)(const mr_host *host, const struct mr_deployment_spec *spec, mr_call *call, mr_error *err);
	mr_code (*target_help)(const mr_host *host, mr_str *out, mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
