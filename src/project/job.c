/* SPDX-License-Identifier: Apache-2.0
 *
 * The backend's part of a run: open, submit or find, status until the end, release. Each of its calls is watched.
 */
#include <time.h>

#include "base/log.h"
#include "base/os.h"
#include "base/uri.h"
#include "project/run.h"

enum { TURN_MS = 100 };

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
	mr_stop wanted = run_stop(r);
	int64_t now = mr_monotonic_ns();
	mr_error why;
	mr_code code;

	if (wanted <= *told || now < r->next_cancel)
		return;
	if (!r->cancelled)
		run_say(r, wanted == MR_STOP_KILL ? "Killing the command" : "Ending the command");
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
	run_say(r, said);
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

/* Says it, and keeps it with the run for who comes later. */
static void keep_job_id(struct running *r, void *self, void *job)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	mr_str id = mr_str_make("", 0), line;

	if (!ops->job_id || ops->job_id(self, job, &id, r->call, NULL) != MR_OK || !id.len)
		return;
	line = mr_arena_printf(r->arena, "Submitted to %.*s as job %.*s", MR_STR_ARG(r->backend->name), (int)strcspn(id.ptr, " "), id.ptr);
	if (line.ptr)
		run_say(r, line.ptr);
	record_tag(&r->record, RUN_JOB_TAG, id, NULL);
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

static mr_code submit(struct running *r, void *self, mr_str command, void **job)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	struct mr_project_submit s = {
		.size = sizeof s,
		.project_uri = mr_uri_redact(r->arena, mr_str_from(r->o.uri)),
		.version = mr_str_from(r->o.version),
		.project_name = r->spec.name,
		.work_dir = r->source.work_dir,
		.entry_point = r->entry_point,
		.command = command,
		.environment = r->environment,
		.environment_n = r->environment_n,
		.env_manager = mr_str_from(env_name(r->manager)),
		.storage_dir = r->o.storage_dir ? mr_os_absolute(r->arena, mr_str_from(r->o.storage_dir)) : mr_str_make("", 0),
		.config_json = r->config,
		.run_id = r->record.run_id,
		.experiment_id = r->record.experiment_id,
		.tracking_uri = r->child_uri,
		.output = output_write,
		.output_arg = &r->output,
	};
	mr_str line = mr_arena_printf(r->arena, "Running command '%.*s' in run with ID '%.*s'", MR_STR_ARG(command),
				      MR_STR_ARG(r->record.run_id));
	mr_code code;

	s.params = submitted_params(r, &s.params_n);
	if (line.ptr)
		run_say(r, line.ptr);
	watch_begin(r->watch, "submit");
	code = ops->submit(self, &s, job, r->call, r->err);
	watch_end(r->watch);
	if (code != MR_OK)
		return mr_error_set(r->err, code, "The backend '%.*s' did not take the command, and does not say why",
				    MR_STR_ARG(r->backend->name));
	keep_job_id(r, self, *job);
	return MR_OK;
}

static mr_code find(struct running *r, void *self, mr_str id, void **job)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	struct mr_project_submit s = {.size = sizeof s, .run_id = r->record.run_id, .output = output_write, .output_arg = &r->output};
	mr_code code;

	if (!ops->job_find)
		return mr_error_set(r->err, MR_NOT_IMPLEMENTED, "The backend '%.*s' cannot find a job of another process again",
				    MR_STR_ARG(r->backend->name));
	watch_begin(r->watch, "job_find");
	code = ops->job_find(self, id, &s, job, r->call, r->err);
	watch_end(r->watch);
	return code;
}

static void follow(struct running *r, void *self, void *job)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;

	if (r->o.started)
		r->o.started(r->o.arg, r->record.run_id.ptr);
	wait_for(r, self, job);
	if (r->job.message.len) /* which lives in the call that asked */
		r->job.message = mr_arena_copy(r->arena, r->job.message);
	watch_begin(r->watch, "job_release");
	ops->job_release(self, job);
	watch_end(r->watch);
}

typedef mr_code start_fn(struct running *r, void *self, mr_str what, void **job);

static mr_code with_backend(struct running *r, start_fn *start, mr_str what)
{
	const struct mr_project_backend_ops *ops = r->backend->ops;
	mr_options *options = NULL;
	void *self = NULL, *job = NULL;
	mr_code code = opened(r, &self, &options);
	bool is_open = code == MR_OK;

	if (code == MR_OK)
		code = start(r, self, what, &job);
	if (code == MR_OK)
		follow(r, self, job);
	if (is_open && ops->close)
		ops->close(self);
	watch_free(r->watch);
	mr_options_free(options);
	return code;
}

mr_code job_run(struct running *r, mr_str command)
{
	return with_backend(r, submit, command);
}

mr_code job_attach(struct running *r, mr_str id)
{
	return with_backend(r, find, id);
}
