# SPDX-License-Identifier: Apache-2.0
"""Logged models (MLflow 3): create, read, finalize, params, tags, metrics, artifacts, delete."""
from harness.cases import both, case, delete, get, patch, post

from .common import CREATE_EXPERIMENT, GET_RUN, NOT_STRINGS, ODD_STRINGS, RUN, T, each

CREATE = post("logged-models", {"experiment_id": "${exp}", "name": "lm"}, save={"model": "model.info.model_id"})
READ = get("logged-models/${model}")
FILES = "/ajax-api/2.0/mlflow/logged-models/${model}/artifacts/files"


def create(**fields):
    return post("logged-models", {"experiment_id": "${exp}", **fields})


def pairs(count, prefix="k"):
    return [{"key": f"{prefix}{i}", "value": f"v{i}"} for i in range(count)]


CASES = [
    case("create", RUN, CREATE, READ),
    case("create-all", RUN,
         post("logged-models", {"experiment_id": "${exp}", "name": "lm", "model_type": "classifier", "source_run_id": "${run}",
                                "params": pairs(3), "tags": pairs(3)}, save={"model": "model.info.model_id"}), READ, GET_RUN),
    case("create-names", CREATE_EXPERIMENT, each("n", [v for v in ODD_STRINGS if v], lambda v, n: create(name=v)),
         create(name="n" * 500), create(name="n" * 501), create(name="n" * 1000)),
    case("create-no-name", CREATE_EXPERIMENT, create().but(compare="status"), create(name="").but(compare="status"),
         create(name=None).but(compare="status"), stored=False),
    case("create-bad", CREATE_EXPERIMENT, post("logged-models", {}), post("logged-models", {"name": "x"}),
         post("logged-models", {"experiment_id": "999999", "name": "x"}), post("logged-models", {"experiment_id": "abc", "name": "x"}),
         post("logged-models", {"experiment_id": "", "name": "x"}), post("logged-models", {"experiment_id": 5, "name": "x"}),
         each("t", [v for v in NOT_STRINGS if v is not None], lambda v, n: (create(name=v).but(compare="status"), create(
             name="x", model_type=v), create(name="x", source_run_id=v))), create(name="x", source_run_id="nope"), stored=False),
    *both("create-params-tags", CREATE_EXPERIMENT,
          each("p", ([{"key": ""}], [{"value": "x"}], [{"key": "a"}], [{"key": "a", "value": ""}], "x", 5, [5], None, [None],
                    [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}], [{"key": "a", "value": 5}],
                    [{"key": "k" * 250, "value": "v"}], [{"key": "k" * 251, "value": "v"}], [{"key": "a", "value": "v" * 6000}],
                    [{"key": "a", "value": "v" * 6001}], [{"key": "a", "value": "v" * 8001}], [{"key": "a$b", "value": "v"}],
                    [{"key": "a/b", "value": "v"}], [{"key": "../a", "value": "v"}], pairs(101)),
              lambda v, n: (create(name="x", params=v), create(name="x", tags=v)))),
    case("create-deleted-experiment", CREATE_EXPERIMENT, post("experiments/delete", {"experiment_id": "${exp}"}),
         create(name="x")),
    case("get-bad", CREATE_EXPERIMENT, get("logged-models/m-nope"), get("logged-models/"), get("logged-models/a%20b"),
         get("logged-models/%2e%2e"), get("logged-models/" + "x" * 300), get("logged-models/ü").but(deviation="raw-bytes-in-path"), get("logged-models")),
    *both("finalize", (CREATE_EXPERIMENT, CREATE), each("s", ("LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED", "LOGGED_MODEL_PENDING", "LOGGED_MODEL_STATUS_UNSPECIFIED",
                    1, 2, 3, "READY", "2", 0, 9, "x", "", None, [], True),
              lambda v, n: patch("logged-models/${model}", {"model_id": "${model}", "status": v})), READ,
          patch("logged-models/${model}", {"model_id": "${model}"}), patch("logged-models/m-nope", {"model_id": "m-nope", "status": 2})),
    case("finalize-by-path", CREATE_EXPERIMENT, CREATE, patch("logged-models/${model}", {"status": 2}).but(deviation="path-member-in-body"),
         patch("logged-models/${model}").but(deviation="path-member-in-body"), stored=False),
    case("tags", CREATE_EXPERIMENT, CREATE, patch("logged-models/${model}/tags", {"tags": pairs(2)}), READ,
         patch("logged-models/${model}/tags", {"tags": [{"key": "k0", "value": "new"}, {"key": "n", "value": ""}]}), READ,
         delete("logged-models/${model}/tags/k0"), READ, delete("logged-models/${model}/tags/k0"),
         delete("logged-models/${model}/tags/a/b"), delete("logged-models/${model}/tags/a%2Fb").but(deviation="encoded-slash-in-path"),
         delete("logged-models/m-nope/tags/a"), patch("logged-models/m-nope/tags", {"tags": pairs(1)}),
         each("t", ("x", {}, [], [{}], [{"key": ""}], [{"value": "x"}], None,
                    [{"key": "k" * 251, "value": "v"}], [{"key": "a", "value": "v" * 8001}], [{"key": "a b/c", "value": "x"}],
                    [{"key": "ü", "value": "x"}], [{"key": "a$", "value": "x"}]),
              lambda v, n: patch("logged-models/${model}/tags", {"tags": v})), READ, patch("logged-models/${model}/tags"),
         delete("logged-models/${model}/tags/%C3%BC"), delete("logged-models/${model}/tags/a%20b"), READ),
    case("params", CREATE_EXPERIMENT, CREATE, post("logged-models/${model}/params", {"model_id": "${model}", "params": pairs(2)}),
         READ, post("logged-models/${model}/params", {"model_id": "${model}", "params": pairs(2)}), READ,
         post("logged-models/${model}/params", {"model_id": "${model}", "params": [{"key": "k0", "value": "new"}]}), READ,
         post("logged-models/${model}/params", {"params": pairs(3)}).but(deviation="path-member-in-body"),
         post("logged-models/${model}/params", {}).but(deviation="path-member-in-body"), post("logged-models/${model}/params", {"model_id": "${model}"}),
         post("logged-models/m-nope/params", {"model_id": "m-nope", "params": pairs(1)}), stored=False),
    *both("params-bad", (CREATE_EXPERIMENT, CREATE), each("t", ("x", 5, [], [5], [{}], [{"key": ""}], [{"value": "x"}], [{"key": "b", "value": 5}], None,
                    [{"key": "k" * 251, "value": "v"}], [{"key": "c", "value": "v" * 6001}]),
              lambda v, n: post("logged-models/${model}/params", {"model_id": "${model}", "params": v})), READ),
    case("tags-wrong-type", CREATE_EXPERIMENT, CREATE, each("t", (5, [5], [{"key": "a", "value": 5}]), lambda v, n: patch("logged-models/${model}/tags", {"tags": v})),
         stored=False),
    case("delete", RUN, CREATE, delete("logged-models/${model}"), READ, delete("logged-models/${model}"),
         get("logged-models/${model}?allow_deleted=true"), get("logged-models/${model}?allow_deleted=false"),
         get("logged-models/m-none?allow_deleted=true"),  # MLflow's folders have an m-nope once its params were logged
         delete("logged-models/m-none"), patch("logged-models/${model}/tags", {"tags": pairs(1)}),
         post("logged-models/search", {"experiment_ids": ["${exp}"]}),
         patch("logged-models/${model}", {"model_id": "${model}", "status": 2})),
    case("metrics", RUN, CREATE,
         post("runs/log-inputs", {"run_id": "${run}", "datasets": [{"dataset": {
             "name": "d", "digest": "x", "source_type": "s", "source": "t"}}]}),
         post("runs/log-metric", {"run_id": "${run}", "key": "acc", "value": 0.5, "timestamp": T, "step": 1, "model_id": "${model}"}),
         READ, post("runs/log-metric", {"run_id": "${run}", "key": "acc", "value": 0.6, "timestamp": T + 1, "step": 2,
                                        "model_id": "${model}", "dataset_name": "d", "dataset_digest": "x"}), READ,
         post("runs/log-batch", {"run_id": "${run}", "metrics": [
             {"key": "loss", "value": 0.1, "timestamp": T, "step": 0, "model_id": "${model}"},
             {"key": "loss", "value": 0.05, "timestamp": T, "step": 1, "model_id": "${model}"},
             {"key": "nan", "value": "NaN", "timestamp": T, "step": 1, "model_id": "${model}"},
             {"key": "inf", "value": "Infinity", "timestamp": T, "step": 1, "model_id": "${model}"},
             {"key": "plain", "value": 3, "timestamp": T, "step": 1}]}), READ, GET_RUN,
         post("runs/log-metric", {"run_id": "${run}", "key": "acc", "value": 0.5, "timestamp": T, "step": 1, "model_id": "${model}"}),
         get("metrics/get-history", run_id="${run}", metric_key="acc"), READ),
    case("artifacts", RUN, CREATE, get("logged-models/${model}/artifacts/directories"),
         get("logged-models/m-nope/artifacts/directories"),
         get("logged-models/${model}/artifacts/directories", artifact_directory_path="nope"),
         get("logged-models/${model}/artifacts/directories", artifact_directory_path="../x"),
         get(FILES), get(FILES, artifact_file_path="nope"), get(FILES, artifact_file_path="../x"),
         get("/api/2.0/mlflow/logged-models/${model}/artifacts/files", artifact_file_path="x"),
         get("/ajax-api/2.0/mlflow/logged-models/m-nope/artifacts/files", artifact_file_path="x")),
    case("registered", RUN, CREATE, post("registered-models/create", {"name": "${u}"}),
         post("model-versions/create", {"name": "${u}", "source": "models:/${model}", "model_id": "${model}"}), READ,
         post("model-versions/create", {"name": "${u}", "source": "models:/${model}", "model_id": "${model}"}), READ,
         get("model-versions/search", filter="name = '${u}'")),
]
