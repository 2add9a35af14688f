# SPDX-License-Identifier: Apache-2.0
"""A tracking store for file-plugin: URIs, on MLflow's own store of files."""
from urllib.parse import urlsplit

from mlflow.store.tracking.file_store import FileStore


class PluginFileStore(FileStore):
    def __init__(self, store_uri=None, artifact_uri=None):
        self.is_plugin = True
        super().__init__(urlsplit(store_uri).path, artifact_uri)
