# SPDX-License-Identifier: Apache-2.0
"""Starting and stopping the two servers. A server is described by a configuration: flags and variables that both take."""
import atexit
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from . import settings


@dataclass(frozen=True)
class Config:
    """One way to start a server. `{dir}` in a flag is the server's own folder."""

    name: str
    store: str = "sqlite:///{dir}/mlflow.db"
    artifacts: str = "{dir}/artifacts"
    flags: tuple = ()
    env: dict = field(default_factory=dict, hash=False)
    prefix: str = ""


CONFIGS = {
    config.name: config
    for config in (
        Config("sql"),
        # No artifact proxy; the server opens the folder of a run's artifacts itself.
        Config("local", flags=("--no-serve-artifacts", "--default-artifact-root", "{dir}/artifacts")),
        Config("file", store="{dir}/mlruns", env={"MLFLOW_ALLOW_FILE_STORE": "true"},
               flags=("--default-artifact-root", "{dir}/artifacts")),
        Config("prefix", flags=("--static-prefix", "/mill"), prefix="/mill"),
        Config("artifacts-only", store="", flags=("--artifacts-only",)),
    )
}


class Server:
    """A running server, reference or ours, in a folder of its own."""

    def __init__(self, implementation, config, folder):
        self.implementation = implementation
        self.config = config
        self.dir = Path(folder)
        self.dir.mkdir(parents=True, exist_ok=True)
        (self.dir / "artifacts").mkdir(exist_ok=True)
        self.port = settings.free_port()
        self.log = self.dir / "server.log"
        self.process = None
        self.store_uri = config.store.format(dir=self.dir)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self):
        return self.dir / "mlflow.db"

    def command(self):
        program = {
            "reference": [str(settings.PYTHON.with_name("mlflow"))],
            "millrace": [str(settings.BINARY)],
        }[self.implementation]
        flags = [flag.format(dir=self.dir) for flag in self.config.flags]
        store = ["--backend-store-uri", self.store_uri] if self.store_uri else []
        return [*program, "server", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1", *store,
                "--artifacts-destination", self.config.artifacts.format(dir=self.dir), *flags]

    def launch(self):
        """Starts the process and returns at once; `wait` is the other half."""
        if self.implementation == "millrace" and not os.access(settings.BINARY, os.X_OK):
            raise RuntimeError(f"{settings.BINARY} is not there: build it (make build), or set MILLRACE_BIN, or compare "
                               "the reference with itself: MILLRACE_COMPAT_SUBJECT=reference")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command(), cwd=self.dir, env=settings.server_env(self.config.env),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        atexit.register(self.stop)
        return self

    def wait(self):
        """Returns when the server answers."""
        deadline = time.monotonic() + settings.START_TIMEOUT
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"{self} ended:\n{self.log_tail()}")
            try:
                with urllib.request.urlopen(f"{self.url}{self.config.prefix}/health", timeout=2) as answer:
                    if answer.status == 200:
                        return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"{self} did not answer in {settings.START_TIMEOUT} s:\n{self.log_tail()}")

    def stop(self):
        """Ends the server and its children, which share its session. Ours is asked to; the reference takes seconds over
        that, and nothing of it is needed any more."""
        if self.process is None:
            return
        process, self.process = self.process, None
        atexit.unregister(self.stop)
        if self.implementation == "millrace":
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def log_tail(self, lines=40):
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def __str__(self):
        return f"{self.implementation} server '{self.config.name}' on {self.url}"


class Fleet:
    """The servers of a test session, each started once. Those announced are started one configuration after the other in
    the background, since two at a time keep two cores busy, while the first tests run already."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.servers = {}
        self.lock = threading.Lock()
        self.ended = False

    def announce(self, configs):
        threading.Thread(target=self._start_all, args=(list(configs),), daemon=True).start()

    def _start_all(self, configs):
        for name in configs:
            try:
                for server in [self._launch(side, name) for side in ("reference", "subject")]:
                    server.wait()
            except RuntimeError:
                pass  # whoever asks for the server is told

    def _launch(self, side, config_name):
        """`side` is 'reference' or 'subject'; the subject is whatever MILLRACE_COMPAT_SUBJECT says."""
        with self.lock:
            if self.ended:
                raise RuntimeError("the session has ended")
            key = (side, config_name)
            if key not in self.servers:
                implementation = "reference" if side == "reference" else settings.SUBJECT
                server = Server(implementation, CONFIGS[config_name], self.folder / f"{config_name}-{side}")
                seed_database(server, self.folder)
                self.servers[key] = server.launch()
            return self.servers[key]

    def get(self, side, config_name):
        return self._launch(side, config_name).wait()

    def stop(self):
        with self.lock:
            self.ended = True
        for server in self.servers.values():
            server.stop()


def seed_database(server, folder):
    """Gives a reference server an empty database of its own making, kept beside the reference from the first time on,
    since its migrations take seconds. Ours creates its database itself, which is what the tests want to see."""
    if server.implementation == "reference" and "sqlite" in server.config.store:
        shutil.copyfile(empty_database(folder), server.database)


def empty_database(folder):
    """The path of a database that the reference's `db upgrade` made."""
    kept = settings.PYTHON.parent.parent / f".millrace-empty-{version('mlflow')}.db"
    if not kept.exists():
        made = Path(folder) / "empty.db"
        subprocess.run([str(settings.PYTHON.with_name("mlflow")), "db", "upgrade", f"sqlite:///{made}"],
                       env=settings.server_env({}), check=True, cwd=folder, capture_output=True)
        shutil.copyfile(made, f"{kept}.{os.getpid()}")
        os.replace(f"{kept}.{os.getpid()}", kept)
    return kept
