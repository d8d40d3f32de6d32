"""The working board of one assessment: a row a subject, its bounds as ranks (1 is best), and what the rules wrote."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from scoring.case import CaseFrames
from scoring.conditions import Condition
from scoring.doubts import Doubt, Effect
from scoring.facts import silenced
from scoring.inputs import read_inputs
from scoring.prepared import RANK, Prepared
from scoring.scheme import Base, Rule, Scale, Scheme, Setting

FindingKind = Literal["violation", "block", "notice"]
SPARED = "spared:"  # where a protective rule keeps the rule of this id away
FINDINGS = {
    "kind": pl.String(),
    "subject": pl.String(),
    "pool": pl.String(),
    "rule": pl.String(),
    "detail": pl.String(),
    "force": pl.String(),
}
TRACE = {
    "subject": pl.String(),
    "kind": pl.String(),
    "rule": pl.String(),
    "inputs": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
}


@dataclass(frozen=True)
class Reach:
    """How far a linkage has come: the step of each row as a source, and the furthest that each row was bound."""

    sources: pl.Series
    bound: pl.Series


@dataclass
class Board:
    """State that only the rules of one `assess` call write to."""

    scheme: Scheme
    case: CaseFrames
    settings: Mapping[str, Setting]
    proposing: bool
    frame: pl.DataFrame
    findings: list[pl.DataFrame] = field(default_factory=list)
    trace: list[pl.DataFrame] = field(default_factory=list)
    consequences: list[pl.DataFrame] = field(default_factory=list)
    linked: dict[str, Reach] = field(default_factory=dict)  # by linkage
    doubts: list[Doubt] = field(default_factory=list)
    spared: set[str] = field(default_factory=set)  # rules that a protective rule keeps away from someone
    answered: dict[str, pl.Series] = field(default_factory=dict)  # by the SQL of the condition
    reached: dict[tuple[str, ...], pl.Series] = field(default_factory=dict)  # the rows of these tiers
    seats: dict[tuple[str, str, str], int] = field(default_factory=dict)  # by rule, label and pool, where they are few
    limits: int = 0  # how often a rule has bounded someone
    traced: bool = True
    told: bool = True  # whether findings are kept

    def setting(self, value: Setting) -> Setting:
        """The value itself, or that of the setting named by `$key`."""
        return self.settings[value[1:]] if isinstance(value, str) and value.startswith("$") else value

    def number(self, value: Setting) -> int:
        """A whole number of the scheme, given or as a setting."""
        return int(self.setting(value))

    def rank(self) -> pl.Expr:
        """The grade as it stands: the given one, or the worst force, else min(ceiling, max(base, floor)) as grades."""
        if not self.proposing:
            return pl.col("given")
        free = pl.max_horizontal("ceiling", "seat", pl.min_horizontal("base", "floor"))
        usable = pl.col("base").is_not_null() & ~pl.col("blocked")
        rank = pl.coalesce("force", pl.when(usable).then(free))
        return pl.when(~pl.col("ungraded")).then(rank) if self.scheme.leaves_ungraded else rank

    def decided(self) -> pl.Expr:
        """The rank that the assessment answers with; null for who is blocked or has no grade."""
        return self.rank() if not self.proposing else pl.when(~pl.col("blocked")).then(self.rank())

    def graded(self) -> pl.Expr:
        """Whose grade is in question: those with a given grade, or with a base to propose from."""
        return pl.col("base" if self.proposing else "given").is_not_null()

    def order(self) -> pl.Expr:
        """What subjects of a pool are put in order by, the smallest first; null for who has no place in it."""
        base = self.scheme.base
        name = base.order_fact or base.score
        if name is None:
            return pl.lit(None, pl.Int64)
        return -pl.col(name) if base.highest_first or base.order_fact is None else pl.col(name)

    def ranked(self, grade: str) -> pl.Expr:
        """The rank of a grade on the scale of each row's tier; null for tiers whose scale lacks it."""
        return self.by_scale(lambda scale: pl.lit(scale.rank(grade) if grade in scale.grades else None, RANK))

    def fact_rank(self, fact: str, grade: str) -> pl.Expr:
        """The rank of a grade on the scale that each row's tier has for this fact."""
        scales = self.scheme.facts[fact].grades_by_tier or {}
        ranks = {tier: grades.index(grade) + 1 for tier, grades in scales.items() if grade in grades}
        return pl.col("tier").replace_strict(ranks, default=None, return_dtype=RANK)

    def named(self, rank: pl.Expr) -> pl.Expr:
        """The grade that a rank means on the scale of each row's tier."""
        return self.by_scale(lambda scale: pl.lit(pl.Series(scale.grades)).gather(rank - 1, null_on_oob=True))

    def by_scale(self, make: Callable[[Scale], pl.Expr]) -> pl.Expr:
        """One expression a scale, chosen by each row's tier."""
        tiers: dict[str, list[str]] = {}
        for tier in self.scheme.tiers.values():
            if tier.scale.grades:
                tiers.setdefault(tier.scale.id, []).append(tier.id)
        cases = [(ids, make(self.scheme.scales[scale])) for scale, ids in tiers.items()]
        if len(cases) == 1 and len(cases[0][0]) == len(self.scheme.tiers):
            return cases[0][1]
        return pl.coalesce([pl.lit(None), *(pl.when(pl.col("tier").is_in(ids)).then(value) for ids, value in cases)])

    def rows(self, where: pl.Series | pl.Expr) -> pl.LazyFrame:
        """These rows of the board, of which only what is asked for is copied."""
        return self.frame.lazy().filter(where)

    def concerned(self, rule: Rule) -> pl.Expr:
        """The rows whose tier the rule speaks of, and whom no protective rule spares from it."""
        mine = pl.col("tier").is_in(rule.applies_to)
        return mine & ~pl.col(SPARED + rule.id) if rule.id in self.spared else mine

    def mine(self, rule: Rule) -> pl.Series:
        """`concerned` as it stands now."""
        if rule.applies_to not in self.reached:
            self.reached[rule.applies_to] = self.frame["tier"].is_in(rule.applies_to)
        mine = self.reached[rule.applies_to]
        return mine & ~self.frame[SPARED + rule.id] if rule.id in self.spared else mine

    def ask(self, rules: Iterable[Rule]) -> None:
        """Answers every condition of these rules in one pass; what conditions read does not change any more."""
        asked = {each.sql: each.expr(self.settings) for rule in rules for each in rule.conditions}
        columns = self.frame.select(pl.col("id"), *(value.alias(f"{at}") for at, value in enumerate(asked.values())))
        self.answered = dict(zip(asked, columns.get_columns()[1:], strict=True))

    def answers(self, rule: Rule, condition: Condition, among: pl.Series | None = None) -> pl.Series:
        """The condition for the rule's rows (`among` these), else false; unknown blocks unless the fact is `skip`."""
        if condition.sql not in self.answered:
            self.answered[condition.sql] = condition.evaluate(self.frame, self.settings)
        answer = self.answered[condition.sql]
        mine = self.mine(rule) if among is None else self.mine(rule) & among
        answer = mine & answer
        if answer.null_count():
            loud = ~silenced(condition.names, self.scheme)
            unknown = answer.is_null() & self.frame.select(loud).to_series()
            self.block(rule, unknown, "缺少:" + read_inputs(self.scheme, condition.names, only_missing=True))
        return answer

    def block(self, rule: Rule | Base, where: pl.Series, detail: pl.Expr) -> None:
        """Nothing may be decided about these rows until evidence is there."""
        if not where.any():
            return
        self.find("block", rule, where, detail)
        self.frame = self.frame.with_columns(pl.col("blocked") | where.fill_null(False))

    def find(self, kind: FindingKind, rule: Rule | Base, where: pl.Series, detail: pl.Expr) -> None:
        """One finding for each of these rows of the board."""
        if where.any():
            self.find_among(kind, rule, self.rows(where), detail)

    def find_among(
        self, kind: FindingKind, rule: Rule | Base, rows: pl.LazyFrame | pl.DataFrame, detail: pl.Expr
    ) -> None:
        """One finding for each `id` of these rows."""
        self._keep(kind, rule, rows, {"subject": pl.col("id"), "detail": detail})

    def find_in_pools(self, kind: FindingKind, rule: Rule, rows: pl.LazyFrame | pl.DataFrame, detail: pl.Expr) -> None:
        """One finding about a pool as a whole for each of these rows with a `pool`."""
        self._keep(kind, rule, rows, {"pool": pl.col("pool"), "detail": detail})

    def _keep(
        self, kind: FindingKind, rule: Rule | Base, rows: pl.LazyFrame | pl.DataFrame, said: dict[str, pl.Expr]
    ) -> None:
        if not self.told:
            return
        same = {"kind": kind, "rule": rule.id, "force": rule.force}
        columns = {name: said.get(name, pl.lit(same.get(name), pl.String)) for name in FINDINGS}
        found = rows.lazy().select(**columns).collect()
        if not found.is_empty():
            self.findings.append(found)

    def limit(self, rule: Rule, effect: Effect, where: pl.Series, rank: pl.Expr, inputs: pl.Expr) -> None:
        """Bounds the grade of these rows by a rank and traces it; in check mode keeps what leaves the bound."""
        if not where.any():
            return
        mine = pl.lit(where) & ~pl.col("ungraded") if self.scheme.leaves_ungraded else pl.lit(where)
        old = self.frame
        bound = old.select("id", bound=pl.when(mine).then(rank))["bound"]
        self.limits += bound.null_count() < bound.len()
        self.frame = old.with_columns(_bounded(rule, effect, bound))
        if self.traced or not self.proposing:
            hit = bound.is_not_null()
            before = old.select(before=self.rank())["before"]
            after = (self.rank() if self.proposing else _allowed(effect)).alias("after")
            told = self.frame.lazy().with_columns(bound, before).filter(hit)
            rows = told.select("id", "tier", "given", "bound", "before", after, inputs.alias("inputs")).collect()
            self.note(rule.id, effect, rows)
            if not self.proposing:
                self._doubt(rule, effect, hit, rows)

    def _doubt(self, rule: Rule, effect: Effect, hit: pl.Series, rows: pl.DataFrame) -> None:
        left = {"force": pl.col("given") != pl.col("bound"), "floor": pl.col("given") > pl.col("bound")}
        off = rows.select(off=left.get(effect, pl.col("given") < pl.col("bound")).fill_null(False))["off"]
        if off.any():
            off_rows = rows.select("bound", "inputs").filter(off)
            self.doubts.append(Doubt(rule, effect, hit.arg_true().filter(off), off_rows["bound"], off_rows["inputs"]))

    def note(self, rule: str, kind: str, rows: pl.LazyFrame | pl.DataFrame) -> None:
        """Keeps trace rows; `rows` has inputs and the ranks before and after."""
        if self.traced:
            before, after = self.named(pl.col("before")).alias("before"), self.named(pl.col("after")).alias("after")
            labels = (pl.lit(kind).alias("kind"), pl.lit(rule).alias("rule"))
            noted = rows.lazy().select(pl.col("id").alias("subject"), *labels, "inputs", before, after).collect()
            if not noted.is_empty():
                self.trace.append(noted)


def _bounded(rule: Rule, effect: Effect, ranks: pl.Series) -> list[pl.Expr]:
    bound = pl.lit(ranks)
    if effect in ("floor", "seat"):
        keep = pl.min_horizontal if effect == "floor" else pl.max_horizontal
        return [keep(effect, bound).alias(effect)]
    tighter = bound > pl.col("ceiling")
    columns = [
        pl.max_horizontal("ceiling", bound).alias("ceiling"),
        pl.when(tighter).then(pl.lit(rule.id)).otherwise("ceiling_rule").alias("ceiling_rule"),
    ]
    return columns + ([pl.max_horizontal("force", bound).alias("force")] if effect == "force" else [])


def _allowed(effect: Effect) -> pl.Expr:
    if effect == "force":
        return pl.col("bound")
    if effect == "floor":
        return pl.min_horizontal("given", pl.max_horizontal("bound", "ceiling"))
    return pl.max_horizontal("given", "bound")


def set_up(
    scheme: Scheme, prepared: Prepared, case: CaseFrames, *, proposing: bool, traced: bool = True, told: bool = True
) -> Board:
    """The board before any rule; RefusedSetting for an override that the scheme does not allow."""
    frame = prepared.frame
    if proposing and scheme.leaves_ungraded:  # what was given is not looked at
        frame = frame.with_columns(pl.lit(False).alias("ungraded"))
    return Board(scheme, case, scheme.settings(case.config), proposing, frame, traced=traced, told=told)
