# SPDX-License-Identifier: Apache-2.0
"""Artifact repositories, by MLflow's contract: files go in and out by their path."""
import functools
import os
import posixpath
import shutil
import tempfile
import threading
from contextlib import contextmanager

import millrace_adapt as adapt
import millrace_host as host

lock = threading.Lock()
repositories = {}


def repository(request):
    uri = request["params"]["uri"]
    key = (uri, request["object"])
    with lock:
        if key not in repositories:
            repositories[key] = adapt.build_repository(
                request["plugin"], request["object"], uri, request["tracking_uri"] or None, request["registry_uri"] or None
            )
        return repositories[key]


def listed(repo, path):
    """The entry of a path in its folder's listing; None when there is none, or the folder cannot be listed."""
    try:
        return next((f for f in listing(repo, posixpath.dirname(path)) if f.path == path), None)
    except Exception:
        return None


def is_not_found(e):
    return isinstance(e, (FileNotFoundError, NotADirectoryError)) or host.error_code(e) in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")


def is_told(e):
    """The service said what it does not like."""
    return isinstance(e, (PermissionError, host.HostError)) or bool(host.http_status(e))


class Watch:
    """The last answer that `requests` got in a thread: some plugins upload without looking at it."""

    last = threading.local()
    installed = False

    @classmethod
    def install(cls):
        import requests

        real = requests.Session.send

        @functools.wraps(real)
        def send(session, prepared, **kwargs):
            answer = real(session, prepared, **kwargs)
            cls.last.answer = (prepared.method, answer.status_code, answer.reason)
            return answer

        if not cls.installed:
            requests.Session.send, cls.installed = send, True


@contextmanager
def watched():
    """Around what asks a service: an error that does not carry what the service answered is given that."""
    Watch.install()
    Watch.last.answer = None
    try:
        yield
    except Exception as e:
        _, status, _ = Watch.last.answer or ("", 0, "")
        if status >= 400 and not host.http_status(e):
            e.status_code = status
        raise


def refused(what, *methods):
    """An upload or download that the service refused, without the plugin's looking."""
    method, status, reason = Watch.last.answer or ("", 0, "")
    if method in methods and status >= 400:
        code = host.STATUS_CODES.get(status, "INTERNAL_ERROR")
        raise host.HostError(code, f"the {what} was refused: {method} was answered {status} {reason}")


def put(request, blob):
    folder = posixpath.dirname(request["params"]["path"])
    repo = repository(request)
    with watched():
        repo.log_artifact(request["params"]["local"], folder or None)
    refused("upload", "PUT", "POST", "PATCH")


def missing(path):
    return host.HostError("RESOURCE_DOES_NOT_EXIST", f"there is no artifact '{path}'")


def fetch(repo, path, local, plugin):
    try:
        repo._download_file(path, local)
    except NotImplementedError:
        raise
    except Exception as first:
        # Some old ones work only by the whole of download_artifacts.
        if is_not_found(first) or type(repo).__module__.startswith("mlflow."):
            raise
        with tempfile.TemporaryDirectory(dir=os.path.dirname(local)) as folder:
            try:
                got = repo.download_artifacts(path, folder)
            except Exception:
                try:
                    got = repo.download_artifacts(path)
                except Exception:
                    raise first from None
            if not os.path.isfile(got):
                raise first from None
            adapt.note("files are downloaded by download_artifacts, as _download_file fails", plugin)
            shutil.move(got, local)


def get(request, blob):
    path, local = request["params"]["path"], request["params"]["local"]
    repo = repository(request)
    try:
        with watched():
            fetch(repo, path, local, request["plugin"])
        refused("download", "GET")
    except Exception as e:
        if is_not_found(e):
            raise missing(path) from e
        if is_told(e):
            raise
        entry = listed(repo, path)
        if entry is None or entry.is_dir:
            raise missing(path) from e
        raise
    if not os.path.isfile(local):
        raise missing(path)


def listing(repo, path):
    """What is directly in a folder, whatever a plugin gives: some tell of all that is below, some have lost the folder's name."""
    from mlflow.entities import FileInfo

    found = {}
    for info in repo.list_artifacts(path or None) or []:
        below = posixpath.relpath(info.path, path) if path else info.path.lstrip("/")
        if below == ".":
            continue
        first, _, rest = below.partition("/")
        if first == "..":
            adapt.note("names that list_artifacts gives are put below the folder that was asked for")
            first, rest = posixpath.basename(info.path.rstrip("/")), ""
        if rest:
            adapt.note("folders are made of list_artifacts' names of what is in them")
        name = posixpath.join(path, first) if path else first
        found[name] = FileInfo(name, True, None) if rest else FileInfo(name, info.is_dir, None if info.is_dir else info.file_size)
    return list(found.values())


def contents(request, blob):
    path = request["params"]["path"]
    try:
        with watched():
            found = listing(repository(request), path)
    except Exception as e:
        if is_not_found(e):
            return []
        raise
    found.sort(key=lambda f: f.path.encode())
    return [{"path": f.path, "is_dir": bool(f.is_dir), "size": -1 if f.file_size is None else int(f.file_size)} for f in found]


def remove(request, blob):
    from mlflow.store.artifact.artifact_repo import ArtifactRepository

    repo, path = repository(request), request["params"]["path"]
    if type(repo).delete_artifacts is ArtifactRepository.delete_artifacts:
        raise host.HostError("NOT_IMPLEMENTED", f"{type(repo).__name__} does not delete artifacts")
    try:
        with watched():
            repo.delete_artifacts(path or None)
        refused("deletion", "DELETE")
    except NotImplementedError:
        raise
    except Exception as e:
        if is_not_found(e) or (path and not is_told(e) and listed(repo, path) is None):
            return
        raise


OPERATIONS = {"artifact.put": put, "artifact.get": get, "artifact.list": contents, "artifact.remove": remove}
