/* SPDX-License-Identifier: Apache-2.0
 *
 * Client(tracking_uri, registry_uri): an mr_client. In a forked child it is opened anew by the first call: threads and
 * connections of the parent's are not there.
 */
#include <unistd.h>

#include "ext.h"

typedef struct {
	PyObject_HEAD
	mr_client *client;
	pid_t owner;
	char *tracking_uri, *registry_uri; /* NULL: the environment's */
} Client;

static int client_set_uris(Client *self, const char *tracking_uri, const char *registry_uri)
{
	self->tracking_uri = tracking_uri ? strdup(tracking_uri) : NULL;
	self->registry_uri = registry_uri ? strdup(registry_uri) : NULL;
	if ((tracking_uri && !self->tracking_uri) || (registry_uri && !self->registry_uri)) {
		PyErr_NoMemory();
		return -1;
	}
	return 0;
}

/* The client of this process. */
static mr_client *client_here(Client *self)
{
	mr_error err;

	if (self->client && self->owner == getpid())
		return self->client;
	mr_error_init(&err);
	self->client = NULL; /* a parent's: its locks may be held by threads that are not here */
	if (mr_client_open(self->tracking_uri, self->registry_uri, &self->client, &err) != MR_OK) {
		ext_raise(&err);
		return NULL;
	}
	self->owner = getpid();
	return self->client;
}

static int client_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *names[] = {"tracking_uri", "registry_uri", NULL};
	const char *tracking_uri = NULL, *registry_uri = NULL;
	Client *self = (Client *)object;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|zz", names, &tracking_uri, &registry_uri))
		return -1;
	if (self->tracking_uri || self->registry_uri || self->client) {
		PyErr_SetString(PyExc_TypeError, "a Client is opened once");
		return -1;
	}
	if (client_set_uris(self, tracking_uri, registry_uri) != 0)
		return -1;
	return client_here(self) ? 0 : -1;
}

static void close_here(Client *self)
{
	mr_client *client = self->owner == getpid() ? self->client : NULL;

	self->client = NULL;
	if (!client)
		return;
	Py_BEGIN_ALLOW_THREADS
	mr_client_close(client);
	Py_END_ALLOW_THREADS
}

static void client_dealloc(PyObject *object)
{
	Client *self = (Client *)object;
	PyTypeObject *type = Py_TYPE(object);

	close_here(self);
	free(self->tracking_uri);
	free(self->registry_uri);
	((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
	Py_DECREF(type);
}

/* ---- requests ---- */

enum { HEADERS_MAX = 64 };

static int take_headers(PyObject *list, struct mr_header *out, size_t *n)
{
	Py_ssize_t size = list == Py_None ? 0 : PyList_Size(list);

	if (size < 0 || size > HEADERS_MAX) {
		if (size > 0)
			PyErr_Format(PyExc_ValueError, "a request has at most %d headers", HEADERS_MAX);
		return -1;
	}
	for (Py_ssize_t i = 0; i < size; i++) {
		PyObject *pair = PyList_GetItem(list, i), *name = PyTuple_GetItem(pair, 0), *value = name ? PyTuple_GetItem(pair, 1) : NULL;

		if (!value || ext_view(name, &out[i].name) != 0 || ext_view(value, &out[i].value) != 0)
			return -1;
	}
	*n = (size_t)size;
	return 0;
}

PyDoc_STRVAR(rest_doc, "rest(method, target, body=None, headers=None, content_type=None, registry=False, timeout_ms=0) -> (status, bytes)\n\n"
		       "A request of MLflow's REST API; headers is a list of pairs.");

static PyObject *client_rest(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *names[] = {"method", "target", "body", "headers", "content_type", "registry", "timeout_ms", NULL};
	PyObject *body = Py_None, *headers = Py_None, *result;
	struct mr_header pairs[HEADERS_MAX];
	struct ext_wait wait = {0};
	struct mr_rest_request request = {
		.size = sizeof request, .headers = pairs, .cancelled = ext_interrupted, .cancelled_arg = &wait};
	long long timeout_ms = 0;
	int registry = 0;
	int32_t status = 0;
	mr_client *client;
	mr_str answer = {0};
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ss|OOzpL", names, &request.method, &request.target, &body, &headers,
					 &request.content_type, &registry, &timeout_ms) ||
	    ext_view(body, &request.body) != 0 || take_headers(headers, pairs, &request.headers_n) != 0 ||
	    !(client = client_here((Client *)object)))
		return NULL;
	request.registry = registry;
	request.timeout_ms = timeout_ms;
	mr_error_init(&err);
	ext_wait_begin(&wait);
	code = mr_client_rest(client, &request, &status, &answer, &err);
	ext_wait_end(&wait);
	if (code != MR_OK)
		return wait.interrupted ? NULL : ext_raise(&err);
	result = wait.interrupted ? NULL : Py_BuildValue("iy#", status, answer.ptr, (Py_ssize_t)answer.len);
	mr_str_free(answer);
	return result;
}

/* ---- the queue ---- */

static PyObject *client_log_metric(PyObject *object, PyObject *args)
{
	const char *run_id, *key;
	long long timestamp_ms, step;
	double value;
	mr_client *client;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTuple(args, "ssdLL", &run_id, &key, &value, &timestamp_ms, &step) || !(client = client_here((Client *)object)))
		return NULL;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_client_log_metric(client, run_id, key, value, timestamp_ms, step, &err);
	Py_END_ALLOW_THREADS
	if (code != MR_OK)
		return ext_raise(&err);
	Py_RETURN_NONE;
}

typedef mr_code log_text(mr_client *, const char *, const char *, const char *, mr_error *);

static PyObject *log_a_text(PyObject *object, PyObject *args, log_text *log)
{
	const char *run_id, *key, *text;
	mr_client *client;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTuple(args, "sss", &run_id, &key, &text) || !(client = client_here((Client *)object)))
		return NULL;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = log(client, run_id, key, text, &err);
	Py_END_ALLOW_THREADS
	if (code != MR_OK)
		return ext_raise(&err);
	Py_RETURN_NONE;
}

static PyObject *client_log_param(PyObject *object, PyObject *args)
{
	return log_a_text(object, args, mr_client_log_param);
}

static PyObject *client_set_tag(PyObject *object, PyObject *args)
{
	return log_a_text(object, args, mr_client_set_tag);
}

static PyObject *client_flush(PyObject *object, PyObject *args)
{
	long long timeout_ms = 0;
	mr_client *client;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTuple(args, "|L", &timeout_ms) || !(client = client_here((Client *)object)))
		return NULL;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_client_flush(client, timeout_ms, &err);
	Py_END_ALLOW_THREADS
	if (code != MR_OK)
		return ext_raise(&err);
	Py_RETURN_NONE;
}

static PyObject *client_close(PyObject *object, PyObject *unused)
{
	(void)unused;
	close_here((Client *)object);
	Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
	{"rest", (PyCFunction)(void (*)(void))client_rest, METH_VARARGS | METH_KEYWORDS, rest_doc},
	{"log_metric", client_log_metric, METH_VARARGS, "log_metric(run_id, key, value, timestamp_ms, step): queued."},
	{"log_param", client_log_param, METH_VARARGS, "log_param(run_id, key, value): queued."},
	{"set_tag", client_set_tag, METH_VARARGS, "set_tag(run_id, key, value): queued."},
	{"flush", client_flush, METH_VARARGS, "flush(timeout_ms=0): sends what is queued, and waits."},
	{"close", client_close, METH_NOARGS, "Sends what is queued; the next call opens it again."},
	{NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
	{Py_tp_doc, "A tracking store and a model registry, by their URIs."},
	{Py_tp_init, client_init},
	{Py_tp_dealloc, client_dealloc},
	{Py_tp_methods, methods},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "millrace._native.Client",
	.basicsize = sizeof(Client),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = slots,
};

int ext_add_client(PyObject *module)
{
	return ext_add_type(module, &spec);
}
