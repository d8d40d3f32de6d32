"""Cap, force and lift: a condition on a subject's own facts bounds its grade."""

from dataclasses import dataclass
from typing import ClassVar

from scoring.board import Board, Effect
from scoring.conditions import Condition
from scoring.inputs import read_inputs
from scoring.scheme import Phase, Rule


@dataclass(frozen=True, kw_only=True)
class Limit(Rule):
    """Where `when` holds the grade is at most, at least or exactly `grade` (BZ-13, BZ-14, BZ-49)."""

    phase: ClassVar[Phase] = Phase.LIMIT
    when: Condition
    effect: Effect
    grade: str

    def apply(self, board: Board) -> None:
        board.limit(
            self, self.effect, board.answers(self, self.when), self.grade, read_inputs(board.scheme, self.when.names)
        )
