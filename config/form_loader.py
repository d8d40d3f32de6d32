"""Reads the forms of a pack strictly and stops once with every fault of them."""

from collections.abc import Mapping
from pathlib import Path

from config.forms import FieldSpec, FormSpec
from config.yaml_file import Faults, YamlMap, check_model, parse_yaml
from scoring.conditions import Condition, ConditionError, compile_condition
from scoring.fact_decl import FactDecl, Kind

KINDS: Mapping[str, Kind] = {"count": "count", "integer": "count", "bool": "bool", "choice": "enum"}
FOLDER = "forms/"


def load_forms(files: Mapping[str, str]) -> dict[str, FormSpec]:
    """The forms by id, from the texts of a pack by relative name; SchemeFaults with every fault."""
    faults = Faults()
    maps = {name: parse_yaml(text, name, faults) for name, text in sorted(files.items()) if is_form(name)}
    forms = read_forms(maps, faults)
    faults.raise_any()
    return forms


def load_form_folder(root: Path) -> dict[str, FormSpec]:
    """The forms of a pack's folder; SchemeFaults with every fault."""
    files = {FOLDER + path.name: path.read_text(encoding="utf-8") for path in sorted((root / "forms").glob("*.yaml"))}
    return load_forms(files)


def is_form(name: str) -> bool:
    """Whether a pack's file is a form."""
    return name.startswith(FOLDER) and name.endswith(".yaml")


def read_forms(maps: Mapping[str, YamlMap], faults: Faults) -> dict[str, FormSpec]:
    """The forms among files that are read already; what is wrong goes to `faults`."""
    forms: dict[str, FormSpec] = {}
    labels: dict[str, str] = {}
    for name, data in maps.items():
        form = check_model(FormSpec, data, faults) if is_form(name) and data else None
        if form is None:
            continue
        _check_form(form, data, faults)
        if form.id != Path(name).stem:
            faults.at(
                data, ("id",), f"文件 {name} 的 id 为 {form.id}", f"id: {Path(name).stem}", "文件名与表的 id 取同一个"
            )
        if form.label in labels:
            faults.at(data, ("label",), f"名称“{form.label}”重复", "各表名称不同", f"与 {labels[form.label]} 区分开")
        labels[form.label] = form.id
        forms[form.id] = form
    return forms


def field_facts(form: FormSpec) -> dict[str, FactDecl]:
    """The fields of a form as facts, so that its checks are conditions of the usual language."""
    return {field.name: _as_fact(field) for field in form.fields if field.type != "rows"}


def form_conditions(form: FormSpec) -> list[tuple[Condition, str]]:
    """The compiled checks of a form, each with its message; ConditionError for one that may not be used."""
    facts = field_facts(form)
    return [(compile_condition(check.when, facts), check.message) for check in form.checks]


def _as_fact(field: FieldSpec) -> FactDecl:
    values = tuple(option.value for option in field.options)
    return FactDecl(field.name, field.label, KINDS.get(field.type, "text"), values=values)


def _check_form(form: FormSpec, data: YamlMap, faults: Faults) -> None:
    facts = field_facts(form)
    for number, check in enumerate(form.checks):
        try:
            compile_condition(check.when, facts)
        except ConditionError as error:
            faults.at(data, ("checks", number, "when"), error.found, error.allowed, error.remedy)
    types = {field.type for field in form.fields}
    if form.about != "none" and form.about not in types:
        faults.at(
            data, ("about",), f"about: {form.about},而没有这种类型的栏", f"有 type: {form.about} 的栏", "增加该栏"
        )
    for number, field in enumerate(form.fields):
        if field.name in (*form.key, form.dated) and not field.required:
            faults.at(data, ("fields", number), f"{field.name} 不是必填", "required: true", "改为必填")
        if field.name == form.dated and field.type != "date":
            faults.at(
                data, ("fields", number), f"dated 所指的 {field.name} 是 {field.type}", "type: date", "改指日期栏"
            )
        if field.default is not None and not _fits(field):
            faults.at(data, ("fields", number), f"default: {field.default}", f"{field.type} 类型的值", "改正默认值")


def _fits(field: FieldSpec) -> bool:
    if field.type == "bool":
        return isinstance(field.default, bool)
    if field.type in ("count", "integer"):
        return isinstance(field.default, int) and not isinstance(field.default, bool)
    if field.type == "choice":
        return field.default in {option.value for option in field.options}
    return isinstance(field.default, str)
