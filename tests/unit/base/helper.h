/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of src/base/ share.
 */
#ifndef MR_TEST_BASE_HELPER_H
#define MR_TEST_BASE_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"

/* The view of a literal, which may have a NUL inside. */
#define LIT(s) mr_str_make("" s, sizeof(s) - 1)

/* What is expected stands first, as in the error that it prints. */
void assert_str(const char *expected, mr_str got);

/* Numbers that are the same in every run. */
uint64_t test_random(void);

/* A folder of this process, made at the first call and removed with all in it at exit. */
const char *test_folder(void);
/* The path of a name in that folder; good until the eighth call after this one. */
const char *test_path(const char *name);

/* The text of tests/unit/base/data/<name>. */
mr_str test_data(mr_arena *arena, const char *name);

#endif
