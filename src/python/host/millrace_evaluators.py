# SPDX-License-Identifier: Apache-2.0
"""Model evaluators, by MLflow's contract: can_evaluate and evaluate, with a table of pandas and a model of mlflow.pyfunc."""
import json
import os
import tempfile
import threading
from contextlib import contextmanager
from urllib.parse import urlparse

import millrace_adapt as adapt
import millrace_host as host

lock = threading.Lock()
evaluators = {}


def evaluator(request):
    with lock:
        if request["object"] not in evaluators:
            cls = host.load_object(request["plugin"], request["object"])
            adapt.check_class(request["plugin"], cls, "an evaluator", ["can_evaluate", "evaluate"])
            evaluators[request["object"]] = cls()
        return evaluators[request["object"]]


def can_evaluate(request, blob):
    p = request["params"]
    return bool(evaluator(request).can_evaluate(model_type=p["model_type"] or None, evaluator_config=p["config"]))


INTEGERS = {"c": "int8", "C": "uint8", "s": "int16", "S": "uint16", "i": "int32", "I": "uint32", "l": "int64", "L": "uint64"}


def series(column):
    """A column of pandas, of the type that its Arrow format has in pandas."""
    import pandas as pd

    kind, values = column["kind"], column["values"]
    whole = None not in values
    if kind in ("e", "f", "g") or (kind in INTEGERS and not whole):
        return pd.Series([None if v is None else float(v) for v in values], dtype="float32" if kind == "f" else "float64")
    if kind in INTEGERS:
        return pd.Series(values, dtype=INTEGERS[kind])
    if kind == "b":
        return pd.Series([None if v is None else bool(v) for v in values], dtype="bool" if whole else "object")
    return pd.Series(values, dtype="object")


def table(p, blob):
    import pandas as pd

    columns = json.loads(blob)
    wanted = set(p["features"]) | {p["targets"], p["predictions"]}
    return pd.DataFrame({c["name"]: series(c) for c in columns if c["name"] in wanted or not p["features"]})


@contextmanager
def inside_run(run_id):
    """The run is the active one of this thread, as under mlflow.evaluate; it is not ended here."""
    import mlflow
    from mlflow.tracking import fluent

    if not run_id:
        yield
        return
    stack = fluent._active_run_stack.get()
    before = len(stack)
    stack.append(mlflow.ActiveRun(mlflow.MlflowClient().get_run(run_id)))
    try:
        yield
    finally:
        del stack[before:]


def evaluate(request, blob):
    import mlflow
    from mlflow.data.evaluation_dataset import EvaluationDataset

    p = request["params"]
    data = EvaluationDataset(
        table(p, blob),
        targets=p["targets"] or None,
        predictions=p["predictions"] or None,
        name=p["dataset_name"] or None,
        feature_names=p["features"] or None,
        digest=p["dataset_digest"] or None,
    )
    model = mlflow.pyfunc.load_model(p["model_uri"]) if p["model_uri"] else None
    arguments = {
        "model": model,
        "model_type": p["model_type"] or None,
        "model_id": p["model_id"] or None,
        "dataset": data,
        "run_id": p["run_id"],
        "evaluator_config": p["config"],
        "extra_metrics": None,
        "custom_artifacts": None,
        "predictions": None,
    }
    method = evaluator(request).evaluate
    for name in [n for n in arguments if not adapt.accepts(method, n)]:
        adapt.note(f"evaluate is called without {name}")
        del arguments[name]
    with inside_run(p["run_id"]):
        result = method(**arguments)
    return results(result)


def results(result):
    """Numbers, and the files of artifacts that the evaluator did not put into the run itself."""
    if result is None:
        return {"metrics": {}, "artifacts": {}}
    metrics = {}
    for name, value in result.metrics.items():
        try:
            metrics[str(name)] = float(value)
        except (TypeError, ValueError):
            host.log("warning", f"the metric {name} is no number: left out")
    artifacts, folder = {}, None
    for name, artifact in result.artifacts.items():
        if getattr(artifact, "uri", None):
            continue
        folder = folder or tempfile.mkdtemp(dir=host.spool)
        path = os.path.join(folder, os.path.basename(urlparse(str(name)).path) or "artifact")
        artifact._save(path)
        artifacts[str(name)] = path
    return {"metrics": metrics, "artifacts": artifacts}


OPERATIONS = {"evaluator.can_evaluate": can_evaluate, "evaluator.evaluate": evaluate}
