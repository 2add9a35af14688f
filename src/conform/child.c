/* SPDX-License-Identifier: Apache-2.0 */
#include "conform/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"

enum { VALGRIND_FOUND = 86 }; /* the exit status that cmd_plugins_check.c asks valgrind for */

extern char **environ;
#if defined(__SANITIZE_ADDRESS__)
int __lsan_do_recoverable_leak_check(void);
#define leaks_found() (__lsan_do_recoverable_leak_check() != 0)
#define SLOWNESS      4
#else
#define leaks_found() false
#define SLOWNESS      1
#endif

/* ---- in the child: what is watched all the time ---- */

static struct {
	struct sigaction actions[32];
	char folder[4096];
	mode_t mask;
	uint64_t environment;
	char locale[256];
} before;

static uint64_t environment_hash(void)
{
	uint64_t hash = 1469598103934665603u;

	for (char **e = environ; *e; e++)
		for (const char *p = *e; *p; p++)
			hash = (hash ^ (unsigned char)*p) * 1099511628211u;
	return hash;
}

static mode_t mask_now(void)
{
	mode_t mask = umask(022);

	umask(mask);
	return mask;
}

static void watch_begin(void)
{
	for (int i = 1; i < 32; i++)
		sigaction(i, NULL, &before.actions[i]);
	if (!getcwd(before.folder, sizeof before.folder))
		before.folder[0] = 0;
	before.mask = mask_now();
	before.environment = environment_hash();
	snprintf(before.locale, sizeof before.locale, "%s", setlocale(LC_ALL, NULL));
}

static void watch_output(struct check *c)
{
	char text[120];
	ssize_t n;

	fflush(stdout);
	n = pread(STDOUT_FILENO, text, sizeof text - 1, 0);
	if (n <= 0)
		return;
	text[n] = 0;
	text[strcspn(text, "\n")] = 0;
	check_note(c, WATCH_STDOUT, "it wrote to standard output: %s", text);
}

static void watch_end(struct check *c)
{
	char folder[4096] = "";
	int status;
	pid_t left;

	watch_output(c);
	for (int i = 1; i < 32; i++) {
		struct sigaction now;

		if (sigaction(i, NULL, &now) == 0 && now.sa_handler != before.actions[i].sa_handler)
			check_note(c, WATCH_SIGNALS, "it changed what the program does on SIG%s", sigabbrev_np(i));
	}
	if (!getcwd(folder, sizeof folder) || strcmp(folder, before.folder) != 0)
		check_note(c, WATCH_FOLDER, "it changed the working directory to %s", folder);
	if (mask_now() != before.mask)
		check_note(c, WATCH_FOLDER, "it changed the umask");
	if (environment_hash() != before.environment)
		check_note(c, WATCH_ENVIRON, "it changed the environment");
	if (strcmp(setlocale(LC_ALL, NULL), before.locale) != 0)
		check_note(c, WATCH_LOCALE, "it changed the locale to %s", setlocale(LC_ALL, NULL));
	left = waitpid(-1, &status, WNOHANG);
	if (left >= 0)
		check_note(c, WATCH_CHILDREN,
			   left ? "it left process %d behind, unwaited for"
				: "it left a process behind that still runs",
			   (int)left);
}

void child_finish(struct check *c, int outcome)
{
	if (outcome == MR_CONFORM_PASSED)
		c->shared->why[0] = 0;
	if (outcome != MR_CONFORM_FAILED)
		watch_end(c);
	for (size_t i = 0; i < SLOTS_MAX; i++)
		c->shared->called[i] = slots_called(i);
	if (outcome == MR_CONFORM_PASSED && leaks_found()) {
		snprintf(c->shared->why, sizeof c->shared->why, "it leaks memory");
		outcome = MR_CONFORM_FAILED;
	}
	c->shared->outcome = outcome;
	_exit(0);
}

/* ---- in the child: the rule ---- */

/* The text with the rule's folder in the place of {folder}. */
static mr_str with_folder(struct check *c, mr_str text)
{
	static const char mark[] = "{folder}";
	const char *at = text.len ? memmem(text.ptr, text.len, mark, sizeof mark - 1) : NULL;
	size_t head = at ? (size_t)(at - text.ptr) : 0;

	if (!at)
		return mr_arena_copy(c->arena, text);
	return check_text(c, "%.*s%s%.*s", (int)head, text.ptr, c->folder, (int)(text.len - head - sizeof mark + 1),
			  at + sizeof mark - 1);
}

static void take_settings(struct check *c, const struct subject *s)
{
	c->settings = s->options;
	c->name = mr_arena_copy(c->arena, s->plugin->entries[s->index].name).ptr;
	c->uri = with_folder(c, s->uri_pattern);
	c->pairs = mr_arena_zalloc(c->arena, (s->options->pairs_n + 1) * sizeof *c->pairs);
	if (!c->name || !c->uri.ptr || !c->pairs)
		_exit(1);
	for (size_t i = 0; i < s->options->pairs_n; i++)
		c->pairs[i] =
			(struct mr_map_string){s->options->pairs[i].key, with_folder(c, s->options->pairs[i].value)};
}

/* Functions or operations without which the rule has no sense. */
static void skip_without(struct check *c, const char *needs)
{
	while (needs && *needs) {
		char word[64];
		size_t n = strcspn(needs, " ");

		snprintf(word, sizeof word, "%.*s", (int)n, needs);
		needs += n + (needs[n] == ' ');
		if (!check_has(c, word))
			check_skip(c, "it does not have %s", word);
	}
}

static _Noreturn void child_main(const struct subject *s, const struct rule *rule, const char *folder,
				 struct shared *shared)
{
	struct check c = {.rule = rule, .kind = s->kind, .folder = folder, .shared = shared, .arena = mr_arena_new(0)};
	const char *slash = strrchr(folder, '.');
	mr_code code;

	c.call = mr_call_new(0);
	c.kit_call = mr_call_new(0);
	if (!c.arena || !c.call || !c.kit_call)
		_exit(1);
	c.unique = slash + 1;
	take_settings(&c, s);
	mr_error_init(&c.err);
	watch_begin();
	code = mr_plugins_entry(s->plugin, s->index, &c.entry, &c.err);
	if (code != MR_OK)
		check_fail(&c, "%s", c.err.message);
	c.host = c.entry->host;
	slots_offered(c.entry->group, c.entry->ops, shared->offered);
	c.ops = slots_count(c.entry->group, c.entry->ops, c.arena);
	check_that(&c, c.ops != NULL, "it has no table of functions");
	skip_without(&c, rule->needs);
	rule->run(&c);
	child_finish(&c, MR_CONFORM_PASSED);
}

/* ---- in the parent ---- */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	remove(path);
	return 0;
}

/* Until the process has ended or the time is over. */
static bool wait_for(pid_t pid, int64_t ms, int *status)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int64_t end = mr_monotonic_ns() + ms * 1000000;
	bool ended = false;

	while (!ended && mr_monotonic_ns() < end) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = (end - mr_monotonic_ns()) / 1000000 + 1;

		poll(&p, fd >= 0 ? 1 : 0, fd >= 0 ? (int)left : 2); /* without pidfds: look again soon */
		ended = waitpid(pid, status, WNOHANG) == pid;
	}
	if (fd >= 0)
		close(fd);
	return ended;
}

static mr_str file_head(int fd, mr_arena *arena)
{
	char text[1200];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	return mr_arena_copy(arena, mr_str_make(text, n > 0 ? (size_t)n : 0));
}

static mr_str valgrind_says(const struct mr_conform_options *o, pid_t pid, mr_arena *arena)
{
	mr_str path = mr_arena_printf(arena, "%.*s/%d", MR_STR_ARG(o->valgrind_logs), (int)pid);
	int fd = path.ptr ? open(path.ptr, O_RDONLY | O_CLOEXEC) : -1;
	mr_str text = fd >= 0 ? file_head(fd, arena) : mr_str_from("");

	if (fd >= 0)
		close(fd);
	return mr_arena_printf(arena, "valgrind says:\n%.*s", MR_STR_ARG(text));
}

static void judge(const struct subject *s, pid_t pid, bool ended, int status, int errors, struct shared *shared,
		  mr_arena *arena, struct mr_conform_result *r)
{
	mr_str said = file_head(errors, arena);

	r->outcome = MR_CONFORM_FAILED;
	if (!ended && s->probing && shared->default_uri) {
		r->outcome = MR_CONFORM_SKIPPED;
		r->why = mr_arena_printf(
			arena,
			"with '%.*s', which was tried, it does not come back. Give --uri with a URI that it can open",
			MR_STR_ARG(s->uri_pattern));
	} else if (!ended)
		r->why = mr_arena_printf(arena, "it did not come back within the deadline");
	else if (WIFSIGNALED(status) && s->options->valgrind_logs.len)
		r->why = mr_arena_printf(arena, "it crashed with SIG%s; %.*s", sigabbrev_np(WTERMSIG(status)),
					 MR_STR_ARG(valgrind_says(s->options, pid, arena)));
	else if (WIFSIGNALED(status))
		r->why = mr_arena_printf(arena, "it crashed with SIG%s%s%.*s", sigabbrev_np(WTERMSIG(status)),
					 said.len ? "; it said: " : "", MR_STR_ARG(said));
	else if (WEXITSTATUS(status) == VALGRIND_FOUND && s->options->valgrind_logs.len)
		r->why = valgrind_says(s->options, pid, arena);
	else if (shared->outcome < 0)
		r->why = mr_arena_printf(arena, "it ended the process with exit status %d%s%.*s", WEXITSTATUS(status),
					 said.len ? "; it said: " : "", MR_STR_ARG(said));
	else {
		r->outcome = (enum mr_conform_outcome)shared->outcome;
		r->why = mr_arena_copy(arena, mr_str_from(shared->why));
	}
}

static int own_file(int target, const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd >= 0)
		dup2(fd, target);
	return fd;
}

void child_run(const struct subject *s, const struct rule *rule, struct shared *shared, mr_arena *arena,
	       struct mr_conform_result *r)
{
	const char *tmp = mr_getenv("TMPDIR");
	char folder[512];
	int64_t timeout = s->options->timeout_ms ? s->options->timeout_ms : 10000, began = mr_monotonic_ns();
	int errors = memfd_create("stderr", MFD_CLOEXEC), status = 0;
	bool ended;
	pid_t pid;

	*r = (struct mr_conform_result){
		.id = rule->id, .says = rule->says, .source = rule->source, .outcome = MR_CONFORM_FAILED};
	snprintf(folder, sizeof folder, "%s/millrace-check.XXXXXX", tmp && strlen(tmp) < 400 ? tmp : "/tmp");
	if (!mkdtemp(folder) || errors < 0) {
		r->why = mr_str_from("the kit cannot make a temporary folder");
		return;
	}
	fflush(NULL);
	shared->outcome = -1;
	shared->why[0] = 0;
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		own_file(STDOUT_FILENO, "stdout");
		dup2(errors, STDERR_FILENO);
		if (chdir(folder) == 0)
			child_main(s, rule, folder, shared);
		_exit(1);
	}
	if (pid > 0)
		setpgid(pid, pid); /* whoever comes first */
	ended = pid > 0 && wait_for(pid, timeout * SLOWNESS * (s->options->valgrind_logs.len ? 20 : 1), &status);
	if (pid > 0) {
		kill(-pid, SIGKILL);
		if (!ended)
			waitpid(pid, &status, 0);
	}
	judge(s, pid, ended, status, errors, shared, arena, r);
	r->seconds = (double)(mr_monotonic_ns() - began) / 1e9;
	close(errors);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
