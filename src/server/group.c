/* SPDX-License-Identifier: Apache-2.0 */
#include "server/group.h"

#include <pthread.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"

enum { QUEUE_MAX = 16384 };

struct list {
	struct mr_group_member *first, *last;
	size_t n;
};

struct mr_group_queue {
	struct mr_group_config config;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct list waiting;
	bool stopping, started;
	bool writing; /* a thread is between the first and the last of a group */
	unsigned long thread;
	struct mr_group_counts counts; /* under the lock */
};

/* One group while it runs. */
struct group {
	mr_group_queue *queue;
	struct list members; /* that ran, in order */
	struct list late; /* that did not start */
	struct mr_group_member *at_fault;
	size_t bytes, kept;
	int64_t until_ns;
	bool lost;
};

static void append(struct list *list, struct mr_group_member *member)
{
	member->next = NULL;
	if (list->first)
		list->last->next = member;
	else
		list->first = member;
	list->last = member;
	list->n++;
}

/* wait: for the first of a group, by the queue's own thread, when nobody else writes. */
static struct mr_group_member *take(mr_group_queue *queue, bool wait)
{
	struct mr_group_member *member;

	pthread_mutex_lock(&queue->lock);
	if (wait) {
		while ((!queue->waiting.first && !queue->stopping) || queue->writing)
			pthread_cond_wait(&queue->work, &queue->lock);
		queue->writing = queue->waiting.first != NULL;
	}
	member = queue->waiting.first;
	if (member) {
		queue->waiting.first = member->next;
		queue->waiting.n--;
	}
	pthread_mutex_unlock(&queue->lock);
	return member;
}

static bool is_late(struct mr_group_member *member)
{
	if (!mr_call_is_cancelled(member->call))
		return false;
	mr_error_init(&member->err);
	mr_error_set(&member->err, MR_DEADLINE_EXCEEDED,
		     "The request waited for other writes until its deadline had passed; nothing was stored");
	return true;
}

/* An error must have a code: a store that forgets it must not acknowledge a lost write. */
static void fail(struct mr_group_member *member, const mr_error *why)
{
	mr_error_init(&member->err);
	mr_error_set(&member->err, why->code == MR_OK ? MR_INTERNAL_ERROR : why->code, "%s",
		     why->length ? why->message : "The store could not write and did not say why");
}

/* Runs one member between its brackets; false when the whole transaction is lost. */
static bool run_member(mr_group_queue *queue, struct mr_group_member *member)
{
	const struct mr_group_ops *ops = queue->config.ops;
	bool alive = true;
	mr_error ending;
	mr_code code;

	mr_error_init(&member->err);
	mr_error_init(&ending);
	if (ops->member_begin(queue->config.self, &ending) != MR_OK) {
		fail(member, &ending);
		return false;
	}
	code = member->run(member, &member->err);
	if (code != MR_OK && member->err.code == MR_OK)
		mr_error_set(&member->err, code, "The store could not write and did not say why");
	code = ops->member_end(queue->config.self, member->err.code == MR_OK, &alive, &ending);
	if ((code != MR_OK || !alive) && member->err.code == MR_OK)
		fail(member, &ending);
	return alive;
}

/* A transaction for one member, which failed together with others. */
static void run_alone(mr_group_queue *queue, struct mr_group_member *member)
{
	const struct mr_group_ops *ops = queue->config.ops;
	void *self = queue->config.self;
	mr_error ending;

	mr_call_rewind(member->call, member->mark);
	if (is_late(member))
		return;
	mr_error_init(&ending);
	if (ops->begin(self, &ending) != MR_OK) {
		fail(member, &ending);
		return;
	}
	if (!run_member(queue, member) || member->err.code != MR_OK) {
		ops->rollback(self);
	} else if (ops->commit(self, &ending) != MR_OK) {
		fail(member, &ending);
		ops->rollback(self);
	}
}

static void run_again(struct group *group)
{
	struct mr_group_member *member = group->members.first;

	for (; member; member = member->next) {
		if (member != group->at_fault)
			run_alone(group->queue, member);
	}
}

static bool is_full(const struct group *group)
{
	return group->members.n >= MR_GROUP_MEMBERS_MAX || group->bytes >= MR_GROUP_BYTES_MAX ||
	       mr_monotonic_ns() >= group->until_ns;
}

/* Members one after another, until the group closes. */
static void fill(struct group *group, struct mr_group_member *member)
{
	for (; member; member = is_full(group) ? NULL : take(group->queue, false)) {
		if (is_late(member)) {
			append(&group->late, member);
			continue;
		}
		member->mark = mr_arena_mark_get(member->call->arena);
		append(&group->members, member);
		group->bytes += member->bytes;
		group->lost = !run_member(group->queue, member);
		group->kept += member->err.code == MR_OK;
		if (group->lost) {
			group->at_fault = member;
			return;
		}
	}
}

static void close_group(struct group *group)
{
	const struct mr_group_ops *ops = group->queue->config.ops;
	void *self = group->queue->config.self;
	mr_error err;

	mr_error_init(&err);
	if (!group->lost && group->kept > 0) {
		if (ops->commit(self, &err) == MR_OK)
			return;
		group->lost = true;
		mr_log(MR_LOG_WARNING, "group", "a commit of %zu writes failed (%s); each runs again alone",
		       group->members.n, err.message);
	}
	ops->rollback(self);
	if (group->lost)
		run_again(group);
}

static void count(const struct group *group)
{
	struct mr_group_counts *counts = &group->queue->counts;
	size_t bucket = 0;

	while ((size_t)1 << bucket < group->members.n && bucket < MR_GROUP_SIZES - 1)
		bucket++;
	pthread_mutex_lock(&group->queue->lock);
	counts->groups++;
	counts->members += group->members.n;
	counts->sizes[bucket]++;
	counts->lost += group->lost;
	counts->reruns += group->lost ? group->members.n - (group->at_fault != NULL) : 0;
	pthread_mutex_unlock(&group->queue->lock);
}

static void finish(mr_group_queue *queue, struct list *list)
{
	if (list->first)
		queue->config.finished(queue->config.arg, list->first);
}

/* The store cannot begin (it waited for another process as long as it may): who waits now is told. */
static void refuse_waiting(mr_group_queue *queue, struct mr_group_member *member, const mr_error *why)
{
	struct list refused = {NULL, NULL, 0};

	for (; member; member = take(queue, false)) {
		fail(member, why);
		append(&refused, member);
	}
	finish(queue, &refused);
}

static void run_group(mr_group_queue *queue, struct mr_group_member *first)
{
	struct group group = {.queue = queue};
	mr_error err;

	mr_error_init(&err);
	if (queue->config.ops->begin(queue->config.self, &err) != MR_OK) {
		refuse_waiting(queue, first, &err);
		return;
	}
	group.until_ns = mr_monotonic_ns() + queue->config.work_ns;
	fill(&group, first);
	close_group(&group);
	count(&group);
	finish(queue, &group.members);
	finish(queue, &group.late);
}

static void end_writing(mr_group_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->writing = false;
	pthread_cond_signal(&queue->work); /* the queue's thread may have waited for this */
	pthread_mutex_unlock(&queue->lock);
}

static void *thread_main(void *arg)
{
	mr_group_queue *queue = arg;
	struct mr_group_member *first;

	while ((first = take(queue, true)) != NULL) {
		run_group(queue, first);
		end_writing(queue);
	}
	return NULL;
}

mr_group_queue *mr_group_queue_new(const struct mr_group_config *config)
{
	mr_group_queue *queue = mr_calloc(1, sizeof *queue);

	if (!queue)
		return NULL;
	queue->config = *config;
	if (queue->config.work_ns == 0)
		queue->config.work_ns = MR_GROUP_WORK_NS;
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->work, NULL);
	return queue;
}

/* With the lock held. */
static void put(mr_group_queue *queue, struct mr_group_member *list, struct mr_group_member *last, size_t n)
{
	if (queue->waiting.first)
		queue->waiting.last->next = list;
	else
		queue->waiting.first = list;
	queue->waiting.last = last;
	queue->waiting.n += n;
}

/* here: by this thread, if nobody else is at it. */
static mr_code add(mr_group_queue *queue, struct mr_group_member *list, bool *here, mr_error *err)
{
	struct mr_group_member *last = list;
	mr_code code = MR_OK;
	size_t n = 1;

	for (; last->next; n++)
		last = last->next;
	pthread_mutex_lock(&queue->lock);
	*here = *here && !queue->stopping && !queue->writing && !queue->waiting.first;
	if (queue->stopping || queue->waiting.n + n > QUEUE_MAX)
		code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
				    "The server is too busy: %zu writes wait for the store; try again later",
				    queue->waiting.n);
	else if (!queue->started && !*here) /* on first use */
		code = mr_thread_start(&queue->thread, "writer", thread_main, queue, err);
	if (code == MR_OK) {
		queue->started = queue->started || !*here;
		queue->writing = queue->writing || *here;
		put(queue, list, last, n);
		if (!*here)
			pthread_cond_signal(&queue->work);
	}
	pthread_mutex_unlock(&queue->lock);
	return code;
}

mr_code mr_group_queue_add(mr_group_queue *queue, struct mr_group_member *list, mr_error *err)
{
	bool here = false;

	return add(queue, list, &here, err);
}

/* What others queued in the meantime runs here, too: nobody else may. */
mr_code mr_group_queue_run(mr_group_queue *queue, struct mr_group_member *list, mr_error *err)
{
	struct mr_group_member *first;
	bool here = true;
	mr_code code = add(queue, list, &here, err);

	if (code != MR_OK || !here)
		return code;
	while ((first = take(queue, false)) != NULL)
		run_group(queue, first);
	end_writing(queue);
	return MR_OK;
}

void mr_group_queue_count(mr_group_queue *queue, struct mr_group_counts *out)
{
	pthread_mutex_lock(&queue->lock);
	*out = queue->counts;
	out->queued = queue->waiting.n;
	pthread_mutex_unlock(&queue->lock);
}

void mr_group_queue_free(mr_group_queue *queue)
{
	if (!queue)
		return;
	pthread_mutex_lock(&queue->lock);
	queue->stopping = true;
	pthread_cond_signal(&queue->work);
	pthread_mutex_unlock(&queue->lock);
	if (queue->started)
		mr_thread_join(queue->thread);
	pthread_cond_destroy(&queue->work);
	pthread_mutex_destroy(&queue->lock);
	mr_free(queue);
}
