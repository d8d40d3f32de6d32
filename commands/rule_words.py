"""What a rule says, in words: conditions with the labels of their facts, the effect, the numbers."""

import re
from functools import singledispatch

from config.scheme_loader import Pack
from scoring.conditions import Condition
from scoring.kinds.comparison import AnnualCap, CrossCheck, Shape
from scoring.kinds.consecutive import Consecutive, Cumulative
from scoring.kinds.consequence import Action, OnFact, OnGrade
from scoring.kinds.cover import Cover
from scoring.kinds.emphasis import Emphasis
from scoring.kinds.evidence import Block, Coverage, Flag, Require
from scoring.kinds.limit import Bar, Limit
from scoring.kinds.linkage import Linkage
from scoring.kinds.marks import Leniency, Spread
from scoring.kinds.order import Order
from scoring.kinds.protect import Protect
from scoring.kinds.quota import Quota
from scoring.kinds.ungraded import Ungraded
from scoring.scheme import UNGRADED, Rule

CONNECTIVES = {"AND": "且", "OR": "或", "NOT": "非", "IN": "属于"}
ROUNDING = {"floor": "舍去", "ceil": "进位", "half_up": "四舍五入"}
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
    targets = "和".join([tier_names(rule.targets, pack), *(["本人"] if rule.include_self else [])])
    said = []
    for worst, bound in rule.steps:
        source = condition(rule.when, pack) if rule.when else f"“{worst}”以下(含)"
        said.append(f"{source} → 同单位{targets}{EFFECTS[rule.effect]}“{value(bound, pack)}”")
    return ";".join(said)


@words.register
def _(rule: Bar, pack: Pack) -> str:
    return f"{condition(rule.when, pack)} → 取消评定“{rule.from_grade}”以上等次的资格"


@words.register
def _(rule: Ungraded, pack: Pack) -> str:
    return f"{condition(rule.when, pack)} → {UNGRADED}"


@words.register
def _(rule: Protect, pack: Pack) -> str:
    review = f",{rule.review}" if rule.review else ""
    return f"{condition(rule.when, pack)} → 不适用{'、'.join(rule.spares)}{review}"


@words.register
def _(rule: Quota, pack: Pack) -> str:
    rounding = re.sub("|".join(ROUNDING), lambda word: ROUNDING[word.group()], value(rule.rounding, pack))
    minimum = f",至少{value(rule.minimum, pack)}个" if rule.minimum != 0 else ""
    best = all(pack.scheme.scale_for(tier).grades[0] == rule.grade for tier in rule.applies_to)
    grade = f"“{rule.grade}”" if rule.only or best else f"“{rule.grade}”以上"
    part = f"{value(rule.part, pack)}/{rule.whole}"
    if rule.share_tier is not None:
        shares = [f"“{grade}”的{value(share, pack)}%" for grade, share in (rule.shares or {}).items()]
        part = f"(按{tier_names((rule.share_tier,), pack)}的等次:{'、'.join(shares)})"
    return f"{grade}不超过{part},尾数{rounding}{minimum}"


@words.register
def _(rule: Order, pack: Pack) -> str:
    of, reason = names(pack, rule.of), names(pack, rule.reason)
    return f"{of}较低而等次较高的,须有:{reason}"


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
    return "缺少" + names(pack, *rule.facts) + f" → 提示:{rule.message}"


@words.register
def _(rule: Cover, pack: Pack) -> str:
    labels = pack.scheme.names[rule.fact].value_labels or {}
    wanted = "、".join(labels.get(each, each) for each in rule.all_of)
    when = f"{condition(rule.when, pack)} → " if rule.when else ""
    return f"{when}{names(pack, rule.fact)}须包括{wanted}"


@words.register
def _(rule: Emphasis, pack: Pack) -> str:
    return f"{condition(rule.when, pack)} → {names(pack, rule.component)}中{names(pack, rule.part)}的权重应最大"


@words.register
def _(rule: Spread, pack: Pack) -> str:
    base = {"full_mark": "满分", "max_score": "最高分"}
    of = value(rule.base, pack)
    return f"分差不到{base.get(of, of)}的{value(rule.at_least, pack)}% → {label_of(rule.action, pack)}"


@words.register
def _(rule: Leniency, pack: Pack) -> str:
    problem = f",或给有{names(pack, rule.problem)}的对象打满分" if rule.problem else ""
    return f"给全部对象打满分{problem} → {label_of(rule.action, pack)}"


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
    return f"“{'”“'.join(rule.grades)}”{also(rule.when, pack)} → {actions(rule.actions, pack)}"


@words.register
def _(rule: OnFact, pack: Pack) -> str:
    return f"{condition(rule.when, pack)} → {actions(rule.actions, pack)}"


@words.register
def _(rule: Consecutive, pack: Pack) -> str:
    whom = f"对{tier_names(rule.leaders, pack)}" if rule.leaders else ""
    reset = f",满{rule.years}年后重新计算:{value(rule.reset, pack)}" if rule.reset else ""
    gap = ",无等次的年度不中断" if rule.gap == "bridges" else ""
    return (
        f"连续{rule.years}年“{'”“'.join(rule.grades)}”{gap}{reset}{also(rule.when, pack)}"
        f" → {whom}{actions(rule.actions, pack)}"
    )


@words.register
def _(rule: Cumulative, pack: Pack) -> str:
    grades = f"“{'”“'.join(rule.grades)}”"
    return f"{rule.window}年内累计{rule.times}次{grades}{also(rule.when, pack)} → {actions(rule.actions, pack)}"


def also(when: Condition | None, pack: Pack) -> str:
    """A further condition beside a grade, if there is one."""
    return f",且{condition(when, pack)}" if when else ""


def names(pack: Pack, *of: str) -> str:
    """Facts and components by their labels."""
    return "、".join(pack.scheme.names[name].label for name in of)


def label_of(code: str, pack: Pack) -> str:
    return pack.action_labels[code]


def actions(all_of: tuple[Action, ...], pack: Pack) -> str:
    """The actions by their labels, replacements behind a stroke, then whom they fall on and for how long."""
    return ",".join(_action(action, pack) for action in all_of)


def _action(action: Action, pack: Pack) -> str:
    choice = "/".join(label_of(code, pack) for code in (action.code, *action.options))
    whom = f"{tier_names(action.on_person, pack)}" if action.on_person else ""
    months = (
        f"(自{names(pack, action.from_date)}起{value(action.duration_months, pack)}个月)" if action.from_date else ""
    )
    return f"{whom}{choice}{months}"


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
