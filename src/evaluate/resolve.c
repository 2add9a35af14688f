/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/resolve.h"

#include "api/call.h"
#include "base/json.h"
#include "base/log.h"
#include "evaluate/builtin.h"

#define GROUP MR_GROUP_MODEL_EVALUATOR
enum { CONFIG_MAX = 64 << 20 };

struct resolver {
	const struct mr_evaluate_options *options;
	mr_call *call;
	mr_error *err;
	mr_str *names; /* the candidates */
	size_t names_n;
	const mr_json *config; /* what was given; NULL: nothing */
	bool nested; /* it has a configuration for each evaluator by name */
};

/* ---- names ---- */

static bool has_name(const struct resolver *r, mr_str name)
{
	for (size_t i = 0; i < r->names_n; i++)
		if (mr_str_eq(r->names[i], name))
			return true;
	return false;
}

/* Built-ins first, then the plugins, the nearest last: a later evaluator's metric wins. */
static mr_code all_names(struct resolver *r)
{
	const struct mr_plugin_info *const *plugins;
	size_t n, room = 0;
	mr_code code = mr_plugins_list(&plugins, &n, r->err);

	for (size_t i = 0; code == MR_OK && i < n; i++)
		room += plugins[i]->entries_n;
	r->names = mr_call_alloc(r->call, (room + 1) * sizeof *r->names);
	if (code == MR_OK && !r->names)
		return mr_error_no_memory(r->err);
	for (size_t i = n; code == MR_OK && i-- > 0;)
		for (size_t e = 0; e < plugins[i]->entries_n && plugins[i]->state != MR_PLUGIN_REFUSED; e++) {
			const struct mr_entry_info *entry = &plugins[i]->entries[e];

			if (mr_str_is(entry->group, GROUP) && !entry->shadowed_by && !has_name(r, entry->name))
				r->names[r->names_n++] = entry->name;
		}
	return code;
}

static mr_code given_names(struct resolver *r)
{
	r->names = mr_call_alloc(r->call, r->options->evaluators_n * sizeof *r->names);
	if (!r->names)
		return mr_error_no_memory(r->err);
	for (size_t i = 0; i < r->options->evaluators_n; i++) {
		mr_str name = mr_str_from(r->options->evaluators[i]);

		if (has_name(r, name))
			return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "The evaluator '%.*s' is named twice",
					    MR_STR_ARG(name));
		r->names[r->names_n++] = name;
	}
	return MR_OK;
}

/* ---- configurations ---- */

static bool config_names_all(const struct resolver *r)
{
	for (size_t i = 0; i < r->config->count; i++)
		if (!has_name(r, r->config->keys[i]) || r->config->items[i].type != MR_JSON_OBJECT)
			return false;
	return r->config->count > 0;
}

static bool config_names_any(const struct resolver *r)
{
	for (size_t i = 0; i < r->config->count; i++)
		if (has_name(r, r->config->keys[i]))
			return true;
	return false;
}

static mr_code read_config(struct resolver *r)
{
	mr_json *config;
	mr_code code;

	if (!r->options->evaluator_config_json || !*r->options->evaluator_config_json)
		return MR_OK;
	code = mr_json_parse(mr_str_from(r->options->evaluator_config_json), r->call->arena, &config, r->err);
	if (code != MR_OK)
		return code;
	if (config->type != MR_JSON_OBJECT)
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "The evaluators' configuration must be a JSON object");
	r->config = config;
	r->nested = r->options->evaluators_n ? config_names_all(r) : config_names_any(r);
	if (r->options->evaluators_n > 1 && config->count && !r->nested)
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
				    "If several evaluators are named, evaluator_config must be an object with the configuration of "
				    "each by its name: {\"%.*s\": {...}, ...}",
				    MR_STR_ARG(r->names[0]));
	return MR_OK;
}

static const mr_json *config_of(const struct resolver *r, mr_str name)
{
	if (!r->config || !r->nested)
		return r->config;
	for (size_t i = 0; i < r->config->count; i++)
		if (mr_str_eq(r->config->keys[i], name))
			return &r->config->items[i];
	return NULL;
}

static mr_code set_config(const struct resolver *r, struct chosen *c, const mr_json *config)
{
	const mr_json *prefix = config ? mr_json_get(config, "metric_prefix") : NULL;
	mr_json_writer w;
	mr_buf buf;
	mr_code code;

	c->config_json = mr_str_from("{}");
	c->prefix = prefix && prefix->type == MR_JSON_STRING ? prefix->text : mr_str_from("");
	if (!config)
		return MR_OK;
	mr_buf_init(&buf, CONFIG_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_COMPACT);
	mr_json_write_tree(&w, config);
	code = mr_buf_check(&buf, r->err);
	if (code == MR_OK)
		c->config_json = mr_call_copy(r->call, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return code == MR_OK && !c->config_json.ptr ? mr_error_no_memory(r->err) : code;
}

/* ---- the choice ---- */

/* Whether it can; one that is only a candidate and does not load is left out, as MLflow warns of it. */
static mr_code consider(const struct resolver *r, mr_str name, struct chosen *c, bool *fits)
{
	mr_str type = mr_str_from(r->options->model_type);
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	*fits = false;
	code = mr_plugins_by_name(GROUP, name, &c->entry, r->options->evaluators_n ? r->err : &why);
	if (code != MR_OK && !r->options->evaluators_n) {
		mr_log(MR_LOG_WARNING, "evaluate", "the evaluator %.*s is left out: %s", MR_STR_ARG(name), why.message);
		return MR_OK;
	}
	if (code != MR_OK)
		return code;
	c->ops = c->entry->ops;
	code = set_config(r, c, config_of(r, name));
	if (code != MR_OK)
		return code;
	if (!c->ops->evaluate)
		return mr_error_set(r->err, MR_NOT_IMPLEMENTED, "The evaluator '%.*s' has no function to evaluate with",
				    MR_STR_ARG(name));
	*fits = !c->ops->can_evaluate || c->ops->can_evaluate(c->entry->host, type, c->config_json, r->call);
	return MR_OK;
}

static bool is_builtin(const struct chosen *c)
{
	return c->entry->plugin->source == MR_SOURCE_BUILTIN;
}

/* Without names, `default` steps back behind the built-in that fits, and lends it its configuration. */
static mr_code replace_default(const struct resolver *r, struct chosen *list, size_t *n)
{
	size_t at = *n;
	bool other = false;
	mr_code code = MR_OK;

	for (size_t i = 0; i < *n; i++) {
		if (is_builtin(&list[i]) && mr_str_is(list[i].entry->name, "default"))
			at = i;
		else
			other = other || is_builtin(&list[i]);
	}
	if (at == *n || !other)
		return MR_OK;
	for (size_t i = 0; i < *n && code == MR_OK; i++)
		if (i != at && is_builtin(&list[i]) && !config_of(r, list[i].entry->name))
			code = set_config(r, &list[i], config_of(r, mr_str_from("default")));
	memmove(&list[at], &list[at + 1], (*n - at - 1) * sizeof *list);
	--*n;
	return code;
}

static mr_code nobody(const struct resolver *r)
{
	mr_str names = mr_str_from("");

	for (size_t i = 0; i < r->names_n; i++)
		names = mr_arena_printf(r->call->arena, "%.*s%s%.*s", MR_STR_ARG(names), i ? ", " : "", MR_STR_ARG(r->names[i]));
	return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
			    "The model could not be evaluated by any of the registered evaluators, please verify that the model "
			    "type and other configs are set correctly. The model type is '%s'; asked were: %.*s",
			    r->options->model_type ? r->options->model_type : "", MR_STR_ARG(names));
}

mr_code resolve_evaluators(const struct mr_evaluate_options *options, mr_call *call, struct chosen **out, size_t *n,
			   mr_error *err)
{
	struct resolver r = {.options = options, .call = call, .err = err};
	mr_code code;

	mr_evaluators_register();
	*n = 0;
	code = options->evaluators_n ? given_names(&r) : all_names(&r);
	if (code == MR_OK)
		code = read_config(&r);
	if (code != MR_OK)
		return code;
	*out = mr_call_zalloc(call, (r.names_n + 1) * sizeof **out);
	if (!*out)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < r.names_n && code == MR_OK; i++) {
		bool fits;

		code = consider(&r, r.names[i], &(*out)[*n], &fits);
		*n += code == MR_OK && fits;
	}
	if (code == MR_OK && !options->evaluators_n)
		code = replace_default(&r, *out, n);
	return code == MR_OK && !*n ? nobody(&r) : code;
}
