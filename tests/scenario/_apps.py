# SPDX-License-Identifier: Apache-2.0
"""Servers with apps: the plugin of programs/gate_app.c, built once."""
import functools
import os
import subprocess
import tempfile

from _server import Server

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))


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
