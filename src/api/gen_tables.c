/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of the API.
 * Made by src/api/gen from the .api files of src/api; change those and run `make generate`.
 */
#include "api/tables.h"

static const struct mr_enum_value values_view_type[] = {
	{"ACTIVE_ONLY", 1},
	{"DELETED_ONLY", 2},
	{"ALL", 3},
};
const struct mr_enum_desc mr_desc_enum_view_type = {"ViewType", values_view_type, 3, "Which lifecycle stages to show."};

static const struct mr_enum_value values_logged_model_status[] = {
	{"LOGGED_MODEL_STATUS_UNSPECIFIED", 0},
	{"LOGGED_MODEL_PENDING", 1},
	{"LOGGED_MODEL_READY", 2},
	{"LOGGED_MODEL_UPLOAD_FAILED", 3},
};
const struct mr_enum_desc mr_desc_enum_logged_model_status = {"LoggedModelStatus", values_logged_model_status, 4, "Whether the files of a logged model are there."};

static const struct mr_enum_value values_model_version_status[] = {
	{"PENDING_REGISTRATION", 1},
	{"FAILED_REGISTRATION", 2},
	{"READY", 3},
};
const struct mr_enum_desc mr_desc_enum_model_version_status = {"ModelVersionStatus", values_model_version_status, 3, "Whether a version can be used."};

static const struct mr_enum_value values_deployment_job_connection_state[] = {
	{"DEPLOYMENT_JOB_CONNECTION_STATE_UNSPECIFIED", 0},
	{"NOT_SET_UP", 1},
	{"CONNECTED", 2},
	{"NOT_FOUND", 3},
	{"REQUIRED_PARAMETERS_CHANGED", 4},
};
const struct mr_enum_desc mr_desc_enum_deployment_job_connection_state = {"DeploymentJobConnection.State", values_deployment_job_connection_state, 5, "Databricks only; kept for the wire."};

static const struct mr_enum_value values_model_version_deployment_job_state_deployment_job_run_state[] = {
	{"DEPLOYMENT_JOB_RUN_STATE_UNSPECIFIED", 0},
	{"NO_VALID_DEPLOYMENT_JOB_FOUND", 1},
	{"RUNNING", 2},
	{"SUCCEEDED", 3},
	{"FAILED", 4},
	{"PENDING", 5},
	{"APPROVAL", 6},
};
const struct mr_enum_desc mr_desc_enum_model_version_deployment_job_state_deployment_job_run_state = {"ModelVersionDeploymentJobState.DeploymentJobRunState", values_model_version_deployment_job_state_deployment_job_run_state, 7, "Databricks only; kept for the wire."};

static const struct mr_enum_value values_run_status[] = {
	{"RUNNING", 1},
	{"SCHEDULED", 2},
	{"FINISHED", 3},
	{"FAILED", 4},
	{"KILLED", 5},
};
const struct mr_enum_desc mr_desc_enum_run_status = {"RunStatus", values_run_status, 5, "Where a run is in its life."};

static const struct mr_field_desc fields_experiment_tag[] = {
	{"key", "key", 1, MR_KIND_STRING, 0, offsetof(struct mr_experiment_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_STRING, 0, offsetof(struct mr_experiment_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_experiment_tag = {"ExperimentTag", 1, sizeof(struct mr_experiment_tag), fields_experiment_tag, 2, "A tag of an experiment."};

static const struct mr_field_desc fields_create_experiment[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_create_experiment, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"artifact_location", "artifactLocation", 2, MR_KIND_STRING, 0, offsetof(struct mr_create_experiment, artifact_location), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Where artifacts of its runs go."},
	{"tags", "tags", 3, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_create_experiment, tags), offsetof(struct mr_create_experiment, tags_n), 0, MR_FIELD_NONE, &mr_desc_experiment_tag, NULL, NULL, 0, 0,
	 "Tags."},
};
const struct mr_msg_desc mr_desc_create_experiment = {"CreateExperiment", 2, sizeof(struct mr_create_experiment), fields_create_experiment, 3, "Creates an experiment; its name must be new."};

static const struct mr_field_desc fields_create_experiment_response[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, 0, offsetof(struct mr_create_experiment_response, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
};
const struct mr_msg_desc mr_desc_create_experiment_response = {"CreateExperiment.Response", 3, sizeof(struct mr_create_experiment_response), fields_create_experiment_response, 1, "Creates an experiment; its name must be new."};

static const struct mr_field_desc fields_experiment[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, 0, offsetof(struct mr_experiment, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
	{"name", "name", 2, MR_KIND_STRING, 0, offsetof(struct mr_experiment, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"artifact_location", "artifactLocation", 3, MR_KIND_STRING, 0, offsetof(struct mr_experiment, artifact_location), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Where artifacts of its runs go."},
	{"lifecycle_stage", "lifecycleStage", 4, MR_KIND_STRING, 0, offsetof(struct mr_experiment, lifecycle_stage), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "\"active\" or \"deleted\"."},
	{"last_update_time", "lastUpdateTime", 5, MR_KIND_INT64, 0, offsetof(struct mr_experiment, last_update_time), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time of the last change in milliseconds."},
	{"creation_time", "creationTime", 6, MR_KIND_INT64, 0, offsetof(struct mr_experiment, creation_time), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time of its creation in milliseconds."},
	{"tags", "tags", 7, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_experiment, tags), offsetof(struct mr_experiment, tags_n), 0, MR_FIELD_NONE, &mr_desc_experiment_tag, NULL, NULL, 0, 0,
	 "Tags."},
	{"effective_trace_archival_retention", "effectiveTraceArchivalRetention", 8, MR_KIND_STRING, 0, offsetof(struct mr_experiment, effective_trace_archival_retention), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "How long traces stay before they are archived."},
	{"workspace", "workspace", 9, MR_KIND_STRING, 0, offsetof(struct mr_experiment, workspace), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Workspace it belongs to."},
};
const struct mr_msg_desc mr_desc_experiment = {"Experiment", 4, sizeof(struct mr_experiment), fields_experiment, 9, "A named set of runs."};

static const struct mr_field_desc fields_search_experiments[] = {
	{"max_results", "maxResults", 1, MR_KIND_INT64, 0, offsetof(struct mr_search_experiments, max_results), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "The most results of one page."},
	{"page_token", "pageToken", 2, MR_KIND_STRING, 0, offsetof(struct mr_search_experiments, page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "next_page_token of the page before; absent for the first."},
	{"filter", "filter", 3, MR_KIND_STRING, 0, offsetof(struct mr_search_experiments, filter), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Filter expression; absent for all."},
	{"order_by", "orderBy", 4, MR_KIND_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_search_experiments, order_by), offsetof(struct mr_search_experiments, order_by_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Columns to order by, each with ASC or DESC."},
	{"view_type", "viewType", 5, MR_KIND_ENUM, 0, offsetof(struct mr_search_experiments, view_type), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_view_type, NULL, 0, 0,
	 "Active, deleted, or all."},
};
const struct mr_msg_desc mr_desc_search_experiments = {"SearchExperiments", 5, sizeof(struct mr_search_experiments), fields_search_experiments, 5, "Finds experiments by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_search_experiments_response[] = {
	{"experiments", "experiments", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_search_experiments_response, experiments), offsetof(struct mr_search_experiments_response, experiments_n), 0, MR_FIELD_NONE, &mr_desc_experiment, NULL, NULL, 0, 0,
	 "Experiments."},
	{"next_page_token", "nextPageToken", 2, MR_KIND_STRING, 0, offsetof(struct mr_search_experiments_response, next_page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Token of the next page; absent on the last."},
};
const struct mr_msg_desc mr_desc_search_experiments_response = {"SearchExperiments.Response", 6, sizeof(struct mr_search_experiments_response), fields_search_experiments_response, 2, "Finds experiments by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_get_experiment[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_experiment, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
};
const struct mr_msg_desc mr_desc_get_experiment = {"GetExperiment", 7, sizeof(struct mr_get_experiment), fields_get_experiment, 1, "One experiment by its id, deleted or not."};

static const struct mr_field_desc fields_get_experiment_response[] = {
	{"experiment", "experiment", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_get_experiment_response, experiment), 0, 0, MR_FIELD_NONE, &mr_desc_experiment, NULL, NULL, 0, 0,
	 "The experiment."},
};
const struct mr_msg_desc mr_desc_get_experiment_response = {"GetExperiment.Response", 8, sizeof(struct mr_get_experiment_response), fields_get_experiment_response, 1, "One experiment by its id, deleted or not."};

static const struct mr_field_desc fields_get_experiment_by_name[] = {
	{"experiment_name", "experimentName", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_experiment_by_name, experiment_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name of the experiment."},
};
const struct mr_msg_desc mr_desc_get_experiment_by_name = {"GetExperimentByName", 9, sizeof(struct mr_get_experiment_by_name), fields_get_experiment_by_name, 1, "One experiment by its name, deleted or not."};

static const struct mr_field_desc fields_get_experiment_by_name_response[] = {
	{"experiment", "experiment", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_get_experiment_by_name_response, experiment), 0, 0, MR_FIELD_NONE, &mr_desc_experiment, NULL, NULL, 0, 0,
	 "The experiment."},
};
const struct mr_msg_desc mr_desc_get_experiment_by_name_response = {"GetExperimentByName.Response", 10, sizeof(struct mr_get_experiment_by_name_response), fields_get_experiment_by_name_response, 1, "One experiment by its name, deleted or not."};

static const struct mr_field_desc fields_delete_experiment[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_experiment, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
};
const struct mr_msg_desc mr_desc_delete_experiment = {"DeleteExperiment", 11, sizeof(struct mr_delete_experiment), fields_delete_experiment, 1, "Marks an experiment and its runs as deleted."};

const struct mr_msg_desc mr_desc_delete_experiment_response = {"DeleteExperiment.Response", 12, sizeof(struct mr_delete_experiment_response), NULL, 0, "Marks an experiment and its runs as deleted."};

static const struct mr_field_desc fields_restore_experiment[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_restore_experiment, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
};
const struct mr_msg_desc mr_desc_restore_experiment = {"RestoreExperiment", 13, sizeof(struct mr_restore_experiment), fields_restore_experiment, 1, "Brings a deleted experiment back, with all its runs."};

const struct mr_msg_desc mr_desc_restore_experiment_response = {"RestoreExperiment.Response", 14, sizeof(struct mr_restore_experiment_response), NULL, 0, "Brings a deleted experiment back, with all its runs."};

static const struct mr_field_desc fields_update_experiment[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_update_experiment, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
	{"new_name", "newName", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_update_experiment, new_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "The new name."},
};
const struct mr_msg_desc mr_desc_update_experiment = {"UpdateExperiment", 15, sizeof(struct mr_update_experiment), fields_update_experiment, 2, "Renames an experiment."};

const struct mr_msg_desc mr_desc_update_experiment_response = {"UpdateExperiment.Response", 16, sizeof(struct mr_update_experiment_response), NULL, 0, "Renames an experiment."};

static const struct mr_field_desc fields_set_experiment_tag[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_experiment_tag, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
	{"key", "key", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_experiment_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 3, MR_KIND_STRING, 0, offsetof(struct mr_set_experiment_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_set_experiment_tag = {"SetExperimentTag", 17, sizeof(struct mr_set_experiment_tag), fields_set_experiment_tag, 3, "Sets a tag of an experiment."};

const struct mr_msg_desc mr_desc_set_experiment_tag_response = {"SetExperimentTag.Response", 18, sizeof(struct mr_set_experiment_tag_response), NULL, 0, "Sets a tag of an experiment."};

static const struct mr_field_desc fields_delete_experiment_tag[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_experiment_tag, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
	{"key", "key", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_experiment_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
};
const struct mr_msg_desc mr_desc_delete_experiment_tag = {"DeleteExperimentTag", 19, sizeof(struct mr_delete_experiment_tag), fields_delete_experiment_tag, 2, "Removes a tag of an experiment."};

const struct mr_msg_desc mr_desc_delete_experiment_tag_response = {"DeleteExperimentTag.Response", 20, sizeof(struct mr_delete_experiment_tag_response), NULL, 0, "Removes a tag of an experiment."};

static const struct mr_field_desc fields_run_tag[] = {
	{"key", "key", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_run_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_STRING, 0, offsetof(struct mr_run_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_run_tag = {"RunTag", 21, sizeof(struct mr_run_tag), fields_run_tag, 2, "A tag of a run."};

static const struct mr_field_desc fields_run_info[] = {
	{"run_id", "runId", 15, MR_KIND_STRING, 0, offsetof(struct mr_run_info, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"run_uuid", "runUuid", 1, MR_KIND_STRING, 0, offsetof(struct mr_run_info, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Older name of run_id; read when run_id is absent."},
	{"run_name", "runName", 3, MR_KIND_STRING, 0, offsetof(struct mr_run_info, run_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name of the run."},
	{"experiment_id", "experimentId", 2, MR_KIND_STRING, 0, offsetof(struct mr_run_info, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
	{"user_id", "userId", 6, MR_KIND_STRING, 0, offsetof(struct mr_run_info, user_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Who made it."},
	{"status", "status", 7, MR_KIND_ENUM, 0, offsetof(struct mr_run_info, status), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_run_status, NULL, 0, 0,
	 "Status."},
	{"start_time", "startTime", 8, MR_KIND_INT64, 0, offsetof(struct mr_run_info, start_time), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time in milliseconds."},
	{"end_time", "endTime", 9, MR_KIND_INT64, 0, offsetof(struct mr_run_info, end_time), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time in milliseconds; absent while it runs."},
	{"artifact_uri", "artifactUri", 13, MR_KIND_STRING, 0, offsetof(struct mr_run_info, artifact_uri), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Root of its artifacts."},
	{"lifecycle_stage", "lifecycleStage", 14, MR_KIND_STRING, 0, offsetof(struct mr_run_info, lifecycle_stage), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "\"active\" or \"deleted\"."},
};
const struct mr_msg_desc mr_desc_run_info = {"RunInfo", 22, sizeof(struct mr_run_info), fields_run_info, 10, "What a run is."};

static const struct mr_field_desc fields_metric[] = {
	{"key", "key", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_metric, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_DOUBLE, MR_FIELD_REQUIRED | 0, offsetof(struct mr_metric, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
	{"timestamp", "timestamp", 3, MR_KIND_INT64, MR_FIELD_REQUIRED | 0, offsetof(struct mr_metric, timestamp), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time in milliseconds."},
	{"step", "step", 4, MR_KIND_INT64, 0, offsetof(struct mr_metric, step), 0, 0, MR_FIELD_NONE, NULL, NULL, "0", 0, 0,
	 "Step of the training."},
	{"dataset_name", "datasetName", 5, MR_KIND_STRING, 0, offsetof(struct mr_metric, dataset_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name of the data set that it was computed on."},
	{"dataset_digest", "datasetDigest", 6, MR_KIND_STRING, 0, offsetof(struct mr_metric, dataset_digest), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Digest of the data set that it was computed on."},
	{"model_id", "modelId", 7, MR_KIND_STRING, 0, offsetof(struct mr_metric, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"run_id", "runId", 8, MR_KIND_STRING, 0, offsetof(struct mr_metric, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
};
const struct mr_msg_desc mr_desc_metric = {"Metric", 23, sizeof(struct mr_metric), fields_metric, 8, "One value of a metric."};

static const struct mr_field_desc fields_param[] = {
	{"key", "key", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_param, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_STRING, 0, offsetof(struct mr_param, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_param = {"Param", 24, sizeof(struct mr_param), fields_param, 2, "A parameter of a run."};

static const struct mr_field_desc fields_run_data[] = {
	{"metrics", "metrics", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_run_data, metrics), offsetof(struct mr_run_data, metrics_n), 0, MR_FIELD_NONE, &mr_desc_metric, NULL, NULL, 0, 0,
	 "Metrics."},
	{"params", "params", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_run_data, params), offsetof(struct mr_run_data, params_n), 0, MR_FIELD_NONE, &mr_desc_param, NULL, NULL, 0, 0,
	 "Parameters."},
	{"tags", "tags", 3, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_run_data, tags), offsetof(struct mr_run_data, tags_n), 0, MR_FIELD_NONE, &mr_desc_run_tag, NULL, NULL, 0, 0,
	 "Tags."},
};
const struct mr_msg_desc mr_desc_run_data = {"RunData", 25, sizeof(struct mr_run_data), fields_run_data, 3, "What was logged in a run: the latest value of each metric, parameters, tags."};

static const struct mr_field_desc fields_input_tag[] = {
	{"key", "key", 1, MR_KIND_STRING, 0, offsetof(struct mr_input_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_STRING, 0, offsetof(struct mr_input_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_input_tag = {"InputTag", 26, sizeof(struct mr_input_tag), fields_input_tag, 2, "A tag of an input."};

static const struct mr_field_desc fields_dataset[] = {
	{"name", "name", 1, MR_KIND_STRING, 0, offsetof(struct mr_dataset, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"digest", "digest", 2, MR_KIND_STRING, 0, offsetof(struct mr_dataset, digest), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Digest of its contents."},
	{"source_type", "sourceType", 3, MR_KIND_STRING, 0, offsetof(struct mr_dataset, source_type), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Kind of source, such as \"local\" or \"s3\"."},
	{"source", "source", 4, MR_KIND_STRING, 0, offsetof(struct mr_dataset, source), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Where the data come from, as JSON text."},
	{"schema", "schema", 5, MR_KIND_STRING, 0, offsetof(struct mr_dataset, schema), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Schema, as JSON text."},
	{"profile", "profile", 6, MR_KIND_STRING, 0, offsetof(struct mr_dataset, profile), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Profile, as JSON text."},
};
const struct mr_msg_desc mr_desc_dataset = {"Dataset", 27, sizeof(struct mr_dataset), fields_dataset, 6, "A data set."};

static const struct mr_field_desc fields_dataset_input[] = {
	{"tags", "tags", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_dataset_input, tags), offsetof(struct mr_dataset_input, tags_n), 0, MR_FIELD_NONE, &mr_desc_input_tag, NULL, NULL, 0, 0,
	 "Tags."},
	{"dataset", "dataset", 2, MR_KIND_MESSAGE, 0, offsetof(struct mr_dataset_input, dataset), 0, 0, MR_FIELD_NONE, &mr_desc_dataset, NULL, NULL, 0, 0,
	 "The data set."},
};
const struct mr_msg_desc mr_desc_dataset_input = {"DatasetInput", 28, sizeof(struct mr_dataset_input), fields_dataset_input, 2, "A data set as used by a run."};

static const struct mr_field_desc fields_model_input[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, 0, offsetof(struct mr_model_input, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
};
const struct mr_msg_desc mr_desc_model_input = {"ModelInput", 29, sizeof(struct mr_model_input), fields_model_input, 1, "A logged model that a run read."};

static const struct mr_field_desc fields_run_inputs[] = {
	{"dataset_inputs", "datasetInputs", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_run_inputs, dataset_inputs), offsetof(struct mr_run_inputs, dataset_inputs_n), 0, MR_FIELD_NONE, &mr_desc_dataset_input, NULL, NULL, 0, 0,
	 "Data sets that the run read."},
	{"model_inputs", "modelInputs", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_run_inputs, model_inputs), offsetof(struct mr_run_inputs, model_inputs_n), 0, MR_FIELD_NONE, &mr_desc_model_input, NULL, NULL, 0, 0,
	 "Models that the run read."},
};
const struct mr_msg_desc mr_desc_run_inputs = {"RunInputs", 30, sizeof(struct mr_run_inputs), fields_run_inputs, 2, "What a run read."};

static const struct mr_field_desc fields_model_output[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, 0, offsetof(struct mr_model_output, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"step", "step", 2, MR_KIND_INT64, 0, offsetof(struct mr_model_output, step), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Step of the training."},
};
const struct mr_msg_desc mr_desc_model_output = {"ModelOutput", 31, sizeof(struct mr_model_output), fields_model_output, 2, "A logged model that a run made."};

static const struct mr_field_desc fields_run_outputs[] = {
	{"model_outputs", "modelOutputs", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_run_outputs, model_outputs), offsetof(struct mr_run_outputs, model_outputs_n), 0, MR_FIELD_NONE, &mr_desc_model_output, NULL, NULL, 0, 0,
	 "Models that the run made."},
};
const struct mr_msg_desc mr_desc_run_outputs = {"RunOutputs", 32, sizeof(struct mr_run_outputs), fields_run_outputs, 1, "What a run made."};

static const struct mr_field_desc fields_run[] = {
	{"info", "info", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_run, info), 0, 0, MR_FIELD_NONE, &mr_desc_run_info, NULL, NULL, 0, 0,
	 "What it is."},
	{"data", "data", 2, MR_KIND_MESSAGE, 0, offsetof(struct mr_run, data), 0, 0, MR_FIELD_NONE, &mr_desc_run_data, NULL, NULL, 0, 0,
	 "What was logged."},
	{"inputs", "inputs", 3, MR_KIND_MESSAGE, 0, offsetof(struct mr_run, inputs), 0, 0, MR_FIELD_NONE, &mr_desc_run_inputs, NULL, NULL, 0, 0,
	 "What the run read."},
	{"outputs", "outputs", 4, MR_KIND_MESSAGE, 0, offsetof(struct mr_run, outputs), 0, 0, MR_FIELD_NONE, &mr_desc_run_outputs, NULL, NULL, 0, 0,
	 "What the run made."},
};
const struct mr_msg_desc mr_desc_run = {"Run", 33, sizeof(struct mr_run), fields_run, 4, "A run."};

static const struct mr_field_desc fields_create_run[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, 0, offsetof(struct mr_create_run, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
	{"user_id", "userId", 2, MR_KIND_STRING, 0, offsetof(struct mr_create_run, user_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Who made it."},
	{"run_name", "runName", 3, MR_KIND_STRING, 0, offsetof(struct mr_create_run, run_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name of the run."},
	{"start_time", "startTime", 7, MR_KIND_INT64, 0, offsetof(struct mr_create_run, start_time), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time in milliseconds."},
	{"tags", "tags", 9, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_create_run, tags), offsetof(struct mr_create_run, tags_n), 0, MR_FIELD_NONE, &mr_desc_run_tag, NULL, NULL, 0, 0,
	 "Tags."},
};
const struct mr_msg_desc mr_desc_create_run = {"CreateRun", 34, sizeof(struct mr_create_run), fields_create_run, 5, "Starts a run in an experiment."};

static const struct mr_field_desc fields_create_run_response[] = {
	{"run", "run", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_create_run_response, run), 0, 0, MR_FIELD_NONE, &mr_desc_run, NULL, NULL, 0, 0,
	 "The run."},
};
const struct mr_msg_desc mr_desc_create_run_response = {"CreateRun.Response", 35, sizeof(struct mr_create_run_response), fields_create_run_response, 1, "Starts a run in an experiment."};

static const struct mr_field_desc fields_update_run[] = {
	{"run_id", "runId", 4, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_update_run, run_id), 0, 0, 1, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"run_uuid", "runUuid", 1, MR_KIND_STRING, 0, offsetof(struct mr_update_run, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Older name of run_id; read when run_id is absent."},
	{"status", "status", 2, MR_KIND_ENUM, 0, offsetof(struct mr_update_run, status), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_run_status, NULL, 0, 0,
	 "Status."},
	{"end_time", "endTime", 3, MR_KIND_INT64, 0, offsetof(struct mr_update_run, end_time), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time in milliseconds; absent while it runs."},
	{"run_name", "runName", 5, MR_KIND_STRING, 0, offsetof(struct mr_update_run, run_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name of the run."},
};
const struct mr_msg_desc mr_desc_update_run = {"UpdateRun", 36, sizeof(struct mr_update_run), fields_update_run, 5, "Changes status, end time or name of a run."};

static const struct mr_field_desc fields_update_run_response[] = {
	{"run_info", "runInfo", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_update_run_response, run_info), 0, 0, MR_FIELD_NONE, &mr_desc_run_info, NULL, NULL, 0, 0,
	 "The run after the change."},
};
const struct mr_msg_desc mr_desc_update_run_response = {"UpdateRun.Response", 37, sizeof(struct mr_update_run_response), fields_update_run_response, 1, "Changes status, end time or name of a run."};

static const struct mr_field_desc fields_delete_run[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_run, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
};
const struct mr_msg_desc mr_desc_delete_run = {"DeleteRun", 38, sizeof(struct mr_delete_run), fields_delete_run, 1, "Marks a run as deleted."};

const struct mr_msg_desc mr_desc_delete_run_response = {"DeleteRun.Response", 39, sizeof(struct mr_delete_run_response), NULL, 0, "Marks a run as deleted."};

static const struct mr_field_desc fields_restore_run[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_restore_run, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
};
const struct mr_msg_desc mr_desc_restore_run = {"RestoreRun", 40, sizeof(struct mr_restore_run), fields_restore_run, 1, "Brings a deleted run back."};

const struct mr_msg_desc mr_desc_restore_run_response = {"RestoreRun.Response", 41, sizeof(struct mr_restore_run_response), NULL, 0, "Brings a deleted run back."};

static const struct mr_field_desc fields_get_run[] = {
	{"run_id", "runId", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_run, run_id), 0, 0, 1, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"run_uuid", "runUuid", 1, MR_KIND_STRING, 0, offsetof(struct mr_get_run, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Older name of run_id; read when run_id is absent."},
};
const struct mr_msg_desc mr_desc_get_run = {"GetRun", 42, sizeof(struct mr_get_run), fields_get_run, 2, "One run with its latest metrics, parameters, tags, inputs and outputs."};

static const struct mr_field_desc fields_get_run_response[] = {
	{"run", "run", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_get_run_response, run), 0, 0, MR_FIELD_NONE, &mr_desc_run, NULL, NULL, 0, 0,
	 "The run."},
};
const struct mr_msg_desc mr_desc_get_run_response = {"GetRun.Response", 43, sizeof(struct mr_get_run_response), fields_get_run_response, 1, "One run with its latest metrics, parameters, tags, inputs and outputs."};

static const struct mr_field_desc fields_search_runs[] = {
	{"experiment_ids", "experimentIds", 1, MR_KIND_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_search_runs, experiment_ids), offsetof(struct mr_search_runs, experiment_ids_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Ids of the experiments to look in."},
	{"filter", "filter", 4, MR_KIND_STRING, 0, offsetof(struct mr_search_runs, filter), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Filter expression; absent for all."},
	{"run_view_type", "runViewType", 3, MR_KIND_ENUM, 0, offsetof(struct mr_search_runs, run_view_type), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_view_type, "ACTIVE_ONLY", 0, 0,
	 "Active, deleted, or all."},
	{"max_results", "maxResults", 5, MR_KIND_INT32, 0, offsetof(struct mr_search_runs, max_results), 0, 0, MR_FIELD_NONE, NULL, NULL, "1000", 0, 50000,
	 "The most results of one page."},
	{"order_by", "orderBy", 6, MR_KIND_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_search_runs, order_by), offsetof(struct mr_search_runs, order_by_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Columns to order by, each with ASC or DESC."},
	{"page_token", "pageToken", 7, MR_KIND_STRING, 0, offsetof(struct mr_search_runs, page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "next_page_token of the page before; absent for the first."},
};
const struct mr_msg_desc mr_desc_search_runs = {"SearchRuns", 44, sizeof(struct mr_search_runs), fields_search_runs, 6, "Finds runs by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_search_runs_response[] = {
	{"runs", "runs", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_search_runs_response, runs), offsetof(struct mr_search_runs_response, runs_n), 0, MR_FIELD_NONE, &mr_desc_run, NULL, NULL, 0, 0,
	 "Runs."},
	{"next_page_token", "nextPageToken", 2, MR_KIND_STRING, 0, offsetof(struct mr_search_runs_response, next_page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Token of the next page; absent on the last."},
};
const struct mr_msg_desc mr_desc_search_runs_response = {"SearchRuns.Response", 45, sizeof(struct mr_search_runs_response), fields_search_runs_response, 2, "Finds runs by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_log_param[] = {
	{"run_id", "runId", 4, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_param, run_id), 0, 0, 1, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"run_uuid", "runUuid", 1, MR_KIND_STRING, 0, offsetof(struct mr_log_param, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Older name of run_id; read when run_id is absent."},
	{"key", "key", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_param, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 3, MR_KIND_STRING, 0, offsetof(struct mr_log_param, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_log_param = {"LogParam", 46, sizeof(struct mr_log_param), fields_log_param, 4, "Logs a parameter, which can be set once."};

const struct mr_msg_desc mr_desc_log_param_response = {"LogParam.Response", 47, sizeof(struct mr_log_param_response), NULL, 0, "Logs a parameter, which can be set once."};

static const struct mr_field_desc fields_set_tag[] = {
	{"run_id", "runId", 4, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_tag, run_id), 0, 0, 1, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"run_uuid", "runUuid", 1, MR_KIND_STRING, 0, offsetof(struct mr_set_tag, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Older name of run_id; read when run_id is absent."},
	{"key", "key", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 3, MR_KIND_STRING, 0, offsetof(struct mr_set_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_set_tag = {"SetTag", 48, sizeof(struct mr_set_tag), fields_set_tag, 4, "Sets a tag of a run."};

const struct mr_msg_desc mr_desc_set_tag_response = {"SetTag.Response", 49, sizeof(struct mr_set_tag_response), NULL, 0, "Sets a tag of a run."};

static const struct mr_field_desc fields_delete_tag[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_tag, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"key", "key", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
};
const struct mr_msg_desc mr_desc_delete_tag = {"DeleteTag", 50, sizeof(struct mr_delete_tag), fields_delete_tag, 2, "Removes a tag of a run."};

const struct mr_msg_desc mr_desc_delete_tag_response = {"DeleteTag.Response", 51, sizeof(struct mr_delete_tag_response), NULL, 0, "Removes a tag of a run."};

static const struct mr_field_desc fields_log_batch[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_batch, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"metrics", "metrics", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_CHECKED | 0, offsetof(struct mr_log_batch, metrics), offsetof(struct mr_log_batch, metrics_n), 0, MR_FIELD_NONE, &mr_desc_metric, NULL, NULL, 0, 0,
	 "Metrics."},
	{"params", "params", 3, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_CHECKED | 0, offsetof(struct mr_log_batch, params), offsetof(struct mr_log_batch, params_n), 0, MR_FIELD_NONE, &mr_desc_param, NULL, NULL, 0, 0,
	 "Parameters."},
	{"tags", "tags", 4, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_CHECKED | 0, offsetof(struct mr_log_batch, tags), offsetof(struct mr_log_batch, tags_n), 0, MR_FIELD_NONE, &mr_desc_run_tag, NULL, NULL, 0, 0,
	 "Tags."},
};
const struct mr_msg_desc mr_desc_log_batch = {"LogBatch", 52, sizeof(struct mr_log_batch), fields_log_batch, 4, "Logs metrics, parameters and tags of a run, all or none."};

const struct mr_msg_desc mr_desc_log_batch_response = {"LogBatch.Response", 53, sizeof(struct mr_log_batch_response), NULL, 0, "Logs metrics, parameters and tags of a run, all or none."};

static const struct mr_field_desc fields_log_metric[] = {
	{"run_id", "runId", 6, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_metric, run_id), 0, 0, 1, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"run_uuid", "runUuid", 1, MR_KIND_STRING, 0, offsetof(struct mr_log_metric, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Older name of run_id; read when run_id is absent."},
	{"key", "key", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_metric, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 3, MR_KIND_DOUBLE, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_metric, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
	{"timestamp", "timestamp", 4, MR_KIND_INT64, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_metric, timestamp), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time in milliseconds."},
	{"step", "step", 5, MR_KIND_INT64, 0, offsetof(struct mr_log_metric, step), 0, 0, MR_FIELD_NONE, NULL, NULL, "0", 0, 0,
	 "Step of the training."},
	{"model_id", "modelId", 7, MR_KIND_STRING, 0, offsetof(struct mr_log_metric, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"dataset_name", "datasetName", 8, MR_KIND_STRING, 0, offsetof(struct mr_log_metric, dataset_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name of the data set that it was computed on."},
	{"dataset_digest", "datasetDigest", 9, MR_KIND_STRING, 0, offsetof(struct mr_log_metric, dataset_digest), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Digest of the data set that it was computed on."},
};
const struct mr_msg_desc mr_desc_log_metric = {"LogMetric", 54, sizeof(struct mr_log_metric), fields_log_metric, 9, "Logs one value of a metric."};

const struct mr_msg_desc mr_desc_log_metric_response = {"LogMetric.Response", 55, sizeof(struct mr_log_metric_response), NULL, 0, "Logs one value of a metric."};

static const struct mr_field_desc fields_get_metric_history[] = {
	{"run_id", "runId", 3, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_metric_history, run_id), 0, 0, 1, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"run_uuid", "runUuid", 1, MR_KIND_STRING, 0, offsetof(struct mr_get_metric_history, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Older name of run_id; read when run_id is absent."},
	{"metric_key", "metricKey", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_metric_history, metric_key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key of the metric."},
	{"page_token", "pageToken", 4, MR_KIND_STRING, 0, offsetof(struct mr_get_metric_history, page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "next_page_token of the page before; absent for the first."},
	{"max_results", "maxResults", 5, MR_KIND_INT32, 0, offsetof(struct mr_get_metric_history, max_results), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "The most results of one page."},
};
const struct mr_msg_desc mr_desc_get_metric_history = {"GetMetricHistory", 56, sizeof(struct mr_get_metric_history), fields_get_metric_history, 5, "All values of a metric of a run."};

static const struct mr_field_desc fields_get_metric_history_response[] = {
	{"metrics", "metrics", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_get_metric_history_response, metrics), offsetof(struct mr_get_metric_history_response, metrics_n), 0, MR_FIELD_NONE, &mr_desc_metric, NULL, NULL, 0, 0,
	 "Metrics."},
	{"next_page_token", "nextPageToken", 2, MR_KIND_STRING, 0, offsetof(struct mr_get_metric_history_response, next_page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Token of the next page; absent on the last."},
};
const struct mr_msg_desc mr_desc_get_metric_history_response = {"GetMetricHistory.Response", 57, sizeof(struct mr_get_metric_history_response), fields_get_metric_history_response, 2, "All values of a metric of a run."};

static const struct mr_field_desc fields_metric_with_run_id[] = {
	{"key", "key", 1, MR_KIND_STRING, 0, offsetof(struct mr_metric_with_run_id, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_DOUBLE, 0, offsetof(struct mr_metric_with_run_id, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
	{"timestamp", "timestamp", 3, MR_KIND_INT64, 0, offsetof(struct mr_metric_with_run_id, timestamp), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time in milliseconds."},
	{"step", "step", 4, MR_KIND_INT64, 0, offsetof(struct mr_metric_with_run_id, step), 0, 0, MR_FIELD_NONE, NULL, NULL, "0", 0, 0,
	 "Step of the training."},
	{"run_id", "runId", 5, MR_KIND_STRING, 0, offsetof(struct mr_metric_with_run_id, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
};
const struct mr_msg_desc mr_desc_metric_with_run_id = {"MetricWithRunId", 58, sizeof(struct mr_metric_with_run_id), fields_metric_with_run_id, 5, "A metric value and the run it is of."};

static const struct mr_field_desc fields_get_metric_history_bulk_interval[] = {
	{"run_ids", "runIds", 1, MR_KIND_STRING, MR_FIELD_REPEATED | MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_metric_history_bulk_interval, run_ids), offsetof(struct mr_get_metric_history_bulk_interval, run_ids_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 100,
	 "Ids of the runs."},
	{"metric_key", "metricKey", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_metric_history_bulk_interval, metric_key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key of the metric."},
	{"start_step", "startStep", 3, MR_KIND_INT32, 0, offsetof(struct mr_get_metric_history_bulk_interval, start_step), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "First step of the interval."},
	{"end_step", "endStep", 4, MR_KIND_INT32, 0, offsetof(struct mr_get_metric_history_bulk_interval, end_step), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Last step of the interval."},
	{"max_results", "maxResults", 5, MR_KIND_INT32, 0, offsetof(struct mr_get_metric_history_bulk_interval, max_results), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 1, 2500,
	 "The most results of one page."},
};
const struct mr_msg_desc mr_desc_get_metric_history_bulk_interval = {"GetMetricHistoryBulkInterval", 59, sizeof(struct mr_get_metric_history_bulk_interval), fields_get_metric_history_bulk_interval, 5, "Values of one metric of several runs, thinned out evenly over an interval of steps."};

static const struct mr_field_desc fields_get_metric_history_bulk_interval_response[] = {
	{"metrics", "metrics", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_get_metric_history_bulk_interval_response, metrics), offsetof(struct mr_get_metric_history_bulk_interval_response, metrics_n), 0, MR_FIELD_NONE, &mr_desc_metric_with_run_id, NULL, NULL, 0, 0,
	 "Metrics."},
};
const struct mr_msg_desc mr_desc_get_metric_history_bulk_interval_response = {"GetMetricHistoryBulkInterval.Response", 60, sizeof(struct mr_get_metric_history_bulk_interval_response), fields_get_metric_history_bulk_interval_response, 1, "Values of one metric of several runs, thinned out evenly over an interval of steps."};

static const struct mr_field_desc fields_log_inputs[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_inputs, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"datasets", "datasets", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_log_inputs, datasets), offsetof(struct mr_log_inputs, datasets_n), 0, MR_FIELD_NONE, &mr_desc_dataset_input, NULL, NULL, 0, 0,
	 "Data sets."},
	{"models", "models", 3, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_log_inputs, models), offsetof(struct mr_log_inputs, models_n), 0, MR_FIELD_NONE, &mr_desc_model_input, NULL, NULL, 0, 0,
	 "Logged models."},
};
const struct mr_msg_desc mr_desc_log_inputs = {"LogInputs", 61, sizeof(struct mr_log_inputs), fields_log_inputs, 3, "Records data sets and models that a run read."};

const struct mr_msg_desc mr_desc_log_inputs_response = {"LogInputs.Response", 62, sizeof(struct mr_log_inputs_response), NULL, 0, "Records data sets and models that a run read."};

static const struct mr_field_desc fields_log_outputs[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_outputs, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"models", "models", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_outputs, models), offsetof(struct mr_log_outputs, models_n), 0, MR_FIELD_NONE, &mr_desc_model_output, NULL, NULL, 0, 0,
	 "Logged models."},
};
const struct mr_msg_desc mr_desc_log_outputs = {"LogOutputs", 63, sizeof(struct mr_log_outputs), fields_log_outputs, 2, "Records models that a run made."};

const struct mr_msg_desc mr_desc_log_outputs_response = {"LogOutputs.Response", 64, sizeof(struct mr_log_outputs_response), NULL, 0, "Records models that a run made."};

static const struct mr_field_desc fields_dataset_summary[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, 0, offsetof(struct mr_dataset_summary, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
	{"name", "name", 2, MR_KIND_STRING, 0, offsetof(struct mr_dataset_summary, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"digest", "digest", 3, MR_KIND_STRING, 0, offsetof(struct mr_dataset_summary, digest), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Digest of its contents."},
	{"context", "context", 4, MR_KIND_STRING, 0, offsetof(struct mr_dataset_summary, context), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "What it was used for, such as \"training\"."},
};
const struct mr_msg_desc mr_desc_dataset_summary = {"DatasetSummary", 65, sizeof(struct mr_dataset_summary), fields_dataset_summary, 4, "A data set as used in an experiment."};

static const struct mr_field_desc fields_search_datasets[] = {
	{"experiment_ids", "experimentIds", 1, MR_KIND_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_search_datasets, experiment_ids), offsetof(struct mr_search_datasets, experiment_ids_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Ids of the experiments to look in, at most 20."},
};
const struct mr_msg_desc mr_desc_search_datasets = {"SearchDatasets", 66, sizeof(struct mr_search_datasets), fields_search_datasets, 1, "The data sets that the runs of some experiments used."};

static const struct mr_field_desc fields_search_datasets_response[] = {
	{"dataset_summaries", "datasetSummaries", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_search_datasets_response, dataset_summaries), offsetof(struct mr_search_datasets_response, dataset_summaries_n), 0, MR_FIELD_NONE, &mr_desc_dataset_summary, NULL, NULL, 0, 0,
	 "The data sets, each once for each context."},
};
const struct mr_msg_desc mr_desc_search_datasets_response = {"SearchDatasets.Response", 67, sizeof(struct mr_search_datasets_response), fields_search_datasets_response, 1, "The data sets that the runs of some experiments used."};

static const struct mr_field_desc fields_logged_model_parameter[] = {
	{"key", "key", 1, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_parameter, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_parameter, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_logged_model_parameter = {"LoggedModelParameter", 68, sizeof(struct mr_logged_model_parameter), fields_logged_model_parameter, 2, "A parameter of a logged model."};

static const struct mr_field_desc fields_logged_model_tag[] = {
	{"key", "key", 1, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_logged_model_tag = {"LoggedModelTag", 69, sizeof(struct mr_logged_model_tag), fields_logged_model_tag, 2, "A tag of a logged model."};

static const struct mr_field_desc fields_logged_model_registration_info[] = {
	{"name", "name", 1, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_registration_info, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_registration_info, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
};
const struct mr_msg_desc mr_desc_logged_model_registration_info = {"LoggedModelRegistrationInfo", 70, sizeof(struct mr_logged_model_registration_info), fields_logged_model_registration_info, 2, "A model version made from a logged model."};

static const struct mr_field_desc fields_logged_model_info[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_info, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"experiment_id", "experimentId", 2, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_info, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
	{"name", "name", 3, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_info, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name; not unique."},
	{"creation_timestamp_ms", "creationTimestampMs", 4, MR_KIND_INT64, 0, offsetof(struct mr_logged_model_info, creation_timestamp_ms), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time of its creation in milliseconds."},
	{"last_updated_timestamp_ms", "lastUpdatedTimestampMs", 5, MR_KIND_INT64, 0, offsetof(struct mr_logged_model_info, last_updated_timestamp_ms), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time of the last change in milliseconds."},
	{"artifact_uri", "artifactUri", 6, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_info, artifact_uri), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Root of its artifacts."},
	{"status", "status", 7, MR_KIND_ENUM, 0, offsetof(struct mr_logged_model_info, status), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_logged_model_status, NULL, 0, 0,
	 "Status."},
	{"creator_id", "creatorId", 8, MR_KIND_INT64, 0, offsetof(struct mr_logged_model_info, creator_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
	{"model_type", "modelType", 9, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_info, model_type), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Kind of model, such as \"Agent\"; free text."},
	{"source_run_id", "sourceRunId", 10, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_info, source_run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run that made it."},
	{"status_message", "statusMessage", 11, MR_KIND_STRING, 0, offsetof(struct mr_logged_model_info, status_message), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "What the status says in words."},
	{"tags", "tags", 12, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_logged_model_info, tags), offsetof(struct mr_logged_model_info, tags_n), 0, MR_FIELD_NONE, &mr_desc_logged_model_tag, NULL, NULL, 0, 0,
	 "Tags."},
	{"registrations", "registrations", 13, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_logged_model_info, registrations), offsetof(struct mr_logged_model_info, registrations_n), 0, MR_FIELD_NONE, &mr_desc_logged_model_registration_info, NULL, NULL, 0, 0,
	 "Model versions made from it."},
};
const struct mr_msg_desc mr_desc_logged_model_info = {"LoggedModelInfo", 71, sizeof(struct mr_logged_model_info), fields_logged_model_info, 13, "What a logged model is."};

static const struct mr_field_desc fields_logged_model_data[] = {
	{"params", "params", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_logged_model_data, params), offsetof(struct mr_logged_model_data, params_n), 0, MR_FIELD_NONE, &mr_desc_logged_model_parameter, NULL, NULL, 0, 0,
	 "Parameters."},
	{"metrics", "metrics", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_logged_model_data, metrics), offsetof(struct mr_logged_model_data, metrics_n), 0, MR_FIELD_NONE, &mr_desc_metric, NULL, NULL, 0, 0,
	 "Metrics."},
};
const struct mr_msg_desc mr_desc_logged_model_data = {"LoggedModelData", 72, sizeof(struct mr_logged_model_data), fields_logged_model_data, 2, "What was logged of a logged model."};

static const struct mr_field_desc fields_logged_model[] = {
	{"info", "info", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_logged_model, info), 0, 0, MR_FIELD_NONE, &mr_desc_logged_model_info, NULL, NULL, 0, 0,
	 "What it is."},
	{"data", "data", 2, MR_KIND_MESSAGE, 0, offsetof(struct mr_logged_model, data), 0, 0, MR_FIELD_NONE, &mr_desc_logged_model_data, NULL, NULL, 0, 0,
	 "What was logged."},
};
const struct mr_msg_desc mr_desc_logged_model = {"LoggedModel", 73, sizeof(struct mr_logged_model), fields_logged_model, 2, "A model as a thing of its own."};

static const struct mr_field_desc fields_create_logged_model[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_create_logged_model, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
	{"name", "name", 2, MR_KIND_STRING, 0, offsetof(struct mr_create_logged_model, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"model_type", "modelType", 3, MR_KIND_STRING, 0, offsetof(struct mr_create_logged_model, model_type), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Kind of model, such as \"Agent\"; free text."},
	{"source_run_id", "sourceRunId", 4, MR_KIND_STRING, 0, offsetof(struct mr_create_logged_model, source_run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run that made it."},
	{"params", "params", 5, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_create_logged_model, params), offsetof(struct mr_create_logged_model, params_n), 0, MR_FIELD_NONE, &mr_desc_logged_model_parameter, NULL, NULL, 0, 0,
	 "Parameters."},
	{"tags", "tags", 6, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_create_logged_model, tags), offsetof(struct mr_create_logged_model, tags_n), 0, MR_FIELD_NONE, &mr_desc_logged_model_tag, NULL, NULL, 0, 0,
	 "Tags."},
};
const struct mr_msg_desc mr_desc_create_logged_model = {"CreateLoggedModel", 74, sizeof(struct mr_create_logged_model), fields_create_logged_model, 6, "Creates a logged model in an experiment."};

static const struct mr_field_desc fields_create_logged_model_response[] = {
	{"model", "model", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_create_logged_model_response, model), 0, 0, MR_FIELD_NONE, &mr_desc_logged_model, NULL, NULL, 0, 0,
	 "The logged model."},
};
const struct mr_msg_desc mr_desc_create_logged_model_response = {"CreateLoggedModel.Response", 75, sizeof(struct mr_create_logged_model_response), fields_create_logged_model_response, 1, "Creates a logged model in an experiment."};

static const struct mr_field_desc fields_finalize_logged_model[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | MR_FIELD_IN_PATH | 0, offsetof(struct mr_finalize_logged_model, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"status", "status", 2, MR_KIND_ENUM, MR_FIELD_REQUIRED | 0, offsetof(struct mr_finalize_logged_model, status), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_logged_model_status, NULL, 0, 0,
	 "Status."},
};
const struct mr_msg_desc mr_desc_finalize_logged_model = {"FinalizeLoggedModel", 76, sizeof(struct mr_finalize_logged_model), fields_finalize_logged_model, 2, "Says that a logged model is ready, or that its upload failed."};

static const struct mr_field_desc fields_finalize_logged_model_response[] = {
	{"model", "model", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_finalize_logged_model_response, model), 0, 0, MR_FIELD_NONE, &mr_desc_logged_model, NULL, NULL, 0, 0,
	 "The logged model."},
};
const struct mr_msg_desc mr_desc_finalize_logged_model_response = {"FinalizeLoggedModel.Response", 77, sizeof(struct mr_finalize_logged_model_response), fields_finalize_logged_model_response, 1, "Says that a logged model is ready, or that its upload failed."};

static const struct mr_field_desc fields_get_logged_model[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, MR_FIELD_IN_PATH | 0, offsetof(struct mr_get_logged_model, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"allow_deleted", "allowDeleted", 1001, MR_KIND_BOOL, 0, offsetof(struct mr_get_logged_model, allow_deleted), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether a deleted one is shown, too."},
};
const struct mr_msg_desc mr_desc_get_logged_model = {"GetLoggedModel", 78, sizeof(struct mr_get_logged_model), fields_get_logged_model, 2, "One logged model."};

static const struct mr_field_desc fields_get_logged_model_response[] = {
	{"model", "model", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_get_logged_model_response, model), 0, 0, MR_FIELD_NONE, &mr_desc_logged_model, NULL, NULL, 0, 0,
	 "The logged model."},
};
const struct mr_msg_desc mr_desc_get_logged_model_response = {"GetLoggedModel.Response", 79, sizeof(struct mr_get_logged_model_response), fields_get_logged_model_response, 1, "One logged model."};

static const struct mr_field_desc fields_delete_logged_model[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, MR_FIELD_IN_PATH | 0, offsetof(struct mr_delete_logged_model, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
};
const struct mr_msg_desc mr_desc_delete_logged_model = {"DeleteLoggedModel", 80, sizeof(struct mr_delete_logged_model), fields_delete_logged_model, 1, "Marks a logged model as deleted."};

const struct mr_msg_desc mr_desc_delete_logged_model_response = {"DeleteLoggedModel.Response", 81, sizeof(struct mr_delete_logged_model_response), NULL, 0, "Marks a logged model as deleted."};

static const struct mr_field_desc fields_search_logged_models_dataset[] = {
	{"dataset_name", "datasetName", 1, MR_KIND_STRING, 0, offsetof(struct mr_search_logged_models_dataset, dataset_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name of the data set that it was computed on."},
	{"dataset_digest", "datasetDigest", 2, MR_KIND_STRING, 0, offsetof(struct mr_search_logged_models_dataset, dataset_digest), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Digest of the data set that it was computed on."},
};
const struct mr_msg_desc mr_desc_search_logged_models_dataset = {"SearchLoggedModels.Dataset", 82, sizeof(struct mr_search_logged_models_dataset), fields_search_logged_models_dataset, 2, "A data set that metrics of a filter refer to."};

static const struct mr_field_desc fields_search_logged_models_order_by[] = {
	{"field_name", "fieldName", 1, MR_KIND_STRING, 0, offsetof(struct mr_search_logged_models_order_by, field_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Column to order by, such as \"metrics.loss\"."},
	{"ascending", "ascending", 2, MR_KIND_BOOL, 0, offsetof(struct mr_search_logged_models_order_by, ascending), 0, 0, MR_FIELD_NONE, NULL, NULL, "true", 0, 0,
	 "Whether the smallest comes first."},
	{"dataset_name", "datasetName", 3, MR_KIND_STRING, 0, offsetof(struct mr_search_logged_models_order_by, dataset_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name of the data set that it was computed on."},
	{"dataset_digest", "datasetDigest", 4, MR_KIND_STRING, 0, offsetof(struct mr_search_logged_models_order_by, dataset_digest), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Digest of the data set that it was computed on."},
};
const struct mr_msg_desc mr_desc_search_logged_models_order_by = {"SearchLoggedModels.OrderBy", 83, sizeof(struct mr_search_logged_models_order_by), fields_search_logged_models_order_by, 4, "A column to order logged models by."};

static const struct mr_field_desc fields_search_logged_models[] = {
	{"experiment_ids", "experimentIds", 1, MR_KIND_STRING, MR_FIELD_REPEATED | MR_FIELD_REQUIRED | 0, offsetof(struct mr_search_logged_models, experiment_ids), offsetof(struct mr_search_logged_models, experiment_ids_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Ids of the experiments to look in."},
	{"filter", "filter", 2, MR_KIND_STRING, 0, offsetof(struct mr_search_logged_models, filter), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Filter expression; absent for all."},
	{"datasets", "datasets", 6, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_search_logged_models, datasets), offsetof(struct mr_search_logged_models, datasets_n), 0, MR_FIELD_NONE, &mr_desc_search_logged_models_dataset, NULL, NULL, 0, 0,
	 "Data sets."},
	{"max_results", "maxResults", 3, MR_KIND_INT32, 0, offsetof(struct mr_search_logged_models, max_results), 0, 0, MR_FIELD_NONE, NULL, NULL, "50", 0, 0,
	 "The most results of one page."},
	{"order_by", "orderBy", 4, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_search_logged_models, order_by), offsetof(struct mr_search_logged_models, order_by_n), 0, MR_FIELD_NONE, &mr_desc_search_logged_models_order_by, NULL, NULL, 0, 0,
	 "Columns to order by, each with ASC or DESC."},
	{"page_token", "pageToken", 5, MR_KIND_STRING, 0, offsetof(struct mr_search_logged_models, page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "next_page_token of the page before; absent for the first."},
};
const struct mr_msg_desc mr_desc_search_logged_models = {"SearchLoggedModels", 84, sizeof(struct mr_search_logged_models), fields_search_logged_models, 6, "Finds logged models by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_search_logged_models_response[] = {
	{"models", "models", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_search_logged_models_response, models), offsetof(struct mr_search_logged_models_response, models_n), 0, MR_FIELD_NONE, &mr_desc_logged_model, NULL, NULL, 0, 0,
	 "Logged models."},
	{"next_page_token", "nextPageToken", 2, MR_KIND_STRING, 0, offsetof(struct mr_search_logged_models_response, next_page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Token of the next page; absent on the last."},
};
const struct mr_msg_desc mr_desc_search_logged_models_response = {"SearchLoggedModels.Response", 85, sizeof(struct mr_search_logged_models_response), fields_search_logged_models_response, 2, "Finds logged models by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_set_logged_model_tags[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, MR_FIELD_IN_PATH | 0, offsetof(struct mr_set_logged_model_tags, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"tags", "tags", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_set_logged_model_tags, tags), offsetof(struct mr_set_logged_model_tags, tags_n), 0, MR_FIELD_NONE, &mr_desc_logged_model_tag, NULL, NULL, 0, 0,
	 "Tags."},
};
const struct mr_msg_desc mr_desc_set_logged_model_tags = {"SetLoggedModelTags", 86, sizeof(struct mr_set_logged_model_tags), fields_set_logged_model_tags, 2, "Sets tags of a logged model."};

static const struct mr_field_desc fields_set_logged_model_tags_response[] = {
	{"model", "model", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_set_logged_model_tags_response, model), 0, 0, MR_FIELD_NONE, &mr_desc_logged_model, NULL, NULL, 0, 0,
	 "The logged model."},
};
const struct mr_msg_desc mr_desc_set_logged_model_tags_response = {"SetLoggedModelTags.Response", 87, sizeof(struct mr_set_logged_model_tags_response), fields_set_logged_model_tags_response, 1, "Sets tags of a logged model."};

static const struct mr_field_desc fields_delete_logged_model_tag[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, MR_FIELD_IN_PATH | 0, offsetof(struct mr_delete_logged_model_tag, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"tag_key", "tagKey", 2, MR_KIND_STRING, MR_FIELD_IN_PATH | 0, offsetof(struct mr_delete_logged_model_tag, tag_key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key of the tag."},
};
const struct mr_msg_desc mr_desc_delete_logged_model_tag = {"DeleteLoggedModelTag", 88, sizeof(struct mr_delete_logged_model_tag), fields_delete_logged_model_tag, 2, "Removes a tag of a logged model."};

const struct mr_msg_desc mr_desc_delete_logged_model_tag_response = {"DeleteLoggedModelTag.Response", 89, sizeof(struct mr_delete_logged_model_tag_response), NULL, 0, "Removes a tag of a logged model."};

static const struct mr_field_desc fields_log_logged_model_params_request[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | MR_FIELD_IN_PATH | 0, offsetof(struct mr_log_logged_model_params_request, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"params", "params", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_log_logged_model_params_request, params), offsetof(struct mr_log_logged_model_params_request, params_n), 0, MR_FIELD_NONE, &mr_desc_logged_model_parameter, NULL, NULL, 0, 0,
	 "Parameters."},
};
const struct mr_msg_desc mr_desc_log_logged_model_params_request = {"LogLoggedModelParamsRequest", 90, sizeof(struct mr_log_logged_model_params_request), fields_log_logged_model_params_request, 2, "Logs parameters of a logged model."};

const struct mr_msg_desc mr_desc_log_logged_model_params_request_response = {"LogLoggedModelParamsRequest.Response", 91, sizeof(struct mr_log_logged_model_params_request_response), NULL, 0, "Logs parameters of a logged model."};

static const struct mr_field_desc fields_log_model[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_model, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"model_json", "modelJson", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_log_model, model_json), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "The MLmodel file, as JSON text."},
};
const struct mr_msg_desc mr_desc_log_model = {"LogModel", 92, sizeof(struct mr_log_model), fields_log_model, 2, "Records in a run that a model was logged to its artifacts (before MLflow 3)."};

const struct mr_msg_desc mr_desc_log_model_response = {"LogModel.Response", 93, sizeof(struct mr_log_model_response), NULL, 0, "Records in a run that a model was logged to its artifacts (before MLflow 3)."};

static const struct mr_field_desc fields_registered_model_tag[] = {
	{"key", "key", 1, MR_KIND_STRING, 0, offsetof(struct mr_registered_model_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_STRING, 0, offsetof(struct mr_registered_model_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_registered_model_tag = {"RegisteredModelTag", 94, sizeof(struct mr_registered_model_tag), fields_registered_model_tag, 2, "A tag of a registered model."};

static const struct mr_field_desc fields_model_version_tag[] = {
	{"key", "key", 1, MR_KIND_STRING, 0, offsetof(struct mr_model_version_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_STRING, 0, offsetof(struct mr_model_version_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_model_version_tag = {"ModelVersionTag", 95, sizeof(struct mr_model_version_tag), fields_model_version_tag, 2, "A tag of a version."};

static const struct mr_field_desc fields_model_param[] = {
	{"name", "name", 1, MR_KIND_STRING, 0, offsetof(struct mr_model_param, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"value", "value", 2, MR_KIND_STRING, 0, offsetof(struct mr_model_param, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_model_param = {"ModelParam", 96, sizeof(struct mr_model_param), fields_model_param, 2, "Databricks only; kept for the wire."};

static const struct mr_field_desc fields_model_metric[] = {
	{"key", "key", 1, MR_KIND_STRING, 0, offsetof(struct mr_model_metric, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 2, MR_KIND_DOUBLE, 0, offsetof(struct mr_model_metric, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
	{"timestamp", "timestamp", 3, MR_KIND_INT64, 0, offsetof(struct mr_model_metric, timestamp), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time in milliseconds."},
	{"step", "step", 4, MR_KIND_INT64, 0, offsetof(struct mr_model_metric, step), 0, 0, MR_FIELD_NONE, NULL, NULL, "0", 0, 0,
	 "Step of the training."},
	{"dataset_name", "datasetName", 5, MR_KIND_STRING, 0, offsetof(struct mr_model_metric, dataset_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name of the data set that it was computed on."},
	{"dataset_digest", "datasetDigest", 6, MR_KIND_STRING, 0, offsetof(struct mr_model_metric, dataset_digest), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Digest of the data set that it was computed on."},
	{"model_id", "modelId", 7, MR_KIND_STRING, 0, offsetof(struct mr_model_metric, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"run_id", "runId", 8, MR_KIND_STRING, 0, offsetof(struct mr_model_metric, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
};
const struct mr_msg_desc mr_desc_model_metric = {"ModelMetric", 97, sizeof(struct mr_model_metric), fields_model_metric, 8, "Databricks only; kept for the wire."};

static const struct mr_field_desc fields_model_version_deployment_job_state[] = {
	{"job_id", "jobId", 1, MR_KIND_STRING, 0, offsetof(struct mr_model_version_deployment_job_state, job_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
	{"run_id", "runId", 2, MR_KIND_STRING, 0, offsetof(struct mr_model_version_deployment_job_state, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"job_state", "jobState", 3, MR_KIND_ENUM, 0, offsetof(struct mr_model_version_deployment_job_state, job_state), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_deployment_job_connection_state, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
	{"run_state", "runState", 4, MR_KIND_ENUM, 0, offsetof(struct mr_model_version_deployment_job_state, run_state), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_model_version_deployment_job_state_deployment_job_run_state, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
	{"current_task_name", "currentTaskName", 5, MR_KIND_STRING, 0, offsetof(struct mr_model_version_deployment_job_state, current_task_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
};
const struct mr_msg_desc mr_desc_model_version_deployment_job_state = {"ModelVersionDeploymentJobState", 98, sizeof(struct mr_model_version_deployment_job_state), fields_model_version_deployment_job_state, 5, "Databricks only; kept for the wire."};

static const struct mr_field_desc fields_model_version[] = {
	{"name", "name", 1, MR_KIND_STRING, 0, offsetof(struct mr_model_version, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, 0, offsetof(struct mr_model_version, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
	{"creation_timestamp", "creationTimestamp", 3, MR_KIND_INT64, 0, offsetof(struct mr_model_version, creation_timestamp), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time of its creation in milliseconds."},
	{"last_updated_timestamp", "lastUpdatedTimestamp", 4, MR_KIND_INT64, 0, offsetof(struct mr_model_version, last_updated_timestamp), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time of the last change in milliseconds."},
	{"user_id", "userId", 5, MR_KIND_STRING, 0, offsetof(struct mr_model_version, user_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Who made it."},
	{"current_stage", "currentStage", 6, MR_KIND_STRING, 0, offsetof(struct mr_model_version, current_stage), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "None, Staging, Production or Archived."},
	{"description", "description", 7, MR_KIND_STRING, 0, offsetof(struct mr_model_version, description), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Free text."},
	{"source", "source", 8, MR_KIND_STRING, 0, offsetof(struct mr_model_version, source), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "URI of the files of the model."},
	{"run_id", "runId", 9, MR_KIND_STRING, 0, offsetof(struct mr_model_version, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"status", "status", 10, MR_KIND_ENUM, 0, offsetof(struct mr_model_version, status), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_model_version_status, NULL, 0, 0,
	 "Status."},
	{"status_message", "statusMessage", 11, MR_KIND_STRING, 0, offsetof(struct mr_model_version, status_message), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "What the status says in words."},
	{"tags", "tags", 12, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_model_version, tags), offsetof(struct mr_model_version, tags_n), 0, MR_FIELD_NONE, &mr_desc_model_version_tag, NULL, NULL, 0, 0,
	 "Tags."},
	{"run_link", "runLink", 13, MR_KIND_STRING, 0, offsetof(struct mr_model_version, run_link), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "URL of the run that made it."},
	{"aliases", "aliases", 14, MR_KIND_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_model_version, aliases), offsetof(struct mr_model_version, aliases_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Aliases."},
	{"model_id", "modelId", 15, MR_KIND_STRING, 0, offsetof(struct mr_model_version, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"model_params", "modelParams", 16, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_model_version, model_params), offsetof(struct mr_model_version, model_params_n), 0, MR_FIELD_NONE, &mr_desc_model_param, NULL, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
	{"model_metrics", "modelMetrics", 17, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_model_version, model_metrics), offsetof(struct mr_model_version, model_metrics_n), 0, MR_FIELD_NONE, &mr_desc_model_metric, NULL, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
	{"deployment_job_state", "deploymentJobState", 19, MR_KIND_MESSAGE, 0, offsetof(struct mr_model_version, deployment_job_state), 0, 0, MR_FIELD_NONE, &mr_desc_model_version_deployment_job_state, NULL, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
};
const struct mr_msg_desc mr_desc_model_version = {"ModelVersion", 99, sizeof(struct mr_model_version), fields_model_version, 18, "A version of a registered model."};

static const struct mr_field_desc fields_registered_model_alias[] = {
	{"alias", "alias", 1, MR_KIND_STRING, 0, offsetof(struct mr_registered_model_alias, alias), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Alias."},
	{"version", "version", 2, MR_KIND_STRING, 0, offsetof(struct mr_registered_model_alias, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
};
const struct mr_msg_desc mr_desc_registered_model_alias = {"RegisteredModelAlias", 100, sizeof(struct mr_registered_model_alias), fields_registered_model_alias, 2, "A name that points at a version."};

static const struct mr_field_desc fields_registered_model[] = {
	{"name", "name", 1, MR_KIND_STRING, 0, offsetof(struct mr_registered_model, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"creation_timestamp", "creationTimestamp", 2, MR_KIND_INT64, 0, offsetof(struct mr_registered_model, creation_timestamp), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time of its creation in milliseconds."},
	{"last_updated_timestamp", "lastUpdatedTimestamp", 3, MR_KIND_INT64, 0, offsetof(struct mr_registered_model, last_updated_timestamp), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time of the last change in milliseconds."},
	{"user_id", "userId", 4, MR_KIND_STRING, 0, offsetof(struct mr_registered_model, user_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Who made it."},
	{"description", "description", 5, MR_KIND_STRING, 0, offsetof(struct mr_registered_model, description), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Free text."},
	{"latest_versions", "latestVersions", 6, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_registered_model, latest_versions), offsetof(struct mr_registered_model, latest_versions_n), 0, MR_FIELD_NONE, &mr_desc_model_version, NULL, NULL, 0, 0,
	 "The latest version in each stage."},
	{"tags", "tags", 7, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_registered_model, tags), offsetof(struct mr_registered_model, tags_n), 0, MR_FIELD_NONE, &mr_desc_registered_model_tag, NULL, NULL, 0, 0,
	 "Tags."},
	{"aliases", "aliases", 8, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_registered_model, aliases), offsetof(struct mr_registered_model, aliases_n), 0, MR_FIELD_NONE, &mr_desc_registered_model_alias, NULL, NULL, 0, 0,
	 "Aliases."},
	{"deployment_job_id", "deploymentJobId", 9, MR_KIND_STRING, 0, offsetof(struct mr_registered_model, deployment_job_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
	{"deployment_job_state", "deploymentJobState", 10, MR_KIND_ENUM, 0, offsetof(struct mr_registered_model, deployment_job_state), 0, 0, MR_FIELD_NONE, NULL, &mr_desc_enum_deployment_job_connection_state, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
};
const struct mr_msg_desc mr_desc_registered_model = {"RegisteredModel", 101, sizeof(struct mr_registered_model), fields_registered_model, 10, "A named line of model versions."};

static const struct mr_field_desc fields_create_registered_model[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_create_registered_model, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"tags", "tags", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_create_registered_model, tags), offsetof(struct mr_create_registered_model, tags_n), 0, MR_FIELD_NONE, &mr_desc_registered_model_tag, NULL, NULL, 0, 0,
	 "Tags."},
	{"description", "description", 3, MR_KIND_STRING, 0, offsetof(struct mr_create_registered_model, description), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Free text."},
	{"deployment_job_id", "deploymentJobId", 4, MR_KIND_STRING, 0, offsetof(struct mr_create_registered_model, deployment_job_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
};
const struct mr_msg_desc mr_desc_create_registered_model = {"CreateRegisteredModel", 102, sizeof(struct mr_create_registered_model), fields_create_registered_model, 4, "Creates a registered model; its name must be new."};

static const struct mr_field_desc fields_create_registered_model_response[] = {
	{"registered_model", "registeredModel", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_create_registered_model_response, registered_model), 0, 0, MR_FIELD_NONE, &mr_desc_registered_model, NULL, NULL, 0, 0,
	 "The registered model."},
};
const struct mr_msg_desc mr_desc_create_registered_model_response = {"CreateRegisteredModel.Response", 103, sizeof(struct mr_create_registered_model_response), fields_create_registered_model_response, 1, "Creates a registered model; its name must be new."};

static const struct mr_field_desc fields_rename_registered_model[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_rename_registered_model, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"new_name", "newName", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_rename_registered_model, new_name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "The new name."},
};
const struct mr_msg_desc mr_desc_rename_registered_model = {"RenameRegisteredModel", 104, sizeof(struct mr_rename_registered_model), fields_rename_registered_model, 2, "Renames a registered model."};

static const struct mr_field_desc fields_rename_registered_model_response[] = {
	{"registered_model", "registeredModel", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_rename_registered_model_response, registered_model), 0, 0, MR_FIELD_NONE, &mr_desc_registered_model, NULL, NULL, 0, 0,
	 "The registered model."},
};
const struct mr_msg_desc mr_desc_rename_registered_model_response = {"RenameRegisteredModel.Response", 105, sizeof(struct mr_rename_registered_model_response), fields_rename_registered_model_response, 1, "Renames a registered model."};

static const struct mr_field_desc fields_update_registered_model[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_update_registered_model, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"description", "description", 2, MR_KIND_STRING, 0, offsetof(struct mr_update_registered_model, description), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Free text."},
	{"deployment_job_id", "deploymentJobId", 3, MR_KIND_STRING, 0, offsetof(struct mr_update_registered_model, deployment_job_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Databricks only; kept for the wire."},
};
const struct mr_msg_desc mr_desc_update_registered_model = {"UpdateRegisteredModel", 106, sizeof(struct mr_update_registered_model), fields_update_registered_model, 3, "Changes the description of a registered model."};

static const struct mr_field_desc fields_update_registered_model_response[] = {
	{"registered_model", "registeredModel", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_update_registered_model_response, registered_model), 0, 0, MR_FIELD_NONE, &mr_desc_registered_model, NULL, NULL, 0, 0,
	 "The registered model."},
};
const struct mr_msg_desc mr_desc_update_registered_model_response = {"UpdateRegisteredModel.Response", 107, sizeof(struct mr_update_registered_model_response), fields_update_registered_model_response, 1, "Changes the description of a registered model."};

static const struct mr_field_desc fields_delete_registered_model[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_registered_model, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
};
const struct mr_msg_desc mr_desc_delete_registered_model = {"DeleteRegisteredModel", 108, sizeof(struct mr_delete_registered_model), fields_delete_registered_model, 1, "Removes a registered model with its versions."};

const struct mr_msg_desc mr_desc_delete_registered_model_response = {"DeleteRegisteredModel.Response", 109, sizeof(struct mr_delete_registered_model_response), NULL, 0, "Removes a registered model with its versions."};

static const struct mr_field_desc fields_get_registered_model[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_registered_model, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
};
const struct mr_msg_desc mr_desc_get_registered_model = {"GetRegisteredModel", 110, sizeof(struct mr_get_registered_model), fields_get_registered_model, 1, "One registered model."};

static const struct mr_field_desc fields_get_registered_model_response[] = {
	{"registered_model", "registeredModel", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_get_registered_model_response, registered_model), 0, 0, MR_FIELD_NONE, &mr_desc_registered_model, NULL, NULL, 0, 0,
	 "The registered model."},
};
const struct mr_msg_desc mr_desc_get_registered_model_response = {"GetRegisteredModel.Response", 111, sizeof(struct mr_get_registered_model_response), fields_get_registered_model_response, 1, "One registered model."};

static const struct mr_field_desc fields_search_registered_models[] = {
	{"filter", "filter", 1, MR_KIND_STRING, 0, offsetof(struct mr_search_registered_models, filter), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Filter expression; absent for all."},
	{"max_results", "maxResults", 2, MR_KIND_INT64, 0, offsetof(struct mr_search_registered_models, max_results), 0, 0, MR_FIELD_NONE, NULL, NULL, "100", 0, 1000,
	 "The most results of one page."},
	{"order_by", "orderBy", 3, MR_KIND_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_search_registered_models, order_by), offsetof(struct mr_search_registered_models, order_by_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Columns to order by, each with ASC or DESC."},
	{"page_token", "pageToken", 4, MR_KIND_STRING, 0, offsetof(struct mr_search_registered_models, page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "next_page_token of the page before; absent for the first."},
};
const struct mr_msg_desc mr_desc_search_registered_models = {"SearchRegisteredModels", 112, sizeof(struct mr_search_registered_models), fields_search_registered_models, 4, "Finds registered models by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_search_registered_models_response[] = {
	{"registered_models", "registeredModels", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_search_registered_models_response, registered_models), offsetof(struct mr_search_registered_models_response, registered_models_n), 0, MR_FIELD_NONE, &mr_desc_registered_model, NULL, NULL, 0, 0,
	 "Registered models."},
	{"next_page_token", "nextPageToken", 2, MR_KIND_STRING, 0, offsetof(struct mr_search_registered_models_response, next_page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Token of the next page; absent on the last."},
};
const struct mr_msg_desc mr_desc_search_registered_models_response = {"SearchRegisteredModels.Response", 113, sizeof(struct mr_search_registered_models_response), fields_search_registered_models_response, 2, "Finds registered models by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_get_latest_versions[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_latest_versions, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"stages", "stages", 2, MR_KIND_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_get_latest_versions, stages), offsetof(struct mr_get_latest_versions, stages_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Stages to look in; empty for all."},
};
const struct mr_msg_desc mr_desc_get_latest_versions = {"GetLatestVersions", 114, sizeof(struct mr_get_latest_versions), fields_get_latest_versions, 2, "The latest version in each stage."};

static const struct mr_field_desc fields_get_latest_versions_response[] = {
	{"model_versions", "modelVersions", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_get_latest_versions_response, model_versions), offsetof(struct mr_get_latest_versions_response, model_versions_n), 0, MR_FIELD_NONE, &mr_desc_model_version, NULL, NULL, 0, 0,
	 "Versions."},
};
const struct mr_msg_desc mr_desc_get_latest_versions_response = {"GetLatestVersions.Response", 115, sizeof(struct mr_get_latest_versions_response), fields_get_latest_versions_response, 1, "The latest version in each stage."};

static const struct mr_field_desc fields_set_registered_model_tag[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_registered_model_tag, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"key", "key", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_registered_model_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 3, MR_KIND_STRING, 0, offsetof(struct mr_set_registered_model_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_set_registered_model_tag = {"SetRegisteredModelTag", 116, sizeof(struct mr_set_registered_model_tag), fields_set_registered_model_tag, 3, "Sets a tag of a registered model."};

const struct mr_msg_desc mr_desc_set_registered_model_tag_response = {"SetRegisteredModelTag.Response", 117, sizeof(struct mr_set_registered_model_tag_response), NULL, 0, "Sets a tag of a registered model."};

static const struct mr_field_desc fields_delete_registered_model_tag[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_registered_model_tag, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"key", "key", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_registered_model_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
};
const struct mr_msg_desc mr_desc_delete_registered_model_tag = {"DeleteRegisteredModelTag", 118, sizeof(struct mr_delete_registered_model_tag), fields_delete_registered_model_tag, 2, "Removes a tag of a registered model."};

const struct mr_msg_desc mr_desc_delete_registered_model_tag_response = {"DeleteRegisteredModelTag.Response", 119, sizeof(struct mr_delete_registered_model_tag_response), NULL, 0, "Removes a tag of a registered model."};

static const struct mr_field_desc fields_set_registered_model_alias[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_registered_model_alias, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"alias", "alias", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_registered_model_alias, alias), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Alias."},
	{"version", "version", 3, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_registered_model_alias, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
};
const struct mr_msg_desc mr_desc_set_registered_model_alias = {"SetRegisteredModelAlias", 120, sizeof(struct mr_set_registered_model_alias), fields_set_registered_model_alias, 3, "Points an alias at a version."};

const struct mr_msg_desc mr_desc_set_registered_model_alias_response = {"SetRegisteredModelAlias.Response", 121, sizeof(struct mr_set_registered_model_alias_response), NULL, 0, "Points an alias at a version."};

static const struct mr_field_desc fields_delete_registered_model_alias[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_registered_model_alias, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"alias", "alias", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_registered_model_alias, alias), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Alias."},
};
const struct mr_msg_desc mr_desc_delete_registered_model_alias = {"DeleteRegisteredModelAlias", 122, sizeof(struct mr_delete_registered_model_alias), fields_delete_registered_model_alias, 2, "Removes an alias."};

const struct mr_msg_desc mr_desc_delete_registered_model_alias_response = {"DeleteRegisteredModelAlias.Response", 123, sizeof(struct mr_delete_registered_model_alias_response), NULL, 0, "Removes an alias."};

static const struct mr_field_desc fields_get_model_version_by_alias[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_model_version_by_alias, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"alias", "alias", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_model_version_by_alias, alias), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Alias."},
};
const struct mr_msg_desc mr_desc_get_model_version_by_alias = {"GetModelVersionByAlias", 124, sizeof(struct mr_get_model_version_by_alias), fields_get_model_version_by_alias, 2, "The version that an alias points at."};

static const struct mr_field_desc fields_get_model_version_by_alias_response[] = {
	{"model_version", "modelVersion", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_get_model_version_by_alias_response, model_version), 0, 0, MR_FIELD_NONE, &mr_desc_model_version, NULL, NULL, 0, 0,
	 "The version."},
};
const struct mr_msg_desc mr_desc_get_model_version_by_alias_response = {"GetModelVersionByAlias.Response", 125, sizeof(struct mr_get_model_version_by_alias_response), fields_get_model_version_by_alias_response, 1, "The version that an alias points at."};

static const struct mr_field_desc fields_create_model_version[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_create_model_version, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"source", "source", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_create_model_version, source), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "URI of the files of the model."},
	{"run_id", "runId", 3, MR_KIND_STRING, 0, offsetof(struct mr_create_model_version, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"tags", "tags", 4, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_create_model_version, tags), offsetof(struct mr_create_model_version, tags_n), 0, MR_FIELD_NONE, &mr_desc_model_version_tag, NULL, NULL, 0, 0,
	 "Tags."},
	{"run_link", "runLink", 5, MR_KIND_STRING, 0, offsetof(struct mr_create_model_version, run_link), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "URL of the run that made it."},
	{"description", "description", 6, MR_KIND_STRING, 0, offsetof(struct mr_create_model_version, description), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Free text."},
	{"model_id", "modelId", 7, MR_KIND_STRING, 0, offsetof(struct mr_create_model_version, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
};
const struct mr_msg_desc mr_desc_create_model_version = {"CreateModelVersion", 126, sizeof(struct mr_create_model_version), fields_create_model_version, 7, "Creates the next version of a registered model."};

static const struct mr_field_desc fields_create_model_version_response[] = {
	{"model_version", "modelVersion", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_create_model_version_response, model_version), 0, 0, MR_FIELD_NONE, &mr_desc_model_version, NULL, NULL, 0, 0,
	 "The version."},
};
const struct mr_msg_desc mr_desc_create_model_version_response = {"CreateModelVersion.Response", 127, sizeof(struct mr_create_model_version_response), fields_create_model_version_response, 1, "Creates the next version of a registered model."};

static const struct mr_field_desc fields_update_model_version[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_update_model_version, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_update_model_version, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
	{"description", "description", 3, MR_KIND_STRING, 0, offsetof(struct mr_update_model_version, description), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Free text."},
};
const struct mr_msg_desc mr_desc_update_model_version = {"UpdateModelVersion", 128, sizeof(struct mr_update_model_version), fields_update_model_version, 3, "Changes the description of a version."};

static const struct mr_field_desc fields_update_model_version_response[] = {
	{"model_version", "modelVersion", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_update_model_version_response, model_version), 0, 0, MR_FIELD_NONE, &mr_desc_model_version, NULL, NULL, 0, 0,
	 "The version."},
};
const struct mr_msg_desc mr_desc_update_model_version_response = {"UpdateModelVersion.Response", 129, sizeof(struct mr_update_model_version_response), fields_update_model_version_response, 1, "Changes the description of a version."};

static const struct mr_field_desc fields_transition_model_version_stage[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_transition_model_version_stage, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_transition_model_version_stage, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
	{"stage", "stage", 3, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_transition_model_version_stage, stage), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Stage to move to."},
	{"archive_existing_versions", "archiveExistingVersions", 4, MR_KIND_BOOL, 0, offsetof(struct mr_transition_model_version_stage, archive_existing_versions), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether versions that are in the stage move to Archived."},
};
const struct mr_msg_desc mr_desc_transition_model_version_stage = {"TransitionModelVersionStage", 130, sizeof(struct mr_transition_model_version_stage), fields_transition_model_version_stage, 4, "Moves a version to another stage."};

static const struct mr_field_desc fields_transition_model_version_stage_response[] = {
	{"model_version", "modelVersion", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_transition_model_version_stage_response, model_version), 0, 0, MR_FIELD_NONE, &mr_desc_model_version, NULL, NULL, 0, 0,
	 "The version."},
};
const struct mr_msg_desc mr_desc_transition_model_version_stage_response = {"TransitionModelVersionStage.Response", 131, sizeof(struct mr_transition_model_version_stage_response), fields_transition_model_version_stage_response, 1, "Moves a version to another stage."};

static const struct mr_field_desc fields_delete_model_version[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_model_version, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_model_version, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
};
const struct mr_msg_desc mr_desc_delete_model_version = {"DeleteModelVersion", 132, sizeof(struct mr_delete_model_version), fields_delete_model_version, 2, "Removes a version."};

const struct mr_msg_desc mr_desc_delete_model_version_response = {"DeleteModelVersion.Response", 133, sizeof(struct mr_delete_model_version_response), NULL, 0, "Removes a version."};

static const struct mr_field_desc fields_get_model_version[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_model_version, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_get_model_version, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
};
const struct mr_msg_desc mr_desc_get_model_version = {"GetModelVersion", 134, sizeof(struct mr_get_model_version), fields_get_model_version, 2, "One version."};

static const struct mr_field_desc fields_get_model_version_response[] = {
	{"model_version", "modelVersion", 1, MR_KIND_MESSAGE, 0, offsetof(struct mr_get_model_version_response, model_version), 0, 0, MR_FIELD_NONE, &mr_desc_model_version, NULL, NULL, 0, 0,
	 "The version."},
};
const struct mr_msg_desc mr_desc_get_model_version_response = {"GetModelVersion.Response", 135, sizeof(struct mr_get_model_version_response), fields_get_model_version_response, 1, "One version."};

static const struct mr_field_desc fields_search_model_versions[] = {
	{"filter", "filter", 1, MR_KIND_STRING, 0, offsetof(struct mr_search_model_versions, filter), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Filter expression; absent for all."},
	{"max_results", "maxResults", 2, MR_KIND_INT64, 0, offsetof(struct mr_search_model_versions, max_results), 0, 0, MR_FIELD_NONE, NULL, NULL, "200000", 0, 200000,
	 "The most results of one page."},
	{"order_by", "orderBy", 3, MR_KIND_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_search_model_versions, order_by), offsetof(struct mr_search_model_versions, order_by_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Columns to order by, each with ASC or DESC."},
	{"page_token", "pageToken", 4, MR_KIND_STRING, 0, offsetof(struct mr_search_model_versions, page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "next_page_token of the page before; absent for the first."},
};
const struct mr_msg_desc mr_desc_search_model_versions = {"SearchModelVersions", 136, sizeof(struct mr_search_model_versions), fields_search_model_versions, 4, "Finds versions by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_search_model_versions_response[] = {
	{"model_versions", "modelVersions", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_search_model_versions_response, model_versions), offsetof(struct mr_search_model_versions_response, model_versions_n), 0, MR_FIELD_NONE, &mr_desc_model_version, NULL, NULL, 0, 0,
	 "Versions."},
	{"next_page_token", "nextPageToken", 2, MR_KIND_STRING, 0, offsetof(struct mr_search_model_versions_response, next_page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Token of the next page; absent on the last."},
};
const struct mr_msg_desc mr_desc_search_model_versions_response = {"SearchModelVersions.Response", 137, sizeof(struct mr_search_model_versions_response), fields_search_model_versions_response, 2, "Finds versions by a filter, in an order, a page at a time."};

static const struct mr_field_desc fields_get_model_version_download_uri[] = {
	{"name", "name", 1, MR_KIND_STRING, 0, offsetof(struct mr_get_model_version_download_uri, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, 0, offsetof(struct mr_get_model_version_download_uri, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
};
const struct mr_msg_desc mr_desc_get_model_version_download_uri = {"GetModelVersionDownloadUri", 138, sizeof(struct mr_get_model_version_download_uri), fields_get_model_version_download_uri, 2, "Where the files of a version are."};

static const struct mr_field_desc fields_get_model_version_download_uri_response[] = {
	{"artifact_uri", "artifactUri", 1, MR_KIND_STRING, 0, offsetof(struct mr_get_model_version_download_uri_response, artifact_uri), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "URI of the files of the model."},
};
const struct mr_msg_desc mr_desc_get_model_version_download_uri_response = {"GetModelVersionDownloadUri.Response", 139, sizeof(struct mr_get_model_version_download_uri_response), fields_get_model_version_download_uri_response, 1, "Where the files of a version are."};

static const struct mr_field_desc fields_set_model_version_tag[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_model_version_tag, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_model_version_tag, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
	{"key", "key", 3, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_set_model_version_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"value", "value", 4, MR_KIND_STRING, 0, offsetof(struct mr_set_model_version_tag, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_set_model_version_tag = {"SetModelVersionTag", 140, sizeof(struct mr_set_model_version_tag), fields_set_model_version_tag, 4, "Sets a tag of a version."};

const struct mr_msg_desc mr_desc_set_model_version_tag_response = {"SetModelVersionTag.Response", 141, sizeof(struct mr_set_model_version_tag_response), NULL, 0, "Sets a tag of a version."};

static const struct mr_field_desc fields_delete_model_version_tag[] = {
	{"name", "name", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_model_version_tag, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_model_version_tag, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
	{"key", "key", 3, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_delete_model_version_tag, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
};
const struct mr_msg_desc mr_desc_delete_model_version_tag = {"DeleteModelVersionTag", 142, sizeof(struct mr_delete_model_version_tag), fields_delete_model_version_tag, 3, "Removes a tag of a version."};

const struct mr_msg_desc mr_desc_delete_model_version_tag_response = {"DeleteModelVersionTag.Response", 143, sizeof(struct mr_delete_model_version_tag_response), NULL, 0, "Removes a tag of a version."};

static const struct mr_field_desc fields_file_info[] = {
	{"path", "path", 1, MR_KIND_STRING, 0, offsetof(struct mr_file_info, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
	{"is_dir", "isDir", 2, MR_KIND_BOOL, 0, offsetof(struct mr_file_info, is_dir), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether it is a folder."},
	{"file_size", "fileSize", 3, MR_KIND_INT64, 0, offsetof(struct mr_file_info, file_size), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Size in bytes; absent for a folder."},
};
const struct mr_msg_desc mr_desc_file_info = {"FileInfo", 144, sizeof(struct mr_file_info), fields_file_info, 3, "A file or folder among the artifacts."};

static const struct mr_field_desc fields_list_artifacts[] = {
	{"run_id", "runId", 3, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_list_artifacts, run_id), 0, 0, 1, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"run_uuid", "runUuid", 1, MR_KIND_STRING, 0, offsetof(struct mr_list_artifacts, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Older name of run_id; read when run_id is absent."},
	{"path", "path", 2, MR_KIND_STRING, 0, offsetof(struct mr_list_artifacts, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
	{"page_token", "pageToken", 4, MR_KIND_STRING, 0, offsetof(struct mr_list_artifacts, page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "next_page_token of the page before; absent for the first."},
};
const struct mr_msg_desc mr_desc_list_artifacts = {"ListArtifacts", 145, sizeof(struct mr_list_artifacts), fields_list_artifacts, 4, "Lists a folder of a run's artifacts."};

static const struct mr_field_desc fields_list_artifacts_response[] = {
	{"root_uri", "rootUri", 1, MR_KIND_STRING, 0, offsetof(struct mr_list_artifacts_response, root_uri), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Root of the artifacts that are listed."},
	{"files", "files", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_list_artifacts_response, files), offsetof(struct mr_list_artifacts_response, files_n), 0, MR_FIELD_NONE, &mr_desc_file_info, NULL, NULL, 0, 0,
	 "What the folder holds, sorted by path."},
	{"next_page_token", "nextPageToken", 3, MR_KIND_STRING, 0, offsetof(struct mr_list_artifacts_response, next_page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Token of the next page; absent on the last."},
};
const struct mr_msg_desc mr_desc_list_artifacts_response = {"ListArtifacts.Response", 146, sizeof(struct mr_list_artifacts_response), fields_list_artifacts_response, 3, "Lists a folder of a run's artifacts."};

static const struct mr_field_desc fields_create_presigned_upload_url[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, 0, offsetof(struct mr_create_presigned_upload_url, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"path", "path", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_create_presigned_upload_url, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
	{"expiration", "expiration", 3, MR_KIND_INT64, 0, offsetof(struct mr_create_presigned_upload_url, expiration), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "How long the URL is good, in seconds."},
	{"model_id", "modelId", 4, MR_KIND_STRING, 0, offsetof(struct mr_create_presigned_upload_url, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
};
const struct mr_msg_desc mr_desc_create_presigned_upload_url = {"CreatePresignedUploadUrl", 147, sizeof(struct mr_create_presigned_upload_url), fields_create_presigned_upload_url, 4, "A signed URL to upload one artifact to."};

static const struct mr_field_desc fields_create_presigned_upload_url_response[] = {
	{"presigned_url", "presignedUrl", 1, MR_KIND_STRING, 0, offsetof(struct mr_create_presigned_upload_url_response, presigned_url), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "The signed URL."},
	{"headers", "headers", 2, MR_KIND_MAP_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_create_presigned_upload_url_response, headers), offsetof(struct mr_create_presigned_upload_url_response, headers_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Headers to send with the request."},
};
const struct mr_msg_desc mr_desc_create_presigned_upload_url_response = {"CreatePresignedUploadUrl.Response", 148, sizeof(struct mr_create_presigned_upload_url_response), fields_create_presigned_upload_url_response, 2, "A signed URL to upload one artifact to."};

static const struct mr_field_desc fields_create_presigned_download_url[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_create_presigned_download_url, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"path", "path", 2, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_create_presigned_download_url, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
	{"expiration", "expiration", 3, MR_KIND_INT64, 0, offsetof(struct mr_create_presigned_download_url, expiration), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "How long the URL is good, in seconds."},
};
const struct mr_msg_desc mr_desc_create_presigned_download_url = {"CreatePresignedDownloadUrl", 149, sizeof(struct mr_create_presigned_download_url), fields_create_presigned_download_url, 3, "A signed URL to download one artifact from."};

static const struct mr_field_desc fields_create_presigned_download_url_response[] = {
	{"presigned_url", "presignedUrl", 1, MR_KIND_STRING, 0, offsetof(struct mr_create_presigned_download_url_response, presigned_url), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "The signed URL."},
	{"headers", "headers", 2, MR_KIND_MAP_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_create_presigned_download_url_response, headers), offsetof(struct mr_create_presigned_download_url_response, headers_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Headers to send with the request."},
	{"file_size", "fileSize", 3, MR_KIND_INT64, 0, offsetof(struct mr_create_presigned_download_url_response, file_size), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Size in bytes; absent for a folder."},
};
const struct mr_msg_desc mr_desc_create_presigned_download_url_response = {"CreatePresignedDownloadUrl.Response", 150, sizeof(struct mr_create_presigned_download_url_response), fields_create_presigned_download_url_response, 3, "A signed URL to download one artifact from."};

static const struct mr_field_desc fields_list_logged_model_artifacts[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, MR_FIELD_IN_PATH | 0, offsetof(struct mr_list_logged_model_artifacts, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"artifact_directory_path", "artifactDirectoryPath", 2, MR_KIND_STRING, 0, offsetof(struct mr_list_logged_model_artifacts, artifact_directory_path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Folder to list; absent for the root."},
	{"page_token", "pageToken", 3, MR_KIND_STRING, 0, offsetof(struct mr_list_logged_model_artifacts, page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "next_page_token of the page before; absent for the first."},
};
const struct mr_msg_desc mr_desc_list_logged_model_artifacts = {"ListLoggedModelArtifacts", 151, sizeof(struct mr_list_logged_model_artifacts), fields_list_logged_model_artifacts, 3, "Lists a folder of a logged model's artifacts."};

static const struct mr_field_desc fields_list_logged_model_artifacts_response[] = {
	{"root_uri", "rootUri", 1, MR_KIND_STRING, 0, offsetof(struct mr_list_logged_model_artifacts_response, root_uri), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Root of the artifacts that are listed."},
	{"files", "files", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_list_logged_model_artifacts_response, files), offsetof(struct mr_list_logged_model_artifacts_response, files_n), 0, MR_FIELD_NONE, &mr_desc_file_info, NULL, NULL, 0, 0,
	 "What the folder holds, sorted by path."},
	{"next_page_token", "nextPageToken", 3, MR_KIND_STRING, 0, offsetof(struct mr_list_logged_model_artifacts_response, next_page_token), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Token of the next page; absent on the last."},
};
const struct mr_msg_desc mr_desc_list_logged_model_artifacts_response = {"ListLoggedModelArtifacts.Response", 152, sizeof(struct mr_list_logged_model_artifacts_response), fields_list_logged_model_artifacts_response, 3, "Lists a folder of a logged model's artifacts."};

const struct mr_msg_desc mr_desc_artifacts_download_artifact = {"artifacts.DownloadArtifact", 153, sizeof(struct mr_artifacts_download_artifact), NULL, 0, "The bytes of one artifact."};

const struct mr_msg_desc mr_desc_artifacts_download_artifact_response = {"artifacts.DownloadArtifact.Response", 154, sizeof(struct mr_artifacts_download_artifact_response), NULL, 0, "The bytes of one artifact."};

const struct mr_msg_desc mr_desc_artifacts_upload_artifact = {"artifacts.UploadArtifact", 155, sizeof(struct mr_artifacts_upload_artifact), NULL, 0, "Stores the bytes of one artifact."};

const struct mr_msg_desc mr_desc_artifacts_upload_artifact_response = {"artifacts.UploadArtifact.Response", 156, sizeof(struct mr_artifacts_upload_artifact_response), NULL, 0, "Stores the bytes of one artifact."};

static const struct mr_field_desc fields_artifacts_file_info[] = {
	{"path", "path", 1, MR_KIND_STRING, 0, offsetof(struct mr_artifacts_file_info, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
	{"is_dir", "isDir", 2, MR_KIND_BOOL, 0, offsetof(struct mr_artifacts_file_info, is_dir), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether it is a folder."},
	{"file_size", "fileSize", 3, MR_KIND_INT64, 0, offsetof(struct mr_artifacts_file_info, file_size), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Size in bytes; absent for a folder."},
};
const struct mr_msg_desc mr_desc_artifacts_file_info = {"artifacts.FileInfo", 157, sizeof(struct mr_artifacts_file_info), fields_artifacts_file_info, 3, "A file or folder below the artifact destination."};

static const struct mr_field_desc fields_artifacts_list_artifacts[] = {
	{"path", "path", 1, MR_KIND_STRING, 0, offsetof(struct mr_artifacts_list_artifacts, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
};
const struct mr_msg_desc mr_desc_artifacts_list_artifacts = {"artifacts.ListArtifacts", 158, sizeof(struct mr_artifacts_list_artifacts), fields_artifacts_list_artifacts, 1, "Lists a folder below the artifact destination of the server."};

static const struct mr_field_desc fields_artifacts_list_artifacts_response[] = {
	{"files", "files", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_artifacts_list_artifacts_response, files), offsetof(struct mr_artifacts_list_artifacts_response, files_n), 0, MR_FIELD_NONE, &mr_desc_artifacts_file_info, NULL, NULL, 0, 0,
	 "What the folder holds, sorted by path."},
};
const struct mr_msg_desc mr_desc_artifacts_list_artifacts_response = {"artifacts.ListArtifacts.Response", 159, sizeof(struct mr_artifacts_list_artifacts_response), fields_artifacts_list_artifacts_response, 1, "Lists a folder below the artifact destination of the server."};

const struct mr_msg_desc mr_desc_artifacts_delete_artifact = {"artifacts.DeleteArtifact", 160, sizeof(struct mr_artifacts_delete_artifact), NULL, 0, "Removes one artifact, or a folder of them."};

const struct mr_msg_desc mr_desc_artifacts_delete_artifact_response = {"artifacts.DeleteArtifact.Response", 161, sizeof(struct mr_artifacts_delete_artifact_response), NULL, 0, "Removes one artifact, or a folder of them."};

static const struct mr_field_desc fields_artifacts_multipart_upload_credential[] = {
	{"url", "url", 1, MR_KIND_STRING, 0, offsetof(struct mr_artifacts_multipart_upload_credential, url), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "URL."},
	{"part_number", "partNumber", 2, MR_KIND_INT64, 0, offsetof(struct mr_artifacts_multipart_upload_credential, part_number), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the part, from 1."},
	{"headers", "headers", 3, MR_KIND_MAP_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_artifacts_multipart_upload_credential, headers), offsetof(struct mr_artifacts_multipart_upload_credential, headers_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Headers to send with the request."},
};
const struct mr_msg_desc mr_desc_artifacts_multipart_upload_credential = {"artifacts.MultipartUploadCredential", 162, sizeof(struct mr_artifacts_multipart_upload_credential), fields_artifacts_multipart_upload_credential, 3, "Where one part of an upload goes."};

static const struct mr_field_desc fields_artifacts_create_multipart_upload[] = {
	{"path", "path", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_artifacts_create_multipart_upload, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
	{"num_parts", "numParts", 2, MR_KIND_INT64, 0, offsetof(struct mr_artifacts_create_multipart_upload, num_parts), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of parts."},
};
const struct mr_msg_desc mr_desc_artifacts_create_multipart_upload = {"artifacts.CreateMultipartUpload", 163, sizeof(struct mr_artifacts_create_multipart_upload), fields_artifacts_create_multipart_upload, 2, "Begins an upload in parts."};

static const struct mr_field_desc fields_artifacts_create_multipart_upload_response[] = {
	{"upload_id", "uploadId", 1, MR_KIND_STRING, 0, offsetof(struct mr_artifacts_create_multipart_upload_response, upload_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the upload, as the storage gave it."},
	{"credentials", "credentials", 2, MR_KIND_MESSAGE, MR_FIELD_REPEATED | 0, offsetof(struct mr_artifacts_create_multipart_upload_response, credentials), offsetof(struct mr_artifacts_create_multipart_upload_response, credentials_n), 0, MR_FIELD_NONE, &mr_desc_artifacts_multipart_upload_credential, NULL, NULL, 0, 0,
	 "Where each part goes."},
};
const struct mr_msg_desc mr_desc_artifacts_create_multipart_upload_response = {"artifacts.CreateMultipartUpload.Response", 164, sizeof(struct mr_artifacts_create_multipart_upload_response), fields_artifacts_create_multipart_upload_response, 2, "Begins an upload in parts."};

static const struct mr_field_desc fields_artifacts_multipart_upload_part[] = {
	{"part_number", "partNumber", 1, MR_KIND_INT64, 0, offsetof(struct mr_artifacts_multipart_upload_part, part_number), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the part, from 1."},
	{"etag", "etag", 2, MR_KIND_STRING, 0, offsetof(struct mr_artifacts_multipart_upload_part, etag), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "ETag that the storage answered."},
	{"url", "url", 3, MR_KIND_STRING, 0, offsetof(struct mr_artifacts_multipart_upload_part, url), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "URL."},
};
const struct mr_msg_desc mr_desc_artifacts_multipart_upload_part = {"artifacts.MultipartUploadPart", 165, sizeof(struct mr_artifacts_multipart_upload_part), fields_artifacts_multipart_upload_part, 3, "A part that was uploaded."};

static const struct mr_field_desc fields_artifacts_complete_multipart_upload[] = {
	{"path", "path", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_artifacts_complete_multipart_upload, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
	{"upload_id", "uploadId", 2, MR_KIND_STRING, 0, offsetof(struct mr_artifacts_complete_multipart_upload, upload_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the upload, as the storage gave it."},
	{"parts", "parts", 3, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_REQUIRED | 0, offsetof(struct mr_artifacts_complete_multipart_upload, parts), offsetof(struct mr_artifacts_complete_multipart_upload, parts_n), 0, MR_FIELD_NONE, &mr_desc_artifacts_multipart_upload_part, NULL, NULL, 0, 0,
	 "The parts that were uploaded."},
};
const struct mr_msg_desc mr_desc_artifacts_complete_multipart_upload = {"artifacts.CompleteMultipartUpload", 166, sizeof(struct mr_artifacts_complete_multipart_upload), fields_artifacts_complete_multipart_upload, 3, "Makes one artifact of the parts."};

const struct mr_msg_desc mr_desc_artifacts_complete_multipart_upload_response = {"artifacts.CompleteMultipartUpload.Response", 167, sizeof(struct mr_artifacts_complete_multipart_upload_response), NULL, 0, "Makes one artifact of the parts."};

static const struct mr_field_desc fields_artifacts_abort_multipart_upload[] = {
	{"path", "path", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_artifacts_abort_multipart_upload, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
	{"upload_id", "uploadId", 2, MR_KIND_STRING, 0, offsetof(struct mr_artifacts_abort_multipart_upload, upload_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the upload, as the storage gave it."},
};
const struct mr_msg_desc mr_desc_artifacts_abort_multipart_upload = {"artifacts.AbortMultipartUpload", 168, sizeof(struct mr_artifacts_abort_multipart_upload), fields_artifacts_abort_multipart_upload, 2, "Drops the parts."};

const struct mr_msg_desc mr_desc_artifacts_abort_multipart_upload_response = {"artifacts.AbortMultipartUpload.Response", 169, sizeof(struct mr_artifacts_abort_multipart_upload_response), NULL, 0, "Drops the parts."};

const struct mr_msg_desc mr_desc_artifacts_get_presigned_download_url = {"artifacts.GetPresignedDownloadUrl", 170, sizeof(struct mr_artifacts_get_presigned_download_url), NULL, 0, "A signed URL to download one artifact from."};

static const struct mr_field_desc fields_artifacts_get_presigned_download_url_response[] = {
	{"url", "url", 1, MR_KIND_STRING, 0, offsetof(struct mr_artifacts_get_presigned_download_url_response, url), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "URL."},
	{"headers", "headers", 2, MR_KIND_MAP_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_artifacts_get_presigned_download_url_response, headers), offsetof(struct mr_artifacts_get_presigned_download_url_response, headers_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Headers to send with the request."},
	{"file_size", "fileSize", 3, MR_KIND_INT64, 0, offsetof(struct mr_artifacts_get_presigned_download_url_response, file_size), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Size in bytes; absent for a folder."},
};
const struct mr_msg_desc mr_desc_artifacts_get_presigned_download_url_response = {"artifacts.GetPresignedDownloadUrl.Response", 171, sizeof(struct mr_artifacts_get_presigned_download_url_response), fields_artifacts_get_presigned_download_url_response, 3, "A signed URL to download one artifact from."};

static const struct mr_field_desc fields_metric_point[] = {
	{"key", "key", 1, MR_KIND_STRING, 0, offsetof(struct mr_metric_point, key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key."},
	{"run_id", "runId", 2, MR_KIND_STRING, 0, offsetof(struct mr_metric_point, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"step", "step", 3, MR_KIND_INT64, 0, offsetof(struct mr_metric_point, step), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Step of the training."},
	{"timestamp", "timestamp", 4, MR_KIND_INT64, 0, offsetof(struct mr_metric_point, timestamp), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Unix time in milliseconds."},
	{"value", "value", 5, MR_KIND_DOUBLE, 0, offsetof(struct mr_metric_point, value), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Value."},
};
const struct mr_msg_desc mr_desc_metric_point = {"MetricPoint", 201, sizeof(struct mr_metric_point), fields_metric_point, 5, "A metric value as get-history-bulk gives it: keys in alphabetical order."};

static const struct mr_field_desc fields_get_metric_history_bulk[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REPEATED | 0, offsetof(struct mr_get_metric_history_bulk, run_id), offsetof(struct mr_get_metric_history_bulk, run_id_n), 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Ids of the runs, 1 to 100."},
	{"metric_key", "metricKey", 2, MR_KIND_STRING, 0, offsetof(struct mr_get_metric_history_bulk, metric_key), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Key of the metric."},
	{"max_results", "maxResults", 3, MR_KIND_INT32, 0, offsetof(struct mr_get_metric_history_bulk, max_results), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "The most values of all runs together, at most 25,000."},
};
const struct mr_msg_desc mr_desc_get_metric_history_bulk = {"GetMetricHistoryBulk", 202, sizeof(struct mr_get_metric_history_bulk), fields_get_metric_history_bulk, 3, "Values of one metric of several runs, by run, timestamp, step and value."};

static const struct mr_field_desc fields_get_metric_history_bulk_response[] = {
	{"metrics", "metrics", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_get_metric_history_bulk_response, metrics), offsetof(struct mr_get_metric_history_bulk_response, metrics_n), 0, MR_FIELD_NONE, &mr_desc_metric_point, NULL, NULL, 0, 0,
	 "Metrics."},
};
const struct mr_msg_desc mr_desc_get_metric_history_bulk_response = {"GetMetricHistoryBulk.Response", 203, sizeof(struct mr_get_metric_history_bulk_response), fields_get_metric_history_bulk_response, 1, "Values of one metric of several runs, by run, timestamp, step and value."};

static const struct mr_field_desc fields_list_deleted_runs[] = {
	{"older_than_ms", "olderThanMs", 1, MR_KIND_INT64, 0, offsetof(struct mr_list_deleted_runs, older_than_ms), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Deleted at least this many milliseconds ago."},
};
const struct mr_msg_desc mr_desc_list_deleted_runs = {"ListDeletedRuns", 210, sizeof(struct mr_list_deleted_runs), fields_list_deleted_runs, 1, "Runs that are marked as deleted, for longer than some time."};

static const struct mr_field_desc fields_list_deleted_runs_response[] = {
	{"runs", "runs", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_list_deleted_runs_response, runs), offsetof(struct mr_list_deleted_runs_response, runs_n), 0, MR_FIELD_NONE, &mr_desc_run_info, NULL, NULL, 0, 0,
	 "Runs."},
};
const struct mr_msg_desc mr_desc_list_deleted_runs_response = {"ListDeletedRuns.Response", 211, sizeof(struct mr_list_deleted_runs_response), fields_list_deleted_runs_response, 1, "Runs that are marked as deleted, for longer than some time."};

static const struct mr_field_desc fields_purge_run[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_purge_run, run_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
};
const struct mr_msg_desc mr_desc_purge_run = {"PurgeRun", 212, sizeof(struct mr_purge_run), fields_purge_run, 1, "Removes a deleted run from the store; its artifacts are the caller's work."};

const struct mr_msg_desc mr_desc_purge_run_response = {"PurgeRun.Response", 213, sizeof(struct mr_purge_run_response), NULL, 0, "Removes a deleted run from the store; its artifacts are the caller's work."};

static const struct mr_field_desc fields_list_deleted_experiments[] = {
	{"older_than_ms", "olderThanMs", 1, MR_KIND_INT64, 0, offsetof(struct mr_list_deleted_experiments, older_than_ms), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Deleted at least this many milliseconds ago."},
};
const struct mr_msg_desc mr_desc_list_deleted_experiments = {"ListDeletedExperiments", 214, sizeof(struct mr_list_deleted_experiments), fields_list_deleted_experiments, 1, "Experiments that are marked as deleted, for longer than some time."};

static const struct mr_field_desc fields_list_deleted_experiments_response[] = {
	{"experiments", "experiments", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_list_deleted_experiments_response, experiments), offsetof(struct mr_list_deleted_experiments_response, experiments_n), 0, MR_FIELD_NONE, &mr_desc_experiment, NULL, NULL, 0, 0,
	 "Experiments."},
};
const struct mr_msg_desc mr_desc_list_deleted_experiments_response = {"ListDeletedExperiments.Response", 215, sizeof(struct mr_list_deleted_experiments_response), fields_list_deleted_experiments_response, 1, "Experiments that are marked as deleted, for longer than some time."};

static const struct mr_field_desc fields_purge_experiment[] = {
	{"experiment_id", "experimentId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_purge_experiment, experiment_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the experiment."},
};
const struct mr_msg_desc mr_desc_purge_experiment = {"PurgeExperiment", 216, sizeof(struct mr_purge_experiment), fields_purge_experiment, 1, "Removes a deleted experiment with its runs and logged models from the store."};

const struct mr_msg_desc mr_desc_purge_experiment_response = {"PurgeExperiment.Response", 217, sizeof(struct mr_purge_experiment_response), NULL, 0, "Removes a deleted experiment with its runs and logged models from the store."};

static const struct mr_field_desc fields_list_deleted_logged_models[] = {
	{"older_than_ms", "olderThanMs", 1, MR_KIND_INT64, 0, offsetof(struct mr_list_deleted_logged_models, older_than_ms), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Deleted at least this many milliseconds ago."},
};
const struct mr_msg_desc mr_desc_list_deleted_logged_models = {"ListDeletedLoggedModels", 218, sizeof(struct mr_list_deleted_logged_models), fields_list_deleted_logged_models, 1, "Logged models that are marked as deleted, for longer than some time."};

static const struct mr_field_desc fields_list_deleted_logged_models_response[] = {
	{"models", "models", 1, MR_KIND_MESSAGE, MR_FIELD_REPEATED | MR_FIELD_ROWS | 0, offsetof(struct mr_list_deleted_logged_models_response, models), offsetof(struct mr_list_deleted_logged_models_response, models_n), 0, MR_FIELD_NONE, &mr_desc_logged_model, NULL, NULL, 0, 0,
	 "Logged models."},
};
const struct mr_msg_desc mr_desc_list_deleted_logged_models_response = {"ListDeletedLoggedModels.Response", 219, sizeof(struct mr_list_deleted_logged_models_response), fields_list_deleted_logged_models_response, 1, "Logged models that are marked as deleted, for longer than some time."};

static const struct mr_field_desc fields_purge_logged_model[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, MR_FIELD_REQUIRED | 0, offsetof(struct mr_purge_logged_model, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model."},
};
const struct mr_msg_desc mr_desc_purge_logged_model = {"PurgeLoggedModel", 220, sizeof(struct mr_purge_logged_model), fields_purge_logged_model, 1, "Removes a deleted logged model from the store."};

const struct mr_msg_desc mr_desc_purge_logged_model_response = {"PurgeLoggedModel.Response", 221, sizeof(struct mr_purge_logged_model_response), NULL, 0, "Removes a deleted logged model from the store."};

const struct mr_msg_desc mr_desc_get_server_info = {"GetServerInfo", 230, sizeof(struct mr_get_server_info), NULL, 0, "What this server is and can do."};

static const struct mr_field_desc fields_get_server_info_response[] = {
	{"store_type", "storeType", 1, MR_KIND_STRING, 0, offsetof(struct mr_get_server_info_response, store_type), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "\"SqlStore\" or \"FileStore\"; absent for others."},
	{"workspaces_enabled", "workspacesEnabled", 2, MR_KIND_BOOL, 0, offsetof(struct mr_get_server_info_response, workspaces_enabled), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether there are workspaces."},
	{"trace_archival_enabled", "traceArchivalEnabled", 3, MR_KIND_BOOL, 0, offsetof(struct mr_get_server_info_response, trace_archival_enabled), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether old traces are archived."},
	{"multipart_uploads_enabled", "multipartUploadsEnabled", 4, MR_KIND_BOOL, 0, offsetof(struct mr_get_server_info_response, multipart_uploads_enabled), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether artifacts can be uploaded in parts through the proxy."},
	{"multipart_downloads_enabled", "multipartDownloadsEnabled", 5, MR_KIND_BOOL, 0, offsetof(struct mr_get_server_info_response, multipart_downloads_enabled), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether artifacts can be downloaded in parts through the proxy."},
	{"presigned_upload_run_id_supported", "presignedUploadRunIdSupported", 6, MR_KIND_BOOL, 0, offsetof(struct mr_get_server_info_response, presigned_upload_run_id_supported), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether presigned-upload-url takes a run_id."},
	{"presigned_upload_model_id_supported", "presignedUploadModelIdSupported", 7, MR_KIND_BOOL, 0, offsetof(struct mr_get_server_info_response, presigned_upload_model_id_supported), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Whether presigned-upload-url takes a model_id."},
	{"features_enabled", "featuresEnabled", 8, MR_KIND_MESSAGE, 0, offsetof(struct mr_get_server_info_response, features_enabled), 0, 0, MR_FIELD_NONE, &mr_desc_server_features, NULL, NULL, 0, 0,
	 "Optional parts."},
};
const struct mr_msg_desc mr_desc_get_server_info_response = {"GetServerInfo.Response", 231, sizeof(struct mr_get_server_info_response), fields_get_server_info_response, 8, "What this server is and can do."};

static const struct mr_field_desc fields_server_features[] = {
	{"gateway", "gateway", 1, MR_KIND_BOOL, 0, offsetof(struct mr_server_features, gateway), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "The AI gateway."},
};
const struct mr_msg_desc mr_desc_server_features = {"ServerFeatures", 232, sizeof(struct mr_server_features), fields_server_features, 1, "Which optional parts are switched on."};

static const struct mr_field_desc fields_get_artifact[] = {
	{"run_id", "runId", 1, MR_KIND_STRING, 0, offsetof(struct mr_get_artifact, run_id), 0, 0, 1, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"run_uuid", "runUuid", 2, MR_KIND_STRING, 0, offsetof(struct mr_get_artifact, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Older name of run_id; read when run_id is absent."},
	{"path", "path", 3, MR_KIND_STRING, 0, offsetof(struct mr_get_artifact, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
};
const struct mr_msg_desc mr_desc_get_artifact = {"GetArtifact", 233, sizeof(struct mr_get_artifact), fields_get_artifact, 3, "The bytes of one artifact of a run."};

const struct mr_msg_desc mr_desc_get_artifact_response = {"GetArtifact.Response", 234, sizeof(struct mr_get_artifact_response), NULL, 0, "The bytes of one artifact of a run."};

static const struct mr_field_desc fields_get_model_version_artifact[] = {
	{"name", "name", 1, MR_KIND_STRING, 0, offsetof(struct mr_get_model_version_artifact, name), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Name."},
	{"version", "version", 2, MR_KIND_STRING, 0, offsetof(struct mr_get_model_version_artifact, version), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Number of the version, as text."},
	{"path", "path", 3, MR_KIND_STRING, 0, offsetof(struct mr_get_model_version_artifact, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
};
const struct mr_msg_desc mr_desc_get_model_version_artifact = {"GetModelVersionArtifact", 235, sizeof(struct mr_get_model_version_artifact), fields_get_model_version_artifact, 3, "The bytes of one artifact of a model version."};

const struct mr_msg_desc mr_desc_get_model_version_artifact_response = {"GetModelVersionArtifact.Response", 236, sizeof(struct mr_get_model_version_artifact_response), NULL, 0, "The bytes of one artifact of a model version."};

static const struct mr_field_desc fields_upload_run_artifact[] = {
	{"run_uuid", "runUuid", 1, MR_KIND_STRING, 0, offsetof(struct mr_upload_run_artifact, run_uuid), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the run, 32 hex digits."},
	{"path", "path", 2, MR_KIND_STRING, 0, offsetof(struct mr_upload_run_artifact, path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
};
const struct mr_msg_desc mr_desc_upload_run_artifact = {"UploadRunArtifact", 237, sizeof(struct mr_upload_run_artifact), fields_upload_run_artifact, 2, "Stores the bytes of one artifact of a run, at most 10 MiB."};

const struct mr_msg_desc mr_desc_upload_run_artifact_response = {"UploadRunArtifact.Response", 238, sizeof(struct mr_upload_run_artifact_response), NULL, 0, "Stores the bytes of one artifact of a run, at most 10 MiB."};

static const struct mr_field_desc fields_get_logged_model_artifact[] = {
	{"model_id", "modelId", 1, MR_KIND_STRING, MR_FIELD_IN_PATH | 0, offsetof(struct mr_get_logged_model_artifact, model_id), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Id of the logged model, \"m-\" and 32 hex digits."},
	{"artifact_file_path", "artifactFilePath", 2, MR_KIND_STRING, 0, offsetof(struct mr_get_logged_model_artifact, artifact_file_path), 0, 0, MR_FIELD_NONE, NULL, NULL, NULL, 0, 0,
	 "Path, separated by \"/\", relative to the artifact root."},
};
const struct mr_msg_desc mr_desc_get_logged_model_artifact = {"GetLoggedModelArtifact", 239, sizeof(struct mr_get_logged_model_artifact), fields_get_logged_model_artifact, 2, "The bytes of one artifact of a logged model."};

const struct mr_msg_desc mr_desc_get_logged_model_artifact_response = {"GetLoggedModelArtifact.Response", 240, sizeof(struct mr_get_logged_model_artifact_response), NULL, 0, "The bytes of one artifact of a logged model."};

static mr_code slot_create_experiment(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->experiments || !f->experiments->create_experiment;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->experiments->create_experiment(self, request, response, call, err);
}

static const struct mr_route routes_create_experiment[] = {
	{"POST", "/api/2.0/mlflow/experiments/create"},
	{"POST", "/ajax-api/2.0/mlflow/experiments/create"},
};
const struct mr_op_desc mr_op_create_experiment = {"create_experiment", 101, "experiments", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_create_experiment, &mr_desc_create_experiment_response, NULL, routes_create_experiment, 2, slot_create_experiment,
	"Creates an experiment; its name must be new."};

static mr_code slot_search_experiments(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->experiments || !f->experiments->search_experiments;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->experiments->search_experiments(self, request, response, call, err);
}

static const struct mr_route routes_search_experiments[] = {
	{"POST", "/api/2.0/mlflow/experiments/search"},
	{"POST", "/ajax-api/2.0/mlflow/experiments/search"},
	{"GET", "/api/2.0/mlflow/experiments/search"},
	{"GET", "/ajax-api/2.0/mlflow/experiments/search"},
};
const struct mr_op_desc mr_op_search_experiments = {"search_experiments", 102, "experiments", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_search_experiments, &mr_desc_search_experiments_response, &fields_search_experiments_response[0], routes_search_experiments, 4, slot_search_experiments,
	"Finds experiments by a filter, in an order, a page at a time."};

static mr_code slot_get_experiment(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->experiments || !f->experiments->get_experiment;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->experiments->get_experiment(self, request, response, call, err);
}

static const struct mr_route routes_get_experiment[] = {
	{"GET", "/api/2.0/mlflow/experiments/get"},
	{"GET", "/ajax-api/2.0/mlflow/experiments/get"},
};
const struct mr_op_desc mr_op_get_experiment = {"get_experiment", 103, "experiments", MR_SIDE_TRACKING, MR_WORK_INLINE, MR_STYLE_PRETTY,
	&mr_desc_get_experiment, &mr_desc_get_experiment_response, NULL, routes_get_experiment, 2, slot_get_experiment,
	"One experiment by its id, deleted or not."};

static mr_code slot_get_experiment_by_name(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->experiments || !f->experiments->get_experiment_by_name;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->experiments->get_experiment_by_name(self, request, response, call, err);
}

static const struct mr_route routes_get_experiment_by_name[] = {
	{"GET", "/api/2.0/mlflow/experiments/get-by-name"},
	{"GET", "/ajax-api/2.0/mlflow/experiments/get-by-name"},
};
const struct mr_op_desc mr_op_get_experiment_by_name = {"get_experiment_by_name", 104, "experiments", MR_SIDE_TRACKING, MR_WORK_INLINE, MR_STYLE_PRETTY,
	&mr_desc_get_experiment_by_name, &mr_desc_get_experiment_by_name_response, NULL, routes_get_experiment_by_name, 2, slot_get_experiment_by_name,
	"One experiment by its name, deleted or not."};

static mr_code slot_delete_experiment(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->experiments || !f->experiments->delete_experiment;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->experiments->delete_experiment(self, request, response, call, err);
}

static const struct mr_route routes_delete_experiment[] = {
	{"POST", "/api/2.0/mlflow/experiments/delete"},
	{"POST", "/ajax-api/2.0/mlflow/experiments/delete"},
};
const struct mr_op_desc mr_op_delete_experiment = {"delete_experiment", 105, "experiments", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_experiment, &mr_desc_delete_experiment_response, NULL, routes_delete_experiment, 2, slot_delete_experiment,
	"Marks an experiment and its runs as deleted."};

static mr_code slot_restore_experiment(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->experiments || !f->experiments->restore_experiment;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->experiments->restore_experiment(self, request, response, call, err);
}

static const struct mr_route routes_restore_experiment[] = {
	{"POST", "/api/2.0/mlflow/experiments/restore"},
	{"POST", "/ajax-api/2.0/mlflow/experiments/restore"},
};
const struct mr_op_desc mr_op_restore_experiment = {"restore_experiment", 106, "experiments", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_restore_experiment, &mr_desc_restore_experiment_response, NULL, routes_restore_experiment, 2, slot_restore_experiment,
	"Brings a deleted experiment back, with all its runs."};

static mr_code slot_update_experiment(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->experiments || !f->experiments->update_experiment;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->experiments->update_experiment(self, request, response, call, err);
}

static const struct mr_route routes_update_experiment[] = {
	{"POST", "/api/2.0/mlflow/experiments/update"},
	{"POST", "/ajax-api/2.0/mlflow/experiments/update"},
};
const struct mr_op_desc mr_op_update_experiment = {"update_experiment", 107, "experiments", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_update_experiment, &mr_desc_update_experiment_response, NULL, routes_update_experiment, 2, slot_update_experiment,
	"Renames an experiment."};

static mr_code slot_set_experiment_tag(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->experiments || !f->experiments->set_experiment_tag;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->experiments->set_experiment_tag(self, request, response, call, err);
}

static const struct mr_route routes_set_experiment_tag[] = {
	{"POST", "/api/2.0/mlflow/experiments/set-experiment-tag"},
	{"POST", "/ajax-api/2.0/mlflow/experiments/set-experiment-tag"},
};
const struct mr_op_desc mr_op_set_experiment_tag = {"set_experiment_tag", 108, "experiments", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_set_experiment_tag, &mr_desc_set_experiment_tag_response, NULL, routes_set_experiment_tag, 2, slot_set_experiment_tag,
	"Sets a tag of an experiment."};

static mr_code slot_delete_experiment_tag(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->experiments || !f->experiments->delete_experiment_tag;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->experiments->delete_experiment_tag(self, request, response, call, err);
}

static const struct mr_route routes_delete_experiment_tag[] = {
	{"POST", "/api/2.0/mlflow/experiments/delete-experiment-tag"},
	{"POST", "/ajax-api/2.0/mlflow/experiments/delete-experiment-tag"},
};
const struct mr_op_desc mr_op_delete_experiment_tag = {"delete_experiment_tag", 109, "experiments", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_experiment_tag, &mr_desc_delete_experiment_tag_response, NULL, routes_delete_experiment_tag, 2, slot_delete_experiment_tag,
	"Removes a tag of an experiment."};

static mr_code slot_create_run(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->create_run;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->create_run(self, request, response, call, err);
}

static const struct mr_route routes_create_run[] = {
	{"POST", "/api/2.0/mlflow/runs/create"},
	{"POST", "/ajax-api/2.0/mlflow/runs/create"},
};
const struct mr_op_desc mr_op_create_run = {"create_run", 201, "runs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_create_run, &mr_desc_create_run_response, NULL, routes_create_run, 2, slot_create_run,
	"Starts a run in an experiment."};

static mr_code slot_update_run(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->update_run;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->update_run(self, request, response, call, err);
}

static const struct mr_route routes_update_run[] = {
	{"POST", "/api/2.0/mlflow/runs/update"},
	{"POST", "/ajax-api/2.0/mlflow/runs/update"},
};
const struct mr_op_desc mr_op_update_run = {"update_run", 202, "runs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_update_run, &mr_desc_update_run_response, NULL, routes_update_run, 2, slot_update_run,
	"Changes status, end time or name of a run."};

static mr_code slot_delete_run(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->delete_run;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->delete_run(self, request, response, call, err);
}

static const struct mr_route routes_delete_run[] = {
	{"POST", "/api/2.0/mlflow/runs/delete"},
	{"POST", "/ajax-api/2.0/mlflow/runs/delete"},
};
const struct mr_op_desc mr_op_delete_run = {"delete_run", 203, "runs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_run, &mr_desc_delete_run_response, NULL, routes_delete_run, 2, slot_delete_run,
	"Marks a run as deleted."};

static mr_code slot_restore_run(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->restore_run;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->restore_run(self, request, response, call, err);
}

static const struct mr_route routes_restore_run[] = {
	{"POST", "/api/2.0/mlflow/runs/restore"},
	{"POST", "/ajax-api/2.0/mlflow/runs/restore"},
};
const struct mr_op_desc mr_op_restore_run = {"restore_run", 204, "runs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_restore_run, &mr_desc_restore_run_response, NULL, routes_restore_run, 2, slot_restore_run,
	"Brings a deleted run back."};

static mr_code slot_get_run(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->get_run;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->get_run(self, request, response, call, err);
}

static const struct mr_route routes_get_run[] = {
	{"GET", "/api/2.0/mlflow/runs/get"},
	{"GET", "/ajax-api/2.0/mlflow/runs/get"},
};
const struct mr_op_desc mr_op_get_run = {"get_run", 205, "runs", MR_SIDE_TRACKING, MR_WORK_INLINE, MR_STYLE_PRETTY,
	&mr_desc_get_run, &mr_desc_get_run_response, NULL, routes_get_run, 2, slot_get_run,
	"One run with its latest metrics, parameters, tags, inputs and outputs."};

static mr_code slot_search_runs(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->search_runs;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->search_runs(self, request, response, call, err);
}

static const struct mr_route routes_search_runs[] = {
	{"POST", "/api/2.0/mlflow/runs/search"},
	{"POST", "/ajax-api/2.0/mlflow/runs/search"},
};
const struct mr_op_desc mr_op_search_runs = {"search_runs", 206, "runs", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_search_runs, &mr_desc_search_runs_response, &fields_search_runs_response[0], routes_search_runs, 2, slot_search_runs,
	"Finds runs by a filter, in an order, a page at a time."};

static mr_code slot_log_param(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->log_param;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->log_param(self, request, response, call, err);
}

static const struct mr_route routes_log_param[] = {
	{"POST", "/api/2.0/mlflow/runs/log-parameter"},
	{"POST", "/ajax-api/2.0/mlflow/runs/log-parameter"},
};
const struct mr_op_desc mr_op_log_param = {"log_param", 207, "runs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_log_param, &mr_desc_log_param_response, NULL, routes_log_param, 2, slot_log_param,
	"Logs a parameter, which can be set once."};

static mr_code slot_set_tag(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->set_tag;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->set_tag(self, request, response, call, err);
}

static const struct mr_route routes_set_tag[] = {
	{"POST", "/api/2.0/mlflow/runs/set-tag"},
	{"POST", "/ajax-api/2.0/mlflow/runs/set-tag"},
};
const struct mr_op_desc mr_op_set_tag = {"set_tag", 208, "runs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_set_tag, &mr_desc_set_tag_response, NULL, routes_set_tag, 2, slot_set_tag,
	"Sets a tag of a run."};

static mr_code slot_delete_tag(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->delete_tag;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->delete_tag(self, request, response, call, err);
}

static const struct mr_route routes_delete_tag[] = {
	{"POST", "/api/2.0/mlflow/runs/delete-tag"},
	{"POST", "/ajax-api/2.0/mlflow/runs/delete-tag"},
};
const struct mr_op_desc mr_op_delete_tag = {"delete_tag", 209, "runs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_tag, &mr_desc_delete_tag_response, NULL, routes_delete_tag, 2, slot_delete_tag,
	"Removes a tag of a run."};

static mr_code slot_log_batch(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->runs || !f->runs->log_batch;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->runs->log_batch(self, request, response, call, err);
}

static const struct mr_route routes_log_batch[] = {
	{"POST", "/api/2.0/mlflow/runs/log-batch"},
	{"POST", "/ajax-api/2.0/mlflow/runs/log-batch"},
};
const struct mr_op_desc mr_op_log_batch = {"log_batch", 210, "runs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_log_batch, &mr_desc_log_batch_response, NULL, routes_log_batch, 2, slot_log_batch,
	"Logs metrics, parameters and tags of a run, all or none."};

static mr_code slot_log_metric(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->metrics || !f->metrics->log_metric;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->metrics->log_metric(self, request, response, call, err);
}

static const struct mr_route routes_log_metric[] = {
	{"POST", "/api/2.0/mlflow/runs/log-metric"},
	{"POST", "/ajax-api/2.0/mlflow/runs/log-metric"},
};
const struct mr_op_desc mr_op_log_metric = {"log_metric", 301, "metrics", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_log_metric, &mr_desc_log_metric_response, NULL, routes_log_metric, 2, slot_log_metric,
	"Logs one value of a metric."};

static mr_code slot_get_metric_history(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->metrics || !f->metrics->get_metric_history;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->metrics->get_metric_history(self, request, response, call, err);
}

static const struct mr_route routes_get_metric_history[] = {
	{"GET", "/api/2.0/mlflow/metrics/get-history"},
	{"GET", "/ajax-api/2.0/mlflow/metrics/get-history"},
};
const struct mr_op_desc mr_op_get_metric_history = {"get_metric_history", 302, "metrics", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_get_metric_history, &mr_desc_get_metric_history_response, &fields_get_metric_history_response[0], routes_get_metric_history, 2, slot_get_metric_history,
	"All values of a metric of a run."};

static mr_code slot_get_metric_history_bulk_interval(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->metrics || !f->metrics->get_metric_history_bulk_interval;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->metrics->get_metric_history_bulk_interval(self, request, response, call, err);
}

static const struct mr_route routes_get_metric_history_bulk_interval[] = {
	{"GET", "/api/2.0/mlflow/metrics/get-history-bulk-interval"},
	{"GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"},
};
const struct mr_op_desc mr_op_get_metric_history_bulk_interval = {"get_metric_history_bulk_interval", 303, "metrics", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_get_metric_history_bulk_interval, &mr_desc_get_metric_history_bulk_interval_response, &fields_get_metric_history_bulk_interval_response[0], routes_get_metric_history_bulk_interval, 2, slot_get_metric_history_bulk_interval,
	"Values of one metric of several runs, thinned out evenly over an interval of steps."};

static mr_code slot_get_metric_history_bulk(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->metrics || !f->metrics->get_metric_history_bulk;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->metrics->get_metric_history_bulk(self, request, response, call, err);
}

static const struct mr_route routes_get_metric_history_bulk[] = {
	{"GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk"},
};
const struct mr_op_desc mr_op_get_metric_history_bulk = {"get_metric_history_bulk", 304, "metrics", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_JSONIFY,
	&mr_desc_get_metric_history_bulk, &mr_desc_get_metric_history_bulk_response, &fields_get_metric_history_bulk_response[0], routes_get_metric_history_bulk, 1, slot_get_metric_history_bulk,
	"Values of one metric of several runs, by run, timestamp, step and value."};

static mr_code slot_log_inputs(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->inputs || !f->inputs->log_inputs;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->inputs->log_inputs(self, request, response, call, err);
}

static const struct mr_route routes_log_inputs[] = {
	{"POST", "/api/2.0/mlflow/runs/log-inputs"},
	{"POST", "/ajax-api/2.0/mlflow/runs/log-inputs"},
};
const struct mr_op_desc mr_op_log_inputs = {"log_inputs", 401, "inputs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_log_inputs, &mr_desc_log_inputs_response, NULL, routes_log_inputs, 2, slot_log_inputs,
	"Records data sets and models that a run read."};

static mr_code slot_log_outputs(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->inputs || !f->inputs->log_outputs;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->inputs->log_outputs(self, request, response, call, err);
}

static const struct mr_route routes_log_outputs[] = {
	{"POST", "/api/2.0/mlflow/runs/outputs"},
	{"POST", "/ajax-api/2.0/mlflow/runs/outputs"},
};
const struct mr_op_desc mr_op_log_outputs = {"log_outputs", 402, "inputs", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_log_outputs, &mr_desc_log_outputs_response, NULL, routes_log_outputs, 2, slot_log_outputs,
	"Records models that a run made."};

static mr_code slot_search_datasets(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->inputs || !f->inputs->search_datasets;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->inputs->search_datasets(self, request, response, call, err);
}

static const struct mr_route routes_search_datasets[] = {
	{"POST", "/ajax-api/2.0/mlflow/experiments/search-datasets"},
};
const struct mr_op_desc mr_op_search_datasets = {"search_datasets", 403, "inputs", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_search_datasets, &mr_desc_search_datasets_response, &fields_search_datasets_response[0], routes_search_datasets, 1, slot_search_datasets,
	"The data sets that the runs of some experiments used."};

static mr_code slot_create_logged_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->logged_models || !f->logged_models->create_logged_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->logged_models->create_logged_model(self, request, response, call, err);
}

static const struct mr_route routes_create_logged_model[] = {
	{"POST", "/api/2.0/mlflow/logged-models"},
	{"POST", "/ajax-api/2.0/mlflow/logged-models"},
};
const struct mr_op_desc mr_op_create_logged_model = {"create_logged_model", 501, "logged_models", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_create_logged_model, &mr_desc_create_logged_model_response, NULL, routes_create_logged_model, 2, slot_create_logged_model,
	"Creates a logged model in an experiment."};

static mr_code slot_finalize_logged_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->logged_models || !f->logged_models->finalize_logged_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->logged_models->finalize_logged_model(self, request, response, call, err);
}

static const struct mr_route routes_finalize_logged_model[] = {
	{"PATCH", "/api/2.0/mlflow/logged-models/{model_id}"},
	{"PATCH", "/ajax-api/2.0/mlflow/logged-models/{model_id}"},
};
const struct mr_op_desc mr_op_finalize_logged_model = {"finalize_logged_model", 502, "logged_models", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_finalize_logged_model, &mr_desc_finalize_logged_model_response, NULL, routes_finalize_logged_model, 2, slot_finalize_logged_model,
	"Says that a logged model is ready, or that its upload failed."};

static mr_code slot_get_logged_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->logged_models || !f->logged_models->get_logged_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->logged_models->get_logged_model(self, request, response, call, err);
}

static const struct mr_route routes_get_logged_model[] = {
	{"GET", "/api/2.0/mlflow/logged-models/{model_id}"},
	{"GET", "/ajax-api/2.0/mlflow/logged-models/{model_id}"},
};
const struct mr_op_desc mr_op_get_logged_model = {"get_logged_model", 503, "logged_models", MR_SIDE_TRACKING, MR_WORK_INLINE, MR_STYLE_PRETTY,
	&mr_desc_get_logged_model, &mr_desc_get_logged_model_response, NULL, routes_get_logged_model, 2, slot_get_logged_model,
	"One logged model."};

static mr_code slot_delete_logged_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->logged_models || !f->logged_models->delete_logged_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->logged_models->delete_logged_model(self, request, response, call, err);
}

static const struct mr_route routes_delete_logged_model[] = {
	{"DELETE", "/api/2.0/mlflow/logged-models/{model_id}"},
	{"DELETE", "/ajax-api/2.0/mlflow/logged-models/{model_id}"},
};
const struct mr_op_desc mr_op_delete_logged_model = {"delete_logged_model", 504, "logged_models", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_logged_model, &mr_desc_delete_logged_model_response, NULL, routes_delete_logged_model, 2, slot_delete_logged_model,
	"Marks a logged model as deleted."};

static mr_code slot_search_logged_models(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->logged_models || !f->logged_models->search_logged_models;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->logged_models->search_logged_models(self, request, response, call, err);
}

static const struct mr_route routes_search_logged_models[] = {
	{"POST", "/api/2.0/mlflow/logged-models/search"},
	{"POST", "/ajax-api/2.0/mlflow/logged-models/search"},
};
const struct mr_op_desc mr_op_search_logged_models = {"search_logged_models", 505, "logged_models", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_search_logged_models, &mr_desc_search_logged_models_response, &fields_search_logged_models_response[0], routes_search_logged_models, 2, slot_search_logged_models,
	"Finds logged models by a filter, in an order, a page at a time."};

static mr_code slot_set_logged_model_tags(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->logged_models || !f->logged_models->set_logged_model_tags;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->logged_models->set_logged_model_tags(self, request, response, call, err);
}

static const struct mr_route routes_set_logged_model_tags[] = {
	{"PATCH", "/api/2.0/mlflow/logged-models/{model_id}/tags"},
	{"PATCH", "/ajax-api/2.0/mlflow/logged-models/{model_id}/tags"},
};
const struct mr_op_desc mr_op_set_logged_model_tags = {"set_logged_model_tags", 506, "logged_models", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_set_logged_model_tags, &mr_desc_set_logged_model_tags_response, NULL, routes_set_logged_model_tags, 2, slot_set_logged_model_tags,
	"Sets tags of a logged model."};

static mr_code slot_delete_logged_model_tag(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->logged_models || !f->logged_models->delete_logged_model_tag;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->logged_models->delete_logged_model_tag(self, request, response, call, err);
}

static const struct mr_route routes_delete_logged_model_tag[] = {
	{"DELETE", "/api/2.0/mlflow/logged-models/{model_id}/tags/{tag_key}"},
	{"DELETE", "/ajax-api/2.0/mlflow/logged-models/{model_id}/tags/{tag_key}"},
};
const struct mr_op_desc mr_op_delete_logged_model_tag = {"delete_logged_model_tag", 507, "logged_models", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_logged_model_tag, &mr_desc_delete_logged_model_tag_response, NULL, routes_delete_logged_model_tag, 2, slot_delete_logged_model_tag,
	"Removes a tag of a logged model."};

static mr_code slot_log_logged_model_params(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->logged_models || !f->logged_models->log_logged_model_params;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->logged_models->log_logged_model_params(self, request, response, call, err);
}

static const struct mr_route routes_log_logged_model_params[] = {
	{"POST", "/api/2.0/mlflow/logged-models/{model_id}/params"},
	{"POST", "/ajax-api/2.0/mlflow/logged-models/{model_id}/params"},
};
const struct mr_op_desc mr_op_log_logged_model_params = {"log_logged_model_params", 508, "logged_models", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_log_logged_model_params_request, &mr_desc_log_logged_model_params_request_response, NULL, routes_log_logged_model_params, 2, slot_log_logged_model_params,
	"Logs parameters of a logged model."};

static mr_code slot_log_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->logged_models || !f->logged_models->log_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->logged_models->log_model(self, request, response, call, err);
}

static const struct mr_route routes_log_model[] = {
	{"POST", "/api/2.0/mlflow/runs/log-model"},
	{"POST", "/ajax-api/2.0/mlflow/runs/log-model"},
};
const struct mr_op_desc mr_op_log_model = {"log_model", 509, "logged_models", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_log_model, &mr_desc_log_model_response, NULL, routes_log_model, 2, slot_log_model,
	"Records in a run that a model was logged to its artifacts (before MLflow 3)."};

static mr_code slot_create_registered_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->create_registered_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->create_registered_model(self, request, response, call, err);
}

static const struct mr_route routes_create_registered_model[] = {
	{"POST", "/api/2.0/mlflow/registered-models/create"},
	{"POST", "/ajax-api/2.0/mlflow/registered-models/create"},
};
const struct mr_op_desc mr_op_create_registered_model = {"create_registered_model", 601, "registered_models", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_create_registered_model, &mr_desc_create_registered_model_response, NULL, routes_create_registered_model, 2, slot_create_registered_model,
	"Creates a registered model; its name must be new."};

static mr_code slot_rename_registered_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->rename_registered_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->rename_registered_model(self, request, response, call, err);
}

static const struct mr_route routes_rename_registered_model[] = {
	{"POST", "/api/2.0/mlflow/registered-models/rename"},
	{"POST", "/ajax-api/2.0/mlflow/registered-models/rename"},
};
const struct mr_op_desc mr_op_rename_registered_model = {"rename_registered_model", 602, "registered_models", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_rename_registered_model, &mr_desc_rename_registered_model_response, NULL, routes_rename_registered_model, 2, slot_rename_registered_model,
	"Renames a registered model."};

static mr_code slot_update_registered_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->update_registered_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->update_registered_model(self, request, response, call, err);
}

static const struct mr_route routes_update_registered_model[] = {
	{"PATCH", "/api/2.0/mlflow/registered-models/update"},
	{"PATCH", "/ajax-api/2.0/mlflow/registered-models/update"},
};
const struct mr_op_desc mr_op_update_registered_model = {"update_registered_model", 603, "registered_models", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_update_registered_model, &mr_desc_update_registered_model_response, NULL, routes_update_registered_model, 2, slot_update_registered_model,
	"Changes the description of a registered model."};

static mr_code slot_delete_registered_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->delete_registered_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->delete_registered_model(self, request, response, call, err);
}

static const struct mr_route routes_delete_registered_model[] = {
	{"DELETE", "/api/2.0/mlflow/registered-models/delete"},
	{"DELETE", "/ajax-api/2.0/mlflow/registered-models/delete"},
};
const struct mr_op_desc mr_op_delete_registered_model = {"delete_registered_model", 604, "registered_models", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_registered_model, &mr_desc_delete_registered_model_response, NULL, routes_delete_registered_model, 2, slot_delete_registered_model,
	"Removes a registered model with its versions."};

static mr_code slot_get_registered_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->get_registered_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->get_registered_model(self, request, response, call, err);
}

static const struct mr_route routes_get_registered_model[] = {
	{"GET", "/api/2.0/mlflow/registered-models/get"},
	{"GET", "/ajax-api/2.0/mlflow/registered-models/get"},
};
const struct mr_op_desc mr_op_get_registered_model = {"get_registered_model", 605, "registered_models", MR_SIDE_REGISTRY, MR_WORK_INLINE, MR_STYLE_PRETTY,
	&mr_desc_get_registered_model, &mr_desc_get_registered_model_response, NULL, routes_get_registered_model, 2, slot_get_registered_model,
	"One registered model."};

static mr_code slot_search_registered_models(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->search_registered_models;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->search_registered_models(self, request, response, call, err);
}

static const struct mr_route routes_search_registered_models[] = {
	{"GET", "/api/2.0/mlflow/registered-models/search"},
	{"GET", "/ajax-api/2.0/mlflow/registered-models/search"},
};
const struct mr_op_desc mr_op_search_registered_models = {"search_registered_models", 606, "registered_models", MR_SIDE_REGISTRY, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_search_registered_models, &mr_desc_search_registered_models_response, &fields_search_registered_models_response[0], routes_search_registered_models, 2, slot_search_registered_models,
	"Finds registered models by a filter, in an order, a page at a time."};

static mr_code slot_get_latest_versions(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->get_latest_versions;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->get_latest_versions(self, request, response, call, err);
}

static const struct mr_route routes_get_latest_versions[] = {
	{"POST", "/api/2.0/mlflow/registered-models/get-latest-versions"},
	{"POST", "/ajax-api/2.0/mlflow/registered-models/get-latest-versions"},
	{"GET", "/api/2.0/mlflow/registered-models/get-latest-versions"},
	{"GET", "/ajax-api/2.0/mlflow/registered-models/get-latest-versions"},
};
const struct mr_op_desc mr_op_get_latest_versions = {"get_latest_versions", 607, "registered_models", MR_SIDE_REGISTRY, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_get_latest_versions, &mr_desc_get_latest_versions_response, &fields_get_latest_versions_response[0], routes_get_latest_versions, 4, slot_get_latest_versions,
	"The latest version in each stage."};

static mr_code slot_set_registered_model_tag(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->set_registered_model_tag;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->set_registered_model_tag(self, request, response, call, err);
}

static const struct mr_route routes_set_registered_model_tag[] = {
	{"POST", "/api/2.0/mlflow/registered-models/set-tag"},
	{"POST", "/ajax-api/2.0/mlflow/registered-models/set-tag"},
};
const struct mr_op_desc mr_op_set_registered_model_tag = {"set_registered_model_tag", 608, "registered_models", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_set_registered_model_tag, &mr_desc_set_registered_model_tag_response, NULL, routes_set_registered_model_tag, 2, slot_set_registered_model_tag,
	"Sets a tag of a registered model."};

static mr_code slot_delete_registered_model_tag(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->delete_registered_model_tag;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->delete_registered_model_tag(self, request, response, call, err);
}

static const struct mr_route routes_delete_registered_model_tag[] = {
	{"DELETE", "/api/2.0/mlflow/registered-models/delete-tag"},
	{"DELETE", "/ajax-api/2.0/mlflow/registered-models/delete-tag"},
};
const struct mr_op_desc mr_op_delete_registered_model_tag = {"delete_registered_model_tag", 609, "registered_models", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_registered_model_tag, &mr_desc_delete_registered_model_tag_response, NULL, routes_delete_registered_model_tag, 2, slot_delete_registered_model_tag,
	"Removes a tag of a registered model."};

static mr_code slot_set_registered_model_alias(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->set_registered_model_alias;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->set_registered_model_alias(self, request, response, call, err);
}

static const struct mr_route routes_set_registered_model_alias[] = {
	{"POST", "/api/2.0/mlflow/registered-models/alias"},
	{"POST", "/ajax-api/2.0/mlflow/registered-models/alias"},
};
const struct mr_op_desc mr_op_set_registered_model_alias = {"set_registered_model_alias", 610, "registered_models", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_set_registered_model_alias, &mr_desc_set_registered_model_alias_response, NULL, routes_set_registered_model_alias, 2, slot_set_registered_model_alias,
	"Points an alias at a version."};

static mr_code slot_delete_registered_model_alias(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->delete_registered_model_alias;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->delete_registered_model_alias(self, request, response, call, err);
}

static const struct mr_route routes_delete_registered_model_alias[] = {
	{"DELETE", "/api/2.0/mlflow/registered-models/alias"},
	{"DELETE", "/ajax-api/2.0/mlflow/registered-models/alias"},
};
const struct mr_op_desc mr_op_delete_registered_model_alias = {"delete_registered_model_alias", 611, "registered_models", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_registered_model_alias, &mr_desc_delete_registered_model_alias_response, NULL, routes_delete_registered_model_alias, 2, slot_delete_registered_model_alias,
	"Removes an alias."};

static mr_code slot_get_model_version_by_alias(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->registered_models || !f->registered_models->get_model_version_by_alias;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->registered_models->get_model_version_by_alias(self, request, response, call, err);
}

static const struct mr_route routes_get_model_version_by_alias[] = {
	{"GET", "/api/2.0/mlflow/registered-models/alias"},
	{"GET", "/ajax-api/2.0/mlflow/registered-models/alias"},
};
const struct mr_op_desc mr_op_get_model_version_by_alias = {"get_model_version_by_alias", 612, "registered_models", MR_SIDE_REGISTRY, MR_WORK_INLINE, MR_STYLE_PRETTY,
	&mr_desc_get_model_version_by_alias, &mr_desc_get_model_version_by_alias_response, NULL, routes_get_model_version_by_alias, 2, slot_get_model_version_by_alias,
	"The version that an alias points at."};

static mr_code slot_create_model_version(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->model_versions || !f->model_versions->create_model_version;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->model_versions->create_model_version(self, request, response, call, err);
}

static const struct mr_route routes_create_model_version[] = {
	{"POST", "/api/2.0/mlflow/model-versions/create"},
	{"POST", "/ajax-api/2.0/mlflow/model-versions/create"},
};
const struct mr_op_desc mr_op_create_model_version = {"create_model_version", 701, "model_versions", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_create_model_version, &mr_desc_create_model_version_response, NULL, routes_create_model_version, 2, slot_create_model_version,
	"Creates the next version of a registered model."};

static mr_code slot_update_model_version(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->model_versions || !f->model_versions->update_model_version;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->model_versions->update_model_version(self, request, response, call, err);
}

static const struct mr_route routes_update_model_version[] = {
	{"PATCH", "/api/2.0/mlflow/model-versions/update"},
	{"PATCH", "/ajax-api/2.0/mlflow/model-versions/update"},
};
const struct mr_op_desc mr_op_update_model_version = {"update_model_version", 702, "model_versions", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_update_model_version, &mr_desc_update_model_version_response, NULL, routes_update_model_version, 2, slot_update_model_version,
	"Changes the description of a version."};

static mr_code slot_transition_model_version_stage(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->model_versions || !f->model_versions->transition_model_version_stage;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->model_versions->transition_model_version_stage(self, request, response, call, err);
}

static const struct mr_route routes_transition_model_version_stage[] = {
	{"POST", "/api/2.0/mlflow/model-versions/transition-stage"},
	{"POST", "/ajax-api/2.0/mlflow/model-versions/transition-stage"},
};
const struct mr_op_desc mr_op_transition_model_version_stage = {"transition_model_version_stage", 703, "model_versions", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_transition_model_version_stage, &mr_desc_transition_model_version_stage_response, NULL, routes_transition_model_version_stage, 2, slot_transition_model_version_stage,
	"Moves a version to another stage."};

static mr_code slot_delete_model_version(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->model_versions || !f->model_versions->delete_model_version;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->model_versions->delete_model_version(self, request, response, call, err);
}

static const struct mr_route routes_delete_model_version[] = {
	{"DELETE", "/api/2.0/mlflow/model-versions/delete"},
	{"DELETE", "/ajax-api/2.0/mlflow/model-versions/delete"},
};
const struct mr_op_desc mr_op_delete_model_version = {"delete_model_version", 704, "model_versions", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_model_version, &mr_desc_delete_model_version_response, NULL, routes_delete_model_version, 2, slot_delete_model_version,
	"Removes a version."};

static mr_code slot_get_model_version(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->model_versions || !f->model_versions->get_model_version;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->model_versions->get_model_version(self, request, response, call, err);
}

static const struct mr_route routes_get_model_version[] = {
	{"GET", "/api/2.0/mlflow/model-versions/get"},
	{"GET", "/ajax-api/2.0/mlflow/model-versions/get"},
};
const struct mr_op_desc mr_op_get_model_version = {"get_model_version", 705, "model_versions", MR_SIDE_REGISTRY, MR_WORK_INLINE, MR_STYLE_PRETTY,
	&mr_desc_get_model_version, &mr_desc_get_model_version_response, NULL, routes_get_model_version, 2, slot_get_model_version,
	"One version."};

static mr_code slot_search_model_versions(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->model_versions || !f->model_versions->search_model_versions;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->model_versions->search_model_versions(self, request, response, call, err);
}

static const struct mr_route routes_search_model_versions[] = {
	{"GET", "/api/2.0/mlflow/model-versions/search"},
	{"GET", "/ajax-api/2.0/mlflow/model-versions/search"},
};
const struct mr_op_desc mr_op_search_model_versions = {"search_model_versions", 706, "model_versions", MR_SIDE_REGISTRY, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_search_model_versions, &mr_desc_search_model_versions_response, &fields_search_model_versions_response[0], routes_search_model_versions, 2, slot_search_model_versions,
	"Finds versions by a filter, in an order, a page at a time."};

static mr_code slot_get_model_version_download_uri(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->model_versions || !f->model_versions->get_model_version_download_uri;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->model_versions->get_model_version_download_uri(self, request, response, call, err);
}

static const struct mr_route routes_get_model_version_download_uri[] = {
	{"GET", "/api/2.0/mlflow/model-versions/get-download-uri"},
	{"GET", "/ajax-api/2.0/mlflow/model-versions/get-download-uri"},
};
const struct mr_op_desc mr_op_get_model_version_download_uri = {"get_model_version_download_uri", 707, "model_versions", MR_SIDE_REGISTRY, MR_WORK_INLINE, MR_STYLE_PRETTY,
	&mr_desc_get_model_version_download_uri, &mr_desc_get_model_version_download_uri_response, NULL, routes_get_model_version_download_uri, 2, slot_get_model_version_download_uri,
	"Where the files of a version are."};

static mr_code slot_set_model_version_tag(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->model_versions || !f->model_versions->set_model_version_tag;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->model_versions->set_model_version_tag(self, request, response, call, err);
}

static const struct mr_route routes_set_model_version_tag[] = {
	{"POST", "/api/2.0/mlflow/model-versions/set-tag"},
	{"POST", "/ajax-api/2.0/mlflow/model-versions/set-tag"},
};
const struct mr_op_desc mr_op_set_model_version_tag = {"set_model_version_tag", 708, "model_versions", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_set_model_version_tag, &mr_desc_set_model_version_tag_response, NULL, routes_set_model_version_tag, 2, slot_set_model_version_tag,
	"Sets a tag of a version."};

static mr_code slot_delete_model_version_tag(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_registry_facets *f = facets;

	*absent = !f || !f->model_versions || !f->model_versions->delete_model_version_tag;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->model_versions->delete_model_version_tag(self, request, response, call, err);
}

static const struct mr_route routes_delete_model_version_tag[] = {
	{"DELETE", "/api/2.0/mlflow/model-versions/delete-tag"},
	{"DELETE", "/ajax-api/2.0/mlflow/model-versions/delete-tag"},
};
const struct mr_op_desc mr_op_delete_model_version_tag = {"delete_model_version_tag", 709, "model_versions", MR_SIDE_REGISTRY, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_delete_model_version_tag, &mr_desc_delete_model_version_tag_response, NULL, routes_delete_model_version_tag, 2, slot_delete_model_version_tag,
	"Removes a tag of a version."};

static const struct mr_route routes_list_artifacts[] = {
	{"GET", "/api/2.0/mlflow/artifacts/list"},
	{"GET", "/ajax-api/2.0/mlflow/artifacts/list"},
};
const struct mr_op_desc mr_op_list_artifacts = {"list_artifacts", 801, "artifacts", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_list_artifacts, &mr_desc_list_artifacts_response, NULL, routes_list_artifacts, 2, NULL,
	"Lists a folder of a run's artifacts."};

static const struct mr_route routes_create_presigned_upload_url[] = {
	{"POST", "/api/2.0/mlflow/artifacts/presigned-upload-url"},
	{"POST", "/ajax-api/2.0/mlflow/artifacts/presigned-upload-url"},
};
const struct mr_op_desc mr_op_create_presigned_upload_url = {"create_presigned_upload_url", 802, "artifacts", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_create_presigned_upload_url, &mr_desc_create_presigned_upload_url_response, NULL, routes_create_presigned_upload_url, 2, NULL,
	"A signed URL to upload one artifact to."};

static const struct mr_route routes_create_presigned_download_url[] = {
	{"POST", "/api/2.0/mlflow/artifacts/presigned-download-url"},
	{"POST", "/ajax-api/2.0/mlflow/artifacts/presigned-download-url"},
};
const struct mr_op_desc mr_op_create_presigned_download_url = {"create_presigned_download_url", 803, "artifacts", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_create_presigned_download_url, &mr_desc_create_presigned_download_url_response, NULL, routes_create_presigned_download_url, 2, NULL,
	"A signed URL to download one artifact from."};

static const struct mr_route routes_list_logged_model_artifacts[] = {
	{"GET", "/api/2.0/mlflow/logged-models/{model_id}/artifacts/directories"},
	{"GET", "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/directories"},
};
const struct mr_op_desc mr_op_list_logged_model_artifacts = {"list_logged_model_artifacts", 804, "artifacts", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_list_logged_model_artifacts, &mr_desc_list_logged_model_artifacts_response, NULL, routes_list_logged_model_artifacts, 2, NULL,
	"Lists a folder of a logged model's artifacts."};

static const struct mr_route routes_proxy_download[] = {
	{"GET", "/api/2.0/mlflow-artifacts/artifacts/{*artifact_path}"},
	{"GET", "/ajax-api/2.0/mlflow-artifacts/artifacts/{*artifact_path}"},
};
const struct mr_op_desc mr_op_proxy_download = {"proxy_download", 901, "artifact_proxy", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_RAW,
	&mr_desc_artifacts_download_artifact, &mr_desc_artifacts_download_artifact_response, NULL, routes_proxy_download, 2, NULL,
	"The bytes of one artifact."};

static const struct mr_route routes_proxy_upload[] = {
	{"PUT", "/api/2.0/mlflow-artifacts/artifacts/{*artifact_path}"},
	{"PUT", "/ajax-api/2.0/mlflow-artifacts/artifacts/{*artifact_path}"},
};
const struct mr_op_desc mr_op_proxy_upload = {"proxy_upload", 902, "artifact_proxy", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_RAW,
	&mr_desc_artifacts_upload_artifact, &mr_desc_artifacts_upload_artifact_response, NULL, routes_proxy_upload, 2, NULL,
	"Stores the bytes of one artifact."};

static const struct mr_route routes_proxy_list[] = {
	{"GET", "/api/2.0/mlflow-artifacts/artifacts"},
	{"GET", "/ajax-api/2.0/mlflow-artifacts/artifacts"},
};
const struct mr_op_desc mr_op_proxy_list = {"proxy_list", 903, "artifact_proxy", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_artifacts_list_artifacts, &mr_desc_artifacts_list_artifacts_response, &fields_artifacts_list_artifacts_response[0], routes_proxy_list, 2, NULL,
	"Lists a folder below the artifact destination of the server."};

static const struct mr_route routes_proxy_delete[] = {
	{"DELETE", "/api/2.0/mlflow-artifacts/artifacts/{*artifact_path}"},
	{"DELETE", "/ajax-api/2.0/mlflow-artifacts/artifacts/{*artifact_path}"},
};
const struct mr_op_desc mr_op_proxy_delete = {"proxy_delete", 904, "artifact_proxy", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_artifacts_delete_artifact, &mr_desc_artifacts_delete_artifact_response, NULL, routes_proxy_delete, 2, NULL,
	"Removes one artifact, or a folder of them."};

static const struct mr_route routes_proxy_multipart_create[] = {
	{"POST", "/api/2.0/mlflow-artifacts/mpu/create/{*artifact_path}"},
	{"POST", "/ajax-api/2.0/mlflow-artifacts/mpu/create/{*artifact_path}"},
};
const struct mr_op_desc mr_op_proxy_multipart_create = {"proxy_multipart_create", 905, "artifact_proxy", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_artifacts_create_multipart_upload, &mr_desc_artifacts_create_multipart_upload_response, NULL, routes_proxy_multipart_create, 2, NULL,
	"Begins an upload in parts."};

static const struct mr_route routes_proxy_multipart_complete[] = {
	{"POST", "/api/2.0/mlflow-artifacts/mpu/complete/{*artifact_path}"},
	{"POST", "/ajax-api/2.0/mlflow-artifacts/mpu/complete/{*artifact_path}"},
};
const struct mr_op_desc mr_op_proxy_multipart_complete = {"proxy_multipart_complete", 906, "artifact_proxy", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_artifacts_complete_multipart_upload, &mr_desc_artifacts_complete_multipart_upload_response, NULL, routes_proxy_multipart_complete, 2, NULL,
	"Makes one artifact of the parts."};

static const struct mr_route routes_proxy_multipart_abort[] = {
	{"POST", "/api/2.0/mlflow-artifacts/mpu/abort/{*artifact_path}"},
	{"POST", "/ajax-api/2.0/mlflow-artifacts/mpu/abort/{*artifact_path}"},
};
const struct mr_op_desc mr_op_proxy_multipart_abort = {"proxy_multipart_abort", 907, "artifact_proxy", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_artifacts_abort_multipart_upload, &mr_desc_artifacts_abort_multipart_upload_response, NULL, routes_proxy_multipart_abort, 2, NULL,
	"Drops the parts."};

static const struct mr_route routes_proxy_presigned_download[] = {
	{"GET", "/api/2.0/mlflow-artifacts/presigned/{*artifact_path}"},
	{"GET", "/ajax-api/2.0/mlflow-artifacts/presigned/{*artifact_path}"},
};
const struct mr_op_desc mr_op_proxy_presigned_download = {"proxy_presigned_download", 908, "artifact_proxy", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_artifacts_get_presigned_download_url, &mr_desc_artifacts_get_presigned_download_url_response, NULL, routes_proxy_presigned_download, 2, NULL,
	"A signed URL to download one artifact from."};

static mr_code slot_list_deleted_runs(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->maintenance || !f->maintenance->list_deleted_runs;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->maintenance->list_deleted_runs(self, request, response, call, err);
}

const struct mr_op_desc mr_op_list_deleted_runs = {"list_deleted_runs", 1001, "maintenance", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_list_deleted_runs, &mr_desc_list_deleted_runs_response, &fields_list_deleted_runs_response[0], NULL, 0, slot_list_deleted_runs,
	"Runs that are marked as deleted, for longer than some time."};

static mr_code slot_purge_run(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->maintenance || !f->maintenance->purge_run;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->maintenance->purge_run(self, request, response, call, err);
}

const struct mr_op_desc mr_op_purge_run = {"purge_run", 1002, "maintenance", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_purge_run, &mr_desc_purge_run_response, NULL, NULL, 0, slot_purge_run,
	"Removes a deleted run from the store; its artifacts are the caller's work."};

static mr_code slot_list_deleted_experiments(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->maintenance || !f->maintenance->list_deleted_experiments;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->maintenance->list_deleted_experiments(self, request, response, call, err);
}

const struct mr_op_desc mr_op_list_deleted_experiments = {"list_deleted_experiments", 1003, "maintenance", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_list_deleted_experiments, &mr_desc_list_deleted_experiments_response, &fields_list_deleted_experiments_response[0], NULL, 0, slot_list_deleted_experiments,
	"Experiments that are marked as deleted, for longer than some time."};

static mr_code slot_purge_experiment(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->maintenance || !f->maintenance->purge_experiment;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->maintenance->purge_experiment(self, request, response, call, err);
}

const struct mr_op_desc mr_op_purge_experiment = {"purge_experiment", 1004, "maintenance", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_purge_experiment, &mr_desc_purge_experiment_response, NULL, NULL, 0, slot_purge_experiment,
	"Removes a deleted experiment with its runs and logged models from the store."};

static mr_code slot_list_deleted_logged_models(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->maintenance || !f->maintenance->list_deleted_logged_models;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->maintenance->list_deleted_logged_models(self, request, response, call, err);
}

const struct mr_op_desc mr_op_list_deleted_logged_models = {"list_deleted_logged_models", 1005, "maintenance", MR_SIDE_TRACKING, MR_WORK_POOL, MR_STYLE_PRETTY,
	&mr_desc_list_deleted_logged_models, &mr_desc_list_deleted_logged_models_response, &fields_list_deleted_logged_models_response[0], NULL, 0, slot_list_deleted_logged_models,
	"Logged models that are marked as deleted, for longer than some time."};

static mr_code slot_purge_logged_model(const void *facets, void *self, const void *request, void *response,
	mr_call *call, mr_error *err, bool *absent)
{
	const struct mr_tracking_facets *f = facets;

	*absent = !f || !f->maintenance || !f->maintenance->purge_logged_model;
	if (*absent)
		return MR_NOT_IMPLEMENTED;
	return f->maintenance->purge_logged_model(self, request, response, call, err);
}

const struct mr_op_desc mr_op_purge_logged_model = {"purge_logged_model", 1006, "maintenance", MR_SIDE_TRACKING, MR_WORK_WRITE, MR_STYLE_PRETTY,
	&mr_desc_purge_logged_model, &mr_desc_purge_logged_model_response, NULL, NULL, 0, slot_purge_logged_model,
	"Removes a deleted logged model from the store."};

static const struct mr_route routes_server_info[] = {
	{"GET", "/api/3.0/mlflow/server-info"},
	{"GET", "/ajax-api/3.0/mlflow/server-info"},
};
const struct mr_op_desc mr_op_server_info = {"server_info", 1101, "server", MR_SIDE_SERVER, MR_WORK_INLINE, MR_STYLE_JSONIFY,
	&mr_desc_get_server_info, &mr_desc_get_server_info_response, NULL, routes_server_info, 2, NULL,
	"What this server is and can do."};

static const struct mr_route routes_get_artifact[] = {
	{"GET", "/get-artifact"},
};
const struct mr_op_desc mr_op_get_artifact = {"get_artifact", 1102, "server", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_RAW,
	&mr_desc_get_artifact, &mr_desc_get_artifact_response, NULL, routes_get_artifact, 1, NULL,
	"The bytes of one artifact of a run."};

static const struct mr_route routes_get_model_version_artifact[] = {
	{"GET", "/model-versions/get-artifact"},
};
const struct mr_op_desc mr_op_get_model_version_artifact = {"get_model_version_artifact", 1103, "server", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_RAW,
	&mr_desc_get_model_version_artifact, &mr_desc_get_model_version_artifact_response, NULL, routes_get_model_version_artifact, 1, NULL,
	"The bytes of one artifact of a model version."};

static const struct mr_route routes_upload_artifact[] = {
	{"POST", "/ajax-api/2.0/mlflow/upload-artifact"},
};
const struct mr_op_desc mr_op_upload_artifact = {"upload_artifact", 1104, "server", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_RAW,
	&mr_desc_upload_run_artifact, &mr_desc_upload_run_artifact_response, NULL, routes_upload_artifact, 1, NULL,
	"Stores the bytes of one artifact of a run, at most 10 MiB."};

static const struct mr_route routes_get_logged_model_artifact[] = {
	{"GET", "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files"},
};
const struct mr_op_desc mr_op_get_logged_model_artifact = {"get_logged_model_artifact", 1105, "server", MR_SIDE_SERVER, MR_WORK_POOL, MR_STYLE_RAW,
	&mr_desc_get_logged_model_artifact, &mr_desc_get_logged_model_artifact_response, NULL, routes_get_logged_model_artifact, 1, NULL,
	"The bytes of one artifact of a logged model."};

const struct mr_msg_desc *const mr_messages[] = {
	[1] = &mr_desc_experiment_tag,
	[2] = &mr_desc_create_experiment,
	[3] = &mr_desc_create_experiment_response,
	[4] = &mr_desc_experiment,
	[5] = &mr_desc_search_experiments,
	[6] = &mr_desc_search_experiments_response,
	[7] = &mr_desc_get_experiment,
	[8] = &mr_desc_get_experiment_response,
	[9] = &mr_desc_get_experiment_by_name,
	[10] = &mr_desc_get_experiment_by_name_response,
	[11] = &mr_desc_delete_experiment,
	[12] = &mr_desc_delete_experiment_response,
	[13] = &mr_desc_restore_experiment,
	[14] = &mr_desc_restore_experiment_response,
	[15] = &mr_desc_update_experiment,
	[16] = &mr_desc_update_experiment_response,
	[17] = &mr_desc_set_experiment_tag,
	[18] = &mr_desc_set_experiment_tag_response,
	[19] = &mr_desc_delete_experiment_tag,
	[20] = &mr_desc_delete_experiment_tag_response,
	[21] = &mr_desc_run_tag,
	[22] = &mr_desc_run_info,
	[23] = &mr_desc_metric,
	[24] = &mr_desc_param,
	[25] = &mr_desc_run_data,
	[26] = &mr_desc_input_tag,
	[27] = &mr_desc_dataset,
	[28] = &mr_desc_dataset_input,
	[29] = &mr_desc_model_input,
	[30] = &mr_desc_run_inputs,
	[31] = &mr_desc_model_output,
	[32] = &mr_desc_run_outputs,
	[33] = &mr_desc_run,
	[34] = &mr_desc_create_run,
	[35] = &mr_desc_create_run_response,
	[36] = &mr_desc_update_run,
	[37] = &mr_desc_update_run_response,
	[38] = &mr_desc_delete_run,
	[39] = &mr_desc_delete_run_response,
	[40] = &mr_desc_restore_run,
	[41] = &mr_desc_restore_run_response,
	[42] = &mr_desc_get_run,
	[43] = &mr_desc_get_run_response,
	[44] = &mr_desc_search_runs,
	[45] = &mr_desc_search_runs_response,
	[46] = &mr_desc_log_param,
	[47] = &mr_desc_log_param_response,
	[48] = &mr_desc_set_tag,
	[49] = &mr_desc_set_tag_response,
	[50] = &mr_desc_delete_tag,
	[51] = &mr_desc_delete_tag_response,
	[52] = &mr_desc_log_batch,
	[53] = &mr_desc_log_batch_response,
	[54] = &mr_desc_log_metric,
	[55] = &mr_desc_log_metric_response,
	[56] = &mr_desc_get_metric_history,
	[57] = &mr_desc_get_metric_history_response,
	[58] = &mr_desc_metric_with_run_id,
	[59] = &mr_desc_get_metric_history_bulk_interval,
	[60] = &mr_desc_get_metric_history_bulk_interval_response,
	[61] = &mr_desc_log_inputs,
	[62] = &mr_desc_log_inputs_response,
	[63] = &mr_desc_log_outputs,
	[64] = &mr_desc_log_outputs_response,
	[65] = &mr_desc_dataset_summary,
	[66] = &mr_desc_search_datasets,
	[67] = &mr_desc_search_datasets_response,
	[68] = &mr_desc_logged_model_parameter,
	[69] = &mr_desc_logged_model_tag,
	[70] = &mr_desc_logged_model_registration_info,
	[71] = &mr_desc_logged_model_info,
	[72] = &mr_desc_logged_model_data,
	[73] = &mr_desc_logged_model,
	[74] = &mr_desc_create_logged_model,
	[75] = &mr_desc_create_logged_model_response,
	[76] = &mr_desc_finalize_logged_model,
	[77] = &mr_desc_finalize_logged_model_response,
	[78] = &mr_desc_get_logged_model,
	[79] = &mr_desc_get_logged_model_response,
	[80] = &mr_desc_delete_logged_model,
	[81] = &mr_desc_delete_logged_model_response,
	[82] = &mr_desc_search_logged_models_dataset,
	[83] = &mr_desc_search_logged_models_order_by,
	[84] = &mr_desc_search_logged_models,
	[85] = &mr_desc_search_logged_models_response,
	[86] = &mr_desc_set_logged_model_tags,
	[87] = &mr_desc_set_logged_model_tags_response,
	[88] = &mr_desc_delete_logged_model_tag,
	[89] = &mr_desc_delete_logged_model_tag_response,
	[90] = &mr_desc_log_logged_model_params_request,
	[91] = &mr_desc_log_logged_model_params_request_response,
	[92] = &mr_desc_log_model,
	[93] = &mr_desc_log_model_response,
	[94] = &mr_desc_registered_model_tag,
	[95] = &mr_desc_model_version_tag,
	[96] = &mr_desc_model_param,
	[97] = &mr_desc_model_metric,
	[98] = &mr_desc_model_version_deployment_job_state,
	[99] = &mr_desc_model_version,
	[100] = &mr_desc_registered_model_alias,
	[101] = &mr_desc_registered_model,
	[102] = &mr_desc_create_registered_model,
	[103] = &mr_desc_create_registered_model_response,
	[104] = &mr_desc_rename_registered_model,
	[105] = &mr_desc_rename_registered_model_response,
	[106] = &mr_desc_update_registered_model,
	[107] = &mr_desc_update_registered_model_response,
	[108] = &mr_desc_delete_registered_model,
	[109] = &mr_desc_delete_registered_model_response,
	[110] = &mr_desc_get_registered_model,
	[111] = &mr_desc_get_registered_model_response,
	[112] = &mr_desc_search_registered_models,
	[113] = &mr_desc_search_registered_models_response,
	[114] = &mr_desc_get_latest_versions,
	[115] = &mr_desc_get_latest_versions_response,
	[116] = &mr_desc_set_registered_model_tag,
	[117] = &mr_desc_set_registered_model_tag_response,
	[118] = &mr_desc_delete_registered_model_tag,
	[119] = &mr_desc_delete_registered_model_tag_response,
	[120] = &mr_desc_set_registered_model_alias,
	[121] = &mr_desc_set_registered_model_alias_response,
	[122] = &mr_desc_delete_registered_model_alias,
	[123] = &mr_desc_delete_registered_model_alias_response,
	[124] = &mr_desc_get_model_version_by_alias,
	[125] = &mr_desc_get_model_version_by_alias_response,
	[126] = &mr_desc_create_model_version,
	[127] = &mr_desc_create_model_version_response,
	[128] = &mr_desc_update_model_version,
	[129] = &mr_desc_update_model_version_response,
	[130] = &mr_desc_transition_model_version_stage,
	[131] = &mr_desc_transition_model_version_stage_response,
	[132] = &mr_desc_delete_model_version,
	[133] = &mr_desc_delete_model_version_response,
	[134] = &mr_desc_get_model_version,
	[135] = &mr_desc_get_model_version_response,
	[136] = &mr_desc_search_model_versions,
	[137] = &mr_desc_search_model_versions_response,
	[138] = &mr_desc_get_model_version_download_uri,
	[139] = &mr_desc_get_model_version_download_uri_response,
	[140] = &mr_desc_set_model_version_tag,
	[141] = &mr_desc_set_model_version_tag_response,
	[142] = &mr_desc_delete_model_version_tag,
	[143] = &mr_desc_delete_model_version_tag_response,
	[144] = &mr_desc_file_info,
	[145] = &mr_desc_list_artifacts,
	[146] = &mr_desc_list_artifacts_response,
	[147] = &mr_desc_create_presigned_upload_url,
	[148] = &mr_desc_create_presigned_upload_url_response,
	[149] = &mr_desc_create_presigned_download_url,
	[150] = &mr_desc_create_presigned_download_url_response,
	[151] = &mr_desc_list_logged_model_artifacts,
	[152] = &mr_desc_list_logged_model_artifacts_response,
	[153] = &mr_desc_artifacts_download_artifact,
	[154] = &mr_desc_artifacts_download_artifact_response,
	[155] = &mr_desc_artifacts_upload_artifact,
	[156] = &mr_desc_artifacts_upload_artifact_response,
	[157] = &mr_desc_artifacts_file_info,
	[158] = &mr_desc_artifacts_list_artifacts,
	[159] = &mr_desc_artifacts_list_artifacts_response,
	[160] = &mr_desc_artifacts_delete_artifact,
	[161] = &mr_desc_artifacts_delete_artifact_response,
	[162] = &mr_desc_artifacts_multipart_upload_credential,
	[163] = &mr_desc_artifacts_create_multipart_upload,
	[164] = &mr_desc_artifacts_create_multipart_upload_response,
	[165] = &mr_desc_artifacts_multipart_upload_part,
	[166] = &mr_desc_artifacts_complete_multipart_upload,
	[167] = &mr_desc_artifacts_complete_multipart_upload_response,
	[168] = &mr_desc_artifacts_abort_multipart_upload,
	[169] = &mr_desc_artifacts_abort_multipart_upload_response,
	[170] = &mr_desc_artifacts_get_presigned_download_url,
	[171] = &mr_desc_artifacts_get_presigned_download_url_response,
	[201] = &mr_desc_metric_point,
	[202] = &mr_desc_get_metric_history_bulk,
	[203] = &mr_desc_get_metric_history_bulk_response,
	[210] = &mr_desc_list_deleted_runs,
	[211] = &mr_desc_list_deleted_runs_response,
	[212] = &mr_desc_purge_run,
	[213] = &mr_desc_purge_run_response,
	[214] = &mr_desc_list_deleted_experiments,
	[215] = &mr_desc_list_deleted_experiments_response,
	[216] = &mr_desc_purge_experiment,
	[217] = &mr_desc_purge_experiment_response,
	[218] = &mr_desc_list_deleted_logged_models,
	[219] = &mr_desc_list_deleted_logged_models_response,
	[220] = &mr_desc_purge_logged_model,
	[221] = &mr_desc_purge_logged_model_response,
	[230] = &mr_desc_get_server_info,
	[231] = &mr_desc_get_server_info_response,
	[232] = &mr_desc_server_features,
	[233] = &mr_desc_get_artifact,
	[234] = &mr_desc_get_artifact_response,
	[235] = &mr_desc_get_model_version_artifact,
	[236] = &mr_desc_get_model_version_artifact_response,
	[237] = &mr_desc_upload_run_artifact,
	[238] = &mr_desc_upload_run_artifact_response,
	[239] = &mr_desc_get_logged_model_artifact,
	[240] = &mr_desc_get_logged_model_artifact_response,
};
const uint32_t mr_messages_end = 241;

const struct mr_op_desc *const mr_operations[] = {
	[101] = &mr_op_create_experiment,
	[102] = &mr_op_search_experiments,
	[103] = &mr_op_get_experiment,
	[104] = &mr_op_get_experiment_by_name,
	[105] = &mr_op_delete_experiment,
	[106] = &mr_op_restore_experiment,
	[107] = &mr_op_update_experiment,
	[108] = &mr_op_set_experiment_tag,
	[109] = &mr_op_delete_experiment_tag,
	[201] = &mr_op_create_run,
	[202] = &mr_op_update_run,
	[203] = &mr_op_delete_run,
	[204] = &mr_op_restore_run,
	[205] = &mr_op_get_run,
	[206] = &mr_op_search_runs,
	[207] = &mr_op_log_param,
	[208] = &mr_op_set_tag,
	[209] = &mr_op_delete_tag,
	[210] = &mr_op_log_batch,
	[301] = &mr_op_log_metric,
	[302] = &mr_op_get_metric_history,
	[303] = &mr_op_get_metric_history_bulk_interval,
	[304] = &mr_op_get_metric_history_bulk,
	[401] = &mr_op_log_inputs,
	[402] = &mr_op_log_outputs,
	[403] = &mr_op_search_datasets,
	[501] = &mr_op_create_logged_model,
	[502] = &mr_op_finalize_logged_model,
	[503] = &mr_op_get_logged_model,
	[504] = &mr_op_delete_logged_model,
	[505] = &mr_op_search_logged_models,
	[506] = &mr_op_set_logged_model_tags,
	[507] = &mr_op_delete_logged_model_tag,
	[508] = &mr_op_log_logged_model_params,
	[509] = &mr_op_log_model,
	[601] = &mr_op_create_registered_model,
	[602] = &mr_op_rename_registered_model,
	[603] = &mr_op_update_registered_model,
	[604] = &mr_op_delete_registered_model,
	[605] = &mr_op_get_registered_model,
	[606] = &mr_op_search_registered_models,
	[607] = &mr_op_get_latest_versions,
	[608] = &mr_op_set_registered_model_tag,
	[609] = &mr_op_delete_registered_model_tag,
	[610] = &mr_op_set_registered_model_alias,
	[611] = &mr_op_delete_registered_model_alias,
	[612] = &mr_op_get_model_version_by_alias,
	[701] = &mr_op_create_model_version,
	[702] = &mr_op_update_model_version,
	[703] = &mr_op_transition_model_version_stage,
	[704] = &mr_op_delete_model_version,
	[705] = &mr_op_get_model_version,
	[706] = &mr_op_search_model_versions,
	[707] = &mr_op_get_model_version_download_uri,
	[708] = &mr_op_set_model_version_tag,
	[709] = &mr_op_delete_model_version_tag,
	[801] = &mr_op_list_artifacts,
	[802] = &mr_op_create_presigned_upload_url,
	[803] = &mr_op_create_presigned_download_url,
	[804] = &mr_op_list_logged_model_artifacts,
	[901] = &mr_op_proxy_download,
	[902] = &mr_op_proxy_upload,
	[903] = &mr_op_proxy_list,
	[904] = &mr_op_proxy_delete,
	[905] = &mr_op_proxy_multipart_create,
	[906] = &mr_op_proxy_multipart_complete,
	[907] = &mr_op_proxy_multipart_abort,
	[908] = &mr_op_proxy_presigned_download,
	[1001] = &mr_op_list_deleted_runs,
	[1002] = &mr_op_purge_run,
	[1003] = &mr_op_list_deleted_experiments,
	[1004] = &mr_op_purge_experiment,
	[1005] = &mr_op_list_deleted_logged_models,
	[1006] = &mr_op_purge_logged_model,
	[1101] = &mr_op_server_info,
	[1102] = &mr_op_get_artifact,
	[1103] = &mr_op_get_model_version_artifact,
	[1104] = &mr_op_upload_artifact,
	[1105] = &mr_op_get_logged_model_artifact,
};
const uint32_t mr_operations_end = 1106;

const struct mr_enum_desc *const mr_enums[] = {
	&mr_desc_enum_view_type,
	&mr_desc_enum_logged_model_status,
	&mr_desc_enum_model_version_status,
	&mr_desc_enum_deployment_job_connection_state,
	&mr_desc_enum_model_version_deployment_job_state_deployment_job_run_state,
	&mr_desc_enum_run_status,
};
const uint32_t mr_enums_n = 6;

const struct mr_facet_desc mr_tracking_facet_list[] = {
	{"experiments", offsetof(struct mr_tracking_facets, experiments), sizeof(struct mr_experiments_ops)},
	{"runs", offsetof(struct mr_tracking_facets, runs), sizeof(struct mr_runs_ops)},
	{"metrics", offsetof(struct mr_tracking_facets, metrics), sizeof(struct mr_metrics_ops)},
	{"inputs", offsetof(struct mr_tracking_facets, inputs), sizeof(struct mr_inputs_ops)},
	{"logged_models", offsetof(struct mr_tracking_facets, logged_models), sizeof(struct mr_logged_models_ops)},
	{"maintenance", offsetof(struct mr_tracking_facets, maintenance), sizeof(struct mr_maintenance_ops)},
};
const uint32_t mr_tracking_facet_list_n = 6;

const struct mr_facet_desc mr_registry_facet_list[] = {
	{"registered_models", offsetof(struct mr_registry_facets, registered_models), sizeof(struct mr_registered_models_ops)},
	{"model_versions", offsetof(struct mr_registry_facets, model_versions), sizeof(struct mr_model_versions_ops)},
};
const uint32_t mr_registry_facet_list_n = 2;
