/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML (libyaml) to and from the tree of json.h, with YAML 1.1's scalar rules
 * as PyYAML's safe loader has them (null, booleans, ints, floats, else text;
 * quoted is always text), because that is what wrote the files we read.
 * Aliases are refused beyond a budget; depth and size are limited.
 */
#ifndef MR_BASE_YAML_H
#define MR_BASE_YAML_H

#include "base/json.h"

#define MR_YAML_SIZE_MAX (16u << 20)

mr_code mr_yaml_parse(mr_str text, mr_arena *arena, mr_json **out, mr_error *err);
/* As PyYAML's safe_dump with default_flow_style=False, allow_unicode=True and keys
 * in the order given: what reads back as another type is quoted. */
mr_code mr_yaml_write(mr_buf *buf, const mr_json *value, mr_error *err);

#endif
