"""Templates and contexts keep their contract: each field is used, nothing else is asked for."""

from dataclasses import fields
from pathlib import Path

import pytest

from notices.contexts import DOCUMENTS, Document
from notices.messages import MESSAGES, Message
from notices.render import TEMPLATES
from tests.notices.template_names import pieces_of, used_by


def _field_names(*types: type) -> set[str]:
    return {field.name for kind in types for field in fields(kind)}


# A piece is shared by documents; these fields one of them leaves out on purpose.
LEFT_OUT = {
    "public_notice": {"tier", "post"},  # only names and grades are published
    "circular": {"tier", "post"},
    "unit_notice": {"units"},  # a unit is not told which others its group visits
}


@pytest.mark.parametrize("key", DOCUMENTS)
def test_a_document_uses_exactly_its_fields(key: str) -> None:
    """Top-level variables equal the context's fields."""
    kind = DOCUMENTS[key]
    assert used_by(kind.template).variables == _field_names(kind.context)


@pytest.mark.parametrize("key", DOCUMENTS)
def test_a_document_uses_exactly_the_fields_of_its_pieces(key: str) -> None:
    """Attributes equal the fields of the pieces inside the context."""
    kind = DOCUMENTS[key]
    assert used_by(kind.template).attributes - {"is_team"} == _field_names(*pieces_of(kind.context)) - LEFT_OUT.get(
        key, set()
    )


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_uses_exactly_its_fields(kind: type[Message]) -> None:
    """Variables of a message template equal its context's fields."""
    assert used_by(f"messages/{MESSAGES[kind]}.txt.j2").variables == _field_names(kind)


def test_every_context_is_registered() -> None:
    """No document or message type lies about without its template."""
    assert {kind.context for kind in DOCUMENTS.values()} == set(Document.__subclasses__())
    assert set(MESSAGES) == set(Message.__subclasses__())


def test_every_template_is_used() -> None:
    """No template file lies about unregistered."""
    shared = {"base.html.j2", "record.html.j2", "wide_record.html.j2", "parts.html.j2", "mail.html.j2"}
    registered = {kind.template for kind in DOCUMENTS.values()} | {
        f"messages/{key}.txt.j2" for key in MESSAGES.values()
    }
    on_disk = {path.relative_to(TEMPLATES).as_posix() for path in Path(TEMPLATES).rglob("*.j2")}
    assert on_disk - shared == registered
