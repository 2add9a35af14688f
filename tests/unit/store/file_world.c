/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/codec.h"
#include "base/error.h"
#include "base/os.h"
#include "file_world.h"

extern const struct mr_plugin mr_builtin_file_store;

enum { TEXTS = 8 };

/* Answers live until as many others were given. */
static const char *keep(const char *text, size_t n)
{
	static char *texts[TEXTS];
	static unsigned next;
	char **slot = &texts[next++ % TEXTS];

	free(*slot);
	*slot = malloc(n + 1);
	memcpy(*slot, text, n);
	(*slot)[n] = 0;
	return *slot;
}

static void open_world(struct file_world *world)
{
	mr_error err;

	mr_error_init(&err);
	if (mr_store_handle_open(MR_SIDE_TRACKING, mr_str_from(world->root), mr_str_from(""), &world->tracking, &err) != MR_OK ||
	    mr_store_handle_open(MR_SIDE_REGISTRY, mr_str_from(world->root), mr_str_from(""), &world->registry, &err) != MR_OK)
		fail_msg("%s", err.message);
}

void file_world_make(struct file_world *world)
{
	mr_plugins_add_builtin(&mr_builtin_file_store);
	snprintf(world->path, sizeof world->path, "/tmp/mr_file_store_XXXXXX");
	assert_non_null(mkdtemp(world->path));
	snprintf(world->root, sizeof world->root, "%s/mlruns", world->path);
	open_world(world);
}

static void close_world(struct file_world *world)
{
	mr_store_handle_close(world->tracking);
	mr_store_handle_close(world->registry);
}

void file_world_reopen(struct file_world *world)
{
	close_world(world);
	open_world(world);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void file_world_remove(struct file_world *world)
{
	close_world(world);
	nftw(world->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- asking ---- */

static mr_code ask(struct file_world *world, const struct mr_op_desc *op, mr_str json, mr_call *call, mr_buf *out,
		   mr_error *err)
{
	mr_store_handle *store = op->side == MR_SIDE_TRACKING ? world->tracking : world->registry;
	void *request, *response = mr_msg_new(call, op->response);
	struct mr_encoder encoder;
	mr_code code = mr_msg_decode(op->request, json, call, &request, err);

	if (code != MR_OK)
		return code;
	mr_encode_begin(&encoder, op, out);
	call->emit = mr_encode_emit;
	call->emit_arg = &encoder;
	code = mr_store_call(store, op, request, response, call, err);
	return code == MR_OK ? mr_encode_end(&encoder, response, err) : code;
}

static const char *ask_v(struct file_world *world, const char *operation, const char *request, va_list args, bool must)
{
	const struct mr_op_desc *op = mr_op_desc_by_name(mr_str_from(operation));
	mr_call *call = mr_call_new(0);
	char json[8192];
	const char *answer;
	mr_error err;
	mr_buf out;

	assert_non_null(op);
	assert_non_null(call);
	assert_in_range(vsnprintf(json, sizeof json, request, args), 0, sizeof json - 1);
	mr_error_init(&err);
	mr_buf_init(&out, 64u << 20);
	if (ask(world, op, mr_str_from(json), call, &out, &err) != MR_OK) {
		mr_buf_clear(&out);
		mr_buf_printf(&out, "%s: %s", mr_code_name(err.code), err.message);
		if (must)
			fail_msg("%s %s: %s", operation, json, out.ptr);
	}
	answer = keep(out.len ? out.ptr : "", out.len);
	mr_buf_dispose(&out);
	mr_call_free(call);
	return answer;
}

const char *file_ask(struct file_world *world, const char *operation, const char *request, ...)
{
	const char *answer;
	va_list args;

	va_start(args, request);
	answer = ask_v(world, operation, request, args, false);
	va_end(args);
	return answer;
}

const char *file_do(struct file_world *world, const char *operation, const char *request, ...)
{
	const char *answer;
	va_list args;

	va_start(args, request);
	answer = ask_v(world, operation, request, args, true);
	va_end(args);
	return answer;
}

static const mr_json *find(const char *json, const char *path, mr_arena *arena)
{
	mr_json *tree;
	const mr_json *at;
	mr_error err;

	mr_error_init(&err);
	if (mr_json_parse(mr_str_from(json), arena, &tree, &err) != MR_OK)
		fail_msg("%s: %s", err.message, json);
	for (at = tree; at && *path;) {
		char part[128];
		size_t n = strcspn(path, ".");

		snprintf(part, sizeof part, "%.*s", (int)n, path);
		path += n + (path[n] == '.');
		if (at->type == MR_JSON_ARRAY)
			at = (size_t)atoi(part) < at->count ? &at->items[atoi(part)] : NULL;
		else
			at = mr_json_get(at, part);
	}
	return at;
}

const char *file_get(const char *json, const char *path)
{
	mr_arena *arena = mr_arena_new(0);
	const mr_json *at = find(json, path, arena);
	const char *text = at && at->text.ptr ? keep(at->text.ptr, at->text.len) : "";

	mr_arena_free(arena);
	return text;
}

int file_count(const char *json, const char *path)
{
	mr_arena *arena = mr_arena_new(0);
	const mr_json *at = find(json, path, arena);
	int n = at ? (int)at->count : 0;

	mr_arena_free(arena);
	return n;
}

/* ---- files ---- */

static void path_of(const struct file_world *world, const char *format, va_list args, char out[4096])
{
	int n = snprintf(out, 4096, "%s/", world->root);

	vsnprintf(out + n, 4096 - (size_t)n, format, args);
}

const char *file_text(const struct file_world *world, const char *path, ...)
{
	mr_arena *arena = mr_arena_new(0);
	const char *kept = NULL;
	char full[4096];
	va_list args;
	mr_str text;

	va_start(args, path);
	path_of(world, path, args, full);
	va_end(args);
	if (mr_file_read(mr_str_from(full), 1 << 20, arena, &text, NULL) == MR_OK)
		kept = keep(text.ptr, text.len);
	mr_arena_free(arena);
	return kept;
}

void file_write(const struct file_world *world, const char *text, const char *path, ...)
{
	char full[4096], *slash;
	va_list args;
	FILE *file;

	va_start(args, path);
	path_of(world, path, args, full);
	va_end(args);
	slash = strrchr(full, '/');
	*slash = 0;
	assert_int_equal(mr_dir_make(mr_str_from(full), NULL), MR_OK);
	*slash = '/';
	file = fopen(full, "wb");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

bool file_is_there(const struct file_world *world, const char *path, ...)
{
	char full[4096];
	struct stat st;
	va_list args;

	va_start(args, path);
	path_of(world, path, args, full);
	va_end(args);
	return lstat(full, &st) == 0;
}
