# SPDX-License-Identifier: Apache-2.0
"""Params and tags of runs, and batches of all three."""
from harness.cases import both, case, post

from .common import CREATE_EXPERIMENT, GET_RUN, LONG, NOT_STRINGS, ODD_STRINGS, RUN, SOME_ODD, T, each


def param(key, value="v", **more):
    return post("runs/log-parameter", {"run_id": "${run}", "key": key, "value": value, **more})


def tag(key, value="v", **more):
    return post("runs/set-tag", {"run_id": "${run}", "key": key, "value": value, **more})


def untag(key):
    return post("runs/delete-tag", {"run_id": "${run}", "key": key})


def batch(**lists):
    return post("runs/log-batch", {"run_id": "${run}", **lists})


def pairs(count, prefix="k"):
    return [{"key": f"{prefix}{i}", "value": f"v{i}"} for i in range(count)]


def points(count, key="m"):
    return [{"key": key, "value": i, "timestamp": T + i, "step": i} for i in range(count)]


BATCH_BAD = ("x", 5, {}, {"a": 1}, [5], ["x"], [None], [[]], [{}])

CASES = [
    case("param", RUN, param("a", "1"), param("a", "1"), param("a", "2"), param("b", ""), param("b", ""), param("b", "x"),
         post("runs/log-parameter", {"run_uuid": "${run}", "key": "c", "value": "1"}),
         post("runs/log-parameter", {"run_id": "${run}", "key": "d"}), GET_RUN),
    *both("param-keys", RUN, each("k", [*ODD_STRINGS, *LONG.values(), *NOT_STRINGS], lambda v, n: param(v)), GET_RUN),
    *both("param-values", RUN, each("v", [*NOT_STRINGS, *ODD_STRINGS, "v" * 500, "v" * 6000, "v" * 6001, "ü" * 6001, "v" * 8001],
                                   lambda v, n: param(n, v)), GET_RUN),
    case("param-bad", each("b", ({}, {"run_id": "nope"}, {"run_id": "nope", "key": "a"}, {"key": "a", "value": "b"},
                                 {"run_id": "nope", "key": "a", "value": "b"}, {"run_id": "", "key": "a", "value": "b"},
                                 {"run_id": 5, "key": "a", "value": "b"}), lambda v, n: (
                                     post("runs/log-parameter", v), post("runs/set-tag", v)))),
    case("tag", RUN, tag("a", "1"), tag("a", "2"), tag("b", ""), post("runs/set-tag", {"run_id": "${run}", "key": "c"}),
         post("runs/set-tag", {"run_uuid": "${run}", "key": "d", "value": "1"}), GET_RUN, untag("a"), GET_RUN, untag("a"),
         untag("nope"), post("runs/delete-tag", {"run_id": "${run}"}), post("runs/delete-tag", {"key": "a"}),
         post("runs/delete-tag", {"run_id": "nope", "key": "a"}), post("runs/delete-tag", {"run_uuid": "${run}", "key": "b"}).but(deviation="run-uuid-is-no-run-id")),
    *both("tag-keys", RUN, each("k", [*ODD_STRINGS, *LONG.values(), *NOT_STRINGS], lambda v, n: tag(v)), GET_RUN,
          each("d", ODD_STRINGS, lambda v, n: untag(v))),
    *both("tag-values", RUN, each("v", [*NOT_STRINGS, *ODD_STRINGS, "v" * 5000, "v" * 8000, "v" * 8001, "ü" * 8001],
                                 lambda v, n: tag(n, v)), GET_RUN),
    case("tag-run-name", RUN, tag("mlflow.runName", "by tag"), GET_RUN, tag("mlflow.runName", ""), GET_RUN,
         untag("mlflow.runName"), GET_RUN, tag("mlflow.note.content", "note"), tag("mlflow.user", "someone"), GET_RUN,
         batch(tags=[{"key": "mlflow.runName", "value": "by batch"}]), GET_RUN),
    case("batch", RUN, batch(metrics=points(3), params=pairs(3), tags=pairs(3)), GET_RUN, batch(), batch(metrics=[]),
         batch(metrics=points(3), params=pairs(3), tags=[{"key": "k0", "value": "new"}]), GET_RUN),
    case("batch-defaults", RUN, batch(metrics=[{"key": "a", "value": 1, "timestamp": T}], params=[{"key": "a"}],
                                      tags=[{"key": "a"}]), GET_RUN),
    case("batch-repeats", RUN,
         batch(tags=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]), GET_RUN,
         batch(params=[{"key": "a", "value": "1"}, {"key": "a", "value": "1"}]), GET_RUN,
         batch(params=[{"key": "b", "value": "1"}, {"key": "b", "value": "2"}]), GET_RUN,
         batch(metrics=[*points(3), *reversed(points(3))]), GET_RUN),
    case("batch-run-bad", each("r", ("", "nope", "a b", "ü", "a" * 257, "-x", "../a", 5, None, "a.b", "a" * 256),
                               lambda v, n: post("runs/log-batch", {"run_id": v, "tags": pairs(1)})),
         post("runs/log-batch", {}), post("runs/log-batch", {"run_uuid": "x"}).but(deviation="run-uuid-is-no-run-id")),
    case("batch-limits", RUN,
         batch(metrics=points(1000)), batch(metrics=points(1001)), batch(params=pairs(100)), batch(params=pairs(101)),
         batch(tags=pairs(100)), batch(tags=pairs(101)), batch(metrics=points(800), params=pairs(100), tags=pairs(100)),
         batch(metrics=points(801), params=pairs(100), tags=pairs(100)), GET_RUN),
    *both("batch-shapes", RUN, each("m", BATCH_BAD, lambda v, n: [batch(**{kind: v}) for kind in ("metrics", "params", "tags")]),
          [batch(**{kind: None}).but(deviation="null-is-unset") for kind in ("metrics", "params", "tags")], GET_RUN),
    case("batch-missing", RUN,
         batch(metrics=[{"value": 1, "timestamp": T}]), batch(metrics=[{"key": "a", "timestamp": T}]),
         batch(metrics=[{"key": "a", "value": 1}]), batch(metrics=[*points(1), {"key": "", "value": 1, "timestamp": T}]),
         batch(params=[{"value": "a"}]), batch(params=[*pairs(2), {"key": ""}]), batch(tags=[{"value": "a"}]),
         batch(tags=[*pairs(2), {"key": None}]), GET_RUN),
    *both("batch-wrong-kinds", RUN, [
         batch(metrics=[{"key": "a", "value": "x", "timestamp": T}]), batch(metrics=[{"key": "b", "value": 1, "timestamp": "x"}]),
         batch(metrics=[{"key": "c", "value": 1, "timestamp": T, "step": "x"}]),
         batch(metrics=[{"key": 5, "value": 1, "timestamp": T}]), batch(params=[{"key": "pn", "value": 5}]),
         batch(params=[{"key": "p1", "value": "x"}, {"key": 5, "value": "y"}, {"key": "p3", "value": "z"}]),
         batch(tags=[{"key": "t1", "value": "x"}, {"key": "t2", "value": []}, {"key": "t3", "value": "z"}])], GET_RUN),
    case("batch-params-changed", RUN, param("a", "1"), batch(params=[{"key": "a", "value": "1"}]),
         batch(params=[{"key": "b", "value": "2"}, {"key": "a", "value": "x"}]), GET_RUN,
         batch(params=[{"key": "a", "value": "x"}, {"key": "c", "value": "2"}, {"key": "c", "value": "2"}]), GET_RUN,
         batch(params=[{"key": "it's", "value": "1"}]), batch(params=[{"key": "q", "value": "it's"}]),
         batch(params=[{"key": "q", "value": 'a"b'}]), batch(params=[{"key": "q", "value": "new\nline\\ü\u0001"}])),
    case("batch-bad-keys", RUN,
         each("k", [*SOME_ODD, LONG[250], LONG[251]], lambda v, n: (
             batch(metrics=[{"key": v, "value": 1, "timestamp": T}]), batch(params=[{"key": v, "value": "v"}]),
             batch(tags=[{"key": v, "value": "v"}]))), GET_RUN),
    case("batch-long-values", RUN, batch(params=[{"key": "a", "value": "v" * 6001}]), batch(tags=[{"key": "a", "value": "v" * 8001}]),
         GET_RUN),
    # The reference writes params, then metrics, then those of models, then tags, each in a transaction of its own.
    case("batch-fails-late", RUN,
         batch(params=pairs(1), metrics=[{"key": "m", "value": 1, "timestamp": T, "model_id": "m-nope"}], tags=pairs(1, "t")),
         GET_RUN.but(deviation="failed-batch-stores-nothing"), stored=False),
    case("batch-no-run", CREATE_EXPERIMENT, post("runs/log-batch", {"run_id": "0" * 32, "metrics": points(1)})),
]
