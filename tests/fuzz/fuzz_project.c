/* SPDX-License-Identifier: Apache-2.0
 *
 * MLproject, the files of environments, and commands with values in them. Of an input the first line is a value, the rest
 * the file. A command that is accepted has the value as text that stays in its place: a plain one as it is, another one quoted.
 */
#include <stdint.h>
#include <stdlib.h>

#include "project/params.h"
#include "project/shell.h"
#include "project/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Whether a text is there as it is, or as it is within double or single quotes. */
static void check_command(mr_arena *arena, mr_str template, mr_str value)
{
	const struct shell_value values[] = {{mr_str_from("x"), value}};
	mr_str out = mr_str_make("", 0), plain = out;
	mr_error err;

	mr_error_init(&err);
	if (shell_command(arena, "it", template, values, 1, values, 1, &out, &err) != MR_OK) {
		require(err.length > 0);
		return;
	}
	require(!memchr(out.len ? out.ptr : "x", 0, out.len));
	require(out.len >= 5 + value.len && memmem(out.ptr, out.len, " --x ", 5) != NULL);
	/* A plain value is taken wherever one that needs quoting is. */
	require(shell_command(arena, "it", template, &(struct shell_value){mr_str_from("x"), mr_str_from("p")}, 1, NULL, 0, &plain, &err) ==
		MR_OK);
}

static void check_spec(mr_arena *arena, mr_str text, mr_str value)
{
	const struct mr_map_string given[] = {{mr_str_from("alpha"), value}};
	struct project_spec spec;
	struct params params;
	mr_error err;

	mr_error_init(&err);
	if (spec_parse(arena, mr_str_from("MLproject"), text, &spec, &err) != MR_OK) {
		require(err.length > 0);
		return;
	}
	for (size_t i = 0; i < spec.entries_n; i++) {
		mr_str out;

		mr_error_init(&err);
		if (params_read(arena, &spec.entries[i], given, 1, &params, &err) == MR_OK)
			shell_command(arena, "it", spec.entries[i].command, params.declared, params.declared_n, params.extra,
				      params.extra_n, &out, &err);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *end = size ? memchr(data, '\n', size) : NULL;
	size_t n = end ? (size_t)(end - (const char *)data) : 0;
	mr_str value = mr_str_make((const char *)data, n);
	mr_str text = mr_str_make((const char *)data + n + (end != NULL), size - n - (end != NULL));
	mr_arena *arena = mr_arena_new(64 << 20);
	struct python_env env;
	mr_error err;

	if (!arena)
		return 0;
	mr_error_init(&err);
	check_spec(arena, text, value);
	check_command(arena, text, value);
	python_env_parse(arena, mr_str_from("f"), text, false, &env, &err);
	mr_error_init(&err);
	python_env_parse(arena, mr_str_from("f"), text, true, &env, &err);
	mr_arena_free(arena);
	return 0;
}
