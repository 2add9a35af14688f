# SPDX-License-Identifier: Apache-2.0
"""Requests of MLflow's REST API to a store of libmillrace's, and the errors that they get, as MLflow raises them."""
from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from mlflow.exceptions import MlflowException, RestException, get_error_code
from mlflow.protos.databricks_pb2 import INTERNAL_ERROR, ErrorCode

from millrace import _native
from millrace.mlflow_plugins import native

API, API3 = "/api/2.0/mlflow/", "/api/3.0/mlflow/"


def number_of(name: str) -> int:
    """MLflow's number of an error code."""
    return ErrorCode.Value(name) if name in ErrorCode.keys() else INTERNAL_ERROR


def raised(error: _native.Error) -> MlflowException:
    """What libmillrace refused, as MLflow says it."""
    return MlflowException(str(error), error_code=number_of(error.code))


def _plain(value):
    """Numbers of numpy, and lists of protobuf, which MLflow's server hands on."""
    return value.item() if hasattr(value, "item") else list(value)


class Transport:
    """To a store in a process of its own."""

    def __init__(self, uri: str, registry: bool = False, artifact_root: str | None = None):
        self.uri = native.inner(uri)
        self.registry = registry
        self.client = native.client(self.uri, artifact_root=artifact_root)

    def send(self, method: str, target: str, body=None, content_type: str | None = None, headers=None, **how) -> tuple[int, bytes]:
        """Status and body of the answer. how: see Client.rest."""
        try:
            return self.client.rest(method, target, body, headers, content_type, self.registry, **how)
        except _native.Error as error:
            raise raised(error) from None

    def call(self, method: str, target: str, body=None) -> dict:
        """The answer's JSON; body is a dict, or JSON."""
        if type(body) is dict:
            body = json.dumps(body, default=_plain)
        status, answer = self.send(method, target, body)
        if not 200 <= status < 300:
            raise self.refused(status, answer, target)
        return json.loads(answer) if answer else {}

    def post(self, target: str, **fields) -> dict:
        """Fields that are None are left out."""
        return self.send_fields("POST", target, **fields)

    def send_fields(self, method: str, target: str, **fields) -> dict:
        return self.call(method, target, {name: value for name, value in fields.items() if value is not None})

    def get(self, target: str, **fields) -> dict:
        pairs = {name: value for name, value in fields.items() if value is not None}
        return self.call("GET", f"{target}?{urlencode(pairs, doseq=True)}" if pairs else target)

    def refused(self, status: int, answer: bytes, target: str) -> MlflowException:
        """An error of the store, which is here what MLflow's own store would raise."""
        try:
            said = json.loads(answer)
            return MlflowException(said["message"], error_code=number_of(said["error_code"]))
        except (ValueError, KeyError, TypeError):
            return MlflowException(f"The store answered {status} to {target}: {answer[:200]!r}")


class HttpTransport(Transport):
    """To a server: the user's headers and auth, of MLflow's plugins in this Python, go with each request. check is called before
    each that is not one of check's own."""

    def __init__(self, uri: str, check, registry: bool = False):
        super().__init__(uri, registry)
        self.check = check

    def send(self, method, target, body=None, content_type=None, headers=None, **how):
        from millrace.mlflow_plugins import credentials

        return credentials.send(super().send, self.uri, method, target, body, content_type, headers)

    def call(self, method, target, body=None):
        self.check()
        return super().call(method, target, body)

    def refused(self, status, answer, target):
        try:
            return RestException(json.loads(answer))
        except (ValueError, KeyError, TypeError, AttributeError):
            return MlflowException(f"API request to endpoint {target} failed with error code {status} != 200. "
                                   f"Response body: '{answer.decode(errors='replace')}'", error_code=get_error_code(status))


def segment(text) -> str:
    """Text as a part of a path."""
    return quote(str(text), safe="")
