"""Results that review people and work: every name in them that does not exist is told when the pack is checked."""

import pytest

from config.duties import FILE, facts_named, find_duty, forms_named
from config.scheme_loader import load_scheme, load_scheme_files, pack_files
from config.yaml_file import SchemeFaults

CHANGES = {
    "field: grade": ("field: remark", "月度评议表的 remark 是 longtext"),
    "rater: rater\n        grades": ("rater: ratter\n        grades", "月度评议表没有栏 ratter"),
    "差: $tx.points_poor}": ("极差: 0}", "好、较好、一般、较差、极差"),
    "charges: {form: charges, rater: rater, subject: cadre, since: since": (
        "charges: {form: charges, rater: rater, subject: person, since: rater",
        "分管关系登记表的 rater 是 text",
    ),
    "must: appraised": ("must: apraised", "apraised"),
    "start: noted_at": ("start: noted_on", "民情夜记的 noted_on 是 date"),
    "answers: note_forwardings": ("answers: note_forwarding", "没有表 note_forwarding"),
    "amount: amount": ("amount: step", "重点工作倒排计划表的 step 是 longtext"),
    "score: total": ("score: sum", "未知的得分 sum"),
    "duty: slips": ("duty: slip", "未知的事项 slip"),
    "add: [assigned_before, assigned_since]": ("add: [assigned_then, assigned_since]", "add 用到 assigned_then"),
    "owner: cadre, recipient: rater, role": ("owner: cadre, recipient: boss, role", "分管关系登记表没有栏 boss"),
}


def test_every_name_that_does_not_exist_is_told_at_once() -> None:
    """A field of another type, an unknown form, score, duty, number; the scale in full."""
    files = pack_files(load_scheme("tongxiang"))
    text = files[FILE]
    for old, (new, _) in CHANGES.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    with pytest.raises(SchemeFaults) as caught:
        load_scheme_files(files | {FILE: text})
    told = [str(fault) for fault in caught.value.faults]
    assert [found for _, found in CHANGES.values() if not any(found in fault for fault in told)] == []


def test_low_is_one_of_the_grades() -> None:
    """Whether a month was low cannot depend on a grade of another scale."""
    files = pack_files(load_scheme("tongxiang"))
    with pytest.raises(SchemeFaults, match="low 须是 好、较好、一般、较差、差 之一"):
        load_scheme_files(files | {FILE: files[FILE].replace("low: 一般", "low: 基本称职")})


def test_the_forms_that_reviews_read_are_taken_in_with_their_duty() -> None:
    """The register of who is in charge, problems, talks and reviews belong to the month."""
    pack = load_scheme("tongxiang")
    assert forms_named(find_duty(pack, "monthly_review"), pack.forms) == {
        "monthly_reviews", "charges", "duty_problems", "talk_outcomes", "special_reviews",
    }  # fmt: skip
    assert "work_steps" in forms_named(find_duty(pack, "key_work_inspection"), pack.forms)


def test_the_facts_that_a_duty_writes_are_known() -> None:
    """So that a reader of the facts sees where each comes from."""
    pack = load_scheme("tongxiang")
    assert facts_named(find_duty(pack, "monthly_review")) == {"monthly_grade", "monthly_score", "low_months"}
    assert facts_named(find_duty(pack, "slips")) == set()
