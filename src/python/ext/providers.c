/* SPDX-License-Identifier: Apache-2.0
 *
 * What native plugins say of MLflow's runs and requests: lists of pairs.
 */
#include "ext.h"

enum { HEADERS_MAX = 256 };

/* Pairs that libmillrace hands over without the GIL, as a list. */
struct pairs {
	PyThreadState *released;
	PyObject *list;
};

static mr_code add_pair(void *arg, mr_str name, mr_str value, mr_error *err)
{
	struct pairs *p = arg;
	PyObject *pair;
	int rc;

	PyEval_RestoreThread(p->released);
	pair = Py_BuildValue("s#s#", name.ptr, (Py_ssize_t)name.len, value.ptr ? value.ptr : "", (Py_ssize_t)value.len);
	rc = pair ? PyList_Append(p->list, pair) : -1;
	Py_XDECREF(pair);
	p->released = PyEval_SaveThread();
	return rc == 0 ? MR_OK : mr_error_set(err, MR_INTERNAL_ERROR, "Python refused what a plugin said");
}

typedef mr_code ask_fn(mr_tag_visit *visit, void *arg, mr_error *err);

static PyObject *ask(ask_fn *call)
{
	struct pairs p = {.list = PyList_New(0)};
	mr_error err;
	mr_code code;

	if (!p.list)
		return NULL;
	mr_error_init(&err);
	p.released = PyEval_SaveThread();
	code = call(add_pair, &p, &err);
	PyEval_RestoreThread(p.released);
	if (code == MR_OK)
		return p.list;
	Py_DECREF(p.list);
	return PyErr_Occurred() ? NULL : ext_raise(&err);
}

static PyObject *run_tags(PyObject *module, PyObject *unused)
{
	(void)module;
	(void)unused;
	return ask(mr_plugin_tags);
}

static PyObject *request_headers(PyObject *module, PyObject *unused)
{
	(void)module;
	(void)unused;
	return ask(mr_plugin_headers);
}

static PyObject *default_experiment(PyObject *module, PyObject *unused)
{
	mr_str id = {0};
	PyObject *result;
	mr_error err;
	mr_code code;

	(void)module;
	(void)unused;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_plugin_default_experiment(&id, &err);
	Py_END_ALLOW_THREADS
	if (code != MR_OK)
		return ext_raise(&err);
	result = id.len ? PyUnicode_FromStringAndSize(id.ptr, (Py_ssize_t)id.len) : Py_NewRef(Py_None);
	mr_str_free(id);
	return result;
}

/* ---- auth ---- */

/* A request as its arguments are: "ssO!zLi". */
struct request {
	const char *provider, *method, *url;
	PyObject *headers, *body;
	long long body_size;
	int attempt;
	struct mr_header items[HEADERS_MAX];
	struct mr_auth_request about;
};

static bool take_headers(PyObject *list, struct mr_header *out, size_t *n)
{
	Py_ssize_t size = PyList_Size(list);

	if (size < 0 || size > HEADERS_MAX) {
		if (size > 0)
			PyErr_Format(PyExc_ValueError, "a request has at most %d headers", HEADERS_MAX);
		return false;
	}
	for (Py_ssize_t i = 0; i < size; i++) {
		PyObject *pair = PyList_GetItem(list, i), *name = PyTuple_GetItem(pair, 0), *value = name ? PyTuple_GetItem(pair, 1) : NULL;

		if (!value || ext_view(name, &out[i].name) != 0 || ext_view(value, &out[i].value) != 0)
			return false;
	}
	*n = (size_t)size;
	return true;
}

static bool describe(struct request *r)
{
	r->about = (struct mr_auth_request){
		.size = sizeof r->about,
		.method = mr_str_from(r->method),
		.url = mr_str_from(r->url),
		.headers = r->items,
		.body_size = r->body_size,
		.attempt = r->attempt,
	};
	return take_headers(r->headers, r->items, &r->about.headers_n) && ext_view(r->body, &r->about.body) == 0;
}

static PyObject *authorize(PyObject *module, PyObject *args)
{
	struct request r;
	struct pairs p;
	mr_error err;
	mr_code code;

	(void)module;
	if (!PyArg_ParseTuple(args, "sssO!OLi", &r.provider, &r.method, &r.url, &PyList_Type, &r.headers, &r.body, &r.body_size, &r.attempt) ||
	    !describe(&r) || !(p.list = PyList_New(0)))
		return NULL;
	mr_error_init(&err);
	p.released = PyEval_SaveThread();
	code = mr_plugin_authorize(r.provider, &r.about, add_pair, &p, &err);
	PyEval_RestoreThread(p.released);
	if (code == MR_OK)
		return p.list;
	Py_DECREF(p.list);
	return PyErr_Occurred() ? NULL : ext_raise(&err);
}

static PyObject *challenge(PyObject *module, PyObject *args)
{
	struct mr_http_response response = {.size = sizeof response};
	struct mr_header given[HEADERS_MAX];
	PyObject *headers, *body;
	struct request r;
	bool again = false;
	mr_error err;
	mr_code code;
	int status;

	(void)module;
	if (!PyArg_ParseTuple(args, "sssO!OLiiO!O", &r.provider, &r.method, &r.url, &PyList_Type, &r.headers, &r.body, &r.body_size, &r.attempt,
			      &status, &PyList_Type, &headers, &body) ||
	    !describe(&r) || !take_headers(headers, given, &response.headers_n) || ext_view(body, &response.body) != 0)
		return NULL;
	response.status = status;
	response.headers = given;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_plugin_challenge(r.provider, &r.about, &response, &again, &err);
	Py_END_ALLOW_THREADS
	return code == MR_OK ? PyBool_FromLong(again) : ext_raise(&err);
}

static PyMethodDef functions[] = {
	{"run_tags", run_tags, METH_NOARGS, "Tags that native plugins give a new run: [(key, value)]"},
	{"request_headers", request_headers, METH_NOARGS, "Headers that native plugins give a request: [(name, value)]"},
	{"default_experiment", default_experiment, METH_NOARGS, "The experiment of runs that name none, as native plugins say; or None."},
	{"authorize", authorize, METH_VARARGS,
	 "authorize(provider, method, url, headers, body, body_size, attempt) -> [(name, value)]\n\nbody is None when it streams."},
	{"challenge", challenge, METH_VARARGS,
	 "challenge(provider, method, url, headers, body, body_size, attempt, status, headers, body) -> bool: whether to try again."},
	{NULL, NULL, 0, NULL},
};

int ext_add_providers(PyObject *module)
{
	return PyModule_AddFunctions(module, functions);
}
