/* SPDX-License-Identifier: Apache-2.0
 *
 * Downloads: a thread makes the request and fills a pipe, pull_read empties it.
 * A transfer that breaks goes on where it stopped, provided that the artifact
 * is still the same (its ETag says it).
 */
#include "artifact/http.h"
#include "artifact/pipe.h"
#include "base/inject.h"
#include "base/json.h"
#include "base/os.h"

enum { RESUMES_MAX = 7 }; /* in a row without a byte */

/* One request and what comes of it. */
struct stream {
	const struct http_repository *r;
	mr_call *call;
	struct mr_artifact_part target; /* URL and headers; of the storage itself, when the server signed one */
	bool is_signed;
	mr_str etag; /* the artifact must still have it; empty: none known */
	int64_t offset; /* to begin at */
	struct mr_pipe *pipe;
	unsigned long thread;
	bool running;
	pthread_mutex_t lock;
	pthread_cond_t answered_cond;
	bool answered; /* status and headers are there, or the end */
	struct mr_http_response seen; /* what they are; for who waits */
	struct mr_http_response response; /* the thread's alone */
	mr_code code;
	mr_error err;
};

struct pull {
	const struct http_repository *r;
	mr_arena *arena;
	mr_str path, url, etag;
	int64_t size; /* -1 unknown */
	int64_t at; /* of the next byte of the stream */
	int64_t skip; /* bytes of the stream before it: the server began at 0 */
	int resumes;
	struct stream *stream;
};

/* ---- a stream ---- */

static void say_answered(struct stream *s)
{
	if (s->answered)
		return; /* only this thread sets it */
	pthread_mutex_lock(&s->lock);
	s->seen = s->response;
	s->answered = true;
	pthread_cond_broadcast(&s->answered_cond);
	pthread_mutex_unlock(&s->lock);
}

static bool take_bytes(void *arg, const char *bytes, size_t size)
{
	struct stream *s = arg;

	say_answered(s);
	return mr_pipe_write(s->pipe, bytes, size, http_is_cancelled, s->call);
}

static void *run(void *arg)
{
	struct stream *s = arg;
	struct mr_header *headers = mr_call_alloc(s->call, (s->target.headers_n + 2) * sizeof *headers);
	struct mr_http_request request = {
		.size = sizeof request,
		.flags = s->is_signed ? MR_HTTP_NO_AUTH : 0,
		.method = mr_str_from("GET"),
		.url = s->target.url,
		.headers = headers,
		.body_size = -1,
		.write = take_bytes,
		.write_arg = s,
		.body_max = HTTP_ANSWER_MAX,
	};

	for (size_t i = 0; headers && i < s->target.headers_n; i++)
		headers[request.headers_n++] = s->target.headers[i];
	if (headers && s->offset > 0) {
		headers[request.headers_n++] = (struct mr_header){
			mr_str_from("Range"), mr_arena_printf(s->call->arena, "bytes=%lld-", (long long)s->offset)};
		if (s->etag.len)
			headers[request.headers_n++] = (struct mr_header){mr_str_from("If-Range"), s->etag};
	}
	s->code = headers ? s->r->host->http(s->r->host, &request, &s->response, s->call, &s->err)
			  : mr_error_no_memory(&s->err);
	if (s->code == MR_OK)
		s->code = http_answer_error(&s->response, s->target.url, &s->err);
	say_answered(s);
	mr_pipe_finish(s->pipe);
	return NULL;
}

static void stream_join(struct stream *s)
{
	if (s->running)
		mr_thread_join(s->thread);
	s->running = false;
}

static void stream_free(struct stream *s)
{
	if (!s)
		return;
	if (s->call)
		atomic_store(&s->call->cancelled, true);
	if (s->pipe)
		mr_pipe_break(s->pipe);
	stream_join(s);
	pthread_cond_destroy(&s->answered_cond);
	pthread_mutex_destroy(&s->lock);
	mr_pipe_free(s->pipe);
	mr_call_free(s->call);
	mr_free(s);
}

static void init_locks(struct stream *s)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&s->answered_cond, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* The storage's own URL where the server signs one, anew for each request as it is good for a while only. */
static mr_code choose_target(struct pull *p, struct stream *s, mr_error *err)
{
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = http_presign((void *)(uintptr_t)p->r, p->path, mr_str_from("GET"), 0, &s->target, s->call, &why);
	s->is_signed = code == MR_OK;
	if (code == MR_OK)
		return MR_OK;
	if (code != MR_NOT_IMPLEMENTED && code != MR_ENDPOINT_NOT_FOUND)
		return mr_error_set(err, code, "%s", why.message);
	s->target = (struct mr_artifact_part){.url = p->url};
	return MR_OK;
}

static mr_code stream_start(struct pull *p, mr_call *call, mr_error *err)
{
	struct stream *s = mr_calloc(1, sizeof *s);
	mr_code code;

	if (!s)
		return mr_error_no_memory(err);
	init_locks(s);
	mr_error_init(&s->err);
	s->r = p->r;
	s->etag = p->etag;
	s->offset = p->at;
	s->response.size = sizeof s->response;
	s->call = http_call_like(call);
	s->pipe = mr_pipe_new(HTTP_WINDOW, false);
	code = s->call && s->pipe ? choose_target(p, s, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = mr_thread_start(&s->thread, "mr-download", run, s, err);
	if (code != MR_OK) {
		stream_free(s);
		return code;
	}
	s->running = true;
	p->stream = s;
	return MR_OK;
}

/* Until status and headers are known. */
static mr_code wait_for_answer(struct stream *s, mr_call *call, mr_error *err)
{
	struct timespec until;
	bool cancelled = false;

	pthread_mutex_lock(&s->lock);
	while (!s->answered && !cancelled) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += 100000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&s->answered_cond, &s->lock, &until);
		cancelled = http_is_cancelled(call);
	}
	pthread_mutex_unlock(&s->lock);
	if (cancelled)
		return mr_error_set(err, MR_CANCELLED, "The request was cancelled");
	if (s->seen.status / 100 == 2)
		return MR_OK;
	stream_join(s); /* there is no body that anybody waits for */
	return mr_error_set(err, s->code != MR_OK ? s->code : MR_IO_ERROR, "%s", s->err.message);
}

/* ---- a pull ---- */

static mr_code no_such(const struct pull *p, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "No such artifact: '%.*s'", MR_STR_ARG(p->path));
}

static bool is_about_a_folder(const struct stream *s)
{
	static const char words[] = "refers to a directory";

	return s->seen.status == 400 && s->seen.body.len &&
	       memmem(s->seen.body.ptr, s->seen.body.len, words, sizeof words - 1);
}

/* The first answer: what is known of the artifact. */
static mr_code first_answer(struct pull *p, mr_call *call, mr_error *err)
{
	mr_error why;
	mr_code code;
	mr_str length;

	mr_error_init(&why);
	code = wait_for_answer(p->stream, call, &why);
	if (code == MR_RESOURCE_DOES_NOT_EXIST || (code != MR_OK && is_about_a_folder(p->stream)))
		return no_such(p, err);
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", why.message);
	length = http_answer_header(&p->stream->seen, "content-length");
	if (!mr_parse_int64(length, &p->size) || p->size < 0)
		p->size = -1;
	p->etag = mr_arena_copy(p->arena, http_answer_header(&p->stream->seen, "etag"));
	if (p->etag.len >= 2 && p->etag.ptr[0] == 'W') /* a weak one says nothing about bytes */
		p->etag.len = 0;
	return p->etag.ptr ? MR_OK : mr_error_no_memory(err);
}

static void pull_free(struct pull *p)
{
	if (!p)
		return;
	stream_free(p->stream);
	mr_arena_free(p->arena);
	mr_free(p);
}

mr_code http_pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call,
		       mr_error *err)
{
	struct pull *p = mr_calloc(1, sizeof *p);
	mr_error why;
	mr_code code;

	if (!p)
		return mr_error_no_memory(err);
	p->r = self;
	p->arena = mr_arena_new(0);
	if (p->arena) {
		p->path = mr_arena_copy(p->arena, path);
		p->url = http_url(p->r, p->arena, path);
	}
	mr_error_init(&why);
	code = p->path.ptr && p->url.ptr ? stream_start(p, call, &why) : mr_error_no_memory(&why);
	if (code == MR_RESOURCE_DOES_NOT_EXIST)
		code = no_such(p, err);
	else if (code != MR_OK)
		mr_error_set(err, code, "%s", why.message);
	if (code == MR_OK)
		code = first_answer(p, call, err);
	if (code == MR_OK) {
		*info = (struct mr_artifact_info){.path = mr_call_copy(call, path), .size = p->size};
		code = info->path.ptr ? MR_OK : mr_error_no_memory(err);
	}
	if (code == MR_OK)
		*pull = p;
	else
		pull_free(p);
	return code;
}

void http_pull_close(void *self, void *pull)
{
	(void)self;
	pull_free(pull);
}

/* "bytes 10-19/100" */
static bool begins_at(mr_str range, int64_t offset)
{
	size_t n = 6;
	int64_t start;

	if (range.len < 7 || memcmp(range.ptr, "bytes ", 6) != 0)
		return false;
	while (n < range.len && range.ptr[n] >= '0' && range.ptr[n] <= '9')
		n++;
	return mr_parse_int64(mr_str_make(range.ptr + 6, n - 6), &start) && start == offset;
}

/* A new request from p->at on. */
static mr_code restart(struct pull *p, mr_call *call, mr_error *err)
{
	const struct mr_http_response *response;
	mr_code code;

	stream_free(p->stream);
	p->stream = NULL;
	p->skip = 0;
	code = stream_start(p, call, err);
	if (code == MR_OK)
		code = wait_for_answer(p->stream, call, err);
	if (code != MR_OK || p->at == 0)
		return code;
	response = &p->stream->seen;
	if (response->status == 206 && begins_at(http_answer_header(response, "content-range"), p->at))
		return MR_OK;
	if (response->status == 200 && (!p->etag.len || mr_str_eq(http_answer_header(response, "etag"), p->etag))) {
		p->skip = p->at; /* ranges are not known there */
		return MR_OK;
	}
	return mr_error_set(err, MR_ABORTED, "The artifact '%.*s' was changed while it was read; read it again",
			    MR_STR_ARG(p->path));
}

static bool may_resume(struct pull *p)
{
	mr_code code = p->stream->code;

	return (code == MR_TEMPORARILY_UNAVAILABLE || code == MR_DEADLINE_EXCEEDED || code == MR_IO_ERROR) &&
	       p->resumes++ < RESUMES_MAX;
}

/* The stream is at its end: the artifact's, or is there more to be had? */
static mr_code at_end(struct pull *p, bool *again, mr_call *call, mr_error *err)
{
	stream_join(p->stream);
	*again = false;
	if (p->stream->code == MR_OK && (p->size < 0 || p->at >= p->size))
		return MR_OK;
	if (p->stream->code == MR_OK)
		p->stream->code = MR_IO_ERROR; /* a short one */
	if (!may_resume(p))
		return mr_error_set(err, p->stream->code, "The download of '%.*s' ended after %lld bytes: %s",
				    MR_STR_ARG(p->path), (long long)p->at, p->stream->err.message);
	*again = true;
	return restart(p, call, err);
}

static mr_code read_some(struct pull *p, char *out, size_t size, size_t *got, mr_call *call, mr_error *err)
{
	bool again = true;
	mr_code code = MR_OK;
	int64_t n;

	*got = 0;
	while (again && code == MR_OK) {
		size_t now = p->skip > 0 && (uint64_t)p->skip < size ? (size_t)p->skip : size;

		n = mr_pipe_read(p->stream->pipe, out, now, http_is_cancelled, call);
		if (n < 0)
			return mr_error_set(err, MR_CANCELLED, "The request was cancelled");
		if (n == 0) {
			code = at_end(p, &again, call, err);
		} else if (p->skip > 0) {
			p->skip -= n;
		} else {
			p->at += n;
			p->resumes = 0;
			*got = (size_t)n;
			again = false;
		}
	}
	return code;
}

mr_code http_pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
		       mr_error *err)
{
	struct pull *p = pull;
	mr_code code;

	(void)self;
	*got = 0;
	if (size == 0 || (p->size >= 0 && offset >= p->size))
		return MR_OK;
	if (offset != p->at) {
		p->at = offset;
		code = restart(p, call, err);
		if (code != MR_OK)
			return code;
	}
	return read_some(p, out, size, got, call, err);
}
