/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests: the reference's own refusals, word for word, what is read from
 * query, body and path, and that what we send is what we read.
 */
#include "helper.h"

#include "api/member.h"
#include "api/request.h"

static mr_code read_request(const char *method, mr_str path, mr_str query, const char *content_type, mr_str body,
			    void **out, const struct mr_op_desc **op)
{
	struct mr_route_match match;
	struct mr_request_source source = {.query = query, .body = body};

	mr_route_find(mr_str_from(method), path, &match);
	if (!match.op)
		fail_msg("no route for %s %.*s", method, MR_STR_ARG(path));
	source.method = mr_str_from(method);
	source.route = &match;
	source.has_content_type = content_type != NULL;
	source.content_type = mr_str_from(content_type);
	if (op)
		*op = match.op;
	mr_error_init(&err);
	return mr_request_decode(&source, call, out, &err);
}

/* The message as JSON, or the error's. */
static mr_str outcome(const char *method, const char *path, const char *query, const char *body)
{
	const struct mr_op_desc *op;
	void *message;

	if (read_request(method, mr_str_from(path), mr_str_from(query), "application/json", mr_str_from(body), &message,
			 &op))
		return mr_str_make(err.message, err.length);
	return encoded(op->request, message, MR_STYLE_PRETTY);
}

#define API "/api/2.0/mlflow/"

/* Each line of the data: method, path, query, content type, body, the answer. */
static void refusals_are_those_of_the_reference(void **state)
{
	mr_str text = test_data("requests.txt"), parts[6];
	size_t n = 0;

	(void)state;
	for (; next_line(&text, parts, 6); n++) {
		mr_str method = mr_call_copy(call, parts[0]), type = mr_call_copy(call, parts[3]);
		void *message;
		mr_buf body;

		if (!read_request(method.ptr, parts[1], parts[2], type.len ? type.ptr : NULL, parts[4], &message, NULL))
			fail_msg("%.*s?%.*s %.*s was taken", MR_STR_ARG(parts[1]), MR_STR_ARG(parts[2]),
				 MR_STR_ARG(parts[4]));
		mr_buf_init(&body, 1 << 20);
		mr_error_encode(&err, &body);
		assert_same(parts[5], mr_buf_view(&body));
		mr_buf_dispose(&body);
	}
	assert_true(n > 400);
}

static void a_query_is_read(void **state)
{
	(void)state;
	assert_str("{\n  \"run_id\": \"a b\"\n}",
		   outcome("GET", API "runs/get", "run_id=a+b&run_id=second&&nope=1", ""));
	assert_str("{\n  \"run_id\": \"\\u00e9%zz%\"\n}", outcome("HEAD", API "runs/get", "run%5Fid=%C3%A9%zz%", ""));
	assert_str("{\n  \"run_id\": \"%FFx\"\n}", outcome("GET", API "runs/get", "run_id=%ffx", ""));
	assert_str(
		"{\n  \"max_results\": 5,\n  \"order_by\": [\n    \"a\",\n    \"b DESC\"\n  ],\n  \"view_type\": "
		"\"ALL\"\n}",
		outcome("GET", API "experiments/search", "order_by=a&max_results=5&order_by=b+DESC&view_type=ALL", ""));
	assert_str("{\n  \"model_id\": \"m-1\",\n  \"allow_deleted\": true\n}",
		   outcome("GET", API "logged-models/m-1", "allow_deleted=TRUE", ""));
	assert_str("Invalid boolean value: maybe, must be 'true' or 'false'.",
		   outcome("GET", API "logged-models/m-1", "allow_deleted=maybe", ""));
	/* names in a query are those of the proto only */
	assert_str("Missing value for required parameter 'run_id'. See the API docs for more information about request "
		   "parameters.",
		   outcome("GET", API "runs/get", "runId=a", ""));
}

static void a_get_without_a_query_has_a_body(void **state)
{
	(void)state;
	assert_str("{\n  \"run_id\": \"r\"\n}", outcome("GET", API "runs/get", "", "{\"run_id\":\"r\"}"));
	assert_str("{\n  \"run_id\": \"q\"\n}", outcome("GET", API "runs/get", "run_id=q", "{\"run_id\":\"r\"}"));
	/* of others the query means nothing */
	assert_str("{\n  \"run_id\": \"r\"\n}", outcome("POST", API "runs/delete", "run_id=q", "{\"run_id\":\"r\"}"));
}

static void run_uuid_stands_in_for_run_id(void **state)
{
	(void)state;
	assert_str("{\n  \"run_uuid\": \"u\",\n  \"run_id\": \"u\"\n}",
		   outcome("GET", API "runs/get", "run_uuid=u", ""));
	assert_str("{\n  \"run_uuid\": \"u\",\n  \"run_id\": \"i\"\n}",
		   outcome("GET", API "runs/get", "run_uuid=u&run_id=i", ""));
	assert_str("{\n  \"run_uuid\": \"u\",\n  \"key\": \"k\",\n  \"run_id\": \"u\"\n}",
		   outcome("POST", API "runs/set-tag", "", "{\"run_id\":null,\"run_uuid\":\"u\",\"key\":\"k\"}"));
}

static void a_body_may_be_a_text_of_json(void **state)
{
	(void)state;
	assert_str("{\n  \"run_id\": \"r\"\n}",
		   outcome("POST", API "runs/delete", "", "\"{\\\"run_id\\\": \\\"r\\\"}\""));
	assert_str("{}", outcome("POST", API "runs/create", "", "null"));
	assert_str("{}", outcome("POST", API "runs/create", "", ""));
	assert_str("{\n  \"name\": \"n\"\n}", outcome("PATCH", API "registered-models/update", "", "{\"name\":\"n\"}"));
}

static bool begins(mr_str text, const char *with)
{
	return text.len >= strlen(with) && memcmp(text.ptr, with, strlen(with)) == 0;
}

static void what_is_no_object_is_refused(void **state)
{
	static const char *const bodies[] = {"[]",   "5",  "true", "\"\\\"x\\\"\"", "{",
					     "{} x", "\"", "\xff", "null null"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bodies / sizeof *bodies; i++)
		if (!begins(outcome("POST", API "runs/create", "", bodies[i]), "Invalid JSON"))
			fail_msg("%s gives %s", bodies[i], err.message);
}

static void a_path_is_decoded_once(void **state)
{
	(void)state;
	assert_str("{\n  \"model_id\": \"m-1\",\n  \"tag_key\": \"a/b%20c+\"\n}",
		   outcome("DELETE", API "logged-models/m-1/tags/a%2Fb%2520c+", "", "not even JSON"));
	assert_str("The parameter 'tag_key' in the path must not contain a NUL (%00)",
		   outcome("DELETE", API "logged-models/m-1/tags/a%00b", "", ""));
	/* the path says it, whatever the body says */
	assert_str("{\n  \"model_id\": \"m-1\",\n  \"status\": \"LOGGED_MODEL_READY\"\n}",
		   outcome("PATCH", API "logged-models/m-1", "", "{\"model_id\": 5, \"status\": 2}"));
}

static void a_raw_operation_reads_its_query(void **state)
{
	const struct mr_op_desc *op;
	void *message;

	(void)state;
	assert_int_equal(MR_OK, read_request("POST", mr_str_from("/ajax-api/2.0/mlflow/upload-artifact"),
					     mr_str_from("run_uuid=r&path=a/b.txt"), NULL, mr_str_from("{bytes"),
					     &message, &op));
	assert_str("{\n  \"run_uuid\": \"r\",\n  \"path\": \"a/b.txt\"\n}",
		   encoded(op->request, message, MR_STYLE_PRETTY));
	assert_int_equal(MR_OK, read_request("GET", mr_str_from("/get-artifact"), mr_str_from("run_uuid=r&path=p"),
					     NULL, mr_str_from(""), &message, &op));
	assert_str("r", ((struct mr_get_artifact *)message)->run_id);
}

static void wrong_elements_are_refused(void **state)
{
	(void)state;
	assert_str("Invalid value [] for parameter 'metrics[1].value' supplied:  Hint: Value was of type 'list'. See "
		   "the API "
		   "docs for more information about request parameters.",
		   outcome("POST", API "runs/log-batch", "",
			   "{\"run_id\":\"r\",\"metrics\":[{\"key\":\"k\",\"value\":1,\"timestamp\":1},"
			   "{\"key\":\"k\",\"value\":[],\"timestamp\":1}]}"));
	assert_str(
		"Missing value for required parameter 'metrics[0].value'. See the API docs for more information about "
		"request parameters.",
		outcome("POST", API "runs/log-batch", "",
			"{\"run_id\":\"r\",\"metrics\":[{\"key\":\"k\",\"value\":\"\",\"timestamp\":1}]}"));
	/* where the reference takes int() of a text */
	assert_true(
		begins(outcome("GET", API "registered-models/search", "max_results=5.0", ""), "Invalid value \"5.0\""));
	assert_str("{\n  \"max_results\": 5\n}",
		   outcome("GET", API "registered-models/search", "max_results=%2B5", ""));
	assert_str("{\n  \"max_results\": 5\n}", outcome("POST", API "runs/search", "", "{\"max_results\": 5.0}"));
	/* of equal keys the last counts, for good and for bad */
	assert_str("{\n  \"run_id\": \"r\"\n}",
		   outcome("POST", API "runs/delete", "", "{\"run_id\":5,\"run_id\":\"r\"}"));
	assert_true(
		begins(outcome("POST", API "runs/delete", "", "{\"run_id\":\"r\",\"run_id\":5}"), "Invalid value 5"));
}

/* ---- sending ---- */

static mr_str sent(const struct mr_op_desc *op, const void *request, struct mr_request_parts *parts)
{
	mr_error_init(&err);
	if (mr_request_encode(op, request, call, parts, &err))
		return mr_str_make(err.message, err.length);
	return parts->target;
}

static void a_request_is_sent_as_the_client_does(void **state)
{
	struct mr_search_experiments *search = mr_msg_new(call, &mr_desc_search_experiments);
	struct mr_delete_logged_model_tag *tag = mr_msg_new(call, &mr_desc_delete_logged_model_tag);
	struct mr_get_metric_history *history = mr_msg_new(call, &mr_desc_get_metric_history);
	struct mr_request_parts parts;

	(void)state;
	mr_search_experiments_set_max_results(search, 5);
	assert_str(API "experiments/search", sent(&mr_op_search_experiments, search, &parts));
	assert_string_equal("POST", parts.method);
	assert_str("{\"max_results\":5}", parts.body);
	mr_get_metric_history_set_run_id(history, mr_str_from("r&1"));
	mr_get_metric_history_set_metric_key(history, mr_str_from("a b/\xc3\xa9~"));
	mr_get_metric_history_set_max_results(history, -1);
	assert_str(API "metrics/get-history?metric_key=a+b%2F%C3%A9~&run_id=r%261&max_results=-1",
		   sent(&mr_op_get_metric_history, history, &parts));
	assert_string_equal("GET", parts.method);
	assert_int_equal(0, parts.body.len);
	mr_delete_logged_model_tag_set_model_id(tag, mr_str_from("m 1"));
	assert_str("Missing value for required parameter 'tag_key'.",
		   sent(&mr_op_delete_logged_model_tag, tag, &parts));
	mr_delete_logged_model_tag_set_tag_key(tag, mr_str_from("a/b+"));
	assert_str(API "logged-models/m%201/tags/a%2Fb%2B", sent(&mr_op_delete_logged_model_tag, tag, &parts));
	assert_str("{\"model_id\":\"m 1\",\"tag_key\":\"a/b+\"}", parts.body);
	assert_true(begins(sent(&mr_op_purge_run, mr_msg_new(call, &mr_desc_purge_run), &parts),
			   "The REST API has no route"));
}

/* Takes what a request must not have: limits, and what the reference calls missing. */
static void make_valid(const struct mr_op_desc *op, void *request)
{
	uint32_t i;

	for (i = 0; i < op->request->fields_n; i++) {
		const struct mr_field_desc *field = &op->request->fields[i];

		if (field->flags & MR_FIELD_REPEATED) {
			*mr_member_count(request, field) = 0;
			continue;
		}
		if (field->flags & (MR_FIELD_REQUIRED | MR_FIELD_IN_PATH))
			mr_member_set(request, i, true);
		if (field->kind == MR_KIND_STRING)
			*(mr_str *)mr_member(request, field) = mr_str_from("a/b c\xc3\xa9%41");
		else if (field->min || field->max)
			mr_member_set(request, i, false);
	}
}

static bool can_be_sent(const struct mr_op_desc *op)
{
	uint32_t i;

	for (i = 0; i < op->request->fields_n; i++) /* a list that must be there is not sent when it is empty */
		if ((op->request->fields[i].flags & (MR_FIELD_REPEATED | MR_FIELD_REQUIRED)) ==
			    (MR_FIELD_REPEATED | MR_FIELD_REQUIRED) ||
		    op->request->fields[i].else_field != MR_FIELD_NONE)
			return false;
	return op->routes_n && !strchr(op->routes[0].path, '*');
}

static void what_is_sent_is_what_is_read(void **state)
{
	const struct mr_op_desc *op, *found;
	struct mr_request_parts parts;
	size_t tried = 0;
	uint32_t i;
	int k;

	(void)state;
	for (i = 0; i < mr_operations_end; i++) {
		op = mr_operations[i];
		for (k = 0; op && can_be_sent(op) && k < 10; k++, tried++) {
			void *request = random_message(op->request), *got;
			mr_str target, query = mr_str_from("");
			const char *mark;

			make_valid(op, request);
			target = sent(op, request, &parts);
			mark = memchr(target.ptr, '?', target.len);
			if (mark) {
				query = mr_str_make(mark + 1, target.len - (size_t)(mark + 1 - target.ptr));
				target.len = (size_t)(mark - target.ptr);
			}
			if (read_request(parts.method, target, query, "application/json", parts.body, &got, &found))
				fail_msg("%s: %s", op->name, err.message);
			assert_ptr_equal(op, found);
			assert_same(encoded(op->request, request, MR_STYLE_PRETTY),
				    encoded(op->request, got, MR_STYLE_PRETTY));
		}
	}
	assert_true(tried > 300);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, call_open, call_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refusals_are_those_of_the_reference),
		TEST(a_query_is_read),
		TEST(a_get_without_a_query_has_a_body),
		TEST(run_uuid_stands_in_for_run_id),
		TEST(a_body_may_be_a_text_of_json),
		TEST(what_is_no_object_is_refused),
		TEST(a_path_is_decoded_once),
		TEST(a_raw_operation_reads_its_query),
		TEST(wrong_elements_are_refused),
		TEST(a_request_is_sent_as_the_client_does),
		TEST(what_is_sent_is_what_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
