"""The sizes of pools that a case gives: each for a competition that can be, none smaller than what the case lists."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from config.component_site import as_text
from config.yaml_file import Faults, YamlMap
from scoring.case import UNIT_TYPE
from scoring.scheme import Pool, Scheme

if TYPE_CHECKING:
    from config.scheme_case import CaseFile


def check_pools(case: CaseFile, data: YamlMap, scheme: Scheme, tiers: dict[str, str], faults: Faults) -> None:
    """Adds a fault for each key that names no competition and each size below what is listed.

    Keys are the id of a whole pool, `id/value` for each competition of one that is parted.
    """
    pools = {pool.id: pool for pool in scheme.pools}
    listed = _listed(case, scheme, tiers)
    for key, size in case.pools.items():
        name, _, rest = key.partition("/")
        parts = rest.split("/", max(len(pools[name].by) - 1, 0)) if rest and name in pools else []
        if name not in pools or len(parts) != len(pools[name].by) or key.endswith("/"):
            known = ["/".join([pool.id, *("…" for _ in pool.by)]) for pool in scheme.pools]
            faults.at(data, ("pools", key), f"未知的名额池 {key}", ", ".join(known), "改正")
        elif wrong := _unknown_part(case, scheme, pools[name], parts):
            faults.at(data, ("pools", key), f"名额池 {key} 的 {wrong[0]}", wrong[1], "改正")
        elif size < listed[key]:
            faults.at(data, ("pools", key), f"{key}: {size}", f"不少于所列的 {listed[key]} 个", "改正")


def _unknown_part(case: CaseFile, scheme: Scheme, pool: Pool, parts: list[str]) -> tuple[str, str] | None:
    """The first part that no subject can have, and what is allowed instead."""
    units = dict.fromkeys(unit.id for unit in case.units)
    for by, part in zip(pool.by, parts, strict=True):
        fact = scheme.facts.get(by)
        if fact and not fact.accepts(part):
            return part, fact.allowed()
        if by == "unit" and part not in units:
            return part, "、".join(units)
    return None


def _listed(case: CaseFile, scheme: Scheme, tiers: dict[str, str]) -> Counter[str]:
    """How many subjects of each competition the case lists; those whose part it does not say are in none."""
    said = {
        (fact.subject, scheme.aliases.get(fact.name, fact.name)): as_text(fact.value)
        for fact in case.facts
        if not isinstance(fact.value, list)
    }
    said |= {(unit.id, UNIT_TYPE): unit.type for unit in case.units if unit.type}
    said |= {(subject.id, "unit"): subject.unit for subject in case.subjects}
    found: Counter[str] = Counter()
    for subject in case.subjects:
        for pool in scheme.pools:
            if tiers.get(subject.id) in pool.tiers:
                parts = [said.get((subject.id, by)) or said.get((subject.unit, by)) for by in pool.by]
                found["/".join([pool.id, *(part or "" for part in parts)])] += 1
    return found
