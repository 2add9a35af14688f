# SPDX-License-Identifier: Apache-2.0
"""What MLflow's entry points name. `import mlflow` loads this file, so it imports nothing that is not there already: each factory
imports at its call, and what fails there is an error of that call. (MLflow's registries survive no exception but ImportError from here.)"""

import atexit
import sys


@atexit.register
def at_exit():
    """Registered while `import mlflow` has not registered its own yet, and so called after them: the end of the last run, the last
    traces, still find their store."""
    native = sys.modules.get("millrace.mlflow_plugins.native")
    if native and hasattr(native, "close"):
        native.close()


def tracking_store(store_uri, artifact_uri=None):
    from millrace.mlflow_plugins import store

    return store.open_store(store_uri, artifact_uri)


def registry_store(store_uri, tracking_uri=None):
    from millrace.mlflow_plugins import registry

    return registry.open_store(store_uri, tracking_uri)


def workspace_store(workspace_uri):
    from millrace.mlflow_plugins import workspaces

    return workspaces.open_store(workspace_uri)


def scorer_store(tracking_uri=None):
    from mlflow.genai.scorers.registry import MlflowTrackingStore

    return MlflowTrackingStore(tracking_uri)


def artifact_repository(artifact_uri, tracking_uri=None, registry_uri=None):
    from millrace.mlflow_plugins import artifacts

    return artifacts.open_repository(artifact_uri, tracking_uri, registry_uri)


class _Provider:
    """MLflow warns of one that fails, each time that it asks. Without the native library there is nothing to ask again."""

    _broken = False

    def in_context(self):
        return not self._broken

    def _ask(self, what):
        try:
            from millrace.mlflow_plugins import providers
        except Exception:
            self._broken = True
            raise
        return getattr(providers, what)()


class RunContext(_Provider):
    """Tags that native plugins give a new run."""

    def tags(self):
        return self._ask("run_tags")


class RequestHeaders(_Provider):
    """Headers that native plugins give each request."""

    def request_headers(self):
        return self._ask("request_headers")


class DefaultExperiment(_Provider):
    """The experiment of runs that name none, when a native plugin says which."""

    def in_context(self):
        return not self._broken and self._ask("default_experiment") is not None

    def get_experiment_id(self):
        return self._ask("default_experiment")


def attribute(name):
    """The attribute of a module that stands for a plugin's name, in entries that are looked up by name ("my-x": "nmy_2dx")."""
    return "n" + "".join(chr(b) if chr(b).isalnum() and b < 128 else f"_{b:02x}" for b in name.encode())


def name_of(attribute_name):
    """The name that an attribute stands for; None: for none."""
    head, *escaped = attribute_name.split("_")
    if not head.startswith("n") or not head.isascii():
        return None
    try:
        return (head[1:].encode() + b"".join(bytes([int(part[:2], 16)]) + part[2:].encode() for part in escaped)).decode()
    except ValueError:
        return None
