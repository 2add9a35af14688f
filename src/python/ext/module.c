/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>
#include <unistd.h>

#include "ext.h"

pid_t ext_pid;

static PyObject *error_type; /* one interpreter a process, as for all that MLflow is made of */

PyObject *ext_raise(const mr_error *err)
{
	PyObject *error, *code;

	if (PyErr_Occurred()) /* Ctrl-C, which says more */
		return NULL;
	error = PyObject_CallFunction(error_type, "s", err->length ? err->message : "it failed and did not say why");
	code = error ? PyUnicode_FromString(mr_code_name(err->code)) : NULL;
	if (code && PyObject_SetAttrString(error, "code", code) == 0)
		PyErr_SetObject(error_type, error);
	Py_XDECREF(code);
	Py_XDECREF(error);
	return NULL;
}

PyObject *ext_none(mr_code code, const mr_error *err)
{
	if (code != MR_OK)
		return ext_raise(err);
	return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

PyObject *ext_text(mr_code code, mr_str text, const mr_error *err)
{
	PyObject *result = code == MR_OK && text.ptr && !PyErr_Occurred() ? PyUnicode_FromStringAndSize(text.ptr, (Py_ssize_t)text.len)
									  : NULL;

	if (code == MR_OK && text.ptr) {
		mr_str_free(text);
		return result;
	}
	return ext_none(code, err);
}

int ext_uris_take(char *uris[EXT_URIS], const char *own_name, const char *what, PyObject *args, PyObject *kwargs)
{
	char *names[] = {(char *)(uintptr_t)own_name, "tracking_uri", "registry_uri", NULL};
	const char *given[EXT_URIS] = {NULL, NULL, NULL};

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|zz", names, &given[0], &given[1], &given[2]))
		return -1;
	if (uris[0]) {
		PyErr_Format(PyExc_TypeError, "%s are opened once", what);
		return -1;
	}
	for (size_t i = 0; i < EXT_URIS; i++) {
		uris[i] = given[i] ? strdup(given[i]) : NULL;
		if (given[i] && !uris[i]) {
			PyErr_NoMemory();
			return -1;
		}
	}
	return 0;
}

void ext_uris_free(char *uris[EXT_URIS])
{
	for (size_t i = 0; i < EXT_URIS; i++)
		free(uris[i]);
}

int ext_add_type(PyObject *module, PyType_Spec *spec)
{
	PyObject *type = PyType_FromSpec(spec);
	int rc = type ? PyModule_AddObjectRef(module, strrchr(spec->name, '.') + 1, type) : -1;

	Py_XDECREF(type);
	return rc;
}

enum { LOOK_NS = 50000000 };

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void ext_wait_begin(struct ext_wait *wait)
{
	atomic_init(&wait->interrupted, false);
	wait->thread = pthread_self();
	wait->next_ns = now_ns() + LOOK_NS;
	wait->released = PyEval_SaveThread();
}

void ext_wait_end(struct ext_wait *wait)
{
	PyEval_RestoreThread(wait->released);
}

bool ext_interrupted(void *arg)
{
	struct ext_wait *wait = arg;
	bool interrupted = atomic_load(&wait->interrupted);

	if (interrupted || !pthread_equal(wait->thread, pthread_self()) || now_ns() < wait->next_ns)
		return interrupted;
	PyEval_RestoreThread(wait->released);
	interrupted = PyErr_CheckSignals() != 0 || (wait->look && wait->look(wait->look_arg) != 0);
	wait->released = PyEval_SaveThread();
	atomic_store(&wait->interrupted, interrupted);
	wait->next_ns = now_ns() + LOOK_NS;
	return interrupted;
}

bool ext_pairs(PyObject *list, struct mr_map_string **out, size_t *n)
{
	Py_ssize_t size = PyList_Size(list);

	*out = size > 0 ? calloc((size_t)size, sizeof **out) : NULL;
	if (size > 0 && !*out)
		PyErr_NoMemory();
	for (Py_ssize_t i = 0; *out && i < size; i++) {
		PyObject *pair = PyList_GetItem(list, i), *key = PyTuple_GetItem(pair, 0), *value = key ? PyTuple_GetItem(pair, 1) : NULL;

		if (!value || ext_view(key, &(*out)[i].key) != 0 || ext_view(value, &(*out)[i].value) != 0)
			return false;
		if (value == Py_None)
			(*out)[i].value = mr_str_make(NULL, 0);
	}
	*n = size > 0 ? (size_t)size : 0;
	return size >= 0 && (size == 0 || *out);
}

int ext_view(PyObject *object, mr_str *out)
{
	Py_ssize_t size = 0;
	char *bytes = NULL;

	if (object == Py_None)
		bytes = "";
	else if (PyUnicode_Check(object))
		bytes = (char *)(uintptr_t)PyUnicode_AsUTF8AndSize(object, &size);
	else if (PyBytes_AsStringAndSize(object, &bytes, &size) != 0)
		bytes = NULL;
	*out = mr_str_make(bytes, (size_t)size);
	return bytes ? 0 : -1;
}

static PyObject *version(PyObject *module, PyObject *unused)
{
	(void)module;
	(void)unused;
	return PyUnicode_FromString(mr_version());
}

static PyObject *set_program(PyObject *module, PyObject *path)
{
	const char *file = PyUnicode_AsUTF8AndSize(path, NULL);
	mr_error err;

	(void)module;
	mr_error_init(&err);
	if (!file)
		return NULL;
	if (mr_set_store_program(file, &err) != MR_OK)
		return ext_raise(&err);
	Py_RETURN_NONE;
}

static PyObject *without_python_plugins(PyObject *module, PyObject *unused)
{
	(void)module;
	(void)unused;
	mr_set_no_python_plugins();
	Py_RETURN_NONE;
}

static PyObject *plugins(PyObject *module, PyObject *unused)
{
	mr_error err;
	mr_str json = {0};
	mr_code code;

	(void)module;
	(void)unused;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_plugins_json(&json, &err);
	Py_END_ALLOW_THREADS
	return ext_text(code, json, &err);
}

static PyObject *add_plugin(PyObject *module, PyObject *path)
{
	const char *file = PyUnicode_AsUTF8AndSize(path, NULL);
	mr_error err;
	mr_code code;

	(void)module;
	mr_error_init(&err);
	if (!file)
		return NULL;
	Py_BEGIN_ALLOW_THREADS
	code = mr_plugins_add(file, &err);
	Py_END_ALLOW_THREADS
	return ext_none(code, &err);
}

static PyMethodDef functions[] = {
	{"version", version, METH_NOARGS, "The version of libmillrace."},
	{"set_program", set_program, METH_O, "The millrace program that stores run in; see mr_set_store_program."},
	{"without_python_plugins", without_python_plugins, METH_NOARGS, "Python plugins are MLflow's to load: see mr_set_no_python_plugins."},
	{"add_plugin", add_plugin, METH_O, "A native plugin's file; see mr_plugins_add."},
	{"plugins", plugins, METH_NOARGS, "The JSON of `millrace plugins list --output json`."},
	{NULL, NULL, 0, NULL},
};

static void in_forked_child(void)
{
	ext_pid = getpid();
}

/* What libmillrace has, it has once a process; one interpreter must not end what another uses. */
static int is_main_interpreter(void)
{
	if (PyInterpreterState_GetID(PyInterpreterState_Get()) == 0)
		return 1;
	PyErr_SetString(PyExc_ImportError, "millrace works in the main interpreter only; run the part that uses it in a process of its own");
	return 0;
}

static int fill(PyObject *module)
{
	static int (*const kinds[])(PyObject *) = {
		ext_add_client,
		ext_add_fluent,
		ext_add_queue,
		ext_add_artifacts,
		ext_add_providers,
		ext_add_backends,
		ext_add_deployments,
		ext_add_evaluators,
	};

	if (!is_main_interpreter())
		return -1;
	if (!ext_pid)
		pthread_atfork(NULL, NULL, in_forked_child);
	ext_pid = getpid();
	error_type = PyErr_NewExceptionWithDoc("millrace._native.Error", "What libmillrace refused; `code` is MLflow's error code.",
					       NULL, NULL);
	if (!error_type || PyModule_AddObjectRef(module, "Error", error_type) != 0)
		return -1;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i](module) != 0)
			return -1;
	return 0;
}

static PyModuleDef_Slot slots[] = {
	{Py_mod_exec, fill},
	{0, NULL},
};

static struct PyModuleDef definition = {
	.m_base = PyModuleDef_HEAD_INIT,
	.m_name = "millrace._native",
	.m_doc = "libmillrace.",
	.m_methods = functions,
	.m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void); /* found by its name */
PyMODINIT_FUNC PyInit__native(void)
{
	return PyModuleDef_Init(&definition);
}
