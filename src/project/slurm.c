/* SPDX-License-Identifier: Apache-2.0
 *
 * The backend `slurm`: a batch job by sbatch, followed by squeue and by what it leaves in a folder that its node
 * sees, too: its output, and the command's exit status when it has one.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/os.h"
#include "base/process.h"
#include "project/builtin.h"
#include "project/slurm.h"
#include "project/temporary.h"

enum { PATIENCE_MS = 20000, SAID_MAX = 65536, PIECE = 65536, SCRIPT_MAX = 8 << 20 };

/* How long after Slurm has told the end the exit status may still be on its way over a network's file system. */
static const int64_t late_ns = INT64_C(5000000000);
static const int64_t first_poll_ns = INT64_C(500000000), last_poll_ns = INT64_C(15000000000);

struct job {
	mr_arena *arena;
	mr_str id, folder, output_file, exit_file;
	void (*output)(void *arg, bool is_stderr, const char *bytes, size_t n);
	void *output_arg;
	pthread_mutex_t lock; /* of one who asks */
	int64_t offset;       /* in the output */
	mr_job_state state;
	int exit_code;
	mr_str message;
	int64_t next_poll, poll_every, gone_since;
};

static bool is_final(mr_job_state state)
{
	return state == MR_JOB_FINISHED || state == MR_JOB_FAILED || state == MR_JOB_KILLED;
}

/* ---- submit ---- */

static mr_code name_files(struct job *j, mr_error *err)
{
	j->output_file = mr_arena_printf(j->arena, "%.*s/output", MR_STR_ARG(j->folder));
	j->exit_file = mr_arena_printf(j->arena, "%.*s/exit", MR_STR_ARG(j->folder));
	return j->output_file.ptr && j->exit_file.ptr ? MR_OK : mr_error_no_memory(err);
}

/* A folder that all nodes see: home folders usually are. */
static mr_code make_folder(struct job *j, const struct mr_project_submit *s, const struct slurm_config *config, mr_error *err)
{
	const char *state = mr_getenv("XDG_STATE_HOME");
	mr_str base = config->folder.len ? config->folder : s->storage_dir;
	mr_code code;

	if (!base.len)
		base = state ? mr_arena_printf(j->arena, "%s/millrace/slurm", state)
			     : mr_arena_printf(j->arena, "%.*s/.local/state/millrace/slurm", MR_STR_ARG(mr_os_home(j->arena)));
	code = temporary_folder(j->arena, base, &j->folder, err);
	return code == MR_OK ? name_files(j, err) : code;
}

static mr_str script_file(struct job *j)
{
	return mr_arena_printf(j->arena, "%.*s/job.sh", MR_STR_ARG(j->folder));
}

static mr_code write_script(struct job *j, const struct mr_project_submit *s, const struct slurm_config *config, mr_error *err)
{
	mr_str text;
	mr_code code = slurm_script(j->arena, s, config, j->folder, &text, err);

	return code == MR_OK ? mr_file_write_atomic(script_file(j), text, err) : code;
}

static const char **command(struct job *j, const struct mr_project_submit *s, const struct slurm_config *config)
{
	const char **argv = mr_arena_alloc(j->arena, (config->options_n + 8) * sizeof *argv);
	mr_str name = s->project_name.len ? s->project_name : mr_str_from("mlflow");
	size_t n = 0;

	if (!argv)
		return NULL;
	argv[n++] = "sbatch";
	argv[n++] = "--parsable";
	argv[n++] = mr_arena_printf(j->arena, "--chdir=%.*s", MR_STR_ARG(s->work_dir)).ptr;
	argv[n++] = mr_arena_printf(j->arena, "--output=%.*s", MR_STR_ARG(j->output_file)).ptr;
	if (!config->has_name)
		argv[n++] = mr_arena_printf(j->arena, "--job-name=%.*s.%.*s", MR_STR_ARG(name), MR_STR_ARG(s->entry_point)).ptr;
	if (!config->has_export)
		argv[n++] = "--export=ALL";
	for (size_t i = 0; i < config->options_n; i++)
		argv[n++] = config->options[i];
	argv[n++] = script_file(j).ptr;
	argv[n] = NULL;
	for (size_t i = 0; i < n; i++)
		if (!argv[i])
			return NULL;
	return argv;
}

static mr_str first_line(const mr_buf *buf)
{
	mr_str text = mr_buf_view(buf);

	return mr_str_make(text.ptr, strcspn(text.ptr, "\n"));
}

/* Runs one of Slurm's commands. False when it says no; its words are in said then. */
static mr_code ask_slurm(const char *const *argv, mr_buf *said, bool *well, mr_error *err)
{
	mr_buf errors;
	int status = -1;
	mr_code code;

	mr_buf_init(&errors, SAID_MAX);
	code = mr_process_capture(argv, PATIENCE_MS, said, &errors, &status, err);
	*well = code == MR_OK && status == 0;
	if (code == MR_OK && status != 0) {
		mr_buf_clear(said);
		mr_buf_str(said, mr_buf_view(&errors));
	}
	mr_buf_dispose(&errors);
	return code;
}

static mr_code call_sbatch(struct job *j, const char *const *argv, mr_error *err)
{
	mr_buf said;
	bool well;
	mr_code code;
	size_t n;

	mr_buf_init(&said, SAID_MAX);
	code = ask_slurm(argv, &said, &well, err);
	if (code == MR_OK && !well)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "sbatch did not take the job: %.*s", MR_STR_ARG(first_line(&said)));
	if (code == MR_OK) {
		n = strspn(mr_buf_view(&said).ptr, "0123456789"); /* "17" or "17;cluster" */
		j->id = mr_arena_copy(j->arena, mr_str_make(mr_buf_view(&said).ptr, n));
		if (!n)
			code = mr_error_set(err, MR_IO_ERROR, "sbatch answered without the number of a job: %.*s",
					    MR_STR_ARG(first_line(&said)));
	}
	mr_buf_dispose(&said);
	return code == MR_NOT_FOUND
		       ? mr_error_set(err, code, "The backend 'slurm' needs sbatch, squeue and scancel (on Debian: slurm-client)")
		       : code;
}

static void job_free(struct job *j)
{
	pthread_mutex_destroy(&j->lock);
	mr_arena_free(j->arena);
	free(j);
}

static mr_code start(struct job *j, const struct mr_project_submit *s, mr_error *err)
{
	struct slurm_config config;
	const char **argv = NULL;
	mr_code code = slurm_config_read(j->arena, s->config_json, &config, err);

	if (code == MR_OK && !mr_program_find(j->arena, mr_str_from("sbatch")).len)
		code = mr_error_set(err, MR_NOT_FOUND,
				    "The backend 'slurm' needs Slurm's commands sbatch, squeue and scancel on PATH (on Debian: "
				    "apt-get install slurm-client)");
	if (code == MR_OK)
		code = make_folder(j, s, &config, err);
	if (code == MR_OK)
		code = write_script(j, s, &config, err);
	if (code == MR_OK && !(argv = command(j, s, &config)))
		code = mr_error_no_memory(err);
	return code == MR_OK ? call_sbatch(j, argv, err) : code;
}

static mr_code job_new(struct job **out, const struct mr_project_submit *s, mr_error *err)
{
	struct job *j = calloc(1, sizeof *j);

	if (!j || !(j->arena = mr_arena_new(0))) {
		free(j);
		return mr_error_no_memory(err);
	}
	pthread_mutex_init(&j->lock, NULL);
	j->output = s->output;
	j->output_arg = s->output_arg;
	j->state = MR_JOB_PENDING;
	j->exit_code = -1;
	j->folder = j->message = mr_str_make("", 0);
	j->poll_every = first_poll_ns;
	*out = j;
	return MR_OK;
}

static mr_code submit(void *self, const struct mr_project_submit *s, void **job, mr_call *call, mr_error *err)
{
	struct job *j;
	mr_code code = job_new(&j, s, err);

	(void)self;
	(void)call;
	if (code != MR_OK)
		return code;
	code = start(j, s, err);
	if (code == MR_OK) {
		*job = j;
		return MR_OK;
	}
	temporary_remove(j->folder);
	job_free(j);
	return code;
}

/* ---- following it ---- */

/* A job that is put into the queue again begins its output anew. */
static void pass_output(struct job *j)
{
	int fd = open(j->output_file.ptr, O_RDONLY | O_CLOEXEC);
	char *piece = fd >= 0 ? malloc(PIECE) : NULL;
	struct stat st;
	ssize_t n;

	if (piece && fstat(fd, &st) == 0 && st.st_size < j->offset)
		j->offset = 0;
	while (piece && (n = pread(fd, piece, PIECE, j->offset)) > 0) {
		j->offset += n;
		j->output(j->output_arg, false, piece, (size_t)n);
	}
	free(piece);
	if (fd >= 0)
		close(fd);
}

static bool read_exit(struct job *j)
{
	mr_arena_mark mark = mr_arena_mark_get(j->arena);
	int64_t value = -1;
	mr_str text;
	bool there = mr_file_read(j->exit_file, 64, j->arena, &text, NULL) == MR_OK && text.len > 1 &&
		     mr_parse_int64(mr_str_make(text.ptr, text.len - 1), &value);

	mr_arena_release(j->arena, mark);
	if (there) {
		j->exit_code = (int)value;
		j->state = backend_state(j->exit_code);
	}
	return there;
}

static void ended(struct job *j, mr_job_state state, mr_str message)
{
	if (!j->gone_since)
		j->gone_since = mr_monotonic_ns();
	if (state != MR_JOB_KILLED && mr_monotonic_ns() - j->gone_since < late_ns)
		return; /* its exit status may come yet */
	j->state = state;
	j->message = message;
	if (state == MR_JOB_FINISHED)
		j->exit_code = 0;
}

static void take_line(struct job *j, mr_str line)
{
	mr_str message;
	mr_job_state state = slurm_state(j->arena, line, &message);

	if (is_final(state)) {
		ended(j, state, message);
		return;
	}
	j->gone_since = 0;
	j->state = state;
	if (!mr_str_eq(message, j->message))
		j->message = message.ptr ? message : mr_str_make("", 0);
}

static mr_code poll_slurm(struct job *j, mr_error *err)
{
	const char *const argv[] = {"squeue", "--noheader", "--states=all", "--format=%T|%r", "--jobs", j->id.ptr, NULL};
	mr_buf said;
	bool well;
	mr_code code;

	mr_buf_init(&said, SAID_MAX);
	code = ask_slurm(argv, &said, &well, err);
	if (code == MR_OK && well && said.len)
		take_line(j, first_line(&said));
	else if (code == MR_OK && (well || strstr(mr_buf_view(&said).ptr, "Invalid job id")))
		ended(j, MR_JOB_FAILED, mr_str_from("Slurm does not know the job any more, and it left no exit status"));
	else if (code == MR_OK)
		code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "squeue: %.*s", MR_STR_ARG(first_line(&said)));
	mr_buf_dispose(&said);
	return code;
}

static mr_code look(struct job *j, mr_error *err)
{
	int64_t now = mr_monotonic_ns();
	mr_code code = MR_OK;
	bool over;

	if (is_final(j->state))
		return MR_OK;
	over = read_exit(j);
	if (!over && now >= j->next_poll) {
		code = poll_slurm(j, err);
		j->next_poll = mr_monotonic_ns() + (j->gone_since ? first_poll_ns : j->poll_every);
		j->poll_every = j->poll_every * 3 / 2 < last_poll_ns ? j->poll_every * 3 / 2 : last_poll_ns;
		read_exit(j); /* it may have come before the answer */
	}
	pass_output(j);
	return code;
}

static bool gives_up(mr_call *call, const mr_host *host)
{
	int64_t deadline = host->deadline(call);

	return host->cancelled(call) || (deadline && mr_monotonic_ns() >= deadline);
}

static void nap(void)
{
	struct timespec t = {0, 50000000};

	nanosleep(&t, NULL);
}

static mr_code status(void *self, void *job, bool wait, struct mr_job_status *out, mr_call *call, mr_error *err)
{
	const mr_host *host = self;
	struct job *j = job;
	mr_code code;

	pthread_mutex_lock(&j->lock);
	code = look(j, err);
	while (wait && code == MR_OK && !is_final(j->state) && !gives_up(call, host)) {
		nap();
		code = look(j, err);
	}
	out->state = j->state;
	out->exit_code = j->exit_code;
	out->message = host->copy(call, j->message);
	pthread_mutex_unlock(&j->lock);
	return code;
}

static mr_code cancel(void *self, void *job, uint32_t flags, mr_call *call, mr_error *err)
{
	struct job *j = job;
	const char *const kill_all[] = {"scancel", "--signal=KILL", "--full", j->id.ptr, NULL}, *const end[] = {"scancel", j->id.ptr, NULL};
	mr_buf said;
	bool well = true;
	mr_code code = MR_OK;

	(void)self;
	(void)call;
	mr_buf_init(&said, SAID_MAX);
	if (flags & MR_CANCEL_FORCE)
		code = ask_slurm(kill_all, &said, &well, err);
	mr_buf_clear(&said);
	if (code == MR_OK)
		code = ask_slurm(end, &said, &well, err);
	if (code == MR_OK && !well && !strstr(mr_buf_view(&said).ptr, "Invalid job id"))
		code = mr_error_set(err, MR_IO_ERROR, "scancel: %.*s", MR_STR_ARG(first_line(&said)));
	mr_buf_dispose(&said);
	pthread_mutex_lock(&j->lock);
	j->poll_every = first_poll_ns;
	j->next_poll = 0;
	pthread_mutex_unlock(&j->lock);
	return code;
}

/* The script names the store, perhaps with a password: it goes with the job. */
static void job_release(void *self, void *job)
{
	struct job *j = job;

	(void)self;
	if (is_final(j->state))
		temporary_remove(j->folder);
	job_free(j);
}

static mr_code job_id(void *self, void *job, mr_str *out, mr_call *call, mr_error *err)
{
	const mr_host *host = self;
	struct job *j = job;

	*out = host->copy(call, mr_arena_printf(j->arena, "%.*s %.*s", MR_STR_ARG(j->id), MR_STR_ARG(j->folder)));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

/* The folder is ours only if it has the script of that run: it will be removed. */
static mr_code check_folder(struct job *j, mr_str run_id, mr_error *err)
{
	mr_str wanted = mr_arena_printf(j->arena, "\nexport MLFLOW_RUN_ID=%.*s\n", MR_STR_ARG(run_id)), script;

	if (wanted.ptr && run_id.len && mr_file_read(script_file(j), SCRIPT_MAX, j->arena, &script, NULL) == MR_OK &&
	    memmem(script.ptr, script.len, wanted.ptr, wanted.len))
		return MR_OK;
	return mr_error_set(err, MR_NOT_FOUND, "There is no script of run %.*s in %.*s, where job %.*s of Slurm should have one",
			    MR_STR_ARG(run_id), MR_STR_ARG(j->folder), MR_STR_ARG(j->id));
}

static mr_code job_find(void *self, mr_str id, const struct mr_project_submit *s, void **job, mr_call *call, mr_error *err)
{
	size_t n = id.len ? strspn(id.ptr, "0123456789") : 0;
	struct job *j;
	mr_code code;

	(void)self;
	(void)call;
	if (!n || n + 2 > id.len || id.ptr[n] != ' ' || id.ptr[n + 1] != '/')
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%.*s' is no job of the backend 'slurm'", MR_STR_ARG(id));
	code = job_new(&j, s, err);
	if (code != MR_OK)
		return code;
	j->id = mr_arena_copy(j->arena, mr_str_make(id.ptr, n));
	j->folder = mr_arena_copy(j->arena, mr_str_make(id.ptr + n + 1, id.len - n - 1));
	code = j->id.ptr && j->folder.ptr ? name_files(j, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = check_folder(j, s->run_id, err);
	if (code == MR_OK)
		*job = j;
	else
		job_free(j);
	return code;
}

static mr_code backend_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	(void)args;
	(void)err;
	*self = (void *)(uintptr_t)host; /* all that it needs */
	return MR_OK;
}

static const struct mr_project_backend_ops ops = {.size = sizeof ops,
						  .open = backend_open,
						  .submit = submit,
						  .status = status,
						  .cancel = cancel,
						  .job_release = job_release,
						  .job_id = job_id,
						  .job_find = job_find};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_PROJECT_BACKEND, "slurm", &ops, NULL, 0)

MR_PLUGIN_BUILTIN(mr_builtin_slurm_backend, "slurm-backend", MR_VERSION, "Runs projects as batch jobs of Slurm.", "Apache-2.0",
		  ENTRIES)
