# SPDX-License-Identifier: Apache-2.0
"""MLflow's workspaces: those of a server by libmillrace's requests; those of a database are read by MLflow's own store of it."""
from __future__ import annotations

from mlflow.entities import Workspace
from mlflow.entities.workspace import WorkspaceDeletionMode
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import FEATURE_DISABLED
from mlflow.protos.service_pb2 import CreateWorkspace, GetWorkspace, ListWorkspaces, UpdateWorkspace
from mlflow.store.workspace.abstract_store import WorkspaceNameValidator
from mlflow.store.workspace.rest_store import WORKSPACES_ENDPOINT, RestWorkspaceStore, _quote_workspace
from mlflow.utils.proto_json_utils import message_to_json, parse_dict

from millrace.mlflow_plugins import delegate, server
from millrace.mlflow_plugins.transport import HttpTransport


def _filled(message, workspace: Workspace):
    for name in ("description", "default_artifact_root"):
        if getattr(workspace, name) is not None:
            setattr(message, name, getattr(workspace, name))
    if workspace.trace_archival_location is not None:
        message.trace_archival_config.location = workspace.trace_archival_location
    if workspace.trace_archival_retention is not None:
        message.trace_archival_config.retention = workspace.trace_archival_retention
    return message_to_json(message)


class HttpWorkspaces(RestWorkspaceStore):
    def __init__(self, uri: str):
        super().__init__(server.host_creds(uri))
        self._millrace = HttpTransport(uri, lambda: None)

    def _ask(self, method: str, target: str, response, body=None):
        parse_dict(js_dict=self._millrace.call(method, WORKSPACES_ENDPOINT + target, body), message=response)
        return response

    def list_workspaces(self) -> list[Workspace]:
        return [Workspace.from_proto(w) for w in self._ask("GET", "", ListWorkspaces.Response()).workspaces]

    def get_workspace(self, workspace_name: str) -> Workspace:
        return self._workspace_from_proto(self._ask("GET", f"/{_quote_workspace(workspace_name)}", GetWorkspace.Response()))

    def create_workspace(self, workspace: Workspace) -> Workspace:
        WorkspaceNameValidator.validate(workspace.name)
        body = _filled(CreateWorkspace(name=workspace.name), workspace)
        return self._workspace_from_proto(self._ask("POST", "", CreateWorkspace.Response(), body))

    def update_workspace(self, workspace: Workspace) -> Workspace:
        body = _filled(UpdateWorkspace(), workspace)
        return self._workspace_from_proto(self._ask("PATCH", f"/{_quote_workspace(workspace.name)}", UpdateWorkspace.Response(), body))

    def delete_workspace(self, workspace_name: str, mode: WorkspaceDeletionMode = WorkspaceDeletionMode.RESTRICT) -> None:
        query = "" if mode == WorkspaceDeletionMode.RESTRICT else f"?mode={mode.value}"
        self._millrace.call("DELETE", f"{WORKSPACES_ENDPOINT}/{_quote_workspace(workspace_name)}{query}")


def open_store(uri: str):
    if server.is_server(uri):
        return HttpWorkspaces(uri)
    place = delegate.Place(uri)
    if place.scheme == "sqlite":
        from mlflow.store.workspace.sqlalchemy_store import SqlAlchemyStore

        return SqlAlchemyStore(place.uri)
    raise MlflowException(f"The store {uri} has no workspaces", error_code=FEATURE_DISABLED)
