"""The one entry to the core: a scheme and a case in, an assessment out; no clock, no file, no chance.

The order of effect, whatever order a pack writes its rules in:

1. components, in declared order, and the base of each proposal;
2. protective rules, which take subjects out of reach of others;
3. evidence: what must be there, what stops a decision, what is worth saying;
4. who cannot be graded at all: from here on no rank, no seat, no linkage;
5. forces, caps, bars and lifts on a subject's own facts, then linkages to a fixed point; in check mode now every given
   grade is judged, the worst force first, then ceilings, then floors no better than the ceiling;
6. quotas in the order of the pack, the linkages again behind each; seats go first to whom a lift or force entitles;
7. what looks at settled grades, what looks at marks, consequences.

It ends. Facts, components and so the conditions of linkages never change; each linkage binds each subject at most once
a step of its table; bounds only add up, so a grade only falls and a source stays a source. A quota that runs again
lowers whom it binds by at least one grade, and nobody falls below the worst.

What `propose` returns `check` finds no fault with, where nothing is blocked: a final grade is within every bound by
construction; no source of a linkage was worse than it is in the end; a quota with `only`, or with a share by a grade,
can be overfilled by a later fall and therefore runs again until nobody falls. Only `order` may still speak, where a
group's own preliminary grades leave the order of scores without a reason.
"""

from dataclasses import replace
from typing import Literal

from scoring.assessment import Assessment, conclude
from scoring.board import Board, set_up
from scoring.case import CaseFrames
from scoring.components.compute import compute_components
from scoring.doubts import judge
from scoring.kinds.linkage import Linkage, settle
from scoring.kinds.quota import Quota
from scoring.prepared import Prepared, prepare
from scoring.scheme import Phase, Rule, Scheme
from scoring.start import block_without_base, start

__all__ = ["Mode", "Prepared", "assess", "prepare", "run_rules", "settled"]

Mode = Literal["check", "propose"]


def assess(
    scheme: Scheme, case: CaseFrames, mode: Mode, *, prepared: Prepared | None = None, traced: bool = True
) -> Assessment:
    """Examines given grades (`check`) or proposes grades (`propose`); one row a subject in every frame it returns.

    `prepared` is what `prepare` returned for the same facts and given grades, settings and rules may differ; without
    `traced` the trace stays empty. Raises UnusableFacts, UnknownGrade or RefusedSetting for a case that does not fit
    the scheme; rules never raise.
    """
    return conclude(run_rules(scheme, case, mode, prepared=prepared, traced=traced))


def settled(scheme: Scheme, case: CaseFrames, *, prepared: Prepared | None = None) -> Board:
    """The board of a proposal with no more than its grades need: no trace, no findings, nothing that follows."""
    grading = replace(scheme, rules=tuple(rule for rule in scheme.rules if rule.phase < Phase.RESULT), consequences=())
    return run_rules(grading, case, "propose", prepared=prepared, traced=False, told=False)


def run_rules(
    scheme: Scheme, case: CaseFrames, mode: Mode, *,
    prepared: Prepared | None = None, traced: bool = True, told: bool = True,
) -> Board:  # fmt: skip
    """The board that `assess` concludes from, for those who ask why: every bound, fact and component of each row."""
    first = prepared or prepare(scheme, case)
    board = set_up(scheme, first, case, proposing=mode == "propose", traced=traced, told=told)
    rules = [rule for rule in (*scheme.rules, *scheme.consequences) if _enabled(rule, board)]
    linkages = [rule for rule in rules if isinstance(rule, Linkage)]
    compute_components(board)
    board.ask(rules)
    start(board)
    _run(board, rules, Phase.PROTECT)
    _run(board, rules, Phase.EVIDENCE)
    _run(board, rules, Phase.UNGRADED)
    block_without_base(board)
    _run(board, rules, Phase.LIMIT)
    settle(board, linkages)
    judge(board)
    _seat(board, [rule for rule in rules if isinstance(rule, Quota)], linkages)
    _run(board, rules, Phase.RESULT)
    _run(board, rules, Phase.MARKS)
    _run(board, rules, Phase.CONSEQUENCE)
    return board


def _seat(board: Board, quotas: list[Quota], linkages: list[Linkage]) -> None:
    """Each quota in the order of the pack, the linkages behind it; then again those that a later fall can overfill."""
    again = quotas
    while again:
        limits = board.limits
        for quota in again:
            before = board.limits
            quota.apply(board)
            if board.limits > before:
                settle(board, linkages)
        again = [quota for quota in quotas if quota.only or quota.share_tier] if board.limits > limits else []


def _enabled(rule: Rule, board: Board) -> bool:
    return rule.enabled_by is None or bool(board.settings[rule.enabled_by])


def _of(rules: list[Rule], phase: Phase) -> list[Rule]:
    return [rule for rule in rules if rule.phase == phase]


def _run(board: Board, rules: list[Rule], phase: Phase) -> None:
    for rule in _of(rules, phase):
        rule.apply(board)
