/* SPDX-License-Identifier: Apache-2.0
 *
 * Snappy: the size as a varint, then elements: literals, and copies of what was
 * written before (https://github.com/google/snappy/blob/main/format_description.txt).
 */
#include "model/snappy.h"

struct reader {
	const uint8_t *at, *end;
};

static bool read_le(struct reader *r, size_t n, size_t *out)
{
	size_t i;

	if ((size_t)(r->end - r->at) < n)
		return false;
	*out = 0;
	for (i = 0; i < n; i++)
		*out |= (size_t)*r->at++ << 8 * i;
	return true;
}

static bool read_size(struct reader *r, size_t *out)
{
	int shift;

	*out = 0;
	for (shift = 0; shift < 35 && r->at < r->end; shift += 7) {
		*out |= (size_t)(*r->at & 127) << shift;
		if (!(*r->at++ & 128))
			return true;
	}
	return false;
}

static bool literal(struct reader *r, size_t tag, uint8_t *to, size_t *len, size_t size)
{
	size_t n = tag >> 2;

	if (n >= 60 && !read_le(r, n - 59, &n))
		return false;
	n++;
	if (n > (size_t)(r->end - r->at) || n > size - *len)
		return false;
	memcpy(to + *len, r->at, n);
	r->at += n;
	*len += n;
	return true;
}

/* The copy may reach into what it writes itself, so it goes byte by byte. */
static bool copy(struct reader *r, size_t tag, uint8_t *to, size_t *len, size_t size)
{
	size_t n = (tag >> 2) + 1, distance, i;
	bool read;

	if ((tag & 3) == 1) {
		n = (tag >> 2 & 7) + 4;
		read = read_le(r, 1, &distance);
		distance = read ? distance | (tag >> 5) << 8 : 0;
	} else {
		read = read_le(r, (tag & 3) == 2 ? 2 : 4, &distance);
	}
	if (!read || !distance || distance > *len || n > size - *len)
		return false;
	for (i = 0; i < n; i++, ++*len)
		to[*len] = to[*len - distance];
	return true;
}

bool mr_snappy_decompress(mr_str from, uint8_t *to, size_t size)
{
	struct reader r = {(const uint8_t *)from.ptr, (const uint8_t *)from.ptr + from.len};
	size_t declared, len = 0, tag;

	if (!read_size(&r, &declared) || declared != size)
		return false;
	while (r.at < r.end) {
		tag = *r.at++;
		if (!((tag & 3) ? copy : literal)(&r, tag, to, &len, size))
			return false;
	}
	return len == size;
}
