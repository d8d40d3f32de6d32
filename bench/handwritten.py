"""Bozhou's rules written out in Polars without the core: the baseline that the speed of the core is held against.

The same frames in and the same frames out, row for row; what the core reads from the pack stands here as code.
"""

import polars as pl

from bench.handwritten_frames import (
    DECIDED,
    FAIR,
    GOOD,
    POOR,
    RANK,
    TOP,
    Year,
    find,
    find_in_pool,
    frames,
    grade,
    keep,
    propose,
    read,
    said,
    wide,
)  # fmt: skip
from scoring.case import CaseFrames

TIER = pl.col("tier")
TEAM, PRINCIPAL, DEPUTY = (TIER.eq(tier) for tier in ("team", "principal", "deputy"))
MANY_DISSATISFIED = pl.col("survey_dissatisfied") * 3 > pl.col("survey_valid")
MANY_COMPLAIN = ((pl.col("ballots_fair") + pl.col("ballots_poor")) * 3 > pl.col("ballots_valid")) | (
    pl.col("complaints") >= 3
)
NOT_SETTLED = pl.col("investigation").is_in(["none", "open"])


def assess_by_hand(case: CaseFrames) -> dict[str, pl.DataFrame]:
    """Proposes grades for a case of Bozhou with the settings of the pack: grades, findings, consequences, trace."""
    year = Year(wide(case))
    _evidence(year)
    _own_facts(year)
    _linkages(year)
    _places(year, "BZ-07", "team", TEAM, 1, 3)
    _places(year, "BZ-08", "cadre", ~TEAM, 15, 100)
    _settled(year)
    _follows(year, case)
    return frames(year)


def _evidence(year: Year) -> None:
    """What is missing blocks (BZ-41, BZ-13, BZ-31, BZ-40); BZ-11, BZ-12, BZ-39 and BZ-40 say what is wrong."""
    ungraded = pl.col("base").is_null()
    blocks = [
        ("BZ-41", ungraded, pl.lit("没有初步意见")),
        ("BZ-13", MANY_DISSATISFIED & NOT_SETTLED, said(
            "“不满意”票超过三分之一,专项调查尚无结论", "survey_dissatisfied", "survey_valid", "investigation")),
        ("BZ-31", ~pl.col("midyear_checked"), said("没有年中检查记录", "midyear_checked")),
        ("BZ-40", MANY_COMPLAIN & NOT_SETTLED, said(
            "反映问题或“一般”“差”票较多,专项调查尚无结论",
            "ballots_fair", "ballots_poor", "ballots_valid", "complaints", "investigation")),
    ]  # fmt: skip
    year.frame = year.frame.with_columns(
        blocked=pl.any_horizontal(where.fill_null(False) for _, where, _ in blocks), blocked_first=ungraded
    )
    for rule, where, detail in blocks:
        find(year, "block", rule, where, detail)
    base = year.frame.filter(~ungraded)
    given = pl.lit("考核组初步意见=") + pl.col("preliminary_grade")
    keep(year, base.with_columns(inputs=given, before=pl.lit(None, pl.UInt8), after="base"), "BZ-41", "base")
    violated = [
        ("BZ-02", pl.col("sheet").cast(pl.String) != TIER, said("所用考核内容表与其层级不符", "sheet", "tier")),
        ("BZ-11", (pl.col("nonvote_evidence") < 1) & ~ungraded, said("定等须有票数以外的依据", "nonvote_evidence")),
        ("BZ-39", TEAM & ~((2 * pl.col("frontline_invitees") >= pl.col("invitees")) & (pl.col("invitees") > 0)),
         said("述廉大会邀请的基层一线人员应不少于50%", "frontline_invitees", "invitees")),
    ]  # fmt: skip
    for rule, where, detail in violated:
        find(year, "violation", rule, where, detail)
    unasked = TEAM & pl.col("survey_valid").is_null()
    find(year, "notice", "BZ-12", unasked, pl.lit("未见民意调查结果:缺少民意调查有效票"))
    few = pl.col("survey_valid") < 10
    find(year, "notice", "BZ-13", few, said("民意调查有效票过少", "survey_valid"))
    tallies = ("ballots_fair", "ballots_poor", "ballots_valid", "complaints")
    find(year, "notice", "BZ-40", MANY_COMPLAIN, said("须组织专项调查", *tallies))


def _own_facts(year: Year) -> None:
    """Caps of BZ-13 and BZ-14, the veto of BZ-49."""
    proven = MANY_DISSATISFIED & (pl.col("investigation") == "substantiated")
    told = read("survey_dissatisfied", "survey_valid", "investigation")
    _bound(year, "BZ-13", year.frame.select(proven).to_series(), GOOD, told)
    criticised = ~DEPUTY & (pl.col("criticism_circulars") >= 1)
    _bound(year, "BZ-14", year.frame.select(criticised).to_series(), GOOD, read("criticism_circulars"))
    vetoed = year.frame.select(TEAM & pl.col("manual_veto")).to_series()
    _bound(year, "BZ-49", vetoed, POOR, read("manual_veto"), force=True)


def _linkages(year: Year) -> None:
    """From a sanction to principal and team, then from 差 to the team and to its members; by these nobody gets 差."""
    poor, punished = RANK == POOR, PRINCIPAL & pl.col("party_sanction")
    _link(year, "BZ-48", punished, TEAM | punished, read("party_sanction"), POOR, force=True)
    _link(year, "BZ-05", PRINCIPAL & poor, TEAM, grade(RANK))
    _link(year, "BZ-06", TEAM & poor, ~TEAM, grade(RANK))


def _link(
    year: Year, rule: str, source: pl.Expr, target: pl.Expr, told: pl.Expr, rank: pl.Expr = GOOD, *, force: bool = False
) -> None:
    sources = year.frame.filter(source).select("unit", sources=pl.format("{}:{}", "id", told))
    if sources.is_empty():
        return
    by_unit = sources.group_by("unit", maintain_order=True).agg(pl.col("sources").str.join(","))
    year.frame = year.frame.join(by_unit, on="unit", how="left", maintain_order="left")
    reached = year.frame.select(target & pl.col("sources").is_not_null()).to_series()
    _bound(year, rule, reached, rank, pl.col("sources"), force=force)
    year.frame = year.frame.drop("sources")


def _bound(
    year: Year, rule: str, hit: pl.Series, rank: pl.Expr, inputs: pl.Expr, *, force: bool = False, seat: bool = False
) -> None:
    """Lowers these rows to a rank and keeps a trace row of each."""
    if not hit.any():
        return
    before = year.frame.filter(hit).with_columns(before=RANK, inputs=inputs)
    if seat:
        changes = {"seat": pl.when(hit).then(rank).otherwise("seat")}
    else:
        tighter = pl.when(hit & (pl.col("ceiling") < rank))
        changes = {
            "ceiling": tighter.then(rank).otherwise("ceiling"),
            "ceiling_rule": tighter.then(pl.lit(rule)).otherwise("ceiling_rule"),
        }
        changes |= {"force": pl.when(hit).then(rank).otherwise("force")} if force else {}
    year.frame = year.frame.with_columns(**changes)
    after = year.frame.filter(hit).select(after=RANK)
    kind = "seat" if seat else "force" if force else "ceiling"
    keep(year, before.hstack(after), rule, kind)


def _places(year: Year, rule: str, pool: str, members: pl.Expr, part: int, whole: int) -> None:
    """The best of a pool keep 好 (BZ-07, BZ-08); who ties across the last place is named."""
    seats = year.frame.select(members.sum()).item() * part // whole
    holds = year.frame.select((members & (RANK == TOP)).fill_null(False)).to_series()
    if holds.sum() <= seats:
        return
    order = pl.col("preliminary_rank").fill_null(pl.Int64.max())
    ranked = year.frame.filter(holds).select("id", last=order.rank("max"), first=order.rank("min"))
    kept = ranked.filter(pl.col("last") <= seats)["id"]
    lost = holds & ~year.frame["id"].is_in(kept.implode())
    _bound(year, rule, lost, GOOD, pl.lit(f"候选{ranked.height},名额{seats}"), seat=True)
    tied = ranked.filter((pl.col("last") > seats) & (pl.col("first") <= seats))["id"]
    if not tied.is_empty() and kept.len() < seats:
        detail = f"名额{seats},已用{kept.len()},并列待定:{'、'.join(tied)}"
        find_in_pool(year, pool, rule, detail)


def _settled(year: Year) -> None:
    """The shape of each pool (BZ-09) and the annual assessment beside this one (BZ-15, BZ-16, BZ-44)."""
    year.frame = year.frame.with_columns(decided=DECIDED).with_columns(grade=grade(pl.col("decided")))
    for pool, members in (("team", TEAM), ("cadre", ~TEAM)):
        grades = year.frame.filter(members)["grade"]
        ends, middle = (int(grades.is_in(names).sum()) for names in (["好", "差"], ["较好", "一般"]))
        if grades.len() and not grades.null_count() and middle <= ends:
            find_in_pool(year, pool, "BZ-09", f"中间等次{middle}个,两头{ends}个,未成纺锤形")
    own_text, annual_text = pl.lit("本考核“") + pl.col("grade"), pl.lit("”,年度考核等次“") + pl.col("annual_grade")
    for rule, low, name, best in (
        ("BZ-15", TEAM & (pl.col("decided") > TOP), "较好", GOOD),
        ("BZ-16", ~TEAM & (pl.col("decided") >= FAIR), "称职", GOOD),
    ):
        propose(year, rule, year.frame.filter(low), "ANNUAL_GRADE_CAP", max_grade=name)
        find(year, "violation", rule, low & (pl.col("annual") < best), own_text + annual_text + f"”,不得高于“{name}”")
    apart = (pl.col("decided").cast(pl.Int8) - pl.col("annual").cast(pl.Int8)).abs() >= 2
    find(year, "notice", "BZ-44", apart, own_text + annual_text + "”,相差悬殊")


def _follows(year: Year, case: CaseFrames) -> None:
    """What follows from grades, from two years of 差, and from serious effects (BZ-17 to BZ-20)."""
    low = year.frame.filter(pl.col("decided") >= FAIR)
    propose(year, "BZ-17", low, "ADMONITION_TALK", "REMINDER_TALK")
    propose(year, "BZ-17", low, "RECTIFICATION_ORDER", months=3)
    before = case.history.filter((pl.col("grade") == "差") & (pl.col("year") == case.year - 1))
    twice = year.frame.filter(pl.col("decided") == POOR).join(
        before.select("subject", "led_by"), left_on="id", right_on="subject", maintain_order="left"
    )
    _principals_of(year, twice.filter(TEAM))
    choices = ("REMOVAL", "TRANSFER", "DEMOTION", "OTHER")
    propose(year, "BZ-19", twice.filter(~TEAM), "ORDERED_RESIGNATION", *choices)
    propose(year, "BZ-20", year.frame.filter("serious_effect"), "DISCIPLINARY_SANCTION")


def _principals_of(year: Year, teams: pl.DataFrame) -> None:
    """BZ-18: the principal who led in both years; people look at one who did not, and at one not known to have led."""
    rows = year.frame.filter(PRINCIPAL).join(teams.select("unit", "led_by"), on="unit", maintain_order="left")
    unknown, led = pl.col("led_by").is_null(), pl.col("led_by").list.contains(pl.col("id"))
    action, others = "ORGANISATIONAL_ADJUSTMENT", ("NON_LEADING_POST", "OTHER")
    review = "上一年度班子由谁主持未见记录,按现任主要领导计,请核实"
    propose(year, "BZ-18", rows.filter(led), action, *others)
    propose(year, "BZ-18", rows.filter(unknown), action, *others, review=review)
    changed = "现任主要领导上一年度未主持该班子,请人工审核"
    propose(year, "BZ-18", rows.filter(~led), "HUMAN_REVIEW", action, *others, review=changed)
