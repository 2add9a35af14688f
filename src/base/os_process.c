/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"
#include "base/os_spawn.h"

enum { GRACE_MS = 10000, TURN_MS = 100, LINGER_MS = 200, ENDING_MS = 1000, PIECE = 65536 };

extern char **environ;

struct running {
	const struct mr_process *what;
	pid_t pid;
	int pidfd; /* -1: the kernel has none */
	int pipes[2]; /* what we read; -1: closed, or not ours to read */
	bool ended; /* it is a zombie now, so that its number cannot be another's */
	mr_stop stopping;
	int64_t stopping_since, ended_at, last_byte;
};

static int64_t now_ms(void)
{
	return mr_monotonic_ns() / 1000000;
}

/* ---- start ---- */

static int set_actions(posix_spawn_file_actions_t *actions, const struct mr_process *p, const int *write_ends)
{
	bool keep = p->keep_input && fcntl(0, F_GETFD) >= 0 && !isatty(0);
	int rc = keep ? posix_spawn_file_actions_adddup2(actions, 0, 0)
		      : posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

	for (int i = 0; i < 2 && rc == 0; i++)
		rc = posix_spawn_file_actions_adddup2(actions, p->output ? write_ends[i] : i + 1, i + 1);
	if (rc == 0 && p->folder)
		rc = posix_spawn_file_actions_addchdir_np(actions, p->folder);
	return rc;
}

static mr_code cannot_start(const struct mr_process *p, int rc, mr_error *err)
{
	struct stat st;

	if (p->folder && (stat(p->folder, &st) != 0 || !S_ISDIR(st.st_mode)))
		return mr_error_set(err, MR_IO_ERROR, "Cannot run %s in the folder %s: there is no such folder", p->argv[0],
				    p->folder);
	if (rc == ENOENT && !strchr(p->argv[0], '/'))
		return mr_error_set(err, MR_NOT_FOUND, "There is no program '%s' on PATH (%s)", p->argv[0],
				    getenv("PATH") ? getenv("PATH") : "which is not set");
	return mr_error_set(err, rc == ENOENT ? MR_NOT_FOUND : MR_IO_ERROR, "Cannot run %s: %s", p->argv[0], strerror(rc));
}

static mr_code spawn(struct running *r, const int *write_ends, mr_error *err)
{
	const struct mr_process *p = r->what;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int rc;

	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_init(&actions);
	rc = mr_spawn_attributes(&attributes);
	if (rc == 0)
		rc = set_actions(&actions, p, write_ends);
	if (rc == 0) /* the tables are read only; the type is POSIX's */
		rc = posix_spawnp(&r->pid, p->argv[0], &actions, &attributes, (char *const *)(uintptr_t)p->argv,
				  p->environment ? (char *const *)(uintptr_t)p->environment : environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return rc ? cannot_start(p, rc, err) : MR_OK;
}

static void close_pipe(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Above the standard descriptors, so that none of the child's is overwritten before it is used. */
static int above_standard(int fd)
{
	int moved = fd;

	if (fd >= 0 && fd < 3) {
		moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		close(fd);
	}
	return moved;
}

static mr_code start(struct running *r, mr_error *err)
{
	int write_ends[2] = {-1, -1};
	mr_code code = MR_OK;

	for (int i = 0; i < 2 && r->what->output && code == MR_OK; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) != 0) {
			code = mr_error_set(err, MR_RESOURCE_EXHAUSTED, "Cannot make a pipe: %s", strerror(errno));
			break;
		}
		r->pipes[i] = above_standard(ends[0]);
		write_ends[i] = above_standard(ends[1]);
		fcntl(r->pipes[i], F_SETFL, O_NONBLOCK);
	}
	if (code == MR_OK)
		code = spawn(r, write_ends, err);
	close_pipe(&write_ends[0]);
	close_pipe(&write_ends[1]);
	if (code == MR_OK)
		r->pidfd = (int)syscall(SYS_pidfd_open, r->pid, 0);
	return code;
}

/* ---- until it ends ---- */

/* Gives a piece of what can be read now, so that whether to stop is asked between any two; closes at the end of it. */
static void read_pipe(struct running *r, int i, char *piece)
{
	ssize_t n = r->pipes[i] >= 0 ? read(r->pipes[i], piece, PIECE) : -1;

	if (n > 0) {
		r->last_byte = now_ms();
		r->what->output(r->what->arg, i == 1, piece, (size_t)n);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		close_pipe(&r->pipes[i]);
	}
}

static bool has_ended(const struct running *r)
{
	siginfo_t info = {.si_pid = 0};

	return waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == r->pid;
}

static void wait_a_turn(struct running *r)
{
	struct pollfd fds[3] = {{.fd = r->pipes[0], .events = POLLIN},
				{.fd = r->pipes[1], .events = POLLIN},
				{.fd = r->ended ? -1 : r->pidfd, .events = POLLIN}};
	int patience = r->ended ? 20 : r->what->stop || r->pidfd < 0 ? TURN_MS : -1;

	poll(fds, 3, patience);
}

static void ask_to_stop(struct running *r)
{
	mr_stop wanted = r->what->stop ? r->what->stop(r->what->arg) : MR_STOP_NO;
	int64_t grace = r->what->grace_ms ? r->what->grace_ms : GRACE_MS;

	if (r->stopping == MR_STOP_END && now_ms() - r->stopping_since > grace)
		wanted = MR_STOP_KILL;
	if (wanted <= r->stopping)
		return;
	r->stopping = wanted;
	r->stopping_since = now_ms();
	kill(-r->pid, wanted == MR_STOP_KILL ? SIGKILL : SIGTERM);
	kill(-r->pid, SIGCONT); /* what was stopped has to run to end */
}

/* After its end its children may still hold the pipes: what they said before is waited for a moment. */
static bool is_over(struct running *r)
{
	int64_t now = now_ms();

	if (!r->ended)
		return false;
	if (r->pipes[0] < 0 && r->pipes[1] < 0)
		return true;
	if (r->stopping)
		return now - r->ended_at > ENDING_MS;
	return now - r->ended_at > LINGER_MS && now - r->last_byte > LINGER_MS;
}

static void follow(struct running *r, char *piece)
{
	while (!is_over(r)) {
		wait_a_turn(r);
		if (!r->ended && has_ended(r)) {
			r->ended = true;
			r->ended_at = now_ms();
		}
		if (!r->ended)
			ask_to_stop(r);
		read_pipe(r, 0, piece);
		read_pipe(r, 1, piece);
	}
}

mr_code mr_process_run(const struct mr_process *process, int *status, mr_error *err)
{
	struct running r = {.what = process, .pidfd = -1, .pipes = {-1, -1}};
	char *piece = malloc(PIECE);
	mr_code code = piece ? start(&r, err) : mr_error_no_memory(err);

	if (code == MR_OK) {
		follow(&r, piece);
		if (r.stopping)
			kill(-r.pid, SIGKILL); /* what has not gone by itself */
		while (waitpid(r.pid, status, 0) < 0 && errno == EINTR)
			;
	}
	close_pipe(&r.pipes[0]);
	close_pipe(&r.pipes[1]);
	close_pipe(&r.pidfd);
	free(piece);
	return code;
}

int mr_process_exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* ---- short commands ---- */

struct capture {
	mr_buf *out, *errors;
	int64_t until;
	bool late;
};

static void keep(void *arg, bool is_stderr, const char *bytes, size_t n)
{
	struct capture *c = arg;
	mr_buf *buf = is_stderr ? c->errors : c->out;

	if (buf)
		mr_buf_add(buf, bytes, n);
}

static mr_stop when_late(void *arg)
{
	struct capture *c = arg;

	c->late = c->late || now_ms() > c->until;
	return c->late ? MR_STOP_KILL : MR_STOP_NO;
}

mr_code mr_process_capture(const char *const *argv, int32_t timeout_ms, mr_buf *out, mr_buf *errors, int *status,
			   mr_error *err)
{
	struct capture c = {out, errors, now_ms() + timeout_ms, false};
	struct mr_process p = {.argv = argv, .output = keep, .stop = when_late, .arg = &c};
	mr_code code = mr_process_run(&p, status, err);

	if (code == MR_OK && c.late)
		code = mr_error_set(err, MR_ABORTED, "%s did not end within %d s", argv[0], timeout_ms / 1000);
	return code;
}

/* ---- environment and PATH ---- */

static bool has_name(const char *entry, const char *name)
{
	size_t n = strlen(name);

	return strncmp(entry, name, n) == 0 && entry[n] == '=';
}

static bool is_replaced(const char *entry, const char *const *pairs)
{
	for (size_t i = 0; pairs[i]; i += 2)
		if (has_name(entry, pairs[i]))
			return true;
	return false;
}

const char *const *mr_environment_with(mr_arena *arena, const char *const *pairs)
{
	size_t count = 0, n = 0;
	const char **out;

	while (environ && environ[count])
		count++;
	for (size_t i = 0; pairs[i]; i += 2)
		count++;
	out = mr_arena_alloc(arena, (count + 1) * sizeof *out);
	if (!out)
		return NULL;
	for (size_t i = 0; environ && environ[i]; i++)
		if (!is_replaced(environ[i], pairs))
			out[n++] = environ[i];
	for (size_t i = 0; pairs[i]; i += 2) {
		if (!pairs[i + 1])
			continue;
		out[n] = mr_arena_printf(arena, "%s=%s", pairs[i], pairs[i + 1]).ptr;
		if (!out[n++])
			return NULL;
	}
	out[n] = NULL;
	return out;
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

mr_str mr_program_find(mr_arena *arena, mr_str name)
{
	const char *path = getenv("PATH");

	if (name.len && memchr(name.ptr, '/', name.len)) {
		mr_str file = mr_arena_copy(arena, name);

		return file.ptr && is_program(file.ptr) ? file : mr_str_make("", 0);
	}
	while (path && *path && name.len) {
		size_t n = strcspn(path, ":");
		mr_str file = mr_arena_printf(arena, "%.*s/%.*s", n ? (int)n : 1, n ? path : ".", MR_STR_ARG(name));

		if (file.ptr && is_program(file.ptr))
			return file;
		path += n + (path[n] == ':');
	}
	return mr_str_make("", 0);
}
