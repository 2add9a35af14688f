/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands: what MLflow's str.format and shlex.quote would give, and that no value runs or ends what it is part of. The
 * shell that decides is bash itself.
 */
#include "helper.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/process.h"
#include "project/shell.h"

static mr_arena *arena;
static char folder[] = "/tmp/millrace-shell-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	return arena && (access(folder, F_OK) == 0 || (mkdtemp(folder) && chdir(folder) == 0)) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

static mr_code make(const char *template, mr_str value, mr_str *out, mr_error *err)
{
	const struct shell_value values[] = {{s_("x"), value}, {s_("other"), s_("1")}};

	mr_error_init(err);
	return shell_command(arena, "entry point 'main'", s_(template), values, 2, NULL, 0, out, err);
}

/* What bash says to it; the arguments of `printf '[%s]'` are what is looked at. */
static mr_str run(mr_str command)
{
	const char *const argv[] = {"bash", "-c", command.ptr, NULL};
	mr_str said;
	mr_buf out;
	int status = -1;

	mr_buf_init(&out, 65536);
	mr_process_capture(argv, 5000, &out, NULL, &status, NULL);
	said = mr_arena_copy(arena, mr_buf_view(&out));
	mr_buf_dispose(&out);
	return said;
}

static const char *const hostile[] = {
	"$(touch PWNED)", "`touch PWNED`", "'; touch PWNED; '", "\"; touch PWNED; \"", "\\'; touch PWNED #", "a\ntouch PWNED\n",
	"; touch PWNED", "|| touch PWNED", ") ; touch PWNED", "${IFS}$(touch PWNED)", "$PATH", "!!", "* ?", "~", "-n", "", " ", "\\", "'",
	"\"", "\\\"", "\\\\", "''", "E\ntouch PWNED\nE", "{a,b}", "a'b\"c$d`e\\f", "'\"'\"'", "$'\\'$(touch PWNED)'", "\t", "#", "\xc3\xa9 \xe2\x82\xac",
	">PWNED", "<(touch PWNED)", "esac; touch PWNED", "}; touch PWNED", "$((1+$(touch PWNED)))"};
#define HOSTILE_N (sizeof hostile / sizeof *hostile)

static void assert_nothing_ran(const char *template, const char *value)
{
	if (access("PWNED", F_OK) == 0) {
		unlink("PWNED");
		fail_msg("the value %s ran in %s", value, template);
	}
}

static void quotes_as_python(void **state)
{
	static const char *const pairs[][2] = {{"", "''"},	   {"a", "a"},	   {"a b", "'a b'"},	  {"0.5", "0.5"},
					       {"a'b", "'a'\"'\"'b'"}, {"~/x", "'~/x'"}, {"_@%+=:,./-", "_@%+=:,./-"}, {"\xc3\xa9", "'\xc3\xa9'"}};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		assert_str(shell_quote(arena, s_(pairs[i][0])), pairs[i][1]);
}

static void fills_in_as_mlflow(void **state)
{
	const struct shell_value values[] = {{s_("a"), s_("1")}, {s_("b-c"), s_("x y")}};
	const struct shell_value extra[] = {{s_("more"), s_("2")}, {s_("odd key"), s_("it's")}};
	mr_error err;
	mr_str out;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(shell_command(arena, "e", s_("run {a} {b-c} {{ {{a}} }} {a}"), values, 2, extra, 2, &out, &err), MR_OK);
	assert_str(out, "run 1 'x y' { {a} } 1 --more 2 --'odd key' 'it'\"'\"'s'");
}

/* An argument of its own arrives as it was given. */
static void values_arrive_whole(void **state)
{
	static const char *const templates[][3] = {
		{"printf '[%s]' {x}", "[", "]"},
		{"printf '[%s]' pre{x}post", "[pre", "post]"},
		{"printf '[%s]' 'pre'{x}\"post\"", "[pre", "post]"},
		{"A=1 printf '[%s]' --name={x}", "[--name=", "]"},
		{"(printf '[%s]' {x}) # {other}", "[", "]"},
		{"for i in 1; do printf '[%s]' {x}; done", "[", "]"},
		{"true && printf '[%s]' {x} || true", "[", "]"},
		{"printf '[%s]' \"$(printf '%s.' {x})\"", "[", ".]"},
		{"cat <<< {x}", "", "\n"},
		{"bash -c \"printf '[%s]' {x}\"", "[", "]"},
		{"bash -c 'printf \"[%s]\" {x}'", "[", "]"},
		{"bash -c \"true && printf '[%s]' pre{x}\"", "[pre", "]"},
		{"echo \"it's\" >/dev/null; printf '[%s]' {x}", "[", "]"},
		{"# it's a comment\nprintf '[%s]' {x}", "[", "]"},
		{"echo \\' >/dev/null; printf '[%s]' {x}", "[", "]"},
		{"echo ${{HOME}} >/dev/null; printf '[%s]' {x}", "[", "]"},
	};
	mr_error err;
	mr_str out, expected;

	(void)state;
	for (size_t t = 0; t < sizeof templates / sizeof *templates; t++)
		for (size_t v = 0; v < HOSTILE_N; v++) {
			if (make(templates[t][0], s_(hostile[v]), &out, &err) != MR_OK)
				fail_msg("%s with %s: %s", templates[t][0], hostile[v], err.message);
			expected = mr_arena_printf(arena, "%s%s%s", templates[t][1], hostile[v], templates[t][2]);
			assert_str(run(out), expected.ptr);
			assert_nothing_ran(templates[t][0], hostile[v]);
		}
}

/* In quotes of the template it is the text that MLflow puts there, and nothing of it is expanded. */
static void values_in_quotes_stay_text(void **state)
{
	static const char *const templates[] = {"printf '[%s]' \"{x}\"", "printf '[%s]' '{x}'", "printf '[%s]' \"a\"'{x}'",
						"echo $(echo) >/dev/null; printf '[%s]' \"{x}\""};
	mr_error err;
	mr_str out, expected;

	(void)state;
	for (size_t t = 0; t < sizeof templates / sizeof *templates; t++)
		for (size_t v = 0; v < HOSTILE_N; v++) {
			assert_int_equal(make(templates[t], s_(hostile[v]), &out, &err), MR_OK);
			expected = mr_arena_printf(arena, "[%s%s]", t == 2 ? "a" : "", shell_quote(arena, s_(hostile[v])).ptr);
			assert_str(run(out), expected.ptr);
			assert_nothing_ran(templates[t], hostile[v]);
		}
}

static void refuses_where_quoting_cannot_hold(void **state)
{
	static const char *const templates[][2] = {
		{"echo `echo {x}`", "backtick"},
		{"cat <<E\n{x}\nE", "here-document"},
		{"cat <<-E\n{x}\nE", "here-document"},
		{"cat <<{x}", "after <<"},
		{"true # {x}", "in a comment"},
		{"echo $'{x}'", "after $'"},
		{"echo \\{x}", "after a backslash"},
		{"echo ${x}", "after a $"},
		{"echo $((1 + {x}))", "after (("},
		{"echo ${{HOME:-{x}}}", "in ${...}"},
		{"echo \"${{HOME:-{x}}}\"", "in ${...}"},
		{"bash -c \"echo '{x}'\"", "quotes within quotes"},
		{"bash -c 'echo \"{x}\"'", "quotes within quotes"},
		{"python -c 'print(\"{x}\")'", "quotes within quotes"},
		{"bash -c \"echo \\\"{x}\\\"\"", "quotes within quotes"},
		{"bash -c \"echo $(echo) '\"; echo \"{x}", NULL}, /* in plain double quotes again */
		{"echo $(case a in a) echo \"{x}\";; esac)", "after a case"},
	};
	mr_error err;
	mr_str out;

	(void)state;
	for (size_t t = 0; t < sizeof templates / sizeof *templates; t++) {
		mr_code code = make(templates[t][0], s_("a b$(touch PWNED)"), &out, &err);

		if (templates[t][1])
			assert_refused(code, err, templates[t][1]);
		assert_int_equal(make(templates[t][0], s_("plain-1.5"), &out, &err), MR_OK);
	}
	assert_refused(make("echo {x}", mr_str_make("a\0b", 3), &out, &err), err, "NUL");
}

static void says_what_is_wrong_with_the_template(void **state)
{
	mr_error err;
	mr_str out;

	(void)state;
	assert_refused(make("echo {othre}", s_("1"), &out, &err), err, "Did you mean 'other'?");
	assert_refused(make("awk '{print $1}'", s_("1"), &out, &err), err, "none of its parameters");
	assert_refused(make("echo {x:>10}", s_("1"), &out, &err), err, "without a format");
	assert_refused(make("echo {x!r}", s_("1"), &out, &err), err, "without a format");
	assert_refused(make("echo {}", s_("1"), &out, &err), err, "none of its parameters");
	assert_refused(make("echo }", s_("1"), &out, &err), err, "single '}'");
	assert_refused(make("echo {x", s_("1"), &out, &err), err, "single '{'");
}

/* Templates put together by chance: whatever is accepted does not run the value. */
static void nothing_runs_in_templates_by_chance(void **state)
{
	static const char *const tokens[] = {"echo ", " ", "'", "\"", "\\", "$(", ")", "(", "; ", " #", "\n", "`", " <<E\n", "\nE\n", "${{A", "}}",
					     "$", "case a in a) ", ";; esac", "{x}", "{x}", "{x}", "{x}", " && ", "| cat ", "true", "$'", "((",
					     "<<< ", "A=", "{{ ", "; }}", "if ", "then ", "fi\n", "*", "~"};
	uint64_t seed = 88172645463325252u;
	size_t accepted = 0;
	mr_error err;
	mr_str out;

	(void)state;
	for (int round = 0; round < 1500; round++) {
		char template[256] = "echo ";

		for (int k = 0; k < 7; k++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			strcat(template, tokens[(seed >> 20) % (sizeof tokens / sizeof *tokens)]);
		}
		if (!strstr(template, "{x}") || make(template, s_(hostile[(seed >> 40) % 14]), &out, &err) != MR_OK)
			continue;
		accepted++;
		run(out);
		assert_nothing_ran(template, hostile[(seed >> 40) % 14]);
	}
	assert_true(accepted > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(quotes_as_python, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fills_in_as_mlflow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(values_arrive_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(values_in_quotes_stay_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_where_quoting_cannot_hold, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_what_is_wrong_with_the_template, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_runs_in_templates_by_chance, set_up, tear_down),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	rmdir(folder);
	return failed;
}
