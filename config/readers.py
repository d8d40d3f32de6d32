"""Which rules read a fact or a component: every name that stands anywhere in what was compiled."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from scoring.conditions import Condition
from scoring.scheme import Base, Check, Component, Rule, Scheme

NO_NAMES = {  # fields that hold words of other kinds: tiers, pools, ids, texts
    "id", "label", "cite", "applies_to", "targets", "leaders", "source", "on_person", "pool", "share_tier",
    "enabled_by", "message", "decl", "spares", "within", "force", "effect",
}  # fmt: skip


def readers(scheme: Scheme) -> Mapping[str, tuple[str, ...]]:
    """The ids of the rules, components, tallies and the base that read each name, in the order of the pack."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    things: tuple[Check | Component | Base | Rule, ...] = (
        *scheme.checks, *scheme.components, scheme.base, *scheme.rules, *scheme.consequences,
    )  # fmt: skip
    for thing in things:
        for name in _names(thing):
            if name in scheme.names:
                found[name][thing.id] = None
    for pool in scheme.pools:
        for name in pool.by:
            found[name][pool.id] = None
    return {name: tuple(ids) for name, ids in found.items()}


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Condition):
        yield from value.names
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (*_names(key), *_names(inner))
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from _names(inner)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in NO_NAMES:
                yield from _names(getattr(value, field.name))
