/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a YAML file whose shape is known, with errors that name the file and the key.
 */
#ifndef MR_PROJECT_YAML_READ_H
#define MR_PROJECT_YAML_READ_H

#include "base/json.h"

struct yaml_reading {
	mr_arena *arena;
	mr_str file; /* for messages */
	mr_error *err;
};

/* The root, which must be a mapping; an empty file is an empty one. expected: "a python_env.yaml: a mapping with ..." */
mr_code yaml_read(struct yaml_reading *r, mr_str text, const char *expected, mr_json **out);

/* where: the key's place, "entry_points.main"; "" is the root. */
MR_PRINTF(2, 3)
const char *yaml_where(struct yaml_reading *r, const char *format, ...);
mr_code yaml_fail(struct yaml_reading *r, const char *where, const char *what);
mr_code yaml_wrong(struct yaml_reading *r, const char *where, const char *expected, const mr_json *found);
/* Refuses a key that is nearly one of these; others are passed over, as MLflow does. */
mr_code yaml_check_keys(struct yaml_reading *r, const char *where, const mr_json *object, const char *const *keys);

/* A text (a number is taken as Python's str() of it), a list of texts; *out stays when the key is absent or null. */
mr_code yaml_text(struct yaml_reading *r, const char *where, const mr_json *object, const char *key, mr_str *out);
mr_code yaml_texts(struct yaml_reading *r, const char *where, const mr_json *object, const char *key, mr_str **out, size_t *n);
/* Python's str() of a text, number or boolean. */
mr_code yaml_python_str(struct yaml_reading *r, const char *where, const mr_json *value, mr_str *out);

#endif
