# SPDX-License-Identifier: Apache-2.0
"""HTTP as bytes: what is sent is exactly what a case says, which no HTTP library lets one do (paths with `..`, bodies
shorter than announced, bytes that are not UTF-8)."""
import http.client
import json
import select
import socket
from dataclasses import dataclass

from . import settings


@dataclass
class Answer:
    status: int  # 0 when the connection was closed without an answer
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode("utf-8", "backslashreplace")

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return self.headers.get(name.lower())


NO_ANSWER = Answer(0, {}, b"")


class Connection:
    """One keep-alive connection to a server, made again when the server closed it."""

    def __init__(self, port):
        self.port = port
        self.socket = None

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def ask(self, method, target, headers, body):
        """Sends a whole request; `headers` is a list of pairs, Host and Content-Length are added when missing."""
        head = request_head(method, target, self._complete(headers, body))
        # A kept connection may have been closed by the server since the last answer; nothing was read then, so that
        # sending it again is safe only if no byte of an answer came.
        for kept in (self.socket is not None, False):
            if self.socket is None:
                self.socket = self._connect()
            answer = self._exchange(method, head + body)
            if answer.status != 0 or not kept:
                return answer
        return NO_ANSWER

    def ask_raw(self, data):
        """Sends bytes as they are on a connection of its own; a server that waits for more is then told that there is none."""
        self.close()
        self.socket = self._connect()
        try:
            return self._exchange("GET", data, patience=0.4)
        finally:
            self.close()

    def _connect(self):
        connected = socket.create_connection(("127.0.0.1", self.port), timeout=settings.ANSWER_TIMEOUT)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def _complete(self, headers, body):
        names = {name.lower() for name, _ in headers}
        complete = list(headers)
        if "host" not in names:
            complete.insert(0, ("Host", f"127.0.0.1:{self.port}"))
        if body and not names & {"content-length", "transfer-encoding"}:
            complete.append(("Content-Length", str(len(body))))
        return complete

    def _exchange(self, method, data, patience=None):
        try:
            try:
                self.socket.sendall(data)
                if patience and not select.select([self.socket], [], [], patience)[0]:
                    self.socket.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the server may answer before it has read everything
            response = http.client.HTTPResponse(self.socket, method=method)
            response.begin()
            body = response.read()
            headers = {}
            for name, value in response.getheaders():
                name = name.lower()
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
            if response.will_close:
                self.close()
            return Answer(response.status, headers, body)
        except (http.client.BadStatusLine, http.client.IncompleteRead, ConnectionResetError, BrokenPipeError):
            self.close()
            return NO_ANSWER


def request_head(method, target, headers):
    lines = [f"{method} {target} HTTP/1.1"] + [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")
