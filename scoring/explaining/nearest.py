"""The nearest value of one fact that passes a test, looked for in the fact's own domain on both sides."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from scoring.fact_decl import FactDecl

NEAR = 200  # steps that are tried one by one before the distance doubles
FAR = 40  # doublings: 10**12 steps
SCALE = 6  # decimal places of a number

Direction = Literal["down", "up"]
Side = Direction | Literal["other"]
SIDES: tuple[Direction, ...] = ("down", "up")
Test = Callable[[Sequence[Any]], Sequence[bool]]


@dataclass(frozen=True)
class Found:
    """A value that passes; `from_here_on` says that all tried values beyond it pass too."""

    value: Any
    side: Side
    from_here_on: bool = False


def nearest(decl: FactDecl, now: Any, tier: str, test: Test) -> list[Found]:
    """Return the values other than `now` that pass, the nearest first; none when none does.

    Of numbers, counts and dates the nearest on each side (numbers to six places); of enums and grades all that pass.
    """
    if decl.kind in ("bool", "enum", "grade"):
        values = [False, True] if decl.kind == "bool" else list(decl.choices(tier))
        return _listed(values, now, test)
    if decl.kind in ("count", "number", "date"):
        sides = [found for found in (_one_side(decl, now, side, test) for side in SIDES) if found is not None]
        return sorted(sides, key=lambda found: abs(_steps(decl, found.value) - _steps(decl, now)))
    return []


def _listed(values: Sequence[Any], now: Any, test: Test) -> list[Found]:
    others = [value for value in values if value != now]
    here = values.index(now) if now in values else 0
    passing = [value for value, good in zip(others, test(others), strict=True) if good]
    return [Found(value, "other") for value in sorted(passing, key=lambda value: abs(values.index(value) - here))]


def _one_side(decl: FactDecl, now: Any, side: Direction, test: Test) -> Found | None:
    start, sign = _steps(decl, now), -1 if side == "down" else 1
    near = 0 if now is None else 1
    ahead = [*range(near, NEAR), *(NEAR << power for power in range(FAR))]
    furthest = start if decl.kind != "date" and start >= 0 and sign < 0 else None
    limit = decl.minimum if side == "down" else decl.maximum
    furthest = furthest if limit is None else max(0, sign * (_steps(decl, limit) - start))
    ahead = [step for step in ahead if furthest is None or step <= furthest] + ([furthest] if furthest else [])
    good = list(_tried(decl, start, sign, ahead, test))
    if True not in good:
        return None
    first = good.index(True)
    low, high = ahead[first - 1] if first else near, ahead[first]
    while high - low > 1:
        inside = sorted({low + (high - low) * part // NEAR for part in range(1, NEAR)} - {low, high})
        passed = [*_tried(decl, start, sign, inside, test), True]
        at = passed.index(True)
        low, high = inside[at - 1] if at else low, [*inside, high][at]
    return Found(_value(decl, start + sign * high), side, all(good[first:]))


def _tried(decl: FactDecl, start: int, sign: int, steps: Sequence[int], test: Test) -> Iterator[bool]:
    yield from (bool(good) for good in test([_value(decl, start + sign * step) for step in steps])) if steps else ()


def _steps(decl: FactDecl, value: Any) -> int:
    """A value as a whole number of the smallest steps of its kind."""
    if value is None:
        return 0
    if isinstance(value, date):
        return value.toordinal()
    return int(Decimal(str(value)).scaleb(SCALE)) if decl.kind == "number" else int(value)


def _value(decl: FactDecl, steps: int) -> Any:
    if decl.kind == "date":
        return date.min + timedelta(days=min(max(steps, 1), date.max.toordinal()) - 1)
    return Decimal(steps).scaleb(-SCALE) if decl.kind == "number" else steps
