/* SPDX-License-Identifier: Apache-2.0
 *
 * The backend `local`: the command as a child process of this one. A thread of ours follows it.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/os.h"
#include "base/process.h"
#include "project/builtin.h"

struct job {
	mr_arena *arena;
	struct mr_process process;
	const char *argv[4];
	void (*output)(void *arg, bool is_stderr, const char *bytes, size_t n);
	void *output_arg;
	atomic_int stop; /* mr_stop */
	unsigned long thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool ended;
	int exit_code;
	mr_error failure; /* it could not be started */
};

static void hear(void *arg, bool is_stderr, const char *bytes, size_t n)
{
	struct job *j = arg;

	j->output(j->output_arg, is_stderr, bytes, n);
}

static mr_stop ask(void *arg)
{
	return (mr_stop)atomic_load(&((struct job *)arg)->stop);
}

static void *follow(void *arg)
{
	struct job *j = arg;
	int status = -1;
	mr_code code = mr_process_run(&j->process, &status, &j->failure);

	pthread_mutex_lock(&j->lock);
	j->ended = true;
	j->exit_code = code == MR_OK ? mr_process_exit_code(status) : -1;
	pthread_cond_broadcast(&j->changed);
	pthread_mutex_unlock(&j->lock);
	return NULL;
}

/* ---- submit ---- */

static const char *const *environment(mr_arena *arena, const struct mr_project_submit *s)
{
	const char **pairs = mr_arena_alloc(arena, (2 * s->environment_n + 1) * sizeof *pairs);
	size_t n = 0;

	for (size_t i = 0; pairs && i < s->environment_n; i++) {
		pairs[n++] = mr_arena_copy(arena, s->environment[i].key).ptr;
		pairs[n++] = s->environment[i].value.ptr ? mr_arena_copy(arena, s->environment[i].value).ptr : NULL;
		if (!pairs[n - 2] || (!pairs[n - 1] && s->environment[i].value.ptr))
			return NULL;
	}
	if (pairs)
		pairs[n] = NULL;
	return pairs ? mr_environment_with(arena, pairs) : NULL;
}

static void job_free(struct job *j)
{
	pthread_cond_destroy(&j->changed);
	pthread_mutex_destroy(&j->lock);
	mr_arena_free(j->arena);
	free(j);
}

static mr_code check_config(mr_arena *arena, mr_str text, mr_error *err)
{
	mr_json *config;
	mr_code code = mr_json_parse(text, arena, &config, err);

	if (code == MR_OK && config->count)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The backend 'local' has no settings, but --backend-config has '%.*s'", MR_STR_ARG(config->keys[0]));
	return code;
}

static mr_code prepare(struct job *j, const struct mr_project_submit *s, mr_error *err)
{
	mr_str shell = mr_program_find(j->arena, mr_str_from("bash"));
	mr_str command = mr_arena_copy(j->arena, s->command), folder = mr_arena_copy(j->arena, s->work_dir);

	j->argv[0] = shell.len ? "bash" : "sh";
	j->argv[1] = "-c";
	j->argv[2] = command.ptr;
	j->process = (struct mr_process){.argv = j->argv, .folder = folder.ptr, .environment = environment(j->arena, s),
					 .keep_input = true, .output = hear, .stop = ask, .arg = j};
	j->output = s->output;
	j->output_arg = s->output_arg;
	mr_error_init(&j->failure);
	return command.ptr && folder.ptr && j->process.environment ? MR_OK : mr_error_no_memory(err);
}

static mr_code submit(void *self, const struct mr_project_submit *s, void **job, mr_call *call, mr_error *err)
{
	struct job *j = calloc(1, sizeof *j);
	mr_code code;

	(void)self;
	(void)call;
	if (!j || !(j->arena = mr_arena_new(0))) {
		free(j);
		return mr_error_no_memory(err);
	}
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->changed, NULL);
	code = check_config(j->arena, s->config_json, err);
	if (code == MR_OK)
		code = prepare(j, s, err);
	if (code == MR_OK)
		code = mr_thread_start(&j->thread, "mr-project", follow, j, err);
	if (code != MR_OK)
		job_free(j);
	else
		*job = j;
	return code;
}

/* ---- status ---- */

static void wait_a_moment(struct job *j)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 50000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&j->changed, &j->lock, &until);
}

static bool gives_up(mr_call *call, const mr_host *host)
{
	int64_t deadline = host->deadline(call);

	return host->cancelled(call) || (deadline && mr_monotonic_ns() >= deadline);
}

static void tell(const struct job *j, struct mr_job_status *out)
{
	int signal = atomic_load(&j->stop) == MR_STOP_NO ? 0 : 1;

	out->state = !j->ended ? MR_JOB_RUNNING : signal && j->exit_code ? MR_JOB_KILLED : backend_state(j->exit_code);
	out->exit_code = j->ended ? j->exit_code : -1;
	out->message = j->failure.code != MR_OK ? mr_str_make(j->failure.message, j->failure.length) : mr_str_make("", 0);
}

static mr_code status(void *self, void *job, bool wait, struct mr_job_status *out, mr_call *call, mr_error *err)
{
	struct job *j = job;

	(void)err;
	pthread_mutex_lock(&j->lock);
	while (wait && !j->ended && !gives_up(call, self))
		wait_a_moment(j);
	tell(j, out);
	pthread_mutex_unlock(&j->lock);
	return MR_OK;
}

static mr_code cancel(void *self, void *job, uint32_t flags, mr_call *call, mr_error *err)
{
	struct job *j = job;
	int wanted = flags & MR_CANCEL_FORCE ? MR_STOP_KILL : MR_STOP_END, now = atomic_load(&j->stop);

	(void)self;
	(void)call;
	(void)err;
	while (now < wanted && !atomic_compare_exchange_weak(&j->stop, &now, wanted))
		;
	return MR_OK;
}

/* A child that nobody follows would be lost: it is waited for. */
static void job_release(void *self, void *job)
{
	struct job *j = job;

	(void)self;
	mr_thread_join(j->thread);
	job_free(j);
}

static mr_code backend_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	(void)args;
	(void)err;
	*self = (void *)(uintptr_t)host; /* all that it needs */
	return MR_OK;
}

static const struct mr_project_backend_ops ops = {
	.size = sizeof ops, .open = backend_open, .submit = submit, .status = status, .cancel = cancel, .job_release = job_release};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_PROJECT_BACKEND, "local", &ops, NULL, 0)

MR_PLUGIN_BUILTIN(mr_builtin_local_backend, "local-backend", MR_VERSION, "Runs projects on this machine.", "Apache-2.0", ENTRIES)
