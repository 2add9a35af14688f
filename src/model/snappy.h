/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MR_MODEL_SNAPPY_H
#define MR_MODEL_SNAPPY_H

#include <millrace/types.h>

/* Raw Snappy, as in Parquet's pages, into exactly `size` bytes; false when the data is broken or of another size. */
bool mr_snappy_decompress(mr_str from, uint8_t *to, size_t size);

#endif
