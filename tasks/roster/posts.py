"""Which post a person holds on a day."""

from datetime import date

from sqlmodel import Session, col, select

from models.roster import Post


def posts_on(session: Session, day: date) -> dict[str, Post]:
    """Return by person the post held on a day, else the last one before it; of several, the one begun last."""
    query = select(Post).where(Post.start_on <= day).order_by(col(Post.start_on), col(Post.id))
    rows = sorted(session.exec(query), key=lambda row: row.end_on is None or row.end_on >= day)
    return {row.person_id: row for row in rows}
