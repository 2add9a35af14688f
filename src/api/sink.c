/* SPDX-License-Identifier: Apache-2.0 */
#include "api/sink.h"

#include "base/json.h"
#include "base/json_plain.h"

void mr_sink_open(struct mr_sink *sink, mr_buf *buf)
{
	size_t usable = buf->room ? buf->room - 1 : 0;

	if (usable > buf->cap)
		usable = buf->cap;
	sink->buf = buf;
	sink->at = buf->ptr ? buf->ptr + buf->len : NULL;
	sink->end = buf->ptr && !buf->failed ? buf->ptr + usable : sink->at;
}

void mr_sink_close(struct mr_sink *sink)
{
	if (sink->buf->failed || !sink->buf->ptr)
		return;
	sink->buf->len = (size_t)(sink->at - sink->buf->ptr);
	sink->at[0] = 0;
}

bool mr_sink_grow(struct mr_sink *sink, size_t n)
{
	mr_sink_close(sink);
	if (!mr_buf_reserve(sink->buf, n)) {
		sink->end = sink->at;
		return false;
	}
	mr_sink_open(sink, sink->buf);
	return true;
}

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
			    "25262728293031323334353637383940414243444546474849"
			    "50515253545556575859606162636465666768697071727374"
			    "75767778798081828384858687888990919293949596979899";

void mr_sink_put_uint(struct mr_sink *sink, uint64_t value)
{
	char digits[20];
	char *at = digits + sizeof digits;

	for (; value >= 100; value /= 100) {
		at -= 2;
		memcpy(at, pairs + value % 100 * 2, 2);
	}
	if (value >= 10) {
		at -= 2;
		memcpy(at, pairs + value * 2, 2);
	} else {
		*--at = (char)('0' + value);
	}
	mr_sink_put(sink, at, (size_t)(digits + sizeof digits - at));
}

void mr_sink_put_int(struct mr_sink *sink, int64_t value)
{
	if (value < 0)
		*sink->at++ = '-';
	mr_sink_put_uint(sink, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void mr_sink_add(struct mr_sink *sink, mr_str s)
{
	if (s.len && mr_sink_room(sink, s.len))
		mr_sink_put(sink, s.ptr, s.len);
}

/* The rare way: what base writes, a value behind its key. */
static void add_escaped(struct mr_sink *sink, mr_str s)
{
	mr_json_writer writer;

	mr_sink_close(sink);
	mr_json_write_init(&writer, sink->buf, MR_JSON_COMPACT);
	writer.after_key = true;
	mr_json_write_string(&writer, s);
	mr_sink_open(sink, sink->buf);
}

void mr_sink_add_json(struct mr_sink *sink, mr_str s)
{
	if (s.len && json_plain_end(s.ptr, s.ptr + s.len) != s.ptr + s.len) {
		add_escaped(sink, s);
		return;
	}
	if (s.len > SIZE_MAX / 2 || !mr_sink_room(sink, s.len + 2))
		return;
	*sink->at++ = '"';
	if (s.len)
		mr_sink_put(sink, s.ptr, s.len);
	*sink->at++ = '"';
}
