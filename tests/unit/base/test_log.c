/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/os.h"

static void collect(void *arg, mr_str line)
{
	mr_buf_str(arg, line);
}

/* Holds for "2026-11-26T12:00:00.123Z". */
static bool is_time(const char *text)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
	size_t i;

	for (i = 0; form[i]; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

static void text_lines(void **state)
{
	mr_buf lines;

	(void)state;
	mr_buf_init(&lines, 1 << 20);
	mr_log_set_sink(collect, &lines);
	mr_log_configure(MR_LOG_INFO, MR_LOG_TEXT);
	errno = 1234;
	mr_log(MR_LOG_INFO, "server", "listening on port %d", 5000);
	assert_int_equal(errno, 1234);
	assert_true(is_time(lines.ptr));
	assert_string_equal(lines.ptr + 24, " INFO server: listening on port 5000\n");
	mr_buf_clear(&lines);
	mr_log(MR_LOG_DEBUG, "server", "not shown");
	assert_int_equal(lines.len, 0);
	/* nobody forges a line or sends the terminal a sequence */
	mr_log(MR_LOG_WARNING, "sql", "a\nb\r\033[31m\x7f\tc\xc3\xa9");
	assert_string_equal(lines.ptr + 24, " WARNING sql: a\\nb\\x0d\\x1b[31m\\x7f\tc\xc3\xa9\n");
	mr_log_set_sink(NULL, NULL);
	mr_buf_dispose(&lines);
}

static void json_lines(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	mr_json *line;
	mr_error err;
	mr_buf lines;

	(void)state;
	mr_error_init(&err);
	mr_buf_init(&lines, 1 << 20);
	mr_log_set_sink(collect, &lines);
	mr_log_configure(MR_LOG_DEBUG, MR_LOG_JSON);
	mr_log(MR_LOG_ERROR, "plugin.x", "say \"hi\"\nand \xff go");
	assert_int_equal(lines.ptr[lines.len - 1], '\n');
	assert_int_equal(mr_json_parse(mr_buf_view(&lines), arena, &line, &err), MR_OK);
	assert_int_equal(line->count, 4);
	assert_true(is_time(mr_json_str(mr_json_get(line, "time"), LIT("")).ptr));
	assert_str("ERROR", mr_json_str(mr_json_get(line, "level"), LIT("")));
	assert_str("plugin.x", mr_json_str(mr_json_get(line, "module"), LIT("")));
	assert_str("say \"hi\"\nand \xef\xbf\xbd go", mr_json_str(mr_json_get(line, "message"), LIT("")));
	mr_log_set_sink(NULL, NULL);
	mr_buf_dispose(&lines);
	mr_arena_free(arena);
}

static void a_long_message_is_cut(void **state)
{
	mr_buf lines;

	(void)state;
	mr_buf_init(&lines, 1 << 20);
	mr_log_set_sink(collect, &lines);
	mr_log_configure(MR_LOG_DEBUG, MR_LOG_TEXT);
	mr_log(MR_LOG_INFO, "m", "%0100000d", 1);
	assert_true(lines.len > 8000 && lines.len < 9000);
	assert_int_equal(lines.ptr[lines.len - 1], '\n');
	mr_log_set_sink(NULL, NULL);
	mr_buf_dispose(&lines);
}

static void without_a_sink_lines_go_to_stderr(void **state)
{
	int saved = dup(STDERR_FILENO);
	char got[200] = "";
	int ends[2];
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	mr_log_configure(MR_LOG_WARNING, MR_LOG_TEXT);
	mr_log(MR_LOG_ERROR, "client", "lost");
	dup2(saved, STDERR_FILENO);
	n = read(ends[0], got, sizeof got - 1);
	assert_true(n > 24);
	assert_string_equal(got + 24, " ERROR client: lost\n"); /* no colour: this is no terminal */
	close(saved);
	close(ends[0]);
	close(ends[1]);
}

static void levels_have_names(void **state)
{
	mr_log_level level = MR_LOG_DEBUG;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_log_level_parse(LIT("Info"), &level, &err), MR_OK);
	assert_int_equal(level, MR_LOG_INFO);
	assert_int_equal(mr_log_level_parse(LIT("WARN"), &level, &err), MR_OK);
	assert_int_equal(level, MR_LOG_WARNING);
	assert_int_equal(mr_log_level_parse(LIT("critical"), &level, &err), MR_OK);
	assert_int_equal(level, MR_LOG_ERROR);
	assert_int_equal(mr_log_level_parse(LIT("off"), &level, &err), MR_OK);
	assert_int_equal(level, MR_LOG_OFF);
	assert_int_equal(mr_log_level_parse(LIT("loud"), &level, &err), MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(err.message, "Unknown log level 'loud'. Use one of debug, info, warning, error, off.");
	mr_log_configure(MR_LOG_OFF, MR_LOG_TEXT);
	assert_false(mr_log_enabled(MR_LOG_ERROR));
	assert_false(mr_log_enabled(MR_LOG_OFF));
}

enum { THREADS = 4, LINES = 200 };

static void *log_many(void *name)
{
	for (int i = 0; i < LINES; i++)
		mr_log(MR_LOG_INFO, name, "line %d of a thread", i);
	return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
	static char names[THREADS][5] = {"aaaa", "bbbb", "cccc", "dddd"};
	unsigned long threads[THREADS];
	mr_error err;
	mr_buf lines;
	char *line, *rest = NULL;
	int count = 0;

	(void)state;
	mr_error_init(&err);
	mr_buf_init(&lines, 1 << 20);
	mr_log_set_sink(collect, &lines);
	mr_log_configure(MR_LOG_INFO, MR_LOG_TEXT);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(mr_thread_start(&threads[i], "logger", log_many, names[i], &err), MR_OK);
	for (int i = 0; i < THREADS; i++)
		mr_thread_join(threads[i]);
	mr_log_set_sink(NULL, NULL);
	for (line = strtok_r(lines.ptr, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		assert_true(is_time(line));
		assert_non_null(strstr(line, " of a thread"));
		count++;
	}
	assert_int_equal(count, THREADS * LINES);
	mr_buf_dispose(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_lines),
		cmocka_unit_test(json_lines),
		cmocka_unit_test(a_long_message_is_cut),
		cmocka_unit_test(without_a_sink_lines_go_to_stderr),
		cmocka_unit_test(levels_have_names),
		cmocka_unit_test(lines_of_threads_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
