/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQLite tracking store by itself: what a failed write leaves, members of
 * groups, the rule of the latest metric, pages, purges. What it answers is
 * compared with MLflow's in tests/compat.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/codec.h"
#include "store/sqlite/store.h"

extern const struct mr_plugin mr_builtin_sqlite;

static char folder[] = "/tmp/mr-sqlite-XXXXXX", path[80];
static const struct mr_tracking_store_ops *ops;
static void *self;
static mr_call *call;
static mr_error err;

/* ---- calls by their JSON ---- */

/* The answer as JSON, in the call's memory; the code in err. */
static const char *ask(const char *operation, const char *request)
{
	const struct mr_op_desc *op = mr_op_desc_by_name(mr_str_from(operation));
	struct mr_rows rows;
	void *message, *response;
	bool absent;
	mr_buf out;
	char *text;

	mr_error_init(&err);
	if (mr_msg_decode(op->request, mr_str_from(request), call, &message, &err) != MR_OK)
		fail_msg("%s: %s", request, err.message);
	response = mr_msg_new(call, op->response);
	mr_rows_begin(&rows, call, op);
	if (op->slot(ops->facets, self, message, response, call, &err, &absent) != MR_OK || absent)
		return err.message;
	mr_rows_end(&rows, response);
	mr_buf_init(&out, 1 << 20);
	assert_int_equal(mr_msg_encode(op->response, response, MR_STYLE_JSONIFY, &out, &err), MR_OK);
	text = mr_arena_strdup(call->arena, out.ptr);
	mr_buf_dispose(&out);
	return text;
}

static const char *format(const char *pattern, ...)
{
	char text[4000];
	va_list args;

	va_start(args, pattern);
	vsnprintf(text, sizeof text, pattern, args);
	va_end(args);
	return mr_arena_strdup(call->arena, text);
}

static const char *good(const char *operation, const char *request)
{
	const char *answer = ask(operation, request);

	if (err.code != MR_OK)
		fail_msg("%s %s: %s", operation, request, err.message);
	return answer;
}

static void bad(const char *operation, const char *request, mr_code code, const char *part)
{
	ask(operation, request);
	assert_int_equal(err.code, code);
	if (!strstr(err.message, part))
		fail_msg("'%s' is not in '%s'", part, err.message);
}

static void has(const char *answer, const char *part)
{
	if (!strstr(answer, part))
		fail_msg("'%s' is not in %s", part, answer);
}

static void has_not(const char *answer, const char *part)
{
	if (strstr(answer, part))
		fail_msg("'%s' is in %s", part, answer);
}

static const char *new_run(void)
{
	const char *answer = good("create_run", "{\"experiment_id\":\"0\",\"start_time\":1}"), *id;

	id = strstr(answer, "\"run_id\"");
	assert_non_null(id);
	id = strchr(id + 8, '"');
	return format("%.32s", id + 1);
}

static int64_t number(const char *sql)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	int64_t n;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

/* ---- the store of each test ---- */

static int begin(void **state)
{
	static unsigned n;
	struct mr_open_args args = {.size = sizeof args, .artifact_root = mr_str_from("s3://bucket/root")};
	char uri[100];

	(void)state;
	snprintf(path, sizeof path, "%s/%u.db", folder, n++);
	snprintf(uri, sizeof uri, "sqlite:///%s", path);
	args.uri = mr_str_from(uri);
	ops = mr_builtin_sqlite.entries[0].ops;
	call = mr_call_new(0);
	mr_error_init(&err);
	return call && ops->open(NULL, &args, &self, &err) == MR_OK ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	ops->close(self);
	mr_call_free(call);
	return 0;
}

/* ---- tests ---- */

static void fresh(void **state)
{
	const char *answer = good("get_experiment", "{\"experiment_id\":\"0\"}");

	(void)state;
	has(answer, "\"name\":\"Default\"");
	has(answer, "\"artifact_location\":\"s3://bucket/root/0\"");
	has(good("create_experiment", "{\"name\":\"a\"}"), "\"experiment_id\":\"1\"");
	bad("create_experiment", "{\"name\":\"a\"}", MR_RESOURCE_ALREADY_EXISTS, "Experiment(name=a) already exists.");
	bad("get_experiment", "{\"experiment_id\":\"x\"}", MR_INVALID_PARAMETER_VALUE, "must be a valid integer");
	bad("create_experiment", "{\"name\":\"b\",\"artifact_location\":\"s3://b/x?y=../z\"}", MR_INVALID_PARAMETER_VALUE,
	    "Invalid query string");
}

static void a_failed_batch_stores_nothing(void **state)
{
	const char *id = new_run();

	(void)state;
	good("log_param", format("{\"run_id\":\"%s\",\"key\":\"p\",\"value\":\"1\"}", id));
	bad("log_batch",
	    format("{\"run_id\":\"%s\",\"metrics\":[{\"key\":\"m\",\"value\":1,\"timestamp\":1}],\"params\":[{\"key\":\"q\","
		   "\"value\":\"1\"},{\"key\":\"p\",\"value\":\"it's\"}],\"tags\":[{\"key\":\"t\",\"value\":\"1\"}]}",
		   id),
	    MR_INVALID_PARAMETER_VALUE,
	    "Params were already logged='[{'key': 'p', 'old_value': '1', 'new_value': \"it's\"}]' for run ID=");
	bad("log_batch",
	    format("{\"run_id\":\"%s\",\"params\":[{\"key\":\"q\",\"value\":\"1\"}],\"metrics\":[{\"key\":\"m\",\"value\":1,"
		   "\"timestamp\":1,\"model_id\":\"m-none\"}]}",
		   id),
	    MR_BAD_REQUEST, "Logged model with ID 'm-none' not found.");
	assert_int_equal(number("SELECT (SELECT count(*) FROM params) + (SELECT count(*) FROM metrics) + "
				"(SELECT count(*) FROM latest_metrics)"),
			 1);
	has_not(good("get_run", format("{\"run_id\":\"%s\"}", id)), "\"key\":\"t\"");
}

static void the_latest_metric(void **state)
{
	const char *id = new_run(), *answer;

	(void)state;
	good("log_batch", format("{\"run_id\":\"%s\",\"metrics\":[{\"key\":\"a\",\"value\":5,\"timestamp\":9,\"step\":1},{\"key\":"
				 "\"a\",\"value\":1,\"timestamp\":1,\"step\":2},{\"key\":\"a\",\"value\":3,\"timestamp\":1,"
				 "\"step\":2},{\"key\":\"n\",\"value\":\"NaN\",\"timestamp\":1},{\"key\":\"i\",\"value\":"
				 "\"-Infinity\",\"timestamp\":1}]}",
				 id));
	answer = good("get_run", format("{\"run_id\":\"%s\"}", id));
	has(answer, "\"key\":\"a\",\"value\":3.0,\"timestamp\":1,\"step\":2");
	has(answer, "\"key\":\"n\",\"value\":NaN");
	has(answer, "-1.7976931348623157e+308");
	good("log_metric", format("{\"run_id\":\"%s\",\"key\":\"a\",\"value\":9,\"timestamp\":8,\"step\":1}", id));
	good("log_metric", format("{\"run_id\":\"%s\",\"key\":\"a\",\"value\":9,\"timestamp\":8,\"step\":1}", id)); /* twice */
	has(good("get_run", format("{\"run_id\":\"%s\"}", id)), "\"key\":\"a\",\"value\":3.0");
	assert_int_equal(number("SELECT count(*) FROM metrics"), 6);
	answer = good("get_metric_history", format("{\"run_id\":\"%s\",\"metric_key\":\"a\",\"max_results\":3}", id));
	has(answer, "\"value\":1.0,\"timestamp\":1,\"step\":2},{\"key\":\"a\",\"value\":3.0,");
	has(answer, "\"value\":9.0,\"timestamp\":8,\"step\":1}]");
	has(answer, "\"next_page_token\":\"eyJvZmZzZXQiOiAzfQ==\"");
}

/* A member that fails costs the group nothing; a run that it deleted is deleted for those behind it. */
static void members_of_a_group(void **state)
{
	const char *id = new_run(), *log = format("{\"run_id\":\"%s\",\"key\":\"a\",\"value\":1,\"timestamp\":1}", id);
	bool alive;

	(void)state;
	assert_int_equal(ops->group->begin(self, &err), MR_OK);
	ops->group->member_begin(self, &err);
	good("log_metric", log);
	ops->group->member_end(self, true, &alive, &err);
	assert_true(alive);
	ops->group->member_begin(self, &err);
	bad("log_metric", "{\"run_id\":\"none\",\"key\":\"a\",\"value\":1,\"timestamp\":1}", MR_RESOURCE_DOES_NOT_EXIST,
	    "Run with id=none not found");
	ops->group->member_end(self, false, &alive, &err);
	assert_true(alive);
	ops->group->member_begin(self, &err);
	good("delete_run", format("{\"run_id\":\"%s\"}", id));
	ops->group->member_end(self, true, &alive, &err);
	ops->group->member_begin(self, &err);
	bad("log_metric", log, MR_INVALID_PARAMETER_VALUE, "must be in the 'active' state. Current state is deleted.");
	ops->group->member_end(self, false, &alive, &err);
	assert_true(alive);
	assert_int_equal(number("SELECT count(*) FROM metrics"), 0);
	mr_error_init(&err);
	assert_int_equal(ops->group->commit(self, &err), MR_OK);
	assert_int_equal(number("SELECT count(*) FROM metrics"), 1);
}

/* What was remembered of a run is forgotten when the group that changed it is undone. */
static void an_undone_group(void **state)
{
	const char *id = new_run(), *log = format("{\"run_id\":\"%s\",\"key\":\"a\",\"value\":1,\"timestamp\":1}", id);
	bool alive;

	(void)state;
	good("delete_run", format("{\"run_id\":\"%s\"}", id));
	ops->group->begin(self, &err);
	ops->group->member_begin(self, &err);
	good("restore_run", format("{\"run_id\":\"%s\"}", id));
	ops->group->member_end(self, true, &alive, &err);
	ops->group->member_begin(self, &err);
	good("log_metric", log);
	ops->group->member_end(self, true, &alive, &err);
	ops->group->rollback(self);
	bad("log_metric", log, MR_INVALID_PARAMETER_VALUE, "Current state is deleted.");
	assert_int_equal(number("SELECT count(*) FROM metrics"), 0);
}

/* So is what another process did. */
static void another_process(void **state)
{
	const char *id = new_run(), *log = format("{\"run_id\":\"%s\",\"key\":\"a\",\"value\":1,\"timestamp\":1}", id);
	sqlite3 *db;

	(void)state;
	good("log_metric", log);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE runs SET lifecycle_stage = 'deleted'", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	bad("log_metric", log, MR_INVALID_PARAMETER_VALUE, "Current state is deleted.");
}

/* All runs once, in MLflow's order, whatever the size of the page; many begin at the same time, some never. */
static void pages(void **state)
{
	const char *token = "", *answer, *at;
	char last[40] = "";
	int seen = 0, in_page;
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 57) "
				      "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, experiment_id) "
				      "SELECT printf('%032d', i * 7919 % 58), 'x', 'FINISHED', CASE WHEN i % 9 = 0 THEN NULL "
				      "ELSE i / 10 END, CASE WHEN i % 7 = 0 THEN 'deleted' ELSE 'active' END, 0 FROM n",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	do {
		answer = good("search_runs", format("{\"experiment_ids\":[\"0\"],\"max_results\":5,\"run_view_type\":\"ALL\","
						    "\"page_token\":\"%s\"}",
						    token));
		for (in_page = 0, at = answer; (at = strstr(at, "\"run_id\":\"")); at += 10, in_page++)
			snprintf(last, sizeof last, "%.32s", at + 10);
		seen += in_page;
		at = strstr(answer, "\"next_page_token\":\"");
		token = at ? format("%.*s", (int)strcspn(at + 19, "\""), at + 19) : "";
		assert_true(in_page == 5 || !*token);
	} while (*token);
	assert_int_equal(seen, 57);
	assert_int_equal(number(format("SELECT run_uuid = '%s' FROM runs ORDER BY start_time, run_uuid DESC LIMIT 1", last)), 1);
	answer = good("search_runs", "{\"experiment_ids\":[\"0\"],\"max_results\":5,\"page_token\":\"eyJvZmZzZXQiOiA1fQ==\"}");
	assert_non_null(strstr(answer, "\"run_id\"")); /* a token of MLflow's own */
}

static void searches(void **state)
{
	const char *a = new_run(), *b = new_run(), *answer;

	(void)state;
	good("log_batch", format("{\"run_id\":\"%s\",\"metrics\":[{\"key\":\"x y\",\"value\":1,\"timestamp\":1}],\"params\":[{"
				 "\"key\":\"p\",\"value\":\"Abc\"}]}",
				 a));
	good("log_batch", format("{\"run_id\":\"%s\",\"metrics\":[{\"key\":\"x y\",\"value\":\"NaN\",\"timestamp\":1}]}", b));
	answer = good("search_runs", "{\"experiment_ids\":[\"0\"],\"filter\":\"metrics.`x y` > -1\"}");
	has(answer, a);
	has_not(answer, b);
	answer = good("search_runs", "{\"experiment_ids\":[\"0\"],\"filter\":\"metrics.`x y` != 1\"}");
	has(answer, b);
	has_not(answer, a);
	has(good("search_runs", "{\"experiment_ids\":[\"0\"],\"filter\":\"params.p ILIKE 'ab%'\"}"), a);
	has_not(good("search_runs", "{\"experiment_ids\":[\"0\"],\"filter\":\"params.p LIKE 'ab%'\"}"), a);
	answer = good("search_runs", "{\"experiment_ids\":[\"0\"],\"filter\":\"params.p IS NULL\"}");
	has(answer, b);
	has_not(answer, a);
	answer = good("search_runs", "{\"experiment_ids\":[\"0\"],\"order_by\":[\"metrics.`x y` DESC\"]}");
	assert_true(strstr(answer, a) < strstr(answer, b));
	bad("search_runs", "{\"experiment_ids\":[\"0\"],\"max_results\":0}", MR_INVALID_PARAMETER_VALUE,
	    "It must be a positive integer");
}

static void purges(void **state)
{
	const char *id = new_run();

	(void)state;
	good("log_batch", format("{\"run_id\":\"%s\",\"metrics\":[{\"key\":\"a\",\"value\":1,\"timestamp\":1}],\"params\":[{"
				 "\"key\":\"p\",\"value\":\"1\"}]}",
				 id));
	good("create_experiment", "{\"name\":\"a\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}");
	good("create_run", "{\"experiment_id\":\"1\"}");
	good("create_logged_model", "{\"experiment_id\":\"1\",\"params\":[{\"key\":\"k\",\"value\":\"v\"}]}");
	bad("purge_run", format("{\"run_id\":\"%s\"}", id), MR_INVALID_PARAMETER_VALUE, "is not in `deleted` lifecycle stage");
	good("delete_run", format("{\"run_id\":\"%s\"}", id));
	has(good("list_deleted_runs", "{}"), id);
	good("purge_run", format("{\"run_id\":\"%s\"}", id));
	good("delete_experiment", "{\"experiment_id\":\"1\"}");
	good("purge_experiment", "{\"experiment_id\":\"1\"}");
	assert_int_equal(number("SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM metrics) + (SELECT count(*) FROM "
				"latest_metrics) + (SELECT count(*) FROM params) + (SELECT count(*) FROM tags) + (SELECT "
				"count(*) FROM logged_models) + (SELECT count(*) FROM logged_model_params) + (SELECT "
				"count(*) FROM experiment_tags) + (SELECT count(*) FROM pragma_foreign_key_check)"),
			 0);
	has(good("search_experiments", "{\"max_results\":10,\"view_type\":\"ALL\"}"), "\"name\":\"Default\"");
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fresh),	       TEST(a_failed_batch_stores_nothing), TEST(the_latest_metric), TEST(members_of_a_group),
		TEST(an_undone_group), TEST(another_process),		    TEST(pages),	     TEST(searches),
		TEST(purges),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
