"""A small fictional pack for tests of the core and the loader, and a builder of cases."""

from collections.abc import Iterable, Mapping

import polars as pl

from scoring.case import FACTS, GIVEN, HISTORY, SUBJECTS, CaseFrames

SCHEME = """
id: tiny
label: 小方案
place: 某地
scales:
  - {id: s, label: 等次, grades: [甲, 乙, 丙, 丁], basis: default}
tiers:
  - {id: team, label: 班子, scale: s, person: false, basis: default}
  - {id: head, label: 正职, scale: s, person: true, basis: default}
  - {id: member, label: 成员, scale: s, person: true, basis: default}
pools:
  - {id: teams, label: 班子, tiers: [team], basis: default}
  - {id: staff, label: 干部, tiers: [head, member], basis: default}
config:
  - {key: points.low, label: 低分线, default: 10, minimum: 0, maximum: 99, basis: default}
  - {key: law.fixed, label: 法定, default: 3, cite: {source: S1, clause: 不得超过三分之一}}
"""
SOURCES = """
sources:
  - {id: S1, title: 办法, clauses: [不得超过三分之一, 低分不得为甲]}
"""
SCORING = """
facts:
  - name: points
    label: 得分
    type: count
    level: subject
    missing: {team: block, head: skip, member: 50}
    basis: default
  - {name: poor, label: 否决, type: bool, level: subject, missing: false, basis: default}
  - {name: star, label: 表扬, type: bool, level: subject, missing: false, basis: default}
  - {name: remote, label: 边远, type: bool, level: unit, missing: false, basis: default}
  - name: first
    label: 初步
    type: grade
    level: subject
    scales: {team: s, head: s, member: s}
    missing: skip
    basis: default
  - {name: order, label: 排序, type: count, level: subject, missing: skip, basis: default}
base: {id: T-0, grade: first, order: order, basis: default}
"""
RULES = """
rules:
  - id: T-1
    kind: cap
    label: 低分
    applies_to: [team, head, member]
    when: "points < $points.low"
    max_grade: 乙
    cite: &low {source: S1, clause: 低分不得为甲}
  - {id: T-2, kind: lift, label: 表扬, applies_to: [team, head, member], when: star, min_grade: 乙, cite: *low}
  - {id: T-3, kind: force, label: 否决, applies_to: [team, head, member], when: poor, grade: 丁, cite: *low}
  - id: T-4
    kind: linkage
    label: 班子到正职
    applies_to: [team]
    at_or_below: 乙
    targets: [head]
    max_grade: 乙
    cite: *low
  - id: T-5
    kind: linkage
    label: 正职到成员
    applies_to: [head]
    at_or_below: 乙
    targets: [member]
    max_grade: 丙
    cite: *low
  - id: T-6
    kind: quota
    label: 名额
    pool: teams
    grade: 甲
    part: 1
    whole: 3
    cite: {source: S1, clause: 不得超过三分之一}
"""
CONSEQUENCES = """
actions: [{code: TALK, label: 谈话}]
consequences:
  - id: T-9
    kind: on_grade
    label: 谈话
    applies_to: [team, head, member]
    grades: [丁]
    actions: [{action: TALK}]
    cite: {source: S1, clause: 低分不得为甲}
"""


def tiny(changes: Mapping[str, tuple[str, str]] | None = None) -> dict[str, str]:
    """The files of the pack, in each named file one text replaced by another that must have been there."""
    files = {
        "scheme.yaml": SCHEME,
        "sources.yaml": SOURCES,
        "scoring.yaml": SCORING,
        "rules.yaml": RULES,
        "consequences.yaml": CONSEQUENCES,
    }
    for name, (old, new) in (changes or {}).items():
        assert old in files[name], f"{old!r} is not in {name}"
        files[name] = files[name].replace(old, new)
    return files


def make_case(
    subjects: Iterable[tuple[str, str, str]],
    facts: Mapping[tuple[str, str], object] | None = None,
    given: Mapping[str, str] | None = None,
    history: Iterable[tuple[str, int, str, list[str] | None]] = (),
    **fields: object,
) -> CaseFrames:
    """A case of 2010 from (id, tier, unit), {(subject, fact): value} and {subject: grade}."""
    texts = [(subject, name, _text(value)) for (subject, name), value in (facts or {}).items()]
    return CaseFrames(
        year=2010,
        subjects=pl.DataFrame(list(subjects), SUBJECTS, orient="row"),
        facts=pl.DataFrame(texts, FACTS, orient="row"),
        history=pl.DataFrame(list(history), HISTORY, orient="row"),
        given=pl.DataFrame(list((given or {}).items()), GIVEN, orient="row"),
        **fields,
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
