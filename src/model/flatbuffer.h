/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading FlatBuffers, in which Arrow IPC has its metadata: tables by field
 * number, vectors, strings. Every access is checked against the bytes; a bad one
 * makes `bad` true for good and gives the default.
 */
#ifndef MR_MODEL_FLATBUFFER_H
#define MR_MODEL_FLATBUFFER_H

#include <millrace/types.h>

struct mr_flatbuffer {
	const uint8_t *bytes;
	size_t size;
	bool bad;
};

/* A position in the bytes; 0 is none. */
typedef size_t mr_flat_at;

mr_flat_at mr_flat_root(struct mr_flatbuffer *fb);
/* A scalar of so many bytes, sign-extended. */
int64_t mr_flat_int(struct mr_flatbuffer *fb, mr_flat_at table, int field, size_t size, int64_t otherwise);
/* The table, vector or string that a field points at. */
mr_flat_at mr_flat_ref(struct mr_flatbuffer *fb, mr_flat_at table, int field);
mr_str mr_flat_string(struct mr_flatbuffer *fb, mr_flat_at table, int field);
size_t mr_flat_length(struct mr_flatbuffer *fb, mr_flat_at vector, size_t item_size);
/* The table that the i-th item points at. */
mr_flat_at mr_flat_item(struct mr_flatbuffer *fb, mr_flat_at vector, size_t i);
/* An int64 inside the i-th struct of a vector of structs. */
int64_t mr_flat_struct_int64(struct mr_flatbuffer *fb, mr_flat_at vector, size_t i, size_t item_size, size_t offset);

#endif
