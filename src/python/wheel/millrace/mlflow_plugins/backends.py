# SPDX-License-Identifier: Apache-2.0
"""Native project backends for `mlflow run --backend NAME`: `backends:nNAME` is the backend of that name (entry.attribute).

The whole run is libmillrace's: it fetches the project, makes the environment and the run, has the backend run the command, keeps
its output with the run and says how it ended. MLflow gets the run as soon as the backend has the command. As with MLflow's own
`local`, this process then stays until the command has ended, and Ctrl-C ends both."""
from __future__ import annotations

import atexit
import json
import logging
import threading
import weakref

import mlflow
from mlflow.entities import RunStatus
from mlflow.exceptions import ExecutionException
from mlflow.projects.backend.abstract_backend import AbstractBackend
from mlflow.projects.submitted_run import SubmittedRun
from mlflow.projects.utils import (
    MLFLOW_LOCAL_BACKEND_RUN_ID_CONFIG,
    PROJECT_BUILD_IMAGE,
    PROJECT_DOCKER_ARGS,
    PROJECT_DOCKER_AUTH,
    PROJECT_ENV_MANAGER,
    PROJECT_STORAGE_DIR,
    PROJECT_SYNCHRONOUS,
)

from millrace.mlflow_plugins import entry, native
from millrace.mlflow_plugins.errors import errors, require
from millrace.mlflow_plugins.native import _native

_logger = logging.getLogger(__name__)
_OURS = "millrace-"  # before the names that MLflow has itself
_MLFLOWS_KEYS = (PROJECT_ENV_MANAGER, PROJECT_SYNCHRONOUS, PROJECT_DOCKER_ARGS, PROJECT_STORAGE_DIR, PROJECT_BUILD_IMAGE,
                 PROJECT_DOCKER_AUTH, MLFLOW_LOCAL_BACKEND_RUN_ID_CONFIG)
_running: weakref.WeakSet[NativeSubmittedRun] = weakref.WeakSet()


class NativeSubmittedRun(SubmittedRun):
    """A run that a native backend has."""

    def __init__(self, options):
        self._project, self._error = _native.Project(), None
        self._thread = threading.Thread(target=self._run, args=(options,), name="millrace-project")

    def _run(self, options):
        try:
            self._project.run(**options)
        except _native.Error as error:
            self._error = error
            if self._heard:
                _logger.error("=== %s ===", error)

    def _start(self):
        self._heard = False  # whether somebody has the run: what fails before is raised
        _running.add(self)
        self._thread.start()
        try:
            while not self._project.started(100):
                pass
        except BaseException:
            self.cancel()
            raise
        self._heard = self._thread.is_alive()
        if not self._heard or not self._project.run_id:
            self._thread.join()
            if self._error is not None and not self._project.run_id:
                with errors():
                    raise self._error
            if self._error is not None:
                _logger.error("=== %s ===", self._error)
        return self

    @property
    def run_id(self):
        return self._project.run_id

    def wait(self):
        self._thread.join()
        return self._error is None

    def get_status(self):
        return RunStatus.to_string(self._project.status)

    def cancel(self):
        self._project.cancel()
        self._thread.join()


@atexit.register
def _end_all():
    """Threads were waited for before; what is still here had its wait interrupted."""
    for run in [run for run in _running if run._thread.is_alive()]:
        run.cancel()


def _pairs(options):
    """-A name=value; -A name alone comes as True."""
    return [(str(key), None if value is True else str(value)) for key, value in (options or {}).items()]


class NativeBackend(AbstractBackend):
    name: str

    def run(self, project_uri, entry_point, params, version, backend_config, tracking_uri, experiment_id):
        require("mlflow.project_backend", self.name.removeprefix(_OURS))
        config = dict(backend_config or {})
        if config.get(PROJECT_DOCKER_AUTH):
            raise ExecutionException("docker_auth is not used by native backends; log in with `docker login`")
        own = {key: value for key, value in config.items() if key not in _MLFLOWS_KEYS}
        storage_dir = config.get(PROJECT_STORAGE_DIR)
        return NativeSubmittedRun({
            "tracking_uri": native.inner(tracking_uri),
            "registry_uri": native.inner(mlflow.get_registry_uri()),
            "uri": str(project_uri),
            "backend": self.name.removeprefix(_OURS),
            "parameters": [(str(key), str(value)) for key, value in (params or {}).items()],
            "docker_args": _pairs(config.get(PROJECT_DOCKER_ARGS)),
            "entry_point": entry_point,
            "version": version,
            "experiment_id": None if experiment_id is None else str(experiment_id),
            "backend_config": json.dumps(own) if own else None,
            "env_manager": config.get(PROJECT_ENV_MANAGER),
            "storage_dir": str(storage_dir) if storage_dir else None,
            "run_id": config.get(MLFLOW_LOCAL_BACKEND_RUN_ID_CONFIG),
            "build_image": bool(config.get(PROJECT_BUILD_IMAGE)),
        })._start()


def __getattr__(attribute):
    name = entry.name_of(attribute)
    if name is None:
        raise AttributeError(f"module {__name__!r} has no attribute {attribute!r}")
    return type(attribute, (NativeBackend,), {"name": name, "__doc__": f"The native project backend {name!r}."})
