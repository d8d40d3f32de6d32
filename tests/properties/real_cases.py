"""Random cases of the packs that come with Kaohe, and the direction in which each of their facts is good."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from scoring.case import CaseFrames
from tests.packs import make_case
from tests.properties.dice import Dice

Facts = dict[tuple[str, str], object]
LARGE = 10_000  # a pool in which nobody waits for a seat

TIERS = {
    "bozhou": {"team": [1], "principal": [1, 2], "deputy": [1, 2, 3]},
    "jiangsu": {"unit": [1], "team": [1], "principal": [1], "deputy": [1, 2]},
    "gansu": {"team": [1], "principal": [1, 2], "deputy": [1, 2]},
}
TYPES = {"bozhou": [], "jiangsu": ["city", "department"], "gansu": ["city", "department", "poor_county"]}
BALLOTS = ("ballots_good", "ballots_fairly_good", "ballots_fair", "ballots_poor")

# What a fact may be, from the worst to the best value: a later one never lowers a grade. By level: u(nit), s(ubject).
RISING: Mapping[str, Mapping[str, tuple[str, list[object]]]] = {
    "bozhou": {
        "survey_dissatisfied": ("s", [90, 34, 31, 30, 0]),
        "investigation": ("s", ["substantiated", "unsubstantiated"]),
        "complaints": ("s", [9, 3, 2, 0]),
        "nonvote_evidence": ("s", [0, 1, 2]),
        "manual_veto": ("team", [True, False]),
        "party_sanction": ("person", [True, False]),
        "criticism_circulars": ("u", [2, 1, 0]),
        "midyear_checked": ("u", [False, True]),
        "preliminary_grade": ("s", ["差", "一般", "较好", "好"]),
    },
    "jiangsu": {
        "common_score": ("u", ["20.5", "40", "60"]),
        "individual_score": ("u", ["10", "25.25", "30"]),
        "bonus": ("u", [0, 3, "5"]),
        "malus": ("u", [5, "2.5", 0]),
        "party_quantitative": ("u", ["30", "40", "50"]),
        "party_qualitative": ("u", ["25", "40", "50"]),
        "preliminary_grade": ("s", []),
    },
    "gansu": {
        "political_score": ("s", ["79.99", "80", "89.99", "90", "95"]),
        "quarter_1": ("s", ["60", "78", "100"]),
        "quarter_2": ("s", ["60", "80", "100"]),
        "quarter_3": ("s", ["60", "82", "100"]),
        "quarter_4": ("s", ["60", "80", "100"]),
        "development": ("u", ["50", "75.5", "100"]),
        "poverty_relief": ("u", ["50", "75.5", "100"]),
        "poverty_result": ("u", ["较差", "一般", "较好", "好"]),
        "preliminary_grade": ("s", []),
    },
}


@st.composite
def real_cases(
    draw: Any, scheme: str, *, large: bool = True
) -> tuple[list[tuple[str, str, str]], Facts, dict[str, int]]:
    """Subjects, facts and sizes of pools of a random case; `large` pools have a seat for everyone."""
    dice = Dice(draw)
    units = [f"U{at}" for at in range(1, dice.number(1, 4) + 1)]
    subjects = [
        (f"{unit}{tier}{at}", tier, unit)
        for unit in units
        for tier, counts in TIERS[scheme].items()
        for at in range(dice.pick(counts))
    ]
    types = {unit: dice.pick(TYPES[scheme]) for unit in units if TYPES[scheme]}
    facts: Facts = {(unit, "unit_type"): kind for unit, kind in types.items()}
    for name in RISING[scheme]:
        facts |= {
            (owner, name): dice.pick(values) for owner, values in owners(scheme, name, subjects) if dice.chance(80)
        }
    if scheme == "bozhou":
        facts |= _tallies(dice, subjects)
    return subjects, facts, dict.fromkeys(pool_keys(scheme, types), LARGE) if large else {}


def owners(scheme: str, name: str, subjects: list[tuple[str, str, str]]) -> list[tuple[str, list[object]]]:
    """Whose fact it is, with the values that it may have for them, worst first."""
    level, values = RISING[scheme][name]
    if level == "u":
        return [(unit, values) for unit in dict.fromkeys(unit for _, _, unit in subjects)]
    fitting = {"s": lambda _: True, "team": lambda tier: tier == "team", "person": lambda tier: tier in PERSONS}[level]
    return [(id_, values or GRADES[scheme][tier]) for id_, tier, _ in subjects if fitting(tier)]


PERSONS = ("principal", "deputy")
GRADES = {
    "jiangsu": {
        "unit": ["较差", "一般", "良好", "优秀"],
        "team": ["较差", "一般", "良好", "优秀"],
        "principal": ["不称职", "基本称职", "称职", "优秀"],
        "deputy": ["不称职", "基本称职", "称职", "优秀"],
    },
    "gansu": {
        "team": ["较差", "一般", "良好", "优秀"],
        "principal": ["不称职", "基本称职", "称职", "优秀"],
        "deputy": ["不称职", "基本称职", "称职", "优秀"],
    },
}


def pool_keys(scheme: str, types: Mapping[str, str]) -> list[str]:
    """The instances of the pools of a pack for units of these types."""
    if scheme == "bozhou":
        return ["team", "cadre"]
    kinds = dict.fromkeys(types.values())
    if scheme == "jiangsu":
        return ["cadre", *(f"{pool}/{kind}" for pool in ("unit", "team") for kind in kinds)]
    return [
        *(f"{pool}/{kind}" for pool in ("team", "principal") for kind in kinds),
        *(f"deputy/{unit}" for unit in types),
    ]


def _tallies(dice: Dice, subjects: list[tuple[str, str, str]]) -> Facts:
    """Ballots that add up, forms of a survey, annual grades."""
    facts: Facts = {}
    for id_, tier, _ in subjects:
        votes = [dice.number(0, 30) for _ in BALLOTS]
        if dice.chance(70):
            facts |= {(id_, name): vote for name, vote in zip(BALLOTS, votes, strict=True)}
            facts[id_, "ballots_valid"] = sum(votes)
        facts[id_, "survey_valid"] = dice.pick([90, 93, 100])
        if dice.chance(50):
            best = "好" if tier == "team" else "优秀"
            facts[id_, "annual_grade"] = dice.pick([best, "较好" if tier == "team" else "称职"])
        if dice.chance(70):
            facts[id_, "preliminary_rank"] = dice.number(1, 9)
    return facts


def frames_of(
    subjects: list[tuple[str, str, str]], facts: Facts, pools: Mapping[str, int], given: Any = None
) -> CaseFrames:
    """The case; facts about a unit carry its id."""
    return make_case(subjects, facts, given, pools=pools)
