# SPDX-License-Identifier: Apache-2.0
"""What takes long under MLflow: a model served by the native target `local`, and a GiB of artifacts in constant memory."""
import tempfile

from _server import Server, main
from _wheel import python

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


def test_a_model_is_served_by_the_local_target():
    with tempfile.TemporaryDirectory() as folder:
        python(SERVED, folder=folder, MLFLOW_TRACKING_URI="millrace+sqlite:///m.db")


def test_a_gib_goes_up_and_down_in_constant_memory():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        python(GIB, f"millrace+http://127.0.0.1:{server.port}", folder=folder)


if __name__ == "__main__":
    main(globals())
