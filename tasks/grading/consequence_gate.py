"""The gate in which a body settles what the rules propose: impose, replace or waive, with reasons (BZ-17…20, BZ-50)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.forms import FieldSpec, Option
from config.ladders import settled_by
from models.cycle import Gate
from models.grading import Consequence
from tasks.desk import Desk
from tasks.documents.markdown import section, table
from tasks.grading.consequences import MUST_CHOOSE, action_label, consequences, grounds_of, key_of
from tasks.grading.ladders import Climb
from tasks.grading.rules import target_names
from tasks.stage import AnswerRefused, Question

GATE = "consequences"
ALL, EACH = "impose_all", "individually"
VERBS = {"impose": "落实", "replace": "变更", "waive": "免予"}
STATES = {"proposed": "待定", "imposed": "已落实", "replaced": "已变更", "waived": "免予"}


@dataclass(frozen=True)
class Settlement:
    """What becomes of one consequence."""

    row: Consequence
    verb: str
    action: str
    reason: str


def settlement_question(desk: Desk) -> Question | None:
    """Return what the body that settles is asked now; None where nothing is proposed."""
    rows = consequences(desk, "proposed")
    if not rows:
        return None
    return Question(GATE, settled_by(desk.pack), "落实结果运用", settle_text(desk, rows), settle_fields(desk, rows))


def settle_text(desk: Desk, rows: Sequence[Consequence]) -> str:
    """Return the proposed consequences: whom they concern, why, and what may replace them."""
    names = target_names(desk)
    caps_last = sorted(rows, key=lambda row: "max_grade" in row.detail)
    told = [(names[row.subject], row.detail.get("grade", ""), *_say(desk, row)) for row in caps_last]
    return f"共 {len(rows)} 项待落实。\n" + section(
        "结果运用的建议", table(("对象", "等次", "建议", "规则", "说明"), told, shown=60, more="环节进度页")
    )


def _say(desk: Desk, row: Consequence) -> tuple[str, str, str]:
    others = [action_label(desk, option) for option in row.options if option != row.action]
    note = "须选定一项:" if row.action in MUST_CHOOSE else "可变更为:"
    remarks = (grounds_of(row), row.detail.get("remark"), row.detail.get("review"))
    parts = [*map(str, filter(None, remarks)), note + "、".join(others) if others else ""]
    if row.detail.get("starts"):
        parts.append(f"{row.detail['starts']} 至 {row.detail['ends']}")
    if row.detail.get("value"):
        parts.append(f"下一年度分值 {row.detail['value']}")
    if row.detail.get("max_grade"):
        parts.append(f"年度考核不得高于“{row.detail['max_grade']}”")
    if row.due_on:
        parts.append(f"期限 {row.due_on}")
    return action_label(desk, row.action), row.rule, ";".join(part for part in parts if part)


def settle_fields(desk: Desk, rows: Sequence[Consequence]) -> tuple[FieldSpec, ...]:
    """Return the form: one decision for all, and the rows that depart from it."""
    names, climb = target_names(desk), Climb(desk, {row.subject for row in rows})
    options = tuple(
        Option(value=name_of(row), label=f"{names[row.subject]}:{action_label(desk, row.action)}({row.rule})")
        for row in rows
    )
    actions = dict.fromkeys(option for row in rows for option in choices(climb, row))
    default_all = FieldSpec(
        name="default_all",
        label="未单列的各项",
        type="choice",
        required=True,
        default=ALL,
        options=(Option(value=ALL, label="全部按建议落实"), Option(value=EACH, label="逐项列出")),
    )
    fields = (
        FieldSpec(name="consequence", label="对象和建议", type="choice", required=True, options=options),
        FieldSpec(name="decision", label="处理", type="choice", required=True, options=_options(VERBS)),
        FieldSpec(
            name="action",
            label="措施(变更或须选定时填)",
            type="choice",
            options=tuple(Option(value=code, label=action_label(desk, code)) for code in actions),
        ),
        FieldSpec(name="reason", label="理由(变更、免予必填)", type="longtext"),
    )
    return default_all, FieldSpec(name="changes", label="单列的各项", type="rows", fields=fields)


def _options(labels: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=label) for value, label in labels.items())


def name_of(row: Consequence) -> str:
    """Return what a row of the form names: subject, rule and action, which stay the same in every run."""
    return "|".join(key_of(row))


def settle_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> list[Settlement]:
    """Settle every consequence that the gate offered, or refuse the answer with every reason."""
    by, offered = gate.answered_by, _offered(gate)
    waiting = {name_of(row): row for row in consequences(desk, "proposed") if name_of(row) in offered}
    climb = Climb(desk, {row.subject for row in waiting.values()})
    settled, faults = _read_rows(desk, climb, waiting, answer.get("changes") or [])
    rest = [row for name, row in waiting.items() if name not in settled]
    faults += _rest_faults(desk, climb, rest, answer.get("default_all"))
    if faults:
        raise AnswerRefused(faults)
    done = [item for item in settled.values() if item is not None]
    done += [Settlement(row, "impose", row.action, "") for row in rest]
    for verb in VERBS:
        rows = [item for item in done if item.verb == verb]
        for item in rows:
            item.row.settled_action, item.row.reason = "" if verb == "waive" else item.action, item.reason
        desk.move([item.row for item in rows], verb, by=by, settled_by=by, settled_on=desk.today)
    return done


def _offered(gate: Gate) -> set[str]:
    """What the form listed; what was proposed since then is asked in the next gate."""
    changes = next(FieldSpec.model_validate(field) for field in gate.form if field["name"] == "changes")
    return {option.value for option in changes.fields[0].options}


def _read_rows(
    desk: Desk, climb: Climb, waiting: Mapping[str, Consequence], rows: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Settlement | None], list[str]]:
    names = target_names(desk)
    settled: dict[str, Settlement | None] = {}
    faults = []
    for number, row in enumerate(rows, start=1):
        name = str(row.get("consequence") or "").strip()
        if name not in waiting:
            faults.append(f"第 {number} 行:没有待定的结果运用“{name}”,请从列表中选择")
            continue
        told = f"第 {number} 行:{names[waiting[name].subject]}的“{action_label(desk, waiting[name].action)}”"
        if name in settled:
            faults.append(f"{told}出现了两次,请只留一行")
            continue
        item = _settlement(waiting[name], row)
        wrong = _fault(desk, climb, item)
        settled[name] = None if wrong else item
        faults += [told + wrong] if wrong else []
    return settled, faults


def _settlement(row: Consequence, said: Mapping[str, Any]) -> Settlement:
    verb, action, reason = (str(said.get(name) or "").strip() for name in ("decision", "action", "reason"))
    chosen = action or ("" if row.action in MUST_CHOOSE or verb == "replace" else row.action)
    return Settlement(row, verb, chosen, reason)


def choices(climb: Climb, row: Consequence) -> list[str]:
    """Return the measures that may be chosen: those proposed, and the lower steps of their ladder."""
    return list(dict.fromkeys((*row.options, *climb.lower(row.rule, row.action))))


def _fault(desk: Desk, climb: Climb, item: Settlement) -> str:
    options = choices(climb, item.row)
    allowed = "、".join(action_label(desk, option) for option in options)
    if item.verb not in VERBS:
        return f"的处理“{item.verb or '空'}”无效,可用:{'、'.join(VERBS.values())}"
    if item.verb == "waive":
        return "" if item.reason else "免予须写理由"
    if item.action not in options:
        return f"的措施“{action_label(desk, item.action) or '空'}”不在可选之列:{allowed}"
    if too_early := climb.refusal(item.row.subject, item.row.rule, item.action):
        return too_early
    if item.verb == "impose":
        free = item.row.action in MUST_CHOOSE or item.action == item.row.action
        return "" if free else "改用其他措施须选“变更”并写理由"
    if item.action == item.row.action:
        return "变更后的措施与建议相同,请选“落实”"
    return "" if item.reason else "变更须写理由"


def _rest_faults(desk: Desk, climb: Climb, rest: Sequence[Consequence], default_all: Any) -> list[str]:
    names = target_names(desk)
    told = [(row, f"{names[row.subject]}的“{action_label(desk, row.action)}”({row.rule})") for row in rest]
    if default_all == EACH:
        return [f"{text}未列出,请逐项写明处理" for _, text in told]
    if default_all != ALL:
        return [f"“未单列的各项”收到“{default_all or '空'}”,可用:全部按建议落实、逐项列出"]
    faults = [f"{text}须由人选定一项措施,请单列" for row, text in told if row.action in MUST_CHOOSE]
    refusals = ((text, climb.refusal(row.subject, row.rule, row.action)) for row, text in told)
    return faults + [f"{text}{why}" for text, why in refusals if why]
