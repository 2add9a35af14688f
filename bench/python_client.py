# SPDX-License-Identifier: Apache-2.0
"""The work of bench/python.py in one interpreter: microseconds a call, as JSON.

  python_client.py mlflow URI       MLflow's API on a tracking store
  python_client.py millrace URI     the package alone
  python_client.py artifact URI N   N MiB to an artifact repository and back
"""
import itertools
import json
import os
import statistics
import sys
import tempfile
import time

POINTS, PAGE = 100, 1000


def measured(call, seconds=2.0, at_least=20, prepare=lambda: ()) -> float:
    """Median of the microseconds of a call with what prepare gives, which is not counted; nor are the first few."""
    times, until = [], time.perf_counter() + seconds
    while len(times) < at_least + 3 or time.perf_counter() < until:
        arguments = prepare()
        began = time.perf_counter()
        call(*arguments)
        times.append(time.perf_counter() - began)
    return statistics.median(times[3:]) * 1e6


def bursts(call, drain, n=2000, rounds=7) -> float:
    """Of a call that only queues: the mean of a burst, between which the queue empties; the median of some bursts."""
    means = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(n):
            call()
        means.append((time.perf_counter() - began) / n * 1e6)
        drain()
    return statistics.median(means)


def with_mlflow(uri: str) -> dict:
    import mlflow
    from mlflow.entities import Metric, Param

    mlflow.set_tracking_uri(uri)
    client = mlflow.MlflowClient()
    experiment = client.create_experiment("page")
    if not uri.startswith("bench-"):
        for i in range(PAGE):
            run = client.create_run(experiment)
            client.log_batch(run.info.run_id, [Metric(f"m{j}", i * j, 1, 0) for j in range(4)], [Param(f"p{j}", str(i)) for j in range(4)])
    mlflow.set_experiment("calls")
    out = {}
    with mlflow.start_run() as run:
        run_id = run.info.run_id
        steps = itertools.count()  # a point that is there already is not written again

        def batch():
            step = next(steps)
            return run_id, [Metric(f"k{i}", 0.5, 1, step) for i in range(POINTS)]

        def series():
            return run_id, [Metric("k", 0.5, 1, next(steps)) for i in range(POINTS)]

        out["fluent log_metric"] = measured(lambda: mlflow.log_metric("loss", 0.5, step=next(steps)))
        out["client log_metric"] = measured(lambda: client.log_metric(run_id, "loss", 0.5, step=next(steps)))
        out["log_batch of 100 metrics"] = measured(client.log_batch, prepare=batch)
        out["log_batch of 100 points"] = measured(client.log_batch, prepare=series)
        if not uri.startswith("bench-"):
            out["get_run"] = measured(lambda: client.get_run(run_id))
            out["search_runs 1000"] = measured(lambda: client.search_runs([experiment], max_results=PAGE), 3, 5)
            out["client log_metric, asynchronous"] = bursts(
                lambda: client.log_metric(run_id, "later", 0.5, synchronous=False), mlflow.flush_async_logging, n=300, rounds=3)
            out["fluent log_metric, asynchronous"] = bursts(
                lambda: mlflow.log_metric("later", 0.5, synchronous=False), mlflow.flush_async_logging, n=300, rounds=3)
    return out


def with_millrace(uri: str) -> dict:
    import millrace

    millrace.set_tracking_uri(uri)
    millrace.set_experiment("direct")
    out = {}
    with millrace.start_run():
        out["millrace.log_metric, asynchronous"] = bursts(lambda: millrace.log_metric("loss", 0.5, synchronous=False), millrace.flush_async_logging)
        steps = itertools.count()
        out["millrace.log_metric"] = measured(lambda: millrace.log_metric("loss", 0.5, step=next(steps)))
    return out


def artifact(uri: str, size_mib: str) -> dict:
    import mlflow

    mlflow.set_tracking_uri(uri)
    block = os.urandom(1 << 20)
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
        path = os.path.join(folder, "big.bin")
        with open(path, "wb") as f:
            for _ in range(int(size_mib)):
                f.write(block)
        began = time.perf_counter()
        mlflow.log_artifact(path)
        up = time.perf_counter() - began
        began = time.perf_counter()
        mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="big.bin", dst_path=os.path.join(folder, "down"))
        return {"up, MiB/s": int(size_mib) / up, "down, MiB/s": int(size_mib) / (time.perf_counter() - began)}


if __name__ == "__main__":
    work = {"mlflow": with_mlflow, "millrace": with_millrace, "artifact": artifact}[sys.argv[1]]
    print(json.dumps(work(*sys.argv[2:])))
