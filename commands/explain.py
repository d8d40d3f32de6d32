"""`kaohe explain`: why a subject has its grade, and what it would have needed for the next one."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.tree import Tree

    from scoring.explain import Explanation
    from scoring.explaining.tree import Node

    Told = tuple[Explanation, Node]


def explain(
    cycle: Annotated[str, typer.Argument(help="The cycle's key, for example bozhou-2010; with --file a scheme.")],
    subject: Annotated[str, typer.Argument(help="Code or name of a subject.")],
    file: Annotated[Path | None, typer.Option(help="Explain a case file instead of a cycle.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show inputs with source and date, each rule with its clause and effect, and what the next grade up would need.

    Examples: kaohe explain bozhou-2010 U07; kaohe explain bozhou B --file case.yaml

    Exit code 0 when explained, 1 without such a cycle, proposal or subject, 2 for a bad scheme or file.
    """
    from commands.sheet_house import refuse
    from scoring.explain import UnknownSubject

    try:
        told, tree = _of_cycle(cycle, subject) if file is None else _of_file(cycle, subject, file)
    except UnknownSubject as unknown:
        refuse(str(unknown))
    if as_json:
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(told), ensure_ascii=False))
    else:
        from rich.console import Console

        Console().print(_grown(tree))


def _of_cycle(key: str, subject: str) -> "Told":
    from commands.sheet_house import refuse
    from tasks.cycle.launch import find_cycle
    from tasks.grading.explain import NoProposal, explain_subject
    from tasks.wiring import UnknownCycle, house, reading_desk

    try:
        cycle = find_cycle(house(), key)
        with reading_desk(house(), cycle.id or 0) as desk:
            return explain_subject(desk, subject)
    except (UnknownCycle, NoProposal) as refused:
        refuse(str(refused))


def _of_file(scheme: str, subject: str, file: Path) -> "Told":
    from config.scheme_loader import load_case, load_scheme
    from scoring.explain import Assessed
    from scoring.explain import explain as ask
    from scoring.explaining.tree import tree_of

    pack = load_scheme(scheme)
    told = ask(Assessed(pack.scheme, load_case(file, pack.scheme)), subject)
    return told, tree_of(told, pack.action_labels)


def _grown(node: "Node", under: "Tree | None" = None) -> "Tree":
    from rich.markup import escape
    from rich.tree import Tree

    branch = Tree(escape(node.text)) if under is None else under.add(escape(node.text))
    for child in node.children:
        _grown(child, branch)
    return branch
