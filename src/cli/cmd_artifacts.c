/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace artifacts, with the names and flags of `mlflow artifacts`.
 */
#include <stdlib.h>
#include <unistd.h>

#include "api/codec.h"
#include "artifact/transfer.h"
#include "base/os.h"
#include "base/uri.h"
#include "cli/sub.h"

struct flags {
	struct mr_common_flags common;
	mr_str run_id, local, path, uri, destination;
};

#define AT(member) offsetof(struct flags, member)
#define RUN_ID {"run-id", 'r', MR_OPT_TEXT, AT(run_id), "ID", "MLFLOW_RUN_ID", NULL, 0, 0, "Id of the run."}
#define PATH_OPTION                                                                                      \
	{"artifact-path", 'a', MR_OPT_TEXT, AT(path), "PATH", NULL, NULL, 0, 0, "Path below the run's artifacts. Default: their root."}

static const struct mr_opt log_file_options[] = {
	{"local-file", 'l', MR_OPT_TEXT, AT(local), "FILE", NULL, NULL, 0, 0, "The file to log."}, RUN_ID, PATH_OPTION};
static const struct mr_opt log_folder_options[] = {
	{"local-dir", 'l', MR_OPT_TEXT, AT(local), "DIR", NULL, NULL, 0, 0, "The folder whose contents to log."}, RUN_ID, PATH_OPTION};
static const struct mr_opt list_options[] = {
	RUN_ID, PATH_OPTION,
	{"artifact-uri", 'u', MR_OPT_TEXT, AT(uri), "URI", NULL, NULL, 0, 0, "A URI, instead of a run: models:/NAME/1, s3://..."}};
static const struct mr_opt download_options[] = {
	RUN_ID, PATH_OPTION,
	{"artifact-uri", 'u', MR_OPT_TEXT, AT(uri), "URI", NULL, NULL, 0, 0, "A URI, instead of a run: models:/NAME/1, s3://..."},
	{"dst-path", 'd', MR_OPT_TEXT, AT(destination), "DIR", NULL, NULL, 0, 0, "The folder to put it into. Default: a new one in /tmp."},
};

static mr_code log_local(struct mr_cli *cli, struct flags *f, bool contents)
{
	mr_client *client;
	mr_code code = mr_cli_need(cli, f->local.len && f->run_id.len, contents ? "--local-dir and --run-id" : "--local-file and --run-id");

	if (code == MR_OK)
		code = mr_cli_client(cli, &client);
	if (code == MR_OK)
		code = (contents ? mr_client_log_artifacts : mr_client_log_artifact)(
			client, f->run_id.ptr, f->local.ptr, f->path.ptr, mr_print_progress, NULL, &cli->err);
	mr_print_progress_finish();
	if (code == MR_OK)
		fprintf(stderr, "Logged %.*s to run %.*s.\n", MR_STR_ARG(f->local), MR_STR_ARG(f->run_id));
	return code;
}

static mr_code log_file(struct mr_cli *cli, void *flags)
{
	return log_local(cli, flags, false);
}

static mr_code log_folder(struct mr_cli *cli, void *flags)
{
	return log_local(cli, flags, true);
}

/* What --artifact-uri names, or the path below the artifacts of the run. */
static mr_code open_repository(struct mr_cli *cli, const struct flags *f, mr_artifact_handle **out, mr_str *path)
{
	struct mr_get_run request = {0};
	void *response;
	mr_client *client;
	mr_str root;
	mr_code code = mr_cli_need(cli, f->uri.len || f->run_id.len, "--run-id or --artifact-uri");

	if (code == MR_OK)
		code = mr_cli_client(cli, &client); /* says to the host where runs and models are */
	if (code != MR_OK)
		return code;
	*path = f->path;
	if (f->uri.len) {
		code = mr_transfer_split_uri(cli->arena, f->uri, &root, path, &cli->err);
	} else {
		mr_get_run_set_run_id(&request, f->run_id);
		code = mr_cli_call(cli, &mr_op_get_run, &request, &response);
		root = code == MR_OK ? ((struct mr_get_run_response *)response)->run->info->artifact_uri : f->uri;
	}
	return code == MR_OK ? mr_artifact_handle_open(root, out, &cli->err) : code;
}

struct listing {
	struct mr_cli *cli;
	struct mr_rows_printer rows;
	mr_buf json;
	bool first;
};

static mr_code list_one(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	struct listing *l = arg;
	struct mr_file_info message = {0};
	mr_str cells[3] = {info->path, info->is_dir ? mr_str_from("folder") : mr_print_size(l->cli->arena, info->size),
			   mr_print_time(l->cli->arena, info->modified_ms)};

	if (l->cli->output != MR_OUTPUT_JSON) {
		mr_print_row(&l->rows, cells);
		return MR_OK;
	}
	mr_file_info_set_path(&message, info->path);
	mr_file_info_set_is_dir(&message, info->is_dir);
	if (!info->is_dir)
		mr_file_info_set_file_size(&message, info->size);
	mr_buf_c(&l->json, l->first ? "[" : ", ");
	l->first = false;
	return mr_msg_encode(&mr_desc_file_info, &message, MR_STYLE_PRETTY, &l->json, err);
}

static mr_code list(struct mr_cli *cli, void *flags)
{
	static const char *const headings[] = {"PATH", "SIZE", "MODIFIED"};
	const struct mr_artifact_repository_ops *ops;
	mr_artifact_handle *repository = NULL;
	struct listing l = {.cli = cli, .first = true};
	mr_str path;
	void *self;
	mr_code code = open_repository(cli, flags, &repository, &path);

	mr_buf_init(&l.json, 64 << 20);
	if (code == MR_OK) {
		mr_print_begin(&l.rows, cli->arena, cli->output == MR_OUTPUT_JSON ? MR_OUTPUT_TABLE : cli->output, headings, 3);
		ops = mr_artifact_handle_ops(repository, &self);
		code = ops->list(self, path, list_one, &l, cli->call, &cli->err);
	}
	if (code == MR_OK && cli->output == MR_OUTPUT_JSON)
		printf("%.*s]\n", MR_STR_ARG(l.first ? mr_str_from("[") : mr_buf_view(&l.json)));
	else if (code == MR_OK)
		mr_print_end(&l.rows, "There are no artifacts there.");
	mr_artifact_handle_close(repository);
	mr_buf_dispose(&l.json);
	return code;
}

static mr_code destination(struct mr_cli *cli, const struct flags *f, mr_str *folder)
{
	char *made = mr_arena_strdup(cli->arena, "/tmp/millrace-XXXXXX");

	*folder = f->destination;
	if (f->destination.len)
		return MR_OK;
	if (!made || !mkdtemp(made))
		return mr_error_set(&cli->err, MR_IO_ERROR, "No new folder can be made in /tmp; name one with --dst-path");
	*folder = mr_str_from(made);
	return MR_OK;
}

static void tell(void *arg, mr_str path, int64_t done, int64_t total)
{
	mr_print_progress(arg, path.ptr, done, total);
}

static mr_code download(struct mr_cli *cli, void *flags)
{
	struct mr_transfer transfer = {.call = cli->call, .progress = tell};
	mr_artifact_handle *repository = NULL;
	mr_str path, folder, where;
	mr_code code = open_repository(cli, flags, &repository, &path);

	if (code == MR_OK)
		code = destination(cli, flags, &folder);
	if (code == MR_OK)
		code = mr_transfer_download(repository, path, folder, &transfer, cli->arena, &where, &cli->err);
	mr_print_progress_finish();
	if (code == MR_OK)
		printf("%.*s\n", MR_STR_ARG(where));
	mr_artifact_handle_close(repository);
	return code;
}

#define N(array) array, sizeof array / sizeof *array
static const struct mr_sub subs[] = {
	{"log-artifact", "logs a file to a run", N(log_file_options), NULL, log_file,
	 "millrace artifacts log-artifact -l model.bin -r RUN_ID -a model"},
	{"log-artifacts", "logs the contents of a folder to a run", N(log_folder_options), NULL, log_folder,
	 "millrace artifacts log-artifacts -l plots -r RUN_ID"},
	{"list", "lists a folder of artifacts", N(list_options), NULL, list, "millrace artifacts list -r RUN_ID"},
	{"download", "downloads an artifact or a folder of them", N(download_options), NULL, download,
	 "millrace artifacts download -u models:/pumps/1 -d ./pumps"},
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_artifacts(int argc, char **argv)
{
	static const struct mr_sub_table table = {"artifacts", "Files of runs and models.", sizeof(struct flags), subs};

	return mr_sub_run(&table, argc, argv);
}
