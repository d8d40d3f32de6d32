"""Part of a whole, for each question, unit or person (kind share)."""

from collections import defaultdict
from fractions import Fraction

from config.duty_results import ShareSpec
from tasks.duties.figures import percent
from tasks.duties.found import FactOut, Found, Table, Turn
from tasks.duties.results.threshold import breached


def share(turn: Turn, spec: ShareSpec) -> Found:
    """Return the percent of part in whole by value of `by`, as table, facts and against the threshold."""
    form = spec.form or str(turn.duty.form)
    rows = turn.entries_so_far(form) if spec.over == "year" else turn.slot_entries(form)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        mine = sums[str(row.values.get(spec.by) or "")]
        mine[0] += int(row.values.get(spec.part) or 0)
        mine[1] += int(row.values.get(spec.whole) or 0)
    shares = {code: percent(part, whole) for code, (part, whole) in sorted(sums.items())}
    known = {code: value for code, value in shares.items() if value}
    exact = {code: Fraction(100 * sums[code][0], sums[code][1]) for code in known}
    flaws, items = breached(turn, spec.rule, spec.threshold, known, exact)
    part, whole = (sum(column) for column in zip(*sums.values(), strict=True)) if sums else (0, 0)
    table = tuple((turn.name(code), sums[code][0], sums[code][1], value) for code, value in shares.items())
    return Found(
        facts=tuple(FactOut(code, spec.fact, value) for code, value in known.items()) if spec.fact else (),
        flaws=flaws,
        tables=(Table(spec.title or "占比", ("对象", "数", "总数", "占比%"), table),),
        figures={f"{spec.part}_percent": percent(part, whole)},
        items=items,
    )
