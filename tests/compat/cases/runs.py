# SPDX-License-Identifier: Apache-2.0
"""Runs: create, read, update, delete, restore."""
from harness.cases import both, case, get, post, step

from .common import CREATE_EXPERIMENT, GET_RUN, LONG, NOT_STRINGS, ODD_STRINGS, RUN, SOME_ODD, T, each

BAD_RUNS = ("", "nope", "0" * 32, "a" * 33, "ü", "../x", "a" * 257, " ", "A" * 32)
BIG = (0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 2**64, "5", "-5", "x", "", " 5", "5 ", "0x5", "1e3", "5.0",
       "5.5", 5.0, 5.5, 1e3, 1e18, 1e19, True, None, [], {})


def create(**fields):
    return {"experiment_id": "${exp}", "start_time": T, "run_name": "r", **fields}


CASES = [
    case("create", RUN, GET_RUN, get("runs/get", run_uuid="${run}")),
    case("create-in-default", post("runs/create", {"start_time": T, "run_name": "r"}),
         post("runs/create", {"experiment_id": "0", "start_time": T, "run_name": "r"}, save={"run": "run.info.run_id"}),
         GET_RUN),
    case("create-nothing-given", CREATE_EXPERIMENT,
         post("runs/create", {"experiment_id": "${exp}"}, save={"run": "run.info.run_id"}), GET_RUN),
    case("create-with-tags", CREATE_EXPERIMENT,
         post("runs/create", create(tags=[
             {"key": "mlflow.user", "value": "someone"}, {"key": "mlflow.source.name", "value": "x.py"},
             {"key": "mlflow.source.type", "value": "LOCAL"}, {"key": "mlflow.parentRunId", "value": "p"},
             {"key": "mlflow.source.git.commit", "value": "abc"}, {"key": "empty", "value": ""}, {"key": "none"}]),
             save={"run": "run.info.run_id"}), GET_RUN),
    case("create-name-in-tag", CREATE_EXPERIMENT,
         post("runs/create", {"experiment_id": "${exp}", "start_time": T, "tags": [
             {"key": "mlflow.runName", "value": "from tag"}]}, save={"run": "run.info.run_id"}), GET_RUN,
         post("runs/create", create(run_name="same", tags=[{"key": "mlflow.runName", "value": "same"}])),
         post("runs/create", create(run_name="one", tags=[{"key": "mlflow.runName", "value": "two"}])),
         post("runs/create", create(run_name="", tags=[{"key": "mlflow.runName", "value": "two"}])),
         post("runs/create", create(run_name="one", tags=[{"key": "mlflow.runName", "value": ""}]))),
    case("create-experiment-bad", each("i", ("", "99999", "abc", "1.5", "-1", "9223372036854775808", "ü"),
                                       lambda v, n: post("runs/create", {"experiment_id": v, "start_time": T,
                                                                         "run_name": "r"})),
         each("t", NOT_STRINGS, lambda v, n: post("runs/create", {"experiment_id": v, "start_time": T, "run_name": "r"}))),
    *both("create-start-time", CREATE_EXPERIMENT, each("v", BIG, lambda v, n: post("runs/create", create(start_time=v)))),
    *both("create-name", CREATE_EXPERIMENT,
          each("o", [*ODD_STRINGS, *LONG.values(), *NOT_STRINGS], lambda v, n: post("runs/create", create(run_name=v)))),
    *both("create-user", CREATE_EXPERIMENT,
          each("o", ["", "ü", LONG[256], LONG[257], *NOT_STRINGS], lambda v, n: post("runs/create", create(user_id=v)))),
    *both("create-tags-bad", CREATE_EXPERIMENT,
          each("t", ("x", 5, {}, [5], ["x"], [None], [[]], [{}], [{"key": ""}], [{"value": "v"}], [{"key": 5, "value": "x"}],
                    [{"key": "a", "value": 5}], [{"key": "a$", "value": "x"}], [{"key": LONG[251], "value": "x"}],
                    [{"key": "a", "value": "v" * 8001}], [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}], None),
              lambda v, n: post("runs/create", create(tags=v)))),
    case("get-bad", get("runs/get"), each("b", BAD_RUNS, lambda v, n: get("runs/get", run_id=v)),
         get("runs/get", run_id="nope", run_uuid="other"), post("runs/get", {"run_id": "x"}),
         [step("GET", "runs/get", query=q, deviation="nul-in-an-address") for q in ("run_id=%00", "run_id=a%00b")]),
    case("update", RUN,
         post("runs/update", {"run_id": "${run}", "status": "FINISHED", "end_time": T + 5}), GET_RUN,
         post("runs/update", {"run_id": "${run}", "run_name": "renamed"}), GET_RUN,
         post("runs/update", {"run_uuid": "${run}", "status": "RUNNING"}), GET_RUN,
         post("runs/update", {"run_id": "${run}"}), post("runs/update", {"run_id": "${run}", "run_name": ""}),
         post("runs/update", {"run_id": "${run}", "end_time": 0}), GET_RUN),
    *both("update-status", RUN,
          each("s", ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED", "finished", "NOPE", "", 1, 2, 3, 4, 5, 0, 6, -1,
                    99, 3.0, 3.5, "3", True, None, [], {}),
              lambda v, n: post("runs/update", {"run_id": "${run}", "status": v})), GET_RUN),
    *both("update-end-time", RUN, each("v", BIG, lambda v, n: post("runs/update", {"run_id": "${run}", "end_time": v})),
         GET_RUN),
    *both("update-name", RUN, each("o", [*SOME_ODD, LONG[250], LONG[251], *NOT_STRINGS], lambda v, n: (
        post("runs/update", {"run_id": "${run}", "run_name": v}))), GET_RUN),
    case("update-bad", post("runs/update", {}), each("b", BAD_RUNS, lambda v, n: post(
        "runs/update", {"run_id": v, "status": "FINISHED"})), each("t", NOT_STRINGS, lambda v, n: post(
            "runs/update", {"run_id": v}))),
    case("delete-restore", RUN, post("runs/delete", {"run_id": "${run}"}), GET_RUN, post("runs/delete", {"run_id": "${run}"}),
         post("runs/log-metric", {"run_id": "${run}", "key": "m", "value": 1, "timestamp": T}),
         post("runs/log-parameter", {"run_id": "${run}", "key": "p", "value": "1"}),
         post("runs/set-tag", {"run_id": "${run}", "key": "t", "value": "1"}),
         post("runs/delete-tag", {"run_id": "${run}", "key": "t"}),
         post("runs/log-batch", {"run_id": "${run}", "params": [{"key": "p", "value": "1"}]}),
         post("runs/log-batch", {"run_id": "${run}"}), post("runs/update", {"run_id": "${run}", "status": "FAILED"}),
         post("runs/log-inputs", {"run_id": "${run}", "datasets": []}),
         post("runs/outputs", {"run_id": "${run}", "models": [{"model_id": "m-1", "step": 1}]}),
         get("artifacts/list", run_id="${run}"),
         post("runs/restore", {"run_id": "${run}"}), GET_RUN, post("runs/restore", {"run_id": "${run}"})),
    case("delete-bad", post("runs/delete", {}), post("runs/restore", {}),
         each("b", BAD_RUNS, lambda v, n: (post("runs/delete", {"run_id": v}), post("runs/restore", {"run_id": v}))),
         post("runs/delete", {"run_uuid": "x"}).but(deviation="run-uuid-is-no-run-id")),
    case("nested", RUN,
         post("runs/create", create(tags=[{"key": "mlflow.parentRunId", "value": "${run}"}]), save={"child": "run.info.run_id"}),
         get("runs/get", run_id="${child}")),
]
