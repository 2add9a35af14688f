/* SPDX-License-Identifier: Apache-2.0
 *
 * A pointer into a buffer: asked for room once for several bytes, then written
 * through without further questions. A failure of the buffer is sticky: no room
 * is given from then on.
 */
#ifndef MR_API_SINK_H
#define MR_API_SINK_H

#include "base/buf.h"

struct mr_sink {
	char *at, *end; /* end leaves a byte for the NUL */
	mr_buf *buf;
};

void mr_sink_open(struct mr_sink *sink, mr_buf *buf);
/* Tells the buffer what was written; the sink may be opened again. */
void mr_sink_close(struct mr_sink *sink);
bool mr_sink_grow(struct mr_sink *sink, size_t n);

static inline bool mr_sink_room(struct mr_sink *sink, size_t n)
{
	return (size_t)(sink->end - sink->at) >= n || mr_sink_grow(sink, n);
}

/* These need the room that was asked for: */

static inline void mr_sink_put(struct mr_sink *sink, const void *bytes, size_t n)
{
	memcpy(sink->at, bytes, n);
	sink->at += n;
}

void mr_sink_put_uint(struct mr_sink *sink, uint64_t value); /* at most 20 bytes */
void mr_sink_put_int(struct mr_sink *sink, int64_t value); /* at most 20 bytes */

/* These ask themselves: */

void mr_sink_add(struct mr_sink *sink, mr_str s);
/* As json.dumps: quoted, everything but printable ASCII escaped; bytes that are not UTF-8 become U+FFFD. */
void mr_sink_add_json(struct mr_sink *sink, mr_str s);

#endif
