"""What is wrong with a case: names that lead nowhere, values of a wrong type, doubles, tallies that do not add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from config.case_pools import check_pools
from config.component_site import as_text
from config.yaml_file import Faults, YamlMap
from config.yaml_words import shown
from scoring.case import UNIT_TYPE
from scoring.fact_decl import SEPARATOR, FactDecl
from scoring.scheme import UNGRADED, Scheme

if TYPE_CHECKING:
    from config.scheme_case import CaseFile, FactEntry, Given

LEVELS = {"unit": "单位", "person": "个人", "subject": "考核对象"}
NONE_LISTED = {
    "unit": "units 中所列的单位(此文件没有列出任何单位)",
    "subject": "subjects 中所列的对象(此文件没有列出任何考核对象)",
}
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "count": (int,),
    "enum": (str,),
    "grade": (str,),
    "text": (str,),
    "date": (str,),
    "set": (str, list),
}


def check_case(case: CaseFile, data: YamlMap, scheme: Scheme, faults: Faults) -> None:
    """Adds every fault of a well-formed case against its scheme."""
    tiers = {subject.id: subject.tier for subject in case.subjects}
    units = {unit.id for unit in case.units}
    _doubles("units", [unit.id for unit in case.units], data, faults)
    _doubles("subjects", [subject.id for subject in case.subjects], data, faults)
    for at, subject in enumerate(case.subjects):
        _known(("subjects", at, "unit"), subject.unit, units, data, faults)
        _known(("subjects", at, "tier"), subject.tier, scheme.tiers, data, faults)
    known = {id_: tier for id_, tier in tiers.items() if tier in scheme.tiers}
    _facts(case, data, scheme, known, units, faults)
    _history(case, data, scheme, known, set(tiers), faults)
    _doubles("proposals", [row.subject for row in case.proposals], data, faults)
    for at, row in enumerate(case.proposals):
        _graded(("proposals", at), row.subject, row.grade, known, set(tiers), data, scheme, faults)
    check_pools(case, data, scheme, known, faults)
    _types(case, data, scheme, faults)
    _marks(case, data, faults)
    _settings(case, data, scheme, faults)


def fact_text(value: Given) -> str:
    """The text form in which facts are kept: true and false in English, numbers in digits, sets joined."""
    return SEPARATOR.join(value) if isinstance(value, list) else as_text(value)


def check_someone(data: YamlMap, faults: Faults) -> None:
    """Adds a fault when a case lists nobody to assess."""
    if data.get("subjects") == []:
        faults.at(data, ("subjects",), "没有考核对象", "至少一个考核对象", "在 subjects 中列出(id、tier、unit)")


def _known(path: tuple[str | int, ...], found: str, known: Iterable[str], data: YamlMap, faults: Faults) -> bool:
    if found in known:
        return True
    listed = ", ".join(sorted(known)) or NONE_LISTED.get(str(path[-1]), "没有可用的值")
    faults.at(data, path, f"未知的 {path[-1]} {found}", listed, "先列出它,或改正")
    return False


def _doubles(key: str, ids: Iterable[object], data: YamlMap, faults: Faults) -> None:
    ids = list(ids)
    for id_, count in Counter(ids).items():
        if count > 1:
            at = len(ids) - 1 - ids[::-1].index(id_)
            faults.at(data, (key, at), f"{key}:{_words(id_)} 出现 {count} 次", "各一次", "删去多余的")


def _words(id_: object) -> str:
    return " ".join(str(part) for part in id_) if isinstance(id_, tuple) else str(id_)


def _facts(
    case: CaseFile, data: YamlMap, scheme: Scheme, tiers: dict[str, str], units: set[str], faults: Faults
) -> None:
    names = [scheme.aliases.get(fact.name, fact.name) for fact in case.facts]
    pairs = [(fact.subject, name) for fact, name in zip(case.facts, names, strict=True)]
    _doubles("facts", pairs, data, faults)
    usable: dict[str, dict[str, tuple[object, int]]] = {}
    for at, (fact, name) in enumerate(zip(case.facts, names, strict=True)):
        if not _known(("facts", at, "name"), name, scheme.facts, data, faults):
            continue
        decl = scheme.facts[name]
        owners = units if decl.level == "unit" else _owners(decl, tiers, scheme)
        owned = fact.subject in owners
        if not owned:
            found = f"{name} 写在 {fact.subject} 上"
            faults.at(
                data,
                ("facts", at, "subject"),
                found,
                "、".join(sorted(owners)) or f"{LEVELS[decl.level]}(此文件没有列出)",
                f"改为{LEVELS[decl.level]}的编号",
            )
        if _typed(fact, decl, tiers.get(fact.subject), ("facts", at, "value"), data, faults) and owned:
            usable.setdefault(fact.subject, {})[name] = (fact.value, at)
    for subject, values in usable.items():
        _check_tallies(subject, values, data, scheme, faults)


def _owners(decl: FactDecl, tiers: dict[str, str], scheme: Scheme) -> set[str]:
    return {
        id_
        for id_, tier in tiers.items()
        if tier in (decl.missing or {}) and (decl.level != "person" or scheme.tiers[tier].is_person)
    }


def _typed(
    fact: FactEntry, decl: FactDecl, tier: str | None, path: tuple[str | int, ...], data: YamlMap, faults: Faults
) -> bool:
    value = fact.value
    text = fact_text(value)
    right_type = decl.kind == "number" or type(value) in PYTHON_TYPES[decl.kind]
    if right_type and decl.accepts(text, None if decl.level == "unit" else tier):
        return True
    faults.at(data, path, f"{decl.name} = {shown(value)}", decl.allowed(tier), f"改正“{decl.label}”的值")
    return False


def _check_tallies(
    subject: str, values: dict[str, tuple[object, int]], data: YamlMap, scheme: Scheme, faults: Faults
) -> None:
    for check in scheme.checks:
        if not set(check.condition.names) <= set(values):
            continue
        row = {name: values[name][0] for name in check.condition.names}
        if check.condition.holds(row) is False:
            said = ", ".join(f"{name} = {shown(value)}" for name, value in row.items())
            at = max(values[name][1] for name in row)
            faults.at(data, ("facts", at), f"{subject}: {said}", check.condition.text, check.message)


def _history(
    case: CaseFile, data: YamlMap, scheme: Scheme, tiers: dict[str, str], ids: set[str], faults: Faults
) -> None:
    _doubles("history", [(entry.subject, entry.year) for entry in case.history], data, faults)
    for at, entry in enumerate(case.history):
        _graded(("history", at), entry.subject, entry.grade, tiers, ids, data, scheme, faults)
        if entry.year >= case.year:
            faults.at(data, ("history", at, "year"), f"{entry.year} 年的历史", f"{case.year} 年以前", "改正")


def _graded(
    path: tuple[str | int, ...], subject: str, grade: str, tiers: dict[str, str], ids: set[str],
    data: YamlMap, scheme: Scheme, faults: Faults,
) -> None:  # fmt: skip
    if not _known((*path, "subject"), subject, ids, data, faults) or subject not in tiers:
        return
    grades = scheme.scale_for(tiers[subject]).grades
    if grade not in grades and not (grade == UNGRADED and scheme.leaves_ungraded and path[0] == "proposals"):
        allowed = ", ".join(grades) or "(该层级不定等次)"
        faults.at(data, (*path, "grade"), f"等次 {grade}", allowed, "改用该表的等次" if grades else "删去这一行")


def _types(case: CaseFile, data: YamlMap, scheme: Scheme, faults: Faults) -> None:
    """A unit's type is a fact where the scheme declares it, and said once."""
    decl = scheme.facts.get(UNIT_TYPE)
    if decl is None:
        return
    typed = {unit.id for unit in case.units if unit.type}
    for at, unit in enumerate(case.units):
        if unit.type and not decl.accepts(unit.type):
            faults.at(data, ("units", at, "type"), f"type: {unit.type}", decl.allowed(), "改正单位类型")
    for at, fact in enumerate(case.facts):
        if fact.name == UNIT_TYPE and fact.subject in typed:
            faults.at(data, ("facts", at), f"{fact.subject} 的类型写了两处", "一处", "删去这一行,或单位的 type")


def _marks(case: CaseFile, data: YamlMap, faults: Faults) -> None:
    """Marks of items that are listed, one a subject, none above the full mark."""
    _doubles("items", [item.id for item in case.items], data, faults)
    _doubles("marks", [(mark.item, mark.subject) for mark in case.marks], data, faults)
    full = {item.id: item.full for item in case.items}
    for at, mark in enumerate(case.marks):
        if _known(("marks", at, "item"), mark.item, full, data, faults) and mark.value > full[mark.item]:
            faults.at(data, ("marks", at, "value"), f"{mark.item}: {mark.value}", f"不超过 {full[mark.item]}", "改正")


def _settings(case: CaseFile, data: YamlMap, scheme: Scheme, faults: Faults) -> None:
    allowed = {key: decl for key, decl in scheme.config.items() if decl.overridable}
    for key, value in case.config.items():
        if key not in allowed:
            faults.at(data, ("config", key), f"未知的设置 {key}", ", ".join(sorted(allowed)), "改用其中之一")
        elif refusal := allowed[key].refusal(value):
            faults.at(data, ("config", key), f"{key} = {shown(value)}", refusal, "改正")
