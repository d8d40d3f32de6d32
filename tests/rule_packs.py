"""A fictional pack to which a test adds the rules that it is about, and short ways to ask the core."""

from collections.abc import Iterable, Mapping

from config.scheme_loader import load_scheme_files
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.scheme import Scheme
from tests.packs import make_case

HEAD = """
id: kinds
label: 规则方案
place: 某地
scales: [{id: s, label: 等次, grades: [甲, 乙, 丙, 丁], basis: default}]
tiers:
  - {id: unit, label: 单位, scale: s, person: false, basis: default}
  - {id: team, label: 班子, scale: s, person: false, basis: default}
  - {id: head, label: 正职, scale: s, person: true, basis: default}
  - {id: staff, label: 干部, scale: s, person: true, basis: default}
  - {id: office, label: 考核办, person: false, basis: default}
pools:
  - {id: teams, label: 班子, tiers: [team], basis: default}
  - {id: heads, label: 正职, tiers: [head], by: [unit_type], basis: default}
  - {id: staff, label: 干部, tiers: [staff], by: [unit], basis: default}
config:
  - {key: share, label: 比例, default: 50, minimum: 0, maximum: 100, basis: default}
  - {key: anew, label: 重新计算, default: true, basis: default}
  - {key: spread.base, label: 分差基数, default: full_mark, allowed: [full_mark, max_score], basis: default}
"""
SOURCES = "sources: [{id: S1, title: 办法, clauses: [条文]}]\n"
FACT = "missing: skip, basis: default}"
SCORING = f"""
facts:
  - {{name: first, label: 初步, type: grade, level: subject,
     scales: {{unit: s, team: s, head: s, staff: s}}, {FACT}
  - {{name: order, label: 排序, type: count, level: subject, {FACT}
  - {{name: score, label: 得分, type: number, level: subject, {FACT}
  - {{name: ask, label: 必答, type: count, level: subject, missing: block, basis: default}}
  - {{name: poor, label: 不良, type: bool, level: subject, missing: false, basis: default}}
  - {{name: star, label: 表扬, type: bool, level: subject, missing: false, basis: default}}
  - {{name: bold, label: 敢抓敢管, type: bool, level: subject, missing: false, basis: default}}
  - {{name: excused, label: 有理由, type: bool, level: subject, missing: false, basis: default}}
  - {{name: told_on, label: 通报日期, type: date, level: unit, {FACT}
  - {{name: unit_type, label: 类型, type: enum, level: unit, values: {{city: 市州, office: 部门}}, {FACT}
  - {{name: papers, label: 考卷, type: set, level: subject, values: {{hq: 发展, party: 党建}}, {FACT}
  - {{name: asked, label: 必报考卷, type: set, level: subject, values: {{hq: 发展, party: 党建}},
     missing: block, basis: default}}
components: []
base: {{id: K-0, grade: first, order: order, basis: default}}
"""
ACTIONS = "actions: [{code: TALK, label: 谈话}, {code: HALVE, label: 减半}, {code: HUMAN_REVIEW, label: 人工审核}]\n"
CITE = "cite: {source: S1, clause: 条文}"


def rule(id_: str, kind: str, keys: str, tiers: str | None = None) -> str:
    """The YAML of one rule; its label is its id and kind."""
    applies = f"applies_to: [{tiers}], " if tiers else ""
    return f"  - {{id: {id_}, kind: {kind}, label: {id_} {kind}, {applies}{keys}, {CITE}}}\n"


def scheme_of(*rules: str, consequences: Iterable[str] = (), components: str = "") -> Scheme:
    """The pack with these rules."""
    follows = "".join(consequences)
    return load_scheme_files(
        {
            "scheme.yaml": HEAD,
            "sources.yaml": SOURCES,
            "scoring.yaml": SCORING.replace("components: []", f"components:\n{components}" if components else ""),
            "rules.yaml": "rules:\n" + "".join(rules) if rules else "rules: []\n",
            "consequences.yaml": ACTIONS + ("consequences:\n" + follows if follows else "consequences: []\n"),
        }
    ).scheme


def propose(scheme: Scheme, subjects: Iterable[tuple[str, str, str]], facts: Mapping, **fields: object) -> Assessment:
    """What the core proposes."""
    return assess(scheme, make_case(subjects, facts, **fields), "propose")


def check(
    scheme: Scheme, subjects: Iterable[tuple[str, str, str]], facts: Mapping, given: Mapping, **fields
) -> Assessment:
    """What the core says of given grades."""
    return assess(scheme, make_case(subjects, facts, given, **fields), "check")


def grades_of(answer: Assessment) -> dict[str, str]:
    """The grade of each subject that has one."""
    return dict(answer.grades.iter_rows())


def broken(answer: Assessment) -> list[tuple[str, str]]:
    """Subject or pool and rule of each violation."""
    return named(answer.violations)


def named(findings) -> list[tuple[str, str]]:
    """Subject or pool and rule of each finding."""
    return sorted((one or pool, id_) for one, pool, id_ in findings.select("subject", "pool", "rule").iter_rows())


def followed(answer: Assessment, *columns: str) -> list[tuple]:
    """Subject, action and these columns of each consequence."""
    return sorted(answer.consequences.select("subject", "action", *columns).rows(), key=repr)
