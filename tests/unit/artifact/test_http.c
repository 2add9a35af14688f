/* SPDX-License-Identifier: Apache-2.0
 *
 * The repository behind mlflow-artifacts and http URIs, against a small proxy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifact/http.h"
#include "artifact/transfer.h"
#include "base/os.h"
#include "plugin/handle.h"
#include "proxy.h"
#include "scratch.h"

static struct proxy proxy;
static struct scratch scratch;
static mr_artifact_handle *repository;
static const struct mr_artifact_repository_ops *ops;
static void *self;
static mr_call *call;
static mr_error err;
static char *large; /* LARGE bytes, no two stretches alike */

enum { LARGE = 7500000 };

static void open_repository(const char *uri)
{
	if (repository)
		mr_artifact_handle_close(repository);
	repository = NULL;
	mr_error_init(&err);
	if (mr_artifact_handle_open(mr_str_from(uri), &repository, &err) != MR_OK)
		fail_msg("%s: %s", uri, err.message);
	ops = mr_artifact_handle_ops(repository, &self);
}

static int setup(void **state)
{
	static const char *const variables[] = {"MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD",
						"MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD",
						"MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE",
						"MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE",
						"MLFLOW_TRACKING_TOKEN",
						"MLFLOW_HTTP_REQUEST_MAX_RETRIES"};

	(void)state;
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		unsetenv(variables[i]);
	setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0", 1);
	setenv("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "0", 1);
	scratch_make(&scratch);
	proxy_start(&proxy);
	call = mr_call_new(256 << 20);
	mr_host_set_uris(mr_str_from(http_server_url(proxy.server)), mr_str_from(""));
	open_repository("mlflow-artifacts:/1/run/artifacts");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mr_artifact_handle_close(repository);
	repository = NULL;
	proxy_stop(&proxy);
	mr_call_free(call);
	scratch_remove(&scratch);
	return 0;
}

static void must(mr_code code)
{
	if (code != MR_OK)
		fail_msg("%d: %s", (int)code, err.message);
}

static mr_code put(const char *path, const void *bytes, size_t n)
{
	mr_error_init(&err);
	return mr_transfer_upload_bytes(repository, mr_str_from(path), mr_str_make(bytes, n), call, &err);
}

static mr_code get(const char *path, mr_str *out)
{
	mr_call_reset(call);
	mr_error_init(&err);
	return mr_transfer_download_bytes(repository, mr_str_from(path), 64 << 20, call, out, &err);
}

static void must_hold(const char *path, const char *bytes, size_t n)
{
	const struct proxy_file *file = proxy_find(&proxy, path);

	if (!file)
		fail_msg("%s is not there", path);
	assert_int_equal(file->n, n);
	assert_memory_equal(file->bytes, bytes, n);
}

/* ---- URIs ---- */

static void resolves_uris(void **state)
{
	static const struct {
		const char *uri, *tracking, *url;
	} good[] = {
		{"mlflow-artifacts:/1/x", "http://h:5000", "http://h:5000/api/2.0/mlflow-artifacts/artifacts/1/x"},
		{"mlflow-artifacts:/1/x", "http://h:5000/", "http://h:5000/api/2.0/mlflow-artifacts/artifacts/1/x"},
		{"mlflow-artifacts:/1/x", "https://h/ml/flow/",
		 "https://h/ml/flow/api/2.0/mlflow-artifacts/artifacts/1/x"},
		{"mlflow-artifacts://o:9/1/x", "http://h:5000", "http://o:9/api/2.0/mlflow-artifacts/artifacts/1/x"},
		{"mlflow-artifacts:///1//x/", "http://h", "http://h/api/2.0/mlflow-artifacts/artifacts/1/x/"},
		{"mlflow-artifacts:/", "http://h", "http://h/api/2.0/mlflow-artifacts/artifacts/"},
		{"mlflow-artifacts:/api/2.0/mlflow-artifacts/artifacts", "http://h",
		 "http://h/api/2.0/mlflow-artifacts/artifacts"},
		{"mlflow-artifacts:/1/x?q=1#f", "http://u:p@h", "http://u:p@h/api/2.0/mlflow-artifacts/artifacts/1/x"},
	};
	mr_str url;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		mr_error_init(&err);
		must(http_uri_resolve(call->arena, mr_str_from(good[i].uri), mr_str_from(good[i].tracking), &url,
				      &err));
		assert_string_equal(url.ptr, good[i].url);
	}
	mr_error_init(&err);
	assert_int_equal(http_uri_resolve(call->arena, mr_str_from("mlflow-artifacts://5000/x"),
					  mr_str_from("http://h"), &url, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "was supplied with a port number: 5000, but no host was defined"));
	mr_error_init(&err);
	assert_int_equal(http_uri_resolve(call->arena, mr_str_from("mlflow-artifacts:/x"),
					  mr_str_from("postgresql://me:pw@h/db"), &url, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "the tracking URI must be a valid http or https URI"));
	assert_null(strstr(err.message, "pw"));
}

/* ---- there and back ---- */

static void carries_artifacts(void **state)
{
	mr_str text;

	(void)state;
	must(put("a/b c%&\xc3\xa4.json", "hello", 5));
	must_hold("1/run/artifacts/a/b c%&\xc3\xa4.json", "hello", 5);
	assert_string_equal(proxy_find(&proxy, "1/run/artifacts/a/b c%&\xc3\xa4.json")->type, "text/plain");
	must(get("a/b c%&\xc3\xa4.json", &text));
	assert_string_equal(text.ptr, "hello");
	must(put("empty.png", "", 0));
	assert_string_equal(proxy_find(&proxy, "1/run/artifacts/empty.png")->type, "image/png");
	must(get("empty.png", &text));
	assert_int_equal(text.len, 0);
	must(put("large", large, LARGE));
	must_hold("1/run/artifacts/large", large, LARGE);
	must(get("large", &text));
	assert_int_equal(text.len, LARGE);
	assert_memory_equal(text.ptr, large, LARGE);
	assert_int_equal(get("none", &text), MR_RESOURCE_DOES_NOT_EXIST);
	assert_string_equal(err.message, "No such artifact: 'none'");
	assert_int_equal(get("a", &text), MR_RESOURCE_DOES_NOT_EXIST);
	open_repository(mr_arena_printf(call->arena, "%s/api/2.0/mlflow-artifacts/artifacts/1/run/artifacts/a/",
					http_server_url(proxy.server))
				.ptr);
	must(get("b c%&\xc3\xa4.json", &text));
	assert_string_equal(text.ptr, "hello");
}

static mr_code add_name(void *arg, const struct mr_artifact_info *info, mr_error *e)
{
	char *out = arg;
	size_t n = strlen(out);

	(void)e;
	snprintf(out + n, 1024 - n, "%.*s:%d:%lld ", MR_STR_ARG(info->path), info->is_dir, (long long)info->size);
	return MR_OK;
}

static const char *listing(const char *path)
{
	static char out[1024];

	out[0] = 0;
	mr_error_init(&err);
	return ops->list(self, mr_str_from(path), add_name, out, call, &err) == MR_OK ? out : "error";
}

static void lists(void **state)
{
	(void)state;
	must(put("z", "1", 1));
	must(put("d/y", "12", 2));
	must(put("d/e/x", "123", 3));
	must(put("d/empty", "", 0));
	must(put("a", "1", 1));
	assert_string_equal(listing(""), "a:0:1 d:1:-1 z:0:1 ");
	assert_string_equal(listing("d"), "d/e:1:-1 d/empty:0:0 d/y:0:2 ");
	assert_string_equal(listing("none"), "");
	assert_string_equal(listing("z"), "");
	proxy.lists_itself = true; /* as object stores do */
	assert_string_equal(listing("z"), "");
	proxy.evil_listing = true;
	assert_string_equal(listing("d"), "error");
	assert_string_equal(err.message, "Invalid path");
	must(ops->remove(self, mr_str_from("z"), call, &err));
	assert_null(proxy_find(&proxy, "1/run/artifacts/z"));
	must(ops->remove(self, mr_str_from("z"), call, &err)); /* again: 404 is fine */
	open_repository(mr_arena_printf(call->arena, "%s/elsewhere", http_server_url(proxy.server)).ptr);
	assert_string_equal(listing(""), "error");
	assert_non_null(strstr(err.message, "no root of MLflow's artifact service"));
}

/* ---- pushing ---- */

static void keeps_the_last_byte_back(void **state)
{
	void *push;

	(void)state;
	for (int known = 0; known < 2; known++) {
		mr_error_init(&err);
		must(ops->push_begin(self, mr_str_from("big"), known ? LARGE : -1, &push, call, &err));
		must(ops->push_write(self, push, large, LARGE, call, &err));
		usleep(100 * 1000);
		assert_null(proxy_find(&proxy, "1/run/artifacts/big"));
		ops->push_abort(self, push);
		usleep(50 * 1000);
		assert_null(proxy_find(&proxy, "1/run/artifacts/big"));
	}
	must(ops->push_begin(self, mr_str_from("big"), -1, &push, call, &err));
	for (size_t at = 0; at < LARGE; at += 7500)
		must(ops->push_write(self, push, large + at, 7500, call, &err));
	must(ops->push_commit(self, push, call, &err));
	must_hold("1/run/artifacts/big", large, LARGE);
}

static void refuses_wrong_sizes(void **state)
{
	void *push;

	(void)state;
	mr_error_init(&err);
	must(ops->push_begin(self, mr_str_from("f"), 10, &push, call, &err));
	must(ops->push_write(self, push, "12345", 5, call, &err));
	assert_int_equal(ops->push_commit(self, push, call, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	must(ops->push_begin(self, mr_str_from("f"), LARGE - 1, &push, call, &err));
	assert_int_equal(ops->push_write(self, push, large, LARGE, call, &err), MR_INVALID_PARAMETER_VALUE);
	ops->push_abort(self, push);
	assert_null(proxy_find(&proxy, "1/run/artifacts/f"));
}

static void begins_uploads_again(void **state)
{
	(void)state;
	proxy.fail_puts = 2;
	must(put("small", "x", 1)); /* from the window */
	must_hold("1/run/artifacts/small", "x", 1);
	proxy.fail_puts = 1;
	assert_int_equal(put("stream", large, LARGE), MR_TEMPORARILY_UNAVAILABLE); /* the bytes are gone */
	proxy.fail_puts = 2;
	scratch_write_bytes(&scratch, "stream", large, LARGE);
	mr_error_init(&err);
	must(mr_transfer_upload(repository, mr_arena_printf(call->arena, "%s/stream", scratch.path), mr_str_from(""),
				&(struct mr_transfer){.call = call}, &err)); /* the file is not */
	must_hold("1/run/artifacts/stream", large, LARGE);
	setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1", 1);
	proxy.fail_puts = 9;
	mr_error_init(&err);
	assert_int_equal(mr_transfer_upload(repository, mr_arena_printf(call->arena, "%s/stream", scratch.path),
					    mr_str_from(""), &(struct mr_transfer){.call = call}, &err),
			 MR_TEMPORARILY_UNAVAILABLE);
	assert_string_equal(err.message, "later");
}

/* ---- pulling ---- */

static void goes_on_where_it_broke(void **state)
{
	mr_str text;

	(void)state;
	proxy_put(&proxy, "1/run/artifacts/f", large, LARGE);
	for (int ranges = 0; ranges < 2; ranges++) {
		proxy.no_ranges = !ranges;
		proxy.cut_gets = 2;
		must(get("f", &text));
		assert_int_equal(text.len, LARGE);
		assert_memory_equal(text.ptr, large, LARGE);
		assert_int_equal(proxy.cut_gets, 0);
	}
	proxy.cut_gets = 1;
	proxy.changes = true;
	assert_int_equal(get("f", &text), MR_ABORTED);
	assert_non_null(strstr(err.message, "was changed while it was read"));
}

static void reads_anywhere(void **state)
{
	static const int64_t offsets[] = {0, 5000000, 100, LARGE - 10, LARGE, LARGE + 5, 0};
	struct mr_artifact_info info;
	char bytes[5000];
	size_t got;
	void *pull;

	(void)state;
	proxy_put(&proxy, "1/run/artifacts/f", large, LARGE);
	mr_error_init(&err);
	must(ops->pull_open(self, mr_str_from("f"), &pull, &info, call, &err));
	assert_int_equal(info.size, LARGE);
	assert_string_equal(info.path.ptr, "f");
	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
		must(ops->pull_read(self, pull, offsets[i], bytes, sizeof bytes, &got, call, &err));
		if (offsets[i] >= LARGE) {
			assert_int_equal(got, 0);
		} else {
			assert_true(got > 0);
			assert_memory_equal(bytes, large + offsets[i], got);
		}
	}
	ops->pull_close(self, pull);
	must(ops->pull_open(self, mr_str_from("f"), &pull, &info, call, &err));
	ops->pull_close(self, pull); /* at once, with the transfer under way */
}

static void *cancel_soon(void *arg)
{
	usleep(200 * 1000);
	atomic_store(&((mr_call *)arg)->cancelled, true);
	return NULL;
}

static void stops_when_it_is_cancelled(void **state)
{
	unsigned long thread;
	mr_str text;
	int64_t before;

	(void)state;
	proxy_put(&proxy, "1/run/artifacts/f", large, LARGE);
	proxy.stalls = true;
	mr_error_init(&err);
	must(mr_thread_start(&thread, "cancel", cancel_soon, call, &err));
	before = mr_monotonic_ns();
	assert_int_equal(mr_transfer_download_bytes(repository, mr_str_from("f"), 64 << 20, call, &text, &err),
			 MR_CANCELLED);
	assert_true(mr_monotonic_ns() - before < 600000000);
	mr_thread_join(thread);
}

/* ---- parts and signed URLs ---- */

static mr_code upload_scratch(const char *name)
{
	mr_error_init(&err);
	return mr_transfer_upload(repository, mr_arena_printf(call->arena, "%s/%s", scratch.path, name),
				  mr_str_from("m"), &(struct mr_transfer){.call = call, .threads = 3}, &err);
}

static void uploads_in_parts(void **state)
{
	(void)state;
	setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", "5000000", 1);
	setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", "1000000", 1);
	setenv("MLFLOW_TRACKING_TOKEN", "t0ken", 1);
	scratch_write_bytes(&scratch, "big.bin", large, LARGE);
	scratch_write_bytes(&scratch, "small.bin", large, 4000000);
	proxy.parts = true; /* the server says so in its server-info */
	must(upload_scratch("big.bin"));
	must_hold("1/run/artifacts/m/big.bin", large, LARGE);
	assert_non_null(strstr(proxy.seen, "POST /api/2.0/mlflow-artifacts/mpu/create/1/run/artifacts/m\n"));
	assert_non_null(strstr(proxy.seen, "POST /api/2.0/mlflow-artifacts/mpu/complete/1/run/artifacts/m\n"));
	assert_null(strstr(proxy.seen, "/mpu/abort/"));
	assert_false(proxy.saw_secret);
	assert_true(proxy.saw_header);
	must(upload_scratch("small.bin"));
	assert_non_null(strstr(proxy.seen, "PUT /api/2.0/mlflow-artifacts/artifacts/1/run/artifacts/m/small.bin\n"));
	proxy.fail_parts = 1;
	assert_int_equal(upload_scratch("big.bin"), MR_PERMISSION_DENIED);
	assert_non_null(strstr(err.message, "uploading the parts of"));
	assert_null(strstr(err.message, "s3cret"));
	assert_non_null(strstr(proxy.seen, "/mpu/abort/1/run/artifacts/m\n"));
}

static void does_without_parts(void **state)
{
	(void)state;
	setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", "5000000", 1);
	scratch_write_bytes(&scratch, "big.bin", large, LARGE);
	must(upload_scratch("big.bin")); /* server-info says no */
	must_hold("1/run/artifacts/m/big.bin", large, LARGE);
	assert_null(strstr(proxy.seen, "/mpu/"));
	setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true", 1);
	proxy.seen[0] = 0;
	must(upload_scratch("big.bin")); /* the server answers 501 */
	assert_non_null(strstr(proxy.seen, "/mpu/create/"));
	assert_non_null(strstr(proxy.seen, "PUT /api/2.0/mlflow-artifacts/artifacts/1/run/artifacts/m/big.bin\n"));
}

static void downloads_from_signed_urls(void **state)
{
	mr_str text;

	(void)state;
	setenv("MLFLOW_TRACKING_TOKEN", "t0ken", 1);
	proxy_put(&proxy, "1/run/artifacts/f", large, LARGE);
	proxy.parts = proxy.signs = true;
	proxy.cut_gets = 1;
	must(get("f", &text));
	assert_int_equal(text.len, LARGE);
	assert_memory_equal(text.ptr, large, LARGE);
	assert_non_null(strstr(proxy.seen, "GET /api/2.0/mlflow-artifacts/presigned/1/run/artifacts/f\n"));
	assert_null(strstr(proxy.seen, "GET /api/2.0/mlflow-artifacts/artifacts/1/run"));
	assert_false(proxy.saw_secret);
	assert_true(proxy.saw_header);
	proxy.signs = false; /* no such route: through the proxy */
	must(get("f", &text));
	assert_non_null(strstr(proxy.seen, "GET /api/2.0/mlflow-artifacts/artifacts/1/run/artifacts/f\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(resolves_uris, setup, teardown),
		cmocka_unit_test_setup_teardown(carries_artifacts, setup, teardown),
		cmocka_unit_test_setup_teardown(lists, setup, teardown),
		cmocka_unit_test_setup_teardown(keeps_the_last_byte_back, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_wrong_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(begins_uploads_again, setup, teardown),
		cmocka_unit_test_setup_teardown(goes_on_where_it_broke, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_anywhere, setup, teardown),
		cmocka_unit_test_setup_teardown(stops_when_it_is_cancelled, setup, teardown),
		cmocka_unit_test_setup_teardown(uploads_in_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(does_without_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(downloads_from_signed_urls, setup, teardown),
	};
	uint32_t word = 1;
	int failed;

	large = malloc(LARGE);
	for (size_t i = 0; large && i < LARGE; i++) {
		word = word * 1664525 + 1013904223;
		large[i] = (char)(word >> 24);
	}
	setenv("XDG_DATA_HOME", "/nonexistent", 1);
	setenv("HOME", "/nonexistent", 1);
	unsetenv("MILLRACE_PLUGIN_PATH");
	mr_plugins_add_builtin(&mr_builtin_artifact_http);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(large);
	return failed;
}
