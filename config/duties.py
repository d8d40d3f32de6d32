"""The recurring duties of a scheme: who owes what in which rhythm, and what closing computes, from duties.yaml."""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Literal, Protocol, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from config.duty_parts import After, Draw, Event, Ladder, Name, Offset, Review, SlotFrom, Who
from config.duty_results import AnyResult
from config.forms import Strict
from config.rhythm import Rhythm, slots_of_year
from config.stages import Cite
from config.yaml_file import Faults, YamlMap, check_model, parse_yaml

FILE = "duties.yaml"
ANNOUNCED = ("monthly", "quarterly", "half_yearly", "yearly")
DEFAULT_LADDER = Ladder()


class DutySpec(Strict):
    """One recurring duty as a scheme writes it; `defaults` lists the keys whose values no clause gives."""

    id: Name
    label: str
    help: str
    rules: tuple[str, ...] = ()
    rhythm: Rhythm
    workdays_only: StrictBool = False
    only: tuple[str, ...] = ()
    who: Who | None = None
    draw: Draw | None = None
    form: Name | None = None
    slot_from: SlotFrom | None = None
    owner_field: Name | None = None
    counts: str | None = None
    handed_in: Name | None = None
    needs: StrictInt = Field(1, ge=1)
    receiver: str = ""
    receiver_role: str = "administrator"
    opens: Offset = Offset(**{"from": "start"})
    due: Offset = Offset(**{"from": "end"})
    closes: After = After(days=1)
    announce: StrictBool | None = None
    ladder: Ladder = DEFAULT_LADDER
    review: Review | None = None
    event: Event | None = None
    results: tuple[AnyResult, ...] = ()
    cite: Cite | None = None
    basis: Literal["default"] | None = None
    defaults: tuple[str, ...] = ()

    @property
    def announces(self) -> bool:
        """Whether who owes is told when a period opens."""
        return self.rhythm in ANNOUNCED if self.announce is None else self.announce

    def has_slot(self, slot: str) -> bool:
        """Whether a slot of the duty's rhythm is one of its turns."""
        return not self.only or slot.endswith(self.only)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if complaints := [*self._origin(), *self._periodic(), *self._of_events()]:
            raise ValueError(";".join(complaints))
        return self

    def _origin(self) -> list[str]:
        told = [] if self.cite or self.basis else ["须有 cite(source 与 clause),或 basis: default"]
        unknown = sorted(set(self.defaults) - self.model_fields_set)
        return [*told, *([f"defaults 只写本事项已写的键({'、'.join(unknown)} 不在其中)"] if unknown else [])]

    def _periodic(self) -> list[str]:
        if self.rhythm == "event":
            return []
        told = []
        if self.event is not None:
            told.append("event 只用于 rhythm: event")
        if self.who is None:
            told.append("须有 who")
        elif self.who.nobody is None and (self.form is None or self.slot_from is None or not self.receiver):
            told.append("有人承担的事项须有 form、slot_from、receiver")
        elif self.who.nobody is None and (self.owner_field is None) != (self.who.body is not None):
            told.append("who: body 不写 owner_field,其余的必写")
        if self.workdays_only and self.rhythm != "daily":
            told.append("workdays_only 只用于 rhythm: daily")
        if self.rhythm != "yearly" and any(offset.day for offset in (self.opens, self.due)):
            told.append("day 只用于 rhythm: yearly")
        if wrong := [end for end in self.only if not self._ends_a_slot(end)]:
            told.append(f"only 只写期次的末尾({'、'.join(wrong)} 不是 {self.rhythm} 期次的末尾)")
        return told

    def _ends_a_slot(self, end: str) -> bool:
        if self.rhythm not in ("monthly", "quarterly", "half_yearly") or not end:
            return False
        return any(slot[4:].lstrip("-") == end for slot in slots_of_year(self.rhythm, 2026))

    def _of_events(self) -> list[str]:
        if self.rhythm != "event":
            return []
        told = [
            f"{key} 不用于 rhythm: event"
            for key in ("only", "draw", "opens", "due", "closes", "results", "who")
            if key in self.model_fields_set
        ]
        if self.event is None or self.form is None or not self.receiver:
            told.append("rhythm: event 须有 event、form、receiver")
        if self.slot_from is None or self.slot_from.field is None:
            told.append("rhythm: event 须有 slot_from: {field: …},即答复中写明来由编号的栏")
        return told


class DutiesFile(Strict):
    """duties.yaml"""

    duties: tuple[DutySpec, ...]

    @model_validator(mode="after")
    def _not_empty(self) -> Self:  # a least length would be told again for each list whose items are all at fault
        if not self.duties:
            raise ValueError("至少一个事项")
        return self


class HasFiles(Protocol):
    """A pack, as far as it is needed here: its files as text by relative name."""

    @property
    def files(self) -> Mapping[str, str]: ...


class UnknownDuty(LookupError):
    """A duty that the scheme does not have; names those it has."""

    def __init__(self, found: str, known: tuple[DutySpec, ...]) -> None:
        listed = "、".join(f"{duty.id}({duty.label})" for duty in known)
        super().__init__(f"没有事项“{found}”;允许:{listed or '(该方案没有 duties.yaml)'};请核对后重试")


def read_duties(data: YamlMap, faults: Faults) -> tuple[DutySpec, ...]:
    """Return the duties of a duties.yaml; what is wrong goes to `faults`, and nothing is returned then."""
    read = check_model(DutiesFile, data, faults)
    return read.duties if read else ()


def load_duties(pack: HasFiles) -> tuple[DutySpec, ...]:
    """Return the duties of a pack in order; SchemeFaults with every fault, an empty tuple where it has none."""
    return _duties(pack.files.get(FILE, ""))


@lru_cache(maxsize=16)
def _duties(text: str) -> tuple[DutySpec, ...]:
    if not text:
        return ()
    faults = Faults()
    duties = read_duties(parse_yaml(text, FILE, faults), faults)
    faults.raise_any()
    return duties


def find_duty(pack: HasFiles, duty_id: str) -> DutySpec:
    """Return the duty of an id; UnknownDuty names those that exist."""
    duties = load_duties(pack)
    for duty in duties:
        if duty.id == duty_id:
            return duty
    raise UnknownDuty(duty_id, duties)


def forms_named(duty: DutySpec, forms: Collection[str]) -> set[str]:
    """Return which of these forms a duty reads: for its work, reviews, registers, events and results."""
    return set(_texts(duty.model_dump(mode="json", exclude={"label", "help", "cite"}))) & set(forms)


def forms_watched(duty: DutySpec) -> list[str]:
    """Return the forms whose rows belong to a slot of the duty: its own and those that its results read."""
    named = [getattr(result, key, None) for result in duty.results for key in ("form", "answers")]
    own = duty.form if duty.slot_from is not None else None
    return list(dict.fromkeys(str(form) for form in (own, *named) if form is not None))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)


def facts_named(part: Strict) -> set[str]:
    """Return the facts that a duty, or one of its results, writes."""
    return set(_facts(part.model_dump(mode="json")))


def _facts(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, str) and (key == "fact" or key.endswith("_fact")):
        yield value
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _facts(part, str(name))
    for part in value if isinstance(value, list) else ():
        yield from _facts(part, key)


def ladder_of(pack: HasFiles, duty_id: str) -> Ladder:
    """Return a duty's ladder of reminders; the default one for duties of stages, which stand in no duties.yaml."""
    return next((duty.ladder for duty in load_duties(pack) if duty.id == duty_id), DEFAULT_LADDER)
