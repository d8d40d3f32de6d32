"""The forms of a pack: strictly read, complete for Bozhou, and their checks usable."""

import pytest

from config.form_loader import form_conditions, load_form_folder, load_forms
from config.scheme_loader import SCHEMES, load_scheme, load_scheme_files
from config.stages import load_stages
from config.yaml_file import SchemeFaults

BOZHOU = SCHEMES / "bozhou"
FIELDS = {
    "groups": "group unit leader leader_role leader_title contact dated",
    "published_list": "unit_name media published_on",
    "self_reports": "subject title circulated_on file",
    "meetings": "unit held_on place chair attendees",
    "invitees": "unit category invited frontline attended survey_returned dated",
    "speeches": "unit subject speaker spoken_on",
    "ballots": "subject ballots_valid ballots_good ballots_fairly_good ballots_fair ballots_poor counted_on",
    "interviews": "unit number kind member talked_on interviewer",
    "survey": "subject survey_valid survey_satisfied survey_basically_satisfied survey_dissatisfied survey_unknown "
    "counted_on",
    "investigation_results": "subject result concluded_on summary",
    "findings": "subject number text substantiated dated",
    "preliminary": "subject group grade rank sheet nonvote_evidence evidence reason dated",
    "opinions": "unit party name opinion given_on",
    "external_results": "unit item status result dated",
    "midyear": "unit leader leader_role responsibility_result key_tasks_result midyear_checked checked_on",
    "complaints": "number about content received_on",
    "events": "number kind about subtype document occurred_on detail revoked revoked_reason",
    "annual_results": "subject annual_grade dated",
    "special_matters": "subject manual_veto serious_effect reason dated",
    "objections": "number subject content received_on",
    "appraisals": "subject good_practices staff_opinions group_opinion merits shortcomings requirements dated",
    "feedback_acts": "subject given_on channel given_by",
    "rectification_reports": "subject item quarter measures responsible progress evidence done reported_on",
    "verifications": "subject item verified_by accepted opinion due_again verified_on",
    "past_grades": "year subject grade led_by dated",
    "plenary_tasks": "number task document dated",
    "plan_items": "unit number task focus subject target measures deadline dated",
    "plan_reviews": "unit round unclear_responsibility not_tied_to_business measures_not_specific "
    "approved opinion dated",
    "instruments": "number unit work kind matter requirement issued_on",
    "instrument_replies": "number unit result remaining replied_on",
    "contact_points": "unit contact title level ended assigned_on",
    "contact_inspections": "unit contact findings problems advice inspected_on",
    "contact_hearings": "held_on meeting chair reports_heard minutes",
    "supervision_meetings": "held_on place chair minutes",
    "meeting_attendance": "unit person present reason held_on",
    "accountability_cases": "number subject channel problem evidence action opened_on",
    "case_clues": "number source_step subject content target transferred_on result found_on",
    "satisfaction": "number body random sample question_number question satisfied dated",
}
FORM = """
id: sample
label: 样表
stage: announce
about: unit
key: [unit]
dated: dated
fields:
  - {name: unit, label: 单位, type: unit, required: true}
  - {name: total, label: 总数, type: count, required: true}
  - {name: dated, label: 日期, type: date, required: true}
checks:
  - {when: "total >= 1", message: 总数须为 1 以上}
"""


@pytest.fixture(scope="module")
def forms():
    """Bozhou's forms."""
    return load_form_folder(BOZHOU)


@pytest.fixture(scope="module")
def pack():
    """Bozhou's pack."""
    return load_scheme("bozhou")


def test_bozhou_has_the_agreed_forms_and_field_names(forms):
    """Stages, documents and demo data rely on these names."""
    assert {form_id: [field.name for field in form.fields] for form_id, form in forms.items()} == {
        form_id: names.split() for form_id, names in FIELDS.items()
    }


def test_every_form_belongs_to_a_stage_that_lists_it(forms, pack):
    """A form that no stage asks for would never be reminded of, and none may close before it is asked for."""
    order = [stage.code for stage in load_stages(pack)]
    listed = {form_id: stage.code for stage in load_stages(pack) for form_id in stage.forms}
    staged = {form.id: form.stage for form in forms.values() if form.stage != "any"}
    assert staged.keys() == listed.keys()
    assert [form for form in staged if order.index(staged[form]) < order.index(listed[form])] == []


@pytest.mark.parametrize(
    ("found", "instead", "told"),
    [("fact: ballots_good", "fact: ballots_gut", "ballots_gut"), ("label: 有效票数", "labels: 有效票数", "labels")],
)
def test_a_pack_with_a_faulty_form_does_not_load(pack, found, instead, told):
    """A fact that the scheme does not declare would be written and never read; any other fault stops the pack too."""
    name = "forms/ballots.yaml"
    with pytest.raises(SchemeFaults, match=r"forms/ballots\.yaml:") as refusal:
        load_scheme_files({**pack.files, name: pack.files[name].replace(found, instead)})
    assert told in str(refusal.value)


def test_only_forms_that_write_facts_mark_fields_with_one(forms):
    """`fact:` in a register would silently do nothing."""
    marked = {form.id for form in forms.values() if any(field.fact for field in form.fields)}
    assert marked == {form.id for form in forms.values() if form.into == "facts"}


@pytest.mark.parametrize(
    ("form", "row", "holds"),
    [
        ("ballots", {"valid": 80, "good": 50, "fairly_good": 20, "fair": 6, "poor": 4}, True),
        ("ballots", {"valid": 80, "good": 50, "fairly_good": 20, "fair": 6, "poor": 5}, False),
    ],
)
def test_ballots_must_add_up(forms, form, row, holds):
    """80 = 50 + 20 + 6 + 4, and not one more."""
    condition, _ = form_conditions(forms[form])[0]
    assert condition.holds({f"ballots_{name}": value for name, value in row.items()}) is holds


@pytest.mark.parametrize(("frontline", "holds"), [(10, True), (11, False)])
def test_frontline_invitees_are_among_the_invited(forms, frontline, holds):
    """All ten may be frontline, eleven of ten may not."""
    condition, _ = form_conditions(forms["invitees"])[0]
    assert condition.holds({"frontline": frontline, "invited": 10}) is holds


def test_midyear_check_must_be_led_by_the_standing_committee(forms):
    """BZ-30: an ordinary member may not lead it."""
    condition, message = form_conditions(forms["midyear"])[0]
    assert condition.holds({"leader_role": "standing_committee_member"}) is True
    assert condition.holds({"leader_role": "other"}) is False
    assert "BZ-30" in message


def test_a_sound_form_loads():
    """The sample that the following tests break."""
    assert list(load_forms({"forms/sample.yaml": FORM})) == ["sample"]


@pytest.mark.parametrize(
    ("found", "instead", "told"),
    [
        ("id: sample", "id: other", "id: sample"),
        ("total >= 1", "totals >= 1", "totals"),
        ("total >= 1", "total / 2 = 1", "/"),
        ("about: unit", "about: subject", "about: subject"),
        ("type: count, required: true", "type: count, default: x", "default: x"),
        ("type: unit, required: true", "type: unit", "unit 不是必填"),
        ("dated: dated", "dated: total", "dated 所指的 total"),
        ("key: [unit]", "key: [units]", "units"),
        ("stage: announce", "stage: announce\nstages: x", "stages"),
    ],
)
def test_each_fault_of_a_form_is_named(found, instead, told):
    """What is wrong in a form file is told with its place."""
    with pytest.raises(SchemeFaults, match=r"forms/sample\.yaml:") as refusal:
        load_forms({"forms/sample.yaml": FORM.replace(found, instead)})
    assert told in str(refusal.value)


def test_all_faults_of_all_forms_are_told_at_once():
    """Two files, a fault in each, one exception."""
    broken = {f"forms/{name}.yaml": FORM.replace("id: sample", f"id: {name}x") for name in ("one", "two")}
    with pytest.raises(SchemeFaults) as refusal:
        load_forms(broken)
    assert {fault.file for fault in refusal.value.faults} == set(broken)
