# SPDX-License-Identifier: Apache-2.0
"""Models that MLflow saved are judged on both sides: XGBoost's classifiers with the probabilities that they give, and its
regressors; and those of LightGBM and ONNX, whose classes MLflow does not find. Every metric to 1e-9, the tag mlflow.datasets, a baseline, and the run's link to a logged model."""
import os
import subprocess
import sys

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.abspath(os.path.join(os.path.dirname(__file__), "../..")))
VENV = subprocess.run([f"{SOURCE}/scripts/flavor-venv"], capture_output=True, text=True, check=True).stdout.strip()
if sys.prefix != VENV:
    os.execv(f"{VENV}/bin/python", [f"{VENV}/bin/python", os.path.abspath(__file__)])

import lightgbm  # noqa: E402  (from that environment, as the next two)
import skl2onnx  # noqa: E402
import xgboost  # noqa: E402
from sklearn import metrics  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

from _evaluate import FOLDER, command, compare, datasets, json, millrace, mlflow, np, pd, same  # noqa: E402
from _server import main  # noqa: E402

STORE = f"sqlite:///{FOLDER}/ours.db"
KINDS = {"cancer": (datasets.load_breast_cancer, xgboost.XGBClassifier), "iris": (datasets.load_iris, xgboost.XGBClassifier),
         "diabetes": (datasets.load_diabetes, xgboost.XGBRegressor)}


def saved(name, trees=5):
    """(folder of the model, CSV with the truth, model type)"""
    loader, estimator = KINDS[name]
    bunch, path = loader(as_frame=True), f"{FOLDER}/{name}-{trees}"
    x = bunch.data.rename(columns=lambda column: column.replace(" ", "_"))
    model = estimator(n_estimators=trees).fit(x[::2], bunch.target[::2])
    mlflow.xgboost.save_model(model, path, pip_requirements=["xgboost"], signature=mlflow.models.infer_signature(x, model.predict(x)))
    x[1::2].assign(truth=bunch.target[1::2]).to_csv(f"{path}.csv", index=False)
    return path, f"{path}.csv", "regressor" if estimator is xgboost.XGBRegressor else "classifier"


def ours(model, data, kind, *more):
    return millrace("--model", model, "--data", data, "--targets", "truth", "--model-type", kind, "--output", "json",
                    "--tracking-uri", STORE, *more, VIRTUAL_ENV=VENV)


def test_metrics_and_the_tag_of_the_data():
    for name in KINDS:
        model, data, kind = saved(name)
        with mlflow.start_run() as run:
            theirs = mlflow.models.evaluate(model, pd.read_csv(data), targets="truth", model_type=kind, evaluators=kind,
                                            dataset_path=data)
        mine = ours(model, data, kind)
        compare(mine["metrics"], theirs.metrics)
        assert "log_loss" in mine["metrics"] or kind == "regressor", mine
        tags = [mlflow.MlflowClient(uri).get_run(one).data.tags["mlflow.datasets"]
                for uri, one in ((STORE, mine["run_id"]), (mlflow.get_tracking_uri(), run.info.run_id))]
        assert tags[0] == tags[1], tags


def test_models_that_give_probabilities_only():
    """LightGBM's boosters give numbers and ONNX labels beside them, where MLflow finds no classes: scikit-learn's metrics of the same."""
    for name, trained in (("cancer", {"objective": "binary"}), ("iris", {"objective": "multiclass", "num_class": 3})):
        bunch, path = KINDS[name][0](as_frame=True), f"{FOLDER}/{name}-given"
        x = bunch.data.rename(columns=lambda column: column.replace(" ", "_").replace("(cm)", "cm")).astype("float32")
        truth = bunch.target[1::2]
        x[1::2].assign(truth=truth).to_csv(f"{path}.csv", index=False)
        booster = lightgbm.train({**trained, "verbose": -1}, lightgbm.Dataset(x[::2], bunch.target[::2]), 5)
        mlflow.lightgbm.save_model(booster, f"{path}-lightgbm", pip_requirements=["lightgbm"])
        linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.05)).fit(x[::2], bunch.target[::2])
        graph = skl2onnx.to_onnx(linear, x[:1].to_numpy(), options={"zipmap": False})
        mlflow.onnx.save_model(graph, f"{path}-onnx", pip_requirements=["onnx"])
        for flavor, p, tolerance in (("lightgbm", booster.predict(x[1::2]), 1e-9), ("onnx", linear.predict_proba(x[1::2]), 1e-5)):
            p = np.stack([1 - p, p], axis=1) if p.ndim == 1 else p
            mine = ours(f"{path}-{flavor}", f"{path}.csv", "classifier")["metrics"]
            auc = metrics.roc_auc_score(truth, p[:, 1]) if p.shape[1] == 2 else metrics.roc_auc_score(truth, p, multi_class="ovr",
                                                                                                   average="weighted")
            for key, value in (("log_loss", metrics.log_loss(truth, p)), ("roc_auc", auc),
                               ("accuracy_score", metrics.accuracy_score(truth, p.argmax(axis=1)))):
                assert same(mine[key], value, tolerance), (name, flavor, key, mine[key], value)


def test_a_logged_model():
    """By its models:/ URI: the data set and the metrics are linked to it."""
    client, (model, data, kind) = mlflow.MlflowClient(STORE), saved("diabetes", 3)
    mlflow.set_tracking_uri(STORE)
    try:
        with mlflow.start_run():
            logged = mlflow.xgboost.log_model(mlflow.xgboost.load_model(model), name="m", pip_requirements=["xgboost"])
        mine = ours(f"models:/{logged.model_id}", data, kind)
        run = client.get_run(mine["run_id"])
        assert [one.model_id for one in run.inputs.model_inputs] == [logged.model_id], run.inputs
        measured = {m.key: (m.value, m.dataset_name, m.dataset_digest) for m in client.get_logged_model(logged.model_id).metrics}
        assert measured == {key: (value, "dataset", mine["dataset"]["digest"]) for key, value in mine["metrics"].items()}, measured
    finally:
        mlflow.set_tracking_uri(f"sqlite:///{FOLDER}/theirs.db")


def test_against_a_baseline():
    weak, data, kind = saved("diabetes", 1)
    strong = saved("diabetes", 8)[0]
    rule = "mean_squared_error<=baseline-10%"
    both = ours(strong, data, kind, "--baseline", weak, "--threshold", rule)
    assert both["metrics"]["mean_squared_error"] < both["baseline"]["metrics"]["mean_squared_error"], both
    assert both["validation"][0]["passed"] and both["baseline"]["run_id"] == "", both
    done = command("evaluate", "--model", weak, "--data", data, "--targets", "truth", "--model-type", kind, "--no-log", "--baseline", strong,
                   "--threshold", rule, "--output", "json", VIRTUAL_ENV=VENV)
    assert done.returncode == 1 and "mean_squared_error minimum relative change check failed" in done.stderr, done
    assert not json.loads(done.stdout)["validation"][0]["passed"]


def test_what_is_no_model():
    _, data, kind = saved("diabetes", 2)
    asked = ("--data", data, "--targets", "truth", "--model-type", kind, "--no-log")
    done = command("evaluate", "--model", f"{FOLDER}/nothing", *asked)
    assert done.returncode == 1 and "nothing" in done.stderr, done
    done = command("evaluate", "--model", saved("iris", 2)[0], *asked, VIRTUAL_ENV=VENV)
    assert done.returncode == 1 and "sepal" in done.stderr, done  # what the signature misses


if __name__ == "__main__":
    main(globals())
