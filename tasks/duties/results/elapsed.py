"""Whether what was noted was passed on within so many hours (kind elapsed)."""

from datetime import datetime, timedelta

from config.clock import local
from config.review_results import ElapsedSpec
from models.evidence import Entry
from tasks.duties.figures import percent
from tasks.duties.found import Flaw, Found, Table, Turn
from tasks.duties.rows import where, whole

COLUMNS = ("编号", "记录时刻", "时限", "上报时刻")


def elapsed(turn: Turn, spec: ElapsedSpec) -> Found:
    """Name each row of this slot that was answered late, or not at all though its hours are over."""
    rows = where(turn.desk, spec.form, turn.slot_entries(spec.form), spec.when)
    hours = timedelta(hours=whole(turn.desk, spec.hours))
    answers = {str(row.values[spec.answer_key]): row for row in turn.year_entries(spec.answers)}
    now = local(turn.desk.now).replace(tzinfo=None)
    late: list[tuple[str, str, str, str]] = []
    in_time = 0
    for row in rows:
        key, noted = str(row.values[spec.key]), _moment(row, spec.start)
        answered = _moment(answers[key], spec.end) if key in answers else None
        if answered is not None and answered <= noted + hours:
            in_time += 1
        elif answered is not None or now > noted + hours:
            late.append((key, _told(noted), _told(noted + hours), _told(answered) if answered else "未上报"))
    figures: dict[str, str | int] = {
        "noted": len(rows),
        "passed_on": in_time,
        "passed_on_late": len(late),
        "passed_on_percent": percent(in_time, len(rows)),
    }
    flaws = tuple(Flaw(spec.rule, key, f"{spec.text}:{key}({noted} 记录,{end})") for key, noted, _, end in late)
    return Found(flaws=flaws, tables=(Table(spec.title or spec.text, COLUMNS, tuple(late)),), figures=figures)


def _moment(row: Entry, field: str) -> datetime:
    return datetime.fromisoformat(str(row.values[field]))


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
