# SPDX-License-Identifier: Apache-2.0
"""Artifact repositories for MLflow: whatever URI a native repository opens, streamed by it in this process.

`mlflow-artifacts` is MLflow's own scheme, and MLflow's class takes only http and https tracking URIs. It stays MLflow's, except
with a tracking URI of ours; and then too when a Python plugin has something to add to each request, which only MLflow asks."""
from __future__ import annotations

import os

from mlflow.entities import FileInfo
from mlflow.environment_variables import MLFLOW_TRACKING_AUTH
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST
from mlflow.store.artifact.artifact_repo import ArtifactRepository, StreamUploadMixin, verify_artifact_path
from mlflow.tracking._tracking_service.utils import get_tracking_uri
from mlflow.utils.file_utils import ArtifactProgressBar, create_tmp_dir
from mlflow.utils.workspace_context import get_request_workspace

from millrace.mlflow_plugins import native
from millrace.mlflow_plugins.errors import errors, require
from millrace.mlflow_plugins.native import _native


def open_repository(artifact_uri, tracking_uri=None, registry_uri=None):
    tracking_uri = str(tracking_uri or get_tracking_uri())
    if artifact_uri.startswith("mlflow-artifacts:") and (not tracking_uri.startswith("millrace+") or _python_speaks()):
        from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository

        return MlflowArtifactsRepository(artifact_uri, tracking_uri=native.inner(tracking_uri), registry_uri=registry_uri)
    return NativeArtifactRepository(artifact_uri, tracking_uri, registry_uri)


def _python_speaks():
    """Whether requests carry what a Python plugin says: its auth, or its headers."""
    from mlflow.tracking.request_auth.registry import _request_auth_provider_registry as auths
    from mlflow.tracking.request_header.registry import _request_header_provider_registry as headers

    def foreign(provider):
        return not type(provider).__module__.startswith("millrace.")

    auth = MLFLOW_TRACKING_AUTH.get()
    return bool(auth and any(foreign(p) and p.get_name() == auth for p in auths)) or any(
        foreign(p) and not type(p).__module__.startswith("mlflow.") and p.in_context() for p in headers)


class _Progress:
    """MLflow's bar, in bytes, moved by what a transfer tells; it is shown from the size on from which MLflow shows one."""

    def __init__(self, what):
        self._what, self._bar = what, None

    def __call__(self, done, total):
        if self._bar is None and total > 0:
            self._bar = ArtifactProgressBar.chunks(total, self._what, 1)
        if self._bar is not None and self._bar.pbar is not None:
            self._bar.pbar.update(max(0, done - self._bar.progress))
            self._bar.progress = max(done, self._bar.progress)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self._bar is not None:
            self._bar.__exit__(*failure)


class NativeArtifactRepository(ArtifactRepository, StreamUploadMixin):
    """An artifact root that libmillrace keeps: several files at a time, each there whole or not at all, in constant memory."""

    def __init__(self, artifact_uri, tracking_uri=None, registry_uri=None):
        super().__init__(artifact_uri, tracking_uri, registry_uri)
        require("mlflow.artifact_repository", native.inner(artifact_uri).partition(":")[0])
        with errors():
            self._root = _native.Artifacts(native.inner(artifact_uri), native.inner(tracking_uri) if tracking_uri else None,
                                           native.inner(registry_uri) if registry_uri else None)

    def log_artifact(self, local_file, artifact_path=None):
        verify_artifact_path(artifact_path)
        if os.path.isdir(local_file):
            raise IsADirectoryError(f"Is a directory: '{local_file}'")
        self._upload(self._root.upload, local_file, artifact_path)

    def log_artifacts(self, local_dir, artifact_path=None):
        verify_artifact_path(artifact_path)
        self._upload(self._root.upload_folder, local_dir, artifact_path)

    def _upload(self, upload, local, artifact_path):
        if not os.path.exists(local):
            raise FileNotFoundError(f"No such file or directory: '{local}'")
        with errors(), _Progress("Uploading artifacts") as progress:
            upload(os.path.abspath(local), artifact_path or "", get_request_workspace(), progress)

    def log_artifact_from_stream(self, stream, artifact_file_name, artifact_path=None):
        with errors():
            push = self._begin(artifact_file_name, artifact_path)
            while piece := stream.read(1 << 20):
                push.write(piece)
            push.commit()

    async def log_artifact_from_async_stream(self, chunks, artifact_file_name, artifact_path=None):
        import asyncio

        with errors():
            push = await asyncio.to_thread(self._begin, artifact_file_name, artifact_path)
            async for piece in chunks:
                await asyncio.to_thread(push.write, bytes(piece))
            await asyncio.to_thread(push.commit)

    def _begin(self, artifact_file_name, artifact_path):
        verify_artifact_path(artifact_path)
        name = os.path.basename(artifact_file_name)
        return self._root.push(f"{artifact_path}/{name}" if artifact_path else name, -1, get_request_workspace())

    def list_artifacts(self, path=None):
        with errors():
            entries = self._root.list(path or "", get_request_workspace())
        return [FileInfo(name, is_dir, None if is_dir or size < 0 else size) for name, is_dir, size, _ in entries]

    def download_artifacts(self, artifact_path, dst_path=None):
        if not dst_path:
            dst_path = create_tmp_dir()
        elif not os.path.exists(dst_path):
            raise MlflowException(f"The destination path for downloaded artifacts does not exist! Destination path: {dst_path}",
                                  error_code=RESOURCE_DOES_NOT_EXIST)
        elif not os.path.isdir(dst_path):
            raise MlflowException("The destination path for downloaded artifacts must be a directory! "
                                  f"Destination path: {dst_path}", error_code=INVALID_PARAMETER_VALUE)
        dst_path = os.path.abspath(dst_path)
        path = os.path.normpath(artifact_path) if artifact_path else ""
        path = "" if path == "." else path
        with errors(), _Progress("Downloading artifacts") as progress:
            self._root.download(path, dst_path, get_request_workspace(), progress)
        return os.path.join(dst_path, path) if path else dst_path

    def _download_file(self, remote_file_path, local_path):
        with errors(), _Progress(f"Downloading {remote_file_path}") as progress:
            self._root.download_file(remote_file_path, os.fspath(local_path), get_request_workspace(), progress)

    def delete_artifacts(self, artifact_path=None):
        with errors():
            self._root.remove(artifact_path or "", None, get_request_workspace())

    def get_local_path(self, artifact_path):
        with errors():
            return self._root.local_path(artifact_path or "")
