/* SPDX-License-Identifier: Apache-2.0
 *
 * Artifacts(uri, tracking_uri, registry_uri): an artifact root, with streams to it (Push) and from it (Pull). In a forked
 * child it is opened anew by the first call.
 */
#include <unistd.h>

#include "ext.h"

typedef struct {
	PyObject_HEAD
	mr_artifacts *root;
	pid_t owner;
	char *uris[EXT_URIS];
} Artifacts;

/* The root of this process. Two threads may open it at once: one of them is closed again. */
static mr_artifacts *root_here(Artifacts *self)
{
	mr_artifacts *opened = NULL;
	mr_error err;
	mr_code code;

	if (self->root && self->owner == getpid())
		return self->root;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_artifacts_open(self->uris[0], self->uris[1], self->uris[2], &opened, &err);
	Py_END_ALLOW_THREADS
	if (code != MR_OK) {
		ext_raise(&err);
		return NULL;
	}
	if (self->root && self->owner == getpid()) {
		mr_artifacts_close(opened);
	} else {
		self->root = opened;
		self->owner = getpid();
	}
	return self->root;
}

static int artifacts_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
	Artifacts *self = (Artifacts *)object;

	return ext_uris_take(self->uris, "uri", "Artifacts", args, kwargs) == 0 && root_here(self) ? 0 : -1;
}

static void artifacts_dealloc(PyObject *object)
{
	Artifacts *self = (Artifacts *)object;
	PyTypeObject *type = Py_TYPE(object);

	if (self->root && self->owner == getpid()) {
		Py_BEGIN_ALLOW_THREADS
		mr_artifacts_close(self->root);
		Py_END_ALLOW_THREADS
	}
	ext_uris_free(self->uris);
	((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
	Py_DECREF(type);
}

/* ---- one call: its options, and progress, which libmillrace tells on its threads and Python hears on the caller's ---- */

struct transfer {
	struct ext_wait wait;
	struct mr_artifacts_options options;
	PyObject *progress; /* called with bytes done and in all; or NULL */
	atomic_llong done, total;
	long long told;
};

static bool note_progress(void *arg, const char *path, int64_t done, int64_t total)
{
	struct transfer *t = arg;

	(void)path;
	atomic_store(&t->done, done);
	atomic_store(&t->total, total);
	return !atomic_load(&t->wait.interrupted);
}

static bool is_interrupted(void *arg)
{
	struct transfer *t = arg;

	return ext_interrupted(&t->wait);
}

static int tell_progress(void *arg)
{
	struct transfer *t = arg;
	long long done = atomic_load(&t->done), total = atomic_load(&t->total);
	PyObject *answer;

	if (done == t->told)
		return 0;
	t->told = done;
	answer = PyObject_CallFunction(t->progress, "LL", done, total);
	Py_XDECREF(answer);
	return answer ? 0 : -1;
}

static void transfer_prepare(struct transfer *t, const char *workspace, PyObject *progress)
{
	memset(t, 0, sizeof *t);
	t->options = (struct mr_artifacts_options){
		.size = sizeof t->options, .workspace = workspace, .cancelled = is_interrupted, .arg = t};
	if (!progress || progress == Py_None)
		return;
	t->progress = progress;
	t->options.progress = note_progress;
	t->wait.look = tell_progress;
	t->wait.look_arg = t;
}

static bool transfer_end(struct transfer *t, mr_code code, const mr_error *err)
{
	ext_wait_end(&t->wait);
	if (t->progress && code == MR_OK && !t->wait.interrupted && tell_progress(t) != 0)
		return false;
	if (code != MR_OK)
		ext_raise(err);
	return code == MR_OK && !t->wait.interrupted;
}

typedef mr_code transfer_fn(mr_artifacts *, const char *, const char *, const struct mr_artifacts_options *, mr_error *);

static PyObject *transfer(PyObject *object, PyObject *args, PyObject *kwargs, transfer_fn *run)
{
	static char *names[] = {"source", "target", "workspace", "progress", NULL};
	const char *from, *to = NULL, *workspace = NULL;
	PyObject *progress = NULL;
	struct transfer t;
	mr_artifacts *root;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "z|zzO", names, &from, &to, &workspace, &progress) ||
	    !(root = root_here((Artifacts *)object)))
		return NULL;
	transfer_prepare(&t, workspace, progress);
	mr_error_init(&err);
	ext_wait_begin(&t.wait);
	code = run(root, from, to, &t.options, &err);
	if (!transfer_end(&t, code, &err))
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *artifacts_upload(PyObject *object, PyObject *args, PyObject *kwargs)
{
	return transfer(object, args, kwargs, mr_artifacts_upload);
}

static PyObject *artifacts_upload_folder(PyObject *object, PyObject *args, PyObject *kwargs)
{
	return transfer(object, args, kwargs, mr_artifacts_upload_folder);
}

static PyObject *artifacts_download(PyObject *object, PyObject *args, PyObject *kwargs)
{
	return transfer(object, args, kwargs, mr_artifacts_download);
}

static PyObject *artifacts_download_file(PyObject *object, PyObject *args, PyObject *kwargs)
{
	return transfer(object, args, kwargs, mr_artifacts_download_file);
}

static mr_code remove_one(mr_artifacts *root, const char *path, const char *unused, const struct mr_artifacts_options *options,
			  mr_error *err)
{
	(void)unused;
	return mr_artifacts_remove(root, path, options, err);
}

static PyObject *artifacts_remove(PyObject *object, PyObject *args, PyObject *kwargs)
{
	return transfer(object, args, kwargs, remove_one);
}

struct listing {
	struct transfer t;
	PyObject *list;
};

static mr_code add_entry(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	struct listing *l = arg;
	PyObject *entry;
	int rc;

	PyEval_RestoreThread(l->t.wait.released);
	entry = Py_BuildValue("s#OLL", info->path.ptr, (Py_ssize_t)info->path.len, info->is_dir ? Py_True : Py_False,
			      (long long)info->size, (long long)info->modified_ms);
	rc = entry ? PyList_Append(l->list, entry) : -1;
	Py_XDECREF(entry);
	l->t.wait.released = PyEval_SaveThread();
	if (rc == 0)
		return MR_OK;
	atomic_store(&l->t.wait.interrupted, true);
	return mr_error_set(err, MR_CANCELLED, "Python refused an entry of the listing");
}

static PyObject *artifacts_list(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *names[] = {"path", "workspace", NULL};
	const char *path = NULL, *workspace = NULL;
	struct listing l = {.list = NULL};
	mr_artifacts *root;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|zz", names, &path, &workspace) ||
	    !(root = root_here((Artifacts *)object)) || !(l.list = PyList_New(0)))
		return NULL;
	transfer_prepare(&l.t, workspace, NULL);
	mr_error_init(&err);
	ext_wait_begin(&l.t.wait);
	code = mr_artifacts_list(root, path, add_entry, &l, &l.t.options, &err);
	if (transfer_end(&l.t, code, &err))
		return l.list;
	Py_DECREF(l.list);
	return NULL;
}

static PyObject *artifacts_local_path(PyObject *object, PyObject *args)
{
	const char *path = NULL;
	mr_artifacts *root;
	PyObject *result;
	mr_str local = {0};
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTuple(args, "|z", &path) || !(root = root_here((Artifacts *)object)))
		return NULL;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_artifacts_local_path(root, path, &local, &err);
	Py_END_ALLOW_THREADS
	if (code == MR_NOT_IMPLEMENTED)
		Py_RETURN_NONE;
	if (code != MR_OK)
		return ext_raise(&err);
	result = PyUnicode_DecodeFSDefaultAndSize(local.ptr, (Py_ssize_t)local.len);
	mr_str_free(local);
	return result;
}

/* ---- streams ---- */

typedef struct {
	PyObject_HEAD
	PyObject *artifacts; /* which must outlive it */
	mr_artifact_push *push; /* one of the two, until it is closed */
	mr_artifact_pull *pull;
	bool busy; /* a thread is in it */
	pid_t owner;
	int64_t size;
	char *workspace;
	struct transfer t;
} Stream;

static PyTypeObject *push_type, *pull_type;

static PyObject *stream_new(PyTypeObject *type, PyObject *artifacts, const char *workspace)
{
	PyObject *object = PyType_GenericAlloc(type, 0);
	Stream *self = (Stream *)object;

	if (!self)
		return NULL;
	self->owner = getpid();
	self->workspace = workspace ? strdup(workspace) : NULL;
	transfer_prepare(&self->t, self->workspace, NULL);
	Py_INCREF(artifacts);
	self->artifacts = artifacts;
	return object;
}

/* Whether a call may begin: an open stream of this process, in which no other thread is. */
static bool stream_enter(Stream *self)
{
	if ((!self->push && !self->pull) || self->owner != getpid()) {
		PyErr_SetString(PyExc_ValueError, "the stream is closed");
		return false;
	}
	if (self->busy) {
		PyErr_SetString(PyExc_ValueError, "another thread is using the stream");
		return false;
	}
	self->busy = true;
	return true;
}

static bool stream_leave(Stream *self, mr_code code, const mr_error *err)
{
	self->busy = false;
	return transfer_end(&self->t, code, err);
}

static void stream_dealloc(PyObject *object)
{
	Stream *self = (Stream *)object;
	PyTypeObject *type = Py_TYPE(object);

	if (self->owner == getpid()) {
		ext_wait_begin(&self->t.wait);
		if (self->push)
			mr_artifacts_push_end(self->push, false, NULL);
		mr_artifacts_pull_close(self->pull);
		ext_wait_end(&self->t.wait);
	}
	free(self->workspace);
	Py_XDECREF(self->artifacts);
	((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
	Py_DECREF(type);
}

static PyObject *artifacts_push(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *names[] = {"path", "size", "workspace", NULL};
	const char *path, *workspace = NULL;
	long long size = -1;
	mr_artifacts *root;
	PyObject *stream;
	Stream *self;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|Lz", names, &path, &size, &workspace) ||
	    !(root = root_here((Artifacts *)object)) || !(stream = stream_new(push_type, object, workspace)))
		return NULL;
	self = (Stream *)stream;
	mr_error_init(&err);
	ext_wait_begin(&self->t.wait);
	code = mr_artifacts_push(root, path, size, &self->t.options, &self->push, &err);
	if (transfer_end(&self->t, code, &err))
		return stream;
	Py_DECREF(stream);
	return NULL;
}

static PyObject *push_write(PyObject *object, PyObject *bytes)
{
	Stream *self = (Stream *)object;
	char *at;
	Py_ssize_t size;
	mr_error err;
	mr_code code;

	if (PyBytes_AsStringAndSize(bytes, &at, &size) != 0 || !stream_enter(self))
		return NULL;
	mr_error_init(&err);
	ext_wait_begin(&self->t.wait);
	code = mr_artifacts_push_write(self->push, at, (size_t)size, &err);
	if (!stream_leave(self, code, &err))
		return NULL;
	return PyLong_FromSsize_t(size);
}

static PyObject *push_end(PyObject *object, bool keep)
{
	Stream *self = (Stream *)object;
	mr_artifact_push *push;
	mr_error err;
	mr_code code;

	if (!stream_enter(self))
		return NULL;
	mr_error_init(&err);
	push = self->push;
	ext_wait_begin(&self->t.wait);
	code = mr_artifacts_push_end(push, keep, &err);
	self->push = NULL;
	if (!stream_leave(self, code, &err))
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *push_commit(PyObject *object, PyObject *unused)
{
	(void)unused;
	return push_end(object, true);
}

static PyObject *push_abort(PyObject *object, PyObject *unused)
{
	(void)unused;
	return push_end(object, false);
}

static PyObject *artifacts_pull(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *names[] = {"path", "workspace", NULL};
	const char *path, *workspace = NULL;
	mr_artifacts *root;
	PyObject *stream;
	Stream *self;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|z", names, &path, &workspace) ||
	    !(root = root_here((Artifacts *)object)) || !(stream = stream_new(pull_type, object, workspace)))
		return NULL;
	self = (Stream *)stream;
	mr_error_init(&err);
	ext_wait_begin(&self->t.wait);
	code = mr_artifacts_pull(root, path, &self->t.options, &self->pull, &self->size, &err);
	if (transfer_end(&self->t, code, &err))
		return stream;
	Py_DECREF(stream);
	return NULL;
}

static PyObject *pull_read(PyObject *object, PyObject *args)
{
	Stream *self = (Stream *)object;
	PyObject *bytes, *result = NULL;
	Py_ssize_t room = 1 << 20;
	size_t got = 0;
	mr_error err;
	mr_code code;

	if (!PyArg_ParseTuple(args, "|n", &room))
		return NULL;
	if (room <= 0) {
		PyErr_SetString(PyExc_ValueError, "size must be greater than 0");
		return NULL;
	}
	bytes = PyBytes_FromStringAndSize(NULL, room);
	if (!bytes || !stream_enter(self)) {
		Py_XDECREF(bytes);
		return NULL;
	}
	mr_error_init(&err);
	ext_wait_begin(&self->t.wait);
	code = mr_artifacts_pull_read(self->pull, PyBytes_AsString(bytes), (size_t)room, &got, &err);
	if (stream_leave(self, code, &err))
		result = got == (size_t)room ? Py_NewRef(bytes) : PyBytes_FromStringAndSize(PyBytes_AsString(bytes), (Py_ssize_t)got);
	Py_DECREF(bytes);
	return result;
}

static PyObject *pull_close(PyObject *object, PyObject *unused)
{
	Stream *self = (Stream *)object;
	mr_artifact_pull *pull = self->pull;

	(void)unused;
	if (!pull || self->owner != getpid())
		Py_RETURN_NONE;
	if (!stream_enter(self))
		return NULL;
	self->pull = NULL;
	ext_wait_begin(&self->t.wait);
	mr_artifacts_pull_close(pull);
	ext_wait_end(&self->t.wait);
	self->busy = false;
	Py_RETURN_NONE;
}

static PyObject *pull_size(PyObject *object, void *unused)
{
	(void)unused;
	return PyLong_FromLongLong(((Stream *)object)->size);
}

/* ---- types ---- */

#define WITH_NAMES(function) (PyCFunction)(void (*)(void))function, METH_VARARGS | METH_KEYWORDS
static PyMethodDef artifacts_methods[] = {
	{"upload", WITH_NAMES(artifacts_upload), "upload(local, folder='', workspace=None, progress=None): a file or folder, under its name."},
	{"upload_folder", WITH_NAMES(artifacts_upload_folder), "upload_folder(local, folder='', workspace=None, progress=None): what is in it."},
	{"download", WITH_NAMES(artifacts_download), "download(path, local_folder, workspace=None, progress=None): to the same path below it."},
	{"download_file", WITH_NAMES(artifacts_download_file), "download_file(path, local_file, workspace=None, progress=None)"},
	{"list", WITH_NAMES(artifacts_list), "list(path='', workspace=None) -> [(path, is_dir, size or -1, modified_ms or 0)]"},
	{"remove", WITH_NAMES(artifacts_remove), "remove(path, None, workspace=None): a file, or a folder with all in it."},
	{"local_path", artifacts_local_path, METH_VARARGS, "local_path(path=''): where it is on this machine, or None."},
	{"push", WITH_NAMES(artifacts_push), "push(path, size=-1, workspace=None) -> Push"},
	{"pull", WITH_NAMES(artifacts_pull), "pull(path, workspace=None) -> Pull"},
	{NULL, NULL, 0, NULL},
};
#undef WITH_NAMES

static PyMethodDef push_methods[] = {
	{"write", push_write, METH_O, "write(bytes)"},
	{"commit", push_commit, METH_NOARGS, "From now on the artifact is there."},
	{"abort", push_abort, METH_NOARGS, "Nothing is left of it; the end of a Push that nobody ended."},
	{NULL, NULL, 0, NULL},
};

static PyMethodDef pull_methods[] = {
	{"read", pull_read, METH_VARARGS, "read(size=1048576) -> at most so many bytes; none at the end."},
	{"close", pull_close, METH_NOARGS, "Ends it."},
	{NULL, NULL, 0, NULL},
};

static PyGetSetDef pull_values[] = {
	{"size", pull_size, NULL, "Bytes of the artifact; -1: not known.", NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot artifacts_slots[] = {
	{Py_tp_doc, "An artifact root, by its URI."},
	{Py_tp_init, artifacts_init},
	{Py_tp_dealloc, artifacts_dealloc},
	{Py_tp_methods, artifacts_methods},
	{0, NULL},
};
static PyType_Slot push_slots[] = {
	{Py_tp_doc, "An artifact as it is written."},
	{Py_tp_dealloc, stream_dealloc},
	{Py_tp_methods, push_methods},
	{0, NULL},
};
static PyType_Slot pull_slots[] = {
	{Py_tp_doc, "An artifact as it is read."},
	{Py_tp_dealloc, stream_dealloc},
	{Py_tp_methods, pull_methods},
	{Py_tp_getset, pull_values},
	{0, NULL},
};
static PyType_Spec artifacts_spec = {"millrace._native.Artifacts", sizeof(Artifacts), 0, Py_TPFLAGS_DEFAULT, artifacts_slots};
static PyType_Spec push_spec = {"millrace._native.Push", sizeof(Stream), 0,
				Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, push_slots};
static PyType_Spec pull_spec = {"millrace._native.Pull", sizeof(Stream), 0,
				Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, pull_slots};

int ext_add_artifacts(PyObject *module)
{
	push_type = (PyTypeObject *)PyType_FromSpec(&push_spec);
	pull_type = (PyTypeObject *)PyType_FromSpec(&pull_spec);
	if (!push_type || !pull_type || PyModule_AddObjectRef(module, "Push", (PyObject *)push_type) != 0 ||
	    PyModule_AddObjectRef(module, "Pull", (PyObject *)pull_type) != 0)
		return -1;
	return ext_add_type(module, &artifacts_spec);
}
