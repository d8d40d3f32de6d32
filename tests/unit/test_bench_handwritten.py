"""The hand-written baseline says exactly what the core says, so that their times may be compared."""

from dataclasses import replace
from random import Random

import polars as pl
import pytest

from bench.handwritten import assess_by_hand
from bench.many import many
from bench.sample import SCHEME, YEAR
from config.scheme_loader import load_scheme
from scoring.assess import assess
from scoring.case import FACTS, HISTORY, SUBJECTS, CaseFrames

BOZHOU = load_scheme(SCHEME).scheme
GRADES = ["好", "较好", "一般", "差"]
CADRE_YEAR = ["优秀", "称职", "基本称职", "不称职"]


def troubled(seed: int, units: int = 30) -> CaseFrames:
    """A case in which every rule meets many subjects, facts are missing and orders are tied."""
    chance = Random(seed)
    subjects, facts, history = [], [], []
    for unit in (f"U{at}" for at in range(units)):
        members = [(f"{unit}-{at}", "principal" if at < 2 else "deputy", unit) for at in range(5)]
        subjects += [(unit, "team", unit), *members]
        facts += [(unit, name, value) for name, value in of_unit(chance).items()]
        led_by = chance.choice([None, [f"{unit}-0"], [f"{unit}-0", f"{unit}-1"], ["elsewhere"]])
        history.append((unit, YEAR - 1, chance.choice(GRADES), led_by))
        history += [(code, YEAR - 1, chance.choice(GRADES), None) for code, _, _ in members]
    for code, tier, _ in subjects:
        facts += [(code, name, value) for name, value in of_subject(chance, tier).items() if chance.random() < 0.95]
    chance.shuffle(facts)
    frames = [pl.DataFrame(*each, orient="row") for each in ((subjects, SUBJECTS), (facts, FACTS), (history, HISTORY))]
    return CaseFrames(YEAR, *frames, base="block")


def of_unit(chance: Random) -> dict[str, str]:
    every = {"midyear_checked": chance.choice(["true"] * 9 + ["false"]), "invitees": "40"}
    every["frontline_invitees"] = str(chance.randint(18, 22))
    return every | ({"criticism_circulars": "1"} if chance.random() < 0.2 else {})


def of_subject(chance: Random, tier: str) -> dict[str, str]:
    fair, poor = chance.randint(0, 12), chance.randint(0, 9)
    sanction = {"party_sanction": chance.choice(["true"] + ["false"] * 9)} if tier == "principal" else {}
    return sanction | {
        "sheet": chance.choice([tier] * 9 + ["team"]),
        "ballots_valid": "60",
        "ballots_good": str(60 - fair - poor),
        "ballots_fairly_good": "0",
        "ballots_fair": str(fair),
        "ballots_poor": str(poor),
        "survey_valid": chance.choice(["100", "99", "9"]),
        "survey_dissatisfied": chance.choice(["0", "3", "9", "33", "34"]),
        "investigation": chance.choice(["substantiated"] * 8 + ["unsubstantiated", "open", "none"]),
        "complaints": chance.choice(["0"] * 8 + ["2", "3"]),
        "nonvote_evidence": chance.choice(["0", "1", "2"]),
        "preliminary_grade": chance.choice(["好"] * 16 + GRADES),
        "preliminary_rank": str(chance.randint(1, 25)),
        "annual_grade": chance.choice(GRADES if tier == "team" else CADRE_YEAR),
        "manual_veto": "true" if tier == "team" and chance.random() < 0.05 else "false",
        "serious_effect": chance.choice(["true", "false"]),
    }


def assert_same(case: CaseFrames) -> None:
    core, by_hand = assess(BOZHOU, case, "propose"), assess_by_hand(case)
    for name, frame in by_hand.items():
        mine = getattr(core, name)
        more = [column for column in mine.columns if column not in frame.columns]
        assert all(mine[column].null_count() == mine.height for column in more), f"{name}: {more}"
        assert in_order(mine.drop(more)) == in_order(frame.select(mine.drop(more).columns)), name


def in_order(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(frame.rows(), key=str)


SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_grades_findings_consequences_and_trace_are_those_of_the_core(seed: int) -> None:
    assert_same(troubled(seed))


def test_both_say_that_a_pool_is_all_ends() -> None:
    case = many(2)
    grades = pl.DataFrame([(code, "preliminary_grade", "差") for code in case.subjects["id"]], FACTS, orient="row")
    checked = pl.DataFrame(
        [(unit, "midyear_checked", "true") for unit in case.subjects["unit"].unique()], FACTS, orient="row"
    )
    ends = replace(case, facts=pl.concat([grades, checked]))
    assert assess(BOZHOU, ends, "propose").notices.filter(pl.col("rule") == "BZ-09")["pool"].to_list() == [
        "team",
        "cadre",
    ]
    assert_same(ends)


def test_the_cases_compared_make_every_rule_speak() -> None:
    heard = set()
    for answer in (assess(BOZHOU, troubled(seed), "propose") for seed in SEEDS):
        spoken = (answer.trace, answer.violations, answer.blocks, answer.notices, answer.consequences)
        heard |= {rule for frame in spoken for rule in frame["rule"]}
    assert heard == set(BOZHOU.citations()) - {"BZ-09"}, "the shape of a pool is told only where nobody is blocked"


def test_the_measured_case_is_the_same_every_time_and_both_agree_on_it() -> None:
    case = many(150)
    assert case.facts.equals(many(150).facts)
    assert case.subjects.height == 1500
    assert_same(case)
