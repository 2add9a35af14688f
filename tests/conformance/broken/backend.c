/* SPDX-License-Identifier: Apache-2.0
 *
 * Project backends that run a command here and do one thing wrong: the one that
 * their name says, which is what they are opened with.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <millrace/project_backend.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct backend {
	const mr_host *host;
	char rule[64];
	int last_code; /* of the job that ended last, for backend.several */
	struct job *kept; /* the one that was asked for its text last */
};

struct job {
	struct backend *b;
	const struct mr_project_submit *submit;
	pid_t pid;
	int output[2]; /* pipe */
	bool ended;
	int status, asked;
};

#define IF(it) if (strcmp(self->rule, "backend." it) == 0)

static mr_code open_it(const mr_host *host, const struct mr_open_args *args, void **out, mr_error *err)
{
	struct backend *self = calloc(1, sizeof *self);

	(void)err;
	self->host = host;
	snprintf(self->rule, sizeof self->rule, "%.*s", MR_STR_ARG(args->uri));
	*out = self;
	return MR_OK;
}

static void run_child(struct backend *self, struct job *j)
{
	const char *shell = "bash", *command = j->submit->command.ptr;

	IF("bash")
	shell = "sh";
	setpgid(0, 0);
	dup2(j->output[1], 1);
	dup2(j->output[1], 2);
	IF("output")
	close(2);
	for (size_t i = 0; i < j->submit->environment_n; i++) {
		const struct mr_map_string *v = &j->submit->environment[i];

		if (v->value.ptr)
			setenv(v->key.ptr, v->value.ptr, 1);
		else if (strcmp(self->rule, "backend.environment") != 0)
			unsetenv(v->key.ptr);
	}
	if (chdir(strcmp(self->rule, "backend.work-dir") == 0 ? "/" : j->submit->work_dir.ptr) == 0)
		execlp(shell, shell, "-c", command, (char *)NULL);
	_exit(127);
}

static mr_code submit(void *arg, const struct mr_project_submit *s, void **out, mr_call *call, mr_error *err)
{
	struct backend *self = arg;
	struct job *j = calloc(1, sizeof *j);

	(void)call, (void)err;
	j->b = self;
	j->submit = s;
	if (pipe2(j->output, O_CLOEXEC) < 0)
		abort();
	j->pid = fork();
	if (j->pid == 0)
		run_child(self, j);
	setpgid(j->pid, j->pid);
	close(j->output[1]);
	*out = j;
	return MR_OK;
}

/* Passes on what is there; whether the other end is closed. */
static bool pump(struct job *j, int ms)
{
	struct pollfd p = {.fd = j->output[0], .events = POLLIN};
	char bytes[4096];
	ssize_t n;

	if (poll(&p, 1, ms) <= 0)
		return false;
	n = read(j->output[0], bytes, sizeof bytes);
	if (n > 0)
		j->submit->output(j->submit->output_arg, false, bytes, (size_t)n);
	return n == 0;
}

static void tell(struct backend *self, struct job *j, struct mr_job_status *out)
{
	out->exit_code = WIFEXITED(j->status) ? WEXITSTATUS(j->status) : 128 + WTERMSIG(j->status);
	out->state = WIFSIGNALED(j->status) ? MR_JOB_KILLED : out->exit_code ? MR_JOB_FAILED : MR_JOB_FINISHED;
	IF("finishes")
	out->state = MR_JOB_FAILED;
	IF("fails")
	out->exit_code = out->exit_code ? 1 : 0;
	IF("killed-by-signal")
	out->state = MR_JOB_FAILED;
	IF("final-stays")
	if (j->asked++)
		out->state = MR_JOB_RUNNING;
	IF("several")
	out->exit_code = self->last_code;
	self->last_code = WIFEXITED(j->status) ? WEXITSTATUS(j->status) : -1;
}

static mr_code status(void *arg, void *job, bool wait, struct mr_job_status *out, mr_call *call, mr_error *err)
{
	struct backend *self = arg;
	struct job *j = job;
	bool deaf = false;

	(void)err;
	IF("status-now")
	wait = true;
	IF("status-deadline")
	deaf = true;
	while (!j->ended && (wait || pump(j, 0) || true)) {
		bool closed = pump(j, 20);

		if (closed && waitpid(j->pid, &j->status, 0) == j->pid)
			j->ended = true;
		if (!j->ended && (!wait || (!deaf && self->host->cancelled(call)))) {
			out->state = MR_JOB_RUNNING;
			return MR_OK;
		}
	}
	tell(self, j, out);
	return MR_OK;
}

static mr_code cancel(void *arg, void *job, uint32_t flags, mr_call *call, mr_error *err)
{
	struct backend *self = arg;
	struct job *j = job;
	pid_t whom = -j->pid;

	(void)flags, (void)call, (void)err;
	IF("cancel")
	whom = j->pid;
	if (!j->ended)
		kill(whom, SIGKILL);
	return MR_OK;
}

static void job_release(void *arg, void *job)
{
	struct job *j = job;

	if (((struct backend *)arg)->kept == j && !j->ended)
		return; /* it may be found again */
	close(j->output[0]);
	free(j);
}

static mr_code job_id(void *arg, void *job, mr_str *out, mr_call *call, mr_error *err)
{
	struct backend *self = arg;

	(void)call, (void)err;
	self->kept = job;
	*out = mr_str_from("42");
	IF("job-id")
	*out = mr_str_from("");
	return MR_OK;
}

static mr_code job_find(void *arg, mr_str id, const struct mr_project_submit *s, void **job, mr_call *call, mr_error *err)
{
	struct backend *self = arg;
	bool mine = self->kept && mr_str_is(id, "42");

	(void)call;
	IF("job-find")
		; /* whose it is does not matter */
	else
		mine = mine && mr_str_eq(s->run_id, self->kept->submit->run_id);
	if (!mine)
		return mr_error_set(err, MR_NOT_FOUND, "no job is that");
	self->kept->submit = s;
	*job = self->kept;
	return MR_OK;
}

static const struct mr_project_backend_ops ops = {.size = sizeof ops, .open = open_it, .close = free, .submit = submit, .status = status,
						  .cancel = cancel, .job_release = job_release, .job_id = job_id, .job_find = job_find};

#define B(ENTRY, rule) ENTRY(MR_GROUP_PROJECT_BACKEND, "backend." rule, &ops, NULL, 0)
#define ENTRIES(ENTRY)                                                                                   \
	B(ENTRY, "none") B(ENTRY, "finishes") B(ENTRY, "fails") B(ENTRY, "killed-by-signal") B(ENTRY, "final-stays") \
	B(ENTRY, "output") B(ENTRY, "work-dir") B(ENTRY, "environment") B(ENTRY, "bash") B(ENTRY, "status-now") \
	B(ENTRY, "status-deadline") B(ENTRY, "cancel") B(ENTRY, "several") B(ENTRY, "job-id") B(ENTRY, "job-find")

MR_PLUGIN_EXPORT("broken-backend", "1", "Each breaks one rule.", "Apache-2.0", ENTRIES)
