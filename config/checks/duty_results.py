"""Names in the results of duties.yaml; those that a kind reads besides the common ones are checked by kind."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from config import duty_results as kinds
from config.checks.places import Path
from config.checks.review_results import REVIEW_CHECKS
from config.duties import DutySpec
from config.duty_parts import Who
from config.forms import FormSpec

if TYPE_CHECKING:
    from config.checks.duties import Site

FORMS = ("form", "tasks", "answers")  # keys of any kind that name a form
FACTS = ("fact", "_fact")


def check_results(duty: DutySpec, site: "Site") -> None:
    """Adds a fault for each form, field, fact or action of a duty's results that does not exist."""
    for number, spec in enumerate(duty.results):
        path: Path = ("results", number)
        _common(spec.model_dump(mode="json"), site, path)
        check = CHECKS.get(type(spec))
        if check is not None:
            check(spec, duty, site, path)


def _common(value: Any, site: "Site", path: Path) -> None:
    """What keys of any kind name: forms and facts."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(part, str) and isinstance(key, str):
            if key in FORMS:
                site.form((*path, key), part)
            elif key == FACTS[0] or key.endswith(FACTS[1]):
                _fact(site, (*path, key), part)
        _common(part, site, (*path, key))


def _fact(site: "Site", path: Path, name: str) -> None:
    if name not in site.scheme.facts:
        site.wrong(
            path, f"未知的事实 {name}", ", ".join(sorted(site.scheme.facts)), "在 scoring.yaml 中声明,或改正名称"
        )


def _form(site: "Site", duty: DutySpec, name: str | None) -> FormSpec | None:
    return site.forms.get(name or duty.form or "")


def check_who(site: "Site", path: Path, who: Who) -> None:
    """Adds a fault for each form, field or condition of a register that does not exist."""
    registers = {("register",): who.rows, ("person", "told"): who.person.told if who.person else None}
    for key, rows in registers.items():
        if rows is None:
            continue
        form = site.form((*path, *key, "form"), rows.form)
        for name in ("owner", "unit", "recipient", "name"):
            site.field((*path, *key, name), form, getattr(rows, name))
        site.condition((*path, *key, "when"), form, rows.when)


def _coverage(spec: kinds.CoverageSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    form = _form(site, duty, spec.form)
    site.field((*path, "field"), form, spec.field)
    site.condition((*path, "when"), form, spec.when)
    check_who(site, (*path, "of"), spec.of)


def _attendance(spec: kinds.AttendanceSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    form = _form(site, duty, spec.form)
    site.field((*path, "field"), form, spec.field)
    site.condition((*path, "present"), form, spec.present)
    check_who(site, (*path, "required"), spec.required)
    if spec.slot_from is not None:
        site.field((*path, "slot_from"), form, spec.slot_from.field or spec.slot_from.date)


def _row_facts(spec: kinds.RowFactsSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    form = _form(site, duty, spec.form)
    site.field((*path, "subject"), form, spec.subject or duty.owner_field)
    for number, fact in enumerate(spec.facts):
        site.field((*path, "facts", number, "field"), form, fact.field)
        site.condition((*path, "facts", number, "when"), form, fact.when)


def _totals(spec: kinds.TotalsSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    above: set[str] = set()
    for number, item in enumerate(spec.items):
        place = (*path, "items", number)
        form = _form(site, duty, item.form)
        site.condition((*place, "when"), form, item.when)
        site.field((*place, "distinct"), form, item.distinct)
        site.field((*place, "sum"), form, item.sum, "count", "integer")
        for key in ("percent", "ratio", "add"):
            for name in getattr(item, key) or ():
                if name not in above:
                    site.wrong(
                        (*place, key), f"{key} 用到 {name}", ", ".join(sorted(above)) or "(前面没有)", "先列出它"
                    )
        above.add(item.name)


def _share(spec: kinds.ShareSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    form = _form(site, duty, spec.form)
    site.field((*path, "by"), form, spec.by)
    for key in ("part", "whole"):
        site.field((*path, key), form, getattr(spec, key), "count", "integer")


def _propose(spec: kinds.ProposeSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    form = _form(site, duty, spec.form)
    site.condition((*path, "when"), form, spec.when)
    site.field((*path, "subject"), form, spec.subject or duty.owner_field)
    for name in spec.shows:
        site.field((*path, "shows"), form, name)
    known = [str(action["code"]) for action in site.maps["consequences.yaml"]["actions"]]
    site.field((*path, "action_field"), form, spec.action_field, "choice")
    for code in (spec.action, *spec.options):
        if code is not None and code not in known:
            site.wrong(
                (*path, "action"), f"未知的措施 {code}", ", ".join(known), "在 consequences.yaml 的 actions 下列出"
            )


def _items(spec: kinds.ItemsSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    form = _form(site, duty, spec.form)
    site.condition((*path, "when"), form, spec.when)
    for key in ("subject", "problem", "requirement"):
        site.field((*path, key), form, getattr(spec, key))


CHECKS: Mapping[type, Callable[[Any, DutySpec, "Site", Path], None]] = {
    kinds.CoverageSpec: _coverage,
    kinds.AttendanceSpec: _attendance,
    kinds.RowFactsSpec: _row_facts,
    kinds.TotalsSpec: _totals,
    kinds.ShareSpec: _share,
    kinds.ProposeSpec: _propose,
    kinds.ItemsSpec: _items,
    **REVIEW_CHECKS,
}
