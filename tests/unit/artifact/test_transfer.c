/* SPDX-License-Identifier: Apache-2.0
 *
 * Files and folders to and from a repository, here a folder of this machine and
 * one that misbehaves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/artifact.h"
#include "artifact/transfer.h"
#include "base/inject.h"
#include "plugin/handle.h"
#include "scratch.h"

static struct scratch here, there;
static mr_artifact_handle *repository;
static mr_call *call;
static struct mr_transfer transfer;
static mr_error err;

/* ---- a repository whose server lies ---- */

static const char *lie;

static mr_code liar_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *e)
{
	(void)host;
	(void)args;
	(void)e;
	*self = &here;
	return MR_OK;
}

static mr_code liar_list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *c, mr_error *e)
{
	struct mr_artifact_info info = {.size = 1};

	(void)self;
	(void)c;
	if (!strcmp(lie, "endless")) {
		info.path = mr_arena_printf(c->arena, path.len ? "%.*s/d" : "%.*sd", MR_STR_ARG(path));
		info.is_dir = true;
		return visit(arg, &info, e);
	}
	if (path.len && strcmp(lie, "escape") != 0)
		return MR_OK;
	info.path = mr_str_from(lie);
	return visit(arg, &info, e);
}

static mr_code liar_pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *c,
			      mr_error *e)
{
	(void)c;
	(void)e;
	*pull = self;
	*info = (struct mr_artifact_info){.path = path, .size = 1};
	return MR_OK;
}

static mr_code liar_pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *c,
			      mr_error *e)
{
	(void)self;
	(void)pull;
	(void)c;
	(void)size;
	if (offset > 0 && !strcmp(lie, "breaks"))
		return mr_error_set(e, MR_IO_ERROR, "it broke");
	*(char *)out = 'x';
	*got = offset == 0;
	return MR_OK;
}

static void liar_pull_close(void *self, void *pull)
{
	(void)self;
	(void)pull;
}

static const struct mr_artifact_repository_ops liar = {
	.size = sizeof liar,
	.open = liar_open,
	.pull_open = liar_pull_open,
	.pull_read = liar_pull_read,
	.pull_close = liar_pull_close,
	.list = liar_list,
};
#define ENTRIES(ENTRY) ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, "liar", &liar, NULL, 0)
MR_PLUGIN_BUILTIN(test_liar, "liar", "1.0", "For this test.", "Apache-2.0", ENTRIES)

/* ---- the frame ---- */

static void open_repository(const char *uri)
{
	if (repository)
		mr_artifact_handle_close(repository);
	repository = NULL;
	mr_error_init(&err);
	assert_int_equal(mr_artifact_handle_open(mr_str_from(uri), &repository, &err), MR_OK);
}

static int setup(void **state)
{
	(void)state;
	scratch_make(&here);
	scratch_make(&there);
	call = mr_call_new(64 << 20);
	transfer = (struct mr_transfer){.call = call};
	open_repository(there.path);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mr_artifact_handle_close(repository);
	repository = NULL;
	mr_call_free(call);
	scratch_remove(&here);
	scratch_remove(&there);
	return 0;
}

static mr_str local(const char *name)
{
	return mr_arena_printf(call->arena, "%s%s%s", here.path, *name ? "/" : "", name);
}

static mr_code up(const char *name, const char *folder)
{
	mr_error_init(&err);
	return mr_transfer_upload(repository, local(name), mr_str_from(folder), &transfer, &err);
}

static mr_code down(const char *path, const char *to, const char **where)
{
	mr_str out = {0};
	mr_code code;

	mr_error_init(&err);
	code = mr_transfer_download(repository, mr_str_from(path), local(to), &transfer, call->arena, &out, &err);
	if (where)
		*where = code == MR_OK ? out.ptr + strlen(here.path) : NULL;
	return code;
}

static void must(mr_code code)
{
	if (code != MR_OK)
		fail_msg("%d: %s", (int)code, err.message);
}

static void make_tree(void)
{
	scratch_write(&here, "model/MLmodel", "flavors: {}\n");
	scratch_write(&here, "model/data/model.pkl", "pickle");
	scratch_write(&here, "model/data/deep/er/x", "");
	scratch_mkdir(&here, "model/empty");
	scratch_link(&here, "model/link", "MLmodel");
	scratch_link(&here, "model/around", ".");
}

/* ---- uploads ---- */

static void uploads_as_log_artifact(void **state)
{
	(void)state;
	make_tree();
	must(up("model/MLmodel", ""));
	must(up("model/MLmodel", "a/b"));
	assert_string_equal(scratch_read(&there, "MLmodel"), "flavors: {}\n");
	assert_string_equal(scratch_read(&there, "a/b/MLmodel"), "flavors: {}\n");
	must(up("model", "a")); /* a folder goes under its own name */
	assert_string_equal(scratch_read(&there, "a/model/data/model.pkl"), "pickle");
	assert_string_equal(scratch_read(&there, "a/model/link"), "flavors: {}\n"); /* what it points to */
	assert_int_equal(scratch_size(&there, "a/model/data/deep/er/x"), 0);
	assert_int_equal(scratch_size(&there, "a/model/around"), -1);
	mr_error_init(&err);
	must(mr_transfer_upload_folder(repository, local("model/"), mr_str_from(""), &transfer, &err));
	assert_string_equal(scratch_read(&there, "data/model.pkl"), "pickle");
	must(up("model/.", "dot"));
	assert_string_equal(scratch_read(&there, "dot/model/MLmodel"), "flavors: {}\n");
}

static void says_what_it_cannot_upload(void **state)
{
	char path[128];

	(void)state;
	assert_int_equal(up("none", ""), MR_RESOURCE_DOES_NOT_EXIST);
	assert_non_null(strstr(err.message, "none': No such file"));
	snprintf(path, sizeof path, "%s/pipe", here.path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(up("pipe", ""), MR_INVALID_PARAMETER_VALUE);
	scratch_write(&here, "f", "x");
	assert_int_equal(up("f", "../x"), MR_INVALID_PARAMETER_VALUE);
	scratch_write(&here, "two/a", "x");
	scratch_write(&here, "two/.artifact.uploading.b", "x");
	scratch_write(&here, "two/.artifact.uploading.c", "x");
	assert_int_equal(up("two", ""), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(
		strstr(err.message, "The following failures occurred while uploading one or more artifacts to "));
	assert_non_null(strstr(err.message, "##### File two/.artifact.uploading.b #####\n"));
	assert_non_null(strstr(err.message, "##### File two/.artifact.uploading.c #####\n"));
	assert_string_equal(scratch_read(&there, "two/a"), "x"); /* the others are there */
}

/* ---- downloads ---- */

static void downloads(void **state)
{
	const char *where;

	(void)state;
	make_tree();
	must(up("model", "m"));
	scratch_mkdir(&there, "m/model/empty");
	must(down("m/model/data/model.pkl", "out", &where));
	assert_string_equal(where, "/out/m/model/data/model.pkl");
	assert_string_equal(scratch_read(&here, "out/m/model/data/model.pkl"), "pickle");
	must(down("m/model/", "all", &where));
	assert_string_equal(where, "/all/m/model");
	assert_string_equal(scratch_read(&here, "all/m/model/link"), "flavors: {}\n");
	assert_int_equal(scratch_size(&here, "all/m/model/data/deep/er/x"), 0);
	assert_true(scratch_size(&here, "all/m/model/empty") >= 0);
	must(down("", "root", &where));
	assert_string_equal(where, "/root");
	assert_string_equal(scratch_read(&here, "root/m/model/MLmodel"), "flavors: {}\n");
	assert_int_equal(down("none", "out", &where), MR_RESOURCE_DOES_NOT_EXIST);
	assert_string_equal(err.message, "No such artifact: 'none'");
	scratch_write(&here, "file", "x");
	assert_int_equal(down("m", "file", &where), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "must be a directory"));
}

static void trusts_no_listing(void **state)
{
	static const char *const lies[] = {"../evil", "/etc/evil", "a/../../evil", "%2e%2e/evil", "a//b", "."};
	const char *where;

	(void)state;
	open_repository("liar://x");
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		lie = lies[i];
		assert_int_equal(down("", "out", &where), MR_INVALID_PARAMETER_VALUE);
	}
	lie = "escape"; /* from the folder that was asked for */
	assert_int_equal(down("folder", "out", &where), MR_INVALID_PARAMETER_VALUE);
	lie = "endless";
	assert_int_equal(down("", "out", &where), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "folders deep"));
	lie = "breaks";
	assert_int_equal(down("", "out", &where), MR_IO_ERROR);
	assert_int_equal(scratch_count(&here, "out"), 0); /* nothing half */
	scratch_link(&here, "out/link", there.path);
	lie = "link/file"; /* the destination has a link on the way */
	assert_int_equal(down("", "out", &where), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(scratch_count(&there, ""), 0);
	lie = "fine";
	must(down("", "out", &where));
	assert_string_equal(scratch_read(&here, "out/fine"), "x");
}

/* ---- progress and the end of it ---- */

static pthread_mutex_t inside = PTHREAD_MUTEX_INITIALIZER;
static int64_t most, last, all;
static int told, stop_at;

static void tell(void *arg, mr_str path, int64_t done, int64_t total)
{
	assert_ptr_equal(arg, &told);
	assert_int_equal(pthread_mutex_trylock(&inside), 0); /* never two at once */
	assert_true(path.len > 0);
	told++;
	last = done;
	most = done > most ? done : most;
	all = total;
	if (stop_at && told == stop_at)
		atomic_store(&call->cancelled, true);
	pthread_mutex_unlock(&inside);
}

static void make_many(void)
{
	static char bytes[300000];
	char name[32];

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "many/f%02d", i);
		memset(bytes, i, sizeof bytes);
		scratch_write_bytes(&here, name, bytes, sizeof bytes);
	}
}

static void tells_how_far_it_is(void **state)
{
	const char *where;

	(void)state;
	make_many();
	told = stop_at = 0;
	most = last = all = 0;
	transfer.progress = tell;
	transfer.progress_arg = &told;
	transfer.threads = 5;
	must(up("many", ""));
	assert_int_equal(last, 40 * 300000);
	assert_int_equal(all, 40 * 300000);
	assert_int_equal(most, last);
	assert_true(told >= 80);
	last = most = 0;
	must(down("many", "back", &where));
	assert_int_equal(last, 40 * 300000);
	assert_int_equal(all, 40 * 300000);
	assert_int_equal(scratch_count(&here, "back/many"), 40);
	last = 0;
	must(down("many/f07", "one", &where));
	assert_int_equal(last, 300000);
	assert_int_equal(all, 300000); /* which its repository says when it begins */
}

static void ends_when_it_is_cancelled(void **state)
{
	const char *where;

	(void)state;
	make_many();
	told = 0;
	stop_at = 10;
	transfer.progress = tell;
	transfer.progress_arg = &told;
	transfer.threads = 3;
	assert_int_equal(up("many", ""), MR_CANCELLED);
	assert_true(told < 20);
	atomic_store(&call->cancelled, false);
	stop_at = 0;
	must(up("many", ""));
	call->deadline_ns = 1;
	assert_int_equal(down("many", "back", &where), MR_CANCELLED);
}

/* ---- in memory ---- */

static void reads_into_memory(void **state)
{
	mr_str text;

	(void)state;
	scratch_write(&there, "t", "text");
	mr_error_init(&err);
	must(mr_transfer_download_bytes(repository, mr_str_from("t"), 4, call, &text, &err));
	assert_string_equal(text.ptr, "text");
	assert_int_equal(mr_transfer_download_bytes(repository, mr_str_from("t"), 3, call, &text, &err),
			 MR_RESOURCE_EXHAUSTED);
	scratch_write(&there, "e", "");
	mr_error_init(&err);
	must(mr_transfer_download_bytes(repository, mr_str_from("e"), 0, call, &text, &err));
	assert_int_equal(text.len, 0);
}

static void splits_uris(void **state)
{
	static const struct {
		const char *uri, *root, *path;
	} cases[] = {
		{"runs:/abc/model", "runs:/abc", "model"},
		{"runs:/abc/a/b%20c", "runs:/abc/a", "b c"},
		{"models:/name/3", "models:/name/3", ""},
		{"models:/name/3/a/b", "models:/name/3", "a/b"},
		{"models:/name@champion/data/x", "models:/name@champion", "data/x"},
		{"models:/m-123", "models:/m-123", ""},
		{"s3://bucket/a/b/c", "s3://bucket/a/b", "c"},
		{"file:///tmp/a/b", "file:///tmp/a", "b"},
		{"/tmp/a b", "/tmp", "a b"},
		{"mlflow-artifacts:/1/r/artifacts/x?q=1", "mlflow-artifacts:/1/r/artifacts?q=1", "x"},
		{"http://h:1/api/2.0/mlflow-artifacts/artifacts/1/x", "http://h:1/api/2.0/mlflow-artifacts/artifacts/1",
		 "x"},
		{"runs:/abc/dir/", "runs:/abc", "dir"},
	};
	mr_str root, path;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_error_init(&err);
		must(mr_transfer_split_uri(call->arena, mr_str_from(cases[i].uri), &root, &path, &err));
		if (!mr_str_is(root, cases[i].root) || !mr_str_is(path, cases[i].path))
			fail_msg("%s: '%s' and '%.*s'", cases[i].uri, root.ptr, MR_STR_ARG(path));
	}
}

#ifdef MR_INJECT
static void fails_cleanly_when_io_fails(void **state)
{
	const char *where;
	mr_code code;

	(void)state;
	make_tree();
	transfer.threads = 1;
	for (long n = 1;; n++) {
		mr_inject_io_fail_at(n);
		code = up("model", "");
		if (!mr_inject_io_off())
			break;
		assert_int_not_equal(code, MR_OK);
	}
	must(code);
	for (long n = 1;; n++) {
		mr_inject_io_fail_at(n);
		code = down("model", "out", &where);
		if (!mr_inject_io_off())
			break;
		assert_int_not_equal(code, MR_OK);
	}
	must(code);
	assert_string_equal(scratch_read(&here, "out/model/data/model.pkl"), "pickle");
}

static void fails_cleanly_without_memory(void **state)
{
	char from[128], to[128];

	(void)state;
	make_tree();
	transfer.threads = 1;
	snprintf(from, sizeof from, "%s/model", here.path);
	snprintf(to, sizeof to, "%s/out", here.path);
	for (long n = 1;; n++) {
		bool failed;

		mr_call_reset(call);
		mr_error_init(&err);
		mr_inject_alloc_fail_at(n);
		failed = mr_transfer_upload(repository, mr_str_from(from), mr_str_from(""), &transfer, &err) != MR_OK;
		failed |= mr_transfer_download(repository, mr_str_from("model"), mr_str_from(to), &transfer,
					       call->arena, NULL, &err) != MR_OK;
		if (!mr_inject_alloc_off())
			break;
		if (!failed)
			fail_msg("allocation %ld failed unnoticed", n);
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(uploads_as_log_artifact, setup, teardown),
		cmocka_unit_test_setup_teardown(says_what_it_cannot_upload, setup, teardown),
		cmocka_unit_test_setup_teardown(downloads, setup, teardown),
		cmocka_unit_test_setup_teardown(trusts_no_listing, setup, teardown),
		cmocka_unit_test_setup_teardown(tells_how_far_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(ends_when_it_is_cancelled, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_into_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(splits_uris, setup, teardown),
#ifdef MR_INJECT
		cmocka_unit_test_setup_teardown(fails_cleanly_when_io_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(fails_cleanly_without_memory, setup, teardown),
#endif
	};

	setenv("XDG_DATA_HOME", "/nonexistent", 1);
	unsetenv("MILLRACE_PLUGIN_PATH");
	mr_plugins_add_builtin(&mr_builtin_artifact_file);
	mr_plugins_add_builtin(&test_liar);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
