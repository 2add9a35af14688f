/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML: any bytes are refused with a message or become a tree, which is JSON;
 * what is written of it reads back as the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* The same value; a number may be written in another form ("-0", "1e5"). */
static bool same(const mr_json *a, const mr_json *b)
{
	double x, y;
	size_t i;

	if (a->type != b->type || a->boolean != b->boolean || a->count != b->count)
		return false;
	if (a->type == MR_JSON_NUMBER)
		return mr_parse_double(a->text, &x) && mr_parse_double(b->text, &y) && (x == y || (x != x && y != y));
	if (!mr_str_eq(a->text, b->text))
		return false;
	for (i = 0; i < a->count; i++)
		if (!same(&a->items[i], &b->items[i]) ||
		    (a->type == MR_JSON_OBJECT && !mr_str_eq(a->keys[i], b->keys[i])))
			return false;
	return true;
}

/* The tree is JSON: written as such it parses. */
static void check_json(mr_arena *arena, const mr_json *tree, mr_buf *buf)
{
	mr_json_writer w;
	mr_json *back;
	mr_error err;

	mr_error_init(&err);
	mr_buf_clear(buf);
	mr_json_write_init(&w, buf, MR_JSON_COMPACT);
	mr_json_write_tree(&w, tree);
	require(mr_json_parse(mr_buf_view(buf), arena, &back, &err) == MR_OK);
	require(same(tree, back));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mr_arena *arena = mr_arena_new(0);
	mr_json *tree, *back;
	mr_error err;
	mr_buf buf;

	if (!arena)
		return 0;
	mr_error_init(&err);
	mr_buf_init(&buf, SIZE_MAX);
	if (mr_yaml_parse(mr_str_make((const char *)data, size), arena, &tree, &err) == MR_OK) {
		check_json(arena, tree, &buf);
		mr_buf_clear(&buf);
		require(mr_yaml_write(&buf, tree, &err) == MR_OK);
		require(mr_yaml_parse(mr_buf_view(&buf), arena, &back, &err) == MR_OK);
		require(same(tree, back));
	} else {
		require(err.code != MR_OK && err.length > 0);
	}
	mr_buf_dispose(&buf);
	mr_arena_free(arena);
	return 0;
}
