/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/python_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/os.h"
#include "base/process.h"

enum { SOCKET_BUFFER = 1 << 20 };

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* When memory runs out, the kernel takes it rather than the program that it works for. */
static void offer_to_the_kernel(pid_t pid)
{
	char path[48];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "500", 3) < 0)
		mr_log(MR_LOG_DEBUG, "plugin", "%s: %s", path, strerror(errno));
	close(fd);
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
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	rc = mr_process_spawn(argv, environment, (const int[]){-1, pipes[1], pipes[1], pair[1]}, 4, &out->pid);
	if (rc) {
		code = mr_error_set(err, MR_INVALID_STATE, "The Python interpreter %s cannot be started: %s", argv[0], strerror(rc));
		goto out;
	}
	offer_to_the_kernel(out->pid);
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

/* "512M": as people write sizes. 0: it is none. */
static int64_t read_size(const char *text)
{
	static const char units[] = "kMGT";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits, *known = strchr(units, *unit == 'K' ? 'k' : *unit);
	int64_t n = 0;

	if (!digits || digits > 12 || !known || (*unit && unit[1]) || !mr_parse_int64(mr_str_make(text, digits), &n))
		return 0;
	for (long power = *unit ? known - units + 1 : 0; power > 0; power--)
		n = n > INT64_MAX / 1024 ? INT64_MAX : n * 1024;
	return n;
}

static int64_t memory_limit(void)
{
	const char *given = mr_getenv("MILLRACE_PYTHON_MEMORY");
	int64_t limit = given && *given ? read_size(given) : 0;

	return limit ? limit : (int64_t)sysconf(_SC_PHYS_PAGES) / 2 * sysconf(_SC_PAGESIZE);
}

bool python_process_is_large(const struct python_process *process, char why[PYTHON_HOW])
{
	char path[32], text[128];
	long long total, resident;
	int64_t limit = memory_limit();
	int fd;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/statm", (int)process->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	text[n] = 0;
	if (sscanf(text, "%lld %lld", &total, &resident) != 2 || resident * sysconf(_SC_PAGESIZE) <= limit)
		return false;
	snprintf(why, PYTHON_HOW, "used more than %lld MiB of memory (MILLRACE_PYTHON_MEMORY sets the limit) and was ended",
		 (long long)(limit >> 20));
	return true;
}

void python_process_reap(struct python_process *process, char how[PYTHON_HOW])
{
	int status = 0;
	pid_t reaped;

	python_process_kill(process);
	while ((reaped = waitpid(process->pid, &status, 0)) < 0 && errno == EINTR)
		;
	if (reaped < 0)
		snprintf(how, PYTHON_HOW, "ended");
	else if (WIFSIGNALED(status))
		snprintf(how, PYTHON_HOW, "was killed by signal %d (%s)", WTERMSIG(status), sigabbrev_np(WTERMSIG(status)));
	else
		snprintf(how, PYTHON_HOW, "ended with exit code %d", WEXITSTATUS(status));
	close_fd(&process->pidfd);
	close_fd(&process->socket);
	close_fd(&process->output);
	process->pid = -1;
}
