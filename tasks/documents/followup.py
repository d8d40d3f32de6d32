"""From tables to the documents after the decision: feedback letters, talk and rectification orders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from config.rhythm import slot_end
from models.evidence import Subject
from models.followup import Feedback, RectificationItem
from models.grading import Consequence, DecidedGrade
from notices import parts as p
from notices.contexts import FeedbackLetterContext, RectificationOrderContext
from tasks.desk import Desk
from tasks.documents.files import Common, citations, common, contact, group_names, head, printed_subjects
from tasks.followup.appraisals import feedbacks
from tasks.followup.quarterly_reports import talk_dates
from tasks.followup.quarters import report_slots
from tasks.followup.rectification import items, lines_of
from tasks.grading.consequences import ORDER, TALKS, action_label, settled
from tasks.grading.rules import decided_grades, standing_decision

BALLOTS = (("ballots", "民主测评", "票"), ("survey", "民意调查", "份"))


@dataclass(frozen=True)
class Paperwork:
    """What all letters and orders of a cycle draw on, read from the tables once."""

    desk: Desk

    @cached_property
    def printed(self) -> dict[str, p.Subject]:
        """Every subject as printed."""
        return printed_subjects(self.desk)

    @cached_property
    def members(self) -> dict[str, list[Subject]]:
        """The active cadres of each unit, principals first."""
        found: dict[str, list[Subject]] = {}
        for row in self.desk.subjects():
            if row.tier != "team":
                found.setdefault(row.unit_id, []).append(row)
        return found

    @cached_property
    def grades(self) -> dict[str, DecidedGrade]:
        """The grades of the decision that stands."""
        return decided_grades(self.desk, standing_decision(self.desk))

    @cached_property
    def groups(self) -> dict[str, str]:
        """The assessment group of each unit."""
        return group_names(self.desk)

    @cached_property
    def appraisals(self) -> dict[str, Feedback]:
        """The feedback record of each subject."""
        return feedbacks(self.desk)

    @cached_property
    def talks(self) -> dict[str, Consequence]:
        """The talk of each subject of one."""
        return {row.subject: row for row in settled(self.desk, *TALKS)}

    @cached_property
    def orders(self) -> dict[str, Consequence]:
        """The rectification order of each subject of one."""
        return {row.subject: row for row in settled(self.desk, ORDER)}

    @cached_property
    def talked(self) -> dict[str, date]:
        """The day on which each subject that rectifies was talked to."""
        return talk_dates(self.desk)

    @cached_property
    def points(self) -> dict[str, list[RectificationItem]]:
        """The rectification items of each subject."""
        found: dict[str, list[RectificationItem]] = {}
        for row in items(self.desk):
            found.setdefault(row.subject, []).append(row)
        return found

    @cached_property
    def head(self) -> p.Head:
        """The head of today's letters."""
        return head(self.desk)

    @cached_property
    def common(self) -> Common:
        """Scheme and period."""
        return common(self.desk)

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """The labels of the options of ballots and survey, as their forms name them."""
        forms = self.desk.pack.forms
        return {form: {field["name"]: field["label"] for field in forms[form]["fields"]} for form, _, _ in BALLOTS}

    @cached_property
    def letter_basis(self) -> tuple[p.Citation, ...]:
        """The clauses of a letter; the second list is for subjects of a talk."""
        return citations(self.desk, "BZ-52", "BZ-53")

    @cached_property
    def talk_basis(self) -> tuple[p.Citation, ...]:
        """The clauses of a letter that is given face to face."""
        return citations(self.desk, "BZ-52", "BZ-53", "BZ-54")


def feedback_letter(work: Paperwork, subject: Subject) -> FeedbackLetterContext:
    """Return 反馈意见书 of one subject with all parts of its appraisal (BZ-53)."""
    row = work.appraisals.get(subject.code)
    parts = row.parts if row else {}
    text = {name: tuple(lines_of(parts.get(name))) for name in TEXT_PARTS}
    talk = talk_of(work, subject)
    return FeedbackLetterContext(
        work.head,
        **work.common,
        subject=work.printed[subject.code],
        grade=work.grades[subject.code].grade,
        group=work.groups.get(subject.unit_id, "考核组"),
        good_practices=text["good_practices"],
        opinions=text["staff_opinions"],
        tallies=tuple(_tallies(work, parts.get("tallies") or {})),
        group_opinion=text["group_opinion"],
        member_opinions=_member_opinions(work, subject) if subject.tier == "team" else (),
        merits=text["merits"],
        shortcomings=text["shortcomings"],
        requirements=_points(work.points.get(subject.code, [])),
        talk=talk,
        basis=work.talk_basis if talk else work.letter_basis,
    )


TEXT_PARTS = ("good_practices", "staff_opinions", "group_opinion", "merits", "shortcomings")


def _tallies(work: Paperwork, counts: Mapping[str, Any]) -> Iterable[p.Tally]:
    for form, label, unit in BALLOTS:
        if form in counts:
            valid = f"{form}_valid"
            options = tuple(
                p.GradeCount(work.labels[form].get(name, name), int(number or 0))
                for name, number in counts[form].items()
                if name != valid
            )
            yield p.Tally(label, int(counts[form].get(valid) or 0), unit, options)
    if "interviews" in counts:
        yield p.Tally("个别谈话", int(counts["interviews"]), "人", ())


def _member_opinions(work: Paperwork, team: Subject) -> tuple[p.MemberOpinion, ...]:
    told = []
    for member in work.members.get(team.unit_id, []):
        row = work.appraisals.get(member.code)
        opinion = ";".join(lines_of(row.parts.get("group_opinion"))) if row else ""
        if opinion:
            told.append(p.MemberOpinion(member.name, member.title, opinion))
    return tuple(told)


def _points(rows: Iterable[RectificationItem]) -> tuple[p.RectificationPoint, ...]:
    return tuple(p.RectificationPoint(row.problem, row.requirement, row.due_on) for row in rows)


def talk_of(work: Paperwork, subject: Subject) -> p.Talk | None:
    """Return the talk of a subject; a team's is held with its principals (BZ-17)."""
    row = work.talks.get(subject.code)
    if row is None:
        return None
    members = work.members.get(subject.unit_id, [])
    leaders = [each.name for each in members if each.tier == "principal"] or [each.name for each in members]
    given = work.appraisals.get(subject.code)
    held_by = (given.given_by if given else "") or work.desk.pack.roles["discipline_standing_committee"]
    with_whom = tuple(leaders) if subject.tier == "team" else (subject.name,)
    return p.Talk(action_label(work.desk, row.settled_action), with_whom, held_by)


def rectification_order(work: Paperwork, subject: Subject) -> RectificationOrderContext:
    """Return the notice of a talk, an order to rectify, or both (BZ-17, BZ-50)."""
    desk, order, talk = work.desk, work.orders.get(subject.code), work.talks.get(subject.code)
    rules = dict.fromkeys(row.rule for row in (talk, order) if row is not None)
    since = work.talked.get(subject.code, desk.today)
    return RectificationOrderContext(
        work.head,
        **work.common,
        subject=work.printed[subject.code],
        grade=work.grades[subject.code].grade,
        ordered_under=citations(desk, *rules),
        talk=talk_of(work, subject),
        points=_points(work.points.get(subject.code, [])),
        deadline=order.due_on if order else None,
        report_dates=tuple(slot_end(slot) for slot in report_slots(since, desk.cycle.year)),
        report_to=work.head.issuer,
        contact=contact(desk),
        basis=citations(desk, "BZ-54", "BZ-55"),
    )
