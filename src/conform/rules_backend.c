/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of project backends: commands really run, in the rule's folder.
 */
#include <errno.h>
#include <millrace/project_backend.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/os.h"
#include "conform/check.h"

#define OPS ((const struct mr_project_backend_ops *)c->ops)

/* ---- a job ---- */

struct job {
	struct mr_project_submit submit;
	void *job;
	pthread_mutex_t lock;
	char output[4096];
	size_t n;
	bool ended; /* no output may come any more */
	bool late;
};

static void take_output(void *arg, bool is_stderr, const char *bytes, size_t size)
{
	struct job *j = arg;

	(void)is_stderr;
	pthread_mutex_lock(&j->lock);
	j->late |= j->ended;
	if (size > sizeof j->output - 1 - j->n)
		size = sizeof j->output - 1 - j->n;
	memcpy(j->output + j->n, bytes, size);
	j->n += size;
	j->output[j->n] = 0;
	pthread_mutex_unlock(&j->lock);
}

static const struct mr_map_string variables[] = {
	{{"CONFORM_ODD", 11}, {"a 'b' \"c\" $HOME\n`d`\\", 20}},
	{{"MLFLOW_RUN_ID", 13}, {"0123456789abcdef0123456789abcdef", 32}},
	{{"CONFORM_GONE", 12}, {NULL, 0}},
};

static struct job *start(struct check *c, const char *command)
{
	struct job *j = mr_arena_zalloc(c->arena, sizeof *j);
	const char *none = "";

	check_that(c, j != NULL, "out of memory");
	pthread_mutex_init(&j->lock, NULL);
	j->submit = (struct mr_project_submit){.size = sizeof j->submit,
					       .project_uri = mr_str_from(c->folder),
					       .version = mr_str_from(none),
					       .project_name = mr_str_from("conform"),
					       .work_dir = mr_str_from(c->folder),
					       .entry_point = mr_str_from("main"),
					       .command = mr_str_from(command),
					       .environment = variables,
					       .environment_n = sizeof variables / sizeof *variables,
					       .env_manager = mr_str_from("local"),
					       .storage_dir = mr_str_from(none),
					       .config_json = mr_str_from("{}"),
					       .run_id = mr_str_from("0123456789abcdef0123456789abcdef"),
					       .experiment_id = mr_str_from("0"),
					       .tracking_uri = mr_str_from(none),
					       .output = take_output,
					       .output_arg = j};
	check_ok(c, OPS->submit(c->self, &j->submit, &j->job, c->call, &c->err), "submit");
	return j;
}

static bool is_final(int32_t state)
{
	return state == MR_JOB_FINISHED || state == MR_JOB_FAILED || state == MR_JOB_KILLED;
}

static struct mr_job_status ask(struct check *c, struct job *j, bool wait)
{
	struct mr_job_status s = {.size = sizeof s, .exit_code = -1};

	check_ok(c, OPS->status(c->self, j->job, wait, &s, c->call, &c->err), "status");
	check_that(c, s.state >= MR_JOB_PENDING && s.state <= MR_JOB_KILLED, "status gives the state %d, which is none",
		   s.state);
	return s;
}

static struct mr_job_status wait_for_end(struct check *c, struct job *j)
{
	struct mr_job_status s;

	do
		s = ask(c, j, true);
	while (!is_final(s.state));
	pthread_mutex_lock(&j->lock);
	j->ended = true;
	pthread_mutex_unlock(&j->lock);
	return s;
}

static void forget(struct check *c, struct job *j)
{
	OPS->job_release(c->self, j->job);
	check_that(c, !j->late, "output came after status had told a final state");
}

static struct job *run(struct check *c, const char *command, struct mr_job_status *out)
{
	struct job *j = start(c, command);

	*out = wait_for_end(c, j);
	forget(c, j);
	return j;
}

void backend_use(struct check *c)
{
	struct mr_job_status s;

	check_open(c);
	run(c, "exit 0", &s);
	check_that(c, s.state == MR_JOB_FINISHED, "a command that ends with 0 has the state %d", s.state);
	check_close(c);
}

/* ---- how it ends ---- */

static void expect_end(struct check *c, const char *command, int32_t state, int32_t exit_code)
{
	struct mr_job_status s;

	run(c, command, &s);
	check_that(c, s.state == state, "`%s` ends in the state %d, not %d", command, s.state, state);
	check_that(c, s.exit_code == exit_code || s.exit_code == -1, "`%s` ends with the code %d, not %d", command,
		   s.exit_code, exit_code);
}

static void finishes(struct check *c)
{
	check_open(c);
	expect_end(c, "exit 0", MR_JOB_FINISHED, 0);
	check_close(c);
}

static void fails(struct check *c)
{
	check_open(c);
	expect_end(c, "exit 3", MR_JOB_FAILED, 3);
	expect_end(c, "no-such-program-at-all", MR_JOB_FAILED, 127);
	check_close(c);
}

static void by_signal(struct check *c)
{
	check_open(c);
	expect_end(c, "kill -KILL $$", MR_JOB_KILLED, 128 + SIGKILL);
	check_close(c);
}

static void stays_final(struct check *c)
{
	struct mr_job_status first, second;
	struct job *j;

	check_open(c);
	j = start(c, "exit 5");
	first = wait_for_end(c, j);
	second = ask(c, j, false);
	check_that(c, first.state == second.state && first.exit_code == second.exit_code,
		   "asked again, an ended job is in another state: %d, then %d", first.state, second.state);
	forget(c, j);
	check_close(c);
}

/* ---- what it runs in ---- */

static void expect_output(struct check *c, const char *command, const char *wanted)
{
	struct mr_job_status s;
	struct job *j = run(c, command, &s);

	check_that(c, strstr(j->output, wanted) != NULL, "`%s` gives '%.300s', without '%s'", command, j->output,
		   wanted);
}

static void gives_output(struct check *c)
{
	check_open(c);
	expect_output(c, "echo to-output", "to-output");
	expect_output(c, "echo to-error >&2", "to-error");
	expect_output(c, "printf no-newline", "no-newline");
	check_close(c);
}

static void runs_in_folder(struct check *c)
{
	check_open(c);
	expect_output(c, "pwd -P", c->folder);
	check_close(c);
}

static void sets_environment(struct check *c)
{
	setenv("CONFORM_GONE", "still here", 1); /* before open: the program's own */
	check_open(c);
	expect_output(c, "printf '[%s]' \"$CONFORM_ODD\"", "[a 'b' \"c\" $HOME\n`d`\\]");
	expect_output(c, "echo run=$MLFLOW_RUN_ID", "run=0123456789abcdef0123456789abcdef");
	expect_output(c, "echo gone=${CONFORM_GONE-unset}", "gone=unset");
	unsetenv("CONFORM_GONE");
	check_close(c);
}

static void runs_bash(struct check *c)
{
	check_open(c);
	expect_output(c, "[[ abc == a* ]] && printf '<%s>' \"two  words\" 'it'\\''s'", "<two  words><it's>");
	check_close(c);
}

/* ---- while it runs ---- */

static void status_without_wait(struct check *c)
{
	struct mr_job_status s;
	struct job *j;
	int64_t began;

	check_open(c);
	j = start(c, "sleep 30");
	began = mr_monotonic_ns();
	s = ask(c, j, false);
	check_that(c, !is_final(s.state), "a command that sleeps has ended, in the state %d", s.state);
	check_that(c, mr_monotonic_ns() - began < 2000000000, "status without wait waits");
	check_ok(c, OPS->cancel(c->self, j->job, MR_CANCEL_FORCE, c->call, &c->err), "cancel");
	wait_for_end(c, j);
	forget(c, j);
	check_close(c);
}

static void wait_ends_with_deadline(struct check *c)
{
	struct mr_job_status s;
	struct job *j;
	int64_t began;

	check_open(c);
	j = start(c, "sleep 30");
	began = mr_monotonic_ns();
	c->call->deadline_ns = began + 200000000;
	s = ask(c, j, true);
	check_that(c, !is_final(s.state), "at the deadline of the call the job has ended, in the state %d", s.state);
	check_that(c, mr_monotonic_ns() - began < 3000000000, "status waits longer than the deadline of its call");
	c->call->deadline_ns = 0;
	check_ok(c, OPS->cancel(c->self, j->job, MR_CANCEL_FORCE, c->call, &c->err), "cancel");
	wait_for_end(c, j);
	forget(c, j);
	check_close(c);
}

/* Reads the process id that the command wrote, when it is there. */
static pid_t read_pid(struct check *c)
{
	mr_str path = check_text(c, "%s/pid", c->folder);
	int pid = 0;

	for (int i = 0; i < 500 && pid <= 0; i++) {
		FILE *in = fopen(path.ptr, "re");

		if (in && fscanf(in, "%d", &pid) != 1)
			pid = 0;
		if (in)
			fclose(in);
		usleep(10000);
	}
	check_that(c, pid > 0, "the command did not begin within 5 seconds");
	return pid;
}

static void cancels(struct check *c)
{
	struct mr_job_status s;
	struct job *j;
	pid_t child;

	check_open(c);
	j = start(c, "sleep 300 & echo $! >pid; wait");
	child = read_pid(c);
	check_ok(c, OPS->cancel(c->self, j->job, 0, c->call, &c->err), "cancel");
	s = wait_for_end(c, j);
	check_that(c, s.state == MR_JOB_KILLED, "after cancel the job is in the state %d, not MR_JOB_KILLED", s.state);
	for (int i = 0; i < 300 && kill(child, 0) == 0; i++)
		usleep(10000);
	check_that(c, kill(child, 0) < 0 && errno == ESRCH, "a process that the job had started outlives it");
	check_ok(c, OPS->cancel(c->self, j->job, 0, c->call, &c->err), "cancel of a job that has ended");
	forget(c, j);
	check_close(c);
}

static void several(struct check *c)
{
	struct job *jobs[4];

	check_open(c);
	for (int i = 0; i < 4; i++)
		jobs[i] = start(c, check_text(c, "sleep 0.%d; echo job-%d; exit %d", 4 - i, i, i).ptr);
	for (int i = 0; i < 4; i++) {
		struct mr_job_status s = wait_for_end(c, jobs[i]);

		check_that(c, s.exit_code == i || s.exit_code == -1,
			   "of several jobs one that ends with %d is said to end with %d", i, s.exit_code);
		check_that(c, strstr(jobs[i]->output, check_text(c, "job-%d", i).ptr) != NULL,
			   "of several jobs one has the output of another");
		forget(c, jobs[i]);
	}
	check_close(c);
}

static void has_id(struct check *c)
{
	struct job *j;
	mr_str id = {0};

	check_open(c);
	j = start(c, "exit 0");
	check_ok(c, OPS->job_id(c->self, j->job, &id, c->call, &c->err), "job_id");
	check_that(c, id.len > 0, "job_id gives an empty text");
	wait_for_end(c, j);
	forget(c, j);
	check_close(c);
}

static mr_code find(struct check *c, struct job *j, mr_str id, const char *run_id, mr_error *why)
{
	struct mr_project_submit s = {.size = sizeof s, .run_id = mr_str_from(run_id), .output = take_output, .output_arg = j};

	mr_error_init(why);
	return OPS->job_find(c->self, id, &s, &j->job, c->call, why);
}

/* Its text comes from the tracking store: it is found, and only by the run that it is of. */
static void is_found_again(struct check *c)
{
	struct mr_job_status s;
	struct job *j, *again = mr_arena_zalloc(c->arena, sizeof *again);
	mr_error why;
	mr_str id = {0};

	check_that(c, again != NULL, "out of memory");
	pthread_mutex_init(&again->lock, NULL);
	check_open(c);
	j = start(c, "sleep 0.5; exit 3");
	check_ok(c, OPS->job_id(c->self, j->job, &id, c->call, &c->err), "job_id");
	OPS->job_release(c->self, j->job);
	check_that(c, find(c, again, mr_str_from("no job at all"), j->submit.run_id.ptr, &why) != MR_OK, "a text that is no job's is found");
	check_that(c, find(c, again, id, "ffffffffffffffffffffffffffffffff", &why) != MR_OK, "a job of another run is found");
	check_ok(c, find(c, again, id, j->submit.run_id.ptr, &c->err), "job_find");
	s = wait_for_end(c, again);
	check_that(c, s.state == MR_JOB_FAILED && (s.exit_code == 3 || s.exit_code == -1), "found again, a job that ends with 3 is in the state %d, code %d",
		   s.state, s.exit_code);
	forget(c, again);
	check_close(c);
}

#define HEADER "project_backend.h"
const struct rule backend_rules[] = {
	{"backend.finishes", "a command that ends with 0 is FINISHED", HEADER, NULL, finishes},
	{"backend.fails", "a command that ends otherwise is FAILED, with its code", HEADER, NULL, fails},
	{"backend.killed-by-signal", "a command that a signal ended is KILLED, with 128 and the signal", HEADER, NULL,
	 by_signal},
	{"backend.final-stays", "a final state stays", HEADER, NULL, stays_final},
	{"backend.output", "all output arrives before the final state", HEADER, NULL, gives_output},
	{"backend.work-dir", "the command runs in work_dir", HEADER, NULL, runs_in_folder},
	{"backend.environment", "variables are set as they are, or taken away", HEADER, NULL, sets_environment},
	{"backend.bash", "the command is for bash", HEADER, NULL, runs_bash},
	{"backend.status-now", "status without wait comes back at once", HEADER, NULL, status_without_wait},
	{"backend.status-deadline", "status with wait comes back at the deadline of its call", HEADER, NULL,
	 wait_ends_with_deadline},
	{"backend.cancel", "cancel ends the job and all its processes", HEADER, NULL, cancels},
	{"backend.several", "several jobs may be under way at once", HEADER, NULL, several},
	{"backend.job-id", "job_id gives a text", HEADER, "job_id", has_id},
	{"backend.job-find", "a job is found again by its text, for its own run", HEADER, "job_find", is_found_again},
};
const size_t backend_rules_n = sizeof backend_rules / sizeof *backend_rules;
