/* SPDX-License-Identifier: Apache-2.0
 *
 * Project(): one run of an MLflow project by a native backend. run() is for a thread of its own; what becomes of it the
 * others ask here.
 */
#include <time.h>

#include "ext.h"

typedef struct {
	PyObject_HEAD
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	bool running, started, done;
	struct mr_project_result result;
	atomic_int cancelled; /* 1: end it, 2: at once */
} Project;

static PyObject *project_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	Project *self;

	if ((args && PyTuple_Size(args)) || (kwargs && PyDict_Size(kwargs))) {
		PyErr_SetString(PyExc_TypeError, "Project() takes no arguments");
		return NULL;
	}
	self = (Project *)PyType_GenericAlloc(type, 0);
	if (self) {
		pthread_mutex_init(&self->lock, NULL);
		pthread_cond_init(&self->changed, NULL);
		self->result.exit_code = -1;
	}
	return (PyObject *)self;
}

static void project_dealloc(PyObject *object)
{
	Project *self = (Project *)object;
	PyTypeObject *type = Py_TYPE(object);

	pthread_cond_destroy(&self->changed);
	pthread_mutex_destroy(&self->lock);
	((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
	Py_DECREF(type);
}

/* ---- the thread that runs it ---- */

static void note_started(void *arg, const char *run_id)
{
	Project *self = arg;

	pthread_mutex_lock(&self->lock);
	self->started = true;
	snprintf(self->result.run_id, sizeof self->result.run_id, "%s", run_id);
	pthread_cond_broadcast(&self->changed);
	pthread_mutex_unlock(&self->lock);
}

static int asked_to_end(void *arg)
{
	return atomic_load(&((Project *)arg)->cancelled);
}

static mr_code run_here(const char *tracking_uri, const char *registry_uri, const struct mr_project_options *options,
			struct mr_project_result *result, mr_error *err)
{
	mr_client *client;
	mr_code code = mr_client_open(tracking_uri, registry_uri, &client, err);

	if (code != MR_OK)
		return code;
	code = mr_project_run(client, options, result, err);
	mr_client_close(client);
	return code;
}

static bool begin(Project *self)
{
	bool first;

	pthread_mutex_lock(&self->lock);
	first = !self->running;
	self->running = true;
	pthread_mutex_unlock(&self->lock);
	if (!first)
		PyErr_SetString(PyExc_TypeError, "a Project runs once");
	return first;
}

static void end(Project *self, const struct mr_project_result *result)
{
	pthread_mutex_lock(&self->lock);
	self->result = *result;
	self->done = true;
	pthread_cond_broadcast(&self->changed);
	pthread_mutex_unlock(&self->lock);
}

PyDoc_STRVAR(run_doc, "run(tracking_uri, registry_uri, uri, backend, parameters=[], docker_args=[], ...)\n\n"
		      "Runs it, until its end; raises Error when that is none of success.");

static PyObject *project_run(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *names[] = {"tracking_uri", "registry_uri", "uri", "backend", "parameters", "docker_args", "entry_point", "version",
				"experiment_id", "backend_config", "env_manager", "storage_dir", "run_id", "build_image", NULL};
	struct mr_project_result result = {.size = sizeof result, .exit_code = -1};
	struct mr_project_options o = {.size = sizeof o, .started = note_started, .cancelled = asked_to_end, .arg = object};
	struct mr_map_string *parameters = NULL, *docker_args = NULL;
	PyObject *given = NULL, *docker = NULL, *value = NULL;
	const char *tracking_uri, *registry_uri;
	int build_image = 0;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "szss|O!O!zzzzzzzp", names, &tracking_uri, &registry_uri, &o.uri, &o.backend, &PyList_Type,
					 &given, &PyList_Type, &docker, &o.entry_point, &o.version, &o.experiment_id, &o.backend_config,
					 &o.env_manager, &o.storage_dir, &o.run_id, &build_image) ||
	    !begin((Project *)object))
		return NULL;
	o.build_image = build_image;
	mr_error_init(&err);
	if ((!given || ext_pairs(given, &parameters, &o.parameters_n)) && (!docker || ext_pairs(docker, &docker_args, &o.docker_args_n))) {
		o.parameters = parameters;
		o.docker_args = docker_args;
		Py_BEGIN_ALLOW_THREADS
		code = run_here(tracking_uri, registry_uri, &o, &result, &err);
		Py_END_ALLOW_THREADS
		value = code == MR_OK ? Py_NewRef(Py_None) : ext_raise(&err);
	}
	free(parameters);
	free(docker_args);
	end((Project *)object, &result);
	return value;
}

/* ---- the others ---- */

static PyObject *project_cancel(PyObject *object, PyObject *args)
{
	int at_once = 0;

	if (!PyArg_ParseTuple(args, "|p", &at_once))
		return NULL;
	atomic_store(&((Project *)object)->cancelled, at_once ? 2 : 1);
	Py_RETURN_NONE;
}

static PyObject *project_started(PyObject *object, PyObject *args)
{
	Project *self = (Project *)object;
	long long timeout_ms = 0;
	struct timespec until;
	bool known;

	if (!PyArg_ParseTuple(args, "|L", &timeout_ms))
		return NULL;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (timeout_ms % 1000) * 1000000;
	until.tv_sec += timeout_ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	Py_BEGIN_ALLOW_THREADS
	pthread_mutex_lock(&self->lock);
	while (!self->started && !self->done && pthread_cond_timedwait(&self->changed, &self->lock, &until) == 0)
		;
	known = self->started || self->done;
	pthread_mutex_unlock(&self->lock);
	Py_END_ALLOW_THREADS
	return PyBool_FromLong(known);
}

static PyObject *project_run_id(PyObject *object, void *unused)
{
	Project *self = (Project *)object;
	char id[sizeof self->result.run_id];

	(void)unused;
	pthread_mutex_lock(&self->lock);
	memcpy(id, self->result.run_id, sizeof id);
	pthread_mutex_unlock(&self->lock);
	return PyUnicode_FromString(id);
}

static PyObject *project_status(PyObject *object, void *unused)
{
	Project *self = (Project *)object;
	int status;

	(void)unused;
	pthread_mutex_lock(&self->lock);
	status = self->done ? self->result.status : self->started ? MR_RUN_STATUS_RUNNING : MR_RUN_STATUS_SCHEDULED;
	pthread_mutex_unlock(&self->lock);
	return PyLong_FromLong(status);
}

static PyObject *project_exit_code(PyObject *object, void *unused)
{
	(void)unused;
	return PyLong_FromLong(((Project *)object)->result.exit_code);
}

static PyMethodDef methods[] = {
	{"run", (PyCFunction)(void (*)(void))project_run, METH_VARARGS | METH_KEYWORDS, run_doc},
	{"cancel", project_cancel, METH_VARARGS, "cancel(at_once=False): begins to end it."},
	{"started", project_started, METH_VARARGS, "started(timeout_ms=0): whether the backend has it, or it is over."},
	{NULL, NULL, 0, NULL},
};

static PyGetSetDef values[] = {
	{"run_id", project_run_id, NULL, "The run; empty: there is none yet.", NULL},
	{"status", project_status, NULL, "MLflow's number of the run's status.", NULL},
	{"exit_code", project_exit_code, NULL, "Of the command; -1: unknown.", NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
	{Py_tp_doc, "A run of an MLflow project."},
	{Py_tp_new, project_new},
	{Py_tp_dealloc, project_dealloc},
	{Py_tp_methods, methods},
	{Py_tp_getset, values},
	{0, NULL},
};
static PyType_Spec spec = {"millrace._native.Project", sizeof(Project), 0, Py_TPFLAGS_DEFAULT, slots};

int ext_add_backends(PyObject *module)
{
	return ext_add_type(module, &spec);
}
