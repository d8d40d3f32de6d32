"""Group channels post to the address in the settings, and to no other."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from models.outbox import Contact
from models.session import writing
from notices.samples import sample_of
from tasks.outbox.dispatch import Dispatched, dispatch
from tasks.outbox.write import Draft, write_messages
from tasks.wiring import House
from tests.notices.post_office import NOW, deliveries, later, make_world


@dataclass
class Hook:
    """A webhook on this machine: what it was posted, and what it answers."""

    status: int = 200
    posted: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def hook() -> Iterator[Hook]:
    found = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def say(world: House, *, channel: str = "办公室群", address: str = "", count: int = 1) -> None:
    with writing(world.engine) as session:
        session.add(Contact(recipient="administrator", channel=channel, address=address))
        drafts = [Draft(sample_of("gate"), "administrator", f"key{number}") for number in range(count)]
        write_messages(session, drafts, now=NOW)


def world_with(engine: Engine, folder: Path, hook: Hook) -> House:
    return make_world(engine, folder, "", channels={"办公室群": f"json://127.0.0.1:{hook.port}/hook"})


def test_a_group_is_told_title_and_body(sqlite_engine: Engine, tmp_path: Path, hook: Hook) -> None:
    world = world_with(sqlite_engine, tmp_path, hook)
    say(world)
    assert dispatch(world, now=NOW) == Dispatched(sent=1, routed=1)
    (posted,) = hook.posted
    assert posted["title"].startswith("待您答复：")
    assert "选项：同意、退回" in posted["message"]


def test_an_address_in_a_table_is_never_called(sqlite_engine: Engine, tmp_path: Path, hook: Hook) -> None:
    world = make_world(sqlite_engine, tmp_path, "")
    say(world, channel=f"json://127.0.0.1:{hook.port}", address=f"json://127.0.0.1:{hook.port}")
    assert dispatch(world, now=NOW).retried == 1
    assert hook.posted == []
    assert "没有设置通道" in deliveries(world)[0].error


def test_a_channel_that_refuses_is_tried_again_and_left_alone_for_the_pass(
    sqlite_engine: Engine, tmp_path: Path, hook: Hook
) -> None:
    world, hook.status = world_with(sqlite_engine, tmp_path, hook), 500
    say(world, count=5)
    assert dispatch(world, now=NOW).retried == 5
    assert len(hook.posted) == 3
    assert "没有接收" in deliveries(world)[0].error
    hook.status = 200
    assert dispatch(world, now=later(minutes=1)).sent == 5
