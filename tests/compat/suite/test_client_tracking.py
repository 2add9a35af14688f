# SPDX-License-Identifier: Apache-2.0
"""The public MLflow client, unmodified, against both servers: experiments, runs, metrics, params, tags, inputs, search."""
import math
import time

import pytest
from mlflow.entities import (Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput, LoggedModelStatus, Metric,
                             Param, RunInputs, RunTag, ViewType)
from mlflow.exceptions import MlflowException, RestException

pytestmark = pytest.mark.servers("sql")


def test_experiments(client, unique):
    made = client.create_experiment(unique, artifact_location="s3://bucket/x", tags={"a": "1"})
    read = client.get_experiment(made)
    assert (read.name, read.artifact_location, read.tags, read.lifecycle_stage) == (unique, "s3://bucket/x", {"a": "1"}, "active")
    assert abs(read.creation_time - time.time() * 1000) < 60_000
    assert client.get_experiment_by_name(unique).experiment_id == made
    assert client.get_experiment_by_name("no such experiment") is None
    client.set_experiment_tag(made, "b", "2")
    client.delete_experiment_tag(made, "a")
    client.rename_experiment(made, unique + "-new")
    read = client.get_experiment(made)
    assert (read.name, read.tags) == (unique + "-new", {"b": "2"})
    client.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    client.restore_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "active"
    with pytest.raises(RestException, match="RESOURCE_ALREADY_EXISTS"):
        client.create_experiment(unique + "-new")
    with pytest.raises(MlflowException, match="No Experiment with id=987654"):
        client.get_experiment("987654")


def test_search_experiments(client, unique):
    made = [client.create_experiment(f"{unique}-{i}", tags={"n": str(i)}) for i in range(5)]
    client.delete_experiment(made[4])
    mine = f"name LIKE '{unique}-%'"
    assert {e.experiment_id for e in client.search_experiments(filter_string=mine)} == set(made[:4])
    assert [e.experiment_id for e in client.search_experiments(ViewType.DELETED_ONLY, filter_string=mine)] == [made[4]]
    assert len(client.search_experiments(ViewType.ALL, filter_string=mine)) == 5
    by_name = client.search_experiments(filter_string=mine, order_by=["name DESC"], max_results=2)
    assert [e.name[-1] for e in by_name] == ["3", "2"] and by_name.token
    rest = client.search_experiments(filter_string=mine, order_by=["name DESC"], max_results=2, page_token=by_name.token)
    assert [e.name[-1] for e in rest] == ["1", "0"] and not rest.token
    assert [e.experiment_id for e in client.search_experiments(filter_string=f"{mine} AND tags.n = '2'")] == [made[2]]


def test_runs(client, experiment):
    run = client.create_run(experiment, start_time=123, tags={"a": "1"}, run_name="first")
    run_id = run.info.run_id
    assert (run.info.status, run.info.start_time, run.info.run_name, run.data.tags["a"]) == ("RUNNING", 123, "first", "1")
    client.set_terminated(run_id, "FAILED", end_time=456)
    read = client.get_run(run_id)
    assert (read.info.status, read.info.end_time) == ("FAILED", 456)
    client.update_run(run_id, status="RUNNING", name="second")
    read = client.get_run(run_id)
    assert (read.info.status, read.info.run_name, read.data.tags["mlflow.runName"]) == ("RUNNING", "second", "second")
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert client.search_runs([experiment]) == []
    client.restore_run(run_id)
    assert [r.info.run_id for r in client.search_runs([experiment])] == [run_id]
    assert client.get_parent_run(run_id) is None
    child = client.create_run(experiment, tags={"mlflow.parentRunId": run_id})
    assert client.get_parent_run(child.info.run_id).info.run_id == run_id
    with pytest.raises(MlflowException, match="Run with id=nope not found"):
        client.get_run("nope")


def test_params_and_tags(client, experiment):
    run_id = client.create_run(experiment).info.run_id
    client.log_param(run_id, "lr", 0.1)
    client.log_param(run_id, "lr", 0.1)
    with pytest.raises(MlflowException, match="Changing param values is not allowed"):
        client.log_param(run_id, "lr", 0.2)
    client.log_param(run_id, "long", "x" * 6000)
    client.set_tag(run_id, "note", "it's ü 🏠\nnew line")
    client.set_tag(run_id, "gone", "x")
    client.delete_tag(run_id, "gone")
    data = client.get_run(run_id).data
    assert data.params == {"lr": "0.1", "long": "x" * 6000}
    assert data.tags["note"] == "it's ü 🏠\nnew line" and "gone" not in data.tags
    with pytest.raises(MlflowException, match="No tag with name: gone"):
        client.delete_tag(run_id, "gone")


def test_metrics(client, experiment):
    run_id = client.create_run(experiment).info.run_id
    values = [0.1 + i for i in range(7)] + [float("nan"), 1e-300, 123456789.123456789, -0.0]
    for step, value in enumerate(values):
        client.log_metric(run_id, "m", value, timestamp=1000 + step, step=step)
    history = client.get_metric_history(run_id, "m")
    assert [(m.step, m.timestamp) for m in history] == [(s, 1000 + s) for s in range(len(values))]
    for metric, value in zip(history, values):
        assert metric.value == value or (math.isnan(metric.value) and math.isnan(value))
    assert client.get_run(run_id).data.metrics["m"] == values[-1]
    client.log_metric(run_id, "inf", float("inf"))
    assert client.get_run(run_id).data.metrics["inf"] == 1.7976931348623157e308


def test_log_batch(client, experiment):
    run_id = client.create_run(experiment).info.run_id
    client.log_batch(run_id, [Metric("m", i * 0.5, 1000 + i, i) for i in range(1000)])
    client.log_batch(run_id, params=[Param(f"p{i}", str(i)) for i in range(100)])
    client.log_batch(run_id, tags=[RunTag(f"t{i}", str(i)) for i in range(100)])
    read = client.get_run(run_id)
    assert read.data.metrics == {"m": 499.5} and len(read.data.params) == 100 and read.data.tags["t99"] == "99"
    history = client.get_metric_history(run_id, "m")
    assert [m.value for m in history] == [i * 0.5 for i in range(1000)]
    with pytest.raises(MlflowException, match="at most 100 params"):
        client._tracking_client.store.log_batch(run_id, [], [Param(f"q{i}", "x") for i in range(101)], [])


def test_async_logging(client, experiment):
    run_id = client.create_run(experiment).info.run_id
    waiting = [client.log_metric(run_id, "m", i, step=i, synchronous=False) for i in range(50)]
    waiting.append(client.log_param(run_id, "p", "1", synchronous=False))
    for one in waiting:
        one.wait()
    assert len(client.get_metric_history(run_id, "m")) == 50
    assert client.get_run(run_id).data.params == {"p": "1"}


def test_metric_history_bulk(client, experiment, server):
    """What the comparison of runs in the web pages reads, and the client's own method for intervals."""
    import requests

    runs = [client.create_run(experiment).info.run_id for _ in range(3)]
    for n, run_id in enumerate(runs):
        client.log_batch(run_id, [Metric("m", n * 1000 + i, i, i) for i in range(500)])
    answer = requests.get(server.url + "/ajax-api/2.0/mlflow/metrics/get-history-bulk",
                          params={"run_id": runs, "metric_key": "m", "max_results": 25000}, timeout=30)
    assert len(answer.json()["metrics"]) == 1500
    metrics = client._tracking_client.store.get_metric_history_bulk_interval(runs, "m", 50, 100, 400)
    for n, run_id in enumerate(runs):
        mine = [m for m in metrics if m.run_id == run_id]
        assert len(mine) <= 52 and mine[0].step == 100 and mine[-1].step == 400
        assert all(m.value == n * 1000 + m.step for m in mine)


def test_search_runs(client, experiment):
    for i in range(6):
        run_id = client.create_run(experiment, start_time=1000 + i, run_name=f"r{i}").info.run_id
        client.log_batch(run_id, [Metric("acc", i / 10, 0, 0)], [Param("parity", str(i % 2))], [RunTag("n", str(i))])
    names = lambda runs: [run.info.run_name for run in runs]  # noqa: E731
    assert names(client.search_runs([experiment])) == ["r5", "r4", "r3", "r2", "r1", "r0"]
    assert names(client.search_runs([experiment], "metrics.acc > 0.1 AND params.parity = '0'", order_by=["metrics.acc ASC"])) == ["r2", "r4"]
    assert names(client.search_runs([experiment], "attributes.run_name = 'r1'")) == ["r1"]
    seen, token = [], None
    while True:
        page = client.search_runs([experiment], order_by=["start_time ASC"], max_results=4, page_token=token)
        seen += names(page)
        token = page.token
        if not token:
            break
    assert seen == [f"r{i}" for i in range(6)]
    with pytest.raises(MlflowException, match="Invalid attribute key"):
        client.search_runs([experiment], "nope = 'x'")


def test_inputs(client, experiment):
    run_id = client.create_run(experiment).info.run_id
    dataset = Dataset("iris", "d1", "local", '{"uri": "x"}', schema='{"a": 1}', profile='{"n": 150}')
    client.log_inputs(run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])
    inputs = client.get_run(run_id).inputs
    assert isinstance(inputs, RunInputs) and len(inputs.dataset_inputs) == 1
    assert inputs.dataset_inputs[0].dataset.to_dictionary() == dataset.to_dictionary()
    assert inputs.dataset_inputs[0].tags[0].value == "training"
    assert [r.info.run_id for r in client.search_runs([experiment], "datasets.name = 'iris'")] == [run_id]


def test_logged_models(client, experiment):
    run_id = client.create_run(experiment).info.run_id
    made = client.create_logged_model(experiment, name="lm", source_run_id=run_id, tags={"a": "1"}, params={"p": "2"}, model_type="classifier")
    assert made.status == LoggedModelStatus.PENDING
    assert client.finalize_logged_model(made.model_id, LoggedModelStatus.READY).status == LoggedModelStatus.READY
    client.set_logged_model_tags(made.model_id, {"b": "2", "c": "3"})
    client.delete_logged_model_tag(made.model_id, "c")
    client.log_model_params(made.model_id, {"q": "4"})
    client.log_metric(run_id, "acc", 0.9, model_id=made.model_id, step=3)
    client.log_inputs(run_id, models=[LoggedModelInput(made.model_id)])
    client.log_outputs(run_id, [LoggedModelOutput(made.model_id, 3)])
    read = client.get_logged_model(made.model_id)
    assert (read.name, read.tags, read.params, read.model_type, read.source_run_id) == (
        "lm", {"a": "1", "b": "2"}, {"p": "2", "q": "4"}, "classifier", run_id)
    assert [(m.key, m.value, m.step, m.run_id) for m in read.metrics] == [("acc", 0.9, 3, run_id)]
    run = client.get_run(run_id)
    assert [m.model_id for m in run.inputs.model_inputs] == [made.model_id]
    assert [(m.model_id, m.step) for m in run.outputs.model_outputs] == [(made.model_id, 3)]
    other = client.create_logged_model(experiment, name="other", params=dict.fromkeys((f"k{i}" for i in range(3)), "v"))
    found = client.search_logged_models([experiment], "metrics.acc > 0.5")
    assert [m.model_id for m in found] == [made.model_id]
    by_name = client.search_logged_models([experiment], order_by=[{"field_name": "name", "ascending": False}], max_results=1)
    assert [m.name for m in by_name] == ["other"] and by_name.token
    client.delete_logged_model(other.model_id)
    with pytest.raises(MlflowException, match="not found"):
        client.get_logged_model(other.model_id)
