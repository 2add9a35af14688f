# SPDX-License-Identifier: Apache-2.0
"""MLflow's public API as its users write it, on a tracking URI: python _stores_api.py URI prints what it came to, as JSON without ids."""
import json
import math
import sys

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.genai.scorers import Safety, list_scorers, scorer
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

said = []
mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("public")
client = MlflowClient()
X, y = load_iris(return_X_y=True, as_frame=True)


def say(what, *values):
    said.append([what, *values])


def a_run():
    with mlflow.start_run(run_name="by hand", description="text", tags={"a": "b"}) as run:
        mlflow.log_param("p", 1)
        mlflow.log_params({"q": 0.5, "r": "x"})
        mlflow.log_metric("nan", math.nan)
        mlflow.log_metric("inf", math.inf)
        mlflow.log_metrics({"m": 1.5, "n": 2}, step=3)
        mlflow.set_tag("t", "v")
        mlflow.log_text("hello", "sub/a.txt")
        mlflow.log_dict({"k": [1]}, "d.json")
        mlflow.log_table({"c": [1, 2]}, "t.json")
        mlflow.log_input(mlflow.data.from_pandas(X, name="iris"), context="training")
        with mlflow.start_run(nested=True, run_name="child"):
            mlflow.log_metric("of child", 1)
    done = client.get_run(run.info.run_id)
    say("run", done.info.status, done.info.run_name, {k: str(v) for k, v in done.data.metrics.items()}, done.data.params,
        done.data.tags["mlflow.note.content"], [a.path for a in client.list_artifacts(run.info.run_id)],
        [d.dataset.name for d in done.inputs.dataset_inputs], mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/sub/a.txt"),
        len(mlflow.load_table("t.json", run_ids=[run.info.run_id])), len(mlflow.search_runs(filter_string="tags.a = 'b'")),
        len(mlflow.search_runs(filter_string=f"tags.mlflow.parentRunId = '{run.info.run_id}'")))
    try:
        with mlflow.start_run() as failed:
            raise ValueError("on purpose")
    except ValueError:
        say("failed", client.get_run(failed.info.run_id).info.status)
    client.delete_run(failed.info.run_id)
    say("deleted", len(mlflow.search_runs()), client.get_run(failed.info.run_id).info.lifecycle_stage)


def models():
    mlflow.sklearn.autolog()
    with mlflow.start_run() as run:
        model = LogisticRegression(max_iter=50).fit(X, y)
    mlflow.sklearn.autolog(disable=True)
    found = client.get_run(run.info.run_id)
    say("autolog", sorted(found.data.metrics), len(found.data.params), len(found.outputs.model_outputs))
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(model, name="model", registered_model_name="registered", input_example=X.head(2))
    client.set_registered_model_alias("registered", "best", 1)
    version = client.get_model_version_by_alias("registered", "best")
    say("version", version.version, version.run_id == run.info.run_id, client.get_logged_model(info.model_id).tags["mlflow.modelVersions"])
    for uri in ("models:/registered@best", "models:/registered/1", f"models:/{info.model_id}", f"runs:/{run.info.run_id}/model"):
        say("loaded", mlflow.pyfunc.load_model(uri).predict(X.head(3)).tolist())
    again = mlflow.register_model(f"models:/{info.model_id}", "again", tags={"k": "v"})
    say("again", again.version, again.run_id == run.info.run_id, client.copy_model_version("models:/registered/1", "copied").version)
    say("logged models", len(mlflow.search_logged_models(output_format="list")), mlflow.get_logged_model(info.model_id).status.value)
    with mlflow.start_run() as run:
        result = mlflow.models.evaluate(info.model_uri, pd.concat([X, y.rename("target")], axis=1), targets="target", model_type="classifier",
                                        evaluator_config={"log_explainer": False})
    say("evaluated", round(result.metrics["accuracy_score"], 3), sorted(a.path for a in client.list_artifacts(run.info.run_id)))


def genai():
    @mlflow.trace
    def question(x):
        with mlflow.start_span("inner") as span:
            span.set_attributes({"a": 1})
        return x + 1

    question(1)
    question(2)
    mlflow.flush_trace_async_logging()
    traces = mlflow.search_traces(return_type="list")
    mlflow.log_feedback(trace_id=traces[0].info.trace_id, name="good", value=True)
    say("traces", len(traces), [[s.name for s in t.data.spans] for t in traces], len(mlflow.get_trace(traces[0].info.trace_id).info.assessments))
    mlflow.genai.register_prompt("prompt", "Hi {{name}}")
    say("prompt", mlflow.genai.load_prompt("prompts:/prompt/1").format(name="you"))
    data = mlflow.genai.datasets.create_dataset(name="data", experiment_id=[client.get_experiment_by_name("public").experiment_id])
    data.merge_records([{"inputs": {"q": "a"}, "expectations": {"e": "b"}}])
    say("data set", len(data.to_df()))

    @scorer
    def exact(outputs):
        return outputs == "x"

    Safety().register(name="safe")
    result = mlflow.genai.evaluate(data=[{"inputs": {"q": "a"}, "outputs": "x"}], scorers=[exact])
    say("genai", {k: float(v) for k, v in result.metrics.items()}, [s.name for s in list_scorers()])


def asynchronous():
    with mlflow.start_run() as run:
        for i in range(100):
            mlflow.log_metric("m", i, step=i, synchronous=False)
        mlflow.log_params({"a": 1, "b": 2}, synchronous=False).wait()
        mlflow.set_tags({"x": "y"}, synchronous=False)
    mlflow.config.enable_async_logging(True)
    with mlflow.start_run() as other:
        mlflow.log_metric("z", 1.0)
        mlflow.log_param("q", "w")
    mlflow.config.enable_async_logging(False)
    say("asynchronous", [m.step for m in client.get_metric_history(run.info.run_id, "m")], client.get_run(run.info.run_id).data.params,
        client.get_run(other.info.run_id).data.metrics, client.get_run(other.info.run_id).data.params)


for part in (a_run, models, genai, asynchronous):
    part()
say("workspaces", [w.name for w in client.list_workspaces()])
print(json.dumps(said))
