# SPDX-License-Identifier: Apache-2.0
"""What protobuf, as the reference uses it, makes of a request: which message it is, and whether it takes its values."""
import json
import re
from functools import cache

from google.protobuf.json_format import ParseDict, ParseError
from mlflow.protos import databricks_pb2, mlflow_artifacts_pb2, model_registry_pb2, service_pb2

SERVICES = (service_pb2.MlflowService, model_registry_pb2.ModelRegistryService, mlflow_artifacts_pb2.MlflowArtifactsService)
PARAMETER = re.compile(r"\{[^}]+\}")


@cache
def routes():
    """[(method, pattern of the path below /api/2.0, message class)]"""
    found = []
    for service in SERVICES:
        for method in service.DESCRIPTOR.methods:
            for endpoint in method.GetOptions().Extensions[databricks_pb2.rpc].endpoints:
                pattern = re.escape(PARAMETER.sub("\0", endpoint.path)).replace("\0", "[^/]+")
                found.append((endpoint.method, re.compile(pattern), method.input_type._concrete_class))
    return found


def message_of(method, path):
    path = "/mlflow/" + path if not path.startswith("/") else re.sub(r"^/(ajax-)?api/[0-9.]+", "", path)
    for wanted, pattern, message in routes():
        if wanted == method and pattern.fullmatch(path):
            return message
    return None


def refuses(step):
    """Whether protobuf stops at a value in the step's body."""
    message = message_of(step.method, step.path)
    if message is None or step.raw is not None:
        return False
    try:
        body = json.loads(step.body)
    except ValueError:
        return False
    if not isinstance(body, dict):
        return False
    try:
        ParseDict(body, message(), ignore_unknown_fields=True)
    except ParseError:
        return True
    return False
