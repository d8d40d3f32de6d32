"""Subjects with the values that rules read, what bounds their grades, and what was found about them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scoring.case import CaseFrames
from tests.reference.conditions import condition
from tests.reference.pack import BUILT_IN, Raw, RefPack
from tests.reference.values import Value, as_text, typed

UNGRADED = "不确定等次"


@dataclass(frozen=True)
class Bound:
    """What a rule does to a grade: `ceiling`, `floor`, `force`, or `place` for a seat that was not given."""

    effect: str
    rule: str
    grade: str


@dataclass
class Subject:
    """One subject; `row` holds the values as read (None: not known), `absent` why each None is one."""

    id: str
    tier: str
    unit: str
    row: dict[str, Value] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    weights: dict[str, dict[str, object]] = field(default_factory=dict)
    scores: dict[str, Value] = field(default_factory=dict)
    spared: set[str] = field(default_factory=set)
    bounds: list[Bound] = field(default_factory=list)
    given: str | None = None
    base: str | None = None
    ungraded: bool = False


@dataclass
class World:
    """A case under a pack, in one mode; findings are pairs of subject or pool and rule."""

    pack: RefPack
    case: CaseFrames
    mode: str
    subjects: list[Subject] = field(default_factory=list)
    history: dict[str, dict[int, str]] = field(default_factory=dict)
    led_by: dict[tuple[str, int], list[str] | None] = field(default_factory=dict)
    violations: set[tuple[str, str]] = field(default_factory=set)
    blocks: set[tuple[str, str]] = field(default_factory=set)
    notices: set[tuple[str, str]] = field(default_factory=set)
    consequences: list[tuple[object, ...]] = field(default_factory=list)

    def of_tiers(self, tiers: Iterable[str]) -> list[Subject]:
        wanted = set(tiers)
        return [subject for subject in self.subjects if subject.tier in wanted]

    def concerned(self, rule: Raw) -> list[Subject]:
        """The subjects that a rule is about: of its tiers and not spared from it."""
        return [subject for subject in self.of_tiers(rule["applies_to"]) if rule["id"] not in subject.spared]

    def holds(self, subject: Subject, rule_id: str, text: str) -> bool | None:
        """Whether a condition holds; unknown, it blocks the subject unless a missing fact makes the rule silent."""
        found = condition(text, self.pack.settings)
        value = found.of(subject.row)
        if value is None and not self.silent(subject, found.names):
            self.blocks.add((subject.id, rule_id))
        return value  # type: ignore[return-value]

    def silent(self, subject: Subject, names: Iterable[str]) -> bool:
        """Whether one of these is missing and its absence means that nothing is to be said."""
        return any(subject.absent.get(name) == "skip" for name in names)

    def ask(self, subject: Subject, text: str) -> bool | None:
        """Whether a condition inside a component holds; one that is silent does not."""
        found = condition(text, self.pack.settings)
        value = found.of(subject.row)
        return False if value is None and self.silent(subject, found.names) else value  # type: ignore[return-value]

    def blocked(self, subject: Subject) -> bool:
        return any(who == subject.id for who, _ in self.blocks)

    def rank(self, subject: Subject, grade: str) -> int:
        return self.pack.rank(subject.tier, grade)

    def group(self, subject: Subject, within: str) -> object:
        """What a subject is compared inside of: its unit, its pool instance, or everyone."""
        return {"unit": subject.unit, "pool": pool_key(self.pack, subject), "all": ""}[within]


def pool_key(pack: RefPack, subject: Subject) -> str | None:
    """The pool a subject competes in, followed by the values that partition it; None without one."""
    pool = pack.pool_of(subject.tier)
    if pool is None:
        return None
    parts = [subject.row.get(name) for name in pool.get("by", [])]
    return None if None in parts else "/".join([pool["id"], *map(str, parts)])


def read_world(pack: RefPack, case: CaseFrames, mode: str) -> World:
    """The subjects of a case with their facts as read, missing ones replaced or marked."""
    world = World(pack, case, mode)
    told = {(row["subject"], row["name"]): row["value"] for row in case.facts.to_dicts()}
    given = dict(case.given.select("subject", "grade").iter_rows())
    for row in case.subjects.to_dicts():
        subject = Subject(row["id"], row["tier"], row["unit"], given=given.get(row["id"]) if mode == "check" else None)
        _read_facts(world, subject, told)
        world.subjects.append(subject)
    for row in case.history.to_dicts():
        world.history.setdefault(row["subject"], {})[row["year"]] = row["grade"]
        world.led_by[row["subject"], row["year"]] = row["led_by"]
    return world


def _read_facts(world: World, subject: Subject, told: dict[tuple[str, str], str]) -> None:
    pack = world.pack
    for name, fact in pack.facts.items():
        owner = subject.unit if fact["level"] == "unit" else subject.id
        text = told.get((owner, name))
        if text is None and (missing := pack.missing(name, subject.tier)) not in ("block", "skip"):
            text = as_text(missing)
        elif text is None:
            subject.absent[name] = str(missing)
        subject.row[name] = None if text is None else typed(text, fact["type"])
    subject.row |= {"tier": subject.tier, "unit": subject.unit, "year": world.case.year}
    subject.row["pool"] = pool_key(pack, subject)
    subject.absent |= {name: "skip" for name in BUILT_IN if subject.row[name] is None}
