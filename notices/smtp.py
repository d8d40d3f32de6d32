"""One connection to the mail server, and what its answers mean for the mail that was being sent."""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ssl import create_default_context
from types import TracebackType
from urllib.parse import unquote, urlsplit

from notices.mail import MailFault

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
DONE, FORWARDED, GO_ON, CLOSING, PERMANENT = 250, 251, 354, 421, 500
BROKEN = (OSError, smtplib.SMTPServerDisconnected)
_LEADING_DOT = re.compile(rb"(?m)^\.")


class ServerAway(Exception):
    """The server cannot be reached, or ended the talk before it had the mail: surely not accepted; `opening` tells
    that no connection came about at all.
    """

    def __init__(self, found: object, *, opening: bool = False) -> None:
        self.opening = opening
        super().__init__(f"邮件服务器连不上或中断了连接:{_plain(found)}")


class Refused(Exception):
    """The server said no to this mail: for good (5xx), or for now (4xx)."""

    def __init__(self, code: int, reply: bytes) -> None:
        self.permanent = code >= PERMANENT
        super().__init__(f"邮件服务器{'拒收' if self.permanent else '暂时拒收'}:{code} {_plain(reply)}")


class Unclear(Exception):
    """The connection broke after the mail was handed over and before the answer came: perhaps accepted."""

    def __init__(self, found: object) -> None:
        super().__init__(f"已交出,但没有等到邮件服务器的答复:{_plain(found)}")


@dataclass(frozen=True)
class ServerPlace:
    """Where the mail server is, and how one signs in; an empty user signs in nowhere."""

    security: str
    host: str
    port: int
    user: str
    password: str


def read_place(url: str) -> ServerPlace:
    """Return what a setting like smtp+tls://user:password@example.org:587 says; MailFault when it cannot be read."""
    allowed = f"应如 smtp+tls://用户:密码@主机:587(可用 {'、'.join(PORTS)})"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise MailFault(f"KAOHE_SMTP_URL 的端口读不懂;{allowed}") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise MailFault(f"KAOHE_SMTP_URL 读不懂;{allowed}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return ServerPlace(parts.scheme, parts.hostname, port or PORTS[parts.scheme], user, password)


class MailServer:
    """Sends mails over one connection, opened when the first is sent and opened anew when the server closed it."""

    def __init__(self, place: ServerPlace, *, greeting: str, timeout: float) -> None:
        """`greeting` is the name we say (EHLO); `timeout` is in seconds, for each step, the banner too."""
        self.place, self.greeting, self.timeout = place, greeting, timeout
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "MailServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (*BROKEN, smtplib.SMTPException):
                self._smtp.close()

    def open(self) -> smtplib.SMTP:
        """Connect and sign in, or raise ServerAway: a wrong password is no fault of the mails that wait."""
        try:
            smtp = self._connect()
            with _closing_on_fault(smtp):
                if self.place.security == "smtp+tls":
                    smtp.starttls(context=create_default_context())
                smtp.ehlo_or_helo_if_needed()
                if self.place.user:
                    smtp.login(self.place.user, self.place.password)
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(error, opening=True) from error
        self._smtp = smtp
        return smtp

    def _connect(self) -> smtplib.SMTP:
        host, port, name, seconds = self.place.host, self.place.port, self.greeting, self.timeout
        if self.place.security == "smtps":
            return smtplib.SMTP_SSL(host, port, name, timeout=seconds, context=create_default_context())
        return smtplib.SMTP(host, port, name, timeout=seconds)

    def send(self, sender: str, address: str, content: bytes) -> None:
        """Hand one mail over; returns when the server accepted it, else raises ServerAway, Refused or Unclear."""
        reused = self._smtp is not None
        try:
            self._offer(sender, address)
        except ServerAway:
            if not reused:
                raise
            self._offer(sender, address)  # it had only closed the old connection
        self._hand_over(content)

    def _offer(self, sender: str, address: str) -> None:
        smtp = self._smtp or self.open()
        try:
            _agreed(smtp, *smtp.mail(sender))
            _agreed(smtp, *smtp.rcpt(address))
            _agreed(smtp, *smtp.docmd("DATA"))
        except BROKEN as error:
            self._drop()
            raise ServerAway(error) from error
        except ServerAway:
            self._drop()
            raise

    def _hand_over(self, content: bytes) -> None:
        smtp = self._smtp
        assert smtp is not None
        try:
            smtp.send(_LEADING_DOT.sub(b"..", content) + b".\r\n")
            code, reply = smtp.getreply()
        except BROKEN as error:
            self._drop()
            raise Unclear(error) from error
        if code == CLOSING:
            self._drop()
        if code != DONE:
            raise Refused(code, reply)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _agreed(smtp: smtplib.SMTP, code: int, reply: bytes) -> None:
    if code in (DONE, FORWARDED, GO_ON):
        return
    if code == CLOSING:
        raise ServerAway(f"{code} {_plain(reply)}")
    smtp.rset()
    raise Refused(code, reply)


@contextmanager
def _closing_on_fault(smtp: smtplib.SMTP) -> Iterator[None]:
    try:
        yield
    except BaseException:
        smtp.close()
        raise


def _plain(found: object) -> str:
    text = found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)
    if "timed out" in text:
        return "等待超时"
    return " ".join(text.split())[:200]
