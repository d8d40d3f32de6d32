"""All tables in one place, for migrations and for whoever needs the whole schema."""

from sqlmodel import SQLModel

from models import audit, backtest, cycle, duty, evidence, followup, grading, outbox, roster

MODULES = (roster, cycle, evidence, outbox, duty, grading, backtest, followup, audit)

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = SQLModel.metadata
metadata.naming_convention = NAMING
