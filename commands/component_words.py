"""What a component computes, in words: its parts by their labels, its numbers, and what changes its weights."""

from collections.abc import Mapping
from functools import singledispatch

from commands.rule_words import condition, names, tier_names, value
from config.scheme_loader import Pack
from scoring.components.among import IN_WORDS, Among, Collect, Ranking, SpreadOf, Tally
from scoring.components.arithmetic import Mean, Part, Product, Share, Sum
from scoring.components.bands import Bands
from scoring.components.deductions import Deduction, Deductions
from scoring.components.past import PastCount, PastGrade, PastRun, YearGrade
from scoring.components.weighted_sum import Adjustment, WeightedSum
from scoring.scheme import Amount, Component


@singledispatch
def words(component: Component, pack: Pack) -> str:  # noqa: ARG001 - every kind has the same signature
    """The component in one Chinese sentence; TypeError for a kind that has none yet."""
    raise TypeError(f"no words for {type(component).__name__}: register one in commands/component_words.py")


@words.register
def _(component: Sum, pack: Pack) -> str:
    start = [] if component.start == 0 else [value(component.start, pack)]
    parts = " ".join([*start, *(_part(part, pack) for part in component.parts)]).removeprefix("+ ")
    return parts + _held(component.at_least, component.at_most, pack)


def _part(part: Part, pack: Pack) -> str:
    sign = "-" if part.subtract else "+"
    return f"{sign} {names(pack, part.name)}{_held(part.at_least, part.at_most, pack)}"


def _held(low: Amount | None, high: Amount | None, pack: Pack) -> str:
    limits = [f"{word}{value(limit, pack)}" for word, limit in (("最低", low), ("最高", high)) if limit is not None]
    return f"({','.join(limits)})" if limits else ""


@words.register
def _(component: WeightedSum, pack: Pack) -> str:
    rows = [_column(key, column, component, pack) for key, column in component.columns.items()]
    rest = ["不适用的部分除去,其余按比例折算"] if component.rescale else []
    return ";".join([*rows, *rest, *(_change(change, pack) for change in component.adjust)])


def _column(key: str, column: Mapping[str, Amount | None], component: WeightedSum, pack: Pack) -> str:
    shares = {part: "其余" if weight is None else f"{value(weight, pack)}%" for part, weight in column.items()}
    parts = " + ".join(f"{names(pack, part)}×{share}" for part, share in shares.items())
    decl = pack.scheme.names[component.by] if component.by else None
    return f"{(decl.value_labels or {}).get(key, key)}:{parts}" if decl else parts


def _change(change: Adjustment, pack: Pack) -> str:
    amount = f"改为{value(change.to, pack)}%" if change.to is not None else f"加{value(change.plus, pack)}个百分点"
    return f"{condition(change.when, pack)}时{names(pack, change.part)}的权重{amount}({change.id})"


@words.register
def _(component: Product, pack: Pack) -> str:
    divided = "" if component.divide_by == 1 else f" ÷ {value(component.divide_by, pack)}"
    return " × ".join(names(pack, factor) for factor in component.factors) + divided


@words.register
def _(component: Mean, pack: Pack) -> str:
    return f"{names(pack, *component.of)}的平均" + ("(只计已有的)" if component.of_those_present else "")


@words.register
def _(component: Share, pack: Pack) -> str:
    return f"{names(pack, component.of)}占{names(pack, component.out_of)}的百分比"


@words.register
def _(component: Deductions, pack: Pack) -> str:
    items = ";".join(_item(item, pack) for item in component.items)
    least = f";最低{value(component.at_least, pack)}分" if component.at_least is not None else ""
    return f"{value(component.start, pack)}分起,{items}{least}"


def _item(item: Deduction, pack: Pack) -> str:
    most = f",最多{value(item.at_most, pack)}分" if item.at_most is not None else ""
    unless = f",{condition(item.unless, pack)}的除外" if item.unless else ""
    return f"{names(pack, item.of)}每次扣{value(item.each, pack)}分{most}{unless}"


@words.register
def _(component: Bands, pack: Pack) -> str:
    bands = [
        f"{value(limit, pack)}以上“{word}”" if limit is not None else f"其余“{word}”" for limit, word in component.bands
    ]
    return f"{names(pack, component.of)}:{'、'.join(bands)}"


@words.register
def _(component: Ranking, pack: Pack) -> str:
    order = "从低到高" if component.lowest_first else "从高到低"
    return f"{names(pack, component.of)}在{IN_WORDS[component.within]}中{order}的名次"


@words.register
def _(component: Tally, pack: Pack) -> str:
    counted = f"中{names(pack, component.distinct)}的不同值" if component.distinct else ""
    return f"{_whose(component, pack)}{counted}有几个:{condition(component.when, pack)}"


@words.register
def _(component: Collect, pack: Pack) -> str:
    return f"{_whose(component, pack)}的{names(pack, component.fact)}合在一起"


@words.register
def _(component: SpreadOf, pack: Pack) -> str:
    return f"{_whose(component, pack)}的{names(pack, component.of)}最高与最低之差"


def _whose(component: Among, pack: Pack) -> str:
    return f"{IN_WORDS[component.within]}的{tier_names(component.source, pack)}"


@words.register
def _(component: PastRun, pack: Pack) -> str:  # noqa: ARG001
    gap = "没有等次的年度跳过" if component.bridges else "没有等次的年度即中断"
    return f"上一年度起连续“{'”“'.join(component.grades)}”的年数({gap})"


@words.register
def _(component: PastCount, pack: Pack) -> str:  # noqa: ARG001
    return f"截至本年度的{component.window}年内“{'”“'.join(component.grades)}”的次数(本年度不计)"


@words.register
def _(component: PastGrade, pack: Pack) -> str:  # noqa: ARG001
    return f"截至本年度的{component.window}年内最{'好' if component.which == 'best' else '差'}的等次(本年度不计)"


@words.register
def _(component: YearGrade, pack: Pack) -> str:  # noqa: ARG001
    return f"{component.years_ago}年前的等次"
