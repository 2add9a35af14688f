# SPDX-License-Identifier: Apache-2.0
"""A tag for every run, when the environment has a value for it."""
import os

from mlflow.tracking.context.abstract_context import RunContextProvider


class PluginRunContextProvider(RunContextProvider):
    def in_context(self):
        return "EXAMPLE_PLUGIN_TAG" in os.environ

    def tags(self):
        return {"example.plugin": os.environ["EXAMPLE_PLUGIN_TAG"]}
