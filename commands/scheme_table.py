"""A pack as a person reads it: everything that decides about grades in Chinese, the clause beside each value."""

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from commands.component_words import words as component_words
from commands.duty_words import duty_rows
from commands.fact_words import LEVELS, missing, values
from commands.rule_words import names, shown, tier_names, value, words
from commands.tables import table
from config.remarks import missing_sections
from config.scheme_loader import Pack
from config.scheme_models import Cited
from config.scheme_scope import cite_of
from scoring.scheme import Cite

FORCE = {"hard": "硬性", "soft": "可例外"}


def tables(pack: Pack) -> Iterator[Table | Text]:
    """Everything of the pack that decides about grades, in reading order; nothing of what it does not have."""
    yield Text(f"{pack.scheme.label}({pack.id},版本 {pack.hash[:12]})", style="bold")
    for part in (
        _sources(pack), _policy(pack), _grades(pack), _tiers(pack), _pools(pack), _facts(pack), _components(pack),
        _base(pack), _rules(pack), _consequences(pack), _duties(pack), _settings(pack),
    ):  # fmt: skip
        if part.row_count:
            yield part


def origin(cite: Cite) -> str:
    """The clause, marked 默认 where no source says the value and 案例 where it was derived from a case."""
    marks = {"默认": cite.is_default, "案例": cite.is_case, f"「{cite.clause}」": bool(cite.clause)}
    return " ".join(mark for mark, holds in marks.items() if holds)


def _of(model: Cited) -> str:
    """The rule and the origin of a value outside rules.yaml."""
    return f"{model.rule} {origin(cite_of(model))}".strip()


def _sources(pack: Pack) -> Table:
    result = table("出处", "编号", "文件", "发文机关", "日期", "备注")
    for source in pack.sources:
        result.add_row(source.id, source.title, source.issuer, source.dated, source.note)
    return result


def _policy(pack: Pack) -> Table:
    policy = pack.head.policy
    result = table("考核办法" + (f":{policy.title}" if policy and policy.title else ""), "部分", "内容", lines=True)
    for section, text in policy.sections.items() if policy else ():
        result.add_row(section, text)
    for section in missing_sections(policy) if policy else ():
        if policy and section not in policy.sections:
            result.add_row(section, "(缺)")
    return result


def _grades(pack: Pack) -> Table:
    result = table("等次", "名称", "从好到差", "依据")
    for model in pack.head.scales:
        result.add_row(model.label, " > ".join(model.grades), _of(model))
    return result


def _tiers(pack: Pack) -> Table:
    result = table("考核对象", "层级", "名称", "等次", "依据")
    for model in pack.head.tiers:
        result.add_row(model.id, model.label, pack.scheme.tiers[model.id].scale.label, _of(model))
    return result


def _pools(pack: Pack) -> Table:
    result = table("名额池(按此先后定名额)", "名额池", "名称", "层级", "分别计算", "依据")
    for model in pack.head.pools:
        parts = "、".join("单位" if name == "unit" else names(pack, name) for name in model.by)
        result.add_row(model.id, model.label, tier_names(tuple(model.tiers), pack), parts, _of(model))
    return result


def _facts(pack: Pack) -> Table:
    result = table("事实", "事实", "含义", "层级", "取值", "缺失时", "依据")
    for fact in pack.scheme.facts.values():
        marks = origin(pack.fact_cites[fact.name])
        result.add_row(fact.name, fact.label, LEVELS[fact.level], values(fact), missing(fact, pack), marks)
    return result


def _components(pack: Pack) -> Table:
    result = table("得分", "规则", "名称", "含义", "对象", "算法", "依据", lines=True)
    for part in pack.scheme.components:
        tiers, said = tier_names(part.applies_to, pack), component_words(part, pack)
        result.add_row(part.id, part.name, part.decl.label, tiers, said, origin(part.cite))
    return result


def _base(pack: Pack) -> Table:
    base, result = pack.scheme.base, table("定等的起点", "规则", "内容", "依据")
    bands = "、".join(
        f"{value(limit, pack)}以上“{grade}”" if limit is not None else f"其余“{grade}”" for limit, grade in base.bands
    )
    first = "高" if base.highest_first else "小"
    parts = [
        f"以{names(pack, base.grade_fact)}为准" if base.grade_fact else "",
        f"按{names(pack, base.score)}:{bands}" if base.score and bands else "",
        "从最好的等次起,由名额和规则逐级确定" if not base.grade_fact and not bands else "",
        f"先后依{names(pack, base.order_fact)}({first}的在前)" if base.order_fact else "",
    ]
    result.add_row(base.id, ";".join(part for part in parts if part), origin(base.cite))
    return result


def _rules(pack: Pack) -> Table:
    result = table("规则", "规则", "对象", "内容", "性质", "依据", lines=True)
    for rule in pack.scheme.rules:
        switch = f"(开关:{pack.scheme.config[rule.enabled_by].label})" if rule.enabled_by else ""
        said = words(rule, pack) + switch
        result.add_row(rule.id, tier_names(rule.applies_to, pack), said, FORCE[rule.force], origin(rule.cite))
    return result


def _consequences(pack: Pack) -> Table:
    result = table("结果运用", "规则", "对象", "内容", "依据", lines=True)
    for rule in pack.scheme.consequences:
        result.add_row(rule.id, tier_names(rule.applies_to, pack), words(rule, pack), origin(rule.cite))
    return result


def _duties(pack: Pack) -> Table:
    result = table("经常性事项", "名称", "频次", "承担者", "起止", "报给", "依据", lines=True)
    for row in duty_rows(pack):
        result.add_row(*row)
    return result


def _settings(pack: Pack) -> Table:
    result = table("设置", "设置", "含义", "值", "依据")
    for decl in pack.scheme.config.values():
        result.add_row(decl.key, decl.label, shown(decl.default), origin(decl.cite))
    return result
