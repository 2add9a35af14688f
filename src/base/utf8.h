/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8, one code point at a time.
 */
#ifndef MR_BASE_UTF8_H
#define MR_BASE_UTF8_H

#include <millrace/types.h>

/* The code point at `at` and its length in *n (1 to 4), or -1 when the bytes
 * there are not well-formed (overlong, a surrogate, over U+10FFFF, cut); *n is
 * then 1, so that a caller who replaces bad bytes can step on. at < end. */
int32_t mr_utf8_get(const char *at, const char *end, size_t *n);

/* Writes the code point, which must be a valid one; 1 to 4 bytes. */
size_t mr_utf8_put(char out[4], uint32_t code_point);

bool mr_utf8_valid(mr_str s);

#endif
