"""Faults that only show when a pack is seen whole: clauses, criteria, quotas against linkages, dead names."""

import pathlib
from collections.abc import Iterator, Mapping

from config.form_loader import read_forms
from config.forms import FormSpec
from config.scheme_models import SchemeFile, SourcesFile
from config.yaml_file import Faults, YamlList, YamlMap
from scoring.kinds.linkage import Linkage
from scoring.kinds.quota import Quota
from scoring.scheme import Scheme

Path = tuple[str | int, ...]


def check_pack(
    scheme: Scheme, head: SchemeFile, sources: SourcesFile, maps: Mapping[str, YamlMap], faults: Faults
) -> None:
    """Adds every fault that concerns more than one file."""
    _check_clauses(sources, maps, faults)
    _check_criteria(scheme, head, maps["scheme.yaml"], faults)
    _check_linkages(scheme, maps["rules.yaml"], faults)
    _check_facts(read_forms(maps, faults), scheme, maps, faults)


def check_folder(head: SchemeFile, root: pathlib.Path, data: YamlMap, faults: Faults) -> None:
    """A pack is called by its folder and cycles keep its id, so both must be one name."""
    folder = root.resolve().name
    if head.id != folder:
        faults.at(data, ("id",), f"id: {head.id},文件夹名为 {folder}", folder, "改 id 或改文件夹名,使两者相同")


def _check_facts(forms: Mapping[str, FormSpec], scheme: Scheme, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    for form in forms.values():
        for number, field in enumerate(form.fields):
            if field.fact and field.fact not in scheme.facts:
                place = ("fields", number, "fact")
                known = ", ".join(sorted(scheme.facts))
                faults.at(
                    maps[f"forms/{form.id}.yaml"],
                    place,
                    f"fact: {field.fact}",
                    known,
                    "改正名称,或在 scoring.yaml 中声明",
                )


def cites(data: object, path: Path = ()) -> Iterator[tuple[Path, YamlMap]]:
    """Every `cite:` mapping below, with its path."""
    items = data.items() if isinstance(data, YamlMap) else enumerate(data) if isinstance(data, YamlList) else ()
    for key, value in items:
        if key == "cite" and isinstance(value, YamlMap):
            yield (*path, key), value
        else:
            yield from cites(value, (*path, key))


def _check_clauses(sources: SourcesFile, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    known = {source.id: source.clauses for source in sources.sources}
    for name, data in maps.items():
        if name == "sources.yaml":
            continue
        for path, cite in cites(data):
            source, clause = str(cite.get("source")), str(cite.get("clause"))
            if source not in known:
                faults.at(data, (*path, "source"), f"未知的出处 {source}", ", ".join(known), "在 sources.yaml 中补上")
            elif not any(clause in text for text in known[source]):
                remedy = "逐字引用,并在 sources.yaml 中列出该条款"
                faults.at(data, (*path, "clause"), f"条款「{clause}」", f"{source} 所列的条款", remedy)


def _check_criteria(scheme: Scheme, head: SchemeFile, data: YamlMap, faults: Faults) -> None:
    """BZ-04: each tier and each grade has at least one checkable criterion."""
    if head.criteria is None:
        return
    rules = {rule.id for rule in scheme.rules}
    for tier in scheme.tiers.values():
        by_grade = head.criteria.by_tier.get(tier.id, {})
        for grade in tier.scale.grades:
            if not by_grade.get(grade):
                where = ("criteria", "by_tier", tier.id)
                faults.at(
                    data,
                    where,
                    f"{tier.label}的“{grade}”没有评定标准",
                    "至少一个规则编号",
                    f"在“{grade}”下列出(BZ-04)",
                )
        for unknown in sorted({rule for ids in by_grade.values() for rule in ids} - rules):
            where = ("criteria", "by_tier", tier.id)
            faults.at(data, where, f"标准 {unknown}", ", ".join(sorted(rules)), "改用 rules.yaml 中的规则")


def _check_linkages(scheme: Scheme, data: YamlMap, faults: Faults) -> None:
    """A grade that a quota hands out may not reach back to a pool that was filled before it."""
    quotas = [rule for rule in scheme.rules if isinstance(rule, Quota)]
    order = [quota.pool for quota in quotas]
    for linkage in (rule for rule in scheme.rules if isinstance(rule, Linkage) and rule.at_or_below):
        for quota in (quota for quota in quotas if set(quota.applies_to) & set(linkage.applies_to)):
            scale = scheme.tiers[quota.applies_to[0]].scale
            handed_out = scale.rank(quota.grade) + 1 >= scale.rank(linkage.at_or_below or "")
            earlier = {scheme.tiers[tier].pool for tier in linkage.targets} & set(order[: order.index(quota.pool)])
            if handed_out and earlier:
                at = next(at for at, rule in enumerate(data["rules"]) if rule["id"] == linkage.id)
                found = f"{linkage.id} 从 {quota.pool} 倒回 {'、'.join(sorted(map(str, earlier)))}"
                faults.at(data, ("rules", at), found, "只从先定名额的池联结到后定的池", "调整名额的先后")
