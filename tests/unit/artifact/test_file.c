/* SPDX-License-Identifier: Apache-2.0
 *
 * Local artifacts: what they promise, and what tries to get out of their folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/artifact.h"
#include "artifact/transfer.h"
#include "base/inject.h"
#include "base/os.h"
#include "plugin/handle.h"
#include "scratch.h"

static struct scratch root, outside;
static mr_artifact_handle *repository;
static const struct mr_artifact_repository_ops *ops;
static void *self;
static mr_call *call;
static mr_error err;

static void open_repository(const char *path)
{
	mr_error_init(&err);
	if (mr_artifact_handle_open(mr_str_from(path), &repository, &err) != MR_OK)
		fail_msg("%s: %s", path, err.message);
	ops = mr_artifact_handle_ops(repository, &self);
}

static int setup(void **state)
{
	char uri[128];

	(void)state;
	scratch_make(&root);
	scratch_make(&outside);
	call = mr_call_new(64 << 20);
	snprintf(uri, sizeof uri, "file://%s/art", root.path);
	open_repository(uri);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mr_artifact_handle_close(repository);
	repository = NULL;
	mr_call_free(call);
	scratch_remove(&root);
	scratch_remove(&outside);
	return 0;
}

static mr_code put(const char *path, const char *text)
{
	mr_error_init(&err);
	return mr_transfer_upload_bytes(repository, mr_str_from(path), mr_str_from(text), call, &err);
}

static mr_code get(const char *path, mr_str *text)
{
	mr_error_init(&err);
	return mr_transfer_download_bytes(repository, mr_str_from(path), 1 << 20, call, text, &err);
}

static mr_code add_name(void *arg, const struct mr_artifact_info *info, mr_error *e)
{
	char *out = arg;
	size_t n = strlen(out);

	(void)e;
	snprintf(out + n, 1024 - n, "%.*s%s%s%lld", MR_STR_ARG(info->path), info->is_dir ? "/" : "",
		 info->is_dir ? " " : "=", (long long)(info->is_dir ? 0 : info->size));
	if (info->is_dir)
		out[strlen(out) - 1] = 0;
	else
		strcat(out, " ");
	return MR_OK;
}

static const char *listing(const char *path)
{
	static char out[1024];

	out[0] = 0;
	mr_error_init(&err);
	if (ops->list(self, mr_str_from(path), add_name, out, call, &err) != MR_OK)
		return "error";
	return out;
}

static mr_code drop(const char *path)
{
	mr_error_init(&err);
	return ops->remove(self, mr_str_from(path), call, &err);
}

static void keeps_what_it_is_given(void **state)
{
	struct mr_artifact_info info;
	mr_str text;
	void *pull;

	(void)state;
	assert_string_equal(listing(""), "");
	assert_int_equal(get("a", &text), MR_RESOURCE_DOES_NOT_EXIST);
	assert_string_equal(err.message, "No such artifact: 'a'");
	assert_int_equal(put("dir/sub/b.txt", "hello"), MR_OK);
	assert_int_equal(put("dir/a", ""), MR_OK);
	assert_int_equal(put("dir.x", "12"), MR_OK);
	assert_int_equal(put("dir/sub/b.txt", "replaced"), MR_OK);
	assert_string_equal(scratch_read(&root, "art/dir/sub/b.txt"), "replaced");
	assert_string_equal(listing(""), "dir/ dir.x=2 ");
	assert_string_equal(listing("dir"), "dir/a=0 dir/sub/ ");
	assert_string_equal(listing("dir/a"), "");
	assert_string_equal(listing("none/at/all"), "");
	assert_int_equal(get("dir/sub/b.txt", &text), MR_OK);
	assert_string_equal(text.ptr, "replaced");
	assert_int_equal(get("dir", &text), MR_RESOURCE_DOES_NOT_EXIST);
	assert_int_equal(get("dir/a/b", &text), MR_RESOURCE_DOES_NOT_EXIST);
	mr_error_init(&err);
	assert_int_equal(ops->pull_open(self, mr_str_from("dir.x"), &pull, &info, call, &err), MR_OK);
	assert_int_equal(info.size, 2);
	assert_true(info.modified_ms > 1600000000000);
	ops->pull_close(self, pull);
	assert_int_equal(ops->local_path(self, mr_str_from("dir/a"), &text, call, &err), MR_OK);
	assert_string_equal(text.ptr + strlen(root.path), "/art/dir/a");
	assert_int_equal(ops->local_path(self, mr_str_from("dir/none"), &text, call, &err), MR_RESOURCE_DOES_NOT_EXIST);
}

static void shows_nothing_before_commit(void **state)
{
	void *push;
	mr_str text;

	(void)state;
	assert_int_equal(put("x/old", "old"), MR_OK);
	mr_error_init(&err);
	assert_int_equal(ops->push_begin(self, mr_str_from("x/old"), -1, &push, call, &err), MR_OK);
	assert_int_equal(ops->push_write(self, push, "new", 3, call, &err), MR_OK);
	assert_string_equal(listing("x"), "x/old=3 ");
	assert_int_equal(get("x/old", &text), MR_OK);
	assert_string_equal(text.ptr, "old");
	ops->push_abort(self, push);
	assert_int_equal(scratch_count(&root, "art/x"), 1);
	assert_int_equal(ops->push_begin(self, mr_str_from("x/old"), -1, &push, call, &err), MR_OK);
	assert_int_equal(ops->push_commit(self, push, call, &err), MR_OK);
	assert_string_equal(scratch_read(&root, "art/x/old"), "");
	assert_int_equal(scratch_count(&root, "art/x"), 1);
}

static void removes(void **state)
{
	(void)state;
	assert_int_equal(drop("nothing/here"), MR_OK);
	put("a/b/c", "1");
	put("a/b/d", "1");
	put("a/e", "1");
	assert_int_equal(drop("a/b/c"), MR_OK);
	assert_string_equal(listing("a/b"), "a/b/d=1 ");
	assert_int_equal(drop("a/b"), MR_OK);
	assert_string_equal(listing("a"), "a/e=1 ");
	assert_int_equal(drop(""), MR_OK);
	assert_int_equal(scratch_size(&root, "art"), -1); /* gc removes the root itself */
	assert_int_equal(put("again", "1"), MR_OK);
}

static void refuses_paths(void **state)
{
	static const char *const bad[] = {
		"..",	    "../x",   "a/../../x",	 "/etc/passwd",	 "a//b", "./a",	   "a/.", "a/",
		"%2e%2e/x", "..%2fx", "a%2f..%2f..%2fx", "%252e%252e/x", "a#b",	 "%2fetc", "",	  "C:/x"};
	mr_str text;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (put(bad[i], "x") != MR_INVALID_PARAMETER_VALUE || get(bad[i], &text) != MR_INVALID_PARAMETER_VALUE)
			fail_msg("'%s' was let through", bad[i]);
		if (*bad[i])
			assert_int_equal(drop(bad[i]), MR_INVALID_PARAMETER_VALUE);
	}
	mr_error_init(&err);
	assert_int_equal(mr_transfer_upload_bytes(repository, mr_str_make("a\0b", 3), mr_str_from("x"), call, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(put(".artifact.uploading.x", "x"), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "are reserved"));
	assert_int_equal(scratch_count(&root, ""), 1); /* the root itself, which the last one made */
	assert_int_equal(put("name with spaces \xc3\xa4 % &?", "x"), MR_OK);
	assert_int_equal(put("a", "x"), MR_OK);
	assert_int_equal(put("a/b", "x"), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(err.message, "'a' is no folder, so that nothing can be stored below it");
	assert_int_equal(put("d/e", "x"), MR_OK);
	assert_int_equal(put("d", "x"), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(listing("d"), "d/e=1 ");
}

static void stays_inside(void)
{
	mr_str text;

	scratch_write(&outside, "secret", "secret");
	scratch_write(&outside, "dir/deep", "deep");
	scratch_mkdir(&root, "art");
	scratch_link(&root, "art/file", "../../../../etc/passwd");
	scratch_link(&root, "art/out", outside.path);
	scratch_link(&root, "art/up", "..");
	scratch_link(&root, "art/self", ".");
	assert_int_equal(get("file", &text), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(get("out/secret", &text), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(get("up/art/x", &text), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(put("out/new", "x"), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(put("out/dir/new", "x"), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(put("up/new", "x"), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(drop("out/secret"), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(listing("out"), "error");
	assert_string_equal(listing(""), ""); /* links are not shown */
	assert_int_equal(put("file", "mine"), MR_OK); /* replaces the link */
	assert_string_equal(listing(""), "file=4 ");
	assert_int_equal(drop("out"), MR_OK); /* removes the link */
	scratch_link(&root, "art/again/out", outside.path);
	assert_int_equal(drop("again"), MR_OK);
	assert_int_equal(drop(""), MR_OK);
	assert_string_equal(scratch_read(&outside, "secret"), "secret");
	assert_string_equal(scratch_read(&outside, "dir/deep"), "deep");
	assert_int_equal(scratch_count(&outside, ""), 3);
}

static void stays_inside_by_openat2(void **state)
{
	(void)state;
	stays_inside();
}

static void stays_inside_by_walking(void **state)
{
	(void)state;
	mr_open_beneath_without_openat2(true);
	stays_inside();
	mr_open_beneath_without_openat2(false);
}

/* ---- somebody swaps a folder for a link all the time ---- */

static atomic_bool stop_swapping;

static void *swap(void *arg)
{
	char folder[128], aside[128], link[128];

	(void)arg;
	snprintf(folder, sizeof folder, "%s/art/dir", root.path);
	snprintf(aside, sizeof aside, "%s/aside", root.path);
	snprintf(link, sizeof link, "%s/link", root.path);
	while (!atomic_load(&stop_swapping)) {
		if (rename(folder, aside) == 0) {
			(void)!symlink(outside.path, link);
			if (rename(link, folder))
				unlink(link);
			usleep(20);
			unlink(folder);
			(void)rename(aside, folder);
		}
		usleep(20);
	}
	return NULL;
}

static void loses_no_race(void)
{
	unsigned long thread;
	mr_str text;
	int done = 0;

	scratch_write(&outside, "secret", "secret");
	put("dir/secret", "mine");
	atomic_store(&stop_swapping, false);
	mr_error_init(&err);
	assert_int_equal(mr_thread_start(&thread, "swap", swap, NULL, &err), MR_OK);
	for (int i = 0; i < 400; i++) {
		mr_call_reset(call);
		done += put("dir/new/file", "x") == MR_OK;
		if (get("dir/secret", &text) == MR_OK)
			assert_string_equal(text.ptr, "mine");
		drop("dir/new");
		listing("dir");
	}
	atomic_store(&stop_swapping, true);
	mr_thread_join(thread);
	assert_true(done > 0);
	assert_int_equal(scratch_count(&outside, ""), 1);
	assert_string_equal(scratch_read(&outside, "secret"), "secret");
}

static void loses_no_race_by_openat2(void **state)
{
	(void)state;
	loses_no_race();
}

static void loses_no_race_by_walking(void **state)
{
	(void)state;
	mr_open_beneath_without_openat2(true);
	loses_no_race();
	mr_open_beneath_without_openat2(false);
}

static void is_not_held_up_by_a_pipe(void **state)
{
	char path[128];
	mr_str text;

	(void)state;
	put("x", "x");
	snprintf(path, sizeof path, "%s/art/pipe", root.path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(get("pipe", &text), MR_RESOURCE_DOES_NOT_EXIST);
	assert_string_equal(listing(""), "x=1 ");
	assert_int_equal(drop("pipe"), MR_OK);
	assert_int_equal(access(path, F_OK), -1);
}

static void takes_all_ways_to_say_a_folder(void **state)
{
	char uri[256], folder[256];

	(void)state;
	mr_artifact_handle_close(repository);
	snprintf(folder, sizeof folder, "%s/plain", root.path);
	open_repository(folder);
	assert_int_equal(put("a", "1"), MR_OK);
	assert_string_equal(scratch_read(&root, "plain/a"), "1");
	mr_artifact_handle_close(repository);
	snprintf(uri, sizeof uri, "file://%s/with%%20space/", root.path);
	open_repository(uri);
	assert_int_equal(put("a", "2"), MR_OK);
	assert_string_equal(scratch_read(&root, "with space/a"), "2");
	mr_artifact_handle_close(repository);
	assert_int_equal(chdir(root.path), 0);
	open_repository("./relative");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(put("a", "3"), MR_OK); /* where it was opened */
	assert_string_equal(scratch_read(&root, "relative/a"), "3");
	mr_artifact_handle_close(repository);
	repository = NULL;
	mr_error_init(&err);
	assert_int_equal(mr_artifact_handle_open(mr_str_from("file://elsewhere/x"), &repository, &err),
			 MR_INVALID_PARAMETER_VALUE);
}

static void is_confined(void **state)
{
	char inner[128], uri[256];
	mr_str folder;

	(void)state;
	mr_artifact_handle_close(repository);
	snprintf(inner, sizeof inner, "%s/allowed", root.path);
	folder = mr_str_from(inner);
	assert_int_equal(mr_artifact_file_confine(&folder, 1, &err), MR_OK);
	snprintf(uri, sizeof uri, "file://%s/allowed/../allowed/run/artifacts", root.path);
	open_repository(uri);
	assert_int_equal(put("a", "1"), MR_OK);
	assert_int_equal(drop(""), MR_OK);
	assert_int_equal(scratch_size(&root, "allowed/run/artifacts"), -1);
	assert_int_equal(put("a", "1"), MR_OK);
	mr_artifact_handle_close(repository);
	scratch_link(&root, "allowed/way", outside.path);
	snprintf(uri, sizeof uri, "%s/allowed/way/x", root.path);
	open_repository(uri); /* below the folder by its name */
	assert_int_equal(put("a", "1"), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(listing(""), "error");
	assert_int_equal(scratch_count(&outside, ""), 0);
	mr_artifact_handle_close(repository);
	repository = NULL;
	snprintf(uri, sizeof uri, "%s/allowed2", root.path);
	mr_error_init(&err);
	assert_int_equal(mr_artifact_handle_open(mr_str_from(uri), &repository, &err), MR_PERMISSION_DENIED);
	mr_error_init(&err);
	assert_int_equal(mr_artifact_handle_open(mr_str_from("file:///etc"), &repository, &err), MR_PERMISSION_DENIED);
	folder = mr_str_from("/");
	assert_int_equal(mr_artifact_file_confine(&folder, 1, &err), MR_OK);
}

/* ---- failures ---- */

#ifdef MR_INJECT
static void fails_cleanly_when_io_fails(void **state)
{
	mr_str text;
	mr_code code;
	long n;

	(void)state;
	put("d/f", "old");
	for (n = 1;; n++) {
		mr_call_reset(call);
		mr_inject_io_fail_at(n);
		code = put("d/sub/f", "new");
		if (!mr_inject_io_off())
			break;
		if (code == MR_OK)
			fail_msg("write %ld failed unnoticed", n);
		assert_true(err.length > 0);
		assert_int_equal(get("d/f", &text), MR_OK);
		assert_string_equal(text.ptr, "old");
		assert_true(scratch_count(&root, "art/d") <= 3); /* no file on its way is left */
	}
	assert_true(n > 5);
	assert_int_equal(code, MR_OK);
	for (n = 1;; n++) {
		mr_inject_io_fail_at(n);
		code = get("d/sub/f", &text);
		if (!mr_inject_io_off())
			break;
		assert_int_not_equal(code, MR_OK);
	}
	for (n = 1;; n++) {
		mr_inject_io_fail_at(n);
		code = drop("d");
		if (!mr_inject_io_off())
			break;
		assert_int_not_equal(code, MR_OK);
	}
	assert_string_equal(listing(""), "");
}

static void fails_cleanly_without_memory(void **state)
{
	mr_artifact_handle *other;
	mr_str text;
	char uri[128];

	(void)state;
	put("d/f", "old");
	snprintf(uri, sizeof uri, "file://%s/art", root.path);
	for (long n = 1;; n++) {
		bool failed = false;
		mr_code code;

		mr_call_reset(call);
		mr_inject_alloc_fail_at(n);
		mr_error_init(&err);
		other = NULL;
		code = mr_artifact_handle_open(mr_str_from(uri), &other, &err);
		failed |= code != MR_OK;
		failed |= put("d/f", "new") != MR_OK;
		failed |= get("d/f", &text) != MR_OK;
		failed |= !strcmp(listing("d"), "error");
		mr_artifact_handle_close(other);
		if (!mr_inject_alloc_off())
			break;
		if (!failed)
			fail_msg("allocation %ld failed unnoticed", n);
	}
	assert_int_equal(get("d/f", &text), MR_OK);
	assert_string_equal(text.ptr, "new");
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_what_it_is_given, setup, teardown),
		cmocka_unit_test_setup_teardown(shows_nothing_before_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(removes, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_paths, setup, teardown),
		cmocka_unit_test_setup_teardown(stays_inside_by_openat2, setup, teardown),
		cmocka_unit_test_setup_teardown(stays_inside_by_walking, setup, teardown),
		cmocka_unit_test_setup_teardown(loses_no_race_by_openat2, setup, teardown),
		cmocka_unit_test_setup_teardown(loses_no_race_by_walking, setup, teardown),
		cmocka_unit_test_setup_teardown(is_not_held_up_by_a_pipe, setup, teardown),
		cmocka_unit_test_setup_teardown(takes_all_ways_to_say_a_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(is_confined, setup, teardown),
#ifdef MR_INJECT
		cmocka_unit_test_setup_teardown(fails_cleanly_when_io_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(fails_cleanly_without_memory, setup, teardown),
#endif
	};

	setenv("XDG_DATA_HOME", "/nonexistent", 1);
	unsetenv("MILLRACE_PLUGIN_PATH");
	mr_plugins_add_builtin(&mr_builtin_artifact_file);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
