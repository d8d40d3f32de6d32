"""Case files: what `kaohe assess` reads and what a pack's worked cases are made of; all faults of a file at once."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr

from config.case_checks import check_case, check_someone, fact_text
from config.scheme_models import Strict
from config.yaml_file import Faults, SchemeFaults, YamlList, YamlMap, check_model, read_yaml
from scoring.case import FACTS, GIVEN, HISTORY, MARKS, SUBJECTS, UNIT_TYPE, CaseFrames
from scoring.scheme import Scheme

Given = StrictBool | StrictInt | Decimal | StrictStr | list[StrictStr]
SOURCED = {**FACTS, "source": pl.String(), "date": pl.String()}
FIRST_YEAR, LAST_YEAR = 1978, 2100  # what can be meant by a year, as opposed to a slip of the keyboard


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("不为空的编号")
    return text


def _plausible(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{FIRST_YEAR} 至 {LAST_YEAR} 的年份")
    return year


def _mark(number: int | Decimal) -> Decimal:
    if not 0 <= number < 10**9 or round(Decimal(number), 6) != number:
        raise ValueError("0 以上、小数不超过 6 位的数")
    return Decimal(number)


Id = Annotated[str, AfterValidator(_not_blank)]
Mark = Annotated[StrictInt | Decimal, AfterValidator(_mark)]


class UnitEntry(Strict):
    id: Id
    type: str = ""
    name: str = ""


class SubjectEntry(Strict):
    id: Id
    tier: str
    unit: str
    name: str = ""


class FactEntry(Strict):
    subject: str
    name: str
    value: Given
    source: str | None = None
    date: str | None = None


class HistoryEntry(Strict):
    subject: str
    year: int
    grade: str
    led_by: list[str] | None = None


class ProposalEntry(Strict):
    subject: str
    grade: str


class ItemEntry(Strict):
    """An item that `scorer` marks for the subjects of a class, at most `full` points."""

    id: Id
    scorer: Id
    full: Mark
    class_: str = Field("", alias="class")


class MarkEntry(Strict):
    """A mark; its subject need not be one of the case."""

    item: str
    subject: Id
    value: Mark


class CaseFile(Strict):
    """One case; `expect` is for the pack's own cases and `official` marks those that no one may edit to pass.

    `shows` names the rules that the case is evidence for beside those that its `expect` names.
    """

    name: str
    year: Annotated[int, AfterValidator(_plausible)]
    official: bool = False
    units: list[UnitEntry]
    subjects: list[SubjectEntry]
    facts: list[FactEntry] = Field(default_factory=list)
    history: list[HistoryEntry] = Field(default_factory=list)
    proposals: list[ProposalEntry] = Field(default_factory=list)
    items: list[ItemEntry] = Field(default_factory=list)
    marks: list[MarkEntry] = Field(default_factory=list)
    shows: list[str] = Field(default_factory=list)
    pools: dict[str, int] = Field(default_factory=dict)
    config: dict[str, StrictBool | StrictInt | StrictStr] = Field(default_factory=dict)
    expect: dict[str, object] = Field(default_factory=dict)


ENTRIES: dict[str, type[Strict]] = {
    "units": UnitEntry,
    "subjects": SubjectEntry,
    "facts": FactEntry,
    "history": HistoryEntry,
    "proposals": ProposalEntry,
    "items": ItemEntry,
    "marks": MarkEntry,
}


def load_case(path: Path, scheme: Scheme) -> CaseFrames:
    """The frames of a case file; SchemeFaults with every fault of it."""
    faults = Faults()
    data = read_yaml(path, faults)
    if not data:
        faults.raise_any()
    if "cases" in data:
        faults.at(data, ("cases",), "一个文件里有多个案例", "一个案例", "取其一另存,或用 kaohe scheme test 全部运行")
        faults.raise_any()
    return case_frames(data, scheme, faults)


def case_frames(data: YamlMap, scheme: Scheme, faults: Faults) -> CaseFrames:
    """The frames of one case as read; SchemeFaults with every fault of it and those found before."""
    flat = flattened(data)
    check_someone(flat, faults)
    case = check_model(CaseFile, flat, faults)
    if case is None:
        rest = _well_formed(flat)
        check_case(CaseFile.model_validate(rest), rest, scheme, faults)
        raise SchemeFaults(faults.items)
    check_case(case, flat, scheme, faults)
    faults.raise_any()
    return _frames(case, scheme)


def _well_formed(data: YamlMap) -> YamlMap:
    """What of an ill-formed case can still be checked, so that one fault does not hide the others."""
    rest = YamlMap(data.file, data.line)
    rest.update(name="", year=LAST_YEAR)
    for key, entry in ENTRIES.items():
        items = data.get(key)
        kept = YamlList(data.file, data.line)
        for item, line in zip(items, items.lines, strict=True) if isinstance(items, YamlList) else ():
            if isinstance(item, YamlMap) and check_model(entry, item, Faults()) is not None:
                kept.append(item)
                kept.lines.append(line)
        rest[key], rest.lines[key] = kept, data.lines.get(key, data.line)
    _spare_marks(data, rest)
    for key, types in (("pools", (int,)), ("config", (bool, int, str))):
        given = data.get(key)
        if isinstance(given, YamlMap) and all(type(value) in types for value in given.values()):
            rest[key], rest.lines[key] = given, data.lines[key]
    return rest


def _spare_marks(data: YamlMap, rest: YamlMap) -> None:
    """Leaves out the marks of items that were lost, as they would all be faults."""
    items = data.get("items") if isinstance(data.get("items"), YamlList) else None
    ids = [item.get("id") if isinstance(item, YamlMap) else None for item in items or ()]
    lost = {id_ if isinstance(id_, str) else None for id_ in ids} - {item["id"] for item in rest["items"]}
    marks = YamlList(data.file, data.line)
    for mark, line in zip(rest["marks"], rest["marks"].lines, strict=True):
        if None not in lost and mark["item"] not in lost:
            marks.append(mark)
            marks.lines.append(line)
    rest["marks"] = marks


def flattened(data: YamlMap) -> YamlMap:
    """The case with lists inside lists spread out, so that a file names common facts once (`facts: [*usual]`)."""
    result = YamlMap(data.file, data.line)
    for key, value in data.items():
        result[key], result.lines[key] = value, data.lines[key]
        if isinstance(value, YamlList):
            spread = YamlList(value.file, value.line)
            for item, line in _leaves(value):
                spread.append(item)
                spread.lines.append(line)
            result[key] = spread
    return result


def _leaves(items: YamlList) -> Iterator[tuple[object, int]]:
    for item, line in zip(items, items.lines, strict=True):
        if isinstance(item, YamlList):
            yield from _leaves(item)
        else:
            yield item, line


def _frames(case: CaseFile, scheme: Scheme) -> CaseFrames:
    facts = [
        (fact.subject, scheme.aliases.get(fact.name, fact.name), fact_text(fact.value), fact.source, fact.date)
        for fact in case.facts
    ]
    if UNIT_TYPE in scheme.facts:
        facts += [(unit.id, UNIT_TYPE, unit.type, None, None) for unit in case.units if unit.type]
    history = [(entry.subject, entry.year, entry.grade, entry.led_by) for entry in case.history]
    return CaseFrames(
        year=case.year,
        subjects=pl.DataFrame([(row.id, row.tier, row.unit) for row in case.subjects], SUBJECTS, orient="row"),
        facts=pl.DataFrame(facts, SOURCED, orient="row"),
        history=pl.DataFrame(history, HISTORY, orient="row"),
        given=pl.DataFrame([(row.subject, row.grade) for row in case.proposals], GIVEN, orient="row"),
        marks=_marks(case),
        pools=case.pools,
        config=case.config,
    )


def _marks(case: CaseFile) -> pl.DataFrame:
    items = {item.id: item for item in case.items}
    rows = [
        (item.id, item.scorer, item.class_, item.full, mark.subject, mark.value)
        for mark in case.marks
        if (item := items.get(mark.item))
    ]
    return pl.DataFrame(rows, MARKS, orient="row")
