/* SPDX-License-Identifier: Apache-2.0 */
#include "author/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/json.h"
#include "base/os.h"
#include "plugin/trust.h"

enum { MANIFEST_MAX = 16 << 20 };

static mr_code find_folder(struct manifest *m, mr_source_kind where, bool change, bool *there, mr_error *err)
{
	mr_str folder = mr_plugins_folder(m->arena, where);
	char *real;
	mr_code code = folder.ptr ? MR_OK : mr_error_no_memory(err);

	if (code == MR_OK && !folder.len)
		code = mr_error_set(err, MR_INVALID_STATE, "There is no folder for plugins: %s",
				    where == MR_SOURCE_USER ? "set HOME" : "this Millrace is not installed");
	if (code == MR_OK && change)
		code = mr_dir_make(folder, err);
	if (code != MR_OK)
		return code;
	m->folder = folder;
	real = realpath(folder.ptr, NULL);
	*there = real != NULL;
	if (real) {
		m->folder = mr_arena_copy(m->arena, mr_str_from(real));
		code = mr_trust_check(real, err);
	}
	free(real);
	return code;
}

static mr_code lock_folder(struct manifest *m, mr_error *err)
{
	mr_str path = mr_arena_printf(m->arena, "%s/.lock", m->folder.ptr);

	m->lock = path.ptr ? open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (m->lock < 0)
		return mr_error_set(err, errno == EACCES || errno == EROFS ? MR_PERMISSION_DENIED : MR_IO_ERROR,
				    "The plugin folder %s cannot be changed: %s%s", m->folder.ptr, strerror(errno),
				    errno == EACCES ? "; use --user, or run it as root" : "");
	if (flock(m->lock, LOCK_EX) < 0)
		return mr_error_set(err, MR_IO_ERROR, "The plugin folder %s cannot be locked: %s", m->folder.ptr,
				    strerror(errno));
	return MR_OK;
}

static bool is_file_name(mr_str s)
{
	return s.len > 3 && s.ptr[0] != '.' && !memchr(s.ptr, '/', s.len) && !memchr(s.ptr, 0, s.len);
}

static mr_code read_items(struct manifest *m, mr_str path, mr_error *err)
{
	mr_json *tree = NULL;
	mr_str text;
	const mr_json *list;
	mr_code code = mr_file_read(path, MANIFEST_MAX, m->arena, &text, err);

	if (code == MR_OK)
		code = mr_json_parse(text, m->arena, &tree, err);
	if (code != MR_OK)
		return code;
	list = tree->type == MR_JSON_OBJECT ? mr_json_get(tree, "plugins") : NULL;
	for (size_t i = 0; list && list->type == MR_JSON_ARRAY && i < list->count && code == MR_OK; i++) {
		const mr_json *one = &list->items[i];
		struct mr_author_item item = {0};

		if (one->type != MR_JSON_OBJECT)
			continue;
		item.file = mr_json_str(mr_json_get(one, "file"), mr_str_from(""));
		item.name = mr_json_str(mr_json_get(one, "name"), mr_str_from(""));
		item.version = mr_json_str(mr_json_get(one, "version"), mr_str_from(""));
		item.sha256 = mr_json_str(mr_json_get(one, "sha256"), mr_str_from(""));
		item.signed_by = mr_json_str(mr_json_get(one, "signed_by"), mr_str_from(""));
		item.from = mr_json_str(mr_json_get(one, "from"), mr_str_from(""));
		item.installed_ms = mr_json_int(mr_json_get(one, "installed_ms"), 0);
		if (!is_file_name(item.file))
			return mr_error_set(
				err, MR_INVALID_STATE,
				"%s names the file '%.*s', which is none of its folder; somebody changed it", path.ptr,
				MR_STR_ARG(item.file));
		item.file = mr_arena_copy(m->arena, item.file); /* with a NUL behind it */
		code = item.file.ptr ? manifest_put(m, &item, err) : mr_error_no_memory(err);
	}
	return code;
}

mr_code manifest_open(struct manifest *m, mr_source_kind where, bool change, mr_arena *arena, mr_error *err)
{
	bool there = false;
	mr_str path;
	mr_code code;

	memset(m, 0, sizeof *m);
	m->arena = arena;
	m->lock = -1;
	code = find_folder(m, where, change, &there, err);
	if (code == MR_OK && change)
		code = lock_folder(m, err);
	if (code == MR_OK && there) {
		path = mr_arena_printf(arena, "%s/installed.json", m->folder.ptr);
		if (!path.ptr)
			code = mr_error_no_memory(err);
		else if (access(path.ptr, F_OK) == 0)
			code = read_items(m, path, err);
	}
	if (code != MR_OK)
		manifest_close(m);
	return code;
}

void manifest_close(struct manifest *m)
{
	if (m->lock >= 0)
		close(m->lock);
	m->lock = -1;
}

mr_code manifest_write(const struct manifest *m, mr_error *err)
{
	mr_str path = mr_arena_printf(m->arena, "%s/installed.json", m->folder.ptr);
	mr_json_writer w;
	mr_buf buf;
	mr_code code;

	mr_buf_init(&buf, MANIFEST_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("plugins"));
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; i < m->n; i++) {
		mr_json_write_begin(&w, '{');
		mr_json_write_text(&w, "file", m->items[i].file);
		mr_json_write_text(&w, "name", m->items[i].name);
		mr_json_write_text(&w, "version", m->items[i].version);
		mr_json_write_text(&w, "sha256", m->items[i].sha256);
		mr_json_write_text(&w, "signed_by", m->items[i].signed_by);
		mr_json_write_text(&w, "from", m->items[i].from);
		mr_json_write_key(&w, mr_str_from("installed_ms"));
		mr_json_write_int(&w, m->items[i].installed_ms);
		mr_json_write_end(&w, '}');
	}
	mr_json_write_end(&w, ']');
	mr_json_write_end(&w, '}');
	mr_buf_char(&buf, '\n');
	code = path.ptr ? mr_buf_check(&buf, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = mr_file_write_atomic(path, mr_buf_view(&buf), err);
	mr_buf_dispose(&buf);
	return code;
}

struct mr_author_item *manifest_find(const struct manifest *m, mr_str name)
{
	for (size_t i = 0; i < m->n; i++)
		if (mr_str_eq(m->items[i].name, name) || mr_str_eq(m->items[i].file, name))
			return &m->items[i];
	return NULL;
}

mr_code manifest_put(struct manifest *m, const struct mr_author_item *item, mr_error *err)
{
	struct mr_author_item *old = manifest_find(m, item->file);

	if (old) {
		*old = *item;
		return MR_OK;
	}
	if (m->n == m->room) {
		size_t room = m->room ? 2 * m->room : 8;
		struct mr_author_item *grown =
			mr_arena_grow(m->arena, m->items, m->room * sizeof *grown, room * sizeof *grown);

		if (!grown)
			return mr_error_no_memory(err);
		m->items = grown;
		m->room = room;
	}
	m->items[m->n++] = *item;
	return MR_OK;
}

void manifest_drop(struct manifest *m, struct mr_author_item *item)
{
	size_t behind = (size_t)(m->items + m->n - item) - 1;

	memmove(item, item + 1, behind * sizeof *item);
	m->n--;
}
