# SPDX-License-Identifier: Apache-2.0
"""MLflow's model registry over a store of Millrace's."""
from __future__ import annotations

import re

from mlflow.exceptions import MlflowException
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.model_registry import (
    SEARCH_MODEL_VERSION_MAX_RESULTS_DEFAULT,
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT,
)
from mlflow.store.model_registry.abstract_store import AbstractStore
from mlflow.store.model_registry.rest_store import RestStore

from millrace.mlflow_plugins import delegate, entities, methods, server
from millrace.mlflow_plugins.tracking import pairs
from millrace.mlflow_plugins.transport import API, HttpTransport, Transport

MODELS, VERSIONS = API + "registered-models/", API + "model-versions/"


class NativeRegistry:
    """The operations that Millrace has itself; see tracking.NativeTracking."""

    _to_model = staticmethod(entities.registered_model)
    _to_version = staticmethod(entities.model_version)

    def _model(self, answer: dict):
        return self._to_model(answer["registered_model"])

    def _model_version(self, answer: dict):
        return self._to_version(answer["model_version"])

    # ---- registered models ----

    def create_registered_model(self, name, tags=None, description=None, deployment_job_id=None):
        return self._model(self._millrace.post(MODELS + "create", name=name, tags=pairs(tags), description=description,
                                               deployment_job_id=deployment_job_id))

    def update_registered_model(self, name, description, deployment_job_id=None):
        return self._model(self._millrace.send_fields("PATCH", MODELS + "update", name=name, description=description,
                                                      deployment_job_id=deployment_job_id))

    def rename_registered_model(self, name, new_name):
        return self._model(self._millrace.post(MODELS + "rename", name=name, new_name=new_name))

    def delete_registered_model(self, name):
        self._millrace.send_fields("DELETE", MODELS + "delete", name=name)

    def search_registered_models(self, filter_string=None, max_results=SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT, order_by=None,
                                 page_token=None):
        answer = self._millrace.get(MODELS + "search", filter=filter_string, max_results=max_results, order_by=order_by,
                                    page_token=page_token)
        return PagedList([self._to_model(m) for m in answer.get("registered_models", ())],
                         answer.get("next_page_token") or None)

    def get_registered_model(self, name):
        return self._model(self._millrace.get(MODELS + "get", name=name))

    def get_latest_versions(self, name, stages=None):
        answer = self._millrace.post(MODELS + "get-latest-versions", name=name, stages=stages)
        return [self._to_version(v) for v in answer.get("model_versions", ())]

    def set_registered_model_tag(self, name, tag):
        self._millrace.post(MODELS + "set-tag", name=name, key=tag.key, value=str(tag.value))

    def delete_registered_model_tag(self, name, key):
        self._millrace.send_fields("DELETE", MODELS + "delete-tag", name=name, key=key)

    def set_registered_model_alias(self, name, alias, version):
        self._millrace.post(MODELS + "alias", name=name, alias=alias, version=str(version))

    def delete_registered_model_alias(self, name, alias):
        self._millrace.send_fields("DELETE", MODELS + "alias", name=name, alias=alias)

    def get_model_version_by_alias(self, name, alias):
        return self._model_version(self._millrace.get(MODELS + "alias", name=name, alias=alias))

    # ---- versions ----

    def create_model_version(self, name, source, run_id=None, tags=None, run_link=None, description=None, local_model_path=None,
                             model_id=None):
        return self._model_version(self._millrace.post(VERSIONS + "create", name=name, source=source, run_id=run_id, tags=pairs(tags),
                                                       run_link=run_link, description=description, model_id=model_id))

    def update_model_version(self, name, version, description=None):
        return self._model_version(self._millrace.send_fields("PATCH", VERSIONS + "update", name=name, version=str(version),
                                                              description=description))

    def transition_model_version_stage(self, name, version, stage, archive_existing_versions):
        return self._model_version(self._millrace.post(VERSIONS + "transition-stage", name=name, version=str(version), stage=stage,
                                                       archive_existing_versions=archive_existing_versions))

    def delete_model_version(self, name, version):
        self._millrace.send_fields("DELETE", VERSIONS + "delete", name=name, version=str(version))

    def get_model_version(self, name, version):
        return self._model_version(self._millrace.get(VERSIONS + "get", name=name, version=version))

    def get_model_version_download_uri(self, name, version):
        return self._millrace.get(VERSIONS + "get-download-uri", name=name, version=version)["artifact_uri"]

    def search_model_versions(self, filter_string=None, max_results=SEARCH_MODEL_VERSION_MAX_RESULTS_DEFAULT, order_by=None,
                              page_token=None):
        answer = self._millrace.get(VERSIONS + "search", filter=filter_string, max_results=max_results, order_by=order_by,
                                    page_token=page_token)
        return PagedList([self._to_version(v) for v in answer.get("model_versions", ())],
                         answer.get("next_page_token") or None)

    def set_model_version_tag(self, name, version, tag):
        self._millrace.post(VERSIONS + "set-tag", name=name, version=str(version), key=tag.key, value=str(tag.value))

    def delete_model_version_tag(self, name, version, key):
        self._millrace.send_fields("DELETE", VERSIONS + "delete-tag", name=name, version=str(version), key=key)


@delegate.forwards(methods.REGISTRY)
class LocalRegistry(NativeRegistry, delegate.Delegating, AbstractStore):
    """In a process of its own on this machine; what Millrace has not goes to MLflow's store on the same data."""

    _delegate_kind = "registry"
    _to_version = staticmethod(entities.model_version_or_none)

    def __init__(self, place: delegate.Place):
        super().__init__()
        self._place = place
        self._millrace = Transport(place.uri, registry=True, artifact_root=place.artifact_root)

    def __reduce__(self):
        return open_store, (self._place.uri,)

    def create_model_version(self, name, source, run_id=None, tags=None, run_link=None, description=None, local_model_path=None,
                             model_id=None):
        """A logged model may be in another store than this registry: it is looked for where MLflow's stores do."""
        from mlflow.tracking import MlflowClient

        if not run_id and (of := model_id or self._logged_model_of(source)):
            try:
                run_id = MlflowClient().get_logged_model(of).source_run_id
            except MlflowException as error:
                if model_id:
                    raise
                raise MlflowException(f"Unable to fetch model from model URI source artifact location '{source}'.Error: {error}") from error
        return super().create_model_version(name, source, run_id, tags, run_link, description, local_model_path, model_id)

    def _to_model(self, j: dict):
        return entities.registered_model_or_none(j, str if self._place.is_folder else int)

    @staticmethod
    def _logged_model_of(source: str) -> str | None:
        found = re.fullmatch(r"models:/+(m-[0-9a-f]+)", source or "")
        return found and found.group(1)


class HttpRegistry(server.ServerRegistry, NativeRegistry, RestStore):
    """On a server."""

    def __init__(self, uri: str):
        super().__init__(server.host_creds(uri))
        self._millrace = HttpTransport(uri, self._validate_workspace_support_if_specified, registry=True)

    def __reduce__(self):
        return open_store, (self._millrace.uri,)


def open_store(store_uri: str, tracking_uri: str | None = None):
    return HttpRegistry(store_uri) if server.is_server(store_uri) else LocalRegistry(delegate.Place(store_uri))
