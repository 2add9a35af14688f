/* SPDX-License-Identifier: Apache-2.0
 *
 * Plugin files into a plugin folder. A file is read once; what is checked are
 * those bytes, and those bytes are written, so that whoever changes the file
 * meanwhile changes nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "author/manifest.h"
#include "base/os.h"
#include "crypto/crypto.h"
#include "plugin/note.h"

enum { PLUGIN_MAX = 1 << 30, TEXT_MAX = 1 << 16, FILES_MAX = 256 };

struct candidate {
	mr_str path; /* where it comes from */
	mr_str bytes;
	struct mr_author_item item;
	char *temporary; /* its path while it is not in its place; NULL: it is */
};

struct install {
	const struct mr_author_install *options;
	mr_arena *arena;
	struct manifest manifest;
	struct candidate *list;
	size_t n;
	mr_error *err;
};

/* ---- reading ---- */

static mr_code read_once(mr_str path, bool follow, size_t cap, mr_arena *arena, mr_str *out, mr_error *err)
{
	int fd = open(path.ptr, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW));
	struct stat st = {0};
	char *bytes = NULL;
	size_t used = 0;
	ssize_t n = 1;

	if (fd < 0)
		return mr_error_set(err, MR_IO_ERROR, "%s cannot be opened: %s", path.ptr,
				    errno == ELOOP ? "it is a symbolic link" : strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size < 0 || (uint64_t)st.st_size > cap) {
		close(fd);
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "%s is %s", path.ptr,
				    S_ISREG(st.st_mode) ? "too large" : "no regular file");
	}
	bytes = mr_arena_alloc(arena, (size_t)st.st_size + 1);
	while (bytes && n > 0 && used < (size_t)st.st_size) {
		n = read(fd, bytes + used, (size_t)st.st_size - used);
		used += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	if (!bytes)
		return mr_error_no_memory(err);
	if (used != (size_t)st.st_size)
		return mr_error_set(err, MR_IO_ERROR, "%s cannot be read to its end; it became shorter", path.ptr);
	bytes[used] = 0;
	*out = mr_str_make(bytes, used);
	return MR_OK;
}

static bool read_bytes(void *arg, uint64_t offset, void *out, size_t size)
{
	const mr_str *bytes = arg;

	if (offset > bytes->len || size > bytes->len - offset)
		return false;
	memcpy(out, bytes->ptr + offset, size);
	return true;
}

/* ---- checking ---- */

static bool is_plain_name(mr_str s)
{
	bool ok = s.len > 0 && s.len < 100 && s.ptr[0] != '.' && s.ptr[0] != '-';

	for (size_t i = 0; ok && i < s.len; i++)
		ok = (s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') ||
		     (s.ptr[i] >= '0' && s.ptr[i] <= '9') || strchr("._-", s.ptr[i]);
	return ok;
}

static mr_code check_note(struct install *in, struct candidate *c)
{
	struct mr_note note;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = mr_note_parse(read_bytes, &c->bytes, c->bytes.len, in->arena, &note, &why);
	if (code == MR_OK)
		code = mr_note_check_abi(note.abi_major, note.abi_minor, &why);
	if (code == MR_OK && !is_plain_name(note.name))
		code = mr_error_set(
			&why, MR_INVALID_PARAMETER_VALUE,
			"its name '%.*s' cannot be that of a file; names have letters, digits, '.', '_' and '-'",
			MR_STR_ARG(note.name));
	if (code != MR_OK)
		return mr_error_set(in->err, code, "%s is not installed: %s", c->path.ptr, why.message);
	c->item.name = note.name;
	c->item.version = note.version;
	c->item.file = mr_arena_printf(in->arena, "%.*s.so", MR_STR_ARG(note.name));
	return c->item.file.ptr ? MR_OK : mr_error_no_memory(in->err);
}

static mr_code check_sum(struct install *in, struct candidate *c, const struct mr_crypto *crypto)
{
	mr_str wanted = in->options->checksum;
	char hash[65];
	mr_code code = crypto->sha256(c->bytes, hash, in->err);

	if (code != MR_OK)
		return code;
	c->item.sha256 = mr_arena_copy(in->arena, mr_str_from(hash));
	if (wanted.len && (wanted.len != 64 || strncasecmp(wanted.ptr, hash, 64) != 0))
		return mr_error_set(
			in->err, MR_PERMISSION_DENIED,
			"%s is not installed: its SHA-256 is %s, not %.*s; fetch it again from a source that you trust",
			c->path.ptr, hash, MR_STR_ARG(wanted));
	return c->item.sha256.ptr ? MR_OK : mr_error_no_memory(in->err);
}

static mr_code check_signature(struct install *in, struct candidate *c, const struct mr_crypto *crypto)
{
	mr_str key, signature, path = in->options->signature;
	mr_error why;
	mr_code code;

	if (!in->options->key.len)
		return MR_OK;
	if (!path.len)
		path = mr_arena_printf(in->arena, "%s.minisig", c->path.ptr);
	mr_error_init(&why);
	code = read_once(in->options->key, true, TEXT_MAX, in->arena, &key, &why);
	if (code == MR_OK)
		code = read_once(path, true, TEXT_MAX, in->arena, &signature, &why);
	if (code == MR_OK)
		code = crypto->verify(key, signature, c->bytes, in->arena, &c->item.signed_by, &why);
	return code == MR_OK ? MR_OK : mr_error_set(in->err, code, "%s is not installed: %s", c->path.ptr, why.message);
}

/* A file that this command did not put there is not replaced. */
static mr_code check_place(struct install *in, const struct candidate *c)
{
	mr_str path = mr_arena_printf(in->arena, "%s/%s", in->manifest.folder.ptr, c->item.file.ptr);
	struct stat st;

	if (!path.ptr)
		return mr_error_no_memory(in->err);
	if (!manifest_find(&in->manifest, c->item.file) && lstat(path.ptr, &st) == 0)
		return mr_error_set(in->err, MR_ALREADY_EXISTS,
				    "%s is there, and was not installed by `millrace plugins install`; remove it first",
				    path.ptr);
	for (const struct candidate *other = in->list; other < c; other++)
		if (mr_str_eq(other->item.file, c->item.file))
			return mr_error_set(in->err, MR_INVALID_PARAMETER_VALUE, "%s and %s are both the plugin %.*s",
					    other->path.ptr, c->path.ptr, MR_STR_ARG(c->item.name));
	return MR_OK;
}

/* ---- candidates ---- */

static int is_plugin_file(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 3 && strcmp(entry->d_name + n - 3, ".so") == 0;
}

static mr_code find_candidates(struct install *in, bool *folder)
{
	struct dirent **names = NULL;
	struct stat st;
	int n;

	in->list = mr_arena_zalloc(in->arena, FILES_MAX * sizeof *in->list);
	if (!in->list)
		return mr_error_no_memory(in->err);
	if (stat(in->options->path.ptr, &st) < 0)
		return mr_error_set(in->err, MR_IO_ERROR, "%s: %s", in->options->path.ptr, strerror(errno));
	*folder = S_ISDIR(st.st_mode);
	if (!*folder) {
		in->list[in->n++].path = in->options->path;
		return MR_OK;
	}
	n = scandir(in->options->path.ptr, &names, is_plugin_file, alphasort);
	for (int i = 0; i < n; i++) {
		if (in->n < FILES_MAX)
			in->list[in->n++].path =
				mr_arena_printf(in->arena, "%s/%s", in->options->path.ptr, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	if (!in->n)
		return mr_error_set(in->err, MR_RESOURCE_DOES_NOT_EXIST, "There is no .so file in %s",
				    in->options->path.ptr);
	if (in->n > 1 && (in->options->checksum.len || in->options->signature.len))
		return mr_error_set(in->err, MR_INVALID_PARAMETER_VALUE,
				    "--checksum and --signature are of one file, and %s has %zu", in->options->path.ptr,
				    in->n);
	return MR_OK;
}

static mr_code examine(struct install *in, struct candidate *c, bool follow)
{
	const struct mr_crypto *crypto = mr_crypto_get(in->err);
	mr_code code = crypto ? read_once(c->path, follow, PLUGIN_MAX, in->arena, &c->bytes, in->err) : in->err->code;

	if (code == MR_OK)
		code = check_sum(in, c, crypto);
	if (code == MR_OK)
		code = check_signature(in, c, crypto);
	if (code == MR_OK)
		code = check_note(in, c);
	if (code == MR_OK)
		code = check_place(in, c);
	c->item.from = mr_os_absolute(in->arena, c->path);
	c->item.installed_ms = mr_time_ms();
	c->item.well = true;
	c->item.state = mr_str_from("installed");
	return code == MR_OK && !c->item.from.ptr ? mr_error_no_memory(in->err) : code;
}

/* ---- writing ---- */

static mr_code io_failed(struct install *in, const char *path)
{
	return mr_error_set(in->err, MR_IO_ERROR, "%s cannot be written: %s", path, strerror(errno));
}

/* Beside its place, and on the disk. */
static mr_code write_beside(struct install *in, struct candidate *c)
{
	mr_str name = mr_arena_printf(in->arena, "%s/.%s.XXXXXX", in->manifest.folder.ptr, c->item.file.ptr);
	char *path = name.ptr ? mr_arena_strdup(in->arena, name.ptr) : NULL;
	size_t done = 0;
	bool ok;
	int fd;

	if (!path)
		return mr_error_no_memory(in->err);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return io_failed(in, path);
	c->temporary = path;
	ok = fchmod(fd, 0644) == 0;
	while (ok && done < c->bytes.len) {
		ssize_t n = write(fd, c->bytes.ptr + done, c->bytes.len - done);

		ok = n > 0 || (n < 0 && errno == EINTR);
		done += n > 0 ? (size_t)n : 0;
	}
	ok = ok && fsync(fd) == 0;
	return (close(fd) == 0 && ok) ? MR_OK : io_failed(in, path);
}

static int is_leftover(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] == '.' && n > 11 && memcmp(entry->d_name + n - 10, ".so.", 4) == 0;
}

/* What a command that was killed left beside the places; nobody else holds the lock. */
static void drop_leftovers(const struct manifest *m)
{
	struct dirent **names = NULL;
	int n = scandir(m->folder.ptr, &names, is_leftover, alphasort);

	for (int i = 0; i < n; i++) {
		mr_str path = mr_arena_printf(m->arena, "%s/%s", m->folder.ptr, names[i]->d_name);

		if (path.ptr)
			unlink(path.ptr);
		free(names[i]);
	}
	free(names);
}

static mr_code move_in(struct install *in, struct candidate *c)
{
	mr_str path = mr_arena_printf(in->arena, "%s/%s", in->manifest.folder.ptr, c->item.file.ptr);

	if (!path.ptr)
		return mr_error_no_memory(in->err);
	if (rename(c->temporary, path.ptr) < 0)
		return io_failed(in, path.ptr);
	c->temporary = NULL;
	return manifest_put(&in->manifest, &c->item, in->err);
}

static mr_code write_all(struct install *in)
{
	mr_code code = MR_OK;

	for (size_t i = 0; i < in->n && code == MR_OK; i++)
		code = write_beside(in, &in->list[i]);
	for (size_t i = 0; i < in->n && code == MR_OK; i++)
		code = move_in(in, &in->list[i]);
	if (code == MR_OK)
		code = manifest_write(&in->manifest, in->err); /* syncs the folder */
	for (size_t i = 0; i < in->n; i++)
		if (in->list[i].temporary)
			unlink(in->list[i].temporary);
	return code;
}

mr_code mr_author_install(const struct mr_author_install *options, mr_arena *arena, struct mr_author_items *items,
			  mr_error *err)
{
	struct install in = {.options = options, .arena = arena, .err = err};
	bool folder = false;
	mr_code code = manifest_open(&in.manifest, options->where, true, arena, err);

	if (code != MR_OK)
		return code;
	drop_leftovers(&in.manifest);
	code = find_candidates(&in, &folder);
	for (size_t i = 0; i < in.n && code == MR_OK; i++)
		code = examine(&in, &in.list[i], !folder);
	if (code == MR_OK)
		code = write_all(&in);
	items->folder = in.manifest.folder;
	items->list = code == MR_OK ? mr_arena_alloc(arena, (in.n + 1) * sizeof *items->list) : NULL;
	items->n = items->list ? in.n : 0;
	for (size_t i = 0; i < items->n; i++)
		items->list[i] = in.list[i].item;
	manifest_close(&in.manifest);
	return code;
}

mr_code mr_author_remove(mr_source_kind where, mr_str name, mr_arena *arena, struct mr_author_items *items,
			 mr_error *err)
{
	struct manifest m;
	struct mr_author_item *found;
	mr_str path;
	mr_code code = manifest_open(&m, where, true, arena, err);

	if (code != MR_OK)
		return code;
	found = manifest_find(&m, name);
	items->folder = m.folder;
	items->list = mr_arena_zalloc(arena, sizeof *items->list);
	items->n = 1;
	if (!found || !items->list) {
		code = mr_error_set(
			err, MR_RESOURCE_DOES_NOT_EXIST,
			"No plugin '%.*s' was installed into %s; `millrace plugins verify` shows those that were",
			MR_STR_ARG(name), m.folder.ptr);
	} else {
		*items->list = *found;
		path = mr_arena_printf(arena, "%s/%s", m.folder.ptr, found->file.ptr);
		if (!path.ptr)
			code = mr_error_no_memory(err);
		else if (unlink(path.ptr) < 0 && errno != ENOENT)
			code = mr_error_set(err, MR_IO_ERROR, "%s cannot be removed: %s", path.ptr, strerror(errno));
	}
	if (code == MR_OK) {
		manifest_drop(&m, found);
		code = manifest_write(&m, err);
	}
	manifest_close(&m);
	return code;
}
