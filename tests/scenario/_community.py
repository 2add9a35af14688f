# SPDX-License-Identifier: Apache-2.0
"""Community plugins, as they are on PyPI, under Millrace: their environments (scripts/community-venv), what a responder that stands
for a service is made of, and what an artifact repository is asked."""
import functools
import http.server
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from urllib.parse import quote

from _programs import BUILD, SOURCE, environment, millrace


@functools.cache
def venv(name):
    """The plugin's environment. Ends the test as skipped where its packages cannot be had."""
    made = subprocess.run([f"{SOURCE}/scripts/community-venv", name], stdout=subprocess.PIPE, text=True, check=False)
    if made.returncode == 3:
        print(f"skipped: the packages of tests/scenario/community/{name}.txt cannot be had")
        sys.exit(77)
    assert made.returncode == 0, made
    return made.stdout.strip()


def adaptations(distribution, env, folder, **variables):
    """What `plugins info --load` says was adapted."""
    out, _ = millrace("plugins", "info", distribution, "--load", folder=folder, MILLRACE_PYTHON=env, TMPDIR=folder, **variables)
    assert "cannot be loaded" not in out, out
    return [line.split(None, 1)[1] for line in out.splitlines() if line.split()[:1] == ["adapted"]]


# ---- a service's stand-in ----


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        self.path, _, self.query = target.partition("?")


class Responder(http.server.BaseHTTPRequestHandler):
    """Hands each request to the server's .respond, which answers (status, headers, body), and keeps it with its status."""

    protocol_version = "HTTP/1.1"

    def read_body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self):
        request = Request(self.command, self.path, self.headers, self.read_body())
        status, headers, body = self.server.respond(request)
        self.server.seen.append((request.method, request.target, status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer

    def do_CONNECT(self):
        """As a proxy, in the place of the host that is asked for: the service's .tls is a server's context."""
        self.send_response_only(200)
        self.end_headers()
        self.wfile.flush()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except ConnectionResetError: # a client with a connection that it kept went away
            self.close_connection = True

    def log_message(self, *arguments):
        pass


@contextmanager
def responding(service):
    """The service, an object with .respond, on a port of its own, which is its .port."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Responder) as server:
        server.daemon_threads = True
        server.respond, server.seen, server.tls = service.respond, [], getattr(service, "tls", None)
        service.port, service.seen = server.server_port, server.seen
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield service
        server.shutdown()


# ---- what an artifact repository is asked ----

ODD = "model/data/50% of 1;v=2?.txt"
FILES = {
    "a.txt": b"text",
    "empty": b"",
    "model/MLmodel": b"flavors: {}\n",
    "model/data/weights.bin": random.Random(1).randbytes(300_000),
    ODD: b"what URLs must quote",
}
PLACE = "/api/2.0/mlflow-artifacts/artifacts"


def listing(server, path=""):
    answer = server.ask("GET", f"{PLACE}?path={path}")
    assert answer.status == 200, answer
    return {f["path"]: (f["is_dir"], f.get("file_size", None if f["is_dir"] else 0)) for f in answer.json().get("files", [])}


def use_through_server(server, deletes=True):
    """Everything that a repository can do, asked of the server's artifact service."""
    for path, content in FILES.items():
        answer = server.ask("PUT", f"{PLACE}/{quote(path)}", content)
        assert answer.status == 200, (path, answer, server.text())
    for path, content in FILES.items():
        answer = server.ask("GET", f"{PLACE}/{quote(path)}")
        assert answer.status == 200 and answer.body == content, (path, answer)
    assert listing(server) == {"a.txt": (False, 4), "empty": (False, 0), "model": (True, None)}, listing(server)
    assert listing(server, "model") == {"MLmodel": (False, 12), "data": (True, None)}, listing(server, "model")
    assert listing(server, "model/data") == {"weights.bin": (False, 300_000), os.path.basename(ODD): (False, 20)}, listing(server, "model/data")
    assert listing(server, "a.txt") == {}
    for path, status in (("none.txt", 404), ("model/none", 404), ("model", 400)):
        answer = server.ask("GET", f"{PLACE}/{path}")
        assert answer.status == status, (path, answer)
    assert server.ask("PUT", f"{PLACE}/a.txt", b"changed").status == 200
    assert server.ask("GET", f"{PLACE}/a.txt").body == b"changed"
    assert listing(server)["a.txt"] == (False, 7), listing(server)
    if deletes:
        for path in ("a.txt", "model"):
            answer = server.ask("DELETE", f"{PLACE}/{path}")
            assert answer.status == 200, (path, answer)
        assert listing(server) == {"empty": (False, 0)}, listing(server)
        assert server.ask("GET", f"{PLACE}/model/data/weights.bin").status == 404


MODEL = """
import sys, mlflow, numpy as np
from sklearn.linear_model import LinearRegression
uri, experiment = sys.argv[1:]
mlflow.set_tracking_uri(uri)
mlflow.set_experiment(experiment)
x = np.array([[0.0], [1.0], [2.0]])
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression().fit(x, [1.0, 3.0, 5.0]), name="model_test")
    mlflow.log_text("note", "notes/n.txt")
model = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model_test")
assert abs(model.predict([[3.0]])[0] - 7.0) < 1e-9
assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes/n.txt") == "note"
print(run.info.run_id)
"""


def use_with_mlflow(server, folder, experiment="documented"):
    """The document's log_model, by MLflow's own client, which needs nothing of the plugin: the server has it."""
    done = subprocess.run([sys.executable, "-c", MODEL, f"http://127.0.0.1:{server.port}", experiment], cwd=folder, capture_output=True,
                          text=True, timeout=300, check=False, env=environment())
    assert done.returncode == 0, (done.stderr[-3000:], server.text()[-3000:])
    return done.stdout.split()[-1]


def use_with_program(uri, folder, **variables):
    """A run whose artifacts are at the URI, by the program: no server between it and the plugin."""
    def run(*arguments, code=0):
        return millrace(*arguments, folder=folder, code=code, TMPDIR=folder, MLFLOW_TRACKING_URI=f"sqlite:///{folder}/m.db", **variables)[0]

    out = json.loads(run("experiments", "create", "-n", "far", "-l", uri, "--output", "json"))
    experiment = out["experiment_id"]
    made = json.loads(run("runs", "create", "-x", experiment, "--output", "json"))
    run_id = made["run"]["info"]["run_id"]
    source = tempfile.mkdtemp(dir=folder)
    for path, content in FILES.items():
        os.makedirs(os.path.dirname(f"{source}/{path}"), exist_ok=True)
        with open(f"{source}/{path}", "wb") as out:
            out.write(content)
    run("artifacts", "log-artifacts", "-l", source, "-r", run_id, "-a", "all")
    run("artifacts", "log-artifact", "-l", f"{source}/a.txt", "-r", run_id)
    listed = json.loads(run("artifacts", "list", "-r", run_id, "--output", "json"))
    assert {f["path"]: f["is_dir"] for f in listed} == {"a.txt": False, "all": True}, listed
    target = tempfile.mkdtemp(dir=folder)
    run("artifacts", "download", "-r", run_id, "-a", "all", "-d", target)
    for path, content in FILES.items():
        with open(f"{target}/all/{path}", "rb") as file:
            assert file.read() == content, path
    return run_id


def use_with_library(uri, folder, **variables):
    """examples/quickstart, a program in C over libmillrace, with its model's file at the URI."""
    store = f"sqlite:///{folder}/library.db"
    variables = {"TMPDIR": folder, "MLFLOW_TRACKING_URI": store, **variables}
    millrace("experiments", "create", "-n", "quickstart", "-l", uri, folder=folder, **variables)
    subprocess.run([f"{BUILD}/examples/quickstart", f"{SOURCE}/examples/data/iris.csv"], cwd=folder, check=True, timeout=120,
                   stdout=subprocess.DEVNULL, env=environment(MILLRACE_SPOOL_DIR=f"{folder}/spool", **variables))
