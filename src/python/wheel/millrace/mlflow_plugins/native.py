# SPDX-License-Identifier: Apache-2.0
"""The native library, loaded by the first that needs it; and its clients, one a pair of URIs."""
from __future__ import annotations

import atexit
import os
import threading

from millrace import _native, _program

_native.set_program(_program.path())
_native.without_python_plugins()
_lock = threading.Lock()
_clients: dict[tuple[str, str, str | None], _native.Client] = {}


def inner(uri: str) -> str:
    """"sqlite:///m.db" of "millrace+sqlite:///m.db"."""
    return uri.removeprefix("millrace+")


def client(tracking_uri: str, registry_uri: str | None = None, artifact_root: str | None = None) -> _native.Client:
    """Shared by all stores of these URIs, each given as Millrace knows it (see inner)."""
    key = (tracking_uri, registry_uri or tracking_uri, artifact_root)
    with _lock:
        if key not in _clients:
            _clients[key] = _native.Client(*key)
        return _clients[key]


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


@atexit.register
def _close() -> None:
    for made in _clients.values():
        made.close()
