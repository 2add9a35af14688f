# SPDX-License-Identifier: Apache-2.0
"""A server for the tests of this folder: started in a folder of its own, stopped at the end, asked over raw sockets."""
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

MILLRACE = os.environ.get("MILLRACE", os.path.join(os.path.dirname(__file__), "../../build/dev/bin/millrace"))
JSON = {"Content-Type": "application/json"}


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if len(lines[0].split()) > 1 else 0
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:300]!r}>"


_taken = []  # locks, held while this process lives


def free_port():
    """One of the kernel's choice that no other test has got: MLflow's server takes seconds until it listens."""
    while True:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        os.makedirs("/tmp/millrace-test-ports", exist_ok=True)
        lock = open(f"/tmp/millrace-test-ports/{port}", "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        _taken.append(lock)
        return port


class Server:
    def __init__(self, *flags, folder=None, env=None, wait=True, store=True, port=None):
        self.folder = folder or tempfile.mkdtemp(prefix="server-")
        self.port = port or free_port()
        self.killed = False
        self.log = os.path.join(self.folder, "server.log")
        defaults = ["--artifacts-destination", os.path.join(self.folder, "artifacts")]
        if store:
            defaults += ["--backend-store-uri", f"sqlite:///{self.folder}/m.db"]
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
        self.started = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([MILLRACE, "server", "--port", str(self.port), *defaults, *flags],
                                            cwd=self.folder, env={**clean, **(env or {})}, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True)
        if wait:
            self.wait()

    def wait(self):
        while time.monotonic() < self.started + 60:
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}: {self.text()}"
            with contextlib.suppress(OSError):
                if self.ask("GET", "/health").status:
                    return
            time.sleep(0.005)
        raise AssertionError("the server does not answer")

    def text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def connect(self, timeout=30):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def ask(self, method, target, body=None, headers=None):
        """A whole request on a connection of its own; body may be bytes or what becomes JSON."""
        fields = {"Host": "localhost", "Connection": "close", **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            fields.setdefault("Content-Type", "application/json")
        if body is not None:
            fields.setdefault("Content-Length", str(len(body)))
        head = "".join(f"{k}: {v}\r\n" for k, v in fields.items() if v is not None)
        return self.raw(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + (body or b""))

    def raw(self, data, end=False):
        with self.connect() as s:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                s.sendall(data)
                if end:
                    s.shutdown(socket.SHUT_WR)
            return Answer(read_all(s))

    def api(self, method, path, body=None):
        answer = self.ask(method, f"/api/2.0/mlflow/{path}", body)
        assert answer.status == 200, answer
        return answer.json()

    def create_run(self):
        return self.api("POST", "runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]

    def memory(self, key="VmRSS"):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(f"{key}:"))

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.killed = True

    def stop(self, keep=False):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        code = self.stop(keep=True)
        said = self.text()[-4000:] if os.path.exists(self.log) else "" # somebody else may have stopped it
        shutil.rmtree(self.folder, ignore_errors=True)
        if failure[0] is None:
            assert code == 0 or self.killed, f"the server ended with {code}: {said}"


def read_all(s):
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := s.recv(1 << 16):
            data += piece
    return data


def read_answer(s, buffer=b""):
    """One answer with a Content-Length, and what was read beyond it."""
    while b"\r\n\r\n" not in buffer:
        piece = s.recv(1 << 16)
        assert piece, f"closed after {buffer!r}"
        buffer += piece
    head, _, rest = buffer.partition(b"\r\n\r\n")
    answer = Answer(head + b"\r\n\r\n")
    length = int(answer.headers.get("content-length", 0))
    while len(rest) < length:
        piece = s.recv(1 << 16)
        assert piece, "closed in a body"
        rest += piece
    answer.body = rest[:length]
    return answer, rest[length:]


def main(names):
    """Runs each test_* of a module, or only those that the arguments name; ends with 1 when one failed."""
    failed = 0
    for name, test in list(names.items()):
        if not name.startswith("test_") or (sys.argv[1:] and name not in sys.argv[1:]):
            continue
        begun = time.monotonic()
        try:
            test()
            print(f"ok      {name} ({time.monotonic() - begun:.1f} s)", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"FAILED  {name}", flush=True)
            traceback.print_exc()
    sys.exit(1 if failed else 0)
