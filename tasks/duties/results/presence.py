"""Who lacks what a rule demands of everyone: rows of a register, presence at a meeting (kinds coverage, attendance)."""

from collections import Counter

from config.duty_results import AttendanceSpec, CoverageSpec
from tasks.duties.figures import percent
from tasks.duties.found import Flaw, Found, Table, Turn
from tasks.duties.rows import where, whole
from tasks.duties.who import Owner, owners_of


def coverage(turn: Turn, spec: CoverageSpec) -> Found:
    """Return who of those named has fewer current rows of the form than demanded."""
    rows = where(turn.desk, spec.form, turn.year_entries(spec.form), spec.when)
    counts = Counter(str(row.values.get(spec.field) or "") for row in rows)
    named = owners_of(turn.desk, spec.of, turn.period.due_on)
    least = whole(turn.desk, spec.at_least)
    lacking = [owner for owner in named if counts[owner.code] < least]
    table = Table(
        spec.title or "没有覆盖的对象",
        ("对象", "现有", "至少"),
        tuple((_called(turn, owner), counts[owner.code], least) for owner in lacking),
    )
    share = percent(len(named) - len(lacking), len(named))
    return Found(
        flaws=_flaws(turn, spec, lacking), tables=(table,), figures={"uncovered": len(lacking), "covered": share}
    )


def attendance(turn: Turn, spec: AttendanceSpec) -> Found:
    """Return who of those required has no row of this slot in which the condition of presence holds."""
    rows = where(turn.desk, spec.form, turn.slot_entries(spec.form, spec.slot_from), spec.present)
    present = {str(row.values.get(spec.field) or "") for row in rows}
    required = owners_of(turn.desk, spec.required, turn.period.due_on)
    absent = [owner for owner in required if owner.code not in present]
    units = tuple((_called(turn, owner), turn.name(owner.unit_id or "")) for owner in absent)
    return Found(
        flaws=_flaws(turn, spec, absent),
        tables=(Table(spec.title or "未到会的人员", ("对象", "单位"), units),),
        figures={"required": len(required), "present": len(required) - len(absent), "absent": len(absent)},
    )


def _called(turn: Turn, owner: Owner) -> str:
    """The name of an owner; one of a register that gives none is called as the roster calls it."""
    return turn.name(owner.code) if owner.name == owner.code else owner.name


def _flaws(turn: Turn, spec: CoverageSpec | AttendanceSpec, owners: list[Owner]) -> tuple[Flaw, ...]:
    return tuple(Flaw(spec.rule, owner.code, f"{_called(turn, owner)}:{spec.text}") for owner in owners)
