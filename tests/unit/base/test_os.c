/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"

static mr_arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

static void clocks(void **state)
{
	int64_t now = mr_time_ms(), before = mr_monotonic_ns();
	struct timespec nap = {0, 2000000};

	(void)state;
	assert_true(llabs((long long)now / 1000 - (long long)time(NULL)) <= 1);
	nanosleep(&nap, NULL);
	assert_true(mr_monotonic_ns() - before >= 2000000);
}

static void identifiers(void **state)
{
	char a[33], b[33];
	size_t i;

	(void)state;
	mr_uuid_hex(a);
	mr_uuid_hex(b);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), 32);
	assert_int_equal(a[12], '4');
	assert_non_null(strchr("89ab", a[16]));
	for (i = 0; i < 32; i++)
		assert_non_null(strchr("0123456789abcdef", a[i]));
}

static void environment(void **state)
{
	char *user;

	(void)state;
	setenv("MILLRACE_TEST", "", 1);
	assert_null(mr_getenv("MILLRACE_TEST"));
	setenv("MILLRACE_TEST", "x", 1);
	assert_string_equal(mr_getenv("MILLRACE_TEST"), "x");
	unsetenv("LOGNAME");
	setenv("USER", "ada", 1);
	assert_str("ada", mr_os_user(arena));
	setenv("LOGNAME", "grace", 1);
	assert_str("grace", mr_os_user(arena));
	unsetenv("LOGNAME");
	unsetenv("USER");
	unsetenv("LNAME");
	unsetenv("USERNAME");
	user = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
	assert_true(mr_os_user(arena).len > 0); /* of the password database */
	setenv("HOME", "/somewhere", 1);
	assert_str("/somewhere", mr_os_home(arena));
	unsetenv("HOME");
	assert_int_equal(mr_os_home(arena).ptr[0], '/');
	if (user)
		setenv("HOME", user, 1);
	free(user);
	assert_non_null(strstr(mr_os_executable(arena).ptr, "os"));
	assert_int_equal(access(mr_os_executable(arena).ptr, X_OK), 0);
}

/* As os.path.abspath of Python. */
static void absolute_paths(void **state)
{
	static const char *const cases[][2] = {
		{"/", "/"},
		{"//", "//"},
		{"///", "/"},
		{"/a/./b//c/..", "/a/b"},
		{"//a/../b", "//b"},
		{"///x", "/x"},
		{"/../../x", "/x"},
		{"/a/b/../../..", "/"},
		{"/a/..b/...", "/a/..b/..."},
		{"/a/", "/a"},
	};
	char here[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_str(cases[i][1], mr_os_absolute(arena, mr_str_from(cases[i][0])));
	assert_int_equal(chdir(test_folder()), 0);
	assert_non_null(getcwd(here, sizeof here));
	assert_str(here, mr_os_absolute(arena, LIT("")));
	assert_str(here, mr_os_absolute(arena, LIT(".")));
	assert_str("/tmp", mr_os_absolute(arena, LIT("..")));
	assert_str(mr_arena_printf(arena, "%s/a/c", here).ptr, mr_os_absolute(arena, LIT("a/b/../c/")));
}

static void files_are_written_and_read(void **state)
{
	mr_str path = mr_str_from(test_path("file")), out;
	struct stat info;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_file_write_atomic(path, LIT("one\0two"), &err), MR_OK);
	assert_int_equal(mr_file_read(path, 100, arena, &out, &err), MR_OK);
	assert_int_equal(out.len, 7);
	assert_memory_equal(out.ptr, "one\0two", 8);
	assert_int_equal(chmod(path.ptr, 0600), 0);
	assert_int_equal(mr_file_write_atomic(path, LIT(""), &err), MR_OK);
	assert_int_equal(stat(path.ptr, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600); /* kept */
	assert_int_equal(mr_file_read(path, 0, arena, &out, &err), MR_OK);
	assert_str("", out);
	assert_int_equal(mr_file_read(LIT("/proc/self/status"), 1 << 20, arena, &out, &err), MR_OK);
	assert_non_null(strstr(out.ptr, "Name:")); /* says that it has 0 bytes */
}

static void files_that_cannot_be_read_say_why(void **state)
{
	mr_str path = mr_str_from(test_path("big")), out;
	char *long_path = calloc(1, 5000);
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_file_read(LIT("/none/x"), 100, arena, &out, &err), MR_NOT_FOUND);
	assert_string_equal(err.message, "Cannot open /none/x: No such file or directory");
	mr_error_init(&err);
	assert_int_equal(mr_file_read(LIT("/tmp"), 100, arena, &out, &err), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(err.message, "/tmp is a folder, a file is needed");
	mr_error_init(&err);
	assert_int_equal(mr_file_write_atomic(path, LIT("12345"), &err), MR_OK);
	assert_int_equal(mr_file_read(path, 4, arena, &out, &err), MR_RESOURCE_EXHAUSTED);
	assert_non_null(strstr(err.message, " has 5 bytes, more than the 4 allowed here"));
	mr_error_init(&err);
	assert_int_equal(mr_file_read(LIT("/proc/self/status"), 4, arena, &out, &err), MR_RESOURCE_EXHAUSTED);
	mr_error_init(&err);
	assert_int_equal(mr_file_read(LIT("/tmp\0/x"), 100, arena, &out, &err), MR_INVALID_PARAMETER_VALUE);
	memset(long_path, 'p', 4999);
	mr_error_init(&err);
	assert_int_equal(mr_file_read(mr_str_from(long_path), 100, arena, &out, &err), MR_INVALID_PARAMETER_VALUE);
	free(long_path);
	mr_error_init(&err);
	assert_int_equal(mr_file_write_atomic(LIT("/none/x"), LIT("y"), &err), MR_NOT_FOUND);
	assert_string_equal(err.message, "Cannot write /none/x: No such file or directory");
}

static void folders_are_made_with_their_parents(void **state)
{
	mr_str path = mr_str_from(test_path("a/b//c/")), file = mr_str_from(test_path("plain"));
	struct stat info;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_dir_make(path, &err), MR_OK);
	assert_int_equal(stat(path.ptr, &info), 0);
	assert_int_equal(mr_dir_make(path, &err), MR_OK);
	assert_int_equal(mr_file_write_atomic(file, LIT("x"), &err), MR_OK);
	assert_int_equal(mr_dir_make(file, &err), MR_IO_ERROR);
	assert_non_null(strstr(err.message, "plain: File exists"));
	mr_error_init(&err);
	assert_int_equal(mr_dir_make(mr_str_from(test_path("plain/x")), &err), MR_IO_ERROR);
}

static void a_folder_that_cannot_be_synced_is_not_made(void **state)
{
	mr_str path;
	bool failed = true;
	mr_error err;
	mr_code code;

	(void)state;
	for (long n = 1; failed; n++) {
		path = mr_arena_printf(arena, "%s/made%ld/below", test_folder(), n);
		mr_inject_io_fail_at(n);
		mr_error_init(&err);
		code = mr_dir_make(path, &err);
		failed = mr_inject_io_off();
		assert_int_equal(code, failed ? MR_IO_ERROR : MR_OK);
	}
}

/* Whatever call fails, the file has the old text or the new one, and nothing is left beside it. */
static void a_failed_write_leaves_the_old_file(void **state)
{
	mr_str folder = mr_str_from(test_path("atomic")), path = mr_str_from(test_path("atomic/file")), out;
	bool failed = true;
	mr_error err;
	mr_code code;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_dir_make(folder, &err), MR_OK);
	assert_int_equal(mr_file_write_atomic(path, LIT("old"), &err), MR_OK);
	for (long n = 1; failed; n++) {
		mr_inject_io_fail_at(n);
		mr_error_init(&err);
		code = mr_file_write_atomic(path, LIT("new"), &err);
		failed = mr_inject_io_off();
		assert_int_equal(code, failed ? MR_IO_ERROR : MR_OK);
		mr_error_init(&err);
		assert_int_equal(mr_file_read(path, 100, arena, &out, &err), MR_OK);
		/* after the rename only the sync of the folder can fail: then it is the new one */
		assert_true(mr_str_is(out, "new") || (failed && mr_str_is(out, "old")));
	}
	assert_int_equal(unlink(path.ptr), 0);
	assert_int_equal(rmdir(folder.ptr), 0); /* nothing else was in it */
}

static void a_failed_read_is_an_answer(void **state)
{
	mr_str path = mr_str_from(test_path("read")), out;
	bool failed = true;
	mr_error err;
	mr_code code;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_file_write_atomic(path, LIT("text"), &err), MR_OK);
	for (long n = 1; failed; n++) {
		mr_inject_io_fail_at(n);
		mr_error_init(&err);
		code = mr_file_read(path, 100, arena, &out, &err);
		failed = mr_inject_io_off();
		assert_int_equal(code, failed ? MR_IO_ERROR : MR_OK);
	}
}

struct seen {
	sigset_t mask;
	char name[16];
};

static void *look_around(void *arg)
{
	struct seen *seen = arg;

	pthread_sigmask(SIG_SETMASK, NULL, &seen->mask);
	pthread_getname_np(pthread_self(), seen->name, sizeof seen->name);
	return NULL;
}

static void threads_take_no_signals_and_have_a_name(void **state)
{
	struct seen seen;
	sigset_t before, after;
	unsigned long thread;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	memset(&seen, 0, sizeof seen);
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	assert_int_equal(mr_thread_start(&thread, "a name longer than fifteen", look_around, &seen, &err), MR_OK);
	mr_thread_join(thread);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_true(sigismember(&seen.mask, SIGTERM) && sigismember(&seen.mask, SIGINT) &&
		    sigismember(&seen.mask, SIGCHLD));
	assert_int_equal(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
	/* the name is set from outside, so a thread that is this quick may not have seen it yet */
	assert_true(strcmp(seen.name, "a name longer t") == 0 || strncmp(seen.name, "unit_base", 9) == 0);
}

static void terminals(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_false(mr_is_terminal(ends[0]));
	assert_int_equal(mr_terminal_width(ends[0]), 80);
	assert_false(mr_is_terminal(-1));
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks),
		cmocka_unit_test(identifiers),
		cmocka_unit_test(environment),
		cmocka_unit_test(absolute_paths),
		cmocka_unit_test(files_are_written_and_read),
		cmocka_unit_test(files_that_cannot_be_read_say_why),
		cmocka_unit_test(folders_are_made_with_their_parents),
		cmocka_unit_test(a_folder_that_cannot_be_synced_is_not_made),
		cmocka_unit_test(a_failed_write_leaves_the_old_file),
		cmocka_unit_test(a_failed_read_is_an_answer),
		cmocka_unit_test(threads_take_no_signals_and_have_a_name),
		cmocka_unit_test(terminals),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
