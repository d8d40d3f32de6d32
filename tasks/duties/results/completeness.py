"""How complete each owner's year is so far, as facts and against a threshold (kind completeness)."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from config.duty_results import CompletenessSpec
from config.rhythm import slot_label
from tasks.duties.completeness import counted_so_far, missing_so_far
from tasks.duties.figures import percent
from tasks.duties.found import FactOut, Found, Table, Turn
from tasks.duties.results.threshold import breached

COLUMNS = ("对象", "本年应报", "按时", "逾期报送", "未报", "报送率%", "未报的期次")
NAMED = 10  # missing slots of one owner that are named


def completeness(turn: Turn, spec: CompletenessSpec) -> Found:
    """Return each owner's numbers of the year up to this slot; what is not yet due does not count."""
    counted = counted_so_far(turn.desk, turn.duty.id, turn.period.slot)
    missing = missing_so_far(turn.desk, turn.duty.id, turn.period.slot)
    shares = {owner: _share(spec, each) for owner, each in counted.items()}
    flaws, items = breached(turn, spec.rule, spec.threshold, {code: share for code, share in shares.items() if share})
    return Found(
        facts=tuple(_facts(spec, counted, shares)),
        flaws=flaws,
        tables=(Table(spec.title or "本年报送情况", COLUMNS, _rows(turn, counted, shares, missing)),),
        items=items,
    )


def _share(spec: CompletenessSpec, each: Mapping[str, int]) -> str:
    came = each["in_time"] + (each["late"] if spec.late_counts else 0)
    return percent(came, _due(each))


def _due(each: Mapping[str, int]) -> int:
    return each["in_time"] + each["late"] + each["missing"]


def _facts(spec: CompletenessSpec, counted: Mapping[str, Counter[str]], shares: Mapping[str, str]) -> list[FactOut]:
    counts = {"late": spec.late_fact, "missing": spec.missing_fact}
    numbers = [
        FactOut(owner, name, str(each[state]))
        for owner, each in counted.items()
        for state, name in counts.items()
        if name is not None
    ]
    return [*numbers, *(FactOut(owner, spec.fact, share) for owner, share in shares.items() if spec.fact and share)]


def _rows(
    turn: Turn, counted: Mapping[str, Counter[str]], shares: Mapping[str, str], missing: Mapping[str, list[str]]
) -> tuple[tuple[str | int, ...], ...]:
    """Who is least complete stands first."""
    order = sorted(counted, key=lambda owner: (Decimal(shares[owner] or 100), owner))
    return tuple(
        (
            turn.name(code),
            _due(each),
            each["in_time"],
            each["late"],
            each["missing"],
            shares[code],
            _named(missing.get(code, [])),
        )
        for code in order
        for each in (counted[code],)
    )


def _named(slots: list[str]) -> str:
    """The missing slots in words, the latest ones where there are many."""
    more = f"等 {len(slots)} 期" if len(slots) > NAMED else ""
    return "、".join(slot_label(slot) for slot in slots[-NAMED:]) + more
