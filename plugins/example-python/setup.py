# SPDX-License-Identifier: Apache-2.0
"""An entry of each kind of MLflow plugin, declared as MLflow's document shows it."""
from setuptools import setup

setup(
    name="mlflow-example-plugin",
    version="1.0.0",
    description="Examples of MLflow plugins in Python, as MLflow's document describes them.",
    license="Apache-2.0",
    packages=["mlflow_example_plugin"],
    install_requires=[],  # it needs mlflow or mlflow-skinny, whichever its environment has
    entry_points={
        # for tracking URIs with scheme 'file-plugin'
        "mlflow.tracking_store": "file-plugin=mlflow_example_plugin.file_store:PluginFileStore",
        # for registry URIs with scheme 'file-plugin'
        "mlflow.model_registry_store": "file-plugin=mlflow_example_plugin.registry_store:PluginRegistryStore",
        # for artifact URIs with scheme 'file-plugin'
        "mlflow.artifact_repository": "file-plugin=mlflow_example_plugin.local_artifact:PluginLocalArtifactRepository",
        # the names of providers are not used
        "mlflow.run_context_provider": "unused=mlflow_example_plugin.run_context:PluginRunContextProvider",
        "mlflow.request_header_provider": "unused=mlflow_example_plugin.request_header:PluginRequestHeaderProvider",
        # chosen by what its get_name answers
        "mlflow.request_auth_provider": "dummy-backend=mlflow_example_plugin.request_auth:DummyAuthProvider",
        # for `mlflow run --backend dummy-backend`
        "mlflow.project_backend": "dummy-backend=mlflow_example_plugin.project_backend:PluginDummyProjectBackend",
        # for the target 'faketarget'; the value is a module
        "mlflow.deployments": "faketarget=mlflow_example_plugin.deployments",
        # an evaluator with the name 'dummy_evaluator'
        "mlflow.model_evaluator": "dummy_evaluator=mlflow_example_plugin.evaluator:DummyEvaluator",
        # for `mlflow server --app-name custom_app`; the value is a Flask application
        "mlflow.app": "custom_app=mlflow_example_plugin.app:custom_app",
        # the experiment of runs whose program names none
        "mlflow.default_experiment_provider": "unused=mlflow_example_plugin.default_experiment:PluginDefaultExperimentProvider",
        # for data by URIs with scheme 'dummy'
        "mlflow.dataset_source": "dummy=mlflow_example_plugin.dataset_source:DummyDatasetSource",
        # for workspace URIs with scheme 'file-plugin'
        "mlflow.workspace_provider": "file-plugin=mlflow_example_plugin.workspace:PluginWorkspaceProvider",
        # a provider of the AI gateway with the name 'echo'
        "mlflow.gateway.providers": "echo=mlflow_example_plugin.gateway_provider:EchoProvider",
    },
)
