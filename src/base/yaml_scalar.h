/* SPDX-License-Identifier: Apache-2.0
 *
 * What a plain YAML scalar is, by the resolver of PyYAML's safe loader.
 */
#ifndef MR_BASE_YAML_SCALAR_H
#define MR_BASE_YAML_SCALAR_H

#include "base/json.h"

typedef enum yaml_kind {
	YAML_KIND_TEXT,
	YAML_KIND_NULL,
	YAML_KIND_BOOL,
	YAML_KIND_INT,
	YAML_KIND_FLOAT,
	YAML_KIND_TIMESTAMP, /* PyYAML makes a datetime of it; here it is text */
	YAML_KIND_MERGE, /* << */
	YAML_KIND_VALUE /* = */
} yaml_kind;

yaml_kind mr_yaml_kind(mr_str text);
bool mr_yaml_bool(mr_str text); /* of a YAML_KIND_BOOL */

/* The JSON text of a YAML_KIND_INT or YAML_KIND_FLOAT ("0x1F" is 31, "1:30" is
 * 90, ".inf" is Infinity). Empty when it does not fit; ptr is NULL when
 * memory is out. */
mr_str mr_yaml_number(mr_arena *arena, mr_str text, yaml_kind kind);

#endif
