# SPDX-License-Identifier: Apache-2.0
"""The native library, loaded by the first that needs it; and its clients, one a pair of URIs."""
from __future__ import annotations

import os
import sys
import threading

try:
    from millrace import _native, _program
except ImportError as _problem:
    raise ImportError(f"The native part of the Python package millrace cannot be loaded: {_problem}. Install the package again: "
                      f"{sys.executable} -m pip install --force-reinstall millrace", name=_problem.name, path=_problem.path) from _problem

from millrace.mlflow_plugins import entry, installed  # noqa: E402,F401  behind what it needs; entry calls close at the end

_native.set_program(_program.path())
_native.without_python_plugins()
_lock = threading.Lock()
_clients: dict[tuple[str, str, str | None], _native.Client] = {}


def inner(uri: str) -> str:
    """"sqlite:///m.db" of "millrace+sqlite:///m.db"."""
    return uri.removeprefix("millrace+")


def add_plugin(file: str) -> None:
    """One more native plugin, for this process and for those of its stores."""
    _native.add_plugin(file)


def client(tracking_uri: str, registry_uri: str | None = None, artifact_root: str | None = None) -> _native.Client:
    """Shared by all stores of these URIs, each given as Millrace knows it (see inner)."""
    key = (tracking_uri, registry_uri or tracking_uri, artifact_root)
    with _lock:
        if key not in _clients:
            scheme = tracking_uri.partition(":")[0]
            if scheme not in ("sqlite", "file", "http", "https") and "/" not in scheme:
                installed.require("mlflow.tracking_store", scheme)
            _clients[key] = _native.Client(*key)
        return _clients[key]


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
installed.add_packaged()


def close() -> None:
    """At the program's end; see entry.at_exit."""
    _native.finish()
    for made in list(_clients.values()):
        made.retire(_exit_timeout_ms())


def _exit_timeout_ms() -> int:
    try:
        return max(1, int(float(os.environ.get("MILLRACE_EXIT_TIMEOUT", "10")) * 1000))
    except (ValueError, OverflowError):
        return 10000
