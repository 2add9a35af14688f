/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "model/fetch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/transfer.h"
#include "base/os.h"
#include "base/uri.h"

static bool begins(mr_str s, const char *with)
{
	size_t n = strlen(with);

	return s.len >= n && !memcmp(s.ptr, with, n);
}

/* A scheme is letters before "://" or, for MLflow's own, before ":/". */
static bool has_scheme(mr_str uri)
{
	size_t i = 0;

	while (i < uri.len && ((uri.ptr[i] | 32) >= 'a' || strchr("0123456789+-.", uri.ptr[i])) && uri.ptr[i] != '/')
		i++;
	return i > 1 && i + 1 < uri.len && uri.ptr[i] == ':' && uri.ptr[i + 1] == '/';
}

static mr_code local(mr_str uri, mr_arena *arena, struct mr_fetched *out, mr_error *err)
{
	struct mr_uri parts;
	mr_str path = uri;
	mr_code code = MR_OK;

	if (begins(uri, "file:")) {
		code = mr_uri_parse(uri, &parts, err);
		if (code)
			return code;
		code = mr_uri_decode(arena, parts.path, &path, err);
		if (code)
			return code;
	}
	out->folder = path.ptr ? mr_os_absolute(arena, path) : path;
	return out->folder.ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code download(mr_str uri, mr_arena *arena, struct mr_fetched *out, mr_error *err)
{
	const char *tmp = mr_getenv("TMPDIR");
	mr_artifact_handle *repository = NULL;
	struct mr_transfer transfer = {0};
	mr_str root, path, template;
	mr_code code;

	template = mr_arena_printf(arena, "%s/millrace-model-XXXXXX", tmp ? tmp : "/tmp");
	if (!template.ptr)
		return mr_error_no_memory(err);
	code = mr_transfer_split_uri(arena, uri, &root, &path, err);
	if (!code)
		code = mr_artifact_handle_open(root, &repository, err);
	if (!code && !mkdtemp((char *)template.ptr))
		code = mr_error_set(err, MR_IO_ERROR, "No folder can be made for the model's files: %s", template.ptr);
	if (!code) {
		out->temporary = template;
		code = mr_transfer_download(repository, path, template, &transfer, arena, &out->folder, err);
	}
	mr_artifact_handle_close(repository);
	if (code)
		mr_model_fetched_remove(out);
	return code;
}

mr_code mr_model_fetch(mr_str uri, mr_arena *arena, struct mr_fetched *out, mr_error *err)
{
	memset(out, 0, sizeof *out);
	if (!uri.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Name the model: a folder, runs:/ID/PATH, models:/NAME/VERSION or models:/NAME@ALIAS");
	return begins(uri, "file:") || !has_scheme(uri) ? local(uri, arena, out, err) : download(uri, arena, out, err);
}

/* Never follows a link out of the folder. */
static void remove_in(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		(void)unlinkat(parent, name, 0);
		return;
	}
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			remove_in(dirfd(dir), entry->d_name);
	closedir(dir);
	(void)unlinkat(parent, name, AT_REMOVEDIR);
}

void mr_model_fetched_remove(struct mr_fetched *fetched)
{
	if (fetched->temporary.len)
		remove_in(AT_FDCWD, fetched->temporary.ptr);
	fetched->temporary = mr_str_make("", 0);
}
