/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of src/api/ share.
 */
#ifndef MR_TEST_API_HELPER_H
#define MR_TEST_API_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/codec.h"

/* The call of a test and where its errors go: use them as cmocka's set-up and tear-down. */
extern mr_call *call;
extern mr_error err;
int call_open(void **state);
int call_close(void **state);

/* What is expected stands first. */
void assert_str(const char *expected, mr_str got);
void assert_same(mr_str expected, mr_str got);

/* The text of tests/unit/api/data/<name>, in the call's memory. */
mr_str test_data(const char *name);
/* The parts of the next line, split at tabs; false at the end. *text begins as the whole. */
bool next_line(mr_str *text, mr_str *parts, size_t n);

/* Numbers that are the same in every run. */
uint64_t test_random(void);
/* A message of any kind with members, lists and texts of all sorts in it. */
void *random_message(const struct mr_msg_desc *desc);

/* The message as JSON, in the call's memory. */
mr_str encoded(const struct mr_msg_desc *desc, const void *message, enum mr_style style);
void *decoded(const struct mr_msg_desc *desc, mr_str json);

#endif
