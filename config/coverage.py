"""Which rules of a system a pack carries out, where each stands, and which case or test shows it (coverage.yaml)."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from config.scheme_cases import CaseResult, WorkedCase, run_cases
from config.scheme_loader import COVERAGE, Pack
from config.scheme_models import Strict
from config.settings import ROOT
from config.yaml_file import Faults, YamlList, YamlMap, check_model, parse_yaml

State = Literal["covered", "planned", "missing"]
RULE_ID = re.compile(r"\b[A-Z][A-Z0-9]*-\d+\b")
NAMING = ("id", "rule", "rules")  # the keys of a pack's files by which a value says whose it is


class EntryModel(Strict):
    """One rule: where it stands, the tests that show it beside the cases, and who will build it if it is not there."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*-\d+$")
    what: str = Field(min_length=1)
    at: list[str] = Field(default_factory=list)
    tests: list[str] = Field(default_factory=list)
    planned: str | None = None


class CoverageFile(Strict):
    """coverage.yaml"""

    system: str
    rules: list[EntryModel]


@dataclass(frozen=True)
class RuleCoverage:
    """One rule of a system: the places found, what shows it, and what keeps it from being covered."""

    scheme: str
    id: str
    what: str
    places: tuple[str, ...]
    shown_by: tuple[str, ...]
    problems: tuple[str, ...]
    planned: str | None = None

    @property
    def state(self) -> State:
        """Planned as long as it is declared so, else covered only without a problem."""
        if self.planned:
            return "planned"
        return "missing" if self.problems else "covered"


def read_coverage(pack: Pack) -> tuple[EntryModel, ...]:
    """The entries of a pack's coverage.yaml, none where it has none; SchemeFaults with every fault of the file."""
    if COVERAGE not in pack.files:
        return ()
    faults = Faults()
    data = parse_yaml(pack.files[COVERAGE], COVERAGE, faults)
    file = check_model(CoverageFile, data, faults) if data else None
    seen: set[str] = set()
    for at, entry in enumerate(file.rules if file else ()):
        if entry.id in seen:
            faults.at(data, ("rules", at, "id"), f"{entry.id} 重复", "每个编号一次", "合并为一条")
        seen.add(entry.id)
    faults.raise_any()
    return tuple(file.rules) if file else ()


def pack_coverage(pack: Pack) -> list[RuleCoverage]:
    """Every rule of the pack's system in the order of coverage.yaml, then the rules of the pack that it leaves out."""
    entries = read_coverage(pack)
    shown = _shown(pack, run_cases(pack))
    rows = [_covered(entry, pack, shown) for entry in entries]
    return rows + [
        RuleCoverage(pack.id, rule, "", (), (), (f"{COVERAGE} 没有列出,而包中有这条规则",))
        for rule in sorted(set(pack.scheme.citations()) - {entry.id for entry in entries})
        if entries and RULE_ID.fullmatch(rule)
    ]


def _covered(entry: EntryModel, pack: Pack, shown: Mapping[str, list[str]]) -> RuleCoverage:
    problems: list[str] = [] if entry.at else ["没有写明在何处(at)"]
    places, proofs = [], list(shown.get(entry.id, ()))
    for name in entry.at:
        line = _line_in(pack.maps[name], entry.id) if name in pack.maps else _line_in_house(name, entry.id)
        if line is None:
            problems.append(_not_there(name, entry.id, pack))
        else:
            places.append(f"{name}:{line}")
    for test in entry.tests:
        if _is_test(test):
            proofs.append(test)
        else:
            problems.append(f"没有测试 {test}")
    if not proofs:
        problems.append("没有通过的案例(shows 或 expect 的结果中写明编号),也没有测试")
    return RuleCoverage(pack.id, entry.id, entry.what, tuple(places), tuple(proofs), tuple(problems), entry.planned)


def _not_there(name: str, rule: str, pack: Pack) -> str:
    if name in pack.maps:
        return f"{name} 中没有 id: {rule}(规则以外的值写 rule: {rule})"
    return f"{name} 没有提到 {rule}" if (ROOT / name).is_file() else f"没有文件 {name}"


def _line_in(data: object, rule: str) -> int | None:
    """The first line where a value of this file says that it belongs to the rule (BZ-43-confirmed belongs to BZ-43)."""
    lines = (line for text, line in _named(data) if text == rule or re.fullmatch(rf"{rule}-[a-z_]+", text))
    return min(lines, default=None)


def _named(data: object) -> Iterator[tuple[str, int]]:
    if isinstance(data, YamlMap):
        for key, value in data.items():
            for text in (value if isinstance(value, list) else [value]) if key in NAMING else ():
                yield str(text), data.lines[key]
            yield from _named(value)
    elif isinstance(data, YamlList):
        for item in data:
            yield from _named(item)


def _line_in_house(name: str, rule: str) -> int | None:
    text = _house_text(name)
    found = re.search(rf"\b{rule}\b", text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _house_text(name: str) -> str:
    path = (ROOT / name).resolve()
    return path.read_text(encoding="utf-8") if path.is_file() and path.is_relative_to(ROOT) else ""


def _is_test(place: str) -> bool:
    file, _, function = place.partition("::")
    return Path(file).parts[:1] == ("tests",) and f"def {function}(" in _house_text(file)


def _shown(pack: Pack, results: list[CaseResult]) -> dict[str, list[str]]:
    """The passing cases of each rule id that they name in `shows` or `expect`."""
    shown: dict[str, list[str]] = defaultdict(list)
    components = {component.name: component.id for component in pack.scheme.components}
    for result in results:
        for rule in [] if result.failures else sorted(_told(result.case, components)):
            shown[rule].append(f"{result.case.file}:{result.case.line} {result.case.name}")
    return shown


def _told(case: WorkedCase, components: Mapping[str, str]) -> set[str]:
    """The rules that a case declares or expects to act; those it is only `about` prove nothing by their silence."""
    expect = case.data.get("expect")
    expect = expect if isinstance(expect, dict) else {}
    scores = [name for values in (expect.get("scores") or {}).values() for name in values]
    texts = [
        *(case.data.get("shows") or ()),
        *(expect.get("ceiling_rules") or {}).values(),
    ]
    for kind in ("violations", "blocks", "notices", "consequences", "reviews", "values", "periods"):
        texts += [str(key).split()[0] for key in expect.get(kind) or {}]
    return {str(text) for text in texts} | {components[name] for name in scores if name in components}
