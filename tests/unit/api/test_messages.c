/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages from and to JSON: what the reference prints of the same, byte for
 * byte, and round trips of all that there are.
 */
#include "helper.h"

#include "api/member.h"

static const struct mr_msg_desc *message_named(mr_str name)
{
	uint32_t i;

	for (i = 0; i < mr_messages_end; i++)
		if (mr_messages[i] && mr_str_is(name, mr_messages[i]->name))
			return mr_messages[i];
	return NULL;
}

/* Each line of the data: a message, JSON of it, what the reference prints, as a JSON text. */
static void bytes_are_those_of_the_reference(void **state)
{
	mr_str text = test_data("messages.txt"), parts[3], expected;
	mr_json_scanner sc;
	size_t n = 0;

	(void)state;
	for (; next_line(&text, parts, 3); n++) {
		const struct mr_msg_desc *desc = message_named(parts[0]);

		assert_non_null(desc);
		mr_json_scan_init(&sc, parts[2], call->arena, &err);
		assert_true(mr_json_scan_string(&sc, &expected));
		assert_same(expected, encoded(desc, decoded(desc, parts[1]), MR_STYLE_PRETTY));
	}
	assert_true(n > 250);
}

static void a_round_trip_changes_nothing(void **state)
{
	static const enum mr_style styles[] = {MR_STYLE_PRETTY, MR_STYLE_JSONIFY};
	uint32_t i;
	int k;

	(void)state;
	for (i = 0; i < mr_messages_end; i++) {
		for (k = 0; mr_messages[i] && k < 20; k++) {
			enum mr_style style = styles[k & 1];
			mr_str once = encoded(mr_messages[i], random_message(mr_messages[i]), style);

			assert_same(once, encoded(mr_messages[i], decoded(mr_messages[i], once), style));
		}
	}
}

/* Overwrites what the message points to, so that a copy that shares anything shows it. */
static void spoil(const struct mr_msg_desc *desc, void *message)
{
	uint32_t i;
	size_t k;

	for (i = 0; i < desc->fields_n; i++) {
		const struct mr_field_desc *field = &desc->fields[i];
		void **member = mr_member(message, field);

		if (!(field->flags & MR_FIELD_REPEATED)) {
			if (field->kind == MR_KIND_MESSAGE && mr_member_is_set(message, i))
				spoil(field->message, *member);
			continue;
		}
		for (k = 0; field->kind == MR_KIND_MESSAGE && k < *mr_member_count(message, field); k++)
			spoil(field->message, ((void **)*member)[k]);
		if (*member)
			memset(*member, 0x5a, *mr_member_count(message, field) * mr_kind_size(field->kind));
	}
	memset(message, 0x5a, desc->size);
}

static void a_copy_shares_nothing(void **state)
{
	uint32_t i;
	int k;

	(void)state;
	for (i = 0; i < mr_messages_end; i++) {
		for (k = 0; mr_messages[i] && k < 10; k++) {
			void *message = random_message(mr_messages[i]), *copy;
			mr_str before = encoded(mr_messages[i], message, MR_STYLE_PRETTY);

			assert_int_equal(MR_OK, mr_msg_copy(call, mr_messages[i], message, &copy, &err));
			spoil(mr_messages[i], message);
			assert_same(before, encoded(mr_messages[i], copy, MR_STYLE_PRETTY));
		}
	}
}

static void strings_have_a_nul_behind_them(void **state)
{
	struct mr_param *param = decoded(&mr_desc_param, mr_str_from("{\"key\":\"abc\",\"value\":\"d\\u00e9\"}"));
	struct mr_get_metric_history_bulk_interval *request =
		decoded(&mr_desc_get_metric_history_bulk_interval, mr_str_from("{\"runIds\":[\"x\",\"yz\"]}"));

	(void)state;
	assert_string_equal("abc", param->key.ptr);
	assert_string_equal("d\xc3\xa9", param->value.ptr);
	assert_int_equal(2, request->run_ids_n);
	assert_string_equal("yz", request->run_ids[1].ptr);
}

/* ---- rows ---- */

static mr_str encoded_by_rows(const struct mr_op_desc *op, void *response, size_t emitted)
{
	void **items = *(void ***)mr_member(response, op->rows);
	size_t n = *mr_member_count(response, op->rows), i;
	struct mr_encoder encoder;
	mr_str copy;
	mr_buf out;

	mr_buf_init(&out, 1 << 24);
	mr_encode_begin(&encoder, op, &out);
	for (i = 0; i < emitted; i++)
		assert_int_equal(MR_OK, mr_encode_emit(&encoder, items[i], &err));
	*(void **)mr_member(response, op->rows) = items + emitted;
	*mr_member_count(response, op->rows) = n - emitted;
	assert_int_equal(MR_OK, mr_encode_end(&encoder, response, &err));
	*(void **)mr_member(response, op->rows) = items;
	*mr_member_count(response, op->rows) = n;
	copy = mr_call_copy(call, mr_buf_view(&out));
	mr_buf_dispose(&out);
	return copy;
}

static void rows_are_written_as_the_whole(void **state)
{
	uint32_t i, with_rows = 0;
	int k;

	(void)state;
	for (i = 0; i < mr_operations_end; i++) {
		const struct mr_op_desc *op = mr_operations[i];

		if (!op || !op->rows)
			continue;
		with_rows++;
		for (k = 0; k < 20; k++) {
			void *response = random_message(op->response);
			size_t n = *mr_member_count(response, op->rows);
			mr_str whole = encoded(op->response, response, op->style);

			assert_same(whole, encoded_by_rows(op, response, n));
			assert_same(whole, encoded_by_rows(op, response, n / 2));
			assert_same(whole, encoded_by_rows(op, response, 0));
		}
	}
	assert_true(with_rows > 5);
}

static void rows_are_collected(void **state)
{
	struct mr_search_runs_response *response = mr_msg_new(call, &mr_desc_search_runs_response);
	struct mr_run *run = random_message(&mr_desc_run);
	struct mr_rows rows;
	mr_str first = encoded(&mr_desc_run, run, MR_STYLE_PRETTY);
	size_t mark;
	int i;

	(void)state;
	mr_rows_begin(&rows, call, &mr_op_search_runs);
	for (i = 0; i < 40; i++) {
		mark = mr_call_mark(call);
		assert_int_equal(MR_OK, mr_call_emit(call, run, &err));
		mr_call_release(call, mark); /* must not take the copy away */
	}
	spoil(&mr_desc_run, run);
	mr_rows_end(&rows, response);
	assert_int_equal(40, response->runs_n);
	for (i = 0; i < 40; i++)
		assert_same(first, encoded(&mr_desc_run, response->runs[i], MR_STYLE_PRETTY));
	assert_int_equal(MR_INTERNAL_ERROR, mr_call_emit(call, response->runs[0], &err));
}

/* ---- what is refused ---- */

static void refused(const struct mr_msg_desc *desc, const char *json, mr_code code, const char *message)
{
	void *out;

	mr_error_init(&err);
	assert_int_equal(code, mr_msg_decode(desc, mr_str_from(json), call, &out, &err));
	assert_int_equal(code, err.code);
	if (!strstr(err.message, message))
		fail_msg("%s gives: %s", json, err.message);
}

static void a_wrong_value_is_named(void **state)
{
	const struct mr_msg_desc *run = &mr_desc_create_run_response;

	(void)state;
	refused(run, "{\"run\": 5}", MR_INVALID_PARAMETER_VALUE, "Invalid value 5 for parameter 'run' supplied");
	refused(run, "{\"run\": {\"data\": {\"metrics\": [{}, {\"value\": {\"b\": 1.50, \"a\": [null]}}]}}}",
		MR_INVALID_PARAMETER_VALUE,
		"Invalid value {\"a\":[null],\"b\":1.5} for parameter 'run.data.metrics[1].value' supplied:  Hint: "
		"Value "
		"was of type 'dict'.");
	refused(run, "{\"run\": {\"data\": {\"metrics\": [null]}}}", MR_INVALID_PARAMETER_VALUE,
		"Invalid value null for parameter 'run.data.metrics[0]' supplied:  Hint: Value was of type "
		"'NoneType'.");
	refused(run, "{\"run\": {\"info\": {\"status\": 9}}}", MR_INVALID_PARAMETER_VALUE,
		"Invalid value 9 for parameter 'run.info.status'");
	refused(run, "{\"run\": {\"info\": {\"run_id\": \"a\", \"runId\": \"a\"}}}", MR_INVALID_PARAMETER_VALUE,
		"Request specifies both 'run_id' and 'runId'; provide only one of them.");
	refused(&mr_desc_search_runs, "{\"experiment_ids\": [\"1\", 2]}", MR_INVALID_PARAMETER_VALUE,
		"Invalid value [\"1\",2] for parameter 'experiment_ids' supplied:  Hint: Value was of type 'list'.");
	refused(&mr_desc_search_runs, "{\"max_results\": 2147483648}", MR_INVALID_PARAMETER_VALUE, "'max_results'");
	refused(&mr_desc_metric, "{\"value\": 1e999}", MR_INVALID_PARAMETER_VALUE, "Invalid value Infinity for");
	refused(&mr_desc_metric, "{\"value\": 1} x", MR_BAD_REQUEST, "Invalid JSON");
	refused(&mr_desc_metric, "[]", MR_BAD_REQUEST, "Invalid JSON");
	refused(&mr_desc_metric, "", MR_BAD_REQUEST, "Invalid JSON");
}

static void depth_is_limited(void **state)
{
	char json[4096] = "{\"x\":";

	(void)state;
	memset(json + 5, '[', 2000);
	refused(&mr_desc_metric, json, MR_BAD_REQUEST, "Invalid JSON");
}

static void reads_as(const char *json, const char *printed)
{
	assert_str(printed, encoded(&mr_desc_metric, decoded(&mr_desc_metric, mr_str_from(json)), MR_STYLE_JSONIFY));
}

static void numbers_come_in_many_forms(void **state)
{
	(void)state;
	reads_as("{\"step\": \"12\"}", "{\"step\":12}\n");
	reads_as("{\"step\": 1e3}", "{\"step\":1000}\n");
	reads_as("{\"step\": \"1e3\", \"timestamp\": \"+5\"}", "{\"timestamp\":5,\"step\":1000}\n");
	reads_as("{\"step\": -9223372036854775808}", "{\"step\":-9223372036854775808}\n");
	reads_as("{\"value\": \"1_0.5\"}", "{\"value\":10.5}\n");
	reads_as("{\"value\": \" 5\\n\"}", "{\"value\":5.0}\n");
	reads_as("{\"value\": -0}", "{\"value\":0.0}\n");
	reads_as("{\"value\": -0.0}", "{\"value\":-0.0}\n");
	reads_as("{\"value\": true}", "{\"value\":1.0}\n");
	reads_as("{\"value\": \"-Infinity\"}", "{\"value\":-Infinity}\n");
	reads_as("{\"value\": NaN}", "{\"value\":NaN}\n");
	reads_as("{\"value\": \"NaN\"}", "{\"value\":NaN}\n");
	reads_as("{\"key\": \"a\", \"unknown\": {\"x\": [1]}, \"key\": \"b\"}", "{\"key\":\"b\"}\n");
	reads_as("{\"key\": \"a\", \"key\": null}", "{}\n");
	reads_as("{\"modelId\": \"m\", \"runId\": null}", "{\"model_id\":\"m\"}\n");
}

static void enums_come_by_name_and_number(void **state)
{
	struct mr_update_run *r;

	(void)state;
	r = decoded(&mr_desc_update_run, mr_str_from("{\"status\": \"FINISHED\"}"));
	assert_int_equal(MR_RUN_STATUS_FINISHED, r->status);
	r = decoded(&mr_desc_update_run, mr_str_from("{\"status\": 3}"));
	assert_int_equal(MR_RUN_STATUS_FINISHED, r->status);
	r = decoded(&mr_desc_update_run, mr_str_from("{\"status\": \"4\"}"));
	assert_int_equal(MR_RUN_STATUS_FAILED, r->status);
	r = decoded(&mr_desc_update_run,
		    mr_str_from("{\"status\": \"finished\"}")); /* an unknown name is passed over */
	assert_false(MR_HAS(r, MR_UPDATE_RUN_HAS_STATUS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bytes_are_those_of_the_reference, call_open, call_close),
		cmocka_unit_test_setup_teardown(a_round_trip_changes_nothing, call_open, call_close),
		cmocka_unit_test_setup_teardown(a_copy_shares_nothing, call_open, call_close),
		cmocka_unit_test_setup_teardown(strings_have_a_nul_behind_them, call_open, call_close),
		cmocka_unit_test_setup_teardown(rows_are_written_as_the_whole, call_open, call_close),
		cmocka_unit_test_setup_teardown(rows_are_collected, call_open, call_close),
		cmocka_unit_test_setup_teardown(a_wrong_value_is_named, call_open, call_close),
		cmocka_unit_test_setup_teardown(depth_is_limited, call_open, call_close),
		cmocka_unit_test_setup_teardown(numbers_come_in_many_forms, call_open, call_close),
		cmocka_unit_test_setup_teardown(enums_come_by_name_and_number, call_open, call_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
