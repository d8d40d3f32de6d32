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
    """The weights with these parts changed and the others sharing what is left in proportion (GS-07: others × 85/90).

    Changes count from the weights as declared, whatever their order, so that 15 is 15 beside another change.
    """
    new: dict[str, Fraction] = {}
    for change in changes:
        old = new.get(change.part, weights[change.part])
        new[change.part] = old + Fraction(change.plus or 0) if change.to is None else Fraction(change.to)
    rest = sum((weight for part, weight in weights.items() if part not in new), Fraction(0))
    left = HUNDRED - sum(new.values(), Fraction(0))
    if left < 0 or min(new.values(), default=HUNDRED) < 0 or (rest == 0 and left > 0):
        said = "、".join(f"{part} {percent(weight)}" for part, weight in new.items())
        raise WrongWeights(f"权重改为 {said}", "0 至 100,合计不超过 100,且其余部分有权重")
    share = left / rest if rest else Fraction(0)
    return {part: new.get(part, weight * share) for part, weight in weights.items()}


def rescaled(weights: Mapping[str, Fraction], left_out: Collection[str]) -> dict[str, Fraction]:
    """The weights without those left out, made to 100 again; empty if nothing is left (TX-18, QZ-15)."""
    kept = {part: weight for part, weight in weights.items() if part not in left_out}
    total = sum(kept.values())
    return {part: weight * HUNDRED / total for part, weight in kept.items()} if total else {}


def percent(weight: Fraction) -> str:
    """A weight as a reader sees it: 15, 9.44."""
    return f"{float(weight):.2f}".rstrip("0").rstrip(".")
