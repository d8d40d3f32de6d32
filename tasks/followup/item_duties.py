"""Each rectification item is owed on its own deadline, so that reminders and lists of what is overdue know of it."""

from collections.abc import Iterable, Mapping

from sqlmodel import col, select

from models.duty import DeadlineChange, Obligation, Submission
from models.evidence import Subject
from models.followup import RectificationItem, RectificationReport
from tasks.desk import Desk
from tasks.followup.rectification import items, reports_of
from tasks.roster.posts import posts_on

DUTY = "rectification_item"
OWED = ("open", "returned")
VERIFIED = "验收通过,销号"
MOVED_ON, WITHDRAWN = "进入下一年度考核", "所依据的措施已免予"
NO_MORE = {"carried_over": MOVED_ON, "withdrawn": WITHDRAWN}


def units_of(desk: Desk, codes: Iterable[str]) -> dict[str, str]:
    """Return the unit of each of these subjects; in a routine cycle a person's is that of the post held today."""
    wanted = set(codes)
    if desk.cycle.kind == "annual":
        query = select(Subject.code, Subject.unit_id).where(Subject.cycle_id == desk.cycle_id)
        return {code: unit for code, unit in desk.session.exec(query) if code in wanted}
    posts = posts_on(desk.session, desk.today)
    return {code: posts[code].unit_id if code in posts else code for code in wanted}


def follow_items(desk: Desk) -> None:
    """Bring what is owed in line with the items: new ones are owed, done ones handed in, verified ones accepted."""
    rows = [*items(desk), *items(desk, "withdrawn")]
    if not rows:
        return
    _oblige(desk, rows)
    query = select(Obligation).where(Obligation.cycle_id == desk.cycle_id, Obligation.duty == DUTY)
    owed = {(row.owner, row.slot): row for row in desk.session.exec(query)}
    latest = {item_id: report for (item_id, _), report in reports_of(desk).items()}
    for item in rows:
        if (item.subject, str(item.number)) in owed:
            _follow(desk, item, owed[item.subject, str(item.number)], latest)


def _oblige(desk: Desk, rows: Iterable[RectificationItem]) -> None:
    pending = [row for row in rows if row.state in ("open", "reported")]
    units = units_of(desk, (row.subject for row in pending))
    receiver = str(desk.cycle.params.get("office", ""))
    desk.oblige(
        [
            Obligation(
                cycle_id=desk.cycle_id,
                stage="rectify" if desk.cycle.kind == "annual" else "routine",
                duty=DUTY,
                owner=row.subject,
                unit_id=units[row.subject],
                recipient=units[row.subject],
                form="rectification_reports",
                receiver=receiver,
                slot=str(row.number),
                opened_on=min(row.opened_on, row.due_on),
                due_on=row.due_on,
            )
            for row in pending
        ]
    )


def _follow(desk: Desk, item: RectificationItem, owed: Obligation, latest: Mapping[int, RectificationReport]) -> None:
    report = latest.get(item.id or 0)
    if owed.due_on != item.due_on and owed.state not in ("accepted", "waived"):
        _move_due(desk, item, owed)
    if item.state == "open" and owed.state == "submitted":
        _give_back(desk, item, owed)
    elif (
        owed.state in OWED
        and report is not None
        and (item.state == "closed" or (item.state == "reported" and report.done))
    ):
        _hand_in(desk, owed, report)
    if item.state == "closed" and owed.state == "submitted":
        desk.move(owed, "accept", reason=VERIFIED)
        desk.move(_submission(desk, owed), "accept", reason=VERIFIED)
    elif item.state in NO_MORE and owed.state not in ("accepted", "waived"):
        desk.move(owed, "waive", reason=NO_MORE[item.state])


def _move_due(desk: Desk, item: RectificationItem, owed: Obligation) -> None:
    change = DeadlineChange(
        obligation_id=owed.id or 0,
        cause="return" if item.returned else "extension",
        due_before=owed.due_on,
        due_after=item.due_on,
        reason=item.returned or "整改期限变更",
        changed_by=desk.by,
        changed_at=desk.now,
    )
    desk.session.add(change)
    owed.due_on, owed.opened_on = item.due_on, min(owed.opened_on, item.due_on)
    desk.audit("obligation.due", {"duty": DUTY, "owner": owed.owner, "slot": owed.slot, "due_on": str(item.due_on)})


def _hand_in(desk: Desk, owed: Obligation, report: RectificationReport) -> None:
    desk.session.add(
        Submission(
            obligation_id=owed.id or 0, attempt=owed.attempt, entry_id=report.entry_id, submitted_on=report.reported_on
        )
    )
    desk.move(owed, "submit")


def _give_back(desk: Desk, item: RectificationItem, owed: Obligation) -> None:
    submission = _submission(desk, owed)
    desk.move(submission, "return", reason=item.returned)
    submission.reason = item.returned
    desk.move(owed, "return", reason=item.returned, attempt=owed.attempt + 1)


def _submission(desk: Desk, owed: Obligation) -> Submission:
    query = select(Submission).where(Submission.obligation_id == owed.id, Submission.state == "submitted")
    return desk.session.exec(query.order_by(col(Submission.attempt).desc())).one()
