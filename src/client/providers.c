/* SPDX-License-Identifier: Apache-2.0
 *
 * What plugins say of another client's runs and requests (millrace/providers.h).
 */
#include <millrace/providers.h>

#include "base/log.h"
#include "client/builtins.h"
#include "client/client.h"
#include "client/context.h"
#include "client/default_experiment.h"
#include "plugin/outgoing_parts.h"
#include "plugin/stats.h"

enum { CALL_MAX = 16 << 20 };

/* MLflow's Python client reads the git commit of its program itself. */
static bool is_foreign(const struct mr_entry *entry)
{
	return entry->plugin->source != MR_SOURCE_BUILTIN && !mr_str_is(entry->plugin->name, "git-context");
}

static mr_code begin(const char *group, const struct mr_entry *const **entries, size_t *n, mr_call **call, mr_error *err)
{
	mr_builtins_register();
	*n = 0;
	*call = mr_call_new(CALL_MAX);
	return *call ? mr_plugins_in_order(group, entries, n, err) : mr_error_no_memory(err);
}

mr_code mr_plugin_tags(mr_tag_visit *visit, void *arg, mr_error *err)
{
	const struct mr_entry *const *entries = NULL;
	size_t n;
	mr_call *call;
	mr_code code = begin(MR_GROUP_RUN_CONTEXT, &entries, &n, &call, err);
	struct mr_tag_set set = {.call = call};

	for (size_t i = 0; i < n && code == MR_OK; i++)
		if (is_foreign(entries[i]))
			code = mr_context_ask(&set, entries[i], err);
	for (size_t i = 0; i < set.n && code == MR_OK; i++)
		code = visit(arg, set.tags[i]->key, set.tags[i]->value, err);
	mr_call_free(call);
	return code;
}

mr_code mr_plugin_default_experiment(mr_str *out, mr_error *err)
{
	mr_call *call = mr_call_new(CALL_MAX);
	mr_str id;
	mr_code code = call ? mr_provided_experiment(call, &id, err) : mr_error_no_memory(err);

	if (code == MR_OK)
		code = mr_client_give(id, out, err);
	mr_call_free(call);
	return code;
}

/* ---- headers ---- */

static mr_code join(void *arg, mr_str name, mr_str value, mr_error *err)
{
	struct headers *headers = arg;

	mr_headers_join(headers, name, value);
	return headers->failed ? mr_error_no_memory(err) : MR_OK;
}

/* One provider's headers count together or, when it fails, not at all. */
static void ask(const struct mr_entry *entry, struct headers *all, mr_call *call)
{
	const struct mr_request_header_ops *ops = entry->ops;
	struct headers given = {.arena = call->arena};
	int64_t began;
	mr_error why;

	mr_error_init(&why);
	if (!ops->headers || (ops->in_context && !ops->in_context(entry->host, call)))
		return;
	began = mr_stats_begin(entry);
	if (mr_stats_end(entry, began, ops->headers(entry->host, join, &given, call, &why)) != MR_OK) {
		mr_log(MR_LOG_WARNING, "client", "The headers of plugin %.*s are left out: %s", MR_STR_ARG(entry->plugin->name), why.message);
		return;
	}
	for (size_t i = 0; i < given.n; i++)
		mr_headers_join(all, given.items[i].name, given.items[i].value);
}

static mr_code hand_over(const struct headers *headers, mr_header_visit *visit, void *arg, mr_error *err)
{
	mr_code code = headers->failed ? mr_error_no_memory(err) : MR_OK;

	for (size_t i = 0; i < headers->n && code == MR_OK; i++)
		code = visit(arg, headers->items[i].name, headers->items[i].value, err);
	return code;
}

mr_code mr_plugin_headers(mr_header_visit *visit, void *arg, mr_error *err)
{
	const struct mr_entry *const *entries = NULL;
	size_t n;
	mr_call *call;
	mr_code code = begin(MR_GROUP_REQUEST_HEADER, &entries, &n, &call, err);
	struct headers headers = {.arena = call ? call->arena : NULL};

	for (size_t i = 0; i < n && code == MR_OK; i++)
		if (is_foreign(entries[i]))
			ask(entries[i], &headers, call);
	if (code == MR_OK)
		code = hand_over(&headers, visit, arg, err);
	mr_call_free(call);
	return code;
}

/* ---- auth ---- */

static mr_code set(void *arg, mr_str name, mr_str value, mr_error *err)
{
	struct headers *headers = arg;

	mr_headers_set(headers, name, value);
	return headers->failed ? mr_error_no_memory(err) : MR_OK;
}

static mr_code find(const char *provider, const struct mr_entry **entry, mr_call **call, mr_error *err)
{
	mr_builtins_register();
	*call = mr_call_new(CALL_MAX);
	return *call ? mr_plugins_by_name(MR_GROUP_REQUEST_AUTH, mr_str_from(provider), entry, err) : mr_error_no_memory(err);
}

mr_code mr_plugin_authorize(const char *provider, const struct mr_auth_request *request, mr_header_visit *visit, void *arg, mr_error *err)
{
	const struct mr_request_auth_ops *ops;
	const struct mr_entry *entry;
	mr_call *call;
	struct headers headers = {0};
	int64_t began;
	mr_code code = find(provider, &entry, &call, err);

	if (code == MR_OK) {
		headers.arena = call->arena;
		ops = entry->ops;
		began = mr_stats_begin(entry);
		code = ops->authorize ? ops->authorize(entry->host, request, set, &headers, call, err)
				      : mr_error_set(err, MR_NOT_IMPLEMENTED, "it cannot authorize requests");
		mr_stats_end(entry, began, code);
		if (code != MR_OK)
			code = mr_error_set(err, code, "The plugin %.*s (MLFLOW_TRACKING_AUTH) gave no credentials",
					    MR_STR_ARG(entry->plugin->name));
	}
	if (code == MR_OK)
		code = hand_over(&headers, visit, arg, err);
	mr_call_free(call);
	return code;
}

mr_code mr_plugin_challenge(const char *provider, const struct mr_auth_request *request, const struct mr_http_response *response, bool *again,
			    mr_error *err)
{
	const struct mr_request_auth_ops *ops;
	const struct mr_entry *entry;
	mr_call *call;
	mr_code code = find(provider, &entry, &call, err);

	*again = false;
	if (code == MR_OK) {
		ops = entry->ops;
		*again = ops->on_challenge && ops->on_challenge(entry->host, request, response, call);
	}
	mr_call_free(call);
	return code;
}
