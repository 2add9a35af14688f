/* SPDX-License-Identifier: Apache-2.0
 *
 * Where an operation runs: on the event loop when its store never blocks and it
 * is a get by key; as a member of a group of writes; else in a pool.
 */
#include "base/error.h"
#include "base/inject.h"
#include "base/log.h"
#include "plugin/stats.h"
#include "server/artifacts.h"
#include "server/hooks.h"
#include "server/lineage.h"
#include "server/list.h"
#include "server/state.h"

enum {
	ARENA_MAX = 512 << 20,
	ANSWER_MAX = 1 << 30,
	DECODE_ON_LOOP_MAX = 128 << 10 /* a larger request would hold up the others */
};

struct job *job_new(mr_server *server, mr_http_exchange *x)
{
	struct loop_state *loop = &server->loops[x->loop];
	struct job *job = loop->kept;

	if (job) {
		loop->kept = job->next_kept;
		loop->kept_n--;
		mr_call_reset(job->call);
	} else {
		job = mr_calloc(1, sizeof *job);
		if (!job)
			return NULL;
		job->server = server;
		mr_buf_init(&job->out, ANSWER_MAX);
		job->call = mr_call_new(ARENA_MAX);
		if (!job->call) {
			mr_free(job);
			return NULL;
		}
	}
	job->x = x;
	job->loop = x->loop;
	atomic_store_explicit(&job->state, JOB_RUNNING, memory_order_relaxed);
	mr_error_init(&job->member.err);
	job->member.call = job->call;
	return job;
}

void job_free(struct job *job, bool on_loop)
{
	struct loop_state *loop = &job->server->loops[job->loop];

	if (job->upload)
		upload_done(job);
	if (job->download)
		download_done(job);
	mr_buf_dispose(&job->body);
	mr_buf_dispose(&job->out);
	if (!on_loop || loop->kept_n >= JOBS_KEPT) {
		mr_call_free(job->call);
		mr_free(job);
		return;
	}
	job->op = NULL;
	job->hooked = NULL;
	job->stuck = NULL;
	job->backend = NULL;
	job->pool = NULL;
	job->request = job->response = NULL;
	job->work = NULL;
	job->answer = NULL;
	job->as_detail = false;
	job->upload = NULL;
	job->download = NULL;
	job->next_kept = loop->kept;
	loop->kept = job;
	loop->kept_n++;
}

/* ---- on the thread that works ---- */

void job_complete(struct job *job)
{
	mr_server *server = job->server;
	mr_http_exchange *x = job->x;
	int running = JOB_RUNNING;

	if (atomic_compare_exchange_strong(&job->state, &running, JOB_DONE)) {
		mr_http_resume(server->http, x);
		return;
	}
	if (job->pool)
		mr_pool_stuck(job->pool, -1);
	hooks_bury(job);
}

void job_group_finished(void *arg, struct mr_group_member *list)
{
	mr_server *server = arg;
	mr_http_exchange *done[MR_GROUP_MEMBERS_MAX];
	struct mr_group_member *next;
	size_t n = 0;

	for (; list; list = next) {
		struct job *job = (struct job *)list;
		int running = JOB_RUNNING;

		next = list->next;
		if (!atomic_compare_exchange_strong(&job->state, &running, JOB_DONE)) {
			if (job->pool) /* where it was decoded */
				mr_pool_stuck(job->pool, -1);
			hooks_bury(job);
			continue;
		}
		done[n++] = job->x;
		if (n == MR_GROUP_MEMBERS_MAX) {
			mr_http_resume_all(server->http, done, n);
			n = 0;
		}
	}
	if (n)
		mr_http_resume_all(server->http, done, n);
}

static void run_task(struct mr_task *task)
{
	struct job *job = MR_LIST_ELEMENT(task, struct job, task);

	if (atomic_load(&job->state) == JOB_RUNNING && job->work(job, &job->member.err) != MR_OK)
		mr_error_set(&job->member.err, MR_INTERNAL_ERROR, "%s failed and did not say why",
			     job->op ? job->op->name : "The request");
	job_complete(job);
}

/* ---- operations of stores ---- */

/* Where the request is read from. keep: in the job's own memory, for a thread that outlives the exchange. */
bool job_prepare(struct job *job, bool keep)
{
	mr_http_exchange *x = job->x;
	struct mr_request_source *source = &job->source;
	bool kept = true;

	*source = (struct mr_request_source){
		.method = mr_str_is(x->method, "HEAD") ? mr_str_from("GET") : x->method,
		.route = &job->route,
		.query = x->query,
		.body = mr_buf_view(&job->body),
		.content_type = x->headers[MR_HTTP_CONTENT_TYPE],
		.has_content_type = mr_http_has(x, MR_HTTP_CONTENT_TYPE),
	};
	job->member.bytes = job->body.len;
	if (!keep)
		return true;
	source->method = mr_call_copy(job->call, source->method);
	source->query = mr_call_copy(job->call, source->query);
	source->content_type = mr_call_copy(job->call, source->content_type);
	kept = source->method.ptr && source->query.ptr && source->content_type.ptr;
	for (size_t i = 0; i < job->route.params_n; i++) {
		job->route.params[i].value = mr_call_copy(job->call, job->route.params[i].value);
		kept &= job->route.params[i].value.ptr != NULL;
	}
	return kept;
}

mr_code job_decode(struct job *job, mr_error *err)
{
	mr_code code = mr_request_decode(&job->source, job->call, &job->request, err);

	mr_buf_dispose(&job->body); /* the message holds nothing of it */
	return code;
}

bool job_streams(const struct mr_op_desc *op)
{
	return op->id == MR_OP_PROXY_UPLOAD || op->id == MR_OP_UPLOAD_ARTIFACT;
}

/* Rows that an app hides are not encoded. */
struct filtering {
	struct job *job;
	struct mr_encoder *encoder;
};

static mr_code emit_if_kept(void *arg, const void *row, mr_error *err)
{
	const struct filtering *f = arg;
	bool keep;

	if (hooks_filter(f->job, row, &keep, err) != MR_OK)
		return err->code;
	return keep ? mr_encode_emit(f->encoder, row, err) : MR_OK;
}

/* Encodes as it goes, so that a listing holds a few rows at a time. */
static mr_code call_store(struct job *job, mr_error *err)
{
	struct mr_encoder encoder;
	struct filtering filtering = {job, &encoder};
	mr_code code;

	job->response = mr_msg_new(job->call, job->op->response);
	if (!job->response)
		return mr_error_no_memory(err);
	mr_encode_begin(&encoder, job->op, &job->out);
	if (job->op->rows) {
		job->call->emit = mr_encode_emit;
		job->call->emit_arg = &encoder;
		if (hooks_filters(job)) {
			job->call->emit = emit_if_kept;
			job->call->emit_arg = &filtering;
		}
	}
	code = mr_store_call(job->backend->store, job->op, job->request, job->response, job->call, err);
	if (code == MR_OK)
		code = mr_encode_end(&encoder, job->response, err);
	if (code == MR_OK)
		code = mr_buf_check(&job->out, err);
	return code;
}

/* As a member of a group, on the writer's thread; the loop encodes. */
static mr_code write_store(struct mr_group_member *member, mr_error *err)
{
	struct job *job = (struct job *)member;

	job->response = mr_msg_new(job->call, job->op->response);
	if (!job->response)
		return mr_error_no_memory(err);
	return mr_store_call(job->backend->store, job->op, job->request, job->response, job->call, err);
}

static mr_http_next join_turn(struct job *job)
{
	struct loop_state *loop = &job->server->loops[job->loop];
	unsigned g = job->backend->group_index;

	job->member.run = write_store;
	job->member.next = NULL;
	*loop->batch_end[g] = &job->member;
	loop->batch_end[g] = &job->member.next;
	return MR_HTTP_DEFER;
}

static mr_http_next place(struct job *job)
{
	struct backend *backend = job->backend;

	if (job->op->work == MR_WORK_INLINE && backend->never_blocks && !(job->op->rows && hooks_filters(job))) {
		if (call_store(job, &job->member.err) != MR_OK)
			mr_error_set(&job->member.err, MR_INTERNAL_ERROR, "%s failed and did not say why",
				     job->op->name);
		job_answer(job);
		return MR_HTTP_ANSWERED;
	}
	if (job->op->work == MR_WORK_WRITE && backend->group)
		return join_turn(job);
	job->work = call_store;
	return job_defer(job, backend->pool);
}

/* What a client names must not make the server connect to where the client wants. */
static mr_code check_location(struct job *job, mr_error *err)
{
	const struct mr_create_experiment *request = job->request;

	if (job->op->id != MR_OP_CREATE_EXPERIMENT || request->artifact_location.len == 0 || job->server->config.one_sided)
		return MR_OK;
	return places_check_host(job->server, request->artifact_location, "artifact_location", err);
}

/* With the tag of the logged model that it comes from, in one transaction. */
static mr_code write_version(struct mr_group_member *member, mr_error *err)
{
	return write_store(member, err) == MR_OK ? lineage_tag((struct job *)member, err) : err->code;
}

/* In a pool, with the request decoded: true when the job went on to its group. */
static bool go_on_in_pool(struct job *job, mr_error *err)
{
	bool is_version = job->op->id == MR_OP_CREATE_MODEL_VERSION && !job->server->config.one_sided;
	bool shares_writer = job->server->registry.group == job->server->tracking.group;

	if (check_location(job, err) != MR_OK || (is_version && lineage_check(job, err) != MR_OK))
		return false;
	if (job->op->work == MR_WORK_WRITE && job->backend->group && (!is_version || shares_writer)) {
		job->member.run = is_version ? write_version : write_store;
		job->member.next = NULL;
		return mr_group_queue_add(job->backend->group, &job->member, err) == MR_OK;
	}
	if (call_store(job, err) == MR_OK && is_version)
		lineage_tag(job, err);
	return false;
}

/* A large request is decoded in the pool; a write goes on to its group from there. */
static void decode_and_place(struct mr_task *task)
{
	struct job *job = MR_LIST_ELEMENT(task, struct job, task);
	mr_error *err = &job->member.err;

	if (atomic_load(&job->state) == JOB_RUNNING && job_decode(job, err) == MR_OK && go_on_in_pool(job, err))
		return;
	job_complete(job);
}

/* A new version is compared with what it says it comes from. */
static void check_and_place(struct mr_task *task)
{
	struct job *job = MR_LIST_ELEMENT(task, struct job, task);

	if (atomic_load(&job->state) == JOB_RUNNING && go_on_in_pool(job, &job->member.err))
		return;
	job_complete(job);
}

static mr_http_next submit(struct job *job, void (*run)(struct mr_task *task), mr_pool *pool)
{
	job->task.run = run;
	job->pool = pool;
	if (job->member.err.code == MR_OK && mr_pool_submit(pool, &job->task, &job->member.err) == MR_OK)
		return MR_HTTP_DEFER;
	job->pool = NULL;
	job_answer(job);
	return MR_HTTP_ANSWERED;
}

mr_http_next job_defer(struct job *job, mr_pool *pool)
{
	return submit(job, run_task, pool);
}

static mr_http_next start_large(struct job *job)
{
	if (!job_prepare(job, true))
		mr_error_no_memory(&job->member.err);
	return submit(job, decode_and_place, job->backend->pool);
}

mr_http_next job_start(struct job *job)
{
	mr_http_exchange *x = job->x;
	mr_server *server = job->server;
	bool decoded = job->hooked && job->hooked->decoded;

	job->op = job->route.op;
	if (!decoded) {
		job->body = x->body;
		mr_buf_init(&x->body, 0);
	}
	if (server->config.request_timeout_ms) {
		x->deadline_ns = x->begun_ns + server->config.request_timeout_ms * 1000000;
		job->call->deadline_ns = x->deadline_ns;
	}
	if (job->op->side == MR_SIDE_SERVER) {
		if (decoded || (job_prepare(job, false) && job_decode(job, &job->member.err) == MR_OK))
			return artifacts_start(job);
		job_answer(job);
		return MR_HTTP_ANSWERED;
	}
	job->backend = job->op->side == MR_SIDE_REGISTRY ? &server->registry : &server->tracking;
	if (!job->backend->store) {
		mr_error_set(&job->member.err, MR_NOT_IMPLEMENTED, "%s: no plugin has a %s store for this URI", job->op->name,
			     job->op->side == MR_SIDE_REGISTRY ? "model registry" : "tracking");
		job_answer(job);
		return MR_HTTP_ANSWERED;
	}
	if (job->body.len > DECODE_ON_LOOP_MAX)
		return start_large(job);
	if ((decoded || (job_prepare(job, false) && job_decode(job, &job->member.err) == MR_OK)) &&
	    check_location(job, &job->member.err) == MR_OK)
		return job->op->id == MR_OP_CREATE_MODEL_VERSION && !server->config.one_sided
			       ? submit(job, check_and_place, job->backend->pool)
								 : place(job);
	job_answer(job);
	return MR_HTTP_ANSWERED;
}

/* ---- on the loop ---- */

/* Once the job is abandoned its thread may free it: all that it is to know is said before. */
bool job_abandon(struct job *job, const struct mr_entry *entry)
{
	mr_pool *pool = job->pool;
	int running = JOB_RUNNING;

	atomic_store(&job->call->cancelled, true);
	if (pool)
		mr_pool_stuck(pool, 1);
	job->stuck = entry;
	if (entry)
		mr_stats_stuck(entry, 1);
	if (atomic_compare_exchange_strong(&job->state, &running, JOB_ABANDONED))
		return true;
	job->stuck = NULL;
	if (entry)
		mr_stats_stuck(entry, -1);
	if (pool)
		mr_pool_stuck(pool, -1);
	return false;
}

static void log_failure(const struct job *job, const mr_error *err)
{
	if (mr_code_http_status(err->code) >= 500 && err->code != MR_NOT_IMPLEMENTED)
		mr_log(MR_LOG_ERROR, "server", "%s: %s: %s", job->op ? job->op->name : "request",
		       mr_code_name(err->code), err->message);
}

void job_answer(struct job *job)
{
	mr_error *err = &job->member.err;
	enum mr_style style = job->op ? (enum mr_style)job->op->style : MR_STYLE_PRETTY;

	if (err->code == MR_OK && job->answer) {
		job->answer(job);
		return;
	}
	if (err->code == MR_OK && !job->out.len && job->response)
		mr_msg_encode(job->op->response, job->response, style, &job->out, err);
	if (err->code == MR_OK && mr_buf_check(&job->out, err) == MR_OK) {
		reply_taken(job->server, job->x, 200, "application/json", &job->out);
		return;
	}
	if (!job->hooked || !job->hooked->logged)
		log_failure(job, err);
	if (job->as_detail) {
		reply_detail(job->server, job->x, mr_code_http_status(err->code), err->message);
		return;
	}
	reply_error(job->server, job->x, err, job->op && artifacts_is_compact(job->op));
}
