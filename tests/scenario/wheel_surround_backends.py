# SPDX-License-Identifier: Apache-2.0
"""Native project backends under mlflow.projects.run: the built-in one of this machine, and a plugin's. `mlflow run`: wheel_surround_long."""
import os
import tempfile

from _server import main
from _wheel import EXAMPLE, installed, python

FILES = {"mlflow.project_backend": {"files": "millrace.mlflow_plugins.backends:nfiles", "nobody": "millrace.mlflow_plugins.backends:nnobody"}}
PROJECT = """
name: small
entry_points:
  main:
    parameters:
      seconds: {type: float, default: 0}
      status: {type: float, default: 0}
    command: "echo begun $MLFLOW_RUN_ID; sleep {seconds}; exit {status}"
"""

CALLS = """
import os, sys, time
import mlflow
from mlflow.exceptions import ExecutionException, MlflowException

def run(backend, **parameters):
    return mlflow.projects.run("project", backend=backend, env_manager="local", experiment_name="e", **parameters)

def status(run_id):
    return client.get_run(run_id).info.status

for where in sys.argv[1:]:
    uri, backend = where.split("|")
    mlflow.set_tracking_uri(uri)
    client = mlflow.MlflowClient()
    done = run(backend, parameters={"seconds": 0.1}, run_name="named")
    found = client.get_run(done.run_id)
    assert (done.get_status(), found.info.status, found.info.run_name) == ("FINISHED", "FINISHED", "named"), found
    assert found.data.params == {"seconds": "0.1", "status": "0"} and found.data.tags["mlflow.project.backend"] == backend, found.data
    assert client.get_experiment(found.info.experiment_id).name == "e"
    said = mlflow.artifacts.load_text(found.info.artifact_uri + "/mlproject.log")
    assert said == f"begun {done.run_id}\\n", said
    before = len(client.search_runs([found.info.experiment_id]))
    try:
        run(backend, parameters={"status": 3})
        raise AssertionError("a failed run is no success")
    except ExecutionException as error:
        failed = client.search_runs([found.info.experiment_id])[0]
        assert failed.info.run_id in str(error) and failed.info.status == "FAILED", (error, failed)
    started = run(backend, parameters={"seconds": 60}, synchronous=False)
    assert started.get_status() == "RUNNING" and status(started.run_id) == "RUNNING"
    began = time.monotonic()
    started.cancel()
    assert time.monotonic() - began < 15 and started.get_status() == "KILLED" == status(started.run_id), started.get_status()
    assert started.wait() is False
    later = run(backend, parameters={"seconds": 0.1}, synchronous=False)
    assert later.wait() is True and status(later.run_id) == "FINISHED"
    assert len(client.search_runs([found.info.experiment_id])) == before + 3
    for wrong in ({"entry_point": "no-such"}, {"version": "v1"}):
        try:
            run(backend, **wrong)
            raise AssertionError(wrong)
        except MlflowException as error:
            assert error.error_code != "INTERNAL_ERROR" and str(error), repr(error)
    assert len(client.search_runs([found.info.experiment_id])) == before + 3, "what is wrong before the run makes none"
try:
    run("nobody")
    raise AssertionError("nobody")
except MlflowException as error:
    assert "nobody" in str(error), error
"""


def project(folder):
    os.mkdir(f"{folder}/project")
    with open(f"{folder}/project/MLproject", "w", encoding="utf-8") as out:
        out.write(PROJECT)
    return installed(folder, FILES)


def test_runs_are_as_mlflow_expects():
    with tempfile.TemporaryDirectory() as folder:
        python(CALLS, "millrace+sqlite:///m.db|millrace-local", "millrace+sqlite:///m.db|files", "sqlite:///own.db|files", folder=folder,
               sites=[project(folder)], MILLRACE_PLUGIN_PATH=EXAMPLE)


if __name__ == "__main__":
    main(globals())
