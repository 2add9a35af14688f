/* SPDX-License-Identifier: Apache-2.0
 *
 * MD5 (RFC 1321), for names and digests that MLflow makes of it; nothing here is
 * a secret. A library for this alone would be the largest part of a program that
 * is idle.
 */
#ifndef MR_BASE_MD5_H
#define MR_BASE_MD5_H

#include <millrace/types.h>

typedef struct mr_md5 {
	uint32_t state[4];
	uint64_t length; /* bytes so far */
	unsigned char block[64];
} mr_md5;

void mr_md5_init(mr_md5 *md5);
void mr_md5_add(mr_md5 *md5, const void *bytes, size_t n);
/* 32 hex digits and a NUL. */
void mr_md5_hex(mr_md5 *md5, char out[33]);

#endif
