"""An answer from the command line or the portal: our row first, then the waiting run."""

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from httpx import HTTPError
from prefect.exceptions import PrefectException

from models.cycle import Gate
from models.session import DatabaseUnusable
from tasks.cycle.gates import GateClosed, current_gate, record_answer
from tasks.cycle.launch import find_cycle
from tasks.grading.settlement import take_routine_answer
from tasks.running import prefect_api
from tasks.running.wake_cycle import wake_cycle
from tasks.wiring import House, writing_desk


def answer_open_gate(world: House, key: str, answer: Mapping[str, Any], answered_by: str) -> str:
    """Keep the answer to a cycle's open gate and hand it to the run that waits; return what was done, in words.

    Outside the stages the answer is applied at once: no run waits for it.

    Raises UnknownCycle, GateClosed (no gate, or answered before) or NotHolder. If Prefect is away, the answer stays
    and the cycle clock hands it over later.
    """
    cycle = find_cycle(world, key)
    assert cycle.id is not None
    with writing_desk(world, cycle.id, by=answered_by) as desk:
        gate = current_gate(desk.session, cycle.id)
        if gate is None:
            raise GateClosed(f"{cycle.name}现在没有待答复的关口")
        title = record_answer(desk, gate.key, answer, answered_by).title
        applied = take_routine_answer(desk) is not None
        spent = gate.key
    if applied:
        _retire(spent)
        return _settled(gate, key)
    try:
        with prefect_api.connect() as client:
            return f"“{title}”已答复,{wake_cycle(world, client, cycle.id)}"
    except (OSError, HTTPError, PrefectException, RuntimeError, DatabaseUnusable):
        return f"“{title}”已答复并保存;现在转交不了(Prefect 服务或数据库没有应答),恢复后由周期时钟继续"


def _retire(key: str) -> None:
    """Nobody is to answer in the UI what is answered; a run that stays finds so itself when it is resumed."""
    if os.environ.get("PREFECT_API_URL"):  # without one a client would start a server of its own
        with suppress(OSError, HTTPError, PrefectException, RuntimeError), prefect_api.connect() as client:
            prefect_api.retire_waiting(client, key)


def _settled(gate: Gate, key: str) -> str:
    if gate.state == "accepted":
        return f"“{gate.title}”已答复并办理"
    reasons = "\n".join(f"- {reason}" for reason in gate.refusal.splitlines())
    return f"“{gate.title}”的答复没有被接受:\n{reasons}\n已重新提出(kaohe gate show {key})"
