"""Hands parcels over, mail by mail and post by post, and says what became of each."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType

from config.settings import Settings
from notices.channels import ChannelAway, post
from notices.mail import Mail, MailFault, checked_address, compose
from notices.smtp import MailServer, Refused, ServerAway, Unclear, read_place
from tasks.outbox.claim import Outcome, Parcel

MAIL = "mail"
PATIENCE = 3  # faults in a row after which a channel is left alone for the rest of a pass


class Postman:
    """One pass's ways out: a mail connection that is kept open, and the channels of the settings."""

    def __init__(self, chosen: Settings, *, rehearsal: bool = False) -> None:
        """In a rehearsal every title says so."""
        self.chosen, self.mark = chosen, "【演练】" if rehearsal else ""
        self._server: MailServer | None = None
        self._writer = ThreadPoolExecutor(1, "mail")  # writes the next mail while the server looks at this one
        self._written: dict[int, Future[bytes]] = {}
        self._faults: Counter[str] = Counter()
        self._away: dict[str, str] = {}

    def __enter__(self) -> "Postman":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._writer.shutdown(cancel_futures=True)
        if self._server is not None:
            self._server.__exit__(kind, error, at)

    def prepare(self, parcel: Parcel, now: datetime) -> None:
        """Have a mail written that will be handed over next."""
        if parcel.channel == MAIL and MAIL not in self._away:
            self._written[parcel.id] = self._writer.submit(self._write, parcel, now)

    def hand_over(self, parcel: Parcel, now: datetime) -> Outcome:
        """Send one parcel; a channel that proved away is not asked again in this pass."""
        if parcel.channel in self._away:
            return Outcome(parcel, "retry", self._away[parcel.channel])
        try:
            if parcel.channel == MAIL:
                self._mail(parcel, now)
            else:
                post(self.chosen.channels, parcel.channel, self.mark + parcel.title, parcel.body)
        except (ServerAway, ChannelAway) as away:
            self._count(parcel.channel, away)
            return Outcome(parcel, "retry", str(away))
        except Unclear as unclear:
            self._count(parcel.channel, unclear)
            return Outcome(parcel, "doubt", str(unclear))
        except Refused as refused:
            return Outcome(parcel, "fail" if refused.permanent else "retry", str(refused))
        except OSError as missing:
            return Outcome(parcel, "retry", f"附件读不了:{missing.filename or missing}")
        except ValueError as fault:
            return Outcome(parcel, "fail", str(fault))
        self._faults[parcel.channel] = 0
        return Outcome(parcel, "send")

    def _count(self, channel: str, fault: ServerAway | ChannelAway | Unclear) -> None:
        self._faults[channel] += 1
        if getattr(fault, "opening", False) or self._faults[channel] >= PATIENCE:
            self._away[channel] = str(fault)

    def _mail(self, parcel: Parcel, now: datetime) -> None:
        server = self._open_server()
        written = self._written.pop(parcel.id, None)
        content = written.result() if written else self._write(parcel, now)
        server.send(self.chosen.mail_from, parcel.address, content)

    def _write(self, parcel: Parcel, now: datetime) -> bytes:
        sender = self.chosen.mail_from
        return compose(
            Mail(
                sender=sender,
                address=parcel.address,
                title=self.mark + parcel.title,
                body=parcel.body,
                message_id=f"<{parcel.name}@{sender.rpartition('@')[2]}>",
                at=now,
                where=self.chosen.ui_url,
                attachments=attached(self.chosen.out, parcel.attachments),
            )
        )

    def _open_server(self) -> MailServer:
        if self._server is None:
            self._server = mail_server(self.chosen)
        return self._server


def mail_server(chosen: Settings) -> MailServer:
    """Return the mail server of the settings, not yet connected; ServerAway when they name none or cannot be read."""
    try:
        if not chosen.smtp_url:
            raise MailFault("没有设置邮件服务器;请设置 KAOHE_SMTP_URL 和 KAOHE_MAIL_FROM")
        domain = checked_address(chosen.mail_from).rpartition("@")[2]
        return MailServer(read_place(chosen.smtp_url), greeting=domain, timeout=chosen.smtp_timeout)
    except MailFault as fault:
        raise ServerAway(fault, opening=True) from fault


def attached(folder: Path, names: Sequence[str]) -> list[Path]:
    """Return the paths of attachments below the folder of documents; MailFault for one that lies elsewhere."""
    home = folder.resolve()
    paths = [(home / name).resolve() for name in names]
    for path in paths:
        if home not in path.parents:
            raise MailFault(f"附件“{path.name}”不在文书目录内")
    return paths
