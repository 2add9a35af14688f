/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages and enums of the API. The rules that hold for all: millrace/api.h.
 * Made by src/api/gen from the .api files of src/api; change those and run `make generate`.
 */
#ifndef MILLRACE_GEN_MESSAGES_H
#define MILLRACE_GEN_MESSAGES_H

#include "millrace/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which lifecycle stages to show. */
enum mr_view_type {
	MR_VIEW_TYPE_ACTIVE_ONLY = 1,
	MR_VIEW_TYPE_DELETED_ONLY = 2,
	MR_VIEW_TYPE_ALL = 3
};

/* Whether the files of a logged model are there. */
enum mr_logged_model_status {
	MR_LOGGED_MODEL_STATUS_LOGGED_MODEL_STATUS_UNSPECIFIED = 0,
	MR_LOGGED_MODEL_STATUS_LOGGED_MODEL_PENDING = 1,
	MR_LOGGED_MODEL_STATUS_LOGGED_MODEL_READY = 2,
	MR_LOGGED_MODEL_STATUS_LOGGED_MODEL_UPLOAD_FAILED = 3
};

/* Whether a version can be used. */
enum mr_model_version_status {
	MR_MODEL_VERSION_STATUS_PENDING_REGISTRATION = 1,
	MR_MODEL_VERSION_STATUS_FAILED_REGISTRATION = 2,
	MR_MODEL_VERSION_STATUS_READY = 3
};

/* Databricks only; kept for the wire. */
enum mr_deployment_job_connection_state {
	MR_DEPLOYMENT_JOB_CONNECTION_STATE_DEPLOYMENT_JOB_CONNECTION_STATE_UNSPECIFIED = 0,
	MR_DEPLOYMENT_JOB_CONNECTION_STATE_NOT_SET_UP = 1,
	MR_DEPLOYMENT_JOB_CONNECTION_STATE_CONNECTED = 2,
	MR_DEPLOYMENT_JOB_CONNECTION_STATE_NOT_FOUND = 3,
	MR_DEPLOYMENT_JOB_CONNECTION_STATE_REQUIRED_PARAMETERS_CHANGED = 4
};

/* Databricks only; kept for the wire. */
enum mr_model_version_deployment_job_state_deployment_job_run_state {
	MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_DEPLOYMENT_JOB_RUN_STATE_DEPLOYMENT_JOB_RUN_STATE_UNSPECIFIED = 0,
	MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_DEPLOYMENT_JOB_RUN_STATE_NO_VALID_DEPLOYMENT_JOB_FOUND = 1,
	MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_DEPLOYMENT_JOB_RUN_STATE_RUNNING = 2,
	MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_DEPLOYMENT_JOB_RUN_STATE_SUCCEEDED = 3,
	MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_DEPLOYMENT_JOB_RUN_STATE_FAILED = 4,
	MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_DEPLOYMENT_JOB_RUN_STATE_PENDING = 5,
	MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_DEPLOYMENT_JOB_RUN_STATE_APPROVAL = 6
};

/* Where a run is in its life. */
enum mr_run_status {
	MR_RUN_STATUS_RUNNING = 1,
	MR_RUN_STATUS_SCHEDULED = 2,
	MR_RUN_STATUS_FINISHED = 3,
	MR_RUN_STATUS_FAILED = 4,
	MR_RUN_STATUS_KILLED = 5
};

/* Numbers of the messages, for host->msg_new; never reused. */
enum mr_message_id {
	MR_MSG_EXPERIMENT_TAG = 1,
	MR_MSG_CREATE_EXPERIMENT = 2,
	MR_MSG_CREATE_EXPERIMENT_RESPONSE = 3,
	MR_MSG_EXPERIMENT = 4,
	MR_MSG_SEARCH_EXPERIMENTS = 5,
	MR_MSG_SEARCH_EXPERIMENTS_RESPONSE = 6,
	MR_MSG_GET_EXPERIMENT = 7,
	MR_MSG_GET_EXPERIMENT_RESPONSE = 8,
	MR_MSG_GET_EXPERIMENT_BY_NAME = 9,
	MR_MSG_GET_EXPERIMENT_BY_NAME_RESPONSE = 10,
	MR_MSG_DELETE_EXPERIMENT = 11,
	MR_MSG_DELETE_EXPERIMENT_RESPONSE = 12,
	MR_MSG_RESTORE_EXPERIMENT = 13,
	MR_MSG_RESTORE_EXPERIMENT_RESPONSE = 14,
	MR_MSG_UPDATE_EXPERIMENT = 15,
	MR_MSG_UPDATE_EXPERIMENT_RESPONSE = 16,
	MR_MSG_SET_EXPERIMENT_TAG = 17,
	MR_MSG_SET_EXPERIMENT_TAG_RESPONSE = 18,
	MR_MSG_DELETE_EXPERIMENT_TAG = 19,
	MR_MSG_DELETE_EXPERIMENT_TAG_RESPONSE = 20,
	MR_MSG_RUN_TAG = 21,
	MR_MSG_RUN_INFO = 22,
	MR_MSG_METRIC = 23,
	MR_MSG_PARAM = 24,
	MR_MSG_RUN_DATA = 25,
	MR_MSG_INPUT_TAG = 26,
	MR_MSG_DATASET = 27,
	MR_MSG_DATASET_INPUT = 28,
	MR_MSG_MODEL_INPUT = 29,
	MR_MSG_RUN_INPUTS = 30,
	MR_MSG_MODEL_OUTPUT = 31,
	MR_MSG_RUN_OUTPUTS = 32,
	MR_MSG_RUN = 33,
	MR_MSG_CREATE_RUN = 34,
	MR_MSG_CREATE_RUN_RESPONSE = 35,
	MR_MSG_UPDATE_RUN = 36,
	MR_MSG_UPDATE_RUN_RESPONSE = 37,
	MR_MSG_DELETE_RUN = 38,
	MR_MSG_DELETE_RUN_RESPONSE = 39,
	MR_MSG_RESTORE_RUN = 40,
	MR_MSG_RESTORE_RUN_RESPONSE = 41,
	MR_MSG_GET_RUN = 42,
	MR_MSG_GET_RUN_RESPONSE = 43,
	MR_MSG_SEARCH_RUNS = 44,
	MR_MSG_SEARCH_RUNS_RESPONSE = 45,
	MR_MSG_LOG_PARAM = 46,
	MR_MSG_LOG_PARAM_RESPONSE = 47,
	MR_MSG_SET_TAG = 48,
	MR_MSG_SET_TAG_RESPONSE = 49,
	MR_MSG_DELETE_TAG = 50,
	MR_MSG_DELETE_TAG_RESPONSE = 51,
	MR_MSG_LOG_BATCH = 52,
	MR_MSG_LOG_BATCH_RESPONSE = 53,
	MR_MSG_LOG_METRIC = 54,
	MR_MSG_LOG_METRIC_RESPONSE = 55,
	MR_MSG_GET_METRIC_HISTORY = 56,
	MR_MSG_GET_METRIC_HISTORY_RESPONSE = 57,
	MR_MSG_METRIC_WITH_RUN_ID = 58,
	MR_MSG_GET_METRIC_HISTORY_BULK_INTERVAL = 59,
	MR_MSG_GET_METRIC_HISTORY_BULK_INTERVAL_RESPONSE = 60,
	MR_MSG_LOG_INPUTS = 61,
	MR_MSG_LOG_INPUTS_RESPONSE = 62,
	MR_MSG_LOG_OUTPUTS = 63,
	MR_MSG_LOG_OUTPUTS_RESPONSE = 64,
	MR_MSG_DATASET_SUMMARY = 65,
	MR_MSG_SEARCH_DATASETS = 66,
	MR_MSG_SEARCH_DATASETS_RESPONSE = 67,
	MR_MSG_LOGGED_MODEL_PARAMETER = 68,
	MR_MSG_LOGGED_MODEL_TAG = 69,
	MR_MSG_LOGGED_MODEL_REGISTRATION_INFO = 70,
	MR_MSG_LOGGED_MODEL_INFO = 71,
	MR_MSG_LOGGED_MODEL_DATA = 72,
	MR_MSG_LOGGED_MODEL = 73,
	MR_MSG_CREATE_LOGGED_MODEL = 74,
	MR_MSG_CREATE_LOGGED_MODEL_RESPONSE = 75,
	MR_MSG_FINALIZE_LOGGED_MODEL = 76,
	MR_MSG_FINALIZE_LOGGED_MODEL_RESPONSE = 77,
	MR_MSG_GET_LOGGED_MODEL = 78,
	MR_MSG_GET_LOGGED_MODEL_RESPONSE = 79,
	MR_MSG_DELETE_LOGGED_MODEL = 80,
	MR_MSG_DELETE_LOGGED_MODEL_RESPONSE = 81,
	MR_MSG_SEARCH_LOGGED_MODELS_DATASET = 82,
	MR_MSG_SEARCH_LOGGED_MODELS_ORDER_BY = 83,
	MR_MSG_SEARCH_LOGGED_MODELS = 84,
	MR_MSG_SEARCH_LOGGED_MODELS_RESPONSE = 85,
	MR_MSG_SET_LOGGED_MODEL_TAGS = 86,
	MR_MSG_SET_LOGGED_MODEL_TAGS_RESPONSE = 87,
	MR_MSG_DELETE_LOGGED_MODEL_TAG = 88,
	MR_MSG_DELETE_LOGGED_MODEL_TAG_RESPONSE = 89,
	MR_MSG_LOG_LOGGED_MODEL_PARAMS_REQUEST = 90,
	MR_MSG_LOG_LOGGED_MODEL_PARAMS_REQUEST_RESPONSE = 91,
	MR_MSG_LOG_MODEL = 92,
	MR_MSG_LOG_MODEL_RESPONSE = 93,
	MR_MSG_REGISTERED_MODEL_TAG = 94,
	MR_MSG_MODEL_VERSION_TAG = 95,
	MR_MSG_MODEL_PARAM = 96,
	MR_MSG_MODEL_METRIC = 97,
	MR_MSG_MODEL_VERSION_DEPLOYMENT_JOB_STATE = 98,
	MR_MSG_MODEL_VERSION = 99,
	MR_MSG_REGISTERED_MODEL_ALIAS = 100,
	MR_MSG_REGISTERED_MODEL = 101,
	MR_MSG_CREATE_REGISTERED_MODEL = 102,
	MR_MSG_CREATE_REGISTERED_MODEL_RESPONSE = 103,
	MR_MSG_RENAME_REGISTERED_MODEL = 104,
	MR_MSG_RENAME_REGISTERED_MODEL_RESPONSE = 105,
	MR_MSG_UPDATE_REGISTERED_MODEL = 106,
	MR_MSG_UPDATE_REGISTERED_MODEL_RESPONSE = 107,
	MR_MSG_DELETE_REGISTERED_MODEL = 108,
	MR_MSG_DELETE_REGISTERED_MODEL_RESPONSE = 109,
	MR_MSG_GET_REGISTERED_MODEL = 110,
	MR_MSG_GET_REGISTERED_MODEL_RESPONSE = 111,
	MR_MSG_SEARCH_REGISTERED_MODELS = 112,
	MR_MSG_SEARCH_REGISTERED_MODELS_RESPONSE = 113,
	MR_MSG_GET_LATEST_VERSIONS = 114,
	MR_MSG_GET_LATEST_VERSIONS_RESPONSE = 115,
	MR_MSG_SET_REGISTERED_MODEL_TAG = 116,
	MR_MSG_SET_REGISTERED_MODEL_TAG_RESPONSE = 117,
	MR_MSG_DELETE_REGISTERED_MODEL_TAG = 118,
	MR_MSG_DELETE_REGISTERED_MODEL_TAG_RESPONSE = 119,
	MR_MSG_SET_REGISTERED_MODEL_ALIAS = 120,
	MR_MSG_SET_REGISTERED_MODEL_ALIAS_RESPONSE = 121,
	MR_MSG_DELETE_REGISTERED_MODEL_ALIAS = 122,
	MR_MSG_DELETE_REGISTERED_MODEL_ALIAS_RESPONSE = 123,
	MR_MSG_GET_MODEL_VERSION_BY_ALIAS = 124,
	MR_MSG_GET_MODEL_VERSION_BY_ALIAS_RESPONSE = 125,
	MR_MSG_CREATE_MODEL_VERSION = 126,
	MR_MSG_CREATE_MODEL_VERSION_RESPONSE = 127,
	MR_MSG_UPDATE_MODEL_VERSION = 128,
	MR_MSG_UPDATE_MODEL_VERSION_RESPONSE = 129,
	MR_MSG_TRANSITION_MODEL_VERSION_STAGE = 130,
	MR_MSG_TRANSITION_MODEL_VERSION_STAGE_RESPONSE = 131,
	MR_MSG_DELETE_MODEL_VERSION = 132,
	MR_MSG_DELETE_MODEL_VERSION_RESPONSE = 133,
	MR_MSG_GET_MODEL_VERSION = 134,
	MR_MSG_GET_MODEL_VERSION_RESPONSE = 135,
	MR_MSG_SEARCH_MODEL_VERSIONS = 136,
	MR_MSG_SEARCH_MODEL_VERSIONS_RESPONSE = 137,
	MR_MSG_GET_MODEL_VERSION_DOWNLOAD_URI = 138,
	MR_MSG_GET_MODEL_VERSION_DOWNLOAD_URI_RESPONSE = 139,
	MR_MSG_SET_MODEL_VERSION_TAG = 140,
	MR_MSG_SET_MODEL_VERSION_TAG_RESPONSE = 141,
	MR_MSG_DELETE_MODEL_VERSION_TAG = 142,
	MR_MSG_DELETE_MODEL_VERSION_TAG_RESPONSE = 143,
	MR_MSG_FILE_INFO = 144,
	MR_MSG_LIST_ARTIFACTS = 145,
	MR_MSG_LIST_ARTIFACTS_RESPONSE = 146,
	MR_MSG_CREATE_PRESIGNED_UPLOAD_URL = 147,
	MR_MSG_CREATE_PRESIGNED_UPLOAD_URL_RESPONSE = 148,
	MR_MSG_CREATE_PRESIGNED_DOWNLOAD_URL = 149,
	MR_MSG_CREATE_PRESIGNED_DOWNLOAD_URL_RESPONSE = 150,
	MR_MSG_LIST_LOGGED_MODEL_ARTIFACTS = 151,
	MR_MSG_LIST_LOGGED_MODEL_ARTIFACTS_RESPONSE = 152,
	MR_MSG_ARTIFACTS_DOWNLOAD_ARTIFACT = 153,
	MR_MSG_ARTIFACTS_DOWNLOAD_ARTIFACT_RESPONSE = 154,
	MR_MSG_ARTIFACTS_UPLOAD_ARTIFACT = 155,
	MR_MSG_ARTIFACTS_UPLOAD_ARTIFACT_RESPONSE = 156,
	MR_MSG_ARTIFACTS_FILE_INFO = 157,
	MR_MSG_ARTIFACTS_LIST_ARTIFACTS = 158,
	MR_MSG_ARTIFACTS_LIST_ARTIFACTS_RESPONSE = 159,
	MR_MSG_ARTIFACTS_DELETE_ARTIFACT = 160,
	MR_MSG_ARTIFACTS_DELETE_ARTIFACT_RESPONSE = 161,
	MR_MSG_ARTIFACTS_MULTIPART_UPLOAD_CREDENTIAL = 162,
	MR_MSG_ARTIFACTS_CREATE_MULTIPART_UPLOAD = 163,
	MR_MSG_ARTIFACTS_CREATE_MULTIPART_UPLOAD_RESPONSE = 164,
	MR_MSG_ARTIFACTS_MULTIPART_UPLOAD_PART = 165,
	MR_MSG_ARTIFACTS_COMPLETE_MULTIPART_UPLOAD = 166,
	MR_MSG_ARTIFACTS_COMPLETE_MULTIPART_UPLOAD_RESPONSE = 167,
	MR_MSG_ARTIFACTS_ABORT_MULTIPART_UPLOAD = 168,
	MR_MSG_ARTIFACTS_ABORT_MULTIPART_UPLOAD_RESPONSE = 169,
	MR_MSG_ARTIFACTS_GET_PRESIGNED_DOWNLOAD_URL = 170,
	MR_MSG_ARTIFACTS_GET_PRESIGNED_DOWNLOAD_URL_RESPONSE = 171,
	MR_MSG_METRIC_POINT = 201,
	MR_MSG_GET_METRIC_HISTORY_BULK = 202,
	MR_MSG_GET_METRIC_HISTORY_BULK_RESPONSE = 203,
	MR_MSG_LIST_DELETED_RUNS = 210,
	MR_MSG_LIST_DELETED_RUNS_RESPONSE = 211,
	MR_MSG_PURGE_RUN = 212,
	MR_MSG_PURGE_RUN_RESPONSE = 213,
	MR_MSG_LIST_DELETED_EXPERIMENTS = 214,
	MR_MSG_LIST_DELETED_EXPERIMENTS_RESPONSE = 215,
	MR_MSG_PURGE_EXPERIMENT = 216,
	MR_MSG_PURGE_EXPERIMENT_RESPONSE = 217,
	MR_MSG_LIST_DELETED_LOGGED_MODELS = 218,
	MR_MSG_LIST_DELETED_LOGGED_MODELS_RESPONSE = 219,
	MR_MSG_PURGE_LOGGED_MODEL = 220,
	MR_MSG_PURGE_LOGGED_MODEL_RESPONSE = 221,
	MR_MSG_GET_SERVER_INFO = 230,
	MR_MSG_GET_SERVER_INFO_RESPONSE = 231,
	MR_MSG_SERVER_FEATURES = 232,
	MR_MSG_GET_ARTIFACT = 233,
	MR_MSG_GET_ARTIFACT_RESPONSE = 234,
	MR_MSG_GET_MODEL_VERSION_ARTIFACT = 235,
	MR_MSG_GET_MODEL_VERSION_ARTIFACT_RESPONSE = 236,
	MR_MSG_UPLOAD_RUN_ARTIFACT = 237,
	MR_MSG_UPLOAD_RUN_ARTIFACT_RESPONSE = 238,
	MR_MSG_GET_LOGGED_MODEL_ARTIFACT = 239,
	MR_MSG_GET_LOGGED_MODEL_ARTIFACT_RESPONSE = 240
};

struct mr_experiment_tag;
struct mr_create_experiment;
struct mr_create_experiment_response;
struct mr_experiment;
struct mr_search_experiments;
struct mr_search_experiments_response;
struct mr_get_experiment;
struct mr_get_experiment_response;
struct mr_get_experiment_by_name;
struct mr_get_experiment_by_name_response;
struct mr_delete_experiment;
struct mr_delete_experiment_response;
struct mr_restore_experiment;
struct mr_restore_experiment_response;
struct mr_update_experiment;
struct mr_update_experiment_response;
struct mr_set_experiment_tag;
struct mr_set_experiment_tag_response;
struct mr_delete_experiment_tag;
struct mr_delete_experiment_tag_response;
struct mr_run_tag;
struct mr_run_info;
struct mr_metric;
struct mr_param;
struct mr_run_data;
struct mr_input_tag;
struct mr_dataset;
struct mr_dataset_input;
struct mr_model_input;
struct mr_run_inputs;
struct mr_model_output;
struct mr_run_outputs;
struct mr_run;
struct mr_create_run;
struct mr_create_run_response;
struct mr_update_run;
struct mr_update_run_response;
struct mr_delete_run;
struct mr_delete_run_response;
struct mr_restore_run;
struct mr_restore_run_response;
struct mr_get_run;
struct mr_get_run_response;
struct mr_search_runs;
struct mr_search_runs_response;
struct mr_log_param;
struct mr_log_param_response;
struct mr_set_tag;
struct mr_set_tag_response;
struct mr_delete_tag;
struct mr_delete_tag_response;
struct mr_log_batch;
struct mr_log_batch_response;
struct mr_log_metric;
struct mr_log_metric_response;
struct mr_get_metric_history;
struct mr_get_metric_history_response;
struct mr_metric_with_run_id;
struct mr_get_metric_history_bulk_interval;
struct mr_get_metric_history_bulk_interval_response;
struct mr_log_inputs;
struct mr_log_inputs_response;
struct mr_log_outputs;
struct mr_log_outputs_response;
struct mr_dataset_summary;
struct mr_search_datasets;
struct mr_search_datasets_response;
struct mr_logged_model_parameter;
struct mr_logged_model_tag;
struct mr_logged_model_registration_info;
struct mr_logged_model_info;
struct mr_logged_model_data;
struct mr_logged_model;
struct mr_create_logged_model;
struct mr_create_logged_model_response;
struct mr_finalize_logged_model;
struct mr_finalize_logged_model_response;
struct mr_get_logged_model;
struct mr_get_logged_model_response;
struct mr_delete_logged_model;
struct mr_delete_logged_model_response;
struct mr_search_logged_models_dataset;
struct mr_search_logged_models_order_by;
struct mr_search_logged_models;
struct mr_search_logged_models_response;
struct mr_set_logged_model_tags;
struct mr_set_logged_model_tags_response;
struct mr_delete_logged_model_tag;
struct mr_delete_logged_model_tag_response;
struct mr_log_logged_model_params_request;
struct mr_log_logged_model_params_request_response;
struct mr_log_model;
struct mr_log_model_response;
struct mr_registered_model_tag;
struct mr_model_version_tag;
struct mr_model_param;
struct mr_model_metric;
struct mr_model_version_deployment_job_state;
struct mr_model_version;
struct mr_registered_model_alias;
struct mr_registered_model;
struct mr_create_registered_model;
struct mr_create_registered_model_response;
struct mr_rename_registered_model;
struct mr_rename_registered_model_response;
struct mr_update_registered_model;
struct mr_update_registered_model_response;
struct mr_delete_registered_model;
struct mr_delete_registered_model_response;
struct mr_get_registered_model;
struct mr_get_registered_model_response;
struct mr_search_registered_models;
struct mr_search_registered_models_response;
struct mr_get_latest_versions;
struct mr_get_latest_versions_response;
struct mr_set_registered_model_tag;
struct mr_set_registered_model_tag_response;
struct mr_delete_registered_model_tag;
struct mr_delete_registered_model_tag_response;
struct mr_set_registered_model_alias;
struct mr_set_registered_model_alias_response;
struct mr_delete_registered_model_alias;
struct mr_delete_registered_model_alias_response;
struct mr_get_model_version_by_alias;
struct mr_get_model_version_by_alias_response;
struct mr_create_model_version;
struct mr_create_model_version_response;
struct mr_update_model_version;
struct mr_update_model_version_response;
struct mr_transition_model_version_stage;
struct mr_transition_model_version_stage_response;
struct mr_delete_model_version;
struct mr_delete_model_version_response;
struct mr_get_model_version;
struct mr_get_model_version_response;
struct mr_search_model_versions;
struct mr_search_model_versions_response;
struct mr_get_model_version_download_uri;
struct mr_get_model_version_download_uri_response;
struct mr_set_model_version_tag;
struct mr_set_model_version_tag_response;
struct mr_delete_model_version_tag;
struct mr_delete_model_version_tag_response;
struct mr_file_info;
struct mr_list_artifacts;
struct mr_list_artifacts_response;
struct mr_create_presigned_upload_url;
struct mr_create_presigned_upload_url_response;
struct mr_create_presigned_download_url;
struct mr_create_presigned_download_url_response;
struct mr_list_logged_model_artifacts;
struct mr_list_logged_model_artifacts_response;
struct mr_artifacts_download_artifact;
struct mr_artifacts_download_artifact_response;
struct mr_artifacts_upload_artifact;
struct mr_artifacts_upload_artifact_response;
struct mr_artifacts_file_info;
struct mr_artifacts_list_artifacts;
struct mr_artifacts_list_artifacts_response;
struct mr_artifacts_delete_artifact;
struct mr_artifacts_delete_artifact_response;
struct mr_artifacts_multipart_upload_credential;
struct mr_artifacts_create_multipart_upload;
struct mr_artifacts_create_multipart_upload_response;
struct mr_artifacts_multipart_upload_part;
struct mr_artifacts_complete_multipart_upload;
struct mr_artifacts_complete_multipart_upload_response;
struct mr_artifacts_abort_multipart_upload;
struct mr_artifacts_abort_multipart_upload_response;
struct mr_artifacts_get_presigned_download_url;
struct mr_artifacts_get_presigned_download_url_response;
struct mr_metric_point;
struct mr_get_metric_history_bulk;
struct mr_get_metric_history_bulk_response;
struct mr_list_deleted_runs;
struct mr_list_deleted_runs_response;
struct mr_purge_run;
struct mr_purge_run_response;
struct mr_list_deleted_experiments;
struct mr_list_deleted_experiments_response;
struct mr_purge_experiment;
struct mr_purge_experiment_response;
struct mr_list_deleted_logged_models;
struct mr_list_deleted_logged_models_response;
struct mr_purge_logged_model;
struct mr_purge_logged_model_response;
struct mr_get_server_info;
struct mr_get_server_info_response;
struct mr_server_features;
struct mr_get_artifact;
struct mr_get_artifact_response;
struct mr_get_model_version_artifact;
struct mr_get_model_version_artifact_response;
struct mr_upload_run_artifact;
struct mr_upload_run_artifact_response;
struct mr_get_logged_model_artifact;
struct mr_get_logged_model_artifact_response;

/* ExperimentTag: A tag of an experiment. */
struct mr_experiment_tag {
	uint64_t has;
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_EXPERIMENT_TAG_HAS_KEY (UINT64_C(1) << 0)
#define MR_EXPERIMENT_TAG_HAS_VALUE (UINT64_C(1) << 1)

/* CreateExperiment: Creates an experiment; its name must be new. */
struct mr_create_experiment {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str artifact_location; /* Where artifacts of its runs go. */
	struct mr_experiment_tag **tags; /* Tags. */
	size_t tags_n;
};
#define MR_CREATE_EXPERIMENT_HAS_NAME (UINT64_C(1) << 0)
#define MR_CREATE_EXPERIMENT_HAS_ARTIFACT_LOCATION (UINT64_C(1) << 1)

/* CreateExperiment.Response: Creates an experiment; its name must be new. */
struct mr_create_experiment_response {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
};
#define MR_CREATE_EXPERIMENT_RESPONSE_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)

/* Experiment: A named set of runs. */
struct mr_experiment {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
	mr_str name; /* Name. */
	mr_str artifact_location; /* Where artifacts of its runs go. */
	mr_str lifecycle_stage; /* "active" or "deleted". */
	int64_t last_update_time; /* Unix time of the last change in milliseconds. */
	int64_t creation_time; /* Unix time of its creation in milliseconds. */
	struct mr_experiment_tag **tags; /* Tags. */
	size_t tags_n;
	mr_str effective_trace_archival_retention; /* How long traces stay before they are archived. */
	mr_str workspace; /* Workspace it belongs to. */
};
#define MR_EXPERIMENT_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)
#define MR_EXPERIMENT_HAS_NAME (UINT64_C(1) << 1)
#define MR_EXPERIMENT_HAS_ARTIFACT_LOCATION (UINT64_C(1) << 2)
#define MR_EXPERIMENT_HAS_LIFECYCLE_STAGE (UINT64_C(1) << 3)
#define MR_EXPERIMENT_HAS_LAST_UPDATE_TIME (UINT64_C(1) << 4)
#define MR_EXPERIMENT_HAS_CREATION_TIME (UINT64_C(1) << 5)
#define MR_EXPERIMENT_HAS_EFFECTIVE_TRACE_ARCHIVAL_RETENTION (UINT64_C(1) << 7)
#define MR_EXPERIMENT_HAS_WORKSPACE (UINT64_C(1) << 8)

/* SearchExperiments: Finds experiments by a filter, in an order, a page at a time. */
struct mr_search_experiments {
	uint64_t has;
	int64_t max_results; /* The most results of one page. */
	mr_str page_token; /* next_page_token of the page before; absent for the first. */
	mr_str filter; /* Filter expression; absent for all. */
	mr_str *order_by; /* Columns to order by, each with ASC or DESC. */
	size_t order_by_n;
	int32_t view_type; /* Active, deleted, or all. */
};
#define MR_SEARCH_EXPERIMENTS_HAS_MAX_RESULTS (UINT64_C(1) << 0)
#define MR_SEARCH_EXPERIMENTS_HAS_PAGE_TOKEN (UINT64_C(1) << 1)
#define MR_SEARCH_EXPERIMENTS_HAS_FILTER (UINT64_C(1) << 2)
#define MR_SEARCH_EXPERIMENTS_HAS_VIEW_TYPE (UINT64_C(1) << 4)

/* SearchExperiments.Response: Finds experiments by a filter, in an order, a page at a time. */
struct mr_search_experiments_response {
	uint64_t has;
	struct mr_experiment **experiments; /* Experiments. */
	size_t experiments_n;
	mr_str next_page_token; /* Token of the next page; absent on the last. */
};
#define MR_SEARCH_EXPERIMENTS_RESPONSE_HAS_NEXT_PAGE_TOKEN (UINT64_C(1) << 1)

/* GetExperiment: One experiment by its id, deleted or not. */
struct mr_get_experiment {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
};
#define MR_GET_EXPERIMENT_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)

/* GetExperiment.Response: One experiment by its id, deleted or not. */
struct mr_get_experiment_response {
	uint64_t has;
	struct mr_experiment *experiment; /* The experiment. */
};
#define MR_GET_EXPERIMENT_RESPONSE_HAS_EXPERIMENT (UINT64_C(1) << 0)

/* GetExperimentByName: One experiment by its name, deleted or not. */
struct mr_get_experiment_by_name {
	uint64_t has;
	mr_str experiment_name; /* Name of the experiment. */
};
#define MR_GET_EXPERIMENT_BY_NAME_HAS_EXPERIMENT_NAME (UINT64_C(1) << 0)

/* GetExperimentByName.Response: One experiment by its name, deleted or not. */
struct mr_get_experiment_by_name_response {
	uint64_t has;
	struct mr_experiment *experiment; /* The experiment. */
};
#define MR_GET_EXPERIMENT_BY_NAME_RESPONSE_HAS_EXPERIMENT (UINT64_C(1) << 0)

/* DeleteExperiment: Marks an experiment and its runs as deleted. */
struct mr_delete_experiment {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
};
#define MR_DELETE_EXPERIMENT_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)

/* DeleteExperiment.Response: Marks an experiment and its runs as deleted. */
struct mr_delete_experiment_response {
	uint64_t has;
};

/* RestoreExperiment: Brings a deleted experiment back, with all its runs. */
struct mr_restore_experiment {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
};
#define MR_RESTORE_EXPERIMENT_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)

/* RestoreExperiment.Response: Brings a deleted experiment back, with all its runs. */
struct mr_restore_experiment_response {
	uint64_t has;
};

/* UpdateExperiment: Renames an experiment. */
struct mr_update_experiment {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
	mr_str new_name; /* The new name. */
};
#define MR_UPDATE_EXPERIMENT_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)
#define MR_UPDATE_EXPERIMENT_HAS_NEW_NAME (UINT64_C(1) << 1)

/* UpdateExperiment.Response: Renames an experiment. */
struct mr_update_experiment_response {
	uint64_t has;
};

/* SetExperimentTag: Sets a tag of an experiment. */
struct mr_set_experiment_tag {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_SET_EXPERIMENT_TAG_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)
#define MR_SET_EXPERIMENT_TAG_HAS_KEY (UINT64_C(1) << 1)
#define MR_SET_EXPERIMENT_TAG_HAS_VALUE (UINT64_C(1) << 2)

/* SetExperimentTag.Response: Sets a tag of an experiment. */
struct mr_set_experiment_tag_response {
	uint64_t has;
};

/* DeleteExperimentTag: Removes a tag of an experiment. */
struct mr_delete_experiment_tag {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
	mr_str key; /* Key. */
};
#define MR_DELETE_EXPERIMENT_TAG_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)
#define MR_DELETE_EXPERIMENT_TAG_HAS_KEY (UINT64_C(1) << 1)

/* DeleteExperimentTag.Response: Removes a tag of an experiment. */
struct mr_delete_experiment_tag_response {
	uint64_t has;
};

/* RunTag: A tag of a run. */
struct mr_run_tag {
	uint64_t has;
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_RUN_TAG_HAS_KEY (UINT64_C(1) << 0)
#define MR_RUN_TAG_HAS_VALUE (UINT64_C(1) << 1)

/* RunInfo: What a run is. */
struct mr_run_info {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str run_uuid; /* Older name of run_id; read when run_id is absent. */
	mr_str run_name; /* Name of the run. */
	mr_str experiment_id; /* Id of the experiment. */
	mr_str user_id; /* Who made it. */
	int32_t status; /* Status. */
	int64_t start_time; /* Unix time in milliseconds. */
	int64_t end_time; /* Unix time in milliseconds; absent while it runs. */
	mr_str artifact_uri; /* Root of its artifacts. */
	mr_str lifecycle_stage; /* "active" or "deleted". */
};
#define MR_RUN_INFO_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_RUN_INFO_HAS_RUN_UUID (UINT64_C(1) << 1)
#define MR_RUN_INFO_HAS_RUN_NAME (UINT64_C(1) << 2)
#define MR_RUN_INFO_HAS_EXPERIMENT_ID (UINT64_C(1) << 3)
#define MR_RUN_INFO_HAS_USER_ID (UINT64_C(1) << 4)
#define MR_RUN_INFO_HAS_STATUS (UINT64_C(1) << 5)
#define MR_RUN_INFO_HAS_START_TIME (UINT64_C(1) << 6)
#define MR_RUN_INFO_HAS_END_TIME (UINT64_C(1) << 7)
#define MR_RUN_INFO_HAS_ARTIFACT_URI (UINT64_C(1) << 8)
#define MR_RUN_INFO_HAS_LIFECYCLE_STAGE (UINT64_C(1) << 9)

/* Metric: One value of a metric. */
struct mr_metric {
	uint64_t has;
	mr_str key; /* Key. */
	double value; /* Value. */
	int64_t timestamp; /* Unix time in milliseconds. */
	int64_t step; /* Step of the training. */
	mr_str dataset_name; /* Name of the data set that it was computed on. */
	mr_str dataset_digest; /* Digest of the data set that it was computed on. */
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	mr_str run_id; /* Id of the run, 32 hex digits. */
};
#define MR_METRIC_HAS_KEY (UINT64_C(1) << 0)
#define MR_METRIC_HAS_VALUE (UINT64_C(1) << 1)
#define MR_METRIC_HAS_TIMESTAMP (UINT64_C(1) << 2)
#define MR_METRIC_HAS_STEP (UINT64_C(1) << 3)
#define MR_METRIC_HAS_DATASET_NAME (UINT64_C(1) << 4)
#define MR_METRIC_HAS_DATASET_DIGEST (UINT64_C(1) << 5)
#define MR_METRIC_HAS_MODEL_ID (UINT64_C(1) << 6)
#define MR_METRIC_HAS_RUN_ID (UINT64_C(1) << 7)

/* Param: A parameter of a run. */
struct mr_param {
	uint64_t has;
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_PARAM_HAS_KEY (UINT64_C(1) << 0)
#define MR_PARAM_HAS_VALUE (UINT64_C(1) << 1)

/* RunData: What was logged in a run: the latest value of each metric, parameters, tags. */
struct mr_run_data {
	uint64_t has;
	struct mr_metric **metrics; /* Metrics. */
	size_t metrics_n;
	struct mr_param **params; /* Parameters. */
	size_t params_n;
	struct mr_run_tag **tags; /* Tags. */
	size_t tags_n;
};

/* InputTag: A tag of an input. */
struct mr_input_tag {
	uint64_t has;
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_INPUT_TAG_HAS_KEY (UINT64_C(1) << 0)
#define MR_INPUT_TAG_HAS_VALUE (UINT64_C(1) << 1)

/* Dataset: A data set. */
struct mr_dataset {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str digest; /* Digest of its contents. */
	mr_str source_type; /* Kind of source, such as "local" or "s3". */
	mr_str source; /* Where the data come from, as JSON text. */
	mr_str schema; /* Schema, as JSON text. */
	mr_str profile; /* Profile, as JSON text. */
};
#define MR_DATASET_HAS_NAME (UINT64_C(1) << 0)
#define MR_DATASET_HAS_DIGEST (UINT64_C(1) << 1)
#define MR_DATASET_HAS_SOURCE_TYPE (UINT64_C(1) << 2)
#define MR_DATASET_HAS_SOURCE (UINT64_C(1) << 3)
#define MR_DATASET_HAS_SCHEMA (UINT64_C(1) << 4)
#define MR_DATASET_HAS_PROFILE (UINT64_C(1) << 5)

/* DatasetInput: A data set as used by a run. */
struct mr_dataset_input {
	uint64_t has;
	struct mr_input_tag **tags; /* Tags. */
	size_t tags_n;
	struct mr_dataset *dataset; /* The data set. */
};
#define MR_DATASET_INPUT_HAS_DATASET (UINT64_C(1) << 1)

/* ModelInput: A logged model that a run read. */
struct mr_model_input {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
};
#define MR_MODEL_INPUT_HAS_MODEL_ID (UINT64_C(1) << 0)

/* RunInputs: What a run read. */
struct mr_run_inputs {
	uint64_t has;
	struct mr_dataset_input **dataset_inputs; /* Data sets that the run read. */
	size_t dataset_inputs_n;
	struct mr_model_input **model_inputs; /* Models that the run read. */
	size_t model_inputs_n;
};

/* ModelOutput: A logged model that a run made. */
struct mr_model_output {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	int64_t step; /* Step of the training. */
};
#define MR_MODEL_OUTPUT_HAS_MODEL_ID (UINT64_C(1) << 0)
#define MR_MODEL_OUTPUT_HAS_STEP (UINT64_C(1) << 1)

/* RunOutputs: What a run made. */
struct mr_run_outputs {
	uint64_t has;
	struct mr_model_output **model_outputs; /* Models that the run made. */
	size_t model_outputs_n;
};

/* Run: A run. */
struct mr_run {
	uint64_t has;
	struct mr_run_info *info; /* What it is. */
	struct mr_run_data *data; /* What was logged. */
	struct mr_run_inputs *inputs; /* What the run read. */
	struct mr_run_outputs *outputs; /* What the run made. */
};
#define MR_RUN_HAS_INFO (UINT64_C(1) << 0)
#define MR_RUN_HAS_DATA (UINT64_C(1) << 1)
#define MR_RUN_HAS_INPUTS (UINT64_C(1) << 2)
#define MR_RUN_HAS_OUTPUTS (UINT64_C(1) << 3)

/* CreateRun: Starts a run in an experiment. */
struct mr_create_run {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
	mr_str user_id; /* Who made it. */
	mr_str run_name; /* Name of the run. */
	int64_t start_time; /* Unix time in milliseconds. */
	struct mr_run_tag **tags; /* Tags. */
	size_t tags_n;
};
#define MR_CREATE_RUN_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)
#define MR_CREATE_RUN_HAS_USER_ID (UINT64_C(1) << 1)
#define MR_CREATE_RUN_HAS_RUN_NAME (UINT64_C(1) << 2)
#define MR_CREATE_RUN_HAS_START_TIME (UINT64_C(1) << 3)

/* CreateRun.Response: Starts a run in an experiment. */
struct mr_create_run_response {
	uint64_t has;
	struct mr_run *run; /* The run. */
};
#define MR_CREATE_RUN_RESPONSE_HAS_RUN (UINT64_C(1) << 0)

/* UpdateRun: Changes status, end time or name of a run. */
struct mr_update_run {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str run_uuid; /* Older name of run_id; read when run_id is absent. */
	int32_t status; /* Status. */
	int64_t end_time; /* Unix time in milliseconds; absent while it runs. */
	mr_str run_name; /* Name of the run. */
};
#define MR_UPDATE_RUN_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_UPDATE_RUN_HAS_RUN_UUID (UINT64_C(1) << 1)
#define MR_UPDATE_RUN_HAS_STATUS (UINT64_C(1) << 2)
#define MR_UPDATE_RUN_HAS_END_TIME (UINT64_C(1) << 3)
#define MR_UPDATE_RUN_HAS_RUN_NAME (UINT64_C(1) << 4)

/* UpdateRun.Response: Changes status, end time or name of a run. */
struct mr_update_run_response {
	uint64_t has;
	struct mr_run_info *run_info; /* The run after the change. */
};
#define MR_UPDATE_RUN_RESPONSE_HAS_RUN_INFO (UINT64_C(1) << 0)

/* DeleteRun: Marks a run as deleted. */
struct mr_delete_run {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
};
#define MR_DELETE_RUN_HAS_RUN_ID (UINT64_C(1) << 0)

/* DeleteRun.Response: Marks a run as deleted. */
struct mr_delete_run_response {
	uint64_t has;
};

/* RestoreRun: Brings a deleted run back. */
struct mr_restore_run {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
};
#define MR_RESTORE_RUN_HAS_RUN_ID (UINT64_C(1) << 0)

/* RestoreRun.Response: Brings a deleted run back. */
struct mr_restore_run_response {
	uint64_t has;
};

/* GetRun: One run with its latest metrics, parameters, tags, inputs and outputs. */
struct mr_get_run {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str run_uuid; /* Older name of run_id; read when run_id is absent. */
};
#define MR_GET_RUN_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_GET_RUN_HAS_RUN_UUID (UINT64_C(1) << 1)

/* GetRun.Response: One run with its latest metrics, parameters, tags, inputs and outputs. */
struct mr_get_run_response {
	uint64_t has;
	struct mr_run *run; /* The run. */
};
#define MR_GET_RUN_RESPONSE_HAS_RUN (UINT64_C(1) << 0)

/* SearchRuns: Finds runs by a filter, in an order, a page at a time. */
struct mr_search_runs {
	uint64_t has;
	mr_str *experiment_ids; /* Ids of the experiments to look in. */
	size_t experiment_ids_n;
	mr_str filter; /* Filter expression; absent for all. */
	int32_t run_view_type; /* Active, deleted, or all. */
	int32_t max_results; /* The most results of one page. */
	mr_str *order_by; /* Columns to order by, each with ASC or DESC. */
	size_t order_by_n;
	mr_str page_token; /* next_page_token of the page before; absent for the first. */
};
#define MR_SEARCH_RUNS_HAS_FILTER (UINT64_C(1) << 1)
#define MR_SEARCH_RUNS_HAS_RUN_VIEW_TYPE (UINT64_C(1) << 2)
#define MR_SEARCH_RUNS_HAS_MAX_RESULTS (UINT64_C(1) << 3)
#define MR_SEARCH_RUNS_HAS_PAGE_TOKEN (UINT64_C(1) << 5)

/* SearchRuns.Response: Finds runs by a filter, in an order, a page at a time. */
struct mr_search_runs_response {
	uint64_t has;
	struct mr_run **runs; /* Runs. */
	size_t runs_n;
	mr_str next_page_token; /* Token of the next page; absent on the last. */
};
#define MR_SEARCH_RUNS_RESPONSE_HAS_NEXT_PAGE_TOKEN (UINT64_C(1) << 1)

/* LogParam: Logs a parameter, which can be set once. */
struct mr_log_param {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str run_uuid; /* Older name of run_id; read when run_id is absent. */
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_LOG_PARAM_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_LOG_PARAM_HAS_RUN_UUID (UINT64_C(1) << 1)
#define MR_LOG_PARAM_HAS_KEY (UINT64_C(1) << 2)
#define MR_LOG_PARAM_HAS_VALUE (UINT64_C(1) << 3)

/* LogParam.Response: Logs a parameter, which can be set once. */
struct mr_log_param_response {
	uint64_t has;
};

/* SetTag: Sets a tag of a run. */
struct mr_set_tag {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str run_uuid; /* Older name of run_id; read when run_id is absent. */
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_SET_TAG_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_SET_TAG_HAS_RUN_UUID (UINT64_C(1) << 1)
#define MR_SET_TAG_HAS_KEY (UINT64_C(1) << 2)
#define MR_SET_TAG_HAS_VALUE (UINT64_C(1) << 3)

/* SetTag.Response: Sets a tag of a run. */
struct mr_set_tag_response {
	uint64_t has;
};

/* DeleteTag: Removes a tag of a run. */
struct mr_delete_tag {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str key; /* Key. */
};
#define MR_DELETE_TAG_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_DELETE_TAG_HAS_KEY (UINT64_C(1) << 1)

/* DeleteTag.Response: Removes a tag of a run. */
struct mr_delete_tag_response {
	uint64_t has;
};

/* LogBatch: Logs metrics, parameters and tags of a run, all or none. */
struct mr_log_batch {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	struct mr_metric **metrics; /* Metrics. */
	size_t metrics_n;
	struct mr_param **params; /* Parameters. */
	size_t params_n;
	struct mr_run_tag **tags; /* Tags. */
	size_t tags_n;
};
#define MR_LOG_BATCH_HAS_RUN_ID (UINT64_C(1) << 0)

/* LogBatch.Response: Logs metrics, parameters and tags of a run, all or none. */
struct mr_log_batch_response {
	uint64_t has;
};

/* LogMetric: Logs one value of a metric. */
struct mr_log_metric {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str run_uuid; /* Older name of run_id; read when run_id is absent. */
	mr_str key; /* Key. */
	double value; /* Value. */
	int64_t timestamp; /* Unix time in milliseconds. */
	int64_t step; /* Step of the training. */
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	mr_str dataset_name; /* Name of the data set that it was computed on. */
	mr_str dataset_digest; /* Digest of the data set that it was computed on. */
};
#define MR_LOG_METRIC_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_LOG_METRIC_HAS_RUN_UUID (UINT64_C(1) << 1)
#define MR_LOG_METRIC_HAS_KEY (UINT64_C(1) << 2)
#define MR_LOG_METRIC_HAS_VALUE (UINT64_C(1) << 3)
#define MR_LOG_METRIC_HAS_TIMESTAMP (UINT64_C(1) << 4)
#define MR_LOG_METRIC_HAS_STEP (UINT64_C(1) << 5)
#define MR_LOG_METRIC_HAS_MODEL_ID (UINT64_C(1) << 6)
#define MR_LOG_METRIC_HAS_DATASET_NAME (UINT64_C(1) << 7)
#define MR_LOG_METRIC_HAS_DATASET_DIGEST (UINT64_C(1) << 8)

/* LogMetric.Response: Logs one value of a metric. */
struct mr_log_metric_response {
	uint64_t has;
};

/* GetMetricHistory: All values of a metric of a run. */
struct mr_get_metric_history {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str run_uuid; /* Older name of run_id; read when run_id is absent. */
	mr_str metric_key; /* Key of the metric. */
	mr_str page_token; /* next_page_token of the page before; absent for the first. */
	int32_t max_results; /* The most results of one page. */
};
#define MR_GET_METRIC_HISTORY_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_GET_METRIC_HISTORY_HAS_RUN_UUID (UINT64_C(1) << 1)
#define MR_GET_METRIC_HISTORY_HAS_METRIC_KEY (UINT64_C(1) << 2)
#define MR_GET_METRIC_HISTORY_HAS_PAGE_TOKEN (UINT64_C(1) << 3)
#define MR_GET_METRIC_HISTORY_HAS_MAX_RESULTS (UINT64_C(1) << 4)

/* GetMetricHistory.Response: All values of a metric of a run. */
struct mr_get_metric_history_response {
	uint64_t has;
	struct mr_metric **metrics; /* Metrics. */
	size_t metrics_n;
	mr_str next_page_token; /* Token of the next page; absent on the last. */
};
#define MR_GET_METRIC_HISTORY_RESPONSE_HAS_NEXT_PAGE_TOKEN (UINT64_C(1) << 1)

/* MetricWithRunId: A metric value and the run it is of. */
struct mr_metric_with_run_id {
	uint64_t has;
	mr_str key; /* Key. */
	double value; /* Value. */
	int64_t timestamp; /* Unix time in milliseconds. */
	int64_t step; /* Step of the training. */
	mr_str run_id; /* Id of the run, 32 hex digits. */
};
#define MR_METRIC_WITH_RUN_ID_HAS_KEY (UINT64_C(1) << 0)
#define MR_METRIC_WITH_RUN_ID_HAS_VALUE (UINT64_C(1) << 1)
#define MR_METRIC_WITH_RUN_ID_HAS_TIMESTAMP (UINT64_C(1) << 2)
#define MR_METRIC_WITH_RUN_ID_HAS_STEP (UINT64_C(1) << 3)
#define MR_METRIC_WITH_RUN_ID_HAS_RUN_ID (UINT64_C(1) << 4)

/* GetMetricHistoryBulkInterval: Values of one metric of several runs, thinned out evenly over an interval of steps. */
struct mr_get_metric_history_bulk_interval {
	uint64_t has;
	mr_str *run_ids; /* Ids of the runs. */
	size_t run_ids_n;
	mr_str metric_key; /* Key of the metric. */
	int32_t start_step; /* First step of the interval. */
	int32_t end_step; /* Last step of the interval. */
	int32_t max_results; /* The most results of one page. */
};
#define MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_METRIC_KEY (UINT64_C(1) << 1)
#define MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_START_STEP (UINT64_C(1) << 2)
#define MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_END_STEP (UINT64_C(1) << 3)
#define MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_MAX_RESULTS (UINT64_C(1) << 4)

/* GetMetricHistoryBulkInterval.Response: Values of one metric of several runs, thinned out evenly over an interval of steps. */
struct mr_get_metric_history_bulk_interval_response {
	uint64_t has;
	struct mr_metric_with_run_id **metrics; /* Metrics. */
	size_t metrics_n;
};

/* LogInputs: Records data sets and models that a run read. */
struct mr_log_inputs {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	struct mr_dataset_input **datasets; /* Data sets. */
	size_t datasets_n;
	struct mr_model_input **models; /* Logged models. */
	size_t models_n;
};
#define MR_LOG_INPUTS_HAS_RUN_ID (UINT64_C(1) << 0)

/* LogInputs.Response: Records data sets and models that a run read. */
struct mr_log_inputs_response {
	uint64_t has;
};

/* LogOutputs: Records models that a run made. */
struct mr_log_outputs {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	struct mr_model_output **models; /* Logged models. */
	size_t models_n;
};
#define MR_LOG_OUTPUTS_HAS_RUN_ID (UINT64_C(1) << 0)

/* LogOutputs.Response: Records models that a run made. */
struct mr_log_outputs_response {
	uint64_t has;
};

/* DatasetSummary: A data set as used in an experiment. */
struct mr_dataset_summary {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
	mr_str name; /* Name. */
	mr_str digest; /* Digest of its contents. */
	mr_str context; /* What it was used for, such as "training". */
};
#define MR_DATASET_SUMMARY_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)
#define MR_DATASET_SUMMARY_HAS_NAME (UINT64_C(1) << 1)
#define MR_DATASET_SUMMARY_HAS_DIGEST (UINT64_C(1) << 2)
#define MR_DATASET_SUMMARY_HAS_CONTEXT (UINT64_C(1) << 3)

/* SearchDatasets: The data sets that the runs of some experiments used. */
struct mr_search_datasets {
	uint64_t has;
	mr_str *experiment_ids; /* Ids of the experiments to look in, at most 20. */
	size_t experiment_ids_n;
};

/* SearchDatasets.Response: The data sets that the runs of some experiments used. */
struct mr_search_datasets_response {
	uint64_t has;
	struct mr_dataset_summary **dataset_summaries; /* The data sets, each once for each context. */
	size_t dataset_summaries_n;
};

/* LoggedModelParameter: A parameter of a logged model. */
struct mr_logged_model_parameter {
	uint64_t has;
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_LOGGED_MODEL_PARAMETER_HAS_KEY (UINT64_C(1) << 0)
#define MR_LOGGED_MODEL_PARAMETER_HAS_VALUE (UINT64_C(1) << 1)

/* LoggedModelTag: A tag of a logged model. */
struct mr_logged_model_tag {
	uint64_t has;
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_LOGGED_MODEL_TAG_HAS_KEY (UINT64_C(1) << 0)
#define MR_LOGGED_MODEL_TAG_HAS_VALUE (UINT64_C(1) << 1)

/* LoggedModelRegistrationInfo: A model version made from a logged model. */
struct mr_logged_model_registration_info {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
};
#define MR_LOGGED_MODEL_REGISTRATION_INFO_HAS_NAME (UINT64_C(1) << 0)
#define MR_LOGGED_MODEL_REGISTRATION_INFO_HAS_VERSION (UINT64_C(1) << 1)

/* LoggedModelInfo: What a logged model is. */
struct mr_logged_model_info {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	mr_str experiment_id; /* Id of the experiment. */
	mr_str name; /* Name; not unique. */
	int64_t creation_timestamp_ms; /* Unix time of its creation in milliseconds. */
	int64_t last_updated_timestamp_ms; /* Unix time of the last change in milliseconds. */
	mr_str artifact_uri; /* Root of its artifacts. */
	int32_t status; /* Status. */
	int64_t creator_id; /* Databricks only; kept for the wire. */
	mr_str model_type; /* Kind of model, such as "Agent"; free text. */
	mr_str source_run_id; /* Id of the run that made it. */
	mr_str status_message; /* What the status says in words. */
	struct mr_logged_model_tag **tags; /* Tags. */
	size_t tags_n;
	struct mr_logged_model_registration_info **registrations; /* Model versions made from it. */
	size_t registrations_n;
};
#define MR_LOGGED_MODEL_INFO_HAS_MODEL_ID (UINT64_C(1) << 0)
#define MR_LOGGED_MODEL_INFO_HAS_EXPERIMENT_ID (UINT64_C(1) << 1)
#define MR_LOGGED_MODEL_INFO_HAS_NAME (UINT64_C(1) << 2)
#define MR_LOGGED_MODEL_INFO_HAS_CREATION_TIMESTAMP_MS (UINT64_C(1) << 3)
#define MR_LOGGED_MODEL_INFO_HAS_LAST_UPDATED_TIMESTAMP_MS (UINT64_C(1) << 4)
#define MR_LOGGED_MODEL_INFO_HAS_ARTIFACT_URI (UINT64_C(1) << 5)
#define MR_LOGGED_MODEL_INFO_HAS_STATUS (UINT64_C(1) << 6)
#define MR_LOGGED_MODEL_INFO_HAS_CREATOR_ID (UINT64_C(1) << 7)
#define MR_LOGGED_MODEL_INFO_HAS_MODEL_TYPE (UINT64_C(1) << 8)
#define MR_LOGGED_MODEL_INFO_HAS_SOURCE_RUN_ID (UINT64_C(1) << 9)
#define MR_LOGGED_MODEL_INFO_HAS_STATUS_MESSAGE (UINT64_C(1) << 10)

/* LoggedModelData: What was logged of a logged model. */
struct mr_logged_model_data {
	uint64_t has;
	struct mr_logged_model_parameter **params; /* Parameters. */
	size_t params_n;
	struct mr_metric **metrics; /* Metrics. */
	size_t metrics_n;
};

/* LoggedModel: A model as a thing of its own. */
struct mr_logged_model {
	uint64_t has;
	struct mr_logged_model_info *info; /* What it is. */
	struct mr_logged_model_data *data; /* What was logged. */
};
#define MR_LOGGED_MODEL_HAS_INFO (UINT64_C(1) << 0)
#define MR_LOGGED_MODEL_HAS_DATA (UINT64_C(1) << 1)

/* CreateLoggedModel: Creates a logged model in an experiment. */
struct mr_create_logged_model {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
	mr_str name; /* Name. */
	mr_str model_type; /* Kind of model, such as "Agent"; free text. */
	mr_str source_run_id; /* Id of the run that made it. */
	struct mr_logged_model_parameter **params; /* Parameters. */
	size_t params_n;
	struct mr_logged_model_tag **tags; /* Tags. */
	size_t tags_n;
};
#define MR_CREATE_LOGGED_MODEL_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)
#define MR_CREATE_LOGGED_MODEL_HAS_NAME (UINT64_C(1) << 1)
#define MR_CREATE_LOGGED_MODEL_HAS_MODEL_TYPE (UINT64_C(1) << 2)
#define MR_CREATE_LOGGED_MODEL_HAS_SOURCE_RUN_ID (UINT64_C(1) << 3)

/* CreateLoggedModel.Response: Creates a logged model in an experiment. */
struct mr_create_logged_model_response {
	uint64_t has;
	struct mr_logged_model *model; /* The logged model. */
};
#define MR_CREATE_LOGGED_MODEL_RESPONSE_HAS_MODEL (UINT64_C(1) << 0)

/* FinalizeLoggedModel: Says that a logged model is ready, or that its upload failed. */
struct mr_finalize_logged_model {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	int32_t status; /* Status. */
};
#define MR_FINALIZE_LOGGED_MODEL_HAS_MODEL_ID (UINT64_C(1) << 0)
#define MR_FINALIZE_LOGGED_MODEL_HAS_STATUS (UINT64_C(1) << 1)

/* FinalizeLoggedModel.Response: Says that a logged model is ready, or that its upload failed. */
struct mr_finalize_logged_model_response {
	uint64_t has;
	struct mr_logged_model *model; /* The logged model. */
};
#define MR_FINALIZE_LOGGED_MODEL_RESPONSE_HAS_MODEL (UINT64_C(1) << 0)

/* GetLoggedModel: One logged model. */
struct mr_get_logged_model {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	bool allow_deleted; /* Whether a deleted one is shown, too. */
};
#define MR_GET_LOGGED_MODEL_HAS_MODEL_ID (UINT64_C(1) << 0)
#define MR_GET_LOGGED_MODEL_HAS_ALLOW_DELETED (UINT64_C(1) << 1)

/* GetLoggedModel.Response: One logged model. */
struct mr_get_logged_model_response {
	uint64_t has;
	struct mr_logged_model *model; /* The logged model. */
};
#define MR_GET_LOGGED_MODEL_RESPONSE_HAS_MODEL (UINT64_C(1) << 0)

/* DeleteLoggedModel: Marks a logged model as deleted. */
struct mr_delete_logged_model {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
};
#define MR_DELETE_LOGGED_MODEL_HAS_MODEL_ID (UINT64_C(1) << 0)

/* DeleteLoggedModel.Response: Marks a logged model as deleted. */
struct mr_delete_logged_model_response {
	uint64_t has;
};

/* SearchLoggedModels.Dataset: A data set that metrics of a filter refer to. */
struct mr_search_logged_models_dataset {
	uint64_t has;
	mr_str dataset_name; /* Name of the data set that it was computed on. */
	mr_str dataset_digest; /* Digest of the data set that it was computed on. */
};
#define MR_SEARCH_LOGGED_MODELS_DATASET_HAS_DATASET_NAME (UINT64_C(1) << 0)
#define MR_SEARCH_LOGGED_MODELS_DATASET_HAS_DATASET_DIGEST (UINT64_C(1) << 1)

/* SearchLoggedModels.OrderBy: A column to order logged models by. */
struct mr_search_logged_models_order_by {
	uint64_t has;
	mr_str field_name; /* Column to order by, such as "metrics.loss". */
	bool ascending; /* Whether the smallest comes first. */
	mr_str dataset_name; /* Name of the data set that it was computed on. */
	mr_str dataset_digest; /* Digest of the data set that it was computed on. */
};
#define MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_FIELD_NAME (UINT64_C(1) << 0)
#define MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_ASCENDING (UINT64_C(1) << 1)
#define MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_DATASET_NAME (UINT64_C(1) << 2)
#define MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_DATASET_DIGEST (UINT64_C(1) << 3)

/* SearchLoggedModels: Finds logged models by a filter, in an order, a page at a time. */
struct mr_search_logged_models {
	uint64_t has;
	mr_str *experiment_ids; /* Ids of the experiments to look in. */
	size_t experiment_ids_n;
	mr_str filter; /* Filter expression; absent for all. */
	struct mr_search_logged_models_dataset **datasets; /* Data sets. */
	size_t datasets_n;
	int32_t max_results; /* The most results of one page. */
	struct mr_search_logged_models_order_by **order_by; /* Columns to order by, each with ASC or DESC. */
	size_t order_by_n;
	mr_str page_token; /* next_page_token of the page before; absent for the first. */
};
#define MR_SEARCH_LOGGED_MODELS_HAS_FILTER (UINT64_C(1) << 1)
#define MR_SEARCH_LOGGED_MODELS_HAS_MAX_RESULTS (UINT64_C(1) << 3)
#define MR_SEARCH_LOGGED_MODELS_HAS_PAGE_TOKEN (UINT64_C(1) << 5)

/* SearchLoggedModels.Response: Finds logged models by a filter, in an order, a page at a time. */
struct mr_search_logged_models_response {
	uint64_t has;
	struct mr_logged_model **models; /* Logged models. */
	size_t models_n;
	mr_str next_page_token; /* Token of the next page; absent on the last. */
};
#define MR_SEARCH_LOGGED_MODELS_RESPONSE_HAS_NEXT_PAGE_TOKEN (UINT64_C(1) << 1)

/* SetLoggedModelTags: Sets tags of a logged model. */
struct mr_set_logged_model_tags {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	struct mr_logged_model_tag **tags; /* Tags. */
	size_t tags_n;
};
#define MR_SET_LOGGED_MODEL_TAGS_HAS_MODEL_ID (UINT64_C(1) << 0)

/* SetLoggedModelTags.Response: Sets tags of a logged model. */
struct mr_set_logged_model_tags_response {
	uint64_t has;
	struct mr_logged_model *model; /* The logged model. */
};
#define MR_SET_LOGGED_MODEL_TAGS_RESPONSE_HAS_MODEL (UINT64_C(1) << 0)

/* DeleteLoggedModelTag: Removes a tag of a logged model. */
struct mr_delete_logged_model_tag {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	mr_str tag_key; /* Key of the tag. */
};
#define MR_DELETE_LOGGED_MODEL_TAG_HAS_MODEL_ID (UINT64_C(1) << 0)
#define MR_DELETE_LOGGED_MODEL_TAG_HAS_TAG_KEY (UINT64_C(1) << 1)

/* DeleteLoggedModelTag.Response: Removes a tag of a logged model. */
struct mr_delete_logged_model_tag_response {
	uint64_t has;
};

/* LogLoggedModelParamsRequest: Logs parameters of a logged model. */
struct mr_log_logged_model_params_request {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	struct mr_logged_model_parameter **params; /* Parameters. */
	size_t params_n;
};
#define MR_LOG_LOGGED_MODEL_PARAMS_REQUEST_HAS_MODEL_ID (UINT64_C(1) << 0)

/* LogLoggedModelParamsRequest.Response: Logs parameters of a logged model. */
struct mr_log_logged_model_params_request_response {
	uint64_t has;
};

/* LogModel: Records in a run that a model was logged to its artifacts (before MLflow 3). */
struct mr_log_model {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str model_json; /* The MLmodel file, as JSON text. */
};
#define MR_LOG_MODEL_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_LOG_MODEL_HAS_MODEL_JSON (UINT64_C(1) << 1)

/* LogModel.Response: Records in a run that a model was logged to its artifacts (before MLflow 3). */
struct mr_log_model_response {
	uint64_t has;
};

/* RegisteredModelTag: A tag of a registered model. */
struct mr_registered_model_tag {
	uint64_t has;
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_REGISTERED_MODEL_TAG_HAS_KEY (UINT64_C(1) << 0)
#define MR_REGISTERED_MODEL_TAG_HAS_VALUE (UINT64_C(1) << 1)

/* ModelVersionTag: A tag of a version. */
struct mr_model_version_tag {
	uint64_t has;
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_MODEL_VERSION_TAG_HAS_KEY (UINT64_C(1) << 0)
#define MR_MODEL_VERSION_TAG_HAS_VALUE (UINT64_C(1) << 1)

/* ModelParam: Databricks only; kept for the wire. */
struct mr_model_param {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str value; /* Value. */
};
#define MR_MODEL_PARAM_HAS_NAME (UINT64_C(1) << 0)
#define MR_MODEL_PARAM_HAS_VALUE (UINT64_C(1) << 1)

/* ModelMetric: Databricks only; kept for the wire. */
struct mr_model_metric {
	uint64_t has;
	mr_str key; /* Key. */
	double value; /* Value. */
	int64_t timestamp; /* Unix time in milliseconds. */
	int64_t step; /* Step of the training. */
	mr_str dataset_name; /* Name of the data set that it was computed on. */
	mr_str dataset_digest; /* Digest of the data set that it was computed on. */
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	mr_str run_id; /* Id of the run, 32 hex digits. */
};
#define MR_MODEL_METRIC_HAS_KEY (UINT64_C(1) << 0)
#define MR_MODEL_METRIC_HAS_VALUE (UINT64_C(1) << 1)
#define MR_MODEL_METRIC_HAS_TIMESTAMP (UINT64_C(1) << 2)
#define MR_MODEL_METRIC_HAS_STEP (UINT64_C(1) << 3)
#define MR_MODEL_METRIC_HAS_DATASET_NAME (UINT64_C(1) << 4)
#define MR_MODEL_METRIC_HAS_DATASET_DIGEST (UINT64_C(1) << 5)
#define MR_MODEL_METRIC_HAS_MODEL_ID (UINT64_C(1) << 6)
#define MR_MODEL_METRIC_HAS_RUN_ID (UINT64_C(1) << 7)

/* ModelVersionDeploymentJobState: Databricks only; kept for the wire. */
struct mr_model_version_deployment_job_state {
	uint64_t has;
	mr_str job_id; /* Databricks only; kept for the wire. */
	mr_str run_id; /* Id of the run, 32 hex digits. */
	int32_t job_state; /* Databricks only; kept for the wire. */
	int32_t run_state; /* Databricks only; kept for the wire. */
	mr_str current_task_name; /* Databricks only; kept for the wire. */
};
#define MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_JOB_ID (UINT64_C(1) << 0)
#define MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_RUN_ID (UINT64_C(1) << 1)
#define MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_JOB_STATE (UINT64_C(1) << 2)
#define MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_RUN_STATE (UINT64_C(1) << 3)
#define MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_CURRENT_TASK_NAME (UINT64_C(1) << 4)

/* ModelVersion: A version of a registered model. */
struct mr_model_version {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
	int64_t creation_timestamp; /* Unix time of its creation in milliseconds. */
	int64_t last_updated_timestamp; /* Unix time of the last change in milliseconds. */
	mr_str user_id; /* Who made it. */
	mr_str current_stage; /* None, Staging, Production or Archived. */
	mr_str description; /* Free text. */
	mr_str source; /* URI of the files of the model. */
	mr_str run_id; /* Id of the run, 32 hex digits. */
	int32_t status; /* Status. */
	mr_str status_message; /* What the status says in words. */
	struct mr_model_version_tag **tags; /* Tags. */
	size_t tags_n;
	mr_str run_link; /* URL of the run that made it. */
	mr_str *aliases; /* Aliases. */
	size_t aliases_n;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	struct mr_model_param **model_params; /* Databricks only; kept for the wire. */
	size_t model_params_n;
	struct mr_model_metric **model_metrics; /* Databricks only; kept for the wire. */
	size_t model_metrics_n;
	struct mr_model_version_deployment_job_state *deployment_job_state; /* Databricks only; kept for the wire. */
};
#define MR_MODEL_VERSION_HAS_NAME (UINT64_C(1) << 0)
#define MR_MODEL_VERSION_HAS_VERSION (UINT64_C(1) << 1)
#define MR_MODEL_VERSION_HAS_CREATION_TIMESTAMP (UINT64_C(1) << 2)
#define MR_MODEL_VERSION_HAS_LAST_UPDATED_TIMESTAMP (UINT64_C(1) << 3)
#define MR_MODEL_VERSION_HAS_USER_ID (UINT64_C(1) << 4)
#define MR_MODEL_VERSION_HAS_CURRENT_STAGE (UINT64_C(1) << 5)
#define MR_MODEL_VERSION_HAS_DESCRIPTION (UINT64_C(1) << 6)
#define MR_MODEL_VERSION_HAS_SOURCE (UINT64_C(1) << 7)
#define MR_MODEL_VERSION_HAS_RUN_ID (UINT64_C(1) << 8)
#define MR_MODEL_VERSION_HAS_STATUS (UINT64_C(1) << 9)
#define MR_MODEL_VERSION_HAS_STATUS_MESSAGE (UINT64_C(1) << 10)
#define MR_MODEL_VERSION_HAS_RUN_LINK (UINT64_C(1) << 12)
#define MR_MODEL_VERSION_HAS_MODEL_ID (UINT64_C(1) << 14)
#define MR_MODEL_VERSION_HAS_DEPLOYMENT_JOB_STATE (UINT64_C(1) << 17)

/* RegisteredModelAlias: A name that points at a version. */
struct mr_registered_model_alias {
	uint64_t has;
	mr_str alias; /* Alias. */
	mr_str version; /* Number of the version, as text. */
};
#define MR_REGISTERED_MODEL_ALIAS_HAS_ALIAS (UINT64_C(1) << 0)
#define MR_REGISTERED_MODEL_ALIAS_HAS_VERSION (UINT64_C(1) << 1)

/* RegisteredModel: A named line of model versions. */
struct mr_registered_model {
	uint64_t has;
	mr_str name; /* Name. */
	int64_t creation_timestamp; /* Unix time of its creation in milliseconds. */
	int64_t last_updated_timestamp; /* Unix time of the last change in milliseconds. */
	mr_str user_id; /* Who made it. */
	mr_str description; /* Free text. */
	struct mr_model_version **latest_versions; /* The latest version in each stage. */
	size_t latest_versions_n;
	struct mr_registered_model_tag **tags; /* Tags. */
	size_t tags_n;
	struct mr_registered_model_alias **aliases; /* Aliases. */
	size_t aliases_n;
	mr_str deployment_job_id; /* Databricks only; kept for the wire. */
	int32_t deployment_job_state; /* Databricks only; kept for the wire. */
};
#define MR_REGISTERED_MODEL_HAS_NAME (UINT64_C(1) << 0)
#define MR_REGISTERED_MODEL_HAS_CREATION_TIMESTAMP (UINT64_C(1) << 1)
#define MR_REGISTERED_MODEL_HAS_LAST_UPDATED_TIMESTAMP (UINT64_C(1) << 2)
#define MR_REGISTERED_MODEL_HAS_USER_ID (UINT64_C(1) << 3)
#define MR_REGISTERED_MODEL_HAS_DESCRIPTION (UINT64_C(1) << 4)
#define MR_REGISTERED_MODEL_HAS_DEPLOYMENT_JOB_ID (UINT64_C(1) << 8)
#define MR_REGISTERED_MODEL_HAS_DEPLOYMENT_JOB_STATE (UINT64_C(1) << 9)

/* CreateRegisteredModel: Creates a registered model; its name must be new. */
struct mr_create_registered_model {
	uint64_t has;
	mr_str name; /* Name. */
	struct mr_registered_model_tag **tags; /* Tags. */
	size_t tags_n;
	mr_str description; /* Free text. */
	mr_str deployment_job_id; /* Databricks only; kept for the wire. */
};
#define MR_CREATE_REGISTERED_MODEL_HAS_NAME (UINT64_C(1) << 0)
#define MR_CREATE_REGISTERED_MODEL_HAS_DESCRIPTION (UINT64_C(1) << 2)
#define MR_CREATE_REGISTERED_MODEL_HAS_DEPLOYMENT_JOB_ID (UINT64_C(1) << 3)

/* CreateRegisteredModel.Response: Creates a registered model; its name must be new. */
struct mr_create_registered_model_response {
	uint64_t has;
	struct mr_registered_model *registered_model; /* The registered model. */
};
#define MR_CREATE_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL (UINT64_C(1) << 0)

/* RenameRegisteredModel: Renames a registered model. */
struct mr_rename_registered_model {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str new_name; /* The new name. */
};
#define MR_RENAME_REGISTERED_MODEL_HAS_NAME (UINT64_C(1) << 0)
#define MR_RENAME_REGISTERED_MODEL_HAS_NEW_NAME (UINT64_C(1) << 1)

/* RenameRegisteredModel.Response: Renames a registered model. */
struct mr_rename_registered_model_response {
	uint64_t has;
	struct mr_registered_model *registered_model; /* The registered model. */
};
#define MR_RENAME_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL (UINT64_C(1) << 0)

/* UpdateRegisteredModel: Changes the description of a registered model. */
struct mr_update_registered_model {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str description; /* Free text. */
	mr_str deployment_job_id; /* Databricks only; kept for the wire. */
};
#define MR_UPDATE_REGISTERED_MODEL_HAS_NAME (UINT64_C(1) << 0)
#define MR_UPDATE_REGISTERED_MODEL_HAS_DESCRIPTION (UINT64_C(1) << 1)
#define MR_UPDATE_REGISTERED_MODEL_HAS_DEPLOYMENT_JOB_ID (UINT64_C(1) << 2)

/* UpdateRegisteredModel.Response: Changes the description of a registered model. */
struct mr_update_registered_model_response {
	uint64_t has;
	struct mr_registered_model *registered_model; /* The registered model. */
};
#define MR_UPDATE_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL (UINT64_C(1) << 0)

/* DeleteRegisteredModel: Removes a registered model with its versions. */
struct mr_delete_registered_model {
	uint64_t has;
	mr_str name; /* Name. */
};
#define MR_DELETE_REGISTERED_MODEL_HAS_NAME (UINT64_C(1) << 0)

/* DeleteRegisteredModel.Response: Removes a registered model with its versions. */
struct mr_delete_registered_model_response {
	uint64_t has;
};

/* GetRegisteredModel: One registered model. */
struct mr_get_registered_model {
	uint64_t has;
	mr_str name; /* Name. */
};
#define MR_GET_REGISTERED_MODEL_HAS_NAME (UINT64_C(1) << 0)

/* GetRegisteredModel.Response: One registered model. */
struct mr_get_registered_model_response {
	uint64_t has;
	struct mr_registered_model *registered_model; /* The registered model. */
};
#define MR_GET_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL (UINT64_C(1) << 0)

/* SearchRegisteredModels: Finds registered models by a filter, in an order, a page at a time. */
struct mr_search_registered_models {
	uint64_t has;
	mr_str filter; /* Filter expression; absent for all. */
	int64_t max_results; /* The most results of one page. */
	mr_str *order_by; /* Columns to order by, each with ASC or DESC. */
	size_t order_by_n;
	mr_str page_token; /* next_page_token of the page before; absent for the first. */
};
#define MR_SEARCH_REGISTERED_MODELS_HAS_FILTER (UINT64_C(1) << 0)
#define MR_SEARCH_REGISTERED_MODELS_HAS_MAX_RESULTS (UINT64_C(1) << 1)
#define MR_SEARCH_REGISTERED_MODELS_HAS_PAGE_TOKEN (UINT64_C(1) << 3)

/* SearchRegisteredModels.Response: Finds registered models by a filter, in an order, a page at a time. */
struct mr_search_registered_models_response {
	uint64_t has;
	struct mr_registered_model **registered_models; /* Registered models. */
	size_t registered_models_n;
	mr_str next_page_token; /* Token of the next page; absent on the last. */
};
#define MR_SEARCH_REGISTERED_MODELS_RESPONSE_HAS_NEXT_PAGE_TOKEN (UINT64_C(1) << 1)

/* GetLatestVersions: The latest version in each stage. */
struct mr_get_latest_versions {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str *stages; /* Stages to look in; empty for all. */
	size_t stages_n;
};
#define MR_GET_LATEST_VERSIONS_HAS_NAME (UINT64_C(1) << 0)

/* GetLatestVersions.Response: The latest version in each stage. */
struct mr_get_latest_versions_response {
	uint64_t has;
	struct mr_model_version **model_versions; /* Versions. */
	size_t model_versions_n;
};

/* SetRegisteredModelTag: Sets a tag of a registered model. */
struct mr_set_registered_model_tag {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_SET_REGISTERED_MODEL_TAG_HAS_NAME (UINT64_C(1) << 0)
#define MR_SET_REGISTERED_MODEL_TAG_HAS_KEY (UINT64_C(1) << 1)
#define MR_SET_REGISTERED_MODEL_TAG_HAS_VALUE (UINT64_C(1) << 2)

/* SetRegisteredModelTag.Response: Sets a tag of a registered model. */
struct mr_set_registered_model_tag_response {
	uint64_t has;
};

/* DeleteRegisteredModelTag: Removes a tag of a registered model. */
struct mr_delete_registered_model_tag {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str key; /* Key. */
};
#define MR_DELETE_REGISTERED_MODEL_TAG_HAS_NAME (UINT64_C(1) << 0)
#define MR_DELETE_REGISTERED_MODEL_TAG_HAS_KEY (UINT64_C(1) << 1)

/* DeleteRegisteredModelTag.Response: Removes a tag of a registered model. */
struct mr_delete_registered_model_tag_response {
	uint64_t has;
};

/* SetRegisteredModelAlias: Points an alias at a version. */
struct mr_set_registered_model_alias {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str alias; /* Alias. */
	mr_str version; /* Number of the version, as text. */
};
#define MR_SET_REGISTERED_MODEL_ALIAS_HAS_NAME (UINT64_C(1) << 0)
#define MR_SET_REGISTERED_MODEL_ALIAS_HAS_ALIAS (UINT64_C(1) << 1)
#define MR_SET_REGISTERED_MODEL_ALIAS_HAS_VERSION (UINT64_C(1) << 2)

/* SetRegisteredModelAlias.Response: Points an alias at a version. */
struct mr_set_registered_model_alias_response {
	uint64_t has;
};

/* DeleteRegisteredModelAlias: Removes an alias. */
struct mr_delete_registered_model_alias {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str alias; /* Alias. */
};
#define MR_DELETE_REGISTERED_MODEL_ALIAS_HAS_NAME (UINT64_C(1) << 0)
#define MR_DELETE_REGISTERED_MODEL_ALIAS_HAS_ALIAS (UINT64_C(1) << 1)

/* DeleteRegisteredModelAlias.Response: Removes an alias. */
struct mr_delete_registered_model_alias_response {
	uint64_t has;
};

/* GetModelVersionByAlias: The version that an alias points at. */
struct mr_get_model_version_by_alias {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str alias; /* Alias. */
};
#define MR_GET_MODEL_VERSION_BY_ALIAS_HAS_NAME (UINT64_C(1) << 0)
#define MR_GET_MODEL_VERSION_BY_ALIAS_HAS_ALIAS (UINT64_C(1) << 1)

/* GetModelVersionByAlias.Response: The version that an alias points at. */
struct mr_get_model_version_by_alias_response {
	uint64_t has;
	struct mr_model_version *model_version; /* The version. */
};
#define MR_GET_MODEL_VERSION_BY_ALIAS_RESPONSE_HAS_MODEL_VERSION (UINT64_C(1) << 0)

/* CreateModelVersion: Creates the next version of a registered model. */
struct mr_create_model_version {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str source; /* URI of the files of the model. */
	mr_str run_id; /* Id of the run, 32 hex digits. */
	struct mr_model_version_tag **tags; /* Tags. */
	size_t tags_n;
	mr_str run_link; /* URL of the run that made it. */
	mr_str description; /* Free text. */
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
};
#define MR_CREATE_MODEL_VERSION_HAS_NAME (UINT64_C(1) << 0)
#define MR_CREATE_MODEL_VERSION_HAS_SOURCE (UINT64_C(1) << 1)
#define MR_CREATE_MODEL_VERSION_HAS_RUN_ID (UINT64_C(1) << 2)
#define MR_CREATE_MODEL_VERSION_HAS_RUN_LINK (UINT64_C(1) << 4)
#define MR_CREATE_MODEL_VERSION_HAS_DESCRIPTION (UINT64_C(1) << 5)
#define MR_CREATE_MODEL_VERSION_HAS_MODEL_ID (UINT64_C(1) << 6)

/* CreateModelVersion.Response: Creates the next version of a registered model. */
struct mr_create_model_version_response {
	uint64_t has;
	struct mr_model_version *model_version; /* The version. */
};
#define MR_CREATE_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION (UINT64_C(1) << 0)

/* UpdateModelVersion: Changes the description of a version. */
struct mr_update_model_version {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
	mr_str description; /* Free text. */
};
#define MR_UPDATE_MODEL_VERSION_HAS_NAME (UINT64_C(1) << 0)
#define MR_UPDATE_MODEL_VERSION_HAS_VERSION (UINT64_C(1) << 1)
#define MR_UPDATE_MODEL_VERSION_HAS_DESCRIPTION (UINT64_C(1) << 2)

/* UpdateModelVersion.Response: Changes the description of a version. */
struct mr_update_model_version_response {
	uint64_t has;
	struct mr_model_version *model_version; /* The version. */
};
#define MR_UPDATE_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION (UINT64_C(1) << 0)

/* TransitionModelVersionStage: Moves a version to another stage. */
struct mr_transition_model_version_stage {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
	mr_str stage; /* Stage to move to. */
	bool archive_existing_versions; /* Whether versions that are in the stage move to Archived. */
};
#define MR_TRANSITION_MODEL_VERSION_STAGE_HAS_NAME (UINT64_C(1) << 0)
#define MR_TRANSITION_MODEL_VERSION_STAGE_HAS_VERSION (UINT64_C(1) << 1)
#define MR_TRANSITION_MODEL_VERSION_STAGE_HAS_STAGE (UINT64_C(1) << 2)
#define MR_TRANSITION_MODEL_VERSION_STAGE_HAS_ARCHIVE_EXISTING_VERSIONS (UINT64_C(1) << 3)

/* TransitionModelVersionStage.Response: Moves a version to another stage. */
struct mr_transition_model_version_stage_response {
	uint64_t has;
	struct mr_model_version *model_version; /* The version. */
};
#define MR_TRANSITION_MODEL_VERSION_STAGE_RESPONSE_HAS_MODEL_VERSION (UINT64_C(1) << 0)

/* DeleteModelVersion: Removes a version. */
struct mr_delete_model_version {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
};
#define MR_DELETE_MODEL_VERSION_HAS_NAME (UINT64_C(1) << 0)
#define MR_DELETE_MODEL_VERSION_HAS_VERSION (UINT64_C(1) << 1)

/* DeleteModelVersion.Response: Removes a version. */
struct mr_delete_model_version_response {
	uint64_t has;
};

/* GetModelVersion: One version. */
struct mr_get_model_version {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
};
#define MR_GET_MODEL_VERSION_HAS_NAME (UINT64_C(1) << 0)
#define MR_GET_MODEL_VERSION_HAS_VERSION (UINT64_C(1) << 1)

/* GetModelVersion.Response: One version. */
struct mr_get_model_version_response {
	uint64_t has;
	struct mr_model_version *model_version; /* The version. */
};
#define MR_GET_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION (UINT64_C(1) << 0)

/* SearchModelVersions: Finds versions by a filter, in an order, a page at a time. */
struct mr_search_model_versions {
	uint64_t has;
	mr_str filter; /* Filter expression; absent for all. */
	int64_t max_results; /* The most results of one page. */
	mr_str *order_by; /* Columns to order by, each with ASC or DESC. */
	size_t order_by_n;
	mr_str page_token; /* next_page_token of the page before; absent for the first. */
};
#define MR_SEARCH_MODEL_VERSIONS_HAS_FILTER (UINT64_C(1) << 0)
#define MR_SEARCH_MODEL_VERSIONS_HAS_MAX_RESULTS (UINT64_C(1) << 1)
#define MR_SEARCH_MODEL_VERSIONS_HAS_PAGE_TOKEN (UINT64_C(1) << 3)

/* SearchModelVersions.Response: Finds versions by a filter, in an order, a page at a time. */
struct mr_search_model_versions_response {
	uint64_t has;
	struct mr_model_version **model_versions; /* Versions. */
	size_t model_versions_n;
	mr_str next_page_token; /* Token of the next page; absent on the last. */
};
#define MR_SEARCH_MODEL_VERSIONS_RESPONSE_HAS_NEXT_PAGE_TOKEN (UINT64_C(1) << 1)

/* GetModelVersionDownloadUri: Where the files of a version are. */
struct mr_get_model_version_download_uri {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
};
#define MR_GET_MODEL_VERSION_DOWNLOAD_URI_HAS_NAME (UINT64_C(1) << 0)
#define MR_GET_MODEL_VERSION_DOWNLOAD_URI_HAS_VERSION (UINT64_C(1) << 1)

/* GetModelVersionDownloadUri.Response: Where the files of a version are. */
struct mr_get_model_version_download_uri_response {
	uint64_t has;
	mr_str artifact_uri; /* URI of the files of the model. */
};
#define MR_GET_MODEL_VERSION_DOWNLOAD_URI_RESPONSE_HAS_ARTIFACT_URI (UINT64_C(1) << 0)

/* SetModelVersionTag: Sets a tag of a version. */
struct mr_set_model_version_tag {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
	mr_str key; /* Key. */
	mr_str value; /* Value. */
};
#define MR_SET_MODEL_VERSION_TAG_HAS_NAME (UINT64_C(1) << 0)
#define MR_SET_MODEL_VERSION_TAG_HAS_VERSION (UINT64_C(1) << 1)
#define MR_SET_MODEL_VERSION_TAG_HAS_KEY (UINT64_C(1) << 2)
#define MR_SET_MODEL_VERSION_TAG_HAS_VALUE (UINT64_C(1) << 3)

/* SetModelVersionTag.Response: Sets a tag of a version. */
struct mr_set_model_version_tag_response {
	uint64_t has;
};

/* DeleteModelVersionTag: Removes a tag of a version. */
struct mr_delete_model_version_tag {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
	mr_str key; /* Key. */
};
#define MR_DELETE_MODEL_VERSION_TAG_HAS_NAME (UINT64_C(1) << 0)
#define MR_DELETE_MODEL_VERSION_TAG_HAS_VERSION (UINT64_C(1) << 1)
#define MR_DELETE_MODEL_VERSION_TAG_HAS_KEY (UINT64_C(1) << 2)

/* DeleteModelVersionTag.Response: Removes a tag of a version. */
struct mr_delete_model_version_tag_response {
	uint64_t has;
};

/* FileInfo: A file or folder among the artifacts. */
struct mr_file_info {
	uint64_t has;
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
	bool is_dir; /* Whether it is a folder. */
	int64_t file_size; /* Size in bytes; absent for a folder. */
};
#define MR_FILE_INFO_HAS_PATH (UINT64_C(1) << 0)
#define MR_FILE_INFO_HAS_IS_DIR (UINT64_C(1) << 1)
#define MR_FILE_INFO_HAS_FILE_SIZE (UINT64_C(1) << 2)

/* ListArtifacts: Lists a folder of a run's artifacts. */
struct mr_list_artifacts {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str run_uuid; /* Older name of run_id; read when run_id is absent. */
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
	mr_str page_token; /* next_page_token of the page before; absent for the first. */
};
#define MR_LIST_ARTIFACTS_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_LIST_ARTIFACTS_HAS_RUN_UUID (UINT64_C(1) << 1)
#define MR_LIST_ARTIFACTS_HAS_PATH (UINT64_C(1) << 2)
#define MR_LIST_ARTIFACTS_HAS_PAGE_TOKEN (UINT64_C(1) << 3)

/* ListArtifacts.Response: Lists a folder of a run's artifacts. */
struct mr_list_artifacts_response {
	uint64_t has;
	mr_str root_uri; /* Root of the artifacts that are listed. */
	struct mr_file_info **files; /* What the folder holds, sorted by path. */
	size_t files_n;
	mr_str next_page_token; /* Token of the next page; absent on the last. */
};
#define MR_LIST_ARTIFACTS_RESPONSE_HAS_ROOT_URI (UINT64_C(1) << 0)
#define MR_LIST_ARTIFACTS_RESPONSE_HAS_NEXT_PAGE_TOKEN (UINT64_C(1) << 2)

/* CreatePresignedUploadUrl: A signed URL to upload one artifact to. */
struct mr_create_presigned_upload_url {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
	int64_t expiration; /* How long the URL is good, in seconds. */
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
};
#define MR_CREATE_PRESIGNED_UPLOAD_URL_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_CREATE_PRESIGNED_UPLOAD_URL_HAS_PATH (UINT64_C(1) << 1)
#define MR_CREATE_PRESIGNED_UPLOAD_URL_HAS_EXPIRATION (UINT64_C(1) << 2)
#define MR_CREATE_PRESIGNED_UPLOAD_URL_HAS_MODEL_ID (UINT64_C(1) << 3)

/* CreatePresignedUploadUrl.Response: A signed URL to upload one artifact to. */
struct mr_create_presigned_upload_url_response {
	uint64_t has;
	mr_str presigned_url; /* The signed URL. */
	struct mr_map_string *headers; /* Headers to send with the request. */
	size_t headers_n;
};
#define MR_CREATE_PRESIGNED_UPLOAD_URL_RESPONSE_HAS_PRESIGNED_URL (UINT64_C(1) << 0)

/* CreatePresignedDownloadUrl: A signed URL to download one artifact from. */
struct mr_create_presigned_download_url {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
	int64_t expiration; /* How long the URL is good, in seconds. */
};
#define MR_CREATE_PRESIGNED_DOWNLOAD_URL_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_CREATE_PRESIGNED_DOWNLOAD_URL_HAS_PATH (UINT64_C(1) << 1)
#define MR_CREATE_PRESIGNED_DOWNLOAD_URL_HAS_EXPIRATION (UINT64_C(1) << 2)

/* CreatePresignedDownloadUrl.Response: A signed URL to download one artifact from. */
struct mr_create_presigned_download_url_response {
	uint64_t has;
	mr_str presigned_url; /* The signed URL. */
	struct mr_map_string *headers; /* Headers to send with the request. */
	size_t headers_n;
	int64_t file_size; /* Size in bytes; absent for a folder. */
};
#define MR_CREATE_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_PRESIGNED_URL (UINT64_C(1) << 0)
#define MR_CREATE_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_FILE_SIZE (UINT64_C(1) << 2)

/* ListLoggedModelArtifacts: Lists a folder of a logged model's artifacts. */
struct mr_list_logged_model_artifacts {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	mr_str artifact_directory_path; /* Folder to list; absent for the root. */
	mr_str page_token; /* next_page_token of the page before; absent for the first. */
};
#define MR_LIST_LOGGED_MODEL_ARTIFACTS_HAS_MODEL_ID (UINT64_C(1) << 0)
#define MR_LIST_LOGGED_MODEL_ARTIFACTS_HAS_ARTIFACT_DIRECTORY_PATH (UINT64_C(1) << 1)
#define MR_LIST_LOGGED_MODEL_ARTIFACTS_HAS_PAGE_TOKEN (UINT64_C(1) << 2)

/* ListLoggedModelArtifacts.Response: Lists a folder of a logged model's artifacts. */
struct mr_list_logged_model_artifacts_response {
	uint64_t has;
	mr_str root_uri; /* Root of the artifacts that are listed. */
	struct mr_file_info **files; /* What the folder holds, sorted by path. */
	size_t files_n;
	mr_str next_page_token; /* Token of the next page; absent on the last. */
};
#define MR_LIST_LOGGED_MODEL_ARTIFACTS_RESPONSE_HAS_ROOT_URI (UINT64_C(1) << 0)
#define MR_LIST_LOGGED_MODEL_ARTIFACTS_RESPONSE_HAS_NEXT_PAGE_TOKEN (UINT64_C(1) << 2)

/* artifacts.DownloadArtifact: The bytes of one artifact. */
struct mr_artifacts_download_artifact {
	uint64_t has;
};

/* artifacts.DownloadArtifact.Response: The bytes of one artifact. */
struct mr_artifacts_download_artifact_response {
	uint64_t has;
};

/* artifacts.UploadArtifact: Stores the bytes of one artifact. */
struct mr_artifacts_upload_artifact {
	uint64_t has;
};

/* artifacts.UploadArtifact.Response: Stores the bytes of one artifact. */
struct mr_artifacts_upload_artifact_response {
	uint64_t has;
};

/* artifacts.FileInfo: A file or folder below the artifact destination. */
struct mr_artifacts_file_info {
	uint64_t has;
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
	bool is_dir; /* Whether it is a folder. */
	int64_t file_size; /* Size in bytes; absent for a folder. */
};
#define MR_ARTIFACTS_FILE_INFO_HAS_PATH (UINT64_C(1) << 0)
#define MR_ARTIFACTS_FILE_INFO_HAS_IS_DIR (UINT64_C(1) << 1)
#define MR_ARTIFACTS_FILE_INFO_HAS_FILE_SIZE (UINT64_C(1) << 2)

/* artifacts.ListArtifacts: Lists a folder below the artifact destination of the server. */
struct mr_artifacts_list_artifacts {
	uint64_t has;
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
};
#define MR_ARTIFACTS_LIST_ARTIFACTS_HAS_PATH (UINT64_C(1) << 0)

/* artifacts.ListArtifacts.Response: Lists a folder below the artifact destination of the server. */
struct mr_artifacts_list_artifacts_response {
	uint64_t has;
	struct mr_artifacts_file_info **files; /* What the folder holds, sorted by path. */
	size_t files_n;
};

/* artifacts.DeleteArtifact: Removes one artifact, or a folder of them. */
struct mr_artifacts_delete_artifact {
	uint64_t has;
};

/* artifacts.DeleteArtifact.Response: Removes one artifact, or a folder of them. */
struct mr_artifacts_delete_artifact_response {
	uint64_t has;
};

/* artifacts.MultipartUploadCredential: Where one part of an upload goes. */
struct mr_artifacts_multipart_upload_credential {
	uint64_t has;
	mr_str url; /* URL. */
	int64_t part_number; /* Number of the part, from 1. */
	struct mr_map_string *headers; /* Headers to send with the request. */
	size_t headers_n;
};
#define MR_ARTIFACTS_MULTIPART_UPLOAD_CREDENTIAL_HAS_URL (UINT64_C(1) << 0)
#define MR_ARTIFACTS_MULTIPART_UPLOAD_CREDENTIAL_HAS_PART_NUMBER (UINT64_C(1) << 1)

/* artifacts.CreateMultipartUpload: Begins an upload in parts. */
struct mr_artifacts_create_multipart_upload {
	uint64_t has;
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
	int64_t num_parts; /* Number of parts. */
};
#define MR_ARTIFACTS_CREATE_MULTIPART_UPLOAD_HAS_PATH (UINT64_C(1) << 0)
#define MR_ARTIFACTS_CREATE_MULTIPART_UPLOAD_HAS_NUM_PARTS (UINT64_C(1) << 1)

/* artifacts.CreateMultipartUpload.Response: Begins an upload in parts. */
struct mr_artifacts_create_multipart_upload_response {
	uint64_t has;
	mr_str upload_id; /* Id of the upload, as the storage gave it. */
	struct mr_artifacts_multipart_upload_credential **credentials; /* Where each part goes. */
	size_t credentials_n;
};
#define MR_ARTIFACTS_CREATE_MULTIPART_UPLOAD_RESPONSE_HAS_UPLOAD_ID (UINT64_C(1) << 0)

/* artifacts.MultipartUploadPart: A part that was uploaded. */
struct mr_artifacts_multipart_upload_part {
	uint64_t has;
	int64_t part_number; /* Number of the part, from 1. */
	mr_str etag; /* ETag that the storage answered. */
	mr_str url; /* URL. */
};
#define MR_ARTIFACTS_MULTIPART_UPLOAD_PART_HAS_PART_NUMBER (UINT64_C(1) << 0)
#define MR_ARTIFACTS_MULTIPART_UPLOAD_PART_HAS_ETAG (UINT64_C(1) << 1)
#define MR_ARTIFACTS_MULTIPART_UPLOAD_PART_HAS_URL (UINT64_C(1) << 2)

/* artifacts.CompleteMultipartUpload: Makes one artifact of the parts. */
struct mr_artifacts_complete_multipart_upload {
	uint64_t has;
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
	mr_str upload_id; /* Id of the upload, as the storage gave it. */
	struct mr_artifacts_multipart_upload_part **parts; /* The parts that were uploaded. */
	size_t parts_n;
};
#define MR_ARTIFACTS_COMPLETE_MULTIPART_UPLOAD_HAS_PATH (UINT64_C(1) << 0)
#define MR_ARTIFACTS_COMPLETE_MULTIPART_UPLOAD_HAS_UPLOAD_ID (UINT64_C(1) << 1)

/* artifacts.CompleteMultipartUpload.Response: Makes one artifact of the parts. */
struct mr_artifacts_complete_multipart_upload_response {
	uint64_t has;
};

/* artifacts.AbortMultipartUpload: Drops the parts. */
struct mr_artifacts_abort_multipart_upload {
	uint64_t has;
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
	mr_str upload_id; /* Id of the upload, as the storage gave it. */
};
#define MR_ARTIFACTS_ABORT_MULTIPART_UPLOAD_HAS_PATH (UINT64_C(1) << 0)
#define MR_ARTIFACTS_ABORT_MULTIPART_UPLOAD_HAS_UPLOAD_ID (UINT64_C(1) << 1)

/* artifacts.AbortMultipartUpload.Response: Drops the parts. */
struct mr_artifacts_abort_multipart_upload_response {
	uint64_t has;
};

/* artifacts.GetPresignedDownloadUrl: A signed URL to download one artifact from. */
struct mr_artifacts_get_presigned_download_url {
	uint64_t has;
};

/* artifacts.GetPresignedDownloadUrl.Response: A signed URL to download one artifact from. */
struct mr_artifacts_get_presigned_download_url_response {
	uint64_t has;
	mr_str url; /* URL. */
	struct mr_map_string *headers; /* Headers to send with the request. */
	size_t headers_n;
	int64_t file_size; /* Size in bytes; absent for a folder. */
};
#define MR_ARTIFACTS_GET_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_URL (UINT64_C(1) << 0)
#define MR_ARTIFACTS_GET_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_FILE_SIZE (UINT64_C(1) << 2)

/* MetricPoint: A metric value as get-history-bulk gives it: keys in alphabetical order. */
struct mr_metric_point {
	uint64_t has;
	mr_str key; /* Key. */
	mr_str run_id; /* Id of the run, 32 hex digits. */
	int64_t step; /* Step of the training. */
	int64_t timestamp; /* Unix time in milliseconds. */
	double value; /* Value. */
};
#define MR_METRIC_POINT_HAS_KEY (UINT64_C(1) << 0)
#define MR_METRIC_POINT_HAS_RUN_ID (UINT64_C(1) << 1)
#define MR_METRIC_POINT_HAS_STEP (UINT64_C(1) << 2)
#define MR_METRIC_POINT_HAS_TIMESTAMP (UINT64_C(1) << 3)
#define MR_METRIC_POINT_HAS_VALUE (UINT64_C(1) << 4)

/* GetMetricHistoryBulk: Values of one metric of several runs, by run, timestamp, step and value. */
struct mr_get_metric_history_bulk {
	uint64_t has;
	mr_str *run_id; /* Ids of the runs, 1 to 100. */
	size_t run_id_n;
	mr_str metric_key; /* Key of the metric. */
	int32_t max_results; /* The most values of all runs together, at most 25,000. */
};
#define MR_GET_METRIC_HISTORY_BULK_HAS_METRIC_KEY (UINT64_C(1) << 1)
#define MR_GET_METRIC_HISTORY_BULK_HAS_MAX_RESULTS (UINT64_C(1) << 2)

/* GetMetricHistoryBulk.Response: Values of one metric of several runs, by run, timestamp, step and value. */
struct mr_get_metric_history_bulk_response {
	uint64_t has;
	struct mr_metric_point **metrics; /* Metrics. */
	size_t metrics_n;
};

/* ListDeletedRuns: Runs that are marked as deleted, for longer than some time. */
struct mr_list_deleted_runs {
	uint64_t has;
	int64_t older_than_ms; /* Deleted at least this many milliseconds ago. */
};
#define MR_LIST_DELETED_RUNS_HAS_OLDER_THAN_MS (UINT64_C(1) << 0)

/* ListDeletedRuns.Response: Runs that are marked as deleted, for longer than some time. */
struct mr_list_deleted_runs_response {
	uint64_t has;
	struct mr_run_info **runs; /* Runs. */
	size_t runs_n;
};

/* PurgeRun: Removes a deleted run from the store; its artifacts are the caller's work. */
struct mr_purge_run {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
};
#define MR_PURGE_RUN_HAS_RUN_ID (UINT64_C(1) << 0)

/* PurgeRun.Response: Removes a deleted run from the store; its artifacts are the caller's work. */
struct mr_purge_run_response {
	uint64_t has;
};

/* ListDeletedExperiments: Experiments that are marked as deleted, for longer than some time. */
struct mr_list_deleted_experiments {
	uint64_t has;
	int64_t older_than_ms; /* Deleted at least this many milliseconds ago. */
};
#define MR_LIST_DELETED_EXPERIMENTS_HAS_OLDER_THAN_MS (UINT64_C(1) << 0)

/* ListDeletedExperiments.Response: Experiments that are marked as deleted, for longer than some time. */
struct mr_list_deleted_experiments_response {
	uint64_t has;
	struct mr_experiment **experiments; /* Experiments. */
	size_t experiments_n;
};

/* PurgeExperiment: Removes a deleted experiment with its runs and logged models from the store. */
struct mr_purge_experiment {
	uint64_t has;
	mr_str experiment_id; /* Id of the experiment. */
};
#define MR_PURGE_EXPERIMENT_HAS_EXPERIMENT_ID (UINT64_C(1) << 0)

/* PurgeExperiment.Response: Removes a deleted experiment with its runs and logged models from the store. */
struct mr_purge_experiment_response {
	uint64_t has;
};

/* ListDeletedLoggedModels: Logged models that are marked as deleted, for longer than some time. */
struct mr_list_deleted_logged_models {
	uint64_t has;
	int64_t older_than_ms; /* Deleted at least this many milliseconds ago. */
};
#define MR_LIST_DELETED_LOGGED_MODELS_HAS_OLDER_THAN_MS (UINT64_C(1) << 0)

/* ListDeletedLoggedModels.Response: Logged models that are marked as deleted, for longer than some time. */
struct mr_list_deleted_logged_models_response {
	uint64_t has;
	struct mr_logged_model **models; /* Logged models. */
	size_t models_n;
};

/* PurgeLoggedModel: Removes a deleted logged model from the store. */
struct mr_purge_logged_model {
	uint64_t has;
	mr_str model_id; /* Id of the logged model. */
};
#define MR_PURGE_LOGGED_MODEL_HAS_MODEL_ID (UINT64_C(1) << 0)

/* PurgeLoggedModel.Response: Removes a deleted logged model from the store. */
struct mr_purge_logged_model_response {
	uint64_t has;
};

/* GetServerInfo: What this server is and can do. */
struct mr_get_server_info {
	uint64_t has;
};

/* GetServerInfo.Response: What this server is and can do. */
struct mr_get_server_info_response {
	uint64_t has;
	mr_str store_type; /* "SqlStore" or "FileStore"; absent for others. */
	bool workspaces_enabled; /* Whether there are workspaces. */
	bool trace_archival_enabled; /* Whether old traces are archived. */
	bool multipart_uploads_enabled; /* Whether artifacts can be uploaded in parts through the proxy. */
	bool multipart_downloads_enabled; /* Whether artifacts can be downloaded in parts through the proxy. */
	bool presigned_upload_run_id_supported; /* Whether presigned-upload-url takes a run_id. */
	bool presigned_upload_model_id_supported; /* Whether presigned-upload-url takes a model_id. */
	struct mr_server_features *features_enabled; /* Optional parts. */
};
#define MR_GET_SERVER_INFO_RESPONSE_HAS_STORE_TYPE (UINT64_C(1) << 0)
#define MR_GET_SERVER_INFO_RESPONSE_HAS_WORKSPACES_ENABLED (UINT64_C(1) << 1)
#define MR_GET_SERVER_INFO_RESPONSE_HAS_TRACE_ARCHIVAL_ENABLED (UINT64_C(1) << 2)
#define MR_GET_SERVER_INFO_RESPONSE_HAS_MULTIPART_UPLOADS_ENABLED (UINT64_C(1) << 3)
#define MR_GET_SERVER_INFO_RESPONSE_HAS_MULTIPART_DOWNLOADS_ENABLED (UINT64_C(1) << 4)
#define MR_GET_SERVER_INFO_RESPONSE_HAS_PRESIGNED_UPLOAD_RUN_ID_SUPPORTED (UINT64_C(1) << 5)
#define MR_GET_SERVER_INFO_RESPONSE_HAS_PRESIGNED_UPLOAD_MODEL_ID_SUPPORTED (UINT64_C(1) << 6)
#define MR_GET_SERVER_INFO_RESPONSE_HAS_FEATURES_ENABLED (UINT64_C(1) << 7)

/* ServerFeatures: Which optional parts are switched on. */
struct mr_server_features {
	uint64_t has;
	bool gateway; /* The AI gateway. */
};
#define MR_SERVER_FEATURES_HAS_GATEWAY (UINT64_C(1) << 0)

/* GetArtifact: The bytes of one artifact of a run. */
struct mr_get_artifact {
	uint64_t has;
	mr_str run_id; /* Id of the run, 32 hex digits. */
	mr_str run_uuid; /* Older name of run_id; read when run_id is absent. */
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
};
#define MR_GET_ARTIFACT_HAS_RUN_ID (UINT64_C(1) << 0)
#define MR_GET_ARTIFACT_HAS_RUN_UUID (UINT64_C(1) << 1)
#define MR_GET_ARTIFACT_HAS_PATH (UINT64_C(1) << 2)

/* GetArtifact.Response: The bytes of one artifact of a run. */
struct mr_get_artifact_response {
	uint64_t has;
};

/* GetModelVersionArtifact: The bytes of one artifact of a model version. */
struct mr_get_model_version_artifact {
	uint64_t has;
	mr_str name; /* Name. */
	mr_str version; /* Number of the version, as text. */
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
};
#define MR_GET_MODEL_VERSION_ARTIFACT_HAS_NAME (UINT64_C(1) << 0)
#define MR_GET_MODEL_VERSION_ARTIFACT_HAS_VERSION (UINT64_C(1) << 1)
#define MR_GET_MODEL_VERSION_ARTIFACT_HAS_PATH (UINT64_C(1) << 2)

/* GetModelVersionArtifact.Response: The bytes of one artifact of a model version. */
struct mr_get_model_version_artifact_response {
	uint64_t has;
};

/* UploadRunArtifact: Stores the bytes of one artifact of a run, at most 10 MiB. */
struct mr_upload_run_artifact {
	uint64_t has;
	mr_str run_uuid; /* Id of the run, 32 hex digits. */
	mr_str path; /* Path, separated by "/", relative to the artifact root. */
};
#define MR_UPLOAD_RUN_ARTIFACT_HAS_RUN_UUID (UINT64_C(1) << 0)
#define MR_UPLOAD_RUN_ARTIFACT_HAS_PATH (UINT64_C(1) << 1)

/* UploadRunArtifact.Response: Stores the bytes of one artifact of a run, at most 10 MiB. */
struct mr_upload_run_artifact_response {
	uint64_t has;
};

/* GetLoggedModelArtifact: The bytes of one artifact of a logged model. */
struct mr_get_logged_model_artifact {
	uint64_t has;
	mr_str model_id; /* Id of the logged model, "m-" and 32 hex digits. */
	mr_str artifact_file_path; /* Path, separated by "/", relative to the artifact root. */
};
#define MR_GET_LOGGED_MODEL_ARTIFACT_HAS_MODEL_ID (UINT64_C(1) << 0)
#define MR_GET_LOGGED_MODEL_ARTIFACT_HAS_ARTIFACT_FILE_PATH (UINT64_C(1) << 1)

/* GetLoggedModelArtifact.Response: The bytes of one artifact of a logged model. */
struct mr_get_logged_model_artifact_response {
	uint64_t has;
};

/* Setters: the member and its presence at once. */

static inline void mr_experiment_tag_set_key(struct mr_experiment_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_EXPERIMENT_TAG_HAS_KEY;
}
static inline void mr_experiment_tag_set_value(struct mr_experiment_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_EXPERIMENT_TAG_HAS_VALUE;
}

static inline void mr_create_experiment_set_name(struct mr_create_experiment *message, mr_str value)
{
	message->name = value;
	message->has |= MR_CREATE_EXPERIMENT_HAS_NAME;
}
static inline void mr_create_experiment_set_artifact_location(struct mr_create_experiment *message, mr_str value)
{
	message->artifact_location = value;
	message->has |= MR_CREATE_EXPERIMENT_HAS_ARTIFACT_LOCATION;
}

static inline void mr_create_experiment_response_set_experiment_id(struct mr_create_experiment_response *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_CREATE_EXPERIMENT_RESPONSE_HAS_EXPERIMENT_ID;
}

static inline void mr_experiment_set_experiment_id(struct mr_experiment *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_EXPERIMENT_HAS_EXPERIMENT_ID;
}
static inline void mr_experiment_set_name(struct mr_experiment *message, mr_str value)
{
	message->name = value;
	message->has |= MR_EXPERIMENT_HAS_NAME;
}
static inline void mr_experiment_set_artifact_location(struct mr_experiment *message, mr_str value)
{
	message->artifact_location = value;
	message->has |= MR_EXPERIMENT_HAS_ARTIFACT_LOCATION;
}
static inline void mr_experiment_set_lifecycle_stage(struct mr_experiment *message, mr_str value)
{
	message->lifecycle_stage = value;
	message->has |= MR_EXPERIMENT_HAS_LIFECYCLE_STAGE;
}
static inline void mr_experiment_set_last_update_time(struct mr_experiment *message, int64_t value)
{
	message->last_update_time = value;
	message->has |= MR_EXPERIMENT_HAS_LAST_UPDATE_TIME;
}
static inline void mr_experiment_set_creation_time(struct mr_experiment *message, int64_t value)
{
	message->creation_time = value;
	message->has |= MR_EXPERIMENT_HAS_CREATION_TIME;
}
static inline void mr_experiment_set_effective_trace_archival_retention(struct mr_experiment *message, mr_str value)
{
	message->effective_trace_archival_retention = value;
	message->has |= MR_EXPERIMENT_HAS_EFFECTIVE_TRACE_ARCHIVAL_RETENTION;
}
static inline void mr_experiment_set_workspace(struct mr_experiment *message, mr_str value)
{
	message->workspace = value;
	message->has |= MR_EXPERIMENT_HAS_WORKSPACE;
}

static inline void mr_search_experiments_set_max_results(struct mr_search_experiments *message, int64_t value)
{
	message->max_results = value;
	message->has |= MR_SEARCH_EXPERIMENTS_HAS_MAX_RESULTS;
}
static inline void mr_search_experiments_set_page_token(struct mr_search_experiments *message, mr_str value)
{
	message->page_token = value;
	message->has |= MR_SEARCH_EXPERIMENTS_HAS_PAGE_TOKEN;
}
static inline void mr_search_experiments_set_filter(struct mr_search_experiments *message, mr_str value)
{
	message->filter = value;
	message->has |= MR_SEARCH_EXPERIMENTS_HAS_FILTER;
}
static inline void mr_search_experiments_set_view_type(struct mr_search_experiments *message, int32_t value)
{
	message->view_type = value;
	message->has |= MR_SEARCH_EXPERIMENTS_HAS_VIEW_TYPE;
}

static inline void mr_search_experiments_response_set_next_page_token(struct mr_search_experiments_response *message, mr_str value)
{
	message->next_page_token = value;
	message->has |= MR_SEARCH_EXPERIMENTS_RESPONSE_HAS_NEXT_PAGE_TOKEN;
}

static inline void mr_get_experiment_set_experiment_id(struct mr_get_experiment *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_GET_EXPERIMENT_HAS_EXPERIMENT_ID;
}

static inline void mr_get_experiment_response_set_experiment(struct mr_get_experiment_response *message, struct mr_experiment *value)
{
	message->experiment = value;
	message->has |= MR_GET_EXPERIMENT_RESPONSE_HAS_EXPERIMENT;
}

static inline void mr_get_experiment_by_name_set_experiment_name(struct mr_get_experiment_by_name *message, mr_str value)
{
	message->experiment_name = value;
	message->has |= MR_GET_EXPERIMENT_BY_NAME_HAS_EXPERIMENT_NAME;
}

static inline void mr_get_experiment_by_name_response_set_experiment(struct mr_get_experiment_by_name_response *message, struct mr_experiment *value)
{
	message->experiment = value;
	message->has |= MR_GET_EXPERIMENT_BY_NAME_RESPONSE_HAS_EXPERIMENT;
}

static inline void mr_delete_experiment_set_experiment_id(struct mr_delete_experiment *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_DELETE_EXPERIMENT_HAS_EXPERIMENT_ID;
}


static inline void mr_restore_experiment_set_experiment_id(struct mr_restore_experiment *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_RESTORE_EXPERIMENT_HAS_EXPERIMENT_ID;
}


static inline void mr_update_experiment_set_experiment_id(struct mr_update_experiment *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_UPDATE_EXPERIMENT_HAS_EXPERIMENT_ID;
}
static inline void mr_update_experiment_set_new_name(struct mr_update_experiment *message, mr_str value)
{
	message->new_name = value;
	message->has |= MR_UPDATE_EXPERIMENT_HAS_NEW_NAME;
}


static inline void mr_set_experiment_tag_set_experiment_id(struct mr_set_experiment_tag *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_SET_EXPERIMENT_TAG_HAS_EXPERIMENT_ID;
}
static inline void mr_set_experiment_tag_set_key(struct mr_set_experiment_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_SET_EXPERIMENT_TAG_HAS_KEY;
}
static inline void mr_set_experiment_tag_set_value(struct mr_set_experiment_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_SET_EXPERIMENT_TAG_HAS_VALUE;
}


static inline void mr_delete_experiment_tag_set_experiment_id(struct mr_delete_experiment_tag *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_DELETE_EXPERIMENT_TAG_HAS_EXPERIMENT_ID;
}
static inline void mr_delete_experiment_tag_set_key(struct mr_delete_experiment_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_DELETE_EXPERIMENT_TAG_HAS_KEY;
}


static inline void mr_run_tag_set_key(struct mr_run_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_RUN_TAG_HAS_KEY;
}
static inline void mr_run_tag_set_value(struct mr_run_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_RUN_TAG_HAS_VALUE;
}

static inline void mr_run_info_set_run_id(struct mr_run_info *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_RUN_INFO_HAS_RUN_ID;
}
static inline void mr_run_info_set_run_uuid(struct mr_run_info *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_RUN_INFO_HAS_RUN_UUID;
}
static inline void mr_run_info_set_run_name(struct mr_run_info *message, mr_str value)
{
	message->run_name = value;
	message->has |= MR_RUN_INFO_HAS_RUN_NAME;
}
static inline void mr_run_info_set_experiment_id(struct mr_run_info *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_RUN_INFO_HAS_EXPERIMENT_ID;
}
static inline void mr_run_info_set_user_id(struct mr_run_info *message, mr_str value)
{
	message->user_id = value;
	message->has |= MR_RUN_INFO_HAS_USER_ID;
}
static inline void mr_run_info_set_status(struct mr_run_info *message, int32_t value)
{
	message->status = value;
	message->has |= MR_RUN_INFO_HAS_STATUS;
}
static inline void mr_run_info_set_start_time(struct mr_run_info *message, int64_t value)
{
	message->start_time = value;
	message->has |= MR_RUN_INFO_HAS_START_TIME;
}
static inline void mr_run_info_set_end_time(struct mr_run_info *message, int64_t value)
{
	message->end_time = value;
	message->has |= MR_RUN_INFO_HAS_END_TIME;
}
static inline void mr_run_info_set_artifact_uri(struct mr_run_info *message, mr_str value)
{
	message->artifact_uri = value;
	message->has |= MR_RUN_INFO_HAS_ARTIFACT_URI;
}
static inline void mr_run_info_set_lifecycle_stage(struct mr_run_info *message, mr_str value)
{
	message->lifecycle_stage = value;
	message->has |= MR_RUN_INFO_HAS_LIFECYCLE_STAGE;
}

static inline void mr_metric_set_key(struct mr_metric *message, mr_str value)
{
	message->key = value;
	message->has |= MR_METRIC_HAS_KEY;
}
static inline void mr_metric_set_value(struct mr_metric *message, double value)
{
	message->value = value;
	message->has |= MR_METRIC_HAS_VALUE;
}
static inline void mr_metric_set_timestamp(struct mr_metric *message, int64_t value)
{
	message->timestamp = value;
	message->has |= MR_METRIC_HAS_TIMESTAMP;
}
static inline void mr_metric_set_step(struct mr_metric *message, int64_t value)
{
	message->step = value;
	message->has |= MR_METRIC_HAS_STEP;
}
static inline void mr_metric_set_dataset_name(struct mr_metric *message, mr_str value)
{
	message->dataset_name = value;
	message->has |= MR_METRIC_HAS_DATASET_NAME;
}
static inline void mr_metric_set_dataset_digest(struct mr_metric *message, mr_str value)
{
	message->dataset_digest = value;
	message->has |= MR_METRIC_HAS_DATASET_DIGEST;
}
static inline void mr_metric_set_model_id(struct mr_metric *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_METRIC_HAS_MODEL_ID;
}
static inline void mr_metric_set_run_id(struct mr_metric *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_METRIC_HAS_RUN_ID;
}

static inline void mr_param_set_key(struct mr_param *message, mr_str value)
{
	message->key = value;
	message->has |= MR_PARAM_HAS_KEY;
}
static inline void mr_param_set_value(struct mr_param *message, mr_str value)
{
	message->value = value;
	message->has |= MR_PARAM_HAS_VALUE;
}


static inline void mr_input_tag_set_key(struct mr_input_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_INPUT_TAG_HAS_KEY;
}
static inline void mr_input_tag_set_value(struct mr_input_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_INPUT_TAG_HAS_VALUE;
}

static inline void mr_dataset_set_name(struct mr_dataset *message, mr_str value)
{
	message->name = value;
	message->has |= MR_DATASET_HAS_NAME;
}
static inline void mr_dataset_set_digest(struct mr_dataset *message, mr_str value)
{
	message->digest = value;
	message->has |= MR_DATASET_HAS_DIGEST;
}
static inline void mr_dataset_set_source_type(struct mr_dataset *message, mr_str value)
{
	message->source_type = value;
	message->has |= MR_DATASET_HAS_SOURCE_TYPE;
}
static inline void mr_dataset_set_source(struct mr_dataset *message, mr_str value)
{
	message->source = value;
	message->has |= MR_DATASET_HAS_SOURCE;
}
static inline void mr_dataset_set_schema(struct mr_dataset *message, mr_str value)
{
	message->schema = value;
	message->has |= MR_DATASET_HAS_SCHEMA;
}
static inline void mr_dataset_set_profile(struct mr_dataset *message, mr_str value)
{
	message->profile = value;
	message->has |= MR_DATASET_HAS_PROFILE;
}

static inline void mr_dataset_input_set_dataset(struct mr_dataset_input *message, struct mr_dataset *value)
{
	message->dataset = value;
	message->has |= MR_DATASET_INPUT_HAS_DATASET;
}

static inline void mr_model_input_set_model_id(struct mr_model_input *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_MODEL_INPUT_HAS_MODEL_ID;
}


static inline void mr_model_output_set_model_id(struct mr_model_output *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_MODEL_OUTPUT_HAS_MODEL_ID;
}
static inline void mr_model_output_set_step(struct mr_model_output *message, int64_t value)
{
	message->step = value;
	message->has |= MR_MODEL_OUTPUT_HAS_STEP;
}


static inline void mr_run_set_info(struct mr_run *message, struct mr_run_info *value)
{
	message->info = value;
	message->has |= MR_RUN_HAS_INFO;
}
static inline void mr_run_set_data(struct mr_run *message, struct mr_run_data *value)
{
	message->data = value;
	message->has |= MR_RUN_HAS_DATA;
}
static inline void mr_run_set_inputs(struct mr_run *message, struct mr_run_inputs *value)
{
	message->inputs = value;
	message->has |= MR_RUN_HAS_INPUTS;
}
static inline void mr_run_set_outputs(struct mr_run *message, struct mr_run_outputs *value)
{
	message->outputs = value;
	message->has |= MR_RUN_HAS_OUTPUTS;
}

static inline void mr_create_run_set_experiment_id(struct mr_create_run *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_CREATE_RUN_HAS_EXPERIMENT_ID;
}
static inline void mr_create_run_set_user_id(struct mr_create_run *message, mr_str value)
{
	message->user_id = value;
	message->has |= MR_CREATE_RUN_HAS_USER_ID;
}
static inline void mr_create_run_set_run_name(struct mr_create_run *message, mr_str value)
{
	message->run_name = value;
	message->has |= MR_CREATE_RUN_HAS_RUN_NAME;
}
static inline void mr_create_run_set_start_time(struct mr_create_run *message, int64_t value)
{
	message->start_time = value;
	message->has |= MR_CREATE_RUN_HAS_START_TIME;
}

static inline void mr_create_run_response_set_run(struct mr_create_run_response *message, struct mr_run *value)
{
	message->run = value;
	message->has |= MR_CREATE_RUN_RESPONSE_HAS_RUN;
}

static inline void mr_update_run_set_run_id(struct mr_update_run *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_UPDATE_RUN_HAS_RUN_ID;
}
static inline void mr_update_run_set_run_uuid(struct mr_update_run *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_UPDATE_RUN_HAS_RUN_UUID;
}
static inline void mr_update_run_set_status(struct mr_update_run *message, int32_t value)
{
	message->status = value;
	message->has |= MR_UPDATE_RUN_HAS_STATUS;
}
static inline void mr_update_run_set_end_time(struct mr_update_run *message, int64_t value)
{
	message->end_time = value;
	message->has |= MR_UPDATE_RUN_HAS_END_TIME;
}
static inline void mr_update_run_set_run_name(struct mr_update_run *message, mr_str value)
{
	message->run_name = value;
	message->has |= MR_UPDATE_RUN_HAS_RUN_NAME;
}

static inline void mr_update_run_response_set_run_info(struct mr_update_run_response *message, struct mr_run_info *value)
{
	message->run_info = value;
	message->has |= MR_UPDATE_RUN_RESPONSE_HAS_RUN_INFO;
}

static inline void mr_delete_run_set_run_id(struct mr_delete_run *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_DELETE_RUN_HAS_RUN_ID;
}


static inline void mr_restore_run_set_run_id(struct mr_restore_run *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_RESTORE_RUN_HAS_RUN_ID;
}


static inline void mr_get_run_set_run_id(struct mr_get_run *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_GET_RUN_HAS_RUN_ID;
}
static inline void mr_get_run_set_run_uuid(struct mr_get_run *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_GET_RUN_HAS_RUN_UUID;
}

static inline void mr_get_run_response_set_run(struct mr_get_run_response *message, struct mr_run *value)
{
	message->run = value;
	message->has |= MR_GET_RUN_RESPONSE_HAS_RUN;
}

static inline void mr_search_runs_set_filter(struct mr_search_runs *message, mr_str value)
{
	message->filter = value;
	message->has |= MR_SEARCH_RUNS_HAS_FILTER;
}
static inline void mr_search_runs_set_run_view_type(struct mr_search_runs *message, int32_t value)
{
	message->run_view_type = value;
	message->has |= MR_SEARCH_RUNS_HAS_RUN_VIEW_TYPE;
}
static inline void mr_search_runs_set_max_results(struct mr_search_runs *message, int32_t value)
{
	message->max_results = value;
	message->has |= MR_SEARCH_RUNS_HAS_MAX_RESULTS;
}
static inline void mr_search_runs_set_page_token(struct mr_search_runs *message, mr_str value)
{
	message->page_token = value;
	message->has |= MR_SEARCH_RUNS_HAS_PAGE_TOKEN;
}

static inline void mr_search_runs_response_set_next_page_token(struct mr_search_runs_response *message, mr_str value)
{
	message->next_page_token = value;
	message->has |= MR_SEARCH_RUNS_RESPONSE_HAS_NEXT_PAGE_TOKEN;
}

static inline void mr_log_param_set_run_id(struct mr_log_param *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_LOG_PARAM_HAS_RUN_ID;
}
static inline void mr_log_param_set_run_uuid(struct mr_log_param *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_LOG_PARAM_HAS_RUN_UUID;
}
static inline void mr_log_param_set_key(struct mr_log_param *message, mr_str value)
{
	message->key = value;
	message->has |= MR_LOG_PARAM_HAS_KEY;
}
static inline void mr_log_param_set_value(struct mr_log_param *message, mr_str value)
{
	message->value = value;
	message->has |= MR_LOG_PARAM_HAS_VALUE;
}


static inline void mr_set_tag_set_run_id(struct mr_set_tag *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_SET_TAG_HAS_RUN_ID;
}
static inline void mr_set_tag_set_run_uuid(struct mr_set_tag *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_SET_TAG_HAS_RUN_UUID;
}
static inline void mr_set_tag_set_key(struct mr_set_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_SET_TAG_HAS_KEY;
}
static inline void mr_set_tag_set_value(struct mr_set_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_SET_TAG_HAS_VALUE;
}


static inline void mr_delete_tag_set_run_id(struct mr_delete_tag *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_DELETE_TAG_HAS_RUN_ID;
}
static inline void mr_delete_tag_set_key(struct mr_delete_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_DELETE_TAG_HAS_KEY;
}


static inline void mr_log_batch_set_run_id(struct mr_log_batch *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_LOG_BATCH_HAS_RUN_ID;
}


static inline void mr_log_metric_set_run_id(struct mr_log_metric *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_LOG_METRIC_HAS_RUN_ID;
}
static inline void mr_log_metric_set_run_uuid(struct mr_log_metric *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_LOG_METRIC_HAS_RUN_UUID;
}
static inline void mr_log_metric_set_key(struct mr_log_metric *message, mr_str value)
{
	message->key = value;
	message->has |= MR_LOG_METRIC_HAS_KEY;
}
static inline void mr_log_metric_set_value(struct mr_log_metric *message, double value)
{
	message->value = value;
	message->has |= MR_LOG_METRIC_HAS_VALUE;
}
static inline void mr_log_metric_set_timestamp(struct mr_log_metric *message, int64_t value)
{
	message->timestamp = value;
	message->has |= MR_LOG_METRIC_HAS_TIMESTAMP;
}
static inline void mr_log_metric_set_step(struct mr_log_metric *message, int64_t value)
{
	message->step = value;
	message->has |= MR_LOG_METRIC_HAS_STEP;
}
static inline void mr_log_metric_set_model_id(struct mr_log_metric *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_LOG_METRIC_HAS_MODEL_ID;
}
static inline void mr_log_metric_set_dataset_name(struct mr_log_metric *message, mr_str value)
{
	message->dataset_name = value;
	message->has |= MR_LOG_METRIC_HAS_DATASET_NAME;
}
static inline void mr_log_metric_set_dataset_digest(struct mr_log_metric *message, mr_str value)
{
	message->dataset_digest = value;
	message->has |= MR_LOG_METRIC_HAS_DATASET_DIGEST;
}


static inline void mr_get_metric_history_set_run_id(struct mr_get_metric_history *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_GET_METRIC_HISTORY_HAS_RUN_ID;
}
static inline void mr_get_metric_history_set_run_uuid(struct mr_get_metric_history *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_GET_METRIC_HISTORY_HAS_RUN_UUID;
}
static inline void mr_get_metric_history_set_metric_key(struct mr_get_metric_history *message, mr_str value)
{
	message->metric_key = value;
	message->has |= MR_GET_METRIC_HISTORY_HAS_METRIC_KEY;
}
static inline void mr_get_metric_history_set_page_token(struct mr_get_metric_history *message, mr_str value)
{
	message->page_token = value;
	message->has |= MR_GET_METRIC_HISTORY_HAS_PAGE_TOKEN;
}
static inline void mr_get_metric_history_set_max_results(struct mr_get_metric_history *message, int32_t value)
{
	message->max_results = value;
	message->has |= MR_GET_METRIC_HISTORY_HAS_MAX_RESULTS;
}

static inline void mr_get_metric_history_response_set_next_page_token(struct mr_get_metric_history_response *message, mr_str value)
{
	message->next_page_token = value;
	message->has |= MR_GET_METRIC_HISTORY_RESPONSE_HAS_NEXT_PAGE_TOKEN;
}

static inline void mr_metric_with_run_id_set_key(struct mr_metric_with_run_id *message, mr_str value)
{
	message->key = value;
	message->has |= MR_METRIC_WITH_RUN_ID_HAS_KEY;
}
static inline void mr_metric_with_run_id_set_value(struct mr_metric_with_run_id *message, double value)
{
	message->value = value;
	message->has |= MR_METRIC_WITH_RUN_ID_HAS_VALUE;
}
static inline void mr_metric_with_run_id_set_timestamp(struct mr_metric_with_run_id *message, int64_t value)
{
	message->timestamp = value;
	message->has |= MR_METRIC_WITH_RUN_ID_HAS_TIMESTAMP;
}
static inline void mr_metric_with_run_id_set_step(struct mr_metric_with_run_id *message, int64_t value)
{
	message->step = value;
	message->has |= MR_METRIC_WITH_RUN_ID_HAS_STEP;
}
static inline void mr_metric_with_run_id_set_run_id(struct mr_metric_with_run_id *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_METRIC_WITH_RUN_ID_HAS_RUN_ID;
}

static inline void mr_get_metric_history_bulk_interval_set_metric_key(struct mr_get_metric_history_bulk_interval *message, mr_str value)
{
	message->metric_key = value;
	message->has |= MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_METRIC_KEY;
}
static inline void mr_get_metric_history_bulk_interval_set_start_step(struct mr_get_metric_history_bulk_interval *message, int32_t value)
{
	message->start_step = value;
	message->has |= MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_START_STEP;
}
static inline void mr_get_metric_history_bulk_interval_set_end_step(struct mr_get_metric_history_bulk_interval *message, int32_t value)
{
	message->end_step = value;
	message->has |= MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_END_STEP;
}
static inline void mr_get_metric_history_bulk_interval_set_max_results(struct mr_get_metric_history_bulk_interval *message, int32_t value)
{
	message->max_results = value;
	message->has |= MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_MAX_RESULTS;
}


static inline void mr_log_inputs_set_run_id(struct mr_log_inputs *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_LOG_INPUTS_HAS_RUN_ID;
}


static inline void mr_log_outputs_set_run_id(struct mr_log_outputs *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_LOG_OUTPUTS_HAS_RUN_ID;
}


static inline void mr_dataset_summary_set_experiment_id(struct mr_dataset_summary *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_DATASET_SUMMARY_HAS_EXPERIMENT_ID;
}
static inline void mr_dataset_summary_set_name(struct mr_dataset_summary *message, mr_str value)
{
	message->name = value;
	message->has |= MR_DATASET_SUMMARY_HAS_NAME;
}
static inline void mr_dataset_summary_set_digest(struct mr_dataset_summary *message, mr_str value)
{
	message->digest = value;
	message->has |= MR_DATASET_SUMMARY_HAS_DIGEST;
}
static inline void mr_dataset_summary_set_context(struct mr_dataset_summary *message, mr_str value)
{
	message->context = value;
	message->has |= MR_DATASET_SUMMARY_HAS_CONTEXT;
}



static inline void mr_logged_model_parameter_set_key(struct mr_logged_model_parameter *message, mr_str value)
{
	message->key = value;
	message->has |= MR_LOGGED_MODEL_PARAMETER_HAS_KEY;
}
static inline void mr_logged_model_parameter_set_value(struct mr_logged_model_parameter *message, mr_str value)
{
	message->value = value;
	message->has |= MR_LOGGED_MODEL_PARAMETER_HAS_VALUE;
}

static inline void mr_logged_model_tag_set_key(struct mr_logged_model_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_LOGGED_MODEL_TAG_HAS_KEY;
}
static inline void mr_logged_model_tag_set_value(struct mr_logged_model_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_LOGGED_MODEL_TAG_HAS_VALUE;
}

static inline void mr_logged_model_registration_info_set_name(struct mr_logged_model_registration_info *message, mr_str value)
{
	message->name = value;
	message->has |= MR_LOGGED_MODEL_REGISTRATION_INFO_HAS_NAME;
}
static inline void mr_logged_model_registration_info_set_version(struct mr_logged_model_registration_info *message, mr_str value)
{
	message->version = value;
	message->has |= MR_LOGGED_MODEL_REGISTRATION_INFO_HAS_VERSION;
}

static inline void mr_logged_model_info_set_model_id(struct mr_logged_model_info *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_MODEL_ID;
}
static inline void mr_logged_model_info_set_experiment_id(struct mr_logged_model_info *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_EXPERIMENT_ID;
}
static inline void mr_logged_model_info_set_name(struct mr_logged_model_info *message, mr_str value)
{
	message->name = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_NAME;
}
static inline void mr_logged_model_info_set_creation_timestamp_ms(struct mr_logged_model_info *message, int64_t value)
{
	message->creation_timestamp_ms = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_CREATION_TIMESTAMP_MS;
}
static inline void mr_logged_model_info_set_last_updated_timestamp_ms(struct mr_logged_model_info *message, int64_t value)
{
	message->last_updated_timestamp_ms = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_LAST_UPDATED_TIMESTAMP_MS;
}
static inline void mr_logged_model_info_set_artifact_uri(struct mr_logged_model_info *message, mr_str value)
{
	message->artifact_uri = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_ARTIFACT_URI;
}
static inline void mr_logged_model_info_set_status(struct mr_logged_model_info *message, int32_t value)
{
	message->status = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_STATUS;
}
static inline void mr_logged_model_info_set_creator_id(struct mr_logged_model_info *message, int64_t value)
{
	message->creator_id = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_CREATOR_ID;
}
static inline void mr_logged_model_info_set_model_type(struct mr_logged_model_info *message, mr_str value)
{
	message->model_type = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_MODEL_TYPE;
}
static inline void mr_logged_model_info_set_source_run_id(struct mr_logged_model_info *message, mr_str value)
{
	message->source_run_id = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_SOURCE_RUN_ID;
}
static inline void mr_logged_model_info_set_status_message(struct mr_logged_model_info *message, mr_str value)
{
	message->status_message = value;
	message->has |= MR_LOGGED_MODEL_INFO_HAS_STATUS_MESSAGE;
}


static inline void mr_logged_model_set_info(struct mr_logged_model *message, struct mr_logged_model_info *value)
{
	message->info = value;
	message->has |= MR_LOGGED_MODEL_HAS_INFO;
}
static inline void mr_logged_model_set_data(struct mr_logged_model *message, struct mr_logged_model_data *value)
{
	message->data = value;
	message->has |= MR_LOGGED_MODEL_HAS_DATA;
}

static inline void mr_create_logged_model_set_experiment_id(struct mr_create_logged_model *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_CREATE_LOGGED_MODEL_HAS_EXPERIMENT_ID;
}
static inline void mr_create_logged_model_set_name(struct mr_create_logged_model *message, mr_str value)
{
	message->name = value;
	message->has |= MR_CREATE_LOGGED_MODEL_HAS_NAME;
}
static inline void mr_create_logged_model_set_model_type(struct mr_create_logged_model *message, mr_str value)
{
	message->model_type = value;
	message->has |= MR_CREATE_LOGGED_MODEL_HAS_MODEL_TYPE;
}
static inline void mr_create_logged_model_set_source_run_id(struct mr_create_logged_model *message, mr_str value)
{
	message->source_run_id = value;
	message->has |= MR_CREATE_LOGGED_MODEL_HAS_SOURCE_RUN_ID;
}

static inline void mr_create_logged_model_response_set_model(struct mr_create_logged_model_response *message, struct mr_logged_model *value)
{
	message->model = value;
	message->has |= MR_CREATE_LOGGED_MODEL_RESPONSE_HAS_MODEL;
}

static inline void mr_finalize_logged_model_set_model_id(struct mr_finalize_logged_model *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_FINALIZE_LOGGED_MODEL_HAS_MODEL_ID;
}
static inline void mr_finalize_logged_model_set_status(struct mr_finalize_logged_model *message, int32_t value)
{
	message->status = value;
	message->has |= MR_FINALIZE_LOGGED_MODEL_HAS_STATUS;
}

static inline void mr_finalize_logged_model_response_set_model(struct mr_finalize_logged_model_response *message, struct mr_logged_model *value)
{
	message->model = value;
	message->has |= MR_FINALIZE_LOGGED_MODEL_RESPONSE_HAS_MODEL;
}

static inline void mr_get_logged_model_set_model_id(struct mr_get_logged_model *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_GET_LOGGED_MODEL_HAS_MODEL_ID;
}
static inline void mr_get_logged_model_set_allow_deleted(struct mr_get_logged_model *message, bool value)
{
	message->allow_deleted = value;
	message->has |= MR_GET_LOGGED_MODEL_HAS_ALLOW_DELETED;
}

static inline void mr_get_logged_model_response_set_model(struct mr_get_logged_model_response *message, struct mr_logged_model *value)
{
	message->model = value;
	message->has |= MR_GET_LOGGED_MODEL_RESPONSE_HAS_MODEL;
}

static inline void mr_delete_logged_model_set_model_id(struct mr_delete_logged_model *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_DELETE_LOGGED_MODEL_HAS_MODEL_ID;
}


static inline void mr_search_logged_models_dataset_set_dataset_name(struct mr_search_logged_models_dataset *message, mr_str value)
{
	message->dataset_name = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_DATASET_HAS_DATASET_NAME;
}
static inline void mr_search_logged_models_dataset_set_dataset_digest(struct mr_search_logged_models_dataset *message, mr_str value)
{
	message->dataset_digest = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_DATASET_HAS_DATASET_DIGEST;
}

static inline void mr_search_logged_models_order_by_set_field_name(struct mr_search_logged_models_order_by *message, mr_str value)
{
	message->field_name = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_FIELD_NAME;
}
static inline void mr_search_logged_models_order_by_set_ascending(struct mr_search_logged_models_order_by *message, bool value)
{
	message->ascending = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_ASCENDING;
}
static inline void mr_search_logged_models_order_by_set_dataset_name(struct mr_search_logged_models_order_by *message, mr_str value)
{
	message->dataset_name = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_DATASET_NAME;
}
static inline void mr_search_logged_models_order_by_set_dataset_digest(struct mr_search_logged_models_order_by *message, mr_str value)
{
	message->dataset_digest = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_DATASET_DIGEST;
}

static inline void mr_search_logged_models_set_filter(struct mr_search_logged_models *message, mr_str value)
{
	message->filter = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_HAS_FILTER;
}
static inline void mr_search_logged_models_set_max_results(struct mr_search_logged_models *message, int32_t value)
{
	message->max_results = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_HAS_MAX_RESULTS;
}
static inline void mr_search_logged_models_set_page_token(struct mr_search_logged_models *message, mr_str value)
{
	message->page_token = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_HAS_PAGE_TOKEN;
}

static inline void mr_search_logged_models_response_set_next_page_token(struct mr_search_logged_models_response *message, mr_str value)
{
	message->next_page_token = value;
	message->has |= MR_SEARCH_LOGGED_MODELS_RESPONSE_HAS_NEXT_PAGE_TOKEN;
}

static inline void mr_set_logged_model_tags_set_model_id(struct mr_set_logged_model_tags *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_SET_LOGGED_MODEL_TAGS_HAS_MODEL_ID;
}

static inline void mr_set_logged_model_tags_response_set_model(struct mr_set_logged_model_tags_response *message, struct mr_logged_model *value)
{
	message->model = value;
	message->has |= MR_SET_LOGGED_MODEL_TAGS_RESPONSE_HAS_MODEL;
}

static inline void mr_delete_logged_model_tag_set_model_id(struct mr_delete_logged_model_tag *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_DELETE_LOGGED_MODEL_TAG_HAS_MODEL_ID;
}
static inline void mr_delete_logged_model_tag_set_tag_key(struct mr_delete_logged_model_tag *message, mr_str value)
{
	message->tag_key = value;
	message->has |= MR_DELETE_LOGGED_MODEL_TAG_HAS_TAG_KEY;
}


static inline void mr_log_logged_model_params_request_set_model_id(struct mr_log_logged_model_params_request *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_LOG_LOGGED_MODEL_PARAMS_REQUEST_HAS_MODEL_ID;
}


static inline void mr_log_model_set_run_id(struct mr_log_model *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_LOG_MODEL_HAS_RUN_ID;
}
static inline void mr_log_model_set_model_json(struct mr_log_model *message, mr_str value)
{
	message->model_json = value;
	message->has |= MR_LOG_MODEL_HAS_MODEL_JSON;
}


static inline void mr_registered_model_tag_set_key(struct mr_registered_model_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_REGISTERED_MODEL_TAG_HAS_KEY;
}
static inline void mr_registered_model_tag_set_value(struct mr_registered_model_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_REGISTERED_MODEL_TAG_HAS_VALUE;
}

static inline void mr_model_version_tag_set_key(struct mr_model_version_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_MODEL_VERSION_TAG_HAS_KEY;
}
static inline void mr_model_version_tag_set_value(struct mr_model_version_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_MODEL_VERSION_TAG_HAS_VALUE;
}

static inline void mr_model_param_set_name(struct mr_model_param *message, mr_str value)
{
	message->name = value;
	message->has |= MR_MODEL_PARAM_HAS_NAME;
}
static inline void mr_model_param_set_value(struct mr_model_param *message, mr_str value)
{
	message->value = value;
	message->has |= MR_MODEL_PARAM_HAS_VALUE;
}

static inline void mr_model_metric_set_key(struct mr_model_metric *message, mr_str value)
{
	message->key = value;
	message->has |= MR_MODEL_METRIC_HAS_KEY;
}
static inline void mr_model_metric_set_value(struct mr_model_metric *message, double value)
{
	message->value = value;
	message->has |= MR_MODEL_METRIC_HAS_VALUE;
}
static inline void mr_model_metric_set_timestamp(struct mr_model_metric *message, int64_t value)
{
	message->timestamp = value;
	message->has |= MR_MODEL_METRIC_HAS_TIMESTAMP;
}
static inline void mr_model_metric_set_step(struct mr_model_metric *message, int64_t value)
{
	message->step = value;
	message->has |= MR_MODEL_METRIC_HAS_STEP;
}
static inline void mr_model_metric_set_dataset_name(struct mr_model_metric *message, mr_str value)
{
	message->dataset_name = value;
	message->has |= MR_MODEL_METRIC_HAS_DATASET_NAME;
}
static inline void mr_model_metric_set_dataset_digest(struct mr_model_metric *message, mr_str value)
{
	message->dataset_digest = value;
	message->has |= MR_MODEL_METRIC_HAS_DATASET_DIGEST;
}
static inline void mr_model_metric_set_model_id(struct mr_model_metric *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_MODEL_METRIC_HAS_MODEL_ID;
}
static inline void mr_model_metric_set_run_id(struct mr_model_metric *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_MODEL_METRIC_HAS_RUN_ID;
}

static inline void mr_model_version_deployment_job_state_set_job_id(struct mr_model_version_deployment_job_state *message, mr_str value)
{
	message->job_id = value;
	message->has |= MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_JOB_ID;
}
static inline void mr_model_version_deployment_job_state_set_run_id(struct mr_model_version_deployment_job_state *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_RUN_ID;
}
static inline void mr_model_version_deployment_job_state_set_job_state(struct mr_model_version_deployment_job_state *message, int32_t value)
{
	message->job_state = value;
	message->has |= MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_JOB_STATE;
}
static inline void mr_model_version_deployment_job_state_set_run_state(struct mr_model_version_deployment_job_state *message, int32_t value)
{
	message->run_state = value;
	message->has |= MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_RUN_STATE;
}
static inline void mr_model_version_deployment_job_state_set_current_task_name(struct mr_model_version_deployment_job_state *message, mr_str value)
{
	message->current_task_name = value;
	message->has |= MR_MODEL_VERSION_DEPLOYMENT_JOB_STATE_HAS_CURRENT_TASK_NAME;
}

static inline void mr_model_version_set_name(struct mr_model_version *message, mr_str value)
{
	message->name = value;
	message->has |= MR_MODEL_VERSION_HAS_NAME;
}
static inline void mr_model_version_set_version(struct mr_model_version *message, mr_str value)
{
	message->version = value;
	message->has |= MR_MODEL_VERSION_HAS_VERSION;
}
static inline void mr_model_version_set_creation_timestamp(struct mr_model_version *message, int64_t value)
{
	message->creation_timestamp = value;
	message->has |= MR_MODEL_VERSION_HAS_CREATION_TIMESTAMP;
}
static inline void mr_model_version_set_last_updated_timestamp(struct mr_model_version *message, int64_t value)
{
	message->last_updated_timestamp = value;
	message->has |= MR_MODEL_VERSION_HAS_LAST_UPDATED_TIMESTAMP;
}
static inline void mr_model_version_set_user_id(struct mr_model_version *message, mr_str value)
{
	message->user_id = value;
	message->has |= MR_MODEL_VERSION_HAS_USER_ID;
}
static inline void mr_model_version_set_current_stage(struct mr_model_version *message, mr_str value)
{
	message->current_stage = value;
	message->has |= MR_MODEL_VERSION_HAS_CURRENT_STAGE;
}
static inline void mr_model_version_set_description(struct mr_model_version *message, mr_str value)
{
	message->description = value;
	message->has |= MR_MODEL_VERSION_HAS_DESCRIPTION;
}
static inline void mr_model_version_set_source(struct mr_model_version *message, mr_str value)
{
	message->source = value;
	message->has |= MR_MODEL_VERSION_HAS_SOURCE;
}
static inline void mr_model_version_set_run_id(struct mr_model_version *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_MODEL_VERSION_HAS_RUN_ID;
}
static inline void mr_model_version_set_status(struct mr_model_version *message, int32_t value)
{
	message->status = value;
	message->has |= MR_MODEL_VERSION_HAS_STATUS;
}
static inline void mr_model_version_set_status_message(struct mr_model_version *message, mr_str value)
{
	message->status_message = value;
	message->has |= MR_MODEL_VERSION_HAS_STATUS_MESSAGE;
}
static inline void mr_model_version_set_run_link(struct mr_model_version *message, mr_str value)
{
	message->run_link = value;
	message->has |= MR_MODEL_VERSION_HAS_RUN_LINK;
}
static inline void mr_model_version_set_model_id(struct mr_model_version *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_MODEL_VERSION_HAS_MODEL_ID;
}
static inline void mr_model_version_set_deployment_job_state(struct mr_model_version *message, struct mr_model_version_deployment_job_state *value)
{
	message->deployment_job_state = value;
	message->has |= MR_MODEL_VERSION_HAS_DEPLOYMENT_JOB_STATE;
}

static inline void mr_registered_model_alias_set_alias(struct mr_registered_model_alias *message, mr_str value)
{
	message->alias = value;
	message->has |= MR_REGISTERED_MODEL_ALIAS_HAS_ALIAS;
}
static inline void mr_registered_model_alias_set_version(struct mr_registered_model_alias *message, mr_str value)
{
	message->version = value;
	message->has |= MR_REGISTERED_MODEL_ALIAS_HAS_VERSION;
}

static inline void mr_registered_model_set_name(struct mr_registered_model *message, mr_str value)
{
	message->name = value;
	message->has |= MR_REGISTERED_MODEL_HAS_NAME;
}
static inline void mr_registered_model_set_creation_timestamp(struct mr_registered_model *message, int64_t value)
{
	message->creation_timestamp = value;
	message->has |= MR_REGISTERED_MODEL_HAS_CREATION_TIMESTAMP;
}
static inline void mr_registered_model_set_last_updated_timestamp(struct mr_registered_model *message, int64_t value)
{
	message->last_updated_timestamp = value;
	message->has |= MR_REGISTERED_MODEL_HAS_LAST_UPDATED_TIMESTAMP;
}
static inline void mr_registered_model_set_user_id(struct mr_registered_model *message, mr_str value)
{
	message->user_id = value;
	message->has |= MR_REGISTERED_MODEL_HAS_USER_ID;
}
static inline void mr_registered_model_set_description(struct mr_registered_model *message, mr_str value)
{
	message->description = value;
	message->has |= MR_REGISTERED_MODEL_HAS_DESCRIPTION;
}
static inline void mr_registered_model_set_deployment_job_id(struct mr_registered_model *message, mr_str value)
{
	message->deployment_job_id = value;
	message->has |= MR_REGISTERED_MODEL_HAS_DEPLOYMENT_JOB_ID;
}
static inline void mr_registered_model_set_deployment_job_state(struct mr_registered_model *message, int32_t value)
{
	message->deployment_job_state = value;
	message->has |= MR_REGISTERED_MODEL_HAS_DEPLOYMENT_JOB_STATE;
}

static inline void mr_create_registered_model_set_name(struct mr_create_registered_model *message, mr_str value)
{
	message->name = value;
	message->has |= MR_CREATE_REGISTERED_MODEL_HAS_NAME;
}
static inline void mr_create_registered_model_set_description(struct mr_create_registered_model *message, mr_str value)
{
	message->description = value;
	message->has |= MR_CREATE_REGISTERED_MODEL_HAS_DESCRIPTION;
}
static inline void mr_create_registered_model_set_deployment_job_id(struct mr_create_registered_model *message, mr_str value)
{
	message->deployment_job_id = value;
	message->has |= MR_CREATE_REGISTERED_MODEL_HAS_DEPLOYMENT_JOB_ID;
}

static inline void mr_create_registered_model_response_set_registered_model(struct mr_create_registered_model_response *message, struct mr_registered_model *value)
{
	message->registered_model = value;
	message->has |= MR_CREATE_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL;
}

static inline void mr_rename_registered_model_set_name(struct mr_rename_registered_model *message, mr_str value)
{
	message->name = value;
	message->has |= MR_RENAME_REGISTERED_MODEL_HAS_NAME;
}
static inline void mr_rename_registered_model_set_new_name(struct mr_rename_registered_model *message, mr_str value)
{
	message->new_name = value;
	message->has |= MR_RENAME_REGISTERED_MODEL_HAS_NEW_NAME;
}

static inline void mr_rename_registered_model_response_set_registered_model(struct mr_rename_registered_model_response *message, struct mr_registered_model *value)
{
	message->registered_model = value;
	message->has |= MR_RENAME_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL;
}

static inline void mr_update_registered_model_set_name(struct mr_update_registered_model *message, mr_str value)
{
	message->name = value;
	message->has |= MR_UPDATE_REGISTERED_MODEL_HAS_NAME;
}
static inline void mr_update_registered_model_set_description(struct mr_update_registered_model *message, mr_str value)
{
	message->description = value;
	message->has |= MR_UPDATE_REGISTERED_MODEL_HAS_DESCRIPTION;
}
static inline void mr_update_registered_model_set_deployment_job_id(struct mr_update_registered_model *message, mr_str value)
{
	message->deployment_job_id = value;
	message->has |= MR_UPDATE_REGISTERED_MODEL_HAS_DEPLOYMENT_JOB_ID;
}

static inline void mr_update_registered_model_response_set_registered_model(struct mr_update_registered_model_response *message, struct mr_registered_model *value)
{
	message->registered_model = value;
	message->has |= MR_UPDATE_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL;
}

static inline void mr_delete_registered_model_set_name(struct mr_delete_registered_model *message, mr_str value)
{
	message->name = value;
	message->has |= MR_DELETE_REGISTERED_MODEL_HAS_NAME;
}


static inline void mr_get_registered_model_set_name(struct mr_get_registered_model *message, mr_str value)
{
	message->name = value;
	message->has |= MR_GET_REGISTERED_MODEL_HAS_NAME;
}

static inline void mr_get_registered_model_response_set_registered_model(struct mr_get_registered_model_response *message, struct mr_registered_model *value)
{
	message->registered_model = value;
	message->has |= MR_GET_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL;
}

static inline void mr_search_registered_models_set_filter(struct mr_search_registered_models *message, mr_str value)
{
	message->filter = value;
	message->has |= MR_SEARCH_REGISTERED_MODELS_HAS_FILTER;
}
static inline void mr_search_registered_models_set_max_results(struct mr_search_registered_models *message, int64_t value)
{
	message->max_results = value;
	message->has |= MR_SEARCH_REGISTERED_MODELS_HAS_MAX_RESULTS;
}
static inline void mr_search_registered_models_set_page_token(struct mr_search_registered_models *message, mr_str value)
{
	message->page_token = value;
	message->has |= MR_SEARCH_REGISTERED_MODELS_HAS_PAGE_TOKEN;
}

static inline void mr_search_registered_models_response_set_next_page_token(struct mr_search_registered_models_response *message, mr_str value)
{
	message->next_page_token = value;
	message->has |= MR_SEARCH_REGISTERED_MODELS_RESPONSE_HAS_NEXT_PAGE_TOKEN;
}

static inline void mr_get_latest_versions_set_name(struct mr_get_latest_versions *message, mr_str value)
{
	message->name = value;
	message->has |= MR_GET_LATEST_VERSIONS_HAS_NAME;
}


static inline void mr_set_registered_model_tag_set_name(struct mr_set_registered_model_tag *message, mr_str value)
{
	message->name = value;
	message->has |= MR_SET_REGISTERED_MODEL_TAG_HAS_NAME;
}
static inline void mr_set_registered_model_tag_set_key(struct mr_set_registered_model_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_SET_REGISTERED_MODEL_TAG_HAS_KEY;
}
static inline void mr_set_registered_model_tag_set_value(struct mr_set_registered_model_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_SET_REGISTERED_MODEL_TAG_HAS_VALUE;
}


static inline void mr_delete_registered_model_tag_set_name(struct mr_delete_registered_model_tag *message, mr_str value)
{
	message->name = value;
	message->has |= MR_DELETE_REGISTERED_MODEL_TAG_HAS_NAME;
}
static inline void mr_delete_registered_model_tag_set_key(struct mr_delete_registered_model_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_DELETE_REGISTERED_MODEL_TAG_HAS_KEY;
}


static inline void mr_set_registered_model_alias_set_name(struct mr_set_registered_model_alias *message, mr_str value)
{
	message->name = value;
	message->has |= MR_SET_REGISTERED_MODEL_ALIAS_HAS_NAME;
}
static inline void mr_set_registered_model_alias_set_alias(struct mr_set_registered_model_alias *message, mr_str value)
{
	message->alias = value;
	message->has |= MR_SET_REGISTERED_MODEL_ALIAS_HAS_ALIAS;
}
static inline void mr_set_registered_model_alias_set_version(struct mr_set_registered_model_alias *message, mr_str value)
{
	message->version = value;
	message->has |= MR_SET_REGISTERED_MODEL_ALIAS_HAS_VERSION;
}


static inline void mr_delete_registered_model_alias_set_name(struct mr_delete_registered_model_alias *message, mr_str value)
{
	message->name = value;
	message->has |= MR_DELETE_REGISTERED_MODEL_ALIAS_HAS_NAME;
}
static inline void mr_delete_registered_model_alias_set_alias(struct mr_delete_registered_model_alias *message, mr_str value)
{
	message->alias = value;
	message->has |= MR_DELETE_REGISTERED_MODEL_ALIAS_HAS_ALIAS;
}


static inline void mr_get_model_version_by_alias_set_name(struct mr_get_model_version_by_alias *message, mr_str value)
{
	message->name = value;
	message->has |= MR_GET_MODEL_VERSION_BY_ALIAS_HAS_NAME;
}
static inline void mr_get_model_version_by_alias_set_alias(struct mr_get_model_version_by_alias *message, mr_str value)
{
	message->alias = value;
	message->has |= MR_GET_MODEL_VERSION_BY_ALIAS_HAS_ALIAS;
}

static inline void mr_get_model_version_by_alias_response_set_model_version(struct mr_get_model_version_by_alias_response *message, struct mr_model_version *value)
{
	message->model_version = value;
	message->has |= MR_GET_MODEL_VERSION_BY_ALIAS_RESPONSE_HAS_MODEL_VERSION;
}

static inline void mr_create_model_version_set_name(struct mr_create_model_version *message, mr_str value)
{
	message->name = value;
	message->has |= MR_CREATE_MODEL_VERSION_HAS_NAME;
}
static inline void mr_create_model_version_set_source(struct mr_create_model_version *message, mr_str value)
{
	message->source = value;
	message->has |= MR_CREATE_MODEL_VERSION_HAS_SOURCE;
}
static inline void mr_create_model_version_set_run_id(struct mr_create_model_version *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_CREATE_MODEL_VERSION_HAS_RUN_ID;
}
static inline void mr_create_model_version_set_run_link(struct mr_create_model_version *message, mr_str value)
{
	message->run_link = value;
	message->has |= MR_CREATE_MODEL_VERSION_HAS_RUN_LINK;
}
static inline void mr_create_model_version_set_description(struct mr_create_model_version *message, mr_str value)
{
	message->description = value;
	message->has |= MR_CREATE_MODEL_VERSION_HAS_DESCRIPTION;
}
static inline void mr_create_model_version_set_model_id(struct mr_create_model_version *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_CREATE_MODEL_VERSION_HAS_MODEL_ID;
}

static inline void mr_create_model_version_response_set_model_version(struct mr_create_model_version_response *message, struct mr_model_version *value)
{
	message->model_version = value;
	message->has |= MR_CREATE_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION;
}

static inline void mr_update_model_version_set_name(struct mr_update_model_version *message, mr_str value)
{
	message->name = value;
	message->has |= MR_UPDATE_MODEL_VERSION_HAS_NAME;
}
static inline void mr_update_model_version_set_version(struct mr_update_model_version *message, mr_str value)
{
	message->version = value;
	message->has |= MR_UPDATE_MODEL_VERSION_HAS_VERSION;
}
static inline void mr_update_model_version_set_description(struct mr_update_model_version *message, mr_str value)
{
	message->description = value;
	message->has |= MR_UPDATE_MODEL_VERSION_HAS_DESCRIPTION;
}

static inline void mr_update_model_version_response_set_model_version(struct mr_update_model_version_response *message, struct mr_model_version *value)
{
	message->model_version = value;
	message->has |= MR_UPDATE_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION;
}

static inline void mr_transition_model_version_stage_set_name(struct mr_transition_model_version_stage *message, mr_str value)
{
	message->name = value;
	message->has |= MR_TRANSITION_MODEL_VERSION_STAGE_HAS_NAME;
}
static inline void mr_transition_model_version_stage_set_version(struct mr_transition_model_version_stage *message, mr_str value)
{
	message->version = value;
	message->has |= MR_TRANSITION_MODEL_VERSION_STAGE_HAS_VERSION;
}
static inline void mr_transition_model_version_stage_set_stage(struct mr_transition_model_version_stage *message, mr_str value)
{
	message->stage = value;
	message->has |= MR_TRANSITION_MODEL_VERSION_STAGE_HAS_STAGE;
}
static inline void mr_transition_model_version_stage_set_archive_existing_versions(struct mr_transition_model_version_stage *message, bool value)
{
	message->archive_existing_versions = value;
	message->has |= MR_TRANSITION_MODEL_VERSION_STAGE_HAS_ARCHIVE_EXISTING_VERSIONS;
}

static inline void mr_transition_model_version_stage_response_set_model_version(struct mr_transition_model_version_stage_response *message, struct mr_model_version *value)
{
	message->model_version = value;
	message->has |= MR_TRANSITION_MODEL_VERSION_STAGE_RESPONSE_HAS_MODEL_VERSION;
}

static inline void mr_delete_model_version_set_name(struct mr_delete_model_version *message, mr_str value)
{
	message->name = value;
	message->has |= MR_DELETE_MODEL_VERSION_HAS_NAME;
}
static inline void mr_delete_model_version_set_version(struct mr_delete_model_version *message, mr_str value)
{
	message->version = value;
	message->has |= MR_DELETE_MODEL_VERSION_HAS_VERSION;
}


static inline void mr_get_model_version_set_name(struct mr_get_model_version *message, mr_str value)
{
	message->name = value;
	message->has |= MR_GET_MODEL_VERSION_HAS_NAME;
}
static inline void mr_get_model_version_set_version(struct mr_get_model_version *message, mr_str value)
{
	message->version = value;
	message->has |= MR_GET_MODEL_VERSION_HAS_VERSION;
}

static inline void mr_get_model_version_response_set_model_version(struct mr_get_model_version_response *message, struct mr_model_version *value)
{
	message->model_version = value;
	message->has |= MR_GET_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION;
}

static inline void mr_search_model_versions_set_filter(struct mr_search_model_versions *message, mr_str value)
{
	message->filter = value;
	message->has |= MR_SEARCH_MODEL_VERSIONS_HAS_FILTER;
}
static inline void mr_search_model_versions_set_max_results(struct mr_search_model_versions *message, int64_t value)
{
	message->max_results = value;
	message->has |= MR_SEARCH_MODEL_VERSIONS_HAS_MAX_RESULTS;
}
static inline void mr_search_model_versions_set_page_token(struct mr_search_model_versions *message, mr_str value)
{
	message->page_token = value;
	message->has |= MR_SEARCH_MODEL_VERSIONS_HAS_PAGE_TOKEN;
}

static inline void mr_search_model_versions_response_set_next_page_token(struct mr_search_model_versions_response *message, mr_str value)
{
	message->next_page_token = value;
	message->has |= MR_SEARCH_MODEL_VERSIONS_RESPONSE_HAS_NEXT_PAGE_TOKEN;
}

static inline void mr_get_model_version_download_uri_set_name(struct mr_get_model_version_download_uri *message, mr_str value)
{
	message->name = value;
	message->has |= MR_GET_MODEL_VERSION_DOWNLOAD_URI_HAS_NAME;
}
static inline void mr_get_model_version_download_uri_set_version(struct mr_get_model_version_download_uri *message, mr_str value)
{
	message->version = value;
	message->has |= MR_GET_MODEL_VERSION_DOWNLOAD_URI_HAS_VERSION;
}

static inline void mr_get_model_version_download_uri_response_set_artifact_uri(struct mr_get_model_version_download_uri_response *message, mr_str value)
{
	message->artifact_uri = value;
	message->has |= MR_GET_MODEL_VERSION_DOWNLOAD_URI_RESPONSE_HAS_ARTIFACT_URI;
}

static inline void mr_set_model_version_tag_set_name(struct mr_set_model_version_tag *message, mr_str value)
{
	message->name = value;
	message->has |= MR_SET_MODEL_VERSION_TAG_HAS_NAME;
}
static inline void mr_set_model_version_tag_set_version(struct mr_set_model_version_tag *message, mr_str value)
{
	message->version = value;
	message->has |= MR_SET_MODEL_VERSION_TAG_HAS_VERSION;
}
static inline void mr_set_model_version_tag_set_key(struct mr_set_model_version_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_SET_MODEL_VERSION_TAG_HAS_KEY;
}
static inline void mr_set_model_version_tag_set_value(struct mr_set_model_version_tag *message, mr_str value)
{
	message->value = value;
	message->has |= MR_SET_MODEL_VERSION_TAG_HAS_VALUE;
}


static inline void mr_delete_model_version_tag_set_name(struct mr_delete_model_version_tag *message, mr_str value)
{
	message->name = value;
	message->has |= MR_DELETE_MODEL_VERSION_TAG_HAS_NAME;
}
static inline void mr_delete_model_version_tag_set_version(struct mr_delete_model_version_tag *message, mr_str value)
{
	message->version = value;
	message->has |= MR_DELETE_MODEL_VERSION_TAG_HAS_VERSION;
}
static inline void mr_delete_model_version_tag_set_key(struct mr_delete_model_version_tag *message, mr_str value)
{
	message->key = value;
	message->has |= MR_DELETE_MODEL_VERSION_TAG_HAS_KEY;
}


static inline void mr_file_info_set_path(struct mr_file_info *message, mr_str value)
{
	message->path = value;
	message->has |= MR_FILE_INFO_HAS_PATH;
}
static inline void mr_file_info_set_is_dir(struct mr_file_info *message, bool value)
{
	message->is_dir = value;
	message->has |= MR_FILE_INFO_HAS_IS_DIR;
}
static inline void mr_file_info_set_file_size(struct mr_file_info *message, int64_t value)
{
	message->file_size = value;
	message->has |= MR_FILE_INFO_HAS_FILE_SIZE;
}

static inline void mr_list_artifacts_set_run_id(struct mr_list_artifacts *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_LIST_ARTIFACTS_HAS_RUN_ID;
}
static inline void mr_list_artifacts_set_run_uuid(struct mr_list_artifacts *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_LIST_ARTIFACTS_HAS_RUN_UUID;
}
static inline void mr_list_artifacts_set_path(struct mr_list_artifacts *message, mr_str value)
{
	message->path = value;
	message->has |= MR_LIST_ARTIFACTS_HAS_PATH;
}
static inline void mr_list_artifacts_set_page_token(struct mr_list_artifacts *message, mr_str value)
{
	message->page_token = value;
	message->has |= MR_LIST_ARTIFACTS_HAS_PAGE_TOKEN;
}

static inline void mr_list_artifacts_response_set_root_uri(struct mr_list_artifacts_response *message, mr_str value)
{
	message->root_uri = value;
	message->has |= MR_LIST_ARTIFACTS_RESPONSE_HAS_ROOT_URI;
}
static inline void mr_list_artifacts_response_set_next_page_token(struct mr_list_artifacts_response *message, mr_str value)
{
	message->next_page_token = value;
	message->has |= MR_LIST_ARTIFACTS_RESPONSE_HAS_NEXT_PAGE_TOKEN;
}

static inline void mr_create_presigned_upload_url_set_run_id(struct mr_create_presigned_upload_url *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_CREATE_PRESIGNED_UPLOAD_URL_HAS_RUN_ID;
}
static inline void mr_create_presigned_upload_url_set_path(struct mr_create_presigned_upload_url *message, mr_str value)
{
	message->path = value;
	message->has |= MR_CREATE_PRESIGNED_UPLOAD_URL_HAS_PATH;
}
static inline void mr_create_presigned_upload_url_set_expiration(struct mr_create_presigned_upload_url *message, int64_t value)
{
	message->expiration = value;
	message->has |= MR_CREATE_PRESIGNED_UPLOAD_URL_HAS_EXPIRATION;
}
static inline void mr_create_presigned_upload_url_set_model_id(struct mr_create_presigned_upload_url *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_CREATE_PRESIGNED_UPLOAD_URL_HAS_MODEL_ID;
}

static inline void mr_create_presigned_upload_url_response_set_presigned_url(struct mr_create_presigned_upload_url_response *message, mr_str value)
{
	message->presigned_url = value;
	message->has |= MR_CREATE_PRESIGNED_UPLOAD_URL_RESPONSE_HAS_PRESIGNED_URL;
}

static inline void mr_create_presigned_download_url_set_run_id(struct mr_create_presigned_download_url *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_CREATE_PRESIGNED_DOWNLOAD_URL_HAS_RUN_ID;
}
static inline void mr_create_presigned_download_url_set_path(struct mr_create_presigned_download_url *message, mr_str value)
{
	message->path = value;
	message->has |= MR_CREATE_PRESIGNED_DOWNLOAD_URL_HAS_PATH;
}
static inline void mr_create_presigned_download_url_set_expiration(struct mr_create_presigned_download_url *message, int64_t value)
{
	message->expiration = value;
	message->has |= MR_CREATE_PRESIGNED_DOWNLOAD_URL_HAS_EXPIRATION;
}

static inline void mr_create_presigned_download_url_response_set_presigned_url(struct mr_create_presigned_download_url_response *message, mr_str value)
{
	message->presigned_url = value;
	message->has |= MR_CREATE_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_PRESIGNED_URL;
}
static inline void mr_create_presigned_download_url_response_set_file_size(struct mr_create_presigned_download_url_response *message, int64_t value)
{
	message->file_size = value;
	message->has |= MR_CREATE_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_FILE_SIZE;
}

static inline void mr_list_logged_model_artifacts_set_model_id(struct mr_list_logged_model_artifacts *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_LIST_LOGGED_MODEL_ARTIFACTS_HAS_MODEL_ID;
}
static inline void mr_list_logged_model_artifacts_set_artifact_directory_path(struct mr_list_logged_model_artifacts *message, mr_str value)
{
	message->artifact_directory_path = value;
	message->has |= MR_LIST_LOGGED_MODEL_ARTIFACTS_HAS_ARTIFACT_DIRECTORY_PATH;
}
static inline void mr_list_logged_model_artifacts_set_page_token(struct mr_list_logged_model_artifacts *message, mr_str value)
{
	message->page_token = value;
	message->has |= MR_LIST_LOGGED_MODEL_ARTIFACTS_HAS_PAGE_TOKEN;
}

static inline void mr_list_logged_model_artifacts_response_set_root_uri(struct mr_list_logged_model_artifacts_response *message, mr_str value)
{
	message->root_uri = value;
	message->has |= MR_LIST_LOGGED_MODEL_ARTIFACTS_RESPONSE_HAS_ROOT_URI;
}
static inline void mr_list_logged_model_artifacts_response_set_next_page_token(struct mr_list_logged_model_artifacts_response *message, mr_str value)
{
	message->next_page_token = value;
	message->has |= MR_LIST_LOGGED_MODEL_ARTIFACTS_RESPONSE_HAS_NEXT_PAGE_TOKEN;
}





static inline void mr_artifacts_file_info_set_path(struct mr_artifacts_file_info *message, mr_str value)
{
	message->path = value;
	message->has |= MR_ARTIFACTS_FILE_INFO_HAS_PATH;
}
static inline void mr_artifacts_file_info_set_is_dir(struct mr_artifacts_file_info *message, bool value)
{
	message->is_dir = value;
	message->has |= MR_ARTIFACTS_FILE_INFO_HAS_IS_DIR;
}
static inline void mr_artifacts_file_info_set_file_size(struct mr_artifacts_file_info *message, int64_t value)
{
	message->file_size = value;
	message->has |= MR_ARTIFACTS_FILE_INFO_HAS_FILE_SIZE;
}

static inline void mr_artifacts_list_artifacts_set_path(struct mr_artifacts_list_artifacts *message, mr_str value)
{
	message->path = value;
	message->has |= MR_ARTIFACTS_LIST_ARTIFACTS_HAS_PATH;
}




static inline void mr_artifacts_multipart_upload_credential_set_url(struct mr_artifacts_multipart_upload_credential *message, mr_str value)
{
	message->url = value;
	message->has |= MR_ARTIFACTS_MULTIPART_UPLOAD_CREDENTIAL_HAS_URL;
}
static inline void mr_artifacts_multipart_upload_credential_set_part_number(struct mr_artifacts_multipart_upload_credential *message, int64_t value)
{
	message->part_number = value;
	message->has |= MR_ARTIFACTS_MULTIPART_UPLOAD_CREDENTIAL_HAS_PART_NUMBER;
}

static inline void mr_artifacts_create_multipart_upload_set_path(struct mr_artifacts_create_multipart_upload *message, mr_str value)
{
	message->path = value;
	message->has |= MR_ARTIFACTS_CREATE_MULTIPART_UPLOAD_HAS_PATH;
}
static inline void mr_artifacts_create_multipart_upload_set_num_parts(struct mr_artifacts_create_multipart_upload *message, int64_t value)
{
	message->num_parts = value;
	message->has |= MR_ARTIFACTS_CREATE_MULTIPART_UPLOAD_HAS_NUM_PARTS;
}

static inline void mr_artifacts_create_multipart_upload_response_set_upload_id(struct mr_artifacts_create_multipart_upload_response *message, mr_str value)
{
	message->upload_id = value;
	message->has |= MR_ARTIFACTS_CREATE_MULTIPART_UPLOAD_RESPONSE_HAS_UPLOAD_ID;
}

static inline void mr_artifacts_multipart_upload_part_set_part_number(struct mr_artifacts_multipart_upload_part *message, int64_t value)
{
	message->part_number = value;
	message->has |= MR_ARTIFACTS_MULTIPART_UPLOAD_PART_HAS_PART_NUMBER;
}
static inline void mr_artifacts_multipart_upload_part_set_etag(struct mr_artifacts_multipart_upload_part *message, mr_str value)
{
	message->etag = value;
	message->has |= MR_ARTIFACTS_MULTIPART_UPLOAD_PART_HAS_ETAG;
}
static inline void mr_artifacts_multipart_upload_part_set_url(struct mr_artifacts_multipart_upload_part *message, mr_str value)
{
	message->url = value;
	message->has |= MR_ARTIFACTS_MULTIPART_UPLOAD_PART_HAS_URL;
}

static inline void mr_artifacts_complete_multipart_upload_set_path(struct mr_artifacts_complete_multipart_upload *message, mr_str value)
{
	message->path = value;
	message->has |= MR_ARTIFACTS_COMPLETE_MULTIPART_UPLOAD_HAS_PATH;
}
static inline void mr_artifacts_complete_multipart_upload_set_upload_id(struct mr_artifacts_complete_multipart_upload *message, mr_str value)
{
	message->upload_id = value;
	message->has |= MR_ARTIFACTS_COMPLETE_MULTIPART_UPLOAD_HAS_UPLOAD_ID;
}


static inline void mr_artifacts_abort_multipart_upload_set_path(struct mr_artifacts_abort_multipart_upload *message, mr_str value)
{
	message->path = value;
	message->has |= MR_ARTIFACTS_ABORT_MULTIPART_UPLOAD_HAS_PATH;
}
static inline void mr_artifacts_abort_multipart_upload_set_upload_id(struct mr_artifacts_abort_multipart_upload *message, mr_str value)
{
	message->upload_id = value;
	message->has |= MR_ARTIFACTS_ABORT_MULTIPART_UPLOAD_HAS_UPLOAD_ID;
}



static inline void mr_artifacts_get_presigned_download_url_response_set_url(struct mr_artifacts_get_presigned_download_url_response *message, mr_str value)
{
	message->url = value;
	message->has |= MR_ARTIFACTS_GET_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_URL;
}
static inline void mr_artifacts_get_presigned_download_url_response_set_file_size(struct mr_artifacts_get_presigned_download_url_response *message, int64_t value)
{
	message->file_size = value;
	message->has |= MR_ARTIFACTS_GET_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_FILE_SIZE;
}

static inline void mr_metric_point_set_key(struct mr_metric_point *message, mr_str value)
{
	message->key = value;
	message->has |= MR_METRIC_POINT_HAS_KEY;
}
static inline void mr_metric_point_set_run_id(struct mr_metric_point *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_METRIC_POINT_HAS_RUN_ID;
}
static inline void mr_metric_point_set_step(struct mr_metric_point *message, int64_t value)
{
	message->step = value;
	message->has |= MR_METRIC_POINT_HAS_STEP;
}
static inline void mr_metric_point_set_timestamp(struct mr_metric_point *message, int64_t value)
{
	message->timestamp = value;
	message->has |= MR_METRIC_POINT_HAS_TIMESTAMP;
}
static inline void mr_metric_point_set_value(struct mr_metric_point *message, double value)
{
	message->value = value;
	message->has |= MR_METRIC_POINT_HAS_VALUE;
}

static inline void mr_get_metric_history_bulk_set_metric_key(struct mr_get_metric_history_bulk *message, mr_str value)
{
	message->metric_key = value;
	message->has |= MR_GET_METRIC_HISTORY_BULK_HAS_METRIC_KEY;
}
static inline void mr_get_metric_history_bulk_set_max_results(struct mr_get_metric_history_bulk *message, int32_t value)
{
	message->max_results = value;
	message->has |= MR_GET_METRIC_HISTORY_BULK_HAS_MAX_RESULTS;
}


static inline void mr_list_deleted_runs_set_older_than_ms(struct mr_list_deleted_runs *message, int64_t value)
{
	message->older_than_ms = value;
	message->has |= MR_LIST_DELETED_RUNS_HAS_OLDER_THAN_MS;
}


static inline void mr_purge_run_set_run_id(struct mr_purge_run *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_PURGE_RUN_HAS_RUN_ID;
}


static inline void mr_list_deleted_experiments_set_older_than_ms(struct mr_list_deleted_experiments *message, int64_t value)
{
	message->older_than_ms = value;
	message->has |= MR_LIST_DELETED_EXPERIMENTS_HAS_OLDER_THAN_MS;
}


static inline void mr_purge_experiment_set_experiment_id(struct mr_purge_experiment *message, mr_str value)
{
	message->experiment_id = value;
	message->has |= MR_PURGE_EXPERIMENT_HAS_EXPERIMENT_ID;
}


static inline void mr_list_deleted_logged_models_set_older_than_ms(struct mr_list_deleted_logged_models *message, int64_t value)
{
	message->older_than_ms = value;
	message->has |= MR_LIST_DELETED_LOGGED_MODELS_HAS_OLDER_THAN_MS;
}


static inline void mr_purge_logged_model_set_model_id(struct mr_purge_logged_model *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_PURGE_LOGGED_MODEL_HAS_MODEL_ID;
}



static inline void mr_get_server_info_response_set_store_type(struct mr_get_server_info_response *message, mr_str value)
{
	message->store_type = value;
	message->has |= MR_GET_SERVER_INFO_RESPONSE_HAS_STORE_TYPE;
}
static inline void mr_get_server_info_response_set_workspaces_enabled(struct mr_get_server_info_response *message, bool value)
{
	message->workspaces_enabled = value;
	message->has |= MR_GET_SERVER_INFO_RESPONSE_HAS_WORKSPACES_ENABLED;
}
static inline void mr_get_server_info_response_set_trace_archival_enabled(struct mr_get_server_info_response *message, bool value)
{
	message->trace_archival_enabled = value;
	message->has |= MR_GET_SERVER_INFO_RESPONSE_HAS_TRACE_ARCHIVAL_ENABLED;
}
static inline void mr_get_server_info_response_set_multipart_uploads_enabled(struct mr_get_server_info_response *message, bool value)
{
	message->multipart_uploads_enabled = value;
	message->has |= MR_GET_SERVER_INFO_RESPONSE_HAS_MULTIPART_UPLOADS_ENABLED;
}
static inline void mr_get_server_info_response_set_multipart_downloads_enabled(struct mr_get_server_info_response *message, bool value)
{
	message->multipart_downloads_enabled = value;
	message->has |= MR_GET_SERVER_INFO_RESPONSE_HAS_MULTIPART_DOWNLOADS_ENABLED;
}
static inline void mr_get_server_info_response_set_presigned_upload_run_id_supported(struct mr_get_server_info_response *message, bool value)
{
	message->presigned_upload_run_id_supported = value;
	message->has |= MR_GET_SERVER_INFO_RESPONSE_HAS_PRESIGNED_UPLOAD_RUN_ID_SUPPORTED;
}
static inline void mr_get_server_info_response_set_presigned_upload_model_id_supported(struct mr_get_server_info_response *message, bool value)
{
	message->presigned_upload_model_id_supported = value;
	message->has |= MR_GET_SERVER_INFO_RESPONSE_HAS_PRESIGNED_UPLOAD_MODEL_ID_SUPPORTED;
}
static inline void mr_get_server_info_response_set_features_enabled(struct mr_get_server_info_response *message, struct mr_server_features *value)
{
	message->features_enabled = value;
	message->has |= MR_GET_SERVER_INFO_RESPONSE_HAS_FEATURES_ENABLED;
}

static inline void mr_server_features_set_gateway(struct mr_server_features *message, bool value)
{
	message->gateway = value;
	message->has |= MR_SERVER_FEATURES_HAS_GATEWAY;
}

static inline void mr_get_artifact_set_run_id(struct mr_get_artifact *message, mr_str value)
{
	message->run_id = value;
	message->has |= MR_GET_ARTIFACT_HAS_RUN_ID;
}
static inline void mr_get_artifact_set_run_uuid(struct mr_get_artifact *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_GET_ARTIFACT_HAS_RUN_UUID;
}
static inline void mr_get_artifact_set_path(struct mr_get_artifact *message, mr_str value)
{
	message->path = value;
	message->has |= MR_GET_ARTIFACT_HAS_PATH;
}


static inline void mr_get_model_version_artifact_set_name(struct mr_get_model_version_artifact *message, mr_str value)
{
	message->name = value;
	message->has |= MR_GET_MODEL_VERSION_ARTIFACT_HAS_NAME;
}
static inline void mr_get_model_version_artifact_set_version(struct mr_get_model_version_artifact *message, mr_str value)
{
	message->version = value;
	message->has |= MR_GET_MODEL_VERSION_ARTIFACT_HAS_VERSION;
}
static inline void mr_get_model_version_artifact_set_path(struct mr_get_model_version_artifact *message, mr_str value)
{
	message->path = value;
	message->has |= MR_GET_MODEL_VERSION_ARTIFACT_HAS_PATH;
}


static inline void mr_upload_run_artifact_set_run_uuid(struct mr_upload_run_artifact *message, mr_str value)
{
	message->run_uuid = value;
	message->has |= MR_UPLOAD_RUN_ARTIFACT_HAS_RUN_UUID;
}
static inline void mr_upload_run_artifact_set_path(struct mr_upload_run_artifact *message, mr_str value)
{
	message->path = value;
	message->has |= MR_UPLOAD_RUN_ARTIFACT_HAS_PATH;
}


static inline void mr_get_logged_model_artifact_set_model_id(struct mr_get_logged_model_artifact *message, mr_str value)
{
	message->model_id = value;
	message->has |= MR_GET_LOGGED_MODEL_ARTIFACT_HAS_MODEL_ID;
}
static inline void mr_get_logged_model_artifact_set_artifact_file_path(struct mr_get_logged_model_artifact *message, mr_str value)
{
	message->artifact_file_path = value;
	message->has |= MR_GET_LOGGED_MODEL_ARTIFACT_HAS_ARTIFACT_FILE_PATH;
}


#ifdef __cplusplus
}
#endif
#endif
