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
                pattern = re.escape(PARAMETER.sub("\0", "/" + endpoint.path.lstrip("/"))).replace("\0", "[^/]+")
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
    body = _from_query(step, message.DESCRIPTOR) if step.method == "GET" and step.query else _from_body(step)
    if not isinstance(body, dict):
        return False
    try:
        ParseDict(body, message(), ignore_unknown_fields=True)
    except ParseError:
        return True
    return not _objects(body, message.DESCRIPTOR)


def _from_body(step):
    try:
        return json.loads(step.body)
    except ValueError:
        return None


def _from_query(step, descriptor):
    """As the reference makes an object of a query: strings, and lists of them for repeated fields."""
    found = {}
    for pair in step.query:
        field = None if isinstance(pair, str) else descriptor.fields_by_name.get(pair[0])
        if field is not None and field.is_repeated:
            found.setdefault(field.name, []).append(pair[1])
        elif field is not None:
            found.setdefault(field.name, pair[1])
    return found


def _objects(body, descriptor):
    """Whether all messages are objects: protobuf goes through a string or a list in place of one, and finds no names."""
    for field in descriptor.fields:
        value = body.get(field.name, body.get(field.json_name))
        if field.message_type is None or value is None or field.message_type.GetOptions().map_entry:
            continue
        for one in value if field.is_repeated else [value]:
            if not isinstance(one, dict) or not _objects(one, field.message_type):
                return False
    return True
