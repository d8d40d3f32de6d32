"""A pack that grades otherwise than the last cycle may open a new one only after a back-test over that cycle."""

from sqlmodel import Session, col, select

from config.grading_hash import grading_hash
from config.scheme_loader import Pack
from models.backtest import BackTest
from models.cycle import Cycle, SchemeSnapshot
from models.grading import Decision


def untested(session: Session, pack: Pack, year: int) -> list[str]:
    """Return why this pack may not yet open a cycle of a year; empty without a past cycle or with the back-test."""
    past = latest_decided(session, pack.id, year)
    if past is None:
        return []
    files = session.get_one(SchemeSnapshot, past.scheme_hash).files
    digest = grading_hash(pack.files)
    if grading_hash(files) == digest or past.key in _tested(session, pack.id, digest):
        return []
    return [
        f"方案“{pack.scheme.label}”的定等规则与{past.name}所用的不同;请先在往年资料上回测,看清差别:"
        f"kaohe backtest {pack.id} --cycles {past.key}"
    ]


def latest_decided(session: Session, scheme_id: str, before: int) -> Cycle | None:
    """Return the latest cycle of a scheme before a year whose grades were decided."""
    query = (
        select(Cycle)
        .join(Decision, col(Decision.cycle_id) == col(Cycle.id))
        .where(Cycle.scheme_id == scheme_id, Cycle.year < before, Cycle.state != "withdrawn")
        .where(Decision.state == "decided")
    )
    return session.exec(query.order_by(col(Cycle.year).desc())).first()


def _tested(session: Session, scheme_id: str, digest: str) -> set[str]:
    query = select(BackTest.cycles).where(BackTest.scheme_id == scheme_id, BackTest.grading_hash == digest)
    return {key for cycles in session.exec(query) for key in cycles}
