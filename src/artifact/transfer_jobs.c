/* SPDX-License-Identifier: Apache-2.0 */
#include "artifact/transfer_jobs.h"

#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/inject.h"
#include "base/os.h"

enum { THREADS_MAX = 20, CALL_MAX = 256 << 20, TOLD_MAX = 3000, TURN_NS = 50000000 };

void transfer_account_init(struct transfer_account *account, const struct mr_transfer *transfer, int64_t total)
{
	account->transfer = transfer;
	account->done = 0;
	account->total = total;
	pthread_mutex_init(&account->lock, NULL);
}

void transfer_account_dispose(struct transfer_account *account)
{
	pthread_mutex_destroy(&account->lock);
}

void transfer_account_add(struct transfer_account *account, mr_str path, int64_t n)
{
	const struct mr_transfer *transfer = account->transfer;

	pthread_mutex_lock(&account->lock);
	account->done += n;
	if (transfer && transfer->progress)
		transfer->progress(transfer->progress_arg, path, account->done, account->total);
	pthread_mutex_unlock(&account->lock);
}

struct run {
	const struct transfer_jobs *jobs;
	atomic_size_t next;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t ended;
	size_t working; /* threads */
	size_t failures;
	mr_code code; /* the one code of all failures, else INTERNAL_ERROR */
	mr_buf told;
};

static void note_failure(struct run *run, size_t i, mr_code code, const mr_error *why)
{
	const struct transfer_jobs *jobs = run->jobs;

	pthread_mutex_lock(&run->lock);
	run->code = run->failures == 0 || run->code == code ? code : MR_INTERNAL_ERROR;
	run->failures++;
	if (jobs->n == 1)
		mr_buf_c(&run->told, why->message);
	else if (run->told.len < TOLD_MAX)
		mr_buf_printf(&run->told, "\n##### File %.*s #####\n%s", MR_STR_ARG(jobs->name(jobs->arg, i)),
			      why->message);
	pthread_mutex_unlock(&run->lock);
}

static void *work(void *arg)
{
	struct run *run = arg;
	const struct transfer_jobs *jobs = run->jobs;
	mr_call *parent = jobs->transfer ? jobs->transfer->call : NULL, *call = mr_call_new(CALL_MAX);
	char *buffer = mr_malloc(TRANSFER_BLOCK);
	mr_error err;
	mr_code code;
	size_t i;

	while ((i = atomic_fetch_add(&run->next, 1)) < jobs->n) {
		mr_error_init(&err);
		if (!call || !buffer) {
			code = mr_error_no_memory(&err);
		} else if (parent && mr_call_is_cancelled(parent)) {
			code = mr_error_set(&err, MR_CANCELLED, "The transfer was cancelled");
		} else {
			mr_call_reset(call);
			call->parent = parent;
			call->workspace = parent ? parent->workspace : call->workspace;
			call->user = parent ? parent->user : call->user;
			call->deadline_ns = parent ? parent->deadline_ns : 0;
			code = jobs->run(jobs->arg, i, call, buffer, &err);
		}
		if (code != MR_OK)
			note_failure(run, i, code, &err);
	}
	mr_call_free(call);
	mr_free(buffer);
	pthread_mutex_lock(&run->lock);
	run->working--;
	pthread_cond_signal(&run->ended);
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

/* Until the others are through. Whether to go on may be known to the thread alone that began it all. */
static void wait_for_others(struct run *run)
{
	mr_call *call = run->jobs->transfer ? run->jobs->transfer->call : NULL;
	struct timespec until;

	pthread_mutex_lock(&run->lock);
	while (run->working > 0) {
		pthread_mutex_unlock(&run->lock);
		if (call && mr_call_is_cancelled(call))
			atomic_store(&call->cancelled, true);
		pthread_mutex_lock(&run->lock);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += TURN_NS;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		if (run->working > 0)
			pthread_cond_timedwait(&run->ended, &run->lock, &until);
	}
	pthread_mutex_unlock(&run->lock);
}

static size_t threads_for(const struct transfer_jobs *jobs)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = jobs->transfer && jobs->transfer->threads > 0 ? (size_t)jobs->transfer->threads
		   : processors > 0				 ? (size_t)processors * 2
								 : 2;

	n = n > THREADS_MAX ? THREADS_MAX : n;
	return n < jobs->n ? n : jobs->n;
}

mr_code transfer_jobs_run(const struct transfer_jobs *jobs, mr_error *err)
{
	struct run run = {.jobs = jobs};
	unsigned long threads[THREADS_MAX];
	size_t wanted = threads_for(jobs), started = 0;
	mr_error ignored;
	mr_code code = MR_OK;

	pthread_mutex_init(&run.lock, NULL);
	pthread_cond_init(&run.ended, NULL);
	run.working = wanted;
	mr_buf_init(&run.told, MR_ERROR_MESSAGE_MAX * 2);
	mr_error_init(&ignored);
	while (started + 1 < wanted && /* this thread is one of them; with fewer it takes longer */
	       mr_thread_start(&threads[started], "mr-transfer", work, &run, &ignored) == MR_OK)
		started++;
	pthread_mutex_lock(&run.lock);
	run.working -= wanted - started - 1; /* who could not be started */
	pthread_mutex_unlock(&run.lock);
	work(&run);
	wait_for_others(&run);
	while (started > 0)
		mr_thread_join(threads[--started]);
	if (run.failures && jobs->n == 1)
		code = mr_error_set(err, run.code, "%s", mr_buf_view(&run.told).ptr);
	else if (run.failures)
		code = mr_error_set(err, run.code, "The following failures occurred while %s:%s", jobs->what,
				    mr_buf_view(&run.told).ptr);
	mr_buf_dispose(&run.told);
	pthread_cond_destroy(&run.ended);
	pthread_mutex_destroy(&run.lock);
	return code;
}
