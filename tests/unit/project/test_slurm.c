/* SPDX-License-Identifier: Apache-2.0
 *
 * What sbatch is given, and how squeue's answers are read. Against a real Slurm: tests/scenario/project_slurm_long.py.
 */
#include "helper.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/os.h"
#include "base/process.h"
#include "project/builtin.h"
#include "project/slurm.h"
#include "project/temporary.h"

static mr_arena *arena;
static mr_error err;

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

static void reads_the_configuration(void **state)
{
	struct slurm_config c;

	(void)state;
	assert_int_equal(slurm_config_read(arena, s_("{\"partition\": \"gpu\", \"cpus-per-task\": 4, \"exclusive\": true, \"hold\": false, "
						      "\"job-name\": \"x\", \"setup\": [\"a\", \"b\"], \"folder\": \"/shared\"}"), &c, &err), MR_OK);
	assert_int_equal(c.options_n, 4);
	assert_string_equal(c.options[0], "--partition=gpu");
	assert_string_equal(c.options[1], "--cpus-per-task=4");
	assert_string_equal(c.options[2], "--exclusive");
	assert_true(c.has_name && !c.has_export);
	assert_int_equal(c.setup_n, 2);
	assert_str(c.folder, "/shared");
	assert_int_equal(slurm_config_read(arena, s_("{}"), &c, &err), MR_OK);
}

static void refuses_wrong_configurations(void **state)
{
	static const char *const cases[][2] = {{"[]", "must be a JSON object"},		     {"{\"output\": \"x\"}", "not for you to set"},
					       {"{\"-p\": \"x\"}", "no long option of sbatch"}, {"{\"p q\": 1}", "no long option of sbatch"},
					       {"{\"mem\": [1]}", "must be text"},		     {"{\"mem\": \"a\\u0000b\"}", "NUL"},
					       {"{\"setup\": 1}", "line of shell"},		     {"{\"folder\": \"x\"}", "absolute path"}};
	struct slurm_config c;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_error_init(&err);
		assert_refused(slurm_config_read(arena, s_(cases[i][0]), &c, &err), err, cases[i][1]);
	}
}

/* The script is run by bash: environment, setup, command, and the status that it leaves. */
static void the_script_does_what_it_should(void **state)
{
	const struct mr_map_string environment[] = {{s_("MR_T_A"), s_("it's $HOME")}, {s_("MR_T_B"), mr_str_make(NULL, 0)}};
	struct mr_project_submit s = {.size = sizeof s, .command = s_("echo \"$MR_T_A-${MR_T_B-gone}-$MR_T_C\"; exit 7"), .environment = environment,
				      .environment_n = 2};
	struct slurm_config c;
	mr_str folder, script, file, left;
	mr_buf out;
	int status;

	(void)state;
	setenv("MR_T_B", "x", 1);
	assert_int_equal(temporary_folder(arena, s_(""), &folder, &err), MR_OK);
	assert_int_equal(slurm_config_read(arena, s_("{\"setup\": \"export MR_T_C=set\"}"), &c, &err), MR_OK);
	assert_int_equal(slurm_script(arena, &s, &c, folder, &script, &err), MR_OK);
	file = mr_arena_printf(arena, "%s/job.sh", folder.ptr);
	assert_int_equal(mr_file_write_atomic(file, script, &err), MR_OK);
	const char *const argv[] = {"bash", file.ptr, NULL};

	mr_buf_init(&out, 65536);
	assert_int_equal(mr_process_capture(argv, 5000, &out, NULL, &status, &err), MR_OK);
	assert_int_equal(mr_process_exit_code(status), 7);
	assert_str(mr_buf_view(&out), "it's $HOME-gone-set\n");
	mr_buf_dispose(&out);
	assert_int_equal(mr_file_read(mr_arena_printf(arena, "%s/exit", folder.ptr), 64, arena, &left, &err), MR_OK);
	assert_str(left, "7\n");
	temporary_remove(folder);
}

static void reads_squeue(void **state)
{
	static const struct {
		const char *line, *message;
		mr_job_state state;
	} cases[] = {{"PENDING|Resources", "The job waits (Resources)", MR_JOB_PENDING},
		     {"PENDING|None", "", MR_JOB_PENDING},
		     {"CONFIGURING|None", "", MR_JOB_PENDING},
		     {"RUNNING|None", "", MR_JOB_RUNNING},
		     {"COMPLETING|None", "", MR_JOB_RUNNING},
		     {"SUSPENDED|None", "", MR_JOB_RUNNING},
		     {"COMPLETED|None", "", MR_JOB_FINISHED},
		     {"FAILED|NonZeroExitCode", "", MR_JOB_FAILED},
		     {"FAILED|RaisedSignal:9", "Slurm says FAILED (RaisedSignal:9)", MR_JOB_FAILED},
		     {"CANCELLED|None", "Slurm ended the job: it was cancelled", MR_JOB_KILLED},
		     {"TIMEOUT|TimeLimit", "Slurm ended the job: it took longer than its time limit (time in --backend-config)", MR_JOB_KILLED},
		     {"NODE_FAIL|None", "Slurm ended the job: its node failed", MR_JOB_FAILED}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_str message;

		assert_int_equal(slurm_state(arena, s_(cases[i].line), &message), cases[i].state);
		assert_str(message, cases[i].message);
	}
}

static void tells_ends_apart(void **state)
{
	(void)state;
	assert_int_equal(backend_state(0), MR_JOB_FINISHED);
	assert_int_equal(backend_state(1), MR_JOB_FAILED);
	assert_int_equal(backend_state(-1), MR_JOB_FAILED);
	assert_int_equal(backend_state(128 + SIGSEGV), MR_JOB_FAILED);
	assert_int_equal(backend_state(128 + SIGTERM), MR_JOB_KILLED);
	assert_int_equal(backend_state(128 + SIGKILL), MR_JOB_KILLED);
	assert_int_equal(backend_state(128 + SIGINT), MR_JOB_KILLED);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {T(reads_the_configuration), T(refuses_wrong_configurations), T(the_script_does_what_it_should),
					   T(reads_squeue), T(tells_ends_apart)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
