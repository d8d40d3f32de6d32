"""Back-test: a changed pack over the frozen facts of decided cycles, held against what was proposed and decided."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl
from sqlmodel import Session, col, select

from config import clock
from config.grading_hash import grading_hash
from config.scheme_loader import Pack
from models.audit import append_audit
from models.backtest import BackTest
from models.cycle import Cycle
from models.grading import Decision, ProposalSheet
from models.session import reading, writing
from scoring.assess import assess
from scoring.case import GIVEN, CaseFrames
from scoring.scheme import Scheme
from scoring.whatif import changes_between
from tasks.desk import Desk
from tasks.grading.rules import current_decision, decided_grades, frames_of, target_names
from tasks.wiring import House, desk_at


@dataclass(frozen=True)
class Differing:
    """A subject whom the changed pack grades otherwise than its own pack did, or than was decided."""

    subject: str
    name: str
    decided: str | None
    proposed: str | None
    now: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class CycleTested:
    """What the changed pack makes of one cycle; `left_out` says which of its facts and settings do not fit the pack."""

    key: str
    name: str
    subjects: int
    differing: tuple[Differing, ...]
    left_out: tuple[str, ...]

    @property
    def summary(self) -> dict[str, int]:
        """Return the counts that are recorded."""
        return {
            "subjects": self.subjects,
            "otherwise_than_decided": sum(row.now != row.decided for row in self.differing),
            "otherwise_than_proposed": sum(row.now != row.proposed for row in self.differing),
            "without_grade": sum(row.now is None for row in self.differing),
            "left_out": len(self.left_out),
        }


class BackTestRefused(ValueError):
    """Cycles that cannot be tested; `lines` names each with the reason and what can be tested."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(lines))


def back_test(
    world: House, pack: Pack, keys: Sequence[str], by: str, on_cycle: Callable[[str], None] = lambda _: None
) -> list[CycleTested]:
    """Test a pack over decided cycles of its scheme and record that it was done; BackTestRefused for other cycles."""
    with reading(world.engine) as session:
        cycles = _testable(session, pack, keys)
        tested = []
        for cycle in cycles:
            on_cycle(cycle.key)
            tested.append(_test(desk_at(world, session, cycle, trial=True), pack))
    _record(world, pack, tested, by)
    return tested


def _testable(session: Session, pack: Pack, keys: Sequence[str]) -> list[Cycle]:
    query = select(Cycle).join(Decision, col(Decision.cycle_id) == col(Cycle.id)).where(Decision.state == "decided")
    query = query.where(Cycle.scheme_id == pack.id, Cycle.state != "withdrawn").order_by(col(Cycle.year))
    decided = {cycle.key: cycle for cycle in session.exec(query)}
    unknown = [key for key in dict.fromkeys(keys) if key not in decided]
    if unknown or not keys:
        can = "、".join(decided) or "(无)"
        lines = [f"“{key}”不是方案 {pack.id} 已决定等次的周期" for key in unknown] or ["没有指定周期"]
        raise BackTestRefused([f"{line};可回测的有:{can}" for line in lines])
    return [decided[key] for key in dict.fromkeys(keys)]


def _test(desk: Desk, pack: Pack) -> CycleTested:
    decision = current_decision(desk)
    assert decision is not None, "only decided cycles are tested"
    frames = frames_of(desk, desk.session.get_one(ProposalSheet, decision.sheet_id))
    fitting, left_out = fitted(frames, pack.scheme)
    own = assess(desk.pack.scheme, _proposing(frames), "propose")
    new = assess(pack.scheme, _proposing(fitting), "propose")
    changed = {row.subject: row for row in changes_between(own, new)}
    decided = {code: row.grade for code, row in decided_grades(desk, decision).items()}
    proposed, now, names = dict(own.grades.iter_rows()), dict(new.grades.iter_rows()), target_names(desk)
    codes = frames.subjects["id"].to_list()
    differing = [
        Differing(
            code,
            names.get(code, code),
            decided.get(code),
            proposed.get(code),
            now.get(code),
            changed[code].reasons if code in changed else ("决定时由人另定",),
        )
        for code in codes
        if now.get(code) != decided.get(code) or now.get(code) != proposed.get(code)
    ]
    return CycleTested(desk.cycle.key, desk.cycle.name, len(codes), tuple(differing), tuple(left_out))


def _proposing(frames: CaseFrames) -> CaseFrames:
    return replace(frames, given=pl.DataFrame(schema=GIVEN), base="block")


def fitted(frames: CaseFrames, scheme: Scheme) -> tuple[CaseFrames, list[str]]:
    """Return the frames without what a changed scheme does not know, and what that was, in words."""
    tiers = frames.subjects["tier"].is_in(list(scheme.tiers))
    known = scheme.config
    config = {
        key: value
        for key, value in frames.config.items()
        if key in known and known[key].overridable and known[key].refusal(value) is None
    }
    facts = frames.facts.with_columns(pl.col("name").replace(dict(scheme.aliases)))
    tier_of = dict(frames.subjects.select("id", "tier").iter_rows())
    rows = facts.select("subject", "name", "value").iter_rows()
    keep = pl.Series([_fits(scheme, name, value, tier_of.get(who)) for who, name, value in rows], dtype=pl.Boolean)
    told = [
        *(
            f"层级 {name}:新方案没有,{count} 个对象未计入"
            for name, count in _counted(frames.subjects.filter(~tiers)["tier"])
        ),
        *(f"设置 {key}={frames.config[key]}:新方案不可调整,按新方案取值" for key in frames.config if key not in config),
        *_unfit(facts.filter(~keep), scheme),
    ]
    return replace(frames, subjects=frames.subjects.filter(tiers), facts=facts.filter(keep), config=config), told


def _fits(scheme: Scheme, name: str, value: str, tier: str | None) -> bool:
    return name in scheme.facts and scheme.facts[name].accepts(value, tier)


def _unfit(facts: pl.DataFrame, scheme: Scheme) -> Iterator[str]:
    for name, count in _counted(facts["name"]):
        decl = scheme.facts.get(name)
        if decl is None:
            yield f"事实 {name}:新方案没有,{count} 条未采用"
        else:
            yield f"事实 {name}:{count} 条的值不合新方案(允许:{decl.allowed()}),视为缺少"


def _counted(values: pl.Series) -> list[tuple[str, int]]:
    return sorted(Counter(values.to_list()).items())


def _record(world: House, pack: Pack, tested: Sequence[CycleTested], by: str) -> None:
    summary = {row.key: row.summary for row in tested}
    digest = grading_hash(pack.files)
    with writing(world.engine) as session:
        now = clock.now(session)
        keys = [row.key for row in tested]
        session.add(
            BackTest(scheme_id=pack.id, grading_hash=digest, cycles=keys, summary=summary, run_by=by, run_at=now)
        )
        detail = {"grading": digest, "cycles": keys, "summary": summary}
        append_audit(session, verb="scheme.back_test", object=f"scheme/{pack.id}", by=by, at=now, detail=detail)
