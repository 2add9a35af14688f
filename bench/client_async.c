/* SPDX-License-Identifier: Apache-2.0
 *
 * The cost of mr_log_metric on the calling thread: bursts of a training loop,
 * with a pause between them in which the queue is sent. Prints nanoseconds a
 * call: the median of the bursts, and the worst.
 *
 *	MLFLOW_TRACKING_URI=http://localhost:5000 client_async
 */
#include <millrace.h>
#include <stdlib.h>
#include <time.h>

enum { BURSTS = 41, CALLS = 2000 };

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	double cost[BURSTS];
	int64_t step = 0;
	mr_error err;

	mr_error_init(&err);
	mr_set_experiment("bench-client", &err);
	mr_start_run(NULL, &err);
	for (int b = 0; b < BURSTS && err.code == MR_OK; b++) {
		int64_t start = now_ns();
		struct timespec pause = {0, 5000000};

		for (int i = 0; i < CALLS; i++)
			mr_log_metric("loss", 1.0 / (double)(step + 1), step, &err), step++;
		cost[b] = (double)(now_ns() - start) / CALLS;
		nanosleep(&pause, NULL);
	}
	mr_end_run(MR_RUN_STATUS_FINISHED, &err);
	if (err.code != MR_OK) {
		fprintf(stderr, "client_async: %s\n", err.message);
		return 1;
	}
	qsort(cost, BURSTS, sizeof *cost, by_value);
	printf("%.0f %.0f\n", cost[BURSTS / 2], cost[BURSTS - 1]);
	return 0;
}
