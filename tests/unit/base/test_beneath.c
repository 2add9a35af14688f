/* SPDX-License-Identifier: Apache-2.0
 *
 * Each test runs twice: with openat2 and with the walk that stands in for it.
 * A last one takes openat2 away by a seccomp filter, as some containers do.
 */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"

static int root = -1;

static void put(const char *name, const char *text)
{
	mr_error err;

	mr_error_init(&err);
	assert_int_equal(mr_file_write_atomic(mr_str_from(test_path(name)), mr_str_from(text), &err), MR_OK);
}

/* outside/secret, and beside it the root with files, folders and links of all kinds. */
static int set_up(void **state)
{
	mr_error err;

	(void)state;
	mr_error_init(&err);
	if (mr_dir_make(mr_str_from(test_path("root/folder/deep")), &err) ||
	    mr_dir_make(mr_str_from(test_path("outside")), &err))
		return -1;
	put("outside/secret", "secret");
	put("root/file", "file");
	put("root/folder/deep/file", "deep");
	if (symlink("../outside", test_path("root/out")) || symlink("/etc", test_path("root/etc")) ||
	    symlink("folder", test_path("root/inner")) || symlink("file", test_path("root/alias")) ||
	    symlink("../outside/secret", test_path("root/folder/leak")) ||
	    symlink("/proc/self/root/etc/passwd", test_path("root/magic")) || mkfifo(test_path("root/pipe"), 0600))
		return -1;
	root = open(test_path("root"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return root < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	mr_open_beneath_without_openat2(false);
	close(root);
	return 0;
}

static mr_code try_open(mr_str path, int flags, char content[16], mr_error *err)
{
	mr_code code;
	ssize_t n = 0;
	int fd;

	mr_error_init(err);
	memset(content, 0, 16);
	code = mr_open_beneath(root, path, flags, 0644, &fd, err);
	if (code)
		return code;
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	if ((flags & O_ACCMODE) == O_RDONLY && !(flags & (O_DIRECTORY | O_PATH)))
		n = read(fd, content, 15);
	assert_true(n >= 0 || errno == EISDIR);
	close(fd);
	return code;
}

static void check_inside(void)
{
	char content[16];
	mr_error err;

	assert_int_equal(try_open(LIT("file"), O_RDONLY, content, &err), MR_OK);
	assert_string_equal(content, "file");
	assert_int_equal(try_open(LIT("folder/deep/file"), O_RDONLY, content, &err), MR_OK);
	assert_string_equal(content, "deep");
	assert_int_equal(try_open(LIT("./folder//deep/./file"), O_RDONLY, content, &err), MR_OK);
	assert_string_equal(content, "deep");
	assert_int_equal(try_open(LIT(""), O_RDONLY | O_DIRECTORY, content, &err), MR_OK);
	assert_int_equal(try_open(LIT("."), O_RDONLY | O_DIRECTORY, content, &err), MR_OK);
	assert_int_equal(try_open(LIT("folder/"), O_PATH | O_DIRECTORY, content, &err), MR_OK);
	assert_int_equal(try_open(LIT("folder"), O_PATH, content, &err), MR_OK);
	assert_int_equal(try_open(LIT("pipe"), O_RDONLY, content, &err), MR_OK); /* and does not hang */
	assert_int_equal(try_open(LIT("new"), O_WRONLY | O_CREAT | O_EXCL, content, &err), MR_OK);
	assert_int_equal(try_open(LIT("new"), O_WRONLY | O_CREAT | O_EXCL, content, &err), MR_ALREADY_EXISTS);
	assert_int_equal(unlink(test_path("root/new")), 0);
}

static void check_errors(void)
{
	char content[16];
	mr_error err;

	assert_int_equal(try_open(LIT("none"), O_RDONLY, content, &err), MR_NOT_FOUND);
	assert_string_equal(err.message, "Cannot open 'none': No such file or directory");
	assert_int_equal(try_open(LIT("none/x"), O_RDONLY, content, &err), MR_NOT_FOUND);
	assert_int_equal(try_open(LIT("file/x"), O_RDONLY, content, &err), MR_NOT_FOUND);
	assert_int_equal(try_open(LIT("file/"), O_RDONLY, content, &err), MR_NOT_FOUND);
	assert_int_equal(try_open(LIT("folder"), O_WRONLY, content, &err), MR_IO_ERROR);
}

static void check_outside(void)
{
	static const char *const paths[] = {
		"..",
		"../outside/secret",
		"folder/../../outside/secret",
		"folder/..",
		"../root/file",
		"/etc/passwd",
		"/",
		"out",
		"out/secret",
		"etc/passwd",
		"folder/leak",
		"magic",
		"inner/deep/file",
		"alias",
	};
	char content[16], long_path[5000];
	mr_error err;
	size_t i;

	for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		if (try_open(mr_str_from(paths[i]), O_RDONLY, content, &err) != MR_INVALID_PARAMETER_VALUE)
			fail_msg("'%s': %s %s", paths[i], content, err.message);
		assert_int_equal(strncmp(err.message, "Invalid path: ", 14), 0);
		assert_int_not_equal(try_open(mr_str_from(paths[i]), O_WRONLY | O_CREAT, content, &err), MR_OK);
		assert_int_not_equal(try_open(mr_str_from(paths[i]), O_PATH, content, &err), MR_OK);
	}
	assert_int_equal(try_open(LIT("file\0/x"), O_RDONLY, content, &err), MR_INVALID_PARAMETER_VALUE);
	memset(long_path, 'a', sizeof long_path);
	assert_int_equal(try_open(mr_str_make(long_path, sizeof long_path), O_RDONLY, content, &err),
			 MR_INVALID_PARAMETER_VALUE);
}

static void check_all(void)
{
	check_inside();
	check_errors();
	check_outside();
}

static void with_openat2(void **state)
{
	(void)state;
	mr_open_beneath_without_openat2(false);
	check_all();
}

static void with_the_walk(void **state)
{
	(void)state;
	mr_open_beneath_without_openat2(true);
	check_all();
}

static void a_failed_open_is_an_answer(void **state)
{
	char content[16];
	mr_error err;

	(void)state;
	mr_open_beneath_without_openat2(false);
	mr_inject_io_fail_at(1);
	if (try_open(LIT("file"), O_RDONLY, content, &err) == MR_OK) {
		assert_false(mr_inject_io_off());
		skip(); /* built without MR_INJECT */
	}
	assert_true(mr_inject_io_off());
	assert_int_equal(err.code, MR_IO_ERROR);
}

/* Makes openat2 fail with why, for this process and for good. */
static bool filter_openat2(unsigned why)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | why),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* 0 good, 1 bad, 77 no filters here. */
static int run_filtered(unsigned why)
{
	char content[16] = "";
	mr_error err;

	if (!filter_openat2(why))
		return 77;
	mr_open_beneath_without_openat2(false);
	if (try_open(LIT("folder/deep/file"), O_RDONLY, content, &err) != MR_OK || strcmp(content, "deep") != 0)
		return 1;
	if (try_open(LIT("out/secret"), O_RDONLY, content, &err) != MR_INVALID_PARAMETER_VALUE)
		return 1;
	return try_open(LIT("none"), O_RDONLY, content, &err) == MR_NOT_FOUND ? 0 : 1;
}

static void without_openat2_it_walks(void **state)
{
	static const unsigned reasons[] = {ENOSYS, EPERM};
	int status;
	size_t i;
	pid_t child;

	(void)state;
	for (i = 0; i < 2; i++) {
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			_exit(run_filtered(reasons[i]));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == 77)
			skip();
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_openat2),
		cmocka_unit_test(with_the_walk),
		cmocka_unit_test(a_failed_open_is_an_answer),
		cmocka_unit_test(without_openat2_it_walks),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
