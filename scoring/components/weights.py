"""The weights of one weighted sum for one situation, as exact fractions of 100."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

HUNDRED = Fraction(100)


class WrongWeights(ValueError):
    """Weights that cannot be used; says what was found and what is allowed."""

    def __init__(self, found: str, allowed: str) -> None:
        self.found, self.allowed = found, allowed
        super().__init__(f"{found},允许:{allowed}")


@dataclass(frozen=True)
class Change:
    """A part whose weight becomes `to`, or grows by `plus`."""

    part: str
    to: Decimal | None = None
    plus: Decimal | None = None


def completed(column: Mapping[str, Decimal | None]) -> dict[str, Fraction]:
    """The weights of a column, None standing for what is left of 100; WrongWeights unless they make 100."""
    given = {part: Fraction(weight) for part, weight in column.items() if weight is not None}
    left = HUNDRED - sum(given.values())
    open_ = [part for part, weight in column.items() if weight is None]
    if len(open_) > 1:
        raise WrongWeights(f"{'、'.join(open_)} 都是 rest", "至多一个 rest")
    weights = {part: given.get(part, left) for part in column}
    for part, weight in weights.items():
        if not 0 <= weight <= HUNDRED:
            raise WrongWeights(f"{part} 的权重为 {percent(weight)}", "0 至 100")
    if left and not open_:
        raise WrongWeights(f"权重合计 {percent(HUNDRED - left)}", "合计 100")
    return weights


def changed(weights: Mapping[str, Fraction], changes: Iterable[Change]) -> dict[str, Fraction]:
    """The weights after these changes one by one, the rest sharing in proportion (GS-07: 10 to 15, others × 85/90)."""
    result = dict(weights)
    for change in changes:
        old = result[change.part]
        new = old + Fraction(change.plus or 0) if change.to is None else Fraction(change.to)
        if not 0 <= new <= HUNDRED or (old == HUNDRED and new != old):
            raise WrongWeights(
                f"{change.part} 的权重由 {percent(old)} 改为 {percent(new)}", "0 至 100,且其余部分有权重"
            )
        if new != old:
            share = (HUNDRED - new) / (HUNDRED - old)
            result = {part: new if part == change.part else weight * share for part, weight in result.items()}
    return result


def rescaled(weights: Mapping[str, Fraction], left_out: Collection[str]) -> dict[str, Fraction]:
    """The weights without those left out, made to 100 again; empty if nothing is left (TX-18, QZ-15)."""
    kept = {part: weight for part, weight in weights.items() if part not in left_out}
    total = sum(kept.values())
    return {part: weight * HUNDRED / total for part, weight in kept.items()} if total else {}


def percent(weight: Fraction) -> str:
    """A weight as a reader sees it: 15, 9.44."""
    return f"{float(weight):.2f}".rstrip("0").rstrip(".")
