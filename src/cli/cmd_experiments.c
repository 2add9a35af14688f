/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace experiments, with the names and flags of `mlflow experiments`.
 */
#include "cli/sub.h"
#include "cli/views.h"

struct flags {
	struct mr_common_flags common;
	mr_str id, name, new_name, location, view, filter, filename;
	struct mr_opt_list order_by;
	int64_t max_results;
};

#define AT(member) offsetof(struct flags, member)
#define EXPERIMENT_ID                                                                                    \
	{"experiment-id", 'x', MR_OPT_TEXT, AT(id), "ID", "MLFLOW_EXPERIMENT_ID", NULL, 0, 0, "Id of the experiment."}
#define VIEW                                                                                             \
	{"view", 'v', MR_OPT_TEXT, AT(view), "VIEW", NULL, NULL, 0, 0, "active_only, deleted_only or all. Default: active_only."}

static const struct mr_opt create_options[] = {
	{"experiment-name", 'n', MR_OPT_TEXT, AT(name), "NAME", NULL, NULL, 0, 0, "Name of the new experiment."},
	{"artifact-location", 'l', MR_OPT_TEXT, AT(location), "URI", NULL, NULL, 0, 0,
	 "Where its artifacts go. Default: the store decides."},
};
static const struct mr_opt search_options[] = {
	VIEW,
	{"filter", 'f', MR_OPT_TEXT, AT(filter), "FILTER", NULL, NULL, 0, 0, "Such as \"name LIKE 'pump%'\"."},
	{"order-by", 0, MR_OPT_LIST, AT(order_by), "COLUMN", NULL, NULL, 0, 0, "Such as \"name ASC\". May be repeated."},
	{"max-results", 0, MR_OPT_INT, AT(max_results), "N", NULL, NULL, 1, 50000, "At most so many. Default: all."},
};
static const struct mr_opt get_options[] = {
	EXPERIMENT_ID,
	{"experiment-name", 'n', MR_OPT_TEXT, AT(name), "NAME", NULL, NULL, 0, 0, "Its name, instead of the id."},
};
static const struct mr_opt id_options[] = {EXPERIMENT_ID};
static const struct mr_opt rename_options[] = {
	EXPERIMENT_ID,
	{"new-name", 0, MR_OPT_TEXT, AT(new_name), "NAME", NULL, NULL, 0, 0, "The new name."},
};
static const struct mr_opt csv_options[] = {
	EXPERIMENT_ID,
	{"filename", 'o', MR_OPT_TEXT, AT(filename), "FILE", NULL, NULL, 0, 0, "File to write. Default: standard output."},
};

static mr_code create(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_create_experiment request = {0};
	void *response;
	mr_code code = mr_cli_need(cli, f->name.len, "--experiment-name");

	mr_create_experiment_set_name(&request, f->name);
	if (f->location.len)
		mr_create_experiment_set_artifact_location(&request, f->location);
	if (code == MR_OK)
		code = mr_cli_call(cli, &mr_op_create_experiment, &request, &response);
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, mr_op_create_experiment.response, response);
	printf("Created experiment '%.*s' with id %.*s\n", MR_STR_ARG(f->name),
	       MR_STR_ARG(((struct mr_create_experiment_response *)response)->experiment_id));
	return MR_OK;
}

/* Pages until all are there, or enough; the rows of all pages in one response. */
static mr_code search_all(struct mr_cli *cli, const struct flags *f, struct mr_search_experiments_response *all)
{
	struct mr_search_experiments request = {0};
	struct mr_search_experiments_response *page;
	int64_t left = f->max_results ? f->max_results : INT64_MAX;
	size_t room = 0;
	int32_t view;
	void *response;
	mr_code code = mr_view_parse(f->view, &view, &cli->err);

	mr_search_experiments_set_view_type(&request, view);
	if (f->filter.len)
		mr_search_experiments_set_filter(&request, f->filter);
	request.order_by = f->order_by.items;
	request.order_by_n = f->order_by.n;
	while (code == MR_OK && left > 0) {
		mr_search_experiments_set_max_results(&request, left < 1000 ? left : 1000);
		code = mr_cli_call(cli, &mr_op_search_experiments, &request, &response);
		if (code != MR_OK)
			break;
		page = response;
		if (!mr_append_rows(cli->arena, (void ***)&all->experiments, &all->experiments_n, &room,
				    (void *const *)page->experiments, page->experiments_n))
			return mr_error_no_memory(&cli->err);
		left -= (int64_t)page->experiments_n;
		if (!page->next_page_token.len)
			break;
		mr_search_experiments_set_page_token(&request, page->next_page_token);
	}
	return code;
}

static mr_code search(struct mr_cli *cli, void *arg)
{
	static const char *const headings[] = {"ID", "NAME", "STAGE", "CREATED", "ARTIFACT LOCATION"};
	struct mr_search_experiments_response all = {0};
	struct mr_rows_printer rows;
	mr_code code = search_all(cli, arg, &all);

	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, mr_op_search_experiments.response, &all);
	mr_print_begin(&rows, cli->arena, cli->output, headings, 5);
	for (size_t i = 0; i < all.experiments_n; i++) {
		const struct mr_experiment *e = all.experiments[i];
		mr_str cells[5] = {e->experiment_id, e->name, e->lifecycle_stage, mr_print_time(cli->arena, e->creation_time),
				   e->artifact_location};

		mr_print_row(&rows, cells);
	}
	mr_print_end(&rows, "There are no such experiments; `millrace experiments create -n NAME` makes one.");
	return MR_OK;
}

static void print_experiment(struct mr_cli *cli, const struct mr_experiment *e)
{
	printf("id                 %.*s\nname               %.*s\nstage              %.*s\n", MR_STR_ARG(e->experiment_id),
	       MR_STR_ARG(e->name), MR_STR_ARG(e->lifecycle_stage));
	printf("artifact location  %.*s\ncreated            %.*s\nlast change        %.*s\n", MR_STR_ARG(e->artifact_location),
	       MR_STR_ARG(mr_print_time(cli->arena, e->creation_time)), MR_STR_ARG(mr_print_time(cli->arena, e->last_update_time)));
	for (size_t i = 0; i < e->tags_n; i++)
		printf("tag                %.*s = %.*s\n", MR_STR_ARG(e->tags[i]->key), MR_STR_ARG(e->tags[i]->value));
}

static mr_code get(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_get_experiment by_id = {0};
	struct mr_get_experiment_by_name by_name = {0};
	const struct mr_op_desc *op = f->name.len ? &mr_op_get_experiment_by_name : &mr_op_get_experiment;
	void *response;
	mr_code code = mr_cli_need(cli, f->id.len || f->name.len, "--experiment-id or --experiment-name");

	mr_get_experiment_set_experiment_id(&by_id, f->id);
	mr_get_experiment_by_name_set_experiment_name(&by_name, f->name);
	if (code == MR_OK)
		code = mr_cli_call(cli, op, f->name.len ? (const void *)&by_name : &by_id, &response);
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, op->response, response);
	print_experiment(cli, f->name.len ? ((struct mr_get_experiment_by_name_response *)response)->experiment
					  : ((struct mr_get_experiment_response *)response)->experiment);
	return MR_OK;
}

static mr_code delete_one(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_delete_experiment request = {0};
	void *response;
	mr_code code = mr_cli_need(cli, f->id.len, "--experiment-id");

	mr_delete_experiment_set_experiment_id(&request, f->id);
	if (code == MR_OK)
		code = mr_cli_call(cli, &mr_op_delete_experiment, &request, &response);
	if (code == MR_OK)
		printf("Experiment with ID %.*s has been deleted.\n", MR_STR_ARG(f->id));
	return code;
}

static mr_code restore(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_restore_experiment request = {0};
	void *response;
	mr_code code = mr_cli_need(cli, f->id.len, "--experiment-id");

	mr_restore_experiment_set_experiment_id(&request, f->id);
	if (code == MR_OK)
		code = mr_cli_call(cli, &mr_op_restore_experiment, &request, &response);
	if (code == MR_OK)
		printf("Experiment with id %.*s has been restored.\n", MR_STR_ARG(f->id));
	return code;
}

static mr_code rename_one(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_update_experiment request = {0};
	void *response;
	mr_code code = mr_cli_need(cli, f->id.len && f->new_name.len, "--experiment-id and --new-name");

	mr_update_experiment_set_experiment_id(&request, f->id);
	mr_update_experiment_set_new_name(&request, f->new_name);
	if (code == MR_OK)
		code = mr_cli_call(cli, &mr_op_update_experiment, &request, &response);
	if (code == MR_OK)
		printf("Experiment with id %.*s has been renamed to '%.*s'.\n", MR_STR_ARG(f->id), MR_STR_ARG(f->new_name));
	return code;
}

/* All runs of the experiment, a row each, parameters, metrics and tags as columns. */
static mr_code csv(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	mr_code code = mr_cli_need(cli, f->id.len, "--experiment-id");

	return code == MR_OK ? mr_view_runs_csv(cli, f->id, f->filename) : code;
}

#define N(array) array, sizeof array / sizeof *array
static const struct mr_sub subs[] = {
	{"create", "makes an experiment", N(create_options), NULL, create, "millrace experiments create -n pumps"},
	{"search", "lists experiments", N(search_options), NULL, search, "millrace experiments search --view all"},
	{"list", "the same as search", N(search_options), NULL, search, NULL},
	{"get", "shows one", N(get_options), NULL, get, "millrace experiments get -n pumps"},
	{"delete", "marks one as deleted, with its runs", N(id_options), NULL, delete_one, "millrace experiments delete -x 3"},
	{"restore", "brings a deleted one back", N(id_options), NULL, restore, "millrace experiments restore -x 3"},
	{"rename", "gives one another name", N(rename_options), NULL, rename_one,
	 "millrace experiments rename -x 3 --new-name pumps-2"},
	{"csv", "all its runs as CSV", N(csv_options), NULL, csv, "millrace experiments csv -x 3 -o runs.csv"},
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_experiments(int argc, char **argv)
{
	static const struct mr_sub_table table = {"experiments", "Experiments: the named sets that runs live in.",
						  sizeof(struct flags), subs};

	return mr_sub_run(&table, argc, argv);
}
