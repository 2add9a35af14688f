/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace runs, with the names and flags of `mlflow runs`, and a search.
 */
#include "base/os.h"
#include "cli/sub.h"
#include "cli/views.h"
#include "client/context.h"
#include "client/experiment.h"

struct flags {
	struct mr_common_flags common;
	mr_str run_id, experiment_id, experiment_name, run_name, description, status, parent, view, filter;
	struct mr_opt_list experiment_ids, tags, order_by;
	int64_t max_results;
};

#define AT(member) offsetof(struct flags, member)
#define RUN_ID {"run-id", 'r', MR_OPT_TEXT, AT(run_id), "ID", "MLFLOW_RUN_ID", NULL, 0, 0, "Id of the run."}
#define EXPERIMENT_ID                                                                                    \
	{"experiment-id", 'x', MR_OPT_TEXT, AT(experiment_id), "ID", "MLFLOW_EXPERIMENT_ID", NULL, 0, 0, "Id of the experiment."}
#define VIEW                                                                                             \
	{"view", 'v', MR_OPT_TEXT, AT(view), "VIEW", NULL, NULL, 0, 0, "active_only, deleted_only or all. Default: active_only."}

static const struct mr_opt id_options[] = {RUN_ID};
static const struct mr_opt list_options[] = {EXPERIMENT_ID, VIEW};
static const struct mr_opt search_options[] = {
	{"experiment-id", 'x', MR_OPT_LIST, AT(experiment_ids), "ID", NULL, NULL, 0, 0,
	 "An experiment to look in; may be repeated. Default: 0."},
	{"filter", 'f', MR_OPT_TEXT, AT(filter), "FILTER", NULL, NULL, 0, 0, "Such as \"metrics.loss < 0.1 AND params.lr = '0.1'\"."},
	{"order-by", 0, MR_OPT_LIST, AT(order_by), "COLUMN", NULL, NULL, 0, 0, "Such as \"metrics.loss ASC\". May be repeated."},
	{"max-results", 0, MR_OPT_INT, AT(max_results), "N", NULL, NULL, 1, 50000, "At most so many. Default: all."},
	VIEW,
};
static const struct mr_opt create_options[] = {
	EXPERIMENT_ID,
	{"experiment-name", 'n', MR_OPT_TEXT, AT(experiment_name), "NAME", "MLFLOW_EXPERIMENT_NAME", NULL, 0, 0,
	 "Its name, instead of the id; it is made when there is none."},
	{"run-name", 0, MR_OPT_TEXT, AT(run_name), "NAME", NULL, NULL, 0, 0, "Name of the run. Default: an invented one."},
	{"description", 0, MR_OPT_TEXT, AT(description), "TEXT", NULL, NULL, 0, 0, "Description of the run."},
	{"tags", 't', MR_OPT_LIST, AT(tags), "KEY=VALUE", NULL, NULL, 0, 0, "A tag. May be repeated."},
	{"status", 0, MR_OPT_TEXT, AT(status), "STATUS", NULL, NULL, 0, 0, "FINISHED, FAILED or KILLED. Default: FINISHED."},
	{"parent-run-id", 0, MR_OPT_TEXT, AT(parent), "ID", NULL, NULL, 0, 0, "The run that this one belongs to."},
};

static mr_code show(struct mr_cli *cli, const struct mr_runs_query *query)
{
	struct mr_search_runs_response all = {0};
	mr_code code = mr_view_runs_search(cli, query, &all);

	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, mr_op_search_runs.response, &all);
	mr_view_runs_table(cli, &all);
	return MR_OK;
}

static mr_code list(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_runs_query query = {.experiment_ids = &f->experiment_id, .experiment_ids_n = 1, .view = f->view};
	mr_code code = mr_cli_need(cli, f->experiment_id.len, "--experiment-id");

	return code == MR_OK ? show(cli, &query) : code;
}

static mr_code search(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	mr_str zero = mr_str_from("0");
	struct mr_runs_query query = {.experiment_ids = f->experiment_ids.n ? f->experiment_ids.items : &zero,
				      .experiment_ids_n = f->experiment_ids.n ? f->experiment_ids.n : 1,
				      .filter = f->filter,
				      .view = f->view,
				      .order_by = f->order_by,
				      .max_results = f->max_results};

	return show(cli, &query);
}

static void print_run(struct mr_cli *cli, const struct mr_run *run)
{
	const struct mr_run_info *i = run->info;

	printf("run         %.*s\nname        %.*s\nexperiment  %.*s\nstatus      %s\nstage       %.*s\nuser        %.*s\n",
	       MR_STR_ARG(i->run_id), MR_STR_ARG(i->run_name), MR_STR_ARG(i->experiment_id),
	       mr_enum_name(&mr_desc_enum_run_status, i->status), MR_STR_ARG(i->lifecycle_stage), MR_STR_ARG(i->user_id));
	printf("started     %.*s\nended       %.*s\nartifacts   %.*s\n", MR_STR_ARG(mr_print_time(cli->arena, i->start_time)),
	       MR_STR_ARG(mr_print_time(cli->arena, i->end_time)), MR_STR_ARG(i->artifact_uri));
	for (size_t k = 0; run->data && k < run->data->params_n; k++)
		printf("param       %.*s = %.*s\n", MR_STR_ARG(run->data->params[k]->key), MR_STR_ARG(run->data->params[k]->value));
	for (size_t k = 0; run->data && k < run->data->metrics_n; k++)
		printf("metric      %.*s = %.6g (step %lld)\n", MR_STR_ARG(run->data->metrics[k]->key),
		       run->data->metrics[k]->value, (long long)run->data->metrics[k]->step);
	for (size_t k = 0; run->data && k < run->data->tags_n; k++)
		printf("tag         %.*s = %.*s\n", MR_STR_ARG(run->data->tags[k]->key), MR_STR_ARG(run->data->tags[k]->value));
}

static mr_code describe(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_get_run request = {0};
	void *response;
	mr_code code = mr_cli_need(cli, f->run_id.len, "--run-id");

	mr_get_run_set_run_id(&request, f->run_id);
	if (code == MR_OK)
		code = mr_cli_call(cli, &mr_op_get_run, &request, &response);
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, mr_op_get_run.response, response);
	print_run(cli, ((struct mr_get_run_response *)response)->run);
	return MR_OK;
}

static mr_code delete_one(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_delete_run request = {0};
	void *response;
	mr_code code = mr_cli_need(cli, f->run_id.len, "--run-id");

	mr_delete_run_set_run_id(&request, f->run_id);
	if (code == MR_OK)
		code = mr_cli_call(cli, &mr_op_delete_run, &request, &response);
	if (code == MR_OK)
		printf("Run with ID %.*s has been deleted.\n", MR_STR_ARG(f->run_id));
	return code;
}

static mr_code restore(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_restore_run request = {0};
	void *response;
	mr_code code = mr_cli_need(cli, f->run_id.len, "--run-id");

	mr_restore_run_set_run_id(&request, f->run_id);
	if (code == MR_OK)
		code = mr_cli_call(cli, &mr_op_restore_run, &request, &response);
	if (code == MR_OK)
		printf("Run with id %.*s has been restored.\n", MR_STR_ARG(f->run_id));
	return code;
}

static mr_code the_experiment(struct mr_cli *cli, const struct flags *f, mr_str *id)
{
	mr_client *client;
	mr_code code = mr_cli_need(cli, f->experiment_id.len || f->experiment_name.len, "--experiment-id or --experiment-name");

	*id = f->experiment_id;
	if (code == MR_OK && !f->experiment_id.len)
		code = mr_cli_client(cli, &client);
	if (code == MR_OK && !f->experiment_id.len)
		code = mr_experiment_ensure(client, f->experiment_name, cli->call, id, &cli->err);
	return code;
}

static mr_code make_tags(struct mr_cli *cli, const struct flags *f, struct mr_tag_set *tags)
{
	mr_code code = mr_context_tags(tags, &cli->err);

	if (code == MR_OK && f->description.len)
		code = mr_tag_set_put(tags, mr_str_from("mlflow.note.content"), f->description, &cli->err);
	if (code == MR_OK && f->parent.len)
		code = mr_tag_set_put(tags, mr_str_from("mlflow.parentRunId"), f->parent, &cli->err);
	for (size_t i = 0; i < f->tags.n && code == MR_OK; i++) {
		mr_str key, value;

		code = mr_cli_pair(cli, f->tags.items[i], &key, &value);
		if (code == MR_OK)
			code = mr_tag_set_put(tags, key, value, &cli->err);
	}
	return code;
}

static mr_code end_run(struct mr_cli *cli, mr_str run_id, int32_t status)
{
	struct mr_update_run request = {0};
	void *response;

	mr_update_run_set_run_id(&request, run_id);
	mr_update_run_set_status(&request, status);
	mr_update_run_set_end_time(&request, mr_time_ms());
	return mr_cli_call(cli, &mr_op_update_run, &request, &response);
}

static mr_code create(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	const struct mr_enum_value *status =
		mr_enum_by_name(&mr_desc_enum_run_status, f->status.len ? f->status : mr_str_from("FINISHED"));
	struct mr_tag_set tags = {.call = cli->call};
	struct mr_create_run request = {0};
	void *response;
	mr_str experiment, run_id;
	mr_code code = the_experiment(cli, f, &experiment);

	if (code == MR_OK && (!status || status->number < MR_RUN_STATUS_FINISHED))
		code = mr_error_set(&cli->err, MR_BAD_REQUEST, "--status is FINISHED, FAILED or KILLED, not '%.*s'",
				    MR_STR_ARG(f->status));
	if (code == MR_OK)
		code = make_tags(cli, f, &tags);
	if (code != MR_OK)
		return code;
	mr_create_run_set_experiment_id(&request, experiment);
	mr_create_run_set_user_id(&request, mr_tag_set_get(&tags, "mlflow.user"));
	mr_create_run_set_start_time(&request, mr_time_ms());
	if (f->run_name.len)
		mr_create_run_set_run_name(&request, f->run_name);
	request.tags = tags.tags;
	request.tags_n = tags.n;
	code = mr_cli_call(cli, &mr_op_create_run, &request, &response);
	if (code != MR_OK)
		return code;
	run_id = ((struct mr_create_run_response *)response)->run->info->run_id;
	code = end_run(cli, run_id, status->number);
	if (code == MR_OK && cli->output == MR_OUTPUT_JSON)
		return mr_cli_print_message(cli, mr_op_create_run.response, response);
	if (code == MR_OK)
		printf("Created run %.*s\n", MR_STR_ARG(run_id));
	return code;
}

#define N(array) array, sizeof array / sizeof *array
static const struct mr_sub subs[] = {
	{"list", "lists the runs of an experiment", N(list_options), NULL, list, "millrace runs list -x 1"},
	{"search", "finds runs", N(search_options), NULL, search,
	 "millrace runs search -x 1 -f \"metrics.loss < 0.1\" --order-by \"metrics.loss\""},
	{"describe", "shows one run", N(id_options), NULL, describe, "millrace runs describe --run-id ID"},
	{"create", "makes a run that is over already", N(create_options), NULL, create,
	 "millrace runs create -n pumps --run-name by-hand -t team=a"},
	{"delete", "marks a run as deleted", N(id_options), NULL, delete_one, "millrace runs delete --run-id ID"},
	{"restore", "brings a deleted run back", N(id_options), NULL, restore, "millrace runs restore --run-id ID"},
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_runs(int argc, char **argv)
{
	static const struct mr_sub_table table = {"runs", "Runs: parameters, metrics and tags of one training.",
						  sizeof(struct flags), subs};

	return mr_sub_run(&table, argc, argv);
}
