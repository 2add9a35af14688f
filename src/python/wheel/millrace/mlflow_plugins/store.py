# SPDX-License-Identifier: Apache-2.0
"""MLflow's tracking store over a store of Millrace's."""
from __future__ import annotations

from mlflow.store.tracking.abstract_store import AbstractStore
from mlflow.store.tracking.rest_store import RestStore
from mlflow.utils.uri import resolve_uri_if_local

from millrace.mlflow_plugins import delegate, methods, server
from millrace.mlflow_plugins.asynchronous import NativeQueue
from millrace.mlflow_plugins.tracking import NativeTracking
from millrace.mlflow_plugins.transport import HttpTransport, Transport


@delegate.forwards(methods.TRACKING)
class LocalTracking(NativeQueue, NativeTracking, delegate.Delegating, AbstractStore):
    """In a process of its own on this machine; what Millrace has not goes to MLflow's store on the same data."""

    _delegate_kind = "tracking"

    def __init__(self, place: delegate.Place):
        super().__init__()
        self._place = place
        self._millrace = Transport(place.uri, artifact_root=place.artifact_root)

    def create_experiment(self, name, artifact_location=None, tags=None):
        return super().create_experiment(name, resolve_uri_if_local(artifact_location) if artifact_location else None, tags)


class HttpTracking(server.ServerTracking, NativeQueue, NativeTracking, RestStore):
    """On a server, to which MLflow's own code sends what Millrace has not."""

    def __init__(self, uri: str):
        super().__init__(server.host_creds(uri))
        self._millrace = HttpTransport(uri, self._validate_workspace_support_if_specified)


def open_store(store_uri: str, artifact_uri: str | None = None):
    return HttpTracking(store_uri) if server.is_server(store_uri) else LocalTracking(delegate.Place(store_uri, artifact_uri))
