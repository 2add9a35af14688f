/* SPDX-License-Identifier: Apache-2.0
 *
 * ONNX Runtime, found and opened; its table of functions, read.
 */
#include "model.h"

#include <millrace/find_library.h>

static const char *const names[] = {"libonnxruntime.so", "libonnxruntime.so.1", NULL};
static const char *const packaged[] = {
	"onnxruntime/capi/libonnxruntime.so*",
	"onnxruntime-node/bin/napi-v*/linux/x64/libonnxruntime.so*",
	"onnxruntime-node/bin/napi-v*/linux/arm64/libonnxruntime.so*",
	NULL,
};
static const struct mr_library onnxruntime = {
	"ONNX Runtime", "MILLRACE_ONNXRUNTIME_LIBRARY", names, packaged,
	"pip install onnxruntime, or npm install onnxruntime-node",
};

static void read_table(const void *const *table, struct ort *ort)
{
	const struct {
		int place;
		void *to;
	} members[] = {
		{ORT_GET_ERROR_MESSAGE, &ort->error_message},
		{ORT_CREATE_ENV, &ort->create_env},
		{ORT_CREATE_SESSION, &ort->create_session},
		{ORT_RUN, &ort->run},
		{ORT_CREATE_SESSION_OPTIONS, &ort->create_session_options},
		{ORT_SET_EXECUTION_MODE, &ort->set_execution_mode},
		{ORT_SET_OPTIMIZATION_LEVEL, &ort->set_optimization_level},
		{ORT_SET_INTRA_OP_THREADS, &ort->set_intra_op_threads},
		{ORT_SET_INTER_OP_THREADS, &ort->set_inter_op_threads},
		{ORT_INPUT_COUNT, &ort->input_count},
		{ORT_OUTPUT_COUNT, &ort->output_count},
		{ORT_INPUT_TYPE, &ort->input_type},
		{ORT_INPUT_NAME, &ort->input_name},
		{ORT_OUTPUT_NAME, &ort->output_name},
		{ORT_CREATE_TENSOR, &ort->create_tensor},
		{ORT_CREATE_TENSOR_WITH_DATA, &ort->create_tensor_with_data},
		{ORT_TENSOR_DATA, &ort->tensor_data},
		{ORT_FILL_STRINGS, &ort->fill_strings},
		{ORT_STRINGS_LENGTH, &ort->strings_length},
		{ORT_STRINGS_CONTENT, &ort->strings_content},
		{ORT_AS_TENSOR_TYPE, &ort->as_tensor_type},
		{ORT_ELEMENT_TYPE, &ort->element_type},
		{ORT_DIMS_COUNT, &ort->dims_count},
		{ORT_DIMS, &ort->dims},
		{ORT_ELEMENT_COUNT, &ort->element_count},
		{ORT_TENSOR_TYPE, &ort->tensor_type},
		{ORT_VALUE_TYPE, &ort->value_type},
		{ORT_CPU_MEMORY, &ort->cpu_memory},
		{ORT_ALLOCATOR_FREE, &ort->allocator_free},
		{ORT_DEFAULT_ALLOCATOR, &ort->default_allocator},
		{ORT_GET_VALUE, &ort->get_value},
		{ORT_VALUE_COUNT, &ort->value_count},
		{ORT_RELEASE_ENV, &ort->release_env},
		{ORT_RELEASE_STATUS, &ort->release_status},
		{ORT_RELEASE_MEMORY, &ort->release_memory},
		{ORT_RELEASE_SESSION, &ort->release_session},
		{ORT_RELEASE_VALUE, &ort->release_value},
		{ORT_RELEASE_TYPE_INFO, &ort->release_type_info},
		{ORT_RELEASE_TENSOR_TYPE, &ort->release_tensor_type},
		{ORT_RELEASE_SESSION_OPTIONS, &ort->release_session_options},
	};
	size_t i;

	for (i = 0; i < sizeof members / sizeof *members; i++)
		memcpy(members[i].to, &table[members[i].place], sizeof table[0]);
}

bool onnx_load(struct onnx_model *m, mr_str option, mr_error *err)
{
	const struct ort_base *(*get_base)(void);
	const struct mr_symbol symbol = {"OrtGetApiBase", &get_base};
	const struct ort_base *base;
	const void *const *table;
	void *handle = mr_library_open(&onnxruntime, option, err);

	if (!handle || !mr_library_symbols(handle, &onnxruntime, &symbol, 1, err))
		return false;
	base = get_base();
	table = base ? base->get_api(ORT_VERSION) : NULL;
	if (!table) {
		mr_error_set(err, MR_FEATURE_DISABLED, "This ONNX Runtime does not offer version %d of its C API",
			     ORT_VERSION);
		return false;
	}
	read_table(table, &m->ort);
	m->version = base->get_version();
	return true;
}

mr_code onnx_failed(const struct onnx_model *m, ort_status *status, mr_code code, const char *what, mr_error *err)
{
	if (!status)
		return MR_OK;
	code = mr_error_set(err, code, "ONNX Runtime could not %s: %.1500s", what, m->ort.error_message(status));
	m->ort.release_status(status);
	return code;
}
