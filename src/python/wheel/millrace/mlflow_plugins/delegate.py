# SPDX-License-Identifier: Apache-2.0
"""What Millrace has not yet, done by MLflow's own store on the same data: opened by the first such call, in this Python process. That
one is the only SQLite here, for Millrace's is in a process of its own; both lock the file, and each sees what the other has committed."""
from __future__ import annotations

import functools
import os
import threading

from mlflow.environment_variables import MLFLOW_ENABLE_WORKSPACES
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import FEATURE_DISABLED, NOT_IMPLEMENTED
from mlflow.store.tracking import DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH
from mlflow.utils.file_utils import local_file_uri_to_path
from mlflow.utils.uri import get_uri_scheme, resolve_uri_if_local

from millrace.mlflow_plugins import methods, native

SERVER_ROOT = "_MLFLOW_SERVER_ARTIFACT_ROOT"  # of a server of MLflow's that this runs in


class Place:
    """Where a store's data are: the same from whatever folder we are in later."""

    def __init__(self, store_uri: str, artifact_uri: str | None = None):
        if MLFLOW_ENABLE_WORKSPACES.get():
            raise MlflowException(f"{store_uri}: Millrace's stores have no workspaces yet; unset MLFLOW_ENABLE_WORKSPACES, or name "
                                  f"MLflow's own store: {native.inner(store_uri)}", error_code=FEATURE_DISABLED)
        self.uri = native.inner(store_uri)
        self.scheme = get_uri_scheme(self.uri)
        self.is_folder = self.scheme in ("", "file")
        root = artifact_uri or os.environ.get(SERVER_ROOT) or DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH
        if self.scheme == "sqlite":
            path, mark, query = self.uri.removeprefix("sqlite:///").partition("?")
            if path not in ("", ":memory:"):
                self.uri = f"sqlite:///{os.path.abspath(path)}{mark}{query}"
        elif self.is_folder:
            root = artifact_uri or self.uri
            self.uri = os.path.abspath(local_file_uri_to_path(self.uri))
        self.artifact_root = resolve_uri_if_local(root)


def _sql_classes():
    try:
        import sqlalchemy  # noqa: F401
    except ImportError:
        raise MlflowException("Millrace cannot do this yet, and MLflow's own database store, which does it instead, needs "
                              "SQLAlchemy: pip install mlflow (mlflow-skinny comes without)", error_code=NOT_IMPLEMENTED) from None
    from millrace.mlflow_plugins import sql

    return {"tracking": sql.Tracking, "registry": sql.Registry}


def _file_classes():
    from mlflow.store.model_registry.file_store import FileStore as Registry
    from mlflow.store.tracking.file_store import FileStore as Tracking

    return {"tracking": Tracking, "registry": Registry}


CLASSES = {"sqlite": _sql_classes, "file": _file_classes, "": _file_classes}


class Delegating:
    """_place says where, _delegate_kind which of MLflow's stores."""

    _delegated = None  # (process, store)
    _delegate_lock = threading.Lock()

    def _delegate_class(self):
        classes = CLASSES.get(self._place.scheme)
        if not classes:
            raise MlflowException(f"The plugin of {self._place.scheme}: stores cannot do this, and MLflow has no store for it", error_code=NOT_IMPLEMENTED)
        return classes()[self._delegate_kind]

    def _delegate(self):
        """MLflow's store; a forked process has its own."""
        made = self._delegated
        if made and made[0] == os.getpid():
            return made[1]
        with self._delegate_lock:
            cls = self._delegate_class()
            arguments = (self._place.uri, self._place.artifact_root) if self._delegate_kind == "tracking" else (self._place.uri,)
            self._delegated = (os.getpid(), cls(*arguments))
            return self._delegated[1]

    def __getattr__(self, name):
        """What MLflow's store has beyond the interface, such as what `mlflow gc` asks for."""
        if not name.startswith("__") and name not in ("_place", "_millrace") and self._place.scheme in CLASSES:
            if hasattr(self._delegate_class(), name):
                return getattr(self._delegate(), name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


def _forward(name: str, like):
    @functools.wraps(like)
    def method(self, *args, **kwargs):
        return getattr(self._delegate(), name)(*args, **kwargs)

    return method


def forwards(table: dict[str, str]):
    """Gives a class the delegated methods of a table."""

    def add(cls):
        for name, how in table.items():
            like = getattr(cls, name, None)
            if how == methods.DELEGATED and callable(like):
                setattr(cls, name, _forward(name, like))
        return cls

    return add


def _after_fork():
    Delegating._delegate_lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
