/* SPDX-License-Identifier: Apache-2.0
 *
 * What is logged by the queue. A call takes well under a microsecond, so it keeps the GIL: to let go of it could cost
 * the thread its turn, five milliseconds in a program that computes. Only what waits lets go: a queue that is not open
 * yet, a spool that is full, a flush.
 */
#include "client.h"

#include <time.h>

enum { FULL_WAIT_MS = 60000, FULL_TURN_NS = 10000000, TURN_MS = 100 };

static int64_t now_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* One record on its way to the queue. */
struct record {
	mr_code (*put)(const struct record *record, mr_client *client, mr_error *err);
	const char *run_id, *key, *text;
	double value;
	int64_t time_ms, step;
};

static mr_code put_metric(const struct record *r, mr_client *client, mr_error *err)
{
	return mr_client_log_metric(client, r->run_id, r->key, r->value, r->time_ms, r->step, err);
}

static mr_code put_param(const struct record *r, mr_client *client, mr_error *err)
{
	return mr_client_log_param(client, r->run_id, r->key, r->text, err);
}

static mr_code put_tag(const struct record *r, mr_client *client, mr_error *err)
{
	return mr_client_set_tag(client, r->run_id, r->key, r->text, err);
}

static mr_code put_status(const struct record *r, mr_client *client, mr_error *err)
{
	return mr_client_end_run(client, r->run_id, (int32_t)r->step, r->time_ms, err);
}

/* What the store refuses is told when all was sent. */
mr_code ext_client_send(struct ext_client *c, int64_t timeout_ms, struct ext_wait *wait, mr_error *err)
{
	int64_t end_ms = now_ms(CLOCK_MONOTONIC) + (timeout_ms > 0 ? timeout_ms : mr_flush_timeout()), left;
	mr_error turn, refused;
	mr_code code;

	mr_error_init(&refused);
	for (;;) {
		mr_error_init(&turn);
		left = end_ms - now_ms(CLOCK_MONOTONIC);
		code = mr_client_flush(c->client, left > TURN_MS ? TURN_MS : left > 0 ? left : 1, &turn);
		if (code != MR_OK && code != MR_DEADLINE_EXCEEDED && refused.code == MR_OK)
			refused = turn;
		if (code == MR_OK && refused.code == MR_OK)
			return MR_OK;
		if (code == MR_OK || (code == MR_DEADLINE_EXCEEDED && (left <= TURN_MS || ext_interrupted(wait)))) {
			*err = refused.code != MR_OK ? refused : turn;
			return err->code;
		}
	}
}

/* With the GIL. The spool is full, or not there yet. */
static mr_code put_waiting(struct ext_client *c, const struct record *r, struct ext_wait *wait, mr_error *err)
{
	const struct timespec turn = {0, FULL_TURN_NS};
	int64_t end_ms = now_ms(CLOCK_MONOTONIC) + FULL_WAIT_MS;
	mr_code code;

	ext_wait_begin(wait);
	for (;;) {
		mr_error_init(err);
		code = r->put(r, c->client, err);
		if (code != MR_TEMPORARILY_UNAVAILABLE || now_ms(CLOCK_MONOTONIC) >= end_ms || ext_interrupted(wait))
			break;
		nanosleep(&turn, NULL);
	}
	ext_wait_end(wait);
	return code;
}

static PyObject *put(PyObject *self, const struct record *r)
{
	struct ext_client *c = ext_may_queue() ? ext_client_enter(self) : NULL;
	struct ext_wait wait = {0};
	mr_error err;
	mr_code code = MR_TEMPORARILY_UNAVAILABLE;

	if (!c)
		return NULL;
	if (c->queue_ready) {
		mr_error_init(&err);
		code = r->put(r, c->client, &err);
	}
	if (code == MR_TEMPORARILY_UNAVAILABLE)
		code = put_waiting(c, r, &wait, &err);
	if (code == MR_OK)
		c->queue_ready = true;
	ext_client_leave(c);
	return ext_none(code, &err);
}

/* Texts that a record is made of: the queue takes them up to a NUL. */
static const char *text_of(PyObject *object, const char *what)
{
	Py_ssize_t size;
	const char *text = PyUnicode_AsUTF8AndSize(object, &size);

	if (text && strlen(text) != (size_t)size) {
		PyErr_Format(PyExc_ValueError, "there is a null character in the %s", what);
		return NULL;
	}
	return text;
}

static int integer_of(PyObject *object, int64_t none, int64_t *out)
{
	*out = object == Py_None ? none : PyLong_AsLongLong(object);
	return *out == -1 && PyErr_Occurred() ? -1 : 0;
}

static int has_arguments(Py_ssize_t n, Py_ssize_t wanted)
{
	if (n == wanted)
		return 1;
	PyErr_Format(PyExc_TypeError, "takes %zd arguments, not %zd", wanted, n);
	return 0;
}

/* (run_id, key, value, timestamp_ms or None for now, step or None for 0) */
PyObject *ext_client_log_metric(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
	struct record r = {.put = put_metric};

	if (!has_arguments(n, 5) || !(r.run_id = text_of(args[0], "run id")) || !(r.key = text_of(args[1], "key")))
		return NULL;
	r.value = PyFloat_AsDouble(args[2]);
	if ((r.value == -1.0 && PyErr_Occurred()) || integer_of(args[3], 0, &r.time_ms) != 0 || integer_of(args[4], 0, &r.step) != 0)
		return NULL;
	if (args[3] == Py_None)
		r.time_ms = now_ms(CLOCK_REALTIME);
	return put(self, &r);
}

static PyObject *log_text(PyObject *self, PyObject *const *args, Py_ssize_t n, struct record *r)
{
	if (!has_arguments(n, 3) || !(r->run_id = text_of(args[0], "run id")) || !(r->key = text_of(args[1], "key")) ||
	    !(r->text = text_of(args[2], "value")))
		return NULL;
	return put(self, r);
}

PyObject *ext_client_log_param(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
	return log_text(self, args, n, &(struct record){.put = put_param});
}

PyObject *ext_client_set_tag(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
	return log_text(self, args, n, &(struct record){.put = put_tag});
}

PyObject *ext_client_end_run(PyObject *self, PyObject *args)
{
	struct record r = {.put = put_status};
	long long time_ms;
	int status;

	if (!PyArg_ParseTuple(args, "siL", &r.run_id, &status, &time_ms))
		return NULL;
	r.step = status;
	r.time_ms = time_ms;
	return put(self, &r);
}

PyObject *ext_client_flush(PyObject *self, PyObject *args)
{
	long long timeout_ms = 0;
	struct ext_client *c;
	struct ext_wait wait = {0};
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTuple(args, "|L", &timeout_ms) || !(c = ext_client_enter(self)))
		return NULL;
	mr_error_init(&err);
	ext_wait_begin(&wait);
	code = ext_client_send(c, timeout_ms, &wait, &err);
	ext_wait_end(&wait);
	ext_client_leave(c);
	return ext_none(code, &err);
}

static PyObject *run_context(PyObject *module, PyObject *unused)
{
	mr_error err;
	mr_str json = {0};
	mr_code code;

	(void)module;
	(void)unused;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_run_context_json(&json, &err);
	Py_END_ALLOW_THREADS
	return ext_text(code, json, &err);
}

static PyMethodDef functions[] = {
	{"run_context", run_context, METH_NOARGS, "The tags that run context plugins give to a new run, as a JSON object."},
	{NULL, NULL, 0, NULL},
};

int ext_add_fluent(PyObject *module)
{
	return PyModule_AddFunctions(module, functions);
}
