# SPDX-License-Identifier: Apache-2.0
"""`mlflow server --app-name millrace`: MLflow's web server in front, and behind it, on a Unix socket, `millrace server` with the same
stores and artifacts, to which every request goes as it is. Nothing of MLflow's own app is there, so nothing passes by it.

MILLRACE_SERVER_APPS names apps of native plugins that each request passes there ("basic-auth,rate-limit"); what they are to know
they find in MILLRACE_APP_<NAME>_<KEY>.

The worker processes of one server share one `millrace server`: the first that needs it starts it, another does when that one
has ended."""
from __future__ import annotations

import os

_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"expect"}
_FRONTS = {b"date", b"server"}  # in an answer: the server in front says it
_OURS = b"x-millrace-"  # what only this app says: where a request came from
PIECE = 1 << 18
AGAIN = ("GET", "HEAD", "OPTIONS")  # may be asked once more, of a server that ended meanwhile


def forwarded(headers, peer: str, scheme: str) -> tuple[list[tuple[bytes, bytes]], int | None]:
    """The headers for the server behind, and the length of the body; None: it comes in chunks."""
    named = {token.strip().lower() for name, value in headers if name.lower() == b"connection" for token in value.split(b",")}
    sent, length, chunked = [], 0, False
    for name, value in headers:
        lower = name.lower()
        if lower == b"content-length":
            length = int(value)
        elif lower == b"transfer-encoding":
            chunked = True
        elif lower not in _HOP and lower not in named and not lower.startswith(_OURS):
            sent.append((name, value))
    sent.append((b"X-Millrace-Peer", peer.encode("latin-1") or b"-"))
    if scheme == "https":
        sent.append((b"X-Millrace-Tls", b"1"))
    return sent, None if chunked else length


def head(method: str, target: bytes, headers, length: int | None) -> bytes:
    lines = [method.encode("latin-1") + b" " + target + b" HTTP/1.1"]
    lines += [name + b": " + value for name, value in headers]
    if length is None:
        lines.append(b"Transfer-Encoding: chunked")
    elif length or method not in ("GET", "HEAD", "OPTIONS", "DELETE"):
        lines.append(b"Content-Length: %d" % length)
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])


def parse_head(text: bytes) -> tuple[int, list[tuple[bytes, bytes]], int | None]:
    """Status, headers and length of the body of an answer; None: it ends with the connection, -1: it comes in chunks."""
    first, *lines = text.rstrip(b"\r\n").split(b"\r\n")
    status, headers, length = int(first.split(b" ", 2)[1]), [], None
    for line in lines:
        name, _, value = line.partition(b":")
        name, value = name.strip(), value.strip()
        lower = name.lower()
        if lower == b"content-length":
            length = int(value)
        if lower == b"transfer-encoding":
            length = -1
        elif lower not in _HOP and lower not in _FRONTS:
            headers.append((name, value))
    if status in (204, 304) or status < 200:
        length = 0
    return status, headers, length


def unavailable(why) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    import json

    body = json.dumps({"error_code": "TEMPORARILY_UNAVAILABLE", "message": f"The millrace server behind this one: {why}"}).encode()
    return 503, [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(body))], body


def create_app(*_):
    """What MLflow's server runs: an ASGI app under uvicorn, a WSGI app under the others."""
    from millrace.mlflow_plugins import app_behind

    behind = app_behind.Behind()
    if os.environ.get("_MLFLOW_SGI_NAME") in ("gunicorn", "waitress"):
        from millrace.mlflow_plugins import app_wsgi

        return app_wsgi.App(behind)
    from millrace.mlflow_plugins import app_asgi

    return app_asgi.App(behind)
