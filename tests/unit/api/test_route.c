/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "api/request.h"

/* The pattern with something for each of its parameters. */
static char *filled(const char *pattern, const char *param, const char *rest)
{
	size_t room = strlen(pattern) + 4 * (strlen(param) + strlen(rest)) + 1, n = 0;
	char *path = mr_call_zalloc(call, room);

	for (; *pattern; pattern++) {
		if (*pattern != '{') {
			path[n++] = *pattern;
			continue;
		}
		n += (size_t)snprintf(path + n, room - n, "%s", pattern[1] == '*' ? rest : param);
		pattern = strchr(pattern, '}');
	}
	return path;
}

static void every_route_is_found(void **state)
{
	struct mr_route_match match;
	uint32_t i, k;

	(void)state;
	for (i = 0; i < mr_operations_end; i++) {
		for (k = 0; mr_operations[i] && k < mr_operations[i]->routes_n; k++) {
			const struct mr_route *route = &mr_operations[i]->routes[k];
			char *path = filled(route->path, "x%2Fy", "a/b//c");

			mr_route_find(mr_str_from(route->method), mr_str_from(path), &match);
			if (match.op != mr_operations[i])
				fail_msg("%s %s is not %s", route->method, path, mr_operations[i]->name);
			mr_route_find(mr_str_from(route->method),
				      mr_str_from(mr_arena_printf(call->arena, "%s/", path).ptr), &match);
			assert_true(!match.op || strchr(route->path, '*'));
			mr_route_find(mr_str_from("BREW"), mr_str_from(path), &match);
			assert_null(match.op);
			assert_true(match.other_method && strstr(match.allow, route->method));
		}
	}
}

static void parameters_are_cut_out(void **state)
{
	struct mr_route_match match;

	(void)state;
	mr_route_find(mr_str_from("DELETE"), mr_str_from("/api/2.0/mlflow/logged-models/m-1/tags/a%2Fb"), &match);
	assert_ptr_equal(&mr_op_delete_logged_model_tag, match.op);
	assert_int_equal(2, match.params_n);
	assert_string_equal("model_id", match.params[0].name);
	assert_str("m-1", match.params[0].value);
	assert_string_equal("tag_key", match.params[1].name);
	assert_str("a%2Fb", match.params[1].value);
	mr_route_find(mr_str_from("PUT"), mr_str_from("/api/2.0/mlflow-artifacts/artifacts/a/b/c.txt"), &match);
	assert_ptr_equal(&mr_op_proxy_upload, match.op);
	assert_int_equal(1, match.params_n);
	assert_string_equal("artifact_path", match.params[0].name);
	assert_str("a/b/c.txt", match.params[0].value);
}

/* In the reference, too, "search" is a model's id for the methods that the search does not take. */
static void a_parameter_may_look_like_another_route(void **state)
{
	struct mr_route_match match;

	(void)state;
	mr_route_find(mr_str_from("POST"), mr_str_from("/api/2.0/mlflow/logged-models/search"), &match);
	assert_ptr_equal(&mr_op_search_logged_models, match.op);
	mr_route_find(mr_str_from("GET"), mr_str_from("/api/2.0/mlflow/logged-models/search"), &match);
	assert_ptr_equal(&mr_op_get_logged_model, match.op);
	assert_str("search", match.params[0].value);
	mr_route_find(mr_str_from("PUT"), mr_str_from("/api/2.0/mlflow/logged-models/search"), &match);
	assert_null(match.op);
	assert_string_equal("DELETE, GET, HEAD, OPTIONS, PATCH, POST", match.allow);
	assert_int_equal(0, match.params_n);
}

static void other_methods_are_listed(void **state)
{
	struct mr_route_match match;

	(void)state;
	mr_route_find(mr_str_from("HEAD"), mr_str_from("/api/2.0/mlflow/runs/get"), &match);
	assert_ptr_equal(&mr_op_get_run, match.op);
	mr_route_find(mr_str_from("OPTIONS"), mr_str_from("/api/2.0/mlflow/runs/get"), &match);
	assert_null(match.op);
	assert_true(match.other_method);
	assert_string_equal("GET, HEAD, OPTIONS", match.allow);
	mr_route_find(mr_str_from("get"), mr_str_from("/api/2.0/mlflow/runs/create"), &match);
	assert_string_equal("OPTIONS, POST", match.allow);
}

static void other_paths_are_not_found(void **state)
{
	static const char *const paths[] = {"",
					    "/",
					    "api",
					    "/api",
					    "/api/2.0/mlflow/runs/get/",
					    "/api/2.0/mlflow/runs/ge",
					    "/api/2.0/mlflow/runs/gett",
					    "/api/3.0/mlflow/runs/get",
					    "/api/2.0/mlflow/logged-models/",
					    "/api/2.0/mlflow/logged-models//tags",
					    "/api/2.0/mlflow/logged-models/m/tags/a/b",
					    "/api/2.0/mlflow-artifacts/artifacts/",
					    "/api/2.0/mlflow-artifacts/artifacts//a",
					    "/api/2.0/mlflow/runs/{x}"};
	struct mr_route_match match;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof paths / sizeof *paths; i++) {
		mr_route_find(mr_str_from("GET"), mr_str_from(paths[i]), &match);
		if (match.op || match.other_method)
			fail_msg("%s is found", paths[i]);
	}
}

/* ---- against a search of the table ---- */

static bool pattern_fits(const char *pattern, const char *path)
{
	for (; *pattern; pattern++) {
		if (*pattern != '{') {
			if (*path++ != *pattern)
				return false;
			continue;
		}
		if (*path == 0 || *path == '/')
			return false;
		path += pattern[1] == '*' ? strlen(path) : strcspn(path, "/");
		pattern = strchr(pattern, '}');
	}
	return *path == 0;
}

static bool is_known(const char *method, const char *path)
{
	uint32_t i, k;

	for (i = 0; i < mr_operations_end; i++)
		for (k = 0; mr_operations[i] && k < mr_operations[i]->routes_n; k++)
			if (strcmp(method, mr_operations[i]->routes[k].method) == 0 &&
			    pattern_fits(mr_operations[i]->routes[k].path, path))
				return true;
	return false;
}

static void broken_paths_are_judged_as_by_the_table(void **state)
{
	static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
	struct mr_route_match match;
	uint32_t i, k;
	int round, found = 0;

	(void)state;
	for (i = 0; i < mr_operations_end; i++) {
		for (k = 0; mr_operations[i] && k < mr_operations[i]->routes_n; k++) {
			for (round = 0; round < 30; round++) {
				char *path = filled(mr_operations[i]->routes[k].path, "search", "x/tags/y");
				const char *method = methods[test_random() % 5];
				size_t at = test_random() % strlen(path);

				if (round % 3 == 0)
					path[at] = "/x{"[test_random() % 3];
				else if (round % 3 == 1)
					path[at] = 0;
				mr_route_find(mr_str_from(method), mr_str_from(path), &match);
				if ((match.op != NULL) != is_known(method, path))
					fail_msg("%s %s is judged wrongly", method, path);
				found += match.op != NULL;
			}
		}
	}
	assert_true(found > 100);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, call_open, call_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_route_is_found),
		TEST(parameters_are_cut_out),
		TEST(a_parameter_may_look_like_another_route),
		TEST(other_methods_are_listed),
		TEST(other_paths_are_not_found),
		TEST(broken_paths_are_judged_as_by_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
