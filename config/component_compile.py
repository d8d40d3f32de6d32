"""One compiler for each kind of component: parts known and of the right type, weights that make 100, bands in order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from config import component_models as m
from config.component_site import Site, default_of, descending
from config.component_weights import weighted_sum
from config.scheme_scope import Scope, cite_of
from scoring.components.among import Collect, Ranking, SpreadOf, Tally
from scoring.components.arithmetic import Mean, Part, Product, Share, Sum
from scoring.components.bands import Bands
from scoring.components.deductions import Deduction, Deductions
from scoring.components.exact import MOST
from scoring.components.past import PastCount, PastGrade, PastRun, YearGrade
from scoring.fact_decl import FactDecl, Kind
from scoring.scheme import Amount, Component

NUMBERS: tuple[Kind, ...] = ("number", "count")
Compiler = Callable[[Any, Site], Sequence[Component]]


def compile_components(
    models: Sequence[m.AnyComponent], scope: Scope
) -> tuple[tuple[Component, ...], Mapping[str, FactDecl]]:
    """The components in declared order, and all names that rules may read: those of `scope.facts` and theirs."""
    components: list[Component] = []
    names = dict(scope.facts)
    for at, model in enumerate(models):
        here = replace(scope, facts=dict(names)).inside("scoring.yaml", ("components", at))
        later = frozenset(other.name for other in models[at + 1 :])
        compiled = COMPILERS[type(model)](model, Site(model, here, later))
        names.update({component.name: component.decl for component in compiled})
        components += compiled
    return tuple(components), names


def _common(model: m.ComponentModel, site: Site, decl: FactDecl) -> dict[str, Any]:
    return {"id": model.id, "cite": cite_of(model), "applies_to": site.tiers(), "decl": decl}


def _sum(model: m.SumModel, site: Site) -> list[Component]:
    parts = [m.PartModel(of=part) if isinstance(part, str) else part for part in model.parts]
    return [
        Sum(
            **_common(model, site, site.decl("number")),
            parts=tuple(
                Part(
                    site.part("parts", part.of, NUMBERS),
                    part.subtract,
                    site.limit("parts", part.at_most),
                    site.limit("parts", part.at_least),
                )
                for part in parts
            ),
            start=site.amount("start", model.start),
            at_least=site.limit("at_least", model.at_least),
            at_most=site.limit("at_most", model.at_most),
        )
    ]


def _product(model: m.ProductModel, site: Site) -> list[Component]:
    factors = tuple(site.part("factors", name, NUMBERS) for name in model.factors)
    places = sum(site.scope.facts[name].scale for name in factors if name in site.scope.facts)
    if places > MOST:
        site.scope.wrong("factors", f"小数位合计 {places}", f"至多 {MOST}", "给前面的分数写明 round")
    divide_by = site.amount("divide_by", model.divide_by)
    if default_of(divide_by, site.scope) == 0:
        site.scope.wrong("divide_by", "divide_by: 0", "0 以外的数字", "改正")
    return [Product(**_common(model, site, site.decl("number")), factors=factors, divide_by=divide_by)]


def _mean(model: m.MeanModel, site: Site) -> list[Component]:
    of = tuple(site.part("of", name, NUMBERS, () if model.of_those_present else None) for name in model.of)
    has = {tier for name in of if name in site.scope.facts for tier in site.scope.facts[name].missing or {}}
    for tier in set(site.tiers()) - has:
        site.scope.wrong("of", f"层级 {tier} 没有所列的分数", "每个层级至少一个", "改正 applies_to 或补上分数")
    return [Mean(**_common(model, site, site.decl("number")), of=of, of_those_present=model.of_those_present)]


def _share(model: m.ShareModel, site: Site) -> list[Component]:
    of, out_of = site.part("of", model.of, NUMBERS), site.part("out_of", model.out_of, NUMBERS)
    return [Share(**_common(model, site, site.decl("number")), of=of, out_of=out_of)]


def _deductions(model: m.DeductionsModel, site: Site) -> list[Component]:
    items = tuple(
        Deduction(
            site.part("items", item.of, ("count", "bool")),
            site.amount("items", item.each),
            site.limit("items", item.at_most),
            site.condition("items", item.unless) if item.unless else None,
        )
        for item in model.items
    )
    return [
        Deductions(
            **_common(model, site, site.decl("number")),
            start=site.amount("start", model.start),
            items=items,
            at_least=site.limit("at_least", model.at_least),
        )
    ]


def _bands(model: m.BandsModel, site: Site) -> list[Component]:
    """One component for the bands; a second one where each band also names a grade (YH-15)."""
    site.part("of", model.of, NUMBERS)
    limits = descending([band.at_least for band in model.bands], "bands", site.scope)
    values, grades = [band.value for band in model.bands], [band.grade for band in model.bands if band.grade]
    if len(set(values)) < len(values):
        site.scope.wrong("bands", "value 重复", "各档不同的 value", "分档同等次时用 grade 写等次")
    if not grades:
        return [_banded(model, site, values, limits, model.scale)]
    if len(grades) < len(values):
        site.scope.wrong("bands", "部分档没有 grade", "各档都有或都没有", "补上 grade")
    second = {"name": f"{model.name}_grade", "label": f"{model.label}等次"}
    return [
        _banded(model, site, values, limits, None),
        _banded(model, site, grades, limits, model.scale, **second),
    ]


def _banded(
    model: m.BandsModel, site: Site, words: list[str], limits: tuple[Amount | None, ...], scale: str | None,
    *, name: str = "", label: str = "",
) -> Bands:  # fmt: skip
    on_scale = site.scope.scales.get(scale or "")
    if scale is not None and on_scale is None:
        site.scope.wrong("scale", f"未知的等次表 {scale}", ", ".join(site.scope.scales), "改正")
    for word in words if on_scale else ():
        if on_scale and word not in on_scale.grades:
            site.scope.wrong("bands", f"等次 {word}", ", ".join(on_scale.grades), "改用该表的等次")
    grades = dict.fromkeys(site.tiers(), on_scale.grades) if on_scale else None
    decl = site.decl(
        "grade" if on_scale else "enum",
        on_scale.grades if on_scale else dict.fromkeys(words),
        name=name, label=label, grades=grades,
    )  # fmt: skip
    return Bands(**_common(model, site, decl), of=model.of, bands=tuple(zip(limits, words, strict=False)))


def _ranking(model: m.RankingModel, site: Site) -> list[Component]:
    of = site.part("of", model.of, NUMBERS)
    common = _common(model, site, site.decl("count"))
    return [Ranking(**common, of=of, within=model.within, lowest_first=model.lowest_first)]


def _source(model: m.AmongModel, site: Site) -> dict[str, Any]:
    return {"source": site.scope.known_tiers("from", model.source), "within": model.within}


def _tally(model: m.TallyModel, site: Site) -> list[Component]:
    source = site.scope.known_tiers("from", model.source)
    when = site.condition("when", model.when, source) if source else None
    distinct = model.distinct
    if distinct:
        site.part("distinct", distinct, ("text", "enum", "grade", "count", "number", "date", "bool"), model.source)
    common = _common(model, site, site.decl("count"))
    return [] if when is None else [Tally(**common, source=source, within=model.within, when=when, distinct=distinct)]


def _collect(model: m.CollectModel, site: Site) -> list[Component]:
    fact = site.part("fact", model.fact, ("set", "enum", "text", "grade"), model.source)
    found = site.scope.facts.get(fact)
    decl = site.decl("set", found.values if found else (), labels=found.value_labels if found else None)
    return [Collect(**_common(model, site, decl), **_source(model, site), fact=fact)]


def _spread_of(model: m.SpreadOfModel, site: Site) -> list[Component]:
    of = site.part("of", model.of, NUMBERS, model.source)
    return [SpreadOf(**_common(model, site, site.decl("number")), **_source(model, site), of=of)]


def _grades(model: m.PastRunModel | m.PastCountModel, site: Site) -> tuple[str, ...]:
    return tuple(site.scope.known_grade("grades", grade, model.applies_to) for grade in model.grades)


def _past_run(model: m.PastRunModel, site: Site) -> list[Component]:
    common = _common(model, site, site.decl("count"))
    return [PastRun(**common, grades=_grades(model, site), bridges=model.gap == "bridges")]


def _past_count(model: m.PastCountModel, site: Site) -> list[Component]:
    return [PastCount(**_common(model, site, site.decl("count")), grades=_grades(model, site), window=model.window)]


def _past_grade(model: m.PastGradeModel, site: Site) -> list[Component]:
    common = _common(model, site, _own_grade(site))
    return [PastGrade(**common, which="best" if model.kind == "past_best" else "worst", window=model.window)]


def _year_grade(model: m.YearGradeModel, site: Site) -> list[Component]:
    decl = _own_grade(site)
    if model.absent in decl.values:
        site.scope.wrong("absent", f"absent: {model.absent}", "等次表以外的字样", "改用别的字样,如 未定等次")
    elif model.absent is not None:
        decl = site.decl("enum", [*decl.values, model.absent])
    return [YearGrade(**_common(model, site, decl), years_ago=model.years_ago, absent=model.absent)]


def _own_grade(site: Site) -> FactDecl:
    """A grade on the scale of each tier, which must have one."""
    scales = {tier: site.scope.tiers[tier].scale.grades for tier in site.tiers()}
    for tier in (tier for tier, grades in scales.items() if not grades):
        site.scope.wrong("applies_to", f"层级 {tier} 不定等次", "有等次表的层级", "从 applies_to 中删去")
    values = dict.fromkeys(grade for grades in scales.values() for grade in grades)
    return site.decl("grade", values, grades=scales)


def _weighted(model: m.WeightedSumModel, site: Site) -> list[Component]:
    return weighted_sum(model, site, _common(model, site, site.decl("number")))


COMPILERS: Mapping[type[m.ComponentModel], Compiler] = {
    m.SumModel: _sum,
    m.WeightedSumModel: _weighted,
    m.ProductModel: _product,
    m.MeanModel: _mean,
    m.ShareModel: _share,
    m.DeductionsModel: _deductions,
    m.BandsModel: _bands,
    m.RankingModel: _ranking,
    m.TallyModel: _tally,
    m.CollectModel: _collect,
    m.SpreadOfModel: _spread_of,
    m.PastRunModel: _past_run,
    m.PastCountModel: _past_count,
    m.PastGradeModel: _past_grade,
    m.YearGradeModel: _year_grade,
}
