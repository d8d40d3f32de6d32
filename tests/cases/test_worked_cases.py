"""Every worked case of every scheme is one test; its failure names the case, the rule and the clause."""

import pytest

from config.scheme_cases import WorkedCase, run_case, worked_cases
from config.scheme_loader import Pack, list_schemes, load_scheme
from scoring.assess import assess
from tests.reference.engine import answer_of
from tests.reference.engine import assess as assess_slowly

PACKS = [load_scheme(name) for name in list_schemes()]


def _all_cases():
    for pack in PACKS:
        for case in worked_cases(pack):
            yield pytest.param(pack, case, id=f"{pack.id}/{case.file}:{case.line}")


@pytest.mark.parametrize(("pack", "case"), _all_cases())
def test_worked_case(pack: Pack, case: WorkedCase, monkeypatch: pytest.MonkeyPatch):
    """The facts of the case give exactly what it expects, and what the slow reference says of them."""
    answers = []

    def remembered(scheme, frames, mode):
        answers.append((frames, mode, assess(scheme, frames, mode)))
        return answers[-1][-1]

    monkeypatch.setattr("config.scheme_cases.assess", remembered)
    failures = run_case(case, pack.scheme)
    assert not failures, "\n".join([f"{case.file}:{case.line} {case.name}", *failures])
    ((frames, mode, answer),) = answers
    assert answer_of(answer.to_json()) == assess_slowly(pack.maps, frames, mode)


def test_each_case_has_its_own_name():
    """Two cases of one name could not be told apart in a report."""
    for pack in PACKS:
        names = [case.name for case in worked_cases(pack)]
        assert len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)
