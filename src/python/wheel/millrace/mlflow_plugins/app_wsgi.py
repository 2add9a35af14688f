# SPDX-License-Identifier: Apache-2.0
"""The app as gunicorn and waitress run it."""
from __future__ import annotations

import http.client
import socket
import threading
import urllib.parse

from millrace.mlflow_plugins.app import AGAIN, PIECE, forwarded, head, parse_head, unavailable


class App:
    def __init__(self, behind):
        self._behind = behind
        behind.ensure()

    def _connect(self):
        for attempt in range(2):
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(self._behind.path)
                return connection
            except OSError:
                connection.close()
                if attempt:
                    raise
                self._behind.ensure()

    def __call__(self, environ, start_response):
        for attempt in range(2):
            connection = None
            try:
                connection = self._connect()
                length = _send(connection, environ)
                upload = threading.Thread(target=_upload, args=(connection, environ, length), daemon=True) if length != 0 else None
                if upload:
                    upload.start()
                stream = connection.makefile("rb", PIECE)
                status, headers, size = _read_head(stream)
                break
            except Exception as error:
                if connection:
                    connection.close()
                if attempt or environ["REQUEST_METHOD"] not in AGAIN or environ.get("CONTENT_LENGTH"):
                    return _refuse(start_response, error)
        _start(start_response, status, headers)
        return _Body(connection, stream, upload, 0 if environ["REQUEST_METHOD"] == "HEAD" else size)


def _target(environ) -> bytes:
    """As it came: WSGI itself tells an unquoted path."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw:
        path, question, query = raw.partition("?")
        path = urllib.parse.urlsplit(path).path if "://" in path else path
        return (path + question + query).encode("latin-1")
    path = urllib.parse.quote(environ.get("SCRIPT_NAME", "").encode("latin-1") + environ.get("PATH_INFO", "").encode("latin-1"), safe="/:@!$&'()*+,;=~")
    query = environ.get("QUERY_STRING")
    return (f"{path}?{query}" if query else path).encode("latin-1")


def _send(connection, environ):
    named = [(name[5:].replace("_", "-").title().encode(), value.encode("latin-1")) for name, value in environ.items() if name.startswith("HTTP_")]
    if environ.get("CONTENT_TYPE"):
        named.append((b"Content-Type", environ["CONTENT_TYPE"].encode("latin-1")))
    if environ.get("CONTENT_LENGTH"):
        named = [pair for pair in named if pair[0] != b"Transfer-Encoding"]
        named.append((b"Content-Length", environ["CONTENT_LENGTH"].encode("latin-1")))
    headers, length = forwarded(named, environ.get("REMOTE_ADDR", "-"), environ.get("wsgi.url_scheme", "http"))
    connection.sendall(head(environ["REQUEST_METHOD"], _target(environ), headers, length))
    return length


def _upload(connection, environ, length):
    source, left = environ["wsgi.input"], length
    try:
        while left is None or left > 0:
            piece = source.read(PIECE if left is None else min(left, PIECE))
            if not piece:
                break
            connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if left is None else piece)
            left = left if left is None else left - len(piece)
        if left is None:
            connection.sendall(b"0\r\n\r\n")
        elif left:
            connection.shutdown(socket.SHUT_RDWR)  # the client went: it is not the whole
    except OSError:
        pass  # it answers before it has read all, or the client is gone


def _read_head(stream):
    status = 100
    while status < 200:
        text = b""
        while not text.endswith(b"\r\n\r\n"):
            line = stream.readline(PIECE)
            if not line or len(text) > PIECE:
                raise EOFError("it closed the connection")
            text += line
        status, headers, length = parse_head(text)
    return status, headers, length


def _start(start_response, status, headers):
    phrase = http.client.responses.get(status, "Unknown")
    start_response(f"{status} {phrase}", [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers])


def _refuse(start_response, error):
    status, headers, body = unavailable(error or "it closed the connection")
    _start(start_response, status, headers)
    return [body]


class _Body:
    """The answer's body, piece by piece."""

    def __init__(self, connection, stream, upload, length):
        self._connection, self._stream, self._upload, self._length = connection, stream, upload, length

    def __iter__(self):
        if self._length is None:
            while piece := self._stream.read1(PIECE):
                yield piece
        elif self._length == -1:
            while size := int(self._stream.readline(PIECE).split(b";")[0], 16):
                yield from self._pieces(size)
                self._stream.read(2)
        else:
            yield from self._pieces(self._length)

    def _pieces(self, size):
        while size:
            piece = self._stream.read1(min(size, PIECE))
            if not piece:
                raise EOFError("it closed the connection in the middle of an answer")
            size -= len(piece)
            yield piece

    def close(self):
        try:
            self._connection.shutdown(socket.SHUT_RDWR)  # which ends the other thread, too
        except OSError:
            pass
        self._stream.close()
        self._connection.close()
        if self._upload:
            self._upload.join(10)
