"""Adjusting who is assessed after the opening: possible, with a reason, until the proposal stage has begun."""

from collections.abc import Sequence

from sqlmodel import col, select

from models.duty import Obligation
from models.evidence import Subject
from models.roster import Person, Unit
from tasks.desk import Desk

FREEZING_STAGE = "propose"
TIERS = ("principal", "deputy")


class AdjustRefused(Exception):
    """An adjustment that may not be made; says what was found and what is allowed."""


def withdraw_subject(desk: Desk, *, code: str, reason: str, by: str) -> Subject:
    """Take a subject out of the cycle (transfer, death, retirement); what it still owed is waived.

    A team leaves together with its members. Raises AdjustRefused.
    """
    subject = _subject(desk, code)
    _check(desk, reason)
    if subject is None or subject.state != "active":
        found = "已退出本次考核" if subject else "不是本次考核的对象"
        raise AdjustRefused(f"“{code}”{found};请填写考核对象的编码(单位或人员编码)")
    leaving = [subject]
    if subject.tier == "team":
        leaving += _members(desk, subject.unit_id)
    for row in leaving:
        row.reason = reason
    desk.move(leaving, "withdraw", by=by, reason=reason)
    owed = select(Obligation).where(
        Obligation.cycle_id == desk.cycle_id,
        col(Obligation.owner).in_([row.code for row in leaving]),
        col(Obligation.state).in_(("open", "returned", "submitted")),
    )
    desk.move(desk.session.exec(owed).all(), "waive", by=by, reason=reason)
    return subject


def add_subject(desk: Desk, *, code: str, unit_id: str, tier: str, title: str, reason: str, by: str) -> Subject:
    """Add a person of the roster to a unit that is assessed, or a whole unit's team when `code` is its id.

    Raises AdjustRefused.
    """
    _check(desk, reason)
    if _subject(desk, code) is not None:
        raise AdjustRefused(f"“{code}”已在本次考核的名单中(或已退出),不能重复增加")
    unit, person = desk.session.get(Unit, unit_id), desk.session.get(Person, code)
    if unit is None or (code != unit_id and person is None):
        raise AdjustRefused(f"名册中没有单位“{unit_id}”或人员“{code}”;请先导入名册")
    if person is not None and tier not in TIERS:
        raise AdjustRefused(f"层级“{tier}”无效;可用的有:{'、'.join(TIERS)}")
    if person is not None and _subject(desk, unit_id) is None:
        raise AdjustRefused(f"单位“{unit.name}”不在本次考核的名单中;请先增加该单位")
    subject = Subject(
        cycle_id=desk.cycle_id,
        code=code,
        tier=tier if person else "team",
        unit_id=unit_id,
        person_id=person.id if person else None,
        name=person.name if person else unit.name,
        title=title,
    )
    desk.session.add(subject)
    desk.session.flush()
    desk.audit("subject.add", {"subject": code, "unit": unit_id, "tier": subject.tier, "reason": reason}, by=by)
    return subject


def _check(desk: Desk, reason: str) -> None:
    if not reason.strip():
        raise AdjustRefused("请填写理由")
    if is_frozen(desk):
        raise AdjustRefused(f"“{desk.stage(FREEZING_STAGE).label}”已开始,考核名单已固定,不能再调整")


def is_frozen(desk: Desk) -> bool:
    """Tell whether the proposal stage has ever begun, so that nobody may join or leave any more."""
    stage = desk.stage(FREEZING_STAGE)
    return stage.state != "pending" or stage.rounds > 0


def _members(desk: Desk, unit_id: str) -> Sequence[Subject]:
    """The active subjects of a unit beside its team."""
    mine = select(Subject).where(Subject.cycle_id == desk.cycle_id, Subject.unit_id == unit_id)
    return desk.session.exec(mine.where(Subject.state == "active", col(Subject.tier).in_(TIERS))).all()


def _subject(desk: Desk, code: str) -> Subject | None:
    query = select(Subject).where(Subject.cycle_id == desk.cycle_id, Subject.code == code)
    return desk.session.exec(query).first()
