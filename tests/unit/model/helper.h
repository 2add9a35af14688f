/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of src/model/ share.
 */
#ifndef MR_TEST_MODEL_HELPER_H
#define MR_TEST_MODEL_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "model/table.h"

/* The path of tests/unit/model/data/<name>, and its text. */
mr_str test_data_path(mr_arena *arena, const char *name);
mr_str test_data(mr_arena *arena, const char *name);

/* A table as text: "name type: value | value", a line for each column. data/make.py has its counterpart. */
mr_str dump(mr_arena *arena, const struct mr_table *table);

/* What is expected stands first, as in the error that it prints. */
void assert_str(const char *expected, mr_str got);

#endif
