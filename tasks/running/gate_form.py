"""A gate as a form of the Prefect UI: our field descriptions in, a pydantic model out, and answers back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from prefect.input.run_input import RunInput, run_input_subclass_from_type
from pydantic import BaseModel, Field, create_model

from config.forms import FieldSpec
from tasks.cycle.launch import Waiting

ANSWERER = "answered_by"


def build_form(gate: Waiting) -> type[RunInput]:
    """Return the run input of a gate: who answers (a drop-down), then its fields.

    The text stands over the first field: the dialog squeezes its own description to one line when the form is long.
    """
    fields: dict[str, tuple[Any, Any]] = {ANSWERER: (str, _answerer(gate))}
    fields |= {field.name: _field(field) for field in _specs(gate)}
    model = create_model("GateForm", **fields)  # type: ignore[call-overload]
    form: Any = run_input_subclass_from_type(model)
    form._description = f"## {gate.title}"
    return form  # type: ignore[no-any-return]


def plain_lines(markdown: str) -> str:
    """Return the same as paragraphs: in a field's description the UI joins lines, which breaks tables and lists."""
    lines: list[str] = []
    heads: list[str] = []
    for line in filter(None, map(str.strip, markdown.splitlines())):
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            heads = []
            lines.append(f"· {line[2:]}" if line.startswith("- ") else line)
        elif not heads:
            heads = cells
        elif set(line) - set("|-: "):
            named = ";".join(f"{head} {cell}" for head, cell in zip(heads[1:], cells[1:], strict=False))
            lines.append(f"· {cells[0]}:{named}")
    return "\n\n".join(lines)


def read_form(gate: Waiting, form: BaseModel) -> tuple[dict[str, Any], str]:
    """Return (answer with stored values instead of labels, answerer) of a submitted form."""
    data = form.model_dump(mode="json")
    answered_by = str(data.pop(ANSWERER))
    return _translate(_specs(gate), data, to_label=False), answered_by


def fill_form(gate: Waiting, answer: Mapping[str, Any], answered_by: str) -> dict[str, Any]:
    """Return the run input that Prefect takes for an answer with stored values."""
    return {**_translate(_specs(gate), answer, to_label=True), ANSWERER: answered_by}


def _answerer(gate: Waiting) -> Any:
    """Offer today's holders without binding the model: one who loses the role meanwhile is refused in words, later."""
    offered: Any = {"enum": list(gate.holders)} if gate.holders else None
    told = f"{plain_lines(gate.question)}\n\n*以具有本角色的人员名义答复,记入审计。*"
    return Field(title="答复人", description=told, json_schema_extra=offered)


def _specs(gate: Waiting) -> list[FieldSpec]:
    return [FieldSpec.model_validate(field) for field in gate.form]


def _field(spec: FieldSpec) -> tuple[Any, Any]:
    """Return (type, Field) of one field; dates are text with a picker, so that our own rules check them."""
    options: dict[str, Any] = {"title": spec.label, "description": spec.help or None}
    kind: Any = {"count": int, "integer": int, "bool": bool}.get(spec.type, str)
    if spec.type == "choice":
        kind = Literal[tuple(_labels(spec).values())]
    if spec.type == "rows":
        parts = {part.name: _field(part) for part in spec.fields}
        kind = list[create_model(f"Row{spec.name.title()}", **parts)]  # type: ignore[misc,call-overload]
    if spec.type == "date":
        options["json_schema_extra"] = {"format": "date"}
    if spec.type in ("count", "integer"):
        options |= {"ge": 0 if spec.type == "count" and spec.minimum is None else spec.minimum, "le": spec.maximum}
    default = _default(spec)
    return kind, Field(**options) if default is None else Field(default=default, **options)


def _default(spec: FieldSpec) -> Any:
    """Return the value a field starts with; None makes it required in the browser."""
    if spec.type == "choice" and spec.default is not None:
        return _labels(spec)[str(spec.default)]
    if spec.default is not None:
        return spec.default
    if spec.type == "rows":
        return []
    if spec.type == "bool":
        return False
    if spec.type in ("count", "integer"):
        return None if spec.required else 0
    if spec.type == "choice":
        return None if spec.required else _labels(spec)[spec.options[0].value]
    return None if spec.required else ""


def _translate(specs: Sequence[FieldSpec], values: Mapping[str, Any], *, to_label: bool) -> dict[str, Any]:
    known = {spec.name: spec for spec in specs}
    result = {}
    for name, value in values.items():
        spec = known.get(name)
        if spec and spec.type == "choice":
            shown = _labels(spec)
            value = (shown if to_label else {label: stored for stored, label in shown.items()}).get(value, value)
        if spec and spec.type == "rows":
            value = [_translate(spec.fields, row, to_label=to_label) for row in value]
        if to_label and value is None:
            value = ""
        result[name] = value
    return result


def _labels(spec: FieldSpec) -> dict[str, str]:
    """Return what each stored value is called; two of one name are told apart by their values."""
    counts = Counter(option.label for option in spec.options)
    return {
        option.value: option.label if counts[option.label] == 1 else f"{option.label}({option.value})"
        for option in spec.options
    }
