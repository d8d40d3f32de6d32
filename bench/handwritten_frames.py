"""What the hand-written rules stand on: the wide frame, how facts read, and the rows that rules leave behind."""

from dataclasses import dataclass, field

import polars as pl

from scoring.case import CaseFrames

GRADE = pl.Enum(["好", "较好", "一般", "差"])
CADRE_YEAR = pl.Enum(["优秀", "称职", "基本称职", "不称职"])
TOP, GOOD, FAIR, POOR = (pl.lit(rank, pl.UInt8) for rank in range(4))
INVESTIGATION = {"none": "未开展", "open": "未结论", "substantiated": "属实", "unsubstantiated": "不属实"}
TIERS = {"team": "领导班子", "principal": "班子正职", "deputy": "班子副职"}
WORDS = {"investigation": INVESTIGATION, "sheet": TIERS, "tier": TIERS}
LABELS = {
    "sheet": "所用考核内容表",
    "tier": "层级",
    "survey_dissatisfied": "民意调查“不满意”票",
    "survey_valid": "民意调查有效票",
    "investigation": "专项调查",
    "criticism_circulars": "年内被通报批评次数",
    "manual_veto": "人工一票否决",
    "party_sanction": "年内受到党纪处分",
    "midyear_checked": "年中检查已开展",
    "nonvote_evidence": "票数以外的依据份数",
    "frontline_invitees": "其中基层一线人数",
    "invitees": "述廉大会邀请人数",
    "ballots_fair": "测评“一般”票",
    "ballots_poor": "测评“差”票",
    "ballots_valid": "民主测评有效票",
    "complaints": "干部群众反映问题件数",
}
COUNTS = (
    "ballots_valid", "ballots_fair", "ballots_poor", "survey_valid", "survey_dissatisfied", "complaints",
    "nonvote_evidence", "criticism_circulars", "invitees", "frontline_invitees", "preliminary_rank",
)  # fmt: skip
FLAGS = ("manual_veto", "serious_effect", "party_sanction", "midyear_checked")
OF_UNIT = ("midyear_checked", "criticism_circulars", "invitees", "frontline_invitees")
MISSING = {"complaints": 0, "nonvote_evidence": 0, "criticism_circulars": 0, "investigation": "none"}
MISSING |= dict.fromkeys(FLAGS, False)

RANK = pl.coalesce("force", pl.when(~pl.col("blocked")).then(pl.max_horizontal("base", "ceiling", "seat")))
DECIDED = pl.when(~pl.col("blocked")).then(RANK)


@dataclass
class Year:
    """The wide frame as the rules change it, and what they say on the way."""

    frame: pl.DataFrame
    trace: list[pl.DataFrame] = field(default_factory=list)
    findings: list[pl.DataFrame] = field(default_factory=list)
    consequences: list[pl.DataFrame] = field(default_factory=list)


def wide(case: CaseFrames) -> pl.DataFrame:
    """One row a subject with typed columns; `given:x` tells a given value from one put in its place."""
    names = [*COUNTS, *FLAGS, "investigation", "sheet", "annual_grade", "preliminary_grade"]
    wanted = case.facts.filter(pl.col("name").is_in(names))
    shared = pl.col("name").is_in(OF_UNIT)
    own = _pivoted(wanted.filter(~shared), [name for name in names if name not in OF_UNIT])
    of_unit = _pivoted(wanted.filter(shared), OF_UNIT)
    wide = case.subjects.join(own, left_on="id", right_on="subject", how="left", maintain_order="left")
    wide = wide.join(of_unit, left_on="unit", right_on="subject", how="left", maintain_order="left")
    grade = pl.col("annual_grade")
    wide = wide.with_columns(
        pl.col(COUNTS).cast(pl.Int64),
        pl.col(FLAGS) == "true",
        pl.col("investigation").cast(pl.Enum(list(INVESTIGATION))),
        pl.col("sheet").cast(pl.Enum(list(TIERS))),
        base=pl.col("preliminary_grade").cast(GRADE).to_physical(),
        annual=pl.coalesce(grade.cast(kind, strict=False).to_physical() for kind in (GRADE, CADRE_YEAR)).cast(pl.UInt8),
    )
    return wide.with_columns(
        *(pl.col(name).is_not_null().alias("given:" + name) for name in MISSING),
        *(pl.col(name).fill_null(value) for name, value in MISSING.items()),
        pl.lit(0, pl.UInt8).alias("ceiling"),
        *(pl.lit(None, pl.UInt8).alias(name) for name in ("seat", "force")),
        ceiling_rule=pl.lit(None, pl.String),
    )


def _pivoted(facts: pl.DataFrame, names: tuple[str, ...] | list[str]) -> pl.DataFrame:
    return facts.pivot(on="name", on_columns=names, index="subject", values="value")


def read(*names: str) -> pl.Expr:
    """`民意调查有效票=90,专项调查=未开展(缺省)` for each row."""
    parts: list[pl.Expr] = []
    for at, name in enumerate(names):
        text = pl.col(name).cast(pl.String)
        words = {"true": "是", "false": "否"} if name in FLAGS else WORDS.get(name, {})
        parts += [
            pl.lit(("," if at else "") + LABELS[name] + "="),
            (text.replace(words) if words else text).fill_null("缺"),
        ]
        if name in MISSING:
            parts.append(pl.when("given:" + name).then(pl.lit("")).otherwise(pl.lit("(缺省)")))
    return pl.concat_str(parts)


def said(message: str, *names: str) -> pl.Expr:
    return pl.concat_str(pl.lit(message + "("), read(*names), pl.lit(")"))


def grade(rank: pl.Expr) -> pl.Expr:
    return rank.cat.to(GRADE).cast(pl.String)


def keep(year: Year, rows: pl.DataFrame, rule: str, kind: str) -> None:
    before, after = grade(pl.col("before")).alias("before"), grade(pl.col("after")).alias("after")
    kinds = {"step": pl.lit(len(year.trace) + 1, pl.Int32), "kind": pl.lit(kind), "rule": pl.lit(rule)}
    year.trace.append(rows.select(pl.col("id").alias("subject"), **kinds, inputs="inputs", before=before, after=after))


def find(year: Year, kind: str, rule: str, where: pl.Expr, detail: pl.Expr) -> None:
    told = {"kind": pl.lit(kind), "pool": pl.lit(None, pl.String), "rule": pl.lit(rule), "detail": detail}
    year.findings.append(year.frame.filter(where).select(subject="id", **told, force=pl.lit("hard")))


def find_in_pool(year: Year, pool: str, rule: str, detail: str) -> None:
    force = "hard" if rule == "BZ-09" else "soft"
    row = {"subject": None, "kind": "notice", "pool": pool, "rule": rule, "detail": detail, "force": force}
    year.findings.append(pl.DataFrame([row], year.findings[0].schema))


def propose(
    year: Year,
    rule: str,
    rows: pl.DataFrame,
    action: str,
    *others: str,
    review: str | None = None,
    max_grade: str | None = None,
    months: int | None = None,
) -> None:
    year.consequences.append(
        rows.select(
            pl.col("id").alias("subject"),
            pl.lit(rule).alias("rule"),
            pl.lit(action).alias("action"),
            pl.lit(pl.Series([[action, *others]])).first().alias("options"),
            pl.lit(review, pl.String).alias("review"),
            pl.lit(max_grade, pl.String).alias("max_grade"),
            pl.lit(months, pl.Int64).alias("deadline_months"),
        )
    )


def frames(year: Year) -> dict[str, pl.DataFrame]:
    findings = pl.concat(year.findings)
    by_kind = {
        kind + "s": findings.filter(pl.col("kind") == kind).drop("kind") for kind in ("violation", "block", "notice")
    }
    bounded = year.frame.filter(pl.col("ceiling_rule").is_not_null())
    return {
        "grades": year.frame.select(subject="id", grade="grade").drop_nulls("grade"),
        "ceilings": bounded.select(subject="id", grade=grade(pl.col("ceiling")), rule="ceiling_rule"),
        **by_kind,
        "consequences": pl.concat(year.consequences),
        "trace": pl.concat(year.trace),
    }
