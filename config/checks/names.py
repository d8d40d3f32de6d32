"""Names across files: criteria that are no rules, fields of forms that are no facts."""

from collections.abc import Mapping

from config.form_loader import read_forms
from config.scheme_models import SchemeFile
from config.yaml_file import Faults, YamlMap
from scoring.scheme import Scheme


def check_forms(scheme: Scheme, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Reads the forms strictly and adds a fault for each field that fills no declared fact."""
    for form in read_forms(maps, faults).values():
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


def check_criteria(scheme: Scheme, head: SchemeFile, data: YamlMap, faults: Faults) -> None:
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
