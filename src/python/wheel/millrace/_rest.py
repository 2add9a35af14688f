# SPDX-License-Identifier: Apache-2.0
"""One call of MLflow's REST API, whatever store is behind it."""
from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from millrace import _native
from millrace.exceptions import MillraceException

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/")


def _quote(text: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode())


def _query(parameters: dict[str, Any]) -> str:
    said: list[tuple[str, Any]] = []
    for name, value in parameters.items():
        if isinstance(value, (list, tuple)):
            said += [(name, one) for one in value]
        elif value is not None:
            said.append((name, value))
    return "&".join(f"{name}={_quote(str(value))}" for name, value in said)


def error(failure: _native.Error) -> MillraceException:
    return MillraceException(str(failure), failure.code)


def double(value: float) -> float | str:
    """JSON has no word for these; MLflow writes them as texts."""
    if math.isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def _refusal(status: int, body: bytes) -> MillraceException:
    try:
        said = json.loads(body)
        return MillraceException(said["message"], said["error_code"])
    except (ValueError, TypeError, KeyError):
        return MillraceException(f"The store answered {status}: {body[:1000].decode(errors='replace')}")


def call(native: _native.Client, method: str, path: str, parameters: dict[str, Any], registry: bool = False) -> dict[str, Any]:
    """The answer to a request for "runs/get" and the like. Parameters that are None are not sent."""
    target, body = f"/api/2.0/mlflow/{path}", None
    if method == "GET":
        target += f"?{_query(parameters)}"
    else:
        body = json.dumps({name: value for name, value in parameters.items() if value is not None})
    try:
        status, answer = native.rest(method, target, body, registry=registry)
    except _native.Error as failure:
        raise error(failure) from None
    if status != 200:
        raise _refusal(status, answer)
    said: dict[str, Any] = json.loads(answer)
    return said


def chunks(items: list[Any], size: int) -> Iterable[list[Any]]:
    return (items[at:at + size] for at in range(0, len(items), size))
