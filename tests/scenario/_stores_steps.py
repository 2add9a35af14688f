# SPDX-License-Identifier: Apache-2.0
"""The calls of experiments, runs, logged models and registered models; see _stores_calls.py."""
import math
import time

from mlflow.entities import (
    Dataset,
    DatasetInput,
    ExperimentTag,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
    Metric,
    Param,
    RunStatus,
    RunTag,
    ViewType,
)
from mlflow.models import Model
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag

def id_of(model):
    """Of a logged model that may not have come to be: the calls go on, for a refusal is an outcome, too."""
    return getattr(model, "model_id", NOTHING)


NOBODY, NOTHING = "f" * 32, "m-" + "f" * 32
T = 1_500_000_000_000  # a time of ours


def tracking(t):
    t("supports_workspaces")
    t("get_experiment", "0")
    first = t("create_experiment", "first", None, [ExperimentTag("a", "1"), ExperimentTag("b", "é")])
    second = t("create_experiment", "second", artifact_location="somewhere/else")
    t("create_experiment", "third", artifact_location="s3://bucket/key")
    for name in ("first", "", None, "x" * 501):
        t("create_experiment", name)
    t("create_experiment", "many tags", tags=[ExperimentTag("k" * 251, "v")])
    for i in (first, int(second), "999", "abc"):
        t("get_experiment", i)
    for name in ("first", "absent"):
        t("get_experiment_by_name", name)
    t("set_experiment_tag", first, ExperimentTag("c", "3"))
    t("set_experiment_tag", "999", ExperimentTag("c", "3"))
    t("delete_experiment_tag", first, "b")
    t("delete_experiment_tag", first, "absent")
    t("rename_experiment", second, "second again")
    t("rename_experiment", second, "first")
    t("rename_experiment", "999", "new")
    t("delete_experiment", second)
    t("delete_experiment", "999")
    t("rename_experiment", second, "deleted")
    t("search_experiments")
    for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL):
        t("search_experiments", view, 10, None, ["name ASC"])
    page = t("search_experiments", ViewType.ALL, 2, "name LIKE '%'", ["name DESC"])
    t("search_experiments", ViewType.ALL, 2, "name LIKE '%'", ["name DESC"], page.token)
    t("search_experiments", filter_string="tags.a = '1'")
    t("search_experiments", filter_string="nonsense")
    t("search_experiments", max_results=0)
    t("search_experiments", max_results=1_000_000)
    t("restore_experiment", second)
    t("restore_experiment", "999")
    runs(t, first, second)


def runs(t, first, second):
    a = t("create_run", first, "user", T, [RunTag("mlflow.source.name", "s"), RunTag("n", "5")], "run a")
    b = t("create_run", second, "", T + 1, [], None)
    t("create_run", first, "user", T + 2, [RunTag("mlflow.runName", "by tag")], None)
    t("create_run", first, "user", T + 3, [RunTag("mlflow.runName", "by tag")], "other")
    t("create_run", "999", "user", T, [], "x")
    a, b = a.info.run_id, b.info.run_id
    t("log_metric", a, Metric("m", 1.5, T, 0))
    t("log_metric", a, Metric("m", 2, T + 5, 1))
    for value in (math.nan, math.inf, -math.inf, 0.1, "text", None):
        t("log_metric", a, Metric(f"v{value}", value, T, 0))
    for key in ("", None, "k" * 251, "a//b", "a/b c.d-e_f", "a'b"):
        t("log_metric", a, Metric(key, 1.0, T, 0))
        t("log_param", a, Param(key, "1"))
        if len(key or "") <= 250 or not t.is_folder:  # where a tag's key may be as long as a file's name
            t("set_tag", a, RunTag(key, "1"))
    t("log_metric", a, Metric("negative", 1.0, T, -3))
    t("log_metric", a, Metric("time", 1.0, None, 0))
    t("log_metric", NOBODY, Metric("m", 1.0, T, 0))
    for value in ("1", "1", "2", "", "x" * 6000, "x" * 6001):
        t("log_param", a, Param(f"p{value[:1]}{len(value)}", value))
        t("log_param", a, Param("same", value))
    t("log_param", NOBODY, Param("p", "1"))
    for value in ("v", "w", "", "x" * 8000, "x" * 8001):
        t("set_tag", a, RunTag("t", value))
    t("set_tag", a, RunTag("mlflow.runName", "renamed"))
    t("set_tag", NOBODY, RunTag("t", "v"))
    t("set_tag", a, RunTag("gone", "v"))
    t("delete_tag", a, "gone")
    t("delete_tag", a, "gone")
    t("get_run", a)
    batches(t, a, b)
    searches(t, first, second, a, b)
    inputs(t, first, a, b)
    for status, end, name in ((RunStatus.FINISHED, T + 9, None), (None, None, "named"), (RunStatus.FAILED, None, ""), (None, None, None)):
        t("update_run_info", a, status, end, name)
        t("get_run", a)
    t("update_run_info", NOBODY, RunStatus.FINISHED, T, None)
    t("delete_run", b)
    t("delete_run", NOBODY)
    for method, *args in (("log_metric", Metric("m", 1.0, T, 0)), ("log_param", Param("p", "1")), ("set_tag", RunTag("t", "v")),
                          ("log_batch", [], [Param("x", "y")], []), ("update_run_info", RunStatus.FINISHED, T, None)):
        t(method, b, *args)
    t("get_run", b)
    t("search_runs", [first, second], "", ViewType.DELETED_ONLY, 10)
    t("restore_run", b)
    t("restore_run", NOBODY)
    t("get_run", NOBODY)


def batches(t, a, b):
    t("log_batch", b, [Metric(f"k{i}", i / 3, T + i, i) for i in range(50)], [Param(f"p{i}", str(i)) for i in range(20)],
      [RunTag(f"t{i}", str(i)) for i in range(20)])
    t("get_run", b)
    t("log_batch", b, [Metric("k1", v, T + 100, v) for v in range(5)], [], [])
    t("log_batch", b, [], [], [])
    t("log_batch", b, [Metric("n", math.nan, T, 0), Metric("i", math.inf, T, 0)], [], [])
    t("log_batch", NOBODY, [Metric("m", 1.0, T, 0)], [], [])
    t("log_batch", b, [Metric("good", 1.0, T, 0), Metric("", 1.0, T, 0)], [], [])
    t("log_batch", b, [], [Param("twice", "1"), Param("twice", "2")], [])
    t("log_batch", b, [], [Param("p1", "changed")], [])
    t("log_batch", b, [], [Param(f"many{i}", "") for i in range(101)], [])
    t("log_batch", b, [], [], [RunTag(f"many{i}", "") for i in range(101)])
    t("log_batch", b, [Metric(f"many{i}", 1.0, T, 0) for i in range(1001)], [], [])
    for key in ("k1", "absent"):
        t("get_metric_history", b, key)
    page = t("get_metric_history", b, "k1", 2)
    if page is not None:
        t("get_metric_history", b, "k1", 2, page.token)
    t("get_metric_history", NOBODY, "k1")
    t("get_metric_history_bulk_interval_from_steps", b, "k1", [0, 2, 4], 10)
    t("get_metric_history_bulk_interval", [a, b], "k1", 3, None, None)
    t("get_metric_history_bulk_interval", [a, b], "m", 10, 0, 5)
    t("get_metric_history_bulk_interval", [b], "k1", 10, 0, None)
    t("_evenly_spaced_indices", 10, 4)
    for name, *args in (("log_metric_async", Metric("async", 1.0, T, 0)), ("log_param_async", Param("async", "p")),
                        ("set_tag_async", RunTag("async", "t")), ("log_batch_async", [Metric("async", 2.0, T + 1, 1)], [Param("async2", "1")], [])):
        t.called.add(name)
        t.note(name, getattr(t.store, name)(b, *args).wait())
    for end in ("flush_async_logging", "end_async_logging", "shut_down_async_logging"):
        t(end)
    refused = t.store.log_param_async(b, Param("async", "changed"))
    try:
        refused.wait()
        t.note("refused", "nothing")
    except Exception as error:
        t.note("refused", [type(error).__name__, "old_value" in str(error), "changed" in str(error)])
    t("shut_down_async_logging")
    t("get_run", b)
    t("get_metric_history", b, "async")


def searches(t, first, second, a, b):
    both = [first, second]
    t("search_runs", both, "", ViewType.ACTIVE_ONLY)
    t("_search_runs", [int(first)], None, ViewType.ALL, 5, ["start_time ASC", "attributes.run_id DESC"], None)
    page = t("search_runs", both, "", ViewType.ALL, 2, ["metrics.m DESC"])
    t("search_runs", both, "", ViewType.ALL, 2, ["metrics.m DESC"], page.token)
    for filter_string in ("metrics.m > 1", "params.p1 = '1'", "tags.t LIKE '%'", "attributes.status = 'RUNNING' AND metrics.k1 >= 0",
                          f"run_id IN ('{a}', '{b}')", "run_name ILIKE 'RUN%'", "metrics.m >", "nonsense = 1", "params.p1 > 'a'", "start_time > 0"):
        t("search_runs", both, filter_string, ViewType.ALL, 10, ["start_time"])
    t("search_runs", [], "", ViewType.ALL)
    t("search_runs", ["999"], "", ViewType.ALL)
    t("search_runs", both, "", ViewType.ALL, 50_001)
    t("search_runs", both, "", ViewType.ALL, 10, ["nonsense"])
    t("search_runs", both, "", ViewType.ALL, 10, None, "no token")
    t("filter_active_experiment_ids", both + ["999"])


def inputs(t, first, a, b):
    data = Dataset("data", "12ab", "local", "{\"uri\": \"x\"}", "schema", "profile")
    t("log_inputs", a, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])])
    t("log_inputs", a, [DatasetInput(Dataset("bare", "34", "code", "{}"), [])])
    t("log_inputs", a)
    t("log_inputs", NOBODY, [DatasetInput(data, [])])
    model = t("create_logged_model", first, "fed", a)
    t("log_inputs", b, None, [LoggedModelInput(id_of(model))])
    t("log_outputs", a, [LoggedModelOutput(id_of(model), 3)])
    t("log_outputs", NOBODY, [LoggedModelOutput(id_of(model), 3)])
    t("log_metric", a, Metric("of", 0.5, T, 0, model_id=id_of(model), dataset_name="data", dataset_digest="12ab"))
    t("log_batch", a, [Metric("of2", 0.25, T, 1, model_id=id_of(model))], [], [])
    t.store.log_metric_async(a, Metric("of3", 0.25, T, 1, model_id=id_of(model))).wait()
    t("get_logged_model", id_of(model))
    for run in (a, b):
        t("get_run", run)


def logged_models(t):
    exp = t("create_experiment", "models")
    run = t("create_run", exp, "u", T, [], "with a model").info.run_id
    for path in ("model", "other"):
        t("record_logged_model", run, Model(artifact_path=path, run_id=run, utc_time_created="2020", model_uuid=None))
    t("record_logged_model", run, "no model")
    t("get_run", run)
    one = t("create_logged_model", exp, "one", run, [LoggedModelTag("a", "1")], [LoggedModelParameter("p", "x")], "kind")
    time.sleep(0.005)  # searches have the newest first, and of one millisecond any
    two = t("create_logged_model", exp, "two")
    time.sleep(0.005)
    t("create_logged_model", t("create_experiment", "of a random name"))
    time.sleep(0.005)
    many = t("create_logged_model", exp, "many", params=[LoggedModelParameter(f"p{i}", str(i)) for i in range(250)])
    t("create_logged_model", "999", "x")
    t("create_logged_model", exp, "bad/name")
    for model in (one, two, many):
        t("get_logged_model", id_of(model))
    t("get_logged_model", NOTHING)
    t("set_logged_model_tags", id_of(one), [LoggedModelTag("b", "2"), LoggedModelTag("a", "3")])
    t("set_logged_model_tags", NOTHING, [LoggedModelTag("b", "2")])
    t("delete_logged_model_tag", id_of(one), "b")
    t("delete_logged_model_tag", id_of(one), "absent")
    t("set_model_versions_tags", "name", "1", id_of(one))
    t("set_model_versions_tags", "name", "2", id_of(one))
    for status in (LoggedModelStatus.READY, LoggedModelStatus.FAILED, LoggedModelStatus.PENDING):
        t("finalize_logged_model", id_of(one), status)
    t("finalize_logged_model", NOTHING, LoggedModelStatus.READY)
    t("log_batch", run, [Metric("acc", 0.5, T, 0, model_id=id_of(one), dataset_name="d", dataset_digest="1")], [], [])
    t("log_batch", run, [Metric("acc", 0.75, T, 1, model_id=id_of(two))], [], [])
    t("search_logged_models", [exp])
    page = t("search_logged_models", [exp], None, None, 2, [{"field_name": "name", "ascending": False}])
    if page is not None:
        t("search_logged_models", [exp], None, None, 2, [{"field_name": "name", "ascending": False}], page.token)
    t("search_logged_models", [exp], "name = 'one'")
    t("search_logged_models", [exp], "metrics.acc > 0.1", [{"dataset_name": "d", "dataset_digest": "1"}])
    t("search_logged_models", [exp], None, None, None, [{"field_name": "metrics.acc", "ascending": True, "dataset_name": "d"}])
    t("search_logged_models", [exp], "nonsense")
    t("search_logged_models", [exp], None, [{"dataset_digest": "1"}])
    t("delete_logged_model", id_of(two))
    t("delete_logged_model", NOTHING)
    t("get_logged_model", id_of(two))
    t("get_logged_model", id_of(two), allow_deleted=True)


def registry(r, t):
    r("supports_workspaces")
    r("create_registered_model", "one", [RegisteredModelTag("a", "1")], "text")
    r("create_registered_model", "two")
    for name in ("one", "", None, "a/b", "x:y"):
        r("create_registered_model", name)
    run = t("create_run", "0", "u", T, [], "source").info
    source = f"{run.artifact_uri}/model"
    v1 = r("create_model_version", "one", source, run.run_id, [ModelVersionTag("t", "v")], "link", "about it")
    r("create_model_version", "one", "s3://bucket/model")
    r("create_model_version", "one", "dummy-source", None, None, None, None, None, NOTHING)
    r("create_model_version", "absent", "s3://bucket/model")
    r("copy_model_version", v1, "copy")
    for name in ("one", "two", "absent"):
        r("get_registered_model", name)
    r("update_registered_model", "one", "other text")
    r("update_registered_model", "absent", "other text")
    r("rename_registered_model", "two", "two'")
    r("rename_registered_model", "two'", "one")
    for version in (1, "2", 3, 99, "x"):
        r("get_model_version", "one", version)
        r("get_model_version_download_uri", "one", version)
        r("update_model_version", "one", version, f"text {version}")
    r("transition_model_version_stage", "one", "1", "Production", True)
    r("transition_model_version_stage", "one", 2, "production", True)
    r("transition_model_version_stage", "one", 3, "nowhere", False)
    r("transition_model_version_stage", "one", 3, "None", True)
    for stages in (None, ["Production"], ["None", "Staging"], ["nowhere"]):
        r("get_latest_versions", "one", stages)
    r("set_registered_model_tag", "one", RegisteredModelTag("b", "2"))
    r("set_registered_model_tag", "absent", RegisteredModelTag("b", "2"))
    r("delete_registered_model_tag", "one", "a")
    r("delete_registered_model_tag", "one", "absent")
    r("set_model_version_tag", "one", 1, ModelVersionTag("k", "v"))
    r("set_model_version_tag", "one", 99, ModelVersionTag("k", "v"))
    r("delete_model_version_tag", "one", "1", "t")
    r("delete_model_version_tag", "one", 1, "absent")
    for alias, version in (("champion", 1), ("champion", "2"), ("other", 1), ("v1", 1), ("latest", 1), ("gone", 99)):
        r("set_registered_model_alias", "one", alias, version)
    for alias in ("champion", "other", "absent"):
        r("get_model_version_by_alias", "one", alias)
    r("delete_registered_model_alias", "one", "other")
    r("delete_registered_model_alias", "one", "absent")
    r("get_registered_model", "one")
    r("search_registered_models")
    page = r("search_registered_models", "name LIKE '%'", 1, ["name DESC"])
    r("search_registered_models", "name LIKE '%'", 1, ["name DESC"], page.token)
    r("search_registered_models", "tags.b = '2'")
    r("search_registered_models", "nonsense")
    r("search_registered_models", None, 100_000)
    r("search_model_versions")
    page = r("search_model_versions", "name = 'one'", 1, ["version_number DESC"])
    r("search_model_versions", "name = 'one'", 1, ["version_number DESC"], page.token)
    r("search_model_versions", f"run_id = '{run.run_id}'")
    r("search_model_versions", "nonsense")
    r("_await_model_version_creation", v1, 5)
    r("_await_model_version_creation_impl", v1, 5)
    r("delete_model_version", "one", 1)
    r("delete_model_version", "one", 1)
    r("get_model_version", "one", 1)
    r("delete_registered_model", "one")
    r("delete_registered_model", "one")
    r("get_registered_model", "one")
