# SPDX-License-Identifier: Apache-2.0
"""Evaluations on both sides: by MLflow in this process, by the millrace command on the same file."""
import functools
import json
import logging
import math
import os
import subprocess
import tempfile
import warnings

from _server import MILLRACE

MILLRACE = os.path.abspath(MILLRACE)
FOLDER = tempfile.mkdtemp(prefix="evaluate-")  # all work is done here: artifacts go below the current folder
os.chdir(FOLDER)
os.environ.update(MLFLOW_TRACKING_URI=f"sqlite:///{FOLDER}/theirs.db", MPLBACKEND="agg")
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import mlflow  # noqa: E402  (it reads the variables when it is imported)
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from mlflow.models.evaluation import default_evaluator  # noqa: E402
from sklearn import datasets  # noqa: E402
from sklearn.linear_model import LinearRegression, LogisticRegression  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402


DRAWN = []  # the names of the images that the reference would have logged: their pixels are not compared


def _note_image(self, do_plot, artifact_name):
    DRAWN.append(f"{self.evaluator_config.get('metric_prefix', '')}{artifact_name}.png")


default_evaluator.BuiltInEvaluator._log_image_artifact = _note_image

KINDS = {  # name: loader, estimator, whether its labels are to be texts
    "iris": (datasets.load_iris, LogisticRegression(C=0.05), True),
    "wine": (datasets.load_wine, LogisticRegression(C=0.002), False),
    "digits": (datasets.load_digits, LogisticRegression(C=0.001), False),
    "cancer": (datasets.load_breast_cancer, LogisticRegression(C=0.01), False),
    "diabetes": (datasets.load_diabetes, LinearRegression(), False),
}


class Data:
    """A data set of scikit-learn's, half of it for training: the rest as a CSV with predictions and probabilities."""

    def __init__(self, name, folder):
        loader, estimator, texts = KINDS[name]
        bunch = loader(as_frame=True)
        x, y = bunch.data, bunch.target
        x.columns = [column.replace(" ", "_") for column in x.columns]
        if texts:
            y = y.map(dict(enumerate(bunch.target_names)))
        self.model = make_pipeline(StandardScaler(), estimator).fit(x[::2], y[::2])
        frame = x[1::2].assign(truth=y[1::2], predicted=self.model.predict(x[1::2]))
        self.probabilities = []
        if hasattr(self.model, "predict_proba"):
            self.probabilities = [f"p_{label}" for label in self.model.classes_]
            frame[self.probabilities] = self.model.predict_proba(x[1::2])
        self.features, self.path, self.saved = list(x.columns), f"{folder}/{name}.csv", f"{folder}/{name}-model"
        frame.to_csv(self.path, index=False)
        self.frame = pd.read_csv(self.path)
        self.kind = "classifier" if self.probabilities else "regressor"
        mlflow.sklearn.save_model(self.model, self.saved, serialization_format="cloudpickle", pip_requirements=["scikit-learn"])

    def reference(self, with_model, config=None):
        """(metrics, run id, names of images)"""
        DRAWN.clear()
        with mlflow.start_run() as run:
            if with_model:
                outcome = mlflow.models.evaluate(mlflow.pyfunc.load_model(self.saved), self.frame[[*self.features, "truth"]],
                                                 targets="truth", model_type=self.kind, evaluators=self.kind,
                                                 evaluator_config=config)
            else:
                outcome = mlflow.models.evaluate(data=self.frame, targets="truth", predictions="predicted", model_type=self.kind,
                                                 evaluators=self.kind, evaluator_config=config)
        return outcome.metrics, run.info.run_id, sorted(DRAWN)

    def ours(self, with_probabilities, config=None, *more, **variables):
        """What the command prints, as JSON."""
        arguments = ["--data", self.path, "--targets", "truth", "--predictions", "predicted", "--model-type", self.kind]
        if with_probabilities and self.probabilities:
            arguments += ["--probabilities", ",".join(self.probabilities)]
        if config is not None:
            arguments += ["--evaluator-config", json.dumps(config)]
        return millrace(*arguments, "--output", "json", *more, **variables)


@functools.cache
def data(name):
    return Data(name, tempfile.mkdtemp(prefix="evaluate-"))


def command(*arguments, **variables):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
    return subprocess.run([MILLRACE, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False,
                          env={**clean, "MILLRACE_PLUGINS": "-example", **variables})  # its evaluator answers for every model


def millrace(*arguments, **variables):
    done = command("evaluate", *arguments, **variables)
    assert done.returncode == 0, done
    return json.loads(done.stdout)


def same(ours, theirs, tolerance=1e-9):
    ours, theirs = float(ours), float(theirs)
    return math.isnan(ours) and math.isnan(theirs) or math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=tolerance)


def compare(ours, theirs, prefix="", score=False):
    """Every metric of theirs, in their order; 'score' is of models of scikit-learn only."""
    theirs = {name: value for name, value in theirs.items() if score or name != f"{prefix}score"}
    assert list(ours) == list(theirs), (list(ours), list(theirs))
    for name, value in theirs.items():
        assert same(ours[name], value), (name, ours[name], value)


def weights(rows):
    return [round(0.5 + 1.5 * abs(math.sin(i)), 3) for i in range(rows)]


__all__ = ["FOLDER", "Data", "command", "compare", "data", "datasets", "json", "millrace", "mlflow", "np", "pd", "same", "weights"]
