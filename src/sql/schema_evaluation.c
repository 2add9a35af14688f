/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's schema at the revision of schema.h: scorers, evaluation data sets, label schemas, review queues.
 * The statements are those that the reference leaves in sqlite_master, to the
 * byte (tests/compat compares them); made by its migrations, not by hand.
 */
#include "sql/schema.h"

/* clang-format off */
const char *const mr_schema_evaluation[] = {
	"CREATE TABLE scorers (\n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tscorer_name VARCHAR(256) NOT NULL, \n"
	"\tscorer_id VARCHAR(36) NOT NULL, \n"
	"\tCONSTRAINT scorer_pk PRIMARY KEY (scorer_id), \n"
	"\tCONSTRAINT fk_scorers_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE\n"
	")",
	"CREATE UNIQUE INDEX index_scorers_experiment_id_scorer_name ON scorers (experiment_id, scorer_name)",
	"CREATE TABLE scorer_versions (\n"
	"\tscorer_id VARCHAR(36) NOT NULL, \n"
	"\tscorer_version INTEGER NOT NULL, \n"
	"\tserialized_scorer TEXT NOT NULL, \n"
	"\tcreation_time BIGINT, \n"
	"\tCONSTRAINT scorer_version_pk PRIMARY KEY (scorer_id, scorer_version), \n"
	"\tCONSTRAINT fk_scorer_versions_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_scorer_versions_scorer_id ON scorer_versions (scorer_id)",
	"CREATE TABLE online_scoring_configs (\n"
	"\tonline_scoring_config_id VARCHAR(36) NOT NULL, \n"
	"\tscorer_id VARCHAR(36) NOT NULL, \n"
	"\tsample_rate FLOAT NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tfilter_string TEXT, \n"
	"\tCONSTRAINT online_scoring_config_pk PRIMARY KEY (online_scoring_config_id), \n"
	"\tCONSTRAINT fk_online_scoring_configs_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE, \n"
	"\tCONSTRAINT fk_online_scoring_configs_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)\n"
	")",
	"CREATE TABLE \"evaluation_datasets\" (\n"
	"\tdataset_id VARCHAR(36) NOT NULL, \n"
	"\tname VARCHAR(255) NOT NULL, \n"
	"\tschema TEXT, \n"
	"\tprofile TEXT, \n"
	"\tdigest VARCHAR(64), \n"
	"\tcreated_time BIGINT, \n"
	"\tlast_update_time BIGINT, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tlast_updated_by VARCHAR(255), \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT evaluation_datasets_pk PRIMARY KEY (dataset_id)\n"
	")",
	"CREATE INDEX index_evaluation_datasets_created_time ON evaluation_datasets (created_time)",
	"CREATE INDEX index_evaluation_datasets_name ON evaluation_datasets (name)",
	"CREATE INDEX idx_evaluation_datasets_workspace ON evaluation_datasets (workspace)",
	"CREATE TABLE evaluation_dataset_tags (\n"
	"\tdataset_id VARCHAR(36) NOT NULL, \n"
	"\t\"key\" VARCHAR(255) NOT NULL, \n"
	"\tvalue VARCHAR(5000), \n"
	"\tCONSTRAINT evaluation_dataset_tags_pk PRIMARY KEY (dataset_id, \"key\"), \n"
	"\tCONSTRAINT fk_evaluation_dataset_tags_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_evaluation_dataset_tags_dataset_id ON evaluation_dataset_tags (dataset_id)",
	"CREATE TABLE \"evaluation_dataset_records\" (\n"
	"\tdataset_record_id VARCHAR(36) NOT NULL, \n"
	"\tdataset_id VARCHAR(36) NOT NULL, \n"
	"\tinputs JSON NOT NULL, \n"
	"\texpectations JSON, \n"
	"\ttags JSON, \n"
	"\tsource JSON, \n"
	"\tsource_id VARCHAR(36), \n"
	"\tsource_type VARCHAR(255), \n"
	"\tcreated_time BIGINT, \n"
	"\tlast_update_time BIGINT, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tlast_updated_by VARCHAR(255), \n"
	"\tinput_hash VARCHAR(64) NOT NULL, outputs JSON, \n"
	"\tCONSTRAINT evaluation_dataset_records_pk PRIMARY KEY (dataset_record_id), \n"
	"\tCONSTRAINT fk_evaluation_dataset_records_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE, \n"
	"\tCONSTRAINT unique_dataset_input UNIQUE (dataset_id, input_hash)\n"
	")",
	"CREATE INDEX index_evaluation_dataset_records_dataset_id ON evaluation_dataset_records (dataset_id)",
	"CREATE TABLE label_schemas (\n"
	"\tschema_id VARCHAR(36) NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tname VARCHAR(250) NOT NULL, \n"
	"\ttype VARCHAR(16) NOT NULL, \n"
	"\tinstruction TEXT, \n"
	"\tenable_comment BOOLEAN DEFAULT '0' NOT NULL, \n"
	"\tinput_type VARCHAR(32) NOT NULL, \n"
	"\tinput_config TEXT NOT NULL, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tcreated_time BIGINT NOT NULL, \n"
	"\tlast_update_time BIGINT NOT NULL, \n"
	"\tis_default BOOLEAN DEFAULT 0 NOT NULL, \n"
	"\tCONSTRAINT label_schemas_pk PRIMARY KEY (schema_id), \n"
	"\tCONSTRAINT fk_label_schemas_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, \n"
	"\tCONSTRAINT uq_label_schemas_exp_name UNIQUE (experiment_id, name)\n"
	")",
	"CREATE INDEX index_label_schemas_experiment_id ON label_schemas (experiment_id)",
	"CREATE TABLE review_queues (\n"
	"\tqueue_id VARCHAR(36) NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tname VARCHAR(250) NOT NULL, \n"
	"\tqueue_type VARCHAR(16) NOT NULL, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tcreation_time_ms BIGINT NOT NULL, \n"
	"\tlast_update_time_ms BIGINT NOT NULL, \n"
	"\tname_key VARCHAR(250) NOT NULL, \n"
	"\tCONSTRAINT review_queues_pk PRIMARY KEY (queue_id), \n"
	"\tCONSTRAINT fk_review_queues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, \n"
	"\tCONSTRAINT uq_review_queues_experiment_name_key UNIQUE (experiment_id, name_key)\n"
	")",
	"CREATE INDEX index_review_queues_experiment_id ON review_queues (experiment_id)",
	"CREATE TABLE review_queue_users (\n"
	"\tqueue_id VARCHAR(36) NOT NULL, \n"
	"\tuser_id VARCHAR(250) NOT NULL, \n"
	"\tCONSTRAINT review_queue_users_pk PRIMARY KEY (queue_id, user_id), \n"
	"\tCONSTRAINT fk_review_queue_users_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_review_queue_users_user_id ON review_queue_users (user_id)",
	"CREATE TABLE review_queue_items (\n"
	"\tqueue_id VARCHAR(36) NOT NULL, \n"
	"\titem_type VARCHAR(16) NOT NULL, \n"
	"\titem_id VARCHAR(50) NOT NULL, \n"
	"\tstatus VARCHAR(16) NOT NULL, \n"
	"\tcompleted_by VARCHAR(250), \n"
	"\tcompleted_time_ms BIGINT, \n"
	"\tcreation_time_ms BIGINT NOT NULL, \n"
	"\tlast_update_time_ms BIGINT NOT NULL, \n"
	"\tCONSTRAINT review_queue_items_pk PRIMARY KEY (queue_id, item_id), \n"
	"\tCONSTRAINT fk_review_queue_items_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_review_queue_items_queue_id_status ON review_queue_items (queue_id, status)",
	"CREATE INDEX index_review_queue_items_item_id ON review_queue_items (item_id)",
	"CREATE TABLE review_queue_label_schemas (\n"
	"\tqueue_id VARCHAR(36) NOT NULL, \n"
	"\tschema_id VARCHAR(36) NOT NULL, \n"
	"\tCONSTRAINT review_queue_label_schemas_pk PRIMARY KEY (queue_id, schema_id), \n"
	"\tCONSTRAINT fk_review_queue_label_schemas_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_review_queue_label_schemas_schema_id ON review_queue_label_schemas (schema_id)",
	NULL
};
