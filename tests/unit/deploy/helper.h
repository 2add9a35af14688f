/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MR_TEST_DEPLOY_HELPER_H
#define MR_TEST_DEPLOY_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

/* Of each test, by set_up_arena and tear_down_arena. */
extern mr_arena *arena;
int set_up_arena(void **state);
int tear_down_arena(void **state);

#define assert_text(s, c_string) assert_text_equal(s, c_string, __FILE__, __LINE__)
void assert_text_equal(mr_str s, const char *expected, const char *file, int line);
/* The message has these words in it. */
#define assert_says(err, words) assert_says_words(err, words, __FILE__, __LINE__)
void assert_says_words(const mr_error *err, const char *words, const char *file, int line);

/* A folder of this test's own, which goes at the end; the caller frees its path. */
char *make_folder(void);
void remove_folder(char *path);

#endif
