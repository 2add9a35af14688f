# SPDX-License-Identifier: Apache-2.0
"""Around calls into libmillrace: what it refuses is raised as MLflow does."""
from __future__ import annotations

import contextlib

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE

from millrace.mlflow_plugins import installed
from millrace.mlflow_plugins.native import _native
from millrace.mlflow_plugins.transport import raised


@contextlib.contextmanager
def errors():
    try:
        yield
    except _native.Error as error:
        raise raised(error) from None


_BUILT_IN = {
    "mlflow.artifact_repository": ("mlflow-artifacts", "file", "http", "https"),
    "mlflow.project_backend": ("local", "slurm"),
    "mlflow.deployments": ("local", "http", "https"),
    "mlflow.model_evaluator": ("default", "classifier", "regressor"),
}


def require(group, name):
    """An entry point has led here: whether there is a native plugin behind it, and if not, whose it was and what mends it."""
    if name in _BUILT_IN.get(group, ()):
        return
    try:
        installed.require(group, name)
    except FileNotFoundError as error:
        raise MlflowException(str(error), error_code=INVALID_PARAMETER_VALUE) from None
