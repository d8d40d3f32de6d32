"""What is computed from facts before any rule, one kind after the other, with exact fractions."""

from collections.abc import Callable
from fractions import Fraction

from tests.reference.consequences import past_run
from tests.reference.pack import Raw
from tests.reference.values import Value, number, rounded, typed
from tests.reference.weights import weighted
from tests.reference.world import Subject, World, as_text

Kind = Callable[[World, Raw, Subject], Value]


def add_components(world: World) -> None:
    """Each component in declared order becomes a value of the row; null ones are replaced or marked."""
    for part in world.pack.components:
        found = {one.id: KINDS[part["kind"]](world, part, one) for one in world.of_tiers(part["applies_to"])}
        for one in world.subjects:
            _store(part["name"], part, one, found.get(one.id))
        if part["kind"] == "bands" and "grade" in part["bands"][0]:
            for one in world.subjects:
                grade = band(world, part, one, "grade") if one.id in found else None
                _store(f"{part['name']}_grade", part, one, grade)


def _store(name: str, part: Raw, one: Subject, value: Value) -> None:
    missing = part.get("missing", "block") if one.tier in part["applies_to"] else "skip"
    if value is None and missing not in ("block", "skip"):
        value = typed(as_text(missing), "bool" if isinstance(missing, bool) else _kind(missing))
    elif value is None:
        one.absent[name] = str(missing)
    one.row[name] = value
    if value is not None:
        one.scores[name] = value


def _kind(missing: object) -> str:
    return "text" if isinstance(missing, str) else "number"


def _amount(world: World, value: object) -> Fraction | None:
    return number(world.pack.setting(value))


def _held(world: World, raw: Raw, value: Fraction) -> Fraction:
    """The value between `at_least` and `at_most`."""
    low, high = _amount(world, raw.get("at_least")), _amount(world, raw.get("at_most"))
    value = value if high is None else min(value, high)
    return value if low is None else max(value, low)


def _round(part: Raw, value: Fraction) -> Fraction:
    return value if part.get("round") is None else Fraction(rounded(value, part["round"]))


def sum_(world: World, part: Raw, one: Subject) -> Value:
    total = _amount(world, part.get("start", 0)) or Fraction(0)
    for item in part["parts"]:
        entry = {"of": item} if isinstance(item, str) else item
        value = number(one.row[entry["of"]])
        if value is None:
            return None
        total += _held(world, entry, value) * (-1 if entry.get("subtract") else 1)
    return _round(part, _held(world, part, total))


def weighted_sum(world: World, part: Raw, one: Subject) -> Value:
    """Percent by percent; with `rescale` the parts that do not apply give their weight to the others."""
    weights = weighted(world, part, one)
    if weights is None:
        return None
    one.weights[part["name"]] = weights  # type: ignore[assignment]
    values = {name: number(one.row[name]) for name in weights}
    if part.get("rescale"):
        values = {name: value for name, value in values.items() if value is not None or one.absent[name] == "block"}
    if not values or None in values.values():
        return None
    whole = sum(weights[name] for name in values)
    if part.get("rescale") and whole == 0:
        return None
    total = sum(weights[name] * value for name, value in values.items())  # type: ignore[operator]
    return _round(part, total / (whole if part.get("rescale") else 100))


def product(world: World, part: Raw, one: Subject) -> Value:
    total = Fraction(1)
    for name in part["factors"]:
        if (value := number(one.row[name])) is None:
            return None
        total *= value
    return _round(part, total / (_amount(world, part.get("divide_by", 1)) or 1))


def mean(world: World, part: Raw, one: Subject) -> Value:  # noqa: ARG001
    values = [number(one.row[name]) for name in part["of"]]
    present = [value for value in values if value is not None]
    if not present or (len(present) < len(values) and not part.get("of_those_present")):
        return None
    return _round(part, sum(present, Fraction(0)) / len(present))


def share(world: World, part: Raw, one: Subject) -> Value:  # noqa: ARG001
    """Percent; of nothing there is no share."""
    of, out_of = number(one.row[part["of"]]), number(one.row[part["out_of"]])
    return None if of is None or not out_of else _round(part, of * 100 / out_of)


def deductions(world: World, part: Raw, one: Subject) -> Value:
    total = _amount(world, part["start"]) or Fraction(0)
    for item in part["items"]:
        times = number(one.row[item["of"]])
        excused = world.ask(one, item["unless"]) if "unless" in item and times != 0 else False
        if not excused and (times is None or excused is None):
            return None
        if not excused:
            total -= _held(world, {"at_most": item.get("at_most")}, times * (_amount(world, item["each"]) or 0))
    return _round(part, _held(world, part, total))


def bands(world: World, part: Raw, one: Subject) -> Value:
    return band(world, part, one, "value")


def band(world: World, part: Raw, one: Subject, key: str) -> str | None:
    """What the first band says whose lower limit is reached."""
    value = number(one.row[part["of"]])
    if value is None:
        return None
    for entry in part["bands"]:
        limit = _amount(world, entry.get("at_least"))
        if limit is None or value >= limit:
            return entry[key]
    return None


def ranking(world: World, part: Raw, one: Subject) -> Value:
    """One more than those who are better: 1, 2, 2, 4."""
    own, group = number(one.row[part["of"]]), world.group(one, part["within"])
    if own is None or group is None:
        return None
    rivals = [
        number(other.row[part["of"]])
        for other in world.of_tiers(part["applies_to"])
        if world.group(other, part["within"]) == group
    ]
    sign = -1 if part.get("lowest_first") else 1
    return 1 + sum(rival is not None and sign * rival > sign * own for rival in rivals)


def _others(world: World, part: Raw, one: Subject) -> list[Subject] | None:
    """Those who are looked at; None where it is not known in which pool the subject is."""
    if (group := world.group(one, part["within"])) is None:
        return None
    return [other for other in world.of_tiers(part["from"]) if world.group(other, part["within"]) == group]


def tally(world: World, part: Raw, one: Subject) -> Value:
    """How many of the others it holds for, or how many different values these have."""
    if (others := _others(world, part, one)) is None:
        return None
    answers = [(other, world.ask(other, part["when"])) for other in others]
    if any(answer is None for _, answer in answers):
        return None
    holding = [other for other, answer in answers if answer]
    if "distinct" not in part:
        return len(holding)
    return len({other.row[part["distinct"]] for other in holding} - {None})


def collect(world: World, part: Raw, one: Subject) -> Value:
    if (others := _others(world, part, one)) is None:
        return None
    return frozenset(str(value) for other in others if (value := other.row[part["fact"]]) is not None)


def spread_of(world: World, part: Raw, one: Subject) -> Value:
    values = [number(other.row[part["of"]]) for other in _others(world, part, one) or []]
    present = [value for value in values if value is not None]
    return _round(part, max(present) - min(present)) if present else None


def past_run_(world: World, part: Raw, one: Subject) -> Value:
    return len(past_run(world, one, part))


def _window(world: World, part: Raw, one: Subject) -> list[str]:
    """The grades of the years before this one inside the window that ends with this one."""
    past = world.history.get(one.id, {})
    return [past[year] for year in range(world.case.year - part["window"] + 1, world.case.year) if year in past]


def past_count(world: World, part: Raw, one: Subject) -> Value:
    return sum(grade in part["grades"] for grade in _window(world, part, one))


def past_best(world: World, part: Raw, one: Subject) -> Value:
    return min(_window(world, part, one), key=lambda grade: world.rank(one, grade), default=None)


def past_worst(world: World, part: Raw, one: Subject) -> Value:
    return max(_window(world, part, one), key=lambda grade: world.rank(one, grade), default=None)


def past_grade(world: World, part: Raw, one: Subject) -> Value:
    return world.history.get(one.id, {}).get(world.case.year - part["years_ago"], part.get("absent"))


KINDS: dict[str, Kind] = {
    "sum": sum_, "weighted_sum": weighted_sum, "product": product, "mean": mean, "share": share,
    "deductions": deductions, "bands": bands, "ranking": ranking, "tally": tally, "collect": collect,
    "spread_of": spread_of, "past_run": past_run_, "past_count": past_count, "past_best": past_best,
    "past_worst": past_worst, "past_grade": past_grade,
}  # fmt: skip
