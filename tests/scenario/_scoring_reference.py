# SPDX-License-Identifier: Apache-2.0
"""The reference of models_serve.py: saves models with MLflow into FOLDER and serves each with MLflow's own scoring server.

Run by the Python of scripts/flavor-venv. Prints one line of JSON, {model: port}, and serves until standard input ends.
"""
import contextlib
import json
import logging
import os
import socket
import sys
import threading
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import lightgbm  # noqa: E402
import mlflow  # noqa: E402
import onnx  # noqa: E402
import uvicorn  # noqa: E402
import xgboost  # noqa: E402
from mlflow.models import infer_signature  # noqa: E402
from mlflow.pyfunc import scoring_server  # noqa: E402
from skl2onnx import to_onnx  # noqa: E402
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris  # noqa: E402
from sklearn.linear_model import LinearRegression, LogisticRegression  # noqa: E402

NO_REQUIREMENTS = {"pip_requirements": []}


def mixed_types():
    random = np.random.default_rng(1)
    frame = pd.DataFrame({
        "small": random.integers(-9, 9, 60).astype(np.int32), "large": random.integers(-9, 9, 60),
        "single": random.normal(size=60).astype(np.float32), "double": random.normal(size=60),
        "flag": random.normal(size=60) > 0,
    })
    return frame, frame["small"] + 2.0 * frame["flag"] + frame["double"]


def save_xgboost(folder):
    diabetes, iris, cancer = (load(as_frame=True) for load in (load_diabetes, load_iris, load_breast_cancer))
    booster = xgboost.train({"max_depth": 3, "nthread": 1}, xgboost.DMatrix(diabetes.data, diabetes.target), 10)
    mlflow.xgboost.save_model(booster, f"{folder}/xgb_booster", signature=infer_signature(diabetes.data), **NO_REQUIREMENTS,
                              input_example=diabetes.data.head(2))
    classes = xgboost.XGBClassifier(n_estimators=5, max_depth=3, n_jobs=1).fit(iris.data, iris.target)
    mlflow.xgboost.save_model(classes, f"{folder}/xgb_classes", **NO_REQUIREMENTS, signature=infer_signature(
        iris.data, params={"output_margin": False, "other": 1.5, "names": ["a"]}))
    binary = xgboost.XGBClassifier(n_estimators=5, max_depth=3, n_jobs=1, early_stopping_rounds=2)
    binary.fit(cancer.data, cancer.target, eval_set=[(cancer.data[:50], cancer.target[:50])], verbose=False)
    mlflow.xgboost.save_model(binary, f"{folder}/xgb_binary", **NO_REQUIREMENTS)
    frame, target = mixed_types()
    mixed = xgboost.train({"max_depth": 3, "nthread": 1}, xgboost.DMatrix(frame, target), 5)
    mlflow.xgboost.save_model(mixed, f"{folder}/xgb_mixed", signature=infer_signature(frame), **NO_REQUIREMENTS)


def save_lightgbm(folder):
    diabetes, iris = (load(as_frame=True) for load in (load_diabetes, load_iris))
    quiet = {"verbose": -1, "num_threads": 1}
    multi = lightgbm.train({"objective": "multiclass", "num_class": 3, **quiet},
                           lightgbm.Dataset(iris.data, iris.target), 5)
    mlflow.lightgbm.save_model(multi, f"{folder}/lgb_multi", signature=infer_signature(iris.data), **NO_REQUIREMENTS)
    plain = lightgbm.train(quiet, lightgbm.Dataset(diabetes.data.to_numpy(), diabetes.target), 5)
    mlflow.lightgbm.save_model(plain, f"{folder}/lgb_plain", **NO_REQUIREMENTS)
    named = iris.target_names[iris.target]
    estimators = {"lgb_estimator": lightgbm.LGBMRegressor(n_estimators=4, verbose=-1).fit(diabetes.data, diabetes.target),
                  "lgb_numbers": lightgbm.LGBMClassifier(n_estimators=4, verbose=-1).fit(iris.data, iris.target * 10),
                  "lgb_names": lightgbm.LGBMClassifier(n_estimators=4, verbose=-1).fit(iris.data, named),
                  "lgb_binary": lightgbm.LGBMClassifier(n_estimators=4, verbose=-1).fit(iris.data, (iris.target > 0) + 5)}
    for name, estimator in estimators.items():
        mlflow.lightgbm.save_model(estimator, f"{folder}/{name}", **NO_REQUIREMENTS)
    mlflow.lightgbm.save_model(estimators["lgb_estimator"], f"{folder}/lgb_pickled", serialization_format="cloudpickle",
                               **NO_REQUIREMENTS)


def save_onnx(folder):
    iris, diabetes = load_iris(as_frame=True), load_diabetes(as_frame=True)
    numbers = iris.data.to_numpy().astype(np.float32)
    classifier = LogisticRegression(max_iter=500).fit(numbers, iris.target)
    mlflow.onnx.save_model(to_onnx(classifier, numbers[:1], options={"zipmap": False}), f"{folder}/onnx_tensor",
                           signature=infer_signature(numbers), **NO_REQUIREMENTS)
    mlflow.onnx.save_model(to_onnx(classifier, numbers[:1]), f"{folder}/onnx_maps", signature=infer_signature(iris.data),
                           **NO_REQUIREMENTS)
    line = LinearRegression().fit(diabetes.data, diabetes.target)
    mlflow.onnx.save_model(to_onnx(line, diabetes.data.to_numpy().astype(np.float32)[:1]), f"{folder}/onnx_line",
                           signature=infer_signature(diabetes.data), **NO_REQUIREMENTS)


def save_onnx_by_hand(folder):
    """Several inputs and outputs, one of them of texts."""
    helper, kinds = onnx.helper, onnx.TensorProto
    inputs = [helper.make_tensor_value_info("number", kinds.FLOAT, [None]), helper.make_tensor_value_info("text", kinds.STRING, [None]),
              helper.make_tensor_value_info("whole", kinds.INT64, [None])]
    outputs = [helper.make_tensor_value_info("twice", kinds.FLOAT, [None]), helper.make_tensor_value_info("same", kinds.STRING, [None]),
               helper.make_tensor_value_info("negative", kinds.INT64, [None])]
    nodes = [helper.make_node("Add", ["number", "number"], ["twice"]), helper.make_node("Identity", ["text"], ["same"]),
             helper.make_node("Neg", ["whole"], ["negative"])]
    model = helper.make_model(helper.make_graph(nodes, "by_hand", inputs, outputs), ir_version=8,
                              opset_imports=[helper.make_opsetid("", 17)])
    frame = pd.DataFrame({"number": [1.5], "text": ["x"], "whole": [3]})
    mlflow.onnx.save_model(model, f"{folder}/onnx_inputs", signature=infer_signature(frame), **NO_REQUIREMENTS)


def serve(path):
    """In a thread of its own; the port."""
    app = scoring_server.init(mlflow.pyfunc.load_model(path))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return listener.getsockname()[1]


def main():
    folder = sys.argv[1]
    with contextlib.redirect_stdout(sys.stderr):
        save_xgboost(folder)
        save_lightgbm(folder)
        save_onnx(folder)
        save_onnx_by_hand(folder)
        ports = {name: serve(f"{folder}/{name}") for name in sorted(os.listdir(folder)) if name != "lgb_pickled"}
    print(json.dumps(ports), flush=True)
    sys.stdin.read()
    os._exit(0)


main()
