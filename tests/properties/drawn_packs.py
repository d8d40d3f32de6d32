"""Random small packs: scales, tiers, pools, settings, facts and components, with rules that fit them."""

from typing import Any

from hypothesis import strategies as st

from tests.properties.dice import Dice
from tests.properties.drawn_components import Components
from tests.properties.drawn_rules import Rules
from tests.properties.texts import JUDGED

Entry = dict[str, Any]
Files = dict[str, dict[str, Any]]
GRADES = {"s": ["甲", "乙", "丙", "丁", "戊"], "t": ["一等", "二等", "三等", "四等"]}
GRADED = ("team", "head", "deputy")
PERSONS = ("head", "deputy")
UNITS = {"city": "市", "county": "县"}
ROUNDINGS = ["floor", "ceil", "half_up"]
DEFAULT = {"basis": "default"}


@st.composite
def packs(draw: Any) -> Files:
    """The files of a pack as mappings; about half of them have components."""
    dice = Dice(draw)
    scales = {name: GRADES[name][: dice.number(3, len(GRADES[name]))] for name in GRADES}
    one = dice.chance(50)
    tiers = {name: "s" if one else dice.pick(["s", "s", "t"]) for name in GRADED}
    pools = _pools(dice, tiers)
    facts = _facts(dice)
    names = [*_names(facts), *_built_in()]
    grades = {tier: scales[scale] for tier, scale in tiers.items()}
    computed = Components(dice, list(GRADED), grades, names)
    components = computed.draw() if one else []
    maker = Rules(dice, grades, pools, names, components)
    rules, consequences = maker.rules(), maker.consequences()
    return {
        "scheme.yaml": {
            "id": "drawn", "label": "随机方案", "place": "某地",
            "scales": [{"id": name, "label": name, "grades": grades, **DEFAULT} for name, grades in scales.items()],
            "tiers": [*(_tier(name, scale) for name, scale in tiers.items()), _tier("item", None)],
            "pools": pools,
            "config": _settings(dice),
        },
        "scoring.yaml": {
            "facts": [*facts, *_preliminary(tiers)],
            **({"components": components} if components else {}),
            "base": _base(dice, grades, computed.numbers) if one else JUDGED,
        },
        "rules.yaml": {"rules": rules},
        "consequences.yaml": {"actions": _actions(), "consequences": consequences},
    }  # fmt: skip


def _tier(name: str, scale: str | None) -> Entry:
    graded = {"scale": scale} if scale else {}
    return {"id": name, "label": name, **graded, "person": name in PERSONS, **DEFAULT}


def _settings(dice: Dice) -> list[Entry]:
    return [
        {"key": "low", "label": "线", "default": dice.number(0, 9), "minimum": 0, "maximum": 99, **DEFAULT},
        {"key": "on", "label": "启用", "default": dice.chance(70), **DEFAULT},
        {"key": "rounding", "label": "取整", "default": dice.pick(ROUNDINGS), "allowed": ROUNDINGS, **DEFAULT},
        {"key": "least", "label": "最少", "default": dice.number(0, 1), "minimum": 0, "maximum": 9, **DEFAULT},
        {"key": "base", "label": "基数", "default": dice.pick(["full_mark", "max_score"]), **DEFAULT},
    ]


def _pools(dice: Dice, tiers: dict[str, str]) -> list[Entry]:
    """Tiers of one scale may share a pool; a pool may be split by unit or by type."""
    kind = dice.number(0, 3)
    groups = [["team"], ["head"], ["deputy"]]
    if kind == 1 and tiers["head"] == tiers["deputy"]:
        groups = [["team"], ["head", "deputy"]]
    elif kind == 2:
        groups = [["head"], ["team"]]
    pools = []
    for group in groups:
        pool = {"id": "_".join(group) + "s", "label": "池", "tiers": group, **DEFAULT}
        by = dice.pick([[], [], ["unit"], ["unit_type"], ["unit_type", "result"]])
        pools.append(pool | ({"by": by} if by else {}))
    return pools


def _facts(dice: Dice) -> list[Entry]:
    kinds = {"none": "无", "good": "好", "bad": "坏"}
    facts = [
        {"name": "points", "type": "count", "level": "subject", "missing": _missing(dice, 3)},
        {"name": "faults", "type": "count", "level": "unit", "missing": _missing(dice, 0)},
        {"name": "poor", "type": "bool", "level": "subject", "missing": _missing(dice, False)},
        {"name": "remote", "type": "bool", "level": "unit", "missing": _missing(dice, True)},
        {"name": "result", "type": "enum", "level": "subject", "values": kinds, "missing": _missing(dice, "none")},
        {"name": "unit_type", "type": "enum", "level": "unit", "values": UNITS, "missing": "skip"},
        {"name": "score", "type": "number", "level": "subject", "missing": _missing(dice, 60)},
        {"name": "other", "type": "number", "level": "subject", "missing": dice.pick(["skip", "block"])},
        {"name": "since", "type": "date", "level": "subject", "missing": "skip"},
        {"name": "until", "type": "date", "level": "unit", "missing": _missing(dice, "2010-06-30")},
        {"name": "skills", "type": "set", "level": "subject", "values": dict(zip("abc", "abc", strict=True)),
         "missing": dice.pick(["skip", "block"])},
        {"name": "sanction", "type": "bool", "level": "person", "missing": dice.pick([False, "skip", "block"])},
    ]  # fmt: skip
    return [{"label": fact["name"], **fact, **DEFAULT} for fact in facts]


def _missing(dice: Dice, value: object) -> object:
    choices = [value, "skip", "block"]
    if dice.chance(20):
        return {name: dice.pick(choices) for name in (*GRADED, "item")}
    return dice.pick([*choices, value])


def _names(facts: list[Entry]) -> list[Entry]:
    """What conditions may read, and for which tiers."""
    everyone = [*GRADED, "item"]
    return [
        {**fact, "tiers": PERSONS if fact["level"] == "person" else everyone} for fact in facts if fact["type"] != "set"
    ]


def _built_in() -> list[Entry]:
    everyone = [*GRADED, "item"]
    return [
        {"name": "tier", "type": "text", "samples": everyone, "tiers": everyone},
        {"name": "unit", "type": "text", "samples": ["U1", "U2"], "tiers": everyone},
    ]


def _preliminary(tiers: dict[str, str]) -> list[Entry]:
    common = {"level": "subject", "missing": "skip", **DEFAULT}
    return [
        {"name": "first", "label": "初步", "type": "grade", "scales": tiers, **common},
        {"name": "annual", "label": "年度", "type": "grade", "scales": tiers, **common},
        {"name": "place", "label": "排序", "type": "count", **common},
    ]


def _base(dice: Dice, grades: dict[str, list[str]], numbers: list[str]) -> Entry:
    """The group's grade, a score through bands, both, or neither."""
    score = {"score": dice.pick(numbers)}
    limits = [{"at_least": 90 - 20 * at, "grade": grade} for at, grade in enumerate(grades["team"][:-1])]
    bands = {"bands": [*limits, {"grade": grades["team"][-1]}]}
    base = dice.pick([JUDGED, {"id": "R-0", **score, **bands}, {**JUDGED, **score, **bands}, {"id": "R-0", **score}])
    if "score" in base and dice.chance(30):
        base |= {"order": base["score"], "highest_first": True}
    return {**base, **DEFAULT}


def _actions() -> list[Entry]:
    return [{"code": code, "label": code} for code in ("TALK", "MOVE", "CAP", "HUMAN_REVIEW", "HALVE", "FLAG")]
