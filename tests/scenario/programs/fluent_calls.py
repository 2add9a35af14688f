# SPDX-License-Identifier: Apache-2.0
"""The same calls of the fluent API on mlflow or on millrace: fluent_calls.py mlflow|millrace. Prints what they answered, as JSON,
with what is made by chance or by the clock replaced by a word."""
import importlib
import json
import math
import os
import re
import sys

api = importlib.import_module(sys.argv[1])
if sys.argv[1] == "mlflow":
    from mlflow import MlflowClient as Client
    from mlflow.entities import Metric, Param, RunTag
else:
    from millrace import Client
    from millrace.entities import Metric, Param, RunTag

result, names = {}, {}


def plain(value):
    """As JSON can say it; ids and times by the order in which they turned up."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):
        value = value.replace(os.getcwd(), "HERE").removeprefix("file://")
        return re.sub(r"[0-9a-f]{32}|\b\d{18}\b", lambda found: names.setdefault(found.group(), f"id{len(names)}"), value)
    if isinstance(value, int) and value > 10**12:
        return "now"
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, (bool, int, float)) else type(value).__name__


def fields(entity, *wanted):
    return {name: plain(getattr(entity, name)) for name in wanted}


def run(one):
    return {"info": fields(one.info, "run_id", "experiment_id", "user_id", "status", "start_time", "end_time", "lifecycle_stage",
                           "artifact_uri", "run_name"),
            "data": fields(one.data, "metrics", "params", "tags"),
            "inputs": [[plain(i.dataset.name), plain(i.dataset.digest)] for i in one.inputs.dataset_inputs]}


def experiment(one):
    return one and fields(one, "experiment_id", "name", "artifact_location", "lifecycle_stage", "tags", "creation_time", "last_update_time")


def version(one):  # MLflow has no text as None from a database, and as "" from a server
    return {name: value or None for name, value in _version(one).items()}


def _version(one):
    return fields(one, "name", "creation_timestamp", "description", "current_stage", "source", "run_id", "run_link", "status", "tags") | {
        "version": str(one.version), "aliases": list(one.aliases)}


def note(name, value):
    assert name not in result, name
    result[name] = plain(value)


def failing(name, call, *arguments, **named):
    try:
        note(name, call(*arguments, **named))
    except Exception as failure:  # pylint: disable=broad-except
        note(name, [getattr(failure, "error_code", type(failure).__name__), str(failure)[:60] if "Run with UUID" in str(failure) else ""])


def history(run_id, key):
    return [[m.value, m.step, m.timestamp] for m in Client().get_metric_history(run_id, key)]


def experiments():
    note("default", experiment(api.get_experiment("0")))
    made = api.create_experiment("made", tags={"a": "1", "b": "2"})
    note("made", [made, experiment(api.get_experiment(made))])
    note("by name", experiment(api.get_experiment_by_name("made")))
    note("no such name", experiment(api.get_experiment_by_name("nobody")))
    note("set", experiment(api.set_experiment("train it / ü?")))
    note("set again", experiment(api.set_experiment(experiment_id=made)))
    api.set_experiment_tag("key", 7)
    api.set_experiment_tags({"x": "y", "a": "2"})
    api.delete_experiment_tag("x")
    note("tags", experiment(api.get_experiment(made)))
    note("all", [one.name for one in api.search_experiments(order_by=["name ASC"])])
    note("some", [one.name for one in api.search_experiments(filter_string="name LIKE 'm%'", max_results=1)])
    gone = api.create_experiment("gone")
    api.delete_experiment(gone)
    note("gone", experiment(api.get_experiment(gone)))
    note("with the deleted", len(api.search_experiments(view_type=3)))
    failing("set a deleted one", api.set_experiment, "gone")
    api.restore_experiment(gone)
    failing("no such id", api.get_experiment, "4711")
    failing("twice", api.create_experiment, "made")
    failing("both", api.set_experiment, "made", "1")
    failing("neither", api.set_experiment)
    return made


def logging(made):
    note("nothing is active", [api.active_run(), api.last_active_run()])
    with api.start_run(run_name="first", tags={"team": "pumps", "n": "1"}, description="what it is") as first:
        note("active", [api.active_run().info.run_id == first.info.run_id, api.active_run().info.status])
        note("metric", api.log_metric("loss", 0.5))
        api.log_metric("loss", 0.25, step=1, timestamp=1700000000123)
        api.log_metric("loss", 1, step=2)
        api.log_metric("wild", float("nan"))
        api.log_metric("wilder", float("-inf"), step=-3)
        api.log_metrics({"a": 1.5, "b": 2}, step=4, timestamp=1700000000456)
        note("param", [api.log_param("rate", 0.1), api.log_param("rate", 0.1), api.log_param("text", "ü")])
        api.log_params({"depth": 3, "none": None, "list": [1, 2]})
        note("tag", api.set_tag("k", 1))
        api.set_tags({"x": "1", "y": None})
        api.delete_tag("x")
        failing("param changed", api.log_param, "rate", 0.2)
        failing("not a number", api.log_metric, "loss", "much")
        failing("a text that is one", api.log_metric, "text", "1.5")
        failing("no key", api.log_metric, "", 1.0)
        failing("bad key", api.log_metric, "a\n", 1.0)
        failing("bad tag", api.delete_tag, "nobody")
        failing("already active", api.start_run)
        api.log_metric("truth", True)
        with api.start_run(run_name="child", nested=True) as child:
            api.log_metric("inner", 1.0)
            note("parent", api.get_parent_run(child.info.run_id).info.run_id == first.info.run_id)
        note("active again", api.active_run().info.run_id == first.info.run_id)
        api.log_metric("to the child", 2.0, run_id=child.info.run_id)
        api.log_params({"late": 1}, run_id=child.info.run_id)
        note("uri", [api.get_artifact_uri(), api.get_artifact_uri("a/b.txt")])
    note("ended", [api.active_run(), api.last_active_run().info.status])
    note("first", run(api.get_run(first.info.run_id)))
    note("child", run(api.get_run(child.info.run_id)))
    note("histories", [history(first.info.run_id, key) for key in ("loss", "wilder", "a", "nobody")])
    try:
        with api.start_run() as failed:
            raise KeyError("x")
    except KeyError:
        note("failed", api.get_run(failed.info.run_id).info.status)
    api.log_metric("implicit", 1.0)
    implicit = api.active_run().info.run_id
    api.end_run("KILLED")
    note("killed", api.get_run(implicit).info.status)
    with api.start_run(run_id=first.info.run_id, tags={"again": "yes"}) as again:
        note("going on", [again.info.status, again.info.run_id == first.info.run_id, again.info.end_time])
    note("it went on", run(api.get_run(first.info.run_id)))
    with api.start_run(experiment_id="0", parent_run_id=first.info.run_id) as other:
        note("elsewhere", run(api.get_run(other.info.run_id))["data"]["tags"].get("mlflow.parentRunId"))
    api.delete_run(other.info.run_id)
    failing("start a deleted one", api.start_run, run_id=other.info.run_id)
    api.restore_run(other.info.run_id)
    failing("no such run", api.get_run, "0" * 32)
    failing("no run id", api.get_run, "x")
    note("experiment of it", first.info.experiment_id == made)
    return first.info.run_id


def queued():
    with api.start_run(run_name="queue") as one:
        operations = [api.log_metric("m", i, step=i, synchronous=False) for i in range(100)]
        operations.append(api.log_param("p", 1, synchronous=False))
        operations.append(api.set_tag("t", 2, synchronous=False))
        operations.append(api.log_metrics({"x": 1, "y": 2}, step=9, synchronous=False))
        operations.append(api.log_params({"q": 1}, synchronous=False))
        operations.append(api.set_tags({"u": 1}, synchronous=False))
        for operation in operations:
            operation.wait()
        api.flush_async_logging()
        note("queued", run(api.get_run(one.info.run_id))["data"])
        api.config.enable_async_logging()
        api.log_metric("by setting", 1.0).wait()
        api.config.enable_async_logging(False)
        note("queued steps", sorted(step for _, step, _ in history(one.info.run_id, "m")))


def batches():
    client = Client()
    one = client.create_run("0", tags={"mlflow.user": "ann"}, run_name="batch", start_time=1600000000000)
    client.log_batch(one.info.run_id, [Metric(f"m{i}", i, 1700000000000 + i, i) for i in range(1100)],
                     [Param(f"p{i}", str(i)) for i in range(150)], [RunTag(f"t{i}", str(i)) for i in range(120)])
    client.update_run(one.info.run_id, name="renamed")
    client.set_terminated(one.info.run_id, "FAILED", 1600000001000)
    got = client.get_run(one.info.run_id)
    note("batch", [len(got.data.metrics), len(got.data.params), len(got.data.tags), got.info.user_id, got.info.run_name, got.info.status,
                   got.info.start_time - got.info.end_time])


def searches(made):
    note("search", [run(one)["info"]["run_name"] for one in api.search_runs([made], output_format="list", order_by=["start_time ASC"])
                    if one.data.tags.get("mlflow.runName") in ("first", "child")])
    note("filter", [one.info.run_name for one in api.search_runs([made], "metrics.a = 1.5 and params.depth = '3'", output_format="list")])
    note("by names", len(api.search_runs(experiment_names=["made", "nobody"], output_format="list", max_results=2)))
    note("everywhere", len(api.search_runs(search_all_experiments=True, output_format="list")))
    note("the active one's", len(api.search_runs(output_format="list")))
    table = api.search_runs([made], "params.depth = '3'", order_by=["start_time ASC"])
    note("table", {name: [str(v) if "time" in name or "uri" in name or name == "run_id" else v for v in table[name].tolist()]
                   for name in table.columns if "time" not in name})
    note("table's types", {name: str(kind) for name, kind in table.dtypes.items() if "time" in name})
    failing("bad filter", api.search_runs, [made], "metrics.a ~ 1", output_format="list")
    failing("ids and names", api.search_runs, [made], experiment_names=["made"])
    failing("bad format", api.search_runs, output_format="csv")


def artifacts(made):
    os.makedirs("files/sub", exist_ok=True)
    for name, text in (("files/a.txt", "A"), ("files/sub/b.txt", "B"), ("files/ü x.txt", "C")):
        with open(name, "w", encoding="utf-8") as out:
            out.write(text)
    with api.start_run() as one:
        api.log_artifact("files/a.txt")
        api.log_artifact("files/a.txt", "deep/er")
        api.log_artifact("files", "whole")
        api.log_artifacts("files", "contents")
        api.log_text("tëxt", "t/text.txt")
        api.log_dict({"a": [1, None], "b": "ü"}, "d/dict.json")
        api.log_dict({"a": [1, None]}, "d/dict.yaml")
        with open("files/a.txt", "rb") as stream:
            api.log_stream(stream, "s/stream.bin")
    failing("no such file", api.log_artifact, "nobody.txt", run_id=one.info.run_id)
    run_id = one.info.run_id

    def tree(path=None):
        return [[e.path, e.is_dir, e.file_size] for e in api.artifacts.list_artifacts(run_id=run_id, artifact_path=path)]

    note("root", tree())
    note("folders", [tree("contents"), tree("whole"), tree("whole/files"), tree("t"), tree("nobody"), tree("a.txt")])
    note("by uri", [[e.path, e.is_dir] for e in api.artifacts.list_artifacts(f"runs:/{run_id}/contents")])
    note("texts", [api.artifacts.load_text(f"runs:/{run_id}/{path}") for path in ("t/text.txt", "d/dict.yaml", "contents/ü x.txt")])
    note("dict", api.artifacts.load_dict(f"runs:/{run_id}/d/dict.json"))
    for i, arguments in enumerate(({"run_id": run_id, "artifact_path": "whole/files"}, {"run_id": run_id, "artifact_path": "t/text.txt"},
                                   {"artifact_uri": f"runs:/{run_id}/contents"}, {"artifact_uri": f"runs:/{run_id}/s/stream.bin"},
                                   {"artifact_uri": one.info.artifact_uri + "/contents/sub"}, {"run_id": run_id})):
        to = os.path.abspath(f"to-{sys.argv[1]}-{i}")
        got = api.artifacts.download_artifacts(**arguments, dst_path=to)
        note(f"download {i}", [os.path.relpath(got, to), sorted(os.path.relpath(os.path.join(folder, name), to)
                                                                for folder, _, files in os.walk(to) for name in files)])
    failing("neither of them", api.artifacts.download_artifacts)
    failing("both of them", api.artifacts.list_artifacts, "runs:/x", run_id)
    failing("bad path", api.log_artifact, "files/a.txt", "../x", run_id)


def models():
    with api.start_run() as one:
        api.log_text("artifact_path: model\nflavors: {}\n", "model/MLmodel")
    uri = f"runs:/{one.info.run_id}/model"
    first = api.register_model(uri, "pump", tags={"k": "v"})
    note("registered", version(first))
    note("again", version(api.register_model(uri, "pump")))
    client = Client()
    client.set_registered_model_alias("pump", "best", "2")
    client.update_model_version("pump", "1", "old")
    client.set_model_version_tag("pump", "1", "t", 1)
    note("version", version(client.get_model_version("pump", "1")))
    note("by alias", version(client.get_model_version_by_alias("pump", "best")))
    note("model", fields(client.get_registered_model("pump"), "name", "tags"))
    note("aliases", {k: str(v) for k, v in client.get_registered_model("pump").aliases.items()})
    note("versions", sorted(str(v.version) for v in api.search_model_versions(filter_string="name='pump'")))
    note("models", [m.name for m in api.search_registered_models()])
    note("download", client.get_model_version_download_uri("pump", "1"))
    note("text of a version", [api.artifacts.load_text(f"models:/pump/{suffix}/MLmodel") for suffix in ("1", "latest")])
    failing("no such version", client.get_model_version, "pump", "9")
    failing("no such model of a run", api.register_model, f"runs:/{one.info.run_id}/nobody", "pump")
    client.delete_model_version("pump", "1")
    client.delete_registered_model("pump")
    note("no models", [m.name for m in api.search_registered_models()])


if len(sys.argv) > 2:
    api.set_tracking_uri(sys.argv[2])
note("where", [api.get_tracking_uri(), api.get_registry_uri(), api.is_tracking_uri_set()] if len(sys.argv) < 3 else None)
an_experiment = experiments()
logging(an_experiment)
queued()
batches()
searches(an_experiment)
artifacts(an_experiment)
models()
print(json.dumps(result))
