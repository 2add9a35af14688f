/* SPDX-License-Identifier: Apache-2.0
 *
 * Client(tracking_uri, registry_uri, artifact_root): an mr_client. In a forked child it is opened anew by the first call: threads and
 * connections of the parent's are not there.
 */
#include <unistd.h>

#include "client.h"

typedef struct {
	PyObject_HEAD
	struct ext_client *now; /* NULL: closed */
	pid_t owner;
	char *tracking_uri, *registry_uri, *artifact_root; /* NULL: see mr_client_open_with */
} Client;

bool ext_ended;

static int keep_text(char **to, const char *text)
{
	*to = text ? strdup(text) : NULL;
	if (!text || *to)
		return 0;
	PyErr_NoMemory();
	return -1;
}

/* A child of a fork leaves its parent's to itself: locks of it may be held by threads that are not here. */
static void leave_behind(struct ext_client *client)
{
	static struct ext_client *left;

	if (!client)
		return;
	client->next = left;
	left = client;
}

static struct ext_client *client_here(Client *self)
{
	struct mr_client_options options = {.size = sizeof options,
					    .tracking_uri = self->tracking_uri,
					    .registry_uri = self->registry_uri,
					    .artifact_root = self->artifact_root};
	struct ext_client *made;
	mr_error err;

	if (self->now && self->owner == ext_pid)
		return self->now;
	leave_behind(self->now);
	self->now = NULL;
	made = PyMem_Calloc(1, sizeof *made);
	if (!made) {
		PyErr_NoMemory();
		return NULL;
	}
	mr_error_init(&err);
	if (mr_client_open_with(&options, &made->client, &err) != MR_OK) {
		PyMem_Free(made);
		ext_raise(&err);
		return NULL;
	}
	mr_client_set_patience(made->client, 0); /* who waits lets go of the GIL first */
	self->now = made;
	self->owner = ext_pid;
	return made;
}

struct ext_client *ext_client_enter(PyObject *object)
{
	struct ext_client *client = client_here((Client *)object);

	if (client)
		client->users++;
	return client;
}

static void let_go(struct ext_client *client)
{
	Py_BEGIN_ALLOW_THREADS
	mr_client_close(client->client);
	Py_END_ALLOW_THREADS
	PyMem_Free(client);
}

bool ext_may_queue(void)
{
	if (!ext_ended)
		return true;
	PyErr_SetString(PyExc_RuntimeError, "the program is ending: nothing can be logged any more");
	return false;
}

void ext_client_leave(struct ext_client *client)
{
	if (--client->users == 0 && client->closed && !client->kept)
		let_go(client);
}

static int client_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *names[] = {"tracking_uri", "registry_uri", "artifact_root", NULL};
	const char *tracking_uri = NULL, *registry_uri = NULL, *artifact_root = NULL;
	Client *self = (Client *)object;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|zzz", names, &tracking_uri, &registry_uri, &artifact_root))
		return -1;
	if (self->tracking_uri || self->registry_uri || self->now) {
		PyErr_SetString(PyExc_TypeError, "a Client is opened once");
		return -1;
	}
	if (keep_text(&self->tracking_uri, tracking_uri) != 0 || keep_text(&self->registry_uri, registry_uri) != 0 ||
	    keep_text(&self->artifact_root, artifact_root) != 0)
		return -1;
	return client_here(self) ? 0 : -1;
}

/* Without the GIL. While its store is away its thread may be waiting for the network: it goes on, and is not waited for. */
static void retire(struct ext_client *client, int64_t timeout_ms, struct ext_wait *wait)
{
	mr_error err;

	mr_error_init(&err);
	ext_client_send(client, timeout_ms, wait, &err);
	client->kept = mr_client_retire(client->client, 1, NULL) == MR_DEADLINE_EXCEEDED;
}

/* Sends what is queued; what is left lies in the spool. At the end of a program threads may stay in their calls for ever.
 * False: Ctrl-C. */
static bool close_here(Client *self, int64_t timeout_ms)
{
	struct ext_client *client = self->owner == ext_pid ? self->now : NULL;
	struct ext_wait wait = {0};

	self->now = NULL;
	if (!client)
		return true;
	client->closed = true;
	client->users++;
	ext_wait_begin(&wait);
	retire(client, timeout_ms, &wait);
	ext_wait_end(&wait);
	ext_client_leave(client);
	return !wait.interrupted;
}

static void client_dealloc(PyObject *object)
{
	Client *self = (Client *)object;
	PyTypeObject *type = Py_TYPE(object);

	if (!close_here(self, ext_ended ? 1 : 0)) /* at the end it was retired before */
		PyErr_WriteUnraisable(NULL);
	free(self->tracking_uri);
	free(self->registry_uri);
	free(self->artifact_root);
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

struct asked {
	struct ext_wait wait;
	PyObject *headers; /* of the answer, or NULL */
};

static bool is_interrupted(void *arg)
{
	return ext_interrupted(&((struct asked *)arg)->wait);
}

static void take_answer_header(void *arg, mr_str name, mr_str value)
{
	struct asked *asked = arg;
	PyObject *pair;

	PyEval_RestoreThread(asked->wait.released);
	pair = Py_BuildValue("NN", PyUnicode_DecodeLatin1(name.ptr, (Py_ssize_t)name.len, NULL),
			     PyUnicode_DecodeLatin1(value.ptr, (Py_ssize_t)value.len, NULL));
	if (!pair || PyList_Append(asked->headers, pair) != 0)
		atomic_store(&asked->wait.interrupted, true);
	Py_XDECREF(pair);
	asked->wait.released = PyEval_SaveThread();
}

PyDoc_STRVAR(rest_doc, "rest(method, target, body=None, headers=None, content_type=None, registry=False, timeout_ms=0, authorized=False, "
		       "answer_headers=None) -> (status, bytes)\n\n"
		       "A request of MLflow's REST API; headers is a list of pairs. authorized: they hold what MLFLOW_TRACKING_AUTH "
		       "would add. answer_headers: a list that is given the pairs of the answer.");

static PyObject *client_rest(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *names[] = {"method", "target", "body", "headers", "content_type", "registry", "timeout_ms", "authorized",
				"answer_headers", NULL};
	PyObject *body = Py_None, *headers = Py_None, *answer_headers = NULL, *result;
	struct mr_header pairs[HEADERS_MAX];
	struct asked asked = {0};
	struct mr_rest_request request = {.size = sizeof request,
					  .headers = pairs,
					  .cancelled = is_interrupted,
					  .cancelled_arg = &asked,
					  .answer_header_arg = &asked};
	long long timeout_ms = 0;
	int registry = 0, authorized = 0;
	int32_t status = 0;
	struct ext_client *client;
	mr_str answer = {0};
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ss|OOzpLpO!", names, &request.method, &request.target, &body, &headers,
					 &request.content_type, &registry, &timeout_ms, &authorized, &PyList_Type, &answer_headers) ||
	    ext_view(body, &request.body) != 0 || take_headers(headers, pairs, &request.headers_n) != 0 ||
	    !(client = ext_client_enter(object)))
		return NULL;
	request.registry = registry;
	request.timeout_ms = timeout_ms;
	request.authorized = authorized;
	asked.headers = answer_headers;
	request.answer_header = answer_headers ? take_answer_header : NULL;
	mr_error_init(&err);
	ext_wait_begin(&asked.wait);
	code = mr_client_rest(client->client, &request, &status, &answer, &err);
	ext_wait_end(&asked.wait);
	ext_client_leave(client);
	if (code != MR_OK)
		return ext_raise(&err);
	result = asked.wait.interrupted ? NULL : Py_BuildValue("iy#", status, answer.ptr, (Py_ssize_t)answer.len);
	mr_str_free(answer);
	return result;
}

static PyObject *client_close(PyObject *object, PyObject *args)
{
	long long timeout_ms = 0;

	if (!PyArg_ParseTuple(args, "|L", &timeout_ms) || !close_here((Client *)object, timeout_ms))
		return NULL;
	Py_RETURN_NONE;
}

/* For the end of the program: requests go on, as MLflow's, which ends its run after us; the queue takes nothing more. */
static PyObject *client_retire(PyObject *object, PyObject *args)
{
	Client *self = (Client *)object;
	long long timeout_ms = 0;
	struct ext_wait wait = {0};
	struct ext_client *client;

	if (!PyArg_ParseTuple(args, "|L", &timeout_ms))
		return NULL;
	if (!self->now || self->owner != ext_pid)
		Py_RETURN_NONE;
	client = ext_client_enter(object);
	if (!client)
		return NULL;
	ext_wait_begin(&wait);
	retire(client, timeout_ms, &wait);
	ext_wait_end(&wait);
	ext_client_leave(client);
	if (wait.interrupted)
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *uri_of(PyObject *object, mr_str (*get)(const mr_client *))
{
	struct ext_client *client = ext_client_enter(object);
	PyObject *text;
	mr_str uri;

	if (!client)
		return NULL;
	uri = get(client->client);
	text = PyUnicode_DecodeUTF8(uri.ptr, (Py_ssize_t)uri.len, "surrogateescape");
	ext_client_leave(client);
	return text;
}

static PyObject *client_tracking_uri(PyObject *object, void *unused)
{
	(void)unused;
	return uri_of(object, mr_client_tracking_uri);
}

static PyObject *client_registry_uri(PyObject *object, void *unused)
{
	(void)unused;
	return uri_of(object, mr_client_registry_uri);
}

static PyObject *client_queued(PyObject *object, void *unused)
{
	const Client *self = (Client *)object;

	(void)unused;
	return PyBool_FromLong(self->now && self->owner == ext_pid && self->now->queue_ready);
}

static PyGetSetDef attributes[] = {
	{"tracking_uri", client_tracking_uri, NULL, "Where runs are.", NULL},
	{"queued", client_queued, NULL, "Whether anything was queued by it, in this process.", NULL},
	{"registry_uri", client_registry_uri, NULL, "Where registered models are.", NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL

static PyMethodDef methods[] = {
	{"rest", (PyCFunction)(void (*)(void))client_rest, METH_VARARGS | METH_KEYWORDS, rest_doc},
	{"log_metric", FAST(ext_client_log_metric), "log_metric(run_id, key, value, timestamp_ms, step): queued."},
	{"log_param", FAST(ext_client_log_param), "log_param(run_id, key, value): queued."},
	{"set_tag", FAST(ext_client_set_tag), "set_tag(run_id, key, value): queued."},
	{"end_run", ext_client_end_run, METH_VARARGS, "end_run(run_id, status, end_time_ms): queued, behind what was logged to it."},
	{"queue", ext_client_queue, METH_VARARGS, "queue(run_id, metrics, params, tags) -> Operation; see queue.c."},
	{"flush", ext_client_flush, METH_VARARGS, "flush(timeout_ms=0): sends what is queued, and waits."},
	{"retire", client_retire, METH_VARARGS, "retire(timeout_ms=0): sends what is queued, and queues nothing more."},
	{"close", client_close, METH_VARARGS, "close(timeout_ms=0): sends what is queued; the next call opens it again."},
	{NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
	{Py_tp_doc, "A tracking store and a model registry, by their URIs."},
	{Py_tp_init, client_init},
	{Py_tp_dealloc, client_dealloc},
	{Py_tp_methods, methods},
	{Py_tp_getset, attributes},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "millrace._native.Client",
	.basicsize = sizeof(Client),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = slots,
};

static PyObject *finish(PyObject *module, PyObject *unused)
{
	(void)module;
	(void)unused;
	ext_ended = true;
	Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
	{"finish", finish, METH_NOARGS, "At the end of the program: nothing is queued any more, also by daemon threads."},
	{NULL, NULL, 0, NULL},
};

int ext_add_client(PyObject *module)
{
	return PyModule_AddFunctions(module, functions) == 0 ? ext_add_type(module, &spec) : -1;
}
