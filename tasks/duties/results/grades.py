"""Grades that raters give month by month: which one counts, how the year stands, who is low (kind grades)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from config.duty_parts import SlotFrom
from config.review_results import ChargesSpec, GradesSpec
from config.rhythm import slot_end, slot_start, slot_year, slots_of_year
from tasks.duties.figures import percent, ratio
from tasks.duties.found import FactOut, Flaw, Found, Table, Turn
from tasks.duties.rows import entry_slot, owner_of, whole

FACT_PLACES = 6
COLUMNS = ("对象", "计入的等次", "最低评定", "评定人数", "本年已评次数", "本年“{low}”及以下次数", "本年平均分")
LOW_COLUMNS = ("对象", "等次", "本年“{low}”及以下次数")


class Given(NamedTuple):
    """One grade that a rater gave an owner in a slot."""

    rater: str
    owner: str
    slot: str
    grade: str


@dataclass(frozen=True)
class Scale:
    """The grades with their places, the best first, which of them is low, and the points of each."""

    spec: GradesSpec
    places: Mapping[str, int]
    points: Mapping[str, int]

    def is_low(self, grade: str) -> bool:
        """Tell whether a grade is the low one or worse."""
        return self.places[grade] >= self.places[self.spec.low]


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


@dataclass(frozen=True)
class YearSoFar:
    """How an owner's year stands: the slots graded with what counts in each, how often low, the sum of points."""

    slots: Mapping[str, Graded]
    low: int
    points: int

    def mean(self, places: int) -> str:
        """Return the mean of points."""
        return ratio(self.points, len(self.slots), places)


Year = Mapping[str, YearSoFar]  # by owner


def grades(turn: Turn, spec: GradesSpec) -> Found:
    """Return the grades of this slot and how each owner's year stands; raters not in charge are named, not counted."""
    scale = Scale(
        spec,
        {grade: place for place, grade in enumerate(spec.grades)},
        {grade: whole(turn.desk, points) for grade, points in spec.grades.items()},
    )
    valid, strange = _in_charge(turn, spec, _given(turn, spec))
    year = _year(scale, valid)
    slot = turn.period.slot
    now = {owner: so_far.slots[slot] for owner, so_far in year.items() if slot in so_far.slots}
    low = [owner for owner, graded in now.items() if scale.is_low(graded.counted)]
    return Found(
        facts=tuple(_facts(spec, year)),
        flaws=tuple(_flaws(turn, spec, strange, now)),
        tables=_tables(turn, spec, year, now, low),
        figures={"graded": len(now), "low": len(low), "low_percent": percent(len(low), len(now))},
    )


def _given(turn: Turn, spec: GradesSpec) -> list[Given]:
    """The year's grades up to this slot."""
    duty, source = turn.duty, turn.duty.slot_from
    assert isinstance(source, SlotFrom), "a duty that somebody owes says its slots"
    body, where = owner_of(duty, {}), str(source.field or source.date)
    asked = (spec.rater, duty.owner_field or spec.rater, where, spec.field)
    known = set(slots_of_year(duty.rhythm, slot_year(turn.period.slot)))
    rows = (
        Given(rater, body or owner, entry_slot(source, duty.rhythm, {where: said}), grade)
        for rater, owner, said, grade in turn.told_so_far(asked)
    )
    return [given for given in rows if given.slot in known]


def _in_charge(turn: Turn, spec: GradesSpec, rows: Sequence[Given]) -> tuple[list[Given], list[Given]]:
    """The grades of raters who were in charge of the owner at some time of the slot, and the others."""
    if spec.charges is None:
        return list(rows), []
    terms = _terms(turn, spec.charges)
    bounds = {slot: (slot_start(slot).isoformat(), slot_end(slot).isoformat()) for slot in {row.slot for row in rows}}
    valid: list[Given] = []
    strange: list[Given] = []
    for given in rows:
        held = terms.get((given.rater, given.owner), ())
        first, last = bounds[given.slot]
        (valid if any(since <= last and until >= first for since, until in held) else strange).append(given)
    return valid, strange


def _terms(turn: Turn, charges: ChargesSpec) -> dict[tuple[str, str], list[tuple[str, str]]]:
    terms: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in turn.year_entries(charges.form):
        since = str(row.values.get(charges.since or "") or "")
        until = str(row.values.get(charges.until or "") or "") or "9999"
        terms[str(row.values[charges.rater]), str(row.values[charges.subject])].append((since, until))
    return terms


def _year(scale: Scale, rows: Iterable[Given]) -> Year:
    given: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for _, owner, slot, grade in rows:
        given[owner][slot].append(grade)
    return {owner: _so_far(scale, slots) for owner, slots in sorted(given.items())}


def _so_far(scale: Scale, slots: Mapping[str, list[str]]) -> YearSoFar:
    graded = {slot: Graded(tuple(sorted(each, key=scale.places.__getitem__))) for slot, each in sorted(slots.items())}
    counted = [each.counted for each in graded.values()]
    return YearSoFar(graded, sum(map(scale.is_low, counted)), sum(scale.points[grade] for grade in counted))


def _facts(spec: GradesSpec, year: Year) -> Iterable[FactOut]:
    for owner, so_far in year.items():
        last = so_far.slots[max(so_far.slots)]
        values = {
            spec.grade_fact: last.counted,
            spec.score_fact: so_far.mean(FACT_PLACES),
            spec.low_fact: str(so_far.low),
        }
        yield from (FactOut(owner, name, value) for name, value in values.items() if name)


def _flaws(turn: Turn, spec: GradesSpec, strange: Sequence[Given], now: Mapping[str, Graded]) -> Iterable[Flaw]:
    left: dict[str, None] = {}
    for rater, owner, _, grade in (given for given in strange if given.slot == turn.period.slot):
        text = f"评定人“{rater}”不分管{turn.name(owner)},所评“{grade}”不计入"
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
            len(year[owner].slots),
            year[owner].low,
            year[owner].mean(2),
        )
        for owner, graded in now.items()
    )
    named = tuple((turn.name(owner), now[owner].counted, year[owner].low) for owner in low)
    title = spec.title or turn.duty.label
    return (
        Table(title, _headed(COLUMNS, spec), rows),
        Table(f"“{spec.low}”及以下名单({spec.low_rule})", _headed(LOW_COLUMNS, spec), named),
    )


def _headed(columns: Sequence[str], spec: GradesSpec) -> tuple[str, ...]:
    return tuple(column.format(low=spec.low) for column in columns)
