/* SPDX-License-Identifier: Apache-2.0
 *
 * Python plugins at work. Each runs in a process of its environment, the host
 * (src/python/host/millrace_host.py): one for each environment and pair of store URIs, started by the first call,
 * again with growing pauses when it died. A call is a frame of JSON and bytes
 * on a socket pair that nobody else can open. What an entry of a Python
 * distribution offers are the tables of python_*.c, which make such calls.
 */
#ifndef MR_PLUGIN_PYTHON_H
#define MR_PLUGIN_PYTHON_H

#include "api/call.h"
#include "base/buf.h"
#include "base/json.h"
#include "plugin/registry.h"

/* What a table's functions are given as their `host`: the entry is around it. */
struct python_entry {
	struct mr_host host; /* the first member */
	struct plugin *plugin;
	const struct mr_entry_info *info;
	mr_str file; /* millrace_host.py */
	char auth_name[128]; /* of an auth provider: what its get_name answered; empty until it was asked */
};

static inline const struct python_entry *python_entry_of(const mr_host *host)
{
	return (const struct python_entry *)(const void *)host;
}

enum { PYTHON_SHORT_MS = 30000, PYTHON_STORE_MS = 120000, PYTHON_TRANSFER_MS = 3600000 };

struct python_request {
	const struct python_entry *entry;
	mr_str tracking_uri, registry_uri; /* which host; may be empty */
	const char *op;   /* "artifact.list" */
	mr_str params;    /* a JSON object; empty: none */
	mr_str blob;      /* bytes behind it */
	bool patient; /* waits until a host that died is started again, rather than fail at once */
	int32_t limit_ms; /* without a deadline of the call; MILLRACE_PYTHON_TIMEOUT (seconds) replaces the default */
};

struct python_answer {
	mr_json *result; /* in the call's memory, as all of this */
	mr_str blob;
};

/* Codes beside those of the plugin's exception: MR_DEADLINE_EXCEEDED; MR_TEMPORARILY_UNAVAILABLE when the
 * host died in the midst or waits before it starts again; MR_CANCELLED. call may be NULL for an answer that is not needed. */
mr_code python_call(const struct python_request *request, struct python_answer *out, mr_call *call, mr_error *err);
/* Ends the host that such a request goes to, if it runs, and waits for that. */
void python_end(const struct python_request *request);

/* Where files lie while they are handed over: a folder of this process that only this user can enter. */
mr_code python_spool(mr_arena *arena, mr_str *out, mr_error *err);
/* After a host was ended by us, which else removes it: if nothing is in it. */
void python_spool_leave(void);

/* A JSON object under construction for params. */
struct python_params {
	mr_buf buf;
	mr_json_writer w;
};
void python_params_begin(struct python_params *p);
void python_params_text(struct python_params *p, const char *key, mr_str value);
/* Closes the object: its text, which lives until dispose; ptr NULL when out of memory. */
mr_str python_params_end(struct python_params *p);
void python_params_dispose(struct python_params *p);

/* The tables, by group; NULL: Python plugins of this group are not served. */
const void *python_ops_for(mr_str group);
extern const struct mr_tracking_store_ops python_tracking_ops;
extern const struct mr_model_registry_store_ops python_registry_ops;
extern const struct mr_artifact_repository_ops python_artifact_ops;
extern const struct mr_run_context_ops python_context_ops;
extern const struct mr_default_experiment_ops python_experiment_ops;
extern const struct mr_request_header_ops python_header_ops;
extern const struct mr_request_auth_ops python_auth_ops;
extern const struct mr_project_backend_ops python_project_ops;
extern const struct mr_deployments_ops python_deployments_ops;
extern const struct mr_model_evaluator_ops python_evaluator_ops;
extern const struct mr_model_flavor_ops python_flavor_ops;
struct python_dataset_ops {
	size_t size;
};
extern const struct python_dataset_ops python_dataset_ops; /* so are these (dataset_source.h) */
extern const struct mr_app_ops python_app_ops; /* empty: such an app is no table of hooks (handle_python_app.h) */

/* What the host says of a whole distribution (mr_plugin_report). */
mr_code python_report(const struct plugin *p, mr_call *call, mr_json **out, mr_error *err);

/* The name that an auth provider answers to (its get_name), asked once. */
mr_code python_auth_name(const struct python_entry *entry, mr_str *out, mr_error *err);

#endif
