"""The routine cycle of a scheme and year: opened once, found again, followed by the next year's."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import Field, ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from config.duties import load_duties
from config.forms import Strict
from config.scheme_loader import Pack, list_recurring, load_scheme
from models.audit import append_audit
from models.cycle import Cycle
from models.roster import Unit
from scoring.scheme import Setting
from tasks.cycle.open_cycle import CycleClosed, CycleDiffers, ParamsRefused, freeze_pack

ROUTINE = "routine"
LABELS = {"since": "起始日期", "office": "办公室", "contact": "联系人", "duties": "事项", "overrides": "调整值"}

EMPTY_ROSTER = "名册中没有单位,没有人承担这些事项;请先用 kaohe roster import 导入单位、人员和职务"


class RoutineParams(Strict):
    """What an administrator gives to enable a scheme's recurring duties; without `duties` all of them run.

    `seed` rules all draws of the year; without one each draw takes a seed of its own. Both are recorded.
    """

    scheme: str
    year: int = Field(ge=1978, le=2100)
    since: date
    office: str
    contact: str
    duties: tuple[str, ...] | None = None
    seed: int | None = None
    overrides: dict[str, Setting] = Field(default_factory=dict)


class NotEnabled(LookupError):
    """No routine cycle of the scheme runs; says how to enable one."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        super().__init__(f"方案“{scheme}”没有启用经常性考核;请先启用:kaohe duty enable {scheme}")


def year_cycle(session: Session, scheme: str, year: int) -> Cycle | None:
    """Return the routine cycle of a scheme and year that is not withdrawn, if there is one."""
    return session.exec(_routine(scheme).where(Cycle.year == year)).first()


def year_cycles(session: Session, scheme: str, *states: str) -> list[Cycle]:
    """Return the routine cycles of a scheme in these states (all but withdrawn when none is given), by year."""
    query = _routine(scheme)
    if states:
        query = query.where(col(Cycle.state).in_(states))
    return list(session.exec(query.order_by(col(Cycle.year))))


def _routine(scheme: str) -> SelectOfScalar[Cycle]:
    return select(Cycle).where(Cycle.scheme_id == scheme, Cycle.kind == ROUTINE, Cycle.state != "withdrawn")


def open_year(
    session: Session,
    *,
    scheme: str,
    year: int,
    since: date,
    params: Mapping[str, Any],
    today: date,
    now: datetime,
    by: str,
) -> Cycle:
    """Open the routine cycle of a scheme and year, or return the one that is there with equal parameters.

    `params` holds office, contact and on request duties, seed, overrides. Raises ParamsRefused with every reason,
    CycleDiffers naming each field with both values, or CycleClosed.
    """
    asked = _typed({"scheme": scheme, "year": year, "since": since, **params})
    existing = year_cycle(session, scheme, year)
    if existing is not None:
        return _same(existing, asked)
    pack = check_routine(session, asked, today)
    try:
        with session.begin_nested():
            return _open(session, pack, asked, now, by)
    except IntegrityError:
        existing = year_cycle(session, scheme, year)  # another was faster
        if existing is None:
            raise
        return _same(existing, asked)


def check_routine(session: Session, params: RoutineParams, today: date) -> Pack:
    """Return the pack whose duties are to run; ParamsRefused with every reason why they cannot."""
    known = list_recurring()
    if params.scheme not in known:
        found = f"方案“{params.scheme}”不存在,或没有经常性事项(duties.yaml)"
        raise ParamsRefused([f"{found};有经常性事项的方案:{'、'.join(known) or '(无)'}"])
    pack = load_scheme(params.scheme)
    reasons = [] if session.exec(select(Unit.id).limit(1)).first() else [EMPTY_ROSTER]
    reasons += [f"{LABELS[name]}不能为空" for name in ("office", "contact") if not getattr(params, name).strip()]
    ids = {duty.id: duty.label for duty in load_duties(pack)}
    listed = "、".join(f"{id_}({label})" for id_, label in ids.items())
    reasons += [f"没有事项“{id_}”;可用的事项:{listed}" for id_ in params.duties or () if id_ not in ids]
    if params.duties is not None and not params.duties:
        reasons.append(f"至少选一个事项:{listed}")
    first, last = date(params.year - 1, 1, 1), date(params.year, 12, 31)  # a duty may open long before its year
    if not first <= params.since <= last:
        reasons.append(f"起始日期 {params.since} 不合 {params.year} 年度;允许:{first} 至 {last}")
    if params.year > today.year + 1:
        reasons.append(f"年度 {params.year} 还远;允许:至 {today.year + 1} 年")
    reasons += _override_faults(pack, params)
    if reasons:
        raise ParamsRefused(reasons)
    return pack


def _override_faults(pack: Pack, params: RoutineParams) -> list[str]:
    try:
        pack.scheme.settings(params.overrides)
    except ValueError as refused:
        return [str(refused)]
    return []


def _typed(given: Mapping[str, Any]) -> RoutineParams:
    try:
        return RoutineParams.model_validate(dict(given))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        told = [
            f"{LABELS.get(str(fault['loc'][0]), fault['loc'][0])}:{fault['msg']}" for fault in faults if fault["loc"]
        ]
        raise ParamsRefused(told) from error


def _same(cycle: Cycle, asked: RoutineParams) -> Cycle:
    if cycle.state == "closed":
        raise CycleClosed(cycle)
    old, new = cycle.params, asked.model_dump(mode="json")
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if names:
        raise CycleDiffers(cycle, {LABELS.get(name, name): (old.get(name), new.get(name)) for name in names})
    return cycle


def _open(session: Session, pack: Pack, params: RoutineParams, now: datetime, by: str) -> Cycle:
    freeze_pack(session, pack, now)
    cycle = Cycle(
        key=f"{params.scheme}-{params.year}-{ROUTINE}",
        name=f"{pack.place} {params.year} 年经常性考核",
        kind=ROUTINE,
        scheme_id=params.scheme,
        scheme_hash=pack.hash,
        period=f"{params.year}-{ROUTINE}",
        year=params.year,
        params=params.model_dump(mode="json"),
        config=dict(params.overrides),
        opened_at=now,
    )
    session.add(cycle)
    session.flush()
    detail = {"params": cycle.params, "scheme": pack.hash}
    append_audit(session, verb="cycle.open", object=f"cycle/{cycle.key}", by=by, at=now, detail=detail)
    return cycle


def follow_year(session: Session, last: Cycle, *, since: date, today: date, now: datetime, by: str) -> Cycle:
    """Open the year after a routine cycle's with the same parameters and the pack as it is now, or find it open."""
    found = year_cycle(session, last.scheme_id, last.year + 1)
    if found is not None:
        return found
    kept = {name: last.params.get(name) for name in ("office", "contact", "duties", "seed", "overrides")}
    kept["duties"] = _still_known(last, kept["duties"])
    return open_year(
        session, scheme=last.scheme_id, year=last.year + 1, since=since, params=kept, today=today, now=now, by=by
    )


def _still_known(last: Cycle, duties: list[str] | None) -> list[str] | None:
    """The chosen duties that the pack of today still has."""
    if duties is None:
        return None
    known = {duty.id for duty in load_duties(load_scheme(last.scheme_id))}
    return [id_ for id_ in duties if id_ in known]
