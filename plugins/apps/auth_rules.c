/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's levels (mlflow/server/auth/__init__.py, BEFORE_REQUEST_HANDLERS): reading
 * needs READ, changing EDIT, deleting and restoring MANAGE. Where MLflow leaves
 * an operation open, or looks at one of two things that a request names, this table does not.
 */
#include "auth_rules.h"

#define ONE(ID, type, field, what, level) {MR_MSG_##ID, offsetof(struct mr_##type, field), false, NAMES_##what, LEVEL_##level}
#define MANY(ID, type, field, what, level) {MR_MSG_##ID, offsetof(struct mr_##type, field), true, NAMES_##what, LEVEL_##level}
#define FREE(ID, what, level) {MR_MSG_##ID, 0, false, NAMES_##what, LEVEL_##level}

const struct rule auth_rules[] = {
	/* experiments */
	FREE(CREATE_EXPERIMENT, NOTHING, NONE),
	ONE(CREATE_EXPERIMENT, create_experiment, artifact_location, ADMIN, MANAGE),
	FREE(SEARCH_EXPERIMENTS, NOTHING, NONE),
	ONE(GET_EXPERIMENT, get_experiment, experiment_id, EXPERIMENT, READ),
	ONE(GET_EXPERIMENT_BY_NAME, get_experiment_by_name, experiment_name, EXPERIMENT_NAME, READ),
	ONE(DELETE_EXPERIMENT, delete_experiment, experiment_id, EXPERIMENT, MANAGE),
	ONE(RESTORE_EXPERIMENT, restore_experiment, experiment_id, EXPERIMENT, MANAGE),
	ONE(UPDATE_EXPERIMENT, update_experiment, experiment_id, EXPERIMENT, EDIT),
	ONE(SET_EXPERIMENT_TAG, set_experiment_tag, experiment_id, EXPERIMENT, EDIT),
	ONE(DELETE_EXPERIMENT_TAG, delete_experiment_tag, experiment_id, EXPERIMENT, EDIT),
	MANY(SEARCH_DATASETS, search_datasets, experiment_ids, EXPERIMENT, READ),
	/* runs */
	ONE(CREATE_RUN, create_run, experiment_id, EXPERIMENT, EDIT),
	ONE(UPDATE_RUN, update_run, run_id, RUN, EDIT),
	ONE(DELETE_RUN, delete_run, run_id, RUN, MANAGE),
	ONE(RESTORE_RUN, restore_run, run_id, RUN, MANAGE),
	ONE(GET_RUN, get_run, run_id, RUN, READ),
	FREE(SEARCH_RUNS, NOTHING, NONE),
	ONE(LOG_PARAM, log_param, run_id, RUN, EDIT),
	ONE(SET_TAG, set_tag, run_id, RUN, EDIT),
	ONE(DELETE_TAG, delete_tag, run_id, RUN, EDIT),
	ONE(LOG_BATCH, log_batch, run_id, RUN, EDIT),
	ONE(LOG_METRIC, log_metric, run_id, RUN, EDIT),
	ONE(LOG_METRIC, log_metric, model_id, LOGGED_MODEL, EDIT),
	ONE(LOG_MODEL, log_model, run_id, RUN, EDIT),
	ONE(LOG_INPUTS, log_inputs, run_id, RUN, EDIT),
	ONE(LOG_OUTPUTS, log_outputs, run_id, RUN, EDIT),
	ONE(GET_METRIC_HISTORY, get_metric_history, run_id, RUN, READ),
	MANY(GET_METRIC_HISTORY_BULK, get_metric_history_bulk, run_id, RUN, READ),
	MANY(GET_METRIC_HISTORY_BULK_INTERVAL, get_metric_history_bulk_interval, run_ids, RUN, READ),
	/* logged models */
	ONE(CREATE_LOGGED_MODEL, create_logged_model, experiment_id, EXPERIMENT, EDIT),
	ONE(CREATE_LOGGED_MODEL, create_logged_model, source_run_id, RUN, READ),
	ONE(FINALIZE_LOGGED_MODEL, finalize_logged_model, model_id, LOGGED_MODEL, EDIT),
	ONE(GET_LOGGED_MODEL, get_logged_model, model_id, LOGGED_MODEL, READ),
	ONE(DELETE_LOGGED_MODEL, delete_logged_model, model_id, LOGGED_MODEL, MANAGE),
	FREE(SEARCH_LOGGED_MODELS, NOTHING, NONE),
	ONE(SET_LOGGED_MODEL_TAGS, set_logged_model_tags, model_id, LOGGED_MODEL, EDIT),
	ONE(DELETE_LOGGED_MODEL_TAG, delete_logged_model_tag, model_id, LOGGED_MODEL, MANAGE),
	ONE(LOG_LOGGED_MODEL_PARAMS_REQUEST, log_logged_model_params_request, model_id, LOGGED_MODEL, EDIT),
	/* registered models */
	FREE(CREATE_REGISTERED_MODEL, NOTHING, NONE),
	ONE(RENAME_REGISTERED_MODEL, rename_registered_model, name, MODEL, MANAGE),
	ONE(UPDATE_REGISTERED_MODEL, update_registered_model, name, MODEL, EDIT),
	ONE(DELETE_REGISTERED_MODEL, delete_registered_model, name, MODEL, MANAGE),
	ONE(GET_REGISTERED_MODEL, get_registered_model, name, MODEL, READ),
	FREE(SEARCH_REGISTERED_MODELS, NOTHING, NONE),
	ONE(GET_LATEST_VERSIONS, get_latest_versions, name, MODEL, READ),
	ONE(SET_REGISTERED_MODEL_TAG, set_registered_model_tag, name, MODEL, EDIT),
	ONE(DELETE_REGISTERED_MODEL_TAG, delete_registered_model_tag, name, MODEL, EDIT),
	ONE(SET_REGISTERED_MODEL_ALIAS, set_registered_model_alias, name, MODEL, EDIT),
	ONE(DELETE_REGISTERED_MODEL_ALIAS, delete_registered_model_alias, name, MODEL, MANAGE),
	ONE(GET_MODEL_VERSION_BY_ALIAS, get_model_version_by_alias, name, MODEL, READ),
	ONE(CREATE_MODEL_VERSION, create_model_version, name, MODEL, EDIT),
	ONE(CREATE_MODEL_VERSION, create_model_version, run_id, RUN, READ),
	ONE(CREATE_MODEL_VERSION, create_model_version, model_id, LOGGED_MODEL, READ),
	ONE(UPDATE_MODEL_VERSION, update_model_version, name, MODEL, EDIT),
	ONE(TRANSITION_MODEL_VERSION_STAGE, transition_model_version_stage, name, MODEL, EDIT),
	ONE(DELETE_MODEL_VERSION, delete_model_version, name, MODEL, MANAGE),
	ONE(GET_MODEL_VERSION, get_model_version, name, MODEL, READ),
	FREE(SEARCH_MODEL_VERSIONS, NOTHING, NONE),
	ONE(GET_MODEL_VERSION_DOWNLOAD_URI, get_model_version_download_uri, name, MODEL, READ),
	ONE(SET_MODEL_VERSION_TAG, set_model_version_tag, name, MODEL, EDIT),
	ONE(DELETE_MODEL_VERSION_TAG, delete_model_version_tag, name, MODEL, MANAGE),
	/* artifacts */
	ONE(LIST_ARTIFACTS, list_artifacts, run_id, RUN, READ),
	ONE(LIST_LOGGED_MODEL_ARTIFACTS, list_logged_model_artifacts, model_id, LOGGED_MODEL, READ),
	ONE(CREATE_PRESIGNED_UPLOAD_URL, create_presigned_upload_url, run_id, RUN, EDIT),
	ONE(CREATE_PRESIGNED_UPLOAD_URL, create_presigned_upload_url, model_id, LOGGED_MODEL, EDIT),
	ONE(CREATE_PRESIGNED_DOWNLOAD_URL, create_presigned_download_url, run_id, RUN, READ),
	ONE(GET_ARTIFACT, get_artifact, run_id, RUN, READ),
	ONE(GET_ARTIFACT, get_artifact, run_uuid, RUN, READ),
	ONE(GET_MODEL_VERSION_ARTIFACT, get_model_version_artifact, name, MODEL, READ),
	ONE(GET_LOGGED_MODEL_ARTIFACT, get_logged_model_artifact, model_id, LOGGED_MODEL, READ),
	ONE(UPLOAD_RUN_ARTIFACT, upload_run_artifact, run_uuid, RUN, EDIT),
	FREE(ARTIFACTS_DOWNLOAD_ARTIFACT, ARTIFACT, READ),
	FREE(ARTIFACTS_LIST_ARTIFACTS, ARTIFACT, READ),
	FREE(ARTIFACTS_GET_PRESIGNED_DOWNLOAD_URL, ARTIFACT, READ),
	FREE(ARTIFACTS_UPLOAD_ARTIFACT, ARTIFACT, EDIT),
	FREE(ARTIFACTS_CREATE_MULTIPART_UPLOAD, ARTIFACT, EDIT),
	FREE(ARTIFACTS_COMPLETE_MULTIPART_UPLOAD, ARTIFACT, EDIT),
	FREE(ARTIFACTS_ABORT_MULTIPART_UPLOAD, ARTIFACT, EDIT),
	FREE(ARTIFACTS_DELETE_ARTIFACT, ARTIFACT, MANAGE),
	/* the server itself */
	FREE(GET_SERVER_INFO, NOTHING, NONE),
};
const size_t auth_rules_n = sizeof auth_rules / sizeof *auth_rules;
