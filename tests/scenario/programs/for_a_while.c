/* SPDX-License-Identifier: Apache-2.0
 *
 *	for_a_while ROUNDS PAUSE_US END
 *
 * Logs ROUNDS metrics with pauses, says "run ID" at the beginning and how long the slowest call took ("slowest MS")
 * before it ends. END: "end" ends the run, "exit" leaves that to the exit, "two" leaves a nested one open, too.
 */
#include <inttypes.h>
#include <millrace.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t log_all(int64_t rounds, useconds_t pause, mr_error *err)
{
	int64_t slowest = 0;

	for (int64_t step = 0; step < rounds && err->code == MR_OK; step++) {
		int64_t begun = now_us(), took;

		mr_log_metric("m", (double)step / 4, step, err);
		took = now_us() - begun;
		slowest = took > slowest ? took : slowest;
		if (pause)
			usleep(pause);
	}
	return slowest;
}

int main(int argc, char **argv)
{
	struct mr_run_options nested = {.size = sizeof nested, .nested = true, .run_name = "inner"};
	char run_id[33];
	int64_t slowest;
	mr_error err;

	mr_error_init(&err);
	if (argc != 4)
		return 2;
	mr_start_run(NULL, &err);
	if (!strcmp(argv[3], "two"))
		mr_start_run(&nested, &err);
	mr_active_run_id(run_id, &err);
	printf("run %s\n", run_id);
	fflush(stdout);
	slowest = log_all(atoll(argv[1]), (useconds_t)atoll(argv[2]), &err);
	printf("slowest %" PRId64 "\n", slowest / 1000);
	fflush(stdout);
	if (!strcmp(argv[3], "end"))
		mr_end_run(MR_RUN_STATUS_FINISHED, &err);
	if (err.code != MR_OK)
		fprintf(stderr, "for_a_while: %s\n", err.message);
	return err.code != MR_OK;
}
