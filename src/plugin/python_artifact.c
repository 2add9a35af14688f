/* SPDX-License-Identifier: Apache-2.0
 *
 * Artifact repositories of Python. MLflow's contract hands files over by their
 * path, so the bytes go through a file in the spool folder and never through
 * memory: an upload is written there and given to log_artifact when it is
 * committed; a download is fetched there, and the file has no name any more once we have it open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <millrace/artifact_repository.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/inject.h"
#include "plugin/python.h"

struct repository {
	const struct python_entry *entry;
	mr_arena *arena;
	mr_str uri, tracking_uri, registry_uri;
};

/* A file in a folder of its own: a plugin takes the artifact's name from the file's. */
struct transfer {
	mr_arena *arena;
	mr_str path, folder, file; /* the artifact's; on this machine */
	int fd;
};

static void repository_close(void *self)
{
	struct repository *r = self;

	if (!r)
		return;
	mr_arena_free(r->arena);
	mr_free(r);
}

static mr_code repository_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct repository *r = mr_calloc(1, sizeof *r);

	if (!r || !(r->arena = mr_arena_new(0)))
		goto no_memory;
	r->entry = python_entry_of(host);
	r->uri = mr_arena_copy(r->arena, args->uri);
	r->tracking_uri = mr_arena_copy(r->arena, args->tracking_uri);
	r->registry_uri = mr_arena_copy(r->arena, args->registry_uri.len ? args->registry_uri : args->tracking_uri);
	if (!r->uri.ptr || !r->tracking_uri.ptr || !r->registry_uri.ptr)
		goto no_memory;
	*self = r;
	return MR_OK;
no_memory:
	repository_close(r);
	return mr_error_no_memory(err);
}

/* One call about a path; local: the file of a transfer, or empty. */
static mr_code ask(struct repository *r, const char *op, mr_str path, mr_str local, int32_t limit_ms,
		   struct python_answer *answer, mr_call *call, mr_error *err)
{
	struct python_request rq = {.entry = r->entry, .tracking_uri = r->tracking_uri, .registry_uri = r->registry_uri,
				    .op = op, .limit_ms = limit_ms, .patient = !call};
	struct python_params p;
	mr_code code;

	python_params_begin(&p);
	python_params_text(&p, "uri", r->uri);
	python_params_text(&p, "path", path);
	python_params_text(&p, "local", local);
	rq.params = python_params_end(&p);
	code = rq.params.ptr ? python_call(&rq, answer, call, err) : mr_error_no_memory(err);
	python_params_dispose(&p);
	return code;
}

/* ---- transfers ---- */

static void transfer_free(struct transfer *t)
{
	if (!t)
		return;
	if (t->fd >= 0)
		close(t->fd);
	if (t->file.len)
		unlink(t->file.ptr);
	if (t->folder.len)
		rmdir(t->folder.ptr);
	mr_arena_free(t->arena);
	mr_free(t);
}

static mr_code transfer_new(mr_str path, struct transfer **out, mr_error *err)
{
	struct transfer *t = mr_calloc(1, sizeof *t);
	const char *slash = memrchr(path.ptr, '/', path.len);
	mr_str name = slash ? mr_str_make(slash + 1, (size_t)(path.ptr + path.len - slash - 1)) : path, spool, folder;
	mr_code code;

	if (!t)
		return mr_error_no_memory(err);
	t->fd = -1;
	t->arena = mr_arena_new(0);
	code = t->arena ? python_spool(t->arena, &spool, err) : mr_error_no_memory(err);
	if (code == MR_OK) {
		t->path = mr_arena_copy(t->arena, path);
		folder = mr_arena_printf(t->arena, "%.*s/XXXXXX", MR_STR_ARG(spool));
		if (!t->path.ptr || !folder.ptr)
			code = mr_error_no_memory(err);
		else if (!mkdtemp((char *)(uintptr_t)folder.ptr))
			code = mr_error_set(err, MR_IO_ERROR, "Cannot make a folder in %s: %s", spool.ptr, strerror(errno));
		else
			t->folder = folder;
	}
	if (code == MR_OK) {
		t->file = mr_arena_printf(t->arena, "%.*s/%.*s", MR_STR_ARG(folder), MR_STR_ARG(name));
		if (!t->file.ptr)
			code = mr_error_no_memory(err);
	}
	if (code == MR_OK)
		*out = t;
	else
		transfer_free(t);
	return code;
}

static mr_code push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	struct transfer *t;
	mr_code code = transfer_new(path, &t, err);

	(void)self;
	(void)size_hint;
	(void)call;
	if (code != MR_OK)
		return code;
	t->fd = open(t->file.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (t->fd < 0) {
		code = mr_error_set(err, MR_IO_ERROR, "Cannot write %s: %s", t->file.ptr, strerror(errno));
		transfer_free(t);
		return code;
	}
	*push = t;
	return MR_OK;
}

static mr_code push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	struct transfer *t = push;
	size_t done = 0;

	(void)self;
	(void)call;
	while (done < size) {
		ssize_t n = write(t->fd, (const char *)bytes + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return mr_error_set(err, errno == ENOSPC || errno == EDQUOT ? MR_RESOURCE_EXHAUSTED : MR_IO_ERROR,
					    "Cannot write %s: %s; TMPDIR names another place", t->file.ptr, strerror(errno));
		done += (size_t)n;
	}
	return MR_OK;
}

/* A host that died in the midst of log_artifact may have left a part of the file: another removes it. */
static void remove_remains(struct repository *r, struct transfer *t)
{
	struct python_answer ignored;
	mr_error why;

	mr_error_init(&why);
	if (ask(r, "artifact.remove", t->path, mr_str_make("", 0), PYTHON_SHORT_MS, &ignored, NULL, &why) != MR_OK)
		r->entry->host.log(&r->entry->host, MR_PLUGIN_WARNING,
				   "What is left of the interrupted upload of %.*s could not be removed: %s", MR_STR_ARG(t->path),
				   why.message);
}

static mr_code push_commit(void *self, void *push, mr_call *call, mr_error *err)
{
	struct repository *r = self;
	struct transfer *t = push;
	struct python_answer answer;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	if (close(t->fd) < 0)
		mr_error_set(&why, MR_IO_ERROR, "Cannot write %s: %s", t->file.ptr, strerror(errno));
	t->fd = -1;
	code = why.code == MR_OK ? ask(r, "artifact.put", t->path, t->file, PYTHON_TRANSFER_MS, &answer, call, &why) : why.code;
	if (code == MR_TEMPORARILY_UNAVAILABLE || code == MR_DEADLINE_EXCEEDED)
		remove_remains(r, t);
	transfer_free(t);
	return code == MR_OK ? MR_OK : mr_error_set(err, code, "%s", why.message);
}

static void push_abort(void *self, void *push)
{
	(void)self;
	transfer_free(push);
}

static mr_code pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call, mr_error *err)
{
	struct repository *r = self;
	struct python_answer answer;
	struct transfer *t;
	struct stat st;
	mr_code code = transfer_new(path, &t, err);

	if (code != MR_OK)
		return code;
	code = ask(r, "artifact.get", path, t->file, PYTHON_TRANSFER_MS, &answer, call, err);
	if (code == MR_OK) {
		t->fd = open(t->file.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (t->fd < 0 || fstat(t->fd, &st) < 0 || !S_ISREG(st.st_mode))
			code = mr_error_set(err, MR_IO_ERROR, "The plugin %.*s downloaded no file for %.*s",
					    MR_STR_ARG(r->entry->plugin->info.name), MR_STR_ARG(path));
	}
	if (code == MR_OK)
		*info = (struct mr_artifact_info){.path = mr_call_copy(call, path), .size = st.st_size};
	if (code == MR_OK && !info->path.ptr)
		code = mr_error_no_memory(err);
	if (code != MR_OK) {
		transfer_free(t);
		return code;
	}
	unlink(t->file.ptr); /* it lives as long as it is open */
	rmdir(t->folder.ptr);
	t->file.len = t->folder.len = 0;
	*pull = t;
	return MR_OK;
}

static mr_code pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			 mr_error *err)
{
	struct transfer *t = pull;
	ssize_t n;

	(void)self;
	(void)call;
	do
		n = pread(t->fd, out, size, offset);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return mr_error_set(err, MR_IO_ERROR, "Cannot read %.*s: %s", MR_STR_ARG(t->path), strerror(errno));
	*got = (size_t)n;
	return MR_OK;
}

static void pull_close(void *self, void *pull)
{
	(void)self;
	transfer_free(pull);
}

/* ---- the rest ---- */

static mr_code list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct python_answer answer;
	mr_code code = ask(self, "artifact.list", path, mr_str_make("", 0), PYTHON_STORE_MS, &answer, call, err);

	for (size_t i = 0; code == MR_OK && i < answer.result->count; i++) {
		const mr_json *item = &answer.result->items[i], *dir = mr_json_get(item, "is_dir");
		struct mr_artifact_info info = {
			.path = mr_json_str(mr_json_get(item, "path"), mr_str_make("", 0)),
			.is_dir = dir && dir->boolean,
			.size = mr_json_int(mr_json_get(item, "size"), -1),
		};

		code = visit(arg, &info, err);
	}
	return code;
}

static mr_code remove_path(void *self, mr_str path, mr_call *call, mr_error *err)
{
	struct python_answer answer;

	return ask(self, "artifact.remove", path, mr_str_make("", 0), PYTHON_TRANSFER_MS, &answer, call, err);
}

const struct mr_artifact_repository_ops python_artifact_ops = {
	.size = sizeof python_artifact_ops,
	.open = repository_open,
	.close = repository_close,
	.push_begin = push_begin,
	.push_write = push_write,
	.push_commit = push_commit,
	.push_abort = push_abort,
	.pull_open = pull_open,
	.pull_read = pull_read,
	.pull_close = pull_close,
	.list = list,
	.remove = remove_path,
};
