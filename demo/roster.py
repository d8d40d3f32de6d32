"""The invented prefecture: 43 units, 280 leading cadres, three who left, and the holders of the gates' roles."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random
from typing import Any

from demo.names import DEPARTMENTS, person_names, unit_names

UNITS_A_LEADER = 5
ROLES = ("administrator", "discipline_standing_committee", "party_committee")
# The six units of scenario 18.2, the units of the past cases C-01…C-03, and one with three complaints (BZ-40).
PARTS = {"A": 4, "B": 9, "C": 13, "D": 18, "E": 22, "F": 27, "C-01": 31, "C-02": 35, "C-03": 40, "hotline": 33}
TWO_PRINCIPALS = (15, 40)
CHANGES = {"C-01": date(2009, 4, 1), "C-02": date(2009, 5, 4), "C-03": date(2010, 2, 1)}


@dataclass(frozen=True)
class Extent:
    """How large a prefecture is: so many units, seven leaders in every second and six in the others, or as told."""

    units: int = 43
    per_unit: int | None = None

    def size(self, number: int) -> int:
        """Return how many leaders the n-th unit has: 280 together in the demo's own 43."""
        return self.per_unit or (7 if number % 2 == 0 or number == self.units else 6)

    @property
    def cadres(self) -> int:
        """Return how many leaders there are."""
        return sum(self.size(number) for number in range(1, self.units + 1))

    @property
    def leaders(self) -> int:
        """Return how many leaders of the prefecture are in charge of units."""
        return -(-self.units // UNITS_A_LEADER)


DEMO = Extent()


@dataclass(frozen=True)
class DemoUnit:
    """A unit of the demo; its id is also its team's."""

    id: str
    name: str
    type: str
    leader_in_charge: str


@dataclass(frozen=True)
class DemoPerson:
    """A leading cadre with the one post held from–to."""

    id: str
    name: str
    unit: str
    tier: str
    title: str
    start_on: date
    end_on: date | None = None


@dataclass(frozen=True)
class Roster:
    """Everybody and everything of the demo prefecture."""

    units: tuple[DemoUnit, ...]
    persons: tuple[DemoPerson, ...]
    holders: dict[str, tuple[str, str]]
    leaders: tuple[str, ...]

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """Return each unit's name by id."""
        return {unit.id: unit.name for unit in self.units}

    @cached_property
    def person_names(self) -> dict[str, str]:
        """Return each person's name by id."""
        return {person.id: person.name for person in self.persons}

    def members(self, unit: str, on: date) -> list[DemoPerson]:
        """Return those in post in a unit on a day, principals first."""
        return [one for one in self._by_unit[unit] if one.start_on <= on and (one.end_on is None or one.end_on >= on)]

    def principals(self, unit: str, on: date) -> list[DemoPerson]:
        """Return who leads a unit on a day; two in some units (AMB-10)."""
        return [one for one in self.members(unit, on) if one.tier == "principal"]

    def deputies(self, unit: str, on: date) -> list[DemoPerson]:
        """Return the deputies of a unit on a day."""
        return [one for one in self.members(unit, on) if one.tier == "deputy"]

    @cached_property
    def _by_unit(self) -> dict[str, list[DemoPerson]]:
        found: dict[str, list[DemoPerson]] = {unit.id: [] for unit in self.units}
        for person in sorted(self.persons, key=lambda one: (one.tier != "principal", one.id)):
            found[person.unit].append(person)
        return found

    def sheets(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of the roster workbook, sheet by sheet."""
        return {
            "units": [
                {"id": one.id, "name": one.name, "type": one.type, "leader_in_charge": one.leader_in_charge}
                for one in self.units
            ],
            "persons": [{"id": one.id, "name": one.name} for one in self.persons],
            "posts": [_post_row(one) for one in self.persons],
            "roles": [
                {"role": role, "name": name, "start_on": "2008-01-01"}
                for role, names in self.holders.items()
                for name in names
            ],
            "contacts": [],  # the demo writes to nobody: its notices stay in the inbox
        }


def _post_row(person: DemoPerson) -> dict[str, Any]:
    return {
        "person_id": person.id,
        "unit_id": person.unit,
        "title": person.title,
        "tier": person.tier,
        "principal": person.tier == "principal",
        "start_on": person.start_on.isoformat(),
        "end_on": person.end_on.isoformat() if person.end_on else None,
    }


def part(name: str) -> str:
    """Return the unit that plays a part of the scenario or of a past case."""
    return unit_id(PARTS[name])


def unit_id(number: int) -> str:
    """Return the id of the n-th unit: U01…U43."""
    return f"U{number:02}"


def make_roster(rng: Random, extent: Extent = DEMO) -> Roster:
    """Invent the prefecture from a source of chance."""
    names = iter(person_names(rng, extent.cadres + len(CHANGES) + 2 * len(ROLES) + extent.leaders))
    holders = {role: (next(names), next(names)) for role in ROLES}
    leaders = tuple(next(names) for _ in range(extent.leaders))
    units = tuple(
        DemoUnit(unit_id(n), name, "department" if n <= DEPARTMENTS else "township", leaders[n % len(leaders)])
        for n, name in enumerate(unit_names(rng, extent.units), start=1)
    )
    persons: list[DemoPerson] = []
    for number, unit in enumerate(units, start=1):
        for rank in range(extent.size(number)):
            persons.append(_person(rng, len(persons) + 1, next(names), unit, number, rank))
    return Roster(units, (*persons, *_former(persons, names)), holders, leaders)


def _person(rng: Random, code: int, name: str, unit: DemoUnit, number: int, rank: int) -> DemoPerson:
    leads = rank < (2 if number in TWO_PRINCIPALS else 1)
    since = _succeeded(number, rank) or date(rng.randint(2003, 2007), rng.randint(1, 12), 1)
    return DemoPerson(
        f"P{code:03}", name, unit.id, "principal" if leads else "deputy", _title(unit, number, rank), since
    )


def _title(unit: DemoUnit, number: int, rank: int) -> str:
    town = unit.type == "township"
    head = f"{unit.name[-1]}长" if town else "局长"
    if number in TWO_PRINCIPALS and rank < 2:
        return ("党组书记", "局长")[rank]
    if rank == 0:
        return "党委书记" if town else f"党组书记、{head}"
    return ("纪委书记" if town else "纪检组长") if rank == 2 else f"副{head}"


def _succeeded(number: int, rank: int) -> date | None:
    """The day on which a successor of a past case came: principals in C-01 and C-02, a deputy in C-03."""
    case = next((name for name in CHANGES if PARTS[name] == number), None)
    wanted = 3 if case == "C-03" else 0
    return CHANGES[case] if case and rank == wanted else None


def _former(persons: list[DemoPerson], names: Any) -> list[DemoPerson]:
    """Those whom the past cases removed, with the day on which their post ended."""
    gone = []
    last = len(persons)
    for offset, (case, day) in enumerate(CHANGES.items(), start=1):
        heir = next(one for one in persons if one.unit == part(case) and one.start_on == day)
        left = date.fromordinal(day.toordinal() - 1)
        gone.append(
            DemoPerson(f"P{last + offset}", next(names), heir.unit, heir.tier, heir.title, date(2005, 3, 1), left)
        )
    return gone
