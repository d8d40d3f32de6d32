"""The roster in and out, on both databases: round trips, every fault at once, nothing half-written."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from models.audit import Audit, verify_audit
from models.outbox import Contact
from models.roster import Person, Post, RoleHolder, Unit
from models.session import reading, writing
from notices.samples import sample_of
from tasks.outbox.write import Draft, write_messages
from tasks.roster.import_roster import export_roster, import_roster, read_roster, write_template
from tasks.roster.sheets import ROSTER_SHEETS
from tasks.sheets.faults import SheetFaults
from tasks.sheets.files import Reading
from tasks.sheets.table import typed_rows

TODAY = date(2010, 12, 1)
NOW = datetime(2010, 12, 1, 2, tzinfo=UTC)
UNITS = [
    {"id": "A01", "name": "州水务局", "type": "部门", "leader_in_charge": "=甲某"},
    {"id": "A02", "name": "河口乡", "type": "乡镇"},
]
PERSONS = [{"id": "P1", "name": "陆怀川"}, {"id": "P2", "name": "沈亦舟"}, {"id": "P3", "name": "韩秋白"}]
POST = {"person_id": "P1", "unit_id": "A01", "title": "局长", "tier": "正职", "start_on": "2007-03-01"}
ROLES = [{"role": "州党委", "name": "州党委丙", "start_on": "2008-01-01"}]
CONTACTS = [
    {"recipient": "A01", "channel": "邮件", "address": "office@unit.example"},
    {"recipient": "管理员", "channel": "办公室群", "stopped": "是"},
]
SOUND = {"units": UNITS, "persons": PERSONS, "posts": [POST], "roles": ROLES, "contacts": CONTACTS}


def rows_of(**sheets) -> Reading:
    """Rows as if they stood in the sheets."""
    reading = Reading()
    for spec in ROSTER_SHEETS:
        if spec.id in sheets:
            table = typed_rows(spec, sheets[spec.id], "名册.xlsx")
            reading += Reading(table.rows, table.unfilled, table.faults)
    return reading


def bring(engine, read: Reading, *, apply: bool = True):
    """Import rows as the command does."""
    with (writing if apply else reading)(engine) as session:
        return import_roster(
            session,
            rows=read.rows,
            source="名册.xlsx",
            today=TODAY,
            now=NOW,
            by="管理员甲",
            faults=read.faults,
            apply=apply,
            channels={"办公室群": "json://127.0.0.1"},
        )


def counts(result) -> dict[str, tuple[int, int, int]]:
    """(added, changed, unchanged) by sheet."""
    return {label: (len(each.added), len(each.changed), each.unchanged) for label, each in result.sheets.items()}


def refusal(engine, **sheets) -> str:
    """What an import on top of the sound roster is refused with; nothing of it is stored."""
    bring(engine, rows_of(**SOUND))
    with pytest.raises(SheetFaults) as refused:
        bring(engine, rows_of(**sheets))
    with reading(engine) as session:
        assert len(session.exec(select(Unit)).all()) == 2
        assert len(session.exec(select(Post)).all()) == 1
    return str(refused.value)


def test_a_dry_run_tells_and_writes_nothing(engine):
    """Default: what would be added is told, the tables stay empty."""
    result = bring(engine, rows_of(**SOUND), apply=False)
    assert counts(result) == {
        "单位": (2, 0, 0),
        "人员": (3, 0, 0),
        "任职": (1, 0, 0),
        "角色": (1, 0, 0),
        "联系方式": (2, 0, 0),
    }
    with reading(engine) as session:
        assert session.exec(select(Unit)).all() == []


def test_applied_rows_are_stored_whole_with_one_audit_link(engine):
    """Typed values, defaults of the tables, one link in a sound chain."""
    bring(engine, rows_of(**SOUND))
    with reading(engine) as session:
        unit, post, role = (session.exec(select(table)).first() for table in (Unit, Post, RoleHolder))
        assert (unit.id, unit.type, unit.active) == ("A01", "department", True)
        assert (post.tier, post.principal, post.start_on, post.end_on) == ("principal", True, date(2007, 3, 1), None)
        assert (role.role, role.name) == ("party_committee", "州党委丙")
        assert [link.object for link in session.exec(select(Audit))] == ["roster"]
        assert verify_audit(session) == []


def test_importing_the_same_again_changes_nothing(engine):
    """Repeating an import is harmless and leaves no trace."""
    bring(engine, rows_of(**SOUND))
    again = bring(engine, rows_of(**SOUND))
    assert again.changed == 0
    with reading(engine) as session:
        assert len(session.exec(select(Audit)).all()) == 1


@pytest.mark.parametrize("name", ["名册.xlsx", "名册"])
def test_an_export_reads_back_unchanged(engine, tmp_path, name):
    """Excel and CSV, formula-like text included."""
    bring(engine, rows_of(**SOUND))
    with reading(engine) as session:
        export_roster(session, tmp_path / name)
    read = read_roster([tmp_path / name])
    result = bring(engine, read)
    assert (result.changed, sum(each.unchanged for each in result.sheets.values())) == (0, 9)


def test_a_template_is_read_as_an_empty_import(tmp_path):
    """Headers and drop-downs, no rows, no faults."""
    write_template(tmp_path / "名册.xlsx")
    assert read_roster([tmp_path / "名册.xlsx"]) == Reading()


def test_changes_are_told_from_and_to(engine):
    """An ended post and a renamed unit are changes; a move is one change and one addition."""
    bring(engine, rows_of(**SOUND))
    moved = {**POST, "unit_id": "A02", "start_on": "2010-07-01"}
    renamed = UNITS[0] | {"name": "州水利局"}
    result = bring(engine, rows_of(units=[renamed], posts=[POST | {"end_on": "2010-06-30"}, moved]))
    assert counts(result) == {
        "单位": (0, 1, 0),
        "人员": (0, 0, 0),
        "任职": (1, 1, 0),
        "角色": (0, 0, 0),
        "联系方式": (0, 0, 0),
    }
    old, new = result.sheets["单位"].changed[("A01",)]
    assert (old["name"], new["name"]) == ("州水务局", "州水利局")
    with reading(engine) as session:
        assert [post.end_on for post in session.exec(select(Post).order_by(Post.start_on))] == [date(2010, 6, 30), None]


def test_two_units_may_exchange_their_names(engine):
    """The unique name must not trip over the order of two updates."""
    bring(engine, rows_of(**SOUND))
    bring(engine, rows_of(units=[UNITS[0] | {"name": "河口乡"}, UNITS[1] | {"name": "州水务局"}]))
    with reading(engine) as session:
        assert dict(session.exec(select(Unit.id, Unit.name)).all()) == {"A01": "河口乡", "A02": "州水务局"}


@pytest.mark.parametrize(
    ("sheet", "row", "told"),
    [
        ("units", {"id": "A 1", "name": "某局", "type": "部门"}, "第 2 行 A 列(编码):发现“A 1”"),
        ("units", {"id": "A03", "name": "州水务局", "type": "部门"}, "A01 也用这个名称"),
        ("units", {"id": "P1", "name": "某局", "type": "部门"}, "与人员的编码“P1”相同"),
        ("units", {"id": "A03", "name": "某局", "type": "县"}, "部门、乡镇、企业、事业单位"),
        ("persons", {"id": "A01", "name": "某人"}, "与单位的编码“A01”相同"),
        ("posts", POST | {"person_id": "P9"}, "不认识的人员“P9”"),
        ("posts", POST | {"unit_id": "A09"}, "不认识的单位“A09”"),
        ("posts", POST | {"tier": "处长"}, "正职、副职、班子成员、其他"),
        ("posts", POST | {"start_on": "2007-02-30"}, "“2007-02-30”"),
        ("posts", POST | {"end_on": "2007-02-28"}, "不早于 2007-03-01"),
        ("posts", POST | {"start_on": "2012-03-01"}, "核对年份"),
        ("posts", POST | {"principal": "否"}, "正职的主要领导为“是”"),
        ("roles", ROLES[0] | {"role": "州长"}, "管理员、州纪委常委会、州党委"),
        ("roles", ROLES[0] | {"end_on": "2007-01-01"}, "不早于 2008-01-01"),
    ],
)
def test_each_fault_of_one_row_is_named(sqlite_engine, sheet, row, told):
    """Sheet, row, column, what was found and what is allowed."""
    found = refusal(sqlite_engine, **{sheet: [row]})
    assert told in found
    assert f"工作表“{next(spec.label for spec in ROSTER_SHEETS if spec.id == sheet)}”" in found


def test_a_repeated_line_names_the_first(sqlite_engine):
    """Two lines with one key: the second is at fault."""
    found = refusal(sqlite_engine, persons=[{"id": "P8", "name": "甲"}, {"id": "P8", "name": "乙"}])
    assert "第 3 行" in found
    assert "与 名册.xlsx 第 2 行重复" in found


@pytest.mark.parametrize(("start", "overlaps"), [("2010-06-30", True), ("2010-07-01", False)])
def test_leading_posts_of_one_person_follow_each_other(sqlite_engine, start, overlaps):
    """The last day of the old post and the first of the new one must not be the same day."""
    bring(sqlite_engine, rows_of(**SOUND))
    read = rows_of(posts=[POST | {"end_on": "2010-06-30"}, POST | {"unit_id": "A02", "start_on": start}])
    if not overlaps:
        assert bring(sqlite_engine, read).changed == 2
        return
    with pytest.raises(SheetFaults, match=r"第 3 行 F 列.*重叠"):
        bring(sqlite_engine, read)


def test_an_overlap_with_a_stored_post_is_named_at_the_new_row(sqlite_engine):
    """The file holds only one of the two posts."""
    found = refusal(sqlite_engine, posts=[POST | {"unit_id": "A02", "start_on": "2009-01-01", "tier": "副职"}])
    assert "与名册中的任职(A01 正职,2007-03-01 至 今)重叠" in found


def test_a_post_outside_the_leadership_may_overlap(sqlite_engine):
    """层级 其他 is no leading post."""
    bring(sqlite_engine, rows_of(**SOUND))
    extra = POST | {"unit_id": "A02", "start_on": "2009-01-01", "tier": "其他"}
    assert bring(sqlite_engine, rows_of(posts=[extra])).changed == 1


@pytest.mark.parametrize(("heads", "too_many"), [(2, False), (3, True)])
def test_a_unit_has_at_most_two_principals_at_a_time(sqlite_engine, heads, too_many):
    """AMB-10: two are possible, a third is a mistake."""
    posts = [POST | {"person_id": f"P{number}", "start_on": f"200{number}-03-01"} for number in range(1, heads + 1)]
    read = rows_of(units=UNITS, persons=PERSONS, posts=posts)
    if not too_many:
        assert bring(sqlite_engine, read).changed == 7
        return
    with pytest.raises(SheetFaults, match="有 3 名主要领导"):
        bring(sqlite_engine, read)


def test_all_faults_of_all_sheets_come_at_once(engine):
    """One refusal, not one after the other; faulty lines still count as known."""
    found = refusal(
        engine,
        units=[{"id": "A03", "name": "", "type": "县"}],
        persons=[{"id": "P1 ", "name": "陆怀川"}, {"id": "A02", "name": "某人"}],
        posts=[POST | {"unit_id": "A03", "start_on": "x"}, POST | {"person_id": "P9"}],
        roles=[{"role": "", "name": "", "start_on": ""}, {"role": "州长", "name": "甲", "start_on": "2010"}],
    )
    assert found.count("\n") + 1 == 7
    assert "不认识的单位" not in found


def test_two_thousand_people_come_in_at_once(engine):
    """200 units with ten people each, in one transaction."""
    units = [{"id": f"U{n}", "name": f"第{n}局", "type": "部门"} for n in range(200)]
    persons = [{"id": f"Q{n}", "name": f"人{n}"} for n in range(2_000)]
    posts = [
        {"person_id": f"Q{n}", "unit_id": f"U{n // 10}", "tier": "副职" if n % 10 else "正职", "start_on": "2009-01-01"}
        for n in range(2_000)
    ]
    assert bring(engine, rows_of(units=units, persons=persons, posts=posts)).changed == 4_200
    with reading(engine) as session:
        assert len(session.exec(select(Person.id)).all()) == 2_000


def test_contacts_are_stored_by_code_and_exported_as_people_say(engine, tmp_path):
    """Roles by code, 邮件 as mail; the export says them in words again."""
    bring(engine, rows_of(**SOUND))
    with reading(engine) as session:
        mail, group = session.exec(select(Contact).order_by(Contact.id)).all()
        assert (mail.recipient, mail.channel, mail.address, mail.stopped) == (
            "A01",
            "mail",
            "office@unit.example",
            False,
        )
        assert (group.recipient, group.channel, group.address, group.stopped) == ("administrator", "办公室群", "", True)
        export_roster(session, tmp_path / "名册.xlsx")
    rows = [row.values for row in read_roster([tmp_path / "名册.xlsx"]).rows if row.sheet_id == "contacts"]
    assert [(row["recipient"], row["channel"]) for row in rows] == [("A01", "邮件"), ("管理员", "办公室群")]


def test_every_fault_of_the_contacts_is_told_at_once(engine):
    """Nobody's address, no address, a channel the settings do not know, an address where only the settings may say."""
    wrong = [
        {"recipient": "Z9", "channel": "邮件", "address": "a@b.example"},
        {"recipient": "A01", "channel": "邮件", "address": "a@b.example\nBcc: c@d.example"},
        {"recipient": "A01", "channel": "邮件"},
        {"recipient": "A01", "channel": "传真", "address": "1"},
        {"recipient": "A01", "channel": "办公室群", "address": "http://10.0.0.1/"},
    ]
    found = refusal(engine, contacts=wrong)
    for told in ("不认识的接收方“Z9”", "Bcc", "空", "“传真”", "KAOHE_CHANNELS 中,这里留空"):
        assert told in found
    assert found.count("联系方式") == 5


def test_what_is_told_already_may_get_a_contact(engine):
    """A body that a pack names by a word of its own is known once something was said to it."""
    bring(engine, rows_of(**SOUND))
    with writing(engine) as session:
        draft = Draft(sample_of("meeting"), "supervision_office", "key")
        write_messages(session, [draft], now=NOW)
    row = {"recipient": "supervision_office", "channel": "邮件", "address": "a@b.example"}
    assert bring(engine, rows_of(contacts=[row])).changed == 1
