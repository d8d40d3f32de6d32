"""Whom a sheet may name: units, persons and subjects, found by code or by a name that only one bears."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlmodel import Session, select

from models.bulk import plain_rows, read_rows
from models.cycle import Cycle
from models.evidence import Subject
from models.roster import Person, Post, Unit
from tasks.sheets.cells import CellRefused
from tasks.sheets.faults import listed, quoted

WORDS = {"unit": "单位", "person": "人员", "subject": "考核对象"}


@dataclass(frozen=True)
class Register:
    """Codes of one kind with their names."""

    kind: str
    names: Mapping[str, str]
    gone: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def codes(self) -> Mapping[str, list[str]]:
        """The codes that bear each name."""
        codes: dict[str, list[str]] = defaultdict(list)
        for code, name in self.names.items():
            codes[name].append(code)
        return codes

    def resolve(self, text: str) -> str:
        """Return the code of a code or unique name; CellRefused for anything else."""
        if text in self.names:
            return text
        found = self.codes.get(text, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise CellRefused(f"{quoted(text)},有 {len(found)} 个同名", listed(found), "改填编码")
        if text in self.gone:
            raise CellRefused(f"{quoted(text)},已退出({self.gone[text]})", "仍在考核的对象", "删去这一行")
        word = WORDS[self.kind]
        raise CellRefused(f"不认识的{word}{quoted(text)}", f"{len(self.names)} 个{word}的编码或名称", "核对后改正")


@dataclass(frozen=True)
class Directory:
    """The registers that a form's codes come from; `tiers` and `units_of` are by subject or person."""

    registers: Mapping[str, Register]
    tiers: Mapping[str, str]
    units_of: Mapping[str, frozenset[str]]

    def resolve(self, kind: str, text: str) -> str:
        """Return the code for what stands in a cell of type unit, person or subject."""
        return self.registers[kind].resolve(text)

    def name(self, code: str) -> str:
        """Return the name that belongs to a code."""
        return self.registers["subject"].names.get(code) or self.registers["person"].names.get(code, "")

    def is_unit(self, code: str) -> bool:
        """Whether a code is a unit's."""
        return self.tiers.get(code) == "team"


def roster_directory(session: Session) -> Directory:
    """Everybody of the roster: before a cycle is opened, and for what may concern anyone."""
    units = dict(session.exec(select(Unit.id, Unit.name).order_by(Unit.id)).all())
    persons = dict(plain_rows(session, select(Person.id, Person.name).order_by(Person.id)))
    posts = plain_rows(session, select(Post.person_id, Post.unit_id, Post.principal, Post.tier))
    leading = {person for person, _, principal, tier in posts if principal or tier == "principal"}
    tiers = dict.fromkeys(units, "team") | {code: "principal" if code in leading else "deputy" for code in persons}
    return Directory(_registers(units, persons, {**units, **persons}), tiers, _belonging(posts, units))


def cycle_directory(session: Session, cycle: Cycle, roster: Directory) -> Directory:
    """The subjects of an open cycle and their units; persons are those of the roster."""
    rows = read_rows(session, select(Subject).where(Subject.cycle_id == cycle.id).order_by(Subject.code))
    active = [row for row in rows if row.state == "active"]
    gone = {row.code: row.reason or "无理由" for row in rows if row.state != "active"}
    units = {row.unit_id: roster.registers["unit"].names[row.unit_id] for row in active}
    subjects = {row.code: row.name for row in active}
    tiers = {**roster.tiers, **{row.code: row.tier for row in rows}}
    own = {row.code: roster.units_of.get(row.code, frozenset()) | {row.unit_id} for row in rows}
    registers = _registers(units, roster.registers["person"].names, subjects, gone)
    return Directory(registers, tiers, {**roster.units_of, **own})


def _registers(
    units: Mapping[str, str],
    persons: Mapping[str, str],
    subjects: Mapping[str, str],
    gone: Mapping[str, str] | None = None,
) -> dict[str, Register]:
    kinds = {"unit": units, "person": persons, "subject": subjects}
    return {kind: Register(kind, names, gone or {}) for kind, names in kinds.items()}


def _belonging(posts: Iterable[tuple[str, str, bool, str]], units: Iterable[str]) -> dict[str, frozenset[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    for person, unit, *_ in posts:
        held[person].add(unit)
    for unit in units:
        held[unit].add(unit)
    return {code: frozenset(own) for code, own in held.items()}
