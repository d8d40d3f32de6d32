"""Grades that raters give month by month: which one counts, how the year stands, who is low (kind grades)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.duty_parts import SlotFrom
from config.review_results import ChargesSpec, GradesSpec
from config.rhythm import slot_end, slot_start, slot_year, slots_of_year
from models.evidence import Entry
from tasks.duties.figures import percent, ratio
from tasks.duties.found import FactOut, Flaw, Found, Table, Turn
from tasks.duties.rows import entry_slot, owner_of, whole

FACT_PLACES = 6
COLUMNS = ("对象", "计入的等次", "最低评定", "评定人数", "本年已评次数", "本年“{low}”及以下次数", "本年平均分")
LOW_COLUMNS = ("对象", "等次", "本年“{low}”及以下次数")


@dataclass(frozen=True)
class Graded:
    """The grades that one owner got in one slot, the best first; `counted` is the median, of two the worse."""

    given: tuple[str, ...]

    @property
    def counted(self) -> str:
        return self.given[len(self.given) // 2]

    @property
    def worst(self) -> str:
        return self.given[-1]


Year = Mapping[str, Mapping[str, Graded]]  # by owner and slot


def grades(turn: Turn, spec: GradesSpec) -> Found:
    """Return the grades of this slot and how each owner's year stands; raters not in charge are named, not counted."""
    known = set(slots_of_year(turn.duty.rhythm, slot_year(turn.period.slot)))
    rows = [row for row in turn.entries_so_far() if _slot(turn, row) in known]
    valid, strange = _in_charge(turn, spec, rows)
    year = _year(turn, spec, valid)
    slot = turn.period.slot
    now = {owner: slots[slot] for owner, slots in year.items() if slot in slots}
    low = [owner for owner, graded in now.items() if _is_low(spec, graded.counted)]
    return Found(
        facts=tuple(_facts(turn, spec, year)),
        flaws=tuple(_flaws(turn, spec, strange, now)),
        tables=_tables(turn, spec, year, now, low),
        figures={"graded": len(now), "low": len(low), "low_percent": percent(len(low), len(now))},
    )


def _in_charge(turn: Turn, spec: GradesSpec, rows: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The rows of raters who were in charge of the owner at some time of the row's slot, and the others."""
    if spec.charges is None:
        return list(rows), []
    terms = _terms(turn, spec.charges)
    valid: list[Entry] = []
    strange: list[Entry] = []
    for row in rows:
        slot = _slot(turn, row)
        held = terms.get((str(row.values[spec.rater]), owner_of(turn.duty, row.values)), ())
        first, last = slot_start(slot).isoformat(), slot_end(slot).isoformat()
        (valid if any(since <= last and until >= first for since, until in held) else strange).append(row)
    return valid, strange


def _terms(turn: Turn, charges: ChargesSpec) -> dict[tuple[str, str], list[tuple[str, str]]]:
    terms: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in turn.year_entries(charges.form):
        since = str(row.values.get(charges.since or "") or "")
        until = str(row.values.get(charges.until or "") or "") or "9999"
        terms[str(row.values[charges.rater]), str(row.values[charges.subject])].append((since, until))
    return terms


def _slot(turn: Turn, row: Entry) -> str:
    source = turn.duty.slot_from
    assert isinstance(source, SlotFrom), "a duty that somebody owes says its slots"
    return entry_slot(source, turn.duty.rhythm, row.values)


def _year(turn: Turn, spec: GradesSpec, rows: Iterable[Entry]) -> Year:
    order = list(spec.grades)
    given: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        given[owner_of(turn.duty, row.values)][_slot(turn, row)].append(str(row.values[spec.field]))
    return {
        owner: {slot: Graded(tuple(sorted(each, key=order.index))) for slot, each in sorted(slots.items())}
        for owner, slots in sorted(given.items())
    }


def _is_low(spec: GradesSpec, grade: str) -> bool:
    order = list(spec.grades)
    return order.index(grade) >= order.index(spec.low)


def _low_times(spec: GradesSpec, slots: Mapping[str, Graded]) -> int:
    return sum(_is_low(spec, graded.counted) for graded in slots.values())


def _mean(turn: Turn, spec: GradesSpec, slots: Mapping[str, Graded], places: int) -> str:
    points = [whole(turn.desk, spec.grades[graded.counted]) for graded in slots.values()]
    return ratio(sum(points), len(points), places)


def _facts(turn: Turn, spec: GradesSpec, year: Year) -> Iterable[FactOut]:
    for owner, slots in year.items():
        values = {
            spec.grade_fact: slots[max(slots)].counted,
            spec.score_fact: _mean(turn, spec, slots, FACT_PLACES),
            spec.low_fact: str(_low_times(spec, slots)),
        }
        yield from (FactOut(owner, name, value) for name, value in values.items() if name)


def _flaws(turn: Turn, spec: GradesSpec, strange: Sequence[Entry], now: Mapping[str, Graded]) -> Iterable[Flaw]:
    left: dict[str, None] = {}
    for row in (row for row in strange if _slot(turn, row) == turn.period.slot):
        owner = owner_of(turn.duty, row.values)
        text = f"评定人“{row.values[spec.rater]}”不分管{turn.name(owner)},所评“{row.values[spec.field]}”不计入"
        yield Flaw(spec.rule, owner, text)
        if owner not in now:
            left[owner] = None
    yield from (Flaw(spec.rule, owner, f"{turn.name(owner)}没有分管领导的评定") for owner in left)


def _tables(
    turn: Turn, spec: GradesSpec, year: Year, now: Mapping[str, Graded], low: Sequence[str]
) -> tuple[Table, ...]:
    rows = tuple(
        (
            turn.name(owner),
            graded.counted,
            graded.worst,
            len(graded.given),
            len(year[owner]),
            _low_times(spec, year[owner]),
            _mean(turn, spec, year[owner], 2),
        )
        for owner, graded in now.items()
    )
    named = tuple((turn.name(owner), now[owner].counted, _low_times(spec, year[owner])) for owner in low)
    title = spec.title or turn.duty.label
    return (
        Table(title, _headed(COLUMNS, spec), rows),
        Table(f"“{spec.low}”及以下名单({spec.low_rule})", _headed(LOW_COLUMNS, spec), named),
    )


def _headed(columns: Sequence[str], spec: GradesSpec) -> tuple[str, ...]:
    return tuple(column.format(low=spec.low) for column in columns)
