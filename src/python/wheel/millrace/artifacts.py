# SPDX-License-Identifier: Apache-2.0
"""Artifacts by a run or by any URI: "runs:/ID/path", "models:/name/1", "mlflow-artifacts:/...", "s3://...", a path."""
from __future__ import annotations

import os
import posixpath
import tempfile
from typing import Any

from millrace._client import Client
from millrace._files import Files, join
from millrace.entities import FileInfo
from millrace.exceptions import MillraceException


def _one_of(run_id: str | None, artifact_uri: str | None, artifact_path: str | None) -> None:
    if (run_id, artifact_uri).count(None) != 1:
        raise MillraceException.invalid_parameter_value("Exactly one of `run_id` or `artifact_uri` must be specified")
    if artifact_uri is not None and artifact_path is not None:
        raise MillraceException.invalid_parameter_value("`artifact_path` cannot be specified if `artifact_uri` is specified")


def _by_last_part(files: Files, root: str, path: str, dst_path: str | os.PathLike[str] | None) -> str:
    """As MLflow: what is downloaded has the last part of its path as its name."""
    folder, name = posixpath.split(path.rstrip("/"))
    return files.download(join(root, folder), name, dst_path)


def download_of_run(files: Files, run_id: str, path: str | None, dst_path: str | os.PathLike[str] | None) -> str:
    if dst_path is not None:
        os.makedirs(dst_path, exist_ok=True)
    return _by_last_part(files, files.of_run(run_id), path or "", dst_path)


def download_artifacts(artifact_uri: str | None = None, run_id: str | None = None, artifact_path: str | None = None,
                       dst_path: str | os.PathLike[str] | None = None, tracking_uri: str | None = None,
                       registry_uri: str | None = None) -> str:
    """A file or a folder; gives the place where it is. Without `dst_path`, what is on this machine stays where it is."""
    _one_of(run_id, artifact_uri, artifact_path)
    files = Client(tracking_uri, registry_uri)._files
    if run_id is not None:
        return download_of_run(files, run_id, artifact_path, dst_path)
    assert artifact_uri is not None
    if dst_path is not None:
        os.makedirs(dst_path, exist_ok=True)
    root, path = files.locate(artifact_uri)
    if artifact_uri.startswith("models:"):
        return files.download(root, path, dst_path)
    return _by_last_part(files, root, path, dst_path)


def list_artifacts(artifact_uri: str | None = None, run_id: str | None = None, artifact_path: str | None = None,
                   tracking_uri: str | None = None) -> list[FileInfo]:
    """What is directly in a folder; paths are from the root of the run, or of the URI's parent."""
    _one_of(run_id, artifact_uri, artifact_path)
    files = Client(tracking_uri)._files
    if run_id is not None:
        return files.list(files.of_run(run_id), artifact_path)
    assert artifact_uri is not None
    root, path = files.locate(artifact_uri)
    if artifact_uri.startswith("models:"):
        return files.list(root, path)
    folder, name = posixpath.split(path.rstrip("/"))
    return files.list(join(root, folder), name)


def load_text(artifact_uri: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        with open(download_artifacts(artifact_uri, dst_path=folder), encoding="utf-8") as file:
            return file.read()


def load_dict(artifact_uri: str) -> dict[str, Any]:
    import json

    try:
        said: dict[str, Any] = json.loads(load_text(artifact_uri))
        return said
    except json.JSONDecodeError as failure:
        raise MillraceException("Unable to form a JSON object from file content", "BAD_REQUEST") from failure
