/* SPDX-License-Identifier: Apache-2.0
 *
 *	exits_under_threads THREADS SECONDS
 *
 * The main function returns while threads are logging to runs of their own. They say "run ID"; an exit handler says
 * "accepted ID N", how many calls of each had returned before the exit began.
 */
#include <inttypes.h>
#include <millrace.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 8 };

static struct logging {
	char run_id[33];
	_Atomic int64_t accepted;
} all[THREADS_MAX];

static atomic_int logging_n;

static void *log_for_ever(void *arg)
{
	struct logging *l = arg;
	mr_error err;

	mr_error_init(&err);
	if (mr_active_run_id(l->run_id, &err) == MR_OK)
		printf("run %s\n", l->run_id);
	fflush(stdout);
	logging_n++;
	for (int64_t step = 0; mr_log_metric("m", (double)step / 4, step, &err) == MR_OK; step++)
		l->accepted = step + 1;
	return NULL;
}

static void say_accepted(void)
{
	for (int i = 0; i < THREADS_MAX && all[i].run_id[0]; i++)
		printf("accepted %s %" PRId64 "\n", all[i].run_id, (int64_t)all[i].accepted);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	int threads = argc == 3 ? atoi(argv[1]) : 0;

	for (int i = 0; i < threads && i < THREADS_MAX; i++)
		if (pthread_create(&thread, NULL, log_for_ever, &all[i]))
			return 1;
	while (logging_n < threads)
		usleep(1000);
	usleep(20000);
	sleep((unsigned)atoi(argv[2]));
	atexit(say_accepted); /* after the library's own handler was set up, so it runs before it */
	return 0;
}
