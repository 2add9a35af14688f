# SPDX-License-Identifier: Apache-2.0
"""MLflow's tracking store over a store of Millrace's."""
from __future__ import annotations

from mlflow.entities.metric import MetricWithRunId
from mlflow.exceptions import MlflowException
from mlflow.store.tracking.abstract_store import AbstractStore
from mlflow.store.tracking.rest_store import RestStore
from mlflow.utils.uri import resolve_uri_if_local

from millrace.mlflow_plugins import delegate, entities, methods, server
from millrace.mlflow_plugins.asynchronous import NativeQueue
from millrace.mlflow_plugins.tracking import NativeTracking
from millrace.mlflow_plugins.transport import API, HttpTransport, Transport


@delegate.forwards(methods.TRACKING)
class LocalTracking(NativeQueue, NativeTracking, delegate.Delegating, AbstractStore):
    """In a process of its own on this machine; what Millrace has not goes to MLflow's store on the same data."""

    _delegate_kind = "tracking"

    def __init__(self, place: delegate.Place):
        super().__init__()
        self._place = place
        self._millrace = Transport(place.uri, artifact_root=place.artifact_root)

    def __reduce__(self):
        return open_store, (self._place.uri, self._place.artifact_root)

    @property
    def supports_trace_archival(self) -> bool:
        return self._place.scheme == "sqlite"

    def create_experiment(self, name, artifact_location=None, tags=None):
        return super().create_experiment(name, resolve_uri_if_local(artifact_location) if artifact_location else None, tags)

    def get_metric_history_bulk_interval(self, run_ids, metric_key, max_results, start_step, end_step):
        if (start_step is None) != (end_step is None):
            raise MlflowException.invalid_parameter_value("start_step and end_step go together: give both or neither")
        answer = self._millrace.get(API + "metrics/get-history-bulk-interval", run_ids=list(run_ids), metric_key=metric_key,
                                    max_results=max(1, max_results), start_step=start_step, end_step=end_step)
        return [MetricWithRunId(entities.metric(m), m["run_id"]) for m in answer.get("metrics", ())]

    # What MLflow's stores say of what is not there differs.

    def create_run(self, experiment_id, user_id, start_time, tags, run_name):
        run = super().create_run(experiment_id, user_id, start_time, tags, run_name)
        if not self._place.is_folder:
            run._outputs = None
        return run

    def _logged_model(self, j: dict):
        model = entities.logged_model_or_none(j)
        if not self._place.is_folder:
            model._metrics = model._metrics or None
        return model


class HttpTracking(server.ServerTracking, NativeQueue, NativeTracking, RestStore):
    """On a server, to which MLflow's own code sends what Millrace has not."""

    def __init__(self, uri: str):
        super().__init__(server.host_creds(uri))
        self._millrace = HttpTransport(uri, self._validate_workspace_support_if_specified)

    def __reduce__(self):
        return open_store, (self._millrace.uri,)


def open_store(store_uri: str, artifact_uri: str | None = None):
    return HttpTracking(store_uri) if server.is_server(store_uri) else LocalTracking(delegate.Place(store_uri, artifact_uri))
