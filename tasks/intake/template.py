"""Templates of a cycle's forms, with its units or subjects filled in already."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from sqlmodel import Session

from config.forms import ANY_STAGE, FormSpec
from config.scheme_loader import Pack
from models.cycle import Cycle
from tasks.intake.directory import Directory, cycle_directory, roster_directory
from tasks.sheets.spec import sheet_of, subject_field
from tasks.sheets.writing import SheetOut

NOTES = (
    "带 * 的列必填;日期写成 2010-12-20;人员、单位可填编码,也可填不重名的名称。",
    "名称列只供核对;一行除带出的编码和名称外什么都没填的,导入时跳过。",
    "更正时改好这一行再导入一次:旧的一行留作历史,新的一行生效。",
)


def template_sheets(session: Session, *, cycle: Cycle | None, pack: Pack, forms: Sequence[FormSpec]) -> list[SheetOut]:
    """Return one sheet for each form; unit and subject columns and the choices of the key are filled in."""
    anyone = roster_directory(session)
    subjects = cycle_directory(session, cycle, anyone) if cycle else anyone
    return [_sheet(form, anyone if form.stage == ANY_STAGE else subjects, pack) for form in forms]


def _sheet(form: FormSpec, directory: Directory, pack: Pack) -> SheetOut:
    codes: dict[str, Sequence[str]] = {}
    for field in form.fields:
        if field.type in ("unit", "person", "subject"):
            codes[field.name] = tuple(directory.registers[field.type].names)
        elif field.type == "grade" or (field.fact and field.fact in pack.scheme.facts):
            codes[field.name] = _grades(pack, field.fact)
    names = {**directory.registers["subject"].names, **directory.registers["unit"].names}
    rows = tuple(_prefill(form, directory)) if form.is_prefilled else ()
    return SheetOut(sheet_of(form), rows, names, codes)


def _grades(pack: Pack, fact: str | None) -> tuple[str, ...]:
    if fact and fact in pack.scheme.facts:
        decl = pack.scheme.facts[fact]
        return decl.values if decl.kind == "grade" else ()
    return tuple(dict.fromkeys(grade for tier in pack.scheme.tiers.values() for grade in tier.scale.grades))


def _prefill(form: FormSpec, directory: Directory) -> Iterable[Mapping[str, Any]]:
    about = subject_field(form) if form.about != "none" else None
    if about is None:
        return
    unit = next((field.name for field in form.fields if field.type == "unit" and field is not about), None)
    choices = [field for field in form.fields if field.type == "choice" and field.name in form.key]
    for code in directory.registers[about.type].names:
        belongs = sorted(directory.units_of.get(code, ()))
        for chosen in product(*([option.value for option in field.options] for field in choices)):
            row = {about.name: code, **dict(zip((field.name for field in choices), chosen, strict=True))}
            if unit and unit in form.key and belongs:
                row[unit] = belongs[0]
            yield row
