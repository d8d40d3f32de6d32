"""Documents on disk: where a cycle's documents lie, and the parts that all of them print."""

import re
from datetime import date
from pathlib import Path
from typing import TypedDict

import sqlalchemy
from sqlmodel import col, select

from config.settings import settings
from config.stages import load_stages
from models.bulk import plain_rows
from models.cycle import Rehearsal
from models.evidence import Subject
from models.roster import Person, Unit
from notices import parts as p
from notices.contexts import Document
from notices.write import write
from tasks.desk import Desk
from tasks.roster.posts import posts_on

UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


class Common(TypedDict):
    """What every document and message names: the scheme and the period."""

    scheme: str
    period: str


def out_dir(desk: Desk) -> Path:
    """Return the folder of the cycle's documents."""
    return settings().out / desk.cycle.key


def document_path(desk: Desk, *parts: str) -> Path:
    """Return where a document lies; parts are folders and the name, `.html` is added to the name."""
    *folders, name = (UNSAFE.sub("_", part) for part in parts)
    return out_dir(desk).joinpath(*folders, name if name.endswith(".html") else f"{name}.html")


def shown_path(desk: Desk, *parts: str) -> str:
    """Return where a document lies as people are told: under the folder of documents, whatever machine it is on."""
    return (Path(settings().out.name) / document_path(desk, *parts).relative_to(settings().out)).as_posix()


def write_document(desk: Desk, context: Document, *parts: str) -> Path:
    """Write a document as page and as Word file, over those of an earlier pass; return the page's path.

    Each is replaced as a whole. A trial desk writes none.
    """
    path = document_path(desk, *parts)
    return path if desk.trial else write(context, path)


def word_file(path: Path) -> str:
    """Return the Word file beside a written document as a message attaches it: a path below the folder of documents."""
    return path.with_suffix(".docx").relative_to(settings().out).as_posix()


def common(desk: Desk) -> Common:
    """Return the scheme's printed name and the period, for contexts of documents and messages."""
    return {"scheme": desk.pack.scheme.label, "period": f"{desk.cycle.year}年度"}


def head(
    desk: Desk,
    *,
    issuer: str = "",
    number: str = "",
    issued_on: date | None = None,
    attachments: tuple[str, ...] = (),
) -> p.Head:
    """Return a document's head; in a rehearsal database every page is marked so."""
    rehearsed = desk.session.exec(select(Rehearsal.id)).first() is not None
    office = issuer or str(desk.cycle.params.get("office", ""))
    return p.Head(office, issued_on or desk.today, number, "演练" if rehearsed else "", attachments)


def contact(desk: Desk) -> p.Contact:
    """Return whom to ask: the office, and the contact given at launch (a name, with a telephone if it has one)."""
    words = str(desk.cycle.params.get("contact", "")).split()
    phones = [word for word in words if re.fullmatch(r"[\d+()-]{5,}", word)]
    person = " ".join(word for word in words if word not in phones)
    phone = phones[0] if phones else str(desk.cycle.params.get("hotline", ""))
    return p.Contact(str(desk.cycle.params.get("office", "")), person, phone)


def hotline(desk: Desk, *, until: date) -> p.Hotline:
    """Return the supervision telephone as confirmed, else as given at launch; open from the announcement (BZ-34)."""
    announced = desk.stage("announce")
    phone = announced.outcome.get("hotline") or desk.cycle.params.get("hotline", "")
    opened = announced.opened_on or desk.today
    return p.Hotline(str(phone), opened, max(until, opened))


def citations(desk: Desk, *rules: str) -> tuple[p.Citation, ...]:
    """Return the clauses of rules as the pack cites them; a rule that the pack has no clause for is left out."""
    known = _clauses(desk)
    return tuple(known[rule] for rule in rules if rule in known)


def citation(desk: Desk, rule: str) -> p.Citation:
    """Return a rule's clause; only the rule's id where the pack has none."""
    return _clauses(desk).get(rule, p.Citation(rule, ""))


def _clauses(desk: Desk) -> dict[str, p.Citation]:
    stages = [
        (item.id, item.cite.clause, item.cite.source)
        for stage in load_stages(desk.pack)
        for item in stage.exit
        if item.cite
    ]
    stages += [(item.id, item.clause, item.source) for stage in load_stages(desk.pack) for item in stage.cites]
    rules = [(rule, cite.clause, cite.source or "") for rule, cite in desk.pack.scheme.citations().items()]
    titles = {source.id: source.title for source in desk.pack.sources}
    return {rule: p.Citation(rule, clause, titles.get(source, source)) for rule, clause, source in (*stages, *rules)}


def printed_subjects(desk: Desk) -> dict[str, p.Subject]:
    """Return every subject of the cycle as printed, by code; a team has its unit's name.

    A routine cycle has no subjects of its own: all units and persons of the roster may be concerned.
    """
    units = unit_names(desk)
    tiers = desk.pack.scheme.tiers
    if desk.cycle.kind == "routine":
        return _printed_roster(desk, units)
    columns = [col(each) for each in (Subject.code, Subject.name, Subject.unit_id, Subject.tier, Subject.title)]
    rows = plain_rows(desk.session, sqlalchemy.select(*columns).where(col(Subject.cycle_id) == desk.cycle_id))
    return {code: p.Subject(name, units[unit], tiers[tier].label, title) for code, name, unit, tier, title in rows}


def _printed_roster(desk: Desk, units: dict[str, str]) -> dict[str, p.Subject]:
    tiers = desk.pack.scheme.tiers
    team = next((tier.label for tier in tiers.values() if not tier.is_person), "")
    found = {id_: p.Subject(name, name, team) for id_, name in units.items()}
    names = dict(desk.session.exec(select(Person.id, Person.name)).all())
    for person, post in posts_on(desk.session, desk.today).items():
        tier = tiers[post.tier].label if post.tier in tiers else ""
        found[person] = p.Subject(names[person], units[post.unit_id], tier, post.title)
    return found


def unit_names(desk: Desk) -> dict[str, str]:
    """Return the names of all units by id."""
    return dict(desk.session.exec(select(Unit.id, Unit.name)).all())


def group_names(desk: Desk) -> dict[str, str]:
    """Return the assessment group of each unit."""
    return {str(entry.values["unit"]): str(entry.values["group"]) for entry in desk.entries("groups")}


def called(subject: p.Subject) -> str:
    """Return how a subject is called where room is short: its unit, for a person with the name."""
    return subject.unit if subject.is_team else f"{subject.unit} · {subject.name}"
