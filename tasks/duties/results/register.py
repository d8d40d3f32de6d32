"""Which function computes which kind of result; a new kind is one module here and one model in duty_results.py."""

from collections.abc import Callable, Mapping
from typing import Any

from config import duty_results as spec
from config import review_results as review
from tasks.duties.found import Found, Turn
from tasks.duties.results.answered import answered
from tasks.duties.results.assessment import assessment
from tasks.duties.results.assignment import assignment
from tasks.duties.results.checks import checks
from tasks.duties.results.completeness import completeness
from tasks.duties.results.elapsed import elapsed
from tasks.duties.results.focus import focus
from tasks.duties.results.grades import grades
from tasks.duties.results.items import items
from tasks.duties.results.linked import linked
from tasks.duties.results.listing import listing
from tasks.duties.results.presence import attendance, coverage
from tasks.duties.results.propose import propose
from tasks.duties.results.remainder import remainder
from tasks.duties.results.row_facts import row_facts
from tasks.duties.results.share import share
from tasks.duties.results.totals import totals

RESULTS: Mapping[type, Callable[[Turn, Any], Found]] = {
    spec.CompletenessSpec: completeness,
    spec.CoverageSpec: coverage,
    spec.AttendanceSpec: attendance,
    spec.RowFactsSpec: row_facts,
    spec.TotalsSpec: totals,
    spec.ShareSpec: share,
    spec.ProposeSpec: propose,
    spec.ItemsSpec: items,
    spec.ListingSpec: listing,
    spec.AssignmentSpec: assignment,
    spec.FocusSpec: focus,
    review.GradesSpec: grades,
    review.ChecksSpec: checks,
    review.ElapsedSpec: elapsed,
    review.LinkedSpec: linked,
    review.RemainderSpec: remainder,
    review.AnsweredSpec: answered,
    review.AssessmentSpec: assessment,
}


def compute(turn: Turn, result: Any) -> Found:
    """Return what one result of a duty finds in a period."""
    return RESULTS[type(result)](turn, result)
