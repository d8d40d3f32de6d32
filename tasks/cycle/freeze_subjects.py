"""Who is assessed: the teams and leading posts of the roster, as they are on the membership date (BZ-02, BZ-06)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from models.roster import Person, Post, Unit

LEADING = ("principal", "deputy", "member")


@dataclass(frozen=True)
class Roll:
    """The subjects as rows to insert, and the roster's peculiarities that were settled on the way."""

    rows: list[dict[str, Any]]
    short_service: list[str] = field(default_factory=list)
    several_posts: dict[str, list[str]] = field(default_factory=dict)
    without_principal: list[str] = field(default_factory=list)


def membership_day(year: int, today: date) -> date:
    """Return the day whose posts count: the last of the assessment year, or today while that lies ahead (AMB-11)."""
    return min(today, date(year, 12, 31))


def roll_subjects(session: Session, *, year: int, today: date, min_months: int) -> Roll:
    """Return one team per active unit and each leading member with `min_months` of service in the year (BZ-06).

    A person with several posts is assessed in the principal one, else in the first; both are told in the roll.
    """
    units = {unit.id: unit for unit in session.exec(select(Unit).where(col(Unit.active)).order_by(col(Unit.id)))}
    day = membership_day(year, today)
    posts = [post for post in _leading_posts(session, year) if post.unit_id in units]
    served = _months_in_unit(posts, year)
    current = [post for post in posts if post.start_on <= day and (post.end_on is None or post.end_on >= day)]
    enough = [post for post in current if served[post.person_id, post.unit_id] >= min_months]
    chosen, several = _one_post_each(enough)
    names = dict(session.exec(select(Person.id, Person.name)).all())
    rows = [_team(unit) for unit in units.values()] + [_member(post, names) for post in chosen]
    led = {post.unit_id for post in chosen if is_principal(post)}
    return Roll(
        rows=rows,
        short_service=sorted({post.person_id for post in current} - {post.person_id for post in enough}),
        several_posts=several,
        without_principal=[unit for unit in units if unit not in led],
    )


def is_principal(post: Post) -> bool:
    """Tell whether a post leads its unit (主要领导); a unit may have two (AMB-10)."""
    return post.principal or post.tier == "principal"


def _leading_posts(session: Session, year: int) -> Sequence[Post]:
    query = select(Post).where(
        or_(col(Post.tier).in_(LEADING), col(Post.principal)),
        col(Post.start_on) <= date(year, 12, 31),
        or_(col(Post.end_on).is_(None), col(Post.end_on) >= date(year, 1, 1)),
    )
    return session.exec(query.order_by(col(Post.unit_id), col(Post.start_on), col(Post.id))).all()


def _months_in_unit(posts: Iterable[Post], year: int) -> Mapping[tuple[str, str], int]:
    spans: dict[tuple[str, str], list[tuple[date, date | None]]] = defaultdict(list)
    for post in posts:
        spans[post.person_id, post.unit_id].append((post.start_on, post.end_on))
    return {key: months_served(held, year) for key, held in spans.items()}


def months_served(spans: Iterable[tuple[date, date | None]], year: int) -> int:
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


def _one_post_each(posts: Sequence[Post]) -> tuple[list[Post], dict[str, list[str]]]:
    held: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        held[post.person_id].append(post)
    chosen = [min(each, key=lambda post: (not is_principal(post), post.start_on, post.id)) for each in held.values()]
    several = {person: [f"{post.unit_id} {post.title}".strip() for post in each] for person, each in held.items()}
    order = sorted(chosen, key=lambda post: (post.unit_id, not is_principal(post), post.start_on, post.id))
    return order, {person: told for person, told in several.items() if len(told) > 1}


def _team(unit: Unit) -> dict[str, Any]:
    return {"code": unit.id, "tier": "team", "unit_id": unit.id, "person_id": None, "name": unit.name, "title": ""}


def _member(post: Post, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": post.person_id,
        "tier": "principal" if is_principal(post) else "deputy",
        "unit_id": post.unit_id,
        "person_id": post.person_id,
        "name": names[post.person_id],
        "title": post.title,
    }
