/* SPDX-License-Identifier: Apache-2.0 */
#include "artifact/upload_parts.h"

#include <errno.h>
#include <unistd.h>

#include "artifact/environment.h"
#include "artifact/http.h"
#include "base/inject.h"
#include "plugin/outgoing.h"

struct parts {
	const struct upload_parts *what;
	struct mr_artifact_part *parts;
	size_t n;
	int64_t chunk;
	mr_call *owner; /* of the memory that outlives a part's job */
	pthread_mutex_t lock;
};

/* One part's bytes, as a request reads them. */
struct part_reader {
	int fd;
	int64_t from, to, at;
};

static int64_t read_part(void *arg, char *out, size_t room)
{
	struct part_reader *reader = arg;
	int64_t left = reader->to - reader->at;
	ssize_t n;

	if ((uint64_t)left < room)
		room = (size_t)left;
	do
		n = mr_inject_io() ? -1 : pread(reader->fd, out, room, reader->at);
	while (n < 0 && errno == EINTR);
	if (n <= 0 && room > 0)
		return -1; /* the file has become shorter, or cannot be read */
	reader->at += n;
	return n;
}

static bool rewind_part(void *arg)
{
	struct part_reader *reader = arg;

	reader->at = reader->from;
	return true;
}

static mr_code keep_etag(struct parts *p, struct mr_artifact_part *part, mr_str etag, mr_error *err)
{
	pthread_mutex_lock(&p->lock);
	part->etag = mr_call_copy(p->owner, etag);
	pthread_mutex_unlock(&p->lock);
	return part->etag.ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code send_part(void *arg, size_t i, mr_call *call, char *buffer, mr_error *err)
{
	struct parts *p = arg;
	struct mr_artifact_part *part = &p->parts[i];
	struct part_reader reader = {.fd = p->what->fd, .from = (int64_t)i * p->chunk};
	struct mr_http_request request = {
		.size = sizeof request,
		.flags = MR_HTTP_NO_AUTH,
		.method = mr_str_from("PUT"),
		.url = part->url,
		.headers = part->headers,
		.headers_n = part->headers_n,
		.read = read_part,
		.rewind = rewind_part,
		.read_arg = &reader,
		.body_max = 1 << 20,
	};
	struct mr_http_response response = {.size = sizeof response};
	mr_code code;

	(void)buffer;
	reader.at = reader.from;
	reader.to = reader.from + p->chunk < p->what->size ? reader.from + p->chunk : p->what->size;
	request.body_size = reader.to - reader.from;
	code = mr_outgoing(&request, &response, call, err);
	if (code == MR_OK)
		code = http_answer_error(&response, part->url, err);
	if (code == MR_OK)
		code = keep_etag(p, part, http_answer_header(&response, "etag"), err);
	if (code == MR_OK)
		transfer_account_add(p->what->account, p->what->path, request.body_size);
	return code;
}

static mr_str name_of(void *arg, size_t i)
{
	(void)i;
	return ((const struct parts *)arg)->what->path;
}

static mr_code send_all(struct parts *p, mr_str upload_id, mr_call *call, mr_error *err)
{
	const struct upload_parts *what = p->what;
	struct mr_transfer below = {.call = call, .threads = what->transfer ? what->transfer->threads : 0};
	struct transfer_jobs jobs = {.transfer = &below, .run = send_part, .arg = p, .n = p->n, .name = name_of};
	mr_error why, ignored;
	mr_code code;

	jobs.what = mr_arena_printf(call->arena, "uploading the parts of %.*s", MR_STR_ARG(what->local)).ptr;
	mr_error_init(&why);
	code = jobs.what ? transfer_jobs_run(&jobs, &why) : mr_error_no_memory(&why);
	if (code == MR_OK)
		code = what->ops->multipart_complete(what->self, what->path, upload_id, p->parts, p->n, call, &why);
	if (code == MR_OK)
		return MR_OK;
	mr_error_init(&ignored);
	what->ops->multipart_abort(what->self, what->path, upload_id, call, &ignored);
	return mr_error_set(err, code, "%s", why.message);
}

mr_code upload_in_parts(const struct upload_parts *what, bool *offered, mr_call *call, mr_error *err)
{
	struct parts p = {.what = what, .chunk = 10 << 20, .owner = call};
	mr_str upload_id = mr_str_make(NULL, 0);
	mr_error why;
	mr_code code = mr_environment_size("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", &p.chunk, err);

	*offered = false;
	if (code != MR_OK)
		return code;
	p.n = (size_t)((what->size + p.chunk - 1) / p.chunk);
	mr_error_init(&why);
	code = what->ops->multipart_create(what->self, what->path, (int64_t)p.n, &upload_id, &p.parts, call, &why);
	if (code == MR_NOT_IMPLEMENTED)
		return MR_OK;
	*offered = true;
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", why.message);
	pthread_mutex_init(&p.lock, NULL);
	code = send_all(&p, upload_id, call, err);
	pthread_mutex_destroy(&p.lock);
	return code;
}
