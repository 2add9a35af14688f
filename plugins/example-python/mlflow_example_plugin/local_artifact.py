# SPDX-License-Identifier: Apache-2.0
"""An artifact repository for file-plugin: URIs: a folder of this machine."""
from urllib.parse import urlsplit

from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository


class PluginLocalArtifactRepository(LocalArtifactRepository):
    def __init__(self, artifact_uri, tracking_uri=None, registry_uri=None):
        super().__init__(urlsplit(artifact_uri).path)
        self.is_plugin = True
