/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of several files: applied, interrupted, completed, undone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/inject.h"
#include "file_world.h"
#include "store/file/change.h"
#include "store/file/store.h"

static struct file_world world;
static struct mr_disk disk;
static mr_call *call;
static mr_error err;

static int setup(void **state)
{
	(void)state;
	file_world_make(&world);
	call = mr_call_new(0);
	mr_error_init(&err);
	assert_int_equal(mr_disk_open(&disk, mr_str_from(world.root), &err), MR_OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mr_disk_close(&disk);
	mr_call_free(call);
	file_world_remove(&world);
	return 0;
}

static bool is_pending(void)
{
	bool pending;

	assert_int_equal(mr_change_pending(&disk, &pending, &err), MR_OK);
	return pending;
}

static mr_str s(const char *text)
{
	return mr_str_from(text);
}

static mr_code change_several(mr_error *why)
{
	struct mr_change change;

	mr_change_init(&change, &disk, call);
	mr_change_append(&change, s("a/lines"), s("3\n"));
	mr_change_append(&change, s("a/lines"), s("4\n"));
	mr_change_put(&change, s("a/b/new"), s("new"));
	mr_change_put(&change, s("a/old"), s("newer"));
	mr_change_remove(&change, s("a/gone"));
	mr_change_folder(&change, s("a/c/d"));
	mr_change_move(&change, s("from"), s("to/there"));
	return mr_change_commit(&change, why);
}

static void make_before(void)
{
	file_write(&world, "1\n2\n", "a/lines");
	file_write(&world, "old", "a/old");
	file_write(&world, "x", "a/gone");
	file_write(&world, "y", "from/file");
}

static bool is_before(void)
{
	return !strcmp(file_text(&world, "a/lines"), "1\n2\n") && !strcmp(file_text(&world, "a/old"), "old") &&
	       file_is_there(&world, "a/gone") && file_is_there(&world, "from/file") && !file_is_there(&world, "a/b/new") &&
	       !file_is_there(&world, "to/there");
}

static bool is_after(void)
{
	return !strcmp(file_text(&world, "a/lines"), "1\n2\n3\n4\n") && !strcmp(file_text(&world, "a/old"), "newer") &&
	       !file_is_there(&world, "a/gone") && !file_is_there(&world, "from") && file_is_there(&world, "a/c/d") &&
	       file_text(&world, "a/b/new") && file_is_there(&world, "to/there/file");
}

static void test_all_of_it(void **state)
{
	(void)state;
	make_before();
	assert_int_equal(change_several(&err), MR_OK);
	assert_true(is_after());
	assert_false(is_pending());
}

/* Whichever call to the disk fails: nothing has happened, or what did is completed by the next who comes. */
static void test_every_failure(void **state)
{
	bool failed = true;
	int before = 0, after = 0;

	(void)state;
	for (long n = 1; failed; n++) {
		mr_error why;
		mr_code code;

		file_do(&world, "get_experiment", "{\"experiment_id\": \"0\"}");
		for (int i = 0; i < 2; i++) { /* in the state it has had before */
			mr_disk_remove_tree(&disk, s("a"), NULL);
			mr_disk_remove_tree(&disk, s("from"), NULL);
			mr_disk_remove_tree(&disk, s("to"), NULL);
		}
		make_before();
		mr_error_init(&why);
		mr_inject_io_fail_at(n);
		code = change_several(&why);
		failed = mr_inject_io_off();
		if (code == MR_OK) {
			assert_true(is_after());
			continue;
		}
		assert_true(why.length > 0);
		if (is_pending()) {
			file_do(&world, "get_experiment", "{\"experiment_id\": \"0\"}");
			assert_false(is_pending());
			assert_true(is_after());
			after++;
		} else {
			assert_true(is_before());
			before++;
		}
	}
	assert_true(before > 5);
	assert_true(after > 5);
}

static void test_every_allocation(void **state)
{
	bool failed = true;

	(void)state;
	for (long n = 1; failed; n++) {
		mr_error why;

		mr_disk_remove_tree(&disk, s("a"), NULL);
		mr_disk_remove_tree(&disk, s("from"), NULL);
		mr_disk_remove_tree(&disk, s("to"), NULL);
		make_before();
		mr_error_init(&why);
		mr_inject_alloc_fail_at(n);
		change_several(&why);
		failed = mr_inject_alloc_off();
		if (is_pending())
			assert_int_equal(mr_change_recover(&disk, &err), MR_OK);
		assert_true(is_before() || is_after());
	}
}

static void test_a_journal_is_completed(void **state)
{
	(void)state;
	file_write(&world, "1\n2\n3", "0/x");
	file_write(&world, "new", ".millrace-1.tmp");
	file_write(&world,
		   "{\"millrace_journal\": 1, \"steps\": [{\"do\": \"append\", \"path\": \"0/x\", \"at\": 4, \"lines\": "
		   "\"3\\n4\\n\"}, {\"do\": \"put\", \"path\": \"0/tags/a\", \"from\": \".millrace-1.tmp\"}, {\"do\": \"put\", "
		   "\"path\": \"0/tags/b\", \"from\": \".millrace-2.tmp\"}]}",
		   ".millrace-journal");
	file_write(&world, "theirs", "0/tags/b");
	file_do(&world, "get_experiment", "{\"experiment_id\": \"0\"}");
	assert_string_equal(file_text(&world, "0/x"), "1\n2\n3\n4\n");
	assert_string_equal(file_text(&world, "0/tags/a"), "new");
	assert_string_equal(file_text(&world, "0/tags/b"), "theirs"); /* was in its place before the crash */
	assert_false(is_pending());
}

/* Lines that others wrote between our crash and the return stay. */
static void test_a_journal_after_others(void **state)
{
	(void)state;
	file_write(&world, "1\n2\nmlflow\n", "0/x");
	file_write(&world,
		   "{\"millrace_journal\": 1, \"steps\": [{\"do\": \"append\", \"path\": \"0/x\", \"at\": 4, \"lines\": "
		   "\"3\\n\"}]}",
		   ".millrace-journal");
	file_do(&world, "get_experiment", "{\"experiment_id\": \"0\"}");
	assert_string_equal(file_text(&world, "0/x"), "1\n2\nmlflow\n3\n");
}

static void test_a_journal_that_cannot_be_read(void **state)
{
	(void)state;
	file_write(&world, "{\"millrace_journal\": 2}", ".millrace-journal");
	assert_non_null(strstr(file_ask(&world, "get_experiment", "{\"experiment_id\": \"0\"}"),
			       "DATA_LOSS: The journal '.millrace-journal' in the folder of the store cannot be read."));
	file_write(&world,
		   "{\"millrace_journal\": 1, \"steps\": [{\"do\": \"put\", \"path\": \"../x\", \"from\": \"0/meta.yaml\"}]}",
		   ".millrace-journal");
	assert_non_null(strstr(file_ask(&world, "get_experiment", "{\"experiment_id\": \"0\"}"), "INVALID_PARAMETER_VALUE: '..' cannot be a file's name"));
}

static void test_leftovers_go_when_the_store_opens(void **state)
{
	(void)state;
	file_write(&world, "x", ".millrace-77.tmp");
	file_write(&world, "x", ".millrace-keep");
	file_world_reopen(&world);
	assert_false(file_is_there(&world, ".millrace-77.tmp"));
	assert_true(file_is_there(&world, ".millrace-keep"));
}

static void test_md5(void **state)
{
	char text[201];

	(void)state;
	assert_string_equal(mr_file_md5(call, s(""), s("")).ptr, "d41d8cd98f00b204e9800998ecf8427e");
	assert_string_equal(mr_file_md5(call, s("message "), s("digest")).ptr, "f96b697d7cb7938d525a2f31aaf161d0");
	assert_string_equal(mr_file_md5(call, s("1234567890123456789012345678901234567890"),
					s("1234567890123456789012345678901234567890"))
				    .ptr,
			    "57edf4a22be3c955ac49da2e2107b67a");
	memset(text, 'a', sizeof text - 1);
	text[56] = 0;
	assert_string_equal(mr_file_md5(call, s(text), s("")).ptr, "3b0c8ac703f828b04c6c197006d17218");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_of_it),
		TEST(test_every_failure),
		TEST(test_every_allocation),
		TEST(test_a_journal_is_completed),
		TEST(test_a_journal_after_others),
		TEST(test_a_journal_that_cannot_be_read),
		TEST(test_leftovers_go_when_the_store_opens),
		TEST(test_md5),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
