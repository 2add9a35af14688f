/* SPDX-License-Identifier: Apache-2.0 */
#include "model/thrift.h"

#define DEPTH_MAX 32

static uint8_t next_byte(struct mr_thrift *t)
{
	if (t->at < t->end)
		return *t->at++;
	t->bad = true;
	return 0;
}

static uint64_t varint(struct mr_thrift *t)
{
	uint64_t value = 0;
	uint8_t byte;
	int shift;

	for (shift = 0; shift < 70; shift += 7) {
		byte = next_byte(t);
		if (shift < 64)
			value |= (uint64_t)(byte & 127) << shift;
		if (!(byte & 128))
			return value;
	}
	t->bad = true;
	return 0;
}

static int64_t zigzag(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

bool mr_thrift_field(struct mr_thrift *t, int *field, int *type)
{
	uint8_t head = t->bad ? 0 : next_byte(t);

	if (!head || t->bad)
		return false;
	*type = head & 15;
	if (head >> 4)
		*field += head >> 4;
	else
		*field = (int)(int16_t)zigzag(varint(t));
	return !t->bad;
}

int64_t mr_thrift_int(struct mr_thrift *t, int type)
{
	switch (type) {
	case MR_THRIFT_TRUE:
		return 1;
	case MR_THRIFT_FALSE:
		return 0;
	case MR_THRIFT_BYTE:
		return (int8_t)next_byte(t);
	case MR_THRIFT_I16:
	case MR_THRIFT_I32:
	case MR_THRIFT_I64:
		return zigzag(varint(t));
	default:
		mr_thrift_skip(t, type);
		return 0;
	}
}

mr_str mr_thrift_binary(struct mr_thrift *t, int type)
{
	uint64_t n;
	mr_str out = mr_str_make("", 0);

	if (type != MR_THRIFT_BINARY) {
		mr_thrift_skip(t, type);
		return out;
	}
	n = varint(t);
	if (t->bad || n > (uint64_t)(t->end - t->at)) {
		t->bad = true;
		return out;
	}
	out = mr_str_make((const char *)t->at, (size_t)n);
	t->at += n;
	return out;
}

size_t mr_thrift_list(struct mr_thrift *t, int type, int *item)
{
	uint8_t head;
	uint64_t n;

	*item = 0;
	if (type != MR_THRIFT_LIST && type != MR_THRIFT_SET) {
		mr_thrift_skip(t, type);
		return 0;
	}
	head = next_byte(t);
	*item = head & 15;
	n = head >> 4 == 15 ? varint(t) : head >> 4;
	if (n > (uint64_t)(t->end - t->at)) /* an item has at least one byte */
		t->bad = true;
	return t->bad ? 0 : (size_t)n;
}

/* In a container a truth value has a byte; in a field it has none. */
static void skip_item(struct mr_thrift *t, int type)
{
	if (type == MR_THRIFT_TRUE || type == MR_THRIFT_FALSE)
		next_byte(t);
	else
		mr_thrift_skip(t, type);
}

static void skip_map(struct mr_thrift *t)
{
	uint64_t n = varint(t), i;
	uint8_t types = n ? next_byte(t) : 0;

	for (i = 0; i < n && !t->bad; i++) {
		skip_item(t, types >> 4);
		skip_item(t, types & 15);
	}
}

static void skip_struct(struct mr_thrift *t)
{
	int field = 0, type;

	while (mr_thrift_field(t, &field, &type))
		mr_thrift_skip(t, type);
}

void mr_thrift_skip(struct mr_thrift *t, int type)
{
	size_t n, i;
	int item;

	if (t->bad || ++t->depth > DEPTH_MAX) {
		t->bad = true;
		return;
	}
	switch (type) {
	case MR_THRIFT_TRUE:
	case MR_THRIFT_FALSE:
		break;
	case MR_THRIFT_DOUBLE:
		for (i = 0; i < 8; i++)
			next_byte(t);
		break;
	case MR_THRIFT_BINARY:
		(void)mr_thrift_binary(t, type);
		break;
	case MR_THRIFT_LIST:
	case MR_THRIFT_SET:
		n = mr_thrift_list(t, type, &item);
		for (i = 0; i < n && !t->bad; i++)
			skip_item(t, item);
		break;
	case MR_THRIFT_MAP:
		skip_map(t);
		break;
	case MR_THRIFT_STRUCT:
		skip_struct(t);
		break;
	case MR_THRIFT_BYTE:
	case MR_THRIFT_I16:
	case MR_THRIFT_I32:
	case MR_THRIFT_I64:
		(void)mr_thrift_int(t, type);
		break;
	default:
		t->bad = true;
	}
	t->depth--;
}
