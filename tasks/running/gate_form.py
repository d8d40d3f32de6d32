"""A gate as a form of the Prefect UI: our field descriptions in, a pydantic model out, and answers back."""

from collections.abc import Mapping
from typing import Any, Literal

from prefect.input.run_input import RunInput, run_input_subclass_from_type
from pydantic import BaseModel, Field, create_model

from config.forms import FieldSpec
from tasks.cycle.gate_choices import option_labels, to_labels, to_values
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
    return to_values(_specs(gate), data), answered_by


def fill_form(gate: Waiting, answer: Mapping[str, Any], answered_by: str) -> dict[str, Any]:
    """Return the run input that Prefect takes for an answer with stored values."""
    return {**to_labels(_specs(gate), answer), ANSWERER: answered_by}


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
        kind = Literal[tuple(option_labels(spec).values())]
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
        return option_labels(spec)[str(spec.default)]
    if spec.default is not None:
        return spec.default
    if spec.type == "rows":
        return []
    if spec.type == "bool":
        return False
    if spec.type in ("count", "integer"):
        return None if spec.required else 0
    if spec.type == "choice":
        return None if spec.required else option_labels(spec)[spec.options[0].value]
    return None if spec.required else ""
