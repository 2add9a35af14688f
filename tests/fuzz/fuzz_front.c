/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes to a front port: a head that is let through is read the same when it
 * has been passed on; a body ends at the same byte however it is cut. And what
 * users give the target local: a command, a table.
 */
#include <stdint.h>
#include <stdlib.h>

#include "deploy/front_http.h"
#include "deploy/rows.h"
#include "deploy/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_head(mr_str text, bool response)
{
	struct front_head head, again;
	size_t n = front_head_length(text.ptr, text.len);
	int status;
	mr_buf out;

	require(n <= text.len);
	if (!n || front_head_parse(mr_str_make(text.ptr, n), response, &head, &status))
		return;
	require(response ? head.status >= 100 && head.status <= 999 : head.target.len > 0 && head.target.ptr[0] == '/');
	require(!head.chunked || head.length < 0);
	mr_buf_init(&out, 1 << 24);
	front_head_write(mr_str_make(text.ptr, n), &head, "", &out);
	require(!out.failed && front_head_length(out.ptr, out.len) == out.len);
	require(!front_head_parse(mr_buf_view(&out), response, &again, &status));
	require(again.length == head.length && again.chunked == head.chunked && again.status == head.status);
	require(mr_str_eq(again.method, head.method) && mr_str_eq(again.target, head.target));
	mr_buf_dispose(&out);
}

static void check_chunks(const char *bytes, size_t n)
{
	struct front_chunks whole = {0}, pieces = {0};
	size_t taken = front_chunks_take(&whole, bytes, n), sum = 0;
	size_t step = n ? (unsigned char)bytes[0] % 7 + 1 : 1;

	for (size_t at = 0; at < n && !pieces.done && !pieces.bad; at += step)
		sum += front_chunks_take(&pieces, bytes + at, at + step < n ? step : n - at);
	require(taken == sum && whole.done == pieces.done && whole.bad == pieces.bad && taken <= n);
	require(!(whole.done && whole.bad));
}

static void check_command(mr_str text, mr_arena *arena)
{
	const struct mr_command_values values = {{"n", 1}, {"/m '\" x", 7}, {"h", 1}, 1};
	char **argv;

	if (mr_command_words(text, &values, arena, &argv, NULL) == MR_OK)
		require(argv[0] && argv[0][0]);
}

static void check_rows(mr_str text, mr_arena *arena)
{
	mr_json *tree;
	mr_str out;

	if (mr_rows_to_request(text, arena, &out, NULL) == MR_OK)
		require(mr_json_parse(out, arena, &tree, NULL) == MR_OK && tree->type == MR_JSON_OBJECT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mr_arena *arena = mr_arena_new((size_t)256 << 20);
	mr_str text = arena ? mr_arena_copy(arena, mr_str_make((const char *)data, size)) : mr_str_make(NULL, 0);

	if (text.ptr) {
		check_head(text, false);
		check_head(text, true);
		check_chunks(text.ptr, text.len);
		check_command(text, arena);
		check_rows(text, arena);
	}
	mr_arena_free(arena);
	return 0;
}
