/* SPDX-License-Identifier: Apache-2.0
 *
 * Uploads. What fits into the window is sent at commit, in one request that can
 * be tried again. What is larger goes out while it comes in: a thread makes the
 * request and takes its body from a pipe. The last byte is held back until
 * commit, so that the server has no whole artifact before.
 */
#include "artifact/http.h"
#include "artifact/mime.h"
#include "artifact/pipe.h"
#include "base/inject.h"
#include "base/os.h"
#include "plugin/outgoing_parts.h"

struct push {
	const struct http_repository *r;
	mr_call *call; /* of the request, and memory of this push */
	mr_str url, type;
	struct mr_pipe *pipe;
	int64_t size, written; /* size: as announced, -1 unknown */
	bool running;
	unsigned long thread;
	mr_code code;
	mr_error err;
};

static int64_t read_body(void *arg, char *out, size_t room)
{
	struct push *p = arg;

	return mr_pipe_read(p->pipe, out, room, http_is_cancelled, p->call);
}

static bool rewind_body(void *arg)
{
	struct push *p = arg;

	return mr_pipe_rewind(p->pipe);
}

static void send(struct push *p)
{
	struct mr_header type = {mr_str_from("Content-Type"), p->type};
	struct mr_http_response response = {.size = sizeof response};
	struct mr_http_request request = {
		.size = sizeof request,
		.method = mr_str_from("PUT"),
		.url = p->url,
		.headers = &type,
		.headers_n = 1,
		.read = read_body,
		.rewind = rewind_body,
		.read_arg = p,
		.body_size = p->size,
		.body_max = HTTP_ANSWER_MAX,
	};

	mr_error_init(&p->err);
	p->code = p->r->host->http(p->r->host, &request, &response, p->call, &p->err);
	if (p->code == MR_OK)
		p->code = http_answer_error(&response, p->url, &p->err);
	if (p->code != MR_OK && p->running && mr_retry_is_for(response.status, false))
		p->code = MR_TEMPORARILY_UNAVAILABLE; /* who has the bytes may begin again */
}

static void *run(void *arg)
{
	struct push *p = arg;

	send(p);
	mr_pipe_break(p->pipe); /* whoever still writes learns that nobody reads */
	return NULL;
}

static void join(struct push *p)
{
	if (p->running)
		mr_thread_join(p->thread);
	p->running = false;
}

static void push_free(struct push *p)
{
	if (!p)
		return;
	mr_pipe_free(p->pipe);
	mr_call_free(p->call);
	mr_free(p);
}

mr_code http_push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	struct push *p = mr_calloc(1, sizeof *p);

	if (!p)
		return mr_error_no_memory(err);
	p->r = self;
	p->size = size_hint < 0 ? -1 : size_hint;
	p->call = http_call_like(call);
	p->pipe = mr_pipe_new(HTTP_WINDOW, true);
	if (p->call && p->pipe) {
		p->url = http_url(p->r, p->call->arena, path);
		p->type = mr_mime_type(p->call->arena, path);
	}
	if (!p->url.ptr || !p->type.ptr) {
		push_free(p);
		return mr_error_no_memory(err);
	}
	*push = p;
	return MR_OK;
}

static mr_code wrong_size(const struct push *p, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The artifact was announced with %lld bytes, but has %s%lld", (long long)p->size,
			    p->written > p->size ? "at least " : "", (long long)p->written);
}

static mr_code write_failed(struct push *p, mr_call *call, mr_error *err)
{
	if (http_is_cancelled(call))
		atomic_store(&p->call->cancelled, true);
	join(p);
	if (http_is_cancelled(call))
		return mr_error_set(err, MR_CANCELLED, "The request was cancelled");
	if (p->code == MR_OK)
		return mr_error_set(err, MR_IO_ERROR, "The server answered before it had the whole artifact");
	return mr_error_set(err, p->code, "%s", p->err.message);
}

mr_code http_push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	struct push *p = push;
	mr_code code;

	(void)self;
	p->written += (int64_t)size;
	if (p->size >= 0 && p->written > p->size)
		return wrong_size(p, err);
	if (!p->running && p->written > HTTP_WINDOW) {
		code = mr_thread_start(&p->thread, "mr-upload", run, p, err);
		if (code != MR_OK)
			return code;
		p->running = true;
	}
	if (mr_pipe_write(p->pipe, bytes, size, http_is_cancelled, call))
		return MR_OK;
	return write_failed(p, call, err);
}

mr_code http_push_commit(void *self, void *push, mr_call *call, mr_error *err)
{
	struct push *p = push;
	mr_code code;

	if (p->size >= 0 && p->written != p->size) {
		code = wrong_size(p, err);
		http_push_abort(self, push);
		return code;
	}
	mr_pipe_finish(p->pipe);
	if (!p->running) {
		p->size = p->written;
		p->call->deadline_ns = call ? call->deadline_ns : 0;
		send(p);
	}
	join(p);
	code = p->code;
	if (code != MR_OK)
		mr_error_set(err, code, "%s", p->err.message);
	push_free(p);
	return code;
}

void http_push_abort(void *self, void *push)
{
	struct push *p = push;

	(void)self;
	atomic_store(&p->call->cancelled, true);
	mr_pipe_break(p->pipe);
	join(p);
	push_free(p);
}
