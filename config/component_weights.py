"""Weighted sums compiled: each column of weights must make 100 as the pack stands, and after each adjustment."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from config import component_models as m
from config.component_site import Site, default_of
from config.scheme_scope import cite_of
from scoring.components.weighted_sum import Adjustment, WeightedSum
from scoring.components.weights import Change, WrongWeights, changed, completed
from scoring.scheme import Amount, Component

Column = Mapping[str, Amount | None]


def weighted_sum(model: m.WeightedSumModel, site: Site, common: Mapping[str, Any]) -> list[Component]:
    """The weighted sum; faults for unknown parts and values, weights that miss 100 and percentages out of range."""
    by_value = {"": model.weights} if model.by is None else model.weights
    columns = {value: _column(column, site) for value, column in by_value.items() if isinstance(column, dict)}
    if model.by is not None:
        _check_values(model.by, columns, site)
    for at, change in enumerate(model.adjust):
        if not any(change.part in column for column in columns.values()):
            known = ", ".join(dict.fromkeys(part for column in columns.values() for part in column))
            _adjust_fault(site, at, "part", f"{change.part} 没有权重", known, "改用 weights 中的部分")
    adjust = [_adjustment(at, change, site) for at, change in enumerate(model.adjust)]
    changes = [change for change in adjust if change is not None]
    for value, column in columns.items():
        _check_column(value, column, changes, site)
    return [WeightedSum(**common, columns=columns, by=model.by, rescale=model.rescale, adjust=tuple(changes))]


def _column(column: Mapping[str, Any], site: Site) -> Column:
    for part in column:
        site.part("weights", part, ("number", "count"))
    return {part: None if weight == "rest" else site.amount("weights", weight) for part, weight in column.items()}


def _check_values(by: str, columns: Mapping[str, Column], site: Site) -> None:
    site.part("by", by, ("enum", "text", "grade"))
    decl = site.scope.facts.get(by)
    for value in columns:
        if decl and decl.values and value not in decl.values:
            site.scope.wrong("weights", f"{by} 没有“{value}”这个值", ", ".join(decl.values), "改正该值")


def _adjustment(at: int, change: m.AdjustModel, site: Site) -> Adjustment | None:
    inner = site.scope.inside(site.scope.file, (*site.scope.path, "adjust", at))
    when = inner.condition("when", change.when, site.model.applies_to)
    if when is None:
        return None
    to, plus = site.limit("adjust", change.to), site.limit("adjust", change.plus)
    return Adjustment(id=change.id, cite=cite_of(change), when=when, part=change.part, to=to, plus=plus)


def _adjust_fault(site: Site, at: int, key: str, found: str, allowed: str, remedy: str) -> None:
    site.scope.fault(site.scope.file, (*site.scope.path, "adjust", at, key), found, allowed, remedy)


def _check_column(value: str, column: Column, changes: list[Adjustment], site: Site) -> None:
    path = (*site.scope.path, "weights", *([value] if value else []))
    where = f"{value}:" if value else ""
    try:
        whole = completed({part: _default(weight, site) for part, weight in column.items()})
    except WrongWeights as error:
        site.scope.fault(site.scope.file, path, where + error.found, error.allowed, "改正权重")
        return
    for change in changes:
        if change.part in column:
            try:
                changed(whole, [Change(change.part, _default(change.to, site), _default(change.plus, site))])
            except WrongWeights as error:
                site.scope.wrong("adjust", where + error.found, error.allowed, f"改正 {change.id} 的 to 或 plus")


def _default(value: Amount | None, site: Site) -> Decimal | None:
    return None if value is None else default_of(value, site.scope)
