/* SPDX-License-Identifier: Apache-2.0
 *
 * Models of LightGBM. predict() does what that of the Python class does which
 * saved the model: a Booster and a regressor give what the trees say, a
 * classifier its classes.
 */
#include <millrace/arrow_columns.h>
#include <millrace/find_library.h>
#include <millrace/model_flavor.h>

#include "estimator.h"

static const char *const names[] = {"lib_lightgbm.so", NULL};
static const char *const packaged[] = {"lightgbm/lib/lib_lightgbm.so", "lightgbm/lib_lightgbm.so", NULL};
static const struct mr_library lightgbm = {
	"LightGBM", "MILLRACE_LIGHTGBM_LIBRARY", names, packaged, "pip install lightgbm",
};

enum { PREDICT_VALUE = 0, DTYPE_FLOAT64 = 1 };

/* The part of LightGBM/c_api.h that is used. Handles are pointers; 0 is success. */
struct api {
	const char *(*last_error)(void);
	int (*load)(const char *path, int *iterations, void **out);
	int (*load_text)(const char *text, int *iterations, void **out);
	int (*free)(void *booster);
	int (*feature_count)(void *booster, int *out);
	int (*class_count)(void *booster, int *out);
	int (*result_size)(void *booster, int rows, int type, int first_iteration, int iterations, int64_t *out);
	int (*predict)(void *booster, const void *data, int data_type, int32_t rows, int32_t columns, int row_major,
		       int type, int first_iteration, int iterations, const char *parameters, int64_t *n, double *out);
};

struct model {
	struct api api;
	void *booster;
	int features, classes, iterations;
	int used; /* iterations that predictions use; -1: all */
	char parameters[64];
	bool classifier;
	struct estimator estimator; /* its booster's text is gone after the start */
};

static mr_code failed(const struct model *m, mr_code code, const char *what, mr_error *err)
{
	return mr_error_set(err, code, "LightGBM could not %s: %.1500s", what, m->api.last_error());
}

static bool load_api(struct api *api, mr_str option, mr_error *err)
{
	void *handle = mr_library_open(&lightgbm, option, err);
	const struct mr_symbol symbols[] = {
		{"LGBM_GetLastError", &api->last_error},
		{"LGBM_BoosterCreateFromModelfile", &api->load},
		{"LGBM_BoosterLoadModelFromString", &api->load_text},
		{"LGBM_BoosterFree", &api->free},
		{"LGBM_BoosterGetNumFeature", &api->feature_count},
		{"LGBM_BoosterGetNumClasses", &api->class_count},
		{"LGBM_BoosterCalcNumPredict", &api->result_size},
		{"LGBM_BoosterPredictForMat", &api->predict},
	};

	return handle && mr_library_symbols(handle, &lightgbm, symbols, sizeof symbols / sizeof *symbols, err);
}

static void close_model(void *self)
{
	struct model *m = self;

	if (m->booster)
		m->api.free(m->booster);
	estimator_dispose(&m->estimator);
	free(m);
}

static bool ends_with(mr_str s, const char *end)
{
	size_t n = strlen(end);

	return s.len >= n && !memcmp(s.ptr + s.len - n, end, n);
}

static mr_code load(struct model *m, const char *path, mr_str class_name, mr_str format, mr_error *err)
{
	mr_code code = MR_OK;
	int failure;

	m->used = -1;
	if (class_name.len && !mr_str_is(class_name, "lightgbm.basic.Booster")) {
		m->classifier = ends_with(class_name, "Classifier");
		if (!mr_str_is(format, "skops"))
			return mr_error_set(err, MR_NOT_IMPLEMENTED,
					    "The model is a pickled Python object (%.*s), which only Python reads. Log it with "
					    "serialization_format=\"skops\", or its booster: "
					    "mlflow.lightgbm.log_model(model.booster_, ...)",
					    MR_STR_ARG(class_name));
		code = estimator_read(path, m->classifier, &m->estimator, err);
		if (code)
			return code;
		failure = m->api.load_text(m->estimator.booster, &m->iterations, &m->booster);
		free(m->estimator.booster);
		m->estimator.booster = NULL;
		if (m->estimator.best_iteration > 0)
			m->used = m->estimator.best_iteration;
	} else {
		failure = m->api.load(path, &m->iterations, &m->booster);
	}
	if (failure || m->api.feature_count(m->booster, &m->features) || m->api.class_count(m->booster, &m->classes))
		code = failed(m, MR_INVALID_PARAMETER_VALUE, "load the model", err);
	return code;
}

static mr_code open_model(const mr_host *host, const struct mr_model_open *args, void **self, mr_error *err)
{
	mr_str data = mr_setting(args->settings, args->settings_n, "data");
	mr_str class_name = mr_setting(args->settings, args->settings_n, "model_class");
	int64_t threads = host->option_int(args->options, "threads");
	struct model *m = calloc(1, sizeof *m);
	char path[MR_LIBRARY_PATH_MAX];
	mr_code code = m ? mr_setting_path(args->folder, data, "model.lgb", path, err) : mr_error_no_memory(err);

	if (!code && !load_api(&m->api, host->option_string(args->options, "library"), err))
		code = MR_FEATURE_DISABLED;
	if (!code)
		code = load(m, path, class_name, mr_setting(args->settings, args->settings_n, "serialization_format"), err);
	if (!code && mr_str_is(mr_setting(args->settings, args->settings_n, "predict_fn"), "predict_proba"))
		m->classifier = false; /* what the trees say are the probabilities */
	if (code) {
		if (m)
			close_model(m);
		return code;
	}
	if (threads > 0)
		snprintf(m->parameters, sizeof m->parameters, "num_threads=%lld", (long long)threads);
	*self = m;
	return MR_OK;
}

/* Which class each row is of, in place of what the trees say of them. */
static mr_code to_classes(const struct model *m, const double *scores, struct mr_arrow_column *column, void **memory,
			  mr_error *err)
{
	size_t rows = (size_t)column->shape[0], width = column->dims > 1 ? (size_t)column->shape[1] : 1, row, k, best;
	size_t item = m->estimator.texts ? sizeof(mr_str) : sizeof(int64_t);
	char *named = calloc(rows + 1, item);

	*memory = named;
	if (!named)
		return mr_error_no_memory(err);
	for (row = 0; row < rows; row++) {
		best = width == 1 && scores[row] > 0.5;
		for (k = 1; k < width; k++)
			if (scores[row * width + k] > scores[row * width + best])
				best = k;
		if (best >= m->estimator.classes)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The model has more classes than names for them");
		memcpy(named + row * item, m->estimator.texts ? (const void *)&m->estimator.texts[best]
							      : (const void *)&m->estimator.numbers[best], item);
	}
	column->data = named;
	column->format = m->estimator.texts ? "u" : "l";
	column->dims = 1;
	return MR_OK;
}

static mr_code run(struct model *m, const double *cells, int32_t rows, int64_t size, struct ArrowSchema *out_schema,
		   struct ArrowArray *out, mr_error *err)
{
	struct mr_arrow_column column = {.name = "predictions", .format = "g", .shape = {rows}, .dims = 1};
	double *result = malloc((size_t)(size + 1) * sizeof *result);
	int64_t n = 0;
	void *named = NULL;
	mr_code code = result ? MR_OK : mr_error_no_memory(err);

	if (!code && rows && m->api.predict(m->booster, cells, DTYPE_FLOAT64, rows, m->features, 1, PREDICT_VALUE, 0,
					    m->used, m->parameters, &n, result))
		code = failed(m, MR_BAD_REQUEST, "predict", err);
	column.data = result;
	if (rows && n > rows) {
		column.shape[1] = n / rows;
		column.dims = 2;
	}
	if (!code && m->classifier)
		code = to_classes(m, result, &column, &named, err);
	if (!code)
		code = mr_arrow_make(&column, 1, out_schema, out, err);
	free(named);
	free(result);
	return code;
}

static mr_code predict(void *self, const struct ArrowSchema *schema, const struct ArrowArray *table,
		       const struct mr_map_string *params, size_t params_n, struct ArrowSchema *out_schema,
		       struct ArrowArray *out, mr_call *call, mr_error *err)
{
	struct model *m = self;
	size_t width = mr_arrow_matrix_width(schema);
	int64_t size = 0;
	double *cells;
	mr_code code = MR_OK;

	(void)call;
	(void)params;
	(void)params_n; /* MLflow's wrapper gives none to the booster */
	if (width != (size_t)m->features)
		return mr_error_set(err, MR_BAD_REQUEST,
				    "The number of features in data (%zu) is not the same as it was in training data (%d).",
				    width, m->features);
	if (table->length > INT32_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "LightGBM takes at most 2147483647 rows at a time");
	cells = malloc(((size_t)table->length * width + 1) * sizeof *cells);
	if (!cells)
		return mr_error_no_memory(err);
	code = mr_arrow_matrix(schema, table, cells, err);
	if (!code && m->api.result_size(m->booster, (int)table->length, PREDICT_VALUE, 0, m->used, &size))
		code = failed(m, MR_INTERNAL_ERROR, "say how much it predicts", err);
	if (!code)
		code = run(m, cells, (int32_t)table->length, size, out_schema, out, err);
	free(cells);
	return code;
}

static mr_code describe(void *self, mr_str *out, mr_call *call, mr_error *err)
{
	static _Thread_local char text[160];
	struct model *m = self;

	(void)call;
	(void)err;
	*out = mr_str_make(text, (size_t)snprintf(text, sizeof text,
						  "{\"library\": \"LightGBM\", \"features\": %d, \"classes\": %d, "
						  "\"iterations\": %d}",
						  m->features, m->classes, m->iterations));
	return MR_OK;
}

static const struct mr_option_desc options[] = {
	{"library", MR_OPTION_STRING, NULL, "The file lib_lightgbm.so."},
	{"threads", MR_OPTION_INT, "0", "Threads of one prediction; 0: as LightGBM thinks best."},
	{NULL, 0, NULL, NULL},
};

static const struct mr_model_flavor_ops ops = {
	.size = sizeof ops,
	.open = open_model,
	.close = close_model,
	.predict = predict,
	.describe = describe,
};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_MODEL_FLAVOR, "lightgbm", &ops, options, 0)
MR_PLUGIN_EXPORT("lightgbm", "0.1.0", "Models of LightGBM, predicted by lib_lightgbm.", "Apache-2.0", ENTRIES)
