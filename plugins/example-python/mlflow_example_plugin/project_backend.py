# SPDX-License-Identifier: Apache-2.0
"""A project backend called dummy-backend: runs the entry point with this Python, in a process of its own."""
import os
import subprocess
import sys

from mlflow.projects.backend.abstract_backend import AbstractBackend
from mlflow.projects.submitted_run import SubmittedRun
from mlflow.projects.utils import fetch_and_validate_project, get_or_create_run, load_project


class DummySubmittedRun(SubmittedRun):
    def __init__(self, run_id, process):
        self._run_id, self._process = run_id, process

    @property
    def run_id(self):
        return self._run_id

    def wait(self):
        return self._process.wait() == 0

    def get_status(self):
        return "RUNNING" if self._process.poll() is None else "FINISHED"

    def cancel(self):
        self._process.terminate()


class PluginDummyProjectBackend(AbstractBackend):
    def run(self, project_uri, entry_point, params, version, backend_config, tracking_uri, experiment_id):
        work_dir = fetch_and_validate_project(project_uri, version, entry_point, params)
        run = get_or_create_run(None, project_uri, experiment_id, work_dir, version, entry_point, params)
        command = load_project(work_dir).get_entry_point(entry_point).compute_command(params, work_dir)
        env = {**os.environ, "MLFLOW_RUN_ID": run.info.run_id, "MLFLOW_TRACKING_URI": tracking_uri,
               "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}", "DUMMY_GREETING": str(backend_config.get("greeting"))}
        return DummySubmittedRun(run.info.run_id, subprocess.Popen(["bash", "-c", command], cwd=work_dir, env=env))
