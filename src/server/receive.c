/* SPDX-License-Identifier: Apache-2.0
 *
 * Uploads. The loop puts the pieces of the body into one of two buffers while a
 * thread of the artifact pool writes the other to the repository; a client that
 * is faster than the repository waits. The thread is taken only while there is
 * something to write, so that slow clients hold none.
 *
 * An upload has two holders: the exchange, until it ends, and the thread, until
 * the push has ended. The last one frees it.
 */
#include <pthread.h>

#include "base/inject.h"
#include "base/os.h"
#include "base/uri.h"
#include "server/artifacts.h"
#include "server/list.h"

enum { BUFFER = 128 << 10, AJAX_MAX = 10 << 20 };

struct upload {
	struct mr_task task;
	mr_server *server;
	pthread_mutex_t lock;
	mr_http_exchange *x; /* NULL: its holder is gone */
	mr_call *call;
	bool of_run;
	mr_str run_id, path;
	int64_t size; /* of the body; -1 unknown */
	int64_t received;
	char *buffers[2];
	size_t filled; /* of buffers[0] */
	bool busy; /* the thread has it */
	bool paused; /* the connection waits for room */
	bool whole; /* the body is there */
	bool unwanted; /* the client went away, or was refused */
	bool ended; /* the push was committed or aborted */
	struct place place;
	void *push;
	mr_error err;
};

static void upload_free(struct upload *upload)
{
	pthread_mutex_destroy(&upload->lock);
	mr_call_free(upload->call);
	mr_free(upload->buffers[0]);
	mr_free(upload->buffers[1]);
	mr_free(upload);
}

/* ---- on a thread of the pool ---- */

static mr_code find_place(struct upload *upload, mr_error *err)
{
	mr_str root;

	if (!upload->of_run)
		return place_open_destination(upload->server, upload->path, upload->call, &upload->place, err);
	if (artifacts_run_root(upload->server, upload->run_id, upload->call, &root, err) != MR_OK)
		return err->code;
	return place_open(upload->server, root, upload->path, upload->call, &upload->place, err);
}

static mr_code begin_push(struct upload *upload, mr_error *err)
{
	struct place *place = &upload->place;
	mr_code code = find_place(upload, err);

	if (code != MR_OK)
		return code;
	return place->ops->push_begin(place->self, place->path, upload->size, &upload->push, upload->call, err);
}

static mr_code write_piece(struct upload *upload, size_t size, mr_error *err)
{
	struct place *place = &upload->place;

	if (!upload->push && begin_push(upload, err) != MR_OK)
		return err->code;
	return size ? place->ops->push_write(place->self, upload->push, upload->buffers[1], size, upload->call, err)
		    : MR_OK;
}

/* Nothing of it is seen before this. */
static mr_code commit(struct upload *upload, mr_error *err)
{
	void *push;

	if (!upload->push && begin_push(upload, err) != MR_OK) /* an empty artifact */
		return err->code;
	push = upload->push;
	upload->push = NULL;
	return upload->place.ops->push_commit(upload->place.self, push, upload->call, err);
}

/* With the lock, which is given up: the thread's part is over. */
static void leave(struct upload *upload)
{
	bool last;

	upload->ended = true;
	upload->busy = false;
	last = upload->x == NULL;
	if (!last)
		mr_http_resume(upload->server->http, upload->x);
	pthread_mutex_unlock(&upload->lock);
	if (last)
		upload_free(upload);
}

static void end_push(struct upload *upload)
{
	if (upload->push)
		upload->place.ops->push_abort(upload->place.self, upload->push);
	upload->push = NULL;
	place_close(&upload->place);
}

/* Takes the filled buffer away, so that the loop can fill the other. With the lock. */
static size_t swap(struct upload *upload)
{
	char *filled = upload->buffers[0];
	size_t size = upload->filled;

	upload->buffers[0] = upload->buffers[1];
	upload->buffers[1] = filled;
	upload->filled = 0;
	if (upload->paused && upload->x) {
		upload->paused = false;
		mr_http_resume(upload->server->http, upload->x);
	}
	return size;
}

static void run_upload(struct mr_task *task)
{
	struct upload *upload = MR_LIST_ELEMENT(task, struct upload, task);
	mr_error err;

	mr_error_init(&err);
	pthread_mutex_lock(&upload->lock);
	while (!upload->unwanted && (upload->filled || upload->whole) && err.code == MR_OK) {
		size_t size = swap(upload);
		bool last = upload->whole && size == 0;

		pthread_mutex_unlock(&upload->lock);
		if ((last ? commit(upload, &err) : write_piece(upload, size, &err)) != MR_OK)
			mr_error_set(&err, MR_INTERNAL_ERROR, "The artifact could not be stored");
		pthread_mutex_lock(&upload->lock);
		if (last)
			upload->unwanted = true; /* there is nothing left to do */
	}
	if (!upload->unwanted && err.code == MR_OK) { /* more will come */
		upload->busy = false;
		pthread_mutex_unlock(&upload->lock);
		return;
	}
	upload->err = err;
	pthread_mutex_unlock(&upload->lock);
	end_push(upload);
	pthread_mutex_lock(&upload->lock);
	leave(upload);
}

/* ---- on the loop ---- */

/* With the lock. */
static void work_on(struct upload *upload)
{
	mr_error err;

	if (upload->busy || upload->ended)
		return;
	upload->busy = true;
	upload->task.run = run_upload;
	mr_error_init(&err);
	if (mr_pool_submit(upload->server->artifact_pool, &upload->task, &err) == MR_OK)
		return;
	upload->busy = false;
	upload->err = err;
}

static void answer_failed(struct job *job, const mr_error *err)
{
	reply_error(job->server, job->x, err, artifacts_is_compact(job->op));
}

static bool query_get(struct job *job, const char *key, mr_str *out)
{
	return mr_uri_query_get(job->call->arena, job->x->query, key, out) && out->len;
}

/* What the page's own upload asks for: POST /ajax-api/2.0/mlflow/upload-artifact?run_uuid=...&path=... */
static mr_code read_run_upload(struct job *job, mr_str *run_id, mr_str *path, mr_error *err)
{
	mr_http_exchange *x = job->x;
	mr_str type = x->headers[MR_HTTP_CONTENT_TYPE];
	bool form = (type.len >= 33 && memcmp(type.ptr, "application/x-www-form-urlencoded", 33) == 0) ||
		    (type.len >= 19 && memcmp(type.ptr, "multipart/form-data", 19) == 0);

	const struct mr_upload_run_artifact *asked = job->request; /* what apps were asked about, if they were */

	if (asked) {
		*run_id = asked->run_uuid;
		*path = asked->path;
	}
	if (asked ? run_id->len == 0 : !query_get(job, "run_uuid", run_id))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Request must specify run_uuid.");
	if (asked ? path->len == 0 : !query_get(job, "path", path))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Request must specify path.");
	if (artifacts_check_path(job->call, *path, false, path, err) != MR_OK)
		return err->code;
	if (x->content_length > AJAX_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Artifact size is too large. Max size is 10MB.");
	if (x->content_length == 0 || form)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Request must specify data.");
	return MR_OK;
}

/* A path to write to is taken as it is, or not at all. */
static mr_code read_proxy_upload(struct job *job, mr_str *path, mr_error *err)
{
	mr_str given;

	if (artifacts_proxy_path(job, &given, path, err) != MR_OK)
		return err->code;
	if (given.len && given.ptr[given.len - 1] == '/')
		given.len--; /* refused with a text of its own */
	return mr_str_eq(given, *path) ? MR_OK : mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path");
}

static bool names_no_file(const struct job *job)
{
	mr_str path = job->route.params_n ? job->route.params[0].value : mr_str_make(NULL, 0);

	return path.len && path.ptr[path.len - 1] == '/';
}

bool upload_begin(struct job *job)
{
	struct upload *upload;
	mr_str run_id = {NULL, 0}, path = {NULL, 0};
	bool of_run = job->op->id == MR_OP_UPLOAD_ARTIFACT;
	mr_error err;

	mr_error_init(&err);
	if ((of_run ? read_run_upload(job, &run_id, &path, &err) : read_proxy_upload(job, &path, &err)) != MR_OK) {
		answer_failed(job, &err);
		return false;
	}
	if (!of_run && names_no_file(job)) {
		reply_detail(job->server, job->x, 400, "Artifact path must include a filename (cannot end with '/').");
		return false;
	}
	upload = mr_calloc(1, sizeof *upload);
	if (upload) {
		upload->call = mr_call_new(0);
		upload->buffers[0] = mr_malloc(BUFFER);
		upload->buffers[1] = mr_malloc(BUFFER);
		pthread_mutex_init(&upload->lock, NULL);
		upload->path = upload->call ? mr_call_copy(upload->call, path) : path;
		upload->run_id = upload->call ? mr_call_copy(upload->call, run_id) : run_id;
		if (upload->call && job->call->user.len)
			upload->call->user = mr_call_copy(upload->call, job->call->user);
	}
	if (!upload || !upload->call || !upload->buffers[0] || !upload->buffers[1] || !upload->path.ptr) {
		if (upload)
			upload_free(upload);
		mr_error_no_memory(&err);
		answer_failed(job, &err);
		return false;
	}
	mr_error_init(&upload->err);
	upload->server = job->server;
	upload->x = job->x;
	upload->of_run = of_run;
	upload->size = job->x->content_length;
	job->upload = upload;
	return true;
}

static void set_deadline(struct job *job)
{
	int64_t ms = job->server->config.request_timeout_ms;

	job->x->deadline_ns = ms ? mr_monotonic_ns() + ms * 1000000 : 0;
}

size_t upload_data(struct job *job, const char *bytes, size_t size)
{
	struct upload *upload = job->upload;
	size_t taken;

	pthread_mutex_lock(&upload->lock);
	if (upload->of_run && upload->received + (int64_t)size > AJAX_MAX && upload->err.code == MR_OK)
		mr_error_set(&upload->err, MR_INVALID_PARAMETER_VALUE, "Artifact size is too large. Max size is 10MB.");
	taken = BUFFER - upload->filled < size ? BUFFER - upload->filled : size;
	if (upload->err.code == MR_OK) {
		memcpy(upload->buffers[0] + upload->filled, bytes, taken);
		upload->filled += taken;
		upload->received += (int64_t)taken;
		upload->paused = taken < size;
		work_on(upload);
	}
	if (upload->err.code != MR_OK) {
		upload->unwanted = true;
		answer_failed(job, &upload->err);
		taken = size;
	}
	pthread_mutex_unlock(&upload->lock);
	if (taken < size)
		set_deadline(job);
	return taken;
}

mr_http_next upload_ready(struct job *job)
{
	struct upload *upload = job->upload;
	bool failed;

	pthread_mutex_lock(&upload->lock);
	upload->whole = true;
	if (upload->of_run && upload->received == 0)
		mr_error_set(&upload->err, MR_INVALID_PARAMETER_VALUE, "Request must specify data.");
	if (upload->err.code == MR_OK)
		work_on(upload);
	failed = upload->err.code != MR_OK;
	if (failed) {
		upload->unwanted = true;
		answer_failed(job, &upload->err);
	}
	pthread_mutex_unlock(&upload->lock);
	set_deadline(job);
	return failed ? MR_HTTP_ANSWERED : MR_HTTP_DEFER;
}

void upload_resumed(struct job *job)
{
	struct upload *upload = job->upload;
	struct reply reply;

	pthread_mutex_lock(&upload->lock);
	if (upload->err.code != MR_OK) {
		answer_failed(job, &upload->err);
	} else {
		reply_begin(&reply, job->server, job->x, 200);
		if (upload->of_run)
			reply_field(&reply, "Content-Type", "application/json");
		reply_send(&reply, job->x);
	}
	pthread_mutex_unlock(&upload->lock);
}

/* The exchange's part is over. */
static void let_go(struct upload *upload)
{
	bool ended;

	pthread_mutex_lock(&upload->lock);
	upload->x = NULL;
	ended = upload->ended;
	atomic_store(&upload->call->cancelled, true);
	upload->unwanted = true;
	if (upload->place.repository)
		work_on(upload); /* aborts the push, which may take its time */
	ended |= !upload->busy;
	pthread_mutex_unlock(&upload->lock);
	if (!ended)
		return;
	end_push(upload); /* when even for that there was no thread */
	upload_free(upload);
}

void upload_done(struct job *job)
{
	let_go(job->upload);
	job->upload = NULL;
}

bool upload_expire(struct job *job, bool stopping)
{
	struct upload *upload = job->upload;
	mr_error err;
	bool ended;

	pthread_mutex_lock(&upload->lock);
	ended = upload->ended && upload->whole;
	pthread_mutex_unlock(&upload->lock);
	if (ended)
		return false; /* the answer is on its way */
	mr_error_init(&err);
	if (stopping)
		mr_error_set(&err, MR_TEMPORARILY_UNAVAILABLE, "The server is stopping; try again");
	else
		mr_error_set(&err, MR_DEADLINE_EXCEEDED, "The artifact storage did not take the upload in time");
	answer_failed(job, &err);
	upload_done(job);
	return true;
}
