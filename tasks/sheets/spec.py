"""A sheet as people fill it in: columns, key, and which columns a template brings along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.forms import FieldSpec, FormSpec
from tasks.sheets.faults import SheetFault

NAME_SUFFIX = "名称"


@dataclass(frozen=True)
class SheetSpec:
    """One sheet; `named` is the code column that has a column with the name beside it, `given` what templates fill."""

    id: str
    label: str
    fields: tuple[FieldSpec, ...]
    key: tuple[str, ...]
    help: str = ""
    rules: tuple[str, ...] = ()
    named: str | None = None
    given: frozenset[str] = frozenset()

    @property
    def name_label(self) -> str | None:
        """The header of the column that repeats the name of a code."""
        return self.field(self.named).label + NAME_SUFFIX if self.named else None

    def field(self, name: str) -> FieldSpec:
        """Return a column by the name of its field."""
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True)
class SheetRow:
    """One row as read and typed: dates as ISO text, choices as stored, codes still as people typed them.

    A cell that was refused is missing in `values`; such a row is checked further but never stored.
    """

    sheet_id: str
    file: str
    sheet: str
    number: int
    values: dict[str, Any]
    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def fault(self, name: str, found: str, allowed: str, remedy: str) -> SheetFault:
        """A fault in one column of this row (or of the whole row when name is empty)."""
        column, label = self.columns.get(name, ""), self.labels.get(name, "")
        return SheetFault(self.file, self.sheet, self.number, column, label, found, allowed, remedy)


def subject_field(form: FormSpec) -> FieldSpec | None:
    """The field that says whom a row is about: by `about`, else the first subject or unit field, else none."""
    wanted = (form.about,) if form.about != "none" else ("subject", "unit")
    return next((field for kind in wanted for field in form.fields if field.type == kind), None)


def sheet_of(form: FormSpec) -> SheetSpec:
    """The sheet of a form; a template brings its subject and the choices of its key."""
    about = subject_field(form) if form.about != "none" else None
    given = {
        field.name for field in form.fields if about and field.name in form.key and field.type in ("choice", "unit")
    }
    if about:
        given.add(about.name)
    return SheetSpec(
        id=form.id,
        label=form.label,
        fields=form.fields,
        key=form.key,
        help=form.help,
        rules=form.rules,
        named=about.name if about else None,
        given=frozenset(given),
    )
