/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "base/inject.h"
#include "base/uri.h"

static mr_arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

/* The parts are those of urllib.parse.urlsplit. */
static void parts(void **state)
{
	static const struct {
		const char *text, *scheme, *authority, *user, *password, *host;
		int port;
		const char *path, *query, *fragment;
	} cases[] = {
		{"http://u:p%40@h.org:5000/a/b?q=1?2#f#g", "http", "u:p%40@h.org:5000", "u", "p%40", "h.org", 5000,
		 "/a/b", "q=1?2", "f#g"},
		{"postgresql+psycopg2://u:a@b:c@h/db", "postgresql+psycopg2", "u:a@b:c@h", "u", "a@b:c", "h", -1, "/db",
		 "", ""},
		{"http://[::1]:80/x", "http", "[::1]:80", "", "", "::1", 80, "/x", "", ""},
		{"sqlite:///m.db", "sqlite", "", "", "", "", -1, "/m.db", "", ""},
		{"file:/a", "file", "", "", "", "", -1, "/a", "", ""},
		{"./mlruns", "", "", "", "", "", -1, "./mlruns", "", ""},
		{"/a b:c?d", "", "", "", "", "", -1, "/a b:c", "d", ""},
		{"1http://x", "", "", "", "", "", -1, "1http://x", "", ""},
		{"runs:/id/p", "runs", "", "", "", "", -1, "/id/p", "", ""},
		{"x://h:99999", "x", "h:99999", "", "", "h", -2, "", "", ""},
		{"databricks://scope:prefix", "databricks", "scope:prefix", "", "", "scope", -2, "", "", ""},
		{"s3://b#f?q", "s3", "b", "", "", "b", -1, "", "", "f?q"},
		{"  http://h", "http", "h", "", "", "h", -1, "", "", ""},
		{"//h/p", "", "h", "", "", "h", -1, "/p", "", ""},
		{"", "", "", "", "", "", -1, "", "", ""},
		{":", "", "", "", "", "", -1, ":", "", ""},
		{"http://h:/p", "http", "h:", "", "", "h", -1, "/p", "", ""},
	};
	mr_error err;
	mr_uri uri;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_uri_parse(mr_str_from(cases[i].text), &uri, &err), MR_OK);
		assert_str(cases[i].text, uri.text);
		assert_str(cases[i].scheme, uri.scheme);
		assert_str(cases[i].authority, uri.authority);
		assert_str(cases[i].user, uri.user);
		assert_str(cases[i].password, uri.password);
		assert_str(cases[i].host, uri.host);
		assert_int_equal(cases[i].port, uri.port);
		assert_str(cases[i].path, uri.path);
		assert_str(cases[i].query, uri.query);
		assert_str(cases[i].fragment, uri.fragment);
		assert_int_equal(uri.has_authority, strstr(cases[i].text, "//") && cases[i].text[0] != '1');
	}
}

static void bad_uris_are_refused(void **state)
{
	mr_error err;
	mr_uri uri;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_uri_parse(LIT("http://h/a\nb"), &uri, &err), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(err.message, "Invalid URI: the character 0x0a at position 10 is not allowed in a URI; "
					 "write it as %0A.");
	mr_error_init(&err);
	assert_int_equal(mr_uri_parse(LIT("http://h/a\0b"), &uri, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_uri_parse(LIT("http://[::1/x"), &uri, &err), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "Invalid IPv6 URL"));
}

static void schemes(void **state)
{
	mr_uri uri;

	(void)state;
	assert_true(mr_uri_scheme_valid(LIT("a+b-c.1")));
	assert_false(mr_uri_scheme_valid(LIT("")));
	assert_false(mr_uri_scheme_valid(LIT("1a")));
	assert_false(mr_uri_scheme_valid(LIT("a_b")));
	assert_false(mr_uri_scheme_valid(LIT("a/b")));
	mr_uri_parse(LIT("sqlite+pysqlite:///x"), &uri, NULL);
	assert_str("sqlite", mr_uri_dialect(&uri));
	mr_uri_parse(LIT("plain"), &uri, NULL);
	assert_str("", mr_uri_dialect(&uri));
}

static void decoding(void **state)
{
	mr_error err;
	mr_str out;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_uri_decode(arena, LIT("a%20b%2Fc%2fd+e%C3%A9%25"), &out, &err), MR_OK);
	assert_str("a b/c/d+e\xc3\xa9%", out);
	assert_int_equal(mr_uri_decode(arena, LIT("%2520"), &out, &err), MR_OK);
	assert_str("%20", out); /* once */
	assert_int_equal(mr_uri_decode(arena, LIT(""), &out, &err), MR_OK);
	assert_str("", out);
	assert_int_equal(mr_uri_decode(arena, LIT("a%4"), &out, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_uri_decode(arena, LIT("a%"), &out, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_uri_decode(arena, LIT("%zz"), &out, &err), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(err.message, "Invalid escape in '%zz': '%' needs two hex digits behind it; "
					 "write a '%' itself as %25.");
	mr_error_init(&err);
	assert_int_equal(mr_uri_decode(arena, LIT("a%00b"), &out, &err), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(err.message, "A NUL character is not allowed in 'a%00b'.");
}

static void encoding(void **state)
{
	(void)state;
	assert_str("a%20b/%C3%A9%00~_.-%25", mr_uri_encode(arena, LIT("a b/\xc3\xa9\0~_.-%"), "/"));
	assert_str("a%2Fb", mr_uri_encode(arena, LIT("a/b"), ""));
	assert_str("", mr_uri_encode(arena, LIT(""), ""));
}

static void queries(void **state)
{
	const mr_str query = LIT("a=1&b=x+y%26&c&=e&a=2&%6Bey=v%");
	mr_str out;

	(void)state;
	assert_true(mr_uri_query_get(arena, query, "a", &out));
	assert_str("1", out);
	assert_true(mr_uri_query_get(arena, query, "b", &out));
	assert_str("x y&", out);
	assert_true(mr_uri_query_get(arena, query, "c", &out));
	assert_str("", out);
	assert_true(mr_uri_query_get(arena, query, "key", &out));
	assert_str("v%", out);
	assert_false(mr_uri_query_get(arena, query, "d", &out));
	assert_false(mr_uri_query_get(arena, query, "ke", &out));
	assert_false(mr_uri_query_get(arena, LIT(""), "a", &out));
}

static void secrets_are_hidden(void **state)
{
	static const char *const cases[][2] = {
		{"postgresql://u:pw@h:5432/db?sslmode=require&password=x&sslkey=/k#f",
		 "postgresql://u:***@h:5432/db?sslmode=require&password=***&sslkey=***#f"},
		{"http://h/p?X-Amz-Signature=abc&X-Amz-Credential=c&part=1",
		 "http://h/p?X-Amz-Signature=***&X-Amz-Credential=***&part=1"},
		{"https://ghp_0123456789abcdefghij@github.com/x", "https://***@github.com/x"},
		{"https://user@h/x", "https://user@h/x"},
		{"mysql://u:a@b:c@h/db", "mysql://u:***@h/db"},
		{"mysql://u:pa/ss#wd@h/db", "mysql://u:***@h/db"}, /* should have been escaped, and was not */
		{"mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3Dsecret", "mssql+pyodbc:///?odbc_connect=***"},
		{"http://h?p%61ssword=x&a", "http://h?p%61ssword=***&a"},
		{"http://h/a@b:c", "http://h/a@b:c"},
		{"sqlite:///m.db", "sqlite:///m.db"},
		{"./mlruns", "./mlruns"},
		{"", ""},
		{"x://h?", "x://h?"},
		{"x://h?token=", "x://h?token=***"},
		{"x://h?a=1&", "x://h?a=1&"},
		{"http://u:pw@h\n", "http://u:***@h\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_str(cases[i][1], mr_uri_redact(arena, mr_str_from(cases[i][0])));
}

/* data/appended.txt is what MLflow's append_to_uri_path gives. */
static void paths_are_appended_as_mlflow_does(void **state)
{
	char *line = (char *)test_data(arena, "appended.txt").ptr, *path, *result, *end;
	int count = 0;

	(void)state;
	for (; *line; line = end + 1, count++) {
		end = strchr(line, '\n');
		*end = 0;
		path = strchr(line, '\t');
		*path++ = 0;
		result = strchr(path, '\t');
		*result++ = 0;
		assert_str(result, mr_uri_append_path(arena, mr_str_from(line), mr_str_from(path)));
	}
	assert_true(count > 200);
	assert_null(mr_uri_append_path(arena, LIT("s3://b/p?x=.."), LIT("a")).ptr);
	assert_null(mr_uri_append_path(arena, LIT("s3://b/p?x=%252e%252E"), LIT("a")).ptr);
	assert_str("s3:////a", mr_uri_append_path(arena, LIT("s3:"), LIT("//a"))); /* not an authority */
}

static void local_paths(void **state)
{
	static const char *const good[][2] = {
		{"/p", "/p"},
		{"p/q", "p/q"},
		{"./a%20b", "./a b"},
		{"/a%zz", "/a%zz"},
		{"file:///p%20q#f", "/p q"},
		{"file:/p", "/p"},
		{"file:p", "p"},
		{"FILE:///p", "/p"},
		{"file://localhost/p", "/p"},
		{"file://./p", "/p"},
		{"sqlite:///p.db", "p.db"},
		{"sqlite:////p/q.db?timeout=1", "/p/q.db"},
		{"sqlite+pysqlite:///a%20b", "a%20b"}, /* SQLAlchemy does not decode it */
		{"sqlite://", ""},
		{"", ""},
	};
	static const char *const bad[][2] = {
		{"file://host/p",
		 "file://host/p is not a valid remote uri. For remote access on windows, please consider "
		 "using a different scheme such as SMB (e.g. smb://<hostname>/<path>)."},
		{"s3://b/p", "'s3://b/p' is not a local path. Give a path, or a URI that begins with file:."},
		{"sqlite://host/p",
		 "Invalid SQLite URL: sqlite://host/p\nValid SQLite URL forms are sqlite:///:memory: or "
		 "sqlite:////absolute/path/to/file.db"},
		{"/a%00b", "A NUL character is not allowed in the path '/a%00b'."},
	};
	mr_error err;
	mr_str out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_uri_to_local_path(arena, mr_str_from(good[i][0]), &out, &err), MR_OK);
		assert_str(good[i][1], out);
	}
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_uri_to_local_path(arena, mr_str_from(bad[i][0]), &out, &err),
				 MR_INVALID_PARAMETER_VALUE);
		assert_string_equal(err.message, bad[i][1]);
	}
	mr_error_init(&err);
	assert_int_equal(mr_uri_to_local_path(arena, LIT("sqlite:///a\0b"), &out, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_uri_to_local_path(arena, LIT("/a\0b"), &out, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_str("file:///a%20b/%C3%A9", mr_uri_from_local_path(arena, LIT("/a b/\xc3\xa9")));
	assert_int_equal(mr_uri_to_local_path(arena, mr_uri_from_local_path(arena, LIT("/%41 ?#")), &out, &err), MR_OK);
	assert_str("/%41 ?#", out);
}

static void running_out_of_memory_is_an_answer(void **state)
{
	const mr_str text = LIT("postgresql://user:password@host/database?token=x");
	bool failed = true, ok = false;
	mr_arena *own;
	mr_str out;

	(void)state;
	for (long n = 1; failed; n++) {
		mr_inject_alloc_fail_at(n);
		own = mr_arena_new(0);
		ok = own && mr_uri_redact(own, text).ptr && mr_uri_append_path(own, text, LIT("x")).ptr &&
		     mr_uri_encode(own, text, "").ptr && mr_uri_from_local_path(own, LIT("/x")).ptr &&
		     mr_uri_to_local_path(own, LIT("/x"), &out, NULL) == MR_OK;
		failed = mr_inject_alloc_off();
		assert_int_equal(ok, !failed);
		mr_arena_free(own);
	}
	assert_true(ok);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(bad_uris_are_refused),
		cmocka_unit_test(schemes),
		cmocka_unit_test(decoding),
		cmocka_unit_test(encoding),
		cmocka_unit_test(queries),
		cmocka_unit_test(secrets_are_hidden),
		cmocka_unit_test(paths_are_appended_as_mlflow_does),
		cmocka_unit_test(local_paths),
		cmocka_unit_test(running_out_of_memory_is_an_answer),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
