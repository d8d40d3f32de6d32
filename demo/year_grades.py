"""Who gets which grade in the demo year: the pattern of scenario 18.2 inside a plausible prefecture."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from demo.roster import DemoPerson, Roster, part

GOOD, FAIRLY_GOOD, FAIR, POOR = "好", "较好", "一般", "差"
DAY = date(2010, 12, 31)
MORE_GOOD_TEAMS, FAIR_TEAMS = 11, 3
MORE_GOOD_CADRES, FAIR_DEPUTIES = 39, 9
BELOW = (FAIR, POOR)


@dataclass(frozen=True)
class Grades:
    """The groups' opinions, what the core makes of them, and what is decided first and in the end."""

    preliminary: dict[str, str]
    proposed: dict[str, str]
    raised_team: str
    raised_person: str
    praised_person: str

    @property
    def first(self) -> dict[str, str]:
        """Return the grades of the first decision: one team raised with a reason."""
        return self.proposed | {self.raised_team: GOOD}

    @property
    def final(self) -> dict[str, str]:
        """Return the grades after the objection that was upheld."""
        return self.first | {self.raised_person: FAIRLY_GOOD}

    def owing(self) -> list[str]:
        """Return the subjects of talk and rectification (BZ-17)."""
        return [code for code, grade in self.final.items() if grade in BELOW]


def make_grades(rng: Random, roster: Roster) -> Grades:
    """Grade everybody so that 14 teams and 41 cadres are 好 in the end (places: 14 and 42)."""
    cast = {name: part(name) for name in "ABCDEF"}
    special = {*cast.values(), *(part(name) for name in ("C-01", "C-02", "C-03", "hotline"))}
    free = [unit.id for unit in roster.units if unit.id not in special]
    picked = rng.sample(free, MORE_GOOD_TEAMS + FAIR_TEAMS + 1)
    good, fair, raised = picked[:MORE_GOOD_TEAMS], picked[MORE_GOOD_TEAMS:-1], picked[-1]
    preliminary = {unit.id: FAIRLY_GOOD for unit in roster.units} | _all(good, GOOD) | _all(fair, FAIR)
    preliminary |= {cast["A"]: GOOD, cast["B"]: GOOD, cast["C"]: GOOD, cast["E"]: GOOD, cast["F"]: POOR}
    fair_deputies = _deputies_of(rng, roster, sorted({*free} - {*good, *fair, raised}))
    leaders = [one.id for unit in fair for one in roster.principals(unit, DAY)]
    best = _best(rng, roster, [*good, cast["E"], *(unit for unit in free if unit not in {*good, *fair})], fair_deputies)
    preliminary |= {one.id: FAIRLY_GOOD for one in roster.persons if one.end_on is None}
    preliminary |= _all(leaders, FAIR) | _all(fair_deputies, FAIR) | _all(best, GOOD) | _cast_cadres(roster, cast)
    return Grades(preliminary, preliminary | _capped(roster, cast), raised, fair_deputies[0], best[0])


def _all(codes: Iterable[str], grade: str) -> dict[str, str]:
    return dict.fromkeys(codes, grade)


def _deputies_of(rng: Random, roster: Roster, units: list[str]) -> list[str]:
    """One deputy of some units graded 一般."""
    chosen = rng.sample(units, FAIR_DEPUTIES)
    return [rng.choice(roster.deputies(unit, DAY)).id for unit in chosen]


def _best(rng: Random, roster: Roster, units: list[str], taken: list[str]) -> list[str]:
    """The cadres graded 好: at most two a unit, deputies of E but not its principal."""
    found: list[str] = []
    for number, unit in enumerate(units):
        pool = roster.deputies(unit, DAY) if unit == part("E") else roster.members(unit, DAY)
        able = [one.id for one in pool if one.id not in taken]
        found += rng.sample(able, 2 if number < 12 else 1)
    return found[:MORE_GOOD_CADRES]


def first_principal(roster: Roster, unit: str) -> DemoPerson:
    """Return the (first) principal of a unit at the end of the demo year."""
    return roster.principals(unit, DAY)[0]


def _cast_cadres(roster: Roster, cast: dict[str, str]) -> dict[str, str]:
    """The principals of A, C, D, F and the deputies C2 and F2 as in the table of 18.2; B's and E's are 较好."""
    leaders = {name: first_principal(roster, unit).id for name, unit in cast.items()}
    seconds = {name: roster.deputies(cast[name], DAY)[0].id for name in "CF"}
    wanted = {"A": GOOD, "B": FAIRLY_GOOD, "C": GOOD, "D": POOR, "E": FAIRLY_GOOD, "F": FAIR}
    return {leaders[name]: grade for name, grade in wanted.items()} | _all(seconds.values(), GOOD)


def _capped(roster: Roster, cast: dict[str, str]) -> dict[str, str]:
    """What BZ-13, BZ-14, BZ-48 and BZ-06 make of the opinions on B, C, D and F2."""
    return {
        cast["B"]: FAIRLY_GOOD,
        cast["C"]: FAIRLY_GOOD,
        first_principal(roster, cast["C"]).id: FAIRLY_GOOD,
        cast["D"]: POOR,
        roster.deputies(cast["F"], DAY)[0].id: FAIRLY_GOOD,
    }
