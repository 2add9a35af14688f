/* SPDX-License-Identifier: Apache-2.0 */
#include "model/flatbuffer.h"

static bool inside(struct mr_flatbuffer *fb, size_t at, size_t n)
{
	if (at <= fb->size && n <= fb->size - at)
		return true;
	fb->bad = true;
	return false;
}

/* Little endian, whatever this machine is. */
static uint64_t read_at(struct mr_flatbuffer *fb, size_t at, size_t n)
{
	uint64_t value = 0;
	size_t i;

	if (!inside(fb, at, n))
		return 0;
	for (i = 0; i < n; i++)
		value |= (uint64_t)fb->bytes[at + i] << 8 * i;
	return value;
}

static mr_flat_at follow(struct mr_flatbuffer *fb, size_t at)
{
	size_t to = at + (size_t)read_at(fb, at, 4);

	return inside(fb, to, 4) && to != at ? to : 0;
}

mr_flat_at mr_flat_root(struct mr_flatbuffer *fb)
{
	return follow(fb, 0);
}

/* Where a field stands, or 0. A table begins with the distance back to its vtable. */
static mr_flat_at field_at(struct mr_flatbuffer *fb, mr_flat_at table, int field)
{
	int64_t vtable;
	size_t size, slot = 4 + 2 * (size_t)field, offset;

	if (!table)
		return 0;
	vtable = (int64_t)table - (int32_t)(uint32_t)read_at(fb, table, 4);
	if (vtable < 0 || !inside(fb, (size_t)vtable, 4)) {
		fb->bad = true;
		return 0;
	}
	size = (size_t)read_at(fb, (size_t)vtable, 2);
	if (slot + 2 > size)
		return 0;
	offset = (size_t)read_at(fb, (size_t)vtable + slot, 2);
	return offset ? table + offset : 0;
}

int64_t mr_flat_int(struct mr_flatbuffer *fb, mr_flat_at table, int field, size_t size, int64_t otherwise)
{
	mr_flat_at at = field_at(fb, table, field);
	uint64_t value = at ? read_at(fb, at, size) : 0;

	if (!at)
		return otherwise;
	if (size < 8 && value >> (8 * size - 1))
		value |= ~(uint64_t)0 << 8 * size;
	return (int64_t)value;
}

mr_flat_at mr_flat_ref(struct mr_flatbuffer *fb, mr_flat_at table, int field)
{
	mr_flat_at at = field_at(fb, table, field);

	return at ? follow(fb, at) : 0;
}

mr_str mr_flat_string(struct mr_flatbuffer *fb, mr_flat_at table, int field)
{
	mr_flat_at at = mr_flat_ref(fb, table, field);
	size_t length = at ? mr_flat_length(fb, at, 1) : 0;

	return mr_str_make(length ? (const char *)fb->bytes + at + 4 : "", length);
}

size_t mr_flat_length(struct mr_flatbuffer *fb, mr_flat_at vector, size_t item_size)
{
	size_t length = vector ? (size_t)read_at(fb, vector, 4) : 0;

	return length <= fb->size / item_size && inside(fb, vector + 4, length * item_size) ? length : 0;
}

mr_flat_at mr_flat_item(struct mr_flatbuffer *fb, mr_flat_at vector, size_t i)
{
	return follow(fb, vector + 4 + 4 * i);
}

int64_t mr_flat_struct_int64(struct mr_flatbuffer *fb, mr_flat_at vector, size_t i, size_t item_size, size_t offset)
{
	return (int64_t)read_at(fb, vector + 4 + i * item_size + offset, 8);
}
