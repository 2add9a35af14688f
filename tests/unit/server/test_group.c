/* SPDX-License-Identifier: Apache-2.0
 *
 * Groups of writes against a store in memory that fails where it is told to.
 * What counts: whoever is acknowledged is durable, once; whoever is not, is not.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/os.h"
#include "server/group.h"

enum { VALUES_MAX = 4096 };

/* ---- a store with one writer ---- */

struct store {
	int durable[VALUES_MAX], pending[VALUES_MAX];
	int durable_n, pending_n, savepoint;
	bool open, dead;
	int begins, commits, rollbacks;
	int fail_begin, fail_commit, fail_member_begin, fail_commits_from; /* the n-th; 0: none */
	int member_begins;
	int die_at; /* member_end of this value loses the transaction */
	int slow_us;
};

static const void *key(void *self)
{
	return self;
}

static mr_code begin(void *self, mr_error *err)
{
	struct store *s = self;

	assert_false(s->open);
	if (++s->begins == s->fail_begin)
		return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "locked by another process");
	s->open = true;
	s->dead = false;
	s->pending_n = 0;
	return MR_OK;
}

static mr_code member_begin(void *self, mr_error *err)
{
	struct store *s = self;

	assert_true(s->open);
	assert_false(s->dead);
	s->savepoint = s->pending_n;
	if (++s->member_begins == s->fail_member_begin) {
		s->dead = true;
		return mr_error_set(err, MR_IO_ERROR, "no savepoint");
	}
	return MR_OK;
}

static mr_code member_end(void *self, bool keep, bool *alive, mr_error *err)
{
	struct store *s = self;

	if (!keep)
		s->pending_n = s->savepoint;
	if (s->die_at && s->pending_n && s->pending[s->pending_n - 1] == s->die_at) {
		s->dead = true;
		s->pending_n = 0;
		*alive = false;
		return mr_error_set(err, MR_IO_ERROR, "the disk is full");
	}
	return MR_OK;
}

static mr_code commit(void *self, mr_error *err)
{
	struct store *s = self;

	assert_true(s->open);
	assert_false(s->dead);
	s->commits++;
	if (s->commits == s->fail_commit || (s->fail_commits_from && s->commits >= s->fail_commits_from))
		return mr_error_set(err, MR_IO_ERROR, "fsync failed");
	memcpy(s->durable + s->durable_n, s->pending, (size_t)s->pending_n * sizeof s->pending[0]);
	s->durable_n += s->pending_n;
	s->open = false;
	return MR_OK;
}

static void rollback(void *self)
{
	struct store *s = self;

	assert_true(s->open);
	s->rollbacks++;
	s->open = false;
	s->pending_n = 0;
}

static const struct mr_group_ops ops = {sizeof ops, key, begin, member_begin, member_end, commit, rollback};

static int count(const struct store *s, int value)
{
	int n = 0;

	for (int i = 0; i < s->durable_n; i++)
		n += s->durable[i] == value;
	return n;
}

/* ---- members ---- */

struct write {
	struct mr_group_member member; /* first */
	struct store *store;
	int value, runs;
	bool fails;
	char uuid[2][33]; /* of the first two runs */
	int finished;
	int order;
};

struct fixture {
	struct store store;
	mr_group_queue *queue;
	pthread_mutex_t lock;
	pthread_cond_t all;
	int finished, orders;
	struct write writes[VALUES_MAX];
	bool here; /* mr_group_queue_run rather than mr_group_queue_add */
};

static mr_code run(struct mr_group_member *member, mr_error *err)
{
	struct write *w = (struct write *)member;

	mr_call_uuid(member->call, w->uuid[w->runs > 0]);
	w->runs++;
	if (w->store->slow_us)
		usleep((useconds_t)w->store->slow_us);
	if (w->fails)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "value %d is refused", w->value);
	w->store->pending[w->store->pending_n++] = w->value;
	return MR_OK;
}

static void finished(void *arg, struct mr_group_member *list)
{
	struct fixture *f = arg;

	pthread_mutex_lock(&f->lock);
	for (struct mr_group_member *next; list; list = next) {
		struct write *w = (struct write *)list;

		next = list->next;
		w->finished++;
		w->order = f->orders++;
		f->finished++;
	}
	pthread_cond_signal(&f->all);
	pthread_mutex_unlock(&f->lock);
}

/* A busy machine must not close a group early, unless that is what is tested. */
static struct mr_group_config config_of(struct fixture *f, int64_t work_ns)
{
	return (struct mr_group_config){&ops, &f->store, finished, f, work_ns};
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct mr_group_config config = config_of(f, INT64_C(3600000000000));

	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->all, NULL);
	f->queue = mr_group_queue_new(&config);
	*state = f;
	return f->queue ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	mr_group_queue_free(f->queue);
	for (int i = 0; i < VALUES_MAX; i++)
		mr_call_free(f->writes[i].member.call);
	free(f);
	return 0;
}

static struct write *prepare(struct fixture *f, int value)
{
	struct write *w = &f->writes[value];

	w->store = &f->store;
	w->value = value;
	w->member.run = run;
	w->member.call = mr_call_new(0);
	assert_non_null(w->member.call);
	return w;
}

/* Hands over the writes first to last in one go, so that they are one group. */
static void submit(struct fixture *f, int first, int last)
{
	mr_error err;

	mr_error_init(&err);
	for (int i = first; i < last; i++)
		f->writes[i].member.next = &f->writes[i + 1].member;
	f->writes[last].member.next = NULL;
	assert_int_equal((f->here ? mr_group_queue_run : mr_group_queue_add)(f->queue, &f->writes[first].member, &err), MR_OK);
}

static void wait_for(struct fixture *f, int n)
{
	pthread_mutex_lock(&f->lock);
	while (f->finished < n)
		pthread_cond_wait(&f->all, &f->lock);
	pthread_mutex_unlock(&f->lock);
}

/* The promise: acknowledged exactly once each, durable exactly when it was a success. */
static void check_promise(struct fixture *f, int first, int last)
{
	for (int i = first; i <= last; i++) {
		struct write *w = &f->writes[i];

		assert_int_equal(w->finished, 1);
		assert_int_equal(count(&f->store, i), w->member.err.code == MR_OK);
	}
}

static void run_all(struct fixture *f, int n)
{
	for (int i = 1; i <= n; i++) {
		if (!f->writes[i].member.call)
			prepare(f, i);
	}
	submit(f, 1, n);
	wait_for(f, n);
	check_promise(f, 1, n);
}

/* ---- the tests ---- */

static void test_one_commit_for_many(void **state)
{
	struct fixture *f = *state;
	struct mr_group_counts counts;

	run_all(f, 100);
	assert_int_equal(f->store.commits, 1);
	assert_int_equal(f->store.durable_n, 100);
	for (int i = 1; i <= 100; i++)
		assert_int_equal(f->writes[i].order, i - 1);
	mr_group_queue_count(f->queue, &counts);
	assert_int_equal(counts.groups, 1);
	assert_int_equal(counts.members, 100);
	assert_int_equal(counts.sizes[7], 1); /* up to 128 */
	assert_int_equal(counts.lost, 0);
}

static void test_a_failed_member_is_undone_alone(void **state)
{
	struct fixture *f = *state;

	prepare(f, 3)->fails = true;
	run_all(f, 5);
	assert_int_equal(f->store.commits, 1);
	assert_int_equal(f->store.durable_n, 4);
	assert_int_equal(f->writes[3].member.err.code, MR_INVALID_PARAMETER_VALUE);
	assert_string_equal(f->writes[3].member.err.message, "value 3 is refused");
}

static void test_nothing_kept_is_not_committed(void **state)
{
	struct fixture *f = *state;

	prepare(f, 1)->fails = true;
	prepare(f, 2)->fails = true;
	run_all(f, 2);
	assert_int_equal(f->store.commits, 0);
	assert_int_equal(f->store.rollbacks, 1);
}

static void test_closes_at_256_members(void **state)
{
	struct fixture *f = *state;
	struct mr_group_counts counts;

	run_all(f, 600);
	mr_group_queue_count(f->queue, &counts);
	assert_int_equal(counts.groups, 3);
	assert_int_equal(counts.members, 600);
	assert_int_equal(counts.sizes[8], 2);
}

static void test_closes_at_a_mebibyte(void **state)
{
	struct fixture *f = *state;

	for (int i = 1; i <= 4; i++)
		prepare(f, i)->member.bytes = 600 << 10;
	run_all(f, 4);
	assert_int_equal(f->store.commits, 2);
}

static void test_closes_after_2_ms_of_work(void **state)
{
	struct fixture *f = *state;

	struct mr_group_config config = config_of(f, 0);

	mr_group_queue_free(f->queue);
	f->queue = mr_group_queue_new(&config);
	f->store.slow_us = 1000;
	run_all(f, 9);
	assert_true(f->store.commits >= 3);
}

static void test_a_lost_group_acknowledges_nobody_and_reruns(void **state)
{
	struct fixture *f = *state;
	struct mr_group_counts counts;

	f->store.die_at = 4;
	prepare(f, 2)->fails = true;
	run_all(f, 6);
	assert_int_equal(f->writes[4].member.err.code, MR_IO_ERROR); /* at fault: not run again */
	assert_int_equal(f->writes[4].runs, 1);
	assert_string_equal(f->writes[4].member.err.message, "the disk is full");
	assert_int_equal(f->writes[2].member.err.code, MR_INVALID_PARAMETER_VALUE); /* asked again, as the rest */
	assert_int_equal(f->writes[1].runs, 2);
	assert_int_equal(f->writes[5].runs, 1); /* had not started: a group of its own */
	assert_string_equal(f->writes[1].uuid[0], f->writes[1].uuid[1]); /* the same ids as the first time */
	mr_group_queue_count(f->queue, &counts);
	assert_int_equal(counts.lost, 1);
	assert_int_equal(counts.reruns, 3);
}

static void test_a_failed_commit_reruns_all(void **state)
{
	struct fixture *f = *state;

	f->store.fail_commit = 1;
	run_all(f, 5);
	assert_int_equal(f->store.durable_n, 5);
	assert_int_equal(f->store.commits, 6);
	for (int i = 1; i <= 5; i++)
		assert_int_equal(f->writes[i].runs, 2);
}

static void test_commits_that_keep_failing_fail_everybody(void **state)
{
	struct fixture *f = *state;

	f->store.fail_commits_from = 1;
	run_all(f, 3);
	assert_int_equal(f->store.durable_n, 0);
	for (int i = 1; i <= 3; i++)
		assert_int_equal(f->writes[i].member.err.code, MR_IO_ERROR);
}

static void test_a_savepoint_that_fails(void **state)
{
	struct fixture *f = *state;

	f->store.fail_member_begin = 3;
	run_all(f, 4);
	assert_int_equal(f->writes[3].member.err.code, MR_IO_ERROR);
	assert_int_equal(f->store.durable_n, 3);
}

static void test_begin_that_fails_is_told_to_those_who_wait(void **state)
{
	struct fixture *f = *state;

	f->store.fail_begin = 1;
	run_all(f, 3);
	for (int i = 1; i <= 3; i++)
		assert_int_equal(f->writes[i].member.err.code, MR_TEMPORARILY_UNAVAILABLE);
	prepare(f, 4);
	submit(f, 4, 4);
	wait_for(f, 4);
	assert_int_equal(f->writes[4].member.err.code, MR_OK);
}

static void test_a_passed_deadline_does_not_start(void **state)
{
	struct fixture *f = *state;

	prepare(f, 2)->member.call->deadline_ns = mr_monotonic_ns() - 1;
	run_all(f, 3);
	assert_int_equal(f->writes[2].member.err.code, MR_DEADLINE_EXCEEDED);
	assert_int_equal(f->writes[2].runs, 0);
	assert_int_equal(f->store.durable_n, 2);
}

static void test_each_failure_in_turn(void **state)
{
	for (int n = 1; n <= 12; n++) {
		for (int kind = 0; kind < 4; kind++) {
			struct fixture *f = *state;

			*(kind == 0   ? &f->store.fail_begin
			  : kind == 1 ? &f->store.fail_commit
			  : kind == 2 ? &f->store.fail_member_begin
				      : &f->store.die_at) = n;
			prepare(f, 5)->fails = true;
			run_all(f, 10);
			teardown(state);
			assert_int_equal(setup(state), 0);
		}
	}
}

/* Many threads at once, and the end of the queue while writes wait. */
struct client {
	struct fixture *f;
	int first, last;
	bool here;
};

static void *submit_one_by_one(void *arg)
{
	struct client *c = arg;
	mr_error err;

	mr_error_init(&err);
	for (int i = c->first; i <= c->last; i++) {
		struct mr_group_member *member = &prepare(c->f, i)->member;

		if ((c->here ? mr_group_queue_run : mr_group_queue_add)(c->f->queue, member, &err) != MR_OK)
			return arg;
	}
	return NULL;
}

/* On the caller's thread, which has its answers when it returns. */
static void test_runs_here_when_nobody_writes(void **state)
{
	struct fixture *f = *state;

	f->here = true;
	for (int i = 1; i <= 5; i++)
		prepare(f, i);
	submit(f, 1, 3);
	assert_int_equal(f->finished, 3);
	assert_int_equal(f->store.commits, 1);
	submit(f, 4, 5);
	assert_int_equal(f->finished, 5);
	check_promise(f, 1, 5);
}

/* Some on their own threads, some by the queue's: never two at once, which the store would notice. */
static void test_here_and_there_at_once(void **state)
{
	struct fixture *f = *state;
	struct client clients[4];
	pthread_t threads[4];
	void *failed;

	for (int t = 0; t < 4; t++) {
		clients[t] = (struct client){f, 1 + t * 500, (t + 1) * 500, t % 2 == 0};
		pthread_create(&threads[t], NULL, submit_one_by_one, &clients[t]);
	}
	for (int t = 0; t < 4; t++) {
		pthread_join(threads[t], &failed);
		assert_null(failed);
	}
	wait_for(f, 2000);
	check_promise(f, 1, 2000);
	assert_int_equal(f->store.durable_n, 2000);
}

static void test_many_threads_and_the_end(void **state)
{
	struct fixture *f = *state;
	struct mr_group_config config = config_of(f, 0);
	struct client clients[4];
	pthread_t threads[4];

	for (int t = 0; t < 4; t++) {
		clients[t] = (struct client){f, 1 + t * 500, (t + 1) * 500, false};
		pthread_create(&threads[t], NULL, submit_one_by_one, &clients[t]);
	}
	for (int t = 0; t < 4; t++)
		pthread_join(threads[t], NULL);
	mr_group_queue_free(f->queue); /* runs what is queued */
	assert_int_equal(f->finished, 2000);
	check_promise(f, 1, 2000);
	assert_int_equal(f->store.durable_n, 2000);
	f->queue = mr_group_queue_new(&config);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_commit_for_many),
		TEST(test_runs_here_when_nobody_writes),
		TEST(test_here_and_there_at_once),
		TEST(test_a_failed_member_is_undone_alone),
		TEST(test_nothing_kept_is_not_committed),
		TEST(test_closes_at_256_members),
		TEST(test_closes_at_a_mebibyte),
		TEST(test_closes_after_2_ms_of_work),
		TEST(test_a_lost_group_acknowledges_nobody_and_reruns),
		TEST(test_a_failed_commit_reruns_all),
		TEST(test_commits_that_keep_failing_fail_everybody),
		TEST(test_a_savepoint_that_fails),
		TEST(test_begin_that_fails_is_told_to_those_who_wait),
		TEST(test_a_passed_deadline_does_not_start),
		TEST(test_each_failure_in_turn),
		TEST(test_many_threads_and_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
