/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace._native: libmillrace for Python, on the stable ABI of 3.10. It has the functions that the Python files of
 * src/python/wheel need, and no policy: names, defaults and conversions are theirs. Its promises:
 *  - the GIL is released around every call into libmillrace that may wait, and no thread of libmillrace runs Python;
 *  - an mr_error is an exception millrace._native.Error, with MLflow's error code as `code`;
 *  - Ctrl-C ends a call that waits;
 *  - it is usable in the child of a fork, and in the main interpreter only.
 * Each kind of thing is one file, which adds itself to the module by its ext_add_ function.
 */
#ifndef MR_PYTHON_EXT_H
#define MR_PYTHON_EXT_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030A0000
#include <Python.h>

#include <millrace.h>
#include <pthread.h>
#include <stdatomic.h>

/* Adds types and functions; -1 with an exception. In the order of the files in module.c. */
int ext_add_client(PyObject *module);
int ext_add_artifacts(PyObject *module);
int ext_add_providers(PyObject *module);
int ext_add_backends(PyObject *module);
int ext_add_deployments(PyObject *module);
int ext_add_evaluators(PyObject *module);
int ext_add_fluent(PyObject *module);
int ext_add_queue(PyObject *module);

/* This process: a child of a fork has another. */
extern pid_t ext_pid;
/* The program is ending: nothing is queued any more. */
extern bool ext_ended;

/* Raises Error for what failed, unless an exception is set already, as by Ctrl-C; gives NULL. */
PyObject *ext_raise(const mr_error *err);

/* What a function returns, with the GIL: None, or text of libmillrace's (which is freed; ptr NULL is None); NULL when the
 * call failed, or when an exception is set, as by Ctrl-C. */
PyObject *ext_none(mr_code code, const mr_error *err);
PyObject *ext_text(mr_code code, mr_str text, const mr_error *err);

/* A type made from its slots, added under the name behind its last dot. */
int ext_add_type(PyObject *module, PyType_Spec *spec);

/* A call into libmillrace during which Ctrl-C is looked for: give ext_interrupted and the struct to the call. Any thread
 * may ask; the one that called looks, now and then. */
struct ext_wait {
	PyThreadState *released;
	pthread_t thread; /* that called */
	int64_t next_ns; /* when to look again: it needs the GIL */
	atomic_bool interrupted; /* an exception is set */
	int (*look)(void *arg); /* besides signals, with the GIL; not 0: an exception is set. May be NULL */
	void *look_arg;
};
void ext_wait_begin(struct ext_wait *wait); /* releases the GIL */
void ext_wait_end(struct ext_wait *wait);   /* takes it again */
bool ext_interrupted(void *wait);

/* A list of pairs as a vector that free() frees, whatever this returns; a value None is ptr NULL. */
bool ext_pairs(PyObject *list, struct mr_map_string **out, size_t *n);

/* The URIs that an object is opened with, once: its own, the tracking and the registry one; each a copy, or NULL. own_name is
 * the argument's, what is said of the object when it is opened twice. 0, or -1 with an exception. */
enum { EXT_URIS = 3 };
int ext_uris_take(char *uris[EXT_URIS], const char *own_name, const char *what, PyObject *args, PyObject *kwargs);
void ext_uris_free(char *uris[EXT_URIS]);

/* Bytes or text as a view, good while the object lives; None is empty. */
int ext_view(PyObject *object, mr_str *out);

#endif
