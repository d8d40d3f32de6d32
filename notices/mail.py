"""E-mail as MIME: text, HTML alternative, attachments, and headers that no content can forge."""

import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Template

from config.clock import local
from notices.render import environment

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {".docx": WORD, ".xlsx": SHEET}
WIRE = compat32.clone(linesep="\r\n")  # the newer policies take four times as long for the same mail


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

    Raises MailFault for what may not stand in a header, OSError for an attachment that cannot be read.
    """
    mark = sha256(mail.message_id.encode()).hexdigest()[:24]
    whole = MIMEMultipart("alternative", boundary=f"=_a{mark}")
    whole.attach(_words("plain", _text(mail)))
    whole.attach(_words("html", page_of(mail.title, mail.body, mail.where)))
    if mail.attachments:
        whole = MIMEMultipart("mixed", boundary=f"=_m{mark}", _subparts=[whole, *map(_attached, mail.attachments)])
    whole["From"], whole["To"] = checked_address(mail.sender), checked_address(mail.address)
    whole["Subject"] = Header(_one_line(mail.title), "utf-8", header_name="Subject").encode()
    whole["Date"], whole["Message-ID"] = format_datetime(local(mail.at)), _one_line(mail.message_id)
    whole["Auto-Submitted"] = "auto-generated"
    return whole.as_bytes(policy=WIRE)


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


def _words(kind: str, text: str) -> MIMEText:
    return MIMEText(text.replace("\n", "\r\n"), kind, "utf-8")


def _attached(path: Path) -> MIMEBase:
    guessed = TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    part = MIMEBase(*guessed.split("/", 1))
    part.set_payload(path.read_bytes())
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", _one_line(path.name)))
    return part
