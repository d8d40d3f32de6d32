"""E-mail as our own MIME: text, HTML alternative, attachments, and headers that no content can forge."""

import mimetypes
import re
from base64 import encodebytes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from jinja2 import Template

from config.clock import local
from notices.render import environment

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {".docx": WORD, ".xlsx": SHEET}


class MailFault(ValueError):
    """A mail that cannot be written as it is: an address or a header that is not allowed."""


@dataclass(frozen=True)
class Mail:
    """One mail to one address; `at` is its date, `where` the address of the site, if there is one."""

    sender: str
    address: str
    title: str
    body: str
    message_id: str
    at: datetime
    where: str = ""
    attachments: Sequence[Path] = ()


def compose(mail: Mail) -> bytes:
    """Return the mail as it goes over the wire, lines ended by CRLF; equal mails give equal bytes.

    Raises MailFault for what may not stand in a header, OSError for an attachment that cannot be read. Written by hand
    because the library's generator takes ten times as long for the same bytes.
    """
    headers = {
        "From": checked_address(mail.sender),
        "To": checked_address(mail.address),
        "Subject": Header(_one_line(mail.title), "utf-8", header_name="Subject").encode(linesep="\r\n"),
        "Date": format_datetime(local(mail.at)),
        "Message-ID": _one_line(mail.message_id),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    mark = sha256(mail.message_id.encode()).hexdigest()[:24]
    both = _joined(
        "alternative",
        f"=_a{mark}",
        [_words("plain", _text(mail)), _words("html", page_of(mail.title, mail.body, mail.where))],
    )
    if mail.attachments:
        both = _joined("mixed", f"=_m{mark}", [both, *map(_attached, mail.attachments)])
    return _lines(headers) + both


def checked_address(address: str) -> str:
    """Return a plain address (name@domain), or raise MailFault."""
    if not ADDRESS.fullmatch(address):
        raise MailFault(f"邮箱地址“{CONTROL.sub('?', address)}”不合规格;只能是 名称@域名,用英文字母、数字和常用符号")
    return address


def _one_line(text: str) -> str:
    if CONTROL.search(text):
        raise MailFault(f"邮件头“{CONTROL.sub('?', text)[:60]}”含有换行或控制字符;请改成一行文字")
    return text


def _text(mail: Mail) -> str:
    where = f"\n站内查看：{mail.where}" if mail.where else ""
    return f"{mail.body}\n\n本邮件由系统自动发出，请勿直接回复。{where}\n"


def page_of(title: str, body: str, where: str = "") -> str:
    """Return the HTML of a mail: the body's paragraphs, and where the site is; everything is escaped."""
    paragraphs = [part.splitlines() for part in body.split("\n\n")]
    return _page().render(title=title, paragraphs=paragraphs, where=where)


@cache
def _page() -> Template:
    return environment().get_template("mail.html.j2")


def _joined(kind: str, mark: str, parts: Sequence[bytes]) -> bytes:
    """Return parts below one roof; no mark can occur in them, for all that is inside is base64."""
    head = f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n'.encode()
    return head + b"".join(b"--%s\r\n%s\r\n" % (mark.encode(), part) for part in parts) + f"--{mark}--\r\n".encode()


def _words(kind: str, text: str) -> bytes:
    return _encoded({"Content-Type": f'text/{kind}; charset="utf-8"'}, text.replace("\n", "\r\n").encode())


def _attached(path: Path) -> bytes:
    guessed = TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    name = f"attachment; filename*=utf-8''{quote(_one_line(path.name), safe='')}"
    return _encoded({"Content-Type": guessed, "Content-Disposition": name}, path.read_bytes())


def _encoded(headers: Mapping[str, str], content: bytes) -> bytes:
    lines = encodebytes(content).replace(b"\n", b"\r\n")
    return _lines({**headers, "Content-Transfer-Encoding": "base64"}) + b"\r\n" + lines


def _lines(headers: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")
