/* SPDX-License-Identifier: Apache-2.0
 *
 * mr_project_run: everything is checked that can be before the run is made; from then on the run says how it ended,
 * whatever happens.
 */
#include <millrace/project.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/log.h"
#include "base/os.h"
#include "base/uri.h"
#include "project/builtin.h"
#include "project/run.h"
#include "project/temporary.h"

enum { CALL_MAX = 256 << 20, CONFIG_MAX = 4 << 20 };

static bool is_cancelled(void *arg)
{
	struct running *r = arg;

	return r->o.cancelled && r->o.cancelled(r->o.arg) > 0;
}

mr_stop run_stop(void *arg)
{
	struct running *r = arg;
	int asked = r->o.cancelled ? r->o.cancelled(r->o.arg) : 0;

	return asked > 1 ? MR_STOP_KILL : asked > 0 ? MR_STOP_END : MR_STOP_NO;
}

void run_say(void *arg, const char *line)
{
	struct running *r = arg;

	if (r->o.progress)
		r->o.progress(r->o.arg, line);
	else
		mr_log(MR_LOG_INFO, "project", "%s", line);
}

static mr_code check_cancelled(struct running *r)
{
	return is_cancelled(r) ? mr_error_set(r->err, MR_CANCELLED, "The run was cancelled") : MR_OK;
}

/* ---- before there is a run ---- */

static mr_code read_options(struct running *r)
{
	if (!r->o.uri)
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "A project needs a URI");
	r->entry_point = mr_str_from(r->o.entry_point ? r->o.entry_point : "main");
	r->what = mr_arena_printf(r->arena, "entry point '%.*s'", MR_STR_ARG(r->entry_point));
	for (size_t i = 0; i < r->o.parameters_n; i++)
		for (size_t k = 0; k < i; k++)
			if (mr_str_eq(r->o.parameters[i].key, r->o.parameters[k].key))
				return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "Repeated parameter: '%.*s'",
						    MR_STR_ARG(r->o.parameters[i].key));
	return r->what.ptr ? MR_OK : mr_error_no_memory(r->err);
}

static mr_code read_config(struct running *r)
{
	mr_str given = mr_str_from(r->o.backend_config), where = mr_str_from("--backend-config");
	size_t n = given.len;
	mr_json *root;
	mr_error why;
	mr_code code = MR_OK;

	r->config = given.len ? given : mr_str_from("{}");
	if (n > 5 && memcmp(given.ptr + n - 5, ".json", 5) == 0) {
		where = given;
		code = mr_file_read(given, CONFIG_MAX, r->arena, &r->config, r->err);
	}
	mr_error_init(&why);
	if (code == MR_OK && mr_json_parse(r->config, r->arena, &root, &why) != MR_OK)
		code = mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "Invalid backend config JSON. Parse error: %s (%.*s)",
				    why.message, MR_STR_ARG(where));
	if (code == MR_OK && root->type != MR_JSON_OBJECT)
		code = mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "The backend config must be a JSON object (%.*s)", MR_STR_ARG(where));
	return code;
}

static mr_code find_backend(struct running *r, mr_str name)
{
	mr_project_register();
	return mr_plugins_by_name(MR_GROUP_PROJECT_BACKEND, name, &r->backend, r->err);
}

static mr_code fetch(struct running *r)
{
	struct source_request q = {.uri = mr_str_from(r->o.uri), .version = mr_str_from(r->o.version), .storage = mr_str_from(r->o.storage_dir),
				   .call = r->call, .cancelled = is_cancelled, .progress = run_say, .arg = r};

	return source_fetch(r->arena, &q, &r->source, r->err);
}

static mr_code command(struct running *r, mr_str *out)
{
	const struct params *p = &r->params;

	return shell_command(r->arena, r->what.ptr, r->entry.command, p->declared, p->declared_n, p->extra, p->extra_n, out, r->err);
}

static mr_code check(struct running *r)
{
	mr_str ignored;
	mr_code code = spec_load(r->arena, r->source.work_dir, &r->spec, r->err);

	if (code == MR_OK)
		code = spec_entry_find(r->arena, &r->spec, r->entry_point, &r->entry, r->err);
	if (code == MR_OK)
		code = params_read(r->arena, &r->entry, r->o.parameters, r->o.parameters_n, &r->params, r->err);
	if (code == MR_OK)
		code = env_choose(&r->spec, mr_str_from(r->o.env_manager), &r->manager, r->err);
	return code == MR_OK ? command(r, &ignored) : code;
}

static mr_code prepare(struct running *r)
{
	mr_code code = read_options(r);

	if (code == MR_OK)
		code = read_config(r);
	if (code == MR_OK)
		code = find_backend(r, mr_str_from(r->o.backend ? r->o.backend : "local"));
	if (code == MR_OK)
		code = fetch(r);
	if (code == MR_OK)
		code = check(r);
	if (code == MR_OK && !r->o.run_id)
		code = record_experiment(&r->record, &r->o, r->err);
	return code == MR_OK ? check_cancelled(r) : code;
}

/* ---- the run ---- */

static void add_variable(struct running *r, const char *name, mr_str value)
{
	r->environment[r->environment_n++] = (struct mr_map_string){mr_str_from(name), value};
}

static mr_code make_environment(struct running *r)
{
	mr_str tracking = mr_client_tracking_uri(r->record.client), registry = mr_client_registry_uri(r->record.client);

	r->child_uri = record_child_uri(r->arena, tracking);
	r->child_registry_uri = record_child_uri(r->arena, registry);
	if (!r->child_uri.ptr || !r->child_registry_uri.ptr)
		return mr_error_no_memory(r->err);
	add_variable(r, "MLFLOW_RUN_ID", r->record.run_id);
	add_variable(r, "MLFLOW_TRACKING_URI", r->child_uri);
	add_variable(r, "MLFLOW_EXPERIMENT_ID", r->record.experiment_id);
	add_variable(r, "MLFLOW_EXPERIMENT_NAME", mr_str_make(NULL, 0)); /* it may be of another one */
	if (!mr_str_eq(tracking, registry))
		add_variable(r, "MLFLOW_REGISTRY_URI", r->child_registry_uri);
	if (!getenv("PYTHONUNBUFFERED")) /* into a pipe Python would speak once in 8 KiB */
		add_variable(r, "PYTHONUNBUFFERED", mr_str_from("1"));
	return MR_OK;
}

static void set_output(struct running *r)
{
	r->output.pass = r->o.output;
	r->output.arg = r->o.arg;
	r->output.cancelled = is_cancelled;
	r->output.cancelled_arg = r;
}

static mr_code begin(struct running *r)
{
	const char *manager = r->manager == ENV_LOCAL ? "" : env_name(r->manager);
	struct record_facts facts = {&r->source, r->entry_point, r->backend->name, mr_str_from(manager), &r->params};
	mr_code code = record_begin(&r->record, &r->o, &facts, r->err);

	if (code == MR_OK)
		code = make_environment(r);
	set_output(r);
	return code;
}

/* What pip and the like say belongs to the run, too. */
static void hear(void *arg, bool is_stderr, const char *bytes, size_t n)
{
	output_write(&((struct running *)arg)->output, is_stderr, bytes, n);
}

static mr_code make_command(struct running *r, mr_str *out)
{
	struct env_request q = {.spec = &r->spec, .manager = r->manager, .commit = r->source.commit, .output = hear,
				.stop = run_stop, .progress = run_say, .arg = r, .docker_args = r->o.docker_args,
				.docker_args_n = r->o.docker_args_n, .build_image = r->o.build_image,
				.environment = r->environment, .environment_n = r->environment_n,
				.tracking_uri = r->child_uri, .artifact_uri = r->record.artifact_uri};
	struct env env;
	mr_str plain;
	mr_code code;

	r->storage = (struct params_storage){.parent = mr_str_from(r->o.storage_dir), .work_dir = r->source.work_dir, .call = r->call,
					     .made = mr_str_make("", 0), .cancelled = is_cancelled, .arg = r};
	code = params_fetch(r->arena, &r->entry, &r->params, &r->storage, r->err);
	if (code == MR_OK)
		code = command(r, &plain);
	if (code == MR_OK)
		code = env_prepare(r->arena, &q, &env, r->err);
	if (code == MR_OK && env.image.len)
		code = record_tag(&r->record, "mlflow.docker.image.uri", env.image, r->err);
	if (code == MR_OK && env.image.len)
		code = record_tag(&r->record, "mlflow.docker.image.id", env.image_id, r->err);
	if (code == MR_OK)
		code = env_wrap(r->arena, &q, &env, plain, out, r->err);
	return code == MR_OK ? check_cancelled(r) : code;
}

/* ---- the end ---- */

static int32_t final_status(const struct running *r, mr_code code)
{
	if (code == MR_OK && r->job.state == MR_JOB_FINISHED)
		return MR_RUN_STATUS_FINISHED;
	if (code == MR_CANCELLED || (code == MR_OK && (r->job.state == MR_JOB_KILLED || r->cancelled)))
		return MR_RUN_STATUS_KILLED;
	return MR_RUN_STATUS_FAILED;
}

static void keep_output(struct running *r)
{
	mr_error why;

	mr_error_init(&why);
	if (r->output.kept && r->output.fd >= 0 &&
	    mr_client_log_artifact(r->record.client, r->record.run_id.ptr, r->output.file.ptr, NULL, NULL, NULL, &why) != MR_OK)
		mr_log(MR_LOG_WARNING, "project", "The output is not kept as %s: %s", OUTPUT_NAME, why.message);
}

/* What the caller is told when the command did not end well. */
static mr_code failure(struct running *r, int32_t status)
{
	mr_str id = r->record.run_id, why = r->job.message;

	if (status == MR_RUN_STATUS_FINISHED)
		return MR_OK;
	if (r->cancelled)
		return mr_error_set(r->err, MR_CANCELLED, "Run (ID '%.*s') was cancelled", MR_STR_ARG(id));
	if (why.len)
		return mr_error_set(r->err, MR_ABORTED, "Run (ID '%.*s') failed: %.*s", MR_STR_ARG(id), MR_STR_ARG(why));
	if (r->job.exit_code > 128)
		return mr_error_set(r->err, MR_ABORTED, "Run (ID '%.*s') failed: the command was ended by signal %d (%s)",
				    MR_STR_ARG(id), r->job.exit_code - 128, strsignal(r->job.exit_code - 128));
	return mr_error_set(r->err, MR_ABORTED, "Run (ID '%.*s') failed: the command ended with status %d", MR_STR_ARG(id),
			    r->job.exit_code);
}

static mr_code finish(struct running *r, mr_code code, int32_t *status)
{
	mr_error why;

	*status = final_status(r, code);
	keep_output(r);
	mr_error_init(&why);
	if (record_end(&r->record, *status, status, &why) != MR_OK) {
		mr_log(MR_LOG_ERROR, "project", "The status of run %.*s cannot be set: %s", MR_STR_ARG(r->record.run_id), why.message);
		if (code == MR_OK && r->job.state == MR_JOB_FINISHED)
			return mr_error_set(r->err, why.code, "The command ended well, but the status of run %.*s cannot be set: %s",
					    MR_STR_ARG(r->record.run_id), why.message);
	}
	return code == MR_OK ? failure(r, final_status(r, code)) : code;
}

static void give_result(const struct running *r, int32_t status, struct mr_project_result *out)
{
	struct mr_project_result full = {.size = out->size, .status = status, .exit_code = r->job.exit_code};

	snprintf(full.run_id, sizeof full.run_id, "%.*s", MR_STR_ARG(r->record.run_id));
	memcpy(out, &full, out->size < sizeof full ? out->size : sizeof full);
}

static void clean_up(struct running *r)
{
	output_dispose(&r->output);
	temporary_remove(r->source.temporary);
	if (!r->o.storage_dir)
		temporary_remove(r->storage.made);
}

static mr_code run(struct running *r, struct mr_project_result *result)
{
	int32_t status = MR_RUN_STATUS_FAILED;
	mr_str command_line;
	mr_code code = prepare(r);

	if (code == MR_OK)
		code = output_init(&r->output, r->arena, !r->o.discard_output, r->err);
	if (code == MR_OK)
		code = begin(r);
	if (code == MR_OK)
		code = make_command(r, &command_line);
	if (code == MR_OK)
		code = job_run(r, command_line);
	if (r->record.run_id.len)
		code = finish(r, code, &status);
	if (result)
		give_result(r, status, result);
	clean_up(r);
	return code;
}

/* A failure to find the job says nothing about it: the run stays as it is. */
static mr_code attach(struct running *r, struct mr_project_result *result)
{
	int32_t status = MR_RUN_STATUS_RUNNING;
	mr_str backend, job;
	mr_code code = record_find(&r->record, mr_str_from(r->o.run_id), &backend, RUN_JOB_TAG, &job, r->err);

	if (code == MR_OK)
		code = find_backend(r, backend);
	if (code == MR_OK)
		code = output_init(&r->output, r->arena, !r->o.discard_output, r->err);
	set_output(r);
	if (code == MR_OK)
		code = job_attach(r, job);
	if (code == MR_OK)
		code = finish(r, code, &status);
	if (result)
		give_result(r, status, result);
	clean_up(r);
	return code;
}

typedef mr_code run_fn(struct running *r, struct mr_project_result *result);

static mr_code with_memory(run_fn *what, mr_client *client, const struct mr_project_options *options,
			   struct mr_project_result *result, mr_error *err)
{
	struct running *r = calloc(1, sizeof *r);
	mr_error own;
	mr_code code;

	mr_error_init(&own);
	if (r) {
		memcpy(&r->o, options, options->size < sizeof r->o ? options->size : sizeof r->o);
		r->arena = mr_arena_new(0);
		r->call = mr_call_new(CALL_MAX);
		r->asking = mr_call_new(CALL_MAX);
		r->record.call = mr_call_new(CALL_MAX);
		r->record.client = client;
		r->job.exit_code = -1;
		r->output.fd = -1;
		r->err = &own; /* a chain of calls may hand us one with an error in it */
	}
	if (r && r->arena && r->call && r->asking && r->record.call)
		code = what(r, result);
	else
		code = mr_error_no_memory(&own);
	if (r) {
		mr_call_free(r->record.call);
		mr_call_free(r->asking);
		mr_call_free(r->call);
		mr_arena_free(r->arena);
	}
	free(r);
	return code == MR_OK ? MR_OK : mr_error_set(err, code, "%s", own.message);
}

mr_code mr_project_run(mr_client *client, const struct mr_project_options *options, struct mr_project_result *result,
		       mr_error *err)
{
	return with_memory(run, client, options, result, err);
}

mr_code mr_project_attach(mr_client *client, const struct mr_project_options *options, struct mr_project_result *result,
			  mr_error *err)
{
	return with_memory(attach, client, options, result, err);
}
