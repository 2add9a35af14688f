/* SPDX-License-Identifier: Apache-2.0
 *
 * The processes of this program's stores, and the connections to them.
 */
#define _GNU_SOURCE
#include "store/child/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/codec.h"
#include "base/error.h"
#include "base/fork.h"
#include "base/inject.h"
#include "base/os.h"
#include "base/process.h"

enum { KEPT_MAX = 16, BACKLOG = 128, START_MS = 60000, ANSWER_MAX = 8192, LOST_MS = 200 };

struct child {
	struct child *next;
	char *uri, *artifact_root;
	unsigned users;
	struct mr_fork_lock lock; /* all below */
	struct sockaddr_un address;
	pid_t pid; /* 0: none, or of another process than this one */
	int control; /* its end is the process's end */
	bool inherited; /* by a fork: the socket's file is the parent's to remove */
	unsigned generation; /* 0: never started */
	int kept[KEPT_MAX];
	unsigned kept_n;
};

static struct mr_fork_lock children_lock = MR_FORK_LOCK_INIT;
static struct child *children;
static bool hooked;
static mr_str program;
static char *plugins; /* lines; those before may be in use, and are not freed */

void mr_child_program_set(mr_str file)
{
	program = file;
}

mr_str mr_child_program(void)
{
	return program;
}

/* Whether it is a line of them. */
static bool has_plugin(mr_str file)
{
	const char *at = plugins;

	while (at && *at) {
		size_t n = strcspn(at, "\n");

		if (n == file.len && !memcmp(at, file.ptr, n))
			return true;
		at += n + (at[n] == '\n');
	}
	return false;
}

mr_code mr_child_plugin_add(mr_str file, mr_error *err)
{
	char *all = NULL;
	bool known;

	if (memchr(file.ptr, '\n', file.len))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "A plugin's path must be one line");
	mr_fork_lock_take(&children_lock);
	known = has_plugin(file);
	if (!known && asprintf(&all, "%s%.*s\n", plugins ? plugins : "", MR_STR_ARG(file)) >= 0)
		plugins = all;
	else
		all = NULL;
	mr_fork_lock_give(&children_lock);
	return known || all ? MR_OK : mr_error_no_memory(err);
}

/* The processes go on, for both; the connections are the parent's. */
static void in_forked(void)
{
	for (struct child *c = children; c; c = c->next) {
		c->pid = 0;
		c->inherited = true;
		while (c->kept_n)
			close(c->kept[--c->kept_n]);
	}
}

/* ---- the process ---- */

static void remove_socket(struct child *c)
{
	char *slash = strrchr(c->address.sun_path, '/');

	if (!slash)
		return;
	unlink(c->address.sun_path);
	*slash = 0;
	rmdir(c->address.sun_path);
	c->address.sun_path[0] = 0;
}

/* With the lock held. It ends by itself when it sees that we are gone; here it has ended, or is told so. */
static void forget(struct child *c, char how[64])
{
	int status = 0;
	pid_t got = 0;

	while (c->kept_n)
		close(c->kept[--c->kept_n]);
	if (c->control >= 0)
		close(c->control);
	c->control = -1;
	for (int i = 0; c->pid > 0 && got == 0 && i < 100; i++) {
		got = waitpid(c->pid, &status, WNOHANG);
		if (got == 0)
			poll(NULL, 0, LOST_MS / 100);
	}
	if (got > 0 && WIFSIGNALED(status))
		snprintf(how, 64, "was killed by signal %d", WTERMSIG(status));
	else if (got > 0)
		snprintf(how, 64, "ended with exit code %d", WEXITSTATUS(status));
	else
		snprintf(how, 64, "does not answer");
	c->pid = 0;
	if (!c->inherited)
		remove_socket(c);
	c->inherited = false;
}

/* A socket that listens, in a folder of its own; the way there is as short as sun_path wants it. */
static mr_code make_socket(struct child *c, int *fd, mr_error *err)
{
	const char *places[] = {mr_getenv("XDG_RUNTIME_DIR"), mr_getenv("TMPDIR"), "/tmp"};
	size_t room = sizeof c->address.sun_path;
	int why = ENOENT;

	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "Cannot make a socket for a store: %s", strerror(errno));
	c->address.sun_family = AF_UNIX;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		size_t n = places[i] ? (size_t)snprintf(c->address.sun_path, room, "%s/millrace-store-XXXXXX", places[i]) : room;

		if (n + sizeof "/s" > room)
			continue;
		if (!mkdtemp(c->address.sun_path)) {
			why = errno;
			continue;
		}
		memcpy(c->address.sun_path + n, "/s", sizeof "/s");
		if (bind(*fd, (struct sockaddr *)&c->address, sizeof c->address) == 0 && listen(*fd, BACKLOG) == 0)
			return MR_OK;
		why = errno;
		remove_socket(c);
	}
	close(*fd);
	c->address.sun_path[0] = 0;
	return mr_error_set(err, MR_IO_ERROR, "Cannot make a socket for a store, in %s or /tmp: %s",
			    places[1] ? places[1] : "XDG_RUNTIME_DIR", strerror(why));
}

static const char *const *make_environment(mr_arena *arena, const struct child *c)
{
	return mr_environment_with(arena, (const char *const[]){CHILD_URI, c->uri, CHILD_SOCKET, c->address.sun_path,
								CHILD_ROOT, c->artifact_root, CHILD_PLUGINS, plugins ? plugins : "",
								"MILLRACE_PYTHON", "none", NULL});
}

static mr_code spawn(struct child *c, int listening, int theirs, mr_error *err)
{
	const char *const argv[] = {program.ptr, "serve-store", NULL};
	mr_arena *arena = mr_arena_new(0);
	const char *const *environment = arena ? make_environment(arena, c) : NULL;
	int words = fcntl(STDERR_FILENO, F_GETFD) >= 0 ? STDERR_FILENO : -1, rc;

	if (!environment) {
		mr_arena_free(arena);
		return mr_error_no_memory(err);
	}
	rc = mr_process_spawn(argv, environment, (const int[]){-1, words, words, listening, theirs}, 5, &c->pid);
	mr_arena_free(arena);
	if (rc == 0)
		return MR_OK;
	c->pid = 0;
	return mr_error_set(err, MR_INVALID_STATE, "The program of the store, %s, cannot be started: %s", program.ptr, strerror(rc));
}

/* "ready", or its error. */
static mr_code await_ready(struct child *c, mr_error *err)
{
	struct pollfd p = {c->control, POLLIN, 0};
	char text[ANSWER_MAX];
	ssize_t n;
	int ready;
	mr_error theirs;

	while ((ready = poll(&p, 1, START_MS)) < 0 && errno == EINTR)
		;
	n = ready > 0 ? recv(c->control, text, sizeof text - 1, 0) : -1;
	if (n == 6 && memcmp(text, "ready\n", 6) == 0)
		return MR_OK;
	if (n <= 0)
		return mr_error_set(err, MR_INVALID_STATE, "The process of the store %s; what it said is on standard error",
				    ready > 0 ? "ended at once" : "did not start in time");
	text[n] = 0;
	mr_error_decode(500, mr_str_make(text, (size_t)n), mr_str_from("store"), &theirs);
	return mr_error_set(err, theirs.code, "%s", theirs.message);
}

/* With the lock held. */
static mr_code start(struct child *c, mr_error *err)
{
	int listening, pair[2];
	char how[64];
	mr_code code;

	if (!program.len)
		return mr_error_set(err, MR_INVALID_STATE, "No program was named that stores run in (mr_set_store_program)");
	code = make_socket(c, &listening, err);
	if (code != MR_OK)
		return code;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		code = mr_error_set(err, MR_RESOURCE_EXHAUSTED, "Cannot make a socket for a store: %s", strerror(errno));
		close(listening);
		remove_socket(c);
		return code;
	}
	code = spawn(c, listening, pair[1], err);
	close(listening);
	close(pair[1]);
	c->control = pair[0];
	if (code == MR_OK)
		code = await_ready(c, err);
	if (code != MR_OK)
		forget(c, how);
	else
		c->generation++;
	return code;
}

/* ---- connections ---- */

static int open_connection(const struct child *c)
{
	struct timeval turn = {0, CHILD_TURN_MS * 1000};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &turn, sizeof turn);
	if (connect(fd, (const struct sockaddr *)&c->address, sizeof c->address) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Whether the other side has closed it by now: then it has not read what would be sent, and another one will do. */
static bool is_closed(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || (errno != EAGAIN && errno != EINTR);
}

/* With the lock held. */
static int take_kept(struct child *c)
{
	while (c->kept_n) {
		int fd = c->kept[--c->kept_n];

		if (!is_closed(fd))
			return fd;
		close(fd);
	}
	return -1;
}

mr_code child_connect(struct child *c, bool may_be_kept, struct child_connection *out, mr_error *err)
{
	mr_code code = MR_OK;
	char how[64];

	mr_fork_lock_take(&c->lock);
	*out = (struct child_connection){.fd = -1};
	if (may_be_kept)
		out->fd = take_kept(c);
	out->kept = out->fd >= 0;
	if (!out->kept && c->generation)
		out->fd = open_connection(c);
	if (out->fd < 0) {
		if (c->generation)
			forget(c, how);
		code = start(c, err);
		if (code == MR_OK)
			out->fd = open_connection(c);
		if (code == MR_OK && out->fd < 0)
			code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "Cannot reach the process of the store: %s", strerror(errno));
	}
	out->generation = c->generation;
	mr_fork_lock_give(&c->lock);
	return code;
}

void child_settle(struct child *c, unsigned generation)
{
	struct pollfd p = {.events = POLLIN};
	char how[64];

	mr_fork_lock_take(&c->lock);
	p.fd = c->control;
	if (generation == c->generation && c->control >= 0 && poll(&p, 1, LOST_MS) > 0)
		forget(c, how);
	mr_fork_lock_give(&c->lock);
}

void child_disconnect(struct child *c, const struct child_connection *connection, bool keep)
{
	mr_fork_lock_take(&c->lock);
	keep = keep && connection->generation == c->generation && c->kept_n < KEPT_MAX;
	if (keep)
		c->kept[c->kept_n++] = connection->fd;
	mr_fork_lock_give(&c->lock);
	if (!keep)
		close(connection->fd);
}

/* ---- who uses it ---- */

/* With the lock held. */
static struct child *find(mr_str uri, mr_str artifact_root)
{
	for (struct child *c = children; c; c = c->next)
		if (mr_str_is(uri, c->uri) && mr_str_is(artifact_root, c->artifact_root))
			return c;
	return NULL;
}

/* With the lock held. */
static struct child *add(mr_str uri, mr_str artifact_root)
{
	struct child *c = mr_calloc(1, sizeof *c);
	char *copy = mr_malloc(uri.len + 1 + artifact_root.len + 1);

	if (!c || !copy) {
		mr_free(copy);
		mr_free(c);
		return NULL;
	}
	memcpy(copy, uri.ptr, uri.len);
	copy[uri.len] = 0;
	c->uri = copy;
	c->artifact_root = copy + uri.len + 1;
	if (artifact_root.len)
		memcpy(c->artifact_root, artifact_root.ptr, artifact_root.len);
	c->artifact_root[artifact_root.len] = 0;
	c->control = -1;
	mr_fork_lock_init(&c->lock);
	c->next = children;
	children = c;
	return c;
}

static void discard(struct child *c)
{
	struct child **at = &children;
	char how[64];

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (c->generation)
		forget(c, how);
	mr_fork_lock_dispose(&c->lock);
	mr_free(c->uri);
	mr_free(c);
}

mr_code child_acquire(mr_str uri, mr_str artifact_root, struct child **out, mr_error *err)
{
	struct child *c;
	mr_code code = MR_OK;

	mr_fork_lock_take(&children_lock);
	if (!hooked)
		pthread_atfork(NULL, NULL, in_forked);
	hooked = true;
	c = find(uri, artifact_root);
	if (!c)
		c = add(uri, artifact_root);
	if (!c)
		code = mr_error_no_memory(err);
	if (c && !c->generation) {
		mr_fork_lock_take(&c->lock);
		code = start(c, err);
		mr_fork_lock_give(&c->lock);
	}
	if (c && code == MR_OK)
		c->users++;
	else if (c && !c->users)
		discard(c);
	mr_fork_lock_give(&children_lock);
	*out = code == MR_OK ? c : NULL;
	return code;
}

void child_release(struct child *c)
{
	if (!c)
		return;
	mr_fork_lock_take(&children_lock);
	if (--c->users == 0)
		discard(c);
	mr_fork_lock_give(&children_lock);
}
