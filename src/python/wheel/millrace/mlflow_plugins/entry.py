# SPDX-License-Identifier: Apache-2.0
"""What MLflow's entry points name. `import mlflow` loads this file, so it imports nothing: each factory imports at its call, and
what fails there is an error of that call. (MLflow's registries survive no exception but ImportError from here.)"""


def tracking_store(store_uri, artifact_uri=None):
    from millrace.mlflow_plugins import store

    return store.open_store(store_uri, artifact_uri)


def registry_store(store_uri, tracking_uri=None):
    from millrace.mlflow_plugins import registry

    return registry.open_store(store_uri, tracking_uri)


def artifact_repository(artifact_uri, tracking_uri=None, registry_uri=None):
    from millrace.mlflow_plugins import artifacts

    return artifacts.open_repository(artifact_uri, tracking_uri, registry_uri)
