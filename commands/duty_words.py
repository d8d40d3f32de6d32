"""What a recurring duty says, in words: its rhythm, who owes it, when it opens and is due."""

from collections.abc import Iterator

from commands.rule_words import tier_names, value
from config.duties import DutySpec, load_duties
from config.duty_parts import Event, Offset, Who
from config.rhythm import RHYTHM_LABELS
from config.scheme_loader import Pack

UNIT_LABELS = {"department": "部门", "township": "乡镇", "enterprise": "企业", "institution": "事业单位"}
EDGES = {"start": "期初", "end": "期末"}


def duty_rows(pack: Pack) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Name, rhythm, who owes, when, to whom, and origin of each recurring duty, in the pack's order."""
    for duty in load_duties(pack):
        clause = f"「{duty.cite.clause}」" if duty.cite else ""
        marks = "默认" if duty.basis or duty.defaults else ""
        origin = " ".join(filter(None, ("、".join(duty.rules), marks, clause)))
        yield f"{duty.label}({duty.id})", _turns(duty), _owners(duty, pack), _days(duty, pack), duty.receiver, origin


def _turns(duty: DutySpec) -> str:
    """The rhythm, and which of its turns are wanted."""
    told = RHYTHM_LABELS[duty.rhythm] + ("(工作日)" if duty.workdays_only else "")
    return told + (f"(只在 {'、'.join(duty.only)})" if duty.only else "")


def _owners(duty: DutySpec, pack: Pack) -> str:
    """Who owes it; of a duty of events the form whose rows cause it; a sample with its share."""
    if duty.event is not None:
        return f"“{_form(pack, duty.event.form)}”每一行的责任方"
    if duty.who is None:
        return ""
    return _who(duty.who, pack) + (f",抽 {value(duty.draw.percent, pack)}%" if duty.draw else "")


def _who(who: Who, pack: Pack) -> str:
    if who.unit is not None:
        return f"每个单位{_types(who.unit.types)}"
    if who.person is not None:
        tiers = tier_names(who.person.tiers, pack) or "在任的人"
        told = f",由“{_form(pack, who.person.told.form)}”所列的人办理" if who.person.told else ""
        return f"每个{tiers}{_types(who.person.types)}{told}"
    if who.body is not None:
        return who.body.name
    if who.rows is not None:
        return f"“{_form(pack, who.rows.form)}”所列的每一项"
    return "有未销号整改事项的" if who.rectifying else "没有人承担,只汇总"


def _types(types: tuple[str, ...]) -> str:
    return f"({'、'.join(UNIT_LABELS[each] for each in types)})" if types else ""


def _form(pack: Pack, form: str) -> str:
    return str(pack.maps[f"forms/{form}.yaml"]["label"])


def _days(duty: DutySpec, pack: Pack) -> str:
    """When it opens and is due, as people count it."""
    if duty.event is not None:
        return _term(duty.event, pack)
    return f"{_day(duty.opens, pack)}起,{_day(duty.due, pack)}止"


def _day(offset: Offset, pack: Pack) -> str:
    if offset.day is not None:
        month, day = map(int, offset.day.split("-"))
        return f"{month}月{day}日"
    number, unit = (offset.days, "天") if offset.workdays is None else (offset.workdays, "个工作日")
    edge = EDGES[offset.from_]
    if number == 0:
        return edge
    before = isinstance(number, int) and number < 0
    return f"{edge}{'前' if before else '后'} {value(abs(number) if isinstance(number, int) else number, pack)} {unit}"


def _term(event: Event, pack: Pack) -> str:
    given = "按所定期限,没有定的 " if event.due else ""
    if event.by is not None:
        terms = ((option, value(number, pack)) for option, number in event.by.workdays.items())
        return given + "、".join(f"{_option(pack, event, option)} {number}" for option, number in terms) + " 个工作日内"
    hours = event.hours is not None
    return f"{given}{value(event.hours if hours else event.workdays, pack)} {'小时' if hours else '个工作日'}内"


def _option(pack: Pack, event: Event, option: str) -> str:
    assert event.by is not None
    fields = pack.maps[f"forms/{event.form}.yaml"]["fields"]
    options = next(field["options"] for field in fields if field["name"] == event.by.field)
    return next(str(each["label"]) for each in options if each["value"] == option)
