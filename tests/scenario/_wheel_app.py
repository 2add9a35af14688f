# SPDX-License-Identifier: Apache-2.0
"""`mlflow server --app-name millrace`, and what its clients do."""
import contextlib
import glob
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from _server import free_port
from _wheel import python, variables


class Front:
    def __init__(self, folder, *flags, **more):
        self.folder, self.port = folder, free_port()
        self.environment = variables(folder, TMPDIR=folder, XDG_RUNTIME_DIR=folder, **more)
        with open(f"{folder}/log", "wb") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "mlflow", "server", "--app-name", "millrace", "--port", str(self.port),
                                             "--backend-store-uri", "sqlite:///m.db", "--artifacts-destination", f"{folder}/kept", *flags],
                                            cwd=folder, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        self.url = f"http://127.0.0.1:{self.port}"
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                self.ask("GET", "/health")
                return
            assert self.process.poll() is None and time.monotonic() < end, self.said()
            time.sleep(0.05)

    def said(self):
        with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as log:
            return log.read()[-3000:]

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()
        finally:
            connection.close()

    def behind(self):
        """The processes of `millrace server` that were started in this folder's name."""
        found = []
        for path in glob.glob("/proc/[0-9]*/environ"):
            with contextlib.suppress(OSError), open(path, "rb") as environ:
                values = environ.read()
                if f"XDG_RUNTIME_DIR={self.folder}\0".encode() in values and b"MILLRACE_FRONT=" in values:
                    found.append(int(path.split("/")[2]))
        return found

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        end = time.monotonic() + 20
        while self.behind() and time.monotonic() < end:
            time.sleep(0.05)
        left = self.behind()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        if failure[0] is None:
            assert not left, (left, self.said())
            assert not glob.glob(f"{self.folder}/millrace-app-*"), self.said()
        else:
            print(self.said())


CLIENT = """
import os, sys
import mlflow
mlflow.set_experiment("e")
with mlflow.start_run() as run:
    mlflow.log_metric("m", 1.5)
    with open("big", "wb") as out:
        out.write(os.urandom(1 << 20) * 48)
    mlflow.log_artifact("big", "a folder \\u00e9")
    os.mkdir("down")
    got = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="a folder \\u00e9/big", dst_path="down")
    assert open(got, "rb").read() == open("big", "rb").read()
assert mlflow.get_run(run.info.run_id).data.metrics == {"m": 1.5}
try:
    mlflow.get_run("0" * 32)
except mlflow.MlflowException as error:
    assert error.error_code == "RESOURCE_DOES_NOT_EXIST", error
print(run.info.run_id)
"""


def use(front, **more):
    with tempfile.TemporaryDirectory() as folder:
        return python(CLIENT, folder=folder, MLFLOW_TRACKING_URI=front.url, **more)[0].split()[-1]


def chunked():
    yield b"one, "
    time.sleep(0.1)
    yield b"two"


def check_streams(front, headers=None):
    made = front.ask("POST", "/api/2.0/mlflow/runs/create", b'{"experiment_id": "0"}', {"Content-Type": "application/json", **(headers or {})})
    root = json.loads(made[2])["run"]["info"]["artifact_uri"].removeprefix("mlflow-artifacts:")
    target = f"/api/2.0/mlflow-artifacts/artifacts{root}/s/a%20b"
    assert (status := front.ask("PUT", target, chunked(), headers))[0] == 200, status
    assert front.ask("GET", target, headers=headers)[2] == b"one, two"
    assert front.ask("HEAD", target, headers=headers)[2] == b""
    status, _, said = front.ask("POST", "/api/2.0/mlflow/runs/create", b"{", {"Content-Type": "application/json", **(headers or {})})
    assert status == 400 and b"error_code" in said, said
    # two servers in a row are one: lengths and names are said once
    fields = front.ask("GET", "/version", headers=headers)[1]
    assert fields["content-length"].isdigit() and "," not in fields["date"].replace(", ", "", 1) and "," not in fields.get("server", ""), fields
