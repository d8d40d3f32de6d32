"""The weights of a weighted sum for one subject: by its type, with what is adjusted for it."""

from fractions import Fraction

from tests.reference.pack import Raw
from tests.reference.values import number
from tests.reference.world import Subject, World

Weights = dict[str, Fraction]


def weighted(world: World, part: Raw, one: Subject) -> Weights | None:
    """The weight of each part in percent; None when its column or an adjustment is not known."""
    column = part["weights"]
    if "by" in part:
        value = one.row[part["by"]]
        if value not in column:
            return None
        column = column[value]
    weights = _filled({name: world.pack.setting(weight) for name, weight in column.items()})
    changed: Weights = {}
    for change in part.get("adjust", []):
        applies = world.ask(one, change["when"])
        if applies is None:
            return None
        if applies and change["part"] in weights:
            to, plus = world.pack.setting(change.get("to")), world.pack.setting(change.get("plus"))
            at = changed.get(change["part"], weights[change["part"]])
            changed[change["part"]] = number(to) if to is not None else at + (number(plus) or 0)  # type: ignore[assignment]
    return _shared(weights, changed)


def _filled(column: dict[str, object]) -> Weights:
    """`rest` is what the others leave of 100."""
    told = {name: number(weight) for name, weight in column.items() if weight != "rest"}
    left = Fraction(100) - sum(told.values())  # type: ignore[arg-type]
    return {name: told.get(name, left) for name in column}  # type: ignore[misc]


def _shared(weights: Weights, changed: Weights) -> Weights:
    """The parts that were not changed share what is left in proportion."""
    if not changed:
        return weights
    kept = sum(weight for name, weight in weights.items() if name not in changed)
    left = 100 - sum(changed.values())
    return {
        name: changed[name] if name in changed else weight * left / kept if kept else weight
        for name, weight in weights.items()
    }
