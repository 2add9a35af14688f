/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/result.h"

#include <stdlib.h>

#include "base/json.h"

enum { JSON_MAX = 64 << 20 };

mr_evaluation_result *result_new(void)
{
	mr_evaluation_result *r = calloc(1, sizeof *r);

	if (r)
		r->arena = mr_arena_new(0);
	if (r && !r->arena) {
		free(r);
		return NULL;
	}
	return r;
}

void mr_evaluation_free(mr_evaluation_result *r)
{
	if (!r)
		return;
	mr_arena_free(r->arena);
	free(r);
}

/* Room for one more. */
static bool grow(mr_arena *arena, void **items, size_t n, size_t *room, size_t size)
{
	void *more;

	if (n < *room)
		return true;
	more = mr_arena_grow(arena, *items, *room * size, (*room * 2 + 16) * size);
	if (!more)
		return false;
	*items = more;
	*room = *room * 2 + 16;
	return true;
}

const struct result_metric *result_find(const mr_evaluation_result *r, mr_str name)
{
	for (size_t i = 0; i < r->metrics_n; i++)
		if (mr_str_eq(r->metrics[i].name, name))
			return &r->metrics[i];
	return NULL;
}

mr_code result_put_metric(mr_evaluation_result *r, mr_str name, double value, mr_str evaluator, struct result_metric *old,
			  mr_error *err)
{
	struct result_metric *at = (struct result_metric *)result_find(r, name);

	if (old)
		*old = at ? *at : (struct result_metric){.name = {NULL, 0}};
	if (!at) {
		if (!grow(r->arena, (void **)&r->metrics, r->metrics_n, &r->metrics_room, sizeof *r->metrics))
			return mr_error_no_memory(err);
		at = &r->metrics[r->metrics_n];
		at->name = mr_arena_copy(r->arena, name);
		if (!at->name.ptr)
			return mr_error_no_memory(err);
		r->metrics_n++;
	}
	at->value = value;
	at->evaluator = mr_arena_copy(r->arena, evaluator);
	return at->evaluator.ptr ? MR_OK : mr_error_no_memory(err);
}

mr_code result_put_artifact(mr_evaluation_result *r, mr_str name, mr_str uri, mr_error *err)
{
	struct result_artifact *at = NULL;

	for (size_t i = 0; i < r->artifacts_n; i++)
		if (mr_str_eq(r->artifacts[i].name, name))
			at = &r->artifacts[i];
	if (!at) {
		if (!grow(r->arena, (void **)&r->artifacts, r->artifacts_n, &r->artifacts_room, sizeof *r->artifacts))
			return mr_error_no_memory(err);
		at = &r->artifacts[r->artifacts_n];
		at->name = mr_arena_copy(r->arena, name);
		if (!at->name.ptr)
			return mr_error_no_memory(err);
		r->artifacts_n++;
	}
	at->uri = mr_arena_copy(r->arena, uri);
	return at->uri.ptr ? MR_OK : mr_error_no_memory(err);
}

static void write_pair(mr_json_writer *w, const char *key, mr_str value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value);
}

static void write_json(const mr_evaluation_result *r, mr_json_writer *w)
{
	mr_json_write_begin(w, '{');
	write_pair(w, "run_id", r->run_id);
	mr_json_write_key(w, mr_str_from("dataset"));
	mr_json_write_begin(w, '{');
	write_pair(w, "name", r->dataset_name);
	write_pair(w, "digest", r->dataset_digest);
	mr_json_write_end(w, '}');
	mr_json_write_key(w, mr_str_from("evaluators"));
	mr_json_write_begin(w, '[');
	for (size_t i = 0; i < r->evaluators_n; i++)
		mr_json_write_string(w, r->evaluators[i]);
	mr_json_write_end(w, ']');
	mr_json_write_key(w, mr_str_from("metrics"));
	mr_json_write_begin(w, '{');
	for (size_t i = 0; i < r->metrics_n; i++) {
		mr_json_write_key(w, r->metrics[i].name);
		mr_json_write_double(w, r->metrics[i].value);
	}
	mr_json_write_end(w, '}');
	mr_json_write_key(w, mr_str_from("artifacts"));
	mr_json_write_begin(w, '{');
	for (size_t i = 0; i < r->artifacts_n; i++) {
		mr_json_write_key(w, r->artifacts[i].name);
		mr_json_write_string(w, r->artifacts[i].uri);
	}
	mr_json_write_end(w, '}');
	mr_json_write_end(w, '}');
}

mr_code result_finish(mr_evaluation_result *r, mr_error *err)
{
	mr_json_writer w;
	mr_buf buf;
	mr_code code;

	mr_buf_init(&buf, JSON_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	write_json(r, &w);
	code = mr_buf_check(&buf, err);
	r->json = code == MR_OK ? mr_arena_copy(r->arena, mr_buf_view(&buf)) : r->json;
	mr_buf_dispose(&buf);
	return code == MR_OK && !r->json.ptr ? mr_error_no_memory(err) : code;
}

/* ---- for users ---- */

const char *mr_evaluation_run_id(const mr_evaluation_result *r)
{
	return r->run_id.len ? r->run_id.ptr : "";
}

size_t mr_evaluation_metrics(const mr_evaluation_result *r)
{
	return r->metrics_n;
}

const char *mr_evaluation_metric_at(const mr_evaluation_result *r, size_t i, double *value)
{
	if (i >= r->metrics_n)
		return NULL;
	if (value)
		*value = r->metrics[i].value;
	return r->metrics[i].name.ptr;
}

bool mr_evaluation_metric(const mr_evaluation_result *r, const char *name, double *value)
{
	const struct result_metric *metric = result_find(r, mr_str_from(name));

	if (metric && value)
		*value = metric->value;
	return metric;
}

size_t mr_evaluation_artifacts(const mr_evaluation_result *r)
{
	return r->artifacts_n;
}

const char *mr_evaluation_artifact_at(const mr_evaluation_result *r, size_t i, const char **uri)
{
	if (i >= r->artifacts_n)
		return NULL;
	if (uri)
		*uri = r->artifacts[i].uri.ptr;
	return r->artifacts[i].name.ptr;
}

const char *mr_evaluation_json(const mr_evaluation_result *r)
{
	return r->json.ptr ? r->json.ptr : "{}";
}
