/* SPDX-License-Identifier: Apache-2.0
 *
 * Characters as Python's regular expressions and repr() sort them.
 */
#ifndef MR_SEARCH_UNICODE_H
#define MR_SEARCH_UNICODE_H

#include <millrace/types.h>

bool mr_unicode_is_word(uint32_t code_point);      /* \w */
bool mr_unicode_is_printable(uint32_t code_point); /* str.isprintable */
size_t mr_unicode_length(mr_str text);             /* len(): code points; a bad byte counts as one */
/* The first n code points. */
mr_str mr_unicode_first(mr_str text, size_t n);

#endif
