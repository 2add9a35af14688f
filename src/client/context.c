/* SPDX-License-Identifier: Apache-2.0 */
#include "client/context.h"

#include <millrace/client.h>
#include <millrace/run_context.h>

#include "base/json.h"
#include "base/log.h"
#include "client/builtins.h"
#include "plugin/host.h"
#include "plugin/stats.h"

enum { CALL_MAX = 64 << 20 };

mr_code mr_tag_set_put(struct mr_tag_set *set, mr_str key, mr_str value, mr_error *err)
{
	struct mr_run_tag *tag;

	value = mr_call_copy(set->call, value);
	if (!value.ptr)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < set->n; i++)
		if (mr_str_eq(set->tags[i]->key, key)) {
			mr_run_tag_set_value(set->tags[i], value);
			return MR_OK;
		}
	if (set->n == set->room) {
		size_t room = set->room ? 2 * set->room : 16;
		struct mr_run_tag **grown = mr_call_alloc(set->call, room * sizeof *grown);

		if (!grown)
			return mr_error_no_memory(err);
		if (set->n)
			memcpy(grown, set->tags, set->n * sizeof *grown);
		set->tags = grown;
		set->room = room;
	}
	tag = mr_msg_new(set->call, &mr_desc_run_tag);
	key = mr_call_copy(set->call, key);
	if (!tag || !key.ptr)
		return mr_error_no_memory(err);
	mr_run_tag_set_key(tag, key);
	mr_run_tag_set_value(tag, value);
	set->tags[set->n++] = tag;
	return MR_OK;
}

mr_str mr_tag_set_get(const struct mr_tag_set *set, const char *key)
{
	for (size_t i = 0; i < set->n; i++)
		if (mr_str_is(set->tags[i]->key, key))
			return set->tags[i]->value;
	return mr_str_make("", 0);
}

static mr_code put(void *arg, mr_str key, mr_str value, mr_error *err)
{
	return mr_tag_set_put(arg, key, value, err);
}

mr_code mr_context_ask(struct mr_tag_set *set, const struct mr_entry *entry, mr_error *err)
{
	const struct mr_run_context_ops *ops = entry->ops;
	int64_t began;
	mr_error why;

	mr_error_init(&why);
	if (!ops->tags || (ops->in_context && !ops->in_context(entry->host, set->call)))
		return MR_OK;
	began = mr_stats_begin(entry);
	if (mr_stats_end(entry, began, ops->tags(entry->host, put, set, set->call, &why)) == MR_RESOURCE_EXHAUSTED)
		return mr_error_no_memory(err);
	if (why.code != MR_OK)
		mr_log(MR_LOG_WARNING, "client", "The run context '%.*s' is left out: %s", MR_STR_ARG(entry->name), why.message);
	return MR_OK;
}

mr_code mr_context_tags(struct mr_tag_set *set, mr_error *err)
{
	const struct mr_entry *const *providers;
	size_t n;
	mr_code code = mr_plugins_in_order(MR_GROUP_RUN_CONTEXT, &providers, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++)
		code = mr_context_ask(set, providers[i], err);
	return code;
}

static void write_tags(const struct mr_tag_set *tags, mr_buf *buf)
{
	mr_json_writer w;

	mr_json_write_init(&w, buf, MR_JSON_COMPACT);
	mr_json_write_begin(&w, '{');
	for (size_t i = 0; i < tags->n; i++) {
		mr_json_write_key(&w, tags->tags[i]->key);
		mr_json_write_string(&w, tags->tags[i]->value);
	}
	mr_json_write_end(&w, '}');
}

mr_code mr_run_context_json(mr_str *out, mr_error *err)
{
	struct mr_tag_set tags = {.call = mr_call_new(CALL_MAX)};
	mr_buf buf;
	mr_code code;

	if (!tags.call)
		return mr_error_no_memory(err);
	mr_builtins_register();
	mr_buf_init(&buf, CALL_MAX);
	code = mr_context_tags(&tags, err);
	if (code == MR_OK) {
		write_tags(&tags, &buf);
		code = mr_buf_check(&buf, err);
	}
	if (code == MR_OK) {
		size_t len = buf.len;

		*out = mr_str_make(mr_buf_take(&buf), len);
	}
	mr_buf_dispose(&buf);
	mr_call_free(tags.call);
	return code;
}
