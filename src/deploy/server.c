/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"
#include "deploy/launch.h"
#include "deploy/logs.h"

enum { SICK_AFTER = 3, ENVIRON_MAX = 1 << 20 };

/* ---- its port ---- */

static int bind_port(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), got = 0, on = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 && getsockname(fd, (struct sockaddr *)&address, &size) == 0)
		got = ntohs(address.sin_port);
	if (fd >= 0)
		close(fd);
	return got;
}

bool server_lost_its_port(const struct server *s)
{
	return bind_port(s->port) == 0;
}

/* ---- its process ---- */

static void write_heading(int fd, const struct mr_revision *revision, char *const *argv)
{
	char when[32];
	time_t now = time(NULL);
	struct tm tm;
	mr_buf line;

	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	mr_buf_init(&line, 1 << 20);
	mr_buf_printf(&line, "--- %s revision %lld:", when, (long long)revision->number);
	for (; *argv; argv++)
		mr_buf_printf(&line, " %s", *argv);
	mr_buf_char(&line, '\n');
	(void)!write(fd, line.ptr ? line.ptr : "", line.len);
	mr_buf_dispose(&line);
}

/* After fork: nothing but calls that are safe in a signal handler. */
static void become(const struct launch *l, int log, int report, pid_t parent)
{
	struct sigaction act = {.sa_handler = SIG_DFL};
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	for (int i = 1; i < NSIG; i++)
		sigaction(i, &act, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	dup2(null, 0);
	dup2(log, 1);
	dup2(log, 2);
	if (chdir(l->folder) == 0)
		execve(l->program, l->argv, l->environment);
	null = errno;
	(void)!write(report, &null, sizeof null);
	_exit(127);
}

static mr_code run(const struct launch *l, int log, pid_t *pid, mr_error *err)
{
	pid_t parent = getpid();
	int report[2], why = 0;
	ssize_t n;

	if (pipe2(report, O_CLOEXEC) != 0)
		return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "Cannot make a pipe: %s", strerror(errno));
	*pid = fork();
	if (*pid == 0)
		become(l, log, report[1], parent);
	close(report[1]);
	if (*pid < 0) {
		close(report[0]);
		return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "Cannot start a process: %s", strerror(errno));
	}
	setpgid(*pid, *pid); /* it does so itself; whoever is first */
	do
		n = read(report[0], &why, sizeof why);
	while (n < 0 && errno == EINTR);
	close(report[0]);
	if (n != (ssize_t)sizeof why)
		return MR_OK;
	waitpid(*pid, NULL, 0);
	return mr_error_set(err, MR_NOT_FOUND, "Cannot run %s: %s", l->program, strerror(why));
}

static struct server *make(const struct mr_revision *revision, mr_error *err)
{
	struct server *s = mr_calloc(1, sizeof *s);

	if (!s) {
		mr_error_no_memory(err);
		return NULL;
	}
	s->probe_fd = -1;
	s->revision = revision->number;
	s->port = bind_port(0);
	s->backend = s->port ? front_backend_new(s->port) : NULL;
	if (deploy_settings_read(revision->config, revision->config_n, &s->settings, err) == MR_OK && s->backend)
		return s;
	mr_error_set(err, MR_RESOURCE_EXHAUSTED, "There is no free port or no memory for a server");
	front_backend_release(s->backend);
	mr_free(s);
	return NULL;
}

mr_code server_start(const struct mr_state *state, const struct mr_record *record, const struct mr_revision *revision,
		     mr_str log, struct server **out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	struct server *s = make(revision, err);
	int fd = -1;
	struct launch launch;
	mr_code code = s && arena ? MR_OK : MR_RESOURCE_EXHAUSTED;

	if (code == MR_OK)
		code = launch_prepare(state, record->name, revision, "127.0.0.1", s->port, arena, &launch, err);
	if (code == MR_OK && (fd = logs_open(log)) < 0)
		code = mr_error_set(err, MR_IO_ERROR, "Cannot write %s: %s", log.ptr, strerror(errno));
	if (code == MR_OK) {
		write_heading(fd, revision, launch.argv);
		code = run(&launch, fd, &s->pid, err);
	}
	if (fd >= 0)
		close(fd);
	mr_arena_free(arena);
	if (code != MR_OK) {
		if (s)
			front_backend_release(s->backend);
		mr_free(s);
		return code;
	}
	s->started_ns = mr_monotonic_ns();
	*out = s;
	return MR_OK;
}

void server_stop(struct server *s, int64_t grace_ms)
{
	if (s->ended || s->stopping)
		return;
	s->stopping = true;
	s->kill_ns = mr_monotonic_ns() + grace_ms * 1000000;
	kill(-s->pid, SIGTERM);
}

static void end_probe(struct server *s)
{
	if (s->probe_fd >= 0)
		close(s->probe_fd);
	s->probe_fd = -1;
	s->probe_sent = false;
}

void server_free(struct server *s)
{
	if (!s)
		return;
	end_probe(s);
	front_backend_release(s->backend);
	mr_free(s);
}

void server_how_it_ended(const struct server *s, char *out, size_t room)
{
	if (WIFSIGNALED(s->status))
		snprintf(out, room, "it was killed by signal %d (%s)", WTERMSIG(s->status), strsignal(WTERMSIG(s->status)));
	else
		snprintf(out, room, "it exited with status %d", WEXITSTATUS(s->status));
}

/* ---- its health ---- */

static void probed(struct server *s, bool healthy, int64_t now_ns)
{
	end_probe(s);
	if (healthy) {
		s->up = true;
		s->failures = 0;
	} else if (s->up && front_in_flight(s->backend) == 0) {
		s->failures++; /* one that is busy answering may be late with its ping */
	}
	s->probe_next_ns = now_ns + (s->up ? s->settings.health_interval : 100) * 1000000;
}

static void begin_probe(struct server *s, int64_t now_ns)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->probe_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	s->probe_until_ns = now_ns + s->settings.health_timeout * 1000000;
	if (s->probe_fd < 0 || (connect(s->probe_fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS))
		probed(s, false, now_ns);
}

/* The first bytes of the answer are enough. */
static void go_on_probing(struct server *s, int64_t now_ns)
{
	static const char ping[] = "GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
	char answer[64];
	ssize_t n;

	if (!s->probe_sent) {
		n = send(s->probe_fd, ping, sizeof ping - 1, MSG_NOSIGNAL);
		if (n == (ssize_t)sizeof ping - 1)
			s->probe_sent = true;
		else if (n >= 0 || errno != EAGAIN)
			probed(s, false, now_ns);
		return;
	}
	n = recv(s->probe_fd, answer, sizeof answer, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	probed(s, n >= 12 && memcmp(answer, "HTTP/1.", 7) == 0 && memcmp(answer + 8, " 200", 4) == 0, now_ns);
}

struct pollfd server_poll(const struct server *s)
{
	return (struct pollfd){.fd = s->probe_fd, .events = s->probe_sent ? POLLIN : POLLOUT};
}

void server_tick(struct server *s, int64_t now_ns, int64_t *next_ns)
{
	int64_t next;

	if (s->ended)
		return;
	if (s->stopping) {
		end_probe(s);
		if (now_ns >= s->kill_ns && !s->killed) {
			s->killed = true;
			kill(-s->pid, SIGKILL);
		}
		next = s->killed ? now_ns + 1000000000 : s->kill_ns;
	} else {
		if (s->probe_fd >= 0)
			go_on_probing(s, now_ns);
		if (s->probe_fd >= 0 && now_ns >= s->probe_until_ns)
			probed(s, false, now_ns);
		if (s->probe_fd < 0 && now_ns >= s->probe_next_ns)
			begin_probe(s, now_ns);
		next = s->probe_fd >= 0 ? s->probe_until_ns : s->probe_next_ns;
	}
	if (next < *next_ns)
		*next_ns = next;
}

bool server_is_sick(const struct server *s)
{
	return s->failures >= SICK_AFTER;
}

/* ---- what a dead supervisor left ---- */

static bool is_ours(const char *pid, mr_str mark, mr_arena *arena)
{
	mr_str path = mr_arena_printf(arena, "/proc/%s/environ", pid), environment;

	return path.ptr && mr_file_read(path, ENVIRON_MAX, arena, &environment, NULL) == MR_OK &&
	       memmem(environment.ptr, environment.len, mark.ptr, mark.len);
}

void server_end_leftovers(const struct mr_state *state)
{
	mr_arena *arena = mr_arena_new(0);
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	mr_str mark = arena ? mr_arena_printf(arena, LAUNCH_MARK "=%.*s", MR_STR_ARG(state->id)) : mr_str_make(NULL, 0);

	while (proc && mark.ptr && (entry = readdir(proc)) != NULL) {
		mr_arena_mark before = mr_arena_mark_get(arena);

		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && is_ours(entry->d_name, mark, arena))
			kill((pid_t)atol(entry->d_name), SIGKILL);
		mr_arena_release(arena, before);
	}
	if (proc)
		closedir(proc);
	mr_arena_free(arena);
}
