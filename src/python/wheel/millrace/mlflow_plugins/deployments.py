# SPDX-License-Identifier: Apache-2.0
"""Native deployment targets for `mlflow deployments -t TARGET`: `deployments:nTARGET` is what MLflow takes for the module of that
target (entry.attribute), with its client class, run_local and target_help."""
from __future__ import annotations

import json
import os
import sys
import types

import mlflow
from mlflow.deployments import BaseDeploymentClient, PredictionsResponse
from mlflow.deployments.utils import parse_target_uri

from millrace.mlflow_plugins import entry, native
from millrace.mlflow_plugins.errors import errors, require
from millrace.mlflow_plugins.native import _native

_FORMS = {"dataframe_split", "dataframe_records", "instances", "inputs"}  # of a scoring request


def _stores():
    return native.inner(mlflow.get_tracking_uri()), native.inner(mlflow.get_registry_uri())


def _pairs(config):
    return [(str(key), value if isinstance(value, str) else json.dumps(value) if isinstance(value, (dict, list)) else str(value))
            for key, value in (config or {}).items()]


def _body(inputs, as_is):
    """Data as a scoring server takes it; as_is: a dict is what an endpoint takes."""
    if isinstance(inputs, (str, bytes)):
        return inputs
    if isinstance(inputs, dict) and (as_is or _FORMS & inputs.keys()):
        return json.dumps(inputs)
    if isinstance(inputs, dict):
        return json.dumps({"inputs": {name: value.tolist() if hasattr(value, "tolist") else value for name, value in inputs.items()}})
    from mlflow.utils.proto_json_utils import dump_input_data

    return dump_input_data(inputs)


class _NativeClient(BaseDeploymentClient):
    def __init__(self, target_uri):
        super().__init__(target_uri)
        require("mlflow.deployments", parse_target_uri(target_uri))
        self._opened = {}
        self._target()

    def _target(self):
        """For the stores of now: `runs:/` and `models:/` mean what they mean to MLflow."""
        stores = _stores()
        if stores not in self._opened:
            with errors():
                self._opened[stores] = _native.Deployments(self.target_uri, *stores)
        return self._opened[stores]

    def _ask(self, what, *arguments):
        call = getattr(self._target(), what)
        with errors():
            answer = call(*arguments)
        return None if answer is None else json.loads(answer)

    def _defaults(self):
        """What the built-in target cannot know: models of Python are served by this Python, unless the user named one."""
        if parse_target_uri(self.target_uri) != "local" or {"MILLRACE_PYTHON", "VIRTUAL_ENV"} & os.environ.keys():
            return {}
        return {"env.MILLRACE_PYTHON": sys.executable}

    def create_deployment(self, name, model_uri, flavor=None, config=None, endpoint=None):
        """Deploys a model. What config may hold says `mlflow deployments help -t TARGET`."""
        return self._ask("create", name, model_uri, flavor, _pairs({**self._defaults(), **(config or {})}), endpoint)

    def update_deployment(self, name, model_uri=None, flavor=None, config=None, endpoint=None):
        """Changes a deployment; what is not given stays."""
        return self._ask("update", name, model_uri, flavor, _pairs(config), endpoint)

    def delete_deployment(self, name, config=None, endpoint=None):
        """Removes a deployment; one that is not there is fine."""
        self._ask("delete", name, None, None, _pairs(config), endpoint)

    def list_deployments(self, endpoint=None):
        """The descriptions of all deployments, sorted by name."""
        return self._ask("list", None, None, None, [], endpoint)

    def get_deployment(self, name, endpoint=None):
        """The description of a deployment."""
        return self._ask("get", name, None, None, [], endpoint)

    def predict(self, deployment_name=None, inputs=None, endpoint=None):
        """What a deployment or an endpoint answers to a DataFrame, an array, a dict, or a body that is JSON."""
        answer = self._ask("predict", deployment_name, endpoint, _body(inputs, endpoint is not None), "application/json")
        return PredictionsResponse(answer if isinstance(answer, dict) else {"predictions": answer})

    def explain(self, deployment_name=None, df=None, endpoint=None):
        """How a deployment came to what it answers."""
        return self._ask("explain", deployment_name, endpoint, _body(df, endpoint is not None), "application/json")

    def create_endpoint(self, name, config=None):
        """Makes an endpoint, where a target has them."""
        return self._ask("create_endpoint", name, None, None, _pairs(config))

    def update_endpoint(self, endpoint, config=None):
        """Changes an endpoint."""
        return self._ask("update_endpoint", endpoint, None, None, _pairs(config))

    def delete_endpoint(self, endpoint):
        """Removes an endpoint; one that is not there is fine."""
        self._ask("delete_endpoint", endpoint)

    def list_endpoints(self):
        """The descriptions of all endpoints."""
        return self._ask("list_endpoints", None)

    def get_endpoint(self, endpoint):
        """The description of an endpoint."""
        return self._ask("get_endpoint", endpoint)


def _module(attribute, target):
    module = types.ModuleType(f"{__name__}.{attribute}", f"The native deployment target {target!r}.")

    def run_local(name, model_uri, flavor=None, config=None):
        """Serves the model here, until Ctrl-C."""
        require("mlflow.deployments", target)
        with errors():
            _native.deployments_serve(target, *_stores(), name, model_uri, flavor, _pairs(config))

    def target_help():
        require("mlflow.deployments", target)
        with errors():
            return _native.deployments_help(target)

    module.NativeDeploymentClient = type("NativeDeploymentClient", (_NativeClient,), {
        "__module__": module.__name__, "__doc__": f"Deployments of the native target {target!r}. `mlflow deployments help -t {target}` tells more."})
    module.run_local, module.target_help = run_local, target_help
    return module


def __getattr__(attribute):
    target = entry.name_of(attribute)
    if target is None:
        raise AttributeError(f"module {__name__!r} has no attribute {attribute!r}")
    return _module(attribute, target)
