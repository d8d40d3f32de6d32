"""A gate as a form of the UI: Chinese titles, what is required, labels there and values here."""

from typing import Any

import pytest
from prefect.input.run_input import RunInput
from pydantic import ValidationError

from config.forms import FieldSpec, Option
from tasks.cycle.launch import Waiting
from tasks.running.gate_form import build_form, fill_form, plain_lines, read_form

GRADES = (Option(value="good", label="好"), Option(value="poor", label="差"))
FIELDS = (
    FieldSpec(name="choice", label="处理方式", type="choice", required=True, options=GRADES),
    FieldSpec(name="due_on", label="新的期限", type="date", help="延长时填"),
    FieldSpec(name="count", label="人数", type="count", required=True, maximum=9),
    FieldSpec(name="number", label="序号", type="integer", minimum=1, default=3),
    FieldSpec(name="sure", label="已核对", type="bool"),
    FieldSpec(name="reason", label="理由", type="longtext", required=True),
    FieldSpec(
        name="changes",
        label="改动",
        type="rows",
        fields=(
            FieldSpec(name="subject", label="对象", type="subject", required=True),
            FieldSpec(name="grade", label="等次", type="choice", required=True, options=GRADES),
        ),
    ),
)
ANSWER: dict[str, Any] = {
    "choice": "poor",
    "due_on": "2011-01-05",
    "count": 4,
    "number": 3,
    "sure": True,
    "reason": "会议决定",
    "changes": [{"subject": "P11", "grade": "good"}, {"subject": "P12", "grade": "poor"}],
}


def waiting(*fields: FieldSpec, holders: tuple[str, ...] = ("管理员甲", "管理员乙")) -> Waiting:
    form = tuple(field.model_dump(mode="json", exclude_defaults=True) for field in fields or FIELDS)
    return Waiting("k", "decide", "党委决定", "请逐项答复。", form, holders, answered=False)


def schema(gate: Waiting) -> dict[str, Any]:
    return build_form(gate).model_json_schema()


def test_every_caption_is_the_forms_own_label() -> None:
    properties = schema(waiting())["properties"]
    expected = {field.name: field.label for field in FIELDS} | {"answered_by": "答复人"}
    assert {name: part["title"] for name, part in properties.items()} == expected


def test_required_fields_are_required_and_the_others_start_filled() -> None:
    found = schema(waiting())
    assert set(found["required"]) == {"choice", "count", "reason", "answered_by"}
    starts = {name: part["default"] for name, part in found["properties"].items() if "default" in part}
    assert starts == {"due_on": "", "number": 3, "sure": False, "changes": []}


def test_choices_dates_and_limits_reach_the_browser() -> None:
    properties = schema(waiting())["properties"]
    assert properties["choice"]["enum"] == ["好", "差"]
    assert properties["answered_by"]["enum"] == ["管理员甲", "管理员乙"]
    assert properties["due_on"]["format"] == "date"
    assert properties["due_on"]["description"] == "延长时填"
    assert (properties["count"]["minimum"], properties["count"]["maximum"]) == (0, 9)
    assert properties["number"]["minimum"] == 1


def test_rows_have_chinese_captions_too() -> None:
    found = schema(waiting())
    row = found["$defs"]["RowChanges"]["properties"]
    assert {name: part["title"] for name, part in row.items()} == {"subject": "对象", "grade": "等次"}
    assert row["grade"]["enum"] == ["好", "差"]


def test_an_answer_goes_out_as_labels_and_comes_back_as_values() -> None:
    gate = waiting()
    sent = fill_form(gate, ANSWER, "管理员乙")
    assert (sent["choice"], sent["changes"][0]["grade"]) == ("差", "好")
    assert read_form(gate, build_form(gate).model_validate(sent)) == (ANSWER, "管理员乙")


@pytest.mark.parametrize("changes", [{"choice": "优"}, {"count": -1}, {"count": 10}, {"number": 0}])
def test_the_browser_refuses_what_the_field_does_not_allow(changes: dict[str, Any]) -> None:
    form = build_form(waiting())
    sent = fill_form(waiting(), ANSWER, "管理员甲")
    assert form.model_validate(sent)
    with pytest.raises(ValidationError):
        form.model_validate(sent | changes)


def test_one_who_lost_the_role_meanwhile_is_read_and_refused_later_in_words() -> None:
    sent = fill_form(waiting(), ANSWER, "管理员丙")
    assert read_form(waiting(), build_form(waiting()).model_validate(sent))[1] == "管理员丙"


def test_with_nobody_in_the_role_the_name_is_typed() -> None:
    assert "enum" not in schema(waiting(holders=()))["properties"]["answered_by"]


def test_the_title_heads_the_form_and_the_text_stands_over_its_first_field() -> None:
    form = build_form(waiting())
    assert issubclass(form, RunInput)
    assert form._description == "## 党委决定"
    name, first = next(iter(schema(waiting())["properties"].items()))
    assert name == "answered_by"
    assert first["description"].startswith("请逐项答复。")


def test_tables_and_lists_of_a_question_become_paragraphs() -> None:
    asked = "**名额**\n\n| 类别 | 对象 | 名额 |\n| --- | --- | --- |\n| 班子 | 43 | 13/14 |\n\n- 一\n- 二\n"
    assert plain_lines(asked) == "**名额**\n\n· 班子:对象 43;名额 13/14\n\n· 一\n\n· 二"


def test_a_plain_question_stays_as_it_is() -> None:
    assert plain_lines("是否同意?\n\n请答复。") == "是否同意?\n\n请答复。"
