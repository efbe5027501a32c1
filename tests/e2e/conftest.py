"""Servers for the tests: one for all that only need functions of their own, others as wanted."""

import itertools
import sys
from pathlib import Path

import pytest

from testbed import Server

sys.path.insert(0, str(Path(__file__).resolve().parent))
LOG_TAIL = 6000


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("shared") / "data") as server:
        yield server


@pytest.fixture
def server(shared_server, request):
    """The server that tests share; each uses names of its own."""
    request.node.servers = [shared_server]
    assert shared_server.is_alive(), shared_server.log()[-LOG_TAIL:]
    yield shared_server
    assert shared_server.is_alive(), shared_server.log()[-LOG_TAIL:]
    shared_server.check_log()


@pytest.fixture
def start_server(tmp_path, request):
    """Starts servers that end with the test. By default they have one data directory."""
    servers = request.node.servers = []

    def start(*flags, data="data", **options):
        started = Server(tmp_path / data, *flags, **options)
        servers.append(started)
        return started

    yield start
    for started in servers:
        if started.is_alive():
            started.kill()
    for started in servers:
        started.__exit__(None)


names = itertools.count(1)


@pytest.fixture
def name():
    """A function name that no other test has."""
    return f"fn-{next(names)}"


@pytest.fixture
def new_name():
    return lambda: f"fn-{next(names)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        for server in getattr(item, "servers", []):
            report.sections.append((f"log of server {server.pid}", server.log()[-LOG_TAIL:]))
    return report
