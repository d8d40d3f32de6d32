"""`kaohe scheme facts`: the facts that a scheme reads, for those who bring them and those who write rules."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.tables import echo_json

if TYPE_CHECKING:
    from config.scheme_loader import Pack


def facts(
    name: Annotated[str, typer.Argument(metavar="SCHEME", help="Id of a scheme or the folder of a pack.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the declared facts: name, label, type, level, what a missing one means, who brings and who reads it."""
    from config.scheme_loader import load_scheme

    pack = load_scheme(name)
    if as_json:
        echo_json(_rows(pack))
    else:
        _print(pack)


def _rows(pack: "Pack") -> list[dict[str, Any]]:
    from config.readers import readers

    read_by, brought_by = readers(pack.scheme), _bringers(pack)
    aliases: dict[str, list[str]] = {}
    for alias, fact in pack.scheme.aliases.items():
        aliases.setdefault(fact, []).append(alias)
    return [
        {
            "name": fact.name,
            "label": fact.label,
            "type": fact.kind,
            "level": fact.level,
            "values": fact.value_labels or list(fact.values),
            "missing": dict(fact.missing or {}),
            "default": pack.fact_cites[fact.name].is_default,
            "aliases": aliases.get(fact.name, []),
            "read_by": list(read_by.get(fact.name, ())),
            "brought_by": brought_by.get(fact.name, []),
        }
        for fact in pack.scheme.facts.values()
    ]


def _bringers(pack: "Pack") -> dict[str, list[str]]:
    """The labels of the forms and recurring duties by the fact that they bring."""
    from config.duties import facts_named, load_duties

    found: dict[str, list[str]] = {}
    for data in pack.forms.values():
        for field in data.get("fields", ()):
            if field.get("fact"):
                found.setdefault(field["fact"], []).append(data["label"])
    for duty in load_duties(pack):
        for fact in sorted(facts_named(duty)):
            found.setdefault(fact, []).append(duty.label)
    return found


def _print(pack: "Pack") -> None:
    from rich.console import Console

    from commands.fact_words import LEVELS, missing, values
    from commands.tables import table

    result = table(f"{pack.scheme.label}的事实", "事实", "含义", "层级", "取值", "缺失时", "来自", "用于", lines=True)
    for row in _rows(pack):
        fact = pack.scheme.facts[row["name"]]
        said = missing(fact, pack) + ("(默认)" if row["default"] else "")
        brought, read = "、".join(row["brought_by"]), "、".join(row["read_by"]) or "(没有规则读取)"
        result.add_row(fact.name, fact.label, LEVELS[fact.level], values(fact), said, brought, read)
    Console().print(result)
