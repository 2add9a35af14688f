/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's schema at the revision of schema.h: experiments, runs and what is logged in them, logged models.
 * The statements are those that the reference leaves in sqlite_master, to the
 * byte (tests/compat compares them); made by its migrations, not by hand.
 */
#include "sql/schema.h"

/* clang-format off */
const char *const mr_schema_tracking[] = {
	"CREATE TABLE alembic_version (\n"
	"\tversion_num VARCHAR(32) NOT NULL, \n"
	"\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n"
	")",
	"CREATE TABLE \"experiments\" (\n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tartifact_location VARCHAR(256), \n"
	"\tlifecycle_stage VARCHAR(32), \n"
	"\tcreation_time BIGINT, \n"
	"\tlast_update_time BIGINT, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT experiment_pk PRIMARY KEY (experiment_id), \n"
	"\tCONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), \n"
	"\tCONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name)\n"
	")",
	"CREATE INDEX idx_experiments_workspace ON experiments (workspace)",
	"CREATE INDEX idx_experiments_workspace_creation_time ON experiments (workspace, creation_time)",
	"CREATE TABLE \"experiment_tags\" (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue TEXT, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tCONSTRAINT experiment_tag_pk PRIMARY KEY (\"key\", experiment_id), \n"
	"\tFOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)\n"
	")",
	"CREATE TABLE \"runs\" (\n"
	"\trun_uuid VARCHAR(32) NOT NULL, \n"
	"\tname VARCHAR(250), \n"
	"\tsource_type VARCHAR(20), \n"
	"\tsource_name VARCHAR(500), \n"
	"\tentry_point_name VARCHAR(50), \n"
	"\tuser_id VARCHAR(256), \n"
	"\tstatus VARCHAR(9), \n"
	"\tstart_time BIGINT, \n"
	"\tend_time BIGINT, \n"
	"\tsource_version VARCHAR(50), \n"
	"\tlifecycle_stage VARCHAR(20), \n"
	"\tartifact_uri VARCHAR(200), \n"
	"\texperiment_id INTEGER, deleted_time BIGINT, \n"
	"\tCONSTRAINT run_pk PRIMARY KEY (run_uuid), \n"
	"\tCONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), \n"
	"\tCONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), \n"
	"\tFOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), \n"
	"\tCHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))\n"
	")",
	"CREATE TABLE \"metrics\" (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue FLOAT NOT NULL, \n"
	"\ttimestamp BIGINT NOT NULL, \n"
	"\trun_uuid VARCHAR(32) NOT NULL, \n"
	"\tstep BIGINT DEFAULT '0' NOT NULL, \n"
	"\tis_nan BOOLEAN DEFAULT '0' NOT NULL, \n"
	"\tCONSTRAINT metric_pk PRIMARY KEY (\"key\", timestamp, step, run_uuid, value, is_nan), \n"
	"\tFOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), \n"
	"\tCHECK (is_nan IN (0, 1))\n"
	")",
	"CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid)",
	"CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, \"key\", step)",
	"CREATE TABLE \"latest_metrics\" (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue FLOAT NOT NULL, \n"
	"\ttimestamp BIGINT, \n"
	"\tstep BIGINT NOT NULL, \n"
	"\tis_nan BOOLEAN NOT NULL, \n"
	"\trun_uuid VARCHAR(32) NOT NULL, \n"
	"\tCONSTRAINT latest_metric_pk PRIMARY KEY (\"key\", run_uuid), \n"
	"\tFOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), \n"
	"\tCHECK (is_nan IN (0, 1))\n"
	")",
	"CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid)",
	"CREATE TABLE \"params\" (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue VARCHAR(8000) NOT NULL, \n"
	"\trun_uuid VARCHAR(32) NOT NULL, \n"
	"\tCONSTRAINT param_pk PRIMARY KEY (\"key\", run_uuid), \n"
	"\tFOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)\n"
	")",
	"CREATE INDEX index_params_run_uuid ON params (run_uuid)",
	"CREATE TABLE \"tags\" (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue VARCHAR(8000), \n"
	"\trun_uuid VARCHAR(32) NOT NULL, \n"
	"\tCONSTRAINT tag_pk PRIMARY KEY (\"key\", run_uuid), \n"
	"\tFOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)\n"
	")",
	"CREATE INDEX index_tags_run_uuid ON tags (run_uuid)",
	"CREATE TABLE \"datasets\" (\n"
	"\tdataset_uuid VARCHAR(36) NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tname VARCHAR(500) NOT NULL, \n"
	"\tdigest VARCHAR(36) NOT NULL, \n"
	"\tdataset_source_type VARCHAR(36) NOT NULL, \n"
	"\tdataset_source TEXT NOT NULL, \n"
	"\tdataset_schema TEXT, \n"
	"\tdataset_profile TEXT, \n"
	"\tCONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), \n"
	"\tCONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type)",
	"CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid)",
	"CREATE TABLE inputs (\n"
	"\tinput_uuid VARCHAR(36) NOT NULL, \n"
	"\tsource_type VARCHAR(36) NOT NULL, \n"
	"\tsource_id VARCHAR(36) NOT NULL, \n"
	"\tdestination_type VARCHAR(36) NOT NULL, \n"
	"\tdestination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, \n"
	"\tCONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)\n"
	")",
	"CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type)",
	"CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid)",
	"CREATE TABLE input_tags (\n"
	"\tinput_uuid VARCHAR(36) NOT NULL, \n"
	"\tname VARCHAR(255) NOT NULL, \n"
	"\tvalue VARCHAR(500) NOT NULL, \n"
	"\tCONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)\n"
	")",
	"CREATE TABLE logged_models (\n"
	"\tmodel_id VARCHAR(36) NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tname VARCHAR(500) NOT NULL, \n"
	"\tartifact_location VARCHAR(1000) NOT NULL, \n"
	"\tcreation_timestamp_ms BIGINT NOT NULL, \n"
	"\tlast_updated_timestamp_ms BIGINT NOT NULL, \n"
	"\tstatus INTEGER NOT NULL, \n"
	"\tlifecycle_stage VARCHAR(32), \n"
	"\tmodel_type VARCHAR(500), \n"
	"\tsource_run_id VARCHAR(32), \n"
	"\tstatus_message VARCHAR(1000), \n"
	"\tCONSTRAINT logged_models_pk PRIMARY KEY (model_id), \n"
	"\tCONSTRAINT logged_models_lifecycle_stage_check CHECK (lifecycle_stage IN ('active', 'deleted')), \n"
	"\tCONSTRAINT fk_logged_models_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE\n"
	")",
	"CREATE TABLE logged_model_metrics (\n"
	"\tmodel_id VARCHAR(36) NOT NULL, \n"
	"\tmetric_name VARCHAR(500) NOT NULL, \n"
	"\tmetric_timestamp_ms BIGINT NOT NULL, \n"
	"\tmetric_step BIGINT NOT NULL, \n"
	"\tmetric_value FLOAT, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\trun_id VARCHAR(32) NOT NULL, \n"
	"\tdataset_uuid VARCHAR(36), \n"
	"\tdataset_name VARCHAR(500), \n"
	"\tdataset_digest VARCHAR(36), \n"
	"\tCONSTRAINT logged_model_metrics_pk PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id), \n"
	"\tCONSTRAINT fk_logged_model_metrics_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), \n"
	"\tCONSTRAINT fk_logged_model_metrics_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE, \n"
	"\tCONSTRAINT fk_logged_model_metrics_run_id FOREIGN KEY(run_id) REFERENCES runs (run_uuid) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_logged_model_metrics_model_id ON logged_model_metrics (model_id)",
	"CREATE TABLE logged_model_params (\n"
	"\tmodel_id VARCHAR(36) NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tparam_key VARCHAR(255) NOT NULL, \n"
	"\tparam_value TEXT NOT NULL, \n"
	"\tCONSTRAINT logged_model_params_pk PRIMARY KEY (model_id, param_key), \n"
	"\tCONSTRAINT fk_logged_model_params_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), \n"
	"\tCONSTRAINT fk_logged_model_params_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE\n"
	")",
	"CREATE TABLE logged_model_tags (\n"
	"\tmodel_id VARCHAR(36) NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\ttag_key VARCHAR(255) NOT NULL, \n"
	"\ttag_value TEXT NOT NULL, \n"
	"\tCONSTRAINT logged_model_tags_pk PRIMARY KEY (model_id, tag_key), \n"
	"\tCONSTRAINT fk_logged_model_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), \n"
	"\tCONSTRAINT fk_logged_model_tags_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE\n"
	")",
	"CREATE TABLE entity_associations (\n"
	"\tassociation_id VARCHAR(36) NOT NULL, \n"
	"\tsource_type VARCHAR(36) NOT NULL, \n"
	"\tsource_id VARCHAR(36) NOT NULL, \n"
	"\tdestination_type VARCHAR(36) NOT NULL, \n"
	"\tdestination_id VARCHAR(36) NOT NULL, \n"
	"\tcreated_time BIGINT, \n"
	"\tCONSTRAINT entity_associations_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)\n"
	")",
	"CREATE INDEX index_entity_associations_association_id ON entity_associations (association_id)",
	"CREATE INDEX index_entity_associations_reverse_lookup ON entity_associations (destination_type, destination_id, source_type, source_id)",
	NULL
};
