# SPDX-License-Identifier: Apache-2.0
"""The native library, loaded by the first that needs it; and its clients, one a pair of URIs."""
from __future__ import annotations

import atexit
import threading

from millrace import _native, _program

_native.set_program(_program.path())
_native.without_python_plugins()
_lock = threading.Lock()
_clients: dict[tuple[str, str], _native.Client] = {}


def inner(uri: str) -> str:
    """"sqlite:///m.db" of "millrace+sqlite:///m.db"."""
    return uri.removeprefix("millrace+")


def client(tracking_uri: str, registry_uri: str | None = None) -> _native.Client:
    """Shared by all stores of these URIs, each given as Millrace knows it (see inner)."""
    key = (tracking_uri, registry_uri or tracking_uri)
    with _lock:
        if key not in _clients:
            _clients[key] = _native.Client(*key)
        return _clients[key]


@atexit.register
def _close() -> None:
    for made in _clients.values():
        made.close()
