/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/os.h"

void assert_str(const char *expected, mr_str got)
{
	char *copy = malloc(got.len + 1);

	assert_non_null(copy);
	if (got.len)
		memcpy(copy, got.ptr, got.len);
	copy[got.len] = 0;
	assert_string_equal(expected, copy);
	assert_int_equal(strlen(expected), got.len);
	free(copy);
}

uint64_t test_random(void)
{
	static uint64_t state = 0x2545f4914f6cdd1du;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1du;
}

static char folder[64];

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info, (void)kind, (void)where;
	return remove(path);
}

static void remove_folder(void)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_folder(void)
{
	if (!folder[0]) {
		snprintf(folder, sizeof folder, "/tmp/millrace-test-XXXXXX");
		assert_non_null(mkdtemp(folder));
		atexit(remove_folder);
	}
	return folder;
}

const char *test_path(const char *name)
{
	static char paths[8][256];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof paths[0], "%s/%s", test_folder(), name);
	return path;
}

mr_str test_data(mr_arena *arena, const char *name)
{
	const char *source = mr_getenv("MILLRACE_SOURCE");
	mr_str text = {NULL, 0}, path;
	mr_error err;

	mr_error_init(&err);
	path = mr_arena_printf(arena, "%s/tests/unit/base/data/%s", source ? source : ".", name);
	if (mr_file_read(path, SIZE_MAX, arena, &text, &err))
		fail_msg("%s (set MILLRACE_SOURCE to the source tree)", err.message);
	return text;
}
