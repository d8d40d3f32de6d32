"""Core and reference side by side, and in words how they differ."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from config.scheme_loader import Pack
from scoring.assess import Mode, assess
from scoring.case import CaseFrames
from tests.reference.engine import Answer, answer_of
from tests.reference.engine import assess as assess_slowly


def core_answer(pack: Pack, frames: CaseFrames, mode: Mode) -> Answer:
    """What the columnar core says."""
    return answer_of(assess(pack.scheme, frames, mode, traced=False).to_json())


def differences(pack: Pack, frames: CaseFrames, mode: Mode) -> list[str]:
    """Each part of the answer in which the core and the reference differ; none when they agree."""
    core, slow = core_answer(pack, frames, mode), assess_slowly(pack.maps, frames, mode)
    return [
        line for name in core.__dataclass_fields__ for line in _differs(name, getattr(core, name), getattr(slow, name))
    ]


def _differs(name: str, core: Any, slow: Any) -> list[str]:
    if core == slow:
        return []
    one, other = _items(core), _items(slow)
    return [f"{name}: core {item}" for item in one - other] + [f"{name}: reference {item}" for item in other - one]


def _items(values: Any) -> Counter[str]:
    return Counter(map(repr, values.items() if isinstance(values, Mapping) else values))
