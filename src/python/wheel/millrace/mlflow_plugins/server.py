# SPDX-License-Identifier: Apache-2.0
"""MLflow's REST stores with each of their requests made by libmillrace."""
from __future__ import annotations

import json
import time
from functools import partial
from urllib.parse import urlencode

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import ENDPOINT_NOT_FOUND, INTERNAL_ERROR, INVALID_PARAMETER_VALUE, TEMPORARILY_UNAVAILABLE, ErrorCode
from mlflow.store.model_registry import rest_store as registry_rest_store
from mlflow.utils.credentials import get_default_host_creds
from mlflow.utils.proto_json_utils import parse_dict
from mlflow.utils.server_info import SERVER_FEATURES_ENDPOINT, SERVER_INFO_ENDPOINT, SERVER_INFO_WORKSPACES_ENABLED
from mlflow.utils.workspace_context import get_request_workspace

from millrace.mlflow_plugins import native


def is_server(uri: str) -> bool:
    return native.inner(uri).startswith(("http://", "https://"))


def host_creds(uri: str):
    """For what asks a REST store for its address."""
    return partial(get_default_host_creds, native.inner(uri))


def _with_query(target: str, fields) -> str:
    return f"{target}{'&' if '?' in target else '?'}{urlencode(fields, doseq=True)}" if fields else target


_probed: dict[str, tuple[float, bool]] = {}  # server -> until when it is known, and whether it has workspaces


class Server:
    """What both stores share. _millrace is an HttpTransport."""

    def _request(self, endpoint, method, json_body, response_proto):
        """mlflow.utils.rest_utils.call_endpoint; json_body is JSON or None."""
        if method == "GET":
            fields = json.loads(json_body) if json_body else None
            fields = fields and {name: str(value).lower() if isinstance(value, bool) else value for name, value in fields.items()}
            answer = self._millrace.call("GET", _with_query(endpoint, fields))
        else:
            answer = self._millrace.call(method, endpoint, json_body)
        parse_dict(js_dict=answer, message=response_proto)
        return response_proto

    def _probe_workspace_support(self):
        """Asked once a minute for a server, whichever store asks, as MLflow does."""
        until, supported = _probed.get(self._millrace.uri, (0.0, False))
        if time.monotonic() >= until:
            supported = self._ask_for_workspaces()
            _probed[self._millrace.uri] = (time.monotonic() + 60, supported)
        return supported

    def _ask_for_workspaces(self):
        for endpoint in (SERVER_INFO_ENDPOINT, SERVER_FEATURES_ENDPOINT):
            status, answer = self._millrace.send("GET", endpoint)
            if status != 404:
                break
        if status == 404:
            workspace = get_request_workspace()
            text = self._WORKSPACE_SUPPORT_UNDETERMINED_ERROR
            if workspace is not None:
                text = self._WORKSPACE_SUPPORT_UNDETERMINED_WITH_WORKSPACE_ERROR.format(workspace=workspace)
            raise MlflowException(text, error_code=INVALID_PARAMETER_VALUE)
        if status != 200:
            raise MlflowException(f"Failed to query {endpoint}: {status} {answer.decode(errors='replace')}",
                                  error_code=TEMPORARILY_UNAVAILABLE)
        return json.loads(answer).get(SERVER_INFO_WORKSPACES_ENABLED, False)


class ServerTracking(Server):
    _version = None

    def _call_endpoint(self, api, json_body=None, endpoint=None, retry_timeout_seconds=None, response_proto=None):
        known = (self._V3_METHOD_TO_INFO if api in self._V3_APIS else self._METHOD_TO_INFO)[api]
        return self._request(endpoint or known[0], known[1], json_body, response_proto or api.Response())

    def _get_server_version(self, host_creds=None):
        from packaging.version import InvalidVersion, Version

        if self._version is None:
            try:
                status, answer = self._millrace.send("GET", "/version")
                self._version = Version(answer.decode()) if status == 200 else None
            except (MlflowException, InvalidVersion, UnicodeDecodeError):
                pass
        return self._version

    def log_spans(self, location, spans, tracking_uri=None):
        from mlflow.tracing.utils.otlp import MLFLOW_EXPERIMENT_ID_HEADER, OTLP_TRACES_PATH, resource_to_otel_proto
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        if not spans:
            return []
        self._validate_workspace_support_if_specified()
        version = self._get_server_version()
        if version is None or (version.major, version.minor) < (3, 4):
            raise NotImplementedError(f"log_spans is not supported: the server's version is {version or 'unknown'}, it needs 3.4")
        request = ExportTraceServiceRequest()
        resource_spans = request.resource_spans.add()
        resource_spans.resource.CopyFrom(resource_to_otel_proto(getattr(spans[0]._span, "resource", None)))
        resource_spans.scope_spans.add().spans.extend(span.to_otel_proto() for span in spans)
        status, answer = self._millrace.send("POST", OTLP_TRACES_PATH, request.SerializeToString(), "application/x-protobuf",
                                             {MLFLOW_EXPERIMENT_ID_HEADER: location})
        if status != 200:
            raise self._millrace.refused(status, answer, OTLP_TRACES_PATH)
        return spans

    def _mcp_request(self, method, path, json=None, params=None):
        from mlflow.store.tracking.mcp_server_registry.rest_mixin import _MCP_API_PREFIX

        return self._millrace.call(method, _with_query(f"{_MCP_API_PREFIX}{path}", params), json)

    def _config(self, j: dict):
        from mlflow.genai.scorers.online.entities import OnlineScoringConfig

        try:
            return OnlineScoringConfig(online_scoring_config_id=j["online_scoring_config_id"], scorer_id=j["scorer_id"],
                                       sample_rate=j["sample_rate"], filter_string=j.get("filter_string"),
                                       experiment_id=j["experiment_id"])
        except (KeyError, TypeError) as error:
            raise MlflowException(f"An online scoring config is malformed: {error}", error_code=INTERNAL_ERROR) from error

    def upsert_online_scoring_config(self, experiment_id, scorer_name, sample_rate, filter_string=None):
        answer = self._millrace.send_fields("PUT", "/api/3.0/mlflow/scorers/online-config", experiment_id=experiment_id,
                                            name=scorer_name, sample_rate=sample_rate, filter_string=filter_string)
        return self._config(answer.get("config"))

    def get_online_scoring_configs(self, scorer_ids):
        if not scorer_ids:
            return []
        answer = self._millrace.get("/api/3.0/mlflow/scorers/online-configs", scorer_ids=list(scorer_ids))
        return [self._config(j) for j in answer.get("configs", ())]


class ServerRegistry(Server):
    def _call_endpoint(self, api, json_body, call_all_endpoints=False, extra_headers=None):
        endpoints = self._get_all_endpoints_from_method(api) if call_all_endpoints else [self._get_endpoint_from_method(api)]
        for i, (endpoint, method) in enumerate(endpoints):
            try:
                return self._request(endpoint, method, json_body, api.Response())
            except MlflowException as error:
                if error.error_code != ErrorCode.Name(ENDPOINT_NOT_FOUND) or i + 1 == len(endpoints):
                    raise

    def _call_webhook_endpoint(self, api, json_body=None, webhook_id=None):
        endpoint, method = registry_rest_store._WEBHOOK_METHOD_TO_INFO[api]
        return self._request(endpoint.format(webhook_id=webhook_id) if webhook_id else endpoint, method, json_body, api.Response())
