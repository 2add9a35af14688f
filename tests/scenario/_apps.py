# SPDX-License-Identifier: Apache-2.0
"""Servers with apps: the plugin of programs/gate_app.c, built once; and the requests that none of them must let past."""
import functools
import json
import os
import re
import subprocess
import tempfile

from _server import MILLRACE, Answer, Server, read_answer

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND", "get")
PAGES = ("/", "/health", "/version", "/metrics", "/openapi.json", "/graphql", "/static-files/main.js", "/favicon.ico", "/nowhere",
         "/ajax-api/2.0/millrace/plugins", "/gate", "/gate/deep/er", "*", "/api", "/signup")


@functools.cache
def gates():
    out = os.path.join(tempfile.mkdtemp(prefix="gates-"), "gates.so")
    sanitize = os.environ.get("MILLRACE_SANITIZE")
    subprocess.run(["cc", "-std=c11", "-D_DEFAULT_SOURCE", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror", "-g", "-shared", "-fPIC",
                    *([f"-fsanitize={sanitize}"] if sanitize else []), f"-I{SOURCE}/include",
                    os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs/gate_app.c"), "-o", out], check=True)
    return out


class Guarded(Server):
    """A server behind the gate; called() gives the lines of its log, parsed, and forgets them."""

    def __init__(self, *flags, apps=("gate",), **kwargs):
        self.notes = os.path.join(tempfile.mkdtemp(prefix="notes-"), "log")
        names = [part for name in apps for part in ("--app-name", name, "--app-config", f"{name}.log={self.notes}")]
        self.seen = 0
        super().__init__("--plugin", gates(), *names, *flags, **kwargs)

    def called(self):
        with open(self.notes, encoding="utf-8", errors="surrogateescape") as log:
            lines = log.read().splitlines()
        new, self.seen = lines[self.seen:], len(lines)
        calls = []
        for line in new:
            app, hook, method, path, *rest = line.split(" ")
            calls.append({"app": app, "hook": hook, "method": method, "path": path, **dict(word.partition("=")[::2] for word in rest if "=" in word)})
        return calls


def operations():
    """Every route of the operations table, as the OpenAPI document has it: (method, path)."""
    told = json.loads(subprocess.run([MILLRACE, "openapi"], check=True, capture_output=True, text=True).stdout)
    found = [(method.upper(), re.sub(r"\{[^}]*\}", "7", path)) for path, methods in told["paths"].items() for method in methods]
    assert len(found) > 100, len(found)
    return sorted(found)


def spellings(path):
    """Other ways to write a path, some of which a server might take for it."""
    middle = path.rfind("/", 1)
    yield from (path + "/", path + "//", "/" + path, path.upper(), path + ";a=b", path + "?", path + "?a=%00", path + "#x", path + "%00",
                path.replace("/", "/./"), "/nowhere/.." + path, "/static-files/.." + path, "/health/.." + path, path.replace("/", "%2F"),
                path[:-1] + f"%{ord(path[-1]):02x}", path[:-1] + f"%25{ord(path[-1]):02x}", path + "%2e", f"http://localhost{path}",
                f"http://elsewhere.example{path}", path.replace("/", "\\"), path + "/..;/health", path[:middle] + "//" + path[middle + 1:])


class Connection:
    """Requests one after another on one connection, a new one when the server has closed it."""

    def __init__(self, server):
        self.server, self.socket = server, None

    def ask(self, method, target, headers=None, body=b""):
        fields = {"Host": "localhost", **(headers or {})}
        if body:
            fields.update({"Content-Type": "application/json", "Content-Length": str(len(body))})
        head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n"
        self.socket = self.socket or self.server.connect()
        self.socket.sendall(head.encode() + body)
        buffer = b""
        while b"\r\n\r\n" not in buffer:
            piece = self.socket.recv(1 << 16)
            assert piece, (method, target, buffer)
            buffer += piece
        answer = Answer(buffer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        if method != "HEAD" and answer.status not in (204, 304):
            answer, _ = read_answer(self.socket, buffer)
        if answer.headers.get("connection") == "close":
            self.socket.close()
            self.socket = None
        return answer


def requests():
    for method, path in operations():
        for other in METHODS:
            yield other, path
        for spelling in spellings(path):
            yield method, spelling
    for path in PAGES:
        for method in METHODS:
            yield method, path
        for spelling in spellings(path):
            yield "GET", spelling
