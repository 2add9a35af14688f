# SPDX-License-Identifier: Apache-2.0
"""The part of a client that speaks with the model registry."""
from __future__ import annotations

from typing import Any

from millrace import _convert
from millrace.entities import ModelVersion, PagedList, RegisteredModel


def _tag_list(tags: dict[str, Any] | None) -> list[dict[str, str]]:
    return [{"key": key, "value": str(value)} for key, value in (tags or {}).items()]


class Models:
    def _call(self, method: str, path: str, registry: bool = False, **parameters: Any) -> dict[str, Any]:
        raise NotImplementedError

    def _ask(self, method: str, path: str, **parameters: Any) -> dict[str, Any]:
        return self._call(method, path, registry=True, **parameters)

    def create_registered_model(self, name: str, tags: dict[str, Any] | None = None, description: str | None = None) -> RegisteredModel:
        return _convert.registered_model(self._ask("POST", "registered-models/create", name=name, tags=_tag_list(tags),
                                                   description=description)["registered_model"])

    def get_registered_model(self, name: str) -> RegisteredModel:
        return _convert.registered_model(self._ask("GET", "registered-models/get", name=name)["registered_model"])

    def search_registered_models(self, filter_string: str | None = None, max_results: int = 100, order_by: list[str] | None = None,
                                 page_token: str | None = None) -> PagedList[RegisteredModel]:
        said = self._ask("GET", "registered-models/search", filter=filter_string, max_results=max_results, order_by=order_by,
                         page_token=page_token)
        return PagedList([_convert.registered_model(m) for m in said.get("registered_models", ())], said.get("next_page_token") or None)

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        return _convert.registered_model(self._ask("POST", "registered-models/rename", name=name, new_name=new_name)["registered_model"])

    def update_registered_model(self, name: str, description: str | None = None) -> RegisteredModel:
        return _convert.registered_model(self._ask("PATCH", "registered-models/update", name=name, description=description)["registered_model"])

    def delete_registered_model(self, name: str) -> None:
        self._ask("DELETE", "registered-models/delete", name=name)

    def set_registered_model_tag(self, name: str, key: str, value: Any) -> None:
        self._ask("POST", "registered-models/set-tag", name=name, key=key, value=str(value))

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        self._ask("DELETE", "registered-models/delete-tag", name=name, key=key)

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        self._ask("POST", "registered-models/alias", name=name, alias=alias, version=str(version))

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        self._ask("DELETE", "registered-models/alias", name=name, alias=alias)

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        return _convert.model_version(self._ask("GET", "registered-models/alias", name=name, alias=alias)["model_version"])

    def create_model_version(self, name: str, source: str, run_id: str | None = None, tags: dict[str, Any] | None = None,
                             run_link: str | None = None, description: str | None = None, model_id: str | None = None) -> ModelVersion:
        return _convert.model_version(self._ask("POST", "model-versions/create", name=name, source=source, run_id=run_id, tags=_tag_list(tags),
                                                run_link=run_link, description=description, model_id=model_id)["model_version"])

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        return _convert.model_version(self._ask("GET", "model-versions/get", name=name, version=version)["model_version"])

    def get_model_version_download_uri(self, name: str, version: str) -> str:
        uri: str = self._ask("GET", "model-versions/get-download-uri", name=name, version=version)["artifact_uri"]
        return uri

    def search_model_versions(self, filter_string: str | None = None, max_results: int = 10000, order_by: list[str] | None = None,
                              page_token: str | None = None) -> PagedList[ModelVersion]:
        said = self._ask("GET", "model-versions/search", filter=filter_string, max_results=max_results, order_by=order_by,
                         page_token=page_token)
        return PagedList([_convert.model_version(v) for v in said.get("model_versions", ())], said.get("next_page_token") or None)

    def update_model_version(self, name: str, version: str, description: str | None = None) -> ModelVersion:
        return _convert.model_version(self._ask("PATCH", "model-versions/update", name=name, version=str(version),
                                                description=description)["model_version"])

    def delete_model_version(self, name: str, version: str) -> None:
        self._ask("DELETE", "model-versions/delete", name=name, version=str(version))

    def set_model_version_tag(self, name: str, version: str, key: str, value: Any) -> None:
        self._ask("POST", "model-versions/set-tag", name=name, version=str(version), key=key, value=str(value))

    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        self._ask("DELETE", "model-versions/delete-tag", name=name, version=str(version), key=key)
