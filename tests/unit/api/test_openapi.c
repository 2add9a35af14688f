/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "api/request.h"
#include "base/json.h"

static const mr_json *document(mr_str *text)
{
	mr_json *tree = NULL;
	mr_buf out;

	mr_buf_init(&out, 1 << 24);
	if (mr_openapi_write(&out, &err))
		fail_msg("%s", err.message);
	*text = mr_call_copy(call, mr_buf_view(&out));
	mr_buf_dispose(&out);
	if (mr_json_parse(*text, call->arena, &tree, &err))
		fail_msg("%s", err.message);
	return tree;
}

static const mr_json *walk(const mr_json *from, mr_str path)
{
	while (from && path.len) {
		const char *slash = memchr(path.ptr, '/', path.len);
		size_t n = slash ? (size_t)(slash - path.ptr) : path.len;

		from = mr_json_get(from, mr_call_copy(call, mr_str_make(path.ptr, n)).ptr);
		path = slash ? mr_str_make(slash + 1, path.len - n - 1) : mr_str_from("");
	}
	return from;
}

static void check_references(const mr_json *root, const mr_json *value, size_t *n)
{
	size_t i;

	for (i = 0; i < value->count; i++) {
		check_references(root, &value->items[i], n);
		if (value->type != MR_JSON_OBJECT || !mr_str_is(value->keys[i], "$ref"))
			continue;
		assert_memory_equal("#/", value->items[i].text.ptr, 2);
		if (!walk(root, mr_str_make(value->items[i].text.ptr + 2, value->items[i].text.len - 2)))
			fail_msg("%.*s leads nowhere", MR_STR_ARG(value->items[i].text));
		++*n;
	}
}

static void references_lead_somewhere(void **state)
{
	mr_str text;
	const mr_json *root = document(&text);
	size_t n = 0;

	(void)state;
	check_references(root, root, &n);
	assert_true(n > 300);
}

static const mr_json *operation_of(const mr_json *root, const struct mr_route *route)
{
	char path[300], method[16];
	size_t n = 0, i;

	for (i = 0; route->path[i]; i++)
		if (route->path[i] != '*')
			path[n++] = route->path[i];
	path[n] = 0;
	for (i = 0; route->method[i]; i++)
		method[i] = (char)(route->method[i] | 0x20);
	method[i] = 0;
	return mr_json_get(mr_json_get(mr_json_get(root, "paths"), path), method);
}

static void every_route_is_there(void **state)
{
	mr_str text;
	const mr_json *root = document(&text), *operation;
	uint32_t i, k;

	(void)state;
	for (i = 0; i < mr_operations_end; i++) {
		for (k = 0; mr_operations[i] && k < mr_operations[i]->routes_n; k++) {
			operation = operation_of(root, &mr_operations[i]->routes[k]);
			assert_non_null(operation);
			assert_str(mr_operations[i]->name,
				   mr_json_str(mr_json_get(operation, "x-millrace-op"), mr_str_from("")));
		}
	}
}

static void every_field_is_there(void **state)
{
	mr_str text;
	const mr_json *root = document(&text), *schemas = mr_json_get(mr_json_get(root, "components"), "schemas");
	const mr_json *of_message, *property;
	uint32_t i, k, messages = 0;

	(void)state;
	for (i = 0; i < mr_messages_end; i++) {
		of_message = mr_messages[i] ? mr_json_get(schemas, mr_messages[i]->name) : NULL;
		if (!of_message)
			continue;
		messages++;
		assert_int_equal(mr_messages[i]->fields_n, mr_json_get(of_message, "properties")->count);
		for (k = 0; k < mr_messages[i]->fields_n; k++) {
			property = mr_json_get(mr_json_get(of_message, "properties"), mr_messages[i]->fields[k].name);
			assert_int_equal(mr_messages[i]->fields[k].id,
					 mr_json_int(mr_json_get(property, "x-millrace-number"), -1));
			assert_true(mr_json_get(property, "type") || mr_json_get(property, "allOf"));
		}
	}
	assert_true(messages > 150);
	assert_null(mr_json_get(schemas, mr_desc_purge_run.name)); /* no route leads there */
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void ids_are_unique(void **state)
{
	const char *ids[1000];
	mr_str text;
	const mr_json *paths = mr_json_get(document(&text), "paths");
	size_t i, k, n = 0;

	(void)state;
	for (i = 0; i < paths->count; i++)
		for (k = 0; k < paths->items[i].count; k++)
			ids[n++] = mr_call_copy(call, mr_json_str(mr_json_get(&paths->items[i].items[k], "operationId"),
								  mr_str_from("")))
					   .ptr;
	qsort(ids, n, sizeof *ids, by_text);
	for (i = 1; i < n; i++)
		assert_string_not_equal(ids[i - 1], ids[i]);
}

static void it_is_the_same_each_time(void **state)
{
	mr_str first, second;

	(void)state;
	document(&first);
	document(&second);
	assert_same(first, second);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, call_open, call_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(references_lead_somewhere), TEST(every_route_is_there),
		TEST(every_field_is_there),	 TEST(ids_are_unique),
		TEST(it_is_the_same_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
