/* SPDX-License-Identifier: Apache-2.0
 *
 * The supervisor's loop: signals, the FIFO by which commands wake it, the
 * fronts' sockets, the probes.
 */
#include "deploy/supervise.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/os.h"
#include "deploy/folder.h"
#include "deploy/keeper.h"

enum { POLL_MAX = 4096, LOOK_MS = 3000, TRIES = 20, TRY_MS = 50 };

#define MS 1000000LL

struct supervisor {
	struct mr_state state;
	int wake, signals;
	struct keeper *keepers;
	bool ending;
	int64_t looked_ns;
	struct pollfd fds[POLL_MAX];
	nfds_t fds_n;
};

/* ---- beginning ---- */

static mr_code open_wake(struct supervisor *s, mr_error *err)
{
	mr_str path = mr_state_path(&s->state, s->state.arena, "wake", mr_str_make(NULL, 0), "");

	if (!path.ptr)
		return mr_error_no_memory(err);
	if (mkfifo(path.ptr, 0600) != 0 && errno != EEXIST)
		return mr_error_set(err, MR_IO_ERROR, "Cannot make %s: %s", path.ptr, strerror(errno));
	/* Open for writing, too, so that it never ends. */
	s->wake = open(path.ptr, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	return s->wake >= 0 ? MR_OK : mr_error_set(err, MR_IO_ERROR, "Cannot open %s: %s", path.ptr, strerror(errno));
}

static mr_code take_signals(struct supervisor *s, mr_error *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1); /* what a server leaves behind comes to us to be reaped */
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals >= 0 ? MR_OK : mr_error_set(err, MR_IO_ERROR, "Cannot take signals: %s", strerror(errno));
}

static void remove_incoming(struct supervisor *s)
{
	mr_str folder = mr_state_path(&s->state, s->state.arena, "models", mr_str_make(NULL, 0), "");
	DIR *dir = folder.ptr ? opendir(folder.ptr) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		long pid = folder_incoming_pid(entry->d_name);
		mr_str path = mr_arena_printf(s->state.arena, "%s/%s", folder.ptr, entry->d_name);

		if (pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH && path.ptr)
			mr_state_remove_tree(path);
	}
	if (dir)
		closedir(dir);
}

/* One that was killed may take a moment until it is gone. */
static bool take_over(struct supervisor *s)
{
	for (int i = 0; i < TRIES; i++) {
		if (mr_state_supervise(&s->state))
			return true;
		poll(NULL, 0, TRY_MS);
	}
	return false;
}

static mr_code begin(struct supervisor *s, mr_str uri, mr_error *err)
{
	mr_code code = folder_open(uri, &s->state, err);

	if (code == MR_OK && !take_over(s))
		code = mr_error_set(err, MR_RESOURCE_CONFLICT, "%s has a supervisor already", s->state.folder.ptr);
	if (code == MR_OK)
		code = open_wake(s, err);
	if (code == MR_OK)
		code = take_signals(s, err);
	if (code != MR_OK)
		return code;
	server_end_leftovers(&s->state);
	remove_incoming(s);
	mr_state_sweep(&s->state);
	return MR_OK;
}

/* ---- what is wanted ---- */

static struct keeper *find(struct supervisor *s, mr_str name)
{
	struct keeper *k = s->keepers;

	while (k && !mr_str_eq(k->name, name))
		k = k->next;
	return k;
}

static void look(struct supervisor *s)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str *names = NULL;
	size_t n = 0;
	mr_error err;

	mr_error_init(&err);
	s->looked_ns = mr_monotonic_ns();
	if (!mr_state_is_there(&s->state)) {
		mr_log(MR_LOG_WARNING, "deploy", "%s has been removed: its servers end", s->state.folder.ptr);
		s->ending = true;
		mr_arena_free(arena);
		return;
	}
	if (!arena || mr_state_names(&s->state, arena, &names, &n, &err) != MR_OK)
		mr_log(MR_LOG_ERROR, "deploy", "%s", err.length ? err.message : "Out of memory");
	for (size_t i = 0; i < n; i++) {
		struct keeper *k = find(s, names[i]);

		if (!k && (k = keeper_new(&s->state, names[i], &err)) != NULL) {
			k->next = s->keepers;
			s->keepers = k;
		}
		if (k)
			keeper_look(k);
	}
	mr_arena_free(arena);
}

/* ---- what happened ---- */

static void drain(int fd)
{
	char bytes[256];

	while (read(fd, bytes, sizeof bytes) > 0)
		;
}

static void read_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof info) == (ssize_t)sizeof info)
		s->ending |= info.ssi_signo != SIGCHLD;
}

/* What is left of its group goes with it, while its number is still its own. */
static void reap(struct supervisor *s)
{
	for (;;) {
		siginfo_t info = {.si_pid = 0};
		int status = 0;

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
			return;
		kill(-info.si_pid, SIGKILL);
		waitpid(info.si_pid, &status, 0);
		for (struct keeper *k = s->keepers; k; k = k->next)
			if (keeper_ended(k, info.si_pid, status))
				break;
	}
}

/* ---- the loop ---- */

static void add_fd(struct supervisor *s, struct pollfd fd)
{
	if (fd.fd >= 0 && s->fds_n < POLL_MAX)
		s->fds[s->fds_n++] = fd;
}

static void add_probe(void *arg, struct server *server)
{
	add_fd(arg, server_poll(server));
}

static void wait_for_something(struct supervisor *s, int64_t next_ns)
{
	int64_t left = (next_ns - mr_monotonic_ns()) / MS + 1;

	s->fds_n = 0;
	add_fd(s, (struct pollfd){.fd = s->wake, .events = POLLIN});
	add_fd(s, (struct pollfd){.fd = s->signals, .events = POLLIN});
	for (struct keeper *k = s->keepers; k; k = k->next) {
		if (k->front)
			add_fd(s, (struct pollfd){.fd = front_fd(k->front), .events = POLLIN});
		keeper_servers(k, add_probe, s);
	}
	poll(s->fds, s->fds_n, left < 0 ? 0 : left > LOOK_MS ? LOOK_MS : (int)left);
}

static bool is_ready(const struct supervisor *s, int fd)
{
	for (nfds_t i = 0; fd >= 0 && i < s->fds_n; i++)
		if (s->fds[i].fd == fd)
			return s->fds[i].revents != 0;
	return false;
}

static void accept_all(struct supervisor *s)
{
	for (struct keeper *k = s->keepers; k; k = k->next)
		if (k->front && is_ready(s, front_fd(k->front)))
			front_accept(k->front);
}

/* Those that are over go; a deleted one with its files. */
static void sweep(struct supervisor *s)
{
	mr_error err;

	for (struct keeper **at = &s->keepers; *at;) {
		struct keeper *k = *at;

		if (!keeper_is_over(k)) {
			at = &k->next;
			continue;
		}
		mr_error_init(&err);
		if (k->record.deleting && mr_state_remove(&s->state, k->name, !k->record.failed || k->record.current.number, &err) != MR_OK)
			mr_log(MR_LOG_ERROR, "deploy", "%s", err.message);
		mr_log(MR_LOG_INFO, "deploy", "%s: %s", k->name_copy, k->record.deleting ? "deleted" : "stopped");
		*at = k->next;
		keeper_free(k);
	}
}

/* True when nothing is left to be kept: decided with the folder's lock, so that who adds one later starts another. */
static bool is_done(struct supervisor *s)
{
	mr_arena *arena;
	mr_str *names;
	size_t n = 1;
	mr_error err;

	if (s->keepers || s->ending)
		return !s->keepers;
	arena = mr_arena_new(0);
	mr_error_init(&err);
	if (arena && mr_state_lock(&s->state, &err) == MR_OK) {
		if (mr_state_names(&s->state, arena, &names, &n, &err) != MR_OK)
			n = 1;
		if (n == 0) {
			close(s->state.supervisor_fd); /* before the other lock, so that nobody believes in us */
			s->state.supervisor_fd = -1;
		}
		mr_state_unlock(&s->state);
	}
	mr_arena_free(arena);
	return n == 0;
}

/* When to go on at the latest. */
static int64_t tick(struct supervisor *s)
{
	int64_t now_ns = mr_monotonic_ns(), next_ns = now_ns + LOOK_MS * MS;

	for (struct keeper *k = s->keepers; k; k = k->next) {
		if (s->ending)
			keeper_end(k, now_ns);
		keeper_tick(k, now_ns, &next_ns);
	}
	return next_ns;
}

static void turn(struct supervisor *s)
{
	int64_t next_ns = tick(s);

	sweep(s);
	if (s->keepers)
		wait_for_something(s, next_ns);
	if (is_ready(s, s->signals))
		read_signals(s);
	reap(s);
	accept_all(s);
	if (!s->ending && (is_ready(s, s->wake) || !s->keepers || mr_monotonic_ns() - s->looked_ns > LOOK_MS * MS)) {
		drain(s->wake);
		look(s);
	}
}

/* systemd, if it is he who has started us. */
static void notify(const char *lines)
{
	mr_error err;

	mr_error_init(&err);
	if (mr_os_notify(lines, &err) != MR_OK)
		mr_log(MR_LOG_WARNING, "deploy", "%s", err.message);
}

static void run(struct supervisor *s)
{
	char status[4200];

	mr_log(MR_LOG_INFO, "deploy", "Supervising %s", s->state.folder.ptr);
	look(s);
	tick(s); /* before that the records tell of the supervisor before us */
	printf("ready\n");
	fflush(stdout);
	dup2(STDERR_FILENO, STDOUT_FILENO); /* whoever waited for that need not wait for more */
	snprintf(status, sizeof status, "READY=1\nSTATUS=Supervises %s", s->state.folder.ptr);
	notify(status);
	do
		turn(s);
	while (!is_done(s));
	notify("STOPPING=1");
	mr_log(MR_LOG_INFO, "deploy", "The supervisor of %s ends", s->state.folder.ptr);
}

mr_code mr_deploy_supervise(mr_str target_uri, mr_error *err)
{
	struct supervisor *s = calloc(1, sizeof *s);
	mr_code code;

	if (!s)
		return mr_error_no_memory(err);
	s->wake = s->signals = -1;
	mr_log_configure(MR_LOG_INFO, MR_LOG_TEXT);
	code = begin(s, target_uri, err);
	if (code == MR_OK)
		run(s);
	if (s->wake >= 0)
		close(s->wake);
	if (s->signals >= 0)
		close(s->signals);
	mr_state_close(&s->state);
	free(s);
	return code;
}
