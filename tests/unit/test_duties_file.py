"""duties.yaml: a sound one is read as it stands, a faulty one gives all its faults with line and remedy."""

from datetime import date
from pathlib import Path

import pytest

from config.calendar import WorkCalendar
from config.duties import UnknownDuty, find_duty, forms_named, ladder_of, load_duties
from config.scheme_loader import Pack, load_scheme
from config.yaml_file import SchemeFaults
from tests.duty_house import SCHEME, form, write_pack

NOTES = form("notes", "周记", "{name: unit, label: 单位, type: unit, required: true}",
             "{name: week, label: 周次, type: text, required: true}", "{name: pages, label: 页数, type: count}",
             "{name: kind, label: 类别, type: choice, options: [{value: a, label: 甲}, {value: b, label: 乙}]}",
             key="unit, week")  # fmt: skip
SOUND = """
  - id: weekly_note
    label: 每周周记
    help: 每周一篇。
    rhythm: weekly
    who: {unit: {}}
    form: notes
    slot_from: {field: week}
    owner_field: unit
    receiver: 县考核办
    basis: default
"""


def faults_of(home: Path, *duties: str) -> list[str]:
    write_pack(home, *duties, forms={"notes": NOTES})
    with pytest.raises(SchemeFaults) as caught:
        load_scheme(home / SCHEME)
    return [str(fault) for fault in caught.value.faults]


def sound_pack(home: Path, *duties: str) -> Pack:
    write_pack(home, *(duties or (SOUND,)), forms={"notes": NOTES})
    return load_scheme(home / SCHEME)


def test_the_template_has_a_duty_with_the_defaults_of_its_rhythm():
    duty = find_duty(load_scheme("example"), "monthly_report")
    assert duty.announces
    assert duty.ladder.rungs == (-7, -3, -1, 0, 1, 3)
    assert duty.receiver_role == "administrator"


def test_a_short_duty_is_due_at_the_end_of_its_slot_closed_the_day_after_and_not_announced(tmp_path: Path):
    duty = find_duty(sound_pack(tmp_path), "weekly_note")
    assert (duty.due.from_, duty.due.days, duty.closes.days, duty.announces) == ("end", 0, 1, False)


def test_a_duty_that_the_pack_does_not_have_is_refused_with_those_it_has(tmp_path: Path):
    with pytest.raises(UnknownDuty, match="weekly_note"):
        find_duty(sound_pack(tmp_path), "weekly")


def test_the_ladder_of_a_stages_duty_is_the_default_one(tmp_path: Path):
    own = SOUND + "    ladder: {rungs: [-1, 1], escalate_from: 1, names: false}\n"
    pack = sound_pack(tmp_path, own)
    assert ladder_of(pack, "weekly_note").rungs == (-1, 1)
    assert ladder_of(pack, "self_report").rungs == (-7, -3, -1, 0, 1, 3)


def test_a_pack_without_duties_has_none():
    assert load_duties(load_scheme("gansu")) == ()


def test_the_forms_that_a_duty_reads_are_known(tmp_path: Path):
    pack = sound_pack(
        tmp_path, SOUND + "    results: [{kind: coverage, form: monthly_reports, field: unit, text: 缺}]\n"
    )
    assert forms_named(find_duty(pack, "weekly_note"), pack.forms) == {"notes", "monthly_reports"}


def test_every_ill_written_value_is_told_at_once_with_its_line(tmp_path: Path):
    told = faults_of(
        tmp_path,
        """
  - id: Weekly
    label: 周记
    help: 每周一篇。
    rhythm: weakly
    who: {unit: {}, body: {name: 州委}}
    due: {days: 1, workdays: 2}
    results: [{kind: shape}]
    receivr: 县委
    basis: default
""",
    )
    assert [fault.split(": ")[0] for fault in told] == [f"duties.yaml:{n}" for n in (3, 6, 7, 8, 9, 10)]
    assert "处理:改为 receiver" in told[-1]
    assert "daily" in told[1]


@pytest.mark.parametrize(
    ("change", "line", "found"),
    [
        ("form: notes|form: nots", 8, "没有表 nots"),
        ("slot_from: {field: week}|slot_from: {field: weak}", 9, "周记没有栏 weak"),
        ("slot_from: {field: week}|slot_from: {date: week}", 9, "周记的 week 是 text"),
        ("owner_field: unit|owner_field: unti", 10, "周记没有栏 unti"),
        ("basis: default|counts: pages > 'x'", 12, "pages"),
        ("basis: default|due: {from: end, workdays: $slip.days}", 12, "设置 $slip.days"),
        ("basis: default|due: {from: start, days: -9}", 12, "2026W01"),
        ("basis: default|results: [{kind: completeness, fact: total_reports}]", 12, "未知的事实 total_reports"),
        ("basis: default|results: [{kind: propose, when: pages > 3, action: SCOLD}]", 12, "未知的措施 SCOLD"),
        (
            "basis: default|results: [{kind: totals, items: [{name: a, label: a, percent: [b, c]}]}]",
            12,
            "percent 用到 b",
        ),
        ("basis: default|review: {form: notes, accepted: good}", 12, "good"),
    ],
)
def test_a_name_that_does_not_exist_is_told_with_what_there_is(tmp_path: Path, change: str, line: int, found: str):
    old, new = change.split("|")
    duty = SOUND.replace(old, new + ("\n    basis: default" if old.startswith("basis") else ""))
    (told,) = {fault for fault in faults_of(tmp_path, duty) if found in fault}
    assert told.startswith(f"duties.yaml:{line}: ")
    assert "处理:" in told


def test_a_fact_has_one_writer(tmp_path: Path):
    writes = "    results: [{kind: completeness, late_fact: late_reports}]\n"
    other = SOUND.replace("weekly_note", "weekly_note_too").replace("每周周记", "另一周记")
    (told,) = faults_of(tmp_path, SOUND + writes, other + writes)
    assert "late_reports" in told
    assert "每周周记" in told


def test_two_duties_have_two_names(tmp_path: Path):
    assert len(faults_of(tmp_path, SOUND, SOUND)) == 4


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("rhythm: event", "rhythm: event 须有 event"),
        ('rhythm: monthly\n    only: ["13"]', "only"),
        ("rhythm: weekly\n    workdays_only: true", "workdays_only"),
        ("rhythm: weekly\n    defaults: [closes]", "defaults"),
        ('rhythm: monthly\n    due: {day: "03-31"}', "day 只用于 rhythm: yearly"),
        ('rhythm: yearly\n    due: {day: "02-29"}', "02-29 不是每年都有"),
        ('rhythm: yearly\n    due: {day: "3-31"}', "每年都有的“月-日”"),
        ('rhythm: yearly\n    due: {day: "03-31", days: 1}', "写了 day 就不写"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path: Path, text: str, why: str):
    assert why in "".join(faults_of(tmp_path, SOUND.replace("rhythm: weekly", text)))


@pytest.mark.parametrize(("named", "slot", "day"), [("03-31", "2027", "2027-03-31"), ("02-28", "2028", "2028-02-28")])
def test_a_yearly_duty_may_name_the_day_of_the_year(tmp_path: Path, named: str, slot: str, day: str):
    yearly = SOUND.replace("rhythm: weekly", f'rhythm: yearly\n    due: {{day: "{named}"}}')
    due = find_duty(sound_pack(tmp_path, yearly), "weekly_note").due
    assert due.of(slot, WorkCalendar(), int) == date.fromisoformat(day)


def test_a_day_of_the_year_before_the_duty_opens_is_told(tmp_path: Path):
    yearly = SOUND.replace("rhythm: weekly", 'rhythm: yearly\n    opens: {day: "04-01"}\n    due: {day: "03-31"}')
    assert any("开始之前就已到期" in fault for fault in faults_of(tmp_path, yearly))


def test_each_option_of_a_kind_has_its_term(tmp_path: Path):
    duty = """
  - id: answers
    label: 答复
    help: 每件答复。
    rhythm: event
    event: {form: notes, key: week, unit: unit, dated: reported_on, by: {field: kind, workdays: {a: 5}}}
    form: notes
    slot_from: {field: week}
    receiver: 县考核办
    basis: default
"""
    (told,) = faults_of(tmp_path, duty)
    assert "workdays 列出 a;允许:a, b" in told
