"""Drawn packs and cases as YAML text, so that they pass through the loader like any other."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from config.scheme_case import case_frames
from config.scheme_loader import Pack, load_scheme_files
from config.yaml_file import Faults, SchemeFaults, parse_yaml
from scoring.case import CaseFrames

SOURCES = {"sources": [{"id": "S1", "title": "办法", "clauses": ["依本办法"]}]}
Files = dict[str, dict[str, Any]]
JUDGED = {"id": "R-0", "grade": "first", "order": "place", "basis": "default"}
CITE = {"source": "S1", "clause": "依本办法"}


def yaml_text(value: Any) -> str:
    """The value in flow style: quoted text, plain numbers."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)}: {yaml_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(yaml_text, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def file_text(value: Mapping[str, Any]) -> str:
    """A file with one line for each entry of its lists, so that faults name lines that help."""
    lines = []
    for key, inner in value.items():
        if isinstance(inner, list) and inner:
            lines += [f"{key}:", *(f"  - {yaml_text(item)}" for item in inner)]
        else:
            lines.append(f"{key}: {yaml_text(inner)}")
    return "\n".join(lines) + "\n"


def load_drawn(files: Files) -> Pack:
    """The pack of drawn files; rules that the loader refuses as dead or without effect are taken out of `files`."""
    idle = False  # a condition inside a component that never comes true harms nobody here
    while True:
        texts = {name: file_text(data) for name, data in {**files, "sources.yaml": SOURCES}.items()}
        try:
            return load_scheme_files(texts, frozen=idle)
        except SchemeFaults as error:
            idle = all(fault.file == "scoring.yaml" and "永远不会" in fault.found for fault in error.faults)
            if not idle and not _without_faulty(files, error):
                raise


def _without_faulty(files: Files, error: SchemeFaults) -> bool:
    """Takes out the rules that faults name by their line, and lets the group's grade reach all; False when no help."""
    taken = files["scoring.yaml"]["base"] != JUDGED and any(fault.file == "scheme.yaml" for fault in error.faults)
    if taken:  # a grade that nothing leads to
        files["scoring.yaml"]["base"] = JUDGED
    for name, key in (("rules.yaml", "rules"), ("consequences.yaml", "consequences")):
        lines = file_text(files[name]).splitlines()
        first = lines.index(f"{key}:") if f"{key}:" in lines else 0
        faulty = {fault.line - first - 2 for fault in error.faults if fault.file == name}
        files[name][key] = [rule for at, rule in enumerate(files[name][key]) if at not in faulty]
        taken = taken or bool(faulty)
    return taken


def read_drawn(pack: Pack, case: Mapping[str, Any]) -> CaseFrames:
    """The frames of a drawn case, read as a case file."""
    faults = Faults()
    data = parse_yaml(file_text(case), "case.yaml", faults)
    faults.raise_any()
    return case_frames(data, pack.scheme, faults)


def readable_text(pack: Pack, frames: CaseFrames) -> str:
    """What a failure needs to be understood: rules, components, facts and grades."""
    names = ("scoring.yaml", "rules.yaml", "consequences.yaml")
    rows = [frames.subjects.rows(), frames.facts.rows(), frames.given.rows(), frames.history.rows()]
    return "\n".join([*(pack.files[name] for name in names), *map(str, rows), f"{frames.pools} {frames.config}"])
