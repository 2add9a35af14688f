# SPDX-License-Identifier: Apache-2.0
"""What is asked of a server with a Python app in front, by server_apps_python.py and, of more of it, by its long twin."""
import os
from urllib.parse import unquote

from _apps import Connection, requests

PASS = {"X-Pass": "me"}
PUT = "/api/2.0/mlflow-artifacts/artifacts/"
# What MLflow itself lets past the Flask hooks of an app under its default server.
AROUND = [("GET", "/health"), ("GET", "/version"), ("GET", "/api/3.0/mlflow/server-info"), ("PUT", PUT + "1/a"), ("GET", PUT + "1/a"),
          ("DELETE", PUT + "1/a"), ("POST", "/v1/traces"), ("GET", "/ajax-api/3.0/jobs/1"), ("POST", "/api/3.0/mlflow/mcp-servers/x"),
          ("POST", "/gateway/x/mlflow/invocations"), ("GET", "/metrics"), ("GET", "/static-files/main.js"), ("POST", "/graphql")]


def some(first, share):
    """All spellings of all requests are more than there is time for; of each share one begins elsewhere."""
    yield from AROUND
    for i, request in enumerate(requests()):
        if i % share == first % share:
            yield request


def nothing_gets_past(server, asked):
    connection, denied = Connection(server), 0
    for method, target in asked:
        body = b"" if method in ("GET", "HEAD", "get", "OPTIONS") else b'{"name": "x", "experiment_id": "0", "run_id": "7"}'
        answer = connection.ask(method, target, body=body)
        denied += answer.status == 401
        assert answer.status == 401 or answer.body.startswith(b"Invalid HTTP"), (method, target, answer)
        assert answer.status == 400 or answer.headers["www-authenticate"] == "Gate", (method, target, answer)
        assert answer.status == 400 or method == "HEAD" or answer.body == b"not without a pass", (method, target, answer)
    assert denied > 100, denied
    found = server.ask("POST", "/api/2.0/mlflow/experiments/search", {"max_results": 9}, PASS).json()["experiments"]
    assert [e["name"] for e in found] == ["Default"], found
    assert not os.path.exists(f"{server.folder}/artifacts") or not os.listdir(f"{server.folder}/artifacts")


def all_is_as_without_apps(guarded, plain, asked):
    one, other = Connection(guarded), Connection(plain)
    for method, target in asked:
        if "gate" in unquote(unquote(target)).lower() or target.startswith("/metrics"):
            continue
        a, b = one.ask(method, target, PASS), other.ask(method, target)
        if method == "PROPFIND":  # a method that Flask does not know
            assert a.status in (405, b.status), (target, a)
            continue
        assert (a.status, a.headers.get("content-type")) == (b.status, b.headers.get("content-type")), (method, target, a, b)
        assert b.status == 400 or a.headers["x-gate-says"] == "welcome", (method, target, a)
        assert a.headers.get("x-content-type-options") == b.headers.get("x-content-type-options"), (method, target, a, b)
