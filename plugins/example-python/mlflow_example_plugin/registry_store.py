# SPDX-License-Identifier: Apache-2.0
"""A model registry store for file-plugin: URIs, on MLflow's own store of files."""
from urllib.parse import urlsplit

from mlflow.store.model_registry.file_store import FileStore


class PluginRegistryStore(FileStore):
    def __init__(self, store_uri=None, tracking_uri=None):
        super().__init__(urlsplit(store_uri).path)
