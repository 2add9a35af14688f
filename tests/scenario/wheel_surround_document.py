# SPDX-License-Identifier: Apache-2.0
"""The snippets of MLflow's page on plugins, as they stand there but for the names of schemes, with the native example plugin behind."""
import tempfile

from _server import main
from _wheel import EXAMPLE, installed, python

ENTRIES = {
    "mlflow.tracking_store": {"file-plugin": "millrace.mlflow_plugins.entry:tracking_store"},
    "mlflow.model_registry_store": {"file-plugin": "millrace.mlflow_plugins.entry:registry_store"},
    "mlflow.artifact_repository": {"file-plugin": "millrace.mlflow_plugins.entry:artifact_repository"},
}

# "Run Code Using the Plugin": examples/quickstart/mlflow_tracking.py of MLflow, with MLFLOW_TRACKING_URI=file-plugin:$(PWD)/mlruns
QUICKSTART = """
import os
from random import randint, random

from mlflow import log_artifacts, log_metric, log_param

if __name__ == "__main__":
    print("Running mlflow_tracking.py")

    log_param("param1", randint(0, 100))

    log_metric("foo", random())
    log_metric("foo", random() + 1)
    log_metric("foo", random() + 2)

    if not os.path.exists("outputs"):
        os.makedirs("outputs")
    with open("outputs/test.txt", "w") as f:
        f.write("hello world!")

    log_artifacts("outputs")
"""

# "Aliyun(Alibaba Cloud) OSS Plugin" and "XetHub Plugin", with the scheme of the example plugin
ARTIFACTS = """
import os, sys
import mlflow
import mlflow.pyfunc


class Mod(mlflow.pyfunc.PythonModel):
    def predict(self, ctx, inp, params=None):
        return 7


exp_name = "myexp"
mlflow.create_experiment(exp_name, artifact_location="file-plugin:" + os.getcwd() + "/mlflow-test")
mlflow.set_experiment(exp_name)
mlflow.pyfunc.log_model("model_test", python_model=Mod())
"""

# What the page says becomes of it: "creates three entries in the storage"; and "SQL Server Plugin", by the client
LOOK = """
import os
import mlflow
from mlflow import MlflowClient

client = MlflowClient()
model = mlflow.search_logged_models(experiment_ids=[client.get_experiment_by_name("myexp").experiment_id], output_format="list")[0]
assert model.artifact_location.startswith("file-plugin:"), model
names = [f.path.rsplit("/", 1)[-1] for f in mlflow.artifacts.list_artifacts(model.artifact_location)]
assert {"MLmodel", "conda.yaml", "python_model.pkl"} <= set(names), names
assert mlflow.pyfunc.load_model(f"models:/{model.model_id}").predict([1]) == 7
on_disk = {name for _, _, names in os.walk("mlflow-test") for name in names}
assert "MLmodel" in on_disk, on_disk

exp_name, db_uri = "other", "file-plugin:" + os.getcwd() + "/other?x=1"
client.create_experiment(exp_name, artifact_location=db_uri.partition("?")[0])
mlflow.set_experiment(exp_name)
with mlflow.start_run() as run:
    mlflow.log_text("hello", "a/b.txt")
    mlflow.log_dict({"k": [1]}, "c.json")
assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/a/b.txt") == "hello"
assert mlflow.artifacts.load_dict(run.info.artifact_uri + "/c.json") == {"k": [1]}
"""


def test_the_pages_snippets():
    with tempfile.TemporaryDirectory() as folder:
        site = installed(folder, ENTRIES)
        for uri in (f"file-plugin:{folder}/mlruns", "millrace+sqlite:///m.db"):
            environment = {"folder": folder, "sites": [site], "MILLRACE_PLUGIN_PATH": EXAMPLE, "MLFLOW_TRACKING_URI": uri}
            python(QUICKSTART + "\nimport mlflow\nrun = mlflow.search_runs(output_format='list')[0]\n"
                   "assert run.data.params['param1'] and 2 <= run.data.metrics['foo'] < 3, run.data\n"
                   "assert [f.path for f in mlflow.artifacts.list_artifacts(run_id=run.info.run_id)] == ['test.txt']\n", **environment)
            if uri.startswith("millrace+"):
                python(ARTIFACTS + LOOK, **environment)


if __name__ == "__main__":
    main(globals())
