# SPDX-License-Identifier: Apache-2.0
"""Fixtures: the fleet of servers, and pairs of them. See README.md."""
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import settings  # noqa: E402
from harness.runner import Pair  # noqa: E402
from harness.servers import Fleet  # noqa: E402


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
    # Those that need only the first pair of servers run while the others start.
    items.sort(key=lambda item: any(name != "sql" for name in configurations(item)))


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
