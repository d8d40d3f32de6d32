"""How a grade came about: each step with the facts it read, their source and date, the rule, its clause and effect."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.explaining.assessed import Assessed, reads_of
from scoring.explaining.words import shown
from scoring.facts import RAW
from scoring.kinds.linkage import Linkage
from scoring.kinds.quota import Quota
from scoring.scheme import Base, Component, Rule


@dataclass(frozen=True)
class Input:
    """One fact or component as it was read; `assumed` marks what stands for a missing fact.

    `of` names the subject that it was read from, where a linkage read it from another one.
    """

    of: str
    name: str
    label: str
    value: str
    source: str
    date: str
    assumed: bool


@dataclass(frozen=True)
class Step:
    """One thing that a rule did to the subject; `sources` are the subjects from which a linkage reached it."""

    kind: str
    rule: str
    label: str
    clause: str
    said: str
    before: str | None
    after: str | None
    inputs: tuple[Input, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """A block or remark about the subject."""

    kind: str
    rule: str
    detail: str
    clause: str


@dataclass(frozen=True)
class Following:
    """A consequence that is proposed for the subject."""

    rule: str
    action: str
    review: str
    clause: str


def steps_of(known: Assessed, subject: str) -> tuple[Step, ...]:
    """The steps of a subject in the order in which they took effect."""
    rows = [row for row in known.steps(subject) if row["kind"] != "weight"]
    scored = _scored(known, subject)
    written = [next(scored[row["rule"]]) if row["kind"] == "score" else rule_of(known, subject, row) for row in rows]
    return tuple(dict.fromkeys(_step(known, subject, row, rule) for row, rule in zip(rows, written, strict=True)))


def _scored(known: Assessed, subject: str) -> dict[str, Iterator[Component]]:
    """The components that came to a value for the subject, by id, in the order in which the trace tells them."""
    row, tier = known.row(subject), known.tier(subject)
    found: dict[str, list[Component]] = {}
    for component in known.scheme.components:
        computed = RAW + component.name if RAW + component.name in row.columns else component.name
        if tier in component.applies_to and row[computed][0] is not None:
            found.setdefault(component.id, []).append(component)
    return {id_: iter(components) for id_, components in found.items()}


def findings_of(known: Assessed, subject: str) -> tuple[Finding, ...]:
    """The subject's blocks, violations and remarks."""
    cites = known.scheme.citations()
    return tuple(
        Finding(kind, row["rule"], row["detail"], cites[row["rule"]].clause)
        for kind in ("blocks", "violations", "notices")
        for row in known.findings(subject, kind)
    )


def following_of(known: Assessed, subject: str) -> tuple[Following, ...]:
    """What follows for the subject from its grade, history and facts."""
    cites, rows = known.scheme.citations(), known.answer.consequences
    mine = rows.filter(rows["subject"] == subject)
    return tuple(
        Following(row["rule"], row["action"], row["review"] or "", cites[row["rule"]].clause)
        for row in mine.iter_rows(named=True)
    )


def rule_of(known: Assessed, subject: str, row: Mapping[str, Any]) -> Rule | Component | Base | None:
    """The rule that wrote a trace row: of those with this id one that reaches the subject and has this effect."""
    rule, kind = row["rule"], row["kind"]
    if rule == known.scheme.base.id and kind == "base":
        return known.scheme.base
    candidates = known.rules.get(rule, [])
    reaching = [each for each in candidates if _reaches(known, subject, each, row["after"])]
    for some in (reaching, candidates):
        same = [each for each in some if getattr(each, "effect", None) == kind]
        named = [each for each in some if type(each).__name__.lower() == NAMES.get(kind, kind)]
        if same or named:
            return (same or named)[0]
    return next(iter([*reaching, *candidates]), None)


def _reaches(known: Assessed, subject: str, rule: Rule | Component, after: str | None) -> bool:
    """Whether a rule can have left this subject with the grade `after`: by tier, or by pool and the grade of places."""
    tier = known.tier(subject)
    if isinstance(rule, Linkage):
        return tier in rule.targets or (rule.include_self and tier in rule.applies_to)
    if isinstance(rule, Quota):
        grades, pool = known.scale(subject).grades, known.value(subject, "pool") or ""
        below = grades[grades.index(rule.grade) + 1 :][:1] if rule.grade in grades else ()
        return str(pool).partition("/")[0] == rule.pool and after in below
    return tier in rule.applies_to


NAMES = {"seat": "quota", "ceiling": "bar"}


def inputs_of(known: Assessed, subject: str, names: tuple[str, ...], of: str = "") -> Iterator[Input]:
    """The values of these names for a subject; a fact's source and date stand where the fact is kept."""
    row = known.row(subject)
    for name in names:
        decl = known.scheme.names[name]
        if name not in row.columns:
            continue
        is_fact = name in known.scheme.facts
        source, day = known.sources.get((known.owner(subject, name), name), ("", "")) if is_fact else ("", "")
        raw = RAW + name
        assumed = raw in row.columns and row[raw][0] is None and row[name][0] is not None
        yield Input(of, name, decl.label, shown(decl, row[name][0]), source, day, assumed)


def _step(known: Assessed, subject: str, row: dict[str, Any], rule: Rule | Component | Base | None) -> Step:
    cites = known.scheme.citations()
    heads = [text.partition(":")[0] for text in row["inputs"].split(",")]
    members = set(known.members(subject)) - {subject}
    sources = tuple(dict.fromkeys(head for head in heads if head in members))
    names = reads_of(rule, known.scheme.names) if rule is not None else ()
    label = rule.decl.label if isinstance(rule, Component) else getattr(rule, "label", "")
    read = [each for source in sources for each in inputs_of(known, source, names, known.call(source))]
    return Step(
        row["kind"], row["rule"], label, cites[row["rule"]].clause, said_of(known, subject, row["inputs"]),
        row["before"], row["after"], tuple(read or inputs_of(known, subject, names)), sources,
    )  # fmt: skip


def said_of(known: Assessed, subject: str, inputs: str) -> str:
    """What a trace row says, with names for the subjects of the unit that it begins a part with."""
    members = set(known.members(subject))
    parts = [text.partition(":") for text in inputs.split(",")]
    return ",".join((known.call(head) if head in members else head) + colon + rest for head, colon, rest in parts)
