# SPDX-License-Identifier: Apache-2.0
"""What goes with a request to a server: headers and auth of MLflow's plugins in this Python. User, password and token are added by
libmillrace from the same environment, and so is what its own plugins add."""
from __future__ import annotations

from mlflow.environment_variables import MLFLOW_TRACKING_AUTH, MLFLOW_TRACKING_AWS_SIGV4
from mlflow.utils.workspace_context import get_request_workspace
from mlflow.utils.workspace_utils import WORKSPACE_HEADER_NAME


def _headers(target: str, more) -> dict[str, str]:
    from mlflow.tracking.request_header.registry import resolve_request_headers

    headers = resolve_request_headers()
    workspace = get_request_workspace()
    if workspace and "/mlflow/workspaces" not in target:
        headers.setdefault(WORKSPACE_HEADER_NAME, workspace)
    headers.update(more or {})
    return {str(name): str(value) for name, value in headers.items()}


def _auth():
    """The auth object of a Python plugin, if the user named one; None when a native one is meant."""
    if MLFLOW_TRACKING_AWS_SIGV4.get():
        from requests_auth_aws_sigv4 import AWSSigV4

        return AWSSigV4("execute-api")
    name = MLFLOW_TRACKING_AUTH.get()
    if not name:
        return None
    from mlflow.tracking.request_auth import registry

    for provider in registry._request_auth_provider_registry:
        if provider.get_name() == name:
            return None if type(provider).__module__.startswith("millrace.") else provider.get_auth()
    return None  # libmillrace says that there is none


class _Replay:
    """The connection by which an auth object's hook sends a request again."""

    def __init__(self, sender):
        self.sender = sender

    def send(self, prepared, **kwargs):
        return self.sender(prepared)


def _send_authorized(send, base: str, method: str, target: str, body, content_type, headers, auth) -> tuple[int, bytes]:
    """As `requests` does it: the auth object changes the prepared request, and may answer a challenge by its hooks."""
    import requests

    base = base.rstrip("/")
    if body:
        headers.setdefault("Content-Type", content_type or "application/json")
    prepared = requests.Request(method, base + target, headers=headers, data=body or None).prepare()
    prepared.prepare_auth(auth, prepared.url)

    def exchange(request):
        got: list[tuple[str, str]] = []
        pairs = [(name, value.decode("latin-1") if isinstance(value, bytes) else str(value))
                 for name, value in request.headers.items() if name.lower() not in ("content-length", "content-type")]
        status, answer = send(method, request.url.removeprefix(base), request.body, request.headers.get("Content-Type"), pairs,
                              authorized=True, answer_headers=got)
        response = requests.Response()
        response.status_code, response.url, response.request = status, request.url, request
        response.headers.update(got)
        response._content, response._content_consumed = answer, True
        response.connection = _Replay(exchange)
        return response

    response = exchange(prepared)
    for hook in prepared.hooks.get("response", []):
        response = hook(response) or response
    return response.status_code, response.content


def send(send, base: str, method: str, target: str, body, content_type, headers) -> tuple[int, bytes]:
    headers, auth = _headers(target, headers), _auth()
    if auth is not None:
        return _send_authorized(send, base, method, target, body, content_type, headers, auth)
    return send(method, target, body, content_type, list(headers.items()))
