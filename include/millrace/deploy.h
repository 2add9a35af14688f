/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/deploy.h - models deployed to a target, as mlflow.deployments has it:
 *
 *	mr_deployments *d;
 *	mr_str out;
 *
 *	mr_deploy_client("local", &d, &err);
 *	mr_deploy_create(d, &(struct mr_deploy_request){.name = "pumps", .model_uri = "models:/pumps/3"}, &out, &err);
 *	printf("%s\n", out.ptr); // {"name": "pumps", "flavor": "xgboost", "url": "http://127.0.0.1:40123", ...}
 *	mr_str_free(out);
 *	mr_deploy_predict(d, "pumps", NULL, mr_str_from("{\"inputs\": [[1, 2]]}"), "application/json", &out, &err);
 *	mr_str_free(out);
 *	mr_deploy_close(d);
 *
 * Built-in targets are "local", which serves models on this machine, and "http"
 * and "https", an MLflow deployments server; plugins bring others
 * (millrace/deployments.h). What comes out is JSON with a NUL behind it, which
 * mr_str_free() frees; out may be NULL. All functions may be called from any thread.
 */
#ifndef MILLRACE_DEPLOY_H
#define MILLRACE_DEPLOY_H

#include "millrace/client.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mr_deployments mr_deployments;

/* What may be said of a deployment; NULL is absent. Only name is always needed, and model_uri by create. */
struct mr_deploy_request {
	const char *name, *model_uri, *flavor, *endpoint;
	const struct mr_map_string *config; /* the target's own keys, each once */
	size_t config_n;
};

/* target_uri: "local", "local:/folder", "http://host:5000", ...; NULL: MLFLOW_DEPLOYMENTS_TARGET. */
MR_API mr_code mr_deploy_client(const char *target_uri, mr_deployments **out, mr_error *err);
MR_API void mr_deploy_close(mr_deployments *target);

/* Asked now and then, by calls that begin later, whether to end with MR_CANCELLED: by the thread that called, or others. */
MR_API void mr_deploy_on_cancel(mr_deployments *target, bool (*cancelled)(void *arg), void *arg);

/* Each gives the deployment's description, an object with "name". */
MR_API mr_code mr_deploy_create(mr_deployments *target, const struct mr_deploy_request *request, mr_str *out,
				mr_error *err);
MR_API mr_code mr_deploy_update(mr_deployments *target, const struct mr_deploy_request *request, mr_str *out,
				mr_error *err);
MR_API mr_code mr_deploy_get(mr_deployments *target, const char *name, const char *endpoint, mr_str *out,
			     mr_error *err);
/* One that is not there is fine. */
MR_API mr_code mr_deploy_delete(mr_deployments *target, const struct mr_deploy_request *request, mr_error *err);
/* An array of descriptions. */
MR_API mr_code mr_deploy_list(mr_deployments *target, const char *endpoint, mr_str *out, mr_error *err);

/* name or endpoint, the other NULL. body: as the target takes it; for a model that was
 * deployed, JSON or CSV as a scoring server does, or a table as pandas writes JSON. */
MR_API mr_code mr_deploy_predict(mr_deployments *target, const char *name, const char *endpoint, mr_str body,
				 const char *content_type, mr_str *out, mr_error *err);
MR_API mr_code mr_deploy_explain(mr_deployments *target, const char *name, const char *endpoint, mr_str body,
				 const char *content_type, mr_str *out, mr_error *err);

MR_API mr_code mr_deploy_create_endpoint(mr_deployments *target, const char *name, const struct mr_map_string *config,
					 size_t config_n, mr_str *out, mr_error *err);
MR_API mr_code mr_deploy_update_endpoint(mr_deployments *target, const char *name, const struct mr_map_string *config,
					 size_t config_n, mr_str *out, mr_error *err);
MR_API mr_code mr_deploy_delete_endpoint(mr_deployments *target, const char *name, mr_error *err);
MR_API mr_code mr_deploy_list_endpoints(mr_deployments *target, mr_str *out, mr_error *err);
MR_API mr_code mr_deploy_get_endpoint(mr_deployments *target, const char *name, mr_str *out, mr_error *err);

/* Serves a model on this machine until cancelled says true: what a target has to try one out. */
MR_API mr_code mr_deploy_serve(const char *target_uri, const struct mr_deploy_request *request, bool (*cancelled)(void *arg),
			       void *arg, mr_error *err);

/* What is to know of a target: its URI, its keys. As text. */
MR_API mr_code mr_deploy_help(const char *target_uri, mr_str *out, mr_error *err);

#ifdef __cplusplus
}
#endif
#endif
