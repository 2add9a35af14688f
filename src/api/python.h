/* SPDX-License-Identifier: Apache-2.0
 *
 * What the reference does with Python's own functions: int() and float() of a
 * text, and a value as it stands in an error message.
 */
#ifndef MR_API_PYTHON_H
#define MR_API_PYTHON_H

#include "base/json.h"

struct mr_python_int {
	uint64_t size;
	bool negative;
};

/* int(text); false also when it needs more than 64 bits. */
bool mr_python_int(mr_str text, struct mr_python_int *out);
/* The value of an integer-valued float; false for others, and beyond 64 bits. */
bool mr_python_int_of_float(double value, struct mr_python_int *out);
bool mr_python_int64(struct mr_python_int value, int64_t *out);
/* float(text) */
bool mr_python_float(mr_str text, double *out);

/* A JSON number that Python's json would make a float of. */
bool mr_python_is_float(mr_str number);
/* type(json.loads(json)).__name__ of valid JSON. */
const char *mr_python_type(mr_str json);
/* json.dumps(json.loads(json), sort_keys=True, separators=(",", ":")) of valid JSON. */
void mr_python_dump(mr_str json, mr_arena *arena, mr_buf *out);

#endif
