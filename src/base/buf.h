/* SPDX-License-Identifier: Apache-2.0
 *
 * A growing byte buffer with a mandatory cap and a sticky failure: append
 * freely, ask once at the end. What is in it always has a NUL behind it.
 */
#ifndef MR_BASE_BUF_H
#define MR_BASE_BUF_H

#include <millrace/types.h>

typedef struct mr_buf {
	char *ptr; /* NULL while empty */
	size_t len;
	size_t room; /* allocated, at most cap + 1 */
	size_t cap; /* len never exceeds it */
	bool failed; /* over the cap or out of memory; len stays what it was */
} mr_buf;

void mr_buf_init(mr_buf *buf, size_t cap);
void mr_buf_dispose(mr_buf *buf);
static inline void mr_buf_clear(mr_buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->ptr)
		buf->ptr[0] = 0;
}

/* Room for n more bytes and a NUL; a pointer to where they go, or NULL. The
 * caller writes at most n and then adds what it wrote to len. */
char *mr_buf_reserve_more(mr_buf *buf, size_t n); /* the way that may allocate */
static inline char *mr_buf_reserve(mr_buf *buf, size_t n)
{
	if (!buf->failed && n < buf->room - buf->len)
		return buf->ptr + buf->len;
	return mr_buf_reserve_more(buf, n);
}

void mr_buf_add(mr_buf *buf, const void *bytes, size_t n);
static inline void mr_buf_str(mr_buf *buf, mr_str s)
{
	mr_buf_add(buf, s.ptr, s.len);
}
static inline void mr_buf_c(mr_buf *buf, const char *c_string)
{
	mr_buf_add(buf, c_string, strlen(c_string));
}
void mr_buf_char(mr_buf *buf, char c);
MR_PRINTF(2, 3)
void mr_buf_printf(mr_buf *buf, const char *format, ...);
void mr_buf_int(mr_buf *buf, int64_t value);
/* As Python's repr: the shortest digits that read back, "3.0", "1e-05", "nan", "inf". */
void mr_buf_double(mr_buf *buf, double value);

static inline mr_str mr_buf_view(const mr_buf *buf)
{
	return mr_str_make(buf->ptr ? buf->ptr : "", buf->len);
}
/* MR_RESOURCE_EXHAUSTED when the buffer failed. */
mr_code mr_buf_check(const mr_buf *buf, mr_error *err);
/* Hands the bytes to the caller, who frees them; the buffer is empty again. */
char *mr_buf_take(mr_buf *buf);

#endif
