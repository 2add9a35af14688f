# SPDX-License-Identifier: Apache-2.0
"""MLflow's public API gives the same on millrace+sqlite: as on MLflow's own sqlite:."""
import json
import os
import subprocess
import sys
import tempfile

from _server import main
from _wheel import python, variables

HERE = os.path.dirname(os.path.abspath(__file__))
LOADED = """
import sys
before = set(sys.modules)
import mlflow
print(sorted(name for name in set(sys.modules) - before if name.startswith("millrace")))
store = mlflow.tracking._tracking_service.utils._get_store(sys.argv[1])
store.get_run(store.create_run("0", "me", 1, [], "x").info.run_id)
import pickle
again = pickle.loads(pickle.dumps(store))
assert again is not store and len(again.search_runs(["0"], "", 1)) == 1
assert pickle.loads(pickle.dumps(mlflow.tracking._model_registry.utils._get_store(sys.argv[1]))).search_registered_models() == []
print("sqlalchemy.orm" in sys.modules)
"""
WITHOUT = """
import sys
sys.modules["sqlalchemy"] = None  # as with mlflow-skinny
import mlflow
mlflow.set_tracking_uri(sys.argv[1])
with mlflow.start_run():
    mlflow.log_metric("m", 1)
print(len(mlflow.search_runs(output_format="list")))
try:
    mlflow.MlflowClient()._tracking_client.store.search_traces(["0"])
except mlflow.MlflowException as error:
    print(error.error_code, error)
"""

LAST = """
import mlflow, sys
mlflow.set_tracking_uri(sys.argv[1])
run = mlflow.start_run()
for i in range(500):
    mlflow.log_metric("m", i, step=i, synchronous=False)

@mlflow.trace
def traced():
    return 1

traced()
print(run.info.run_id)
"""
THEN = """
import mlflow, sys
client = mlflow.MlflowClient(sys.argv[1])
print(client.get_run(sys.argv[2]).info.status, len(client.get_metric_history(sys.argv[2], "m")), len(client.search_traces(["0"])))
"""


def test_the_end_of_a_program_is_the_end_of_its_run():
    with tempfile.TemporaryDirectory() as folder:
        uri = "millrace+sqlite:///m.db"
        run = python(LAST, uri, folder=folder)[0].split()[-1]
        assert python(THEN, uri, run, folder=folder)[0].split() == ["FINISHED", "500", "1"]


def test_the_public_api():
    with tempfile.TemporaryDirectory() as folder:
        said = []
        processes = []
        for name, uri in (("theirs", "sqlite:///m.db"), ("ours", "millrace+sqlite:///m.db")):
            at = os.path.join(folder, name)
            os.mkdir(at)
            processes.append(subprocess.Popen([sys.executable, f"{HERE}/_stores_api.py", uri], cwd=at, env=variables(at), text=True,
                                              stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        for process in processes:
            out, err = process.communicate(timeout=250)
            assert process.returncode == 0, err[-3000:]
            assert "View run" not in out, out
            said.append(json.loads(out.splitlines()[-1]))
    for theirs, ours in zip(*said):
        assert theirs == ours, (theirs, ours)
    assert len(said[0]) == len(said[1]) > 15


def test_nothing_is_loaded_before_it_is_used():
    with tempfile.TemporaryDirectory() as folder:
        loaded, sqlalchemy = python(LOADED, "millrace+sqlite:///m.db", folder=folder)[0].splitlines()
    assert not [name for name in eval(loaded) if name not in ("millrace", "millrace.mlflow_plugins", "millrace.mlflow_plugins.entry")], loaded
    assert sqlalchemy == "False", sqlalchemy


def test_without_sqlalchemy_it_says_what_to_install():
    with tempfile.TemporaryDirectory() as folder:
        runs, refused = python(WITHOUT, "millrace+sqlite:///m.db", folder=folder)[0].splitlines()
    assert runs == "1" and refused.startswith("NOT_IMPLEMENTED") and "pip install mlflow" in refused, (runs, refused)


if __name__ == "__main__":
    main(globals())
