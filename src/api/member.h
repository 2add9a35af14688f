/* SPDX-License-Identifier: Apache-2.0
 *
 * A member of a message by its description.
 */
#ifndef MR_API_MEMBER_H
#define MR_API_MEMBER_H

#include <millrace/api.h>

static inline void *mr_member(const void *message, const struct mr_field_desc *field)
{
	return (char *)(uintptr_t)message + field->offset;
}

static inline size_t *mr_member_count(const void *message, const struct mr_field_desc *field)
{
	return (size_t *)(void *)((char *)(uintptr_t)message + field->count_offset);
}

static inline bool mr_member_is_set(const void *message, uint32_t index)
{
	return *(const uint64_t *)message >> index & 1;
}

static inline void mr_member_set(void *message, uint32_t index, bool set)
{
	uint64_t bit = (uint64_t)1 << index, *has = message;

	*has = set ? *has | bit : *has & ~bit;
}

/* Members that are an mr_str. */
static inline bool mr_kind_is_text(unsigned kind)
{
	return kind == MR_KIND_STRING || kind == MR_KIND_BYTES || kind == MR_KIND_JSON || kind == MR_KIND_FIELD_MASK;
}

/* Of a single member, or of an element of a repeated one. */
static inline size_t mr_kind_size(unsigned kind)
{
	switch (kind) {
	case MR_KIND_BOOL:
		return sizeof(bool);
	case MR_KIND_INT32:
	case MR_KIND_UINT32:
	case MR_KIND_ENUM:
		return sizeof(int32_t);
	case MR_KIND_FLOAT:
		return sizeof(float);
	case MR_KIND_MESSAGE:
		return sizeof(void *);
	case MR_KIND_MAP_STRING:
		return sizeof(struct mr_map_string);
	case MR_KIND_MAP_DOUBLE:
		return sizeof(struct mr_map_double);
	case MR_KIND_STRING:
	case MR_KIND_BYTES:
	case MR_KIND_JSON:
	case MR_KIND_FIELD_MASK:
		return sizeof(mr_str);
	default:
		return sizeof(int64_t);
	}
}

#endif
