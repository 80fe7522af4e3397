"""Real processes, on servers of their own that may be killed; started by `./dev faults`, never by `./dev test`."""

import os
import random

import pytest
from django.db import connection, connections

from portal.celery import app
from portal.dev.faults import POSTGRES, VALKEY
from tests.browser import browser, browser_type_launch_args, page
from tests.faults import figures
from tests.faults.processes import Processes
from tests.faults.servers import OwnServer
from tests.faults.sink import Sink

__all__ = ["browser", "browser_type_launch_args", "page"]

IS_SHORT = os.environ["FAULTS"] == "short"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    server = OwnServer(POSTGRES, tmp_path_factory.mktemp("postgres"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory):
    server = OwnServer(VALKEY, tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres, valkey, django_db_modify_db_settings_parallel_suffix):
    connection.settings_dict["OPTIONS"]["options"] += " -c statement_timeout=120s"


@pytest.fixture(scope="session", autouse=True)
def nobody_is_woken():
    """Here somebody is: the broker is the suite's own."""
    app.conf.broker_url = VALKEY.url()


@pytest.fixture
def short():
    """Whether a tenth is enough."""
    return IS_SHORT


@pytest.fixture
def chance(request):
    """Everything that is random, by the seed of the run and the name of the case."""
    return random.Random(f"{os.environ['FAULTS_SEED']} {request.node.name}")


@pytest.fixture
def sink(tmp_path):
    sink = Sink(tmp_path)
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def processes(sink, tmp_path, transactional_db):
    started = Processes(sink_port=sink.port, folder=tmp_path)
    yield started
    started.kill_all()
    connections.close_all()


@pytest.fixture
def note(request):
    """Keep a figure of this case for the end of the run."""
    return lambda **found: figures.note(request.node.name, **found)


def pytest_terminal_summary(terminalreporter):
    terminalreporter.section(f"figures, seed {os.environ['FAULTS_SEED']}")
    for case, found in figures.NOTED.items():
        terminalreporter.line(f"{case}: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found))
