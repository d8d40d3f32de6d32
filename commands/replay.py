"""`kaohe replay`: is a cycle's assessment still what its stored pack and facts give?"""

import json
from typing import Annotated

import typer


def replay(
    key: Annotated[str, typer.Argument(metavar="CYCLE", help="The cycle's key, for example bozhou-2010.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Assess every proposal of a cycle again from its frozen pack and facts. Example: kaohe replay bozhou-2010

    Exit code 0 when all is byte for byte the same, 1 with the first difference of each round otherwise.
    """
    from commands.sheet_house import refuse
    from tasks.cycle.launch import find_cycle
    from tasks.grading.replay import replay_cycle
    from tasks.wiring import UnknownCycle, house, reading_desk

    try:
        cycle = find_cycle(house(), key)
    except UnknownCycle as unknown:
        refuse(str(unknown))
    with reading_desk(house(), cycle.id or 0) as desk:
        done = replay_cycle(desk)
    if as_json:
        told = {"cycle": key, "rounds": done.rounds, "identical": not done.differences, "differences": done.differences}
        typer.echo(json.dumps(told, ensure_ascii=False))
    elif not done.differences:
        typer.echo(f"{key}:{done.rounds} 稿定等建议重新评定,逐字节一致")
    for line in done.differences:
        typer.echo(f"{key} {line}", err=True)
    if done.differences:
        raise typer.Exit(1)
