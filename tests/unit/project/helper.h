/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of src/project/ share.
 */
#ifndef MR_TEST_PROJECT_HELPER_H
#define MR_TEST_PROJECT_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

static inline mr_str s_(const char *text)
{
	return mr_str_from(text);
}

/* The error is of a wrong input, and its message has the words. */
#define assert_refused(code, err, words)                                                                 \
	do {                                                                                             \
		if ((code) == MR_OK || !strstr((err).message, words))                                    \
			fail_msg("%d: '%s' lacks '%s'", (int)(code), (err).message, words);              \
	} while (0)

#define assert_str(actual, expected)                                                                     \
	do {                                                                                             \
		mr_str actual_ = (actual);                                                               \
		if (!mr_str_is(actual_, expected))                                                       \
			fail_msg("'%.*s' is not '%s'", MR_STR_ARG(actual_), expected);                   \
	} while (0)

#endif
