/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of ONNX Runtime's C API that is used. Its functions are members of one
 * table, which OrtGetApiBase()->GetApi(version) gives and which only ever grows:
 * a function is known by its place. Every function but the releasing ones gives
 * a status, NULL for success.
 */
#ifndef MILLRACE_PLUGINS_ONNX_ORT_H
#define MILLRACE_PLUGINS_ONNX_ORT_H

#include <stddef.h>
#include <stdint.h>

#define ORT_VERSION 1 /* everything here was there from the first on */

typedef void ort_status;
typedef void ort_value; /* tensors, sequences, maps */
typedef void ort_type; /* tensor type and shape */

struct ort_base {
	const void *(*get_api)(uint32_t version);
	const char *(*get_version)(void);
};

/* Places in the table. */
enum {
	ORT_GET_ERROR_MESSAGE = 2,
	ORT_CREATE_ENV = 3,
	ORT_CREATE_SESSION = 7,
	ORT_RUN = 9,
	ORT_CREATE_SESSION_OPTIONS = 10,
	ORT_SET_EXECUTION_MODE = 13,
	ORT_SET_OPTIMIZATION_LEVEL = 23,
	ORT_SET_INTRA_OP_THREADS = 24,
	ORT_SET_INTER_OP_THREADS = 25,
	ORT_INPUT_COUNT = 30,
	ORT_OUTPUT_COUNT = 31,
	ORT_INPUT_TYPE = 33,
	ORT_INPUT_NAME = 36,
	ORT_OUTPUT_NAME = 37,
	ORT_CREATE_TENSOR = 48,
	ORT_CREATE_TENSOR_WITH_DATA = 49,
	ORT_TENSOR_DATA = 51,
	ORT_FILL_STRINGS = 52,
	ORT_STRINGS_LENGTH = 53,
	ORT_STRINGS_CONTENT = 54,
	ORT_AS_TENSOR_TYPE = 55,
	ORT_ELEMENT_TYPE = 60,
	ORT_DIMS_COUNT = 61,
	ORT_DIMS = 62,
	ORT_ELEMENT_COUNT = 64,
	ORT_TENSOR_TYPE = 65,
	ORT_VALUE_TYPE = 67,
	ORT_CPU_MEMORY = 69,
	ORT_ALLOCATOR_FREE = 76,
	ORT_DEFAULT_ALLOCATOR = 78,
	ORT_GET_VALUE = 80,
	ORT_VALUE_COUNT = 81,
	ORT_RELEASE_ENV = 92,
	ORT_RELEASE_STATUS = 93,
	ORT_RELEASE_MEMORY = 94,
	ORT_RELEASE_SESSION = 95,
	ORT_RELEASE_VALUE = 96,
	ORT_RELEASE_TYPE_INFO = 98,
	ORT_RELEASE_TENSOR_TYPE = 99,
	ORT_RELEASE_SESSION_OPTIONS = 100
};

enum { ORT_FLOAT = 1, ORT_UINT8, ORT_INT8, ORT_UINT16, ORT_INT16, ORT_INT32, ORT_INT64, ORT_STRING, ORT_BOOL, ORT_FLOAT16,
       ORT_DOUBLE, ORT_UINT32, ORT_UINT64 };
enum { ORT_IS_TENSOR = 1, ORT_IS_SEQUENCE = 2, ORT_IS_MAP = 3 };
enum { ORT_LOG_ERROR = 3, ORT_ARENA_ALLOCATOR = 1, ORT_DEFAULT_MEMORY = 0 };

/* The same places with their types. */
struct ort {
	const char *(*error_message)(const ort_status *);
	ort_status *(*create_env)(int level, const char *id, void **out);
	ort_status *(*create_session)(void *env, const char *path, void *options, void **out);
	ort_status *(*run)(void *session, const void *options, const char *const *input_names, ort_value *const *inputs,
			   size_t inputs_n, const char *const *output_names, size_t outputs_n, ort_value **outputs);
	ort_status *(*create_session_options)(void **out);
	ort_status *(*set_execution_mode)(void *options, int mode);
	ort_status *(*set_optimization_level)(void *options, int level);
	ort_status *(*set_intra_op_threads)(void *options, int n);
	ort_status *(*set_inter_op_threads)(void *options, int n);
	ort_status *(*input_count)(void *session, size_t *out);
	ort_status *(*output_count)(void *session, size_t *out);
	ort_status *(*input_type)(void *session, size_t i, void **info);
	ort_status *(*input_name)(void *session, size_t i, void *allocator, char **out);
	ort_status *(*output_name)(void *session, size_t i, void *allocator, char **out);
	ort_status *(*create_tensor)(void *allocator, const int64_t *shape, size_t dims, int type, ort_value **out);
	ort_status *(*create_tensor_with_data)(void *memory, void *data, size_t size, const int64_t *shape, size_t dims,
					       int type, ort_value **out);
	ort_status *(*tensor_data)(ort_value *value, void **out);
	ort_status *(*fill_strings)(ort_value *value, const char *const *texts, size_t n);
	ort_status *(*strings_length)(const ort_value *value, size_t *bytes);
	ort_status *(*strings_content)(const ort_value *value, void *to, size_t size, size_t *offsets, size_t n);
	ort_status *(*as_tensor_type)(const void *info, const ort_type **out);
	ort_status *(*element_type)(const ort_type *type, int *out);
	ort_status *(*dims_count)(const ort_type *type, size_t *out);
	ort_status *(*dims)(const ort_type *type, int64_t *out, size_t n);
	ort_status *(*element_count)(const ort_type *type, size_t *out);
	ort_status *(*tensor_type)(const ort_value *value, ort_type **out);
	ort_status *(*value_type)(const ort_value *value, int *out);
	ort_status *(*cpu_memory)(int allocator_type, int memory_type, void **out);
	ort_status *(*allocator_free)(void *allocator, void *memory);
	ort_status *(*default_allocator)(void **out);
	ort_status *(*get_value)(const ort_value *value, int i, void *allocator, ort_value **out);
	ort_status *(*value_count)(const ort_value *value, size_t *out);
	void (*release_env)(void *);
	void (*release_status)(ort_status *);
	void (*release_memory)(void *);
	void (*release_session)(void *);
	void (*release_value)(ort_value *);
	void (*release_type_info)(void *);
	void (*release_tensor_type)(ort_type *);
	void (*release_session_options)(void *);
};

#endif
