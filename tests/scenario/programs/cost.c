/* SPDX-License-Identifier: Apache-2.0
 *
 * What a call costs its thread: "async NS sync NS", the second through the explicit client, which waits for the store.
 */
#include <inttypes.h>
#include <millrace.h>
#include <time.h>

enum { ASYNC = 20000, SYNC = 200 };

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void log_sync(mr_client *client, const char *run_id, int64_t step, mr_error *err)
{
	struct mr_log_metric request = {0};
	mr_answer *answer = NULL;

	mr_log_metric_set_run_id(&request, mr_str_from(run_id));
	mr_log_metric_set_key(&request, mr_str_from("s"));
	mr_log_metric_set_value(&request, (double)step);
	mr_log_metric_set_timestamp(&request, 1);
	mr_log_metric_set_step(&request, step);
	mr_client_call(client, MR_OP_LOG_METRIC, &request, &answer, err);
	mr_answer_free(answer);
}

int main(void)
{
	mr_client *client = NULL;
	char run_id[33];
	int64_t begun, async, sync;
	mr_error err;

	mr_error_init(&err);
	mr_active_run_id(run_id, &err);
	mr_log_metric("warm", 0, 0, &err);
	begun = now_ns();
	for (int64_t step = 0; step < ASYNC; step++)
		mr_log_metric("m", (double)step / 4, step, &err);
	async = (now_ns() - begun) / ASYNC;
	mr_flush(0, &err);
	if (mr_client_open(NULL, NULL, &client, &err) == MR_OK)
		log_sync(client, run_id, -1, &err);
	begun = now_ns();
	for (int64_t step = 0; client && step < SYNC; step++)
		log_sync(client, run_id, step, &err);
	sync = (now_ns() - begun) / SYNC;
	mr_client_close(client);
	printf("async %" PRId64 " sync %" PRId64 "\n", async, sync);
	if (err.code != MR_OK)
		fprintf(stderr, "cost: %s\n", err.message);
	return err.code != MR_OK;
}
