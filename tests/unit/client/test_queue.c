/* SPDX-License-Identifier: Apache-2.0
 *
 * The queue against a store that does what the test says: batches, order, a
 * store that is away, refusals, a full spool, orphans, forks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "client/dead_letters.h"
#include "client/queue.h"
#include "client/sender.h"
#include "plugin/host.h"
#include "scripted_store.h"

static char folder[64];
static mr_client *client;
static mr_queue *queue;
static mr_error err;

static void open_queue(void)
{
	mr_error_init(&err);
	assert_int_equal(mr_client_open("scripted://x", NULL, &client, &err), MR_OK);
	assert_int_equal(mr_queue_open(client, &queue, &err), MR_OK);
}

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/mr-queue-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	setenv("MILLRACE_SPOOL_DIR", folder, 1);
	unsetenv("MILLRACE_SPOOL_SIZE");
	mr_log_configure(MR_LOG_OFF, MR_LOG_TEXT);
	mr_plugins_add_builtin(&scripted_store);
	scripted_reset();
	open_queue();
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	mr_queue_close(queue);
	mr_client_close(client);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

static void put(mr_spool_kind kind, const char *run, const char *key, const char *text, int64_t step)
{
	struct mr_spool_record r = {.kind = kind,
				    .run_id = mr_str_from(run),
				    .key = mr_str_from(key),
				    .text = mr_str_from(text),
				    .number = 1,
				    .step = step,
				    .time_ms = 5};

	assert_int_equal(mr_queue_append(queue, &r, MR_QUEUE_FULL_WAIT_MS, &err), MR_OK);
}

static void test_batches_in_order(void **state)
{
	(void)state;
	for (int i = 0; i < 50000; i++)
		put(MR_SPOOL_METRIC, "r", "loss", NULL, i);
	put(MR_SPOOL_STATUS, "r", NULL, NULL, MR_RUN_STATUS_FINISHED);
	assert_int_equal(mr_queue_flush(queue, 20000, &err), MR_OK);
	assert_int_equal(scripted.metrics, 50000);
	assert_int_equal(scripted.disorder, 0);
	assert_true(scripted.batches >= 50 && scripted.batches < 500);
	assert_int_equal(scripted.status, MR_RUN_STATUS_FINISHED);
	assert_int_equal(scripted.status_at, 50000); /* the status came last */
}

static void *many(void *arg)
{
	for (int i = 0; i < 5000; i++)
		put(MR_SPOOL_METRIC, arg, "m", NULL, i);
	return NULL;
}

static void test_threads(void **state)
{
	static const char *const runs[] = {"a", "b", "c", "d"};
	pthread_t threads[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, many, (void *)(uintptr_t)runs[i]), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(mr_queue_flush(queue, 20000, &err), MR_OK);
	assert_int_equal(scripted.metrics, 20000);
}

static void test_tags_keep_order(void **state)
{
	(void)state;
	put(MR_SPOOL_TAG, "r", "t", "first", 0);
	put(MR_SPOOL_TAG, "r", "t", "second", 0);
	put(MR_SPOOL_TAG, "r", "t", "third", 0);
	assert_int_equal(mr_queue_flush(queue, 20000, &err), MR_OK);
	assert_int_equal(scripted.batches, 3);
	assert_string_equal(scripted.last_tag, "third");
}

static void test_store_away(void **state)
{
	(void)state;
	scripted.away = 1;
	for (int i = 0; i < 100; i++)
		put(MR_SPOOL_METRIC, "r", "loss", NULL, i);
	assert_int_equal(mr_queue_flush(queue, 100, &err), MR_DEADLINE_EXCEEDED);
	assert_non_null(strstr(err.message, "away"));
	assert_non_null(strstr(err.message, "millrace spool flush"));
	scripted.away = 0;
	mr_error_init(&err);
	assert_int_equal(mr_queue_flush(queue, 20000, &err), MR_OK);
	assert_int_equal(scripted.metrics, 100);
}

static void test_refused_record_alone(void **state)
{
	mr_arena *arena = mr_arena_new(0);

	(void)state;
	put(MR_SPOOL_METRIC, "r", "loss", NULL, 0);
	put(MR_SPOOL_PARAM, "r", "bad", "x", 0);
	put(MR_SPOOL_PARAM, "r", "good", "y", 0);
	assert_int_equal(mr_queue_flush(queue, 20000, &err), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "param 'bad' is not taken"));
	assert_int_equal(scripted.metrics, 1);
	assert_int_equal(scripted.params, 1);
	assert_int_equal(access(mr_dead_letters_path(arena, mr_str_from(folder)).ptr, R_OK), 0);
	mr_error_init(&err);
	assert_int_equal(mr_queue_flush(queue, 20000, &err), MR_OK); /* told once */
	mr_arena_free(arena);
}

/* A store that fails on this forever must not hold up what comes after it. */
static void test_broken_store_gives_up(void **state)
{
	struct mr_spool_record r = {.kind = MR_SPOOL_PARAM, .run_id = mr_str_from("r"), .key = mr_str_from("k")};
	mr_sender *sender = mr_sender_new(client, mr_str_from(folder));
	struct mr_send_result result;
	mr_spool *spool = NULL;
	int passes = 0;

	(void)state;
	scripted.broken = 1;
	assert_int_equal(mr_spool_create(mr_str_from(folder), mr_str_from("elsewhere"), 0, &spool, &err), MR_OK);
	assert_int_equal(mr_spool_append(spool, &r, &err), MR_OK);
	do
		mr_sender_pass(sender, spool, &result);
	while (result.away && ++passes < 100);
	assert_in_range(passes, 5, 20);
	assert_int_equal(result.refused, 1);
	assert_int_equal(result.refusal.code, MR_INTERNAL_ERROR);
	assert_int_equal(mr_spool_head(spool), mr_spool_tail(spool));
	mr_spool_close(spool);
	mr_sender_free(sender);
}

/* What the end of a program does while another of its threads still logs. */
static void test_retired_queue_refuses(void **state)
{
	struct mr_spool_record r = {.kind = MR_SPOOL_PARAM, .run_id = mr_str_from("r"), .key = mr_str_from("k")};
	mr_queue *other = NULL;

	(void)state;
	assert_int_equal(mr_queue_open(client, &other, &err), MR_OK);
	assert_int_equal(mr_queue_append(other, &r, 0, &err), MR_OK);
	assert_int_equal(mr_queue_flush(other, 20000, &err), MR_OK);
	mr_queue_retire(other);
	assert_int_equal(mr_queue_append(other, &r, 0, &err), MR_INVALID_STATE);
	mr_error_init(&err);
	assert_int_equal(mr_queue_flush(other, 20000, &err), MR_OK);
	mr_queue_close(other);
}

static void test_full_spool_pushes_back(void **state)
{
	(void)state;
	teardown(NULL);
	setup(NULL);
	mr_queue_close(queue);
	setenv("MILLRACE_SPOOL_SIZE", "65536", 1);
	assert_int_equal(mr_queue_open(client, &queue, &err), MR_OK);
	for (int i = 0; i < 20000; i++) /* 2 MB through 64 KiB */
		put(MR_SPOOL_METRIC, "r", "loss", NULL, i);
	assert_int_equal(mr_queue_flush(queue, 20000, &err), MR_OK);
	assert_int_equal(scripted.metrics, 20000);
	assert_int_equal(scripted.disorder, 0);
}

/* A process dies while the store is away; the next one sends what it left, first. */
static void test_next_process_sends(void **state)
{
	pid_t child;
	int status;

	(void)state;
	child = fork();
	if (child == 0) {
		mr_queue_abandon(queue);
		scripted.away = 1;
		open_queue();
		for (int i = 0; i < 1000; i++)
			put(MR_SPOOL_METRIC, "r", "loss", NULL, i);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	mr_queue_close(queue);
	assert_int_equal(mr_queue_open(client, &queue, &err), MR_OK);
	for (int i = 1000; i < 1100; i++)
		put(MR_SPOOL_METRIC, "r", "loss", NULL, i);
	assert_int_equal(mr_queue_flush(queue, 20000, &err), MR_OK);
	assert_int_equal(scripted.metrics, 1100);
	assert_int_equal(scripted.disorder, 0);
}

/* A fork takes nothing with it: the child's use of the queue is an error, and the file and its lock are the parent's alone. */
static void test_forked_queue_is_the_parents(void **state)
{
	pid_t child;
	int status;

	(void)state;
	put(MR_SPOOL_METRIC, "r", "loss", NULL, 1);
	child = fork();
	if (child == 0) {
		struct mr_spool_record record = {.kind = MR_SPOOL_TAG, .run_id = mr_str_from("r"), .key = mr_str_from("k")};

		mr_error_init(&err);
		if (mr_queue_append(queue, &record, 0, &err) != MR_INVALID_STATE)
			_exit(1);
		mr_error_init(&err);
		if (mr_queue_flush(queue, 0, &err) != MR_INVALID_STATE)
			_exit(2);
		mr_queue_close(queue);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	put(MR_SPOOL_METRIC, "r", "loss", NULL, 2);
	assert_int_equal(mr_queue_flush(queue, 20000, &err), MR_OK);
	assert_int_equal(scripted.metrics, 2);
}
static struct mr_log_ticket log_some(mr_client *by, int32_t kind, const char *const keys[], size_t n)
{
	struct mr_log_record records[40] = {{.kind = 0}};
	struct mr_log_ticket ticket = {0};

	assert_true(n <= sizeof records / sizeof *records);
	for (size_t i = 0; i < n; i++)
		records[i] = (struct mr_log_record){.kind = kind, .key = mr_str_from(keys[i]), .text = mr_str_from("x"), .timestamp_ms = 1};
	assert_int_equal(mr_client_log(by, mr_str_from("r"), records, n, &ticket, &err), MR_OK);
	assert_int_equal(ticket.n, n);
	return ticket;
}

/* Who waits for a call is told of that call, as often as it asks; a flush tells of the first of all. */
static void test_each_call_has_its_answer(void **state)
{
	static const char *const keys[40] = {"good", "bad", "fine"}, *const forty[40] = {
		"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
		"20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39"};
	struct mr_log_ticket one, other, third, many, foreign = {.queue = 1u << 30};
	struct mr_log_record strange = {.kind = 9, .key = mr_str_from("k")}, keyless = {.kind = MR_LOGGED_TAG};

	(void)state;
	one = log_some(client, MR_LOGGED_PARAM, keys, 1);
	other = log_some(client, MR_LOGGED_PARAM, keys, 3);
	third = log_some(client, MR_LOGGED_PARAM, keys + 2, 1);
	many = log_some(client, MR_LOGGED_METRIC, forty, 40);
	for (int i = 0; i < 2; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_client_wait(client, &other, 20000, &err), MR_INVALID_PARAMETER_VALUE);
		assert_non_null(strstr(err.message, "param 'bad' is not taken"));
		mr_error_init(&err);
		assert_int_equal(mr_client_wait(client, &one, 20000, &err), MR_OK);
		assert_int_equal(mr_client_wait(client, &third, 0, &err), MR_OK);
		assert_int_equal(mr_client_wait(client, &many, 20000, &err), MR_OK);
	}
	assert_int_equal(scripted.metrics, 40);
	assert_int_equal(mr_client_wait(client, &foreign, 20000, &err), MR_INVALID_STATE);
	mr_error_init(&err);
	assert_int_equal(mr_client_log(client, mr_str_from("r"), &strange, 1, NULL, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_client_log(client, mr_str_from("r"), &keyless, 1, NULL, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_client_flush(client, 20000, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
}

static void test_waiting_has_an_end(void **state)
{
	static const char *const keys[] = {"k"};
	struct mr_log_ticket ticket;

	(void)state;
	scripted.away = 1;
	ticket = log_some(client, MR_LOGGED_METRIC, keys, 1);
	assert_int_equal(mr_client_wait(client, &ticket, 50, &err), MR_DEADLINE_EXCEEDED);
	scripted.away = 0;
	mr_error_init(&err);
	assert_int_equal(mr_client_wait(client, &ticket, 20000, &err), MR_OK);
	assert_int_equal(scripted.metrics, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_batches_in_order), TEST(test_threads), TEST(test_tags_keep_order), TEST(test_store_away),
		TEST(test_refused_record_alone), TEST(test_broken_store_gives_up), TEST(test_full_spool_pushes_back),
		TEST(test_next_process_sends), TEST(test_retired_queue_refuses),
		TEST(test_forked_queue_is_the_parents), TEST(test_each_call_has_its_answer), TEST(test_waiting_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
