# SPDX-License-Identifier: Apache-2.0
"""Fixtures: the fleet of servers, and pairs of them. See ../README.md."""
import itertools
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness import settings  # noqa: E402
from harness.runner import Pair  # noqa: E402
from harness.servers import Fleet  # noqa: E402

_COUNTER = itertools.count(1)

# MLflow's client in this process: no telemetry, no proxies, and a failure is a failure at once.
os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true", MLFLOW_HTTP_REQUEST_MAX_RETRIES="0",
                  MLFLOW_HTTP_REQUEST_TIMEOUT="60", MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false", GIT_PYTHON_REFRESH="quiet",
                  MLFLOW_RECORD_ENV_VARS_IN_MODEL_LOGGING="false", no_proxy="127.0.0.1,localhost", OMP_NUM_THREADS="1",
                  MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT="true")
for _name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID", "MLFLOW_RUN_ID"):
    os.environ.pop(_name, None)


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: needs minutes or a second reference; left out unless --slow is given")
    config.addinivalue_line("markers", "servers(*names): the server configurations that a test needs, on both sides")


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="also run the tests that are marked slow")
    parser.addoption("--show", action="store_true", help="print each request and the reference's answer (use -s)")


def pytest_report_header(config):
    return f"compat: the reference against {settings.SUBJECT}" + (
        f" ({settings.BINARY})" if settings.SUBJECT == "millrace" else " (itself)")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--slow"):
        skip = pytest.mark.skip(reason="slow; run with --slow")
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(skip)
    # Those that need only the first pair of servers run while the others start; among them the comparison comes first, since
    # a search that sees a whole server must not see what the client's tests left on one of the two.
    items.sort(key=lambda item: (any(name != "sql" for name in configurations(item)), "test_differential" not in item.nodeid))


def configurations(item):
    return [name for mark in item.iter_markers("servers") for name in mark.args]


@pytest.fixture(scope="session")
def fleet(request, tmp_path_factory):
    """All servers of the session."""
    made = Fleet(tmp_path_factory.mktemp("servers"))
    selected = [item for item in request.session.items if not any(mark.name == "skip" for mark in item.own_markers)]
    made.announce(dict.fromkeys(name for item in selected for name in configurations(item)))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def pairs(fleet, request):
    """pairs(configuration) is the reference and the subject started with that configuration."""
    made = {}

    def pair(name):
        if name not in made:
            made[name] = Pair(fleet.get("reference", name), fleet.get("subject", name))
            if request.config.getoption("--show"):
                made[name].trace = []
        return made[name]

    return pair


def sides():
    """Tests with MLflow's client run against the reference, too, which proves the test; against itself once is enough."""
    return ["reference", "millrace"] if settings.SUBJECT == "millrace" else ["reference"]


@pytest.fixture(params=sides())
def server(request, fleet):
    """The server that MLflow's client is pointed at during a test. Needs the mark servers('sql')."""
    import mlflow

    side = "subject" if request.param == "millrace" else "reference"
    running = fleet.get(side, "sql")
    mlflow.set_tracking_uri(running.url)
    mlflow.set_registry_uri(None)
    yield running
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.set_experiment(experiment_id="0")
    mlflow.set_tracking_uri(None)


@pytest.fixture
def client(server):
    from mlflow import MlflowClient

    return MlflowClient(server.url)


@pytest.fixture
def unique(request, server):
    """A name that no other test uses on this server."""
    return f"{request.node.originalname}-{next(_COUNTER)}"


@pytest.fixture
def experiment(client, unique):
    return client.create_experiment(unique)


@pytest.fixture(autouse=True)
def somewhere_else(tmp_path, monkeypatch):
    """What MLflow writes to its working directory does not land in the source tree."""
    monkeypatch.chdir(tmp_path)
