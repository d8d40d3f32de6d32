"""Units, persons and the posts that link them from–to."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.columns import one_of

UNIT_TYPES = ("department", "township", "enterprise", "institution")
TIERS = ("principal", "deputy", "member", "staff")
ROLES = ("administrator", "discipline_standing_committee", "party_committee")


class Unit(SQLModel, table=True):
    """A unit that is assessed; its id is also the id of its team."""

    __table_args__ = (one_of("unit", "type", *UNIT_TYPES),)

    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(unique=True, max_length=100)
    type: str = "department"
    leader_in_charge: str = ""
    active: bool = True


class Person(SQLModel, table=True):
    """A person of the roster; ids never equal a unit's id."""

    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=60)


class Post(SQLModel, table=True):
    """A post from–to; `principal` marks 主要领导, of whom a unit may have two (AMB-10)."""

    __table_args__ = (
        CheckConstraint("end_on IS NULL OR start_on <= end_on", name="check_post_starts_before_end"),
        one_of("post", "tier", *TIERS),
        Index("uq_post_person_unit_start", "person_id", "unit_id", "start_on", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    unit_id: str = Field(foreign_key="unit.id", index=True)
    title: str = ""
    tier: str
    principal: bool = False
    start_on: date
    end_on: date | None = None


class RoleHolder(SQLModel, table=True):
    """Who may answer the gates of a role, from–to."""

    __tablename__ = "role_holder"
    __table_args__ = (
        one_of("role_holder", "role", *ROLES),
        CheckConstraint("end_on IS NULL OR start_on <= end_on", name="check_role_holder_starts_before_end"),
        Index("uq_role_holder", "role", "name", "start_on", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    role: str
    name: str = Field(max_length=60)
    start_on: date
    end_on: date | None = None
