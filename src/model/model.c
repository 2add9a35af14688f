/* SPDX-License-Identifier: Apache-2.0
 *
 * An open model: which of its flavors a plugin can load, and the way from a
 * table through the signature to the plugin and back.
 */
#include "model/model.h"

#include <millrace/model_flavor.h>

#include "base/inject.h"
#include "client/builtins.h"
#include "model/enforce.h"
#include "model/fetch.h"
#include "plugin/host.h"

struct mr_model {
	mr_arena *arena;
	mr_client *client; /* our own, or NULL */
	struct mr_fetched files;
	struct mr_mlmodel *info;
	mr_str flavor;
	const struct mr_entry *entry;
	const struct mr_model_flavor_ops *ops;
	mr_options *options;
	void *self;
};

/* ---- which flavor ---- */

/* The names of the group's entries, that of a plugin which wins. */
static mr_code native_flavors(mr_arena *arena, mr_str **out, size_t *n, mr_error *err)
{
	const struct mr_plugin_info *const *plugins;
	const struct mr_entry_info *entry;
	size_t plugins_n, i, j, room = 0;
	mr_code code = mr_plugins_list(&plugins, &plugins_n, err);

	*n = 0;
	*out = NULL;
	for (i = 0; !code && i < plugins_n; i++)
		room += plugins[i]->entries_n;
	*out = code ? NULL : mr_arena_alloc(arena, (room + 1) * sizeof **out);
	if (!*out)
		return code ? code : mr_error_no_memory(err);
	for (i = 0; i < plugins_n; i++)
		for (j = 0; j < plugins[i]->entries_n; j++) {
			entry = &plugins[i]->entries[j];
			if (mr_str_is(entry->group, MR_GROUP_MODEL_FLAVOR) && !entry->shadowed_by &&
			    plugins[i]->state != MR_PLUGIN_REFUSED)
				(*out)[(*n)++] = entry->name;
		}
	return MR_OK;
}

static bool contains(const mr_str *names, size_t n, mr_str name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (mr_str_eq(names[i], name))
			return true;
	return false;
}

static mr_str joined(mr_arena *arena, const mr_str *names, size_t n)
{
	mr_str all = mr_str_make("", 0);
	size_t i;

	for (i = 0; i < n; i++)
		all = mr_arena_printf(arena, "%.*s%s%.*s", MR_STR_ARG(all), i ? ", " : "", MR_STR_ARG(names[i]));
	return all;
}

static mr_str flavors_of(const struct mr_model *model)
{
	mr_str *names = mr_arena_alloc(model->arena, (model->info->flavors_n + 1) * sizeof *names);
	size_t i;

	if (!names)
		return mr_str_make("", 0);
	for (i = 0; i < model->info->flavors_n; i++)
		names[i] = model->info->flavors[i].name;
	return joined(model->arena, names, model->info->flavors_n);
}

/* The loader of python_function first: it is what MLflow itself would load. */
static mr_code choose_flavor(struct mr_model *model, mr_str wanted, mr_error *err)
{
	mr_str *natives, loader = mr_mlmodel_loader(model->info);
	size_t n, i;
	mr_code code = native_flavors(model->arena, &natives, &n, err);

	if (code)
		return code;
	if (wanted.len && !mr_mlmodel_flavor(model->info, wanted))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The model has no flavor '%.*s'; it has %.*s",
				    MR_STR_ARG(wanted), MR_STR_ARG(flavors_of(model)));
	model->flavor = wanted;
	if (!wanted.len && loader.len && contains(natives, n, loader) && mr_mlmodel_flavor(model->info, loader))
		model->flavor = loader;
	for (i = 0; !model->flavor.len && i < model->info->flavors_n; i++)
		if (contains(natives, n, model->info->flavors[i].name))
			model->flavor = model->info->flavors[i].name;
	if (model->flavor.len && contains(natives, n, model->flavor))
		return MR_OK;
	return mr_error_set(err, MR_NOT_IMPLEMENTED,
			    "The model has the flavors %.*s, and no plugin loads %s. Plugins are there for: %.*s. Save the "
			    "model as ONNX (mlflow.onnx.log_model), install a plugin of the group " MR_GROUP_MODEL_FLAVOR
			    ", or name a Python environment with mlflow in MILLRACE_PYTHON",
			    MR_STR_ARG(flavors_of(model)),
			    wanted.len ? mr_arena_printf(model->arena, "'%.*s'", MR_STR_ARG(wanted)).ptr : "any of them",
			    MR_STR_ARG(n ? joined(model->arena, natives, n) : mr_str_from("none")));
}

/* ---- opening ---- */

static bool is_option(const struct mr_entry *entry, mr_str key)
{
	size_t i;

	for (i = 0; entry->options && entry->options[i].name; i++)
		if (mr_str_is(key, entry->options[i].name))
			return true;
	return false;
}

static mr_code add_pairs(struct mr_model *model, const mr_json *object, bool options, struct mr_map_string *out,
			 size_t *n, mr_error *err)
{
	size_t i;

	for (i = 0; object && i < object->count; i++) {
		if (is_option(model->entry, object->keys[i]) != options || object->items[i].type == MR_JSON_NULL)
			continue;
		out[*n].key = mr_arena_copy(model->arena, object->keys[i]);
		out[*n].value = mr_model_text_of(&object->items[i], model->arena);
		if (!out[*n].key.ptr || !out[*n].value.ptr)
			return mr_error_no_memory(err);
		++*n;
	}
	return MR_OK;
}

static mr_code read_config(struct mr_model *model, mr_str json, mr_json **out, mr_error *err)
{
	mr_code code;

	*out = NULL;
	if (!json.len)
		return MR_OK;
	json = mr_arena_copy(model->arena, json);
	code = json.ptr ? mr_json_parse(json, model->arena, out, err) : mr_error_no_memory(err);
	if (!code && (*out)->type != MR_JSON_OBJECT)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The configuration of a model is a JSON object");
	return code;
}

static mr_code open_flavor(struct mr_model *model, mr_str config_json, mr_error *err)
{
	const mr_json *conf = mr_mlmodel_flavor(model->info, model->flavor)->conf;
	struct mr_model_open args = {.size = sizeof args, .folder = model->files.folder};
	struct mr_map_string *settings, *options;
	size_t settings_n = 0, options_n = 0;
	mr_json *config;
	mr_str clean;
	mr_code code = mr_plugins_by_name(MR_GROUP_MODEL_FLAVOR, model->flavor, &model->entry, err);

	if (!code)
		code = read_config(model, config_json, &config, err);
	if (code)
		return code;
	settings = mr_arena_alloc(model->arena, (conf->count + (config ? config->count : 0) + 1) * sizeof *settings);
	options = mr_arena_alloc(model->arena, ((config ? config->count : 0) + 1) * sizeof *options);
	if (!settings || !options)
		return mr_error_no_memory(err);
	code = add_pairs(model, conf, false, settings, &settings_n, err);
	if (!code)
		code = add_pairs(model, config, false, settings, &settings_n, err);
	if (!code)
		code = add_pairs(model, config, true, options, &options_n, err);
	if (!code)
		code = mr_options_make(model->entry, mr_str_make("", 0), options, options_n, &model->options, &clean, err);
	if (code)
		return code;
	model->ops = model->entry->ops;
	if (!model->ops->open || !model->ops->predict)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "The plugin %.*s cannot open a model of flavor %.*s",
				    MR_STR_ARG(model->entry->plugin->name), MR_STR_ARG(model->flavor));
	args.settings = settings;
	args.settings_n = settings_n;
	args.options = model->options;
	code = model->ops->open(model->entry->host, &args, &model->self, err);
	if (code)
		mr_error_set(err, code, "The plugin %.*s could not open the model, without saying why",
			     MR_STR_ARG(model->entry->plugin->name));
	return code;
}

static mr_code open_all(struct mr_model *model, mr_str uri, const struct mr_model_options *options, mr_error *err)
{
	mr_code code = MR_OK;

	mr_builtins_register();
	if (!options->client)
		code = mr_client_open(NULL, NULL, &model->client, err);
	if (!code)
		code = mr_model_fetch(uri, model->arena, &model->files, err);
	if (!code)
		code = mr_mlmodel_read(model->files.folder, &model->info, err);
	return code || options->files_only ? code : mr_model_load(model, options, err);
}

mr_code mr_model_load(mr_model *model, const struct mr_model_options *options, mr_error *err)
{
	mr_code code = choose_flavor(model, options->flavor, err);

	return code ? code : open_flavor(model, options->config_json, err);
}

mr_code mr_model_open(mr_str uri, const struct mr_model_options *options, mr_model **out, mr_error *err)
{
	static const struct mr_model_options none;
	mr_model *model = mr_calloc(1, sizeof *model);
	mr_code code;

	*out = NULL;
	if (!model || !(model->arena = mr_arena_new(0))) {
		mr_free(model);
		return mr_error_no_memory(err);
	}
	code = open_all(model, uri, options ? options : &none, err);
	if (code)
		mr_model_close(model);
	else
		*out = model;
	return code;
}

void mr_model_close(mr_model *model)
{
	if (!model)
		return;
	if (model->self && model->ops->close)
		model->ops->close(model->self);
	mr_options_free(model->options);
	mr_mlmodel_free(model->info);
	mr_model_fetched_remove(&model->files);
	mr_client_close(model->client);
	mr_arena_free(model->arena);
	mr_free(model);
}

const struct mr_mlmodel *mr_model_info(const mr_model *model)
{
	return model->info;
}

mr_str mr_model_folder(const mr_model *model)
{
	return model->files.folder;
}

mr_str mr_model_flavor_name(const mr_model *model)
{
	return model->flavor;
}

mr_str mr_model_plugin_name(const mr_model *model)
{
	return model->entry ? model->entry->plugin->name : mr_str_make("", 0);
}

mr_code mr_model_describe(mr_model *model, mr_str *out, mr_call *call, mr_error *err)
{
	*out = mr_str_make("{}", 2);
	return model->ops->describe ? model->ops->describe(model->self, out, call, err) : MR_OK;
}

/* ---- predicting ---- */

/* What comes from a plugin is looked at before anybody reads it. */
static mr_code check_output(const struct mr_model *model, const struct mr_table *table, mr_error *err)
{
	mr_str plugin = model->entry->plugin->name;
	int64_t i;

	if (!table->schema.release || !table->array.release || strcmp(table->schema.format, "+s") != 0)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The plugin %.*s did not answer with a table",
				    MR_STR_ARG(plugin));
	if (table->schema.n_children != table->array.n_children)
		return mr_error_set(err, MR_INTERNAL_ERROR,
				    "The plugin %.*s answered with a table whose schema has other columns",
				    MR_STR_ARG(plugin));
	for (i = 0; i < table->array.n_children; i++)
		if (table->array.children[i]->length < table->array.length + table->array.offset)
			return mr_error_set(err, MR_INTERNAL_ERROR,
					    "The plugin %.*s answered with a column that is too short",
					    MR_STR_ARG(plugin));
	return MR_OK;
}

static mr_code call_plugin(mr_model *model, const struct ArrowSchema *schema, const struct ArrowArray *table,
			   const struct mr_map_string *params, size_t n, struct mr_table *out, mr_call *call, mr_error *err)
{
	mr_code code = model->ops->predict(model->self, schema, table, params, n, &out->schema, &out->array, call, err);

	if (code)
		return mr_error_set(err, code, "The plugin %.*s could not predict, without saying why",
				    MR_STR_ARG(model->entry->plugin->name));
	code = check_output(model, out, err);
	if (code)
		mr_table_release(out);
	return code;
}

mr_code mr_model_predict_staged(mr_model *model, const struct ArrowSchema *schema, const struct ArrowArray *table,
				mr_str params_json, struct mr_table *out, mr_model_stage *stage, mr_call *call,
				mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	struct mr_table enforced = {0};
	struct mr_map_string *params = NULL;
	size_t params_n = 0;
	mr_code code = arena ? MR_OK : mr_error_no_memory(err);

	memset(out, 0, sizeof *out);
	*stage = MR_MODEL_INPUTS;
	if (!code && !model->self)
		code = mr_error_set(err, MR_INVALID_STATE, "The model was opened without a flavor");
	if (!code && model->info->inputs)
		code = mr_model_enforce_inputs(model->info->inputs, schema, table, &enforced, err);
	if (!code) {
		*stage = MR_MODEL_PARAMS;
		code = mr_model_enforce_params(model->info, params_json, arena, &params, &params_n, err);
	}
	if (!code) {
		*stage = MR_MODEL_FLAVOR;
		code = enforced.schema.release
			       ? call_plugin(model, &enforced.schema, &enforced.array, params, params_n, out, call, err)
			       : call_plugin(model, schema, table, params, params_n, out, call, err);
	}
	mr_table_release(&enforced);
	mr_arena_free(arena);
	return code;
}

mr_code mr_model_predict(mr_model *model, const struct ArrowSchema *schema, const struct ArrowArray *table,
			 mr_str params_json, struct mr_table *out, mr_call *call, mr_error *err)
{
	mr_model_stage stage;

	return mr_model_predict_staged(model, schema, table, params_json, out, &stage, call, err);
}
