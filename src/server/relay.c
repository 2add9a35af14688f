/* SPDX-License-Identifier: Apache-2.0
 *
 * The loop's side.
 */
#include <errno.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/inject.h"
#include "base/log.h"
#include "server/relay_inner.h"

void relay_free(struct relay *r)
{
	if (r->wake >= 0)
		close(r->wake);
	mr_buf_dispose(&r->out);
	mr_buf_dispose(&r->head);
	mr_free(r->filling);
	mr_free(r->sending);
	mr_free(r->down);
	mr_arena_free(r->arena);
	pthread_mutex_destroy(&r->lock);
	mr_free(r);
}

static void wake_thread(struct relay *r)
{
	uint64_t one = 1;

	if (write(r->wake, &one, sizeof one) < 0 && errno != EAGAIN)
		mr_log(MR_LOG_ERROR, "server", "cannot wake a relay: %s", strerror(errno));
}

/* With the lock. */
void relay_wake_loop(struct relay *r)
{
	if (r->x)
		mr_http_resume(r->gate->http, r->x);
}

static void answer_error(struct mr_gate *gate, mr_http_exchange *x, const mr_error *err)
{
	struct mr_http_field fields[2 + MR_SECURITY_FIELDS_MAX] = {{"Content-Type", "application/json"},
								   {"Server", "Millrace/" MR_VERSION}};
	struct mr_http_answer answer = {.status = mr_code_http_status(err->code), .fields = fields, .fields_n = 2};
	mr_buf body;

	mr_buf_init(&body, 64 << 10);
	mr_error_encode(err, &body);
	answer.taken = &body;
	answer.fields_n += mr_security_fields(gate->server->security, x, true, fields + 2);
	mr_http_answer(x, &answer);
}

static bool has_field(const struct relay *r, const char *name)
{
	for (size_t i = 0; i < r->fields_n; i++)
		if (strcasecmp(r->fields[i].name, name) == 0)
			return true;
	return false;
}

/* What every answer of the server has, where the app did not say otherwise. */
static void add_fields(struct relay *r)
{
	struct mr_http_field ours[MR_SECURITY_FIELDS_MAX + 1];
	size_t n = mr_security_fields(r->gate->server->security, r->x, true, ours);

	ours[n++] = (struct mr_http_field){"Server", "Millrace/" MR_VERSION};
	for (size_t i = 0; i < n; i++)
		if (!has_field(r, ours[i].name) || strcmp(ours[i].name, "Vary") == 0)
			r->fields[r->fields_n++] = ours[i];
}

static int64_t read_down(void *arg, uint64_t position, char *out, size_t room)
{
	struct relay *r = arg;
	int64_t n;
	bool was_full;

	(void)position;
	pthread_mutex_lock(&r->lock);
	was_full = r->down_n == RELAY_BUFFER;
	n = (int64_t)(room < r->down_n ? room : r->down_n);
	memcpy(out, r->down + r->down_at, (size_t)n);
	r->down_n -= (size_t)n;
	r->down_at = r->down_n ? r->down_at + (size_t)n : 0;
	if (n == 0) {
		n = r->ended ? MR_HTTP_END : r->failed ? MR_HTTP_FAILED : 0;
		r->starved = n == 0;
	}
	pthread_mutex_unlock(&r->lock);
	if (was_full)
		wake_thread(r);
	return n;
}

/* With the lock. */
static void answer(struct relay *r)
{
	struct mr_http_source source = {read_down, r};
	struct mr_http_answer out = {.status = r->status, .fields = r->fields, .size = r->size};
	bool is_head = mr_str_is(r->x->method, "HEAD");
	mr_buf body;

	if (!r->headed) {
		answer_error(r->gate, r->x, &r->err);
		return;
	}
	add_fields(r);
	out.fields_n = r->fields_n;
	if (r->ended && !r->whole) {
		mr_buf_init(&body, RELAY_BUFFER);
		mr_buf_add(&body, r->down + r->down_at, r->down_n);
		out.taken = &body;
	} else if (r->status != 204 && r->status != 304 && (!is_head || r->size >= 0)) {
		out.source = &source;
	}
	mr_http_answer(r->x, &out);
}

static void write_text(mr_buf *out, mr_str text)
{
	char length[RELAY_PREFIX];

	relay_put_length(length, text.len);
	mr_buf_add(out, length, sizeof length);
	mr_buf_str(out, text);
}

static bool write_header(void *arg, mr_str name, mr_str value)
{
	mr_buf *out = arg;

	write_text(out, name);
	write_text(out, value);
	return !out->failed;
}

/* The block of the head, and one of the body that was collected. */
static void write_out(struct relay *r, mr_http_exchange *x)
{
	mr_buf *out = &r->out;
	char text[64];

	mr_buf_init(out, 4 << 20);
	mr_buf_add(out, "\0\0\0\0", RELAY_PREFIX);
	write_text(out, x->method);
	mr_buf_str(&r->head, x->path);
	if (x->query.len)
		mr_buf_char(&r->head, '?');
	mr_buf_str(&r->head, x->query);
	write_text(out, mr_buf_view(&r->head));
	mr_buf_clear(&r->head);
	mr_http_peer(x, text, sizeof text);
	write_text(out, mr_str_from(text));
	write_text(out, mr_str_from(mr_http_is_tls(r->gate->http) ? "1" : "0"));
	snprintf(text, sizeof text, "%lld", (long long)x->content_length);
	write_text(out, mr_str_from(text));
	mr_http_each_header(x, write_header, out);
	if (!out->failed)
		relay_put_length(out->ptr, out->len - RELAY_PREFIX);
	if (x->body.len)
		write_text(out, mr_buf_view(&x->body));
}

static struct relay *new_relay(struct mr_gate *gate, mr_http_exchange *x)
{
	struct relay *r = mr_calloc(1, sizeof *r);

	if (!r)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	mr_error_init(&r->err);
	mr_buf_init(&r->head, RELAY_HEAD_MAX);
	r->gate = gate;
	r->x = x;
	r->fd = -1;
	r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->arena = mr_arena_new(0);
	r->sending = mr_malloc(RELAY_PREFIX + RELAY_BUFFER);
	r->filling = mr_malloc(RELAY_PREFIX + RELAY_BUFFER);
	r->down = mr_malloc(RELAY_BUFFER);
	r->whole = x->content_length == 0 || x->body.len > 0;
	r->task.run = relay_run;
	write_out(r, x);
	if (r->wake >= 0 && r->arena && r->sending && r->filling && r->down && !r->out.failed && !r->head.failed)
		return r;
	relay_free(r);
	return NULL;
}

bool relay_begin(struct mr_gate *gate, mr_http_exchange *x)
{
	struct relay *r = new_relay(gate, x);
	mr_error err;

	mr_error_init(&err);
	if (r && mr_pool_submit(gate->pool, &r->task, &err) == MR_OK) {
		x->user = r;
		return true;
	}
	if (r)
		relay_free(r);
	else
		mr_error_no_memory(&err);
	answer_error(gate, x, &err);
	return false;
}

size_t relay_data(struct relay *r, const char *bytes, size_t size)
{
	size_t taken = size;

	pthread_mutex_lock(&r->lock);
	/* An answer before the end of the body goes out when it is there whole, because then the rest may be refused. */
	if (r->failed || (r->headed && (r->ended || r->down_n == RELAY_BUFFER))) {
		answer(r);
	} else {
		taken = RELAY_BUFFER - r->filled < size ? RELAY_BUFFER - r->filled : size;
		memcpy(r->filling + RELAY_PREFIX + r->filled, bytes, taken);
		r->filled += taken;
		r->paused = taken < size;
	}
	pthread_mutex_unlock(&r->lock);
	wake_thread(r);
	return taken;
}

static mr_http_next answer_or_wait(struct relay *r, bool whole)
{
	bool there;

	pthread_mutex_lock(&r->lock);
	r->whole |= whole;
	there = r->headed || r->failed;
	if (there)
		answer(r);
	pthread_mutex_unlock(&r->lock);
	if (whole)
		wake_thread(r);
	return there ? MR_HTTP_ANSWERED : MR_HTTP_DEFER;
}

mr_http_next relay_ready(struct relay *r)
{
	return answer_or_wait(r, true);
}

mr_http_next relay_resumed(struct relay *r)
{
	return answer_or_wait(r, false);
}

bool relay_expire(struct relay *r)
{
	mr_error err;

	mr_error_init(&err);
	mr_error_set(&err, MR_TEMPORARILY_UNAVAILABLE, "The server is stopping; try again");
	if (!r->x->status)
		answer_error(r->gate, r->x, &err);
	return true;
}

bool relay_passed(struct relay *r)
{
	bool passed;

	pthread_mutex_lock(&r->lock);
	passed = r->passed;
	pthread_mutex_unlock(&r->lock);
	return passed;
}

void relay_let_go(struct relay *r)
{
	bool last;

	pthread_mutex_lock(&r->lock);
	r->x = NULL;
	last = r->thread_over;
	if (!last)
		wake_thread(r); /* which may free it as soon as the lock is given up */
	pthread_mutex_unlock(&r->lock);
	if (last)
		relay_free(r);
}
