# SPDX-License-Identifier: Apache-2.0
"""Data by `dummy:/PATH`: a file below the folder that EXAMPLE_PLUGIN_DATA names."""
import os
from urllib.parse import urlsplit

from mlflow.data.dataset_source import DatasetSource


class DummyDatasetSource(DatasetSource):
    def __init__(self, uri):
        self.uri = uri

    @staticmethod
    def _get_source_type():
        return "dummy"

    def load(self):
        """The local path of the data."""
        return os.path.join(os.environ["EXAMPLE_PLUGIN_DATA"], urlsplit(self.uri).path.lstrip("/"))

    @staticmethod
    def _can_resolve(raw_source):
        return isinstance(raw_source, str) and urlsplit(raw_source).scheme == "dummy"

    @classmethod
    def _resolve(cls, raw_source):
        return cls(raw_source)

    def to_dict(self):
        return {"uri": self.uri}

    @classmethod
    def from_dict(cls, source_dict):
        return cls(source_dict["uri"])
