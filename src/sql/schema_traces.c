/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's schema at the revision of schema.h: traces, spans, assessments and their rollups.
 * The statements are those that the reference leaves in sqlite_master, to the
 * byte (tests/compat compares them); made by its migrations, not by hand.
 */
#include "sql/schema.h"

/* clang-format off */
const char *const mr_schema_traces[] = {
	"CREATE TABLE \"trace_info\" (\n"
	"\trequest_id VARCHAR(50) NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\ttimestamp_ms BIGINT NOT NULL, \n"
	"\texecution_time_ms BIGINT, \n"
	"\tstatus VARCHAR(50) NOT NULL, \n"
	"\tclient_request_id VARCHAR(50), \n"
	"\trequest_preview VARCHAR(1000), \n"
	"\tresponse_preview VARCHAR(1000), \n"
	"\tdb_payload_generation INTEGER DEFAULT '0' NOT NULL, trace_name VARCHAR(4096), session_id VARCHAR(250), input_tokens BIGINT, output_tokens BIGINT, total_tokens BIGINT, cache_read_input_tokens BIGINT, cache_creation_input_tokens BIGINT, cache_creation_input_tokens_above_1hr BIGINT, input_cost FLOAT, output_cost FLOAT, total_cost FLOAT, \n"
	"\tCONSTRAINT trace_info_pk PRIMARY KEY (request_id), \n"
	"\tCONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON trace_info (experiment_id, timestamp_ms)",
	"CREATE INDEX index_trace_info_timestamp_ms_request_id ON trace_info (timestamp_ms, request_id)",
	"CREATE INDEX index_trace_info_experiment_id_session_id ON trace_info (experiment_id, session_id)",
	"CREATE TABLE \"trace_tags\" (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue VARCHAR(8000), \n"
	"\trequest_id VARCHAR(50) NOT NULL, \n"
	"\tCONSTRAINT trace_tag_pk PRIMARY KEY (\"key\", request_id), \n"
	"\tCONSTRAINT fk_trace_tags_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_trace_tags_request_id ON trace_tags (request_id)",
	"CREATE TABLE \"trace_request_metadata\" (\n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue VARCHAR(8000), \n"
	"\trequest_id VARCHAR(50) NOT NULL, \n"
	"\tCONSTRAINT trace_request_metadata_pk PRIMARY KEY (\"key\", request_id), \n"
	"\tCONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_trace_request_metadata_request_id ON trace_request_metadata (request_id)",
	"CREATE TABLE trace_metrics (\n"
	"\trequest_id VARCHAR(50) NOT NULL, \n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue FLOAT, \n"
	"\tCONSTRAINT trace_metrics_pk PRIMARY KEY (request_id, \"key\"), \n"
	"\tCONSTRAINT fk_trace_metrics_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_trace_metrics_request_id ON trace_metrics (request_id)",
	"CREATE TABLE \"spans\" (\n"
	"\ttrace_id VARCHAR(50) NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tspan_id VARCHAR(50) NOT NULL, \n"
	"\tparent_span_id VARCHAR(50), \n"
	"\tname TEXT, \n"
	"\ttype VARCHAR(500), \n"
	"\tstatus VARCHAR(50) NOT NULL, \n"
	"\tstart_time_unix_nano BIGINT NOT NULL, \n"
	"\tend_time_unix_nano BIGINT, \n"
	"\tduration_ns BIGINT GENERATED ALWAYS AS (end_time_unix_nano - start_time_unix_nano) STORED, \n"
	"\tcontent TEXT NOT NULL, \n"
	"\tinput_cost FLOAT, \n"
	"\toutput_cost FLOAT, \n"
	"\ttotal_cost FLOAT, \n"
	"\tmodel_name VARCHAR(500), \n"
	"\tmodel_provider VARCHAR(500), \n"
	"\tCONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id), \n"
	"\tCONSTRAINT fk_spans_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), \n"
	"\tCONSTRAINT fk_spans_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_spans_experiment_id_type_status ON spans (experiment_id, type, status)",
	"CREATE INDEX index_spans_experiment_id_status_type ON spans (experiment_id, status, type)",
	"CREATE INDEX index_spans_experiment_id_start_time ON spans (experiment_id, start_time_unix_nano)",
	"CREATE INDEX index_spans_experiment_id_duration ON spans (experiment_id, duration_ns)",
	"CREATE INDEX idx_spans_cost_trace_time_cover ON spans (trace_id, start_time_unix_nano)",
	"CREATE INDEX idx_spans_cost_exp_time_cover ON spans (experiment_id, start_time_unix_nano)",
	"CREATE TABLE span_metrics (\n"
	"\ttrace_id VARCHAR(50) NOT NULL, \n"
	"\tspan_id VARCHAR(50) NOT NULL, \n"
	"\t\"key\" VARCHAR(250) NOT NULL, \n"
	"\tvalue FLOAT, \n"
	"\tCONSTRAINT span_metrics_pk PRIMARY KEY (trace_id, span_id, \"key\"), \n"
	"\tCONSTRAINT fk_span_metrics_span FOREIGN KEY(trace_id, span_id) REFERENCES spans (trace_id, span_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_span_metrics_trace_id_span_id ON span_metrics (trace_id, span_id)",
	"CREATE TABLE \"assessments\" (\n"
	"\tassessment_id VARCHAR(50) NOT NULL, \n"
	"\ttrace_id VARCHAR(50) NOT NULL, \n"
	"\tname VARCHAR(250) NOT NULL, \n"
	"\tassessment_type VARCHAR(20) NOT NULL, \n"
	"\tvalue TEXT NOT NULL, \n"
	"\terror TEXT, \n"
	"\tcreated_timestamp BIGINT NOT NULL, \n"
	"\tlast_updated_timestamp BIGINT NOT NULL, \n"
	"\tsource_type VARCHAR(50) NOT NULL, \n"
	"\tsource_id VARCHAR(250), \n"
	"\trun_id VARCHAR(32), \n"
	"\tspan_id VARCHAR(50), \n"
	"\trationale TEXT, \n"
	"\toverrides VARCHAR(50), \n"
	"\tvalid BOOLEAN NOT NULL, \n"
	"\tassessment_metadata TEXT, \n"
	"\texperiment_id INTEGER, \n"
	"\ttrace_timestamp_ms BIGINT, \n"
	"\taggregate_value FLOAT, \n"
	"\tis_numeric_value BOOLEAN DEFAULT 0 NOT NULL, \n"
	"\tCONSTRAINT assessments_pk PRIMARY KEY (assessment_id), \n"
	"\tCONSTRAINT fk_assessments_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE\n"
	")",
	"CREATE INDEX index_assessments_assessment_type ON assessments (assessment_type)",
	"CREATE INDEX index_assessments_run_id_created_timestamp ON assessments (run_id, created_timestamp)",
	"CREATE INDEX index_assessments_last_updated_timestamp ON assessments (last_updated_timestamp)",
	"CREATE INDEX index_assessments_trace_id_created_timestamp ON assessments (trace_id, created_timestamp)",
	"CREATE INDEX idx_assessments_exp_trace_ts ON assessments (experiment_id, trace_timestamp_ms)",
	"CREATE INDEX idx_assessments_exp_trace_ts_name ON assessments (experiment_id, trace_timestamp_ms, name)",
	"CREATE INDEX idx_assessments_exp_name_valid ON assessments (experiment_id, name, valid)",
	"CREATE TABLE sql_trace_metric_daily_rollups (\n"
	"\tid INTEGER NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\trollup_day DATE NOT NULL, \n"
	"\tmetric_name VARCHAR(250) NOT NULL, \n"
	"\tgrouping_set VARCHAR(50) NOT NULL, \n"
	"\ttrace_status VARCHAR(50), \n"
	"\tsample_count BIGINT NOT NULL, \n"
	"\tsum_value FLOAT, \n"
	"\tmin_value FLOAT, \n"
	"\tmax_value FLOAT, \n"
	"\tp50_value FLOAT, \n"
	"\tp90_value FLOAT, \n"
	"\tp99_value FLOAT, \n"
	"\tCONSTRAINT sql_trace_metric_daily_rollups_pk PRIMARY KEY (id)\n"
	")",
	"CREATE INDEX idx_trace_rollups_lookup ON sql_trace_metric_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, trace_status)",
	"CREATE TABLE sql_span_cost_daily_rollups (\n"
	"\tid INTEGER NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\trollup_day DATE NOT NULL, \n"
	"\tmetric_name VARCHAR(250) NOT NULL, \n"
	"\tgrouping_set VARCHAR(50) NOT NULL, \n"
	"\tmodel_name VARCHAR(500), \n"
	"\tmodel_provider VARCHAR(500), \n"
	"\tsample_count BIGINT NOT NULL, \n"
	"\tsum_value FLOAT, \n"
	"\tmin_value FLOAT, \n"
	"\tmax_value FLOAT, \n"
	"\tCONSTRAINT sql_span_cost_daily_rollups_pk PRIMARY KEY (id)\n"
	")",
	"CREATE INDEX idx_span_cost_rollups_lookup ON sql_span_cost_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, model_name, model_provider)",
	"CREATE TABLE sql_assessment_daily_rollups (\n"
	"\tid INTEGER NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\trollup_day DATE NOT NULL, \n"
	"\tmetric_name VARCHAR(250) NOT NULL, \n"
	"\tgrouping_set VARCHAR(50) NOT NULL, \n"
	"\tsample_count BIGINT NOT NULL, \n"
	"\tsum_value FLOAT, \n"
	"\tmin_value FLOAT, \n"
	"\tmax_value FLOAT, \n"
	"\tCONSTRAINT sql_assessment_daily_rollups_pk PRIMARY KEY (id)\n"
	")",
	"CREATE INDEX idx_assessment_rollups_lookup ON sql_assessment_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set)",
	"CREATE TABLE sql_trace_rollup_rebuild_queue (\n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\trollup_day DATE NOT NULL, \n"
	"\trollup_family VARCHAR(50) NOT NULL, \n"
	"\tCONSTRAINT sql_trace_rollup_rebuild_queue_pk PRIMARY KEY (experiment_id, rollup_day, rollup_family)\n"
	")",
	"CREATE TABLE issues (\n"
	"\tissue_id VARCHAR(36) NOT NULL, \n"
	"\texperiment_id INTEGER NOT NULL, \n"
	"\tname VARCHAR(250) NOT NULL, \n"
	"\tdescription TEXT NOT NULL, \n"
	"\tstatus VARCHAR(50) NOT NULL, \n"
	"\tseverity VARCHAR(50), \n"
	"\troot_causes TEXT, \n"
	"\tsource_run_id VARCHAR(32), \n"
	"\tcategories TEXT, \n"
	"\tcreated_timestamp BIGINT NOT NULL, \n"
	"\tlast_updated_timestamp BIGINT NOT NULL, \n"
	"\tcreated_by VARCHAR(255), \n"
	"\tCONSTRAINT issues_pk PRIMARY KEY (issue_id), \n"
	"\tCONSTRAINT fk_issues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, \n"
	"\tCONSTRAINT fk_issues_source_run_id FOREIGN KEY(source_run_id) REFERENCES runs (run_uuid) ON DELETE SET NULL\n"
	")",
	"CREATE INDEX index_issues_experiment_id ON issues (experiment_id)",
	"CREATE INDEX index_issues_source_run_id ON issues (source_run_id)",
	"CREATE INDEX index_issues_status ON issues (status)",
	NULL
};
