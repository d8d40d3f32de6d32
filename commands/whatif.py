"""`kaohe whatif`: other rules on frozen facts, who changes and why, and how stable grades are over variants."""

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.trial import Changes
    from config.trial_file import Variant
    from tasks.grading.try_out import Ground, TryOut

SHOWN = 60

Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A value to try; may be repeated.")]
Vary = Annotated[Path | None, typer.Option(help="YAML file of variants, grid or sample.")]


def whatif(
    cycle: Annotated[str, typer.Argument(help="The cycle's key, for example bozhou-2010; with --file a scheme.")],
    settings: Set = None,
    vary: Vary = None,
    file: Annotated[Path | None, typer.Option(help="Try on a case file instead of a cycle.")] = None,
    excel: Annotated[Path | None, typer.Option(help="Write the result as a workbook.")] = None,
    keys: Annotated[bool, typer.Option("--keys", help="List every key that can be tried, with its value.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Try other settings, numbers, grades, weights or switched-off rules on a cycle's frozen facts; nothing is kept.

    Examples: kaohe whatif bozhou-2010 --set BZ-07.part=2 --set BZ-14.off=true; kaohe whatif bozhou-2010 --vary v.yaml

    A file of variants holds one of: variants: [{name, set: {KEY: VALUE}}], grid: {KEY: [VALUES]},
    sample: {size, seed, ranges: {KEY: [LOW, HIGH]}, of: {KEY: [VALUES]}}.

    Exit code 0 when tried, 1 without such a cycle or proposal, 2 for unknown keys, bad values or files.
    """
    from commands.sheet_house import refuse
    from config.trial_keys import RefusedTrial

    ground = _ground(cycle, file)
    if keys:
        _print_keys(ground)
        return
    changes, variants = _changes(settings or []), _variants(vary)
    if not changes and not variants:
        refuse("没有要试的取值;请给出 --set 项目=取值 或 --vary 文件(--keys 列出可试的项目)", 2)
    try:
        tried = _tried(ground, changes, variants, quiet=as_json)
    except RefusedTrial as refused:
        refuse(str(refused), 2)
    if excel is not None:
        from tasks.grading.try_out_text import write_trial

        write_trial(tried, excel)
    _show(tried, excel, as_json=as_json)


def _ground(cycle: str, file: Path | None) -> "Ground":
    from commands.sheet_house import refuse
    from config.scheme_loader import load_case, load_scheme
    from tasks.cycle.launch import find_cycle
    from tasks.grading.explain import NoProposal
    from tasks.grading.try_out import Ground, ground_of
    from tasks.wiring import UnknownCycle, house, reading_desk

    if file is not None:
        pack = load_scheme(cycle)
        return Ground(pack, load_case(file, pack.scheme), {})
    try:
        found = find_cycle(house(), cycle)
        with reading_desk(house(), found.id or 0) as desk:
            return ground_of(desk)
    except (UnknownCycle, NoProposal) as refused:
        refuse(str(refused))


def _changes(settings: list[str]) -> "Changes":
    from commands.sheet_house import refuse
    from config.trial_keys import read_value

    wrong = [f"“{text}”不是 项目=取值,例如 BZ-07.part=2" for text in settings if "=" not in text]
    named = Counter(text.partition("=")[0].strip() for text in settings)
    twice = [(key, count) for key, count in named.items() if count > 1]
    wrong += [f"“{key}”给了 {count} 次;一次只能试一个取值,多个取值请用 --vary" for key, count in twice]
    if wrong:
        refuse("\n".join(wrong), 2)
    return {key.strip(): read_value(value) for key, _, value in (text.partition("=") for text in settings)}


def _variants(vary: Path | None) -> "list[Variant]":
    from config.trial_file import read_variants

    return [] if vary is None else read_variants(vary)


def _tried(ground: "Ground", changes: "Changes", variants: "list[Variant]", *, quiet: bool) -> "TryOut":
    from rich.console import Console
    from rich.progress import Progress

    from tasks.grading.try_out import try_out

    with Progress(console=Console(stderr=True), transient=True, disable=quiet or not variants) as progress:
        bar = progress.add_task("试算", total=len(variants))
        return try_out(ground, changes, variants, lambda: progress.advance(bar))


def _print_keys(ground: "Ground") -> None:
    from rich.console import Console

    from commands.tables import table
    from config.trial import Trial
    from config.trial_keys import said

    result = table("可试的项目", "项目", "现值", "说明")
    for knob in Trial(ground.pack).knobs.values():
        result.add_row(knob.key, said(knob.value), knob.label)
    Console().print(result)


def _show(tried: "TryOut", excel: Path | None, *, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(tried), ensure_ascii=False))
        return
    from rich.console import Console

    from commands.tables import table
    from tasks.grading.try_out_text import moved_rows, outcome, stable_rows, unstable_of

    console = Console()
    console.print(outcome(tried))
    varied = stable_rows(unstable_of(tried))
    for title, rows in (("等次不同的对象", moved_rows(tried)), ("各种取值下等次有变的对象", varied)):
        if rows:
            result = table(title, *rows[0])
            for row in rows[:SHOWN]:
                result.add_row(*(str(value) for value in row.values()))
            console.print(result)
            if len(rows) > SHOWN:
                console.print(f"其余 {len(rows) - SHOWN} 行见 --excel 或 --json")
    if excel is not None:
        console.print(f"已写入 {excel}")
