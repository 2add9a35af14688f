/* SPDX-License-Identifier: Apache-2.0
 *
 * The spool file: what was appended is read in order, survives a killed process,
 * and is never read wrongly when the file is damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/crc32c.h"
#include "client/orphans.h"
#include "client/spool.h"

static char folder[64];

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/mr-spool-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

static mr_spool *make(size_t size)
{
	mr_spool *spool;
	mr_error err;

	mr_error_init(&err);
	assert_int_equal(mr_spool_create(mr_str_from(folder), mr_str_from("http://u"), size, &spool, &err), MR_OK);
	return spool;
}

/* Record i has texts of lengths that depend on it. */
static struct mr_spool_record record(int i, char text[300])
{
	memset(text, 'a' + i % 26, 299);
	return (struct mr_spool_record){.kind = i % 2 ? MR_SPOOL_METRIC : MR_SPOOL_TAG,
					.run_id = mr_str_from("0123456789abcdef0123456789abcdef"),
					.key = mr_str_make(text, (size_t)(i % 40) + 1),
					.text = mr_str_make(text, i % 2 ? 0 : (size_t)(i * 7 % 290)),
					.number = i * 0.5,
					.step = i,
					.time_ms = 1000 + i};
}

static void expect(const struct mr_spool_record *got, int i)
{
	char text[300];
	struct mr_spool_record want = record(i, text);

	assert_int_equal(got->kind, want.kind);
	assert_true(mr_str_eq(got->run_id, want.run_id));
	assert_true(mr_str_eq(got->key, want.key));
	assert_true(mr_str_eq(got->text, want.text));
	assert_true(got->number == want.number && got->step == want.step && got->time_ms == want.time_ms);
}

/* Ten times round the ring, with the reader behind by a varying distance. */
static void test_order_around_the_ring(void **state)
{
	mr_spool *spool = make(64 << 10);
	int written = 0, read = 0;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	while (read < 8000) {
		struct mr_spool_record r;
		char text[300];
		uint64_t cursor;
		int burst = 1 + written % 97;

		for (r = record(written, text); written < 8000 && burst--; r = record(written, text)) {
			mr_code code = mr_spool_append(spool, &r, &err);

			if (code == MR_RESOURCE_EXHAUSTED)
				break;
			assert_int_equal(code, MR_OK);
			written++;
		}
		cursor = mr_spool_head(spool);
		for (int n = 1 + read % 89; n-- && mr_spool_read(spool, &cursor, &r);)
			expect(&r, read++);
		mr_spool_consume(spool, cursor);
	}
	mr_spool_close(spool);
}

static void test_empty_file_goes(void **state)
{
	mr_spool *spool = make(0);
	char path[256];

	(void)state;
	snprintf(path, sizeof path, "%s", mr_spool_path(spool).ptr);
	assert_int_equal(access(path, F_OK), 0);
	mr_spool_close(spool);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void count_orphan(void *arg, mr_spool *spool)
{
	int *n = arg;
	struct mr_spool_record r;
	uint64_t cursor = mr_spool_head(spool);

	assert_false(mr_spool_damaged(spool));
	while (mr_spool_read(spool, &cursor, &r))
		expect(&r, (*n)++);
	mr_spool_consume(spool, cursor);
	mr_spool_close(spool);
}

/* A child appends as fast as it can, tells each accepted number through a pipe,
 * and is killed; every number that was told is there. */
static void test_killed_process(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		int pipe_ends[2], told = -1, seen = 0, n;
		mr_error err;
		pid_t child;

		assert_int_equal(pipe(pipe_ends), 0);
		child = fork();
		if (child == 0) {
			mr_spool *spool = make(8 << 20);

			mr_error_init(&err);
			for (int i = 0;; i++) {
				char text[300];
				struct mr_spool_record r = record(i, text);

				if (mr_spool_append(spool, &r, &err) != MR_OK || write(pipe_ends[1], &i, sizeof i) != sizeof i)
					pause();
			}
		}
		close(pipe_ends[1]);
		for (int i = 0; i < 200 + 100 * round && read(pipe_ends[0], &n, sizeof n) == sizeof n; i++)
			told = n;
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		while (read(pipe_ends[0], &n, sizeof n) == sizeof n)
			told = n;
		close(pipe_ends[0]);
		mr_error_init(&err);
		assert_int_equal(mr_orphans_each(mr_str_from(folder), NULL, count_orphan, &seen, &err), MR_OK);
		assert_true(told >= 0 && seen >= told + 1);
	}
}

static void test_living_process_keeps_it(void **state)
{
	mr_spool *spool = make(0), *other;
	int seen = 0;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_spool_adopt(mr_spool_path(spool), &other, &err), MR_ABORTED);
	mr_error_init(&err);
	mr_orphans_each(mr_str_from(folder), NULL, count_orphan, &seen, &err);
	assert_int_equal(seen, 0);
	mr_spool_close(spool);
}

/* Flip each byte of a spool of three records: it is refused, or gives a prefix of
 * the true records, or differs only where nothing is read. */
static void test_damage(void **state)
{
	mr_spool *spool = make(64 << 10);
	char path[256], copy[300];
	long used;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	for (int i = 0; i < 3; i++) {
		char text[300];
		struct mr_spool_record r = record(i, text);

		assert_int_equal(mr_spool_append(spool, &r, &err), MR_OK);
	}
	used = 4096 + (long)mr_spool_tail(spool);
	snprintf(path, sizeof path, "%s", mr_spool_path(spool).ptr);
	for (long at = 0; at < used; at += at < 64 || at >= 4000 ? 1 : 61) {
		char command[700];
		unsigned char byte;
		mr_spool *damaged;
		int fd;

		snprintf(copy, sizeof copy, "%s/copy", folder);
		snprintf(command, sizeof command, "cp '%s' '%s'", path, copy);
		assert_int_equal(system(command), 0);
		fd = open(copy, O_RDWR);
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 0x41;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		close(fd);
		mr_error_init(&err);
		if (mr_spool_adopt(mr_str_from(copy), &damaged, &err) == MR_OK) {
			uint64_t cursor = mr_spool_head(damaged);
			struct mr_spool_record r;
			int n = 0;

			while (mr_spool_read(damaged, &cursor, &r))
				expect(&r, n++);
			assert_true(n == 3 || mr_spool_damaged(damaged) || at >= 2048);
			mr_spool_consume(damaged, cursor);
			mr_spool_close(damaged);
		}
		unlink(copy);
	}
	mr_spool_close(spool);
}

static void test_too_large(void **state)
{
	mr_spool *spool = make(64 << 10);
	char *text = calloc(1, 100000);
	struct mr_spool_record r = {.kind = MR_SPOOL_TAG, .run_id = mr_str_from("r"), .key = mr_str_from("k")};
	mr_error err;

	(void)state;
	mr_error_init(&err);
	r.text = mr_str_make(text, 100000);
	assert_int_equal(mr_spool_append(spool, &r, &err), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "MILLRACE_SPOOL_SIZE"));
	free(text);
	mr_spool_close(spool);
}

static void test_crc(void **state)
{
	char bytes[333];

	(void)state;
	assert_int_equal(mr_crc32c("123456789", 9), 0xe3069283);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 37);
	for (size_t n = 0; n < sizeof bytes; n++)
		assert_int_equal(mr_crc32c(bytes, n), mr_crc32c_plain(bytes, n));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_order_around_the_ring), TEST(test_empty_file_goes), TEST(test_killed_process),
		TEST(test_living_process_keeps_it), TEST(test_damage), TEST(test_too_large), TEST(test_crc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
