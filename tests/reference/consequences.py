"""What follows from settled grades, facts and history; a row is subject, rule, action, review, value, starts, ends."""

from datetime import date, timedelta

from tests.reference.pack import Raw
from tests.reference.world import Subject, World

REVIEW = "HUMAN_REVIEW"


def on_grade(world: World, rule: Raw, settled: dict[str, str]) -> None:
    for one in world.concerned(rule):
        if settled.get(one.id) in rule["grades"] and _when(world, rule, one):
            _impose(world, rule, one)


def on_fact(world: World, rule: Raw, settled: dict[str, str]) -> None:  # noqa: ARG001
    for one in world.concerned(rule):
        if _when(world, rule, one):
            _impose(world, rule, one)


def consecutive(world: World, rule: Raw, settled: dict[str, str]) -> None:
    """A run of years that ends with this one; recorded on the leaders where the rule names them."""
    for one in world.concerned(rule):
        if _run_ends(world, rule, one, settled.get(one.id)) and _when(world, rule, one):
            if rule.get("leaders"):
                _on_leaders(world, rule, one)
            else:
                _impose(world, rule, one)


def cumulative(world: World, rule: Raw, settled: dict[str, str]) -> None:
    """So many years with these grades inside the window that ends with this year."""
    for one in world.concerned(rule):
        years = range(world.case.year - rule["window"] + 1, world.case.year)
        past = [world.history.get(one.id, {}).get(year) for year in years]
        now = settled.get(one.id)
        enough = sum(grade in rule["grades"] for grade in [*past, now]) >= rule["times"]
        if now in rule["grades"] and enough and _when(world, rule, one):
            _impose(world, rule, one)


def _when(world: World, rule: Raw, one: Subject) -> bool:
    return "when" not in rule or bool(world.holds(one, rule["id"], rule["when"]))


def _run_ends(world: World, rule: Raw, one: Subject, now: str | None) -> bool:
    if now not in rule["grades"]:
        return False
    length = 1 + len(past_run(world, one, rule))
    reset = world.pack.setting(rule.get("reset", False))
    return length % rule["years"] == 0 if reset else length >= rule["years"]


def past_run(world: World, one: Subject, rule: Raw) -> list[int]:
    """The years before this one, latest first and without another grade between, that had these grades."""
    past, run = world.history.get(one.id, {}), []
    for year in range(world.case.year - 1, min(past, default=world.case.year) - 1, -1):
        if year not in past and rule.get("gap") == "bridges":
            continue
        if past.get(year) not in rule["grades"]:
            break
        run.append(year)
    return run


def _on_leaders(world: World, rule: Raw, team: Subject) -> None:
    years = past_run(world, team, rule)[: rule["years"] - 1]
    for one in world.of_tiers(rule["leaders"]):
        if one.unit == team.unit:
            led = [world.led_by.get((team.id, year)) for year in years]
            if any(names is not None and one.id not in names for names in led):
                world.consequences.append((one.id, rule["id"], REVIEW, True, None, None, None))
            else:
                _impose(world, rule, one, review=None in led)


def _impose(world: World, rule: Raw, one: Subject, *, review: bool = False) -> None:
    for action in rule["actions"]:
        starts, ends = _period(world, action, one)
        bearers = [one]
        if tiers := action.get("on_person"):
            bearers = [person for person in world.of_tiers(tiers) if person.unit == one.unit]
        for bearer in bearers:
            row = (bearer.id, rule["id"], action["action"], review or None, None, starts, ends)
            if bearer is one or row not in world.consequences:  # two teams of a unit have one principal talked to once
                world.consequences.append(row)


def _period(world: World, action: Raw, one: Subject) -> tuple[str | None, str | None]:
    """From the day of the fact, so many months, the day before the same day included (GS-22)."""
    starts = one.row[action["from"]] if "from" in action else None
    if starts is None:
        return None, None
    months = world.pack.setting(action["duration_months"])
    return str(starts), (_after(date.fromisoformat(str(starts)), months) - timedelta(days=1)).isoformat()


def _after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
