"""Prepare an installation: folders, database, migrations, and the rehearsal mark when asked."""

from datetime import datetime

from sqlmodel import select

from config.settings import Settings
from models.cycle import Rehearsal
from models.migrate import make_rehearsal, upgrade
from models.session import reading
from tasks.wiring import House, make_house


def install(chosen: Settings, *, rehearse_from: datetime | None = None) -> House:
    """Create what is missing and bring the database to the newest schema; harmless when repeated.

    `rehearse_from` marks a new database as a rehearsal whose clock starts at that moment, for good.
    """
    for folder in (chosen.data, chosen.out, chosen.prefect_home):
        folder.mkdir(parents=True, exist_ok=True)
    world = make_house(chosen)
    upgrade(world.engine)
    if rehearse_from is not None and not is_rehearsal(world):
        make_rehearsal(world.engine, rehearse_from)
    return world


def is_rehearsal(world: House) -> bool:
    """Tell whether this database is a rehearsal."""
    with reading(world.engine) as session:
        return session.exec(select(Rehearsal)).first() is not None
