# SPDX-License-Identifier: Apache-2.0
"""register_model, and searches in the registry."""
from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

from millrace._client import Client
from millrace._files import join
from millrace.entities import ModelVersion, PagedList
from millrace.exceptions import MillraceException

T = TypeVar("T")
_VERSIONS = "mlflow.modelVersions"


def pages(search: Callable[..., PagedList[T]], size: int, max_results: int | None, filter_string: str | None,
          order_by: list[str] | None) -> list[T]:
    found: list[T] = []
    token = None
    while max_results is None or len(found) < max_results:
        page = search(filter_string, min(size, max_results - len(found)) if max_results else size, order_by, token)
        found += page
        token = page.token
        if not token:
            break
    return found


def _source_of_run(client: Client, uri: str) -> tuple[str, str, str | None]:
    """(source, run, logged model) of "runs:/ID/path"."""
    run_id, _, path = uri.removeprefix("runs:").strip("/").partition("/")
    if any(entry.path.rsplit("/", 1)[-1] == "MLmodel" for entry in client.list_artifacts(run_id, path)):
        return join(client._files.of_run(run_id), path), run_id, None
    run = client.get_run(run_id)
    said = client._call("POST", "logged-models/search", experiment_ids=[run.info.experiment_id], filter=f"source_run_id = '{run_id}' AND name = '{path}'")
    found = [model["info"]["model_id"] for model in said.get("models", ())]
    if not found:
        raise MillraceException(f"Unable to find a logged_model with artifact_path {path} under run {run_id}", "NOT_FOUND")
    steps = {output.model_id: output.step for output in run.outputs.model_outputs} if run.outputs else {}
    model = max(found, key=lambda one: steps.get(one, -1))
    return f"models:/{model}", run_id, model


def _note_version(client: Client, model_id: str, version: ModelVersion) -> None:
    """The logged model says which versions were made of it."""
    try:
        tags = client._call("GET", f"logged-models/{model_id}")["model"]["info"].get("tags", ())
    except MillraceException as failure:
        if failure.error_code == "RESOURCE_DOES_NOT_EXIST":
            return
        raise
    before: list[dict[str, str]] = next((json.loads(tag["value"]) for tag in tags if tag["key"] == _VERSIONS), [])
    versions = [*before, {"name": version.name, "version": version.version}]
    client._call("PATCH", f"logged-models/{model_id}/tags", tags=[{"key": _VERSIONS, "value": json.dumps(versions)}])


def register(client: Client, model_uri: str, name: str, wait_s: int | None, tags: dict[str, Any] | None) -> ModelVersion:
    try:
        client.create_registered_model(name)
    except MillraceException as failure:
        if failure.error_code not in ("RESOURCE_ALREADY_EXISTS", "ALREADY_EXISTS"):
            raise
    source, run_id, model_id = model_uri, None, None
    if model_uri.startswith("runs:"):
        source, run_id, model_id = _source_of_run(client, model_uri)
    elif model_uri.removeprefix("models:").lstrip("/").startswith("m-"):
        model_id = model_uri.removeprefix("models:").strip("/").split("/")[0]
    version = client.create_model_version(name, source, run_id, tags, model_id=model_id)
    end = time.monotonic() + (wait_s or 0)
    while version.status == "PENDING_REGISTRATION" and time.monotonic() < end:
        time.sleep(0.5)
        version = client.get_model_version(name, version.version)
    if model_id:
        _note_version(client, model_id, version)
    return version
