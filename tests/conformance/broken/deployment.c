/* SPDX-License-Identifier: Apache-2.0
 *
 * Deployment targets that keep names and nothing else, and do one thing wrong:
 * the one that the target's name says. Only the first of two objects of
 * "deployment.seen-by-others" knows what it deployed.
 */
#define _GNU_SOURCE
#include <millrace/deployments.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { PLACES = 32 };

struct target {
	const mr_host *host;
	char rule[64];
	char (*names)[128]; /* sorted; deployments, then endpoints */
	char own[2 * PLACES][128];
};
static char shared[2 * PLACES][128];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define T      ((struct target *)self)
#define IF(it) if (strcmp(T->rule, "deployment." it) == 0)

static mr_code open_it(const mr_host *host, const struct mr_open_args *args, void **out, mr_error *err)
{
	struct target *self = calloc(1, sizeof *self);

	(void)err;
	self->host = host;
	snprintf(self->rule, sizeof self->rule, "%.*s",
		 (int)((const char *)memchr(args->uri.ptr, ':', args->uri.len) - args->uri.ptr), args->uri.ptr);
	self->names = shared;
	IF("seen-by-others")
	self->names = self->own;
	*out = self;
	return MR_OK;
}

static int compare(const void *a, const void *b)
{
	const char *x = a, *y = b;

	return !*x != !*y ? !*x - !*y : strcmp(x, y); /* free places last */
}

/* The place of a name, or -1; with the name put there when make. */
static int place(struct target *t, int from, mr_str name, bool make)
{
	int found = -1;

	pthread_mutex_lock(&lock);
	for (int i = from; i < from + PLACES && found < 0; i++)
		if (mr_str_is(name, t->names[i]))
			found = i;
	if (found < 0 && make) {
		snprintf(t->names[from + PLACES - 1], sizeof *t->names, "%.*s", MR_STR_ARG(name));
		qsort(t->names[from], PLACES, sizeof *t->names, compare);
	}
	pthread_mutex_unlock(&lock);
	return found;
}

static mr_code none(mr_str name, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "There is no '%.*s'", MR_STR_ARG(name));
}

static mr_code create(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out, mr_call *call,
		      mr_error *err)
{
	out->name = T->host->copy(call, spec->name);
	IF("create")
	out->name = mr_str_from("another");
	if (spec->config_n && strcmp(T->rule, "deployment.config") != 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There are no settings");
	return place(T, 0, spec->name, true) < 0 ? MR_OK : mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS, "It is there");
}

static mr_code update(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out, mr_call *call,
		      mr_error *err)
{
	out->name = T->host->copy(call, spec->name);
	IF("update")
	return MR_OK;
	return place(T, 0, spec->name, false) < 0 ? none(spec->name, err) : MR_OK;
}

static mr_code take_out(struct target *self, int from, mr_str name)
{
	int at = place(self, from, name, false);

	pthread_mutex_lock(&lock);
	if (at >= 0) {
		self->names[at][0] = 0;
		qsort(self->names[from], PLACES, sizeof *self->names, compare);
	}
	pthread_mutex_unlock(&lock);
	return MR_OK;
}

static mr_code remove_it(void *self, const struct mr_deployment_spec *spec, mr_call *call, mr_error *err)
{
	(void)call;
	IF("remove")
	if (place(T, 0, spec->name, false) < 0)
		return none(spec->name, err);
	return take_out(T, 0, spec->name);
}

static mr_code list_from(void *self, int from, mr_deployment_visit *visit, void *arg, mr_error *err)
{
	for (int k = 0; k < PLACES; k++) {
		int i = from + k;
		struct mr_deployment_info info = {.size = sizeof info};
		mr_code code;

		IF("list")
		i = from + PLACES - 1 - k;
		info.name = mr_str_from(T->names[i]);
		code = info.name.len ? visit(arg, &info, err) : MR_OK;
		if (code != MR_OK)
			return code;
	}
	return MR_OK;
}

static mr_code list(void *self, mr_str endpoint, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	(void)endpoint, (void)call;
	return list_from(self, 0, visit, arg, err);
}

static mr_code get(void *self, mr_str name, mr_str endpoint, struct mr_deployment_info *out, mr_call *call,
		   mr_error *err)
{
	(void)endpoint;
	out->name = T->host->copy(call, name);
	return place(T, 0, name, false) < 0 ? none(name, err) : MR_OK;
}

static mr_code predict(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err)
{
	(void)call;
	*out = mr_str_from("{\"predictions\": [1]}");
	IF("predict")
	*out = mr_str_from("[1]");
	return place(T, 0, input->deployment, false) < 0 ? none(input->deployment, err) : MR_OK;
}

static mr_code explain(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err)
{
	(void)input, (void)call, (void)err;
	*out = mr_str_from("{}");
	IF("explain")
	*out = mr_str_from("because");
	return MR_OK;
}

static mr_code create_endpoint(void *self, mr_str name, const struct mr_map_string *config, size_t config_n,
			       struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	(void)config, (void)config_n;
	out->name = T->host->copy(call, name);
	return place(T, PLACES, name, true) < 0 ? MR_OK : mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS, "It is there");
}

static mr_code get_endpoint(void *self, mr_str name, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	out->name = T->host->copy(call, name);
	return place(T, PLACES, name, false) < 0 ? none(name, err) : MR_OK;
}

static mr_code update_endpoint(void *self, mr_str name, const struct mr_map_string *config, size_t config_n,
			       struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	(void)config, (void)config_n;
	return get_endpoint(self, name, out, call, err);
}

static mr_code remove_endpoint(void *self, mr_str name, mr_call *call, mr_error *err)
{
	(void)call, (void)err;
	return take_out(T, PLACES, name);
}

static mr_code list_endpoints(void *self, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	(void)call;
	IF("endpoints")
	return MR_OK;
	return list_from(self, PLACES, visit, arg, err);
}

static mr_code run_local(const mr_host *host, mr_str target_uri, const struct mr_deployment_spec *spec, mr_call *call,
			 mr_error *err)
{
	(void)spec, (void)err;
	while (!host->cancelled(call) && !memmem(target_uri.ptr, target_uri.len, "run-local", 9))
		usleep(10000);
	return MR_OK;
}

static mr_code help(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	(void)host, (void)call, (void)err;
	*out = mr_str_from("NAME:anything: keeps names and nothing else.");
	return MR_OK;
}

static mr_code no_help(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	(void)host, (void)call, (void)err;
	*out = mr_str_from("help");
	return MR_OK;
}

#define TABLE                                                                                                          \
	.open = open_it, .close = free, .create = create, .update = update, .remove = remove_it, .list = list,         \
	.get = get, .predict = predict, .explain = explain, .create_endpoint = create_endpoint,                        \
	.update_endpoint = update_endpoint, .remove_endpoint = remove_endpoint, .list_endpoints = list_endpoints,      \
	.get_endpoint = get_endpoint, .run_local = run_local
static const struct mr_deployments_ops ops = {.size = sizeof ops, TABLE, .target_help = help};
static const struct mr_deployments_ops helpless = {.size = sizeof helpless, TABLE, .target_help = no_help};

#define D(ENTRY, rule) ENTRY(MR_GROUP_DEPLOYMENTS, "deployment." rule, &ops, NULL, 0)
#define ENTRIES(ENTRY)                                                                                                 \
	D(ENTRY, "none")                                                                                               \
	D(ENTRY, "create") D(ENTRY, "remove") D(ENTRY, "update") D(ENTRY, "list") D(ENTRY, "config")                   \
		D(ENTRY, "predict") D(ENTRY, "explain") D(ENTRY, "seen-by-others") D(ENTRY, "endpoints")               \
			D(ENTRY, "run-local") ENTRY(MR_GROUP_DEPLOYMENTS, "deployment.help", &helpless, NULL, 0)

MR_PLUGIN_EXPORT("broken-deployment", "1", "Each breaks one rule.", "Apache-2.0", ENTRIES)
