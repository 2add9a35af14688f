/* SPDX-License-Identifier: Apache-2.0
 *
 * Downloads. What lies on this machine goes from its file to the socket by the
 * kernel; anything else is read by a thread of the artifact pool into one of two
 * buffers while the loop sends the other.
 *
 * As an upload, a download has two holders: the exchange, and the thread while it reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "artifact/mime.h"
#include "base/inject.h"
#include "base/json.h"
#include "base/os.h"
#include "server/artifacts.h"
#include "server/disposition.h"
#include "server/list.h"

enum { BUFFER = 256 << 10 };

struct download {
	struct mr_task task;
	mr_server *server;
	pthread_mutex_t lock;
	mr_http_exchange *x; /* NULL: its holder is gone */
	mr_call *call;
	struct place place;
	void *pull;
	int fd; /* -1: it is pulled */
	int64_t size; /* -1 unknown */
	int64_t modified_ms;
	mr_str name; /* last segment */
	/* of what is pulled */
	int64_t at, end; /* end -1: until there is no more */
	char *buffers[2];
	size_t filled[2], sent; /* sent: of buffers[reading] */
	int reading, filling;
	bool busy, paused, over, failed, unwanted;
};

static void download_free(struct download *download)
{
	if (download->pull)
		download->place.ops->pull_close(download->place.self, download->pull);
	if (download->fd >= 0)
		close(download->fd);
	place_close(&download->place);
	pthread_mutex_destroy(&download->lock);
	mr_call_free(download->call);
	mr_free(download->buffers[0]);
	mr_free(download->buffers[1]);
	mr_free(download);
}

/* ---- opening: on a thread of the pool ---- */

static mr_code is_missing(mr_str shown, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "No such artifact: '%.*s'", MR_STR_ARG(shown));
}

static mr_code is_folder(struct job *job, mr_str shown, mr_error *err)
{
	job->as_detail = job->op->id == MR_OP_PROXY_DOWNLOAD && mr_str_is(job->source.method, "GET");
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Artifact path refers to a directory, not a file: '%.*s'",
			    MR_STR_ARG(shown));
}

/* Below the repository's folder by the kernel's word, not by comparing texts. */
static int open_file(const struct place *place, mr_call *call, mr_str local)
{
	mr_str folder;
	mr_error ignored;
	int root, fd = -1;

	mr_error_init(&ignored);
	if (!place_local_folder(call, mr_artifact_handle_uri(place->repository), &folder) ||
	    local.len != folder.len + 1 + place->path.len || memcmp(local.ptr, folder.ptr, folder.len) != 0)
		return open(local.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	root = open(folder.ptr, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	if (mr_open_beneath(root, place->path, O_RDONLY | O_NONBLOCK, 0, &fd, &ignored) != MR_OK)
		fd = -1;
	close(root);
	return fd;
}

static mr_code open_local(struct job *job, struct download *download, mr_str shown, mr_error *err)
{
	struct place *place = &download->place;
	struct stat st;
	mr_error why;
	mr_str local;

	mr_error_init(&why);
	if (place->ops->local_path(place->self, place->path, &local, download->call, &why) != MR_OK)
		return why.code == MR_RESOURCE_DOES_NOT_EXIST ? is_missing(shown, err)
							      : mr_error_set(err, why.code, "%s", why.message);
	local = mr_call_copy(download->call, local);
	if (!local.ptr)
		return mr_error_no_memory(err);
	download->fd = open_file(place, download->call, local);
	if (download->fd < 0 || fstat(download->fd, &st) != 0)
		return is_missing(shown, err);
	if (S_ISDIR(st.st_mode))
		return is_folder(job, shown, err);
	if (!S_ISREG(st.st_mode))
		return is_missing(shown, err);
	download->size = st.st_size;
	download->modified_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	return MR_OK;
}

static mr_code note_entry(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	(void)info;
	*(bool *)arg = true;
	return mr_error_set(err, MR_CANCELLED, "one entry is enough");
}

static mr_code open_pull(struct job *job, struct download *download, mr_str shown, mr_error *err)
{
	struct place *place = &download->place;
	struct mr_artifact_info info = {.size = -1};
	bool has_entries = false;
	mr_error why, ignored;

	mr_error_init(&why);
	mr_error_init(&ignored);
	if (place->ops->pull_open(place->self, place->path, &download->pull, &info, download->call, &why) != MR_OK) {
		download->pull = NULL;
		if (why.code != MR_RESOURCE_DOES_NOT_EXIST)
			return mr_error_set(err, why.code, "%s", why.message);
		place->ops->list(place->self, place->path, note_entry, &has_entries, download->call, &ignored);
		return has_entries ? is_folder(job, shown, err) : is_missing(shown, err);
	}
	download->size = info.size;
	download->modified_ms = info.modified_ms;
	download->buffers[0] = mr_malloc(BUFFER);
	download->buffers[1] = mr_malloc(BUFFER);
	return download->buffers[0] && download->buffers[1] ? MR_OK : mr_error_no_memory(err);
}

static mr_str last_segment(mr_str path)
{
	const char *slash = memrchr(path.ptr, '/', path.len);

	return slash ? mr_str_make(slash + 1, path.len - (size_t)(slash + 1 - path.ptr)) : path;
}

mr_code download_open(struct job *job, struct place *place, mr_str shown, mr_error *err)
{
	struct download *download = mr_calloc(1, sizeof *download);
	mr_code code;

	if (!download || !(download->call = mr_call_new(0))) {
		mr_free(download);
		place_close(place);
		return mr_error_no_memory(err);
	}
	pthread_mutex_init(&download->lock, NULL);
	download->server = job->server;
	download->fd = -1;
	download->place = *place;
	download->place.path = mr_call_copy(download->call, place->path);
	download->name = mr_call_copy(download->call, last_segment(place->path));
	if (!download->place.path.ptr || !download->name.ptr)
		code = mr_error_no_memory(err);
	else if (MR_ARTIFACT_HAS(place->repository, local_path))
		code = open_local(job, download, shown, err);
	else
		code = open_pull(job, download, shown, err);
	if (code != MR_OK) {
		download_free(download);
		return code;
	}
	job->download = download;
	return MR_OK;
}

/* ---- pulling: on a thread of the pool, and on the loop ---- */

/* With the lock, which is given up while the thread reads. */
static void fill(struct download *download)
{
	int i = download->filling;
	int64_t left = download->end - download->at;
	size_t want = download->end >= 0 && left < BUFFER ? (size_t)left : BUFFER, got = 0;
	mr_error err;
	mr_code code;

	pthread_mutex_unlock(&download->lock);
	mr_error_init(&err);
	code = download->place.ops->pull_read(download->place.self, download->pull, download->at, download->buffers[i],
					      want, &got, download->call, &err);
	pthread_mutex_lock(&download->lock);
	if (code != MR_OK || (got == 0 && download->end >= 0)) { /* shorter than it said */
		download->failed = true;
		return;
	}
	download->at += (int64_t)got;
	download->filled[i] = got;
	download->filling = 1 - i;
	download->over = got == 0 || download->at == download->end;
}

static void run_download(struct mr_task *task)
{
	struct download *download = MR_LIST_ELEMENT(task, struct download, task);
	bool last;

	pthread_mutex_lock(&download->lock);
	while (!download->unwanted && !download->over && !download->failed &&
	       download->filled[download->filling] == 0) {
		fill(download);
		if (download->paused && download->x) {
			download->paused = false;
			mr_http_resume(download->server->http, download->x);
		}
	}
	download->busy = false;
	last = download->x == NULL;
	pthread_mutex_unlock(&download->lock);
	if (last)
		download_free(download);
}

/* With the lock. */
static void read_on(struct download *download)
{
	mr_error err;

	if (download->busy || download->over || download->failed || download->filled[download->filling])
		return;
	download->busy = true;
	download->task.run = run_download;
	mr_error_init(&err);
	if (mr_pool_submit(download->server->artifact_pool, &download->task, &err) == MR_OK)
		return;
	download->busy = false;
	download->failed = true;
}

static int64_t read_piece(void *arg, uint64_t position, char *out, size_t room)
{
	struct download *download = arg;
	int64_t result = 0;
	size_t left;
	int i;

	(void)position;
	pthread_mutex_lock(&download->lock);
	i = download->reading;
	left = download->filled[i] - download->sent;
	if (left) {
		result = (int64_t)(left < room ? left : room);
		memcpy(out, download->buffers[i] + download->sent, (size_t)result);
		download->sent += (size_t)result;
		if (download->sent == download->filled[i]) {
			download->filled[i] = download->sent = 0;
			download->reading = 1 - i;
		}
	}
	read_on(download);
	if (result == 0)
		result = download->failed ? MR_HTTP_FAILED : download->over ? MR_HTTP_END : 0;
	download->paused = result == 0;
	pthread_mutex_unlock(&download->lock);
	if (result == 0 && download->server->config.request_timeout_ms)
		download->x->deadline_ns = mr_monotonic_ns() + download->server->config.request_timeout_ms * 1000000;
	return result;
}

/* ---- the answer: on the loop ---- */

struct range {
	int64_t first, last; /* inclusive */
	enum { WHOLE, PART, NONE } kind;
};

static mr_str trim(mr_str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* One range of bytes; several, and what is none, are answered with the whole (RFC 9110 allows both). */
static struct range read_range(mr_str header, int64_t size)
{
	struct range range = {0, size - 1, WHOLE};
	mr_str from, to;
	const char *dash;
	bool has_from, has_to;

	if (size < 0 || header.len < 7 || memcmp(header.ptr, "bytes=", 6) != 0)
		return range;
	header = mr_str_make(header.ptr + 6, header.len - 6);
	dash = memchr(header.ptr, '-', header.len);
	if (!dash || memchr(header.ptr, ',', header.len))
		return range;
	from = trim(mr_str_make(header.ptr, (size_t)(dash - header.ptr)));
	to = trim(mr_str_make(dash + 1, header.len - (size_t)(dash + 1 - header.ptr)));
	has_from = mr_parse_int64(from, &range.first) && range.first >= 0;
	has_to = mr_parse_int64(to, &range.last) && range.last >= 0;
	if ((from.len && !has_from) || (to.len && !has_to) || (!has_from && !has_to) ||
	    (has_from && has_to && range.last < range.first))
		return (struct range){0, size - 1, WHOLE};
	if (!has_from) { /* the last so many */
		range.first = range.last < size ? size - range.last : 0;
		range.last = size - 1;
	}
	if (!has_to || range.last >= size)
		range.last = size - 1;
	range.kind = range.first > range.last ? NONE : PART;
	return range;
}

static void write_date(int64_t ms, char *out, size_t room)
{
	time_t seconds = ms / 1000;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(out, room, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

static void refuse_range(struct job *job, int64_t size)
{
	bool is_flask = job->op->id != MR_OP_PROXY_DOWNLOAD;
	char unsatisfied[64];
	struct reply reply;

	snprintf(unsatisfied, sizeof unsatisfied, "bytes */%lld", (long long)size);
	reply_begin(&reply, job->server, job->x, 416);
	reply_field(&reply, "Content-Type", is_flask ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
	reply_field(&reply, "Content-Range", unsatisfied);
	if (is_flask)
		reply.answer.lasting =
			mr_str_from("<!doctype html>\n<html lang=en>\n<title>416 Requested Range Not "
				    "Satisfiable</title>\n<h1>Requested Range "
				    "Not Satisfiable</h1>\n<p>The server cannot provide the requested range.</p>\n");
	reply_send(&reply, job->x);
}

static void send_body(struct job *job, struct reply *reply, const struct range *range)
{
	struct download *download = job->download;
	struct mr_http_source source = {.read = read_piece, .arg = download};

	reply->answer.size = range->kind == PART ? range->last - range->first + 1 : download->size;
	if (download->fd >= 0) {
		reply->answer.has_fd = true;
		reply->answer.fd = download->fd;
		reply->answer.offset = (uint64_t)range->first;
		download->fd = -1;
	} else {
		download->x = job->x;
		download->at = range->first;
		download->end = download->size < 0 ? -1 : range->first + reply->answer.size;
		download->over = download->at == download->end;
		reply->answer.source = &source;
	}
	reply_send(reply, job->x);
}

/* The ETag changes with the file; clients compare it and nothing else. */
static void write_etag(const struct download *download, char *out, size_t room)
{
	snprintf(out, room, "\"%llx-%llx\"", (unsigned long long)download->modified_ms,
		 (unsigned long long)download->size);
}

void download_answer(struct job *job)
{
	struct download *download = job->download;
	mr_http_exchange *x = job->x;
	struct range range = {0, download->size - 1, WHOLE};
	char etag[64], date[64], part[96];
	struct reply reply;
	mr_buf disposition;
	mr_str type;
	bool same;

	write_etag(download, etag, sizeof etag);
	if (!mr_http_has(x, MR_HTTP_IF_RANGE) || mr_str_is(x->headers[MR_HTTP_IF_RANGE], etag))
		range = read_range(x->headers[MR_HTTP_RANGE], download->size);
	if (range.kind == NONE) {
		refuse_range(job, download->size);
		return;
	}
	same = download->modified_ms && mr_str_is(x->headers[MR_HTTP_IF_NONE_MATCH], etag);
	reply_begin(&reply, job->server, x, same ? 304 : range.kind == PART ? 206 : 200);
	mr_buf_init(&disposition, 16384);
	mr_disposition_write(download->name, &disposition);
	type = mr_mime_type(download->call->arena, download->name);
	reply_field(&reply, "Content-Type", type.ptr ? type.ptr : "application/octet-stream");
	if (disposition.len && !disposition.failed)
		reply_field(&reply, "Content-Disposition", disposition.ptr);
	if (job->server->config.no_security) /* whatever else is switched off: artifacts are other people's pages */
		reply_field(&reply, "X-Content-Type-Options", "nosniff");
	if (download->size >= 0)
		reply_field(&reply, "Accept-Ranges", "bytes");
	if (download->modified_ms) {
		write_date(download->modified_ms, date, sizeof date);
		reply_field(&reply, "Last-Modified", date);
		reply_field(&reply, "ETag", etag);
	}
	if (job->op->id != MR_OP_PROXY_DOWNLOAD)
		reply_field(&reply, "Cache-Control", "no-cache");
	if (range.kind == PART) {
		snprintf(part, sizeof part, "bytes %lld-%lld/%lld", (long long)range.first, (long long)range.last,
			 (long long)download->size);
		reply_field(&reply, "Content-Range", part);
	}
	if (same)
		reply_send(&reply, x);
	else
		send_body(job, &reply, &range);
	mr_buf_dispose(&disposition);
}

/* The exchange's part is over. */
void download_done(struct job *job)
{
	struct download *download = job->download;
	bool last;

	job->download = NULL;
	pthread_mutex_lock(&download->lock);
	download->x = NULL;
	download->unwanted = true;
	atomic_store(&download->call->cancelled, true);
	last = !download->busy;
	pthread_mutex_unlock(&download->lock);
	if (last)
		download_free(download);
}

bool download_expire(struct job *job)
{
	download_done(job);
	return true; /* the answer is under way: all that can be done is to end the connection */
}
