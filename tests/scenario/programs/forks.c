/* SPDX-License-Identifier: Apache-2.0
 *
 * A run that a parent and its children log to: steps 0-99 are the parent's before it forks, then each of four children
 * logs a hundred more and ends by exit(), while the parent goes on. Says "run ID".
 */
#include <millrace.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void log_hundred(int64_t from, mr_error *err)
{
	for (int64_t step = from; step < from + 100; step++)
		mr_log_metric("m", (double)step / 4, step, err);
}

static int child(int number)
{
	mr_error err;

	mr_error_init(&err);
	log_hundred(100 * number, &err);
	if (mr_flush(0, &err) != MR_OK)
		fprintf(stderr, "forks, child %d: %s\n", number, err.message);
	return err.code != MR_OK;
}

int main(void)
{
	char run_id[33];
	int status, failed = 0;
	mr_error err;

	mr_error_init(&err);
	mr_active_run_id(run_id, &err);
	printf("run %s\n", run_id);
	fflush(stdout);
	log_hundred(0, &err);
	for (int number = 1; number <= 4; number++) {
		pid_t pid = fork();

		if (pid == 0)
			exit(child(number));
	}
	log_hundred(500, &err);
	while (wait(&status) > 0)
		failed |= status;
	mr_end_run(MR_RUN_STATUS_FINISHED, &err);
	if (err.code != MR_OK)
		fprintf(stderr, "forks: %s\n", err.message);
	return failed || err.code != MR_OK;
}
