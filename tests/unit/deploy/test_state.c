/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/state.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"
#include "deploy/logs.h"
#include "deploy/record.h"
#include "helper.h"

static char *folder;
static struct mr_state s;

static int set_up(void **state)
{
	char path[4096];

	folder = make_folder();
	snprintf(path, sizeof path, "%s/a/state", folder);
	return set_up_arena(state) || mr_state_open(mr_str_from(path), &s, NULL) != MR_OK;
}

static int tear_down(void **state)
{
	mr_state_close(&s);
	remove_folder(folder);
	return tear_down_arena(state);
}

static struct mr_map_string config[] = {{{"command", 7}, {"a \"b\" \\", 7}}, {{"env.X", 5}, {"", 0}}};

static struct mr_record example(const char *name)
{
	struct mr_record r = {.name = mr_str_from(name), .host = mr_str_from("127.0.0.1"), .port = 4711, .created_ms = 1234567890123};

	r.wanted = (struct mr_revision){.number = 3,
					.made_ms = 5,
					.model_uri = mr_str_from("models:/m@\xc3\xa4"),
					.model = mr_str_from("/x y"),
					.flavor = mr_str_from("onnx"),
					.flavor_chosen = true,
					.config = config,
					.config_n = 2,
					.environment = config,
					.environment_n = 1};
	r.current = r.wanted;
	r.current.number = 2;
	r.failed = 1;
	r.failed_why = mr_str_from("line\nline");
	r.deleting = true;
	r.state = mr_str_from("RUNNING");
	r.restarts = 7;
	r.pid = 99;
	return r;
}

static void records_come_back_as_they_were(void **state)
{
	struct mr_record r = example("a"), back;
	mr_buf one, two;

	(void)state;
	assert_int_equal(mr_state_write(&s, &r, NULL), MR_OK);
	assert_int_equal(mr_state_read(&s, r.name, arena, &back, NULL), MR_OK);
	mr_buf_init(&one, 1 << 20);
	mr_buf_init(&two, 1 << 20);
	mr_record_write(&r, &one);
	mr_record_write(&back, &two);
	assert_text(mr_buf_view(&two), one.ptr);
	assert_text(back.wanted.config[0].value, "a \"b\" \\");
	assert_int_equal(back.current.number, 2);
	mr_buf_dispose(&one);
	mr_buf_dispose(&two);
}

static void damaged_records_are_named(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "The state of deployment 'a'"},
		{"{\"name\": \"a\"", "deployments/a.json) cannot be read"},
		{"[]", "no name"},
		{"{\"name\": \"a\", \"host\": \"h\", \"port\": 70000, \"wanted\": {\"number\": 1}}", "no valid port"},
		{"{\"name\": \"b\", \"host\": \"h\", \"port\": 1, \"wanted\": {\"number\": 1}}", "it describes 'b'"},
		{"{\"name\": \"a\", \"host\": \"h\", \"port\": 1, \"wanted\": {\"number\": \"x\"}}", "revision"},
	};
	struct mr_record r;
	mr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_str path = mr_state_path(&s, arena, "deployments", mr_str_from("a"), ".json");

		assert_int_equal(mr_file_write_atomic(path, mr_str_from(cases[i].text), NULL), MR_OK);
		mr_error_init(&err);
		assert_int_not_equal(mr_state_read(&s, mr_str_from("a"), arena, &r, &err), MR_OK);
		assert_says(&err, cases[i].says);
	}
	mr_error_init(&err);
	assert_int_equal(mr_state_read(&s, mr_str_from("none"), arena, &r, &err), MR_RESOURCE_DOES_NOT_EXIST);
}

static void names_are_sorted_and_only_records(void **state)
{
	static const char *const all[] = {"b", "a", "c.d"};
	mr_str *names;
	size_t n;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct mr_record r = example(all[i]);

		assert_int_equal(mr_state_write(&s, &r, NULL), MR_OK);
	}
	assert_int_equal(mr_file_write_atomic(mr_arena_printf(arena, "%s/deployments/x.json.tmp", s.folder.ptr), mr_str_from(""), NULL), MR_OK);
	assert_int_equal(mr_file_write_atomic(mr_arena_printf(arena, "%s/deployments/.json", s.folder.ptr), mr_str_from(""), NULL), MR_OK);
	assert_int_equal(mr_state_names(&s, arena, &names, &n, NULL), MR_OK);
	assert_int_equal(n, 3);
	assert_text(names[0], "a");
	assert_text(names[2], "c.d");
	assert_int_equal(mr_state_remove(&s, mr_str_from("a"), true, NULL), MR_OK);
	assert_int_equal(mr_state_remove(&s, mr_str_from("a"), true, NULL), MR_OK);
	assert_int_equal(mr_state_names(&s, arena, &names, &n, NULL), MR_OK);
	assert_int_equal(n, 2);
}

static void links_are_removed_and_not_followed(void **state)
{
	mr_str outside = mr_arena_printf(arena, "%s/outside", folder), inside = mr_arena_printf(arena, "%s/models/a", s.folder.ptr);
	mr_str kept = mr_arena_printf(arena, "%s/kept", outside.ptr);
	struct stat st;

	(void)state;
	assert_int_equal(mr_dir_make(outside, NULL), MR_OK);
	assert_int_equal(mr_file_write_atomic(kept, mr_str_from("x"), NULL), MR_OK);
	assert_int_equal(mr_dir_make(mr_arena_printf(arena, "%s/1", inside.ptr), NULL), MR_OK);
	assert_int_equal(symlink(outside.ptr, mr_arena_printf(arena, "%s/1/link", inside.ptr).ptr), 0);
	mr_state_remove_tree(inside);
	assert_int_not_equal(lstat(inside.ptr, &st), 0);
	assert_int_equal(stat(kept.ptr, &st), 0);
}

/* In another process: whether it sees a supervisor, and whether it could be one. */
static int ask_other(void)
{
	struct mr_state other;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (mr_state_open(s.folder, &other, NULL) != MR_OK)
			_exit(9);
		_exit((mr_state_supervised(&other) ? 1 : 0) + (mr_state_supervise(&other) ? 2 : 0));
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void there_is_one_supervisor(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(ask_other(), 2);
	assert_int_equal(ask_other(), 2); /* the one before has ended */
	assert_true(mr_state_supervise(&s));
	assert_int_equal(ask_other(), 1);
	assert_int_equal(stat(s.folder.ptr, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	mr_state_wake(&s); /* nobody listens: fine */
}

static void the_id_stays(void **state)
{
	struct mr_state other;

	(void)state;
	assert_int_equal(mr_state_open(s.folder, &other, NULL), MR_OK);
	assert_int_equal(s.id.len, 32);
	assert_true(mr_str_eq(other.id, s.id));
	mr_state_close(&other);
}

/* Whatever fails, the record is the old or the new one. */
static void a_failed_write_changes_nothing(void **state)
{
	struct mr_record r = example("a"), back;

	(void)state;
	assert_int_equal(mr_state_write(&s, &r, NULL), MR_OK);
	r.port = 1;
	for (long n = 1;; n++) {
		mr_code code;

		mr_inject_io_fail_at(n);
		code = mr_state_write(&s, &r, NULL);
		if (!mr_inject_io_off())
			break;
		assert_int_equal(mr_state_read(&s, r.name, arena, &back, NULL), MR_OK);
		assert_true(back.port == 4711 || back.port == 1);
		if (code == MR_OK)
			assert_int_equal(back.port, 1);
	}
	assert_int_equal(mr_state_read(&s, r.name, arena, &back, NULL), MR_OK);
	assert_int_equal(back.port, 1);
	for (long n = 1;; n++) {
		mr_inject_alloc_fail_at(n);
		(void)mr_state_write(&s, &r, NULL);
		(void)mr_state_read(&s, r.name, arena, &back, NULL);
		if (!mr_inject_alloc_off())
			break;
	}
}

static void a_folder_that_was_removed_is_missed(void **state)
{
	char aside[5000];

	(void)state;
	assert_true(mr_state_is_there(&s));
	snprintf(aside, sizeof aside, "%s.aside", s.folder.ptr);
	assert_int_equal(rename(s.folder.ptr, aside), 0);
	assert_false(mr_state_is_there(&s));
	assert_int_equal(mr_dir_make(s.folder, NULL), MR_OK);
	assert_int_equal(mr_file_write_atomic(mr_state_path(&s, arena, "lock", mr_str_make(NULL, 0), ""), mr_str_from(""), NULL), MR_OK);
	assert_false(mr_state_is_there(&s)); /* another one of that name */
}

static void a_folder_that_others_write_to_is_refused(void **state)
{
	struct mr_state other;
	mr_error err;

	(void)state;
	assert_int_equal(chmod(s.folder.ptr, 0770), 0);
	mr_error_init(&err);
	assert_int_equal(mr_state_open(s.folder, &other, &err), MR_PERMISSION_DENIED);
	assert_says(&err, "chmod go-w '");
	mr_state_close(&other);
	assert_int_equal(chmod(s.folder.ptr, 0755), 0);
	assert_int_equal(mr_state_open(s.folder, &other, &err), MR_OK);
	mr_state_close(&other);
	if (geteuid() != 0)
		return;
	assert_int_equal(chown(s.folder.ptr, 12345, 0), 0);
	mr_error_init(&err);
	assert_int_equal(mr_state_open(s.folder, &other, &err), MR_PERMISSION_DENIED);
	assert_says(&err, "belongs to another user (12345)");
	mr_state_close(&other);
}

/* Who has it open goes on writing, at the end of what is new. */
static void a_large_log_begins_anew(void **state)
{
	mr_str path = mr_arena_printf(arena, "%s/logs/a.log", s.folder.ptr), tail;
	struct stat st;
	char line[1024];
	int fd = logs_open(path);

	(void)state;
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\n';
	assert_true(fd >= 0);
	for (int i = 0; i < 10 << 10; i++)
		assert_int_equal(write(fd, line, sizeof line), sizeof line);
	logs_trim(path);
	assert_int_equal(stat(path.ptr, &st), 0);
	assert_int_equal(st.st_size, 10 << 20);
	assert_int_equal(write(fd, "over\n", 5), 5);
	logs_trim(path);
	assert_int_equal(write(fd, "first\x01\nlast\n", 12), 12);
	close(fd);
	assert_int_equal(stat(path.ptr, &st), 0);
	assert_int_equal(st.st_size, 12);
	assert_int_equal(stat(mr_arena_printf(arena, "%s.1", path.ptr).ptr, &st), 0);
	assert_int_equal(st.st_size, (10 << 20) + 5);
	tail = logs_tail(path, arena);
	assert_text(tail, "first \nlast\n");
	assert_text(logs_tail(mr_str_from("/nonexistent"), arena), "(nothing)");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(records_come_back_as_they_were), TEST(damaged_records_are_named),
		TEST(names_are_sorted_and_only_records), TEST(links_are_removed_and_not_followed),
		TEST(there_is_one_supervisor),		TEST(the_id_stays),
		TEST(a_folder_that_others_write_to_is_refused), TEST(a_folder_that_was_removed_is_missed),
		TEST(a_failed_write_changes_nothing),	TEST(a_large_log_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
