# SPDX-License-Identifier: Apache-2.0
"""How each method of MLflow's store interfaces is done. tests/scenario/wheel_stores_methods.py reads this table: it fails on a method
of an abstract class that is not here, and calls each of them on Millrace's stores and on MLflow's own.

NATIVE: Millrace. COMPOSED: MLflow's own code, by calls of native methods. DELEGATED: MLflow's store on the same data (its REST store's
code for a server). LATER: not supported yet."""

NATIVE, COMPOSED, DELEGATED, LATER = "native", "composed", "delegated", "later"


def _table(**names: str) -> dict[str, str]:
    return {name: how for how, text in names.items() for name in text.split()}


TRACKING = _table(
    native="""create_experiment search_experiments get_experiment get_experiment_by_name delete_experiment restore_experiment
        rename_experiment set_experiment_tag delete_experiment_tag create_run get_run update_run_info delete_run restore_run
        _search_runs log_metric log_param set_tag log_batch get_metric_history get_metric_history_bulk_interval record_logged_model log_inputs log_outputs
        create_logged_model get_logged_model delete_logged_model search_logged_models finalize_logged_model set_logged_model_tags
        delete_logged_model_tag log_metric_async log_param_async set_tag_async log_batch_async flush_async_logging end_async_logging
        shut_down_async_logging supports_workspaces""",
    composed="""search_runs get_metric_history_bulk_interval_from_steps _evenly_spaced_indices
        set_model_versions_tags log_spans_async delete_traces filter_active_experiment_ids""",
    delegated="""start_trace _delete_traces get_trace_info get_trace batch_get_traces batch_get_trace_infos archive_traces
        resolve_trace_archival_config get_online_trace_details search_traces find_completed_sessions query_trace_metrics set_trace_tag
        delete_trace_tag get_assessment create_assessment update_assessment delete_assessment create_issue get_issue update_issue
        search_issues log_spans create_dataset get_dataset delete_dataset search_datasets upsert_dataset_records
        delete_dataset_records set_dataset_tags delete_dataset_tag get_dataset_experiment_ids _load_dataset_records
        add_dataset_to_experiments remove_dataset_from_experiments link_traces_to_run unlink_traces_from_run link_prompts_to_trace
        calculate_trace_filter_correlation register_scorer list_scorers list_scorers_across_experiments get_scorer
        list_scorer_versions delete_scorer upsert_online_scoring_config get_online_scoring_configs get_active_online_scorers
        create_label_schema get_label_schema get_label_schema_by_name list_label_schemas update_label_schema delete_label_schema
        create_review_queue get_or_create_user_queue get_review_queue get_review_queue_by_name list_review_queues update_review_queue
        delete_review_queue add_items_to_review_queue remove_items_from_review_queue list_review_queue_items
        set_review_queue_item_status supports_trace_archival
        create_gateway_secret get_secret_info update_gateway_secret delete_gateway_secret list_secret_infos
        create_gateway_model_definition get_gateway_model_definition list_gateway_model_definitions update_gateway_model_definition
        delete_gateway_model_definition create_gateway_endpoint get_gateway_endpoint update_gateway_endpoint delete_gateway_endpoint
        list_gateway_endpoints attach_model_to_endpoint detach_model_from_endpoint create_endpoint_binding delete_endpoint_binding
        list_endpoint_bindings set_gateway_endpoint_tag delete_gateway_endpoint_tag create_budget_policy get_budget_policy
        update_budget_policy delete_budget_policy list_budget_policies sum_gateway_trace_cost create_gateway_guardrail
        get_gateway_guardrail delete_gateway_guardrail list_gateway_guardrails add_guardrail_to_endpoint
        update_endpoint_guardrail_config remove_guardrail_from_endpoint list_endpoint_guardrail_configs
        create_mcp_server get_mcp_server search_mcp_servers update_mcp_server delete_mcp_server create_mcp_server_version
        get_mcp_server_version get_mcp_server_version_by_alias get_latest_mcp_server_version search_mcp_server_versions
        update_mcp_server_version delete_mcp_server_version create_mcp_access_endpoint get_mcp_access_endpoint
        search_mcp_access_endpoints update_mcp_access_endpoint delete_mcp_access_endpoint set_mcp_server_tag delete_mcp_server_tag
        set_mcp_server_version_tag delete_mcp_server_version_tag set_mcp_server_alias delete_mcp_server_alias
        link_mcp_server_versions_to_trace get_mcp_server_versions_for_trace""",
)

REGISTRY = _table(
    native="""create_registered_model update_registered_model rename_registered_model delete_registered_model
        search_registered_models get_registered_model get_latest_versions set_registered_model_tag delete_registered_model_tag
        create_model_version update_model_version transition_model_version_stage delete_model_version get_model_version
        get_model_version_download_uri search_model_versions set_model_version_tag delete_model_version_tag
        set_registered_model_alias delete_registered_model_alias get_model_version_by_alias supports_workspaces""",
    composed="""copy_model_version _await_model_version_creation _await_model_version_creation_impl create_prompt
        _parse_experiment_id_filter search_prompts delete_prompt set_prompt_tag delete_prompt_tag get_prompt create_prompt_version
        get_prompt_version delete_prompt_version get_prompt_version_by_alias set_prompt_alias delete_prompt_alias
        search_prompt_versions link_prompts_to_trace set_prompt_version_tag delete_prompt_version_tag link_prompt_version_to_model
        link_prompt_version_to_run""",
    delegated="""create_webhook get_webhook list_webhooks list_webhooks_by_event update_webhook delete_webhook test_webhook""",
)
