/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the API, as slots that a store fills, grouped in facets.
 * Made by src/api/gen from the .api files of src/api; change those and run `make generate`.
 */
#ifndef MILLRACE_GEN_OPERATIONS_H
#define MILLRACE_GEN_OPERATIONS_H

#include "millrace/gen/messages.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers of the operations, for invoke; never reused. */
enum mr_operation_id {
	MR_OP_CREATE_EXPERIMENT = 101,
	MR_OP_SEARCH_EXPERIMENTS = 102,
	MR_OP_GET_EXPERIMENT = 103,
	MR_OP_GET_EXPERIMENT_BY_NAME = 104,
	MR_OP_DELETE_EXPERIMENT = 105,
	MR_OP_RESTORE_EXPERIMENT = 106,
	MR_OP_UPDATE_EXPERIMENT = 107,
	MR_OP_SET_EXPERIMENT_TAG = 108,
	MR_OP_DELETE_EXPERIMENT_TAG = 109,
	MR_OP_CREATE_RUN = 201,
	MR_OP_UPDATE_RUN = 202,
	MR_OP_DELETE_RUN = 203,
	MR_OP_RESTORE_RUN = 204,
	MR_OP_GET_RUN = 205,
	MR_OP_SEARCH_RUNS = 206,
	MR_OP_LOG_PARAM = 207,
	MR_OP_SET_TAG = 208,
	MR_OP_DELETE_TAG = 209,
	MR_OP_LOG_BATCH = 210,
	MR_OP_LOG_METRIC = 301,
	MR_OP_GET_METRIC_HISTORY = 302,
	MR_OP_GET_METRIC_HISTORY_BULK_INTERVAL = 303,
	MR_OP_GET_METRIC_HISTORY_BULK = 304,
	MR_OP_LOG_INPUTS = 401,
	MR_OP_LOG_OUTPUTS = 402,
	MR_OP_SEARCH_DATASETS = 403,
	MR_OP_CREATE_LOGGED_MODEL = 501,
	MR_OP_FINALIZE_LOGGED_MODEL = 502,
	MR_OP_GET_LOGGED_MODEL = 503,
	MR_OP_DELETE_LOGGED_MODEL = 504,
	MR_OP_SEARCH_LOGGED_MODELS = 505,
	MR_OP_SET_LOGGED_MODEL_TAGS = 506,
	MR_OP_DELETE_LOGGED_MODEL_TAG = 507,
	MR_OP_LOG_LOGGED_MODEL_PARAMS = 508,
	MR_OP_LOG_MODEL = 509,
	MR_OP_CREATE_REGISTERED_MODEL = 601,
	MR_OP_RENAME_REGISTERED_MODEL = 602,
	MR_OP_UPDATE_REGISTERED_MODEL = 603,
	MR_OP_DELETE_REGISTERED_MODEL = 604,
	MR_OP_GET_REGISTERED_MODEL = 605,
	MR_OP_SEARCH_REGISTERED_MODELS = 606,
	MR_OP_GET_LATEST_VERSIONS = 607,
	MR_OP_SET_REGISTERED_MODEL_TAG = 608,
	MR_OP_DELETE_REGISTERED_MODEL_TAG = 609,
	MR_OP_SET_REGISTERED_MODEL_ALIAS = 610,
	MR_OP_DELETE_REGISTERED_MODEL_ALIAS = 611,
	MR_OP_GET_MODEL_VERSION_BY_ALIAS = 612,
	MR_OP_CREATE_MODEL_VERSION = 701,
	MR_OP_UPDATE_MODEL_VERSION = 702,
	MR_OP_TRANSITION_MODEL_VERSION_STAGE = 703,
	MR_OP_DELETE_MODEL_VERSION = 704,
	MR_OP_GET_MODEL_VERSION = 705,
	MR_OP_SEARCH_MODEL_VERSIONS = 706,
	MR_OP_GET_MODEL_VERSION_DOWNLOAD_URI = 707,
	MR_OP_SET_MODEL_VERSION_TAG = 708,
	MR_OP_DELETE_MODEL_VERSION_TAG = 709,
	MR_OP_LIST_ARTIFACTS = 801,
	MR_OP_CREATE_PRESIGNED_UPLOAD_URL = 802,
	MR_OP_CREATE_PRESIGNED_DOWNLOAD_URL = 803,
	MR_OP_LIST_LOGGED_MODEL_ARTIFACTS = 804,
	MR_OP_PROXY_DOWNLOAD = 901,
	MR_OP_PROXY_UPLOAD = 902,
	MR_OP_PROXY_LIST = 903,
	MR_OP_PROXY_DELETE = 904,
	MR_OP_PROXY_MULTIPART_CREATE = 905,
	MR_OP_PROXY_MULTIPART_COMPLETE = 906,
	MR_OP_PROXY_MULTIPART_ABORT = 907,
	MR_OP_PROXY_PRESIGNED_DOWNLOAD = 908,
	MR_OP_LIST_DELETED_RUNS = 1001,
	MR_OP_PURGE_RUN = 1002,
	MR_OP_LIST_DELETED_EXPERIMENTS = 1003,
	MR_OP_PURGE_EXPERIMENT = 1004,
	MR_OP_LIST_DELETED_LOGGED_MODELS = 1005,
	MR_OP_PURGE_LOGGED_MODEL = 1006,
	MR_OP_SERVER_INFO = 1101,
	MR_OP_GET_ARTIFACT = 1102,
	MR_OP_GET_MODEL_VERSION_ARTIFACT = 1103,
	MR_OP_UPLOAD_ARTIFACT = 1104,
	MR_OP_GET_LOGGED_MODEL_ARTIFACT = 1105
};

/* Experiments: the named sets that runs live in. */
struct mr_experiments_ops {
	size_t size; /* of this struct, as the plugin was compiled */
	/* Creates an experiment; its name must be new. (write) */
	mr_code (*create_experiment)(void *self, const struct mr_create_experiment *request,
		struct mr_create_experiment_response *response, mr_call *call, mr_error *err);
	/* Finds experiments by a filter, in an order, a page at a time. (pool) */
	mr_code (*search_experiments)(void *self, const struct mr_search_experiments *request,
		struct mr_search_experiments_response *response, mr_call *call, mr_error *err);
	/* One experiment by its id, deleted or not. (inline) */
	mr_code (*get_experiment)(void *self, const struct mr_get_experiment *request,
		struct mr_get_experiment_response *response, mr_call *call, mr_error *err);
	/* One experiment by its name, deleted or not. (inline) */
	mr_code (*get_experiment_by_name)(void *self, const struct mr_get_experiment_by_name *request,
		struct mr_get_experiment_by_name_response *response, mr_call *call, mr_error *err);
	/* Marks an experiment and its runs as deleted. (write) */
	mr_code (*delete_experiment)(void *self, const struct mr_delete_experiment *request,
		struct mr_delete_experiment_response *response, mr_call *call, mr_error *err);
	/* Brings a deleted experiment back, with all its runs. (write) */
	mr_code (*restore_experiment)(void *self, const struct mr_restore_experiment *request,
		struct mr_restore_experiment_response *response, mr_call *call, mr_error *err);
	/* Renames an experiment. (write) */
	mr_code (*update_experiment)(void *self, const struct mr_update_experiment *request,
		struct mr_update_experiment_response *response, mr_call *call, mr_error *err);
	/* Sets a tag of an experiment. (write) */
	mr_code (*set_experiment_tag)(void *self, const struct mr_set_experiment_tag *request,
		struct mr_set_experiment_tag_response *response, mr_call *call, mr_error *err);
	/* Removes a tag of an experiment. (write) */
	mr_code (*delete_experiment_tag)(void *self, const struct mr_delete_experiment_tag *request,
		struct mr_delete_experiment_tag_response *response, mr_call *call, mr_error *err);
};

/* Runs: their life, parameters, tags, batches and search. */
struct mr_runs_ops {
	size_t size; /* of this struct, as the plugin was compiled */
	/* Starts a run in an experiment. (write) */
	mr_code (*create_run)(void *self, const struct mr_create_run *request,
		struct mr_create_run_response *response, mr_call *call, mr_error *err);
	/* Changes status, end time or name of a run. (write) */
	mr_code (*update_run)(void *self, const struct mr_update_run *request,
		struct mr_update_run_response *response, mr_call *call, mr_error *err);
	/* Marks a run as deleted. (write) */
	mr_code (*delete_run)(void *self, const struct mr_delete_run *request,
		struct mr_delete_run_response *response, mr_call *call, mr_error *err);
	/* Brings a deleted run back. (write) */
	mr_code (*restore_run)(void *self, const struct mr_restore_run *request,
		struct mr_restore_run_response *response, mr_call *call, mr_error *err);
	/* One run with its latest metrics, parameters, tags, inputs and outputs. (inline) */
	mr_code (*get_run)(void *self, const struct mr_get_run *request,
		struct mr_get_run_response *response, mr_call *call, mr_error *err);
	/* Finds runs by a filter, in an order, a page at a time. (pool) */
	mr_code (*search_runs)(void *self, const struct mr_search_runs *request,
		struct mr_search_runs_response *response, mr_call *call, mr_error *err);
	/* Logs a parameter, which can be set once. (write) */
	mr_code (*log_param)(void *self, const struct mr_log_param *request,
		struct mr_log_param_response *response, mr_call *call, mr_error *err);
	/* Sets a tag of a run. (write) */
	mr_code (*set_tag)(void *self, const struct mr_set_tag *request,
		struct mr_set_tag_response *response, mr_call *call, mr_error *err);
	/* Removes a tag of a run. (write) */
	mr_code (*delete_tag)(void *self, const struct mr_delete_tag *request,
		struct mr_delete_tag_response *response, mr_call *call, mr_error *err);
	/* Logs metrics, parameters and tags of a run, all or none. (write) */
	mr_code (*log_batch)(void *self, const struct mr_log_batch *request,
		struct mr_log_batch_response *response, mr_call *call, mr_error *err);
};

/* Metrics and their history. */
struct mr_metrics_ops {
	size_t size; /* of this struct, as the plugin was compiled */
	/* Logs one value of a metric. (write) */
	mr_code (*log_metric)(void *self, const struct mr_log_metric *request,
		struct mr_log_metric_response *response, mr_call *call, mr_error *err);
	/* All values of a metric of a run. (pool) */
	mr_code (*get_metric_history)(void *self, const struct mr_get_metric_history *request,
		struct mr_get_metric_history_response *response, mr_call *call, mr_error *err);
	/* Values of one metric of several runs, thinned out evenly over an interval of steps. (pool) */
	mr_code (*get_metric_history_bulk_interval)(void *self, const struct mr_get_metric_history_bulk_interval *request,
		struct mr_get_metric_history_bulk_interval_response *response, mr_call *call, mr_error *err);
	/* Values of one metric of several runs, by run, timestamp, step and value. (pool) */
	mr_code (*get_metric_history_bulk)(void *self, const struct mr_get_metric_history_bulk *request,
		struct mr_get_metric_history_bulk_response *response, mr_call *call, mr_error *err);
};

/* What runs read and made: data sets and models. */
struct mr_inputs_ops {
	size_t size; /* of this struct, as the plugin was compiled */
	/* Records data sets and models that a run read. (write) */
	mr_code (*log_inputs)(void *self, const struct mr_log_inputs *request,
		struct mr_log_inputs_response *response, mr_call *call, mr_error *err);
	/* Records models that a run made. (write) */
	mr_code (*log_outputs)(void *self, const struct mr_log_outputs *request,
		struct mr_log_outputs_response *response, mr_call *call, mr_error *err);
	/* The data sets that the runs of some experiments used. (pool) */
	mr_code (*search_datasets)(void *self, const struct mr_search_datasets *request,
		struct mr_search_datasets_response *response, mr_call *call, mr_error *err);
};

/* Logged models: models as things of their own, with metrics, parameters and tags. */
struct mr_logged_models_ops {
	size_t size; /* of this struct, as the plugin was compiled */
	/* Creates a logged model in an experiment. (write) */
	mr_code (*create_logged_model)(void *self, const struct mr_create_logged_model *request,
		struct mr_create_logged_model_response *response, mr_call *call, mr_error *err);
	/* Says that a logged model is ready, or that its upload failed. (write) */
	mr_code (*finalize_logged_model)(void *self, const struct mr_finalize_logged_model *request,
		struct mr_finalize_logged_model_response *response, mr_call *call, mr_error *err);
	/* One logged model. (inline) */
	mr_code (*get_logged_model)(void *self, const struct mr_get_logged_model *request,
		struct mr_get_logged_model_response *response, mr_call *call, mr_error *err);
	/* Marks a logged model as deleted. (write) */
	mr_code (*delete_logged_model)(void *self, const struct mr_delete_logged_model *request,
		struct mr_delete_logged_model_response *response, mr_call *call, mr_error *err);
	/* Finds logged models by a filter, in an order, a page at a time. (pool) */
	mr_code (*search_logged_models)(void *self, const struct mr_search_logged_models *request,
		struct mr_search_logged_models_response *response, mr_call *call, mr_error *err);
	/* Sets tags of a logged model. (write) */
	mr_code (*set_logged_model_tags)(void *self, const struct mr_set_logged_model_tags *request,
		struct mr_set_logged_model_tags_response *response, mr_call *call, mr_error *err);
	/* Removes a tag of a logged model. (write) */
	mr_code (*delete_logged_model_tag)(void *self, const struct mr_delete_logged_model_tag *request,
		struct mr_delete_logged_model_tag_response *response, mr_call *call, mr_error *err);
	/* Logs parameters of a logged model. (write) */
	mr_code (*log_logged_model_params)(void *self, const struct mr_log_logged_model_params_request *request,
		struct mr_log_logged_model_params_request_response *response, mr_call *call, mr_error *err);
	/* Records in a run that a model was logged to its artifacts (before MLflow 3). (write) */
	mr_code (*log_model)(void *self, const struct mr_log_model *request,
		struct mr_log_model_response *response, mr_call *call, mr_error *err);
};

/* Registered models: named lines of model versions. */
struct mr_registered_models_ops {
	size_t size; /* of this struct, as the plugin was compiled */
	/* Creates a registered model; its name must be new. (write) */
	mr_code (*create_registered_model)(void *self, const struct mr_create_registered_model *request,
		struct mr_create_registered_model_response *response, mr_call *call, mr_error *err);
	/* Renames a registered model. (write) */
	mr_code (*rename_registered_model)(void *self, const struct mr_rename_registered_model *request,
		struct mr_rename_registered_model_response *response, mr_call *call, mr_error *err);
	/* Changes the description of a registered model. (write) */
	mr_code (*update_registered_model)(void *self, const struct mr_update_registered_model *request,
		struct mr_update_registered_model_response *response, mr_call *call, mr_error *err);
	/* Removes a registered model with its versions. (write) */
	mr_code (*delete_registered_model)(void *self, const struct mr_delete_registered_model *request,
		struct mr_delete_registered_model_response *response, mr_call *call, mr_error *err);
	/* One registered model. (inline) */
	mr_code (*get_registered_model)(void *self, const struct mr_get_registered_model *request,
		struct mr_get_registered_model_response *response, mr_call *call, mr_error *err);
	/* Finds registered models by a filter, in an order, a page at a time. (pool) */
	mr_code (*search_registered_models)(void *self, const struct mr_search_registered_models *request,
		struct mr_search_registered_models_response *response, mr_call *call, mr_error *err);
	/* The latest version in each stage. (pool) */
	mr_code (*get_latest_versions)(void *self, const struct mr_get_latest_versions *request,
		struct mr_get_latest_versions_response *response, mr_call *call, mr_error *err);
	/* Sets a tag of a registered model. (write) */
	mr_code (*set_registered_model_tag)(void *self, const struct mr_set_registered_model_tag *request,
		struct mr_set_registered_model_tag_response *response, mr_call *call, mr_error *err);
	/* Removes a tag of a registered model. (write) */
	mr_code (*delete_registered_model_tag)(void *self, const struct mr_delete_registered_model_tag *request,
		struct mr_delete_registered_model_tag_response *response, mr_call *call, mr_error *err);
	/* Points an alias at a version. (write) */
	mr_code (*set_registered_model_alias)(void *self, const struct mr_set_registered_model_alias *request,
		struct mr_set_registered_model_alias_response *response, mr_call *call, mr_error *err);
	/* Removes an alias. (write) */
	mr_code (*delete_registered_model_alias)(void *self, const struct mr_delete_registered_model_alias *request,
		struct mr_delete_registered_model_alias_response *response, mr_call *call, mr_error *err);
	/* The version that an alias points at. (inline) */
	mr_code (*get_model_version_by_alias)(void *self, const struct mr_get_model_version_by_alias *request,
		struct mr_get_model_version_by_alias_response *response, mr_call *call, mr_error *err);
};

/* Versions of registered models. */
struct mr_model_versions_ops {
	size_t size; /* of this struct, as the plugin was compiled */
	/* Creates the next version of a registered model. (write) */
	mr_code (*create_model_version)(void *self, const struct mr_create_model_version *request,
		struct mr_create_model_version_response *response, mr_call *call, mr_error *err);
	/* Changes the description of a version. (write) */
	mr_code (*update_model_version)(void *self, const struct mr_update_model_version *request,
		struct mr_update_model_version_response *response, mr_call *call, mr_error *err);
	/* Moves a version to another stage. (write) */
	mr_code (*transition_model_version_stage)(void *self, const struct mr_transition_model_version_stage *request,
		struct mr_transition_model_version_stage_response *response, mr_call *call, mr_error *err);
	/* Removes a version. (write) */
	mr_code (*delete_model_version)(void *self, const struct mr_delete_model_version *request,
		struct mr_delete_model_version_response *response, mr_call *call, mr_error *err);
	/* One version. (inline) */
	mr_code (*get_model_version)(void *self, const struct mr_get_model_version *request,
		struct mr_get_model_version_response *response, mr_call *call, mr_error *err);
	/* Finds versions by a filter, in an order, a page at a time. (pool) */
	mr_code (*search_model_versions)(void *self, const struct mr_search_model_versions *request,
		struct mr_search_model_versions_response *response, mr_call *call, mr_error *err);
	/* Where the files of a version are. (inline) */
	mr_code (*get_model_version_download_uri)(void *self, const struct mr_get_model_version_download_uri *request,
		struct mr_get_model_version_download_uri_response *response, mr_call *call, mr_error *err);
	/* Sets a tag of a version. (write) */
	mr_code (*set_model_version_tag)(void *self, const struct mr_set_model_version_tag *request,
		struct mr_set_model_version_tag_response *response, mr_call *call, mr_error *err);
	/* Removes a tag of a version. (write) */
	mr_code (*delete_model_version_tag)(void *self, const struct mr_delete_model_version_tag *request,
		struct mr_delete_model_version_tag_response *response, mr_call *call, mr_error *err);
};

/* Removing for good what was deleted (millrace gc). Stores only; no route leads here. */
struct mr_maintenance_ops {
	size_t size; /* of this struct, as the plugin was compiled */
	/* Runs that are marked as deleted, for longer than some time. (pool) */
	mr_code (*list_deleted_runs)(void *self, const struct mr_list_deleted_runs *request,
		struct mr_list_deleted_runs_response *response, mr_call *call, mr_error *err);
	/* Removes a deleted run from the store; its artifacts are the caller's work. (write) */
	mr_code (*purge_run)(void *self, const struct mr_purge_run *request,
		struct mr_purge_run_response *response, mr_call *call, mr_error *err);
	/* Experiments that are marked as deleted, for longer than some time. (pool) */
	mr_code (*list_deleted_experiments)(void *self, const struct mr_list_deleted_experiments *request,
		struct mr_list_deleted_experiments_response *response, mr_call *call, mr_error *err);
	/* Removes a deleted experiment with its runs and logged models from the store. (write) */
	mr_code (*purge_experiment)(void *self, const struct mr_purge_experiment *request,
		struct mr_purge_experiment_response *response, mr_call *call, mr_error *err);
	/* Logged models that are marked as deleted, for longer than some time. (pool) */
	mr_code (*list_deleted_logged_models)(void *self, const struct mr_list_deleted_logged_models *request,
		struct mr_list_deleted_logged_models_response *response, mr_call *call, mr_error *err);
	/* Removes a deleted logged model from the store. (write) */
	mr_code (*purge_logged_model)(void *self, const struct mr_purge_logged_model *request,
		struct mr_purge_logged_model_response *response, mr_call *call, mr_error *err);
};

/* The facets of a tracking store; NULL where it has none. */
struct mr_tracking_facets {
	size_t size; /* of this struct, as the plugin was compiled */
	const struct mr_experiments_ops *experiments;
	const struct mr_runs_ops *runs;
	const struct mr_metrics_ops *metrics;
	const struct mr_inputs_ops *inputs;
	const struct mr_logged_models_ops *logged_models;
	const struct mr_maintenance_ops *maintenance;
};

/* The facets of a registry store; NULL where it has none. */
struct mr_registry_facets {
	size_t size; /* of this struct, as the plugin was compiled */
	const struct mr_registered_models_ops *registered_models;
	const struct mr_model_versions_ops *model_versions;
};

#ifdef __cplusplus
}
#endif
#endif
