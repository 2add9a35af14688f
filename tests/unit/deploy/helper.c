/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "deploy/state.h"

mr_arena *arena;

int set_up_arena(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	return arena ? 0 : -1;
}

int tear_down_arena(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

void assert_text_equal(mr_str s, const char *expected, const char *file, int line)
{
	char *copy = strndup(s.ptr ? s.ptr : "", s.len);

	_assert_string_equal(copy, expected, file, line);
	free(copy);
}

void assert_says_words(const mr_error *err, const char *words, const char *file, int line)
{
	if (strstr(err->message, words))
		return;
	print_error("\"%s\" is not in \"%s\"\n", words, err->message);
	_fail(file, line);
}

char *make_folder(void)
{
	const char *parent = getenv("TMPDIR");
	char *path = malloc(4096);

	snprintf(path, 4096, "%s/deploy-XXXXXX", parent ? parent : "/tmp");
	assert_non_null(mkdtemp(path));
	return path;
}

void remove_folder(char *path)
{
	mr_state_remove_tree(mr_str_from(path));
	free(path);
}
