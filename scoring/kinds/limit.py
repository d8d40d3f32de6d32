"""Cap, force, lift and bar: a condition on a subject's own facts bounds its grade."""

from dataclasses import dataclass
from typing import ClassVar

from scoring.board import Board
from scoring.conditions import Condition
from scoring.doubts import Effect
from scoring.inputs import read_inputs
from scoring.scheme import Phase, Rule


@dataclass(frozen=True, kw_only=True)
class Limit(Rule):
    """Where `when` holds the grade is at most, at least or exactly `grade` (BZ-13, BZ-14, BZ-49, GS-08)."""

    phase: ClassVar[Phase] = Phase.LIMIT
    when: Condition
    effect: Effect
    grade: str

    def apply(self, board: Board) -> None:
        where = board.answers(self, self.when)
        board.limit(self, self.effect, where, board.ranked(self.grade), read_inputs(board.scheme, self.when.names))


@dataclass(frozen=True, kw_only=True)
class Bar(Rule):
    """Where `when` holds every grade from the top down to `from_grade` is closed: 取消评优资格 (GS-04, TX-09)."""

    phase: ClassVar[Phase] = Phase.LIMIT
    when: Condition
    from_grade: str

    def apply(self, board: Board) -> None:
        where = board.answers(self, self.when)
        below = board.ranked(self.from_grade) + 1
        board.limit(self, "ceiling", where, below, read_inputs(board.scheme, self.when.names))
