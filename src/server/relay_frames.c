/* SPDX-License-Identifier: Apache-2.0 */
#include <strings.h>

#include "base/os.h"
#include "server/relay_inner.h"

static bool take_text(mr_str *rest, mr_str *out)
{
	const unsigned char *p = (const unsigned char *)rest->ptr;
	size_t n;

	if (rest->len < RELAY_PREFIX)
		return false;
	n = (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
	if (n > rest->len - RELAY_PREFIX)
		return false;
	*out = mr_str_make(rest->ptr + RELAY_PREFIX, n);
	*rest = mr_str_make(out->ptr + n, rest->len - RELAY_PREFIX - n);
	return true;
}

/* Headers of the connection to us, and those that HTTP makes anew. */
static bool is_ours(mr_str name)
{
	static const char *const names[] = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade",
					    "proxy-connection", "date", "content-length"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (name.len == strlen(names[i]) && strncasecmp(name.ptr, names[i], name.len) == 0)
			return true;
	return false;
}

static bool is_sendable(mr_str name, mr_str value)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] <= ' ' || name.ptr[i] == ':' || (unsigned char)name.ptr[i] >= 0x7f)
			return false;
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.ptr[i] < ' ' && value.ptr[i] != '\t')
			return false;
	return name.len > 0;
}

/* With the lock. The texts are copied: each gets a NUL behind it. */
static bool read_head(struct relay *r)
{
	mr_str rest = mr_buf_view(&r->head), status, name, value;
	int64_t number = 0;

	r->size = -1;
	if (!take_text(&rest, &status) || !mr_parse_int64(status, &number) || number < 200 || number > 599)
		return false;
	r->status = (int)number;
	while (rest.len) {
		if (!take_text(&rest, &name) || !take_text(&rest, &value) || !is_sendable(name, value))
			return false;
		if (name.len == 14 && strncasecmp(name.ptr, "content-length", 14) == 0 &&
		    (!mr_parse_int64(value, &r->size) || r->size < 0))
			return false;
		if (is_ours(name))
			continue;
		name = mr_arena_copy(r->arena, name);
		value = mr_arena_copy(r->arena, value);
		if (!name.ptr || !value.ptr || r->fields_n == RELAY_FIELDS_MAX - MR_SECURITY_FIELDS_MAX - 1)
			return false;
		r->fields[r->fields_n++] = (struct mr_http_field){name.ptr, value.ptr};
	}
	return true;
}

/* The frame is whole; 'D' is taken as it comes. False: it is none. */
static bool end_frame(struct relay *r)
{
	bool fine = true;

	r->frame_n = 0;
	pthread_mutex_lock(&r->lock);
	switch (r->frame[0]) {
	case 'G':
		r->going_on = true;
		break;
	case 'P':
		r->passed = true;
		break;
	case 'H':
		fine = !r->headed && read_head(r);
		r->headed = fine;
		relay_wake_loop(r);
		break;
	case 'E':
		fine = r->headed;
		r->ended = fine;
		relay_wake_loop(r);
		break;
	default:
		fine = r->frame[0] == 'D';
	}
	pthread_mutex_unlock(&r->lock);
	return fine;
}

/* There is room for all of it. */
static void put_down(struct relay *r, const char *bytes, size_t n)
{
	pthread_mutex_lock(&r->lock);
	if (r->down_at && r->down_at + r->down_n + n > RELAY_BUFFER) {
		memmove(r->down, r->down + r->down_at, r->down_n);
		r->down_at = 0;
	}
	memcpy(r->down + r->down_at + r->down_n, bytes, n);
	r->down_n += n;
	if (r->starved || r->down_n == RELAY_BUFFER) {
		r->starved = false;
		relay_wake_loop(r);
	}
	pthread_mutex_unlock(&r->lock);
}

/* False: what comes is not what an app says. */
bool relay_take(struct relay *r, const char *bytes, size_t n)
{
	while (n) {
		if (r->frame_n < RELAY_FRAME_HEAD) {
			const unsigned char *p = (const unsigned char *)r->frame;

			r->frame[r->frame_n++] = *bytes++;
			n--;
			if (r->frame_n < RELAY_FRAME_HEAD)
				continue;
			r->left = (size_t)p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16 | (size_t)p[4] << 24;
			if ((r->frame[0] != 'D' && r->left > RELAY_HEAD_MAX) || (r->frame[0] == 'D' && !r->headed))
				return false;
		} else {
			size_t take = n < r->left ? n : r->left;

			if (r->frame[0] == 'D')
				put_down(r, bytes, take);
			else if (r->frame[0] == 'H')
				mr_buf_add(&r->head, bytes, take);
			bytes += take;
			n -= take;
			r->left -= take;
		}
		if (r->left == 0 && (r->head.failed || !end_frame(r)))
			return false;
	}
	return true;
}
