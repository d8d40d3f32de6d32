"""What a rule says, in words: conditions with the labels of their facts, the effect, the numbers."""

import re
from functools import singledispatch

from config.scheme_loader import Pack
from scoring.conditions import Condition
from scoring.kinds.comparison import AnnualCap, CrossCheck, Shape
from scoring.kinds.consecutive import Consecutive
from scoring.kinds.consequence import Action, OnFact, OnGrade
from scoring.kinds.evidence import Block, Coverage, Flag, Require
from scoring.kinds.limit import Limit
from scoring.kinds.linkage import Linkage
from scoring.kinds.quota import Quota
from scoring.scheme import Rule

CONNECTIVES = {"AND": "且", "OR": "或", "NOT": "非", "IN": "属于"}
EFFECTS = {"ceiling": "最高", "floor": "最低", "force": "定为", "seat": "最高"}


@singledispatch
def words(rule: Rule, pack: Pack) -> str:  # noqa: ARG001 - every kind has the same signature
    """The rule in one Chinese sentence; TypeError for a kind that has none yet."""
    raise TypeError(f"no words for {type(rule).__name__}: register one in commands/rule_words.py")


@words.register
def _(rule: Limit, pack: Pack) -> str:
    return f"{condition(rule.when, pack)} → {EFFECTS[rule.effect]}“{rule.grade}”"


@words.register
def _(rule: Linkage, pack: Pack) -> str:
    source = condition(rule.when, pack) if rule.when else f"“{rule.at_or_below}”以下(含)"
    targets = [tier_names(rule.targets, pack), *(["本人"] if rule.include_self else [])]
    return f"{source} → 同单位{'和'.join(targets)}{EFFECTS[rule.effect]}“{rule.grade}”"


@words.register
def _(rule: Quota, pack: Pack) -> str:
    rounding, minimum = value(rule.rounding, pack), value(rule.minimum, pack)
    return f"“{rule.grade}”不超过{rule.part}/{rule.whole},取整{rounding},至少{minimum}个"


@words.register
def _(rule: Require, pack: Pack) -> str:
    return f"须:{condition(rule.must, pack)}"


@words.register
def _(rule: Block, pack: Pack) -> str:
    return f"{condition(rule.when, pack)} → 不得定等"


@words.register
def _(rule: Flag, pack: Pack) -> str:
    return f"{condition(rule.when, pack)} → 提示:{rule.message}"


@words.register
def _(rule: Coverage, pack: Pack) -> str:
    return "缺少" + "、".join(pack.scheme.facts[name].label for name in rule.facts) + f" → 提示:{rule.message}"


@words.register
def _(rule: AnnualCap, pack: Pack) -> str:
    annual = pack.scheme.facts[rule.fact].label
    return f"“{rule.below}”以下(是否含本等次:{value(rule.inclusive, pack)}) → {annual}最高“{rule.max_grade}”"


@words.register
def _(rule: CrossCheck, pack: Pack) -> str:
    return f"与{pack.scheme.facts[rule.fact].label}相差{value(rule.distance, pack)}个等次以上 → 提示"


@words.register
def _(rule: Shape, pack: Pack) -> str:  # noqa: ARG001
    return f"{'、'.join(rule.middle)}应多于{'、'.join(rule.ends)}"


@words.register
def _(rule: OnGrade, pack: Pack) -> str:
    return f"“{'”“'.join(rule.grades)}” → {actions(rule.actions, pack)}"


@words.register
def _(rule: OnFact, pack: Pack) -> str:
    return f"{condition(rule.when, pack)} → {actions(rule.actions, pack)}"


@words.register
def _(rule: Consecutive, pack: Pack) -> str:
    whom = f"对{tier_names(rule.leaders, pack)}" if rule.leaders else ""
    return f"连续{rule.years}年“{'”“'.join(rule.grades)}” → {whom}{actions(rule.actions, pack)}"


def actions(all_of: tuple[Action, ...], pack: Pack) -> str:
    """The actions by their labels, replacements behind a stroke."""
    return ",".join("/".join(pack.action_labels[code] for code in (action.code, *action.options)) for action in all_of)


def tier_names(tiers: tuple[str, ...], pack: Pack) -> str:
    return "、".join(pack.scheme.tiers[tier].label for tier in tiers)


def value(number: object, pack: Pack) -> str:
    """A number of the scheme; a setting with its default and the mark that it is one."""
    if isinstance(number, str) and number.startswith("$"):
        return f"{shown(pack.scheme.config[number[1:]].default)}(默认)"
    return shown(number)


def shown(plain: object) -> str:
    return {True: "是", False: "否"}[plain] if isinstance(plain, bool) else str(plain)


def condition(given: Condition, pack: Pack) -> str:
    """The condition with labels for names, settings with their defaults, Chinese connectives."""
    literals = {text: label for fact in given.facts.values() for text, label in (fact.value_labels or {}).items()}

    def word(match: re.Match[str]) -> str:
        token = match.group()
        if token.startswith("'"):
            return f"“{literals.get(token[1:-1], token[1:-1])}”"
        if token.startswith("$"):
            return value(token, pack)
        return CONNECTIVES.get(token) or (given.facts[token].label if token in given.facts else token)

    return re.sub(r"'[^']*'|\$[a-z][a-z0-9_.]*|[A-Za-z_][A-Za-z0-9_]*", word, " ".join(given.text.split()))
