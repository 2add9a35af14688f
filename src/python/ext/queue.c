/* SPDX-License-Identifier: Apache-2.0
 *
 * Client.queue(run_id, metrics, params, tags) puts into the client's queue: metrics are tuples (key, value, timestamp_ms, step),
 * the others (key, value). It returns an Operation, which is to MLflow's RunOperations what a concurrent.futures.Future is.
 */
#include "client.h"

#include <time.h>

enum { SLICE_MS = 100, FEW = 16, FULL_WAIT_MS = 60000, FULL_TURN_NS = 10000000 };

typedef struct {
	PyObject_HEAD
	PyObject *client;
	struct mr_log_ticket ticket;
} Operation;

static PyTypeObject *operation_type; /* one interpreter a process */

/* ---- what is put in ---- */

static int take_text(PyObject *item, int32_t kind, struct mr_log_record *out)
{
	const char *key, *text;
	Py_ssize_t key_n, text_n;

	if (!PyArg_ParseTuple(item, "s#s#", &key, &key_n, &text, &text_n))
		return -1;
	*out = (struct mr_log_record){
		.kind = kind, .key = mr_str_make(key, (size_t)key_n), .text = mr_str_make(text, (size_t)text_n)};
	return 0;
}

static int take_metric(PyObject *item, struct mr_log_record *out)
{
	const char *key;
	Py_ssize_t key_n;
	long long timestamp_ms, step;
	double value;

	if (!PyArg_ParseTuple(item, "s#dLL", &key, &key_n, &value, &timestamp_ms, &step))
		return -1;
	*out = (struct mr_log_record){.kind = MR_LOGGED_METRIC,
				      .key = mr_str_make(key, (size_t)key_n),
				      .number = value,
				      .step = step,
				      .timestamp_ms = timestamp_ms};
	return 0;
}

static int take_all(PyObject *list, int32_t kind, struct mr_log_record *out)
{
	for (Py_ssize_t i = 0, n = PyList_Size(list); i < n; i++) {
		PyObject *item = PyList_GetItem(list, i);

		if (!PyTuple_Check(item)) {
			PyErr_SetString(PyExc_TypeError, "what is logged is a list of tuples");
			return -1;
		}
		if (kind == MR_LOGGED_METRIC ? take_metric(item, &out[i]) : take_text(item, kind, &out[i]))
			return -1;
	}
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The rest of the records, once the queue is open and while the spool is full. */
static mr_code put_waiting(struct ext_client *c, mr_str run_id, const struct mr_log_record *records, size_t n,
			   struct mr_log_ticket *ticket, struct ext_wait *wait, mr_error *err)
{
	const struct timespec turn = {0, FULL_TURN_NS};
	int64_t end_ms = now_ms() + FULL_WAIT_MS;
	mr_code code;

	ext_wait_begin(wait);
	for (;;) {
		mr_error_init(err);
		code = mr_client_log(c->client, run_id, records + ticket->n, n - ticket->n, ticket, err);
		if (code != MR_TEMPORARILY_UNAVAILABLE || now_ms() >= end_ms || ext_interrupted(wait))
			break;
		nanosleep(&turn, NULL);
	}
	ext_wait_end(wait);
	return code;
}

/* As fluent.c: only what waits lets go of the GIL. */
static PyObject *put(PyObject *object, mr_str run_id, const struct mr_log_record *records, size_t n)
{
	struct ext_client *c = ext_may_queue() ? ext_client_enter(object) : NULL;
	struct mr_log_ticket ticket = {0};
	struct ext_wait wait = {0};
	mr_code code = MR_TEMPORARILY_UNAVAILABLE;
	Operation *made;
	mr_error err;

	if (!c)
		return NULL;
	mr_error_init(&err);
	if (c->queue_ready)
		code = mr_client_log(c->client, run_id, records, n, &ticket, &err);
	if (code == MR_TEMPORARILY_UNAVAILABLE)
		code = put_waiting(c, run_id, records, n, &ticket, &wait, &err);
	if (code == MR_OK)
		c->queue_ready = true;
	ext_client_leave(c);
	if (wait.interrupted)
		return NULL;
	if (code != MR_OK)
		return ext_raise(&err);
	made = PyObject_New(Operation, operation_type);
	if (!made)
		return NULL;
	Py_INCREF(object);
	made->client = object;
	made->ticket = ticket;
	return (PyObject *)made;
}

PyObject *ext_client_queue(PyObject *client, PyObject *args)
{
	struct mr_log_record few[FEW], *all = few;
	PyObject *metrics, *params, *tags, *made = NULL;
	const char *run_id;
	Py_ssize_t run_id_n, m, p, t;

	if (!PyArg_ParseTuple(args, "s#O!O!O!", &run_id, &run_id_n, &PyList_Type, &metrics, &PyList_Type, &params, &PyList_Type, &tags))
		return NULL;
	m = PyList_Size(metrics);
	p = PyList_Size(params);
	t = PyList_Size(tags);
	if (m + p + t > FEW)
		all = PyMem_Malloc((size_t)(m + p + t) * sizeof *all);
	if (!all)
		return PyErr_NoMemory();
	if (take_all(metrics, MR_LOGGED_METRIC, all) == 0 && take_all(params, MR_LOGGED_PARAM, all + m) == 0 &&
	    take_all(tags, MR_LOGGED_TAG, all + m + p) == 0)
		made = put(client, mr_str_make(run_id, (size_t)run_id_n), all, (size_t)(m + p + t));
	if (all != few)
		PyMem_Free(all);
	return made;
}

/* ---- what became of it ---- */

enum { NO_TIMEOUT_MS = 600000 }; /* MLflow waits as long as its requests are tried again */

static PyObject *operation_result(PyObject *object, PyObject *args)
{
	Operation *self = (Operation *)object;
	PyObject *timeout = Py_None;
	int64_t end_ms = now_ms() + NO_TIMEOUT_MS, left;
	struct ext_wait wait = {0};
	struct ext_client *c;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTuple(args, "|O", &timeout))
		return NULL;
	if (timeout != Py_None)
		end_ms = now_ms() + (int64_t)(PyFloat_AsDouble(timeout) * 1000) + 1;
	if (PyErr_Occurred() || !(c = ext_client_enter(self->client)))
		return NULL;
	ext_wait_begin(&wait);
	do {
		left = end_ms - now_ms();
		mr_error_init(&err);
		code = mr_client_wait(c->client, &self->ticket, left > SLICE_MS ? SLICE_MS : left > 0 ? left : 1, &err);
	} while (code == MR_DEADLINE_EXCEEDED && left > SLICE_MS && !ext_interrupted(&wait));
	ext_wait_end(&wait);
	ext_client_leave(c);
	return ext_none(code, &err);
}

static PyObject *operation_done(PyObject *object, PyObject *unused)
{
	Operation *self = (Operation *)object;
	struct ext_client *c = ext_client_enter(self->client);
	mr_error err;
	mr_code code;

	(void)unused;
	if (!c)
		return NULL;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_client_wait(c->client, &self->ticket, 1, &err);
	Py_END_ALLOW_THREADS
	ext_client_leave(c);
	return PyBool_FromLong(code != MR_DEADLINE_EXCEEDED);
}

static void operation_dealloc(PyObject *object)
{
	Operation *self = (Operation *)object;
	PyTypeObject *type = Py_TYPE(object);

	Py_XDECREF(self->client);
	PyObject_Free(object);
	Py_DECREF(type);
}

static PyMethodDef methods[] = {
	{"result", operation_result, METH_VARARGS, "result(timeout=None): None once it is stored; raises Error when it was refused."},
	{"done", operation_done, METH_NOARGS, "Whether it is stored or refused."},
	{NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
	{Py_tp_doc, "What was put into a queue."},
	{Py_tp_dealloc, operation_dealloc},
	{Py_tp_methods, methods},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "millrace._native.Operation",
	.basicsize = sizeof(Operation),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
	.slots = slots,
};

int ext_add_queue(PyObject *module)
{
	operation_type = (PyTypeObject *)PyType_FromSpec(&spec);
	return operation_type ? PyModule_AddObjectRef(module, "Operation", (PyObject *)operation_type) : -1;
}
