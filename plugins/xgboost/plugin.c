/* SPDX-License-Identifier: Apache-2.0
 *
 * Models of XGBoost. predict() does what that of the Python class does which
 * saved the model: a Booster gives what the trees say, a classifier the classes.
 */
#include <millrace/arrow_columns.h>
#include <millrace/find_library.h>
#include <millrace/model_flavor.h>

static const char *const names[] = {"libxgboost.so", "libxgboost.so.0", NULL};
static const char *const packaged[] = {"xgboost/lib/libxgboost.so", NULL};
static const struct mr_library xgboost = {
	"XGBoost", "MILLRACE_XGBOOST_LIBRARY", names, packaged, "apt-get install libxgboost0, or pip install xgboost",
};

/* The part of xgboost/c_api.h that is used. Handles are pointers; 0 is success. */
struct api {
	const char *(*last_error)(void);
	void (*version)(int *major, int *minor, int *patch);
	int (*create)(void *const matrices[], uint64_t n, void **out);
	int (*free)(void *booster);
	int (*load)(void *booster, const char *path);
	int (*set)(void *booster, const char *key, const char *value);
	int (*feature_count)(void *booster, uint64_t *out);
	int (*feature_info)(void *booster, const char *field, uint64_t *n, const char ***out);
	int (*attribute)(void *booster, const char *key, const char **out, int *found);
	int (*predict_dense)(void *booster, const char *array, const char *config, void *matrix, uint64_t const **shape,
			     uint64_t *dims, const float **result);
	int (*predict_matrix)(void *booster, void *matrix, const char *config, uint64_t const **shape, uint64_t *dims,
			      const float **result);
	int (*matrix_new)(const char *array, const char *config, void **out);
	int (*matrix_free)(void *matrix);
};

struct model {
	struct api api;
	void *booster;
	uint64_t features;
	int best_iteration; /* of an estimator that stopped early, else -1 */
	bool classifier, estimator;
};

static mr_code failed(const struct model *m, mr_code code, const char *what, mr_error *err)
{
	return mr_error_set(err, code, "XGBoost could not %s: %.1500s", what, m->api.last_error());
}

static bool load_api(struct api *api, mr_str option, mr_error *err)
{
	void *handle = mr_library_open(&xgboost, option, err);
	const struct mr_symbol symbols[] = {
		{"XGBGetLastError", &api->last_error},
		{"XGBoostVersion", &api->version},
		{"XGBoosterCreate", &api->create},
		{"XGBoosterFree", &api->free},
		{"XGBoosterLoadModel", &api->load},
		{"XGBoosterSetParam", &api->set},
		{"XGBoosterGetNumFeature", &api->feature_count},
		{"XGBoosterGetStrFeatureInfo", &api->feature_info},
		{"XGBoosterGetAttr", &api->attribute},
		{"XGBoosterPredictFromDense", &api->predict_dense},
		{"XGBoosterPredictFromDMatrix", &api->predict_matrix},
		{"XGDMatrixCreateFromDense", &api->matrix_new},
		{"XGDMatrixFree", &api->matrix_free},
	};

	return handle && mr_library_symbols(handle, &xgboost, symbols, sizeof symbols / sizeof *symbols, err);
}

static void close_model(void *self)
{
	struct model *m = self;

	if (m->booster)
		m->api.free(m->booster);
	free(m);
}

/* "xgboost.sklearn.XGBClassifier" and its kin */
static void read_class(struct model *m, mr_str class_name)
{
	static const char sklearn[] = "xgboost.sklearn.", classifier[] = "Classifier";

	m->estimator = class_name.len > sizeof sklearn && !memcmp(class_name.ptr, sklearn, sizeof sklearn - 1);
	m->classifier = m->estimator && class_name.len > sizeof classifier &&
			!memcmp(class_name.ptr + class_name.len - (sizeof classifier - 1), classifier,
				sizeof classifier - 1);
}

/* An older library reads a newer model without complaint, and predicts wrongly: the format of the base score has changed. */
static mr_code check_version(const struct model *m, mr_str saved_with, bool any, mr_error *err)
{
	int major, minor, patch, model_major = 0, model_minor = 0;
	char text[32];

	if (any || !saved_with.len || saved_with.len >= sizeof text)
		return MR_OK;
	memcpy(text, saved_with.ptr, saved_with.len);
	text[saved_with.len] = 0;
	m->api.version(&major, &minor, &patch);
	if (sscanf(text, "%d.%d", &model_major, &model_minor) != 2 || model_major < major ||
	    (model_major == major && model_minor <= minor))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The model was saved with XGBoost %s, the library here is %d.%d.%d, which may read it wrongly. Name a "
			    "newer one in MILLRACE_XGBOOST_LIBRARY (pip install xgboost), or insist with any_version=true",
			    text, major, minor, patch);
}

/* A booster configures itself at its first prediction; after this one many threads may predict with it. */
static mr_code warm_up(struct model *m, int64_t threads, mr_error *err)
{
	float *row = calloc((size_t)m->features + 1, sizeof *row);
	char array[192], number[24];
	const uint64_t *shape;
	const float *result;
	uint64_t dims;
	mr_code code = row ? MR_OK : mr_error_no_memory(err);

	snprintf(number, sizeof number, "%lld", (long long)threads);
	if (!code && threads > 0 && m->api.set(m->booster, "nthread", number))
		code = failed(m, MR_INVALID_PARAMETER_VALUE, "set its threads", err);
	snprintf(array, sizeof array, "{\"data\": [%llu, true], \"shape\": [1, %llu], \"typestr\": \"<f4\", \"version\": 3}",
		 (unsigned long long)(uintptr_t)row, (unsigned long long)m->features);
	if (!code && m->api.predict_dense(m->booster, array,
					  "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
					  "\"strict_shape\": false, \"missing\": NaN, \"cache_id\": 0}",
					  NULL, &shape, &dims, &result))
		code = failed(m, MR_INVALID_PARAMETER_VALUE, "predict with the model", err);
	free(row);
	return code;
}

static mr_code open_model(const mr_host *host, const struct mr_model_open *args, void **self, mr_error *err)
{
	mr_str data = mr_setting(args->settings, args->settings_n, "data");
	struct model *m = calloc(1, sizeof *m);
	const char *best = NULL;
	char path[MR_LIBRARY_PATH_MAX];
	int found = 0;
	mr_code code = m ? mr_setting_path(args->folder, data, "model.xgb", path, err) : mr_error_no_memory(err);

	if (!code && !load_api(&m->api, host->option_string(args->options, "library"), err))
		code = MR_FEATURE_DISABLED;
	if (!code)
		code = check_version(m, mr_setting(args->settings, args->settings_n, "xgb_version"),
				     host->option_bool(args->options, "any_version"), err);
	if (!code && (m->api.create(NULL, 0, &m->booster) || m->api.load(m->booster, path) ||
		      m->api.feature_count(m->booster, &m->features)))
		code = failed(m, MR_INVALID_PARAMETER_VALUE, "load the model", err);
	if (!code)
		code = warm_up(m, host->option_int(args->options, "threads"), err);
	if (code) {
		if (m)
			close_model(m);
		return code;
	}
	read_class(m, mr_setting(args->settings, args->settings_n, "model_class"));
	if (mr_str_is(mr_setting(args->settings, args->settings_n, "predict_fn"), "predict_proba"))
		m->classifier = false; /* what the trees say are the probabilities */
	m->best_iteration = -1;
	if (m->estimator && !m->api.attribute(m->booster, "best_iteration", &best, &found) && found)
		m->best_iteration = atoi(best);
	*self = m;
	return MR_OK;
}

/* ---- what the table must have ---- */

/* As Booster.predict checks it: the names that the model was trained with, in their order. A tensor has none. */
static mr_code check_features(const struct model *m, const struct ArrowSchema *schema, mr_error *err)
{
	size_t width = mr_arrow_matrix_width(schema);
	const char **feature_names = NULL;
	uint64_t n = 0, i;

	if (width != m->features)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Feature shape mismatch, expected: %llu, got %zu: the model was trained with so many "
				    "features",
				    (unsigned long long)m->features, width);
	if (m->api.feature_info(m->booster, "feature_name", &n, &feature_names) || n != (uint64_t)schema->n_children)
		return MR_OK;
	for (i = 0; i < n; i++)
		if (strcmp(schema->children[i]->name ? schema->children[i]->name : "", feature_names[i]) != 0)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "feature_names mismatch: column %llu is '%s', the model was trained with '%s' "
					    "there",
					    (unsigned long long)i, schema->children[i]->name, feature_names[i]);
	return MR_OK;
}

/* ---- predicting ---- */

enum { VALUE = 0, MARGIN = 1, CONTRIBUTIONS = 2, INTERACTIONS = 4, LEAF = 6 };

static bool is_true(const struct mr_map_string *params, size_t n, const char *key)
{
	mr_str value = mr_setting(params, n, key);

	return mr_str_is(value, "true") || mr_str_is(value, "True") || mr_str_is(value, "1");
}

static int kind_of(const struct model *m, const struct mr_map_string *params, size_t n)
{
	int approximate = is_true(params, n, "approx_contribs");

	if (m->estimator) /* predict() of an estimator has no other */
		return is_true(params, n, "output_margin") ? MARGIN : VALUE;
	if (is_true(params, n, "pred_leaf"))
		return LEAF;
	if (is_true(params, n, "pred_contribs"))
		return CONTRIBUTIONS + approximate;
	if (is_true(params, n, "pred_interactions"))
		return INTERACTIONS + approximate;
	return is_true(params, n, "output_margin") ? MARGIN : VALUE;
}

static void configure(const struct model *m, int kind, const struct mr_map_string *params, size_t n, char out[256])
{
	mr_str range = mr_setting(params, n, "iteration_range");
	int from = 0, to = m->best_iteration + 1;
	char text[64];

	if (range.len && range.len < sizeof text) {
		memcpy(text, range.ptr, range.len);
		text[range.len] = 0;
		if (sscanf(text, "[%d, %d]", &from, &to) != 2)
			from = to = 0;
	}
	snprintf(out, 256,
		 "{\"type\": %d, \"training\": false, \"iteration_begin\": %d, \"iteration_end\": %d, "
		 "\"strict_shape\": false, \"missing\": NaN, \"cache_id\": 0, \"nthread\": 0}",
		 kind, from, to);
}

/* The classes behind what the trees say of them. */
static int64_t *classes_of(const float *scores, const struct mr_arrow_column *column)
{
	size_t rows = (size_t)column->shape[0], width = column->dims > 1 ? (size_t)column->shape[1] : 1, row, k;
	int64_t *classes = malloc((rows * (width ? width : 1) + 1) * sizeof *classes);

	for (row = 0; classes && row < rows; row++) {
		const float *of_row = scores + row * width;

		classes[row] = width == 1 && of_row[0] > 0.5f;
		for (k = 1; k < width; k++)
			if (of_row[k] > of_row[classes[row]])
				classes[row] = (int64_t)k;
	}
	return classes;
}

static mr_code answer(const struct model *m, int kind, const float *result, const uint64_t *shape, uint64_t dims,
		      struct ArrowSchema *out_schema, struct ArrowArray *out, mr_error *err)
{
	struct mr_arrow_column column = {.name = "predictions", .format = "f", .data = result, .dims = (size_t)dims};
	int64_t *classes = NULL;
	uint64_t i;
	mr_code code;

	if (!dims || dims > MR_ARROW_DIMS_MAX)
		return mr_error_set(err, MR_INTERNAL_ERROR, "XGBoost answered with %llu dimensions",
				    (unsigned long long)dims);
	for (i = 0; i < dims; i++)
		column.shape[i] = (int64_t)shape[i];
	if (m->classifier && kind == VALUE) {
		classes = classes_of(result, &column);
		if (!classes)
			return mr_error_no_memory(err);
		column.data = classes;
		column.format = "l";
		column.dims = 1;
	}
	code = mr_arrow_make(&column, 1, out_schema, out, err);
	free(classes);
	return code;
}

/* The library is given 32-bit floats: it trains with nothing else. */
static float *make_matrix(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t count, mr_error *err)
{
	double *cells = malloc((count + 1) * sizeof *cells);
	float *matrix = malloc((count + 1) * sizeof *matrix);
	size_t i;

	if (!cells || !matrix) {
		mr_error_no_memory(err);
	} else if (mr_arrow_matrix(schema, table, cells, err) == MR_OK) {
		for (i = 0; i < count; i++)
			matrix[i] = (float)cells[i];
		free(cells);
		return matrix;
	}
	free(cells);
	free(matrix);
	return NULL;
}

static mr_code predict(void *self, const struct ArrowSchema *schema, const struct ArrowArray *table,
		       const struct mr_map_string *params, size_t params_n, struct ArrowSchema *out_schema,
		       struct ArrowArray *out, mr_call *call, mr_error *err)
{
	struct model *m = self;
	size_t rows = (size_t)table->length, width = mr_arrow_matrix_width(schema);
	int kind = kind_of(m, params, params_n);
	char config[256], array[192];
	const uint64_t *shape;
	const float *result;
	void *matrix = NULL;
	float *cells;
	uint64_t dims;
	mr_code code = check_features(m, schema, err);

	(void)call;
	cells = code ? NULL : make_matrix(schema, table, rows * width, err);
	if (!cells)
		return code ? code : err->code;
	configure(m, kind, params, params_n, config);
	snprintf(array, sizeof array, "{\"data\": [%llu, true], \"shape\": [%zu, %zu], \"typestr\": \"<f4\", \"version\": 3}",
		 (unsigned long long)(uintptr_t)cells, rows, width);
	if (kind <= MARGIN ? m->api.predict_dense(m->booster, array, config, NULL, &shape, &dims, &result)
			   : m->api.matrix_new(array, "{\"missing\": NaN, \"nthread\": 0}", &matrix) ||
				     m->api.predict_matrix(m->booster, matrix, config, &shape, &dims, &result))
		code = failed(m, MR_BAD_REQUEST, "predict", err);
	else
		code = answer(m, kind, result, shape, dims, out_schema, out, err);
	if (matrix)
		m->api.matrix_free(matrix);
	free(cells);
	return code;
}

static mr_code describe(void *self, mr_str *out, mr_call *call, mr_error *err)
{
	static _Thread_local char text[160];
	struct model *m = self;
	int major, minor, patch;

	(void)call;
	(void)err;
	m->api.version(&major, &minor, &patch);
	*out = mr_str_make(text, (size_t)snprintf(text, sizeof text, "{\"library\": \"XGBoost %d.%d.%d\", \"features\": %llu}",
						  major, minor, patch, (unsigned long long)m->features));
	return MR_OK;
}

static const struct mr_option_desc options[] = {
	{"library", MR_OPTION_STRING, NULL, "The file libxgboost.so."},
	{"threads", MR_OPTION_INT, "0", "Threads of one prediction; 0: as XGBoost thinks best."},
	{"any_version", MR_OPTION_BOOL, "false", "Load models that a newer XGBoost saved than this one."},
	{NULL, 0, NULL, NULL},
};

static const struct mr_model_flavor_ops ops = {
	.size = sizeof ops,
	.open = open_model,
	.close = close_model,
	.predict = predict,
	.describe = describe,
};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_MODEL_FLAVOR, "xgboost", &ops, options, 0)
MR_PLUGIN_EXPORT("xgboost", "0.1.0", "Models of XGBoost, predicted by libxgboost.", "Apache-2.0", ENTRIES)
