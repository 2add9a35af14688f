# SPDX-License-Identifier: Apache-2.0
"""Artifacts: of runs, and wherever a URI leads."""
from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from typing import Any, BinaryIO

from millrace import _native, _rest
from millrace.entities import FileInfo
from millrace.exceptions import MillraceException


def join(uri: str, path: str | None) -> str:
    """A path below an artifact root, whose query and fragment stay behind it."""
    if not path:
        return uri
    end = min((at for at in (uri.find("?"), uri.find("#")) if at >= 0), default=len(uri))
    return f"{uri[:end].rstrip('/')}/{path.lstrip('/')}{uri[end:]}"


def _new_folder() -> str:
    import tempfile

    return tempfile.mkdtemp()


class Files:
    """The artifact side of a pair of stores."""

    def __init__(self, call: Callable[..., dict[str, Any]], native: _native.Client) -> None:
        self._call, self._native = call, native
        self._roots: dict[str, str] = {}  # of runs, whose never changes

    def of_run(self, run_id: str) -> str:
        if run_id not in self._roots:
            if len(self._roots) > 1000:
                self._roots.clear()
            self._roots[run_id] = self._call("GET", "runs/get", run_id=run_id)["run"]["info"]["artifact_uri"]
        return self._roots[run_id]

    def open(self, uri: str) -> _native.Artifacts:
        try:
            return _native.Artifacts(uri.removeprefix("millrace+"), self._native.tracking_uri, self._native.registry_uri)
        except _native.Error as failure:
            raise _rest.error(failure) from None

    def locate(self, uri: str) -> tuple[str, str]:
        """Where a run's, a model's or any other artifact is: a root, and a path below it that keeps its last part at least."""
        scheme, _, rest = uri.partition(":")
        parts = rest.strip("/").split("/")
        if scheme == "runs" and parts[0]:
            return self.of_run(parts[0]), "/".join(parts[1:])
        if scheme == "models" and parts[0]:
            return self._model(uri, parts)
        head, tail = posixpath.split(uri.rstrip("/"))
        return (head, tail) if head else (".", tail)

    def _model(self, uri: str, parts: list[str]) -> tuple[str, str]:
        if len(parts) == 1 or parts[0].startswith("m-"):
            if not parts[0].startswith("m-"):
                name, _, alias = parts[0].partition("@")
                if not alias:
                    raise MillraceException.invalid_parameter_value(
                        f"Not a proper models:/ URI: {uri}. Models URIs must be of the form 'models:/model_name/suffix' or "
                        "'models:/model_name@alias' where suffix is a model version, stage, or the string 'latest'")
                version = self._call("GET", "registered-models/alias", registry=True, name=name, alias=alias)["model_version"]["version"]
                return self._version(name, str(version)), ""
            return self._call("GET", f"logged-models/{parts[0]}")["model"]["info"]["artifact_uri"], "/".join(parts[1:])
        name, _, alias = parts[0].partition("@")
        if alias:
            return self._model(uri, [parts[0]])[0], "/".join(parts[1:])
        version = parts[1]
        if not version.isdigit():
            stages = None if version.lower() == "latest" else [version]
            found = self._call("POST", "registered-models/get-latest-versions", registry=True, name=name, stages=stages).get("model_versions")
            if not found:
                raise MillraceException(f"No versions of model with name '{name}' and stage '{version}' found", "RESOURCE_DOES_NOT_EXIST")
            version = max((str(v["version"]) for v in found), key=int)
        return self._version(name, version), "/".join(parts[2:])

    def _version(self, name: str, version: str) -> str:
        uri: str = self._call("GET", "model-versions/get-download-uri", registry=True, name=name, version=version)["artifact_uri"]
        if uri.startswith(("models:/", "runs:/")):
            uri = join(*self.locate(uri))
        return uri

    def upload(self, run_id: str, local_path: str | os.PathLike[str], artifact_path: str | None, contents: bool = False) -> None:
        local = os.path.abspath(local_path)
        if not os.path.exists(local):
            raise FileNotFoundError(f"No such file or directory: '{os.fspath(local_path)}'")
        root = self.open(self.of_run(run_id))
        try:
            (root.upload_folder if contents else root.upload)(local, artifact_path or "")
        except _native.Error as failure:
            raise _rest.error(failure) from None

    def write(self, run_id: str, artifact_file: str, make: Callable[[str], object]) -> None:
        """What is made at a path that has the artifact's name."""
        folder, name = posixpath.split(posixpath.normpath(artifact_file))
        import tempfile

        with tempfile.TemporaryDirectory() as temporary:
            path = os.path.join(temporary, name)
            make(path)
            self.upload(run_id, path, folder)

    def write_stream(self, run_id: str, artifact_file: str, stream: BinaryIO) -> None:
        root = self.open(self.of_run(run_id))
        try:
            push = root.push(posixpath.normpath(artifact_file))
            while piece := stream.read(1 << 20):
                push.write(piece)
            push.commit()
        except _native.Error as failure:
            raise _rest.error(failure) from None

    def list(self, root: str, path: str | None) -> list[FileInfo]:
        try:
            entries = self.open(root).list(path or "")
        except _native.Error as failure:
            raise _rest.error(failure) from None
        return [FileInfo(name, is_dir, None if is_dir or size < 0 else size) for name, is_dir, size, _ in entries]

    def download(self, root: str, path: str, to: str | os.PathLike[str] | None) -> str:
        """Where it is then. Without a place for it, and on this machine already: where it is."""
        source = self.open(root)
        try:
            local = source.local_path(path) if to is None else None
            if local is not None and os.path.exists(local):
                return os.path.abspath(local)
            folder = os.path.abspath(_new_folder() if to is None else to)
            source.download(path, folder)
        except _native.Error as failure:
            raise _rest.error(failure) from None
        return os.path.join(folder, path) if path else folder
