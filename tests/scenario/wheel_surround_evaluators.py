# SPDX-License-Identifier: Apache-2.0
"""Native evaluators under mlflow.models.evaluate: libmillrace's own beside MLflow's on the same models, and a plugin's."""
import tempfile

from _server import main
from _wheel import EXAMPLE, installed, python

EVALUATORS = {"mlflow.model_evaluator": {"dummy_evaluator": "millrace.mlflow_plugins.evaluators:ndummy_5fevaluator",
                                         "nobody": "millrace.mlflow_plugins.evaluators:nnobody"}}

SCRIPT = """
import math
import numpy as np, pandas as pd
import mlflow
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression

client = mlflow.MlflowClient()

def judged(evaluator, **arguments):
    with mlflow.start_run() as run:
        result = mlflow.models.evaluate(evaluators=evaluator, **arguments)
    assert client.get_run(run.info.run_id).data.metrics.keys() == result.metrics.keys()
    logged = {f.path for f in client.list_artifacts(run.info.run_id)}
    for artifact in result.artifacts.values():
        assert artifact.uri.rsplit("/", 1)[1] in logged, (artifact.uri, logged)
    return result

def logged_model(model, frame):
    with mlflow.start_run():
        return mlflow.sklearn.log_model(model, name="m", pip_requirements=["scikit-learn"]).model_uri

def frame_of(data, rows):
    frame = pd.DataFrame(data.data[::rows], columns=[str(n) for n in data.feature_names])
    return frame, data.target[::rows]

cases = [("classifier", load_breast_cancer(), LogisticRegression(max_iter=20), 4), ("classifier", load_iris(), LogisticRegression(max_iter=20), 2),
         ("regressor", load_diabetes(), LinearRegression(), 4)]
for model_type, data, estimator, rows in cases:
    frame, truth = frame_of(data, rows)
    uri = logged_model(estimator.fit(frame, truth), frame)
    arguments = dict(model=uri, data=frame.assign(truth=truth), targets="truth", model_type=model_type)
    ours = judged("millrace", evaluator_config={"metric_prefix": "p_"}, **arguments)
    theirs = judged("default", evaluator_config={"log_model_explainability": False, "metric_prefix": "p_"}, **arguments)
    for name, value in theirs.metrics.items():
        assert math.isclose(ours.metrics[name], value, rel_tol=1e-6, abs_tol=1e-9), (model_type, name, ours.metrics[name], value)
    assert ours.metrics.keys() == theirs.metrics.keys(), ours.metrics.keys() ^ theirs.metrics.keys()
    assert ours.artifacts.keys() >= theirs.artifacts.keys(), theirs.artifacts.keys() - ours.artifacts.keys()  # and charts of regressors
    dummy = judged("dummy_evaluator", **arguments)
    expected = theirs.metrics["p_accuracy_score"] if model_type == "classifier" else theirs.metrics["p_mean_absolute_error"]
    assert math.isclose(*dummy.metrics.values(), expected) and dummy.artifacts["note"].content.startswith("dummy_"), dummy.artifacts

# predictions that are there; a function; NumPy
frame, truth = frame_of(load_diabetes(), 8)
static = judged("millrace", data=pd.DataFrame({"said": truth + 1.0, "truth": truth}), predictions="said", targets="truth", model_type="regressor")
assert static.metrics["mean_absolute_error"] == 1.0 and static.metrics["example_count"] == len(truth), static.metrics
called = judged("dummy_evaluator", model=lambda x: x["bmi"] * 0, data=frame.assign(truth=truth), targets="truth", model_type="regressor")
assert math.isclose(called.metrics["dummy_error"], np.abs(truth).mean())
texts = judged("millrace", data=pd.DataFrame({"said": ["a", "b", "b"], "truth": pd.Categorical(["a", "b", "c"])}), predictions="said", targets="truth",
               model_type="classifier")
assert math.isclose(texts.metrics["accuracy_score"], 2 / 3), texts.metrics

# uninvited only a plugin's judges beside MLflow's; the built-in would say the same again
alone = judged(None, data=pd.DataFrame({"said": truth + 1.0, "truth": truth}), predictions="said", targets="truth", model_type="regressor")
assert math.isclose(alone.metrics["dummy_error"], 1.0) and alone.metrics["mean_absolute_error"] == 1.0
history = client.get_metric_history(mlflow.search_runs(output_format="list")[0].info.run_id, "mean_absolute_error")
assert len(history) == 1, history

def refused(evaluator, exception, **arguments):
    try:
        judged(evaluator, **arguments)
    except exception as error:
        return str(error)
    raise AssertionError("it was not refused")

good = dict(data=pd.DataFrame({"said": truth, "truth": truth}), predictions="said", targets="truth", model_type="regressor")
assert "nobody" in refused("nobody", MlflowException, **good)
assert "sample_weights" in refused("millrace", MlflowException, evaluator_config={"sample_weights": [1]}, **good)
class Broken(ZeroDivisionError):
    pass
def breaks(x):
    raise Broken("in the model")
assert "in the model" in refused("dummy_evaluator", Broken, model=breaks, data=frame.assign(truth=truth), targets="truth", model_type="regressor")
"""


def test_evaluators():
    with tempfile.TemporaryDirectory() as folder:
        python(SCRIPT, folder=folder, sites=[installed(folder, EVALUATORS)], MILLRACE_PLUGIN_PATH=EXAMPLE, MLFLOW_TRACKING_URI="millrace+sqlite:///m.db")


if __name__ == "__main__":
    main(globals())
