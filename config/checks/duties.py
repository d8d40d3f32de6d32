"""Names in duties.yaml: forms, fields, facts, actions and settings that exist; turns that can be reached."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.calendar import WorkCalendar
from config.checks.duty_results import check_results, check_who
from config.checks.places import Path
from config.duties import FILE, DutySpec, facts_named, read_duties
from config.form_loader import field_facts, read_forms
from config.forms import FormSpec
from config.rhythm import slots_of_year
from config.yaml_file import Faults, YamlMap
from scoring.conditions import ConditionError, compile_condition
from scoring.scheme import Scheme

DAYS = ("date", "datetime")
SAMPLE_YEAR = 2026
WEEKDAYS = WorkCalendar()


@dataclass(frozen=True)
class Site:
    """A duty being checked: what it may name, and where its faults stand."""

    scheme: Scheme
    maps: Mapping[str, YamlMap]
    forms: Mapping[str, FormSpec]
    faults: Faults
    path: Path

    def wrong(self, path: Path, found: str, allowed: str, remedy: str) -> None:
        """A fault at a key of the duty."""
        self.faults.at(self.maps[FILE], (*self.path, *path), found, allowed, remedy)

    def form(self, path: Path, name: str | None) -> FormSpec | None:
        """The form of a name; a fault where there is none."""
        if name is None:
            return None
        if name not in self.forms:
            self.wrong(path, f"没有表 {name}", ", ".join(sorted(self.forms)) or "(没有)", "在 forms/ 下增加,或改正名称")
        return self.forms.get(name)

    def field(self, path: Path, form: FormSpec | None, name: str | None, *types: str) -> None:
        """A fault where a form lacks a field, or has it with another type."""
        if form is None or name is None:
            return
        known = {field.name: field.type for field in form.fields}
        if name not in known:
            self.wrong(path, f"{form.label}没有栏 {name}", ", ".join(known), "改正名称,或在该表增加这一栏")
        elif types and known[name] not in types:
            self.wrong(path, f"{form.label}的 {name} 是 {known[name]}", "、".join(types), "改用这种类型的栏")

    def condition(self, path: Path, form: FormSpec | None, text: str | None) -> None:
        """A fault where a condition over a form's fields may not be used."""
        if form is None or text is None:
            return
        try:
            compile_condition(text, field_facts(form), self.scheme.settings())
        except ConditionError as error:
            self.wrong(path, error.found, error.allowed, error.remedy)

    def settings(self, path: Path, value: Any) -> None:
        """A fault for each `$key` below that is no setting with a whole number."""
        if isinstance(value, str) and value.startswith("$"):
            declared = self.scheme.config.get(value[1:])
            if declared is None or type(declared.default) is not int:
                known = [f"${key}" for key, each in self.scheme.config.items() if type(each.default) is int]
                self.wrong(
                    path, f"设置 {value}", ", ".join(known) or "(没有整数的设置)", "在 scheme.yaml 的 config 下声明"
                )
        for key, part in _parts(value):
            self.settings((*path, key), part)


def check_duties(scheme: Scheme, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Adds every fault of a pack's duties.yaml; a pack without one has none."""
    if FILE not in maps:
        return
    duties = read_duties(maps[FILE], faults)
    forms = read_forms(maps, Faults())  # their own faults are told by check_forms
    for number, duty in enumerate(duties):
        site = Site(scheme, maps, forms, faults, ("duties", number))
        _check_duty(duty, site)
        check_results(duty, site)
    _check_twice(duties, maps[FILE], faults)
    _check_writers(duties, forms, maps[FILE], faults)


def _check_duty(duty: DutySpec, site: Site) -> None:
    form = site.form(("form",), duty.form)
    site.field(("owner_field",), form, duty.owner_field)
    site.field(("handed_in",), form, duty.handed_in, *DAYS)
    site.condition(("counts",), form, duty.counts)
    _check_slot_from(duty, site, ("slot_from",), form)
    if duty.review is not None:
        reviewed = site.form(("review", "form"), duty.review.form)
        site.field(("review", "form"), reviewed, duty.owner_field)
        _check_slot_from(duty, site, ("review", "form"), reviewed)
        site.condition(("review", "accepted"), reviewed, duty.review.accepted)
        site.field(("review", "reason"), reviewed, duty.review.reason)
    if duty.who is not None:
        check_who(site, ("who",), duty.who)
    _check_event(duty, site)
    for key in ("draw", "opens", "due", "closes", "review", "event", "results"):
        site.settings((key,), site.maps[FILE]["duties"][site.path[1]].get(key))
    _check_reach(duty, site)


def _check_slot_from(duty: DutySpec, site: Site, path: Path, form: FormSpec | None) -> None:
    if duty.slot_from is not None:
        site.field(path, form, duty.slot_from.field)
        site.field(path, form, duty.slot_from.date, *DAYS)


def _check_event(duty: DutySpec, site: Site) -> None:
    event = duty.event
    if event is None:
        return
    form = site.form(("event", "form"), event.form)
    for name in ("key", "unit", "owner", "recipient"):
        site.field(("event", name), form, getattr(event, name))
    site.field(("event", "dated"), form, event.dated, *DAYS)
    site.field(("event", "due"), form, event.due, *DAYS)
    site.condition(("event", "when"), form, event.when)
    if event.by is None or form is None:
        return
    site.field(("event", "by", "field"), form, event.by.field, "choice")
    options = {option.value for field in form.fields if field.name == event.by.field for option in field.options}
    if options and options != set(event.by.workdays):
        told = ", ".join(sorted(event.by.workdays))
        site.wrong(
            ("event", "by", "workdays"), f"workdays 列出 {told}", ", ".join(sorted(options)), "每个选项各写一个期限"
        )


def _check_reach(duty: DutySpec, site: Site) -> None:
    """A turn that would open after it is due is never in time."""
    if duty.rhythm == "event" or any(isinstance(part, str) for part in _numbers(duty)):
        return
    late = [
        slot
        for slot in slots_of_year(duty.rhythm, SAMPLE_YEAR)
        if duty.opens.of(slot, WEEKDAYS, int) > duty.due.of(slot, WEEKDAYS, int)
    ]
    if late:
        site.wrong(("due",), f"{duty.label}在 {late[0]} 开始之前就已到期", "due 不早于 opens", "改正 opens 或 due")


def _numbers(duty: DutySpec) -> Iterator[Any]:
    yield from (duty.opens.days, duty.opens.workdays, duty.due.days, duty.due.workdays)


def _check_twice(duties: tuple[DutySpec, ...], data: YamlMap, faults: Faults) -> None:
    for key in ("id", "label"):
        counted = Counter(str(getattr(duty, key)) for duty in duties)
        for number, duty in enumerate(duties):
            text = str(getattr(duty, key))
            if counted[text] > 1:
                faults.at(
                    data, ("duties", number, key), f"{key}: {text} 重复", "各事项不同", "改名(部署和提醒都以它为名)"
                )


def _check_writers(duties: tuple[DutySpec, ...], forms: Mapping[str, FormSpec], data: YamlMap, faults: Faults) -> None:
    """A fact has one writer: a form's field, or one duty's results."""
    fields = {field.fact: form.label for form in forms.values() for field in form.fields if field.fact}
    writers: dict[str, str] = {}
    for number, duty in enumerate(duties):
        for at, spec in enumerate(duty.results):
            for name in facts_named(spec):
                other = fields.get(name) or writers.get(name)
                if other is not None and other != duty.label:
                    place = ("duties", number, "results", at)
                    faults.at(data, place, f"事实 {name} 已由“{other}”写入", "每个事实只有一个来处", "改用另一个事实")
                writers[name] = duty.label


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)
