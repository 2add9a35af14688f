# SPDX-License-Identifier: Apache-2.0
"""What a training script does, with the real thing: fluent calls, autologging of scikit-learn, models that are logged,
registered and loaded again."""
import json

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

pytestmark = pytest.mark.servers("sql")
NO_GUESSING = ["scikit-learn"]  # MLflow would start another Python to find out what a model needs


@pytest.fixture
def iris():
    data = load_iris(as_frame=True)
    return data.data, data.target


def test_fluent(server, unique, tmp_path):
    mlflow.set_experiment(unique)
    with mlflow.start_run(run_name="outer", tags={"t": "1"}, description="what it is") as run:
        mlflow.log_param("a", 1)
        mlflow.log_params({"b": 2.5, "c": "x"})
        mlflow.log_metric("m", 0.5, step=1)
        mlflow.log_metrics({"n": 1, "o": 2}, step=2)
        mlflow.set_tags({"x": "y", "z": 5})
        mlflow.set_experiment_tag("of", "experiment")
        with mlflow.start_run(run_name="inner", nested=True) as inner:
            mlflow.log_metric("m", 0.7)
        (tmp_path / "file.txt").write_text("content")
        mlflow.log_artifact(tmp_path / "file.txt", "some/where")
        mlflow.log_text("text", "text.txt")
        mlflow.log_dict({"a": [1, 2]}, "dict.json")
    read = mlflow.get_run(run.info.run_id)
    assert read.info.status == "FINISHED" and read.info.end_time >= read.info.start_time
    assert read.data.params == {"a": "1", "b": "2.5", "c": "x"}
    assert read.data.metrics == {"m": 0.5, "n": 1.0, "o": 2.0}
    assert (read.data.tags["t"], read.data.tags["z"], read.data.tags["mlflow.note.content"]) == ("1", "5", "what it is")
    assert mlflow.get_run(inner.info.run_id).data.tags["mlflow.parentRunId"] == run.info.run_id
    assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/some/where/file.txt") == "content"
    assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/dict.json") == {"a": [1, 2]}
    frame = mlflow.search_runs(experiment_names=[unique], order_by=["metrics.m DESC"])
    assert list(frame["tags.mlflow.runName"]) == ["inner", "outer"] and list(frame["metrics.m"]) == [0.7, 0.5]
    assert pd.isna(frame["params.a"][0]) and frame["params.a"][1] == "1"


def test_failed_run(server, unique):
    mlflow.set_experiment(unique)
    with pytest.raises(ZeroDivisionError), mlflow.start_run() as run:
        1 / 0  # noqa: B018
    assert mlflow.get_run(run.info.run_id).info.status == "FAILED"
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metric("again", 1)
    assert mlflow.get_run(run.info.run_id).info.status == "FINISHED"
    mlflow.delete_run(run.info.run_id)
    assert len(mlflow.search_runs(experiment_names=[unique])) == 0


def test_datasets(server, unique, iris):
    mlflow.set_experiment(unique)
    frame = iris[0].assign(target=iris[1])
    dataset = mlflow.data.from_pandas(frame, source="file:///iris.csv", name="iris", targets="target")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset, context="training", tags={"a": "b"})
    logged = mlflow.get_run(run.info.run_id).inputs.dataset_inputs[0]
    assert (logged.dataset.name, logged.dataset.digest) == ("iris", dataset.digest)
    assert json.loads(logged.dataset.profile)["num_rows"] == 150
    assert {tag.key: tag.value for tag in logged.tags} == {"mlflow.data.context": "training", "a": "b"}


def test_images_and_tables(server, unique):
    mlflow.set_experiment(unique)
    pixels = (np.arange(48).reshape(4, 4, 3) * 5).astype(np.uint8)
    with mlflow.start_run() as run:
        mlflow.log_image(pixels, "pixels.png")
        mlflow.log_image(pixels, key="frames", step=3)
        mlflow.log_table({"a": [1, 2], "b": ["x", "y"]}, "table.json")
        mlflow.log_table({"a": [3], "b": ["z"]}, "table.json")
    loaded = np.asarray(mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/pixels.png"))
    assert np.array_equal(loaded, pixels)
    assert list(mlflow.load_table("table.json", [run.info.run_id])["a"]) == [1, 2, 3]
    images = mlflow.artifacts.list_artifacts(run_id=run.info.run_id, artifact_path="images")
    assert len(images) == 2 and all(image.path.startswith("images/frames+step+3+") for image in images)


def test_autolog(server, unique, iris):
    mlflow.set_experiment(unique)
    mlflow.sklearn.autolog(extra_tags={"by": "autolog"}, log_datasets=True, silent=True)
    try:
        with mlflow.start_run() as run:
            model = LogisticRegression(C=0.5, max_iter=200).fit(*iris)
            score = model.score(*iris)
    finally:
        mlflow.sklearn.autolog(disable=True)
    read = mlflow.get_run(run.info.run_id)
    assert read.data.params["C"] == "0.5" and read.data.params["max_iter"] == "200"
    assert read.data.metrics["training_accuracy_score"] == pytest.approx(score)
    assert read.data.tags["estimator_name"] == "LogisticRegression"
    assert len(read.inputs.dataset_inputs) >= 1 and len(read.outputs.model_outputs) == 1
    logged = mlflow.get_logged_model(read.outputs.model_outputs[0].model_id)
    assert str(logged.status) == "READY" and logged.params["C"] == "0.5"
    assert {m.key for m in logged.metrics} >= {"training_accuracy_score"}
    loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    assert np.array_equal(loaded.predict(iris[0]), model.predict(iris[0]))
    assert "training_confusion_matrix.png" in [f.path for f in mlflow.artifacts.list_artifacts(run_id=run.info.run_id)]


def test_register_and_load(server, client, unique, iris):
    mlflow.set_experiment(unique)
    model = LogisticRegression(max_iter=200).fit(*iris)
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(model, name="model", input_example=iris[0][:2], registered_model_name=unique, pip_requirements=NO_GUESSING)
    version = mlflow.register_model(info.model_uri, unique)
    assert int(version.version) == 2
    client.set_registered_model_alias(unique, "champion", "1")
    expected = model.predict(iris[0])
    for uri in (f"models:/{unique}/1", f"models:/{unique}/2", f"models:/{unique}@champion", f"models:/{unique}/latest", info.model_uri, f"runs:/{run.info.run_id}/model"):
        assert np.array_equal(mlflow.sklearn.load_model(uri).predict(iris[0]), expected), uri
    assert np.array_equal(mlflow.pyfunc.load_model(f"models:/{unique}@champion").predict(iris[0]), expected)
    read = client.get_model_version(unique, "1")
    assert (read.run_id, read.source) == (run.info.run_id, f"models:/{info.model_id}")
    assert mlflow.get_logged_model(info.model_id).tags["mlflow.modelVersions"]
    assert mlflow.models.get_model_info(f"models:/{unique}/1").flavors["sklearn"]["sklearn_version"]


def test_log_model_of_a_checkpoint(server, client, unique):
    mlflow.set_experiment(unique)
    with mlflow.start_run() as run:
        first = mlflow.create_external_model(name="external", params={"p": "1"}, tags={"t": "x"})
        mlflow.log_metric("acc", 0.5, step=1, model_id=first.model_id)
        mlflow.log_metric("acc", 0.8, step=2, model_id=first.model_id)
    found = mlflow.search_logged_models(experiment_ids=[run.info.experiment_id], filter_string="metrics.acc > 0.7")
    assert list(found["model_id"]) == [first.model_id]
    assert mlflow.last_logged_model().model_id == first.model_id
