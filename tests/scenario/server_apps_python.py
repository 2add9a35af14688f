# SPDX-License-Identifier: Apache-2.0
"""Server apps of Python in front of our server: no spelling of a request gets past the hooks of a Flask or a FastAPI app; with a
pass all is as without apps; an app that raises, hangs or crashes denies, and is there again; one that cannot be loaded is an
error of the start."""
import json
import os
import re
import subprocess
import tempfile
import time
from urllib.parse import unquote

from _python_apps import env, fine, hosts, leftovers, serve, until
from _python_apps_asked import PASS, PUT, all_is_as_without_apps, nothing_gets_past, some
from _server import MILLRACE, Server, main

SHARE = 47


def test_a_flask_object():
    """The document's form."""
    with serve("object") as server, Server() as plain:
        nothing_gets_past(server, some(0, SHARE))
        all_is_as_without_apps(server, plain, some(1, SHARE))
        # a raw path survives; the app is told of it decoded once
        target = PUT + "a%2520b/c/%C3%A4%3Fd"
        answer, expected = server.ask("PUT", target, b"1", PASS), plain.ask("PUT", target, b"1")
        assert answer.status == expected.status == 200, (answer, expected)
        assert os.path.exists(f"{server.folder}/artifacts/a%20b/c/ä?d") or os.listdir(f"{server.folder}/artifacts") == os.listdir(
            f"{plain.folder}/artifacts"), os.listdir(f"{server.folder}/artifacts")
        assert answer.headers["x-gate-saw"] == f"127.0.0.1 http {unquote(target).encode()!r}", answer.headers
        # routes of its own, and the stores, which are ours
        assert server.ask("POST", "/api/2.0/mlflow/registered-models/create", {"name": "model"}, PASS).status == 200
        answer = server.ask("POST", "/gate/mine/a/b", b"body", PASS)
        assert answer.json() == {"what": "a/b", "body": "body", "experiments": ["Default"], "models": ["model"]}, answer
        # a body that a hook has read comes behind all the same
        for size in (10, 300000, 3000000):
            body = os.urandom(size)
            assert server.ask("PUT", PUT + "read", body, {**PASS, "X-Do": "read"}).status == 200
            assert server.ask("GET", PUT + "read", None, PASS).body == body
        assert server.ask("HEAD", PUT + "read", None, PASS).body == b""
        assert server.ask("GET", "/health", None, {"X_Pass": "me"}).status == 401  # no other spelling of a header
        # what it lets pass is counted by its route, what it answers itself by its name
        told = server.ask("GET", "/metrics", None, PASS).body.decode()
        assert re.search(r'millrace_plugin_calls[^\n]*object_app', told), told
        assert 'route="app"' in told and 'route="/api/2.0/mlflow/registered-models/create"' in told, told


def test_a_fastapi_factory():
    with serve("fast", "--access-log", "access.log") as server, Server() as plain:
        nothing_gets_past(server, some(2, SHARE))
        all_is_as_without_apps(server, plain, some(3, SHARE))
        assert server.ask("GET", "/health", None, PASS).headers["x-gate-saw"] == "127.0.0.1 http b'/health'"
        answer = server.ask("POST", "/gate/mine/a", b"text", PASS)
        assert answer.json() == {"what": "a", "body": "text"}, answer
        body = os.urandom(3000000)
        assert server.ask("PUT", PUT + "a%2520b", body, PASS).status == 200
        assert server.ask("GET", PUT + "a%2520b", None, PASS).body == body
        folder = server.folder
        assert server.stop(keep=True) == 0
        with open(f"{folder}/access.log", encoding="utf-8") as file:
            lines = file.read().splitlines()
        assert any('"POST /gate/mine/a HTTP/1.1" 200' in line and line.startswith("127.0.0.1 ") for line in lines), lines
        with open(f"{folder}/notes", encoding="utf-8") as file:
            assert file.read() == "begin\nend\n"  # what it does at its end is done
        assert not leftovers(folder)


def test_an_app_of_ours_behind():
    """It is told of the client, not of what a client says; the factory takes MLflow's app."""
    with serve("taking", "--app-name", "audit-log", "--app-config", "audit-log.file=audit") as server:
        forged = {**PASS, "X-Millrace-Peer": "1.2.3.4", "X-Millrace-Tls": "1"}
        assert server.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", None, forged).status == 200
        assert server.ask("GET", "/health").status == 401
        with open(f"{server.folder}/audit", encoding="utf-8") as file:
            said = [json.loads(line) for line in file]
        asked = [line for line in said if line["path"].endswith("experiments/get")]
        assert len(asked) == 1 and asked[0]["remote"] == "127.0.0.1", said


def test_an_app_that_fails_denies():
    with serve("object", "--app-timeout", "1s", "--graceful-timeout", "1s") as server:
        first = hosts(server)
        answer = server.ask("GET", "/health", None, {**PASS, "X-Do": "raise"})
        assert answer.status == 500 and hosts(server) == first, answer
        answer = server.ask("GET", "/health", None, {**PASS, "X-Do": "crash"})
        assert answer.status == 503 and "the request is denied" in answer.json()["message"], answer
        until(lambda: fine(server))
        assert len(hosts(server)) == 1 and hosts(server) != first
        first = hosts(server)
        begun = time.monotonic()
        answer = server.ask("GET", "/health", None, {**PASS, "X-Do": "hang"})
        assert answer.status == 503 and "in time" in answer.json()["message"] and time.monotonic() - begun < 3, answer
        until(lambda: hosts(server) != first)
        until(lambda: fine(server))
        assert "a request hangs in it" in server.text()
        # a stop does not wait for one that hangs, and leaves nothing
        pids, folder = hosts(server), server.folder
        with server.connect() as s:
            s.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Do: hang\r\n\r\n")
            time.sleep(0.3)
            begun = time.monotonic()
            assert server.stop(keep=True) == 0 and time.monotonic() - begun < 10
        assert not any(os.path.exists(f"/proc/{pid}") for pid in pids) and not leftovers(folder), leftovers(folder)


def test_refused_at_the_start():
    folder = tempfile.mkdtemp()

    def told(*flags):
        done = subprocess.run([MILLRACE, "server", "--port", "0", "--backend-store-uri", f"sqlite:///{folder}/m.db", *flags], cwd=folder,
                              capture_output=True, text=True, check=False, timeout=60,
                              env={**os.environ, "MILLRACE_PYTHON": env(), "TMPDIR": folder, "APP_NOTES": f"{folder}/notes"})
        assert done.returncode != 0, done
        return done.stderr

    assert "RuntimeError: it was not a good day" in told("--app-name", "broken")
    said = told("--app-name", "lost")
    assert "lost_app" in said and "module is missing" in said and "pip install --force-reinstall lost_app" in said, said
    assert "named first" in told("--app-name", "object", "--app-name", "fast")
    assert "--app-config" in told("--app-name", "object", "--app-config", "a=b")
    assert not leftovers(folder), leftovers(folder)


if __name__ == "__main__":
    main(globals())
