/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluators of Python. They get a pandas table and a model that the host
 * loads with mlflow.pyfunc; the columns go there as JSON, numbers and texts.
 */
#include <math.h>
#include <millrace/model_evaluator.h>

#include "plugin/python.h"

enum { DATA_MAX = 1 << 30 };

static mr_code ask(const mr_host *host, const char *op, mr_str tracking_uri, struct python_params *p, mr_str blob,
		   struct python_answer *answer, mr_call *call, mr_error *err)
{
	struct python_request rq = {.entry = python_entry_of(host), .op = op, .params = python_params_end(p), .blob = blob,
				    .limit_ms = PYTHON_TRANSFER_MS};
	mr_code code = MR_OK;

	host_uris(call->arena, &rq.tracking_uri, &rq.registry_uri);
	if (tracking_uri.len)
		rq.tracking_uri = tracking_uri;
	if (!rq.registry_uri.len)
		rq.registry_uri = rq.tracking_uri;
	if (!rq.params.ptr || !rq.tracking_uri.ptr || !rq.registry_uri.ptr)
		code = mr_error_no_memory(err);
	if (code == MR_OK)
		code = python_call(&rq, answer, call, err);
	python_params_dispose(p);
	return code;
}

static void raw(struct python_params *p, const char *key, mr_str json)
{
	mr_json_write_key(&p->w, mr_str_from(key));
	mr_json_write_raw(&p->w, json.len ? json : mr_str_from("{}"));
}

static bool can_evaluate(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	struct python_answer answer;
	struct python_params p;
	mr_error err;

	mr_error_init(&err);
	python_params_begin(&p);
	python_params_text(&p, "model_type", model_type);
	raw(&p, "config", config_json);
	if (ask(host, "evaluator.can_evaluate", mr_str_make("", 0), &p, mr_str_make("", 0), &answer, call, &err) != MR_OK) {
		host->log(host, MR_PLUGIN_WARNING, "%s", err.message);
		return false;
	}
	return answer.result && answer.result->type == MR_JSON_BOOL && answer.result->boolean;
}

/* ---- the data ---- */

static bool is_number(const char *format)
{
	return format[0] && !format[1] && strchr("cCsSiIlLefgb", format[0]);
}

static mr_code write_doubles(mr_json_writer *w, const struct mr_evaluation *in, mr_str name, bool whole, mr_call *call,
			     mr_error *err)
{
	const double *values;
	mr_code code = in->doubles(in->host_arg, in->schema, in->table, name, &values, call, err);

	for (int64_t i = 0; code == MR_OK && i < in->table->length; i++) {
		if (isnan(values[i]))
			mr_json_write_null(w);
		else if (whole && fabs(values[i]) < 9e15)
			mr_json_write_int(w, (int64_t)values[i]);
		else
			mr_json_write_double(w, values[i]); /* infinities as texts, which float() reads */
	}
	return code;
}

static mr_code write_texts(mr_json_writer *w, const struct mr_evaluation *in, mr_str name, mr_call *call, mr_error *err)
{
	const mr_str *values;
	mr_code code = in->texts(in->host_arg, in->schema, in->table, name, &values, call, err);

	for (int64_t i = 0; code == MR_OK && i < in->table->length; i++) {
		if (values[i].ptr)
			mr_json_write_string(w, values[i]);
		else
			mr_json_write_null(w);
	}
	return code;
}

/* [{"name", "kind", "values"}]: kind is the Arrow format, of which the host knows what pandas type it is. */
static mr_code write_data(mr_buf *out, const struct mr_evaluation *in, mr_call *call, mr_error *err)
{
	mr_json_writer w;
	mr_code code = MR_OK;

	mr_json_write_init(&w, out, MR_JSON_COMPACT);
	mr_json_write_begin(&w, '[');
	for (int64_t c = 0; c < in->schema->n_children && code == MR_OK; c++) {
		const struct ArrowSchema *column = in->schema->children[c];
		mr_str name = mr_str_from(column->name);

		mr_json_write_begin(&w, '{');
		mr_json_write_key(&w, mr_str_from("name"));
		mr_json_write_string(&w, name);
		mr_json_write_key(&w, mr_str_from("kind"));
		mr_json_write_string(&w, mr_str_from(column->format));
		mr_json_write_key(&w, mr_str_from("values"));
		mr_json_write_begin(&w, '[');
		if (is_number(column->format))
			code = write_doubles(&w, in, name, !strchr("efg", column->format[0]), call, err);
		else
			code = write_texts(&w, in, name, call, err);
		mr_json_write_end(&w, ']');
		mr_json_write_end(&w, '}');
	}
	mr_json_write_end(&w, ']');
	return code == MR_OK ? mr_buf_check(out, err) : code;
}

/* ---- the results ---- */

static mr_code take_results(const struct mr_evaluation *in, const mr_json *result, mr_error *err)
{
	const mr_json *metrics = mr_json_get(result, "metrics"), *artifacts = mr_json_get(result, "artifacts");
	mr_code code = MR_OK;

	for (size_t i = 0; metrics && i < metrics->count && code == MR_OK; i++) {
		double value;

		if (mr_parse_double(metrics->items[i].text, &value)) /* a number, or "NaN" and the like */
			code = in->metric(in->host_arg, metrics->keys[i], value, err);
	}
	for (size_t i = 0; artifacts && i < artifacts->count && code == MR_OK; i++)
		code = in->artifact(in->host_arg, artifacts->keys[i], mr_json_str(&artifacts->items[i], mr_str_make("", 0)), err);
	return code;
}

static void write_features(struct python_params *p, const struct mr_evaluation *in)
{
	mr_json_write_key(&p->w, mr_str_from("features"));
	mr_json_write_begin(&p->w, '[');
	for (size_t i = 0; i < in->features_n; i++)
		mr_json_write_string(&p->w, in->features[i]);
	mr_json_write_end(&p->w, ']');
}

static mr_code evaluate(const mr_host *host, const struct mr_evaluation *in, mr_call *call, mr_error *err)
{
	struct python_answer answer;
	struct python_params p;
	mr_buf data;
	mr_code code;

	mr_buf_init(&data, DATA_MAX);
	code = write_data(&data, in, call, err);
	if (code == MR_OK) {
		python_params_begin(&p);
		python_params_text(&p, "model_type", in->model_type);
		python_params_text(&p, "run_id", in->run_id);
		python_params_text(&p, "targets", in->targets);
		python_params_text(&p, "predictions", in->predictions);
		python_params_text(&p, "dataset_name", in->dataset_name);
		python_params_text(&p, "dataset_digest", in->dataset_digest);
		python_params_text(&p, "model_uri", in->model_uri);
		python_params_text(&p, "model_id", in->model_id);
		write_features(&p, in);
		raw(&p, "config", in->config_json);
		code = ask(host, "evaluator.evaluate", in->tracking_uri, &p, mr_buf_view(&data), &answer, call, err);
	}
	mr_buf_dispose(&data);
	return code == MR_OK ? take_results(in, answer.result, err) : code;
}

const struct mr_model_evaluator_ops python_evaluator_ops = {
	.size = sizeof python_evaluator_ops,
	.can_evaluate = can_evaluate,
	.evaluate = evaluate,
};
