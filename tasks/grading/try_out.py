"""Trying other rules on frozen facts: who changes and why, and how stable grades are over many variants."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import polars as pl

from config.scheme_loader import Pack
from config.trial import Changes, Trial
from config.trial_file import Variant
from config.trial_keys import RefusedTrial, said
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.case import GIVEN, CaseFrames
from scoring.facts import UnusableFacts
from scoring.scheme import RefusedSetting, Scheme
from scoring.variation import Stability
from scoring.whatif import changes_between
from tasks.desk import Desk
from tasks.grading.explain import NoProposal
from tasks.grading.rules import current_sheet, frames_of, target_names

THREADS = 2


@dataclass(frozen=True)
class Ground:
    """What is tried on: a pack, frozen facts, and what people call subjects and pools."""

    pack: Pack
    frames: CaseFrames
    names: Mapping[str, str]

    def call(self, code: str) -> str:
        """Return what people call a subject or pool."""
        return self.names.get(code, code)


@dataclass(frozen=True)
class Moved:
    """A subject whose grade is another one; None stands for no grade."""

    subject: str
    name: str
    before: str | None
    after: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Stable:
    """How one subject fares over all variants; places are those inside its pool, None without a grade."""

    subject: str
    name: str
    tier: str
    pool: str | None
    grade: str | None
    same: int
    variants: int
    best: str | None
    worst: str | None
    place_best: int | None
    place_worst: int | None

    @property
    def share(self) -> str:
        """Return the share of variants with the same grade, in percent with one place, cut off: 100.0% means all."""
        return f"{self.same * 1000 // self.variants / 10}%" if self.variants else ""


@dataclass(frozen=True)
class TryOut:
    """What a trial came to; without variants there is no stability, the least stable subjects come first."""

    changes: Mapping[str, str]
    subjects: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    moved: tuple[Moved, ...]
    variants: int
    stability: tuple[Stable, ...]


def ground_of(desk: Desk) -> Ground:
    """Return pack and frozen facts of a cycle's current proposal; NoProposal before there is one."""
    sheet = current_sheet(desk)
    if sheet is None:
        raise NoProposal(desk.cycle.key)
    return Ground(desk.pack, frames_of(desk, sheet), target_names(desk))


def try_out(
    ground: Ground, changes: Changes, variants: Sequence[Variant] = (), on_variant: Callable[[], None] = lambda: None
) -> TryOut:
    """Try changes, and variants on top of them; RefusedTrial with every key or value that cannot be tried."""
    trial = Trial(ground.pack)
    scheme, case = trial.scheme(changes), _case(ground, trial, changes)
    own = assess(ground.pack.scheme, _case(ground, trial, {}), "propose")
    with _usable(""):
        new = assess(scheme, case, "propose")
    moved = [
        Moved(row.subject, ground.call(row.subject), row.before, row.after, row.reasons)
        for row in changes_between(own, new)
    ]
    stability = _stability(ground, trial, scheme, case, changes, variants, on_variant) if variants else ()
    return TryOut(
        {key: said(value) for key, value in changes.items()},
        ground.frames.subjects.height,
        _counted(ground.pack.scheme, own),
        _counted(ground.pack.scheme, new),
        tuple(moved),
        len(variants),
        tuple(stability),
    )


def _counted(scheme: Scheme, answer: Assessment) -> dict[str, int]:
    """How many subjects have each grade, the best first, as the scales have them."""
    found = Counter(answer.grades["grade"].to_list())
    known = dict.fromkeys(grade for tier in scheme.tiers.values() for grade in tier.scale.grades)
    return {grade: found[grade] for grade in (*known, *(other for other in found if other not in known))}


def _case(ground: Ground, trial: Trial, changes: Changes) -> CaseFrames:
    config = trial.overrides(ground.frames.config, changes)
    return replace(ground.frames, given=pl.DataFrame(schema=GIVEN), config=config)


def _stability(
    ground: Ground, trial: Trial, scheme: Scheme, case: CaseFrames, changes: Changes,
    variants: Sequence[Variant], on_variant: Callable[[], None],
) -> list[Stable]:  # fmt: skip
    gathered = Stability(scheme, case)

    def standing(variant: Variant) -> pl.DataFrame:
        all_changes = {**changes, **variant.changes}
        with _usable(f"“{variant.name}”"):
            return gathered.standing(trial.scheme(all_changes), _case(ground, trial, all_changes))

    with ThreadPoolExecutor(THREADS) as threads:  # the frames' work runs outside the interpreter's lock
        for now in threads.map(standing, variants):
            gathered.take(now)
            on_variant()
    return sorted(_stable(ground, gathered.frame()), key=lambda row: row.same)


@contextmanager
def _usable(name: str) -> Iterator[None]:
    """Whatever does not fit, in the rules or only when they meet the facts, refuses the trial by the variant's name."""
    try:
        yield
    except (RefusedTrial, RefusedSetting, UnusableFacts) as refused:
        raise RefusedTrial([f"{name}{line}" for line in str(refused).splitlines()]) from refused


def _stable(ground: Ground, rows: pl.DataFrame) -> Iterator[Stable]:
    tiers = {tier.id: tier.label for tier in ground.pack.scheme.tiers.values()}
    for row in rows.iter_rows(named=True):
        named = {**row, "tier": tiers[row["tier"]], "pool": ground.call(row["pool"]) if row["pool"] else None}
        yield Stable(name=ground.call(row["subject"]), **named)
