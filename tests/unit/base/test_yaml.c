/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "base/inject.h"
#include "base/yaml.h"

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

/* The YAML text as JSON; an error's message when there is one. */
static mr_str as_json(mr_str yaml)
{
	mr_json_writer w;
	mr_json *tree;
	mr_error err;
	mr_buf buf;
	mr_str out;

	mr_error_init(&err);
	if (mr_yaml_parse(yaml, arena, &tree, &err))
		return mr_arena_copy(arena, mr_str_make(err.message, err.length));
	mr_buf_init(&buf, 1 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_tree(&w, tree);
	out = mr_arena_copy(arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

/* data/yaml_scalars.txt is what PyYAML makes of plain scalars. */
static void plain_scalars_are_what_pyyaml_says(void **state)
{
	char *text = (char *)test_data(arena, "yaml_scalars.txt").ptr, *line, *json, *rest = NULL;
	int count = 0;

	(void)state;
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), count++) {
		json = strchr(line, '\t');
		*json++ = 0;
		assert_str(mr_arena_printf(arena, "[%s]", json).ptr, as_json(mr_arena_printf(arena, "- %s\n", line)));
	}
	assert_true(count > 70);
}

/* data/yaml_dumps.txt is what PyYAML dumps of many values. */
static void dumps_are_pyyamls_to_the_byte_and_read_back(void **state)
{
	mr_str text = test_data(arena, "yaml_dumps.txt");
	const char *at = text.ptr, *json_end, *next;
	int count = 0;
	mr_json *tree;
	mr_error err;
	mr_buf buf;
	mr_str json;

	(void)state;
	mr_buf_init(&buf, 1 << 20);
	for (; *at; at = next, count++) {
		json_end = strchr(at, '\n');
		next = strstr(json_end, "\n### ");
		next = next ? next + 1 : text.ptr + text.len;
		json = mr_str_make(at + 4, (size_t)(json_end - at) - 4);
		mr_error_init(&err);
		assert_int_equal(mr_json_parse(json, arena, &tree, &err), MR_OK);
		mr_buf_clear(&buf);
		assert_int_equal(mr_yaml_write(&buf, tree, &err), MR_OK);
		assert_str(mr_arena_copy(arena, mr_str_make(json_end + 1, (size_t)(next - json_end) - 1)).ptr,
			   mr_buf_view(&buf));
		assert_str(mr_arena_copy(arena, json).ptr, as_json(mr_buf_view(&buf)));
	}
	assert_true(count > 700);
	mr_buf_dispose(&buf);
}

static void what_people_write_is_read(void **state)
{
	static const struct {
		const char *yaml;
		const char *json;
	} cases[] = {
		{"", "null"},
		{"# only a comment\n", "null"},
		{"---\n", "null"},
		{"--- 1\n...\n", "1"},
		{"%YAML 1.1\n---\na: 1\n", "{\"a\": 1}"},
		{"name: x\nentry_points:\n  main:\n    parameters:\n      alpha: {type: float, default: 0.1}\n"
		 "    command: \"python t.py {alpha}\"\n",
		 "{\"name\": \"x\", \"entry_points\": {\"main\": {\"parameters\": {\"alpha\": {\"type\": \"float\", "
		 "\"default\": 0.1}}, \"command\": \"python t.py {alpha}\"}}}"},
		{"a: |\n  one\n  two\nb: >-\n  one\n  two\n", "{\"a\": \"one\\ntwo\\n\", \"b\": \"one two\"}"},
		{"'1': \"yes\"\n2: 'no'\ntrue: ~\n", "{\"1\": \"yes\", \"2\": \"no\", \"true\": null}"},
		{"date: 2020-01-01\n", "{\"date\": \"2020-01-01\"}"},
		{"a: 1\na: 2\n", "{\"a\": 1, \"a\": 2}"},
		{"[!!str 5, !!int '7', !!float 3, ! 6, !!null x, !!bool 'yes']", "[\"5\", 7, 3.0, \"6\", null, true]"},
		{"base: &b {x: 1, y: 2}\nd:\n  <<: *b\n  y: 3\n",
		 "{\"base\": {\"x\": 1, \"y\": 2}, \"d\": {\"y\": 3, \"x\": 1}}"},
		{"<<: [{a: 1, b: 1}, {a: 2, c: 3}]\nb: 9\n", "{\"b\": 9, \"a\": 1, \"c\": 3}"},
		{"- &a [1, 2]\n- *a\n- &a 7\n- *a\n", "[[1, 2], [1, 2], 7, 7]"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_str(cases[i].json, as_json(mr_str_from(cases[i].yaml)));
}

static void what_cannot_be_read_says_why_and_where(void **state)
{
	static const struct {
		const char *yaml;
		const char *message;
	} cases[] = {
		{"a: [1, 2", "Invalid YAML at line 2 column 1: did not find expected ',' or ']'"},
		{"a: b: c", "Invalid YAML at line 1 column 5: mapping values are not allowed in this context"},
		{"x\n\ty: 1", "Invalid YAML at line 2 column 3: mapping values are not allowed in this context"},
		{"--- 1\n--- 2\n", "Invalid YAML at line 2 column 1: a second document; one is expected"},
		{"!!python/object:os.system {}",
		 "Invalid YAML at line 1 column 1: unknown tag; only the standard types of YAML are read"},
		{"- !foo x", "Invalid YAML at line 1 column 3: unknown tag; only the standard types of YAML are read"},
		{"!!int x", "Invalid YAML at line 1 column 1: this is not the number that its tag says"},
		{"!!bool x", "Invalid YAML at line 1 column 1: this is not the boolean that its tag says"},
		{"? [1]\n: 2", "Invalid YAML at line 1 column 3: a key must be text or a number"},
		{"a: *none", "Invalid YAML at line 1 column 4: this alias names nothing that came before"},
		{"a: &x\n  b: *x", "Invalid YAML at line 2 column 6: this alias stands inside of what it names"},
		{"<<: 3", "Invalid YAML at line 1 column 1: expected a mapping or list of mappings for merging"},
		{"<<: {a: 1}\n<<: {b: 1}",
		 "Invalid YAML at line 2 column 1: a second '<<' in a mapping; give one a list of mappings"},
		{"0x10000000000000000", "Invalid YAML at line 1 column 1: the number is too large"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_str(cases[i].message, as_json(mr_str_from(cases[i].yaml)));
	assert_non_null(strstr(as_json(LIT("a: \xff")).ptr, "invalid leading UTF-8 octet"));
	assert_non_null(strstr(as_json(LIT("a: \x01")).ptr, "control characters are not allowed"));
}

static void bombs_are_refused(void **state)
{
	mr_buf buf;
	int i;

	(void)state;
	mr_buf_init(&buf, 1 << 26);
	mr_buf_c(&buf, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (i = 1; i < 12; i++)
		mr_buf_printf(&buf, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1,
			      i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	assert_non_null(strstr(as_json(mr_buf_view(&buf)).ptr, "the aliases stand for more than is allowed"));
	mr_buf_clear(&buf);
	for (i = 0; i < 300; i++)
		mr_buf_char(&buf, '[');
	assert_non_null(strstr(as_json(mr_buf_view(&buf)).ptr, "nested too deeply"));
	mr_buf_clear(&buf); /* deep by aliases: each names the one before */
	mr_buf_c(&buf, "- &a0 [x]\n");
	for (i = 1; i < 200; i++)
		mr_buf_printf(&buf, "- &a%d [*a%d]\n", i, i - 1);
	assert_non_null(strstr(as_json(mr_buf_view(&buf)).ptr, "nested too deeply"));
	mr_buf_clear(&buf);
	memset(mr_buf_reserve(&buf, MR_YAML_SIZE_MAX + 1), ' ', MR_YAML_SIZE_MAX + 1);
	buf.len = MR_YAML_SIZE_MAX + 1;
	assert_non_null(strstr(as_json(mr_buf_view(&buf)).ptr, "the text is too large"));
	mr_buf_dispose(&buf);
}

static void what_cannot_be_written_says_why(void **state)
{
	mr_json text = {.type = MR_JSON_STRING, .text = LIT("\xff")};
	mr_json number = {.type = MR_JSON_NUMBER, .text = LIT("1e")};
	mr_json nested[200];
	mr_error err;
	mr_buf buf;
	int i;

	(void)state;
	mr_buf_init(&buf, 1 << 20);
	mr_error_init(&err);
	assert_int_equal(mr_yaml_write(&buf, &text, &err), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(err.message, "Cannot write YAML: a text is not valid UTF-8");
	mr_error_init(&err);
	assert_int_equal(mr_yaml_write(&buf, &number, &err), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(err.message, "Cannot write YAML: '1e' is not a number");
	memset(nested, 0, sizeof nested);
	for (i = 0; i < 200; i++) {
		nested[i].type = MR_JSON_ARRAY;
		nested[i].count = i < 199;
		nested[i].items = i < 199 ? &nested[i + 1] : NULL;
	}
	mr_error_init(&err);
	assert_int_equal(mr_yaml_write(&buf, nested, &err), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(err.message, "Cannot write YAML: nested deeper than 100 levels");
	mr_buf_dispose(&buf);
	mr_buf_init(&buf, 10);
	mr_error_init(&err);
	text.text = LIT("a text of more than ten bytes");
	assert_int_equal(mr_yaml_write(&buf, &text, &err), MR_RESOURCE_EXHAUSTED);
	mr_buf_dispose(&buf);
}

static void running_out_of_memory_is_an_answer(void **state)
{
	bool failed = true;
	mr_json *tree;
	mr_error err;
	mr_code code = MR_INTERNAL_ERROR;
	mr_arena *own;

	(void)state;
	for (long n = 1; failed; n++) {
		own = mr_arena_new(0);
		mr_error_init(&err);
		mr_inject_alloc_fail_at(n);
		code = mr_yaml_parse(LIT("a: &x {b: [1, 2, 3, 4, 5, 6], c: 0x10}\nd:\n  <<: *x\n  e: text\n"), own,
				     &tree, &err);
		failed = mr_inject_alloc_off();
		if (code != MR_OK)
			assert_true(failed && err.code == code);
		mr_arena_free(own);
	}
	assert_int_equal(code, MR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_scalars_are_what_pyyaml_says),
		cmocka_unit_test(dumps_are_pyyamls_to_the_byte_and_read_back),
		cmocka_unit_test(what_people_write_is_read),
		cmocka_unit_test(what_cannot_be_read_says_why_and_where),
		cmocka_unit_test(bombs_are_refused),
		cmocka_unit_test(what_cannot_be_written_says_why),
		cmocka_unit_test(running_out_of_memory_is_an_answer),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
