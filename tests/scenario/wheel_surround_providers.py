# SPDX-License-Identifier: Apache-2.0
"""Run context, request headers and request auth of a native plugin under MLflow: the example plugin's, as a server in front of a
real one sees them."""
import http.server
import tempfile
import threading

from _server import Server, main
from _wheel import EXAMPLE, installed, python

AUTH = {"mlflow.request_auth_provider": {"example": "millrace.mlflow_plugins.auth:nexample"}}


class Front(http.server.ThreadingHTTPServer):
    """Passes on to a server what has the right token, and notes what came. An old token is replaced in its file when it is refused."""

    def __init__(self, server, token_file):
        super().__init__(("127.0.0.1", 0), Handler)
        self.server, self.token_file, self.seen, self.elsewhere = server, token_file, [], None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self):
        front = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        front.seen.append({**self.headers, "path": self.path, "body": body})
        if front.elsewhere and "/experiments/" in self.path:
            self.send_response(307)
            self.send_header("Location", front.elsewhere + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.headers.get("Authorization") != "Bearer new":
            with open(front.token_file, "w", encoding="ascii") as out:
                out.write("new\n")
            status, said = 401, b'{"error_code": "UNAUTHENTICATED", "message": "an old token"}'
        else:
            passed = front.server.ask(self.command, self.path, body or None, {"Content-Type": "application/json"})
            status, said = passed.status, passed.body
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer


RUN = """
import sys
import mlflow
loaded = [name for name in sys.modules if name.startswith("millrace.") and name not in ("millrace.mlflow_plugins", "millrace.mlflow_plugins.entry")]
assert not loaded, loaded
import os
with mlflow.start_run() as run:
    assert run.info.experiment_id == "0"
os.environ["EXAMPLE_EXPERIMENT_ID"] = mlflow.create_experiment("e")
with mlflow.start_run() as run:
    mlflow.log_param("p", "1")
assert mlflow.get_experiment(run.info.experiment_id).name == "e"
tags = mlflow.get_run(run.info.run_id).data.tags
assert tags["example.host"] == open("/proc/sys/kernel/hostname").read().strip(), tags
assert tags["mlflow.source.name"] != "" and tags["mlflow.user"], tags
"""


def start(folder, server):
    with open(f"{folder}/token", "w", encoding="ascii") as out:
        out.write("old\n")
    return Front(server, f"{folder}/token")


def test_tags_headers_and_auth_reach_the_server():
    for scheme in ("http", "millrace+http"):
        with tempfile.TemporaryDirectory() as folder, Server() as server:
            front = start(folder, server)
            python(RUN, folder=folder, sites=[installed(folder, AUTH)], MLFLOW_TRACKING_URI=front.url.replace("http", scheme, 1),
                   MLFLOW_TRACKING_AUTH="example", EXAMPLE_TOKEN_FILE=f"{folder}/token", MILLRACE_PLUGIN_PATH=EXAMPLE)
            assert len(front.seen) > 3 and all(r["X-Example-Plugin"] == "1.0.0" for r in front.seen), front.seen
            asked = [r["Authorization"] for r in front.seen]
            assert asked[:2] == ["Bearer old", "Bearer new"] and set(asked[1:]) == {"Bearer new"}, (scheme, asked)
            # MLflow's own headers are there once, and the body of the refused request came again whole
            assert all(r["User-Agent"].count("mlflow-python-client") == 1 for r in front.seen), front.seen
            assert front.seen[0]["path"] == front.seen[1]["path"] and front.seen[0]["body"] == front.seen[1]["body"]
            front.shutdown()


def test_another_host_gets_no_credentials():
    script = """
import mlflow
try:
    mlflow.search_experiments()
except Exception as error:
    print(type(error).__name__)
"""
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        first, other = start(folder, server), start(folder, server)
        first.elsewhere = f"http://localhost:{other.server_port}"
        python(script, folder=folder, sites=[installed(folder, AUTH)], MLFLOW_TRACKING_URI=first.url, MLFLOW_TRACKING_AUTH="example",
               EXAMPLE_TOKEN_FILE=f"{folder}/token", MILLRACE_PLUGIN_PATH=EXAMPLE, MLFLOW_HTTP_REQUEST_MAX_RETRIES="0")
        assert first.seen[0]["Authorization"] == "Bearer old", first.seen
        assert other.seen and not any("Authorization" in r for r in other.seen), other.seen


def test_what_fails_is_said_at_the_request():
    script = """
import os
import mlflow
for name, wanted in (("nobody", "nobody"), ("example", "EXAMPLE_TOKEN_FILE")):
    os.environ["MLFLOW_TRACKING_AUTH"] = name
    try:
        mlflow.search_experiments()
        raise AssertionError(name)
    except mlflow.MlflowException as error:
        assert wanted in str(error), error
"""
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        url = f"http://127.0.0.1:{server.port}"
        site = installed(folder, {"mlflow.request_auth_provider": {"nobody": "millrace.mlflow_plugins.auth:nnobody", **AUTH["mlflow.request_auth_provider"]}})
        python(script, folder=folder, sites=[site], MLFLOW_TRACKING_URI=url)


def test_without_the_native_library_mlflow_warns_once():
    script = """
import sys
sys.modules["millrace._native"] = None
import mlflow
mlflow.search_experiments()
mlflow.search_experiments()
"""
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        _, said = python(script, folder=folder, MLFLOW_TRACKING_URI=f"http://127.0.0.1:{server.port}")
        assert said.count("resolving request headers") == 1 and "pip install --force-reinstall millrace" in said, said


if __name__ == "__main__":
    main(globals())
