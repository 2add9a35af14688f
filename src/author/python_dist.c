/* SPDX-License-Identifier: Apache-2.0 */
#include "author/python_dist.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "author/manifest.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "plugin/note.h"
#include "plugin/trust.h"

enum { TEXT_MAX = 1 << 20 };

/* ---- names ---- */

static bool is_one_of(char c, const char *others)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr(others, c));
}

/* "Site-Tags" as "site_tags": a distribution's name in the name of its folder. */
static mr_str folder_name(mr_arena *arena, mr_str name)
{
	char *out = mr_arena_alloc(arena, name.len + 1);
	size_t n = 0;

	for (size_t i = 0; out && i < name.len; i++) {
		char c = name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? (char)(name.ptr[i] - 'A' + 'a') : name.ptr[i];

		if (is_one_of(c, ""))
			out[n++] = c;
		else if (n && out[n - 1] != '_')
			out[n++] = '_';
	}
	return mr_str_make(out, n);
}

/* A plugin's version is any text, Python's begins with a number: "0+nightly.7" of "nightly-7". */
static mr_str python_version(mr_arena *arena, mr_str version)
{
	bool plain = version.len && version.ptr[0] >= '0' && version.ptr[0] <= '9';
	char *out = mr_arena_alloc(arena, version.len + 3);
	size_t n = 0;

	for (size_t i = 0; i < version.len; i++)
		plain = plain && is_one_of(version.ptr[i], ".+");
	if (!out || plain)
		return out ? version : mr_str_make(NULL, 0);
	out[n++] = '0';
	out[n++] = '+';
	for (size_t i = 0; i < version.len; i++) {
		char c = version.ptr[i] >= 'A' && version.ptr[i] <= 'Z' ? (char)(version.ptr[i] - 'A' + 'a') : version.ptr[i];

		if (is_one_of(c, ""))
			out[n++] = c;
		else if (out[n - 1] != '.' && out[n - 1] != '+')
			out[n++] = '.';
	}
	while (out[n - 1] == '.' || out[n - 1] == '+')
		n--;
	return mr_str_make(out, n);
}

/* "nmy_2dx" of "my-x": an attribute for any name, as millrace.mlflow_plugins.entry.attribute makes it. */
static void add_attribute(mr_buf *out, mr_str name)
{
	mr_buf_char(out, 'n');
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];

		if ((c >= 'A' && c <= 'Z') || is_one_of((char)c, ""))
			mr_buf_char(out, (char)c);
		else
			mr_buf_printf(out, "_%02x", c);
	}
}

/* ---- texts ---- */

static const struct {
	const char *group, *object;
	bool by_name; /* object is a module, and the attribute says the name */
} groups[] = {
	{MR_GROUP_TRACKING_STORE, "entry:tracking_store", false},
	{MR_GROUP_MODEL_REGISTRY_STORE, "entry:registry_store", false},
	{MR_GROUP_ARTIFACT_REPOSITORY, "entry:artifact_repository", false},
	{MR_GROUP_PROJECT_BACKEND, "backends", true},
	{MR_GROUP_MODEL_EVALUATOR, "evaluators", true},
	{MR_GROUP_REQUEST_AUTH, "auth", true},
	{MR_GROUP_DEPLOYMENTS, "deployments", true},
};

/* What the syntax of entry_points.txt can say. */
static bool can_be_said(mr_str name)
{
	bool ok = name.len > 0 && !strchr("[#; ", name.ptr[0]);

	for (size_t i = 0; i < name.len && ok; i++)
		ok = (unsigned char)name.ptr[i] > 31 && !strchr("=:", name.ptr[i]);
	return ok;
}

static bool write_entries(const struct mr_note *note, mr_buf *out)
{
	bool any = false;

	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
		bool open = false;

		for (size_t i = 0; i < note->entries_n; i++) {
			const struct mr_note_entry *e = &note->entries[i];

			if (!mr_str_is(e->group, groups[g].group) || !can_be_said(e->name))
				continue;
			if (!open)
				mr_buf_printf(out, "%s[%s]\n", any ? "\n" : "", groups[g].group);
			open = any = true;
			mr_buf_printf(out, "%.*s = millrace.mlflow_plugins.%s", MR_STR_ARG(e->name), groups[g].object);
			if (groups[g].by_name) {
				mr_buf_char(out, ':');
				add_attribute(out, e->name);
			}
			mr_buf_char(out, '\n');
		}
	}
	return any;
}

static void write_line(mr_buf *out, const char *header, mr_str value)
{
	if (!value.len)
		return;
	mr_buf_printf(out, "%s: ", header);
	for (size_t i = 0; i < value.len; i++)
		mr_buf_char(out, (unsigned char)value.ptr[i] < 32 ? ' ' : value.ptr[i]);
	mr_buf_char(out, '\n');
}

static void write_metadata(const struct mr_note *note, mr_str version, const char *file, mr_buf *out)
{
	write_line(out, "Metadata-Version", mr_str_from("2.1"));
	mr_buf_printf(out, "Name: millrace-plugin-%.*s\n", MR_STR_ARG(note->name));
	write_line(out, "Version", version);
	write_line(out, "Summary", note->description);
	write_line(out, "License", note->licence);
	mr_buf_printf(out,
		      "Requires-Dist: millrace\n\nThe native plugin %s, for MLflow. `millrace plugins remove` takes it away; `millrace "
		      "python sync` keeps this in step with it.\n",
		      file);
}

static int hex(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* RECORD wants the URL-safe base64 of a digest, without padding. */
static mr_code add_digest(mr_str text, mr_buf *out, mr_error *err)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const struct mr_crypto *crypto = mr_crypto_get(err);
	char digest[65];
	unsigned bits = 0, have = 0;

	if (!crypto)
		return err->code;
	if (crypto->sha256(text, digest, err) != MR_OK)
		return err->code;
	for (const char *p = digest; *p; p++) {
		bits = bits << 4 | (unsigned)hex(*p);
		have += 4;
		if (have >= 6) {
			have -= 6;
			mr_buf_char(out, letters[bits >> have & 63]);
		}
	}
	if (have)
		mr_buf_char(out, letters[bits << (6 - have) & 63]);
	return MR_OK;
}

static mr_code write_record(const struct dist *d, mr_buf *out, mr_error *err)
{
	mr_code code = MR_OK;

	for (size_t i = 0; i + 1 < DIST_FILES && code == MR_OK; i++) {
		mr_buf_printf(out, "%.*s/%s,sha256=", MR_STR_ARG(d->folder), d->files[i].name);
		code = add_digest(d->files[i].text, out, err);
		mr_buf_printf(out, ",%zu\n", d->files[i].text.len);
	}
	mr_buf_printf(out, "%.*s/RECORD,,\n", MR_STR_ARG(d->folder));
	return code;
}

static mr_code take(struct dist_list *list, struct dist_file *file, const char *name, mr_buf *buf, mr_error *err)
{
	mr_code code = mr_buf_check(buf, err);

	*file = (struct dist_file){name, mr_arena_copy(list->arena, mr_buf_view(buf))};
	mr_buf_dispose(buf);
	mr_buf_init(buf, TEXT_MAX);
	return code == MR_OK && !file->text.ptr ? mr_error_no_memory(err) : code;
}

/* ---- plugins ---- */

static mr_code append(struct dist_list *list, const struct dist *d, mr_error *err)
{
	for (size_t i = 0; i < list->n; i++)
		if (mr_str_eq(list->items[i].folder, d->folder))
			return MR_OK; /* the user's own comes first */
	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 8;
		struct dist *grown = mr_arena_grow(list->arena, list->items, list->room * sizeof *grown, room * sizeof *grown);

		if (!grown)
			return mr_error_no_memory(err);
		list->items = grown;
		list->room = room;
	}
	list->items[list->n++] = *d;
	return MR_OK;
}

static mr_code make(struct dist_list *list, const struct mr_note *note, const char *file, mr_error *err)
{
	mr_str version = python_version(list->arena, note->version);
	struct dist d = {.plugin = note->name, .version = note->version};
	mr_code code;
	mr_buf buf;

	d.folder = mr_arena_printf(list->arena, DIST_PREFIX "%.*s-%.*s" DIST_SUFFIX, MR_STR_ARG(folder_name(list->arena, note->name)),
				   MR_STR_ARG(version));
	if (!version.ptr || !d.folder.ptr)
		return mr_error_no_memory(err);
	mr_buf_init(&buf, TEXT_MAX);
	if (!write_entries(note, &buf)) {
		mr_buf_dispose(&buf);
		return MR_OK;
	}
	code = take(list, &d.files[0], "entry_points.txt", &buf, err);
	write_metadata(note, version, file, &buf);
	if (code == MR_OK)
		code = take(list, &d.files[1], "METADATA", &buf, err);
	mr_buf_str(&buf, mr_str_from(DIST_INSTALLER));
	if (code == MR_OK)
		code = take(list, &d.files[2], "INSTALLER", &buf, err);
	if (code == MR_OK)
		code = write_record(&d, &buf, err);
	if (code == MR_OK)
		code = take(list, &d.files[3], "RECORD", &buf, err);
	mr_buf_dispose(&buf);
	return code == MR_OK ? append(list, &d, err) : code;
}

/* A file that could not be loaded is none. */
static mr_code add_file(struct dist_list *list, const char *folder, const char *name, mr_error *err)
{
	mr_str path = mr_arena_printf(list->arena, "%s/%s", folder, name);
	struct mr_note note = {0};
	mr_error why;
	int fd;

	if (!path.ptr)
		return mr_error_no_memory(err);
	mr_error_init(&why);
	fd = open(path.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return MR_OK;
	if (mr_trust_check(path.ptr, &why) == MR_OK && mr_note_from_fd(fd, list->arena, &note, &why) == MR_OK)
		mr_note_check_abi(note.abi_major, note.abi_minor, &why);
	close(fd);
	if (why.code == MR_OK)
		return make(list, &note, path.ptr, err);
	mr_log(MR_LOG_DEBUG, "plugin", "%s is left out: %s", path.ptr, why.message);
	return why.code == MR_RESOURCE_EXHAUSTED ? mr_error_no_memory(err) : MR_OK;
}

static int is_plugin_file(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 3 && strcmp(entry->d_name + n - 3, ".so") == 0;
}

static mr_code add_user(struct dist_list *list, mr_error *err)
{
	mr_str folder = mr_plugins_folder(list->arena, MR_SOURCE_USER);
	char *real = folder.len ? realpath(folder.ptr, NULL) : NULL;
	struct dirent **names = NULL;
	mr_code code = MR_OK;
	int n = real ? scandir(real, &names, is_plugin_file, alphasort) : 0;

	for (int i = 0; i < n; i++) {
		if (code == MR_OK)
			code = add_file(list, real, names[i]->d_name, err);
		free(names[i]);
	}
	free(names);
	free(real);
	return code;
}

/* Of the package's own plugins nothing is to be said: what comes with it stands in its own entry points. */
static mr_code add_system(struct dist_list *list, mr_str site, mr_error *err)
{
	mr_str folder = mr_plugins_folder(list->arena, MR_SOURCE_SYSTEM);
	char *real = folder.len ? realpath(folder.ptr, NULL) : NULL;
	struct manifest m;
	mr_code code = MR_OK;

	if (real && site.len && strlen(real) > site.len && !memcmp(real, site.ptr, site.len) && real[site.len] == '/')
		code = manifest_open(&m, MR_SOURCE_SYSTEM, false, list->arena, err);
	else
		m.n = 0;
	for (size_t i = 0; i < m.n && code == MR_OK; i++)
		code = add_file(list, m.folder.ptr, m.items[i].file.ptr, err);
	free(real);
	return code;
}

mr_code dist_list_fill(struct dist_list *list, mr_str site, mr_error *err)
{
	mr_code code = add_user(list, err);

	return code == MR_OK ? add_system(list, site, err) : code;
}
