#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures /invocations beside `mlflow models serve`, for the same saved models and requests, in one run.

Each server is measured alone: latency with one connection, throughput with sixteen, memory afterwards. What counts are
the ratios: absolute figures move from machine to machine.

    bench/scoring.py                    needs wrk, and scripts/flavor-venv, which it makes
"""
import argparse
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
MAKE = """
import sys, warnings, logging
warnings.filterwarnings("ignore"); logging.disable(logging.WARNING)
import mlflow, numpy, xgboost, lightgbm
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from skl2onnx import to_onnx
from mlflow.models import infer_signature
data = load_diabetes(as_frame=True)
x, y, common = data.data, data.target, {"signature": infer_signature(data.data), "pip_requirements": []}
mlflow.xgboost.save_model(xgboost.train({"max_depth": 6}, xgboost.DMatrix(x, y), 100), sys.argv[1] + "/xgboost", **common)
mlflow.lightgbm.save_model(lightgbm.train({"verbose": -1}, lightgbm.Dataset(x, y), 100), sys.argv[1] + "/lightgbm", **common)
mlflow.onnx.save_model(to_onnx(LinearRegression().fit(x, y), x.to_numpy().astype(numpy.float32)[:1]), sys.argv[1] + "/onnx", **common)
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def body(path, rows):
    names = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
    data = [[0.001 * ((i * 7 + j * 13) % 97) - 0.05 for j in range(10)] for i in range(rows)]
    path.write_text(json.dumps({"dataframe_split": {"columns": names, "data": data}}), encoding="utf-8")
    return path


def pss_mb(pid):
    """Memory of a process and its children."""
    total, todo = 0, [pid]
    while todo:
        p = todo.pop()
        try:
            total += int(re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{p}/smaps_rollup").read_text(), re.M)[1])
            for task in pathlib.Path(f"/proc/{p}/task").iterdir():
                todo += [int(c) for c in (task / "children").read_text().split()]
        except (OSError, TypeError):
            pass
    return total / 1024


def wrk(port, request, connections, seconds):
    out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", HERE / "scoring.lua",
                          f"http://127.0.0.1:{port}/invocations"], env={**os.environ, "BODY": str(request)},
                         capture_output=True, text=True, check=True).stdout
    n, micros, errors, p50, p99 = map(int, re.search(r"RESULT (.*)", out)[1].split())
    assert not errors, out
    return {"per_s": n / micros * 1e6, "p50_us": p50, "p99_us": p99}


def measure(command, port, requests, seconds, environment):
    process = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    begun = time.monotonic()
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ping").read()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < begun + 120, f"{command[0]} does not start"
                time.sleep(0.005)
        result = {"start_s": time.monotonic() - begun}
        for rows, request in requests.items():
            wrk(port, request, 1, 1)
            result[f"{rows} rows, 1 connection"] = wrk(port, request, 1, seconds)
            result[f"{rows} rows, 16 connections"] = wrk(port, request, 16, seconds)
        result["memory_mb"] = pss_mb(process.pid)
        return result
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5, help="how long each measurement takes")
    parser.add_argument("--millrace", default=ROOT / "build/release/bin/millrace")
    parser.add_argument("--models", default="xgboost,lightgbm,onnx")
    parser.add_argument("--output", help="a file for all figures, as JSON")
    args = parser.parse_args()
    venv = subprocess.run([ROOT / "scripts/flavor-venv"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    environment = {**os.environ, "VIRTUAL_ENV": venv, "PATH": f"{venv}/bin:{os.environ['PATH']}"}
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([f"{venv}/bin/python", "-c", MAKE, folder], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        requests = {rows: body(pathlib.Path(folder) / f"{rows}.json", rows) for rows in (1, 100)}
        for model in args.models.split(","):
            for name, program in (("millrace", [args.millrace]), ("mlflow", [f"{venv}/bin/mlflow"])):
                port = free_port()
                command = [*program, "models", "serve", "-m", f"{folder}/{model}", "-p", str(port), "--env-manager", "local"]
                results[f"{model} {name}"] = measure(command, port, requests, args.seconds, environment)
    if args.output:
        pathlib.Path(args.output).write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(f"{'':34}{'Millrace':>12}{'MLflow':>12}{'ratio':>9}")
    for model in args.models.split(","):
        ours, theirs = results[f"{model} millrace"], results[f"{model} mlflow"]
        for key in ours:
            if not isinstance(ours[key], dict):
                print(f"{model + ' ' + key:34}{ours[key]:12.2f}{theirs[key]:12.2f}{theirs[key] / ours[key]:9.1f}")
                continue
            for figure in ("p50_us", "p99_us") if "1 conn" in key and "16" not in key else ("per_s",):
                ratio = theirs[key][figure] / ours[key][figure]
                print(f"{model + ' ' + key.replace('connections', 'c').replace('connection', 'c') + ' ' + figure:34}"
                      f"{ours[key][figure]:12.0f}{theirs[key][figure]:12.0f}{1 / ratio if figure == 'per_s' else ratio:9.1f}")



main()
