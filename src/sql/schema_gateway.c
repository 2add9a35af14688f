/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's schema at the revision of schema.h: secrets, endpoints, guardrails, MCP servers.
 * The statements are those that the reference leaves in sqlite_master, to the
 * byte (tests/compat compares them); made by its migrations, not by hand.
 */
#include "sql/schema.h"

/* clang-format off */
const char *const mr_schema_gateway[] = {
	"CREATE TABLE \"secrets\" (\n"
	"\tsecret_id VARCHAR(36) NOT NULL, \n"
	"\tsecret_name VARCHAR(255) NOT NULL, \n"
	"\tencrypted_value BLOB NOT NULL, \n"
	"\twrapped_dek BLOB NOT NULL, \n"
	"\tkek_version INTEGER NOT NULL, \n"
	"\tmasked_value VARCHAR(500) NOT NULL, \n"
	"\tprovider VARCHAR(64), \n"
	"\tauth_config TEXT, \n"
	"\tdescription TEXT, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tlast_updated_by VARCHAR(255), \n"
	"\tlast_updated_at BIGINT NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT secrets_pk PRIMARY KEY (secret_id), \n"
	"\tCONSTRAINT uq_secrets_workspace_secret_name UNIQUE (workspace, secret_name)\n"
	")",
	"CREATE INDEX idx_secrets_workspace ON secrets (workspace)",
	"CREATE TRIGGER prevent_secrets_aad_mutation\n"
	"BEFORE UPDATE ON secrets\n"
	"FOR EACH ROW\n"
	"WHEN OLD.secret_id != NEW.secret_id OR OLD.secret_name != NEW.secret_name\n"
	"BEGIN\n"
	"    SELECT RAISE(ABORT, 'secret_id and secret_name are immutable (used as AAD in encryption)');\n"
	"END",
	"CREATE TABLE \"endpoints\" (\n"
	"\tendpoint_id VARCHAR(36) NOT NULL, \n"
	"\tname VARCHAR(255), \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tlast_updated_by VARCHAR(255), \n"
	"\tlast_updated_at BIGINT NOT NULL, \n"
	"\trouting_strategy VARCHAR(64), \n"
	"\tfallback_config_json TEXT, \n"
	"\texperiment_id INTEGER, \n"
	"\tusage_tracking BOOLEAN DEFAULT '0' NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT endpoints_pk PRIMARY KEY (endpoint_id), \n"
	"\tCONSTRAINT fk_endpoints_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE SET NULL, \n"
	"\tCONSTRAINT uq_endpoints_workspace_name UNIQUE (workspace, name)\n"
	")",
	"CREATE INDEX idx_endpoints_workspace ON endpoints (workspace)",
	"CREATE TABLE endpoint_model_mappings (\n"
	"\tmapping_id VARCHAR(36) NOT NULL, \n"
	"\tendpoint_id VARCHAR(36) NOT NULL, \n"
	"\tmodel_definition_id VARCHAR(36) NOT NULL, \n"
	"\tweight FLOAT NOT NULL, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tcreated_at BIGINT NOT NULL, linkage_type VARCHAR(64) DEFAULT 'PRIMARY' NOT NULL, fallback_order INTEGER, \n"
	"\tCONSTRAINT endpoint_model_mappings_pk PRIMARY KEY (mapping_id), \n"
	"\tCONSTRAINT fk_endpoint_model_mappings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, \n"
	"\tCONSTRAINT fk_endpoint_model_mappings_model_definition_id FOREIGN KEY(model_definition_id) REFERENCES model_definitions (model_definition_id)\n"
	")",
	"CREATE INDEX index_endpoint_model_mappings_endpoint_id ON endpoint_model_mappings (endpoint_id)",
	"CREATE INDEX index_endpoint_model_mappings_model_definition_id ON endpoint_model_mappings (model_definition_id)",
	"CREATE UNIQUE INDEX unique_endpoint_model_linkage_mapping ON endpoint_model_mappings (endpoint_id, model_definition_id, linkage_type)",
	"CREATE TABLE endpoint_bindings (\n"
	"\tendpoint_id VARCHAR(36) NOT NULL, \n"
	"\tresource_type VARCHAR(50) NOT NULL, \n"
	"\tresource_id VARCHAR(255) NOT NULL, \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tlast_updated_at BIGINT NOT NULL, \n"
	"\tlast_updated_by VARCHAR(255), display_name VARCHAR(255), \n"
	"\tCONSTRAINT endpoint_bindings_pk PRIMARY KEY (endpoint_id, resource_type, resource_id), \n"
	"\tCONSTRAINT fk_endpoint_bindings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE\n"
	")",
	"CREATE TABLE endpoint_tags (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue VARCHAR(5000), \n"
	"\tendpoint_id VARCHAR(36) NOT NULL, \n"
	"\tCONSTRAINT endpoint_tag_pk PRIMARY KEY (\"key\", endpoint_id), \n"
	"\tCONSTRAINT fk_endpoint_tags_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_endpoint_tags_endpoint_id ON endpoint_tags (endpoint_id)",
	"CREATE TABLE \"model_definitions\" (\n"
	"\tmodel_definition_id VARCHAR(36) NOT NULL, \n"
	"\tname VARCHAR(255) NOT NULL, \n"
	"\tsecret_id VARCHAR(36), \n"
	"\tprovider VARCHAR(64) NOT NULL, \n"
	"\tmodel_name VARCHAR(256) NOT NULL, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tlast_updated_by VARCHAR(255), \n"
	"\tlast_updated_at BIGINT NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT model_definitions_pk PRIMARY KEY (model_definition_id), \n"
	"\tCONSTRAINT fk_model_definitions_secret_id FOREIGN KEY(secret_id) REFERENCES secrets (secret_id) ON DELETE SET NULL, \n"
	"\tCONSTRAINT uq_model_definitions_workspace_name UNIQUE (workspace, name)\n"
	")",
	"CREATE INDEX index_model_definitions_provider ON model_definitions (provider)",
	"CREATE INDEX index_model_definitions_secret_id ON model_definitions (secret_id)",
	"CREATE INDEX idx_model_definitions_workspace ON model_definitions (workspace)",
	"CREATE TABLE budget_policies (\n"
	"\tbudget_policy_id VARCHAR(36) NOT NULL, \n"
	"\tbudget_unit VARCHAR(32) NOT NULL, \n"
	"\tbudget_amount FLOAT NOT NULL, \n"
	"\tduration_unit VARCHAR(32) NOT NULL, \n"
	"\tduration_value INTEGER NOT NULL, \n"
	"\ttarget_scope VARCHAR(32) NOT NULL, \n"
	"\tbudget_action VARCHAR(32) NOT NULL, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tlast_updated_by VARCHAR(255), \n"
	"\tlast_updated_at BIGINT NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, target_value VARCHAR(255), \n"
	"\tCONSTRAINT budget_policies_pk PRIMARY KEY (budget_policy_id)\n"
	")",
	"CREATE INDEX idx_budget_policies_workspace ON budget_policies (workspace)",
	"CREATE INDEX idx_budget_policies_target_value ON budget_policies (target_value)",
	"CREATE TABLE guardrails (\n"
	"\tguardrail_id VARCHAR(36) NOT NULL, \n"
	"\tname VARCHAR(255) NOT NULL, \n"
	"\tscorer_id VARCHAR(36) NOT NULL, \n"
	"\tscorer_version INTEGER NOT NULL, \n"
	"\tstage VARCHAR(32) NOT NULL, \n"
	"\taction VARCHAR(32) NOT NULL, \n"
	"\taction_endpoint_id VARCHAR(36), \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tlast_updated_by VARCHAR(255), \n"
	"\tlast_updated_at BIGINT NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT guardrails_pk PRIMARY KEY (guardrail_id), \n"
	"\tCONSTRAINT fk_guardrails_scorer_version FOREIGN KEY(scorer_id, scorer_version) REFERENCES scorer_versions (scorer_id, scorer_version), \n"
	"\tCONSTRAINT fk_guardrails_action_endpoint_id FOREIGN KEY(action_endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE SET NULL\n"
	")",
	"CREATE INDEX idx_guardrails_workspace ON guardrails (workspace)",
	"CREATE INDEX idx_guardrails_scorer ON guardrails (scorer_id, scorer_version)",
	"CREATE TABLE guardrail_configs (\n"
	"\tendpoint_id VARCHAR(36) NOT NULL, \n"
	"\tguardrail_id VARCHAR(36) NOT NULL, \n"
	"\texecution_order INTEGER, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tCONSTRAINT guardrail_configs_pk PRIMARY KEY (endpoint_id, guardrail_id), \n"
	"\tCONSTRAINT fk_guardrail_configs_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, \n"
	"\tCONSTRAINT fk_guardrail_configs_guardrail_id FOREIGN KEY(guardrail_id) REFERENCES guardrails (guardrail_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX idx_guardrail_configs_endpoint_id ON guardrail_configs (endpoint_id)",
	"CREATE INDEX idx_guardrail_configs_guardrail_id ON guardrail_configs (guardrail_id)",
	"CREATE TABLE mcp_servers (\n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tdisplay_name VARCHAR(256), \n"
	"\tdescription TEXT, \n"
	"\ticons JSON, \n"
	"\tcreated_by VARCHAR(256), \n"
	"\tlast_updated_by VARCHAR(256), \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tlast_updated_at BIGINT NOT NULL, \n"
	"\tCONSTRAINT mcp_servers_pk PRIMARY KEY (workspace, name)\n"
	")",
	"CREATE TABLE mcp_server_versions (\n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tversion VARCHAR(128) NOT NULL, \n"
	"\tversion_major INTEGER NOT NULL, \n"
	"\tversion_minor INTEGER NOT NULL, \n"
	"\tversion_patch INTEGER NOT NULL, \n"
	"\tversion_prerelease_sort_key VARCHAR(512) NOT NULL, \n"
	"\tserver_json JSON NOT NULL, \n"
	"\tstatus VARCHAR(20) DEFAULT 'draft' NOT NULL, \n"
	"\ttools JSON, \n"
	"\tsource VARCHAR(512), \n"
	"\tconnect_options JSON, \n"
	"\tcreated_by VARCHAR(256), \n"
	"\tlast_updated_by VARCHAR(256), \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tlast_updated_at BIGINT NOT NULL, \n"
	"\tCONSTRAINT mcp_server_versions_pk PRIMARY KEY (workspace, name, version), \n"
	"\tCONSTRAINT mcp_server_versions_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE\n"
	")",
	"CREATE INDEX idx_mcp_server_versions_latest ON mcp_server_versions (workspace, name, status, version_major DESC, version_minor DESC, version_patch DESC)",
	"CREATE TABLE mcp_server_tags (\n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue VARCHAR(5000), \n"
	"\tCONSTRAINT mcp_server_tags_pk PRIMARY KEY (workspace, name, \"key\"), \n"
	"\tCONSTRAINT mcp_server_tags_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE\n"
	")",
	"CREATE TABLE mcp_server_version_tags (\n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\tversion VARCHAR(128) NOT NULL, \n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue VARCHAR(5000), \n"
	"\tCONSTRAINT mcp_server_version_tags_pk PRIMARY KEY (workspace, name, version, \"key\"), \n"
	"\tCONSTRAINT mcp_server_version_tags_version_fkey FOREIGN KEY(workspace, name, version) REFERENCES mcp_server_versions (workspace, name, version) ON DELETE CASCADE ON UPDATE CASCADE\n"
	")",
	"CREATE TABLE mcp_server_aliases (\n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tname VARCHAR(256) NOT NULL, \n"
	"\talias VARCHAR(256) NOT NULL, \n"
	"\tversion VARCHAR(128) NOT NULL, \n"
	"\tCONSTRAINT mcp_server_aliases_pk PRIMARY KEY (workspace, name, alias), \n"
	"\tCONSTRAINT mcp_server_aliases_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE\n"
	")",
	"CREATE TABLE mcp_access_endpoints (\n"
	"\tid VARCHAR(36) NOT NULL, \n"
	"\tworkspace VARCHAR(63) DEFAULT 'default' NOT NULL, \n"
	"\tserver_name VARCHAR(256) NOT NULL, \n"
	"\tserver_version VARCHAR(128), \n"
	"\tserver_alias VARCHAR(256), \n"
	"\turl VARCHAR(2048) NOT NULL, \n"
	"\ttransport_type VARCHAR(32) DEFAULT 'streamable-http' NOT NULL, \n"
	"\tcreated_by VARCHAR(256), \n"
	"\tlast_updated_by VARCHAR(256), \n"
	"\tcreated_at BIGINT NOT NULL, \n"
	"\tlast_updated_at BIGINT NOT NULL, \n"
	"\tCONSTRAINT mcp_access_endpoints_pk PRIMARY KEY (id), \n"
	"\tCONSTRAINT mcp_access_endpoints_server_fkey FOREIGN KEY(workspace, server_name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE\n"
	")",
	"CREATE INDEX ix_mcp_access_endpoints_server_name ON mcp_access_endpoints (workspace, server_name)",
	"CREATE INDEX ix_mcp_access_endpoints_version ON mcp_access_endpoints (workspace, server_name, server_version)",
	"CREATE INDEX ix_mcp_access_endpoints_alias ON mcp_access_endpoints (workspace, server_name, server_alias)",
	NULL
};
