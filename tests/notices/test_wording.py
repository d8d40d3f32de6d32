"""A pack may word its messages: in the sandbox, from the same typed context, checked before it is used."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from config.scheme_loader import SCHEMES, load_scheme
from config.yaml_file import SchemeFaults
from notices.messages import MESSAGES, render_message
from notices.samples import bare, make_messages, sample_of
from notices.wording_check import check_wording

TITLE, BODY = "{% block title %}请报送{{ what }}{% endblock %}", "{% block body %}{{ due | date_cn }}前{% endblock %}"
NAME = "notices/obligation.txt.j2"


def faults_of(text: str, name: str = NAME) -> str:
    with pytest.raises(SchemeFaults) as refused:
        check_wording({name: text})
    return str(refused.value)


def test_the_packs_own_text_is_said() -> None:
    files = {NAME: TITLE + BODY}
    check_wording(files)
    assert render_message(sample_of("obligation"), files) == ("请报送报送述廉报告", "2027年3月31日前")
    assert render_message(sample_of("meeting"), files) == render_message(sample_of("meeting"))


@pytest.mark.parametrize("kind", MESSAGES.values())
def test_the_standard_text_of_each_kind_would_pass_the_check(kind: str) -> None:
    text = (Path("notices/templates/messages") / f"{kind}.txt.j2").read_text(encoding="utf-8")
    check_wording({f"notices/{kind}.txt.j2": text})


@pytest.mark.parametrize("message", make_messages(), ids=lambda message: type(message).__name__)
def test_every_message_can_be_said_with_nothing_optional(message: object) -> None:
    title, body = render_message(bare(message))  # type: ignore[arg-type]
    assert title
    assert "None" not in body


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TITLE + "{% block body %}{{ score }}{% endblock %}", "{{ score }}"),
        (TITLE + "{% block body %}{{ due.year.__class__ }}{% endblock %}", "unsafe"),
        (TITLE + "{% block body %}{{ ''.__class__.__mro__ }}{% endblock %}", "unsafe"),
        (TITLE + "{% block body %}{{ what * 1000000000 }}{% endblock %}", "operator * is not allowed"),
        (TITLE + "{% block body %}{% for n in range(100000000) %}x{% endfor %}{% endblock %}", "{{ range }}"),
        (TITLE + "{% block body %}{% include 'mail.html.j2' %}{% endblock %}", "no loader"),
        (TITLE, "block body is missing"),
        (TITLE + "{% block body %} {% endblock %}", "空的"),
        (TITLE + "{% block body %}{{ due | shell }}{% endblock %}", "No filter named 'shell'"),
        ("{% block title %}\n{{ what }", "obligation.txt.j2"),
        ("x" * 8001, "最多 8000 个字符"),
    ],
)
def test_a_faulty_text_is_refused_with_what_was_found(text: str, told: str) -> None:
    assert told in faults_of(text)


def test_a_text_of_no_kind_is_refused_naming_those_there_are() -> None:
    assert "obligation.txt.j2" in faults_of(TITLE + BODY, "notices/obligations.txt.j2")


def test_a_text_that_fails_where_something_is_missing_is_refused_and_never_stops_work() -> None:
    gate = "{% block title %}{{ question }}{% endblock %}{% block body %}{{ due | date_cn }}{% endblock %}"
    files = {"notices/gate.txt.j2": gate}
    assert "gate.txt.j2" in faults_of(gate, "notices/gate.txt.j2")
    sample = bare(sample_of("gate"))
    assert render_message(sample, files) == render_message(sample)


def test_the_scheme_check_reads_the_texts_and_the_hash_counts_them(tmp_path: Path) -> None:
    folder = tmp_path / "bozhou"
    shutil.copytree(SCHEMES / "bozhou", folder)
    before = load_scheme(folder)
    (folder / "notices").mkdir()
    (folder / NAME).write_text(TITLE + BODY, encoding="utf-8")
    after = load_scheme(folder)
    assert (after.files[NAME], after.hash == before.hash) == (TITLE + BODY, False)
    assert CliRunner().invoke(cli.app, ["scheme", "check", str(folder)]).exit_code == 0
    (folder / NAME).write_text("{{ score }}", encoding="utf-8")
    refused = CliRunner().invoke(cli.app, ["scheme", "check", str(folder)])
    assert isinstance(refused.exception, SchemeFaults)
