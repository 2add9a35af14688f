/* SPDX-License-Identifier: Apache-2.0
 *
 * Thrift's compact protocol, in which Parquet has its metadata: read field by
 * field. What is broken makes `bad` true for good and ends every structure.
 */
#ifndef MR_MODEL_THRIFT_H
#define MR_MODEL_THRIFT_H

#include <millrace/types.h>

struct mr_thrift {
	const uint8_t *at, *end;
	bool bad;
	int depth;
};

enum mr_thrift_type {
	MR_THRIFT_TRUE = 1,
	MR_THRIFT_FALSE = 2,
	MR_THRIFT_BYTE = 3,
	MR_THRIFT_I16 = 4,
	MR_THRIFT_I32 = 5,
	MR_THRIFT_I64 = 6,
	MR_THRIFT_DOUBLE = 7,
	MR_THRIFT_BINARY = 8,
	MR_THRIFT_LIST = 9,
	MR_THRIFT_SET = 10,
	MR_THRIFT_MAP = 11,
	MR_THRIFT_STRUCT = 12
};

/* The next field of a structure; false at its end. *field is what it was before (0 at the beginning). */
bool mr_thrift_field(struct mr_thrift *t, int *field, int *type);
/* Values, when the type is the one that is wanted; else the value is skipped and gives 0. */
int64_t mr_thrift_int(struct mr_thrift *t, int type);
mr_str mr_thrift_binary(struct mr_thrift *t, int type);
/* The size of a list, and the type of its items. */
size_t mr_thrift_list(struct mr_thrift *t, int type, int *item);
void mr_thrift_skip(struct mr_thrift *t, int type);

#endif
