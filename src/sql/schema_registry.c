/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's schema at the revision of schema.h: registered models, webhooks, workspaces, jobs.
 * The statements are those that the reference leaves in sqlite_master, to the
 * byte (tests/compat compares them); made by its migrations, not by hand.
 */
#include "sql/schema.h"

/* clang-format off */
const char *const mr_schema_registry[] = {
	"CREATE TABLE \"registered_models\" (\n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tcreation_time BIGINT, \n"
	"\tlast_updated_time BIGINT, \n"
	"\tdescription VARCHAR(5000), \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT registered_model_pk PRIMARY KEY (workspace, name)\n"
	")",
	"CREATE INDEX idx_registered_models_workspace ON registered_models (workspace)",
	"CREATE TABLE \"registered_model_tags\" (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue VARCHAR(5000), \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, \"key\", name), \n"
	"\tCONSTRAINT fk_registered_model_tags_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE\n"
	")",
	"CREATE INDEX idx_registered_model_tags_workspace_name ON registered_model_tags (workspace, name)",
	"CREATE TABLE \"registered_model_aliases\" (\n"
	"\talias VARCHAR(256) NOT NULL, \n"
	"\tversion INTEGER NOT NULL, \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias), \n"
	"\tCONSTRAINT fk_registered_model_aliases_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE\n"
	")",
	"CREATE TABLE \"model_versions\" (\n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tversion INTEGER NOT NULL, \n"
	"\tcreation_time BIGINT, \n"
	"\tlast_updated_time BIGINT, \n"
	"\tdescription VARCHAR(5000), \n"
	"\tuser_id VARCHAR(256), \n"
	"\tcurrent_stage VARCHAR(20), \n"
	"\tsource VARCHAR(500), \n"
	"\trun_id VARCHAR(32), \n"
	"\tstatus VARCHAR(20), \n"
	"\tstatus_message VARCHAR(500), \n"
	"\trun_link VARCHAR(500), \n"
	"\tstorage_location VARCHAR(500), \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version), \n"
	"\tCONSTRAINT fk_model_versions_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE\n"
	")",
	"CREATE TABLE \"model_version_tags\" (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue TEXT, \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tversion INTEGER NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, \"key\", name, version), \n"
	"\tCONSTRAINT fk_model_version_tags_model_versions FOREIGN KEY(workspace, name, version) REFERENCES model_versions (workspace, name, version) ON UPDATE CASCADE\n"
	")",
	"CREATE INDEX idx_model_version_tags_workspace_name_version ON model_version_tags (workspace, name, version)",
	"CREATE TABLE \"webhooks\" (\n"
	"\twebhook_id VARCHAR(256) NOT NULL, \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tdescription VARCHAR(1000), \n"
	"\turl VARCHAR(500) NOT NULL, \n"
	"\tstatus VARCHAR(20) DEFAULT 'ACTIVE' NOT NULL, \n"
	"\tsecret VARCHAR(1000), \n"
	"\tcreation_timestamp BIGINT, \n"
	"\tlast_updated_timestamp BIGINT, \n"
	"\tdeleted_timestamp BIGINT, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT webhook_pk PRIMARY KEY (webhook_id)\n"
	")",
	"CREATE INDEX idx_webhooks_name ON webhooks (name)",
	"CREATE INDEX idx_webhooks_status ON webhooks (status)",
	"CREATE INDEX idx_webhooks_workspace ON webhooks (workspace)",
	"CREATE TABLE webhook_events (\n"
	"\twebhook_id VARCHAR(256) NOT NULL, \n"
	"\tentity VARCHAR(50) NOT NULL, \n"
	"\taction VARCHAR(50) NOT NULL, \n"
	"\tCONSTRAINT webhook_event_pk PRIMARY KEY (webhook_id, entity, action), \n"
	"\tFOREIGN KEY(webhook_id) REFERENCES webhooks (webhook_id) ON DELETE cascade\n"
	")",
	"CREATE INDEX idx_webhook_events_entity ON webhook_events (entity)",
	"CREATE INDEX idx_webhook_events_action ON webhook_events (action)",
	"CREATE INDEX idx_webhook_events_entity_action ON webhook_events (entity, action)",
	"CREATE TABLE workspaces (\n"
	"\tname VARCHAR(63) NOT NULL, \n"
	"\tdescription TEXT, \n"
	"\tdefault_artifact_root TEXT, trace_archival_location TEXT, trace_archival_retention VARCHAR(32), \n"
	"\tCONSTRAINT workspaces_pk PRIMARY KEY (name)\n"
	")",
	"CREATE TABLE \"jobs\" (\n"
	"\tid VARCHAR(36) NOT NULL, \n"
	"\tcreation_time BIGINT NOT NULL, \n"
	"\tjob_name VARCHAR(500) NOT NULL, \n"
	"\tparams TEXT NOT NULL, \n"
	"\ttimeout FLOAT, \n"
	"\tstatus INTEGER NOT NULL, \n"
	"\tresult TEXT, \n"
	"\tretry_count INTEGER NOT NULL, \n"
	"\tlast_update_time BIGINT NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, status_details JSON, creator VARCHAR(255), executor_backend VARCHAR(255), lease_expires_at BIGINT, status_message TEXT, progress JSON, progress_updated_at BIGINT, token_hash VARCHAR(64), scoped_permissions JSON, next_attempt_at BIGINT, \n"
	"\tCONSTRAINT jobs_pk PRIMARY KEY (id)\n"
	")",
	"CREATE INDEX index_jobs_name_status_creation_time ON jobs (job_name, workspace, status, creation_time)",
	"CREATE INDEX index_jobs_status_lease_expires_at ON jobs (status, lease_expires_at)",
	"CREATE TABLE job_locks (\n"
	"\tlock_key VARCHAR(255) NOT NULL, \n"
	"\tjob_id VARCHAR(36) NOT NULL, \n"
	"\tacquired_at BIGINT NOT NULL, \n"
	"\tCONSTRAINT job_locks_pk PRIMARY KEY (lock_key), \n"
	"\tCONSTRAINT fk_job_locks_job_id FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_job_locks_job_id ON job_locks (job_id)",
	"CREATE TABLE scheduler_leases (\n"
	"\tlease_key VARCHAR(255) NOT NULL, \n"
	"\tacquired_at BIGINT NOT NULL, \n"
	"\tttl_seconds INTEGER NOT NULL, \n"
	"\tCONSTRAINT scheduler_leases_pk PRIMARY KEY (lease_key)\n"
	")",
	NULL
};
