/* SPDX-License-Identifier: Apache-2.0 */
#include "client/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/error.h"
#include "base/fork.h"
#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "client/orphans.h"
#include "client/sender.h"

enum {
	LINGER_MS = 20,          /* how long the first record of a batch waits for company */
	BACKOFF_FIRST_MS = 250,  /* doubled up to */
	BACKOFF_LAST_MS = 15000,
	REFUSALS_MAX = 1024      /* kept for those who wait for their own records */
};

struct refusal {
	uint64_t end; /* of the record */
	mr_code code;
	char *text;
};

struct mr_queue {
	struct mr_queue *next; /* of the process */
	atomic_bool abandoned; /* a fork's parent's */
	mr_client *client;
	mr_arena *arena;
	mr_spool *spool;
	mr_sender *sender;
	pthread_mutex_t lock;
	pthread_cond_t work; /* for the thread: records, a flush, the end */
	pthread_cond_t done; /* for callers: the head has moved */
	unsigned long thread;
	atomic_bool stop;
	bool retired;  /* the spool is closed */
	bool idle;     /* the thread waits for a first record */
	int flushing;  /* callers that wait */
	bool refused;
	mr_error refusal;  /* the first since the last flush */
	bool away;
	mr_error why_away; /* of the last pass, while the store is away */
	uint64_t id;       /* among the queues of this process */
	struct refusal refusals[REFUSALS_MAX]; /* a ring */
	uint64_t refusals_n;
};

static struct mr_fork_lock queues_lock = MR_FORK_LOCK_INIT;
static pthread_once_t hooked = PTHREAD_ONCE_INIT;
static mr_queue *queues;

/* A fork has only the thread that forked: the senders and what they held are gone, the spools are the parent's. */
static void in_child(void)
{
	for (; queues; queues = queues->next)
		mr_queue_abandon(queues);
}

static void hook(void)
{
	pthread_atfork(NULL, NULL, in_child);
}

static void add_to_list(mr_queue *q)
{
	pthread_once(&hooked, hook);
	mr_fork_lock_take(&queues_lock);
	q->next = queues;
	queues = q;
	mr_fork_lock_give(&queues_lock);
}

static void take_from_list(mr_queue *q)
{
	mr_queue **at = &queues;

	mr_fork_lock_take(&queues_lock);
	while (*at && *at != q)
		at = &(*at)->next;
	if (*at)
		*at = q->next;
	mr_fork_lock_give(&queues_lock);
}

static struct timespec in_ms(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* With the lock held. False when there is nothing to do but end. */
static bool wait_for_work(mr_queue *q)
{
	struct timespec linger;

	while (!q->stop && mr_spool_head(q->spool) == mr_spool_tail(q->spool)) {
		q->idle = true;
		pthread_cond_wait(&q->work, &q->lock);
		q->idle = false;
	}
	linger = in_ms(LINGER_MS);
	while (!q->stop && !q->flushing)
		if (pthread_cond_timedwait(&q->work, &q->lock, &linger) == ETIMEDOUT)
			break;
	return !q->stop;
}

/* With the lock held: the store is away; a flush does not make it come back sooner. */
static void back_off(mr_queue *q, int64_t ms)
{
	struct timespec until = in_ms(ms);

	while (!q->stop)
		if (pthread_cond_timedwait(&q->work, &q->lock, &until) == ETIMEDOUT)
			break;
}

/* With the lock held. */
static void note_result(mr_queue *q, const struct mr_send_result *result, int64_t *backoff)
{
	if (result->refused && !q->refused) {
		q->refused = true;
		q->refusal = result->refusal;
	}
	if (result->away && !q->away)
		mr_log(MR_LOG_WARNING, "client", "The tracking store is away, what was logged waits in %s: %s",
		       mr_spool_path(q->spool).ptr, result->why_away.message);
	q->away = result->away;
	if (q->away)
		q->why_away = result->why_away;
	pthread_cond_broadcast(&q->done);
	if (q->away) {
		back_off(q, *backoff);
		*backoff = *backoff * 2 > BACKOFF_LAST_MS ? BACKOFF_LAST_MS : *backoff * 2;
	} else {
		*backoff = BACKOFF_FIRST_MS;
	}
}

struct orphan_work {
	mr_queue *queue;
	struct mr_send_result *result;
};

static void send_orphan(void *arg, mr_spool *spool)
{
	struct orphan_work *work = arg;
	struct mr_send_result one;

	if (!work->result->away && !work->queue->stop) {
		mr_sender_drain(work->queue->sender, spool, &one);
		*work->result = one;
	}
	mr_spool_close(spool);
}

/* What earlier processes left for this tracking URI goes before our own records. */
static void send_orphans(mr_queue *q)
{
	mr_str uri = mr_client_tracking_uri(q->client);
	int64_t backoff = BACKOFF_FIRST_MS;
	struct mr_send_result result;
	struct orphan_work work = {q, &result};
	mr_arena *arena = mr_arena_new(0);
	mr_error ignored;

	if (!arena)
		return; /* they wait for the next process */
	do {
		memset(&result, 0, sizeof result);
		mr_error_init(&ignored);
		mr_orphans_each(mr_spool_folder(arena), &uri, send_orphan, &work, &ignored);
		pthread_mutex_lock(&q->lock);
		note_result(q, &result, &backoff);
		pthread_mutex_unlock(&q->lock);
	} while (result.away && !q->stop);
	mr_arena_free(arena);
}

static void *run(void *arg)
{
	mr_queue *q = arg;
	struct mr_send_result result;
	int64_t backoff = BACKOFF_FIRST_MS;

	send_orphans(q);
	pthread_mutex_lock(&q->lock);
	while (wait_for_work(q)) {
		pthread_mutex_unlock(&q->lock);
		mr_sender_pass(q->sender, q->spool, &result);
		pthread_mutex_lock(&q->lock);
		note_result(q, &result, &backoff);
	}
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

/* Called by the sender, in a pass, without the lock. */
static void keep_refusal(void *arg, const mr_spool *spool, const struct mr_spool_record *record, const mr_error *refusal)
{
	mr_queue *q = arg;
	struct refusal *kept;

	if (spool != q->spool) /* what another process left behind */
		return;
	pthread_mutex_lock(&q->lock);
	kept = &q->refusals[q->refusals_n++ % REFUSALS_MAX];
	mr_free(kept->text);
	*kept = (struct refusal){record->end, refusal->code, strdup(refusal->message)};
	pthread_mutex_unlock(&q->lock);
}

static void dispose(mr_queue *q)
{
	for (size_t i = 0; i < REFUSALS_MAX; i++)
		mr_free(q->refusals[i].text);
	pthread_cond_destroy(&q->done);
	pthread_cond_destroy(&q->work);
	pthread_mutex_destroy(&q->lock);
	mr_sender_free(q->sender);
	mr_arena_free(q->arena);
	mr_free(q);
}

mr_code mr_queue_open(mr_client *client, mr_queue **out, mr_error *err)
{
	static atomic_uint_fast64_t ids;
	mr_queue *q = mr_calloc(1, sizeof *q);
	pthread_condattr_t monotonic;
	mr_str folder = {0};
	mr_code code;

	if (!q)
		return mr_error_no_memory(err);
	q->client = client;
	q->id = atomic_fetch_add(&ids, 1) + 1;
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&q->work, &monotonic);
	pthread_cond_init(&q->done, &monotonic);
	pthread_condattr_destroy(&monotonic);
	q->arena = mr_arena_new(0);
	if (q->arena)
		folder = mr_spool_folder(q->arena);
	if (folder.ptr)
		q->sender = mr_sender_new(client, folder);
	if (q->sender)
		mr_sender_on_refused(q->sender, keep_refusal, q);
	code = q->sender ? mr_spool_create(folder, mr_client_tracking_uri(client), 0, &q->spool, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = mr_thread_start(&q->thread, "mr-sender", run, q, err);
	if (code != MR_OK) {
		mr_spool_close(q->spool);
		dispose(q);
		return code;
	}
	add_to_list(q);
	*out = q;
	return MR_OK;
}

void mr_queue_retire(mr_queue *q)
{
	bool before;

	if (atomic_load(&q->abandoned))
		return;
	pthread_mutex_lock(&q->lock);
	before = q->retired;
	q->stop = true;
	q->retired = true;
	pthread_cond_broadcast(&q->work);
	pthread_cond_broadcast(&q->done);
	pthread_mutex_unlock(&q->lock);
	if (before)
		return;
	mr_thread_join(q->thread);
	take_from_list(q);
	mr_spool_close(q->spool);
	q->spool = NULL;
}

void mr_queue_close(mr_queue *q)
{
	if (!q)
		return;
	mr_queue_retire(q);
	if (!atomic_load(&q->abandoned)) /* its lock may be held for ever; a few hundred bytes are left behind */
		dispose(q);
}

void mr_queue_abandon(mr_queue *q)
{
	if (!q || atomic_exchange(&q->abandoned, true))
		return;
	mr_spool_abandon(q->spool);
	q->spool = NULL;
}

static mr_code of_the_parent(mr_error *err)
{
	return mr_error_set(err, MR_INVALID_STATE, "This queue is that of the process before the fork; open another client");
}

/* With the lock held. */
static mr_code append_now(mr_queue *q, const struct mr_spool_record *record, mr_error *err)
{
	if (q->retired)
		return mr_error_set(err, MR_INVALID_STATE, "The program is ending: nothing can be logged any more");
	return mr_spool_append(q->spool, record, err);
}

/* With the lock held. */
static mr_code wait_for_room(mr_queue *q, const struct mr_spool_record *record, int64_t wait_ms, mr_error *err)
{
	struct timespec until = in_ms(wait_ms);
	mr_code code;

	q->flushing++;
	pthread_cond_signal(&q->work);
	while ((code = append_now(q, record, err)) == MR_RESOURCE_EXHAUSTED)
		if (pthread_cond_timedwait(&q->done, &q->lock, &until) == ETIMEDOUT && !q->retired) {
			code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
					    "The spool %s is full and the tracking store does not take it: %s; a larger one is "
					    "made with MILLRACE_SPOOL_SIZE",
					    mr_spool_path(q->spool).ptr, q->away ? q->why_away.message : "it is too slow");
			break;
		}
	q->flushing--;
	return code;
}

mr_code mr_queue_append_all(mr_queue *q, const struct mr_spool_record *records, size_t n, int64_t full_wait_ms,
			    struct mr_log_ticket *ticket, mr_error *err)
{
	mr_code code = MR_OK;
	size_t i;

	if (atomic_load_explicit(&q->abandoned, memory_order_relaxed))
		return of_the_parent(err);
	pthread_mutex_lock(&q->lock);
	if (ticket && ticket->queue != q->id)
		*ticket = (struct mr_log_ticket){.queue = q->id, .from = q->retired ? 0 : mr_spool_tail(q->spool)};
	for (i = 0; i < n; i++) {
		code = append_now(q, &records[i], err);
		if (code == MR_RESOURCE_EXHAUSTED)
			code = wait_for_room(q, &records[i], full_wait_ms, err);
		if (code != MR_OK)
			break;
	}
	if (ticket && !q->retired) {
		ticket->to = mr_spool_tail(q->spool);
		ticket->n += i;
	}
	if (q->idle)
		pthread_cond_signal(&q->work);
	pthread_mutex_unlock(&q->lock);
	return code;
}

mr_code mr_queue_append(mr_queue *q, const struct mr_spool_record *record, int64_t full_wait_ms, mr_error *err)
{
	return mr_queue_append_all(q, record, 1, full_wait_ms, NULL, err);
}

/* With the lock held: until the store has, or has refused, what lies before the target. */
static mr_code wait_until(mr_queue *q, uint64_t target, int64_t timeout_ms, mr_error *err)
{
	struct timespec until = in_ms(timeout_ms);
	mr_code code = MR_OK;

	q->flushing++;
	pthread_cond_signal(&q->work);
	while (!q->retired && mr_spool_head(q->spool) < target && code == MR_OK)
		if (pthread_cond_timedwait(&q->done, &q->lock, &until) == ETIMEDOUT && !q->retired &&
		    mr_spool_head(q->spool) < target)
			code = mr_error_set(err, MR_DEADLINE_EXCEEDED,
					    "The tracking store has not taken everything in %lld ms: %s. What is left waits in %s; "
					    "the next process or `millrace spool flush` sends it",
					    (long long)timeout_ms, q->away ? q->why_away.message : "it is still at it",
					    mr_spool_path(q->spool).ptr);
	q->flushing--;
	return code;
}

mr_code mr_queue_flush(mr_queue *q, int64_t timeout_ms, mr_error *err)
{
	mr_code code;

	if (atomic_load(&q->abandoned))
		return of_the_parent(err);
	pthread_mutex_lock(&q->lock);
	code = wait_until(q, q->retired ? 0 : mr_spool_tail(q->spool), timeout_ms, err);
	if (q->refused && code == MR_OK) { /* else it waits for the next flush, with what is still to come */
		code = mr_error_set(err, q->refusal.code, "%s (kept for `millrace spool list`)", q->refusal.message);
		q->refused = false;
	}
	pthread_mutex_unlock(&q->lock);
	return code;
}

/* With the lock held. The first of the ticket's records that was refused, or NULL. */
static const struct refusal *find_refusal(const mr_queue *q, const struct mr_log_ticket *ticket)
{
	uint64_t first = q->refusals_n > REFUSALS_MAX ? q->refusals_n - REFUSALS_MAX : 0;

	for (uint64_t i = first; i < q->refusals_n; i++) {
		const struct refusal *r = &q->refusals[i % REFUSALS_MAX];

		if (r->end > ticket->from && r->end <= ticket->to)
			return r;
	}
	return NULL;
}

mr_code mr_queue_wait(mr_queue *q, const struct mr_log_ticket *ticket, int64_t timeout_ms, mr_error *err)
{
	const struct refusal *refusal;
	mr_code code;

	if (atomic_load(&q->abandoned) || ticket->queue != q->id)
		return mr_error_set(err, MR_INVALID_STATE, "The queue that this was logged by is closed, or another process's");
	pthread_mutex_lock(&q->lock);
	code = wait_until(q, ticket->to, timeout_ms, err);
	refusal = code == MR_OK ? find_refusal(q, ticket) : NULL;
	if (refusal)
		code = mr_error_set(err, refusal->code, "%s", refusal->text ? refusal->text : "The store refused it");
	pthread_mutex_unlock(&q->lock);
	return code;
}
