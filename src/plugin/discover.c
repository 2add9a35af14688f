/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for plugin files. Nothing of a plugin runs here: names come from its
 * ELF note.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/os.h"
#include "plugin/note.h"
#include "plugin/python_env.h"
#include "plugin/registry.h"
#include "plugin/trust.h"

static bool listed_already(const struct registry *r, const struct stat *st)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->plugins[i]->info.file.len && r->plugins[i]->inode == st->st_ino &&
		    r->plugins[i]->device == st->st_dev)
			return true;
	return false;
}

static void fill_from_note(struct plugin *p, const struct mr_note *note)
{
	p->info.name = note->name;
	p->info.version = note->version;
	p->info.description = note->description;
	p->info.licence = note->licence;
	p->info.abi_major = note->abi_major;
	p->info.abi_minor = note->abi_minor;
	for (size_t i = 0; i < note->entries_n; i++) {
		p->info.entries[i].group = note->entries[i].group;
		p->info.entries[i].name = note->entries[i].name;
	}
}

/* Entries are known even of a plugin with the wrong ABI, so that whoever asks
 * for one of them is told why it does not work. */
static mr_code examine(const char *real, mr_arena *arena, struct mr_note *note, mr_error *err)
{
	int fd;
	mr_code code = mr_trust_check(real, err);

	if (code != MR_OK)
		return code;
	fd = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return mr_error_set(err, MR_IO_ERROR, "it cannot be opened: %s", strerror(errno));
	code = mr_note_from_fd(fd, arena, note, err);
	close(fd);
	if (code == MR_OK)
		code = mr_note_check_abi(note->abi_major, note->abi_minor, err);
	return code;
}

mr_code registry_add_file(struct registry *r, const char *path, mr_source_kind source, int index, mr_error *err)
{
	struct mr_note note = {0};
	struct plugin *p;
	struct stat st;
	mr_error why;
	char *real = realpath(path, NULL);

	if (!real || stat(real, &st) < 0) {
		free(real);
		return mr_error_set(err, MR_IO_ERROR, "The plugin file %s cannot be opened: %s", path, strerror(errno));
	}
	if (listed_already(r, &st)) {
		free(real);
		return MR_OK;
	}
	mr_error_init(&why);
	examine(real, r->arena, &note, &why);
	p = registry_append(r, source, index, note.entries_n, err);
	if (p) {
		p->info.file = mr_arena_copy(r->arena, mr_str_from(real));
		p->device = st.st_dev;
		p->inode = st.st_ino;
		fill_from_note(p, &note);
		if (!p->info.name.len) {
			const char *slash = strrchr(p->info.file.ptr, '/');

			p->info.name = mr_str_from(slash + 1);
		}
		if (why.code != MR_OK) {
			p->info.state = MR_PLUGIN_REFUSED;
			p->refused = why.code;
			p->info.why = mr_arena_copy(r->arena, mr_str_make(why.message, why.length));
		}
	}
	free(real);
	return p ? MR_OK : MR_RESOURCE_EXHAUSTED;
}

static int is_plugin_file(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 3 && strcmp(entry->d_name + n - 3, ".so") == 0;
}

static mr_code scan_folder(struct registry *r, const char *path, mr_source_kind source, int index, mr_error *err)
{
	struct dirent **names = NULL;
	char *real = realpath(path, NULL);
	mr_error why;
	mr_code code = MR_OK;
	int n;

	if (!real)
		return MR_OK; /* not there: nothing to find */
	mr_error_init(&why);
	if (mr_trust_check(real, &why) != MR_OK) {
		mr_log(MR_LOG_WARNING, "plugin", "Plugin folder left out: %s", why.message);
		free(real);
		return MR_OK;
	}
	n = scandir(real, &names, is_plugin_file, alphasort);
	for (int i = 0; i < n; i++) {
		mr_str file = mr_arena_printf(r->arena, "%s/%s", real, names[i]->d_name);

		mr_error_init(&why);
		if (file.ptr && registry_add_file(r, file.ptr, source, index, &why) != MR_OK)
			mr_log(MR_LOG_WARNING, "plugin", "%s", why.message);
		if (!file.ptr)
			code = mr_error_no_memory(err);
		free(names[i]);
	}
	free(names);
	free(real);
	return code;
}

static mr_code scan_path_variable(struct registry *r, mr_error *err)
{
	const char *value = secure_getenv("MILLRACE_PLUGIN_PATH");
	char *copy = value ? mr_arena_strdup(r->arena, value) : NULL, *save = NULL;
	int index = 0;
	mr_code code = MR_OK;

	for (char *part = copy ? strtok_r(copy, ":", &save) : NULL; part && code == MR_OK; part = strtok_r(NULL, ":", &save)) {
		struct stat st;
		mr_error why;

		mr_error_init(&why);
		if (stat(part, &st) == 0 && S_ISREG(st.st_mode)) {
			if (registry_add_file(r, part, MR_SOURCE_PATH, index, &why) != MR_OK)
				mr_log(MR_LOG_WARNING, "plugin", "%s", why.message);
		} else {
			code = scan_folder(r, part, MR_SOURCE_PATH, index, err);
		}
		index++;
	}
	return code;
}

mr_str mr_plugins_folder(mr_arena *arena, mr_source_kind source)
{
	const char *data = secure_getenv("XDG_DATA_HOME");
	mr_str base;

	if (source == MR_SOURCE_SYSTEM) {
		base = mr_os_module_dir(arena);
		return base.len ? mr_arena_printf(arena, "%.*s/plugins", MR_STR_ARG(base)) : mr_str_from("");
	}
	if (data && data[0] == '/')
		return mr_arena_printf(arena, "%s/millrace/plugins", data);
	base = mr_os_home(arena);
	return base.len ? mr_arena_printf(arena, "%.*s/.local/share/millrace/plugins", MR_STR_ARG(base)) : mr_str_from("");
}

static mr_code scan_source(struct registry *r, mr_source_kind source, mr_error *err)
{
	mr_str folder = mr_plugins_folder(r->arena, source);

	if (!folder.ptr)
		return mr_error_no_memory(err);
	return folder.len ? scan_folder(r, folder.ptr, source, 0, err) : MR_OK;
}

mr_code discover(struct registry *r, mr_error *err)
{
	mr_code code = scan_path_variable(r, err);

	if (code == MR_OK)
		code = python_discover(r, MR_SOURCE_PYTHON_NAMED, err);
	if (code == MR_OK)
		code = scan_source(r, MR_SOURCE_USER, err);
	if (code == MR_OK)
		code = python_discover(r, MR_SOURCE_PYTHON_OTHER, err);
	if (code == MR_OK)
		code = scan_source(r, MR_SOURCE_SYSTEM, err);
	return code;
}
