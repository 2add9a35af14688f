# SPDX-License-Identifier: Apache-2.0
"""Server apps: no spelling of any request gets past their hooks; a hook that fails or hangs denies and holds up nobody else;
what they say of the user, rows, headers and routes of their own comes through."""
import json
import os
import subprocess
import tempfile
import threading
import time
from urllib.parse import unquote

from _apps import Connection, Guarded, gates, requests
from _server import MILLRACE, Server, main, read_answer

PASS = {"X-Pass": "me"}


def test_nothing_gets_past_the_hooks():
    """Without a pass each request is denied by the app, or is none that the server reads; and nothing has happened."""
    with Guarded() as server:
        connection, denied, asked = Connection(server), 0, 0
        for method, target in requests():
            for body in (b"", b'{"name": "x", "experiment_id": "0", "run_id": "7"}'):
                if body and method in ("GET", "HEAD", "get", "OPTIONS"):
                    continue
                answer = connection.ask(method, target, body=body)
                asked += 1
                denied += answer.status == 401
                assert answer.status in (401, 400), (method, target, answer)
                assert answer.status == 400 or answer.headers["www-authenticate"] == "Gate", (method, target, answer)
                assert answer.status == 400 or method == "HEAD" or answer.body == b"not without a pass", (method, target, answer)
                assert answer.status == 401 or "%00" in target or answer.body.startswith(b"Invalid HTTP"), (method, target, answer)
        calls = server.called()
        assert sum(c["hook"] == "before" for c in calls) >= denied > 3000, (denied, asked)
        assert {c["hook"] for c in calls} == {"before", "after"}, "no other hook is asked about what before() denied"
        found = server.ask("POST", "/api/2.0/mlflow/experiments/search", {"max_results": 9}, PASS).json()["experiments"]
        assert [e["name"] for e in found] == ["Default"], found
        assert not os.path.exists(os.path.join(server.folder, "artifacts")) or not os.listdir(os.path.join(server.folder, "artifacts"))
    print(f"{asked} requests, {denied} denied by the app")


def test_with_a_pass_all_is_as_without_apps():
    """The same requests to a server without apps: the same statuses and kinds of answers, but for the app's own routes."""
    with Guarded("--no-metrics") as guarded, Server("--no-metrics") as plain:
        one, other = Connection(guarded), Connection(plain)
        for method, target in requests():
            if "gate" in unquote(unquote(target)).lower():
                continue
            a, b = one.ask(method, target, PASS), other.ask(method, target)
            if a.status == 400 and "%00" in target.partition("?")[0]:
                continue # an app would not know what to make of it
            assert (a.status, a.headers.get("content-type")) == (b.status, b.headers.get("content-type")), (method, target, a, b)
            assert b.status == 400 or a.headers["x-gate-says"] == "welcome", (method, target, a)


def test_bodies_that_come_in_pieces():
    """An upload is denied before its first byte is taken, however it is sent."""
    with Guarded() as server:
        target = "/api/2.0/mlflow-artifacts/artifacts/1/big.bin"
        head = f"PUT {target} HTTP/1.1\r\nHost: localhost\r\n"
        for fields in ("Content-Length: 100000000\r\n", "Content-Length: 300\r\n", "Transfer-Encoding: chunked\r\n",
                       "Content-Length: 100000\r\nExpect: 100-continue\r\n"):
            with server.connect() as s:
                s.sendall((head + fields + "\r\n").encode())
                if "chunked" in fields:
                    s.sendall(b"5\r\nhello\r\n0\r\n\r\n")
                elif "Expect" not in fields:
                    s.sendall(b"x" * 300)
                if "100000000" in fields:
                    s.sendall(b"x" * 200000)
                data = b""
                while b"not without a pass" not in data:
                    piece = s.recv(65536)
                    if data.startswith(b"HTTP/1.1 100") and not piece:
                        break
                    data += piece
                    if data == b"HTTP/1.1 100 Continue\r\n\r\n":
                        s.sendall(b"x" * 100000)
                assert b" 401 " in data, (fields, data)
        answer = server.ask("PUT", target, b"x" * 300000, {**PASS, "X-Forbid": "proxy_upload"})
        assert answer.status == 403 and answer.body == b"not this", answer
        assert not os.path.exists(os.path.join(server.folder, "artifacts/1")), "nothing was stored"
        assert server.ask("PUT", target, b"x" * 300000, PASS).status == 200
        asked = [c for c in server.called() if c["hook"] == "authorize"]
        assert [c["artifact"] for c in asked] == ["1/big.bin"] * 2, asked
        assert server.ask("GET", target, None, {**PASS, "X-Forbid": "proxy_download"}).status == 403
        assert server.ask("GET", target, None, PASS).body == b"x" * 300000
        run = server.ask("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0"}, PASS).json()["run"]["info"]["run_id"]
        twice = f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid=0&run_uuid={run}&path=a.txt"
        assert server.ask("POST", twice, b"x", PASS).status in (400, 404), "the run that the app is asked about is the one that is used"


def test_requests_in_one_piece():
    """Pipelined ones are asked about one by one, whatever stood before them."""
    with Guarded() as server:
        def request(method, target, passed, body=b""):
            fields = f"Host: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n" + ("X-Pass: me\r\n" if passed else "")
            return f"{method} {target} HTTP/1.1\r\n{fields}\r\n".encode() + body

        create = ("POST", "/api/2.0/mlflow/experiments/create")
        with server.connect() as s:
            s.sendall(request("GET", "/version", True) + request(*create, False, b'{"name": "no"}') + request(*create, True, b'{"name": "yes"}') +
                      request("GET", "/gate/x", True) + request("GET", "/health", False))
            statuses, rest = [], b""
            for _ in range(5):
                answer, rest = read_answer(s, rest)
                statuses.append(answer.status)
        assert statuses == [200, 401, 200, 201, 401], statuses
        found = server.ask("GET", "/api/2.0/mlflow/experiments/search?max_results=9", None, PASS).json()["experiments"]
        assert sorted(e["name"] for e in found) == ["Default", "yes"], found


def test_the_artifact_is_the_one_that_will_be_used():
    with Guarded() as server:
        for spelling in ("1/a.txt", "./1/a.txt", "1/./a.txt", "1//a.txt", "%31/a.txt", "1%2Fa.txt", "%2e/1/a.txt"):
            server.ask("GET", f"/api/2.0/mlflow-artifacts/artifacts/{spelling}", None, PASS)
            asked = [c for c in server.called() if c["hook"] == "authorize"]
            assert [c["artifact"] for c in asked] == ["1/a.txt"], (spelling, asked)
        for spelling in ("..%2F1/a.txt", "%252e%252e/a", "1/%00", "a/../../b"):
            assert server.ask("GET", f"/api/2.0/mlflow-artifacts/artifacts/{spelling}", None, PASS).status == 400, spelling
            assert not [c for c in server.called() if c["hook"] == "authorize"], spelling
        server.ask("POST", "/api/2.0/mlflow-artifacts/mpu/create/7/x", {"path": "deep/../b.bin", "num_parts": 1}, PASS)
        assert [c["artifact"] for c in server.called() if c["hook"] == "authorize"] == ["7/x/b.bin"]


def test_what_apps_say_comes_through():
    with Guarded(apps=("gate", "second")) as server:
        def ask(method, path, body=None, **headers):
            return server.ask(method, path, body, {**PASS, **headers})

        for name in ("seen", "hidden one", "hidden two"):
            assert ask("POST", "/api/2.0/mlflow/experiments/create", {"name": name}).status == 200
        found = ask("POST", "/api/2.0/mlflow/experiments/search", {"max_results": 2}).json()
        assert [e["name"] for e in found.get("experiments", [])] == [], found
        rest = ask("POST", "/api/2.0/mlflow/experiments/search", {"max_results": 2, "page_token": found["next_page_token"]}).json()
        assert [e["name"] for e in rest["experiments"]] == ["seen", "Default"], rest

        server.called()
        answer = ask("POST", "/gate/x?a=b", b"to be echoed")
        assert answer.status == 201 and answer.body == b"to be echoed" and answer.headers["content-type"] == "text/x-gate", answer
        calls = [(c["app"], c["hook"], c["user"], c["host"]) for c in server.called()]
        assert calls == [("gate", "before", "", ""), ("second", "before", "me", "me"), ("gate", "route", "me", "me"),
                         ("second", "after", "me", "me"), ("gate", "after", "me", "me")], calls
        assert ask("GET", "/gated").status == 404 and ask("GET", "//gate").status == 404, "a prefix is a whole segment"

        # An app that denies ends the chain; those asked before it are told, nobody else.
        server.called()
        answer = ask("GET", "/health", **{"X-Second": "before 0 0, before fail 1007"})
        assert answer.status == 200, "'0' is no order"
        server.called()
        answer = ask("GET", "/version", **{"X-Gate": "before fail 1007"})
        assert answer.status == 429 and "a secret of the gate" in answer.json()["message"], answer
        assert [(c["app"], c["hook"], c["status"]) for c in server.called()] == [("gate", "before", "0"), ("gate", "after", "429")]


def test_failures_deny():
    with Guarded(apps=("gate", "second")) as server:
        create = ("POST", "/api/2.0/mlflow/experiments/create", {"name": "never"})
        for hook in ("before", "authorize"):
            for code, status in ((1, 500), (3, 500), (1003, 500), (2, 503), (1004, 403), (13, 401)):
                answer = server.ask(*create, {**PASS, "X-Gate": f"{hook} fail {code}"})
                assert answer.status == status, (hook, code, answer)
                assert ("a secret" in answer.json()["message"]) == (status != 500), "what is the operator's stays in the log"
        assert server.ask(*create, {**PASS, "X-Second": "before fail 1"}).status == 500
        assert server.text().count("a secret of the gate") == 8, server.text()
        answer = server.ask("GET", "/api/2.0/mlflow/experiments/search?max_results=5", None, {**PASS, "X-Gate": "filter fail 1"})
        assert answer.status == 500 and b"Default" not in answer.body, answer
        names = [e["name"] for e in server.ask("GET", "/api/2.0/mlflow/experiments/search?max_results=5", None, PASS).json()["experiments"]]
        assert names == ["Default"], names
        answer = server.ask(*create, {**PASS, "X-Gate": "after fail 1"})
        assert answer.status == 500 and b"experiment_id" not in answer.body, answer
        assert server.ask("GET", "/gate/nothing", None, PASS).status == 500, "a route must answer"


def test_a_slow_hook_denies_and_holds_up_nobody():
    with Guarded("--app-timeout", "1s", apps=("gate", "second")) as server:
        slow = []

        def hang(hook, target):
            began = time.monotonic()
            answer = server.ask("GET", target, None, {**PASS, "X-Gate": f"{hook} sleep 3000"})
            slow.append((hook, answer.status, time.monotonic() - began))

        threads = [threading.Thread(target=hang, args=case) for case in
                   (("before", "/health"), ("before", "/api/2.0/mlflow/experiments/search?max_results=3"), ("authorize", "/api/2.0/mlflow/experiments/get?experiment_id=0"),
                    ("after", "/health"))]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        for _ in range(20):
            began = time.monotonic()
            assert server.ask("GET", "/health", None, PASS).status == 200
            assert time.monotonic() - began < 0.8, "somebody else's hook held it up"
        for thread in threads:
            thread.join()
        assert sorted(s[:2] for s in slow) == [("after", 503), ("authorize", 503), ("before", 503), ("before", 503)], slow
        assert all(0.9 < s[2] < 2.5 for s in slow), slow
        metrics = server.ask("GET", "/metrics", None, PASS).body.decode()
        assert 'millrace_pool_stuck{pool="apps"} 4' in metrics, metrics
        server.called()
        time.sleep(2.6)
        late = [(c["app"], c["hook"], c["status"]) for c in server.called()]
        assert late.count(("gate", "after", "503")) == 3, "a late before() or authorize() has its after(), with what the client was told"
        metrics = server.ask("GET", "/metrics", None, PASS).body.decode()
        assert 'millrace_pool_stuck{pool="apps"} 0' in metrics, metrics
        # Two hooks of 600 ms are each within the time.
        answer = server.ask("GET", "/health", None, {**PASS, "X-Gate": "before sleep 600", "X-Second": "before sleep 600"})
        assert answer.status == 200, answer


def test_clients_that_leave():
    """after() is called for them, too."""
    with Guarded() as server:
        with server.connect() as s:
            s.sendall(b"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\nX-Pass: me\r\nContent-Type: application/json\r\n"
                      b"Content-Length: 100\r\n\r\n{")
            time.sleep(0.2)
        deadline, seen = time.monotonic() + 5, []
        while not any(c["hook"] == "after" and c["status"] == "499" for c in seen):
            assert time.monotonic() < deadline, seen
            time.sleep(0.02)
            seen += server.called()


def test_beside_a_prefix_and_a_preflight():
    with Guarded("--static-prefix", "/mill") as server:
        assert server.ask("GET", "/mill/health").status == 401
        assert server.ask("GET", "/health").status == 401, "outside of the prefix, too"
        assert server.ask("GET", "/api/2.0/mlflow-artifacts/artifacts/a").status == 401
        assert server.ask("GET", "/mill/gate", None, PASS).status == 201
        assert server.ask("GET", "/gate", None, PASS).status == 404
        server.called()
        answer = server.ask("OPTIONS", "/mill/api/2.0/mlflow/experiments/create", None,
                            {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"})
        assert answer.status == 200 and not server.called(), "a preflight carries no credentials, so no app is asked"


def refused(*flags, env=None):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([MILLRACE, "server", "--port", "0", "--backend-store-uri", f"sqlite:///{folder}/m.db", *flags], capture_output=True,
                              text=True, timeout=30, check=False, cwd=folder, env={**os.environ, **(env or {})})
    assert done.returncode != 0, done
    return done.stderr


def test_configuration():
    told = refused("--app-name", "nobody")
    assert "nobody" in told and "server app" in told and "millrace plugins list" in told, told
    plugin = ("--plugin", gates())
    told = refused(*plugin, "--app-name", "gatee")
    assert "gate, second" in told, told
    assert "twice" in refused(*plugin, "--app-name", "gate", "--app-name", "gate")
    assert "'broken' was set" in refused(*plugin, "--app-name", "gate", "--app-config", "broken=true")
    assert "'broken' was set" in refused(*plugin, "--app-name", "gate", "--app-name", "second", "--app-config", "second.broken=true")
    assert "'broken' was set" in refused(*plugin, "--app-name", "gate", env={"MILLRACE_APP_GATE_BROKEN": "yes"})
    assert "true or false" in refused(*plugin, "--app-name", "gate", env={"MILLRACE_APP_GATE_BROKEN": "perhaps"})
    assert "no option 'colour'" in refused(*plugin, "--app-name", "gate", "--app-config", "colour=red")
    assert "NAME.broken" in refused(*plugin, "--app-name", "gate", "--app-name", "second", "--app-config", "broken=true")
    assert "KEY=VALUE" in refused(*plugin, "--app-name", "gate", "--app-config", "broken")
    assert "--app-name NAME" in refused(*plugin, "--app-config", "broken=true")


def test_what_the_operator_sees():
    """Calls, time, errors and stuck calls of each plugin: as JSON, in /metrics, by the command line; no secret anywhere."""
    with Guarded("--app-timeout", "1s", "--app-config", "gate.token=swordfish") as server:
        for _ in range(3):
            server.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", None, PASS)
        server.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=404", None, PASS)
        server.ask("GET", "/version", None, {**PASS, "X-Gate": "before fail 1"})
        server.ask("GET", "/version", None, {**PASS, "X-Gate": "before fail 1004"})
        assert server.ask("GET", "/version", None, {**PASS, "X-Gate": "before sleep 2500"}).status == 503

        def entry(plugin, name):
            told = server.ask("GET", "/ajax-api/2.0/millrace/plugins", None, PASS).json()
            assert told["apps"] == ["gate"], told
            return next(e for p in told["plugins"] for e in p["entries"] if p["name"] == plugin and e["name"] == name)

        gate = entry("gates", "gate")
        assert (gate["calls"]["refused"], gate["calls"]["failed"], gate["calls"]["stuck"]) == (1, 1, 1), gate
        assert gate["calls"]["running"] >= 1 and gate["calls"]["returned"] > 10, gate
        assert {o["name"]: o.get("default") for o in gate["options"]} == {"log": None, "token": "***", "broken": "false"}, gate
        store = entry("sqlite", "sqlite")
        assert store["calls"]["refused"] >= 1 and store["calls"]["failed"] == 0 and 0 < store["calls"]["longest_seconds"] <= store["calls"]["seconds"], store
        metrics = server.ask("GET", "/metrics", None, PASS).body.decode()
        assert 'millrace_plugin_calls_stuck{plugin="gates",group="mlflow.app",name="gate"} 1' in metrics, metrics
        assert 'millrace_plugin_failures_total{plugin="gates",group="mlflow.app",name="gate",kind="failed"} 1' in metrics, metrics
        time.sleep(1.8)
        gate = entry("gates", "gate")
        assert gate["calls"]["stuck"] == 0 and gate["calls"]["longest_seconds"] > 2.4, gate
        assert server.ask("POST", "/ajax-api/2.0/millrace/plugins", {}, PASS).status == 405
        # It is behind the gate, as everything is, and the command says so.
        done = subprocess.run([MILLRACE, "plugins", "info", "gates", "--server", f"http://127.0.0.1:{server.port}"], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and "401" in done.stderr and "MLFLOW_TRACKING_USERNAME" in done.stderr, done
        everything = metrics + server.text() + server.ask("GET", "/ajax-api/2.0/millrace/plugins", None, PASS).body.decode()
        assert "hunter2" not in everything and "swordfish" not in everything
    with Server("--plugin", gates(), env={"MILLRACE_PLUGINS": "-gates"}) as server:
        server.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0")

        def info(name, *more):
            return subprocess.run([MILLRACE, "plugins", "info", name, "--server", f"http://127.0.0.1:{server.port}/", *more], capture_output=True,
                                  text=True, check=True).stdout

        assert "calls      " in info("sqlite") and "option     cache_mb (int, default" in info("sqlite"), info("sqlite")
        assert json.loads(info("sqlite", "--output", "json"))[0]["entries"][0]["calls"]["returned"] > 0
        told = info("gates")
        assert "(denied)" in told and "denied       MILLRACE_PLUGINS denies it" in told, told
        here = subprocess.run([MILLRACE, "plugins", "list", "--plugin", gates()], capture_output=True, text=True, check=True,
                              env={**os.environ, "MILLRACE_PLUGINS": "-gates"}).stdout
        assert "MILLRACE_PLUGINS denies it" in here, here


if __name__ == "__main__":
    main(globals())
