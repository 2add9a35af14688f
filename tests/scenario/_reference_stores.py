# SPDX-License-Identifier: Apache-2.0
"""The REST store against MLflow's own server: every operation of both kinds of store goes through it, and MLflow's own
client then sees what was done; what MLflow's client does, the store sees."""
import sys
import time

import mlflow
import pytest
from _library import Library, LibraryError


def test_experiments(stores, client):
    made = stores("create_experiment", name="pumps ä/1", tags=[{"key": "team", "value": "water"}])["experiment_id"]
    assert client.get_experiment(made).tags == {"team": "water"}
    seen = stores("get_experiment", experiment_id=made)["experiment"]
    assert seen["name"] == "pumps ä/1" and seen["lifecycle_stage"] == "active"
    assert stores("get_experiment_by_name", experiment_name="pumps ä/1")["experiment"]["experiment_id"] == made
    stores("set_experiment_tag", experiment_id=made, key="k", value="v")
    assert client.get_experiment(made).tags["k"] == "v"
    stores("delete_experiment_tag", experiment_id=made, key="k")
    assert "k" not in client.get_experiment(made).tags
    stores("update_experiment", experiment_id=made, new_name="pumps")
    assert client.get_experiment(made).name == "pumps"
    stores("delete_experiment", experiment_id=made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    stores("restore_experiment", experiment_id=made)
    for number in range(5):
        client.create_experiment(f"other {number}")
    page = stores("search_experiments", max_results=4, filter="name LIKE 'other%'", order_by=["name DESC"])
    assert [e["name"] for e in page["experiments"]] == ["other 4", "other 3", "other 2", "other 1"]
    rest = stores("search_experiments", max_results=4, filter="name LIKE 'other%'", order_by=["name DESC"],
                   page_token=page["next_page_token"])
    assert [e["name"] for e in rest["experiments"]] == ["other 0"]


def test_runs_and_metrics(stores, client):
    experiment = client.create_experiment("runs")
    made = stores("create_run", experiment_id=experiment, run_name="first", start_time=1700000000000,
                   tags=[{"key": "a", "value": "1"}])["run"]["info"]["run_id"]
    stores("log_param", run_id=made, key="lr", value="0.1")
    stores("log_metric", run_id=made, key="loss", value="NaN", timestamp=1, step=0)
    stores("log_metric", run_id=made, key="loss", value=0.5, timestamp=2, step=1)
    stores("log_batch", run_id=made, params=[{"key": "depth", "value": "3"}], tags=[{"key": "b", "value": "ü"}],
            metrics=[{"key": "loss", "value": 0.25, "timestamp": 3, "step": 2},
                     {"key": "acc", "value": "Infinity", "timestamp": 3, "step": -7}])
    stores("set_tag", run_id=made, key="c", value="3")
    stores("delete_tag", run_id=made, key="a")
    stores("update_run", run_id=made, status="FINISHED", end_time=1700000001000, run_name="renamed")
    run = client.get_run(made)
    assert run.info.status == "FINISHED" and run.info.run_name == "renamed" and run.info.start_time == 1700000000000
    assert run.data.params == {"lr": "0.1", "depth": "3"}
    assert run.data.metrics == {"loss": 0.25, "acc": sys.float_info.max}  # as MLflow stores it
    assert {k: run.data.tags[k] for k in "bc"} == {"b": "ü", "c": "3"} and "a" not in run.data.tags
    seen = stores("get_run", run_id=made)["run"]
    assert seen["info"]["end_time"] == 1700000001000
    assert {m["key"]: (m["value"], m["step"]) for m in seen["data"]["metrics"]}["acc"][1] == -7
    history = stores("get_metric_history", run_id=made, metric_key="loss", max_results=2)
    more = stores("get_metric_history", run_id=made, metric_key="loss", page_token=history["next_page_token"])
    assert [m["step"] for m in history["metrics"] + more["metrics"]] == [0, 1, 2]
    bulk = stores("get_metric_history_bulk", run_id=[made], metric_key="loss", max_results=10)
    assert [m["value"] for m in bulk["metrics"]][1:] == [0.5, 0.25]
    spaced = stores("get_metric_history_bulk_interval", run_ids=[made], metric_key="loss", max_results=10)
    assert [m["step"] for m in spaced["metrics"]] == [0, 1, 2]
    stores("delete_run", run_id=made)
    assert client.get_run(made).info.lifecycle_stage == "deleted"
    stores("restore_run", run_id=made)
    stores("log_model", run_id=made, model_json='{"artifact_path": "m", "run_id": "%s", "utc_time_created": '
            '"2024-01-01 00:00:00", "flavors": {}}' % made)
    assert "mlflow.log-model.history" in client.get_run(made).data.tags


def test_search_runs(stores, client):
    experiment = client.create_experiment("search")
    for number in range(7):
        run = client.create_run(experiment)
        client.log_metric(run.info.run_id, "m", number)
    found, token = [], None
    while True:
        page = stores("search_runs", experiment_ids=[experiment], filter="metrics.m > 1", max_results=3,
                       order_by=["metrics.m DESC"], **({"page_token": token} if token else {}))
        found += [run["data"]["metrics"][0]["value"] for run in page["runs"]]
        token = page.get("next_page_token")
        if not token:
            break
    assert found == [6, 5, 4, 3, 2]


def test_inputs_and_logged_models(stores, client):
    experiment = client.create_experiment("models")
    run = client.create_run(experiment).info.run_id
    stores("log_inputs", run_id=run, datasets=[{
        "tags": [{"key": "mlflow.data.context", "value": "train"}],
        "dataset": {"name": "iris", "digest": "d1", "source_type": "local", "source": "{}", "schema": "{}", "profile": "{}"}}])
    assert client.get_run(run).inputs.dataset_inputs[0].dataset.name == "iris"
    found = stores("search_datasets", experiment_ids=[experiment])
    assert [d["name"] for d in found["dataset_summaries"]] == ["iris"]
    made = stores("create_logged_model", experiment_id=experiment, name="lr", model_type="t", source_run_id=run,
                   params=[{"key": "p", "value": "1"}], tags=[{"key": "x", "value": "y"}])["model"]["info"]["model_id"]
    stores("finalize_logged_model", model_id=made, status="LOGGED_MODEL_READY")
    stores("set_logged_model_tags", model_id=made, tags=[{"key": "a b%c", "value": "1"}])
    stores("log_logged_model_params", model_id=made, params=[{"key": "q", "value": "2"}])
    stores("log_outputs", run_id=run, models=[{"model_id": made, "step": 3}])
    model = client.get_logged_model(made)
    assert model.status.name == "READY" and model.params == {"p": "1", "q": "2"} and model.tags == {"x": "y", "a b%c": "1"}
    assert client.get_run(run).outputs.model_outputs[0].step == 3
    stores("delete_logged_model_tag", model_id=made, tag_key="a b%c")
    assert client.get_logged_model(made).tags == {"x": "y"}
    assert stores("get_logged_model", model_id=made)["model"]["info"]["name"] == "lr"
    found = stores("search_logged_models", experiment_ids=[experiment], filter="name = 'lr'")
    assert [m["info"]["model_id"] for m in found["models"]] == [made]
    stores("delete_logged_model", model_id=made)
    with pytest.raises(mlflow.MlflowException):
        client.get_logged_model(made)


def test_registry(stores, client):
    name = "pump model/ü"[:10]
    stores("create_registered_model", name=name, description="d", tags=[{"key": "a", "value": "1"}])
    stores("update_registered_model", name=name, description="better")
    stores("set_registered_model_tag", name=name, key="b", value="2")
    stores("delete_registered_model_tag", name=name, key="a")
    model = client.get_registered_model(name)
    assert model.description == "better" and model.tags == {"b": "2"}
    version = stores("create_model_version", name=name, source="s3://bucket/model",
                      tags=[{"key": "t", "value": "1"}])["model_version"]
    assert version["version"] == "1"
    stores("update_model_version", name=name, version="1", description="first")
    stores("set_model_version_tag", name=name, version="1", key="u", value="2")
    stores("delete_model_version_tag", name=name, version="1", key="t")
    stores("transition_model_version_stage", name=name, version="1", stage="Staging", archive_existing_versions=False)
    seen = client.get_model_version(name, "1")
    assert seen.description == "first" and seen.tags == {"u": "2"} and seen.current_stage == "Staging"
    assert stores("get_model_version", name=name, version="1")["model_version"]["current_stage"] == "Staging"
    assert stores("get_model_version_download_uri", name=name, version="1")["artifact_uri"] == "s3://bucket/model"
    stores("set_registered_model_alias", name=name, alias="champion", version="1")
    assert stores("get_model_version_by_alias", name=name, alias="champion")["model_version"]["version"] == "1"
    latest = stores("get_latest_versions", name=name, stages=["Staging"])["model_versions"]
    assert [v["version"] for v in latest] == ["1"]
    assert stores("get_registered_model", name=name)["registered_model"]["aliases"] == [{"alias": "champion", "version": "1"}]
    stores("delete_registered_model_alias", name=name, alias="champion")
    found = stores("search_model_versions", filter=f"name = '{name}'")["model_versions"]
    assert [v["version"] for v in found] == ["1"]
    assert [m["name"] for m in stores("search_registered_models", filter="name LIKE 'pump%'")["registered_models"]] == [name]
    stores("delete_model_version", name=name, version="1")
    stores("rename_registered_model", name=name, new_name="renamed")
    assert client.get_registered_model("renamed").latest_versions == []
    stores("delete_registered_model", name="renamed")
    with pytest.raises(mlflow.MlflowException):
        client.get_registered_model("renamed")


def test_errors_are_the_servers(stores):
    with pytest.raises(LibraryError) as error:
        stores("get_run", run_id="0" * 32)
    assert error.value.code == "RESOURCE_DOES_NOT_EXIST"
    assert error.value.message == f"Run with id={'0' * 32} not found"
    with pytest.raises(LibraryError) as error:
        stores("create_experiment", name="Default")
    assert error.value.code == "RESOURCE_ALREADY_EXISTS"
    with pytest.raises(LibraryError) as error:
        stores("search_runs", experiment_ids=["0"], filter="nonsense")
    assert error.value.code == "INVALID_PARAMETER_VALUE"


def test_a_server_that_is_away():
    library = Library("http://127.0.0.1:1")
    before = time.monotonic()
    with pytest.raises(LibraryError) as error:
        library("get_run", run_id="x")
    assert error.value.code == "TEMPORARILY_UNAVAILABLE" and time.monotonic() - before < 5
    assert "API request to http://127.0.0.1:1/api/2.0/mlflow/runs/get" in error.value.message
    library.stop()


def test_every_operation_was_called(stores):
    """The last of this file: a new operation needs its call above."""
    assert set(stores.ask("operations")["operations"]) - stores.called == set()
