# SPDX-License-Identifier: Apache-2.0
"""mlflow-elasticsearchstore 0.1.2 (MLflow 1.x), experiments and runs in Elasticsearch: a real one, 7.10.2 of Maven, started here. Asked
through our server by MLflow's own client, through the program, and by a program in C. Skipped without Maven and a JDK."""
import concurrent.futures
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager

import _community as community
from _programs import BUILD, SOURCE, environment, millrace
from _server import Server, free_port, main


def jars(name):
    made = subprocess.run([f"{SOURCE}/scripts/community-jars", name], stdout=subprocess.PIPE, text=True, check=False)
    if made.returncode == 3:
        print(f"skipped: {name} cannot be had")
        sys.exit(77)
    assert made.returncode == 0, made
    return made.stdout.strip()


class Elasticsearch:
    @classmethod
    @contextmanager
    def running(cls):
        self, classes = cls(), jars("elasticsearch")
        folder = tempfile.mkdtemp()
        self.port = free_port()
        # The client wants a build by its vendor; the jars of Maven do not say of themselves that they are.
        command = ["java", "-Xms256m", "-Xmx512m", "-Des.distribution.flavor=default", "-cp", f"{classes}/classes:{classes}/lib/*", "Main", f"{folder}/data", str(self.port),
                   str(free_port())]
        with open(f"{folder}/log", "wb") as log:
            process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        try:
            line = process.stdout.readline()
            while line and line.strip() != b"READY":
                line = process.stdout.readline()
            with open(f"{folder}/log", encoding="utf-8", errors="replace") as log:
                assert line, log.read()[-3000:]
            yield self
        finally:
            process.stdin.close()
            process.wait(60)

    def ask(self, target, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{target}", data=body and json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def refresh(self):
        """What was written can be searched a second later, or now."""
        self.ask("_refresh", {})

    @property
    def uri(self):
        return f"elasticsearch://127.0.0.1:{self.port}"


def settings(**more):
    return {"MILLRACE_PYTHON": community.venv("elasticsearchstore"), **more}


def test_store():
    """One node for all, as it takes its time to start."""
    with Elasticsearch.running() as node:
        folder = tempfile.mkdtemp()
        with Server("--backend-store-uri", node.uri, "--registry-store-uri", f"sqlite:///{folder}/m.db", "--default-artifact-root",
                    f"{folder}/artifacts", store=False, env=settings(TMPDIR=folder)) as server:
            from mlflow.tracking import MlflowClient

            os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0" # an error is seen, not repeated for minutes
            client = MlflowClient(f"http://127.0.0.1:{server.port}")
            for part in (experiments, runs, searches, pages, many_at_once, refusals):
                began = time.monotonic()
                part(client, node, server)
                print(f"        {part.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
            fluent(server, folder)
        program_and_library(node, folder)


def experiments(client, node, server):
    assert client.get_experiment("0").name == "Default"
    made = client.create_experiment("pumps", tags={"team": "a"})
    assert client.get_experiment(made).tags == {"team": "a"} and client.get_experiment_by_name("pumps").experiment_id == made
    assert node.ask(f"mlflow-experiments/_doc/{made}")["_source"]["name"] == "pumps"
    client.set_experiment_tag(made, "team", "b")
    assert client.get_experiment(made).tags == {"team": "b"}
    ids = [client.create_experiment(f"e{i:02}") for i in range(15)]  # more than the ten of a plain search
    assert {e.experiment_id for e in client.search_experiments()} == {"0", made, *ids}
    assert [e.name for e in client.search_experiments(filter_string="name LIKE 'e1%'", order_by=["name"])] == [f"e1{i}" for i in range(5)]
    client.delete_experiment(ids[0])
    assert client.get_experiment(ids[0]).lifecycle_stage == "deleted" and len(client.search_experiments()) == 16
    client.restore_experiment(ids[0])
    client.rename_experiment(ids[0], "renamed")
    assert client.get_experiment(ids[0]).name == "renamed"


def runs(client, node, server):
    experiment = client.get_experiment_by_name("pumps").experiment_id
    run = client.create_run(experiment, run_name="first", tags={"k": "v"}, start_time=1000)
    run_id = run.info.run_id
    assert run.info.run_name == "first" and run.info.artifact_uri.endswith(f"/{run_id}/artifacts"), run.info
    for step, value in enumerate((0.5, math.nan, math.inf, 0.25)):
        client.log_metric(run_id, "loss", value, timestamp=2000 + step, step=step)
    history = client.get_metric_history(run_id, "loss")
    node.refresh()
    history = client.get_metric_history(run_id, "loss")
    assert [m.step for m in history] == [0, 1, 2, 3] and math.isnan(history[1].value), history
    assert [history[i].value for i in (0, 2, 3)] == [0.5, sys.float_info.max, 0.25], history
    client.log_param(run_id, "p", "1")
    client.log_param(run_id, "p", "1")
    client.set_tag(run_id, "k", "w")
    client.set_tag(run_id, "gone", "soon")
    client.delete_tag(run_id, "gone")
    client.update_run(run_id, name="renamed")
    client.set_terminated(run_id, "FINISHED", end_time=3000)
    run = client.get_run(run_id)
    assert run.data.metrics == {"loss": 0.25} and run.data.params == {"p": "1"}, run.data
    assert run.data.tags["k"] == "w" and "gone" not in run.data.tags, run.data.tags
    assert (run.info.status, run.info.start_time, run.info.end_time, run.info.run_name) == ("FINISHED", 1000, 3000, "renamed"), run.info
    kept = node.ask(f"mlflow-runs/_doc/{run_id}")["_source"]
    assert [p["key"] for p in kept["params"]] == ["p"] and sorted(t["key"] for t in kept["tags"]).count("k") == 1, kept
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    client.restore_run(run_id)


def searches(client, node, server):
    """The same questions to MLflow's own store of SQLite, with the same runs: the same answers."""
    from mlflow.entities import Metric, Param, RunTag
    from mlflow.tracking import MlflowClient

    reference = MlflowClient(f"sqlite:///{tempfile.mkdtemp()}/reference.db")
    places = []
    for other in (client, reference):
        one, two = other.create_experiment("search-1"), other.create_experiment("search-2")
        for i in range(12):
            run = other.create_run(one if i % 3 else two, start_time=1000 + i // 2, run_name=f"run_{i:02}", tags={"odd": str(i % 2)})
            metrics = [Metric("m", float(i * 7 % 5), 1, 0)] + ([Metric("half", float(i), 1, 0)] if i < 6 else [])
            params = [Param("p", f"Value%{i % 4}")] + ([Param("some", "x")] if i % 4 == 0 else [])
            other.log_batch(run.info.run_id, metrics, params, [RunTag("t", "a_b" if i % 5 == 0 else "axb")])
            if i % 4 == 1:
                other.set_terminated(run.info.run_id, "FAILED", end_time=5000 + i)
        places.append((other, [one, two]))
    node.refresh()
    filters = ["", "metrics.m > 2", "metrics.m >= 2 and tags.odd = '1'", "metrics.half <= 3", "metrics.m != 2", "params.p = 'Value%1'",
               "params.p != 'Value%1'", "params.p LIKE 'Val%1'", "params.p LIKE 'val%'", "params.p ILIKE 'val%1'", "tags.t LIKE 'a_b'",
               "tags.t = 'a_b'", "attributes.status = 'FAILED'", "status != 'FAILED'", "run_name LIKE 'run_0%'", "attributes.start_time > 1003",
               "end_time < 5006", "params.some IS NULL", "params.some IS NOT NULL and tags.odd = '0'", "run_name = 'run_05'"]
    orders = [None, ["metrics.m DESC", "run_name"], ["metrics.m", "attributes.run_name DESC"], ["params.p", "run_name"], ["start_time", "run_name"],
              ["tags.odd DESC", "run_name ASC"]]
    for text in filters:
        got = [sorted(r.info.run_name for r in other.search_runs(ids, text)) for other, ids in places]
        assert got[0] == got[1], (text, got)
    for order in orders:
        got = [[r.info.run_name for r in other.search_runs(ids, order_by=order or ["start_time DESC", "run_name"])] for other, ids in places]
        assert got[0] == got[1], (order, got)
    assert client.search_runs([]) == [] == reference.search_runs([])


def pages(client, node, server):
    ids = [client.get_experiment_by_name(f"search-{i}").experiment_id for i in (1, 2)]
    found, token, rounds = [], None, 0
    while rounds == 0 or token:
        page = client.search_runs(ids, max_results=5, page_token=token, order_by=["metrics.m"])
        found, token, rounds = found + [r.info.run_name for r in page], page.token, rounds + 1
    assert sorted(found) == [f"run_{i:02}" for i in range(12)] and rounds == 3, (found, rounds)


def many_at_once(client, node, server):
    """Writers of one run do not lose one another's."""
    run_id = client.create_run("0").info.run_id
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: client.log_param(run_id, f"p{i}", i), range(40)))
        list(pool.map(lambda i: client.log_metric(run_id, f"m{i % 10}", i, step=i), range(40)))
    run = client.get_run(run_id)
    assert len(run.data.params) == 40 and len(run.data.metrics) == 10, run.data
    node.refresh()
    assert sum(len(client.get_metric_history(run_id, f"m{i}")) for i in range(10)) == 40


def refusals(client, node, server):
    for method, path, body, status, words in (
            ("GET", "runs/get?run_id=" + "f" * 32, None, 404, "not found"),
            ("POST", "runs/set-tag", {"run_id": "f" * 32, "key": "k", "value": "v"}, 404, "NotFoundError"),
            ("GET", "experiments/get?experiment_id=none", None, 404, "No Experiment with id=none exists"),
            ("POST", "experiments/create", {"name": "pumps"}, 400, "already exists"),
            ("POST", "runs/search", {"experiment_ids": ["0"], "filter": "attributes.artifact_uri = 'x'"}, 400, "artifact_uri"),
            ("POST", "runs/log-inputs", {"run_id": "f" * 32, "datasets": [{"dataset": {"name": "d", "digest": "1", "source_type": "s", "source": "x"}}]},
             501, "does not implement log_inputs")):
        answer = server.ask(method, f"/api/2.0/mlflow/{path}", body)
        assert answer.status == status and words in answer.json()["message"], (path, answer)
    run_id = client.create_run("0").info.run_id
    server.api("POST", "runs/log-parameter", {"run_id": run_id, "key": "p", "value": "1"})
    answer = server.ask("POST", "/api/2.0/mlflow/runs/log-parameter", {"run_id": run_id, "key": "p", "value": "2"})
    assert answer.status == 400 and "Changing param values is not allowed" in answer.json()["message"], answer


FLUENT = """
import mlflow, sys
mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("fluent")
with mlflow.start_run(run_name="whole") as run:
    mlflow.log_params({"a": 1, "b": "two"})
    mlflow.log_metrics({"x": 1.5, "y": 2.5}, step=3)
    mlflow.set_tag("t", "u")
    mlflow.log_text("hello", "dir/hello.txt")
assert mlflow.get_run(run.info.run_id).data.metrics == {"x": 1.5, "y": 2.5}
assert mlflow.artifacts.load_text(run.info.artifact_uri + "/dir/hello.txt") == "hello"
assert mlflow.get_run(run.info.run_id).info.status == "FINISHED"
with mlflow.start_run(run_id=run.info.run_id): # once more
    mlflow.log_metric("z", 1)
"""


def fluent(server, folder):
    done = subprocess.run([sys.executable, "-c", FLUENT, f"http://127.0.0.1:{server.port}"], cwd=folder, capture_output=True, text=True, timeout=300,
                          check=False, env=environment())
    assert done.returncode == 0, (done.stderr[-3000:], server.text()[-3000:])


def program_and_library(node, folder):
    """No server between: the program and the library talk to Elasticsearch through the plugin."""
    variables = {"MLFLOW_TRACKING_URI": node.uri, "MLFLOW_REGISTRY_URI": f"sqlite:///{folder}/registry.db", "TMPDIR": folder, **settings()}
    made = json.loads(millrace("experiments", "create", "-n", "by-program", "-l", f"{folder}/by-program", "--output", "json", folder=folder,
                               **variables)[0])["experiment_id"]
    assert node.ask(f"mlflow-experiments/_doc/{made}")["_source"]["name"] == "by-program"
    quickstart = json.loads(millrace("experiments", "create", "-n", "quickstart", "-l", f"{folder}/quickstart", "--output", "json", folder=folder,
                                     **variables)[0])["experiment_id"]
    subprocess.run([f"{BUILD}/examples/quickstart", f"{SOURCE}/examples/data/iris.csv"], cwd=folder, check=True, timeout=300,
                   stdout=subprocess.DEVNULL, env=environment(MILLRACE_SPOOL_DIR=f"{folder}/spool", **variables))
    node.refresh()
    found = node.ask("mlflow-runs/_search", {"query": {"nested": {"path": "latest_metrics", "query": {"term": {"latest_metrics.key": "loss"}}}},
                                             "sort": [{"start_time": "desc"}]})["hits"]["hits"]
    run = next(hit["_source"] for hit in found if any(m["key"] == "accuracy" for m in hit["_source"]["latest_metrics"]))
    assert run["status"] == "FINISHED" and len(run["params"]) > 0, run
    points = node.ask("mlflow-metrics/_count", {"query": {"bool": {"filter": [{"term": {"run_id": run["run_id"]}}, {"term": {"key": "loss"}}]}}})
    assert points["count"] == 200, points
    out, _ = millrace("runs", "search", "--output", "json", "-x", quickstart, folder=folder, **variables)
    assert run["run_id"] in out, out


def test_what_is_adapted_is_told():
    found = community.adaptations("mlflow-elasticsearchstore", community.venv("elasticsearchstore"), tempfile.mkdtemp())
    for text in ("create_experiment is called without tags", "create_run is called without run_name", "search_experiments is made of an older method",
                 "writes to a run are made one after the other"):
        assert text in found, (text, found)


if __name__ == "__main__":
    main(globals())
