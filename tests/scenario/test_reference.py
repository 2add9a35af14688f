# SPDX-License-Identifier: Apache-2.0
"""The library against MLflow's own server, which takes its time to start and is therefore started once for all of this."""
import mlflow
import pytest
from mlflow import MlflowClient

pytest.register_assert_rewrite("_reference_stores", "_reference_artifacts")

from _library import Library, reference  # noqa: E402  (pytest must know of the modules first)
from _reference_artifacts import *  # noqa: E402,F403
from _reference_stores import *  # noqa: E402,F403


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = reference(tmp_path_factory.mktemp("reference"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def client(server):
    mlflow.set_tracking_uri(server.url)
    return MlflowClient(server.url)


@pytest.fixture(scope="module")
def stores(server):
    """One library for all operations, which counts them."""
    library = Library(server.url)
    yield library
    library.stop()


@pytest.fixture
def library(server):
    library = Library(server.url)
    yield library
    library.stop()


@pytest.fixture(scope="module")
def experiment(client):
    return client.create_experiment("artifacts")


@pytest.fixture
def run(client, experiment):
    return client.create_run(experiment).info
