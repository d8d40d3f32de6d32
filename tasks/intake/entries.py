"""Takes in the sheets of a cycle: all rows of all forms, or none with every fault named."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path

from sqlmodel import Session, select

from config.duties import load_duties
from config.form_loader import is_form, read_forms
from config.forms import ANY_STAGE, FormSpec
from config.scheme_loader import Pack
from config.yaml_file import Faults, parse_yaml
from models.audit import AuditHead, append_audit
from models.cycle import Cycle
from tasks.grading.revocation import reopen_rested
from tasks.intake.batch import Intake
from tasks.intake.checks import Checker, Ready
from tasks.intake.directory import cycle_directory, roster_directory
from tasks.intake.late import late_sheets
from tasks.intake.store import Counts, store_form
from tasks.sheets.faults import SheetFault, SheetFaults
from tasks.sheets.files import Reading, read_file, read_files
from tasks.sheets.spec import SheetRow, sheet_of


class IntakeClosed(SheetFaults):
    """Sheets that come too late: their stage or their cycle is closed (other faults are named with it)."""


@dataclass(frozen=True)
class ImportResult:
    """How many rows each form got: added, replaced, unchanged."""

    forms: Mapping[str, Counts] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """Rows that were added or replaced."""
        return sum(counts.added + counts.replaced for counts in self.forms.values())


def forms_of(pack: Pack) -> dict[str, FormSpec]:
    """Return the forms of a loaded pack by id; SchemeFaults with every fault."""
    return dict(_forms(tuple((name, text) for name, text in pack.files.items() if is_form(name))))


@lru_cache(maxsize=16)
def _forms(texts: tuple[tuple[str, str], ...]) -> Mapping[str, FormSpec]:
    faults = Faults()
    forms = read_forms({name: parse_yaml(text, name, faults) for name, text in texts}, faults)
    faults.raise_any()
    return forms


def read_workbook(path: Path, forms: Mapping[str, FormSpec]) -> Reading:
    """Read one workbook or CSV file; each sheet is named like a form's label or id."""
    return read_file(path, [sheet_of(form) for form in forms.values()])


def read_workbooks(paths: Iterable[Path], forms: Mapping[str, FormSpec]) -> Reading:
    """Read several files, or folders of CSV files, as one import."""
    return read_files(paths, [sheet_of(form) for form in forms.values()])


def import_entries(
    session: Session,
    *,
    scope: str,
    cycle: Cycle | None,
    pack: Pack,
    rows: Iterable[SheetRow],
    source: str,
    today: date,
    now: datetime,
    by: str,
    faults: Iterable[SheetFault] = (),
    apply: bool = True,
) -> ImportResult:
    """Store typed rows as entries, facts, events and past grades of a scope; SheetFaults with all faults, else nothing.

    `faults` are those of the reading, so that all are raised together; without `apply` the same is only counted.
    Rows that say nothing new change nothing; a changed row replaces the old one, which stays as history.
    """
    if apply:  # one import at a time: the head row of the audit chain is locked before anything is compared
        session.exec(select(AuditHead).with_for_update()).one()
    forms = forms_of(pack)
    by_form: dict[str, list[SheetRow]] = defaultdict(list)
    for row in rows:
        by_form[row.sheet_id].append(row)
    ready, wrong = _check_forms(session, scope, cycle, pack, forms, by_form, today)
    late = late_sheets(session, cycle, forms, by_form)
    if wrong := [*faults, *late, *wrong]:
        raise (IntakeClosed if late else SheetFaults)(wrong)
    if sum(map(len, ready.values())) < sum(map(len, by_form.values())):
        raise ValueError("rows with refused cells, but without the faults of their reading")
    intake = Intake(session, scope, pack.id, now, by, apply)
    result = ImportResult({form_id: store_form(intake, forms[form_id], items) for form_id, items in ready.items()})
    if apply and result.changed:
        counted = {form_id: vars(counts) for form_id, counts in result.forms.items()}
        detail = {"source": source, "forms": counted}
        append_audit(session, verb="intake.import", object=f"intake/{scope}", by=by, at=now, detail=detail)
    if intake.revoked:
        reopen_rested(session, intake.revoked, today=today, now=now, by=by)
    return result


def _check_forms(
    session: Session,
    scope: str,
    cycle: Cycle | None,
    pack: Pack,
    forms: Mapping[str, FormSpec],
    by_form: Mapping[str, list[SheetRow]],
    today: date,
) -> tuple[dict[str, list[Ready]], list[SheetFault]]:
    anyone = roster_directory(session)
    about = any(forms[form_id].stage != ANY_STAGE for form_id in by_form)
    subjects = cycle_directory(session, cycle, anyone) if cycle and about else anyone
    year = cycle.year if cycle else scope_year(scope)
    ready: dict[str, list[Ready]] = {}
    faults: list[SheetFault] = []
    make = partial(Checker, scheme=pack.scheme, today=today, year=year, duties=load_duties(pack))
    for form_id, rows in by_form.items():
        form = forms[form_id]
        directory = anyone if form.stage == ANY_STAGE else subjects
        ready[form_id], wrong = make(form=form, directory=directory).check(rows)
        faults += wrong
    return ready, faults


def scope_year(scope: str) -> int:
    """Return the year of a cycle key such as bozhou-2010; ValueError for any other text."""
    return int(scope.rsplit("-", 1)[1][:4])
