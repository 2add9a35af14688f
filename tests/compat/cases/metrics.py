# SPDX-License-Identifier: Apache-2.0
"""Metrics: logging them, and the four ways to read their history."""
from harness.cases import both, case, get, post, step

from .common import CREATE_EXPERIMENT, GET_RUN, LONG, NOT_STRINGS, ODD_STRINGS, RUN, T, each, token

BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
INTERVAL = "metrics/get-history-bulk-interval"
NUMBERS = (0, -0.0, 1, -1, 0.1, 1e-300, 1e300, 1.7976931348623157e308, 5e-324, 123456789012345678, 1e16, 1e15, 1e22, 1e-5, 1e-4,
           0.0001234, 3.141592653589793, 2**53 + 1, "NaN", "Infinity",
           "-Infinity", "1.5", "1e3", "nan", "inf", "-inf", " 1", "", "x", "0x1p3", "1_0", True, False, None, [], {}, [1])
BIG = (0, 1, -1, 2**31, 2**63 - 1, -(2**63), 2**63, "5", "x", "", 5.0, 5.5, 1e3, True, None, [], {})


def log(value=1, key="m", timestamp=T, step_=0, run="${run}", **more):
    return post("runs/log-metric", {"run_id": run, "key": key, "value": value, "timestamp": timestamp, "step": step_, **more})


def history(key="m", **more):
    return get("metrics/get-history", run_id="${run}", metric_key=key, **more)


def batch(points, key="m"):
    return post("runs/log-batch", {"run_id": "${run}", "metrics": [
        {"key": key, "value": v, "timestamp": t, "step": s} for v, t, s in points]})


SERIES = [(i * 0.5, T + i, i) for i in range(25)]
SECOND_RUN = post("runs/create", {"experiment_id": "${exp}", "run_name": "second", "start_time": T + 1},
                  save={"other": "run.info.run_id"})

CASES = [
    case("log-and-read", RUN, log(1), log(2, timestamp=T + 1, step_=1), history(), GET_RUN),
    case("log-no-step", RUN, post("runs/log-metric", {"run_id": "${run}", "key": "m", "value": 1.5, "timestamp": T}),
         post("runs/log-metric", {"run_uuid": "${run}", "key": "n", "value": 2.5, "timestamp": T}), history(), GET_RUN),
    *both("values", RUN, each("v", NUMBERS, lambda v, n: log(v, key=n)), GET_RUN,
          each("h", range(len(NUMBERS)), lambda v, n: history(f"v{v}"))),
    *both("timestamps", RUN, each("v", BIG, lambda v, n: log(1, key=n, timestamp=v)), GET_RUN),
    *both("steps", RUN, each("v", BIG, lambda v, n: log(1, key=n, step_=v)), GET_RUN),
    *both("keys", RUN, each("k", [*ODD_STRINGS, *LONG.values(), *NOT_STRINGS], lambda v, n: log(1, key=v)), GET_RUN),
    case("bare-nan", RUN, each("v", (float("inf"), float("-inf"), float("nan")), lambda v, n: log(v, key=n).but(deviation="bare-nan")), stored=False),
    case("missing-fields", RUN,
         each("b", ({}, {"run_id": "${run}"}, {"run_id": "${run}", "key": "a"}, {"run_id": "${run}", "key": "a", "value": 1},
                    {"run_id": "${run}", "key": "a", "timestamp": T}, {"run_id": "${run}", "value": 1, "timestamp": T},
                    {"key": "a", "value": 1, "timestamp": T}, {"run_id": "", "key": "a", "value": 1, "timestamp": T},
                    {"run_id": "nope", "key": "a", "value": 1, "timestamp": T},
                    {"run_id": "${run}", "key": "", "value": 1, "timestamp": T},
                    {"run_id": "${run}", "key": "zero", "value": 0, "timestamp": 0}),
              lambda v, n: post("runs/log-metric", v)), GET_RUN),
    case("latest", RUN,
         # The latest is the greatest (step, timestamp, value), not the last that came.
         log(1, step_=5), log(2, step_=4), GET_RUN, log(3, step_=5, timestamp=T - 1), GET_RUN, log(0.5, step_=5), GET_RUN,
         log(4, step_=5), GET_RUN, log("NaN", step_=5), GET_RUN, log("NaN", step_=6), GET_RUN, log(-1, step_=6), GET_RUN,
         log(7, key="neg", step_=-5), log(8, key="neg", step_=-6), GET_RUN, history(), history("neg")),
    case("duplicates", RUN, log(1), log(1), history(), batch([(1, T, 0), (1, T, 0), (2, T, 0)]), history(),
         batch([("NaN", T, 0), ("NaN", T, 0)]), batch([("NaN", T, 0), (9, T, 9)]), history(), GET_RUN),
    case("history-order", RUN, batch([(3, T + 2, 0), (1, T, 2), (2, T + 1, 1), (0, T, 1), (9, T, 2)]), history(),
         history(max_results=2), GET_RUN),
    case("history-paged", RUN, batch(SERIES), history(),
         get("metrics/get-history", run_id="${run}", metric_key="m", max_results=10, _options={"save": {"t1": "next_page_token"}}),
         get("metrics/get-history", run_id="${run}", metric_key="m", max_results=10, page_token="${t1}",
             _options={"save": {"t2": "next_page_token"}}),
         get("metrics/get-history", run_id="${run}", metric_key="m", max_results=10, page_token="${t2}"),
         history(max_results=25), history(max_results=24), history(max_results=26), history(page_token=token(5)),
         history(max_results=5, page_token=token(20)), history(max_results=5, page_token=token(99))),
    case("history-max-results", RUN, log(1),
         each("m", ("0", "-1", "1", "x", "", "1.0", "1.5", "25000", "2147483647", "2147483648", "25001", "1e3", " 1", "true"),
              lambda v, n: history(max_results=v))),
    case("history-bad", RUN, get("metrics/get-history"), get("metrics/get-history", run_id="${run}"),
         get("metrics/get-history", metric_key="m"), get("metrics/get-history", run_id="nope", metric_key="m"),
         history("nope"), history(""), get("metrics/get-history", run_uuid="${run}", metric_key="m"),
         each("t", ("x", "!!!!", "e30=", "bnVsbA==", "W10=", "MQ==", token(0), token(-1), token(1.5), token('"1"'),
                    "eyJvZmZzZXQiOiAxfQ", "8J+PoA==", "ü"), lambda v, n: history(max_results=1, page_token=v)),
         post("metrics/get-history", {"run_id": "${run}", "metric_key": "m"})),
    case("bulk", RUN, SECOND_RUN, batch(SERIES),
         post("runs/log-batch", {"run_id": "${other}", "metrics": [
             {"key": "m", "value": v, "timestamp": t, "step": s} for v, t, s in [(1, T, 0), ("NaN", T, 1), (2, T, 2)]]}),
         get(BULK, run_id="${run}", metric_key="m"), get(BULK, run_id="${other}", metric_key="m"),
         get(BULK, run_id="${other}", metric_key="m", max_results=2), get(BULK, run_id="${run}", metric_key="none"),
         get(BULK, run_id=["${run}", "nope"], metric_key="m", max_results=3)),
    case("bulk-bad", RUN, log(1), get(BULK), get(BULK, run_id="${run}"), get(BULK, metric_key="m"),
         get(BULK, run_id=["r"] * 100, metric_key="m"), get(BULK, run_id=["r"] * 101, metric_key="m"),
         get(BULK, run_id="nope", metric_key="m"), get(BULK, run_id="", metric_key="m"),
         get("/api/2.0/mlflow/metrics/get-history-bulk", run_id="${run}", metric_key="m"),
         each("m", ("1", "25001", "0", "-1"), lambda v, n: get(BULK, run_id="${run}", metric_key="m", max_results=v)),
         each("n", ("x", "", "1.5"), lambda v, n: get(BULK, run_id="${run}", metric_key="m", max_results=v))),
    case("interval", RUN, batch([(i, T + i, i) for i in range(0, 200, 2)]),
         get(INTERVAL, run_ids="${run}", metric_key="m"),
         each("m", (1, 2, 3, 5, 7, 10, 99, 100, 101, 2500), lambda v, n: get(
             INTERVAL, run_ids="${run}", metric_key="m", max_results=v)),
         get(INTERVAL, run_ids="${run}", metric_key="m", start_step=10, end_step=30),
         get(INTERVAL, run_ids="${run}", metric_key="m", start_step=11, end_step=150, max_results=7),
         get(INTERVAL, run_ids="${run}", metric_key="m", start_step=0, end_step=0),
         get(INTERVAL, run_ids="${run}", metric_key="m", start_step=500, end_step=600),
         get(INTERVAL, run_ids="${run}", metric_key="m", start_step=-5, end_step=5),
         get("/ajax-api/2.0/mlflow/" + INTERVAL, run_ids="${run}", metric_key="m", max_results=5),
         get(INTERVAL, run_ids="${run}", metric_key="none")),
    case("interval-runs", RUN, SECOND_RUN, batch([(i, T + i, i) for i in range(0, 30)]),
         post("runs/log-batch", {"run_id": "${other}", "metrics": [
             {"key": "m", "value": i, "timestamp": T + i, "step": i * 7} for i in range(40)]}),
         get(INTERVAL, run_ids="${run}", metric_key="m", max_results=6),
         get(INTERVAL, run_ids="${other}", metric_key="m", max_results=6),
         get(INTERVAL, run_ids=["${run}", "nope"], metric_key="m", max_results=6)),
    case("interval-same-step", RUN, batch([(i, T + i, i // 20) for i in range(100)]),
         each("m", (1, 2, 3, 10, 50), lambda v, n: get(INTERVAL, run_ids="${run}", metric_key="m", max_results=v)),
         get(INTERVAL, run_ids="${run}", metric_key="m", start_step=1, end_step=3, max_results=10)),
    case("interval-bad", RUN, batch(SERIES), get(INTERVAL), get(INTERVAL, run_ids="${run}"), get(INTERVAL, metric_key="m"),
         get(INTERVAL, run_ids="nope", metric_key="m"), get(INTERVAL, run_ids=["r"] * 101, metric_key="m"),
         get(INTERVAL, run_ids="${run}", metric_key="m", start_step=5), get(INTERVAL, run_ids="${run}", metric_key="m", end_step=5),
         get(INTERVAL, run_ids="${run}", metric_key="m", start_step=5, end_step=4),
         each("m", ("0", "-1", "2501", "x", "", "1.5"), lambda v, n: get(
             INTERVAL, run_ids="${run}", metric_key="m", max_results=v)),
         each("s", ("x", "", "1.5", "2147483648"), lambda v, n: get(
             INTERVAL, run_ids="${run}", metric_key="m", start_step=v, end_step=10))),
    case("metric-dataset-and-model", RUN,
         log(1, dataset_name="d", dataset_digest="x"), log(2, step_=1, model_id="m-nope"), log(3, key="n", model_id=""),
         log(5, key="n", step_=3, dataset_name="d"), history(), history("n"), GET_RUN),
    case("read-other-run", CREATE_EXPERIMENT, post("runs/create", {"experiment_id": "${exp}", "run_name": "r"}, save={
        "run": "run.info.run_id"}), history(), step("GET", "metrics/get-history", query="run_id=${run}&metric_key=%00")),
]
