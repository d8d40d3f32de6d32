"""The choices of a gate's form: what people read and what is stored, each taken for the other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from config.forms import FieldSpec


def option_labels(spec: FieldSpec) -> dict[str, str]:
    """Return what each stored value is called; one that could mean another option carries its value."""
    meant = Counter(word for option in spec.options for word in {option.label, option.value})
    return {
        option.value: option.label if meant[option.label] == 1 else f"{option.label}({option.value})"
        for option in spec.options
    }


def to_labels(specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as a form shows them: labels for choices, empty text for None."""
    shown = _translated(specs, values, {spec.name: option_labels(spec) for spec in specs}, to_labels)
    return {name: "" if value is None else value for name, value in shown.items()}


def to_values(specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as they are stored; what is neither label nor stored value stays, to be refused in words."""
    words = {spec.name: {label: value for value, label in option_labels(spec).items()} for spec in specs}
    return _translated(specs, values, words, to_values)


def _translated(
    specs: Sequence[FieldSpec], values: Mapping[str, Any], words: Mapping[str, Mapping[str, str]], rows: Any
) -> dict[str, Any]:
    known = {spec.name: spec for spec in specs}
    result = {}
    for name, value in values.items():
        spec = known.get(name)
        if spec and spec.type == "choice" and isinstance(value, str):
            value = words[name].get(value, value)
        if spec and spec.type == "rows" and isinstance(value, list):
            value = [rows(spec.fields, row) if isinstance(row, Mapping) else row for row in value]
        result[name] = value
    return result
