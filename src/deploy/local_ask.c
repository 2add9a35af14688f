/* SPDX-License-Identifier: Apache-2.0
 *
 * Predictions of the target local: a request to the deployment's front port, as
 * any other client makes it.
 */
#include <time.h>

#include "api/call.h"
#include "base/error.h"
#include "base/json.h"
#include "base/os.h"
#include "deploy/local_parts.h"
#include "deploy/rows.h"
#include "deploy/settings.h"

/* After the supervisor was started again, and during a restart, it takes a moment until a server is up. */
enum { RETRY_MS = 200, PATIENCE_MS = 30000 };

static mr_code complain(const struct mr_http_response *response, mr_str name, mr_call *call, mr_error *err)
{
	mr_str body = response->body, message = body, code_name;
	mr_code code = mr_code_from_http_status(response->status);
	mr_json *tree;

	if (body.len && mr_json_parse(body, call->arena, &tree, NULL) == MR_OK && tree->type == MR_JSON_OBJECT) {
		message = mr_json_str(mr_json_get(tree, "message"), body);
		code_name = mr_json_str(mr_json_get(tree, "error_code"), mr_str_make(NULL, 0));
		if (code_name.len)
			code = mr_code_from_name(code_name);
	}
	if (code == MR_BAD_REQUEST) /* which is what a command line was given wrongly */
		code = MR_INVALID_PARAMETER_VALUE;
	if (message.len > 3000)
		message.len = 3000;
	return mr_error_set(err, code, "'%.*s' answered %d: %.*s", MR_STR_ARG(name), (int)response->status, MR_STR_ARG(message));
}

static mr_code post(struct local *l, const struct mr_record *record, mr_str body, mr_str content_type,
		    struct mr_http_response *response, mr_call *call, mr_error *err)
{
	struct mr_header header = {.name = mr_str_from("Content-Type"), .value = content_type};
	const struct mr_revision *r = record->current.number ? &record->current : &record->wanted;
	mr_str url = mr_arena_printf(call->arena, "%.*s/invocations", MR_STR_ARG(local_url(record, call->arena)));
	struct mr_http_request request = {.size = sizeof request,
					  .flags = MR_HTTP_NO_AUTH | MR_HTTP_NO_RETRY | MR_HTTP_DIRECT,
					  .method = mr_str_from("POST"),
					  .url = url,
					  .headers = &header,
					  .headers_n = 1,
					  .body = body,
					  .body_size = (int64_t)body.len};
	struct deploy_settings settings;
	mr_code code = deploy_settings_read(r->config, r->config_n, &settings, err);

	if (code != MR_OK)
		return code;
	request.timeout_ms = settings.request_timeout < INT32_MAX - 5000 ? (int32_t)settings.request_timeout + 5000 : INT32_MAX;
	*response = (struct mr_http_response){.size = sizeof *response};
	return url.ptr ? l->host->http(l->host, &request, response, call, err) : mr_error_no_memory(err);
}

/* Whether waiting may help. */
static bool may_pass(const struct mr_record *record, mr_code code, const struct mr_http_response *response)
{
	if (mr_str_is(record->state, "FAILED"))
		return false;
	return code == MR_TEMPORARILY_UNAVAILABLE || (code == MR_OK && response->status == 503);
}

mr_code local_predict(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err)
{
	int64_t until = mr_monotonic_ns() + (int64_t)PATIENCE_MS * 1000000;
	struct mr_http_response response;
	struct local *l = self;
	struct mr_record record;
	mr_str body = input->body;
	mr_error why;
	mr_code code;

	if (!input->deployment.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The target local has no endpoints: give --name");
	code = mr_str_is(input->content_type, "application/json") ? mr_rows_to_request(body, call->arena, &body, err) : MR_OK;
	for (; code == MR_OK; nanosleep(&(struct timespec){.tv_nsec = RETRY_MS * 1000000}, NULL)) {
		code = local_find(l, input->deployment, &record, call, err);
		if (code != MR_OK)
			return code;
		mr_error_init(&why);
		code = record.port ? post(l, &record, body, input->content_type, &response, call, &why) : MR_TEMPORARILY_UNAVAILABLE;
		if (!may_pass(&record, code, &response) || mr_monotonic_ns() > until || mr_call_is_cancelled(call))
			break;
		code = MR_OK;
	}
	if (code != MR_OK)
		return mr_error_set(err, code, "'%.*s' cannot be asked (%.*s): %s", MR_STR_ARG(input->deployment),
				    MR_STR_ARG(record.state), why.length ? why.message : "it has no port yet");
	if (response.status != 200)
		return complain(&response, input->deployment, call, err);
	*out = response.body;
	return MR_OK;
}
