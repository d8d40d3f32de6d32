"""What the two ledgers of the UI show, as Markdown; they only look."""

from config import clock
from models.session import reading
from tasks.outbox.ledger import notice_ledger, to_markdown
from tasks.reminding.ledger_text import TITLE, ledger_markdown, write_ledger
from tasks.reminding.owing import Asked, ledger
from tasks.wiring import House


def read_notices(world: House) -> tuple[str, int]:
    """Return the ledger of notices, and how many are stuck."""
    with reading(world.engine) as session:
        found = notice_ledger(session, now=clock.now(session))
    return to_markdown(found), len(found.stuck)


def read_owing(world: House) -> tuple[str, str, int]:
    """Write today's ledger of what is owed as a workbook; return it as text, where the workbook lies, and how many."""
    found = ledger(world, Asked())
    path = world.settings.out / f"{TITLE}.xlsx"
    write_ledger(found, path)
    return ledger_markdown(found), path.name, len(found)
