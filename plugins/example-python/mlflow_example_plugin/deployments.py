# SPDX-License-Identifier: Apache-2.0
"""A deployment target called faketarget: notes its deployments in the file that its URI names (faketarget:/PATH), and
answers with the sum of each row."""
import json
import os
from urllib.parse import urlsplit

from mlflow.deployments import BaseDeploymentClient, PredictionsResponse
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_ALREADY_EXISTS, RESOURCE_DOES_NOT_EXIST


class PluginDeploymentClient(BaseDeploymentClient):
    """The file holds a JSON object, by the deployments' names."""

    def __init__(self, target_uri):
        super().__init__(target_uri)
        self.file = urlsplit(target_uri).path

    def _read(self):
        if not os.path.exists(self.file):
            return {}
        with open(self.file, encoding="utf-8") as file:
            return json.load(file)

    def _write(self, deployments):
        with open(self.file, "w", encoding="utf-8") as file:
            json.dump(deployments, file)

    def create_deployment(self, name, model_uri, flavor=None, config=None, endpoint=None):
        deployments = self._read()
        if name in deployments:
            raise MlflowException(f"There is a deployment '{name}' already", RESOURCE_ALREADY_EXISTS)
        deployments[name] = {"name": name, "flavor": flavor or "python_function", "model_uri": model_uri, "config": config}
        self._write(deployments)
        return deployments[name]

    def update_deployment(self, name, model_uri=None, flavor=None, config=None, endpoint=None):
        deployments = self._read()
        deployments[name] = {**self.get_deployment(name), "model_uri": model_uri}
        self._write(deployments)
        return {"flavor": deployments[name]["flavor"]}

    def delete_deployment(self, name, config=None, endpoint=None):
        deployments = self._read()
        deployments.pop(name, None)
        self._write(deployments)

    def list_deployments(self, endpoint=None):
        return list(self._read().values())

    def get_deployment(self, name, endpoint=None):
        deployments = self._read()
        if name not in deployments:
            raise MlflowException(f"There is no deployment '{name}'", RESOURCE_DOES_NOT_EXIST)
        return deployments[name]

    def predict(self, deployment_name=None, inputs=None, endpoint=None):
        self.get_deployment(deployment_name)
        return PredictionsResponse({"predictions": inputs.sum(axis=1).tolist()})


def run_local(name, model_uri, flavor=None, config=None):
    print(f"Deployed {name} from {model_uri}")


def target_help():
    return "faketarget:/PATH notes deployments in the file PATH."
