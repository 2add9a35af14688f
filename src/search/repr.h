/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts as Python prints them, because MLflow's messages contain them.
 */
#ifndef MR_SEARCH_REPR_H
#define MR_SEARCH_REPR_H

#include "base/buf.h"

/* repr(): 'it\'s' is "it's", newlines are \n, what is not printable \x.., \u...., \U........ */
void mr_repr_text(mr_buf *buf, mr_str text);
/* repr() of a list: ['a', 'b'] */
void mr_repr_list(mr_buf *buf, const mr_str *items, size_t n);
/* json.dumps(). */
void mr_repr_json(mr_buf *buf, mr_str text);

/* str.strip(): blanks of Unicode off both ends. */
mr_str mr_repr_strip(mr_str text);

/* Sets err from what stands in the buffer, which is then disposed of. */
mr_code mr_repr_error(mr_error *err, mr_code code, mr_buf *message);

#endif
