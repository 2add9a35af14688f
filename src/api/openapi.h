/* SPDX-License-Identifier: Apache-2.0
 *
 * Between openapi.c, which writes the paths, and openapi_schema.c.
 */
#ifndef MR_API_OPENAPI_H
#define MR_API_OPENAPI_H

#include "api/tables.h"
#include "base/json.h"

/* The members of an object, each a key and a value. */
void mr_openapi_text(mr_json_writer *w, const char *key, const char *value);
void mr_openapi_int(mr_json_writer *w, const char *key, int64_t value);
void mr_openapi_bool(mr_json_writer *w, const char *key, bool value);
/* Opens "key": { or "key": [ */
void mr_openapi_open(mr_json_writer *w, const char *key, char bracket);
/* "key": {"$ref": "#/components/<kind>/<name>"} */
void mr_openapi_ref(mr_json_writer *w, const char *key, const char *kind, const char *name);

/* The object that describes a field's values; full: with its documentation, limits and number. */
void mr_openapi_field(mr_json_writer *w, const struct mr_field_desc *field, bool full);
/* "schemas": every message that an operation with a route needs, and the error. */
void mr_openapi_schemas(mr_json_writer *w);

#endif
