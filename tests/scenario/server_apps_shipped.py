# SPDX-License-Identifier: Apache-2.0
"""The apps that come along (plugins/apps), each by MLflow's own client or as its users see it."""
import base64
import crypt
import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time

os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from _server import MILLRACE, Server, main

BUILD = os.environ.get("MILLRACE_BUILD", os.path.dirname(os.path.dirname(MILLRACE)))
PLUGIN = ("--plugin", f"{BUILD}/lib/millrace/plugins/apps.so")


def hashed(password):
    return subprocess.run(["openssl", "passwd", "-6", password], check=True, capture_output=True, text=True).stdout.strip()


def write(path, text, mode=0o600):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(path, mode)
    return path


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@contextlib.contextmanager
def as_user(server, name, password):
    variables = {"MLFLOW_TRACKING_USERNAME": name, "MLFLOW_TRACKING_PASSWORD": password}
    os.environ.update(variables)
    try:
        yield MlflowClient(f"http://127.0.0.1:{server.port}", f"http://127.0.0.1:{server.port}")
    finally:
        for key in variables:
            del os.environ[key]


def denied(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except MlflowException as e:
        assert "Permission denied" in str(e) or "403" in str(e), e
        return
    raise AssertionError(f"{call} was allowed")


PASSWORDS = {"root": "the root's own", "ann": "pässwörd: with colon", "bob": "battery staple"}


@contextlib.contextmanager
def secured(*more, permissions="", default="NO_PERMISSIONS"):
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"{name}:{hashed(password)}{':admin' if name == 'root' else ''}\n" for name, password in PASSWORDS.items()]
        users = write(f"{folder}/users", "# who may come in\n\n" + "".join(lines))
        grants = write(f"{folder}/permissions", permissions)
        with Server(*PLUGIN, "--app-name", "basic-auth", "--app-config", f"basic-auth.users={users}", "--app-config", f"basic-auth.permissions={grants}",
                    "--app-config", f"basic-auth.default_permission={default}", "--app-config", "basic-auth.open=/health", *more, store=True) as server:
            server.users, server.grants = users, grants
            yield server


def test_who_may_come_in():
    with secured() as server:
        assert server.ask("GET", "/health").status == 200, "named in open"
        for path in ("/", "/version", "/metrics", "/openapi.json", "/health/", "//health", "/api/2.0/mlflow/experiments/search?max_results=1"):
            answer = server.ask("GET", path)
            assert answer.status == 401 and answer.headers["www-authenticate"].startswith('Basic realm="mlflow"'), (path, answer)
            assert b"You are not authenticated" in answer.body
        good = basic("ann", PASSWORDS["ann"])
        assert server.ask("GET", "/version", None, good).status == 200
        assert server.ask("GET", "/version", None, {"authorization": good["Authorization"].replace("Basic", "bAsIc")}).status == 200
        for header in (basic("ann", "x"), basic("ann", PASSWORDS["bob"]), basic("nobody", "x"), basic("", ""), basic("ann", ""),
                       basic("ann", PASSWORDS["ann"] + "\0"), basic("ann\0", PASSWORDS["ann"]), {"Authorization": "Basic"}, {"Authorization": "Basic !!!"},
                       {"Authorization": "Bearer " + good["Authorization"][6:]}, basic("ann", "x" * 5000), {"Authorization": "Basic " + "A" * 7000},
                       basic("*", "x"), basic("# who may come in", "")):
            assert server.ask("GET", "/version", None, header).status == 401, header
        slow = crypt.crypt("slow", "$6$rounds=300000$abcdefghijk")
        write(server.users, f"slow:{slow}\n")
        began = time.monotonic()
        assert server.ask("GET", "/version", None, basic("slow", "slow")).status == 200
        once = time.monotonic() - began
        for _ in range(5):
            assert server.ask("GET", "/version", None, basic("slow", "slow")).status == 200
        assert time.monotonic() - began < 3 * once, "a password that was right is not hashed anew"
        # A changed file counts from the next request on; a broken one lets nobody in.
        write(server.users, f"bob:{hashed('new')}\n")
        assert server.ask("GET", "/version", None, good).status == 401
        assert server.ask("GET", "/version", None, basic("bob", "new")).status == 200
        write(server.users, "bob:plain text\n")
        assert server.ask("GET", "/version", None, basic("bob", "new")).status == 500
        write(server.users, f"bob:{hashed('new')}\n", 0o666)
        assert server.ask("GET", "/version", None, basic("bob", "new")).status == 500
        assert "chmod go-w" in server.text()
        os.remove(server.users)
        assert server.ask("GET", "/version", None, basic("bob", "new")).status == 500
        assert "the root" not in server.text() and "battery" not in server.text()


def test_what_users_may_with_mlflows_client():
    with secured() as server:
        with as_user(server, "root", PASSWORDS["root"]) as root:
            shared, secret = root.create_experiment("shared"), root.create_experiment("secret")
            hidden = root.create_run(secret).info.run_id
            root.log_metric(hidden, "m", 1.0)
            root.log_text(hidden, "nobody else reads this", "a.txt")
            root.create_registered_model("taken")
            source = root.get_run(hidden).info.artifact_uri
        with open(server.grants, encoding="utf-8") as file:
            assert "root experiment 1 MANAGE" in file.read(), "who creates something manages it"
        write(server.grants, f"ann experiment {shared} READ\nbob experiment {shared} EDIT\n* experiment {secret} DENY\n")
        with as_user(server, "ann", PASSWORDS["ann"]) as ann:
            assert [e.name for e in ann.search_experiments()] == ["shared"]
            assert ann.get_experiment_by_name("shared").experiment_id == shared
            for call in (lambda: ann.get_experiment(secret), lambda: ann.get_experiment_by_name("secret"), lambda: ann.get_run(hidden),
                         lambda: ann.create_run(shared), lambda: ann.log_metric(hidden, "m", 2.0), lambda: ann.get_metric_history(hidden, "m"),
                         lambda: ann.set_experiment_tag(shared, "a", "b"), lambda: ann.delete_experiment(shared), lambda: ann.list_artifacts(hidden),
                         lambda: ann.download_artifacts(hidden, "a.txt"), lambda: ann.get_registered_model("taken"), lambda: ann.delete_run(hidden),
                         lambda: ann.create_experiment("mine", artifact_location=f"mlflow-artifacts:/{secret}")):
                denied(call)
            assert list(ann.search_runs([secret, shared])) == []
            assert list(ann.search_registered_models()) == []
            # Her own: experiment, run, artifacts, model, version.
            mine = ann.create_experiment("ann's")
            run = ann.create_run(mine).info.run_id
            ann.log_metric(run, "loss", 0.5)
            ann.log_text(run, "mine", "note.txt")
            assert open(ann.download_artifacts(run, "note.txt"), encoding="utf-8").read() == "mine"
            ann.create_registered_model("ann's model")
            ann.create_model_version("ann's model", f"runs:/{run}/model", run)
            denied(ann.create_model_version, "ann's model", source, None)
            denied(ann.create_model_version, "ann's model", f"runs:/{hidden}/model", None)
            denied(ann.create_model_version, "ann's model", "s3://elsewhere/model", None)
            denied(ann.create_model_version, "ann's model", f"mlflow-artifacts:/{mine}/../{secret}", None)
            assert [m.name for m in ann.search_registered_models()] == ["ann's model"]
            assert len(ann.search_model_versions("")) == 1
        with as_user(server, "bob", PASSWORDS["bob"]) as bob:
            run = bob.create_run(shared).info.run_id
            bob.log_param(run, "p", "1")
            bob.log_text(run, "text", "a/b.txt")
            denied(bob.delete_run, run)
            denied(bob.get_registered_model, "ann's model")
            for path in (f"{secret}/{hidden}/artifacts/a.txt", f"./{secret}/{hidden}/artifacts/a.txt", f"%3{secret}/{hidden}/artifacts/a.txt", "other/x"):
                answer = server.ask("GET", f"/api/2.0/mlflow-artifacts/artifacts/{path}", None, basic("bob", PASSWORDS["bob"]))
                assert answer.status == 403, (path, answer)
                assert server.ask("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", b"x", basic("bob", PASSWORDS["bob"])).status in (400, 403)
            assert server.ask("GET", "/api/2.0/mlflow-artifacts/artifacts", None, basic("bob", PASSWORDS["bob"])).status == 403
        # A model of the same name, made later, is not the old one's owner's.
        with as_user(server, "ann", PASSWORDS["ann"]) as ann:
            ann.rename_registered_model("ann's model", "renamed 100%")
            ann.delete_model_version("renamed 100%", "1")
            ann.delete_registered_model("renamed 100%")
        with as_user(server, "root", PASSWORDS["root"]) as root:
            root.create_registered_model("ann's model")
            root.create_registered_model("renamed 100%")
        with as_user(server, "ann", PASSWORDS["ann"]) as ann:
            denied(ann.get_registered_model, "ann's model")
            denied(ann.get_registered_model, "renamed 100%")


def test_every_operation_has_a_rule():
    """An operation without one is for administrators: with MANAGE everywhere a user gets each that has a route."""
    told = json.loads(subprocess.run([MILLRACE, "openapi"], check=True, capture_output=True, text=True).stdout)
    with secured(default="MANAGE") as server:
        user, root = basic("bob", PASSWORDS["bob"]), basic("root", PASSWORDS["root"])
        body = {"experiment_id": "0", "run_id": "x", "run_uuid": "x", "name": "none", "model_id": "m-1", "version": "1", "experiment_ids": ["0"],
                "run_ids": ["x"], "key": "k", "value": "1", "source": "mlflow-artifacts:/0/x", "path": "a", "experiment_name": "Default"}
        asked = 0
        for path, methods in told["paths"].items():
            for method in methods:
                target = path.replace("{model_id}", "m-1").replace("{artifact_path}", "0/a").replace("{*artifact_path}", "0/a")
                if method == "get" or "upload" in path:
                    target += "?experiment_id=0&run_id=x&run_uuid=x&name=none&model_id=m-1&path=0/a&max_results=1&metric_key=k&experiment_name=Default&version=1"
                data = None if method == "get" else json.dumps(body).encode()
                headers = {"Content-Type": "application/json"} if data else {}
                one = server.ask(method.upper(), target, data, {**headers, **user})
                assert one.status != 403, (method, path, one)
                assert server.ask(method.upper(), target, data, {**headers, **root}).status not in (401, 403), (method, path)
                asked += 1
        assert asked > 100, asked


def test_rate_limit():
    with secured("--app-name", "rate-limit", "--app-config", "rate-limit.rate=2", "--app-config", "rate-limit.burst=10") as server:
        ann, bob = basic("ann", PASSWORDS["ann"]), basic("bob", PASSWORDS["bob"])
        answers = [server.ask("GET", "/version", None, ann) for _ in range(25)]
        statuses = [a.status for a in answers]
        assert statuses[:10] == [200] * 10 and 429 in statuses[10:], statuses
        left = [int(a.headers["ratelimit-remaining"]) for a in answers]
        assert left[0] == 9 and min(left) == 0 and max(left) == 9, left
        refused = next(a for a in answers if a.status == 429)
        assert refused.headers["retry-after"] == "1" and refused.headers["ratelimit-limit"] == "10", refused
        assert server.ask("GET", "/version", None, bob).status == 200, "each has a bucket of his own"
        time.sleep(0.7)
        assert server.ask("GET", "/version", None, ann).status == 200, "tokens come back"
        # MLflow's client waits as it is told, and gets through.
        os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "3"
        with as_user(server, "ann", PASSWORDS["ann"]) as client:
            for _ in range(5):
                client.search_experiments(max_results=1)
        os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"
    with Server(*PLUGIN, "--app-name", "rate-limit", "--app-config", "rate=2", "--app-config", "burst=5", "--app-config", "by=address") as server:
        # The test's own wait for the server has taken from it; of many at once no more get through than there are tokens.
        time.sleep(3)
        statuses, began = [], time.monotonic()
        threads = [threading.Thread(target=lambda: statuses.append(server.ask("GET", "/health").status)) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        most = 6 + 2 * (time.monotonic() - began)
        assert 5 <= statuses.count(200) <= most and statuses.count(429) == 30 - statuses.count(200), statuses


def lines(path):
    with open(path, encoding="ascii") as log:
        return [json.loads(line) for line in log]


def test_audit_log():
    with tempfile.TemporaryDirectory() as folder, \
            secured(default="READ") as _, contextlib.ExitStack() as stack:
        log = f"{folder}/audit.jsonl"
        users = write(f"{folder}/users", f"ann:{hashed('pw')}\n")
        server = stack.enter_context(Server(*PLUGIN, "--app-name", "audit-log", "--app-name", "basic-auth", "--app-config", f"audit-log.file={log}",
                                            "--app-config", f"basic-auth.users={users}", "--app-config", "basic-auth.open=/health"))
        os.remove(log) # with what the wait for the server left
        with as_user(server, "ann", "pw") as ann:
            experiment = ann.create_experiment("e")
            denied(ann.create_run, experiment)
        server.ask("GET", "/nowhere\"\\?a=\xff".encode().decode("latin-1"), None, basic("ann", "no"))
        seen = lines(log)
        assert [(x["user"], x["operation"], x["status"]) for x in seen[:-1] if x["operation"] != "server_info"] == [
            ("ann", "create_experiment", 200), ("ann", "create_run", 403)], seen
        assert seen[-1]["status"] == 401 and seen[-1]["user"] == "" and seen[-1]["path"].startswith('/nowhere"\\'), seen[-1]
        assert all(x["remote"] == "127.0.0.1" and x["time"].endswith("Z") and x["ms"] >= 0 for x in seen)
        os.rename(log, f"{log}.1")
        server.ask("GET", "/version", None, basic("ann", "pw"))
        assert [x["path"] for x in lines(log)] == ["/version"] and len(lines(f"{log}.1")) == len(seen)
        # Where nothing can be written, nothing happens.
        os.rename(log, f"{log}.2")
        os.mkdir(log)
        assert server.ask("POST", "/api/2.0/mlflow/experiments/create", {"name": "unseen"}, basic("ann", "pw")).status == 500
        os.rmdir(log)
        found = server.ask("GET", "/api/2.0/mlflow/experiments/search?max_results=9", None, basic("ann", "pw")).json()["experiments"]
        assert sorted(e["name"] for e in found) == ["Default", "e"], found
        access = server.ask("GET", "/metrics", None, basic("ann", "pw"))
        assert access.status == 200


if __name__ == "__main__":
    assert mlflow
    main(globals())
