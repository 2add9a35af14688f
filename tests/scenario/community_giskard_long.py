# SPDX-License-Identifier: Apache-2.0
"""giskard 2.19.2 as an evaluator: `millrace evaluate --evaluator giskard` scans real models of scikit-learn, a classifier that is wrong
on a part of the data and a regressor; what it finds is what MLflow's own mlflow.models.evaluate has from it on the same model and data.
Nothing stands in for anything: the evaluator runs on this machine alone."""
import json
import os
import subprocess
import tempfile

import _community as community
from _programs import environment, millrace
from _server import Server, main

MODELS = """
import sys, warnings
import mlflow, numpy as np, pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression
warnings.filterwarnings("ignore")
mlflow.set_tracking_uri(sys.argv[1])
rng = np.random.default_rng(3)
data = pd.DataFrame({"age": rng.integers(18, 90, 600).astype(float), "income": rng.normal(50, 12, 600).round(3),
                     "visits": rng.integers(0, 20, 600).astype(float)})
noise = rng.normal(0, 1, 600)
features = ["age", "income", "visits"]
data["label"] = np.where(data.age > 70, (data.income < 50), (data.income + 3 * noise > 50)).astype(int) # the old are another matter
data["value"] = (2 * data.income - data.visits + 5 * noise * (data.age > 70)).round(4)
with mlflow.start_run():
    model = LogisticRegression(max_iter=1000).fit(data[features], data.label)
    print("MODEL", mlflow.sklearn.log_model(model, name="classifier", pyfunc_predict_fn="predict_proba", input_example=data[features].head(2)).model_uri)
    model = LinearRegression().fit(data[features], data.value)
    print("MODEL", mlflow.sklearn.log_model(model, name="regressor", input_example=data[features].head(2)).model_uri)
data[features + ["label"]].to_csv("classes.csv", index=False)
data[features + ["value"]].to_csv("values.csv", index=False)
"""

REFERENCE = """
import json, sys
import mlflow, pandas as pd
uri, model, table, target, kind, config = sys.argv[1:]
mlflow.set_tracking_uri(uri)
with mlflow.start_run() as run:
    result = mlflow.models.evaluate(model, pd.read_csv(table), targets=target, model_type=kind, evaluators="giskard",
                                    evaluator_config=json.loads(config))
print("RESULT " + json.dumps({"run": run.info.run_id, "metrics": result.metrics, "artifacts": sorted(result.artifacts)}))
"""


def python(text, *arguments, folder):
    done = subprocess.run([f"{community.venv('giskard')}/bin/python", "-c", text, *arguments], cwd=folder, capture_output=True, text=True,
                          timeout=900, check=False, env=environment(GSK_DISABLE_ANALYTICS="True", HOME=folder))
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def artifacts(server, run_id):
    got = server.api("GET", f"artifacts/list?run_id={run_id}").get("files", [])
    return {f["path"]: f.get("file_size", 0) for f in got}


def kinds(names):
    """Names without the random part that giskard gives them."""
    return sorted(name.split("-")[0] + "." + name.rsplit(".", 1)[-1] if name.startswith(("dataset", "giskard")) else name for name in names)


def compare(server, folder, uri, model, table, target, kind, config):
    out, _ = millrace("evaluate", "--data", table, "--targets", target, "-m", model, "--model-type", kind, "--evaluator", "giskard",
                      "--evaluator-config", json.dumps(config), "--output", "json", folder=folder, timeout=900, MILLRACE_PYTHON=community.venv("giskard"),
                      MLFLOW_TRACKING_URI=uri, GSK_DISABLE_ANALYTICS="True", TMPDIR=folder, HOME=folder)
    ours = json.loads(out)
    said = python(REFERENCE, uri, model, f"{folder}/{table}", target, kind, json.dumps(config), folder=folder)
    reference = json.loads(next(line for line in said.splitlines() if line.startswith("RESULT "))[7:])
    assert ours["evaluators"] == ["giskard"], ours
    assert set(ours["metrics"]) == set(reference["metrics"]), (ours["metrics"], reference["metrics"])
    for name, value in reference["metrics"].items():
        assert abs(ours["metrics"][name] - value) < 1e-9, (name, ours["metrics"][name], value)
    here, there = artifacts(server, ours["run_id"]), artifacts(server, reference["run"])
    missing = set(kinds(there)) - set(kinds(here))
    assert not missing, (missing, here, there)
    assert any(name.endswith(".html") and size > 10_000 for name, size in here.items()), here
    run = server.api("GET", f"runs/get?run_id={ours['run_id']}")["run"]
    assert {m["key"] for m in run["data"].get("metrics", [])} >= set(reference["metrics"]), run
    return ours


def test_classifier_and_regressor():
    folder = tempfile.mkdtemp()
    os.mkdir(f"{folder}/spool")
    with Server(env={"TMPDIR": folder}) as server:
        uri = f"http://127.0.0.1:{server.port}"
        classifier, regressor = (line.split()[1] for line in python(MODELS, uri, folder=folder).splitlines() if line.startswith("MODEL"))
        quick = {"only": ["performance", "robustness"]}
        found = compare(server, folder, uri, classifier, "classes.csv", "label", "classifier",
                        {"model_config": {"classification_labels": [0, 1]}, "scan_config": quick})
        assert found["metrics"], "the scan found nothing in a model that is wrong for the old"
        compare(server, folder, uri, regressor, "values.csv", "value", "regressor", {"scan_config": quick})

        # a configuration that it does not have is its error, of this evaluation
        _, err = millrace("evaluate", "--data", "classes.csv", "--targets", "label", "-m", classifier, "--model-type", "classifier", "--evaluator",
                          "giskard", "--evaluator-config", '{"model_config": {"classification_labels": [0, 1], "unheard": 1}}', folder=folder, code=1,
                          MILLRACE_PYTHON=community.venv("giskard"), MLFLOW_TRACKING_URI=uri, GSK_DISABLE_ANALYTICS="True", TMPDIR=folder, HOME=folder)
        assert "ValueError: An error occurred while wrapping the model" in err and "giskard" in err, err


if __name__ == "__main__":
    main(globals())
