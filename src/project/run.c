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
#include "project/env.h"
#include "project/output.h"
#include "project/params.h"
#include "project/record.h"
#include "project/source.h"
#include "project/spec.h"
#include "project/temporary.h"
#include "project/watch.h"

enum { CALL_MAX = 256 << 20, CONFIG_MAX = 4 << 20, TURN_MS = 100 };

struct running {
	struct mr_project_options o; /* at our size */
	mr_arena *arena;
	mr_call *call;      /* of the backend and of downloads */
	mr_call *asking;    /* of one question to the backend */
	mr_error *err;
	struct record record;
	struct source source;
	struct project_spec spec;
	struct spec_entry entry;
	struct params params;
	struct params_storage storage;
	struct output output;
	enum env_manager manager;
	mr_str entry_point, what, config, child_uri, child_registry_uri;
	const struct mr_entry *backend;
	struct watch *watch; /* of its calls */
	struct mr_map_string environment[8];
	size_t environment_n;
	struct mr_job_status job;
	bool cancelled; /* it was asked for */
	int64_t next_cancel; /* when the backend is told, again if need be */
	int cancel_failures;
};

static mr_str text(const char *s)
{
	return mr_str_from(s);
}

static bool is_cancelled(void *arg)
{
	struct running *r = arg;

	return r->o.cancelled && r->o.cancelled(r->o.arg) > 0;
}

static mr_stop stop(void *arg)
{
	struct running *r = arg;
	int asked = r->o.cancelled ? r->o.cancelled(r->o.arg) : 0;

	return asked > 1 ? MR_STOP_KILL : asked > 0 ? MR_STOP_END : MR_STOP_NO;
}

static void say(void *arg, const char *line)
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

static mr_code read_options(struct running *r, const struct mr_project_options *given)
{
	memcpy(&r->o, given, given->size < sizeof r->o ? given->size : sizeof r->o);
	if (!r->o.uri)
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "A project needs a URI");
	r->entry_point = text(r->o.entry_point ? r->o.entry_point : "main");
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
	mr_str given = text(r->o.backend_config), where = mr_str_from("--backend-config");
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

static mr_code find_backend(struct running *r)
{
	mr_project_register();
	return mr_plugins_by_name(MR_GROUP_PROJECT_BACKEND, text(r->o.backend ? r->o.backend : "local"), &r->backend, r->err);
}

static mr_code fetch(struct running *r)
{
	struct source_request q = {.uri = text(r->o.uri), .version = text(r->o.version), .storage = text(r->o.storage_dir),
				   .call = r->call, .cancelled = is_cancelled, .progress = say, .arg = r};

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
		code = env_choose(&r->spec, text(r->o.env_manager), &r->manager, r->err);
	return code == MR_OK ? command(r, &ignored) : code;
}

static mr_code prepare(struct running *r, const struct mr_project_options *given)
{
	mr_code code = read_options(r, given);

	if (code == MR_OK)
		code = read_config(r);
	if (code == MR_OK)
		code = find_backend(r);
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
	r->environment[r->environment_n++] = (struct mr_map_string){text(name), value};
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
		add_variable(r, "PYTHONUNBUFFERED", text("1"));
	return MR_OK;
}

static mr_code begin(struct running *r)
{
	const char *manager = r->manager == ENV_LOCAL ? "" : env_name(r->manager);
	struct record_facts facts = {&r->source, r->entry_point, r->backend->name, text(manager), &r->params};
	mr_code code = record_begin(&r->record, &r->o, &facts, r->err);

	if (code == MR_OK)
		code = make_environment(r);
	r->output.pass = r->o.output;
	r->output.arg = r->o.arg;
	r->output.cancelled = is_cancelled;
	r->output.cancelled_arg = r;
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
				.stop = stop, .progress = say, .arg = r, .docker_args = r->o.docker_args,
				.docker_args_n = r->o.docker_args_n, .build_image = r->o.build_image,
				.environment = r->environment, .environment_n = r->environment_n,
				.tracking_uri = r->child_uri, .artifact_uri = r->record.artifact_uri};
	struct env env;
	mr_str plain;
	mr_code code;

	r->storage = (struct params_storage){.parent = text(r->o.storage_dir), .work_dir = r->source.work_dir, .call = r->call,
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

/* ---- the backend ---- */

static mr_code opened(struct running *r, void **self, mr_options **options)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	struct mr_open_args args = {.size = sizeof args, .uri = r->backend->name,
				    .tracking_uri = mr_client_tracking_uri(r->record.client),
				    .registry_uri = mr_client_registry_uri(r->record.client)};
	mr_str clean;
	mr_code code;

	if (!ops->submit || !ops->status || !ops->cancel || !ops->job_release)
		return mr_error_set(r->err, MR_NOT_IMPLEMENTED, "The plugin %.*s offers the backend '%.*s' without all its functions",
				    MR_STR_ARG(r->backend->plugin->name), MR_STR_ARG(r->backend->name));
	code = mr_options_make(r->backend, r->backend->name, NULL, 0, options, &clean, r->err);
	args.options = *options;
	if (code == MR_OK)
		code = watch_new(&r->watch, r->backend->plugin->name, 0, r->err);
	if (code == MR_OK && ops->open) {
		watch_begin(r->watch, "open");
		code = ops->open(r->backend->host, &args, self, r->err);
		watch_end(r->watch);
	}
	return code;
}

/* One question, which lasts a turn at most. */
static mr_code ask(struct running *r, void *self, void *job, mr_error *err)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	mr_code code;

	mr_call_reset(r->asking);
	r->asking->deadline_ns = mr_monotonic_ns() + INT64_C(1000000) * TURN_MS;
	r->job = (struct mr_job_status){.size = sizeof r->job, .state = MR_JOB_RUNNING, .exit_code = -1};
	watch_begin(r->watch, "status");
	code = ops->status(self, job, true, &r->job, r->asking, err);
	watch_end(r->watch);
	return code;
}

static bool is_final(const struct running *r)
{
	return r->job.state == MR_JOB_FINISHED || r->job.state == MR_JOB_FAILED || r->job.state == MR_JOB_KILLED;
}

/* Passes on what the caller asks for, each level once, or until the backend takes it. */
static void pass_cancel(struct running *r, void *self, void *job, mr_stop *told)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	mr_stop wanted = stop(r);
	int64_t now = mr_monotonic_ns();
	mr_error why;
	mr_code code;

	if (wanted <= *told || now < r->next_cancel)
		return;
	if (!r->cancelled)
		say(r, wanted == MR_STOP_KILL ? "Killing the command" : "Ending the command");
	r->cancelled = true;
	mr_error_init(&why);
	watch_begin(r->watch, "cancel");
	code = ops->cancel(self, job, wanted == MR_STOP_KILL ? MR_CANCEL_FORCE : 0, r->call, &why);
	watch_end(r->watch);
	if (code == MR_OK) {
		*told = wanted;
		return;
	}
	r->next_cancel = now + INT64_C(1000000000);
	if (r->cancel_failures++ % 60 == 0)
		mr_log(MR_LOG_WARNING, "project", "The backend '%.*s' cannot cancel the job: %s", MR_STR_ARG(r->backend->name),
		       why.length ? why.message : "it does not say why");
}

/* Why it waits, once. */
static void say_news(struct running *r, char *said, size_t size)
{
	mr_str news = r->job.message;
	bool changed = news.len && news.len < size && (strncmp(said, news.ptr, news.len) != 0 || said[news.len]);

	if (!changed)
		return;
	snprintf(said, size, "%.*s", MR_STR_ARG(news));
	say(r, said);
}

static void nap(void)
{
	struct timespec t = {0, 1000000L * TURN_MS};

	nanosleep(&t, NULL);
}

/* Until the job has ended. A backend that cannot be asked for a while does not end it. */
static void wait_for(struct running *r, void *self, void *job)
{
	mr_stop told = MR_STOP_NO;
	int failures = 0;
	char said[256] = "";

	do {
		mr_error why;

		mr_error_init(&why);
		if (ask(r, self, job, &why) != MR_OK) {
			if (failures++ % 600 == 0)
				mr_log(MR_LOG_WARNING, "project", "The backend '%.*s' does not tell about the job: %s",
				       MR_STR_ARG(r->backend->name), why.message);
			nap();
		}
		if (!is_final(r)) {
			say_news(r, said, sizeof said);
			pass_cancel(r, self, job, &told);
		}
	} while (!is_final(r));
}

static void log_job_id(struct running *r, void *self, void *job)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	mr_str id = mr_str_make("", 0), line;

	if (!ops->job_id || ops->job_id(self, job, &id, r->call, NULL) != MR_OK || !id.len)
		return;
	line = mr_arena_printf(r->arena, "Submitted to %.*s as job %.*s", MR_STR_ARG(r->backend->name), MR_STR_ARG(id));
	if (line.ptr)
		say(r, line.ptr);
	record_tag(&r->record, "millrace.project.job", id, NULL);
}

static const struct mr_map_string *submitted_params(struct running *r, size_t *n)
{
	const struct params *p = &r->params;
	struct mr_map_string *all = mr_arena_alloc(r->arena, (p->declared_n + p->extra_n + 1) * sizeof *all);

	*n = 0;
	for (size_t i = 0; all && i < p->declared_n; i++)
		all[(*n)++] = (struct mr_map_string){p->declared[i].name, shell_quote(r->arena, p->declared[i].value)};
	for (size_t i = 0; all && i < p->extra_n; i++)
		all[(*n)++] = (struct mr_map_string){shell_quote(r->arena, p->extra[i].name), shell_quote(r->arena, p->extra[i].value)};
	return all;
}

static mr_code submit(struct running *r, mr_str whole, void *self)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	struct mr_project_submit s = {
		.size = sizeof s,
		.project_uri = mr_uri_redact(r->arena, text(r->o.uri)),
		.version = text(r->o.version),
		.project_name = r->spec.name,
		.work_dir = r->source.work_dir,
		.entry_point = r->entry_point,
		.command = whole,
		.environment = r->environment,
		.environment_n = r->environment_n,
		.env_manager = text(env_name(r->manager)),
		.storage_dir = r->o.storage_dir ? mr_os_absolute(r->arena, text(r->o.storage_dir)) : mr_str_make("", 0),
		.config_json = r->config,
		.run_id = r->record.run_id,
		.experiment_id = r->record.experiment_id,
		.tracking_uri = r->child_uri,
		.output = output_write,
		.output_arg = &r->output,
	};
	mr_str line = mr_arena_printf(r->arena, "Running command '%.*s' in run with ID '%.*s'", MR_STR_ARG(whole),
				      MR_STR_ARG(r->record.run_id));
	void *job = NULL;
	mr_code code;

	s.params = submitted_params(r, &s.params_n);
	if (line.ptr)
		say(r, line.ptr);
	watch_begin(r->watch, "submit");
	code = ops->submit(self, &s, &job, r->call, r->err);
	watch_end(r->watch);
	if (code != MR_OK)
		return mr_error_set(r->err, code, "The backend '%.*s' did not take the command, and does not say why",
				    MR_STR_ARG(r->backend->name));
	log_job_id(r, self, job);
	if (r->o.started)
		r->o.started(r->o.arg, r->record.run_id.ptr);
	wait_for(r, self, job);
	if (r->job.message.len) /* which lives in the call that asked */
		r->job.message = mr_arena_copy(r->arena, r->job.message);
	watch_begin(r->watch, "job_release");
	ops->job_release(self, job);
	watch_end(r->watch);
	return MR_OK;
}

static mr_code run_command(struct running *r)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	mr_options *options = NULL;
	void *self = NULL;
	mr_str whole;
	bool is_open = false;
	mr_code code = make_command(r, &whole);

	if (code == MR_OK) {
		code = opened(r, &self, &options);
		is_open = code == MR_OK;
	}
	if (code == MR_OK)
		code = submit(r, whole, self);
	if (is_open && ops->close)
		ops->close(self);
	watch_free(r->watch);
	mr_options_free(options);
	return code;
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

static mr_code run(struct running *r, const struct mr_project_options *options, struct mr_project_result *result)
{
	int32_t status = MR_RUN_STATUS_FAILED;
	mr_code code = prepare(r, options);

	if (code == MR_OK)
		code = output_init(&r->output, r->arena, !r->o.discard_output, r->err);
	if (code == MR_OK)
		code = begin(r);
	if (code == MR_OK)
		code = run_command(r);
	if (r->record.run_id.len)
		code = finish(r, code, &status);
	if (result)
		give_result(r, status, result);
	output_dispose(&r->output);
	temporary_remove(r->source.temporary);
	if (!r->o.storage_dir)
		temporary_remove(r->storage.made);
	return code;
}

mr_code mr_project_run(mr_client *client, const struct mr_project_options *options, struct mr_project_result *result,
		       mr_error *err)
{
	struct running *r = calloc(1, sizeof *r);
	mr_error own;
	mr_code code;

	mr_error_init(&own);
	if (r) {
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
		code = run(r, options, result);
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
