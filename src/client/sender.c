/* SPDX-License-Identifier: Apache-2.0 */
#include "client/sender.h"

#include "base/inject.h"
#include "base/log.h"
#include "client/dead_letters.h"

enum {
	PASS_MAX = 4000,    /* records looked at before the head moves */
	METRICS_MAX = 1000, /* of one log-batch, as MLflow limits it */
	OTHERS_MAX = 100,
	TOTAL_MAX = 1000,
	CALL_MAX = 256 << 20,
	TRIES_OF_BROKEN = 12 /* a store that answers "internal error" this often (a minute and a half) has refused */
};

struct mr_sender {
	mr_client *client;
	mr_arena *arena; /* of one pass */
	mr_call *call;
	char *folder;
	int broken; /* passes in a row that an internal error ended */
	mr_sender_refused *refused; /* or NULL */
	void *refused_arg;
};

/* Records of one run that go together: a log-batch, or, alone, the status. */
struct batch {
	mr_str run_id;
	struct mr_spool_record *records;
	size_t n, room;
	size_t metrics, params, tags;
	bool closed; /* nothing more may join: order would be lost */
	struct batch *next;
};

struct plan {
	struct batch *first, *last;
	uint64_t end; /* cursor behind the last record */
	uint64_t records;
};

mr_sender *mr_sender_new(mr_client *client, mr_str folder)
{
	mr_sender *sender = mr_calloc(1, sizeof *sender);

	if (!sender)
		return NULL;
	sender->client = client;
	sender->arena = mr_arena_new(0);
	sender->call = mr_call_new(CALL_MAX);
	sender->folder = mr_malloc(folder.len + 1);
	if (!sender->arena || !sender->call || !sender->folder) {
		mr_sender_free(sender);
		return NULL;
	}
	memcpy(sender->folder, folder.ptr, folder.len);
	sender->folder[folder.len] = 0;
	return sender;
}

void mr_sender_free(mr_sender *sender)
{
	if (!sender)
		return;
	mr_call_free(sender->call);
	mr_arena_free(sender->arena);
	mr_free(sender->folder);
	mr_free(sender);
}

void mr_sender_on_refused(mr_sender *sender, mr_sender_refused *refused, void *arg)
{
	sender->refused = refused;
	sender->refused_arg = arg;
}

/* A second value of a tag, or of a param, must not share a batch with the first: the
 * order within one is the store's. */
static bool has_key(const struct batch *b, const struct mr_spool_record *r)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->records[i].kind == r->kind && mr_str_eq(b->records[i].key, r->key))
			return true;
	return false;
}

static bool fits(const struct batch *b, const struct mr_spool_record *r)
{
	if (b->closed || r->kind == MR_SPOOL_STATUS || b->n == TOTAL_MAX)
		return false;
	if (r->kind == MR_SPOOL_METRIC)
		return b->metrics < METRICS_MAX;
	return (r->kind == MR_SPOOL_PARAM ? b->params : b->tags) < OTHERS_MAX && !has_key(b, r);
}

static struct batch *batch_for(mr_sender *sender, struct plan *plan, const struct mr_spool_record *r)
{
	struct batch *found = NULL, *b;

	for (b = plan->first; b; b = b->next)
		if (mr_str_eq(b->run_id, r->run_id))
			found = b; /* the last one of the run */
	if (found && fits(found, r))
		return found;
	b = mr_arena_zalloc(sender->arena, sizeof *b);
	if (!b)
		return NULL;
	b->run_id = r->run_id;
	b->closed = r->kind == MR_SPOOL_STATUS;
	*(plan->last ? &plan->last->next : &plan->first) = b;
	plan->last = b;
	return b;
}

static bool join(mr_sender *sender, struct batch *b, const struct mr_spool_record *r)
{
	if (b->n == b->room) {
		size_t room = b->room ? 2 * b->room : 16;
		struct mr_spool_record *grown =
			mr_arena_grow(sender->arena, b->records, b->room * sizeof *grown, room * sizeof *grown);

		if (!grown)
			return false;
		b->records = grown;
		b->room = room;
	}
	b->records[b->n++] = *r;
	b->metrics += r->kind == MR_SPOOL_METRIC;
	b->params += r->kind == MR_SPOOL_PARAM;
	b->tags += r->kind == MR_SPOOL_TAG;
	return true;
}

static void make_plan(mr_sender *sender, const mr_spool *spool, struct plan *plan)
{
	struct mr_spool_record r;
	uint64_t cursor = mr_spool_head(spool);

	memset(plan, 0, sizeof *plan);
	plan->end = cursor;
	while (plan->records < PASS_MAX && mr_spool_read(spool, &cursor, &r)) {
		struct batch *b = batch_for(sender, plan, &r);

		if (!b || !join(sender, b, &r))
			break; /* what is in the plan goes first */
		plan->end = cursor;
		plan->records++;
	}
	if (plan->records == 0 && cursor > plan->end && mr_spool_tail(spool) == cursor)
		plan->end = cursor; /* only padding was left */
}

static mr_code send_status(mr_sender *sender, const struct mr_spool_record *r, mr_error *err)
{
	struct mr_update_run request = {0};
	void *response;

	mr_update_run_set_run_id(&request, r->run_id);
	mr_update_run_set_status(&request, (int32_t)r->step);
	if (r->time_ms)
		mr_update_run_set_end_time(&request, r->time_ms);
	return mr_client_invoke(sender->client, &mr_op_update_run, &request, &response, sender->call, err);
}

static bool add_metric(struct mr_log_batch *request, mr_call *call, const struct mr_spool_record *r)
{
	struct mr_metric *m = mr_msg_new(call, &mr_desc_metric);

	if (!m)
		return false;
	mr_metric_set_key(m, r->key);
	mr_metric_set_value(m, r->number);
	mr_metric_set_timestamp(m, r->time_ms);
	mr_metric_set_step(m, r->step);
	request->metrics[request->metrics_n++] = m;
	return true;
}

static bool add_param(struct mr_log_batch *request, mr_call *call, const struct mr_spool_record *r)
{
	struct mr_param *p = mr_msg_new(call, &mr_desc_param);

	if (!p)
		return false;
	mr_param_set_key(p, r->key);
	mr_param_set_value(p, r->text);
	request->params[request->params_n++] = p;
	return true;
}

static bool add_tag(struct mr_log_batch *request, mr_call *call, const struct mr_spool_record *r)
{
	struct mr_run_tag *t = mr_msg_new(call, &mr_desc_run_tag);

	if (!t)
		return false;
	mr_run_tag_set_key(t, r->key);
	mr_run_tag_set_value(t, r->text);
	request->tags[request->tags_n++] = t;
	return true;
}

static mr_code send_records(mr_sender *sender, mr_str run_id, const struct mr_spool_record *records, size_t n,
			    mr_error *err)
{
	mr_call *call = sender->call;
	struct mr_log_batch request = {0};
	void *response;
	bool added = true;

	mr_call_reset(call);
	call->no_retry = true; /* the queue does that, and notices sooner that the server is back */
	if (n == 1 && records[0].kind == MR_SPOOL_STATUS)
		return send_status(sender, &records[0], err);
	mr_log_batch_set_run_id(&request, run_id);
	request.metrics = mr_call_alloc(call, n * sizeof *request.metrics);
	request.params = mr_call_alloc(call, n * sizeof *request.params);
	request.tags = mr_call_alloc(call, n * sizeof *request.tags);
	if (!request.metrics || !request.params || !request.tags)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < n && added; i++)
		added = records[i].kind == MR_SPOOL_METRIC  ? add_metric(&request, call, &records[i])
			: records[i].kind == MR_SPOOL_PARAM ? add_param(&request, call, &records[i])
							    : add_tag(&request, call, &records[i]);
	if (!added)
		return mr_error_no_memory(err);
	return mr_client_invoke(sender->client, &mr_op_log_batch, &request, &response, call, err);
}

/* Whether trying later can help. Credentials can be mended, so they do not cost data. */
static bool is_away(const mr_sender *sender, mr_code code)
{
	switch (code) {
	case MR_TEMPORARILY_UNAVAILABLE:
	case MR_DEADLINE_EXCEEDED:
	case MR_CANCELLED:
	case MR_ABORTED:
	case MR_RESOURCE_EXHAUSTED:
	case MR_REQUEST_LIMIT_EXCEEDED:
	case MR_IO_ERROR:
	case MR_UNAUTHENTICATED:
	case MR_CUSTOMER_UNAUTHORIZED:
	case MR_PERMISSION_DENIED:
		return true;
	case MR_INTERNAL_ERROR:
	case MR_INVALID_STATE:
		return sender->broken < TRIES_OF_BROKEN;
	default:
		return false;
	}
}

/* A record that cannot even be kept as a dead letter stays in the spool. */
static bool bury(mr_sender *sender, const mr_spool *spool, const struct mr_spool_record *r, const mr_error *refusal,
		 struct mr_send_result *out)
{
	mr_error why;

	mr_error_init(&why);
	if (mr_dead_letter_add(mr_str_from(sender->folder), r, mr_spool_tracking_uri(spool), refusal, &why) != MR_OK) {
		out->away = true;
		out->why_away = why;
		return false;
	}
	if (out->refused++ == 0)
		out->refusal = *refusal;
	if (sender->refused)
		sender->refused(sender->refused_arg, spool, r, refusal);
	mr_log(MR_LOG_WARNING, "client", "The store refused a %s of run %.*s: %s", mr_spool_kind_name(r->kind),
	       MR_STR_ARG(r->run_id), refusal->message);
	return true;
}

/* False when the store is away. A refused batch is sent again record by record, so
 * that one bad record does not take its neighbours with it. */
static bool send_batch(mr_sender *sender, const mr_spool *spool, const struct batch *b, struct mr_send_result *out)
{
	mr_error err;

	mr_error_init(&err);
	if (send_records(sender, b->run_id, b->records, b->n, &err) == MR_OK)
		return true;
	if (b->n > 1 && !is_away(sender, err.code)) {
		for (size_t i = 0; i < b->n; i++) {
			struct batch one = {.run_id = b->run_id, .records = &b->records[i], .n = 1};

			if (!send_batch(sender, spool, &one, out))
				return false;
		}
		return true;
	}
	if (!is_away(sender, err.code))
		return bury(sender, spool, &b->records[0], &err, out);
	sender->broken += err.code == MR_INTERNAL_ERROR || err.code == MR_INVALID_STATE;
	out->away = true;
	out->why_away = err;
	return false;
}

void mr_sender_pass(mr_sender *sender, mr_spool *spool, struct mr_send_result *out)
{
	struct plan plan;
	bool all = true;

	memset(out, 0, offsetof(struct mr_send_result, refusal));
	mr_error_init(&out->refusal);
	mr_error_init(&out->why_away);
	out->away = false;
	make_plan(sender, spool, &plan);
	for (const struct batch *b = plan.first; b && all; b = b->next)
		all = send_batch(sender, spool, b, out);
	if (all) {
		mr_spool_consume(spool, plan.end);
		out->records = plan.records;
		sender->broken = 0;
	}
	mr_arena_reset(sender->arena);
}

void mr_sender_drain(mr_sender *sender, mr_spool *spool, struct mr_send_result *out)
{
	struct mr_send_result pass;

	memset(out, 0, sizeof *out);
	do {
		mr_sender_pass(sender, spool, &pass);
		out->records += pass.records;
		if (out->refused == 0 && pass.refused)
			out->refusal = pass.refusal;
		out->refused += pass.refused;
		out->away = pass.away;
		out->why_away = pass.why_away;
	} while (pass.records && !pass.away && mr_spool_head(spool) < mr_spool_tail(spool));
}
