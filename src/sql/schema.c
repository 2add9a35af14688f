/* SPDX-License-Identifier: Apache-2.0
 *
 * What a fresh database holds beside its tables, and our own indexes.
 */
#include "sql/schema.h"

const char *const mr_schema_rows[] = {
	"INSERT INTO alembic_version (version_num) VALUES ('" MR_SCHEMA_REVISION "')",
	"INSERT INTO workspaces (name, description) VALUES ('default', 'Default workspace for legacy resources')",
	NULL,
};

/* Each costs every write to its table, so each has a reader that would
 * otherwise cost in proportion to what is stored: the first page of an
 * experiment's runs, and filters by the value of a metric or a param. */
const struct mr_own_index mr_own_indexes[] = {
	{"millrace_runs_start", "CREATE INDEX IF NOT EXISTS millrace_runs_start "
				"ON runs (experiment_id, lifecycle_stage, start_time, run_uuid)"},
	{"millrace_latest_metrics_value", "CREATE INDEX IF NOT EXISTS millrace_latest_metrics_value "
					  "ON latest_metrics (\"key\", value, is_nan, run_uuid)"},
	{"millrace_params_value", "CREATE INDEX IF NOT EXISTS millrace_params_value "
				  "ON params (\"key\", value, run_uuid)"},
	{"millrace_experiment_tags", "CREATE INDEX IF NOT EXISTS millrace_experiment_tags "
				     "ON experiment_tags (experiment_id)"},
	{"millrace_logged_models_created", "CREATE INDEX IF NOT EXISTS millrace_logged_models_created "
					   "ON logged_models (experiment_id, creation_timestamp_ms, model_id)"},
};
const size_t mr_own_indexes_n = sizeof mr_own_indexes / sizeof mr_own_indexes[0];
