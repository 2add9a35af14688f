# SPDX-License-Identifier: Apache-2.0
"""What goes with a request to a server: headers and auth of MLflow's plugins in this Python. User, password and token are added by
libmillrace, from the same environment."""
from __future__ import annotations

from mlflow.utils.workspace_context import get_request_workspace
from mlflow.utils.workspace_utils import WORKSPACE_HEADER_NAME


def send(send, base: str, method: str, target: str, body, content_type, headers) -> tuple[int, bytes]:
    from mlflow.tracking.request_header.registry import resolve_request_headers

    sent = resolve_request_headers()
    workspace = get_request_workspace()
    if workspace and "/mlflow/workspaces" not in target:
        sent.setdefault(WORKSPACE_HEADER_NAME, workspace)
    if headers:
        sent.update(headers)
    return send(method, target, body, content_type, [(str(name), str(value)) for name, value in sent.items()])
