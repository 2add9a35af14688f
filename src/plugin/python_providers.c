/* SPDX-License-Identifier: Apache-2.0
 *
 * The small contracts of Python plugins: tags of a run's context, headers of
 * requests, credentials of requests; and what there is to say of a distribution.
 */
#include <millrace/default_experiment.h>
#include <millrace/request_auth.h>
#include <millrace/run_context.h>

#include "base/fork.h"
#include "plugin/python.h"

/* The host of the program's own URIs, which is the one that its stores use, if they are Python's. */
static mr_code ask(const mr_host *host, const char *op, mr_str params, mr_str blob, struct python_answer *answer,
		   mr_call *call, mr_error *err)
{
	struct python_request rq = {.entry = python_entry_of(host), .op = op, .params = params, .blob = blob,
				    .limit_ms = PYTHON_SHORT_MS};

	host_uris(call->arena, &rq.tracking_uri, &rq.registry_uri);
	if (!rq.tracking_uri.ptr || !rq.registry_uri.ptr)
		return mr_error_no_memory(err);
	if (!rq.registry_uri.len)
		rq.registry_uri = rq.tracking_uri;
	return python_call(&rq, answer, call, err);
}

typedef mr_code pair_visit(void *arg, mr_str key, mr_str value, mr_error *err);

/* A result {"name": "value"}, or null where the provider is not in its context. */
static mr_code visit_pairs(const mr_json *pairs, pair_visit *visit, void *arg, mr_error *err)
{
	mr_code code = MR_OK;

	if (!pairs || pairs->type != MR_JSON_OBJECT)
		return MR_OK;
	for (size_t i = 0; i < pairs->count && code == MR_OK; i++)
		code = visit(arg, pairs->keys[i], mr_json_str(&pairs->items[i], mr_str_make("", 0)), err);
	return code;
}

static mr_code context_tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct python_answer answer;
	mr_code code = ask(host, "context.tags", mr_str_make("", 0), mr_str_make("", 0), &answer, call, err);

	return code == MR_OK ? visit_pairs(answer.result, visit, arg, err) : code;
}

const struct mr_run_context_ops python_context_ops = {.size = sizeof python_context_ops, .tags = context_tags};

/* null where the provider is not in its context */
static mr_code experiment_id(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	struct python_answer answer;
	mr_code code = ask(host, "experiment.id", mr_str_make("", 0), mr_str_make("", 0), &answer, call, err);

	if (code != MR_OK)
		return code;
	*out = mr_json_str(answer.result, mr_str_make("", 0));
	return out->len ? MR_OK : mr_error_set(err, MR_NOT_FOUND, "It is not in its context");
}

const struct mr_default_experiment_ops python_experiment_ops = {.size = sizeof python_experiment_ops,
								.experiment_id = experiment_id};

static mr_code headers(const mr_host *host, mr_header_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct python_answer answer;
	mr_code code = ask(host, "headers.get", mr_str_make("", 0), mr_str_make("", 0), &answer, call, err);

	return code == MR_OK ? visit_pairs(answer.result, visit, arg, err) : code;
}

const struct mr_request_header_ops python_header_ops = {.size = sizeof python_header_ops, .headers = headers};

/* ---- credentials ---- */

static void write_headers(mr_json_writer *w, const struct mr_header *list, size_t n)
{
	mr_json_write_begin(w, '[');
	for (size_t i = 0; i < n; i++) {
		mr_json_write_begin(w, '[');
		mr_json_write_string(w, list[i].name);
		mr_json_write_string(w, list[i].value);
		mr_json_write_end(w, ']');
	}
	mr_json_write_end(w, ']');
}

static void describe(struct python_params *p, const struct mr_auth_request *request)
{
	python_params_begin(p);
	python_params_text(p, "method", request->method);
	python_params_text(p, "url", request->url);
	mr_json_write_key(&p->w, mr_str_from("streams"));
	mr_json_write_bool(&p->w, request->body_size != 0 && !request->body.len);
	mr_json_write_key(&p->w, mr_str_from("attempt"));
	mr_json_write_int(&p->w, request->attempt);
	mr_json_write_key(&p->w, mr_str_from("headers"));
	write_headers(&p->w, request->headers, request->headers_n);
}

static mr_code authorize(const mr_host *host, const struct mr_auth_request *request, mr_header_visit *visit, void *arg,
			 mr_call *call, mr_error *err)
{
	struct python_answer answer;
	struct python_params p;
	mr_str params;
	mr_code code;

	describe(&p, request);
	params = python_params_end(&p);
	code = params.ptr ? ask(host, "auth.apply", params, request->body, &answer, call, err) : mr_error_no_memory(err);
	python_params_dispose(&p);
	return code == MR_OK ? visit_pairs(answer.result, visit, arg, err) : code;
}

/* Asks the auth object's own hooks, as requests would: whether they would send the request again. */
static bool on_challenge(const mr_host *host, const struct mr_auth_request *request, const struct mr_http_response *response,
			 mr_call *call)
{
	struct python_answer answer;
	struct python_params p;
	mr_error err;
	mr_str params;
	bool again = false;

	mr_error_init(&err);
	describe(&p, request);
	mr_json_write_key(&p.w, mr_str_from("status"));
	mr_json_write_int(&p.w, response->status);
	mr_json_write_key(&p.w, mr_str_from("answer"));
	write_headers(&p.w, response->headers, response->headers_n);
	params = python_params_end(&p);
	if (params.ptr && ask(host, "auth.challenge", params, request->body, &answer, call, &err) == MR_OK)
		again = answer.result && answer.result->type == MR_JSON_BOOL && answer.result->boolean;
	python_params_dispose(&p);
	return again;
}

const struct mr_request_auth_ops python_auth_ops = {
	.size = sizeof python_auth_ops,
	.authorize = authorize,
	.on_challenge = on_challenge,
};

mr_code python_auth_name(const struct python_entry *entry, mr_str *out, mr_error *err)
{
	static struct mr_fork_lock lock = MR_FORK_LOCK_INIT;
	struct python_entry *kept = (struct python_entry *)(uintptr_t)entry; /* what is kept is ours, behind the table */
	struct python_answer answer;
	mr_call *call;
	mr_code code = MR_OK;

	mr_fork_lock_take(&lock); /* two that ask at once are answered by one call */
	if (!kept->auth_name[0]) {
		call = mr_call_new(0);
		code = call ? ask(&entry->host, "auth.name", mr_str_make("", 0), mr_str_make("", 0), &answer, call, err)
			    : mr_error_no_memory(err);
		if (code == MR_OK)
			snprintf(kept->auth_name, sizeof kept->auth_name, "%.*s",
				 MR_STR_ARG(mr_json_str(answer.result, entry->info->name)));
		mr_call_free(call);
	}
	*out = mr_str_from(kept->auth_name);
	mr_fork_lock_give(&lock);
	return code;
}

mr_code python_report(const struct plugin *p, mr_call *call, mr_json **out, mr_error *err)
{
	struct python_answer answer;
	struct python_params params;
	mr_str text;
	mr_code code;

	if (!p->info.entries_n)
		return mr_error_set(err, MR_INVALID_STATE, "%.*s has no entries", MR_STR_ARG(p->info.name));
	python_params_begin(&params);
	mr_json_write_key(&params.w, mr_str_from("entries"));
	mr_json_write_begin(&params.w, '[');
	for (size_t i = 0; i < p->info.entries_n; i++) {
		mr_json_write_begin(&params.w, '{');
		python_params_text(&params, "group", p->info.entries[i].group);
		python_params_text(&params, "name", p->info.entries[i].name);
		python_params_text(&params, "object", p->info.entries[i].object);
		mr_json_write_end(&params.w, '}');
	}
	mr_json_write_end(&params.w, ']');
	text = python_params_end(&params);
	code = text.ptr ? ask(&p->python[0].host, "plugin.describe", text, mr_str_make("", 0), &answer, call, err)
			: mr_error_no_memory(err);
	python_params_dispose(&params);
	if (code == MR_OK)
		*out = answer.result;
	return code;
}
