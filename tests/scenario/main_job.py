# SPDX-License-Identifier: Apache-2.0
"""The main job: examples/quickstart trains in C and logs, and MLflow's Python client reads the same numbers over HTTP,
whatever store it went to. What is right is computed here once more, in Python; and every store must have the same bits."""
import csv
import functools
import math
import os
import subprocess
import tempfile
import urllib.request

from _server import MILLRACE, Server, main

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
from mlflow import MlflowClient  # noqa: E402  pylint: disable=wrong-import-position

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))
QUICKSTART = os.path.join(os.environ.get("MILLRACE_BUILD", os.path.dirname(os.path.dirname(MILLRACE))), "examples/quickstart")
DATA = os.path.join(SOURCE, "examples/data/iris.csv")
PARAMS = {"model": "softmax regression", "learning_rate": "0.5", "steps": "200"}
STEPS = 200


def probabilities(weights, bias, row):
    scores = [math.exp(b + sum(w * v for w, v in zip(ws, row))) for ws, b in zip(weights, bias)]
    return [score / sum(scores) for score in scores]


@functools.cache
def expected():
    """[(loss, accuracy)] of each step and the final weights, by the formulas of softmax regression."""
    with open(DATA, encoding="ascii") as lines:
        table = [[float(v) for v in line] for line in list(csv.reader(lines))[1:]]
    rows, species = [line[:4] for line in table], [int(line[4]) for line in table]
    n = len(rows)
    means = [sum(column) / n for column in zip(*rows)]
    deviations = [math.sqrt(sum(v * v for v in column) / n - mean * mean) for column, mean in zip(zip(*rows), means)]
    rows = [[(v - m) / d for v, m, d in zip(row, means, deviations)] for row in rows]
    weights, bias, history = [[0.0] * 4 for _ in range(3)], [0.0] * 3, []
    for _ in range(STEPS):
        p = [probabilities(weights, bias, row) for row in rows]
        right = sum(one.index(max(one)) == s for one, s in zip(p, species))
        history.append((-sum(math.log(one[s]) for one, s in zip(p, species)) / n, right / n))
        for c in range(3):
            errors = [(one[c] - (s == c)) / n for one, s in zip(p, species)]
            bias[c] -= 0.5 * sum(errors)
            weights[c] = [w - 0.5 * sum(e * row[f] for e, row in zip(errors, rows)) for f, w in enumerate(weights[c])]
    return history, weights, bias, means


def quickstart(folder, **variables):
    """Runs the example in the folder; returns the id that it prints."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("MLFLOW_")}
    done = subprocess.run([QUICKSTART, DATA], cwd=folder, capture_output=True, text=True, timeout=120, check=False,
                          env={**clean, "MILLRACE_SPOOL_DIR": f"{folder}/spool", **variables})
    assert done.returncode == 0 and not done.stderr, done
    run_id, said = done.stdout.removeprefix("run ").split(":", 1)
    loss, accuracy = (float(word.rstrip(",")) for word in (said.split()[1], said.split()[3]))
    assert math.isclose(loss, expected()[0][-1][0], abs_tol=1e-4) and math.isclose(accuracy, expected()[0][-1][1], abs_tol=1e-3), done
    assert os.listdir(f"{folder}/spool") == [], "all that was logged is in the store"
    return run_id


def everything(client, run_id):
    """What the store holds of the run, checked against what must be there; returned to be compared between stores."""
    run = client.get_run(run_id)
    assert run.info.status == "FINISHED" and run.info.end_time >= run.info.start_time
    assert client.get_experiment(run.info.experiment_id).name == "quickstart"
    assert run.data.params == PARAMS
    assert run.data.tags["data"] == "iris" and run.data.tags["mlflow.runName"] and run.data.tags["mlflow.user"], run.data.tags
    assert run.data.tags["mlflow.source.name"] and run.data.tags["mlflow.source.type"] == "LOCAL", run.data.tags
    history = {key: client.get_metric_history(run_id, key) for key in ("loss", "accuracy")}
    for column, key in enumerate(("loss", "accuracy")):
        assert [m.step for m in history[key]] == list(range(STEPS)), key
        assert all(run.info.start_time <= m.timestamp <= run.info.end_time for m in history[key]), key
        for metric, right in zip(history[key], expected()[0]):
            assert math.isclose(metric.value, right[column], rel_tol=1e-9), (key, metric, right)
        assert run.data.metrics[key] == history[key][-1].value
    assert set(run.data.metrics) == {"loss", "accuracy"}
    return {key: [m.value for m in values] for key, values in history.items()}, artifact(client, run_id)


def artifact(client, run_id):
    """The model's bytes, which say what was learnt."""
    assert [(f.path, f.is_dir) for f in client.list_artifacts(run_id)] == [("model", True)]
    listed = client.list_artifacts(run_id, "model")
    assert [(f.path, f.is_dir) for f in listed] == [("model/iris-model.txt", False)]
    with tempfile.TemporaryDirectory() as folder, open(client.download_artifacts(run_id, "model/iris-model.txt", folder), "rb") as file:
        content = file.read()
    assert len(content) == listed[0].file_size
    _, weights, bias, means = expected()
    for line, name in zip(content.decode("ascii").splitlines(), range(7)):
        words = line.split()
        wanted = [means[name]] if name < 4 else [bias[name - 4], *weights[name - 4]]
        found = [words[3]] if name < 4 else [words[3], *words[5:]]
        assert all(math.isclose(float(a), b, rel_tol=1e-9) for a, b in zip(found, wanted, strict=True)), (line, wanted)
    return content


@functools.cache
def over_http():
    """What the store of a server has, after the example ran against the server."""
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        run_id = quickstart(folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        client = MlflowClient(f"http://localhost:{server.port}")
        assert client.get_run(run_id).info.artifact_uri.startswith("mlflow-artifacts:")
        found = everything(client, run_id)
        url = f"http://localhost:{server.port}/get-artifact?run_id={run_id}&path=model/iris-model.txt"
        with urllib.request.urlopen(url) as answer:
            assert answer.read() == found[1], "the browser's download is the same file"
        with open(f"{server.folder}/artifacts/{client.get_run(run_id).info.experiment_id}/{run_id}/artifacts/model/iris-model.txt", "rb") as file:
            assert file.read() == found[1], "and so is what lies on the server's disk"
        return found


def test_against_a_server():
    over_http()


def test_into_a_database_that_is_served_afterwards():
    with tempfile.TemporaryDirectory() as folder:
        run_id = quickstart(folder, MLFLOW_TRACKING_URI=f"sqlite:///{folder}/m.db")
        with Server(folder=folder) as server:
            client = MlflowClient(f"http://localhost:{server.port}")
            assert everything(client, run_id) == over_http()
            server.stop(keep=True)
            assert everything(MlflowClient(f"sqlite:///{folder}/m.db"), run_id) == over_http(), "MLflow on the same file"


def test_without_a_uri():
    """As in MLflow: a database in the folder where the program is started."""
    with tempfile.TemporaryDirectory() as folder:
        run_id = quickstart(folder)
        assert everything(MlflowClient(f"sqlite:///{folder}/mlflow.db"), run_id) == over_http()


def test_through_the_plugin():
    """As the plugin document says: a store that a plugin provides, chosen by the scheme of its URI."""
    with tempfile.TemporaryDirectory() as folder:
        run_id = quickstart(folder, MLFLOW_TRACKING_URI=f"file-plugin:{folder}/mlruns")
        with Server("--backend-store-uri", "./mlruns", folder=folder, store=False) as server:
            client = MlflowClient(f"http://localhost:{server.port}")
            assert everything(client, run_id) == over_http()
            assert client.get_run(run_id).data.tags["example.host"], "the plugin's run context"
            server.stop(keep=True)
            assert everything(MlflowClient(f"{folder}/mlruns"), run_id) == over_http(), "MLflow on the same files"


def test_the_server_takes_the_plugin_store_too():
    with tempfile.TemporaryDirectory() as folder:
        with Server("--backend-store-uri", f"file-plugin:{folder}/mlruns", folder=folder, store=False) as server:
            run_id = quickstart(folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
            assert everything(MlflowClient(f"http://localhost:{server.port}"), run_id) == over_http()


if __name__ == "__main__":
    main(globals())
