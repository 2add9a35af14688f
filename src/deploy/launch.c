/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"
#include "deploy/logs.h"
#include "store/wire.h"

enum { READY_MAX = 64, READY_MS = 60000 };

/* ---- programs ---- */

static bool can_run(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

mr_str launch_find(mr_str name, mr_str path, mr_arena *arena)
{
	mr_str found;

	if (memchr(name.ptr, '/', name.len)) {
		found = mr_arena_copy(arena, name);
		return found.ptr && can_run(found.ptr) ? found : mr_str_make(NULL, 0);
	}
	while (path.len) {
		const char *colon = memchr(path.ptr, ':', path.len);
		size_t n = colon ? (size_t)(colon - path.ptr) : path.len;

		found = mr_arena_printf(arena, "%.*s/%.*s", (int)n, path.ptr, MR_STR_ARG(name));
		if (n && found.ptr && can_run(found.ptr))
			return found;
		path = mr_str_make(path.ptr + n + (colon != NULL), path.len - n - (colon != NULL));
	}
	return mr_str_make(NULL, 0);
}

mr_str launch_millrace(mr_arena *arena)
{
	mr_str self = mr_os_executable(arena), dir = mr_os_module_dir(arena), path;
	const char *slash = self.len ? memrchr(self.ptr, '/', self.len) : NULL;

	if (slash && strcmp(slash, "/millrace") == 0)
		return self;
	if (mr_child_program().len) /* the host program has said which it is */
		return mr_child_program();
	path = mr_arena_printf(arena, "%.*s/../../bin/millrace", MR_STR_ARG(dir));
	if (dir.len && path.ptr && can_run(path.ptr))
		return path;
	return launch_find(mr_str_from("millrace"), mr_str_from(mr_getenv("PATH")), arena);
}

/* ---- a scoring server ---- */

static mr_str variable(const struct mr_revision *r, const char *name)
{
	for (size_t i = 0; i < r->environment_n; i++)
		if (mr_str_is(r->environment[i].key, name))
			return r->environment[i].value;
	return mr_str_make(NULL, 0);
}

static mr_code make_environment(const struct mr_state *state, const struct mr_revision *r, mr_arena *arena, char ***out,
				mr_error *err)
{
	char **all = mr_arena_zalloc(arena, (r->environment_n + 2) * sizeof *all);
	size_t n = 0;

	*out = all;
	for (size_t i = 0; all && i < r->environment_n; i++)
		if (!(all[n++] = (char *)(uintptr_t)mr_arena_printf(arena, "%.*s=%.*s", MR_STR_ARG(r->environment[i].key),
								    MR_STR_ARG(r->environment[i].value)).ptr))
			return mr_error_no_memory(err);
	if (!all || !(all[n] = (char *)(uintptr_t)mr_arena_printf(arena, LAUNCH_MARK "=%.*s", MR_STR_ARG(state->id)).ptr))
		return mr_error_no_memory(err);
	return MR_OK;
}

/* The words of a command under construction; one is NULL when memory ran out. */
struct words {
	const char **list;
	size_t n;
};

static void word(struct words *w, const char *text)
{
	w->list[w->n++] = text ? text : "";
}

static bool is_loopback(mr_str host)
{
	return (host.len > 4 && memcmp(host.ptr, "127.", 4) == 0) || mr_str_is(host, "::1");
}

/* `millrace models serve`. Who may ask is the front's to say: what it lets in on other addresses, the server lets in. */
static mr_code default_words(const struct deploy_settings *settings, const struct mr_revision *r,
			     const struct mr_command_values *v, mr_arena *arena, char ***argv, mr_error *err)
{
	mr_str program = launch_millrace(arena);
	struct words w = {.list = mr_arena_zalloc(arena, (16 + 2 * r->config_n) * sizeof *w.list)};

	if (!program.len)
		return mr_error_set(err, MR_NOT_FOUND,
				    "The program millrace, which serves the model, is neither beside the library nor on PATH");
	if (!w.list)
		return mr_error_no_memory(err);
	word(&w, program.ptr);
	word(&w, "models");
	word(&w, "serve");
	word(&w, mr_arena_printf(arena, "--model-uri=%.*s", MR_STR_ARG(v->model)).ptr);
	word(&w, mr_arena_printf(arena, "--host=%.*s", MR_STR_ARG(v->host)).ptr);
	word(&w, mr_arena_printf(arena, "--port=%d", v->port).ptr);
	word(&w, mr_arena_printf(arena, "--timeout=%lldms", (long long)settings->request_timeout).ptr);
	if (!is_loopback(settings->host))
		word(&w, "--allowed-hosts=*");
	if (r->flavor_chosen)
		word(&w, mr_arena_printf(arena, "--flavor=%.*s", MR_STR_ARG(r->flavor)).ptr);
	for (size_t i = 0; i < r->config_n; i++) {
		mr_str key = deploy_setting_of_flavor(r->config[i].key);

		if (key.len)
			word(&w, mr_arena_printf(arena, "--config=%.*s=%.*s", MR_STR_ARG(key), MR_STR_ARG(r->config[i].value)).ptr);
	}
	for (size_t i = 0; i < w.n; i++)
		if (!*w.list[i])
			return mr_error_no_memory(err);
	*argv = (char **)(uintptr_t)w.list;
	return MR_OK;
}

mr_code launch_prepare(const struct mr_state *state, mr_str name, const struct mr_revision *revision, const char *host,
		       int port, mr_arena *arena, struct launch *out, mr_error *err)
{
	struct mr_command_values values = {.name = name,
					   .model = mr_arena_copy(arena, revision->model),
					   .host = mr_str_from(host),
					   .port = port};
	struct deploy_settings settings;
	mr_str found;
	mr_code code = values.model.ptr ? deploy_settings_read(revision->config, revision->config_n, &settings, err)
					: mr_error_no_memory(err);

	if (code == MR_OK)
		code = settings.command.len ? mr_command_words(settings.command, &values, arena, &out->argv, err)
					    : default_words(&settings, revision, &values, arena, &out->argv, err);
	if (code == MR_OK)
		code = make_environment(state, revision, arena, &out->environment, err);
	if (code != MR_OK)
		return code;
	found = launch_find(mr_str_from(out->argv[0]), variable(revision, "PATH"), arena);
	if (!found.len)
		return mr_error_set(err, MR_NOT_FOUND, "There is no program '%s' to serve the model with; PATH is %.*s", out->argv[0],
				    MR_STR_ARG(variable(revision, "PATH")));
	out->program = found.ptr;
	out->folder = state->folder.ptr;
	return MR_OK;
}

/* ---- the supervisor ---- */

/* After fork, and after a second one, so that it is nobody's child. */
static void become_supervisor(const char *program, char *const *argv, char *const *environment, int out, int log)
{
	struct sigaction act = {.sa_handler = SIG_DFL};
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	setsid();
	if (fork() != 0)
		_exit(0);
	for (int i = 1; i < NSIG; i++)
		sigaction(i, &act, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, 0);
	dup2(out, 1);
	dup2(log, 2);
	close_range(3, ~0U, 0);
	if (chdir("/") == 0)
		execve(program, argv, environment);
	(void)!write(2, "The supervisor's program cannot be run\n", 39);
	_exit(127);
}

/* Ours, but for what a service manager has told us alone. */
static char **own_environment(mr_arena *arena)
{
	static const char *const told[] = {"NOTIFY_SOCKET=", "WATCHDOG_USEC=", "WATCHDOG_PID=", "LISTEN_FDS=", "LISTEN_PID="};
	size_t n = 0, room = 1;
	char **all;

	for (char **e = environ; *e; e++)
		room++;
	all = mr_arena_zalloc(arena, room * sizeof *all);
	for (char **e = environ; all && *e; e++) {
		bool kept = true;

		for (size_t i = 0; i < sizeof told / sizeof *told; i++)
			kept &= strncmp(*e, told[i], strlen(told[i])) != 0;
		if (kept)
			all[n++] = *e;
	}
	return all;
}

/* Until it has said that it is ready, or has ended. */
static bool wait_until_ready(int fd)
{
	char said[READY_MAX];
	size_t n = 0;
	ssize_t got = 1;

	while (n < sizeof said && got != 0 && !memchr(said, '\n', n)) {
		struct pollfd p = {.fd = fd, .events = POLLIN};

		if (poll(&p, 1, READY_MS) == 0)
			return false;
		got = read(fd, said + n, sizeof said - n);
		if (got < 0 && errno != EINTR)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	return n > 5 && memcmp(said, "ready", 5) == 0;
}

static mr_code start(const struct mr_state *state, mr_str program, mr_str log_path, mr_arena *arena, mr_error *err)
{
	mr_str target = mr_arena_printf(arena, "local:%.*s", MR_STR_ARG(state->folder));
	const char *const argv[] = {program.ptr, "deployments", "supervise", "-t", target.ptr, NULL};
	int out[2], log = logs_open(log_path);
	char **environment = own_environment(arena);
	bool ready;
	pid_t pid;

	if (log < 0 || !target.ptr || !environment || pipe2(out, O_CLOEXEC) != 0) {
		if (log >= 0)
			close(log);
		return mr_error_set(err, MR_IO_ERROR, "Cannot write %s: %s", log_path.ptr, strerror(errno));
	}
	pid = fork();
	if (pid == 0)
		become_supervisor(program.ptr, (char *const *)(uintptr_t)argv, environment, out[1], log);
	close(log);
	close(out[1]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	ready = pid > 0 && wait_until_ready(out[0]);
	close(out[0]);
	if (ready || mr_state_supervised(state))
		return MR_OK;
	return mr_error_set(err, MR_INTERNAL_ERROR, "The supervisor of %s does not start. %s ends with:\n%s", state->folder.ptr,
			    log_path.ptr, logs_tail(log_path, arena).ptr);
}

mr_code launch_supervisor(const struct mr_state *state, mr_error *err)
{
	mr_arena *arena;
	mr_str program, log;
	mr_code code;

	if (mr_state_supervised(state))
		return MR_OK;
	arena = mr_arena_new(0);
	if (!arena)
		return mr_error_no_memory(err);
	program = launch_millrace(arena);
	log = mr_state_path(state, arena, "supervisor.log", mr_str_make(NULL, 0), "");
	if (!log.ptr)
		code = mr_error_no_memory(err);
	else if (!program.len)
		code = mr_error_set(err, MR_NOT_FOUND,
				    "The program millrace, which keeps the servers up, is neither beside the library nor on PATH");
	else
		code = start(state, program, log, arena, err);
	mr_arena_free(arena);
	return code;
}
