/* SPDX-License-Identifier: Apache-2.0
 *
 * Child processes: output, ends of every kind, stopping the whole group, and what cannot be started.
 */
#include "helper.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"
#include "base/process.h"

struct said {
	mr_buf out, err;
	int64_t stop_at; /* ms; 0: never */
	mr_stop how;
};

static void hear(void *arg, bool is_stderr, const char *bytes, size_t n)
{
	struct said *s = arg;

	mr_buf_add(is_stderr ? &s->err : &s->out, bytes, n);
}

static mr_stop stop(void *arg)
{
	struct said *s = arg;

	return s->stop_at && mr_monotonic_ns() / 1000000 > s->stop_at ? s->how : MR_STOP_NO;
}

static int run(const char *script, struct said *s, int32_t grace_ms)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct mr_process p = {.argv = argv, .output = hear, .stop = stop, .arg = s, .grace_ms = grace_ms};
	mr_error err;
	int status = -1;

	mr_error_init(&err);
	mr_buf_init(&s->out, 64 << 20);
	mr_buf_init(&s->err, 64 << 20);
	assert_int_equal(mr_process_run(&p, &status, &err), MR_OK);
	return status;
}

static void forget(struct said *s)
{
	mr_buf_dispose(&s->out);
	mr_buf_dispose(&s->err);
}

static void gives_output_and_status(void **state)
{
	struct said s = {.how = MR_STOP_NO};
	int status = run("echo to out; echo to err >&2; exit 7", &s, 0);

	(void)state;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	assert_string_equal(s.out.ptr, "to out\n");
	assert_string_equal(s.err.ptr, "to err\n");
	forget(&s);
	status = run("kill -SEGV $$", &s, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	assert_int_equal(mr_process_exit_code(status), 128 + SIGSEGV);
	forget(&s);
}

static void takes_much_output(void **state)
{
	struct said s = {.how = MR_STOP_NO};

	(void)state;
	assert_int_equal(run("head -c 20000000 /dev/zero; head -c 300000 /dev/zero >&2", &s, 0), 0);
	assert_int_equal(s.out.len, 20000000);
	assert_int_equal(s.err.len, 300000);
	forget(&s);
}

/* Whether a process is there and no zombie. */
static bool lives(int pid)
{
	char path[64];
	char text[512] = "";
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	text[fread(text, 1, sizeof text - 1, f)] = 0;
	fclose(f);
	return strrchr(text, ')') && strrchr(text, ')')[2] != 'Z';
}

static void a_child_in_the_background_lives_on(void **state)
{
	struct said s = {.how = MR_STOP_NO};
	int64_t begun = mr_monotonic_ns();
	int pid;

	(void)state;
	assert_int_equal(run("sleep 60 & echo $!", &s, 0), 0);
	assert_true(mr_monotonic_ns() - begun < INT64_C(5000000000)); /* it holds the pipe, and is not waited for */
	pid = atoi(s.out.ptr);
	assert_true(lives(pid));
	kill(pid, SIGKILL);
	forget(&s);
}

static void stopping_takes_the_whole_group(void **state)
{
	struct said s = {.stop_at = mr_monotonic_ns() / 1000000 + 300, .how = MR_STOP_END};
	int status = run("sleep 61 & echo $!; (trap '' TERM; sleep 62) & echo $!; wait", &s, 0), first, second;

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_int_equal(sscanf(s.out.ptr, "%d %d", &first, &second), 2);
	usleep(50000);
	assert_false(lives(first));
	assert_false(lives(second)); /* it ignores SIGTERM, but the group is killed when its leader is gone */
	forget(&s);
}

static void what_ignores_the_end_is_killed(void **state)
{
	struct said s = {.stop_at = 1, .how = MR_STOP_END};
	int status = run("trap '' TERM; while :; do sleep 0.05; done", &s, 400);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	forget(&s);
}

static void says_what_cannot_be_started(void **state)
{
	const char *const absent[] = {"no-such-program-here", NULL}, *const shell[] = {"sh", "-c", "true", NULL};
	struct mr_process p = {.argv = absent};
	mr_error err;
	int status;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_process_run(&p, &status, &err), MR_NOT_FOUND);
	assert_non_null(strstr(err.message, "no program 'no-such-program-here' on PATH"));
	mr_error_init(&err);
	p = (struct mr_process){.argv = shell, .folder = "/no/such/folder"};
	assert_int_equal(mr_process_run(&p, &status, &err), MR_IO_ERROR);
	assert_non_null(strstr(err.message, "/no/such/folder"));
}

static void captures_and_gives_up_in_time(void **state)
{
	const char *const quick[] = {"sh", "-c", "pwd", NULL}, *const slow[] = {"sleep", "60", NULL};
	mr_error err;
	mr_buf out;
	int status;

	(void)state;
	mr_error_init(&err);
	mr_buf_init(&out, 4096);
	assert_int_equal(mr_process_capture(quick, 10000, &out, NULL, &status, &err), MR_OK);
	assert_true(out.len > 1 && status == 0);
	assert_int_equal(mr_process_capture(slow, 200, &out, NULL, &status, &err), MR_ABORTED);
	mr_buf_dispose(&out);
}

static void replaces_variables(void **state)
{
	const char *const pairs[] = {"MR_TEST_A", "new", "MR_TEST_B", NULL, "MR_TEST_C", "made", NULL};
	const char *const argv[] = {"sh", "-c", "echo $MR_TEST_A-${MR_TEST_B-gone}-$MR_TEST_C", NULL};
	mr_arena *arena = mr_arena_new(0);
	struct said s = {.how = MR_STOP_NO};
	struct mr_process p = {.argv = argv, .output = hear, .arg = &s};
	mr_error err;
	int status;

	(void)state;
	setenv("MR_TEST_A", "old", 1);
	setenv("MR_TEST_B", "old", 1);
	mr_error_init(&err);
	mr_buf_init(&s.out, 4096);
	mr_buf_init(&s.err, 4096);
	p.environment = mr_environment_with(arena, pairs);
	assert_int_equal(mr_process_run(&p, &status, &err), MR_OK);
	assert_string_equal(s.out.ptr, "new-gone-made\n");
	assert_true(mr_program_find(arena, mr_str_from("sh")).len > 0);
	assert_int_equal(mr_program_find(arena, mr_str_from("no-such-program-here")).len, 0);
	forget(&s);
	mr_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_output_and_status),
		cmocka_unit_test(takes_much_output),
		cmocka_unit_test(a_child_in_the_background_lives_on),
		cmocka_unit_test(stopping_takes_the_whole_group),
		cmocka_unit_test(what_ignores_the_end_is_killed),
		cmocka_unit_test(says_what_cannot_be_started),
		cmocka_unit_test(captures_and_gives_up_in_time),
		cmocka_unit_test(replaces_variables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
