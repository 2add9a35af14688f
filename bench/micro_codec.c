/* SPDX-License-Identifier: Apache-2.0
 *
 * How fast the codec is: a metric history of 25,000 points and a page of 1,000
 * runs written row by row, as the server writes them, and read back, as the REST
 * store reads them; a log-batch of 1,000 metrics read as the server reads it.
 *
 *	micro_codec [SECONDS for each; 1 when not given] [what: history, page, batch or route]
 */
#include <stdlib.h>
#include <time.h>

#include "api/request.h"

static double seconds_each = 1;

/* Of this thread's work, so that a busy machine does not matter much. */
static int64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct rate {
	const char *what;
	int64_t began;
	size_t bytes, items, rounds;
};

static void begin(struct rate *rate, const char *what)
{
	memset(rate, 0, sizeof *rate);
	rate->what = what;
	rate->began = cpu_ns();
}

static bool goes_on(struct rate *rate, size_t bytes, size_t items)
{
	rate->bytes += bytes;
	rate->items += items;
	rate->rounds++;
	return (double)(cpu_ns() - rate->began) < seconds_each * 1e9;
}

static void end(const struct rate *rate)
{
	double ns = (double)(cpu_ns() - rate->began);

	printf("%-28s %8.1f MB/s  %7.1f ns an item  %7.3f ms a round  (%zu bytes)\n", rate->what,
	       (double)rate->bytes * 1e3 / ns, ns / (double)rate->items, ns / 1e6 / (double)rate->rounds,
	       rate->bytes / rate->rounds);
}

static void need(mr_code code, const mr_error *err)
{
	if (code == MR_OK)
		return;
	fprintf(stderr, "micro_codec: %s\n", err->message);
	exit(1);
}

static void write_rows(const struct mr_op_desc *op, void **rows, size_t n, mr_buf *out)
{
	struct mr_encoder encoder;
	mr_call *call = mr_call_new(0);
	mr_error err;
	size_t i;

	mr_error_init(&err);
	mr_buf_clear(out);
	mr_encode_begin(&encoder, op, out);
	for (i = 0; i < n; i++)
		need(mr_encode_row(&encoder, rows[i], &err), &err);
	need(mr_encode_end(&encoder, mr_msg_new(call, op->response), &err), &err);
	mr_call_free(call);
}

static void measure_rows(const char *writes, const char *reads, const struct mr_op_desc *op, void **rows, size_t n)
{
	mr_call *call = mr_call_new(0);
	struct rate rate;
	mr_error err;
	void *message;
	mr_buf out;

	mr_error_init(&err);
	mr_buf_init(&out, SIZE_MAX);
	begin(&rate, writes);
	do {
		mr_buf_dispose(&out); /* growing is part of a response's work */
		write_rows(op, rows, n, &out);
	} while (goes_on(&rate, out.len, n));
	end(&rate);
	begin(&rate, reads);
	do {
		mr_call_reset(call);
		need(mr_msg_decode(op->response, mr_buf_view(&out), call, &message, &err), &err);
	} while (goes_on(&rate, out.len, n));
	end(&rate);
	mr_buf_dispose(&out);
	mr_call_free(call);
}

static double loss(size_t i)
{
	return 2.5 / (1.0 + (double)i * 0.01) + (double)(i * 2654435761u % 1000) * 1e-5;
}

static void history(mr_call *call, size_t n)
{
	void **points = mr_call_alloc(call, n * sizeof *points);
	size_t i;

	for (i = 0; i < n; i++) {
		struct mr_metric *m = mr_msg_new(call, &mr_desc_metric);

		mr_metric_set_key(m, mr_str_from("train/loss"));
		mr_metric_set_value(m, loss(i));
		mr_metric_set_timestamp(m, 1700000000000 + (int64_t)i * 1037);
		mr_metric_set_step(m, (int64_t)i);
		points[i] = m;
	}
	measure_rows("write history of 25,000", "read history of 25,000", &mr_op_get_metric_history, points, n);
}

static struct mr_run_info *run_info(mr_call *call, size_t i)
{
	struct mr_run_info *info = mr_msg_new(call, &mr_desc_run_info);
	char id[33];

	mr_call_uuid(call, id);
	mr_run_info_set_run_id(info, mr_call_copy(call, mr_str_from(id)));
	mr_run_info_set_run_uuid(info, info->run_id);
	mr_run_info_set_run_name(info, mr_arena_printf(call->arena, "able-hen-%zu", i));
	mr_run_info_set_experiment_id(info, mr_str_from("1"));
	mr_run_info_set_user_id(info, mr_str_from("someone"));
	mr_run_info_set_status(info, MR_RUN_STATUS_FINISHED);
	mr_run_info_set_start_time(info, 1700000000000 + (int64_t)i);
	mr_run_info_set_end_time(info, 1700000100000 + (int64_t)i);
	mr_run_info_set_artifact_uri(info, mr_arena_printf(call->arena, "mlflow-artifacts:/1/%s/artifacts", id));
	mr_run_info_set_lifecycle_stage(info, mr_str_from("active"));
	return info;
}

static struct mr_run *run(mr_call *call, size_t i)
{
	struct mr_run *run = mr_msg_new(call, &mr_desc_run);
	struct mr_run_data *data = mr_msg_new(call, &mr_desc_run_data);
	size_t k;

	mr_run_set_info(run, run_info(call, i));
	mr_run_set_data(run, data);
	mr_run_set_inputs(run, mr_msg_new(call, &mr_desc_run_inputs));
	data->metrics = mr_call_alloc(call, 5 * sizeof *data->metrics);
	data->params = mr_call_alloc(call, 10 * sizeof *data->params);
	for (k = 0; k < 5; k++) {
		struct mr_metric *m = data->metrics[data->metrics_n++] = mr_msg_new(call, &mr_desc_metric);

		mr_metric_set_key(m, mr_arena_printf(call->arena, "metric_%zu", k));
		mr_metric_set_value(m, loss(i * 5 + k));
		mr_metric_set_timestamp(m, 1700000000000);
		mr_metric_set_step(m, 100);
	}
	for (k = 0; k < 10; k++) {
		struct mr_param *p = data->params[data->params_n++] = mr_msg_new(call, &mr_desc_param);

		mr_param_set_key(p, mr_arena_printf(call->arena, "param_%zu", k));
		mr_param_set_value(p, mr_arena_printf(call->arena, "%zu", i * k));
	}
	return run;
}

static void page(mr_call *call, size_t n)
{
	void **runs = mr_call_alloc(call, n * sizeof *runs);
	size_t i;

	for (i = 0; i < n; i++)
		runs[i] = run(call, i);
	measure_rows("write page of 1,000 runs", "read page of 1,000 runs", &mr_op_search_runs, runs, n);
}

static void batch(mr_call *call, size_t n)
{
	struct mr_route_match match;
	struct mr_request_source source = {.method = mr_str_from("POST"), .route = &match, .has_content_type = true};
	struct rate rate;
	mr_error err;
	void *message;
	mr_buf body;
	size_t i;

	mr_error_init(&err);
	mr_buf_init(&body, SIZE_MAX);
	mr_buf_printf(&body, "{\"run_id\": \"%032d\", \"metrics\": [", 0);
	for (i = 0; i < n; i++) {
		mr_buf_printf(&body, "%s{\"key\": \"metric_%zu\", \"value\": ", i ? ", " : "", i);
		mr_buf_double(&body, loss(i));
		mr_buf_printf(&body, ", \"timestamp\": %zu, \"step\": %zu}", 1700000000000 + i, i);
	}
	mr_buf_c(&body, "]}");
	source.body = mr_buf_view(&body);
	source.content_type = mr_str_from("application/json");
	begin(&rate, "read log-batch of 1,000");
	do {
		mr_call_reset(call);
		mr_route_find(source.method, mr_str_from("/api/2.0/mlflow/runs/log-batch"), &match);
		need(mr_request_decode(&source, call, &message, &err), &err);
	} while (goes_on(&rate, body.len, n));
	end(&rate);
	mr_buf_dispose(&body);
}

static void routes(void)
{
	static const char *const paths[] = {"/api/2.0/mlflow/runs/log-metric", "/api/2.0/mlflow/metrics/get-history",
					    "/api/2.0/mlflow/logged-models/m-1/tags/a"};
	struct mr_route_match match;
	struct rate rate;
	size_t i;

	for (i = 0; i < sizeof paths / sizeof *paths; i++) {
		size_t k, n = strlen(paths[i]);

		begin(&rate, i < 2 ? "find a route" : "find one with parameters");
		do {
			for (k = 0; k < 1000; k++)
				mr_route_find(mr_str_from(i == 1 ? "GET"
							  : i	 ? "DELETE"
								 : "POST"),
					      mr_str_make(paths[i], n), &match);
		} while (goes_on(&rate, n * k, k));
		end(&rate);
	}
}

int main(int argc, char **argv)
{
	const char *only = argc > 2 ? argv[2] : "history page batch route";
	mr_call *call = mr_call_new(0);

	if (argc > 1)
		seconds_each = atof(argv[1]);
	if (!call)
		return 1;
	if (strstr(only, "history"))
		history(call, 25000);
	mr_call_reset(call);
	if (strstr(only, "page"))
		page(call, 1000);
	if (strstr(only, "batch"))
		batch(call, 1000);
	if (strstr(only, "route"))
		routes();
	mr_call_free(call);
	return 0;
}
