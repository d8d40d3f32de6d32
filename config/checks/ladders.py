"""Ladders that cannot be climbed: unknown measures and rules, a measure twice, two ladders of one name."""

from collections.abc import Iterator, Mapping, Sequence

from config.yaml_file import Faults, YamlMap

FILE = "consequences.yaml"
Wrong = tuple[tuple[str | int, ...], str, str, str]  # place, found, allowed, remedy


def check_ladders(maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Adds every fault of the ladders of consequences.yaml."""
    data = maps[FILE]
    actions = [str(action["code"]) for action in data["actions"]]
    rules = _rules(maps)
    seen: set[str] = set()
    for at, ladder in enumerate(data.get("ladders", ())):
        wrong = [*_steps(ladder, actions), *_needs(ladder, actions), *_records(ladder, actions, maps)]
        wrong += _named(ladder, rules)
        for place, found, allowed, remedy in wrong:
            faults.at(data, ("ladders", at, *place), found, allowed, remedy)
        if ladder["id"] in seen:
            faults.at(data, ("ladders", at, "id"), f"阶梯 {ladder['id']} 出现两次", "每个编号一次", "改一个编号")
        seen.add(str(ladder["id"]))


def _rules(maps: Mapping[str, YamlMap]) -> set[str]:
    listed = {str(rule["id"]) for rule in (*maps["rules.yaml"]["rules"], *maps[FILE]["consequences"])}
    return listed | set(_of_duties(maps["duties.yaml"].get("duties") if "duties.yaml" in maps else ()))


def _of_duties(duties: object) -> Iterator[str]:
    """The rules that duties name, as far as they are written as duties: their own check tells what is not."""
    for duty in duties if isinstance(duties, list) else ():
        rules = duty.get("rules") if isinstance(duty, dict) else None
        yield from map(str, rules if isinstance(rules, list) else ())


def _steps(ladder: YamlMap, actions: Sequence[str]) -> Iterator[Wrong]:
    seen: set[str] = set()
    for number, step in enumerate(ladder["steps"]):
        for action in [step] if isinstance(step, str) else step:
            if action not in actions:
                yield ("steps", number), f"未知的措施 {action}", ", ".join(actions), "在 actions 下列出"
            if action in seen:
                yield ("steps", number), f"措施 {action} 出现两次", "每个措施一次", "删去其一"
            seen.add(action)
        if not step:
            yield ("steps", number), "空的一级", "一个或几个措施", "写上措施或删去"


def _needs(ladder: YamlMap, actions: Sequence[str]) -> Iterator[Wrong]:
    for action, needed in ladder.get("needs", {}).items():
        for code in (action, needed):
            if code not in actions:
                yield ("needs",), f"未知的措施 {code}", ", ".join(actions), "在 actions 下列出"
        if action == needed:
            yield ("needs",), f"{action} 以自身为前提", "另一个措施", "改正"


def _records(ladder: YamlMap, actions: Sequence[str], maps: Mapping[str, YamlMap]) -> Iterator[Wrong]:
    forms = {name.removeprefix("forms/").removesuffix(".yaml"): form for name, form in maps.items() if "forms/" in name}
    for number, record in enumerate(ladder.get("records", ())):
        place, form = ("records", number), forms.get(str(record["form"]))
        fields = [str(field["name"]) for field in form["fields"]] if form else []
        if form is None:
            yield place, f"未知的表 {record['form']}", ", ".join(sorted(forms)), "改正表名"
        elif record["subject"] not in fields:
            yield place, f"表 {record['form']} 没有字段 {record['subject']}", ", ".join(fields), "改正字段名"
        if record["action"] not in actions:
            yield place, f"未知的措施 {record['action']}", ", ".join(actions), "在 actions 下列出"


def _named(ladder: YamlMap, rules: set[str]) -> Iterator[Wrong]:
    for rule in ladder.get("rules", ()):
        if rule not in rules:
            yield ("rules",), f"未知的规则 {rule}", ", ".join(sorted(rules)), "改正规则编号"
