# SPDX-License-Identifier: Apache-2.0
"""What Millrace brings and takes longer to check: what talks to a server, deployments that start servers, evaluators that draw."""
import os
import shutil
import subprocess
import tempfile

from _kit import BUILD, HERE, SOURCE, build, passes
from _server import Server, main
from project_slurm_long import Slurm


def test_through_a_server():
    with Server() as server:
        http = f"http://127.0.0.1:{server.port}"
        passes("--builtin", "rest-store", "--entry", "http", "--uri", http)
        passes("--builtin", "http-artifacts", "--entry", "http", "--uri", f"{http}/api/2.0/mlflow-artifacts/artifacts")
        passes("--builtin", "http-artifacts", "--entry", "mlflow-artifacts", "--uri", "mlflow-artifacts:/conform", MLFLOW_TRACKING_URI=http)
        run = server.create_run()
        passes("--builtin", "runs-artifacts", "--uri", f"runs:/{run}/conform", MLFLOW_TRACKING_URI=http)
        made = server.api("POST", "logged-models", {"experiment_id": "0", "name": "pump"})
        model = made["model"]["info"]["model_id"]
        passes("--builtin", "models-artifacts", "--uri", f"models:/{model}", MLFLOW_TRACKING_URI=http)


def test_deployments():
    """The target local deploys a model of the flavor that broken/flavor.c has, with nothing broken."""
    with tempfile.TemporaryDirectory() as folder:
        plugin = build(f"{HERE}/broken/flavor.c", f"{folder}/flavor.so")
        with open(f"{folder}/MLmodel", "w", encoding="ascii") as file:
            file.write("flavors:\n  flavor.none:\n    breaks: nothing\n")
        passes("--builtin", "local-deployments", "--model", folder, "--timeout", "60s", MILLRACE_PLUGIN_PATH=plugin)


def test_evaluators():
    passes("--builtin", "evaluators")


SAVE = """
import sys, warnings
warnings.filterwarnings("ignore")
import lightgbm, mlflow, numpy as np, xgboost
from mlflow.models import infer_signature
from skl2onnx import to_onnx
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
data = load_diabetes(as_frame=True)
rest = {"signature": infer_signature(data.data), "pip_requirements": []}
mlflow.xgboost.save_model(xgboost.train({"max_depth": 3}, xgboost.DMatrix(data.data, data.target), 5), sys.argv[1] + "/xgboost", **rest)
mlflow.lightgbm.save_model(lightgbm.train({"verbose": -1}, lightgbm.Dataset(data.data, data.target), 5), sys.argv[1] + "/lightgbm", **rest)
line = to_onnx(LinearRegression().fit(data.data, data.target), data.data.to_numpy().astype(np.float32)[:1])
mlflow.onnx.save_model(line, sys.argv[1] + "/onnx", **rest)
"""


def test_flavors():
    venv = subprocess.run([f"{SOURCE}/scripts/flavor-venv"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([f"{venv}/bin/python", "-c", SAVE, folder], check=True)
        for name in ("xgboost", "lightgbm", "onnx"):
            passes(f"{BUILD}/lib/millrace/plugins/{name}.so", "--uri", f"{name}:{folder}/{name}", "--timeout", "60s", PATH=f"{venv}/bin:{os.environ['PATH']}",
                   VIRTUAL_ENV=venv, skipped=["flavor."] if name == "onnx" else [])  # its lists are not for the kit to read


def test_slurm():
    if not shutil.which("slurmctld"):
        print("skipped: there is no Slurm; scripts/install-deps optional brings one")
        return
    with tempfile.TemporaryDirectory() as folder:
        slurm = Slurm(folder)
        try:
            passes("--builtin", "slurm-backend", "--timeout", "120s", SLURM_CONF=f"{folder}/slurm.conf")
        finally:
            slurm.stop()


if __name__ == "__main__":
    main(globals())
