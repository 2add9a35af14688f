# SPDX-License-Identifier: Apache-2.0
"""The experiment of runs whose program names none, when the environment has a value for it."""
import os

from mlflow.tracking.default_experiment.abstract_context import DefaultExperimentProvider


class PluginDefaultExperimentProvider(DefaultExperimentProvider):
    def in_context(self):
        return "EXAMPLE_PLUGIN_EXPERIMENT" in os.environ

    def get_experiment_id(self):
        return os.environ["EXAMPLE_PLUGIN_EXPERIMENT"]
