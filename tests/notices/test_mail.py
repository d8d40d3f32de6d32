"""E-mail as MIME: what a mail program shows, and what nobody can smuggle in."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from config.settings import Settings
from models.outbox import Message
from models.session import reading, writing
from notices.mail import WORD, Mail, MailFault, compose
from notices.smtp import read_place
from tasks.outbox.dispatch import dispatch
from tasks.outbox.manage import list_notices
from tasks.outbox.postman import attached
from tasks.wiring import House
from tests.notices.post_office import NOW, PostOffice, deliveries, later, write

MAIL = Mail(
    sender="kaohe@yunchuan.example",
    address="office@unit.example",
    title="请于2010年12月31日前办理：报送述廉报告",
    body="州水务局：\n\n事项：A & B <script>alert(1)</script>\n截止：2010年12月31日\n.单独一点开头",
    message_id="<one@yunchuan.example>",
    at=NOW,
    where="http://127.0.0.1:4200",
)


def read(mail: Mail) -> EmailMessage:
    found = message_from_bytes(compose(mail), policy=default)  # type: ignore[arg-type]
    assert isinstance(found, EmailMessage)
    assert [part.defects for part in found.walk() if part.defects] == []
    return found


def test_headers_say_who_whom_what_when_and_that_a_machine_wrote_it() -> None:
    mail = read(MAIL)
    assert (mail["From"], mail["To"], mail["Subject"]) == (MAIL.sender, MAIL.address, MAIL.title)
    assert mail["Date"] == "Wed, 01 Dec 2010 10:00:00 +0800"
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<one@yunchuan.example>", "auto-generated")


def test_text_and_html_say_the_same_and_the_html_is_escaped() -> None:
    mail = read(MAIL)
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert MAIL.body in plain.get_content().replace("\r\n", "\n")
    assert "&lt;script&gt;" in page.get_content()
    assert "<script>" not in page.get_content()
    assert MAIL.where in plain.get_content()
    assert all(len(line) <= 78 for line in compose(MAIL).splitlines())


def test_attachments_keep_type_name_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "考核通知 第1号.docx"
    path.write_bytes(bytes(range(256)))
    (part,) = read(replace(MAIL, attachments=[path])).iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == (WORD, path.name)
    assert part.get_content() == path.read_bytes()


def test_the_same_mail_is_the_same_bytes() -> None:
    assert compose(MAIL) == compose(replace(MAIL))


@pytest.mark.parametrize("field", ["sender", "address", "title", "message_id"])
@pytest.mark.parametrize("end", ["\r\nBcc: someone@else.example", "\nX: y", "\x00", "\u2028X: y"])
def test_nothing_forges_a_header(field: str, end: str) -> None:
    with pytest.raises(MailFault):
        compose(replace(MAIL, **{field: getattr(MAIL, field) + end}))


@pytest.mark.parametrize(
    "address", ["", "office", "a b@c.example", "甲<a@b.example>", "a@b.example,c@d.example", "<a@b>"]
)
def test_an_address_is_one_plain_address(address: str) -> None:
    with pytest.raises(MailFault, match="邮箱地址"):
        compose(replace(MAIL, address=address))


@pytest.mark.parametrize("name", ["../secret.docx", "/etc/passwd", "a/../../secret.docx", "."])
def test_an_attachment_lies_below_the_folder_of_documents(tmp_path: Path, name: str) -> None:
    with pytest.raises(MailFault, match="不在文书目录内"):
        attached(tmp_path / "out", [name])


def test_an_attachment_that_is_missing_is_waited_for(world: House, office: PostOffice) -> None:
    write(world, attachments=("bozhou-2010/考核通知.docx",))
    assert dispatch(world, now=NOW).retried == 1
    assert "附件读不了" in deliveries(world)[0].error
    path = world.settings.out / "bozhou-2010" / "考核通知.docx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK")
    assert dispatch(world, now=later(minutes=1)).sent == 1
    (part,) = office.accepted[0].iter_attachments()
    assert part.get_filename() == "考核通知.docx"


def test_a_mail_that_cannot_be_written_fails_and_holds_up_no_other(world: House, office: PostOffice) -> None:
    write(world, 2)
    with writing(world.engine) as session:
        session.get_one(Message, 1).title = "一行\r\nBcc: someone@else.example"
    told = dispatch(world, now=NOW)
    assert (told.sent, told.failed, len(office.accepted)) == (1, 1, 1)
    with reading(world.engine) as session:
        (line,) = list_notices(session, now=NOW, state="failed")
    assert "换行或控制字符" in line.error


def test_a_password_of_the_setting_is_read_and_not_shown() -> None:
    place = read_place("smtp+tls://office%40unit:p%3Aw%2F@mail.example")
    assert (place.user, place.password, place.port) == ("office@unit", "p:w/", 587)
    chosen = Settings(smtp_url="smtp://u:secret@mail.example", channels={"群": "json://secret"})
    assert "secret" not in repr(chosen)
