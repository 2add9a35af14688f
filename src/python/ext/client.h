/* SPDX-License-Identifier: Apache-2.0
 *
 * The type Client, whose methods stand in two files: client.c, and fluent.c for what is queued.
 */
#ifndef MR_PYTHON_EXT_CLIENT_H
#define MR_PYTHON_EXT_CLIENT_H

#include "ext.h"

/* An mr_client, and who is in it: closed, it goes when the last call has come back. Changed with the GIL held. */
struct ext_client {
	mr_client *client;
	struct ext_client *next; /* of those that are left to themselves */
	unsigned users;
	bool closed, kept; /* kept: it never goes */
	bool queue_ready; /* the queue is open, so that logging does not wait for files and threads */
};

/* The client of this process and of the object: given back by ext_client_leave. NULL with an exception. */
struct ext_client *ext_client_enter(PyObject *object);
void ext_client_leave(struct ext_client *client);
/* Whether something may be queued now; false with an exception. */
bool ext_may_queue(void);

/* Without the GIL: sends what is queued until time is up (0: mr_flush_timeout) or Ctrl-C. */
mr_code ext_client_send(struct ext_client *client, int64_t timeout_ms, struct ext_wait *wait, mr_error *err);

PyObject *ext_client_log_metric(PyObject *self, PyObject *const *args, Py_ssize_t n);
PyObject *ext_client_log_param(PyObject *self, PyObject *const *args, Py_ssize_t n);
PyObject *ext_client_set_tag(PyObject *self, PyObject *const *args, Py_ssize_t n);
PyObject *ext_client_end_run(PyObject *self, PyObject *args);
PyObject *ext_client_queue(PyObject *self, PyObject *args); /* queue.c */
PyObject *ext_client_flush(PyObject *self, PyObject *args);

#endif
