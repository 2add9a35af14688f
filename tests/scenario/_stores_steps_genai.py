# SPDX-License-Identifier: Apache-2.0
"""The calls of traces, evaluation data sets, scorers, queues of reviews, the gateway, MCP servers, prompts and webhooks; see
_stores_calls.py."""
import os
import time

from mlflow.entities import AssessmentSource, Expectation, Feedback, IssueSeverity, IssueStatus, TraceInfo, TraceLocation, TraceState
from mlflow.entities.gateway_budget_policy import BudgetAction, BudgetDuration, BudgetDurationUnit, BudgetTargetScope, BudgetUnit
from mlflow.entities.gateway_endpoint import (
    FallbackConfig,
    FallbackStrategy,
    GatewayEndpointModelConfig,
    GatewayEndpointTag,
    GatewayModelLinkageType,
    RoutingStrategy,
)
from mlflow.entities.gateway_guardrail import GuardrailAction, GuardrailStage
from mlflow.entities.mcp_server import MCPStatus
from mlflow.entities.model_registry import PromptVersion
from mlflow.entities.span import Span
from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType
from mlflow.entities.webhook import WebhookEvent, WebhookStatus
from mlflow.genai.label_schemas.label_schemas import InputCategorical, InputText

T = 1_500_000_000_000
HOUR = 3_600_000
os.environ.setdefault("MLFLOW_CRYPTO_KEK_PASSPHRASE", "a passphrase of a test, long enough for it")
os.environ.setdefault("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS", "true")
os.environ.setdefault("MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")


def attribute(result, name, otherwise="absent"):
    """Of a result that may not be there: the calls go on, for a refusal is an outcome, too."""
    return getattr(result, name, otherwise)


def everything(t, r):
    exp = t("create_experiment", "genai")
    run = t("create_run", exp, "u", T, [], "traced").info.run_id
    traces(t, exp, run)
    assessments(t)
    datasets(t, exp)
    scorers(t, exp)
    reviews(t, exp)
    gateway(t, exp)
    servers(t)
    prompts(t, r, exp, run)
    webhooks(r)
    for method in ("list_scorers", "get_latest_mcp_server_version"):
        t(method, "999")


def info(exp, n):
    return TraceInfo(trace_id=f"tr-{n:032x}", trace_location=TraceLocation.from_experiment_id(exp), request_time=T + n, state=TraceState.OK,
                     request_preview=f"question {n}", response_preview="answer", execution_duration=5,
                     trace_metadata={"mlflow.trace.session": "s1", "n": str(n)}, tags={"tag": "a" if n % 2 else "b"})


def span(n, number, parent=None):
    import base64

    def identify(number, size):
        return base64.b64encode(number.to_bytes(size, "big")).decode()

    return Span.from_dict({
        "trace_id": identify(n, 16), "span_id": identify(number, 8), "parent_span_id": identify(parent, 8) if parent else None,
        "name": f"span {number}", "start_time_unix_nano": (T + n) * 1_000_000, "end_time_unix_nano": (T + n + 5) * 1_000_000, "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {"mlflow.traceRequestId": f'"tr-{n:032x}"', "mlflow.spanType": '"LLM"', "mlflow.spanInputs": '{"q": 1}'}})


def traces(t, exp, run):
    ids = [f"tr-{n:032x}" for n in range(1, 5)]
    for n in (1, 2, 3):
        t("start_trace", info(exp, n))
    t("start_trace", info("999", 9))
    t("log_spans", exp, [span(1, 11), span(1, 12, 11)])
    t("log_spans_async", exp, [span(2, 21)])
    t("log_spans", exp, [])
    for trace_id in (ids[0], "tr-" + "f" * 32):
        t("get_trace_info", trace_id)
        t("get_trace", trace_id)
        t("get_trace", trace_id, allow_partial=True)
    t("batch_get_traces", ids[:2])
    t("batch_get_traces", ids[:2], None, [exp])
    t("batch_get_trace_infos", ids)
    t("set_trace_tag", ids[0], "k", "v")
    t("delete_trace_tag", ids[0], "tag")
    t("delete_trace_tag", ids[0], "absent")
    page = t("search_traces", [exp], None, 2, ["timestamp_ms DESC"])
    if page:
        t("search_traces", [exp], None, 2, ["timestamp_ms DESC"], page[1])
    t("search_traces", locations=[exp], filter_string="tags.tag = 'b'")
    t("search_traces", [exp], "nonsense")
    t("link_traces_to_run", ids[:2], run)
    t("link_traces_to_run", ids * 30, run)
    t("search_traces", [exp], f"attributes.run_id = '{run}'")
    t("unlink_traces_from_run", ids[:1], run)
    t("link_prompts_to_trace", ids[0], [PromptVersion("p", 1, "text")])
    t("calculate_trace_filter_correlation", [exp], "tags.tag = 'a'", "tags.k = 'v'")
    t("query_trace_metrics", [exp], MetricViewType.TRACES, "trace_count", [MetricAggregation(AggregationType.COUNT)])
    t("find_completed_sessions", exp, 0, T * 2)
    t("get_online_trace_details", ids[0], "table", "request")
    t("supports_trace_archival")
    t("resolve_trace_archival_config", default_trace_archival_location=f"{os.getcwd()}/archive", default_retention="30d")
    t("archive_traces", resolved_trace_archival_location=f"{os.getcwd()}/archive", broader_retention="30d", max_traces_per_pass=1)
    t("_delete_traces", exp, None, None, ids[2:3])
    t("delete_traces", exp)
    t("delete_traces", exp, max_timestamp_millis=T, max_traces=1)


def assessments(t):
    trace_id = f"tr-{1:032x}"
    source = AssessmentSource("HUMAN", "me")
    one = t("create_assessment", Feedback(name="good", value=True, trace_id=trace_id, source=source, rationale="because"))
    two = t("create_assessment", Expectation(name="expected", value="x", trace_id=trace_id, source=source))
    t("create_assessment", Feedback(name="good", value=1, trace_id="tr-" + "f" * 32, source=source))
    for a in (one, two):
        t("get_assessment", trace_id, attribute(a, "assessment_id"))
    t("update_assessment", trace_id, attribute(one, "assessment_id"), rationale="other", metadata={"k": "v"})
    t("delete_assessment", trace_id, attribute(one, "assessment_id"))
    t("get_assessment", trace_id, attribute(one, "assessment_id"))
    exp = t("create_experiment", "issues")
    issue = t("create_issue", exp, "issue", "is one", severity=IssueSeverity.HIGH, root_causes=["a"], categories=["c"], created_by="me")
    t("get_issue", attribute(issue, "issue_id"))
    t("update_issue", attribute(issue, "issue_id"), IssueStatus.RESOLVED, "renamed")
    t("search_issues", exp, include_trace_count=True)
    t("search_issues", exp, "status = 'resolved'")
    t("get_issue", "absent")


def datasets(t, exp):
    one = attribute(t("create_dataset", "set", {"k": "v"}, [exp]), "dataset_id")
    t("create_dataset", "")
    t("get_dataset", one)
    t("get_dataset", "d-absent")
    t("upsert_dataset_records", one, [{"inputs": {"q": 1}, "expectations": {"a": 2}}])
    time.sleep(0.005)  # records are in the order of their times
    t("upsert_dataset_records", one, [{"inputs": {"q": 2}, "tags": {"x": "y"}}])
    t("upsert_dataset_records", one, [{"inputs": {"q": 1}, "expectations": {"a": 3}}])
    records = t("_load_dataset_records", one)
    t("_load_dataset_records", one, 1)
    if records and records[0]:
        t("delete_dataset_records", one, [records[0][0].dataset_record_id])
    else:
        t("delete_dataset_records", one, ["absent"])
    t("set_dataset_tags", one, {"k2": "v2"})
    t("delete_dataset_tag", one, "k")
    t("get_dataset_experiment_ids", one)
    t("search_datasets", [exp])
    t("search_datasets", filter_string="name LIKE 's%'", max_results=1)
    other = t("create_experiment", "other of the set")
    t("add_dataset_to_experiments", one, [other])
    t("remove_dataset_from_experiments", one, [exp])
    t("delete_dataset", one)
    t("delete_dataset", "d-absent")


def scorers(t, exp):
    serialized = '{"name": "s", "builtin_scorer_class": "Safety"}'
    one = t("register_scorer", exp, "s", serialized)
    t("register_scorer", exp, "s", serialized)
    t("register_scorer", "999", "s", serialized)
    t("list_scorers", exp)
    t("list_scorers_across_experiments", [exp, "0"])
    t("list_scorer_versions", exp, "s")
    t("get_scorer", exp, "s")
    t("get_scorer", exp, "s", 1)
    t("get_scorer", exp, "absent")
    t("upsert_online_scoring_config", exp, "s", 0.5, None)
    t("upsert_online_scoring_config", exp, "absent", 2.0)
    t("get_online_scoring_configs", [attribute(one, "scorer_id", "absent")])
    t("get_online_scoring_configs", [])
    t("get_active_online_scorers")
    t("delete_scorer", exp, "s", 1)
    t("delete_scorer", exp, "absent")


def reviews(t, exp):
    one = attribute(t("create_label_schema", exp, name="label", type="feedback", input=InputCategorical(options=["a", "b"]), instruction="do"),
                    "schema_id")
    t("create_label_schema", exp, name="label", type="expectation", input=InputText(max_length=5))
    t("get_label_schema", one)
    t("get_label_schema_by_name", exp, "label")
    t("get_label_schema_by_name", exp, "absent")
    t("list_label_schemas", exp)
    t("update_label_schema", one, instruction="do it", enable_comment=True)
    queue = attribute(t("create_review_queue", exp, name="queue", queue_type="custom", created_by="me", users=["a"], schema_ids=[one]), "queue_id")
    t("get_or_create_user_queue", exp, user="me")
    t("get_review_queue", queue)
    t("get_review_queue_by_name", exp, name="queue")
    t("get_review_queue", "absent")
    t("list_review_queues", exp, user="a")
    t("update_review_queue", queue, name="renamed", users=["a", "b"])
    item = f"tr-{2:032x}"
    t("add_items_to_review_queue", queue, item_ids=[item])
    t("list_review_queue_items", queue, status="pending")
    t("set_review_queue_item_status", queue, item_id=item, status="complete", completed_by="a")
    t("remove_items_from_review_queue", queue, item_ids=[item])
    t("delete_review_queue", queue)
    t("delete_label_schema", one)


def gateway(t, exp):
    secret = attribute(t("create_gateway_secret", "secret", {"api_key": "sk-123456789"}, "openai", {"k": "v"}, "me"), "secret_id")
    t("create_gateway_secret", "secret", {"api_key": "x"})
    t("get_secret_info", secret)
    t("get_secret_info", secret_name="secret")
    t("get_secret_info", "absent")
    t("update_gateway_secret", secret, {"api_key": "sk-987654321"}, updated_by="you")
    t("list_secret_infos", "openai")
    model = attribute(t("create_gateway_model_definition", "model", secret, "openai", "gpt"), "model_definition_id")
    other = attribute(t("create_gateway_model_definition", "other", secret, "openai", "gpt2"), "model_definition_id")
    t("get_gateway_model_definition", model)
    t("get_gateway_model_definition", name="absent")
    t("list_gateway_model_definitions", "openai")
    t("update_gateway_model_definition", model, model_name="gpt3")
    first = GatewayEndpointModelConfig(model, GatewayModelLinkageType.PRIMARY, 1.0)
    end = attribute(t("create_gateway_endpoint", "end", [first], "me", RoutingStrategy.REQUEST_BASED_TRAFFIC_SPLIT,
                      FallbackConfig(FallbackStrategy.SEQUENTIAL, 2), exp), "endpoint_id")
    t("get_gateway_endpoint", end)
    t("get_gateway_endpoint", name="absent")
    t("update_gateway_endpoint", end, "end'", "you")
    t("list_gateway_endpoints", "openai")
    t("attach_model_to_endpoint", end, GatewayEndpointModelConfig(other, GatewayModelLinkageType.FALLBACK, 1.0, 1))
    t("detach_model_from_endpoint", end, other)
    t("create_endpoint_binding", end, "scorer", "s-1", "me")
    t("list_endpoint_bindings", end)
    t("delete_endpoint_binding", end, "scorer", "s-1")
    t("set_gateway_endpoint_tag", end, GatewayEndpointTag("k", "v"))
    t("delete_gateway_endpoint_tag", end, "k")
    policy = attribute(t("create_budget_policy", BudgetUnit.USD, 10.0, BudgetDuration(BudgetDurationUnit.DAYS, 1), BudgetTargetScope.GLOBAL,
                         BudgetAction.ALERT, "me"), "budget_policy_id")
    t("get_budget_policy", policy)
    t("update_budget_policy", policy, budget_amount=20.0)
    t("list_budget_policies")
    t("sum_gateway_trace_cost", T, T + HOUR)
    scorer = t("register_scorer", exp, "guard", '{"name": "guard", "builtin_scorer_class": "Safety"}')
    guard = attribute(t("create_gateway_guardrail", "guard", attribute(scorer, "scorer_id"), 1, GuardrailStage.BEFORE,
                        GuardrailAction.VALIDATION), "guardrail_id")
    t("get_gateway_guardrail", guard)
    t("list_gateway_guardrails")
    t("add_guardrail_to_endpoint", end, guard, 1)
    t("update_endpoint_guardrail_config", end, guard, 2)
    t("list_endpoint_guardrail_configs", end)
    t("remove_guardrail_from_endpoint", end, guard)
    t("delete_gateway_guardrail", guard)
    t("delete_budget_policy", policy)
    t("delete_gateway_endpoint", end)
    t("delete_gateway_model_definition", model)
    t("delete_gateway_secret", secret)


def servers(t):
    name = "io.example/server"
    t("create_mcp_server", name, "one of them", None, "me")
    t("create_mcp_server", name)
    t("get_mcp_server", name)
    t("get_mcp_server", "io.example/absent")
    t("update_mcp_server", name, description="another")
    t("set_mcp_server_tag", name, "k", "v")
    t("search_mcp_servers", max_results=5)
    t("delete_mcp_server_tag", name, "k")
    body = {"$schema": "https://static.modelcontextprotocol.io/schemas/2025-09-29/server.schema.json", "name": name, "description": "d",
            "version": "1.0.0", "remotes": [{"type": "streamable-http", "url": "https://example.org/mcp"}]}
    version = t("create_mcp_server_version", body, created_by="me", status=MCPStatus.ACTIVE)
    t("get_mcp_server_version", name, "1.0.0")
    t("get_latest_mcp_server_version", name)
    t("search_mcp_server_versions", name)
    t("update_mcp_server_version", name, "1.0.0", status=MCPStatus.DEPRECATED)
    t("set_mcp_server_version_tag", name, "1.0.0", "k", "v")
    t("delete_mcp_server_version_tag", name, "1.0.0", "k")
    t("set_mcp_server_alias", name, "best", "1.0.0")
    t("get_mcp_server_version_by_alias", name, "best")
    end = attribute(t("create_mcp_access_endpoint", name, "https://example.org/mcp", server_version="1.0.0"), "endpoint_id")
    t("get_mcp_access_endpoint", name, end)
    t("search_mcp_access_endpoints", name)
    t("update_mcp_access_endpoint", name, end, url="https://example.org/other")
    t("delete_mcp_access_endpoint", name, end)
    t("link_mcp_server_versions_to_trace", f"tr-{2:032x}", [version] if version else [])
    t("get_mcp_server_versions_for_trace", f"tr-{2:032x}")
    t("delete_mcp_server_alias", name, "best")
    t("delete_mcp_server_version", name, "1.0.0")
    t("delete_mcp_server", name)


def prompts(t, r, exp, run):
    r("create_prompt", "prompt", "about", {"k": "v"})
    r("create_prompt", "prompt")
    one = r("create_prompt_version", "prompt", "Hello {{name}}", "first", {"t": "1"}, {"type": "object"}, {"temperature": 0.5})
    r("create_prompt_version", "prompt", [{"role": "user", "content": "{{x}}"}])
    for version in (1, "2", 3):
        r("get_prompt_version", "prompt", version)
    r("get_prompt", "prompt")
    r("get_prompt", "absent")
    r("set_prompt_tag", "prompt", "k2", "v2")
    r("delete_prompt_tag", "prompt", "k")
    r("set_prompt_alias", "prompt", "live", 1)
    r("get_prompt_version_by_alias", "prompt", "live")
    r("delete_prompt_alias", "prompt", "live")
    r("set_prompt_version_tag", "prompt", 1, "k", "v")
    r("delete_prompt_version_tag", "prompt", 1, "k")
    r("search_prompts")
    r("search_prompts", f"experiment_id = '{exp}'")
    r("_parse_experiment_id_filter", "experiment_id = '1' AND name = 'x'")
    r("search_prompt_versions", "prompt")
    model = attribute(t("create_logged_model", exp, "prompted"), "model_id")
    r("link_prompt_version_to_model", "prompt", "1", model)
    t("get_logged_model", model)
    r("link_prompt_version_to_run", "prompt", "1", run)
    t("get_run", run)
    if one is not None:
        r("link_prompts_to_trace", [one], f"tr-{2:032x}")
    t("get_trace_info", f"tr-{2:032x}")
    r("delete_prompt_version", "prompt", 1)
    r("delete_prompt", "prompt")
    r("get_prompt", "prompt")


def webhooks(r):
    event = WebhookEvent("registered_model", "created")
    one = attribute(r("create_webhook", "hook", "https://127.0.0.1:9/x", [event], "about", "secret", WebhookStatus.ACTIVE), "webhook_id")
    r("create_webhook", "", "not a url", [])
    r("get_webhook", one)
    r("get_webhook", "absent")
    r("list_webhooks")
    r("list_webhooks_by_event", event)
    r("update_webhook", one, name="renamed", status=WebhookStatus.DISABLED)
    r("test_webhook", "absent")
    r("delete_webhook", one)
    r("delete_webhook", one)
