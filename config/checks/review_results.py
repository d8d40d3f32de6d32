"""Names in the results that review people and work: fields of the forms they read, the scale, the score, the duty."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from config import review_results as kinds
from config.checks.places import Path
from config.duties import FILE, DutySpec

if TYPE_CHECKING:
    from config.checks.duties import Site

NUMBERS = ("count", "integer")


def _grades(spec: kinds.GradesSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    form = site.forms.get(duty.form or "")
    site.field((*path, "field"), form, spec.field, "choice")
    site.field((*path, "rater"), form, spec.rater)
    field = next((field for field in form.fields if field.name == spec.field), None) if form else None
    if field is not None and [option.value for option in field.options] != list(spec.grades):
        listed = "、".join(option.value for option in field.options)
        site.wrong((*path, "grades"), "、".join(spec.grades), listed, "从好到差列出该栏的全部选项")
    if spec.charges is not None:
        charges = site.form((*path, "charges", "form"), spec.charges.form)
        for name in ("rater", "subject"):
            site.field((*path, "charges", name), charges, getattr(spec.charges, name))
        for name in ("since", "until"):
            site.field((*path, "charges", name), charges, getattr(spec.charges, name), "date")


def _checks(spec: kinds.ChecksSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    form = site.forms.get(spec.form or duty.form or "")
    site.field((*path, "name"), form, spec.name)
    for number, check in enumerate(spec.checks):
        site.condition((*path, "checks", number, "must"), form, check.must)


def _elapsed(spec: kinds.ElapsedSpec, _duty: DutySpec, site: "Site", path: Path) -> None:
    form, answers = site.forms.get(spec.form), site.forms.get(spec.answers)
    site.field((*path, "key"), form, spec.key)
    site.field((*path, "start"), form, spec.start, "datetime")
    site.field((*path, "answer_key"), answers, spec.answer_key)
    site.field((*path, "end"), answers, spec.end, "datetime")
    site.condition((*path, "when"), form, spec.when)


def _remainder(spec: kinds.RemainderSpec, duty: DutySpec, site: "Site", path: Path) -> None:
    form, steps = site.forms.get(duty.form or ""), site.form((*path, "steps", "form"), spec.steps.form)
    for name in (spec.target, spec.done):
        site.field((*path, "target"), form, name, *NUMBERS)
    site.field((*path, "steps", "key"), steps, spec.steps.key)
    site.field((*path, "steps", "amount"), steps, spec.steps.amount, *NUMBERS)
    site.field((*path, "steps", "due"), steps, spec.steps.due, "date")


def _assessment(spec: kinds.AssessmentSpec, _duty: DutySpec, site: "Site", path: Path) -> None:
    known = [component.name for component in site.scheme.components]
    if spec.score not in known:
        site.wrong(
            (*path, "score"), f"未知的得分 {spec.score}", "、".join(known), "在 scoring.yaml 的 components 中声明"
        )


def _answered(spec: kinds.AnsweredSpec, _duty: DutySpec, site: "Site", path: Path) -> None:
    known = [str(each["id"]) for each in site.maps[FILE]["duties"] if each.get("rhythm") == "event"]
    if spec.duty not in known:
        site.wrong((*path, "duty"), f"未知的事项 {spec.duty}", "、".join(known), "改用 rhythm: event 的事项")


REVIEW_CHECKS: Mapping[type, Callable[[Any, DutySpec, "Site", Path], None]] = {
    kinds.GradesSpec: _grades,
    kinds.ChecksSpec: _checks,
    kinds.ElapsedSpec: _elapsed,
    kinds.RemainderSpec: _remainder,
    kinds.AssessmentSpec: _assessment,
    kinds.AnsweredSpec: _answered,
}
