/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "base/inject.h"
#include "base/json.h"
#include "base/number_digits.h"

void mr_buf_init(mr_buf *buf, size_t cap)
{
	memset(buf, 0, sizeof *buf);
	buf->cap = cap < SIZE_MAX ? cap : SIZE_MAX - 1; /* the NUL needs a byte */
}

void mr_buf_dispose(mr_buf *buf)
{
	mr_free(buf->ptr);
	mr_buf_init(buf, buf->cap);
}

static bool grow(mr_buf *buf, size_t room)
{
	size_t doubled = buf->room <= buf->cap / 2 ? buf->room * 2 : buf->cap + 1;
	char *moved;

	if (room < doubled)
		room = doubled;
	if (room < 64)
		room = 64;
	if (room > buf->cap + 1)
		room = buf->cap + 1;
	moved = mr_realloc(buf->ptr, room);
	if (!moved)
		return false;
	buf->ptr = moved;
	buf->room = room;
	return true;
}

char *mr_buf_reserve_more(mr_buf *buf, size_t n)
{
	if (buf->failed)
		return NULL;
	if (n > buf->cap - buf->len || (buf->len + n >= buf->room && !grow(buf, buf->len + n + 1))) {
		buf->failed = true;
		return NULL;
	}
	return buf->ptr + buf->len;
}

void mr_buf_add(mr_buf *buf, const void *bytes, size_t n)
{
	char *to = mr_buf_reserve(buf, n);

	if (!to)
		return;
	if (n)
		memcpy(to, bytes, n);
	to[n] = 0;
	buf->len += n;
}

void mr_buf_char(mr_buf *buf, char c)
{
	char *to = mr_buf_reserve(buf, 1);

	if (!to)
		return;
	to[0] = c;
	to[1] = 0;
	buf->len++;
}

void mr_buf_printf(mr_buf *buf, const char *format, ...)
{
	char brief[256];
	char *to;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(brief, sizeof brief, format, args);
	va_end(args);
	if (n < 0) {
		buf->failed = true;
		return;
	}
	if ((size_t)n < sizeof brief) {
		mr_buf_add(buf, brief, (size_t)n);
		return;
	}
	to = mr_buf_reserve(buf, (size_t)n);
	if (!to)
		return;
	va_start(args, format);
	vsnprintf(to, (size_t)n + 1, format, args);
	va_end(args);
	buf->len += (size_t)n;
}

void mr_buf_int(mr_buf *buf, int64_t value)
{
	char text[24];
	char *end = text + sizeof text, *at = end;
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	at = mr_digits_before(at, left);
	if (value < 0)
		*--at = '-';
	mr_buf_add(buf, at, (size_t)(end - at));
}

void mr_buf_double(mr_buf *buf, double value)
{
	char text[32];

	mr_buf_add(buf, text, mr_format_double(text, value));
}

mr_code mr_buf_check(const mr_buf *buf, mr_error *err)
{
	if (!buf->failed)
		return MR_OK;
	if (buf->len >= buf->cap)
		return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "More than the %zu bytes allowed here", buf->cap);
	return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "Out of memory, or more than the %zu bytes allowed here",
			    buf->cap);
}

char *mr_buf_take(mr_buf *buf)
{
	char *taken = NULL;

	mr_buf_add(buf, "", 0); /* so that an empty text is one, too */
	if (!buf->failed) {
		taken = buf->ptr;
		buf->ptr = NULL;
	}
	mr_buf_dispose(buf);
	return taken;
}
