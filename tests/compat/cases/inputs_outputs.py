# SPDX-License-Identifier: Apache-2.0
"""Datasets that a run read, models that it read and wrote, and the search of datasets."""
from harness.cases import both, case, get, post

from .common import CREATE_EXPERIMENT, CREATE_RUN, GET_RUN, NOT_STRINGS, RUN, T, each

DATASET = {"name": "d", "digest": "abc", "source_type": "local", "source": '{"uri": "x"}', "schema": '{"s": 1}',
           "profile": '{"p": 1}'}
SEARCH = "/ajax-api/2.0/mlflow/experiments/search-datasets"
CREATE_LOGGED = post("logged-models", {"experiment_id": "${exp}", "name": "lm", "source_run_id": "${run}"},
                     save={"model": "model.info.model_id"})


def inputs(datasets=None, **more):
    body = {"run_id": "${run}", **more}
    if datasets is not None:
        body["datasets"] = datasets
    return post("runs/log-inputs", body)


def dataset(tags=(), **fields):
    return {"dataset": {**DATASET, **fields}, "tags": [{"key": k, "value": v} for k, v in tags]}


def without(field):
    return {"dataset": {k: v for k, v in DATASET.items() if k != field}}


CASES = [
    case("log-inputs", RUN, inputs([dataset([("mlflow.data.context", "training")])]), GET_RUN,
         inputs([dataset([("mlflow.data.context", "training")])]), GET_RUN,
         inputs([dataset([("mlflow.data.context", "eval"), ("x", "y")])]), GET_RUN,
         inputs([dataset([("a", "b")], name="e"), dataset(name="f", digest="q")]), GET_RUN,
         inputs([dataset(profile="other", schema="other")]), GET_RUN, inputs(), inputs([])),
    case("log-inputs-optional", RUN, inputs([{"dataset": {"name": "d", "digest": "x", "source_type": "s", "source": "t"}}]),
         GET_RUN, each("w", DATASET, lambda v, n: inputs([without(v)])), GET_RUN,
         each("e", DATASET, lambda v, n: inputs([dataset(**{v: ""})])), GET_RUN),
    case("log-inputs-limits", RUN,
         inputs([dataset(name="n" * 500)]), inputs([dataset(name="n" * 501)]), inputs([dataset(digest="d" * 36)]),
         inputs([dataset(digest="d" * 37)]), inputs([dataset(source="s" * 65535, name="s1")]),
         inputs([dataset(source="s" * 65536, name="s2")]), inputs([dataset(schema="s" * 1048575, name="s3")]),
         inputs([dataset(schema="s" * 1048576, name="s4")]), inputs([dataset([("k" * 255, "v")], name="t1")]),
         inputs([dataset([("k" * 256, "v")], name="t2")]), inputs([dataset([("k", "v" * 500)], name="t3")]),
         inputs([dataset([("k", "v" * 501)], name="t4")]), inputs([dataset([("", "v")], name="t5")]),
         inputs([dataset([("k", "")], name="t6")]), inputs([dataset([("k", "1"), ("k", "2")], name="t7")])),
    case("log-inputs-profile-limit", RUN, inputs([dataset(profile="p" * 16777215, name="p1")]),
         inputs([dataset(profile="p" * 16777216, name="p2")]), slow=True),
    *both("log-inputs-bad", RUN, [
        post("runs/log-inputs", {}), post("runs/log-inputs", {"run_id": "nope", "datasets": []}), post("runs/log-inputs", {"run_id": "a b", "datasets": []}),
        *each("d", ("x", 5, {}, [5], ["x"], [None], [[]], [{}], [{"dataset": None}], [{"dataset": "x"}], [{"dataset": {}}],
                    [{"tags": []}], [{"dataset": DATASET, "tags": "x"}], [{"dataset": DATASET, "tags": [{}]}],
                    [{"dataset": DATASET, "tags": [{"key": "a"}]}], [{"dataset": DATASET, "tags": [{"value": "a"}]}], None),
              lambda v, n: inputs(v)),
        *each("t", NOT_STRINGS, lambda v, n: inputs([dataset(name=v)]))], GET_RUN),
    case("same-dataset-two-runs", RUN, inputs([dataset([("mlflow.data.context", "a")])]),
         CREATE_RUN.but(save={"run": "run.info.run_id"}), inputs([dataset([("mlflow.data.context", "b")])]), GET_RUN),
    case("model-inputs", RUN, CREATE_LOGGED, inputs(models=[{"model_id": "${model}"}]), GET_RUN,
         inputs(models=[{"model_id": "${model}"}]), GET_RUN, inputs(models=[{"model_id": "z-unknown"}]), GET_RUN,
         inputs([dataset()], models=[{"model_id": "a-2"}, {"model_id": "a-2"}]), GET_RUN,
         inputs(models=[{}]), GET_RUN),
    *both("model-inputs-bad", RUN, each("m", ("x", 5, [5], [{}], [{"model_id": 5}], [{"model_id": ""}], [None], None), lambda v, n: inputs(models=v)), GET_RUN),
    case("model-outputs", RUN, CREATE_LOGGED,
         post("runs/outputs", {"run_id": "${run}", "models": [{"model_id": "${model}", "step": 3}]}), GET_RUN,
         post("runs/outputs", {"run_id": "${run}", "models": [{"model_id": "${model}", "step": 3}]}), GET_RUN,
         post("runs/outputs", {"run_id": "${run}", "models": [{"model_id": "${model}", "step": 4}]}), GET_RUN,
         post("runs/outputs", {"run_id": "${run}", "models": [{"model_id": "z-other"}]}), GET_RUN,
         get("logged-models/${model}")),
    *both("outputs-bad", RUN, [
        post("runs/outputs", {}), post("runs/outputs", {"run_id": "${run}"}), post("runs/outputs", {"run_id": "nope", "models": [{"model_id": "m-1"}]}),
        *each("m", ("x", 5, {}, [], [5], [{}], [{"model_id": 5}], [{"model_id": "m", "step": "x"}], [{"step": 1}],
                    [{"model_id": "m", "step": -1}], [{"model_id": "m", "step": 2**63}], None),
              lambda v, n: post("runs/outputs", {"run_id": "${run}", "models": v}))], GET_RUN),
    case("search-datasets", RUN, inputs([dataset([("mlflow.data.context", "training")]), dataset(name="e", digest="1"),
                                         dataset([("mlflow.data.context", "eval")], name="f", digest="2")]),
         post(SEARCH, {"experiment_ids": ["${exp}"]}), post(SEARCH, {"experiment_ids": ["${exp}", "999999"]}),
         post(SEARCH, {"experiment_ids": []}), post(SEARCH, {}), post(SEARCH, {"experiment_ids": ["x"]}),
         post(SEARCH, {"experiment_ids": "x"}), post(SEARCH, {"experiment_ids": [5]}),
         post(SEARCH, {"experiment_ids": [str(900000 + i) for i in range(20)]}),
         post(SEARCH, {"experiment_ids": [str(i) for i in range(21)]}),
         post("/api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": ["${exp}"]}), get(SEARCH)),
    case("search-datasets-deleted", RUN, inputs([dataset([("mlflow.data.context", "training")])]),
         post("runs/delete", {"run_id": "${run}"}), post(SEARCH, {"experiment_ids": ["${exp}"]}),
         post("experiments/delete", {"experiment_id": "${exp}"}), post(SEARCH, {"experiment_ids": ["${exp}"]})),
    case("log-model-legacy", RUN,
         post("runs/log-model", {"run_id": "${run}", "model_json": '{"artifact_path": "m", "flavors": {"f": {}}, '
                                 '"utc_time_created": "2020-01-01 00:00:00", "run_id": "${run}"}'}), GET_RUN,
         post("runs/log-model", {"run_id": "${run}", "model_json": '{"artifact_path": "n", "flavors": {"f": {"a": 1}}, '
                                 '"utc_time_created": "2020-01-01 00:00:00", "run_id": "r", "model_uuid": "u"}'}), GET_RUN,
         each("j", ("", "x", "{}", "[]", "5", '{"artifact_path": "n"}'),
              lambda v, n: post("runs/log-model", {"run_id": "${run}", "model_json": v})),
         post("runs/log-model", {}), post("runs/log-model", {"run_id": "nope", "model_json": '{"artifact_path": "m", '
              '"flavors": {}, "utc_time_created": "x", "run_id": "y"}'})),
    case("dataset-metric", RUN, inputs([dataset([("mlflow.data.context", "training")])]),
         post("runs/log-metric", {"run_id": "${run}", "key": "m", "value": 1, "timestamp": T, "dataset_name": "d",
                                  "dataset_digest": "abc"}), GET_RUN),
    case("no-experiment", CREATE_EXPERIMENT, inputs([dataset()], run_id="0" * 32)),
]
