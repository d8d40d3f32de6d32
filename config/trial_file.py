"""A file of variants: named ones, every combination of a grid, or a seeded sample; all faults of it at once."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from math import prod
from pathlib import Path as File

from pydantic import Field, StrictBool, StrictInt, StrictStr

from config.scheme_models import Strict
from config.trial_keys import Value, said
from config.yaml_file import Faults, check_model, read_yaml

MOST = 100_000  # combinations of a grid, or members of a sample
Given = StrictBool | StrictInt | Decimal | StrictStr


@dataclass(frozen=True)
class Variant:
    """One set of changes under a name."""

    name: str
    changes: Mapping[str, Value] = field(default_factory=dict)


class NamedVariant(Strict):
    name: str
    set: dict[str, Given] = Field(min_length=1)


class Sample(Strict):
    """`size` variants, the same for the same seed; a range is [low, high], a choice is a list under `of`."""

    size: int = Field(ge=1, le=MOST)
    seed: int = 0
    ranges: dict[str, list[StrictInt | Decimal]] = Field(default_factory=dict)
    of: dict[str, list[Given]] = Field(default_factory=dict)


class VariantsFile(Strict):
    """Exactly one of the three."""

    variants: list[NamedVariant] | None = None
    grid: dict[str, list[Given]] | None = None
    sample: Sample | None = None


def read_variants(path: File) -> list[Variant]:
    """Return the variants of a file; SchemeFaults with every fault of it."""
    faults = Faults()
    data = read_yaml(path, faults)
    faults.raise_any()
    read = check_model(VariantsFile, data, faults)
    faults.raise_any()
    assert read is not None
    ways = [name for name in VariantsFile.model_fields if getattr(read, name) is not None]
    if len(ways) != 1:
        found = "、".join(ways) or "三者都没有"
        faults.at(data, (), found, "variants、grid、sample 之一", "只写一种")
    for key, values in (read.sample.ranges if read.sample else {}).items():
        if len(values) != 2 or values[0] > values[1]:
            faults.at(data, ("sample", "ranges", key), f"{key} 的范围", "[最小, 最大]", "写成由小到大的两个数")
    for key, choices in {**(read.grid or {}), **(read.sample.of if read.sample else {})}.items():
        if not choices:
            faults.at(data, (), f"{key}: 没有值", "至少一个值", "列出要试的值")
    if read.grid and prod(len(values) for values in read.grid.values()) > MOST:
        faults.at(data, ("grid",), "组合过多", f"至多 {MOST} 个组合", "减少取值,或改用 sample")
    faults.raise_any()
    return list(_variants(read))


def _variants(read: VariantsFile) -> Iterator[Variant]:
    for item in read.variants or ():
        yield Variant(item.name, item.set)
    if read.grid:
        for values in product(*read.grid.values()):
            yield _named(dict(zip(read.grid, values, strict=True)))
    if read.sample:
        drawn = random.Random(read.sample.seed)
        for _ in range(read.sample.size):
            changes: dict[str, Value] = {key: _draw(drawn, *ends) for key, ends in read.sample.ranges.items()}
            changes |= {key: drawn.choice(values) for key, values in read.sample.of.items()}
            yield _named(changes)


def _draw(drawn: random.Random, low: int | Decimal, high: int | Decimal) -> int | Decimal:
    """A number between both ends, with as many places as the finer of them."""
    places = max(-int(Decimal(end).as_tuple().exponent) for end in (low, high))
    number = Decimal(drawn.randint(int(low * 10**places), int(high * 10**places)))
    return number.scaleb(-places) if places else int(number)


def _named(changes: Mapping[str, Value]) -> Variant:
    return Variant(",".join(f"{key}={said(value)}" for key, value in changes.items()), changes)
