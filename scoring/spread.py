"""From one row a fact to one row a subject: each text is put at its subject's place, which no general pivot beats."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Spread:
    """A row an id and a column of texts a fact, null where not given; and which facts some id has more than once."""

    frame: pl.DataFrame
    doubled: tuple[str, ...]


def spread(facts: pl.DataFrame, names: Iterable[str], ids: pl.Series) -> Spread:
    """Spreads the facts (subject, name as Enum, value) of these names over these ids; others are passed over."""
    rows = facts.select("name", "value", at=_places(facts, ids))
    if rows["at"].null_count():
        rows = rows.filter(pl.col("at").is_not_null())
    given = rows.partition_by("name", as_dict=True, include_key=False)
    blank = pl.Series([None], dtype=pl.String).new_from_index(0, ids.len())
    columns, doubled = [], []
    for name in names:
        column = blank.alias(name)
        if (mine := given.pop((name,), None)) is not None:
            column.scatter(mine["at"], mine["value"])
            if column.count() < mine.height:
                doubled.append(name)
        columns.append(column)
    return Spread(pl.DataFrame(columns), tuple(doubled))


def _places(facts: pl.DataFrame, ids: pl.Series) -> pl.Series:
    """The row of each fact's subject among the ids, null for others."""
    numbered = ids.to_frame("subject").with_row_index("at").lazy()
    joined = facts.lazy().join(numbered, on="subject", how="left", maintain_order="left")
    return joined.select("at").collect()["at"]
