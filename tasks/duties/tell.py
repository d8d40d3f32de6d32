"""One message to one who owes something."""

from sqlmodel import select

from config.duties import DutySpec
from models.duty import Obligation
from models.roster import Person, Unit
from notices.messages import ObligationMessage
from tasks.desk import Desk
from tasks.documents.files import common
from tasks.duties.rows import form_of


def tell_owner(desk: Desk, duty: DutySpec, owed: Obligation, what: str, *, slot: str) -> None:
    """Tell who is told of an obligation what is owed and by when, once for each duty, recipient and `slot`."""
    text = ObligationMessage(
        _called(desk, owed.recipient),
        **common(desk),
        what=what,
        form=form_of(desk, owed.form).label,
        receiver=owed.receiver,
        due=owed.due_on,
    )
    desk.message(text, recipient=owed.recipient, about=duty.id, slot=slot)


def _called(desk: Desk, recipient: str) -> str:
    found = desk.session.exec(select(Unit.name).where(Unit.id == recipient)).first()
    found = found or desk.session.exec(select(Person.name).where(Person.id == recipient)).first()
    return found or desk.pack.roles.get(recipient, recipient)
