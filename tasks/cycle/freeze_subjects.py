"""Who is assessed: the teams and leading posts of the roster, as they are on the membership date (BZ-02, BZ-06)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, Protocol

import sqlalchemy
from sqlmodel import Session, col, or_, select

from models.bulk import day_of, plain_rows
from models.roster import Person, Post, Unit

LEADING = ("principal", "deputy", "member")
Span = tuple[date, date | None]  # from–to, both days included; None: no end in sight


class Leads(Protocol):
    """What tells whether a post leads its unit."""

    @property
    def principal(self) -> bool: ...
    @property
    def tier(self) -> str: ...


class Held(NamedTuple):
    """A leading post as it is read in bulk: rows of a hundred thousand people are no objects of the session."""

    unit_id: str
    start_on: date
    id: int
    person_id: str
    end_on: date | None
    tier: str
    principal: bool
    title: str
    name: str


@dataclass(frozen=True)
class Roll:
    """The subjects as rows to insert (by COLUMNS), and the roster's peculiarities that were settled on the way."""

    rows: list[tuple[str, str, str, str | None, str, str]]
    short_service: list[str] = field(default_factory=list)
    several_posts: dict[str, list[str]] = field(default_factory=dict)
    without_principal: list[str] = field(default_factory=list)


COLUMNS = ("code", "tier", "unit_id", "person_id", "name", "title")


def membership_day(year: int, today: date) -> date:
    """Return the day whose posts count: the last of the assessment year, or today while that lies ahead (AMB-11)."""
    return min(today, date(year, 12, 31))


def roll_subjects(session: Session, *, year: int, today: date, min_months: int) -> Roll:
    """Return one team per active unit and each leading member with `min_months` of service in the year (BZ-06).

    A person with several posts is assessed in the principal one, else in the first; both are told in the roll.
    """
    units = dict(session.exec(select(Unit.id, Unit.name).where(col(Unit.active)).order_by(col(Unit.id))).all())
    day = membership_day(year, today)
    posts = [post for post in _leading_posts(session, year) if post.unit_id in units]
    served = _months_in_unit(posts, year)
    current = [post for post in posts if post.start_on <= day and (post.end_on is None or post.end_on >= day)]
    enough = [post for post in current if served[post.person_id, post.unit_id] >= min_months]
    chosen, several = _one_post_each(enough)
    teams = [(id_, "team", id_, None, name, "") for id_, name in units.items()]
    members = [
        (post.person_id, "principal" if is_principal(post) else "deputy", post.unit_id, post.person_id,
         post.name, post.title)
        for post in chosen
    ]  # fmt: skip
    led = {post.unit_id for post in chosen if is_principal(post)}
    return Roll(
        rows=[*teams, *members],
        short_service=sorted({post.person_id for post in current} - {post.person_id for post in enough}),
        several_posts=several,
        without_principal=[unit for unit in units if unit not in led],
    )


def is_principal(post: Leads) -> bool:
    """Tell whether a post leads its unit (主要领导); a unit may have two (AMB-10)."""
    return post.principal or post.tier == "principal"


def _leading_posts(session: Session, year: int) -> list[Held]:
    """The leading posts of a year in order of unit, start and id."""
    query = (
        sqlalchemy.select(*(getattr(Post, name) for name in Held._fields[:-1]), col(Person.name))
        .join(Person, col(Person.id) == col(Post.person_id))
        .where(
            or_(col(Post.tier).in_(LEADING), col(Post.principal)),
            col(Post.start_on) <= date(year, 12, 31),
            or_(col(Post.end_on).is_(None), col(Post.end_on) >= date(year, 1, 1)),
        )
    )
    return sorted(
        Held(unit, day_of(start) or date.min, id_, person, day_of(end), tier, bool(principal), title, name)
        for unit, start, id_, person, end, tier, principal, title, name in plain_rows(session, query)
    )


def _months_in_unit(posts: Iterable[Held], year: int) -> Mapping[tuple[str, str], int]:
    spans: dict[tuple[str, str], tuple[Span, ...]] = defaultdict(tuple)
    for post in posts:
        spans[post.person_id, post.unit_id] += ((post.start_on, post.end_on),)
    months = {held: months_served(held, year) for held in set(spans.values())}  # most serve the whole year
    return {key: months[held] for key, held in spans.items()}


def months_served(spans: Iterable[Span], year: int) -> int:
    """Return the whole months of a year that from–to spans cover (both days included; None: no end in sight).

    Spans that follow each other without a gap count as one, so that a promotion inside a unit loses no service.
    """
    first_day, after_year = date(year, 1, 1), date(year + 1, 1, 1)
    joined: list[tuple[date, date]] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        begin = max(start, first_day)
        stop = min(end + timedelta(days=1), after_year) if end else after_year
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        elif begin < stop:
            joined.append((begin, stop))
    return sum(_months_between(begin, stop) for begin, stop in joined)


def _months_between(begin: date, stop: date) -> int:
    return (stop.year - begin.year) * 12 + stop.month - begin.month - (stop.day < begin.day)


def _one_post_each(posts: Sequence[Held]) -> tuple[list[Held], dict[str, list[str]]]:
    counted = Counter(post.person_id for post in posts)
    several: dict[str, list[Held]] = {person: [] for person, times in counted.items() if times > 1}
    for post in posts if several else ():
        if post.person_id in several:
            several[post.person_id].append(post)
    chosen = {
        person: min(each, key=lambda post: (not is_principal(post), post.start_on, post.id))
        for person, each in several.items()
    }
    kept = [post for post in posts if chosen.get(post.person_id, post) is post] if several else list(posts)
    kept.sort(key=lambda post: (post.unit_id, not is_principal(post)))
    return kept, {person: [f"{post.unit_id} {post.title}".strip() for post in each] for person, each in several.items()}
