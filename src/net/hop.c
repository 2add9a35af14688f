/* SPDX-License-Identifier: Apache-2.0
 *
 * Drives one transfer and takes its answer apart. The multi interface is used
 * for one handle, because it lets us look at deadlines and cancellation while
 * nothing arrives, finer than a second.
 */
#include "net/hop.h"

#include <strings.h>

#include "base/os.h"

enum {
	HEADER_BYTES_MAX = 256 * 1024,
	HEADERS_MAX = 1000,
	TICK_MS = 50,
};

static void stop(struct hop *hop, enum hop_failure why)
{
	if (hop->failure == HOP_FINE)
		hop->failure = why;
}

/* ---- the answer ---- */

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool add_header(struct hop *hop, mr_str name, mr_str value)
{
	mr_arena *arena = hop->exchange->arena;
	struct mr_header *grown;
	size_t room = hop->got_room ? hop->got_room * 2 : 16;
	char *lower;

	if (hop->got_n == hop->got_room) {
		grown = mr_arena_grow(arena, hop->got, hop->got_room * sizeof *grown, room * sizeof *grown);
		if (!grown)
			return false;
		hop->got = grown;
		hop->got_room = room;
	}
	name = mr_arena_copy(arena, name);
	value = mr_arena_copy(arena, value);
	if (!name.ptr || !value.ptr)
		return false;
	lower = (char *)name.ptr;
	for (size_t i = 0; i < name.len; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] |= 0x20;
	hop->got[hop->got_n++] = (struct mr_header){name, value};
	if (mr_str_is(name, "location") && !hop->location.len)
		hop->location = value;
	return true;
}

static mr_str trimmed(const char *from, const char *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && strchr(" \t\r\n", to[-1]))
		to--;
	return mr_str_make(from, (size_t)(to - from));
}

/* "HTTP/1.1 200 OK": another one may have come before (100 Continue, a proxy's). */
static void begin_answer(struct hop *hop)
{
	long status = 0;

	curl_easy_getinfo(hop->slot->easy, CURLINFO_RESPONSE_CODE, &status);
	hop->response->status = (int32_t)status;
	hop->got_n = 0;
	hop->location = mr_str_make(NULL, 0);
}

static void end_headers(struct hop *hop)
{
	hop->response->headers = hop->got;
	hop->response->headers_n = hop->got_n;
	hop->redirects = hop->exchange->follow && is_redirect(hop->response->status) && hop->location.len;
}

size_t hop_on_header(char *line, size_t size, size_t n, void *arg)
{
	struct hop *hop = arg;
	const char *colon = memchr(line, ':', n);

	(void)size; /* always 1 */
	hop->active_ns = mr_monotonic_ns();
	if (hop->in_body)
		return n;
	hop->got_bytes += n;
	if (hop->got_bytes > HEADER_BYTES_MAX || hop->got_n >= HEADERS_MAX) {
		stop(hop, HOP_HEADERS_TOO_LARGE);
		return 0;
	}
	if (n >= 5 && !strncasecmp(line, "HTTP/", 5)) {
		begin_answer(hop);
	} else if (trimmed(line, line + n).len == 0) {
		end_headers(hop);
	} else if (colon && !add_header(hop, trimmed(line, colon), trimmed(colon + 1, line + n))) {
		stop(hop, HOP_NO_MEMORY);
		return 0;
	}
	return n;
}

static bool collect(struct hop *hop, const char *bytes, size_t n)
{
	size_t room = hop->body_room;
	char *grown;

	if (n > hop->body_max - hop->body_len) {
		stop(hop, HOP_BODY_TOO_LARGE);
		return false;
	}
	while (room < hop->body_len + n + 1)
		room = room ? room * 2 : 4096;
	if (room > hop->body_room) {
		grown = mr_arena_grow(hop->exchange->arena, hop->body, hop->body_room, room);
		if (!grown) {
			stop(hop, HOP_NO_MEMORY);
			return false;
		}
		hop->body = grown;
		hop->body_room = room;
	}
	memcpy(hop->body + hop->body_len, bytes, n);
	hop->body_len += n;
	hop->body[hop->body_len] = 0;
	return true;
}

size_t hop_on_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct hop *hop = arg;
	const struct mr_http_request *request = hop->exchange->request;
	bool ok = true;

	(void)size; /* always 1 */
	hop->in_body = true;
	if (hop->redirects) {
		/* nobody reads it */
	} else if (request->write && hop->response->status / 100 == 2) {
		ok = n == 0 || request->write(request->write_arg, bytes, n);
		if (!ok)
			stop(hop, HOP_WRITE_REFUSED);
	} else {
		ok = collect(hop, bytes, n);
	}
	hop->active_ns = mr_monotonic_ns(); /* the sink may have taken its time */
	return ok ? n : CURL_WRITEFUNC_ERROR;
}

/* ---- the request's body ---- */

size_t hop_on_read(char *out, size_t size, size_t n, void *arg)
{
	struct hop *hop = arg;
	const struct mr_http_request *request = hop->exchange->request;
	int64_t got = request->read(request->read_arg, out, size * n);

	hop->active_ns = mr_monotonic_ns(); /* the source may have taken its time */
	if (got < 0 || (uint64_t)got > size * n) {
		stop(hop, HOP_READ_FAILED);
		return CURL_READFUNC_ABORT;
	}
	hop->body_touched |= got > 0;
	return (size_t)got;
}

/* libcurl sends a body again when a kept connection turned out to be closed. */
int hop_on_seek(void *arg, curl_off_t offset, int origin)
{
	struct hop *hop = arg;
	const struct mr_http_request *request = hop->exchange->request;

	if (offset != 0 || origin != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	if (!hop->body_touched)
		return CURL_SEEKFUNC_OK;
	return request->rewind && request->rewind(request->read_arg) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK;
}

/* ---- the drive ---- */

int hop_on_progress(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
	struct hop *hop = arg;

	(void)down_all;
	(void)up_all;
	if (down != hop->down || up != hop->up)
		hop->active_ns = mr_monotonic_ns();
	hop->down = down;
	hop->up = up;
	return 0;
}

int hop_on_connected(void *arg, char *remote, char *local, int remote_port, int local_port)
{
	struct hop *hop = arg;

	(void)remote;
	(void)local;
	(void)remote_port;
	(void)local_port;
	hop->exchange->connected = true;
	hop->active_ns = mr_monotonic_ns();
	return CURL_PREREQFUNC_OK;
}

static bool must_stop(struct hop *hop)
{
	const struct mr_net_exchange *exchange = hop->exchange;

	if (exchange->cancelled && exchange->cancelled(exchange->cancelled_arg))
		stop(hop, HOP_CANCELLED);
	else if (mr_monotonic_ns() - hop->active_ns > hop->timeout_ns)
		stop(hop, HOP_SILENT);
	return hop->failure != HOP_FINE;
}

static CURLcode drive(struct hop *hop)
{
	CURLM *multi = hop->slot->multi;
	CURLcode result = CURLE_FAILED_INIT;
	CURLMsg *message;
	int running = 1, left;

	if (curl_multi_add_handle(multi, hop->slot->easy))
		return result;
	while (!curl_multi_perform(multi, &running) && running && !must_stop(hop))
		if (curl_multi_poll(multi, NULL, 0, TICK_MS, NULL))
			break;
	while ((message = curl_multi_info_read(multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE)
			result = message->data.result;
	if (running && hop->failure)
		result = CURLE_ABORTED_BY_CALLBACK;
	curl_multi_remove_handle(multi, hop->slot->easy);
	return result;
}

mr_code hop_run(struct hop *hop, mr_error *err)
{
	const struct mr_http_request *request = hop->exchange->request;
	mr_code code;
	CURLcode result;

	hop->body_max = request->body_max ? request->body_max : (size_t)256 << 20;
	hop->timeout_ns = (int64_t)(request->timeout_ms > 0 ? request->timeout_ms : 120000) * 1000000;
	hop->active_ns = mr_monotonic_ns();
	code = hop_set_options(hop, err);
	if (code)
		goto out;
	result = drive(hop);
	if (result != CURLE_OK || hop->failure) {
		code = hop_fail(hop, result, err);
		goto out;
	}
	if (!hop->redirects)
		hop->response->body = mr_str_make(hop->body ? hop->body : "", hop->body_len);
out:
	curl_slist_free_all(hop->headers);
	hop->headers = NULL;
	return code;
}
