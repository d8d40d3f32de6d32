"""A mail server of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tasks.wiring import House
from tests.notices.post_office import PostOffice, Server, make_world


@pytest.fixture
def office() -> PostOffice:
    """What the server does and got."""
    return PostOffice()


@pytest.fixture
def server(office: PostOffice) -> Iterator[Server]:
    """A running SMTP server."""
    running = Server(office)
    running.start()
    office.connections = 0  # starting had called once, to see whether it runs
    yield running
    running.stop()


@pytest.fixture
def world(sqlite_engine: Engine, server: Server, tmp_path: Path) -> House:
    """A house that sends to it."""
    return make_world(sqlite_engine, tmp_path, server.url)
