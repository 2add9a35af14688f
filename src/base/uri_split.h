/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the uri*.c files only.
 */
#ifndef MR_BASE_URI_SPLIT_H
#define MR_BASE_URI_SPLIT_H

#include "base/uri.h"

/* mr_uri_parse() without its checks: takes any text apart. */
void mr_uri_split(mr_str text, mr_uri *out);

/* As Python's unquote: what is no escape stays as it is. out has room for s.len bytes. */
size_t mr_uri_unquote(char *out, mr_str s, bool plus_is_space);

#endif
