/* SPDX-License-Identifier: Apache-2.0
 *
 * Native evaluators: tables come and go by the Arrow C data interface, in capsules as `__arrow_c_array__` gives them.
 */
#include "ext.h"

/* One evaluation: Python is called on the thread that called, between the evaluator's own work. */
struct evaluation {
	struct ext_wait wait;
	PyObject *outputs, *predict, *metric, *artifact;
	struct mr_evaluator_call what;
	mr_str *features, *probabilities;
};

/* ---- tables ---- */

static bool take_table(PyObject *pair, struct ArrowSchema **schema, struct ArrowArray **table)
{
	PyObject *first = PyTuple_GetItem(pair, 0), *second = first ? PyTuple_GetItem(pair, 1) : NULL;

	*schema = second ? PyCapsule_GetPointer(first, "arrow_schema") : NULL;
	*table = *schema ? PyCapsule_GetPointer(second, "arrow_array") : NULL;
	return *table != NULL;
}

/* What Python answered is now ours to release. */
static bool move_table(PyObject *pair, struct ArrowSchema *out_schema, struct ArrowArray *out)
{
	struct ArrowSchema *schema;
	struct ArrowArray *table;

	if (!take_table(pair, &schema, &table))
		return false;
	*out_schema = *schema;
	*out = *table;
	schema->release = NULL;
	table->release = NULL;
	return true;
}

static void forget_schema(struct ArrowSchema *schema)
{
	schema->release = NULL;
}

static void forget_array(struct ArrowArray *array)
{
	array->release = NULL;
}

static void free_schema(PyObject *capsule)
{
	free(PyCapsule_GetPointer(capsule, "arrow_schema"));
}

static void free_array(PyObject *capsule)
{
	free(PyCapsule_GetPointer(capsule, "arrow_array"));
}

/* A table that somebody else releases, good during a call: whoever takes it must copy. */
static PyObject *lend_table(const struct ArrowSchema *schema, const struct ArrowArray *table)
{
	struct ArrowSchema *s = malloc(sizeof *s);
	struct ArrowArray *a = malloc(sizeof *a);
	PyObject *first = NULL, *second = NULL, *pair = NULL;

	if (s && a) {
		*s = *schema;
		*a = *table;
		s->release = forget_schema;
		a->release = forget_array;
		first = PyCapsule_New(s, "arrow_schema", free_schema);
		second = first ? PyCapsule_New(a, "arrow_array", free_array) : NULL;
		pair = second ? PyTuple_Pack(2, first, second) : NULL;
	} else {
		PyErr_NoMemory();
	}
	if (!first)
		free(s);
	if (!second)
		free(a);
	Py_XDECREF(first);
	Py_XDECREF(second);
	return pair;
}

/* ---- what the evaluator calls ---- */

/* With the GIL; NULL after an exception, which stays: the evaluator must come back first. */
static PyObject *call_python(struct evaluation *e, PyObject *function, PyObject *arguments)
{
	PyObject *answer = arguments && !PyErr_Occurred() ? PyObject_CallObject(function, arguments) : NULL;

	Py_XDECREF(arguments);
	if (!answer)
		atomic_store(&e->wait.interrupted, true);
	return answer;
}

static mr_code refused(mr_error *err)
{
	return mr_error_set(err, MR_ABORTED, "Python raised an exception");
}

static mr_code table_of(struct evaluation *e, PyObject *function, PyObject *arguments, struct ArrowSchema *schema, struct ArrowArray *table,
			mr_error *err)
{
	PyObject *answer = call_python(e, function, arguments);
	bool well = answer && move_table(answer, schema, table);

	if (!well)
		atomic_store(&e->wait.interrupted, true);
	Py_XDECREF(answer);
	return well ? MR_OK : refused(err);
}

static mr_code give_outputs(void *arg, struct ArrowSchema *schema, struct ArrowArray *table, mr_error *err)
{
	struct evaluation *e = arg;
	mr_code code;

	PyEval_RestoreThread(e->wait.released);
	code = table_of(e, e->outputs, PyTuple_New(0), schema, table, err);
	e->wait.released = PyEval_SaveThread();
	return code;
}

static mr_code give_predictions(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table, struct ArrowSchema *out_schema,
				struct ArrowArray *out, mr_error *err)
{
	struct evaluation *e = arg;
	PyObject *lent;
	mr_code code;

	PyEval_RestoreThread(e->wait.released);
	lent = lend_table(schema, table);
	code = table_of(e, e->predict, lent ? PyTuple_Pack(1, lent) : NULL, out_schema, out, err);
	Py_XDECREF(lent);
	e->wait.released = PyEval_SaveThread();
	return code;
}

static mr_code tell(struct evaluation *e, PyObject *function, PyObject *arguments, mr_error *err)
{
	PyObject *answer = call_python(e, function, arguments);

	Py_XDECREF(answer);
	return answer ? MR_OK : refused(err);
}

static mr_code take_metric(void *arg, mr_str name, double value, mr_error *err)
{
	struct evaluation *e = arg;
	mr_code code;

	PyEval_RestoreThread(e->wait.released);
	code = tell(e, e->metric, Py_BuildValue("s#d", name.ptr, (Py_ssize_t)name.len, value), err);
	e->wait.released = PyEval_SaveThread();
	return code;
}

static mr_code take_artifact(void *arg, mr_str name, mr_str path, mr_error *err)
{
	struct evaluation *e = arg;
	mr_code code;

	PyEval_RestoreThread(e->wait.released);
	code = tell(e, e->artifact, Py_BuildValue("s#s#", name.ptr, (Py_ssize_t)name.len, path.ptr, (Py_ssize_t)path.len), err);
	e->wait.released = PyEval_SaveThread();
	return code;
}

static bool is_interrupted(void *arg)
{
	struct evaluation *e = arg;

	return ext_interrupted(&e->wait);
}

/* ---- the call ---- */

static bool take_names(PyObject *list, mr_str **out, size_t *n)
{
	Py_ssize_t size = PyList_Size(list);

	*out = calloc((size_t)size + 1, sizeof **out);
	if (!*out)
		PyErr_NoMemory();
	for (Py_ssize_t i = 0; *out && i < size; i++)
		if (ext_view(PyList_GetItem(list, i), &(*out)[i]) != 0)
			return false;
	*n = (size_t)size;
	return *out != NULL;
}

static bool take_texts(PyObject *dict, struct mr_evaluator_call *w)
{
	const struct {
		const char *name;
		mr_str *at;
	} texts[] = {
		{"evaluator", &w->evaluator}, {"model_type", &w->model_type},	  {"config_json", &w->config_json},	  {"run_id", &w->run_id},
		{"tracking_uri", &w->tracking_uri}, {"targets", &w->targets}, {"dataset_name", &w->dataset_name}, {"dataset_digest", &w->dataset_digest},
		{"model_uri", &w->model_uri}, {"model_id", &w->model_id},	  {"model_json", &w->model_json},	  {"predictions", &w->predictions},
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		PyObject *value = PyDict_GetItemString(dict, texts[i].name);

		if (value && ext_view(value, texts[i].at) != 0)
			return false;
	}
	return true;
}

PyDoc_STRVAR(evaluate_doc, "evaluate(texts, data, features, probabilities, outputs, predict, metric, artifact)\n\n"
			   "Has a native evaluator judge. texts: a dict; data: the capsules of __arrow_c_array__, as outputs() and\n"
			   "predict(capsules) answer. metric(name, value) and artifact(name, path) get the results.");

static PyObject *evaluate(PyObject *module, PyObject *args)
{
	struct evaluation e = {.outputs = NULL};
	PyObject *texts, *data, *features, *probabilities, *result = NULL;
	struct ArrowSchema *schema;
	struct ArrowArray *table;
	mr_error err;
	mr_code code;

	(void)module;
	if (!PyArg_ParseTuple(args, "O!O!O!O!OOOO", &PyDict_Type, &texts, &PyTuple_Type, &data, &PyList_Type, &features, &PyList_Type,
			      &probabilities, &e.outputs, &e.predict, &e.metric, &e.artifact))
		return NULL;
	e.what = (struct mr_evaluator_call){.size = sizeof e.what, .outputs = give_outputs, .metric = take_metric, .artifact = take_artifact,
					    .predict = e.predict == Py_None ? NULL : give_predictions, .cancelled = is_interrupted, .arg = &e};
	if (take_texts(texts, &e.what) && take_table(data, &schema, &table) && take_names(features, &e.features, &e.what.features_n) &&
	    take_names(probabilities, &e.probabilities, &e.what.probabilities_n)) {
		e.what.schema = schema;
		e.what.table = table;
		e.what.features = e.features;
		e.what.probabilities = e.probabilities;
		mr_error_init(&err);
		ext_wait_begin(&e.wait);
		code = mr_evaluator_run(&e.what, &err);
		ext_wait_end(&e.wait);
		if (code == MR_OK && !PyErr_Occurred())
			result = Py_NewRef(Py_None);
		else if (!PyErr_Occurred())
			ext_raise(&err);
	}
	free(e.features);
	free(e.probabilities);
	return result;
}

static PyObject *can_evaluate(PyObject *module, PyObject *args)
{
	const char *name, *model_type, *config_json;
	bool can = false;
	mr_error err;
	mr_code code;

	(void)module;
	if (!PyArg_ParseTuple(args, "szz", &name, &model_type, &config_json))
		return NULL;
	mr_error_init(&err);
	Py_BEGIN_ALLOW_THREADS
	code = mr_evaluator_can_evaluate(name, model_type, config_json, &can, &err);
	Py_END_ALLOW_THREADS
	return code == MR_OK ? PyBool_FromLong(can) : ext_raise(&err);
}

static PyMethodDef functions[] = {
	{"evaluate", evaluate, METH_VARARGS, evaluate_doc},
	{"can_evaluate", can_evaluate, METH_VARARGS, "can_evaluate(evaluator, model_type, config_json) -> bool"},
	{NULL, NULL, 0, NULL},
};

int ext_add_evaluators(PyObject *module)
{
	return PyModule_AddFunctions(module, functions);
}
