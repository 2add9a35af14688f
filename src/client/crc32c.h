/* SPDX-License-Identifier: Apache-2.0
 *
 * CRC-32C (Castagnoli), by the processor's instruction where it has one.
 */
#ifndef MR_CLIENT_CRC32C_H
#define MR_CLIENT_CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t mr_crc32c(const void *bytes, size_t n);
uint32_t mr_crc32c_plain(const void *bytes, size_t n); /* without the instruction, for its test */

#endif
