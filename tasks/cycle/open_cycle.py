"""Opening a cycle: the parameters are checked, scheme and subjects frozen; a second launch finds the first."""

from datetime import date, datetime
from typing import Any

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from config.forms import Strict
from config.scheme_loader import Pack, list_launchable, list_schemes, load_scheme, load_scheme_files, pack_files
from config.stages import load_stages
from models.audit import append_audit
from models.bulk import insert_rows
from models.cycle import Cycle, SchemeSnapshot, StageState
from models.evidence import Subject
from notices.wording_check import check_wording
from scoring.scheme import Setting
from tasks.cycle.backtested import untested
from tasks.cycle.freeze_subjects import COLUMNS, Roll, membership_day, roll_subjects

LABELS = {
    "scheme": "方案",
    "year": "年度",
    "hotline": "举报监督电话",
    "office": "办公室",
    "contact": "联系人",
    "due": "期限",
    "overrides": "调整值",
}
_PACKS: dict[str, Pack] = {}  # by content hash, so an entry can never be stale


class CycleParams(Strict):
    """What an administrator gives to launch a cycle; the parameters of a relaunch must equal these."""

    scheme: str
    year: int = Field(ge=1978, le=2100)
    hotline: str = ""
    office: str
    contact: str
    due: dict[str, date] = Field(default_factory=dict)
    overrides: dict[str, Setting] = Field(default_factory=dict)


class ParamsRefused(ValueError):
    """Parameters that no cycle can be opened with; `reasons` holds all of them."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(";".join(reasons))


class CycleClosed(Exception):
    """The period was already run to its end; `cycle` is that one."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle
        super().__init__(f"{cycle.name}({cycle.key})已于 {cycle.closed_at:%Y-%m-%d} 结束,不能再次发起。{_where(cycle)}")


def _where(cycle: Cycle) -> str:
    return f"经过请看 kaohe cycle show {cycle.key},结果请看 kaohe export {cycle.key}"


class CycleDiffers(Exception):
    """The period is already being run with other parameters; `differences` maps field to (existing, asked for)."""

    def __init__(self, cycle: Cycle, differences: dict[str, tuple[Any, Any]]) -> None:
        self.cycle, self.differences = cycle, differences
        told = ";".join(f"{name}:现有“{old}”,收到“{new}”" for name, (old, new) in differences.items())
        super().__init__(f"{cycle.name}({cycle.key})已发起,参数不同:{told}。请用现有参数继续")


def open_cycle(session: Session, *, params: CycleParams, today: date, now: datetime, by: str) -> Cycle:
    """Open a cycle, or return the one that runs already with equal parameters.

    Raises ParamsRefused, CycleDiffers (naming each field with both values) or CycleClosed.
    """
    existing = find_cycle(session, params)
    if existing is not None:
        return _same(existing, params)
    pack = _usable_pack(session, params, today)
    try:
        with session.begin_nested():
            return _open(session, pack, params, today, now, by)
    except IntegrityError:
        existing = find_cycle(session, params)  # another launch was faster
        if existing is None:
            raise
        return _same(existing, params)


def try_params(session: Session, params: CycleParams, today: date) -> None:
    """Raise what `open_cycle` would raise for these parameters, and open nothing."""
    existing = find_cycle(session, params)
    if existing is None:
        _usable_pack(session, params, today)
    else:
        _same(existing, params)


def _usable_pack(session: Session, params: CycleParams, today: date) -> Pack:
    """Return the pack that may open the cycle; ParamsRefused for wrong parameters or a change not yet back-tested."""
    pack = check_params(params, today)
    if reasons := untested(session, pack, params.year):
        raise ParamsRefused(reasons)
    return pack


def find_cycle(session: Session, params: CycleParams) -> Cycle | None:
    """Return the cycle of the same scheme and period that is not withdrawn, if there is one."""
    query = select(Cycle).where(Cycle.scheme_id == params.scheme, Cycle.period == str(params.year))
    return session.exec(query.where(Cycle.state != "withdrawn")).first()


def check_params(params: CycleParams, today: date) -> Pack:
    """Return the scheme's pack; ParamsRefused with every reason why no cycle can be opened with these parameters."""
    known = list_launchable()
    if params.scheme not in known:
        is_known = params.scheme in list_schemes()
        found = f"方案“{params.scheme}”没有环节(stages.yaml)" if is_known else f"没有方案“{params.scheme}”"
        raise ParamsRefused([f"{found};现有方案:{'、'.join(known) or '(无)'}"])
    pack = load_scheme(params.scheme)
    check_wording(pack.files)
    reasons = [*_override_faults(pack, params.overrides), *_due_faults(pack, params.due, today)]
    reasons += [f"{LABELS[name]}不能为空" for name in ("office", "contact") if not getattr(params, name).strip()]
    if reasons:
        raise ParamsRefused(reasons)
    return pack


def load_pack(session: Session, cycle: Cycle) -> Pack:
    """Return the pack a cycle froze, from its snapshot (kept by content hash for the life of the process)."""
    if cycle.scheme_hash not in _PACKS:
        snapshot = session.get_one(SchemeSnapshot, cycle.scheme_hash)
        _PACKS[cycle.scheme_hash] = load_scheme_files(snapshot.files, frozen=True)
    return _PACKS[cycle.scheme_hash]


def _override_faults(pack: Pack, overrides: dict[str, Setting]) -> list[str]:
    allowed = {key: declared for key, declared in pack.scheme.config.items() if declared.overridable}
    faults = []
    for key, value in overrides.items():
        if key not in allowed:
            faults.append(f"“{key}”不可调整;可调整的有:{'、'.join(sorted(allowed))}")
        elif refusal := allowed[key].refusal(value):
            faults.append(f"“{key}”收到“{value}”,可用的值:{refusal}")
    return faults


def _due_faults(pack: Pack, due: dict[str, date], today: date) -> list[str]:
    labels = {spec.code: spec.label for spec in load_stages(pack)}
    faults = [f"没有环节“{code}”;可用的环节:{'、'.join(labels)}" for code in due if code not in labels]
    last = today
    before = "今天"
    for code, label in labels.items():
        if code not in due:
            continue
        if due[code] < last:
            faults.append(f"“{label}”的期限 {due[code]} 早于{before}({last});请按环节先后填写")
        last, before = max(last, due[code]), f"“{label}”的期限"
    return faults


def _same(cycle: Cycle, params: CycleParams) -> Cycle:
    """Return the cycle if it was opened with these parameters; CycleClosed or CycleDiffers otherwise."""
    if cycle.state == "closed":
        raise CycleClosed(cycle)
    old, new = _flat(cycle.params), _flat(params.model_dump(mode="json"))
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if names:
        raise CycleDiffers(cycle, {_label(name): (old.get(name), new.get(name)) for name in names})
    return cycle


def _flat(params: dict[str, Any]) -> dict[str, Any]:
    flat = {name: value for name, value in params.items() if not isinstance(value, dict)}
    for group in ("due", "overrides"):
        flat |= {f"{group}.{key}": value for key, value in params.get(group, {}).items()}
    return flat


def _label(name: str) -> str:
    group, _, key = name.partition(".")
    return f"{LABELS[group]} {key}".strip()


def _open(session: Session, pack: Pack, params: CycleParams, today: date, now: datetime, by: str) -> Cycle:
    freeze_pack(session, pack, now)
    cycle = _cycle(pack, params, now)
    session.add(cycle)
    session.flush()
    assert cycle.id is not None
    months = int(str(pack.head.membership.get("min_months", 0)))
    roll = roll_subjects(session, year=params.year, today=today, min_months=months)
    if not roll.rows:
        raise ParamsRefused(["名册中没有被考核单位;请先用 kaohe roster import 导入单位、人员和职务"])
    insert_rows(session, Subject, COLUMNS, roll.rows, {"cycle_id": cycle.id, "state": "active", "reason": ""})
    _add_stages(session, pack, cycle.id)
    detail = {"params": cycle.params, "scheme": pack.hash, **_told(roll, membership_day(params.year, today))}
    append_audit(session, verb="cycle.open", object=f"cycle/{cycle.key}", by=by, at=now, detail=detail)
    return cycle


def freeze_pack(session: Session, pack: Pack, now: datetime) -> None:
    """Keep a pack's files by their content hash, once."""
    if session.get(SchemeSnapshot, pack.hash) is None:
        session.add(SchemeSnapshot(hash=pack.hash, scheme_id=pack.id, files=pack_files(pack), taken_at=now))
        session.flush()


def _cycle(pack: Pack, params: CycleParams, now: datetime) -> Cycle:
    return Cycle(
        key=f"{params.scheme}-{params.year}",
        name=f"{pack.place} {params.year} 年度考核",
        scheme_id=params.scheme,
        scheme_hash=pack.hash,
        period=str(params.year),
        year=params.year,
        params=params.model_dump(mode="json"),
        config=dict(params.overrides),
        opened_at=now,
    )


def _add_stages(session: Session, pack: Pack, cycle_id: int) -> None:
    for ordinal, spec in enumerate(load_stages(pack), start=1):
        session.add(StageState(cycle_id=cycle_id, stage=spec.code, ordinal=ordinal, label=spec.label))
    session.flush()


def _told(roll: Roll, day: date) -> dict[str, Any]:
    return {
        "subjects": len(roll.rows),
        "members_as_of": day.isoformat(),
        "short_service": roll.short_service,
        "several_posts": roll.several_posts,
        "without_principal": roll.without_principal,
    }
