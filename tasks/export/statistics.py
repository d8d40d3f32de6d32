"""Accountability over several years in numbers: poor grades, measures, talks, sanctions (BZ-58)."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from config.scheme_loader import Pack, load_scheme
from models.cycle import Cycle
from models.evidence import Event, Subject
from models.followup import PastGrade
from models.grading import Consequence, DecidedGrade, Decision
from models.roster import Post, Unit
from tasks.cycle.open_cycle import load_pack

JUDICIAL = "judicial"
LABELS = {
    "poor_teams": "评为最低等次的班子",
    "poor_cadres": "评为最低等次的干部",
    "org_measures": "受到组织处理的干部",
    "talks": "受到诫勉谈话、提醒谈话的干部",
    "sanctions": "受到党纪政纪处分的干部",
    "judicial": "移送司法机关的干部",
}


@dataclass(frozen=True)
class Accountability:
    """How many teams and persons, each counted once over all the years."""

    poor_teams: int
    poor_cadres: int
    org_measures: int
    talks: int
    sanctions: int
    judicial: int

    def rows(self) -> list[tuple[str, int]]:
        """(Chinese label, number) in the order of the clause."""
        return [(LABELS[name], number) for name, number in asdict(self).items()]


def accountability(session: Session, scheme_id: str, years: Collection[int]) -> Accountability:
    """Count over these years of one scheme; years that were not run here count by their imported grades.

    A talk about a team is held with its principals, so it counts as theirs; revoked sanctions do not count.
    """
    cycles = _cycles(session, scheme_id, years)
    pack = load_pack(session, cycles[-1]) if cycles else load_scheme(scheme_id)
    poor, teams = _poor(session, pack, cycles, years), set(session.exec(select(Unit.id)))
    groups = _groups(pack)
    sanctions = list(_sanctions(session, years))
    return Accountability(
        poor_teams=len(poor & teams),
        poor_cadres=len(poor - teams),
        org_measures=len(_settled_on(session, cycles, groups.get("measure", set()))),
        talks=len(_settled_on(session, cycles, groups.get("talk", set()))),
        sanctions=len({row.person_id for row in sanctions if row.subtype != JUDICIAL}),
        judicial=len({row.person_id for row in sanctions if row.subtype == JUDICIAL}),
    )


def _cycles(session: Session, scheme_id: str, years: Collection[int]) -> list[Cycle]:
    query = select(Cycle).where(Cycle.scheme_id == scheme_id, col(Cycle.year).in_(years), Cycle.state != "withdrawn")
    return list(session.exec(query.order_by(col(Cycle.year), col(Cycle.id))))


def _groups(pack: Pack) -> dict[str, set[str]]:
    """The codes of the pack's actions by what they count as."""
    groups: dict[str, set[str]] = {}
    for action in pack.maps["consequences.yaml"]["actions"]:
        groups.setdefault(str(action.get("counts")), set()).add(str(action["code"]))
    return groups


def _poor(session: Session, pack: Pack, cycles: list[Cycle], years: Collection[int]) -> set[str]:
    worst = {scale.grades[-1] for scale in (tier.scale for tier in pack.scheme.tiers.values()) if scale is not None}
    decided = (
        select(DecidedGrade.subject)
        .join(Decision)
        .where(col(Decision.cycle_id).in_([cycle.id for cycle in cycles]), Decision.state == "decided")
        .where(col(DecidedGrade.grade).in_(worst))
    )
    run = {cycle.year for cycle in cycles if cycle.kind == "annual"}
    imported = select(PastGrade.subject).where(
        PastGrade.scheme_id == pack.id,
        col(PastGrade.year).in_([year for year in years if year not in run]),
        col(PastGrade.grade).in_(worst),
    )
    return {*session.exec(decided), *session.exec(imported)}


def _settled_on(session: Session, cycles: list[Cycle], actions: set[str]) -> set[str]:
    """The persons on whom one of these actions was imposed, a team's on its principals."""
    query = select(Consequence).where(
        col(Consequence.cycle_id).in_([cycle.id for cycle in cycles]),
        col(Consequence.state).in_(("imposed", "replaced")),
        col(Consequence.settled_action).in_(actions),
    )
    teams = set(session.exec(select(Unit.id)))
    persons: set[str] = set()
    for row in session.exec(query):
        persons |= _principals(session, row) if row.subject in teams else {row.subject}
    return persons


def _principals(session: Session, row: Consequence) -> set[str]:
    """Who led a team: as the cycle froze it; in a cycle of recurring duties, who held the post on the day."""
    query = select(Subject).where(Subject.cycle_id == row.cycle_id, Subject.unit_id == row.subject)
    members = list(session.exec(query))
    if members or row.settled_on is None:
        return {str(one.person_id) for one in members if one.tier == "principal"}
    posts = select(Post).where(
        Post.unit_id == row.subject,
        or_(col(Post.tier) == "principal", col(Post.principal)),
        col(Post.start_on) <= row.settled_on,
        or_(col(Post.end_on).is_(None), col(Post.end_on) >= row.settled_on),
    )
    return {post.person_id for post in session.exec(posts)}


def _sanctions(session: Session, years: Collection[int]) -> Iterator[Event]:
    query = select(Event).where(
        Event.kind == "sanction",
        Event.state == "valid",
        col(Event.person_id).is_not(None),
        col(Event.occurred_on).between(date(min(years), 1, 1), date(max(years), 12, 31)),
    )
    yield from (row for row in session.exec(query) if row.occurred_on.year in years)
