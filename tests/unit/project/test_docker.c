/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of `docker run`: every word in its place and quoted, as bash reads it back.
 */
#include "helper.h"

#include <stdlib.h>

#include "project/env.h"

static mr_arena *arena;
static mr_error err;
static struct project_spec spec;

static int set_up(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	mr_error_init(&err);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

static struct env_request request(const char *text)
{
	struct env_request q = {.spec = &spec, .manager = ENV_DOCKER, .tracking_uri = s_("http://localhost:5000"),
				.artifact_uri = s_("mlflow-artifacts:/0/1")};

	assert_int_equal(spec_parse(arena, s_("MLproject"), s_(text), &spec, &err), MR_OK);
	return q;
}

/* The words of a command, one a line, as bash splits them. */
static mr_str words(mr_str command)
{
	mr_str script = mr_arena_printf(arena, "docker() { printf '%%s\\n' \"$@\"; }; %s", command.ptr);
	const char *const argv[] = {"bash", "-c", script.ptr, NULL};
	mr_str said;
	mr_buf out;
	int status = -1;

	mr_buf_init(&out, 65536);
	assert_int_equal(mr_process_capture(argv, 5000, &out, NULL, &status, &err), MR_OK);
	assert_int_equal(status, 0);
	said = mr_arena_copy(arena, mr_buf_view(&out));
	mr_buf_dispose(&out);
	return said;
}

static mr_str make(const struct env_request *q, const char *command)
{
	mr_str out = s_("");

	mr_error_init(&err);
	if (env_docker_command(arena, q, s_("my/image:1"), s_(command), &out, &err) != MR_OK)
		fail_msg("%s", err.message);
	return words(out);
}

static void has_arguments_variables_and_volumes(void **state)
{
	const struct mr_map_string args[] = {{s_("gpus"), s_("all")}, {s_("t"), mr_str_make(NULL, 0)}, {s_("v"), s_("/a b:/c")},
					     {s_("privileged"), mr_str_make(NULL, 0)}};
	const struct mr_map_string environment[] = {{s_("MLFLOW_RUN_ID"), s_("r1")}, {s_("MLFLOW_TRACKING_URI"), s_("http://localhost:5000")},
						    {s_("MLFLOW_EXPERIMENT_NAME"), mr_str_make(NULL, 0)}};
	struct env_request q = request("name: p\ndocker_env: {image: i, volumes: ['/d:/e'], environment: [MR_T_SECRET, [MODE, it's]]}");

	(void)state;
	setenv("MR_T_SECRET", "hidden", 1);
	q.docker_args = args;
	q.docker_args_n = 4;
	q.environment = environment;
	q.environment_n = 3;
	assert_str(make(&q, "python train.py --x 'a b'"),
		   "run\n--rm\n--gpus\nall\n-t\n-v\n/a b:/c\n--privileged\n-v\n/d:/e\n-e\nMLFLOW_RUN_ID=r1\n"
		   "-e\nMLFLOW_TRACKING_URI=http://localhost:5000\n-e\nMR_T_SECRET\n-e\nMODE=it's\nmy/image:1\npython\ntrain.py\n--x\na b\n");
}

/* What needs a shell gets the container's: nothing of it runs on this machine. */
static void keeps_the_command_inside(void **state)
{
	struct env_request q = request("name: p\ndocker_env: {image: i}");
	static const char *const commands[] = {"a && b", "a; b", "a | b", "a > f", "echo $HOME", "echo `id`", "X=1 a", "echo *", "echo \"$X\"", "a\nb"};

	(void)state;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		assert_str(make(&q, commands[i]), mr_arena_printf(arena, "run\n--rm\nmy/image:1\nsh\n-c\n%s\n", commands[i]).ptr);
	assert_str(make(&q, "a 'b;c' \"d e\" f=1"), "run\n--rm\nmy/image:1\na\nb;c\nd e\nf=1\n");
}

static void mounts_what_is_on_this_machine(void **state)
{
	static const struct {
		const char *tracking, *artifacts, *expected, *told;
	} cases[] = {
		{"file:///t/mlruns", "mlflow-artifacts:/0", "-v\n/t/mlruns:/mlflow/tmp/mlruns\n", "file:///mlflow/tmp/mlruns"},
		{"/t/mlruns", "mlflow-artifacts:/0", "-v\n/t/mlruns:/mlflow/tmp/mlruns\n", "file:///mlflow/tmp/mlruns"},
		{"sqlite:////t/x/m.db", "/t/art/0", "-v\n/t/x:/mlflow/tmp/mlruns\n-v\n/t/art/0:/t/art/0\n", "sqlite:////mlflow/tmp/mlruns/m.db"},
		{"http://u:secret@h:1", "mlflow-artifacts:/0", "", NULL},
		{"http://h:1", "s3://b/0", "-e\nAWS_ACCESS_KEY_ID\n", "http://h:1"},
		{"http://h:1", "wasbs://b/0", "-e\nAZURE_STORAGE_ACCESS_KEY\n", "http://h:1"},
		{"http://h:1", "gs://b/0", "-v\n/g.json:/.gcs\n-e\nGOOGLE_APPLICATION_CREDENTIALS=/.gcs\n", "http://h:1"},
		{"http://h:1", "hdfs://n/0", "-v\n/tick:/tick\n-e\nMLFLOW_KERBEROS_TICKET_CACHE\n", "http://h:1"},
	};
	struct mr_map_string environment = {s_("MLFLOW_TRACKING_URI"), s_("")};
	struct env_request q = request("name: p\ndocker_env: {image: i}");

	(void)state;
	setenv("HOME", "/nowhere", 1);
	setenv("AWS_ACCESS_KEY_ID", "k", 1);
	setenv("AZURE_STORAGE_ACCESS_KEY", "k", 1);
	setenv("GOOGLE_APPLICATION_CREDENTIALS", "/g.json", 1);
	setenv("MLFLOW_KERBEROS_TICKET_CACHE", "/tick", 1);
	q.environment = &environment;
	q.environment_n = 1;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		q.tracking_uri = environment.value = s_(cases[i].tracking);
		q.artifact_uri = s_(cases[i].artifacts);
		assert_str(make(&q, "x"), mr_arena_printf(arena, "run\n--rm\n%s-e\nMLFLOW_TRACKING_URI%s%s\nmy/image:1\nx\n", cases[i].expected,
							  cases[i].told ? "=" : "", cases[i].told ? cases[i].told : "").ptr);
	}
}

static void misses_a_variable(void **state)
{
	struct env_request q = request("name: p\ndocker_env: {image: i, environment: [MR_T_ABSENT]}");
	mr_str out;

	(void)state;
	assert_refused(env_docker_command(arena, &q, s_("i"), s_("x"), &out, &err), err, "MR_T_ABSENT");
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {T(has_arguments_variables_and_volumes), T(keeps_the_command_inside),
					   T(mounts_what_is_on_this_machine), T(misses_a_variable)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
