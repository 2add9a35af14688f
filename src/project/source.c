/* SPDX-License-Identifier: Apache-2.0 */
#include "project/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive.h"
#include "base/log.h"
#include "base/nearest.h"
#include "base/os.h"
#include "base/uri.h"
#include "git/git.h"
#include "plugin/outgoing.h"
#include "project/temporary.h"

/* Of a zip. Above this it is taken for one that was made to fill disks. */
static const struct mr_archive_limits limits = {INT64_C(16) << 30, 1000000};

enum { NAMES_MAX = 1024 };

struct fetching {
	mr_arena *arena;
	const struct source_request *request;
	mr_str base, subfolder; /* of the URI */
	mr_str local;           /* base as an absolute path; empty: there is nothing there */
	mr_error *err;
};

static void say(const struct fetching *f, mr_str into)
{
	mr_str shown = mr_uri_redact(f->arena, f->request->uri);
	mr_str line = mr_arena_printf(f->arena, "Fetching project from %.*s into %.*s", MR_STR_ARG(shown), MR_STR_ARG(into));

	if (f->request->progress && line.ptr)
		f->request->progress(f->request->arg, line.ptr);
}

/* ---- the URI ---- */

static mr_str strip_quotes(mr_str s)
{
	while (s.len && (s.ptr[0] == '\'' || s.ptr[0] == '"'))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && (s.ptr[s.len - 1] == '\'' || s.ptr[s.len - 1] == '"'))
		s.len--;
	return s;
}

static mr_code split(struct fetching *f)
{
	mr_str uri = mr_arena_copy(f->arena, strip_quotes(f->request->uri));
	const char *hash = uri.ptr ? memchr(uri.ptr, '#', uri.len) : NULL;

	if (!uri.ptr)
		return mr_error_no_memory(f->err);
	if (!uri.len)
		return mr_error_set(f->err, MR_INVALID_PARAMETER_VALUE, "The URI of a project is empty");
	f->base = uri;
	f->subfolder = mr_str_make("", 0);
	if (!hash)
		return MR_OK;
	f->base = mr_arena_copy(f->arena, mr_str_make(uri.ptr, (size_t)(hash - uri.ptr)));
	f->subfolder = mr_str_make(hash + 1, uri.len - (size_t)(hash - uri.ptr) - 1);
	if (memchr(f->subfolder.len ? f->subfolder.ptr : "x", '.', f->subfolder.len))
		return mr_error_set(f->err, MR_INVALID_PARAMETER_VALUE, "'.' is not allowed in project subdirectory paths.");
	if (f->subfolder.len && f->subfolder.ptr[0] == '/')
		return mr_error_set(f->err, MR_INVALID_PARAMETER_VALUE, "The subfolder of a project is relative, not '%.*s'",
				    MR_STR_ARG(f->subfolder));
	return f->base.ptr ? MR_OK : mr_error_no_memory(f->err);
}

static bool ends_with(mr_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len > n && memcmp(s.ptr + s.len - n, suffix, n) == 0;
}

/* What is there on this machine under that name, if anything is. */
static mr_code find_local(struct fetching *f)
{
	mr_uri uri;
	mr_str path = f->base;
	struct stat st;

	f->local = mr_str_make("", 0);
	if (mr_uri_parse(f->base, &uri, NULL) == MR_OK && mr_str_is(uri.scheme, "file") &&
	    mr_uri_to_local_path(f->arena, f->base, &path, NULL) != MR_OK)
		return MR_OK;
	path = mr_os_absolute(f->arena, path);
	if (!path.ptr)
		return mr_error_no_memory(f->err);
	if (stat(path.ptr, &st) == 0)
		f->local = path;
	return MR_OK;
}

/* "host:path" or a scheme: something that git may know. */
static bool may_be_git(mr_str base)
{
	const char *colon = memchr(base.ptr, ':', base.len), *slash = memchr(base.ptr, '/', base.len);

	return colon && (!slash || colon < slash);
}

static mr_code nothing_there(const struct fetching *f)
{
	mr_str absolute = mr_os_absolute(f->arena, f->base), names[NAMES_MAX], folder, last, near = mr_str_make("", 0);
	size_t cut = absolute.len, n = 0;
	struct dirent *entry;
	DIR *dir;

	while (cut > 1 && absolute.ptr[cut - 1] != '/')
		cut--;
	folder = mr_arena_copy(f->arena, mr_str_make(absolute.ptr, cut));
	last = mr_str_make(absolute.ptr + cut, absolute.len - cut);
	dir = folder.ptr ? opendir(folder.ptr) : NULL;
	while (dir && n < NAMES_MAX && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			names[n++] = mr_str_from(mr_arena_strdup(f->arena, entry->d_name));
	if (dir)
		closedir(dir);
	near = mr_nearest(f->arena, last, names, n);
	return mr_error_set(f->err, MR_NOT_FOUND,
			    "There is no project '%.*s': %.*s is not there, and it is no URL of a git repository or zip.%.*s",
			    MR_STR_ARG(f->base), MR_STR_ARG(absolute), MR_STR_ARG(near));
}

/* ---- git ---- */

static const struct mr_git *git_if_there(void)
{
	mr_error why;
	const struct mr_git *git;

	mr_error_init(&why);
	git = mr_git_get(&why);
	if (!git)
		mr_log(MR_LOG_WARNING, "project", "The tags of git are left out: %s", why.message);
	return git;
}

/* The tags of a folder, wherever its files were copied from. */
static mr_code describe(const struct fetching *f, mr_str path, struct source *out)
{
	const struct mr_git *git = git_if_there();
	struct mr_git_facts facts;
	char real[PATH_MAX];
	mr_code code;

	out->name = path;
	if (!git)
		return MR_OK;
	code = git->describe(path, f->arena, &facts, f->err);
	if (code != MR_OK || !facts.found)
		return code;
	out->commit = facts.commit;
	out->repo_url = facts.remote_url;
	if (realpath(path.ptr, real) && strlen(real) > facts.work_tree.len &&
	    memcmp(real, facts.work_tree.ptr, facts.work_tree.len) == 0)
		out->name = mr_arena_printf(f->arena, "file://%.*s#%s", MR_STR_ARG(facts.work_tree), real + facts.work_tree.len + 1);
	else
		out->name = mr_arena_printf(f->arena, "file://%.*s", MR_STR_ARG(facts.work_tree));
	return out->name.ptr ? MR_OK : mr_error_no_memory(f->err);
}

static mr_code new_folder(const struct fetching *f, struct source *out)
{
	mr_code code = temporary_folder(f->arena, f->request->storage, &out->temporary, f->err);

	if (code == MR_OK)
		say(f, out->temporary);
	return code;
}

static mr_code from_git(const struct fetching *f, mr_str url, struct source *out)
{
	const struct mr_git *git = mr_git_get(f->err);
	struct mr_git_request q = {.url = url, .version = f->request->version, .cancelled = f->request->cancelled,
				   .arg = f->request->arg};
	struct mr_git_result result;
	mr_code code;

	if (!git)
		return MR_IO_ERROR;
	code = new_folder(f, out);
	q.folder = out->temporary;
	if (code == MR_OK)
		code = git->fetch(&q, f->arena, &result, f->err);
	if (code != MR_OK)
		return code;
	out->commit = result.commit;
	out->branch = result.branch;
	out->work_dir = out->temporary;
	return MR_OK;
}

static mr_code from_git_url(const struct fetching *f, struct source *out)
{
	const struct mr_git *git;
	struct mr_git_facts facts;
	mr_code code = from_git(f, f->base, out);

	out->name = mr_uri_redact(f->arena, strip_quotes(f->request->uri));
	if (code == MR_OK && (git = git_if_there()) && (code = git->describe(out->temporary, f->arena, &facts, f->err)) == MR_OK)
		out->repo_url = facts.remote_url;
	return code == MR_OK && !out->name.ptr ? mr_error_no_memory(f->err) : code;
}

/* A version of a repository on this machine: fetched from it, so that its files stay as they are. */
static mr_code from_local_version(const struct fetching *f, struct source *out)
{
	const struct mr_git *git = mr_git_get(f->err);
	struct mr_git_facts facts;
	struct source here = {.name = mr_str_make("", 0)};
	mr_str inside;
	mr_code code;

	if (!git)
		return MR_IO_ERROR;
	code = git->describe(f->local, f->arena, &facts, f->err);
	if (code == MR_OK && !facts.found)
		code = mr_error_set(f->err, MR_INVALID_PARAMETER_VALUE,
				    "Setting a version is only supported for Git project URIs; %.*s is in no git repository",
				    MR_STR_ARG(f->local));
	if (code == MR_OK)
		code = describe(f, f->local, &here);
	if (code == MR_OK)
		code = from_git(f, facts.work_tree, out);
	out->name = here.name;
	out->repo_url = here.repo_url;
	if (code != MR_OK || f->local.len <= facts.work_tree.len)
		return code;
	inside = mr_str_make(f->local.ptr + facts.work_tree.len, f->local.len - facts.work_tree.len);
	out->work_dir = mr_arena_printf(f->arena, "%.*s%.*s", MR_STR_ARG(out->temporary), MR_STR_ARG(inside));
	return out->work_dir.ptr ? MR_OK : mr_error_no_memory(f->err);
}

/* ---- zip ---- */

struct saving {
	const struct source_request *request;
	int fd;
	bool failed;
};

static bool save(void *arg, const char *bytes, size_t n)
{
	struct saving *s = arg;

	if (s->request->cancelled && s->request->cancelled(s->request->arg))
		return false;
	while (n && !s->failed) {
		ssize_t done = write(s->fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		s->failed = done <= 0;
		bytes += s->failed ? 0 : done;
		n -= s->failed ? 0 : (size_t)done;
	}
	return !s->failed;
}

/* Without the user's credentials: they are the tracking server's. */
static mr_code download_zip(const struct fetching *f, mr_str file)
{
	struct saving s = {f->request, open(file.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), false};
	struct mr_http_request request = {.size = sizeof request, .flags = MR_HTTP_NO_AUTH, .url = f->base, .write = save,
					  .write_arg = &s, .body_size = -1};
	struct mr_http_response response = {.size = sizeof response};
	mr_str shown = mr_uri_redact(f->arena, f->base);
	mr_code code;

	if (s.fd < 0)
		return mr_error_set(f->err, MR_IO_ERROR, "Cannot make %s: %s", file.ptr, strerror(errno));
	code = mr_outgoing(&request, &response, f->request->call, f->err);
	close(s.fd);
	if (code == MR_OK && (response.status < 200 || response.status > 299))
		code = mr_error_set(f->err, MR_NOT_FOUND, "Unable to retrieve ZIP file. Reason: %.*s answered %d", MR_STR_ARG(shown),
				    response.status);
	return s.failed ? mr_error_set(f->err, MR_IO_ERROR, "Cannot write %s", file.ptr) : code;
}

static mr_code from_zip(const struct fetching *f, struct source *out)
{
	const struct mr_archive *archive = mr_archive_get(f->err);
	mr_str file = f->local;
	mr_code code;

	if (!archive)
		return MR_IO_ERROR;
	code = new_folder(f, out);
	if (code == MR_OK && !file.len) {
		file = mr_arena_printf(f->arena, "%.*s.zip", MR_STR_ARG(out->temporary));
		code = file.ptr ? download_zip(f, file) : mr_error_no_memory(f->err);
	}
	if (code == MR_OK)
		code = archive->unzip(file, out->temporary, &limits, f->err);
	if (!f->local.len && file.ptr)
		unlink(file.ptr);
	out->work_dir = out->temporary;
	if (f->local.len && code == MR_OK)
		code = describe(f, f->local, out);
	else
		out->name = mr_uri_redact(f->arena, strip_quotes(f->request->uri));
	out->commit = out->repo_url = mr_str_make("", 0); /* they are of the folder around the zip */
	return code;
}

/* ---- all ---- */

static mr_code enter_subfolder(const struct fetching *f, struct source *out)
{
	struct stat st;
	mr_str where = out->work_dir;

	if (f->subfolder.len)
		where = mr_arena_printf(f->arena, "%.*s/%.*s", MR_STR_ARG(out->work_dir), MR_STR_ARG(f->subfolder));
	where = mr_os_absolute(f->arena, where);
	if (!where.ptr)
		return mr_error_no_memory(f->err);
	if (stat(where.ptr, &st) != 0)
		return mr_error_set(f->err, MR_NOT_FOUND, "Could not find subdirectory %.*s of %.*s", MR_STR_ARG(f->subfolder),
				    MR_STR_ARG(out->work_dir));
	if (!S_ISDIR(st.st_mode))
		return mr_error_set(f->err, MR_INVALID_PARAMETER_VALUE, "%.*s is a file; a project is a folder, or a zip of one",
				    MR_STR_ARG(where));
	out->work_dir = where;
	return MR_OK;
}

static bool is_bare_repository(const struct fetching *f)
{
	const struct mr_git *git = git_if_there();
	struct mr_git_facts facts = {.bare = false};

	return git && git->describe(f->local, f->arena, &facts, NULL) == MR_OK && facts.bare;
}

static mr_code from_local(const struct fetching *f, struct source *out)
{
	mr_str named = f->local;
	mr_code code;

	if (is_bare_repository(f))
		return from_git_url(f, out);
	if (f->request->version.len)
		return from_local_version(f, out);
	out->work_dir = f->local;
	if (f->subfolder.len)
		named = mr_arena_printf(f->arena, "%.*s/%.*s", MR_STR_ARG(f->local), MR_STR_ARG(f->subfolder));
	code = named.ptr ? describe(f, named, out) : mr_error_no_memory(f->err);
	if (f->subfolder.len) /* as it was given: it says the subfolder already */
		out->name = strip_quotes(f->request->uri);
	return code;
}

mr_code source_fetch(mr_arena *arena, const struct source_request *request, struct source *out, mr_error *err)
{
	struct fetching f = {.arena = arena, .request = request, .err = err};
	mr_str none = mr_str_make("", 0);
	bool zip;
	mr_code code = split(&f);

	*out = (struct source){none, none, none, none, none, none};
	if (code == MR_OK)
		code = find_local(&f);
	if (code != MR_OK)
		return code;
	zip = ends_with(f.base, ".zip");
	if (!f.local.len && !may_be_git(f.base))
		return nothing_there(&f);
	code = zip ? from_zip(&f, out) : f.local.len ? from_local(&f, out) : from_git_url(&f, out);
	return code == MR_OK ? enter_subfolder(&f, out) : code;
}
