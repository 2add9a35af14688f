/* SPDX-License-Identifier: Apache-2.0
 *
 * An artifact root by its URI (millrace/artifacts.h), and what plugins say of another client's runs and requests
 * (millrace/providers.h). The plugin is the example, which lies where the system's plugins do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <millrace.h>

static char folder[64];
static mr_artifacts *root;
static mr_error err;

static const char *in_folder(const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *out = fopen(in_folder(name), "we");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void assert_file(const char *name, const char *text)
{
	char bytes[64] = "";
	FILE *in = fopen(in_folder(name), "re");

	assert_non_null(in);
	assert_int_equal(fread(bytes, 1, sizeof bytes - 1, in), strlen(text));
	fclose(in);
	assert_string_equal(bytes, text);
}

static int set_up(void **state)
{
	char uri[128];

	(void)state;
	strcpy(folder, "/tmp/millrace-root-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(uri, sizeof uri, "file-plugin:%s/kept", folder);
	mr_error_init(&err);
	assert_int_equal(mr_artifacts_open(uri, NULL, NULL, &root, &err), MR_OK);
	return 0;
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	mr_artifacts_close(root);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

/* ---- files and folders ---- */

static mr_code count(void *arg, const struct mr_artifact_info *info, mr_error *e)
{
	(void)info;
	(void)e;
	++*(int *)arg;
	return MR_OK;
}

static int entries(const char *path)
{
	int n = 0;

	assert_int_equal(mr_artifacts_list(root, path, count, &n, NULL, &err), MR_OK);
	return n;
}

static void test_files_come_and_go(void **state)
{
	mr_str local;

	(void)state;
	write_file("a.txt", "one");
	assert_int_equal(mr_artifacts_upload(root, in_folder("a.txt"), "deep/er", NULL, &err), MR_OK);
	assert_int_equal(mr_artifacts_upload(root, in_folder("a.txt"), NULL, NULL, &err), MR_OK);
	assert_int_equal(entries(NULL), 2);
	assert_int_equal(entries("deep/er"), 1);
	assert_int_equal(entries("nothing"), 0);
	assert_int_equal(mr_artifacts_download(root, "deep", in_folder("out"), NULL, &err), MR_OK);
	assert_file("out/deep/er/a.txt", "one");
	assert_int_equal(mr_artifacts_download_file(root, "deep/er/a.txt", in_folder("other name"), NULL, &err), MR_OK);
	assert_file("other name", "one");
	assert_int_equal(mr_artifacts_local_path(root, "a.txt", &local, &err), MR_OK);
	assert_string_equal(local.ptr, in_folder("kept/a.txt"));
	mr_str_free(local);
	assert_int_equal(mr_artifacts_remove(root, "deep", NULL, &err), MR_OK);
	assert_int_equal(mr_artifacts_remove(root, "deep", NULL, &err), MR_OK);
	assert_int_equal(entries(NULL), 1);
}

static void test_what_is_wrong_is_refused(void **state)
{
	mr_artifacts *other;

	(void)state;
	assert_int_equal(mr_artifacts_download_file(root, "nothing", in_folder("x"), NULL, &err), MR_RESOURCE_DOES_NOT_EXIST);
	assert_int_equal(access(in_folder("x"), F_OK), -1);
	mr_error_init(&err);
	assert_int_equal(mr_artifacts_remove(root, "../x", NULL, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_artifacts_open("no-such-scheme:/x", NULL, NULL, &other, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_artifacts_open("mlflow-artifacts:/x", "sqlite:///m.db", NULL, &other, &err), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "tracking URI"));
	mr_error_init(&err);
	assert_int_equal(mr_artifacts_open("mlflow-artifacts:/x", "http://127.0.0.1:9", NULL, &other, &err), MR_OK);
	mr_artifacts_close(other);
}

/* ---- cancelling: whoever asks, the caller's thread gets to know ---- */

struct asked {
	pthread_t caller;
	atomic_int by_caller, progressed;
	int after;
};

static bool is_cancelled(void *arg)
{
	struct asked *asked = arg;

	if (!pthread_equal(asked->caller, pthread_self()))
		return false;
	return ++asked->by_caller > asked->after;
}

static bool note(void *arg, const char *path, int64_t done, int64_t total)
{
	struct asked *asked = arg;

	(void)path;
	assert_true(done >= 0 && total >= 0);
	asked->progressed++;
	return true;
}

static void test_a_transfer_is_cancelled_by_its_caller(void **state)
{
	struct asked asked = {.caller = pthread_self(), .after = 3};
	struct mr_artifacts_options options = {.size = sizeof options, .cancelled = is_cancelled, .progress = note, .arg = &asked};
	char name[32];

	(void)state;
	assert_int_equal(mkdir(in_folder("many"), 0700), 0);
	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof name, "many/%d", i);
		write_file(name, "x");
		assert_int_equal(truncate(in_folder(name), 16 << 20), 0);
	}
	assert_int_equal(mr_artifacts_upload_folder(root, in_folder("many"), "to", &options, &err), MR_CANCELLED);
	assert_true(asked.by_caller > 3);
	mr_error_init(&err);
	asked.after = 1 << 30;
	assert_int_equal(mr_artifacts_upload_folder(root, in_folder("many"), "to", &options, &err), MR_OK);
	assert_true(asked.progressed >= 8);
	assert_int_equal(entries("to"), 8);
	asked.progressed = 0; /* and of one file how much it is, though no listing says */
	assert_int_equal(mr_artifacts_download_file(root, "to/1", in_folder("one"), &options, &err), MR_OK);
	assert_true(asked.progressed > 1);
}

/* ---- streams ---- */

static void test_streams(void **state)
{
	mr_artifact_push *push;
	mr_artifact_pull *pull;
	char bytes[8];
	int64_t size;
	size_t got;

	(void)state;
	assert_int_equal(mr_artifacts_push(root, "s/kept", -1, NULL, &push, &err), MR_OK);
	assert_int_equal(mr_artifacts_push_write(push, "abc", 3, &err), MR_OK);
	assert_int_equal(mr_artifacts_push_write(push, "def", 3, &err), MR_OK);
	assert_int_equal(entries("s"), 0); /* nothing is there before its end */
	assert_int_equal(mr_artifacts_push_end(push, true, &err), MR_OK);
	assert_int_equal(mr_artifacts_push(root, "s/dropped", 3, NULL, &push, &err), MR_OK);
	assert_int_equal(mr_artifacts_push_write(push, "abc", 3, &err), MR_OK);
	assert_int_equal(mr_artifacts_push_end(push, false, &err), MR_OK);
	assert_int_equal(entries("s"), 1);
	assert_int_equal(mr_artifacts_pull(root, "s/kept", NULL, &pull, &size, &err), MR_OK);
	assert_int_equal(size, 6);
	assert_int_equal(mr_artifacts_pull_read(pull, bytes, 4, &got, &err), MR_OK);
	assert_int_equal(got, 4);
	assert_memory_equal(bytes, "abcd", 4);
	assert_int_equal(mr_artifacts_pull_read(pull, bytes, 4, &got, &err), MR_OK);
	assert_int_equal(got, 2);
	assert_int_equal(mr_artifacts_pull_read(pull, bytes, 4, &got, &err), MR_OK);
	assert_int_equal(got, 0);
	mr_artifacts_pull_close(pull);
	assert_int_equal(mr_artifacts_pull(root, "s/dropped", NULL, &pull, NULL, &err), MR_RESOURCE_DOES_NOT_EXIST);
}

/* ---- what plugins say ---- */

struct said {
	char text[512];
};

static mr_code take(void *arg, mr_str name, mr_str value, mr_error *e)
{
	struct said *said = arg;
	size_t n = strlen(said->text);

	(void)e;
	snprintf(said->text + n, sizeof said->text - n, "%.*s=%.*s;", MR_STR_ARG(name), MR_STR_ARG(value));
	return MR_OK;
}

static mr_code refuse(void *arg, mr_str name, mr_str value, mr_error *e)
{
	(void)arg;
	(void)name;
	(void)value;
	return mr_error_set(e, MR_ABORTED, "no more");
}

static void test_only_plugins_speak(void **state)
{
	struct said said = {""};

	(void)state;
	assert_int_equal(mr_plugin_tags(take, &said, &err), MR_OK);
	assert_memory_equal(said.text, "example.host=", 13);
	assert_null(strstr(said.text, "mlflow.")); /* which MLflow says itself */
	said.text[0] = 0;
	assert_int_equal(mr_plugin_headers(take, &said, &err), MR_OK);
	assert_string_equal(said.text, "X-Example-Plugin=1.0.0;");
	assert_int_equal(mr_plugin_headers(refuse, NULL, &err), MR_ABORTED);
}

static void test_the_experiment_of_a_plugin(void **state)
{
	mr_str id;

	(void)state;
	unsetenv("EXAMPLE_EXPERIMENT_ID");
	assert_int_equal(mr_plugin_default_experiment(&id, &err), MR_OK);
	assert_string_equal(id.ptr, "");
	mr_str_free(id);
	setenv("EXAMPLE_EXPERIMENT_ID", "17", 1);
	assert_int_equal(mr_plugin_default_experiment(&id, &err), MR_OK);
	assert_string_equal(id.ptr, "17");
	mr_str_free(id);
	unsetenv("EXAMPLE_EXPERIMENT_ID");
}

static void test_credentials_of_a_provider(void **state)
{
	struct mr_auth_request request = {.size = sizeof request, .method = mr_str_from("GET"), .url = mr_str_from("http://x/"), .attempt = 1};
	struct mr_http_response response = {.size = sizeof response, .status = 401};
	struct said said = {""};
	bool again = false;

	(void)state;
	write_file("token", "secret\n");
	setenv("EXAMPLE_TOKEN_FILE", in_folder("token"), 1);
	assert_int_equal(mr_plugin_authorize("example", &request, take, &said, &err), MR_OK);
	assert_string_equal(said.text, "Authorization=Bearer secret;");
	assert_int_equal(mr_plugin_challenge("example", &request, &response, &again, &err), MR_OK);
	assert_true(again);
	request.attempt = 2;
	assert_int_equal(mr_plugin_challenge("example", &request, &response, &again, &err), MR_OK);
	assert_false(again);
	unsetenv("EXAMPLE_TOKEN_FILE");
	assert_int_equal(mr_plugin_authorize("example", &request, take, &said, &err), MR_UNAUTHENTICATED);
	mr_error_init(&err);
	assert_int_equal(mr_plugin_authorize("nobody", &request, take, &said, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_plugin_challenge("nobody", &request, &response, &again, &err), MR_INVALID_PARAMETER_VALUE);
	assert_false(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_files_come_and_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_wrong_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_transfer_is_cancelled_by_its_caller, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_streams, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_only_plugins_speak, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_experiment_of_a_plugin, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_credentials_of_a_provider, set_up, tear_down),
	};

	setenv("MILLRACE_PYTHON", "none", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
