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

static void put_four(char *to, uint32_t value)
{
	memcpy(to, pairs + value / 100 * 2, 2);
	memcpy(to + 2, pairs + value % 100 * 2, 2);
}

static void put_eight(char *to, uint32_t value)
{
	put_four(to, value / 10000);
	put_four(to + 4, value % 10000);
}

/* Without leading zeros. */
static char *put_up_to_eight(char *to, uint32_t value)
{
	char digits[8];
	size_t lead;

	if (value < 10) {
		*to = (char)('0' + value);
		return to + 1;
	}
	put_eight(digits, value);
	for (lead = 0; digits[lead] == '0'; lead++)
		;
	for (; lead < 8; lead++)
		*to++ = digits[lead];
	return to;
}

void mr_sink_put_uint(struct mr_sink *sink, uint64_t value)
{
	const uint64_t eight = 100000000;
	char *to = sink->at;

	if (value >= eight * eight) {
		to = put_up_to_eight(to, (uint32_t)(value / (eight * eight)));
		put_eight(to, (uint32_t)(value / eight % eight));
		to += 8;
	} else if (value >= eight) {
		to = put_up_to_eight(to, (uint32_t)(value / eight));
	} else {
		sink->at = put_up_to_eight(to, (uint32_t)value);
		return;
	}
	put_eight(to, (uint32_t)(value % eight));
	sink->at = to + 8;
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

/* Bytes that stand in a JSON string as they are, eight at a time: all printable ASCII but quote and backslash. */
static bool word_is_plain(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t q = word ^ ones * '"', b = word ^ ones * '\\';

	/* no byte over 0x7e, none below a blank, none equal to either */
	return ((word | (word + ones) | (word - ones * 0x20) | (q - ones) | (b - ones)) & tops) == 0;
}

/* Copies up to 16 bytes and tells whether all are plain; false may also be said of some that are. */
static bool copy_short(char *to, const char *from, size_t n)
{
	uint64_t first = 0, last = 0;

	if (n >= 8) {
		memcpy(&first, from, 8);
		memcpy(&last, from + n - 8, 8);
		memcpy(to, &first, 8);
		memcpy(to + n - 8, &last, 8);
		return word_is_plain(first) && word_is_plain(last);
	}
	memset(&first, 'x', sizeof first);
	for (size_t i = 0; i < n; i++) {
		to[i] = from[i];
		((char *)&first)[i] = from[i];
	}
	return word_is_plain(first);
}

void mr_sink_add_json(struct mr_sink *sink, mr_str s)
{
	if (s.len > SIZE_MAX / 2 || !mr_sink_room(sink, s.len + 2))
		return;
	if (s.len > 16 ? json_plain_end(s.ptr, s.ptr + s.len) != s.ptr + s.len
		       : !copy_short(sink->at + 1, s.ptr, s.len)) {
		add_escaped(sink, s);
		return;
	}
	if (s.len > 16)
		memcpy(sink->at + 1, s.ptr, s.len);
	sink->at[0] = '"';
	sink->at[s.len + 1] = '"';
	sink->at += s.len + 2;
}
