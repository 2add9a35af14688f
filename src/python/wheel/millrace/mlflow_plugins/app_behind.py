# SPDX-License-Identifier: Apache-2.0
"""The `millrace server` behind the app: where it listens, and that it is there."""
from __future__ import annotations

import atexit
import fcntl
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading

from millrace import _program

START_SECONDS = 120
_TEXTS = {  # MLflow's variables for its workers -> those of `millrace server`
    "_MLFLOW_SERVER_FILE_STORE": "MLFLOW_BACKEND_STORE_URI",
    "_MLFLOW_SERVER_REGISTRY_STORE": "MLFLOW_REGISTRY_STORE_URI",
    "_MLFLOW_SERVER_ARTIFACT_ROOT": "MLFLOW_DEFAULT_ARTIFACT_ROOT",
    "_MLFLOW_SERVER_ARTIFACT_DESTINATION": "MLFLOW_ARTIFACTS_DESTINATION",
    "_MLFLOW_STATIC_PREFIX": "MLFLOW_STATIC_PREFIX",
}
_LEFT_OUT = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "MLFLOW_WORKERS", "MLFLOW_HOST", "MLFLOW_PORT")


def _environment(front: str) -> dict[str, str]:
    """Where the stores are may hold a password, and everyone may read a command line."""
    environment = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    for theirs, ours in _TEXTS.items():
        environment.pop(ours, None)
        if os.environ.get(theirs):
            environment[ours] = os.environ[theirs].removeprefix("millrace+")
    environment["MLFLOW_SERVE_ARTIFACTS"] = "true" if os.environ.get("_MLFLOW_SERVER_SERVE_ARTIFACTS") == "true" else "false"
    environment["MLFLOW_ARTIFACTS_ONLY"] = "true" if os.environ.get("_MLFLOW_SERVER_ARTIFACTS_ONLY") == "true" else "false"
    environment.setdefault("MILLRACE_PYTHON", sys.executable)
    environment["MILLRACE_FRONT"] = front
    return environment


class Behind:
    def __init__(self):
        # of this boot of the server: its workers find each other there
        boot = os.environ.get("_MLFLOW_SERVER_BOOT_ID") or f"{os.getpid()}-{os.urandom(8).hex()}"
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        if len(base) > 40:  # the way to a Unix socket is short
            base = "/tmp"
        self.folder = os.path.join(base, f"millrace-app-{os.getuid()}-{boot[:32]}")
        self.path = os.path.join(self.folder, "s")
        self._lock, self._life, self._process = threading.Lock(), None, None

    def ensure(self) -> None:
        """Returns when it answers; raises when it cannot be started."""
        with self._lock:
            self._make_folder()
            with open(os.path.join(self.folder, "lock"), "wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers'
                if not self._answers():
                    self._start()

    def _make_folder(self):
        try:
            os.mkdir(self.folder, 0o700)
        except FileExistsError:
            pass
        state = os.lstat(self.folder)
        if state.st_uid != os.getuid() or (state.st_mode & 0o170077) != 0o040000:
            raise PermissionError(f"{self.folder} is not a folder that only this user can enter")

    def _answers(self):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(self.path)
            except OSError:
                return False
            return True

    def _start(self):
        if self._process is not None:
            self._process.wait(10)  # it does not listen any more
        if os.path.exists(self.path):
            os.unlink(self.path)
        listening = socket.socket(socket.AF_UNIX)
        ours, theirs = socket.socketpair()
        with listening, theirs:
            listening.bind(self.path)
            listening.listen(512)
            fds = (listening.fileno(), theirs.fileno())
            apps = [name.strip() for name in os.environ.get("MILLRACE_SERVER_APPS", "").split(",") if name.strip()]
            command = [_program.path(), "server", *[word for name in apps for word in ("--app-name", name)]]
            self._process = subprocess.Popen(command, env=_environment(f"{fds[0]},{fds[1]}"), pass_fds=fds, stdin=subprocess.DEVNULL)
        ready, _, _ = select.select([ours], [], [], START_SECONDS)
        if not ready or ours.recv(64) != b"ready\n":
            ours.close()
            os.unlink(self.path)
            if ready:
                raise ChildProcessError(f"it ended with {self._process.wait(10)}; what it said is on standard error")
            self._process.kill()
            raise ChildProcessError("it did not start in time")
        self._life = ours  # its end is the server's
        atexit.register(self.close)  # of servers that tell their apps of no end

    def close(self) -> None:
        """What this worker has started ends; another starts it again if need be."""
        with self._lock:
            if self._life is None:
                return
            self._life.close()
            self._life = None
            for name in ("s", "lock"):
                try:
                    os.unlink(os.path.join(self.folder, name))
                except FileNotFoundError:
                    pass
            try:
                os.rmdir(self.folder)
            except OSError:
                pass
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
