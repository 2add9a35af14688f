/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace gc: removes for good what was marked as deleted, with its artifacts,
 * as `mlflow gc` does.
 */
#include <stdlib.h>

#include "base/json.h"
#include "base/uri.h"
#include "cli/sub.h"

struct flags {
	struct mr_common_flags common;
	mr_str older_than, backend, destination, run_ids, experiment_ids, model_ids;
};

#define AT(member) offsetof(struct flags, member)
static const struct mr_opt options[] = {
	{"older-than", 0, MR_OPT_TEXT, AT(older_than), "TIME", NULL, NULL, 0, 0,
	 "Only what was deleted at least so long ago: 8h, 2d8h5m20s, 2m4s."},
	{"backend-store-uri", 0, MR_OPT_TEXT, AT(backend), "URI", "MLFLOW_BACKEND_STORE_URI", NULL, 0, 0,
	 "The store to clean: its own URI, not a server's. Default: as --tracking-uri."},
	{"artifacts-destination", 0, MR_OPT_TEXT, AT(destination), "URI", "MLFLOW_ARTIFACTS_DESTINATION", NULL, 0, 0,
	 "Where the server keeps what runs have under mlflow-artifacts:. Needed when they do."},
	{"run-ids", 0, MR_OPT_TEXT, AT(run_ids), "LIST", NULL, NULL, 0, 0, "Only these runs, comma-separated."},
	{"experiment-ids", 0, MR_OPT_TEXT, AT(experiment_ids), "LIST", NULL, NULL, 0, 0, "Only these experiments, comma-separated."},
	{"logged-model-ids", 0, MR_OPT_TEXT, AT(model_ids), "LIST", NULL, NULL, 0, 0, "Only these logged models, comma-separated."},
};

struct gc {
	struct mr_cli *cli;
	struct flags *flags;
	int64_t older_than_ms;
	bool chosen; /* by ids: nothing else goes */
	size_t runs, experiments, models;
};

/* "2d8h5m20s", with fractions, as MLflow reads it. */
static mr_code parse_age(struct mr_cli *cli, mr_str text, int64_t *ms)
{
	const char *at = text.ptr, *end = text.ptr + text.len;
	double total = 0;

	while (at < end) {
		size_t n = 0;
		double number, unit;

		while (at + n < end && ((at[n] >= '0' && at[n] <= '9') || at[n] == '.'))
			n++;
		unit = at + n < end ? (at[n] == 'd' ? 86400e3 : at[n] == 'h' ? 3600e3 : at[n] == 'm' ? 60e3 : at[n] == 's' ? 1e3 : 0) : 0;
		if (!unit || !mr_parse_double(mr_str_make(at, n), &number))
			return mr_error_set(&cli->err, MR_BAD_REQUEST,
					    "Could not parse any time information from '%.*s'. Examples of valid strings: '8h', "
					    "'2d8h5m20s', '2m4s'",
					    MR_STR_ARG(text));
		total += number * unit;
		at += n + 1;
	}
	*ms = total < 9e15 ? (int64_t)total : INT64_MAX;
	return MR_OK;
}

/* The next of a comma-separated list, which is cut off it; false at its end. */
static bool next_id(mr_str *list, mr_str *id)
{
	const char *comma = list->len ? memchr(list->ptr, ',', list->len) : NULL;
	size_t n = comma ? (size_t)(comma - list->ptr) : list->len;

	if (!list->len)
		return false;
	*id = mr_str_make(list->ptr, n);
	*list = mr_str_make(list->ptr + n + (comma != NULL), list->len - n - (comma != NULL));
	return true;
}

static bool listed(mr_str list, mr_str id)
{
	mr_str one;

	while (next_id(&list, &one))
		if (mr_str_eq(one, id))
			return true;
	return false;
}

/* ---- what is named must be among what can go: looked at before anything goes ---- */

static mr_code not_deleted(struct gc *gc, const char *what, mr_str id)
{
	return mr_error_set(&gc->cli->err, MR_INVALID_PARAMETER_VALUE,
			    "There is no %s %.*s that is marked as deleted%s. Nothing was removed", what, MR_STR_ARG(id),
			    gc->older_than_ms ? " for as long as --older-than says" : "");
}

static mr_code check_runs(struct gc *gc)
{
	struct mr_list_deleted_runs request = {0};
	struct mr_list_deleted_runs_response *found;
	mr_str list = gc->flags->run_ids, id;
	void *response;
	mr_code code;

	mr_list_deleted_runs_set_older_than_ms(&request, gc->older_than_ms);
	code = mr_cli_call(gc->cli, &mr_op_list_deleted_runs, &request, &response);
	found = response;
	while (code == MR_OK && next_id(&list, &id)) {
		size_t i = 0;

		while (i < found->runs_n && !mr_str_eq(found->runs[i]->run_id, id))
			i++;
		if (i == found->runs_n)
			code = not_deleted(gc, "run", id);
	}
	return code;
}

static mr_code check_models(struct gc *gc)
{
	struct mr_list_deleted_logged_models request = {0};
	struct mr_list_deleted_logged_models_response *found;
	mr_str list = gc->flags->model_ids, id;
	void *response;
	mr_code code;

	mr_list_deleted_logged_models_set_older_than_ms(&request, gc->older_than_ms);
	code = mr_cli_call(gc->cli, &mr_op_list_deleted_logged_models, &request, &response);
	found = response;
	while (code == MR_OK && next_id(&list, &id)) {
		size_t i = 0;

		while (i < found->models_n && !mr_str_eq(found->models[i]->info->model_id, id))
			i++;
		if (i == found->models_n)
			code = not_deleted(gc, "logged model", id);
	}
	return code;
}

static mr_code check_experiments(struct gc *gc)
{
	struct mr_list_deleted_experiments request = {0};
	struct mr_list_deleted_experiments_response *found;
	mr_str list = gc->flags->experiment_ids, id;
	void *response;
	mr_code code;

	mr_list_deleted_experiments_set_older_than_ms(&request, gc->older_than_ms);
	code = mr_cli_call(gc->cli, &mr_op_list_deleted_experiments, &request, &response);
	found = response;
	while (code == MR_OK && next_id(&list, &id)) {
		size_t i = 0;

		while (i < found->experiments_n && !mr_str_eq(found->experiments[i]->experiment_id, id))
			i++;
		if (i == found->experiments_n)
			code = not_deleted(gc, "experiment", id);
	}
	return code;
}

/* ---- removing ---- */

/* "mlflow-artifacts:/1/ID/artifacts" lies below the destination of the server. */
static mr_code real_location(struct gc *gc, mr_str uri, mr_str *out)
{
	struct mr_uri parts;
	mr_code code = mr_uri_parse(uri, &parts, &gc->cli->err);

	*out = uri;
	if (code != MR_OK || !mr_str_is(parts.scheme, "mlflow-artifacts"))
		return code;
	if (!gc->flags->destination.len)
		return mr_error_set(&gc->cli->err, MR_BAD_REQUEST,
				    "Artifacts are at %.*s, in a server's keeping; say with --artifacts-destination where that is",
				    MR_STR_ARG(uri));
	while (parts.path.len && parts.path.ptr[0] == '/')
		parts.path = mr_str_make(parts.path.ptr + 1, parts.path.len - 1);
	*out = mr_uri_append_path(gc->cli->arena, gc->flags->destination, parts.path);
	return out->ptr ? MR_OK : mr_error_no_memory(&gc->cli->err);
}

static mr_code drop_artifacts(struct gc *gc, mr_str uri)
{
	const struct mr_artifact_repository_ops *ops;
	mr_artifact_handle *repository;
	mr_str location;
	void *self;
	mr_code code = real_location(gc, uri, &location);

	if (code == MR_OK)
		code = mr_artifact_handle_open(location, &repository, &gc->cli->err);
	if (code != MR_OK)
		return code;
	ops = mr_artifact_handle_ops(repository, &self);
	code = ops->remove(self, mr_str_make("", 0), gc->cli->call, &gc->cli->err);
	mr_artifact_handle_close(repository);
	return code;
}

static mr_code drop_run(struct gc *gc, const struct mr_run_info *run)
{
	struct mr_purge_run request = {0};
	void *response;
	mr_code code = drop_artifacts(gc, run->artifact_uri);

	mr_purge_run_set_run_id(&request, run->run_id);
	if (code == MR_OK)
		code = mr_cli_call(gc->cli, &mr_op_purge_run, &request, &response);
	if (code == MR_OK) {
		gc->runs++;
		printf("Run with ID %.*s has been permanently deleted.\n", MR_STR_ARG(run->run_id));
	}
	return code;
}

static mr_code drop_runs(struct gc *gc)
{
	struct mr_list_deleted_runs request = {0};
	struct mr_list_deleted_runs_response *found;
	void *response;
	mr_code code;

	mr_list_deleted_runs_set_older_than_ms(&request, gc->older_than_ms);
	code = mr_cli_call(gc->cli, &mr_op_list_deleted_runs, &request, &response);
	if (code != MR_OK)
		return code;
	found = response;
	for (size_t i = 0; i < found->runs_n && code == MR_OK; i++) {
		const struct mr_run_info *run = found->runs[i];

		if (!gc->chosen || listed(gc->flags->run_ids, run->run_id) || listed(gc->flags->experiment_ids, run->experiment_id))
			code = drop_run(gc, run);
	}
	return code;
}

static mr_code drop_models(struct gc *gc)
{
	struct mr_list_deleted_logged_models request = {0};
	struct mr_list_deleted_logged_models_response *found;
	void *response;
	mr_code code;

	mr_list_deleted_logged_models_set_older_than_ms(&request, gc->older_than_ms);
	code = mr_cli_call(gc->cli, &mr_op_list_deleted_logged_models, &request, &response);
	if (code != MR_OK)
		return code;
	found = response;
	for (size_t i = 0; i < found->models_n && code == MR_OK; i++) {
		const struct mr_logged_model_info *model = found->models[i]->info;
		struct mr_purge_logged_model purge = {0};

		if (gc->chosen && !listed(gc->flags->model_ids, model->model_id) &&
		    !listed(gc->flags->experiment_ids, model->experiment_id))
			continue;
		code = drop_artifacts(gc, model->artifact_uri);
		mr_purge_logged_model_set_model_id(&purge, model->model_id);
		if (code == MR_OK)
			code = mr_cli_call(gc->cli, &mr_op_purge_logged_model, &purge, &response);
		if (code == MR_OK) {
			gc->models++;
			printf("Logged model with ID %.*s has been permanently deleted.\n", MR_STR_ARG(model->model_id));
		}
	}
	return code;
}

static mr_code drop_experiments(struct gc *gc)
{
	struct mr_list_deleted_experiments request = {0};
	struct mr_list_deleted_experiments_response *found;
	void *response;
	mr_code code;

	mr_list_deleted_experiments_set_older_than_ms(&request, gc->older_than_ms);
	code = mr_cli_call(gc->cli, &mr_op_list_deleted_experiments, &request, &response);
	if (code != MR_OK)
		return code;
	found = response;
	for (size_t i = 0; i < found->experiments_n && code == MR_OK; i++) {
		const struct mr_experiment *e = found->experiments[i];
		struct mr_purge_experiment purge = {0};

		if (gc->chosen && !listed(gc->flags->experiment_ids, e->experiment_id))
			continue;
		mr_purge_experiment_set_experiment_id(&purge, e->experiment_id);
		code = mr_cli_call(gc->cli, &mr_op_purge_experiment, &purge, &response);
		if (code == MR_OK) {
			gc->experiments++;
			printf("Experiment with ID %.*s has been permanently deleted.\n", MR_STR_ARG(e->experiment_id));
		}
	}
	return code;
}

static mr_code run(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct gc gc = {.cli = cli, .flags = f, .chosen = f->run_ids.len || f->experiment_ids.len || f->model_ids.len};
	mr_code code = f->older_than.len ? parse_age(cli, f->older_than, &gc.older_than_ms) : MR_OK;

	if (code == MR_OK && f->backend.len)
		code = mr_client_open(f->backend.ptr, NULL, &cli->client, &cli->err);
	if (code == MR_OK && f->run_ids.len)
		code = check_runs(&gc);
	if (code == MR_OK && f->model_ids.len)
		code = check_models(&gc);
	if (code == MR_OK && f->experiment_ids.len)
		code = check_experiments(&gc);
	if (code == MR_OK)
		code = drop_runs(&gc);
	if (code == MR_OK)
		code = drop_models(&gc);
	if (code == MR_OK)
		code = drop_experiments(&gc);
	if (code == MR_OK)
		fprintf(stderr, "Removed %zu runs, %zu logged models, %zu experiments.\n", gc.runs, gc.models, gc.experiments);
	return code;
}

int mr_cmd_gc(int argc, char **argv)
{
	static const struct mr_sub sub = {
		"gc", "Removes for good what was marked as deleted: runs, logged models, experiments, with their artifacts.",
		options, sizeof options / sizeof *options, NULL, run, "millrace gc --backend-store-uri sqlite:///mlflow.db --older-than 30d"};

	return mr_sub_run_one(&sub, sizeof(struct flags), argc, argv);
}
