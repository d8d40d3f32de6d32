"""`kaohe notice list|send|retry|cancel|preview`: what was said to whom, and whether it arrived."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.sheet_house import AsJson, Data, open_house, refuse

if TYPE_CHECKING:
    from tasks.outbox.manage import NoticeLine

app = typer.Typer(help="Notices: list, send, retry, cancel, preview.", no_args_is_help=True)
Ids = Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="Numbers of notices, from `notice list`.")]
By = Annotated[str, typer.Option(help="Who does it, for the audit chain.")]


@app.command("list", epilog="Example: kaohe notice list --state failed --json")
def list_(
    state: Annotated[
        str, typer.Option(help="pending, sending, sent, uncertain, failed, cancelled, inbox, unrouted.")
    ] = "",
    recipient: Annotated[str, typer.Option(help="Code of a unit or person, or a role.")] = "",
    stuck: Annotated[
        bool, typer.Option("--stuck", help="Only what has not arrived a day before its deadline.")
    ] = False,
    limit: Annotated[int, typer.Option(help="Most notices shown, newest first; 0 for all.")] = 100,
    data: Data = Path("var"),
    as_json: AsJson = False,
) -> None:
    """List notices with each way they are sent, newest first; `inbox` has no contact, `unrouted` waits for a pass."""
    from config import clock
    from models.session import reading
    from tasks.outbox.manage import STATES, list_notices

    if state and state not in STATES:
        refuse(f"没有状态“{state}”;可用:{'、'.join(STATES)}", 2)
    world = open_house(data)
    with reading(world.engine) as session:
        lines = list_notices(
            session, now=clock.now(session), state=state, recipient=recipient, stuck=stuck, limit=limit or None
        )
    if as_json:
        from dataclasses import asdict

        typer.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=1))
        return
    _print(lines)


@app.command(epilog="Example: kaohe notice send")
def send(
    limit: Annotated[int | None, typer.Option(min=1, help="Most deliveries sent now.")] = None,
    data: Data = Path("var"),
    as_json: AsJson = False,
) -> None:
    """Run one pass of the dispatcher now; `kaohe up` and `kaohe clock` do so every few seconds."""
    from dataclasses import asdict

    from tasks.outbox.dispatch import dispatch

    told = asdict(dispatch(open_house(data), limit=limit))
    if as_json:
        typer.echo(json.dumps(told))
        return
    words = {"routed": "分发", "sent": "发出", "retried": "稍后再试", "failed": "未送达", "uncertain": "不确定"}
    typer.echo(",".join(f"{word} {told[name]}" for name, word in words.items()))


@app.command(epilog="Example: kaohe notice retry --failed")
def retry(
    ids: Ids = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that have failed.")] = False,
    data: Data = Path("var"),
    by: By = "管理员",
) -> None:
    """Let failed or uncertain notices wait for the next pass; the Message-ID stays the same.

    A notice that had no contact is sent to those it has now. Exit code 1 when a number does not exist.
    """
    from config import clock
    from models.session import writing
    from tasks.outbox.manage import NoticeRefused, retry_notices

    if not ids and not failed:
        refuse("请给出通知编号,或用 --failed 选全部未送达的", 2)
    world = open_house(data)
    try:
        with writing(world.engine) as session:
            count = retry_notices(session, ids or [], failed=failed, now=clock.now(session), by=by)
    except NoticeRefused as refused:
        refuse(str(refused))
    typer.echo(f"{count} 个投递等待重新发送(kaohe notice send 立即发送)")


@app.command(epilog="Example: kaohe notice cancel 12 --reason 会议改期")
def cancel(
    ids: Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers of notices, from `notice list`.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit chain.")],
    data: Data = Path("var"),
    by: By = "管理员",
) -> None:
    """Withdraw notices that are not yet sent; the inbox keeps them. Exit code 1 when one cannot be withdrawn."""
    from config import clock
    from models.session import writing
    from tasks.outbox.manage import NoticeRefused, cancel_notices

    world = open_house(data)
    try:
        with writing(world.engine) as session:
            count = cancel_notices(session, ids, reason=reason, now=clock.now(session), by=by)
    except NoticeRefused as refused:
        refuse(str(refused))
    typer.echo(f"已撤销 {len(set(ids))} 件通知、{count} 个投递;站内记录保留")


@app.command(epilog="Example: kaohe notice preview obligation --scheme bozhou")
def preview(
    kind: Annotated[str, typer.Argument(help="A kind of notice; `all` shows every kind.")],
    scheme: Annotated[str, typer.Option(help="Take this scheme's own wording, where it has one.")] = "",
    html: Annotated[Path | None, typer.Option(help="Write the HTML of the e-mail here.")] = None,
) -> None:
    """Show title and body of a notice with invented contents. Exit code 2 for an unknown kind or faulty wording."""
    from notices.mail import page_of
    from notices.messages import MESSAGES, render_message
    from notices.samples import UnknownKind, sample_of
    from notices.wording_check import check_wording

    if html and kind == "all":
        refuse("--html 只写一种通知;请给出通知种类", 2)
    files = {}
    if scheme:
        from config.scheme_loader import load_scheme

        files = dict(load_scheme(scheme).files)
        check_wording(files)
    for each in MESSAGES.values() if kind == "all" else [kind]:
        try:
            sample = sample_of(each)
        except UnknownKind as unknown:
            refuse(str(unknown), 2)
        title, body = render_message(sample, files)
        typer.echo(f"[{each} {sample.label}]\n标题:{title}\n\n{body}\n")
        if html:
            html.write_text(page_of(title, body), encoding="utf-8")


def _print(lines: "list[NoticeLine]") -> None:
    from rich.console import Console
    from rich.table import Table

    from config.roles import ROLE_LABELS
    from tasks.outbox.ledger import WORDS
    from tasks.outbox.postman import MAIL
    from tasks.roster.contacts import MAIL_WORD

    table = Table()
    for head in ("编号", "通知", "接收方", "期限", "状态", "说明"):
        table.add_column(head, no_wrap=head in ("编号", "期限", "状态"), overflow="fold")
    for line in lines:
        told = (
            f"{MAIL_WORD if line.channel == MAIL else line.channel} {line.address}".strip(),
            f"试过 {line.attempts} 次" if line.attempts > 1 or line.error else "",
            f"下次 {line.next_try}" if line.next_try and line.attempts else "",
            f"发出 {line.sent}" if line.sent else "",
            line.error,
        )
        whom = ROLE_LABELS.get(line.recipient, line.recipient)
        row = (str(line.id), line.label, whom, line.deadline, WORDS[line.state])
        table.add_row(*row, ";".join(word for word in told if word))
    Console().print(table)
