/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"
#include "plugin/dataset_source.h"
#include "plugin/python.h"

const struct python_dataset_ops python_dataset_ops = {.size = sizeof python_dataset_ops};

static mr_code ask(const struct mr_entry *entry, mr_str raw, mr_call *call, struct mr_dataset_found *out, mr_error *err)
{
	struct python_request rq = {.entry = python_entry_of(entry->host), .op = "dataset.load", .limit_ms = PYTHON_TRANSFER_MS};
	struct python_answer answer;
	struct python_params p;
	mr_str none = mr_str_make("", 0);
	mr_code code;

	host_uris(call->arena, &rq.tracking_uri, &rq.registry_uri);
	if (!rq.tracking_uri.ptr || !rq.registry_uri.ptr)
		return mr_error_no_memory(err);
	python_params_begin(&p);
	python_params_text(&p, "source", raw);
	rq.params = python_params_end(&p);
	code = rq.params.ptr ? python_call(&rq, &answer, call, err) : mr_error_no_memory(err);
	python_params_dispose(&p);
	if (code != MR_OK || !answer.result || answer.result->type != MR_JSON_OBJECT)
		return code;
	out->path = mr_json_str(mr_json_get(answer.result, "path"), none);
	out->type = mr_json_str(mr_json_get(answer.result, "type"), none);
	out->json = mr_json_str(mr_json_get(answer.result, "json"), none);
	return MR_OK;
}

/* A plugin that cannot be loaded must not keep another from its data. */
static mr_code ask_plugin(const struct mr_plugin_info *info, mr_str raw, mr_call *call, struct mr_dataset_found *out, mr_error *err)
{
	mr_code code = MR_OK;

	for (size_t i = info->entries_n; i-- > 0 && code == MR_OK && !out->path.len;) {
		const struct mr_entry *entry;
		mr_error why;

		if (!info->environment.len || info->state == MR_PLUGIN_DENIED || !mr_str_is(info->entries[i].group, "mlflow.dataset_source"))
			continue;
		mr_error_init(&why);
		if (mr_plugins_entry(info, i, &entry, &why) == MR_OK)
			code = ask(entry, raw, call, out, err);
		else
			mr_log(MR_LOG_WARNING, "plugin", "Left out: %s", why.message);
	}
	return code;
}

mr_code mr_dataset_source_load(mr_str raw, mr_call *call, struct mr_dataset_found *out, mr_error *err)
{
	const struct mr_plugin_info *const *list;
	size_t n;
	mr_code code = mr_plugins_list(&list, &n, err);

	*out = (struct mr_dataset_found){.path = mr_str_make("", 0)};
	for (size_t i = 0; i < n && code == MR_OK && !out->path.len; i++)
		code = ask_plugin(list[i], raw, call, out, err);
	return code;
}
