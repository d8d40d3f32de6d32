"""Two assessments of the same facts under two sets of rules: who changes, from what to what, and by which rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from scoring.assessment import Assessment
from scoring.scheme import Phase, Scheme

# (rule, kind, label of a score): inputs, before, after
Traced = dict[tuple[str, str, str], tuple[str, str | None, str | None]]

STARTS = ("base", "score", "weight")  # steps before any rule
BINDING = {Phase.PROTECT, Phase.UNGRADED, Phase.LIMIT, Phase.LINKAGE}


@dataclass(frozen=True)
class Change:
    """A subject whose grade differs; None stands for no grade (blocked, or nothing to start from)."""

    subject: str
    before: str | None
    after: str | None
    reasons: tuple[str, ...]


def changes_between(before: Assessment, after: Assessment) -> list[Change]:
    """Return whose grade differs in the order of the subjects, with the rules that now bite or no longer do.

    Both must be traced and rest on the same subjects.
    """
    old, new = dict(before.grades.iter_rows()), dict(after.grades.iter_rows())
    moved = [subject for subject in dict.fromkeys([*old, *new]) if old.get(subject) != new.get(subject)]
    first, second = _steps(before, moved), _steps(after, moved)
    blocks = _blocks(before), _blocks(after)
    return [
        Change(
            subject,
            old.get(subject),
            new.get(subject),
            tuple(_reasons(subject, first[subject], second[subject], blocks, before.scheme, after.scheme)),
        )
        for subject in moved
    ]


def _reasons(
    subject: str, old: Traced, new: Traced, blocks: tuple[Mapping[str, list[str]], Mapping[str, list[str]]],
    before: Scheme, after: Scheme,
) -> Iterator[str]:  # fmt: skip
    was, now = blocks[0].get(subject, []), blocks[1].get(subject, [])
    yield from (f"不得定等:{line}" for line in now if line not in was)
    yield from (f"不再阻碍定等:{line}" for line in was if line not in now)
    reasons = [*_new(old, new, after), *_gone(old, new, before)]
    yield from reasons
    if not reasons and was == now:
        yield "由其他对象的变动引起"


def _new(old: Traced, new: Traced, scheme: Scheme) -> Iterator[str]:
    """Rules that lower or raise now and did not before, and starts that differ."""
    for (rule, kind, label), (inputs, before, after) in new.items():
        was = old.get((rule, kind, label))
        if kind in STARTS:
            if kind != "weight" and was is not None and was[2] != after:
                word = "起始等次" if kind == "base" else label
                yield f"{word}由{was[2] or '无'}变为{after or '无'}({rule})"
        elif before != after and (was is None or was[1] == was[2] or was[2] != after):
            yield f"{rule}{_label(scheme, rule, kind)}:{inputs}"


def _gone(old: Traced, new: Traced, scheme: Scheme) -> Iterator[str]:
    for (rule, kind, label), (inputs, before, after) in old.items():
        now = new.get((rule, kind, label))
        if kind not in STARTS and before != after and (now is None or now[1] == now[2]):
            yield f"不再受 {rule}{_label(scheme, rule, kind)}限制(原:{inputs})"


def _label(scheme: Scheme, rule: str, kind: str) -> str:
    """What the rule behind a trace row is called, after a space; empty where rules of one id have several names."""
    wanted = {Phase.QUOTA} if kind == "seat" else BINDING
    labels = {each.label for each in scheme.rules if each.id == rule and each.phase in wanted}
    return f" {labels.pop()}" if len(labels) == 1 else ""


def _steps(answer: Assessment, subjects: list[str]) -> dict[str, Traced]:
    steps: dict[str, Traced] = {subject: {} for subject in subjects}
    scores = _scores(answer, subjects)
    for row in answer.trace.filter(pl.col("subject").is_in(subjects)).iter_rows(named=True):
        label = next(scores[row["subject"], row["rule"]], "得分") if row["kind"] == "score" else ""
        key = (row["rule"], row["kind"], label)
        known = steps[row["subject"]].get(key)
        first = known[1] if known else row["before"]
        steps[row["subject"]][key] = (row["inputs"], first, row["after"])
    return steps


def _scores(answer: Assessment, subjects: list[str]) -> dict[tuple[str, str], Iterator[str]]:
    """The labels of the components of one id that a subject has a value of, in the order of the trace."""
    valued = set(answer.scores.filter(pl.col("subject").is_in(subjects)).select("subject", "name").iter_rows())
    components = answer.scheme.components
    found: dict[tuple[str, str], list[str]] = {(subject, each.id): [] for subject in subjects for each in components}
    for component in components:
        for subject in subjects:
            if (subject, component.name) in valued:
                found[subject, component.id].append(component.decl.label)
    return {key: iter(labels) for key, labels in found.items()}


def _blocks(answer: Assessment) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in answer.blocks.iter_rows(named=True):
        if row["subject"]:
            found.setdefault(row["subject"], []).append(f"{row['detail']}({row['rule']})")
    return found
