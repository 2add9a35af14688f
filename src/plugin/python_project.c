/* SPDX-License-Identifier: Apache-2.0
 *
 * Project backends of Python. MLflow's contract gives a backend the project's
 * URI and leaves all else to it; the job is its SubmittedRun, which stays in the
 * host under a number. Our run is the one that the backend's own code gets when it makes one.
 */
#include <millrace/project_backend.h>

#include "base/inject.h"
#include "base/os.h"
#include "plugin/python.h"

enum { TURN_MS = 2000, MARGIN_MS = 500 };

struct backend {
	const struct python_entry *entry;
	mr_arena *arena;
	mr_str tracking_uri, registry_uri;
};

struct job {
	int64_t number;
	char run_id[128];
};

static void backend_close(void *self)
{
	struct backend *b = self;

	if (!b)
		return;
	mr_arena_free(b->arena);
	mr_free(b);
}

static mr_code backend_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct backend *b = mr_calloc(1, sizeof *b);

	if (!b || !(b->arena = mr_arena_new(0)))
		goto no_memory;
	b->entry = python_entry_of(host);
	b->tracking_uri = mr_arena_copy(b->arena, args->tracking_uri);
	b->registry_uri = mr_arena_copy(b->arena, args->registry_uri.len ? args->registry_uri : args->tracking_uri);
	if (!b->tracking_uri.ptr || !b->registry_uri.ptr)
		goto no_memory;
	*self = b;
	return MR_OK;
no_memory:
	backend_close(b);
	return mr_error_no_memory(err);
}

static mr_code ask(struct backend *b, const char *op, struct python_params *p, struct python_answer *answer, mr_call *call,
		   mr_error *err)
{
	struct python_request rq = {.entry = b->entry, .tracking_uri = b->tracking_uri, .registry_uri = b->registry_uri,
				    .op = op, .params = python_params_end(p), .limit_ms = PYTHON_TRANSFER_MS};
	mr_code code = rq.params.ptr ? python_call(&rq, answer, call, err) : mr_error_no_memory(err);

	python_params_dispose(p);
	return code;
}

static void write_map(struct python_params *p, const char *key, const struct mr_map_string *map, size_t n)
{
	mr_json_write_key(&p->w, mr_str_from(key));
	mr_json_write_begin(&p->w, '{');
	for (size_t i = 0; i < n; i++) {
		mr_json_write_key(&p->w, map[i].key);
		if (map[i].value.ptr)
			mr_json_write_string(&p->w, map[i].value);
		else
			mr_json_write_null(&p->w);
	}
	mr_json_write_end(&p->w, '}');
}

static mr_code submit(void *self, const struct mr_project_submit *s, void **out, mr_call *call, mr_error *err)
{
	struct job *job = mr_calloc(1, sizeof *job);
	struct python_answer answer;
	struct python_params p;
	mr_code code;

	if (!job)
		return mr_error_no_memory(err);
	python_params_begin(&p);
	python_params_text(&p, "project_uri", s->project_uri);
	python_params_text(&p, "version", s->version);
	python_params_text(&p, "work_dir", s->work_dir);
	python_params_text(&p, "entry_point", s->entry_point);
	python_params_text(&p, "env_manager", s->env_manager);
	python_params_text(&p, "storage_dir", s->storage_dir);
	python_params_text(&p, "run_id", s->run_id);
	python_params_text(&p, "experiment_id", s->experiment_id);
	python_params_text(&p, "tracking_uri", s->tracking_uri);
	write_map(&p, "params", s->params, s->params_n);
	mr_json_write_key(&p.w, mr_str_from("config"));
	mr_json_write_raw(&p.w, s->config_json.len ? s->config_json : mr_str_from("{}"));
	code = ask(self, "project.submit", &p, &answer, call, err);
	if (code != MR_OK) {
		mr_free(job);
		return code;
	}
	job->number = mr_json_int(mr_json_get(answer.result, "job"), 0);
	snprintf(job->run_id, sizeof job->run_id, "%.*s",
		 MR_STR_ARG(mr_json_str(mr_json_get(answer.result, "run_id"), mr_str_make("", 0))));
	*out = job;
	return MR_OK;
}

static void begin(struct python_params *p, const struct job *job)
{
	python_params_begin(p);
	mr_json_write_key(&p->w, mr_str_from("job"));
	mr_json_write_int(&p->w, job->number);
}

static int32_t state_of(mr_str name)
{
	static const struct {
		const char *name;
		int32_t state;
	} states[] = {{"PENDING", MR_JOB_PENDING}, {"RUNNING", MR_JOB_RUNNING}, {"FINISHED", MR_JOB_FINISHED},
		      {"FAILED", MR_JOB_FAILED}, {"KILLED", MR_JOB_KILLED}};

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (mr_str_is(name, states[i].name))
			return states[i].state;
	return MR_JOB_FAILED;
}

/* Waits in turns that end before the call does, so that a job is never taken for a host that hangs. */
static mr_code status(void *self, void *at, bool wait, struct mr_job_status *out, mr_call *call, mr_error *err)
{
	struct python_answer answer;
	mr_code code;

	for (;;) {
		int64_t left = call->deadline_ns ? (call->deadline_ns - mr_monotonic_ns()) / 1000000 - MARGIN_MS : TURN_MS;
		struct python_params p;

		left = left < 0 ? 0 : left > TURN_MS ? TURN_MS : left;
		begin(&p, at);
		mr_json_write_key(&p.w, mr_str_from("wait_ms"));
		mr_json_write_int(&p.w, wait ? left : 0);
		code = ask(self, "project.status", &p, &answer, call, err);
		if (code != MR_OK)
			return code;
		out->state = state_of(mr_json_str(mr_json_get(answer.result, "state"), mr_str_make("", 0)));
		out->exit_code = out->state == MR_JOB_FINISHED ? 0 : -1;
		out->message = mr_json_str(mr_json_get(answer.result, "message"), mr_str_make("", 0));
		if (!wait || out->state > MR_JOB_RUNNING || left < TURN_MS || mr_call_is_cancelled(call))
			return MR_OK;
	}
}

static mr_code cancel(void *self, void *job, uint32_t flags, mr_call *call, mr_error *err)
{
	struct python_answer answer;
	struct python_params p;

	(void)flags; /* MLflow's cancel has one way */
	begin(&p, job);
	return ask(self, "project.cancel", &p, &answer, call, err);
}

static void job_release(void *self, void *job)
{
	struct python_answer answer;
	struct python_params p;
	mr_error ignored;

	mr_error_init(&ignored);
	begin(&p, job);
	ask(self, "project.release", &p, &answer, NULL, &ignored); /* a host that is gone has forgotten it already */
	mr_free(job);
}

static mr_code job_id(void *self, void *at, mr_str *out, mr_call *call, mr_error *err)
{
	struct job *job = at;

	(void)self;
	*out = mr_call_copy(call, mr_str_from(job->run_id));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

const struct mr_project_backend_ops python_project_ops = {
	.size = sizeof python_project_ops,
	.open = backend_open,
	.close = backend_close,
	.submit = submit,
	.status = status,
	.cancel = cancel,
	.job_release = job_release,
	.job_id = job_id,
};
