"""A fictional pack whose components a test writes as YAML, and the board that they compute."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache

import polars as pl

from config.scheme_compile import PackFiles, compile_scheme
from config.scheme_models import SchemeFile
from config.scheme_rule_models import ConsequencesFile, RulesFile
from config.scoring_models import ScoringFile
from config.yaml_file import Faults, check_model, parse_yaml
from scoring.board import Board, set_up
from scoring.components.compute import compute_components
from scoring.prepared import prepare
from scoring.scheme import Scheme
from tests.packs import make_case

HEAD = "applies_to: [team], basis: default"
SCHEME = """
id: scored
label: 计分方案
place: 某地
scales:
  - {id: s, label: 等次, grades: [优秀, 称职, 基本称职, 不称职], basis: default}
tiers:
  - {id: team, label: 班子, scale: s, person: false, basis: default}
  - {id: head, label: 正职, scale: s, person: true, basis: default}
  - {id: item, label: 指标, person: false, basis: default}
pools:
  - {id: teams, label: 班子, tiers: [team], basis: default}
  - {id: heads, label: 正职, tiers: [head], by: [kind], basis: default}
config:
  - {key: share, label: 平时权重, default: 40, minimum: 0, maximum: 200, basis: default}
  - {key: name, label: 名称, default: 甲, basis: default}
"""
FACTS = """
facts:
  - &number {name: a, label: 甲, type: number, level: subject, missing: block, basis: default}
  - {<<: *number, name: b, label: 乙}
  - {<<: *number, name: c, label: 丙}
  - {<<: *number, name: extra, label: 附加, missing: skip}
  - {<<: *number, name: times, label: 次数, type: count, missing: 0}
  - {<<: *number, name: flag, label: 标记, type: bool, missing: false}
  - {<<: *number, name: doubt, label: 存疑, type: bool, missing: block}
  - {<<: *number, name: silent, label: 未说, type: bool, missing: skip}
  - {<<: *number, name: day, label: 日期, type: date, missing: skip}
  - {<<: *number, name: tags, label: 标签, type: set, values: {p: 甲类, q: 乙类, r: 丙类}, missing: skip}
  - {<<: *number, name: field, label: 领域, type: enum, values: {p: 甲类, q: 乙类}, missing: skip}
  - {<<: *number, name: kind, label: 类型, type: enum, level: unit, values: {city: 市, county: 县}, missing: skip}
  - name: early
    label: 初步
    type: grade
    level: subject
    scales: {team: s, head: s}
    missing: skip
    basis: default
"""
BASE = "base: {id: B-1, basis: default}\n"
NOTHING = "actions: []\nconsequences: []\n"


def one(kind: str, keys: str, more: str = "") -> str:
    """The YAML of one component x of the team tier."""
    return f"  - {{id: X-1, kind: {kind}, name: x, label: 分, {keys}, {HEAD}{more}}}"


def numbers(**given: object) -> dict[str, Decimal]:
    """Given values as the decimals that they are read as."""
    return {name: Decimal(str(number)) for name, number in given.items()}


@cache
def scored_scheme(components: str, base: str = BASE, rules: str = "rules: []\n") -> Scheme:
    """The scheme with these components; SchemeFaults for what the compiler refuses."""
    faults = Faults()
    texts = {
        "scheme.yaml": (SchemeFile, SCHEME),
        "scoring.yaml": (ScoringFile, f"{FACTS}components:\n{components}\n{base}"),
        "rules.yaml": (RulesFile, rules),
        "consequences.yaml": (ConsequencesFile, NOTHING),
    }
    maps = {name: parse_yaml(text, name, faults) for name, (_, text) in texts.items()}
    faults.raise_any()
    models = [check_model(model, maps[name], faults) for name, (model, _) in texts.items()]
    faults.raise_any()
    scheme = compile_scheme(PackFiles(*models, maps), "", faults)
    faults.raise_any()
    return scheme


def computed(
    scheme: Scheme,
    facts: Mapping[tuple[str, str], object],
    subjects: Iterable[tuple[str, str, str]] = (("T", "team", "U"),),
    **case: object,
) -> Board:
    """The board of these subjects (id, tier, unit) once all components are computed."""
    frames = make_case(subjects, facts, **case)
    board = set_up(scheme, prepare(scheme, frames), frames, proposing=True)
    compute_components(board)
    return board


def values(board: Board, name: str) -> dict[str, object]:
    """The value of a component for each subject, decimals without trailing zeros."""
    rows = board.frame.select("id", name).rows()
    return {id_: value.normalize() if isinstance(value, Decimal) else value for id_, value in rows}


def value(components: str, facts: Mapping[str, object], name: str = "x", **case: object) -> object:
    """The component `name` of the one team T with these facts."""
    board = computed(scored_scheme(components), {("T", key): given for key, given in facts.items()}, **case)
    return values(board, name)["T"]


def column(frame: pl.DataFrame, name: str) -> list[object]:
    """A column as a list."""
    return frame[name].to_list()
