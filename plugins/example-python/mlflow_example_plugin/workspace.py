# SPDX-License-Identifier: Apache-2.0
"""A provider of workspaces for workspace URIs with scheme 'file-plugin', for MLflow: one, which is always there."""
from mlflow.entities import Workspace
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST
from mlflow.store.workspace.abstract_store import AbstractStore


class PluginWorkspaceProvider(AbstractStore):
    def __init__(self, workspace_uri):
        self.uri = workspace_uri

    def list_workspaces(self):
        return [self.get_default_workspace()]

    def get_workspace(self, workspace_name):
        if workspace_name == "default":
            return self.get_default_workspace()
        raise MlflowException(f"There is no workspace '{workspace_name}'", RESOURCE_DOES_NOT_EXIST)

    def get_default_workspace(self):
        return Workspace(name="default", description="The only one")
