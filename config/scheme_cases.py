"""Runs the worked cases of a pack: facts in, outcome out, each failure with its case, rule and clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from config.scheme_case import case_frames
from config.scheme_models import Strict
from config.yaml_file import Faults, SchemeFaults, YamlList, YamlMap, check_model, parse_yaml
from scoring.assess import Mode, assess
from scoring.scheme import Scheme

if TYPE_CHECKING:
    from config.scheme_loader import Pack

ByRule = dict[str, list[str]]


class Expect(Strict):
    """What a case expects; findings are exact sets of subjects or pools by rule, `about` limits them to some rules."""

    about: list[str] = Field(default_factory=list)
    mode: Literal["check", "propose"] | None = None
    grades: dict[str, str | None] | None = None
    ceilings: dict[str, str | None] | None = None
    ceiling_rules: dict[str, str] | None = None
    violations: ByRule | None = None
    blocks: ByRule | None = None
    notices: ByRule | None = None
    consequences: dict[str, ByRule] | None = None
    reviews: ByRule | None = None
    scores: dict[str, dict[str, str | None]] | None = None
    values: dict[str, dict[str, str]] | None = None
    periods: dict[str, dict[str, list[str]]] | None = None
    options: dict[str, dict[str, list[str]]] | None = None

    @model_validator(mode="after")
    def _expects_something(self) -> Expect:
        if not self.model_fields_set - {"about", "mode"}:
            allowed = "、".join(name for name in type(self).model_fields if name not in ("about", "mode"))
            raise ValueError(f"至少写明 {allowed} 之一")
        return self


@dataclass(frozen=True)
class WorkedCase:
    """One case of a pack and the place where it stands."""

    name: str
    file: str
    line: int
    data: YamlMap


@dataclass(frozen=True)
class CaseResult:
    """A case that was run; no failure means that it passed."""

    case: WorkedCase
    failures: tuple[str, ...]


def worked_cases(pack: Pack) -> Iterator[WorkedCase]:
    """The cases of the pack in the order of its files: one in a file, or a list under `cases`."""
    faults = Faults()
    files = {name: text for name, text in sorted(pack.files.items()) if name.startswith("cases/")}
    maps = {name: parse_yaml(text, name, faults) for name, text in files.items()}
    faults.raise_any()
    for name, data in maps.items():
        yield from _in_file(name, data)


def _in_file(name: str, data: YamlMap) -> Iterator[WorkedCase]:
    cases = data.get("cases")
    if not isinstance(cases, YamlList):
        yield WorkedCase(str(data.get("name", name)), name, 1, data)
        return
    for at, case in enumerate(cases):
        if isinstance(case, YamlMap):
            yield WorkedCase(str(case.get("name", f"case {at + 1}")), name, cases.lines[at], case)


def run_cases(pack: Pack) -> list[CaseResult]:
    """Every worked case of the pack, run against it; a case that cannot be read has failed."""
    return [CaseResult(case, tuple(run_case(case, pack.scheme))) for case in worked_cases(pack)]


def run_case(case: WorkedCase, scheme: Scheme) -> list[str]:
    """The failures of one case, each naming the rule's clause."""
    faults = Faults()
    wanted = case.data.get("expect")
    expect = check_model(Expect, wanted, faults) if isinstance(wanted, YamlMap) else None
    if expect is None and not faults.items:
        faults.at(case.data, ("expect",), "没有 expect", "案例应得的结果", "补上 expect")
    try:
        frames = case_frames(case.data, scheme, faults)
    except SchemeFaults as error:
        return [str(fault) for fault in error.faults]
    assert expect is not None
    mode: Mode = expect.mode or ("propose" if frames.given.is_empty() else "check")
    return list(_compare(expect, assess(scheme, frames, mode).to_json(), scheme))


def _compare(expect: Expect, found: Mapping[str, Any], scheme: Scheme) -> Iterator[str]:
    ceilings = {subject: ceiling["grade"] for subject, ceiling in found["ceilings"].items()}
    rules = {subject: ceiling["rule"] for subject, ceiling in found["ceilings"].items()}
    for title, wanted, got in (
        ("等次", expect.grades, found["grades"]),
        ("最高等次", expect.ceilings, ceilings),
        ("限制依据", expect.ceiling_rules, rules),
    ):
        for subject, value in (wanted or {}).items():
            if got.get(subject) != value:
                yield f"{subject} 的{title}:应为 {value},实为 {got.get(subject)}"
    for kind in ("violations", "blocks", "notices"):
        if (wanted_findings := getattr(expect, kind)) is not None:
            yield from _differences(kind, wanted_findings, _by_rule(found[kind], expect.about), scheme)
    if expect.consequences is not None:
        got_actions = _by_rule(found["consequences"], expect.about, action=True)
        wanted_actions = {
            f"{rule} {action}": who for rule, actions in expect.consequences.items() for action, who in actions.items()
        }
        yield from _differences("consequences", wanted_actions, got_actions, scheme)
    if expect.reviews is not None:
        reviewed = [row for row in found["consequences"] if row.get("review")]
        yield from _differences("reviews", expect.reviews, _by_rule(reviewed, expect.about), scheme)
    yield from _compare_values(expect, found)


def _compare_values(expect: Expect, found: Mapping[str, Any]) -> Iterator[str]:
    """Scores, and what consequences carry beside their action: options, values, the first and the last day."""
    rows = {(f"{row['rule']} {row['action']}", row["subject"]): row for row in found["consequences"]}
    periods = {key: [row.get("starts"), row.get("ends")] for key, row in rows.items()}
    values = {key: row.get("value") for key, row in rows.items()}
    options = {key: row["options"] for key, row in rows.items()}
    for title, wanted, got in (
        ("数值", expect.values, values), ("起止日期", expect.periods, periods), ("选项", expect.options, options),
    ):  # fmt: skip
        for action, by_subject in (wanted or {}).items():
            for subject, value in by_subject.items():
                if got.get((action, subject)) != value:
                    yield f"{action} {subject} 的{title}:应为 {value},实为 {got.get((action, subject), '无')}"
    scores = found.get("scores", {})
    for subject, by_name in (expect.scores or {}).items():
        for name, score in by_name.items():
            if (given := scores.get(subject, {}).get(name)) != score:
                yield f"{subject} 的 {name}:应为 {score},实为 {given}"


def _by_rule(rows: list[dict[str, Any]], about: list[str], *, action: bool = False) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for row in rows:
        if not about or row["rule"] in about:
            key = f"{row['rule']} {row['action']}" if action else row["rule"]
            result.setdefault(key, []).append(row["subject"] or row["pool"])
    return result


def _differences(
    kind: str, wanted: Mapping[str, list[str]], got: Mapping[str, list[str]], scheme: Scheme
) -> Iterator[str]:
    clauses = {rule: cite.clause for rule, cite in scheme.citations().items()}
    for key in sorted(set(wanted) | set(got)):
        expected, found = sorted(wanted.get(key, [])), sorted(got.get(key, []))
        if expected != found:
            clause = clauses.get(key.split()[0], "没有这条规则")
            yield f"{kind} {key}:应为 {expected or '无'},实为 {found or '无'}「{clause}」"
