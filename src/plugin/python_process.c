/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "plugin/python_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"

enum { CHILD_SOCKET = 3, SOCKET_BUFFER = 1 << 20 };

/* Above those that the child gets, so that none is overwritten before it is used. */
static int above(int fd)
{
	int moved = fd >= 0 && fd <= CHILD_SOCKET ? fcntl(fd, F_DUPFD_CLOEXEC, CHILD_SOCKET + 1) : fd;

	if (moved != fd)
		close(fd);
	return moved;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int spawn(const char *const *argv, const char *const *environment, int socket, int output, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0); /* Ctrl-C at a terminal is ours to answer, not its */
	rc = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	if (rc == 0)
		rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, output, 1);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, output, 2);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, socket, CHILD_SOCKET);
	if (rc == 0) /* the tables are read only; the type is POSIX's */
		rc = posix_spawn(pid, argv[0], &actions, &attributes, (char *const *)(uintptr_t)argv,
				 (char *const *)(uintptr_t)environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return rc;
}

mr_code python_process_start(const struct python_entry *entry, mr_str tracking_uri, mr_str registry_uri, mr_str spool,
			     struct python_process *out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	int pair[2] = {-1, -1}, pipes[2] = {-1, -1}, size = SOCKET_BUFFER, rc = 0;
	const char *const argv[] = {entry->plugin->info.environment.ptr, entry->file.ptr, "3", spool.ptr, NULL};
	mr_str tracking, registry;
	const char *const *environment = NULL;
	mr_code code = MR_OK;

	*out = (struct python_process){.pid = -1, .pidfd = -1, .socket = -1, .output = -1};
	if (!arena)
		return mr_error_no_memory(err);
	tracking = mr_arena_copy(arena, tracking_uri);
	registry = mr_arena_copy(arena, registry_uri);
	if (tracking.ptr && registry.ptr)
		environment = mr_environment_with(
			arena, (const char *const[]){"MLFLOW_TRACKING_URI", tracking.len ? tracking.ptr : NULL,
						     "MLFLOW_REGISTRY_URI", registry.len ? registry.ptr : NULL,
						     "MLFLOW_CONFIGURE_LOGGING", "false", "MLFLOW_DISABLE_TELEMETRY", "true", NULL});
	if (!environment) {
		code = mr_error_no_memory(err);
		goto out;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(pipes, O_CLOEXEC) < 0) {
		code = mr_error_set(err, MR_RESOURCE_EXHAUSTED, "Cannot make a socket for a Python host: %s", strerror(errno));
		goto out;
	}
	for (int i = 0; i < 2; i++) {
		pair[i] = above(pair[i]);
		pipes[i] = above(pipes[i]);
		setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	}
	rc = spawn(argv, environment, pair[1], pipes[1], &out->pid);
	if (rc) {
		code = mr_error_set(err, MR_INVALID_STATE, "The Python interpreter %s cannot be started: %s", argv[0], strerror(rc));
		goto out;
	}
	out->pidfd = (int)syscall(SYS_pidfd_open, out->pid, 0);
	out->socket = pair[0];
	out->output = pipes[0];
	pair[0] = pipes[0] = -1;
	fcntl(out->output, F_SETFL, O_NONBLOCK);
out:
	for (int i = 0; i < 2; i++) {
		close_fd(&pair[i]);
		close_fd(&pipes[i]);
	}
	mr_arena_free(arena);
	return code;
}

void python_process_kill(const struct python_process *process)
{
	if (process->pid > 0)
		kill(-process->pid, SIGKILL);
}

void python_process_reap(struct python_process *process, char how[64])
{
	int status = 0;
	pid_t reaped;

	python_process_kill(process);
	while ((reaped = waitpid(process->pid, &status, 0)) < 0 && errno == EINTR)
		;
	if (reaped < 0)
		snprintf(how, 64, "ended");
	else if (WIFSIGNALED(status))
		snprintf(how, 64, "was killed by signal %d (%s)", WTERMSIG(status), sigabbrev_np(WTERMSIG(status)));
	else
		snprintf(how, 64, "ended with exit code %d", WEXITSTATUS(status));
	close_fd(&process->pidfd);
	close_fd(&process->socket);
	close_fd(&process->output);
	process->pid = -1;
}
