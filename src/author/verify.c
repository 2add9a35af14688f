/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a plugin folder is as it was installed.
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
#include "plugin/trust.h"

enum { PLUGIN_MAX = 1 << 30 };

/* Whether the file could be loaded, as the plugin host sees it. */
static mr_code check_loadable(const char *path, mr_arena *arena, mr_error *why)
{
	struct mr_note note;
	mr_code code = mr_trust_check(path, why);
	int fd = code == MR_OK ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

	if (code != MR_OK)
		return code;
	if (fd < 0)
		return mr_error_set(why, MR_IO_ERROR, "it cannot be opened: %s", strerror(errno));
	code = mr_note_from_fd(fd, arena, &note, why);
	close(fd);
	return code == MR_OK ? mr_note_check_abi(note.abi_major, note.abi_minor, why) : code;
}

static mr_code check_bytes(const struct mr_author_item *item, mr_str path, const struct mr_crypto *crypto,
			   mr_error *why)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str bytes;
	char hash[65];
	mr_code code = arena ? mr_file_read(path, PLUGIN_MAX, arena, &bytes, why) : mr_error_no_memory(why);

	if (code == MR_OK)
		code = crypto->sha256(bytes, hash, why);
	if (code == MR_OK && !mr_str_is(item->sha256, hash))
		code = mr_error_set(why, MR_DATA_LOSS,
				    "it was changed: its SHA-256 is %s, and was %.*s when it was installed", hash,
				    MR_STR_ARG(item->sha256));
	mr_arena_free(arena);
	return code;
}

static void judge(struct manifest *m, struct mr_author_item *item, const struct mr_crypto *crypto)
{
	mr_str path = mr_arena_printf(m->arena, "%s/%s", m->folder.ptr, item->file.ptr);
	struct stat st;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	if (!path.ptr)
		code = mr_error_no_memory(&why);
	else if (lstat(path.ptr, &st) < 0)
		code = mr_error_set(&why, MR_NOT_FOUND, "%s", errno == ENOENT ? "it is gone" : strerror(errno));
	else if (!S_ISREG(st.st_mode))
		code = mr_error_set(&why, MR_INVALID_STATE, "it is no regular file any more");
	else
		code = check_bytes(item, path, crypto, &why);
	if (code == MR_OK)
		code = check_loadable(path.ptr, m->arena, &why);
	item->well = code == MR_OK;
	item->state = code == MR_OK ? mr_str_from("as installed")
				    : mr_arena_copy(m->arena, mr_str_make(why.message, why.length));
}

static int is_plugin_file(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 3 && strcmp(entry->d_name + n - 3, ".so") == 0;
}

/* Files that are loaded from there all the same. */
static mr_code add_strangers(struct manifest *m, mr_error *err)
{
	struct dirent **names = NULL;
	int n = scandir(m->folder.ptr, &names, is_plugin_file, alphasort);
	mr_code code = MR_OK;

	for (int i = 0; i < n; i++) {
		struct mr_author_item item = {
			.file = mr_arena_copy(m->arena, mr_str_from(names[i]->d_name)),
			.name = mr_str_from(""),
			.version = mr_str_from(""),
			.sha256 = mr_str_from(""),
			.signed_by = mr_str_from(""),
			.from = mr_str_from(""),
			.state = mr_str_from("it was not installed by `millrace plugins install`")};

		if (code == MR_OK && !manifest_find(m, item.file))
			code = item.file.ptr ? manifest_put(m, &item, err) : mr_error_no_memory(err);
		free(names[i]);
	}
	free(names);
	return code;
}

mr_code mr_author_verify(mr_source_kind where, mr_arena *arena, struct mr_author_items *items, mr_error *err)
{
	const struct mr_crypto *crypto = mr_crypto_get(err);
	struct manifest m;
	mr_code code = crypto ? manifest_open(&m, where, false, arena, err) : err->code;

	if (code != MR_OK)
		return code;
	for (size_t i = 0; i < m.n; i++)
		judge(&m, &m.items[i], crypto);
	code = add_strangers(&m, err);
	items->folder = m.folder;
	items->list = m.items;
	items->n = m.n;
	manifest_close(&m);
	return code;
}
