/* SPDX-License-Identifier: Apache-2.0
 *
 * Deployments(target_uri, tracking_uri, registry_uri): an open deployment target; what it answers is JSON, as text.
 */
#include <unistd.h>

#include "ext.h"

typedef struct {
	PyObject_HEAD
	mr_deployments *target;
	pid_t owner;
	char *uris[EXT_URIS];
} Deployments;

/* Any number of calls may be under way in one target: Ctrl-C is looked for by the thread whose call it is. */
static _Thread_local struct ext_wait *current;

static bool is_interrupted(void *unused)
{
	(void)unused;
	return current && ext_interrupted(current);
}

/* Runs and models in URIs of models are those of these stores. */
static mr_code tell_stores(const char *tracking_uri, const char *registry_uri, mr_error *err)
{
	mr_client *client;
	mr_code code = mr_client_open(tracking_uri, registry_uri, &client, err);

	if (code == MR_OK)
		mr_client_close(client);
	return code;
}

/* The target of this process. */
static mr_deployments *target_here(Deployments *self)
{
	mr_deployments *opened = NULL;
	bool here = self->target && self->owner == getpid();
	mr_error err;
	mr_code code = MR_OK;

	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	if (!here)
		code = mr_deploy_client(self->uris[0], &opened, &err);
	if (code == MR_OK)
		code = tell_stores(self->uris[1], self->uris[2], &err);
	Py_END_ALLOW_THREADS
	if (code != MR_OK) {
		ext_raise(&err);
		return NULL;
	}
	if (opened && self->target && self->owner == getpid()) {
		mr_deploy_close(opened); /* another thread was faster */
	} else if (opened) {
		mr_deploy_on_cancel(opened, is_interrupted, NULL);
		self->target = opened;
		self->owner = getpid();
	}
	return self->target;
}

static int deployments_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
	Deployments *self = (Deployments *)object;

	return ext_uris_take(self->uris, "target_uri", "Deployments", args, kwargs) == 0 && target_here(self) ? 0 : -1;
}

static void deployments_dealloc(PyObject *object)
{
	Deployments *self = (Deployments *)object;
	PyTypeObject *type = Py_TYPE(object);

	if (self->target && self->owner == getpid()) {
		Py_BEGIN_ALLOW_THREADS
		mr_deploy_close(self->target);
		Py_END_ALLOW_THREADS
	}
	ext_uris_free(self->uris);
	((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
	Py_DECREF(type);
}

/* ---- one call ---- */

struct arguments {
	struct mr_deploy_request request;
	struct mr_map_string *config;
	mr_str body;
	const char *content_type;
};

typedef mr_code call_fn(mr_deployments *, const struct arguments *, mr_str *out, mr_error *);

static PyObject *call(PyObject *object, const struct arguments *arguments, call_fn *run)
{
	mr_deployments *target = target_here((Deployments *)object);
	struct ext_wait wait = {0};
	mr_str out = {0};
	mr_error err;
	mr_code code;

	if (!target)
		return NULL;
	mr_error_init(&err);
	ext_wait_begin(&wait);
	current = &wait;
	code = run(target, arguments, &out, &err);
	current = NULL;
	ext_wait_end(&wait);
	return ext_text(code, out, &err);
}

static PyObject *call_about(PyObject *object, PyObject *args, PyObject *kwargs, call_fn *run)
{
	static char *names[] = {"name", "model_uri", "flavor", "config", "endpoint", NULL};
	struct arguments a = {0};
	PyObject *config = NULL, *answer = NULL;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "z|zzO!z", names, &a.request.name, &a.request.model_uri, &a.request.flavor, &PyList_Type,
					 &config, &a.request.endpoint))
		return NULL;
	if (!config || ext_pairs(config, &a.config, &a.request.config_n)) {
		a.request.config = a.config;
		answer = call(object, &a, run);
	}
	free(a.config);
	return answer;
}

static PyObject *call_with_data(PyObject *object, PyObject *args, call_fn *run)
{
	struct arguments a = {0};
	PyObject *body;

	if (!PyArg_ParseTuple(args, "zzOs", &a.request.name, &a.request.endpoint, &body, &a.content_type) || ext_view(body, &a.body) != 0)
		return NULL;
	return call(object, &a, run);
}

static mr_code run_create(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	return mr_deploy_create(t, &a->request, out, err);
}

static mr_code run_update(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	return mr_deploy_update(t, &a->request, out, err);
}

static mr_code run_delete(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	(void)out;
	return mr_deploy_delete(t, &a->request, err);
}

static mr_code run_get(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	return mr_deploy_get(t, a->request.name, a->request.endpoint, out, err);
}

static mr_code run_list(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	return mr_deploy_list(t, a->request.endpoint, out, err);
}

static mr_code run_predict(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	return mr_deploy_predict(t, a->request.name, a->request.endpoint, a->body, a->content_type, out, err);
}

static mr_code run_explain(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	return mr_deploy_explain(t, a->request.name, a->request.endpoint, a->body, a->content_type, out, err);
}

static mr_code run_create_endpoint(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	return mr_deploy_create_endpoint(t, a->request.name, a->request.config, a->request.config_n, out, err);
}

static mr_code run_update_endpoint(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	return mr_deploy_update_endpoint(t, a->request.name, a->request.config, a->request.config_n, out, err);
}

static mr_code run_delete_endpoint(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	(void)out;
	return mr_deploy_delete_endpoint(t, a->request.name, err);
}

static mr_code run_get_endpoint(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	return mr_deploy_get_endpoint(t, a->request.name, out, err);
}

static mr_code run_list_endpoints(mr_deployments *t, const struct arguments *a, mr_str *out, mr_error *err)
{
	(void)a;
	return mr_deploy_list_endpoints(t, out, err);
}

#define ABOUT(name)                                                                                      \
	static PyObject *deployments_##name(PyObject *object, PyObject *args, PyObject *kwargs)           \
	{                                                                                                 \
		return call_about(object, args, kwargs, run_##name);                                      \
	}
ABOUT(create)
ABOUT(update)
ABOUT(delete)
ABOUT(get)
ABOUT(list)
ABOUT(create_endpoint)
ABOUT(update_endpoint)
ABOUT(delete_endpoint)
ABOUT(get_endpoint)
ABOUT(list_endpoints)
#undef ABOUT

static PyObject *deployments_predict(PyObject *object, PyObject *args)
{
	return call_with_data(object, args, run_predict);
}

static PyObject *deployments_explain(PyObject *object, PyObject *args)
{
	return call_with_data(object, args, run_explain);
}

/* ---- without an open target ---- */

static PyObject *help(PyObject *module, PyObject *args)
{
	const char *target_uri;
	mr_str out = {0};
	mr_error err;
	mr_code code;

	(void)module;
	if (!PyArg_ParseTuple(args, "s", &target_uri))
		return NULL;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_deploy_help(target_uri, &out, &err);
	Py_END_ALLOW_THREADS
	return ext_text(code, out, &err);
}

static PyObject *serve(PyObject *module, PyObject *args)
{
	struct mr_deploy_request request = {0};
	const char *target_uri, *tracking_uri, *registry_uri;
	struct mr_map_string *config = NULL;
	struct ext_wait wait = {0};
	PyObject *pairs, *answer = NULL;
	mr_error err;
	mr_code code;

	(void)module;
	if (!PyArg_ParseTuple(args, "szzzzzO!", &target_uri, &tracking_uri, &registry_uri, &request.name, &request.model_uri, &request.flavor,
			      &PyList_Type, &pairs))
		return NULL;
	if (ext_pairs(pairs, &config, &request.config_n)) {
		request.config = config;
		mr_error_init(&err);
		ext_wait_begin(&wait);
		code = tell_stores(tracking_uri, registry_uri, &err);
		if (code == MR_OK)
			code = mr_deploy_serve(target_uri, &request, ext_interrupted, &wait, &err);
		ext_wait_end(&wait);
		if (!wait.interrupted)
			answer = code == MR_OK ? Py_NewRef(Py_None) : ext_raise(&err);
	}
	free(config);
	return answer;
}

static PyMethodDef functions[] = {
	{"deployments_help", help, METH_VARARGS, "deployments_help(target_uri): what is to know of it."},
	{"deployments_serve", serve, METH_VARARGS,
	 "deployments_serve(target_uri, tracking_uri, registry_uri, name, model_uri, flavor, config): until Ctrl-C."},
	{NULL, NULL, 0, NULL},
};

#define ABOUT(name, doc) {#name, (PyCFunction)(void (*)(void))deployments_##name, METH_VARARGS | METH_KEYWORDS, doc}
static PyMethodDef methods[] = {
	ABOUT(create, "create(name, model_uri, flavor, config, endpoint) -> JSON of the description"),
	ABOUT(update, "update(name, model_uri, flavor, config, endpoint) -> JSON of the description"),
	ABOUT(delete, "delete(name, None, None, config, endpoint)"),
	ABOUT(get, "get(name, endpoint=None) -> JSON of the description"),
	ABOUT(list, "list(None, endpoint=None) -> JSON of an array"),
	ABOUT(create_endpoint, "create_endpoint(name, config=[]) -> JSON of the description"),
	ABOUT(update_endpoint, "update_endpoint(name, config=[]) -> JSON of the description"),
	ABOUT(delete_endpoint, "delete_endpoint(name)"),
	ABOUT(get_endpoint, "get_endpoint(name) -> JSON of the description"),
	ABOUT(list_endpoints, "list_endpoints(None) -> JSON of an array"),
	{"predict", deployments_predict, METH_VARARGS, "predict(name, endpoint, body, content_type) -> JSON"},
	{"explain", deployments_explain, METH_VARARGS, "explain(name, endpoint, body, content_type) -> JSON"},
	{NULL, NULL, 0, NULL},
};
#undef ABOUT

static PyType_Slot slots[] = {
	{Py_tp_doc, "A deployment target, by its URI."},
	{Py_tp_init, deployments_init},
	{Py_tp_dealloc, deployments_dealloc},
	{Py_tp_methods, methods},
	{0, NULL},
};
static PyType_Spec spec = {"millrace._native.Deployments", sizeof(Deployments), 0, Py_TPFLAGS_DEFAULT, slots};

int ext_add_deployments(PyObject *module)
{
	return PyModule_AddFunctions(module, functions) == 0 ? ext_add_type(module, &spec) : -1;
}
