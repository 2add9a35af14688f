# SPDX-License-Identifier: Apache-2.0
"""What takes long under MLflow: a model served by the native target `local`, a GiB of artifacts in constant memory, and
`mlflow run` at the terminal."""
import os
import signal
import subprocess
import sys
import tempfile
import time

from _server import Server, main
from _wheel import python, variables

SERVED = """
import os, sys
import mlflow, numpy as np, pandas as pd
from mlflow.deployments import get_deploy_client
from sklearn.linear_model import LinearRegression

frame = pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [1.0, 0.0, 3.0]})
model = LinearRegression().fit(frame, [1.0, 2.0, 9.0])
with mlflow.start_run():
    info = mlflow.sklearn.log_model(model, name="m", registered_model_name="pumps", pip_requirements=["scikit-learn"])
client = get_deploy_client("local:" + os.path.abspath("deployed"))
try:
    made = client.create_deployment("d", "models:/pumps/1")
    assert made["name"] == "d" and made["flavor"] == "sklearn" and made["url"].startswith("http://127.0.0.1:"), made
    predicted = client.predict("d", frame).get_predictions("ndarray")
    assert np.allclose(predicted, model.predict(frame)), predicted
finally:
    client.delete_deployment("d")
"""


GIB = """
import os, sys
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])

repository = get_artifact_repository("mlflow-artifacts:/x", sys.argv[1])
with open("small", "wb") as out:
    out.write(b"x")
repository.log_artifact("small")
repository.download_artifacts("small")
before = peak()
with open("big", "wb") as out:
    block = os.urandom(1 << 20)
    for _ in range(1024):
        out.write(block)
repository.log_artifact("big")
os.mkdir("down")
repository.download_artifacts("big", "down")
assert os.path.getsize("down/big") == 1 << 30 and open("down/big", "rb").read(1 << 20) == block
assert peak() - before < 16 * 1024, peak() - before
"""


PROJECT = """
name: small
entry_points:
  main:
    parameters:
      seconds: {type: float, default: 0}
    command: "echo begun $MLFLOW_RUN_ID; sleep {seconds}"
"""


def test_a_model_is_served_by_the_local_target():
    with tempfile.TemporaryDirectory() as folder:
        python(SERVED, folder=folder, MLFLOW_TRACKING_URI="millrace+sqlite:///m.db")


def test_a_gib_goes_up_and_down_in_constant_memory():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        python(GIB, f"millrace+http://127.0.0.1:{server.port}", folder=folder)


def test_the_command_line_waits_and_ctrl_c_ends_the_run():
    look = "import mlflow; print([r.info.status for r in mlflow.MlflowClient().search_runs(['0'])])"
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/project")
        with open(f"{folder}/project/MLproject", "w", encoding="utf-8") as out:
            out.write(PROJECT)
        uri = {"MLFLOW_TRACKING_URI": "millrace+sqlite:///m.db"}
        command = ["-m", "mlflow", "run", "project", "--env-manager", "local", "--backend", "millrace-local"]
        said, _ = python([*command, "-P", "seconds=1"], folder=folder, **uri)
        assert said.startswith("begun "), said
        process = subprocess.Popen([sys.executable, *command, "-P", "seconds=100"], cwd=folder, env=variables(folder, **uri),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        assert process.stdout.readline().startswith(b"begun ")
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert time.monotonic() - began < 15
        assert python(look, folder=folder, **uri)[0].strip() == "['KILLED', 'FINISHED']"


if __name__ == "__main__":
    main(globals())
