/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin of the first recorded ABI that answers by itself: experiments by the
 * typed slots of a facet, with messages of the host and rows handed over one by
 * one, and artifacts, all in memory; options; a group of writes. It is built from
 * the recorded headers, so it is never changed with the tree's own.
 */
#include <millrace/artifact_repository.h>
#include <millrace/tracking_store.h>
#include <pthread.h>
#include <stdlib.h>

enum { MAX = 100 };

struct kept {
	char *name, *bytes;
	size_t size;
};

struct keeper {
	const mr_host *host;
	pthread_mutex_t lock;
	char *prefix;
	int64_t first;
	bool shout;
	double share;
	int groups; /* writes that were committed in groups */
	struct kept kept[MAX];
	size_t n;
};

static char *copy(mr_str s)
{
	char *out = malloc(s.len + 1);

	if (out) {
		if (s.len)
			memcpy(out, s.ptr, s.len);
		out[s.len] = 0;
	}
	return out;
}

static mr_code keeper_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct keeper *k = calloc(1, sizeof *k);

	if (!k)
		return mr_error_no_memory(err);
	pthread_mutex_init(&k->lock, NULL);
	k->host = host;
	k->prefix = copy(host->option_string(args->options, "prefix"));
	k->first = host->option_int(args->options, "first");
	k->shout = host->option_bool(args->options, "shout");
	k->share = host->option_double(args->options, "share");
	host->log(host, MR_PLUGIN_INFO, "keeper of ABI %u.%u opens %.*s", host->abi_major, host->abi_minor, MR_STR_ARG(args->uri));
	*self = k;
	return MR_OK;
}

static void keeper_close(void *self)
{
	struct keeper *k = self;

	for (size_t i = 0; i < k->n; i++) {
		free(k->kept[i].name);
		free(k->kept[i].bytes);
	}
	pthread_mutex_destroy(&k->lock);
	free(k->prefix);
	free(k);
}

static struct kept *find(struct keeper *k, mr_str name)
{
	for (size_t i = 0; i < k->n; i++)
		if (mr_str_is(name, k->kept[i].name))
			return &k->kept[i];
	return NULL;
}

/* ---- experiments ---- */

static struct mr_experiment *describe(struct keeper *k, size_t i, mr_call *call)
{
	struct mr_experiment *e = k->host->msg_new(call, MR_MSG_EXPERIMENT);
	struct mr_experiment_tag *tag = k->host->msg_new(call, MR_MSG_EXPERIMENT_TAG);
	struct mr_experiment_tag **tags = k->host->alloc(call, sizeof(struct mr_experiment_tag *));
	char text[128];

	if (!e || !tag || !tags)
		return NULL;
	snprintf(text, sizeof text, "%lld", (long long)(k->first + (int64_t)i));
	mr_experiment_set_experiment_id(e, k->host->copy(call, mr_str_from(text)));
	mr_experiment_set_name(e, k->host->copy(call, mr_str_from(k->kept[i].name)));
	mr_experiment_set_lifecycle_stage(e, mr_str_from("active"));
	mr_experiment_set_creation_time(e, k->host->now(call));
	snprintf(text, sizeof text, "%s, shout %d, share %.2f, groups %d", k->prefix, k->shout, k->share, k->groups);
	mr_experiment_tag_set_key(tag, mr_str_from("keeper"));
	mr_experiment_tag_set_value(tag, k->host->copy(call, mr_str_from(text)));
	tags[0] = tag;
	e->tags = tags;
	e->tags_n = 1;
	return e;
}

static mr_code create_experiment(void *self, const struct mr_create_experiment *request,
				 struct mr_create_experiment_response *response, mr_call *call, mr_error *err)
{
	struct keeper *k = self;
	mr_code code = MR_OK;
	char id[32];

	pthread_mutex_lock(&k->lock);
	if (find(k, request->name)) {
		code = mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS, "%.*s is kept already", MR_STR_ARG(request->name));
	} else if (k->n == MAX) {
		code = mr_error_set(err, MR_RESOURCE_EXHAUSTED, "full");
	} else {
		k->kept[k->n].name = copy(request->name);
		snprintf(id, sizeof id, "%lld", (long long)(k->first + (int64_t)k->n++));
		mr_create_experiment_response_set_experiment_id(response, k->host->copy(call, mr_str_from(id)));
	}
	pthread_mutex_unlock(&k->lock);
	return code;
}

static mr_code search_experiments(void *self, const struct mr_search_experiments *request,
				  struct mr_search_experiments_response *response, mr_call *call, mr_error *err)
{
	struct keeper *k = self;
	mr_code code = MR_OK;

	(void)request;
	(void)response;
	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < k->n && code == MR_OK; i++) {
		size_t mark = k->host->mark(call);
		struct mr_experiment *e = describe(k, i, call);

		code = e ? k->host->emit(call, e, err) : mr_error_no_memory(err);
		k->host->release(call, mark);
	}
	pthread_mutex_unlock(&k->lock);
	return code;
}

static mr_code get_experiment(void *self, const struct mr_get_experiment *request, struct mr_get_experiment_response *response,
			      mr_call *call, mr_error *err)
{
	struct keeper *k = self;
	long long i = strtoll(request->experiment_id.ptr, NULL, 10) - (long long)k->first;
	struct mr_experiment *e;
	mr_code code = MR_OK;

	pthread_mutex_lock(&k->lock);
	if (i < 0 || (size_t)i >= k->n) {
		code = mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "nothing is kept as %.*s", MR_STR_ARG(request->experiment_id));
	} else {
		e = describe(k, (size_t)i, call);
		if (e)
			mr_get_experiment_response_set_experiment(response, e);
		else
			code = mr_error_no_memory(err);
	}
	pthread_mutex_unlock(&k->lock);
	return code;
}

/* ---- the group of writes ---- */

static const void *group_key(void *self)
{
	return self;
}

static mr_code group_nothing(void *self, mr_error *err)
{
	(void)self;
	(void)err;
	return MR_OK;
}

static mr_code group_member_end(void *self, bool keep, bool *alive, mr_error *err)
{
	struct keeper *k = self;

	(void)err;
	k->groups += keep;
	*alive = true;
	return MR_OK;
}

static void group_rollback(void *self)
{
	(void)self;
}

static const struct mr_experiments_ops experiments = {.size = sizeof experiments,
						      .create_experiment = create_experiment,
						      .search_experiments = search_experiments,
						      .get_experiment = get_experiment};
static const struct mr_tracking_facets facets = {.size = sizeof facets, .experiments = &experiments};
static const struct mr_group_ops group = {.size = sizeof group,
					  .key = group_key,
					  .begin = group_nothing,
					  .member_begin = group_nothing,
					  .member_end = group_member_end,
					  .commit = group_nothing,
					  .rollback = group_rollback};
static const struct mr_tracking_store_ops store = {.size = sizeof store,
						   .flags = MR_STORE_NEVER_BLOCKS,
						   .open = keeper_open,
						   .close = keeper_close,
						   .facets = &facets,
						   .group = &group};

/* ---- artifacts ---- */

static mr_code push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	struct kept *p = calloc(1, sizeof *p);

	(void)self;
	(void)size_hint;
	(void)call;
	if (!p || !(p->name = copy(path))) {
		free(p);
		return mr_error_no_memory(err);
	}
	*push = p;
	return MR_OK;
}

static mr_code push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	struct kept *p = push;
	char *more = realloc(p->bytes, p->size + size + 1);

	(void)self;
	(void)call;
	if (!more)
		return mr_error_no_memory(err);
	p->bytes = more;
	memcpy(p->bytes + p->size, bytes, size);
	p->size += size;
	return MR_OK;
}

static void push_abort(void *self, void *push)
{
	struct kept *p = push;

	(void)self;
	free(p->name);
	free(p->bytes);
	free(p);
}

static mr_code push_commit(void *self, void *push, mr_call *call, mr_error *err)
{
	struct keeper *k = self;
	struct kept *p = push, *old, now = *p;
	mr_code code = MR_OK;

	(void)call;
	pthread_mutex_lock(&k->lock);
	old = find(k, mr_str_from(p->name));
	if (!old && k->n < MAX)
		old = &k->kept[k->n++];
	if (old) {
		*p = *old;
		*old = now;
	} else {
		code = mr_error_set(err, MR_RESOURCE_EXHAUSTED, "full");
	}
	pthread_mutex_unlock(&k->lock);
	push_abort(self, push);
	return code;
}

static mr_code pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call, mr_error *err)
{
	struct keeper *k = self;
	struct kept *found, *out = calloc(1, sizeof *out);
	mr_code code = MR_OK;

	(void)call;
	if (!out)
		return mr_error_no_memory(err);
	pthread_mutex_lock(&k->lock);
	found = find(k, path);
	if (found) {
		out->bytes = copy(mr_str_make(found->bytes, found->size));
		out->size = found->size;
		*info = (struct mr_artifact_info){.path = path, .size = (int64_t)found->size};
		*pull = out;
	} else {
		code = mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "%.*s is not kept", MR_STR_ARG(path));
	}
	pthread_mutex_unlock(&k->lock);
	if (code != MR_OK)
		free(out);
	return code;
}

static mr_code pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call, mr_error *err)
{
	struct kept *p = pull;
	size_t left = (size_t)offset < p->size ? p->size - (size_t)offset : 0;

	(void)self;
	(void)call;
	(void)err;
	*got = size < left ? size : left;
	if (*got)
		memcpy(out, p->bytes + offset, *got);
	return MR_OK;
}

static void pull_close(void *self, void *pull)
{
	struct kept *p = pull;

	(void)self;
	free(p->bytes);
	free(p);
}

/* Files of the root only. */
static mr_code list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct keeper *k = self;
	mr_code code = MR_OK;

	(void)call;
	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < k->n && code == MR_OK && !path.len; i++) {
		struct mr_artifact_info info = {.path = mr_str_from(k->kept[i].name), .size = (int64_t)k->kept[i].size};

		code = visit(arg, &info, err);
	}
	pthread_mutex_unlock(&k->lock);
	return code;
}

static mr_code remove_path(void *self, mr_str path, mr_call *call, mr_error *err)
{
	struct keeper *k = self;
	struct kept *found;

	(void)call;
	(void)err;
	pthread_mutex_lock(&k->lock);
	found = find(k, path);
	if (found) {
		free(found->name);
		free(found->bytes);
		*found = k->kept[--k->n];
	}
	pthread_mutex_unlock(&k->lock);
	return MR_OK;
}

static const struct mr_artifact_repository_ops repository = {
	.size = sizeof repository,
	.open = keeper_open,
	.close = keeper_close,
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

static const struct mr_option_desc options[] = {
	{"prefix", MR_OPTION_STRING, "plain", "Stands in a tag."},
	{"first", MR_OPTION_INT, "1", "The id of the first experiment."},
	{"shout", MR_OPTION_BOOL, "false", "Stands in a tag."},
	{"share", MR_OPTION_DOUBLE, "0.5", "Stands in a tag."},
	{NULL, 0, NULL, NULL},
};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_TRACKING_STORE, "keeper", &store, options, 0)                                      \
	ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, "keeper", &repository, options, 0)

MR_PLUGIN_EXPORT("keeper", "1.0.0", "Keeps experiments and artifacts in memory.", "Apache-2.0", ENTRIES)
