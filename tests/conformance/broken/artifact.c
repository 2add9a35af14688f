/* SPDX-License-Identifier: Apache-2.0
 *
 * Artifact repositories that hand on to the built-in one and do one thing wrong:
 * the one that the scheme of their URI names.
 */
#define _GNU_SOURCE
#include <millrace/artifact_repository.h>
#include <stdlib.h>
#include <unistd.h>

struct repository {
	const mr_host *host;
	mr_artifact_handle *inner;
	const struct mr_artifact_repository_ops *ops;
	void *object;
	char rule[64];
};

static bool breaks(const struct repository *r, const char *rule)
{
	return strcmp(r->rule, rule) == 0;
}
#define IF(rule) if (breaks(self, "artifact." rule))
#define R	 ((struct repository *)self)

static mr_code open_it(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	static unsigned opened;
	struct repository *r = calloc(1, sizeof *r);
	size_t n = (size_t)((const char *)memchr(args->uri.ptr, ':', args->uri.len) - args->uri.ptr);
	char uri[1024];
	mr_code code;

	snprintf(r->rule, sizeof r->rule, "%.*s", (int)n, args->uri.ptr);
	snprintf(uri, sizeof uri, "file%.*s", (int)(args->uri.len - n), args->uri.ptr + n);
	if (breaks(r, "artifact.seen-by-others"))
		snprintf(uri + strlen(uri), 16, "%u", opened++);
	r->host = host;
	code = host->artifact_open(host, mr_str_from(uri), &r->inner, err);
	if (code != MR_OK) {
		free(r);
		return code;
	}
	r->ops = host->artifact_ops(r->inner, &r->object);
	*self = r;
	return MR_OK;
}

static void close_it(void *self)
{
	R->host->artifact_close(R->inner);
	free(self);
}

struct push {
	void *inner;
	char path[512];
	char bytes[64]; /* the first of what was written */
	size_t n;
};

static mr_code push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	struct push *p = calloc(1, sizeof *p);
	mr_code code;

	snprintf(p->path, sizeof p->path, "%.*s", MR_STR_ARG(path));
	IF("push-without-size")
	if (size_hint < 0) {
		free(p);
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The size must be known");
	}
	code = R->ops->push_begin(R->object, path, size_hint, &p->inner, call, err);
	*push = p;
	return code;
}

static mr_code push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	struct push *p = push;

	for (size_t i = 0; i < size && p->n < sizeof p->bytes; i++)
		p->bytes[p->n++] = ((const char *)bytes)[i];
	IF("push-then-pull")
	return R->ops->push_write(R->object, p->inner, "x", 1, call, err);
	IF("push-large")
	size = size > 100000 ? 100000 : size;
	return R->ops->push_write(R->object, p->inner, bytes, size, call, err);
}

static mr_code publish(void *self, struct push *p, mr_call *call, mr_error *err)
{
	void *other;
	mr_code code = R->ops->push_begin(R->object, mr_str_from(p->path), -1, &other, call, err);

	if (code == MR_OK)
		code = R->ops->push_write(R->object, other, p->bytes, p->n, call, err);
	return code == MR_OK ? R->ops->push_commit(R->object, other, call, err) : code;
}

static mr_code push_write_seen(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	mr_code code = push_write(self, push, bytes, size, call, err);

	if (code == MR_OK && (breaks(self, "artifact.push-is-invisible-before-commit") ||
			      breaks(self, "artifact.push-replaces-at-commit")))
		return publish(self, push, call, err);
	return code;
}

static mr_code push_commit(void *self, void *push, mr_call *call, mr_error *err)
{
	struct push *p = push;
	mr_str path = mr_str_from(p->path);
	void *inner = p->inner;
	bool empty = p->n == 0;
	mr_code code;

	IF("two-pushes-of-one-path")
	{
		void *pull;
		struct mr_artifact_info info;
		mr_error none;

		mr_error_init(&none);
		if (R->ops->pull_open(R->object, path, &pull, &info, call, &none) == MR_OK) { /* the first one stays */
			R->ops->pull_close(R->object, pull);
			R->ops->push_abort(R->object, inner);
			free(p);
			return MR_OK;
		}
	}
	IF("push-empty")
	if (empty) {
		R->ops->push_abort(R->object, inner);
		free(p);
		return MR_OK;
	}
	code = R->ops->push_commit(R->object, inner, call, err);
	free(p);
	return code;
}

static void push_abort(void *self, void *push)
{
	struct push *p = push;
	mr_error err;

	mr_error_init(&err);
	IF("abort-leaves-nothing")
	R->ops->push_commit(R->object, p->inner, NULL, &err);
	else R->ops->push_abort(R->object, p->inner);
	free(p);
}

static mr_code pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call,
			 mr_error *err)
{
	static int within;
	mr_code code;

	IF("parallel")
	{
		if (__sync_add_and_fetch(&within, 1) > 1)
			return mr_error_set(err, MR_INTERNAL_ERROR, "I am busy");
		usleep(2000);
		__sync_sub_and_fetch(&within, 1);
	}
	IF("odd-names")
	if (memchr(path.ptr, '%', path.len))
		path.len--;
	code = R->ops->pull_open(R->object, path, pull, info, call, err);
	IF("pull-missing")
	if (code == MR_RESOURCE_DOES_NOT_EXIST)
		return err->code = MR_IO_ERROR;
	IF("pull-folder")
	if (code == MR_RESOURCE_DOES_NOT_EXIST)
		return err->code = MR_INVALID_PARAMETER_VALUE;
	IF("pull-info")
	info->size = 77;
	return code;
}

static mr_code pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			 mr_error *err)
{
	IF("pull-at-offset")
	offset = 0;
	return R->ops->pull_read(R->object, pull, offset, out, size, got, call, err);
}

static void pull_close(void *self, void *pull)
{
	R->ops->pull_close(R->object, pull);
}

struct visit {
	struct repository *r;
	mr_artifact_visit *visit;
	void *arg;
	struct mr_artifact_info kept[64];
	size_t n;
};

static mr_code keep(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	struct visit *v = arg;
	struct repository *self = v->r;

	(void)err;
	if (v->n == 64)
		return MR_OK;
	v->kept[v->n] = *info;
	v->kept[v->n].path = mr_str_make(strndup(info->path.ptr, info->path.len), info->path.len);
	IF("list-children")
	v->kept[v->n].is_dir = false;
	v->n++;
	return MR_OK;
}

static mr_code list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct visit v = {self, visit, arg, {{{0}, 0, 0, 0}}, 0};
	mr_code code = R->ops->list(R->object, path, keep, &v, call, err);

	IF("list-root")
	if (!path.len)
		return MR_OK;
	IF("list-missing")
	if (!v.n)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "There is nothing");
	IF("list-file")
	if (!v.n) {
		struct mr_artifact_info itself = {.path = path};

		return visit(arg, &itself, err);
	}
	for (size_t i = 0; i < v.n; i++) {
		bool backwards = breaks(self, "artifact.list-sorted");
		mr_code each = visit(arg, &v.kept[backwards ? v.n - 1 - i : i], err);

		if (each != MR_OK && !breaks(self, "artifact.list-stops")) {
			code = each;
			break;
		}
	}
	for (size_t i = 0; i < v.n; i++)
		free((char *)v.kept[i].path.ptr);
	IF("list-stops")
	mr_error_init(err);
	return code;
}

static mr_code remove_it(void *self, mr_str path, mr_call *call, mr_error *err)
{
	bool here = memmem(path.ptr, path.len, "/", 1) != NULL; /* not the tidying up of the kit */
	mr_code code;

	IF("remove-file")
	if (here)
		return MR_OK;
	IF("remove-folder")
	if (here)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "This is a folder");
	code = R->ops->remove(R->object, path, call, err);
	IF("remove-missing")
	if (here)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "There is nothing to remove");
	return code;
}

static mr_code local_path(void *self, mr_str path, mr_str *out, mr_call *call, mr_error *err)
{
	IF("local-path")
	{
		*out = mr_str_from("/no/such/file");
		return MR_OK;
	}
	return R->ops->local_path(R->object, path, out, call, err);
}

static mr_code multipart_create(void *self, mr_str path, int64_t parts_n, mr_str *upload_id,
				struct mr_artifact_part **parts, mr_call *call, mr_error *err)
{
	(void)path;
	*upload_id = mr_str_from("1");
	*parts = R->host->alloc(call, (size_t)parts_n * sizeof **parts);
	if (!*parts)
		return mr_error_no_memory(err);
	memset(*parts, 0, (size_t)parts_n * sizeof **parts);
	for (int64_t i = 0; i < parts_n; i++) {
		(*parts)[i].number = breaks(self, "artifact.multipart") ? 0 : i + 1;
		(*parts)[i].url = mr_str_from("https://example.com/part");
	}
	return MR_OK;
}

static mr_code multipart_complete(void *self, mr_str path, mr_str upload_id, const struct mr_artifact_part *parts,
				  size_t parts_n, mr_call *call, mr_error *err)
{
	(void)self, (void)path, (void)parts, (void)parts_n, (void)call;
	if (!mr_str_is(upload_id, "1"))
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "There is no such upload");
	return MR_OK;
}

static mr_code multipart_abort(void *self, mr_str path, mr_str upload_id, mr_call *call, mr_error *err)
{
	(void)self, (void)path, (void)upload_id, (void)call, (void)err;
	return MR_OK;
}

static mr_code presign(void *self, mr_str path, mr_str method, int64_t expires_s, struct mr_artifact_part *out,
		       mr_call *call, mr_error *err)
{
	(void)path, (void)method, (void)expires_s, (void)call, (void)err;
	out->url = mr_str_from(breaks(self, "artifact.presign") ? "" : "https://example.com/signed");
	return MR_OK;
}

#define TABLE                                                                                                          \
	.open = open_it, .close = close_it, .push_begin = push_begin, .push_write = push_write_seen,                   \
	.push_commit = push_commit, .pull_open = pull_open, .pull_read = pull_read, .pull_close = pull_close,          \
	.list = list, .remove = remove_it, .local_path = local_path, .multipart_create = multipart_create,             \
	.multipart_complete = multipart_complete, .multipart_abort = multipart_abort, .presign = presign
static const struct mr_artifact_repository_ops ops = {.size = sizeof ops, TABLE, .push_abort = push_abort};
static const struct mr_artifact_repository_ops unfinished = {.size = sizeof unfinished, TABLE};

#define BREAKS(ENTRY, rule) ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, "artifact." rule, &ops, NULL, 0)
#define ENTRIES(ENTRY)                                                                                                 \
	BREAKS(ENTRY, "none")                                                                                          \
	BREAKS(ENTRY, "push-then-pull") BREAKS(ENTRY, "push-empty") BREAKS(ENTRY, "push-large") BREAKS(                \
		ENTRY, "push-without-size") BREAKS(ENTRY, "push-is-invisible-before-commit")                           \
		BREAKS(ENTRY, "abort-leaves-nothing") BREAKS(ENTRY, "push-replaces-at-commit") BREAKS(                 \
			ENTRY, "two-pushes-of-one-path") BREAKS(ENTRY, "pull-at-offset") BREAKS(ENTRY, "pull-missing") \
			BREAKS(ENTRY, "pull-folder") BREAKS(ENTRY, "pull-info") BREAKS(ENTRY, "list-children") BREAKS( \
				ENTRY, "list-sorted") BREAKS(ENTRY, "list-root") BREAKS(ENTRY, "list-missing")         \
				BREAKS(ENTRY, "list-file") BREAKS(ENTRY, "list-stops") BREAKS(ENTRY, "remove-file")    \
					BREAKS(ENTRY, "remove-folder") BREAKS(ENTRY, "remove-missing")                 \
						BREAKS(ENTRY, "odd-names") BREAKS(ENTRY, "seen-by-others")             \
							BREAKS(ENTRY, "parallel") BREAKS(ENTRY, "local-path")          \
								BREAKS(ENTRY, "multipart") BREAKS(ENTRY, "presign")    \
									ENTRY(MR_GROUP_ARTIFACT_REPOSITORY,            \
									      "any.functions-belong-together",         \
									      &unfinished, NULL, 0)

MR_PLUGIN_EXPORT("broken-artifact", "1", "Each breaks one rule.", "Apache-2.0", ENTRIES)
