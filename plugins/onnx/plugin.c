/* SPDX-License-Identifier: Apache-2.0
 *
 * ONNX models: opening a session, and running it.
 */
#include <millrace/find_library.h>
#include <millrace/model_flavor.h>

#include "model.h"

static void close_model(void *self)
{
	struct onnx_model *m = self;
	size_t i;

	for (i = 0; i < m->inputs_n; i++)
		free(m->inputs[i].name);
	for (i = 0; i < m->outputs_n; i++)
		free(m->output_names[i]);
	if (m->session)
		m->ort.release_session(m->session);
	if (m->memory)
		m->ort.release_memory(m->memory);
	if (m->env)
		m->ort.release_env(m->env);
	free(m->inputs);
	free(m->output_names);
	free(m);
}

/* ---- the session ---- */

/* The number behind "key": in a small JSON object; 0 when it is not there. */
static int number_of(mr_str json, const char *key)
{
	char text[512], quoted[64];
	const char *at;

	snprintf(text, sizeof text, "%.*s", MR_STR_ARG(json));
	snprintf(quoted, sizeof quoted, "\"%s\":", key);
	at = strstr(text, quoted);
	return at ? atoi(at + strlen(quoted)) : 0;
}

static mr_code set_options(struct onnx_model *m, void *options, mr_str given, int64_t threads, mr_error *err)
{
	int intra = threads > 0 ? (int)threads : number_of(given, "intra_op_num_threads");
	int inter = number_of(given, "inter_op_num_threads"), level = number_of(given, "graph_optimization_level");
	mr_code code = MR_OK;

	if (intra)
		code = onnx_failed(m, m->ort.set_intra_op_threads(options, intra), MR_INVALID_PARAMETER_VALUE,
				   "set the threads", err);
	if (!code && inter)
		code = onnx_failed(m, m->ort.set_inter_op_threads(options, inter), MR_INVALID_PARAMETER_VALUE,
				   "set the threads", err);
	if (!code && level)
		code = onnx_failed(m, m->ort.set_optimization_level(options, level), MR_INVALID_PARAMETER_VALUE,
				   "set the optimization", err);
	return code;
}

static mr_code open_session(struct onnx_model *m, const char *path, mr_str given, int64_t threads, mr_error *err)
{
	void *options = NULL;
	mr_code code = onnx_failed(m, m->ort.create_env(ORT_LOG_ERROR, "millrace", &m->env), MR_INTERNAL_ERROR, "start",
				   err);

	if (!code)
		code = onnx_failed(m, m->ort.create_session_options(&options), MR_INTERNAL_ERROR, "start", err);
	if (!code)
		code = set_options(m, options, given, threads, err);
	if (!code)
		code = onnx_failed(m, m->ort.create_session(m->env, path, options, &m->session),
				   MR_INVALID_PARAMETER_VALUE, "load the model", err);
	if (!code)
		code = onnx_failed(m, m->ort.cpu_memory(ORT_ARENA_ALLOCATOR, ORT_DEFAULT_MEMORY, &m->memory),
				   MR_INTERNAL_ERROR, "start", err);
	if (!code)
		code = onnx_failed(m, m->ort.default_allocator(&m->allocator), MR_INTERNAL_ERROR, "start", err);
	if (options)
		m->ort.release_session_options(options);
	return code;
}

/* A name of the session's as our own; what ONNX Runtime allocated goes back to it. */
static char *take_name(const struct onnx_model *m, char *name)
{
	char *copy = name ? strdup(name) : NULL;
	ort_status *status = name ? m->ort.allocator_free(m->allocator, name) : NULL;

	if (status)
		m->ort.release_status(status);
	return copy;
}

static mr_code read_input(struct onnx_model *m, size_t i, mr_error *err)
{
	struct onnx_input *input = &m->inputs[i];
	const ort_type *type = NULL;
	void *info = NULL;
	char *name = NULL;
	mr_code code = onnx_failed(m, m->ort.input_name(m->session, i, m->allocator, &name), MR_INTERNAL_ERROR,
				   "name its inputs", err);

	input->name = take_name(m, name);
	if (!code)
		code = onnx_failed(m, m->ort.input_type(m->session, i, &info), MR_INTERNAL_ERROR, "tell its inputs", err);
	if (!code)
		code = onnx_failed(m, m->ort.as_tensor_type(info, &type), MR_INTERNAL_ERROR, "tell its inputs", err);
	if (!code && !type)
		code = mr_error_set(err, MR_NOT_IMPLEMENTED, "Input '%s' of the model is not a tensor", input->name);
	if (!code)
		code = onnx_failed(m, m->ort.element_type(type, &input->type), MR_INTERNAL_ERROR, "tell its inputs", err);
	if (!code)
		code = onnx_failed(m, m->ort.dims_count(type, &input->dims), MR_INTERNAL_ERROR, "tell its inputs", err);
	if (!code && input->dims > MR_ARROW_DIMS_MAX)
		code = mr_error_set(err, MR_NOT_IMPLEMENTED, "Input '%s' has %zu dimensions", input->name, input->dims);
	if (!code)
		code = onnx_failed(m, m->ort.dims(type, input->shape, input->dims), MR_INTERNAL_ERROR, "tell its inputs", err);
	if (info)
		m->ort.release_type_info(info);
	return code || input->name ? code : mr_error_no_memory(err);
}

static mr_code read_names(struct onnx_model *m, mr_error *err)
{
	size_t inputs = 0, outputs = 0;
	char *name;
	mr_code code = onnx_failed(m, m->ort.input_count(m->session, &inputs), MR_INTERNAL_ERROR, "count its inputs", err);

	if (!code)
		code = onnx_failed(m, m->ort.output_count(m->session, &outputs), MR_INTERNAL_ERROR, "count its outputs", err);
	m->inputs = calloc(inputs + 1, sizeof *m->inputs);
	m->output_names = calloc(outputs + 1, sizeof *m->output_names);
	if (!code && (!m->inputs || !m->output_names))
		code = mr_error_no_memory(err);
	while (!code && m->inputs_n < inputs) {
		code = read_input(m, m->inputs_n, err);
		m->inputs_n++;
	}
	while (!code && m->outputs_n < outputs) {
		code = onnx_failed(m, m->ort.output_name(m->session, m->outputs_n, m->allocator, &name), MR_INTERNAL_ERROR,
				   "name its outputs", err);
		m->output_names[m->outputs_n] = take_name(m, code ? NULL : name);
		if (!code && !m->output_names[m->outputs_n])
			code = mr_error_no_memory(err);
		m->outputs_n++;
	}
	return code;
}

static mr_code open_model(const mr_host *host, const struct mr_model_open *args, void **self, mr_error *err)
{
	char path[MR_LIBRARY_PATH_MAX];
	struct onnx_model *m = calloc(1, sizeof *m);
	mr_code code = m ? mr_setting_path(args->folder, mr_setting(args->settings, args->settings_n, "data"),
					   "model.onnx", path, err)
			 : mr_error_no_memory(err);

	if (!code && !onnx_load(m, host->option_string(args->options, "library"), err))
		code = MR_FEATURE_DISABLED;
	if (!code)
		code = open_session(m, path, mr_setting(args->settings, args->settings_n, "onnx_session_options"),
				    host->option_int(args->options, "threads"), err);
	if (!code)
		code = read_names(m, err);
	if (!code)
		*self = m;
	else if (m)
		close_model(m);
	return code;
}

/* ---- running it ---- */

static mr_code run(struct onnx_model *m, ort_value **inputs, struct ArrowSchema *out_schema, struct ArrowArray *out,
		   mr_error *err)
{
	const char **names = malloc((m->inputs_n + 1) * sizeof *names);
	ort_value **outputs = calloc(m->outputs_n + 1, sizeof *outputs);
	mr_code code = names && outputs ? MR_OK : mr_error_no_memory(err);
	size_t i;

	for (i = 0; !code && i < m->inputs_n; i++)
		names[i] = m->inputs[i].name;
	if (!code)
		code = onnx_failed(m, m->ort.run(m->session, NULL, names, inputs, m->inputs_n,
						 (const char *const *)m->output_names, m->outputs_n, outputs),
				   MR_BAD_REQUEST, "predict", err);
	if (!code)
		code = onnx_output_table(m, outputs, out_schema, out, err);
	for (i = 0; outputs && i < m->outputs_n; i++)
		if (outputs[i])
			m->ort.release_value(outputs[i]);
	free(outputs);
	free(names);
	return code;
}

static mr_code predict(void *self, const struct ArrowSchema *schema, const struct ArrowArray *table,
		       const struct mr_map_string *params, size_t params_n, struct ArrowSchema *out_schema,
		       struct ArrowArray *out, mr_call *call, mr_error *err)
{
	struct onnx_model *m = self;
	ort_value **values = calloc(m->inputs_n + 1, sizeof *values);
	void **data = calloc(m->inputs_n + 1, sizeof *data);
	mr_code code = values && data ? MR_OK : mr_error_no_memory(err);
	size_t i;

	(void)call;
	(void)params;
	(void)params_n;
	for (i = 0; !code && i < m->inputs_n; i++)
		code = onnx_input_value(m, &m->inputs[i], schema, table, &values[i], &data[i], err);
	if (!code)
		code = run(m, values, out_schema, out, err);
	for (i = 0; values && data && i < m->inputs_n; i++) {
		if (values[i])
			m->ort.release_value(values[i]);
		free(data[i]);
	}
	free(values);
	free(data);
	return code;
}

static mr_code describe(void *self, mr_str *out, mr_call *call, mr_error *err)
{
	static _Thread_local char text[160];
	struct onnx_model *m = self;

	(void)call;
	(void)err;
	*out = mr_str_make(text, (size_t)snprintf(text, sizeof text,
						  "{\"library\": \"ONNX Runtime %.40s\", \"inputs\": %zu, \"outputs\": %zu}",
						  m->version, m->inputs_n, m->outputs_n));
	return MR_OK;
}

static const struct mr_option_desc options[] = {
	{"library", MR_OPTION_STRING, NULL, "The file libonnxruntime.so."},
	{"threads", MR_OPTION_INT, "0", "Threads within one operator; 0: as ONNX Runtime thinks best."},
	{NULL, 0, NULL, NULL},
};

static const struct mr_model_flavor_ops ops = {
	.size = sizeof ops,
	.open = open_model,
	.close = close_model,
	.predict = predict,
	.describe = describe,
};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_MODEL_FLAVOR, "onnx", &ops, options, 0)
MR_PLUGIN_EXPORT("onnx", "0.1.0", "ONNX models, run by ONNX Runtime.", "Apache-2.0", ENTRIES)
