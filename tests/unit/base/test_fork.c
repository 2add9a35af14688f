/* SPDX-License-Identifier: Apache-2.0
 *
 * Locks that outlive a fork: threads hold them in whatever order while others fork; a child finds each free, and what
 * it guards whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fork.h"

enum { LOCKS = 4, FORKS = 60 };

static struct mr_fork_lock locks[LOCKS] = {MR_FORK_LOCK_INIT, MR_FORK_LOCK_INIT, MR_FORK_LOCK_INIT, MR_FORK_LOCK_INIT};
static volatile int twice[LOCKS][2]; /* equal whenever the lock is free */
static atomic_bool stop;

/* Two of the locks at once, each thread in an order of its own that others' do not contradict. */
static void *busy(void *arg)
{
	int first = *(const int *)arg;

	while (!atomic_load(&stop)) {
		mr_fork_lock_take(&locks[first]);
		twice[first][0]++;
		mr_fork_lock_take(&locks[first + 1]);
		twice[first + 1][0]++;
		usleep(50);
		twice[first + 1][1]++;
		mr_fork_lock_give(&locks[first + 1]);
		twice[first][1]++;
		mr_fork_lock_give(&locks[first]);
		usleep(300);
	}
	return NULL;
}

static int in_child(void)
{
	alarm(20); /* a lock that is held for ever */
	for (int i = 0; i < LOCKS; i++) {
		mr_fork_lock_take(&locks[i]);
		if (twice[i][0] != twice[i][1])
			return 1;
		mr_fork_lock_give(&locks[i]);
	}
	return 0;
}

static int exit_of_fork(int (*child)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(child());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void test_children_find_them_free(void **state)
{
	static const int order[] = {0, 1, 2, 2, 0};
	pthread_t threads[sizeof order / sizeof *order];

	(void)state;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, busy, (void *)(uintptr_t)&order[i]), 0);
	for (int i = 0; i < FORKS; i++)
		assert_int_equal(exit_of_fork(in_child), 0);
	atomic_store(&stop, true);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		pthread_join(threads[i], NULL);
}

/* It could wait for itself for ever. */
static void test_fork_with_a_lock(void **state)
{
	(void)state;
#ifdef __SANITIZE_THREAD__
	skip(); /* which goes on to think in the child that the lock is held */
#endif
	mr_fork_lock_take(&locks[1]);
	assert_int_equal(exit_of_fork(in_child), 0);
	mr_fork_lock_give(&locks[1]);
	assert_int_equal(exit_of_fork(in_child), 0);
}

static void test_disposed_lock_is_forgotten(void **state)
{
	struct mr_fork_lock lock;

	(void)state;
	mr_fork_lock_init(&lock);
	mr_fork_lock_take(&lock);
	mr_fork_lock_give(&lock);
	mr_fork_lock_dispose(&lock);
	lock.next = (struct mr_fork_lock *)(uintptr_t)1;
	assert_int_equal(exit_of_fork(in_child), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_children_find_them_free),
		cmocka_unit_test(test_fork_with_a_lock),
		cmocka_unit_test(test_disposed_lock_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
