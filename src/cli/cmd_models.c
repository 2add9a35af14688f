/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace models: the model registry; of saved models see cmd_models_serve.c.
 */
#include <stdlib.h>

#include "cli/models.h"
#include "cli/views.h"
#include "client/client.h"

#define AT(member) offsetof(struct mr_models_flags, member)
#define NAME {"name", 'n', MR_OPT_TEXT, AT(name), "NAME", NULL, NULL, 0, 0, "Name of the registered model."}
#define VERSION {"version", 'v', MR_OPT_TEXT, AT(version), "N", NULL, NULL, 0, 0, "Number of the version."}
#define DESCRIPTION {"description", 'd', MR_OPT_TEXT, AT(description), "TEXT", NULL, NULL, 0, 0, "Description."}
#define TAGS {"tag", 't', MR_OPT_LIST, AT(tags), "KEY=VALUE", NULL, NULL, 0, 0, "A tag. May be repeated."}

static const struct mr_opt search_options[] = {
	{"filter", 'f', MR_OPT_TEXT, AT(filter), "FILTER", NULL, NULL, 0, 0, "Such as \"name LIKE 'pump%'\"."},
	{"order-by", 0, MR_OPT_LIST, AT(order_by), "COLUMN", NULL, NULL, 0, 0, "Such as \"name ASC\". May be repeated."},
	{"max-results", 0, MR_OPT_INT, AT(max_results), "N", NULL, NULL, 1, 200000, "At most so many. Default: all."},
};
static const struct mr_opt name_options[] = {NAME};
static const struct mr_opt describe_options[] = {
	NAME,
	{"model-uri", 'm', MR_OPT_TEXT, AT(model_uri), "URI", NULL, NULL, 0, 0,
	 "Instead of a registered model, a saved one: its flavors and signature, and whether it can be served here."}};
static const struct mr_opt create_options[] = {NAME, DESCRIPTION, TAGS};
static const struct mr_opt rename_options[] = {
	NAME, {"new-name", 0, MR_OPT_TEXT, AT(new_name), "NAME", NULL, NULL, 0, 0, "The new name."}};
static const struct mr_opt register_options[] = {
	NAME,
	{"model-uri", 'm', MR_OPT_TEXT, AT(source), "URI", NULL, NULL, 0, 0, "Where its files are: s3://..., models:/..., a path."},
	{"run-id", 'r', MR_OPT_TEXT, AT(run_id), "ID", NULL, NULL, 0, 0, "The run that made it."},
	DESCRIPTION,
	TAGS,
};
static const struct mr_opt version_options[] = {NAME, VERSION};
static const struct mr_opt alias_options[] = {
	NAME, VERSION, {"alias", 'a', MR_OPT_TEXT, AT(alias), "ALIAS", NULL, NULL, 0, 0, "The alias."}};
static const struct mr_opt stage_options[] = {
	NAME,
	VERSION,
	{"stage", 's', MR_OPT_TEXT, AT(stage), "STAGE", NULL, NULL, 0, 0, "None, Staging, Production or Archived."},
	{"archive-existing", 0, MR_OPT_FLAG, AT(archive), NULL, NULL, NULL, 0, 0, "Move what is in the stage to Archived."},
};

static mr_code done(struct mr_cli *cli, const struct mr_op_desc *op, const void *request, const char *what, mr_str name)
{
	void *response;
	mr_code code = mr_cli_call(cli, op, request, &response);

	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, op->response, response);
	printf("%s %.*s\n", what, MR_STR_ARG(name));
	return MR_OK;
}

static mr_str aliases_text(struct mr_cli *cli, const struct mr_registered_model *m)
{
	mr_str out = mr_str_from("");

	for (size_t i = 0; i < m->aliases_n; i++)
		out = mr_arena_printf(cli->arena, "%.*s%s%.*s=%.*s", MR_STR_ARG(out), i ? " " : "", MR_STR_ARG(m->aliases[i]->alias),
				      MR_STR_ARG(m->aliases[i]->version));
	return out;
}

static mr_str latest_text(struct mr_cli *cli, const struct mr_registered_model *m)
{
	mr_str newest = mr_str_from("-");
	long best = -1;

	for (size_t i = 0; i < m->latest_versions_n; i++) {
		long n = strtol(mr_arena_copy(cli->arena, m->latest_versions[i]->version).ptr, NULL, 10);

		if (n > best) {
			best = n;
			newest = m->latest_versions[i]->version;
		}
	}
	return newest;
}

static mr_code search_models(struct mr_cli *cli, const struct mr_models_flags *f, struct mr_search_registered_models_response *all)
{
	struct mr_search_registered_models request = {.order_by = f->order_by.items, .order_by_n = f->order_by.n};
	struct mr_search_registered_models_response *page;
	int64_t left = f->max_results ? f->max_results : INT64_MAX;
	size_t room = 0;
	void *response;
	mr_code code = MR_OK;

	if (f->filter.len)
		mr_search_registered_models_set_filter(&request, f->filter);
	while (left > 0) {
		mr_search_registered_models_set_max_results(&request, left < 1000 ? left : 1000);
		code = mr_cli_call(cli, &mr_op_search_registered_models, &request, &response);
		if (code != MR_OK)
			break;
		page = response;
		if (!mr_append_rows(cli->arena, (void ***)&all->registered_models, &all->registered_models_n, &room,
				    (void *const *)page->registered_models, page->registered_models_n))
			return mr_error_no_memory(&cli->err);
		left -= (int64_t)page->registered_models_n;
		if (!page->next_page_token.len)
			break;
		mr_search_registered_models_set_page_token(&request, page->next_page_token);
	}
	return code;
}

static mr_code search(struct mr_cli *cli, void *arg)
{
	static const char *const headings[] = {"NAME", "LATEST", "ALIASES", "LAST CHANGE", "DESCRIPTION"};
	struct mr_search_registered_models_response all = {0};
	struct mr_rows_printer rows;
	mr_code code = search_models(cli, arg, &all);

	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, mr_op_search_registered_models.response, &all);
	mr_print_begin(&rows, cli->arena, cli->output, headings, 5);
	for (size_t i = 0; i < all.registered_models_n; i++) {
		const struct mr_registered_model *m = all.registered_models[i];
		mr_str cells[5] = {m->name, latest_text(cli, m), aliases_text(cli, m),
				   mr_print_time(cli->arena, m->last_updated_timestamp), m->description};

		mr_print_row(&rows, cells);
	}
	mr_print_end(&rows, "There are no such models; `millrace models register -n NAME -m URI` makes one.");
	return MR_OK;
}

static void print_version(struct mr_rows_printer *rows, struct mr_cli *cli, const struct mr_model_version *v)
{
	mr_str cells[6] = {v->name, v->version, v->current_stage, v->run_id, mr_print_time(cli->arena, v->creation_timestamp),
			   v->source};

	mr_print_row(rows, cells);
}

static mr_code versions(struct mr_cli *cli, void *arg)
{
	static const char *const headings[] = {"NAME", "VERSION", "STAGE", "RUN", "CREATED", "SOURCE"};
	struct mr_models_flags *f = arg;
	struct mr_search_model_versions request = {.order_by = f->order_by.items, .order_by_n = f->order_by.n};
	struct mr_search_model_versions_response *found;
	struct mr_rows_printer rows;
	void *response;
	mr_code code;

	if (f->filter.len)
		mr_search_model_versions_set_filter(&request, f->filter);
	if (f->max_results)
		mr_search_model_versions_set_max_results(&request, f->max_results);
	code = mr_cli_call(cli, &mr_op_search_model_versions, &request, &response);
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, mr_op_search_model_versions.response, response);
	found = response;
	mr_print_begin(&rows, cli->arena, cli->output, headings, 6);
	for (size_t i = 0; i < found->model_versions_n; i++)
		print_version(&rows, cli, found->model_versions[i]);
	mr_print_end(&rows, "There are no such versions.");
	return MR_OK;
}

static mr_code describe(struct mr_cli *cli, void *arg)
{
	struct mr_models_flags *f = arg;
	struct mr_get_registered_model request = {0};
	const struct mr_registered_model *m;
	void *response;
	mr_code code;

	if (f->model_uri.len)
		return mr_models_describe_saved(cli, f);
	code = mr_cli_need(cli, f->name.len, "--name or --model-uri");
	mr_get_registered_model_set_name(&request, f->name);
	if (code == MR_OK)
		code = mr_cli_call(cli, &mr_op_get_registered_model, &request, &response);
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, mr_op_get_registered_model.response, response);
	m = ((struct mr_get_registered_model_response *)response)->registered_model;
	printf("name         %.*s\ndescription  %.*s\naliases      %.*s\n", MR_STR_ARG(m->name), MR_STR_ARG(m->description),
	       MR_STR_ARG(aliases_text(cli, m)));
	for (size_t i = 0; i < m->latest_versions_n; i++)
		printf("%-12.*s version %.*s, %.*s\n", MR_STR_ARG(m->latest_versions[i]->current_stage),
		       MR_STR_ARG(m->latest_versions[i]->version), MR_STR_ARG(m->latest_versions[i]->source));
	for (size_t i = 0; i < m->tags_n; i++)
		printf("tag          %.*s = %.*s\n", MR_STR_ARG(m->tags[i]->key), MR_STR_ARG(m->tags[i]->value));
	return MR_OK;
}

/* The tags of the command line as messages of one of the two kinds, which have the same layout of fields. */
static mr_code model_tags(struct mr_cli *cli, const struct mr_models_flags *f, struct mr_registered_model_tag ***out)
{
	mr_code code = MR_OK;

	*out = mr_arena_zalloc(cli->arena, (f->tags.n + 1) * sizeof **out);
	for (size_t i = 0; *out && i < f->tags.n && code == MR_OK; i++) {
		struct mr_registered_model_tag *tag = mr_msg_new(cli->call, &mr_desc_registered_model_tag);
		mr_str key, value;

		code = tag ? mr_cli_pair(cli, f->tags.items[i], &key, &value) : mr_error_no_memory(&cli->err);
		if (code != MR_OK)
			break;
		mr_registered_model_tag_set_key(tag, key);
		mr_registered_model_tag_set_value(tag, value);
		(*out)[i] = tag;
	}
	return *out ? code : mr_error_no_memory(&cli->err);
}

static mr_code version_tags(struct mr_cli *cli, const struct mr_models_flags *f, struct mr_model_version_tag ***out)
{
	mr_code code = MR_OK;

	*out = mr_arena_zalloc(cli->arena, (f->tags.n + 1) * sizeof **out);
	for (size_t i = 0; *out && i < f->tags.n && code == MR_OK; i++) {
		struct mr_model_version_tag *tag = mr_msg_new(cli->call, &mr_desc_model_version_tag);
		mr_str key, value;

		code = tag ? mr_cli_pair(cli, f->tags.items[i], &key, &value) : mr_error_no_memory(&cli->err);
		if (code != MR_OK)
			break;
		mr_model_version_tag_set_key(tag, key);
		mr_model_version_tag_set_value(tag, value);
		(*out)[i] = tag;
	}
	return *out ? code : mr_error_no_memory(&cli->err);
}

static mr_code create(struct mr_cli *cli, void *arg)
{
	struct mr_models_flags *f = arg;
	struct mr_create_registered_model request = {0};
	mr_code code = mr_cli_need(cli, f->name.len, "--name");

	mr_create_registered_model_set_name(&request, f->name);
	if (f->description.len)
		mr_create_registered_model_set_description(&request, f->description);
	if (code == MR_OK)
		code = model_tags(cli, f, &request.tags);
	request.tags_n = f->tags.n;
	return code == MR_OK ? done(cli, &mr_op_create_registered_model, &request, "Created model", f->name) : code;
}

static mr_code register_version(struct mr_cli *cli, void *arg)
{
	struct mr_models_flags *f = arg;
	struct mr_create_registered_model model = {0};
	struct mr_create_model_version request = {0};
	void *response;
	mr_code code = mr_cli_need(cli, f->name.len && f->source.len, "--name and --model-uri");

	mr_create_registered_model_set_name(&model, f->name);
	mr_create_model_version_set_name(&request, f->name);
	mr_create_model_version_set_source(&request, f->source);
	if (f->run_id.len)
		mr_create_model_version_set_run_id(&request, f->run_id);
	if (f->description.len)
		mr_create_model_version_set_description(&request, f->description);
	if (code == MR_OK)
		code = version_tags(cli, f, &request.tags);
	request.tags_n = f->tags.n;
	if (code == MR_OK && mr_cli_call(cli, &mr_op_create_registered_model, &model, &response) != MR_OK) {
		if (cli->err.code != MR_RESOURCE_ALREADY_EXISTS)
			return cli->err.code;
		mr_error_init(&cli->err);
	}
	if (code == MR_OK)
		code = mr_cli_call(cli, &mr_op_create_model_version, &request, &response);
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, mr_op_create_model_version.response, response);
	printf("Created version %.*s of model %.*s\n",
	       MR_STR_ARG(((struct mr_create_model_version_response *)response)->model_version->version), MR_STR_ARG(f->name));
	return MR_OK;
}

static mr_code rename_one(struct mr_cli *cli, void *arg)
{
	struct mr_models_flags *f = arg;
	struct mr_rename_registered_model request = {0};
	mr_code code = mr_cli_need(cli, f->name.len && f->new_name.len, "--name and --new-name");

	mr_rename_registered_model_set_name(&request, f->name);
	mr_rename_registered_model_set_new_name(&request, f->new_name);
	return code == MR_OK ? done(cli, &mr_op_rename_registered_model, &request, "Renamed model to", f->new_name) : code;
}

static mr_code delete_one(struct mr_cli *cli, void *arg)
{
	struct mr_models_flags *f = arg;
	struct mr_delete_registered_model request = {0};
	mr_code code = mr_cli_need(cli, f->name.len, "--name");

	mr_delete_registered_model_set_name(&request, f->name);
	return code == MR_OK ? done(cli, &mr_op_delete_registered_model, &request, "Deleted model", f->name) : code;
}

static mr_code delete_version(struct mr_cli *cli, void *arg)
{
	struct mr_models_flags *f = arg;
	struct mr_delete_model_version request = {0};
	mr_code code = mr_cli_need(cli, f->name.len && f->version.len, "--name and --version");

	mr_delete_model_version_set_name(&request, f->name);
	mr_delete_model_version_set_version(&request, f->version);
	return code == MR_OK ? done(cli, &mr_op_delete_model_version, &request, "Deleted version", f->version) : code;
}

static mr_code set_alias(struct mr_cli *cli, void *arg)
{
	struct mr_models_flags *f = arg;
	struct mr_set_registered_model_alias request = {0};
	mr_code code = mr_cli_need(cli, f->name.len && f->version.len && f->alias.len, "--name, --version and --alias");

	mr_set_registered_model_alias_set_name(&request, f->name);
	mr_set_registered_model_alias_set_alias(&request, f->alias);
	mr_set_registered_model_alias_set_version(&request, f->version);
	return code == MR_OK ? done(cli, &mr_op_set_registered_model_alias, &request, "Set alias", f->alias) : code;
}

static mr_code delete_alias(struct mr_cli *cli, void *arg)
{
	struct mr_models_flags *f = arg;
	struct mr_delete_registered_model_alias request = {0};
	mr_code code = mr_cli_need(cli, f->name.len && f->alias.len, "--name and --alias");

	mr_delete_registered_model_alias_set_name(&request, f->name);
	mr_delete_registered_model_alias_set_alias(&request, f->alias);
	return code == MR_OK ? done(cli, &mr_op_delete_registered_model_alias, &request, "Deleted alias", f->alias) : code;
}

static mr_code transition(struct mr_cli *cli, void *arg)
{
	struct mr_models_flags *f = arg;
	struct mr_transition_model_version_stage request = {0};
	mr_code code = mr_cli_need(cli, f->name.len && f->version.len && f->stage.len, "--name, --version and --stage");

	mr_transition_model_version_stage_set_name(&request, f->name);
	mr_transition_model_version_stage_set_version(&request, f->version);
	mr_transition_model_version_stage_set_stage(&request, f->stage);
	mr_transition_model_version_stage_set_archive_existing_versions(&request, f->archive);
	return code == MR_OK ? done(cli, &mr_op_transition_model_version_stage, &request, "Moved to stage", f->stage) : code;
}

#define N(array) array, sizeof array / sizeof *array
static const struct mr_sub subs[] = {
	{"search", "lists registered models", N(search_options), NULL, search, "millrace models search -f \"name LIKE 'pump%'\""},
	{"describe", "shows a registered model, or with -m a saved one", N(describe_options), NULL, describe,
	 "millrace models describe -m models:/pumps@champion"},
	{"versions", "lists versions", N(search_options), NULL, versions, "millrace models versions -f \"name = 'pumps'\""},
	{"create", "makes a registered model without a version", N(create_options), NULL, create, "millrace models create -n pumps"},
	{"register", "makes the next version, and the model when there is none", N(register_options), NULL, register_version,
	 "millrace models register -n pumps -m s3://models/pumps -r RUN_ID"},
	{"rename", "gives a model another name", N(rename_options), NULL, rename_one, "millrace models rename -n pumps --new-name p2"},
	{"delete", "removes a model with its versions", N(name_options), NULL, delete_one, "millrace models delete -n pumps"},
	{"delete-version", "removes one version", N(version_options), NULL, delete_version,
	 "millrace models delete-version -n pumps -v 1"},
	{"set-alias", "points an alias at a version", N(alias_options), NULL, set_alias,
	 "millrace models set-alias -n pumps -v 1 -a champion"},
	{"delete-alias", "removes an alias", N(alias_options), NULL, delete_alias, "millrace models delete-alias -n pumps -a champion"},
	{"transition", "moves a version to another stage", N(stage_options), NULL, transition,
	 "millrace models transition -n pumps -v 1 -s Production"},
	{"serve", "serves a saved model over HTTP", mr_models_serve_options, MR_MODELS_SERVE_OPTIONS_N, NULL, mr_models_serve,
	 "millrace models serve -m models:/pumps@champion -p 5001"},
	{"predict", "predicts with a saved model", mr_models_predict_options, MR_MODELS_PREDICT_OPTIONS_N, NULL, mr_models_predict,
	 "millrace models predict -m models:/pumps/1 -t csv -i data.csv"},
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_models(int argc, char **argv)
{
	static const struct mr_sub_table table = {"models", "The model registry, and saved models: served, predicted with, described.", sizeof(struct mr_models_flags), subs};

	return mr_sub_run(&table, argc, argv);
}
