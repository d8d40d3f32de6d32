"""The table of states: what may follow what, and what is refused."""

import pytest

from models.transitions import TRANSITIONS, TransitionRefused, next_state

MOVES = [
    (table, verb, source, target)
    for table, verbs in TRANSITIONS.items()
    for verb, (sources, target) in verbs.items()
    for source in sources
]


@pytest.mark.parametrize(("table", "verb", "source", "target"), MOVES)
def test_a_listed_move_leads_to_its_target(table: str, verb: str, source: str, target: str) -> None:
    assert next_state(table, source, verb) == target


@pytest.mark.parametrize(
    ("table", "state", "verb"),
    [
        ("gate", "accepted", "answer"),
        ("gate", "open", "accept"),
        ("cycle", "closed", "continue"),
        ("cycle", "held", "close"),
        ("cycle_run", "superseded", "supersede"),
        ("stage_state", "pending", "close"),
        ("decision", "replaced", "replace"),
    ],
)
def test_another_move_is_refused_naming_what_is_allowed(table: str, state: str, verb: str) -> None:
    with pytest.raises(TransitionRefused) as refused:
        next_state(table, state, verb)
    assert refused.value.allowed == TRANSITIONS[table][verb][0]
    assert state in str(refused.value)


def test_what_has_ended_stays_so() -> None:
    ends = {
        "cycle": ("closed", "withdrawn"),
        "cycle_run": ("superseded", "ended"),
        "gate": ("accepted", "refused", "dropped"),
    }
    for table, states in ends.items():
        sources = {source for sources, _ in TRANSITIONS[table].values() for source in sources}
        assert sources.isdisjoint(states)
