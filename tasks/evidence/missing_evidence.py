"""What a grading proposal needs before the core is asked, and who has not handed it in (BZ-31, BZ-41…43)."""

from tasks.desk import Desk
from tasks.documents.files import called, printed_subjects, unit_names
from tasks.grading.draft_proposal import preliminary_grades

PARTIES = {"leader_in_charge": "分管领导", "organisation_department": "组织部门"}  # BZ-42; who is asked: default


def missing_evidence(desk: Desk) -> dict[str, list[str]]:
    """Return, by kind of evidence, each thing that is missing, in words."""
    units = dict.fromkeys(row.unit_id for row in desk.subjects())
    names = unit_names(desk)
    checked = _checked_units(desk)
    return {
        "midyear": [names[unit] for unit in units if unit not in checked],
        "preliminary": _without_preliminary(desk),
        "opinions": _missing_pairs(desk, "opinions", "party", PARTIES, units, names),
        "external": _missing_pairs(desk, "external_results", "item", _external_items(desk), units, names),
    }


def _checked_units(desk: Desk) -> set[str]:
    return {
        str(row.values["unit"]) for row in desk.entries("midyear") if row.values.get("midyear_checked") is not False
    }


def _without_preliminary(desk: Desk) -> list[str]:
    known, printed = preliminary_grades(desk), printed_subjects(desk)
    return [called(printed[row.code]) for row in desk.subjects() if row.code not in known]


def _missing_pairs(
    desk: Desk, form: str, field: str, wanted: dict[str, str], units: dict[str, None], names: dict[str, str]
) -> list[str]:
    known = {(str(row.values["unit"]), str(row.values[field])) for row in desk.entries(form)}
    return [f"{names[unit]}:{wanted[item]}" for unit in units for item in wanted if (unit, item) not in known]


def _external_items(desk: Desk) -> dict[str, str]:
    """The six results of BZ-43, as the form offers them."""
    fields = {field["name"]: field for field in desk.pack.forms["external_results"]["fields"]}
    return {option["value"]: option["label"] for option in fields["item"]["options"]}
