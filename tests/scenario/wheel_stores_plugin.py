# SPDX-License-Identifier: Apache-2.0
"""The document's example: a plugin's own scheme, which is the native plugin's here, under MLflow."""
import os
import tempfile

from _server import Server, main
from _wheel import EXAMPLE, installed, python

ENTRY = "millrace.mlflow_plugins.entry:"
ENTRIES = {"mlflow.tracking_store": {"file-plugin": ENTRY + "tracking_store"}, "mlflow.model_registry_store": {"file-plugin": ENTRY + "registry_store"},
           "mlflow.artifact_repository": {"file-plugin": ENTRY + "artifact_repository"}}
QUICKSTART = """
import os, random
from mlflow import log_artifacts, log_metric, log_param
log_param("param1", random.randint(0, 100))
for more in range(3):
    log_metric("foo", random.random() + more)
os.makedirs("outputs")
with open("outputs/test.txt", "w") as out:
    out.write("hello world!")
log_artifacts("outputs")
"""
MORE = """
import mlflow, sys
class Seven(mlflow.pyfunc.PythonModel):
    def predict(self, ctx, inp, params=None):
        return [7] * len(inp)
mlflow.set_experiment("myexp")
info = mlflow.pyfunc.log_model(name="model_test", python_model=Seven(), registered_model_name="seven")
print(mlflow.pyfunc.load_model("models:/seven/1").predict([1, 2]))
try:
    mlflow.search_traces(return_type="list")
except mlflow.MlflowException as error:
    print(error.error_code, error)
"""


def test_the_quickstart_of_the_document():
    with tempfile.TemporaryDirectory() as folder:
        site = installed(folder, ENTRIES)
        where = {"MILLRACE_PLUGIN_PATH": EXAMPLE, "MLFLOW_TRACKING_URI": f"file-plugin:{folder}/mlruns"}
        python(QUICKSTART, folder=folder, sites=[site], **where)
        loaded, refused = python(MORE, folder=folder, sites=[site], **where)[0].strip().splitlines()[-2:]
        assert loaded == "[7, 7]", loaded
        assert refused.startswith("NOT_IMPLEMENTED") and "file-plugin" in refused, refused
        with Server("--backend-store-uri", f"{folder}/mlruns", folder=folder, store=False) as server:
            found = server.ask("POST", "/api/2.0/mlflow/runs/search", {"experiment_ids": ["0"]})
            run = found.json()["runs"][0]
            assert [p["key"] for p in run["data"]["params"]] == ["param1"] and [m["key"] for m in run["data"]["metrics"]] == ["foo"], run
            assert os.path.exists(f"{folder}/mlruns/0/{run['info']['run_id']}/artifacts/test.txt")


if __name__ == "__main__":
    main(globals())
