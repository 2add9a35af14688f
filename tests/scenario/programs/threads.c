/* SPDX-License-Identifier: Apache-2.0
 *
 * Eight threads, each with a run of its own that has two runs below it, all logging at once; they say "run OUTER INNER INNER".
 */
#include <millrace.h>
#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 8, STEPS = 200 };

static void log_steps(mr_error *err)
{
	for (int64_t step = 0; step < STEPS; step++)
		mr_log_metric("m", (double)step / 4, step, err);
}

static void check(const char *what, const mr_error *err)
{
	if (err->code == MR_OK)
		return;
	fprintf(stderr, "threads: %s: %s\n", what, err->message);
	exit(1);
}

static void *work(void *arg)
{
	struct mr_run_options nested = {.size = sizeof nested, .nested = true};
	char ids[3][33], name[32];
	mr_error err;

	mr_error_init(&err);
	mr_start_run(NULL, &err);
	mr_active_run_id(ids[0], &err);
	check("outer", &err);
	for (int i = 1; i <= 2; i++) {
		mr_start_run(&nested, &err);
		mr_active_run_id(ids[i], &err);
		snprintf(name, sizeof name, "%d.%d", (int)(intptr_t)arg, i);
		mr_set_tag("who", name, &err);
		log_steps(&err);
		mr_end_run(i == 1 ? MR_RUN_STATUS_FINISHED : MR_RUN_STATUS_FAILED, &err);
		check(name, &err);
	}
	log_steps(&err); /* the outer one is active again */
	mr_end_run(MR_RUN_STATUS_FINISHED, &err);
	check("the end", &err);
	printf("run %s %s %s\n", ids[0], ids[1], ids[2]);
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i))
			return 1;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
