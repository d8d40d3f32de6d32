"""A Bozhou year of any size, built column by column and always the same: subjects, facts, last year's grades."""

from collections.abc import Mapping
from zlib import crc32

import polars as pl

from bench.sample import VOTERS, YEAR
from scoring.case import CaseFrames

MEMBERS = 9  # of each unit beside its team: a principal and eight deputies
VALID = VOTERS + 9
SURVEYED = 100
TEAM = pl.col("tier") == "team"
PRINCIPAL = pl.col("tier") == "principal"


def many_subjects(units: int) -> pl.DataFrame:
    """Id, tier and unit of ten subjects a unit, the team first."""
    at, seat = pl.col("at") // (MEMBERS + 1), pl.col("at") % (MEMBERS + 1)
    unit = pl.lit("U") + at.cast(pl.String).str.zfill(6)
    person = pl.lit("P") + at.cast(pl.String).str.zfill(6) + seat.cast(pl.String)
    tier = pl.when(seat == 0).then(pl.lit("team")).when(seat == 1).then(pl.lit("principal")).otherwise(pl.lit("deputy"))
    rows = pl.select(at=pl.int_range(units * (MEMBERS + 1)))
    return rows.select(id=pl.when(seat == 0).then(unit).otherwise(person), tier=tier, unit=unit)


def many_facts(subjects: pl.DataFrame) -> pl.DataFrame:
    """All facts, subject by subject as forms bring them; every rule meets some subjects, few of them."""
    facts = _facts()
    wide = subjects.with_row_index("at").with_columns(*_tallies()).select("at", "id", **facts)
    long = wide.lazy().unpivot(list(facts), index=["at", "id"]).drop_nulls("value")
    ordered = long.sort("at", maintain_order=True)
    return ordered.select(subject="id", name="variable", value="value").collect()


def many_history(subjects: pl.DataFrame) -> pl.DataFrame:
    """The grade of each subject in the year before, for teams with the principal who led them."""
    led_by = pl.when(TEAM).then(pl.concat_list(pl.col("id").shift(-1)))
    year = pl.lit(YEAR - 1, pl.Int64)
    rows = subjects.with_row_index("at")
    return rows.select(subject="id", year=year, grade=_one_of("last", GRADES), led_by=led_by)


def many(units: int) -> CaseFrames:
    """The case of that many units, as a cycle would ask for proposals."""
    subjects = many_subjects(units)
    return CaseFrames(YEAR, subjects, many_facts(subjects), many_history(subjects), base="block")


GRADES = {"好": 200, "较好": 700, "一般": 90, "差": 10}
CADRE_YEAR = {"优秀": 150, "称职": 820, "基本称职": 20, "不称职": 10}
RESULTS = {"substantiated": 500, "unsubstantiated": 400, "open": 100}


def _tallies() -> list[pl.Expr]:
    return [
        _draw("good", VOTERS - 19).cast(pl.Int64).add(20).alias("good"),
        _draw("fair", 10).cast(pl.Int64).alias("fair"),
        (_draw("unhappy", 1000) < 30).alias("unhappy"),
    ]


def _facts() -> Mapping[str, pl.Expr]:
    """Each fact as text, null where it is not given."""
    good, fair, unhappy = pl.col("good"), pl.col("fair"), pl.col("unhappy")
    calm = pl.when(unhappy).then(SURVEYED // 3 + 1).otherwise(_draw("calm", SURVEYED // 3 + 1))
    number = {
        "ballots_valid": pl.lit(VALID),
        "ballots_good": good,
        "ballots_fairly_good": VOTERS - good,
        "ballots_fair": fair,
        "ballots_poor": 9 - fair,
        "survey_valid": pl.lit(SURVEYED),
        "survey_dissatisfied": calm,
        "nonvote_evidence": _draw("evidence", 100).clip(0, 4),
        "preliminary_rank": pl.int_range(1, pl.len() + 1).shuffle(YEAR),
        "complaints": pl.when(_draw("complained", 1000) < 20).then(_draw("complaints", 6)),
        "criticism_circulars": pl.when(TEAM & (_draw("criticised", 1000) < 30)).then(1),
        "invitees": pl.when(TEAM).then(VOTERS),
        "frontline_invitees": pl.when(TEAM).then(_draw("frontline", VOTERS // 2) + VOTERS // 2 - 1),
    }
    words = {
        "sheet": pl.when(_draw("mistaken", 1000) > 0).then(pl.col("tier")).otherwise(pl.lit("team")),
        "investigation": pl.when(unhappy).then(_one_of("result", RESULTS)),
        "preliminary_grade": pl.when(_draw("graded", 1000) > 0).then(_one_of("grade", GRADES)),
        "annual_grade": pl.when(TEAM).then(_one_of("year", GRADES)).otherwise(_one_of("year", CADRE_YEAR)),
        "midyear_checked": pl.when(TEAM & (_draw("checked", 1000) > 4)).then(pl.lit("true")),
        "manual_veto": pl.when(TEAM & (_draw("veto", 1000) < 1)).then(pl.lit("true")),
        "party_sanction": pl.when(PRINCIPAL & (_draw("sanction", 1000) < 5)).then(pl.lit("true")),
        "serious_effect": pl.when(_draw("effect", 1000) < 1).then(pl.lit("true")),
    }
    return {name: value.cast(pl.String) for name, value in number.items()} | words


def _draw(what: str, below: int) -> pl.Expr:
    """A whole number from 0 on for each row, the same in every run."""
    return pl.col("at").hash(crc32(what.encode())) % below


def _one_of(what: str, shares: Mapping[str, int]) -> pl.Expr:
    """One of these words for each row, as often of a thousand as its share says."""
    steps = [share for word, each in shares.items() for share in [word] * each]
    return _draw(what, len(steps)).replace_strict(range(len(steps)), steps, return_dtype=pl.String)
