/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON: any bytes are refused with a message or become a tree; a tree is
 * written in each style, and what is written reads back as the same tree.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool same(const mr_json *a, const mr_json *b)
{
	size_t i;

	if (a->type != b->type || a->boolean != b->boolean || !mr_str_eq(a->text, b->text) || a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (!same(&a->items[i], &b->items[i]) ||
		    (a->type == MR_JSON_OBJECT && !mr_str_eq(a->keys[i], b->keys[i])))
			return false;
	return true;
}

/* What is a number by the scanner is one for the conversions. */
static void check_values(const mr_json *value)
{
	char text[32];
	double number, back;
	size_t i;

	if (value->type == MR_JSON_STRING)
		require(mr_utf8_valid(value->text));
	if (value->type == MR_JSON_NUMBER) {
		require(mr_parse_double(value->text, &number));
		require(mr_parse_double(mr_str_make(text, mr_format_double(text, number)), &back));
		require(number != number ? back != back : memcmp(&number, &back, sizeof back) == 0);
	}
	for (i = 0; i < value->count; i++)
		check_values(&value->items[i]);
}

static void check_round_trip(mr_arena *arena, const mr_json *tree, mr_json_style style)
{
	mr_json_writer w;
	mr_json *back;
	mr_error err;
	mr_buf buf;

	mr_error_init(&err);
	mr_buf_init(&buf, SIZE_MAX);
	mr_json_write_init(&w, &buf, style);
	mr_json_write_tree(&w, tree);
	require(mr_buf_check(&buf, &err) == MR_OK);
	require(mr_json_parse(mr_buf_view(&buf), arena, &back, &err) == MR_OK);
	require(same(tree, back));
	mr_buf_dispose(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mr_str text = mr_str_make((const char *)data, size), skipped;
	mr_arena *arena = mr_arena_new(0);
	mr_json_scanner sc;
	mr_json *tree;
	mr_error err;
	bool good;

	if (!arena)
		return 0;
	mr_error_init(&err);
	good = mr_json_parse(text, arena, &tree, &err) == MR_OK;
	require(good ? err.code == MR_OK : err.code == MR_BAD_REQUEST && err.length > 0);
	if (good) {
		check_values(tree);
		check_round_trip(arena, tree, MR_JSON_COMPACT);
		check_round_trip(arena, tree, MR_JSON_SPACED);
		check_round_trip(arena, tree, MR_JSON_PRETTY);
	}
	/* skipping refuses exactly what parsing refuses */
	mr_error_init(&err);
	mr_json_scan_init(&sc, text, arena, &err);
	require((mr_json_scan_skip(&sc, &skipped) && mr_json_scan_end(&sc)) == good);
	mr_arena_free(arena);
	return 0;
}
