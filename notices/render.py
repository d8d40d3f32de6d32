"""Turns a document context into HTML, and writes it."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from config.clock import local
from notices.contexts import DOCUMENTS, Document, DocumentKind
from notices.trend import trend_source

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_WORDS = re.compile("(年度|领导班子|领导干部|党风廉政建设|责任制|考核|及|和|的|暨)")
TEMPLATES = Path(__file__).parent / "templates"


class UnknownDocument(LookupError):
    """A context whose type no document is registered for."""

    def __init__(self, context: object) -> None:
        known = ", ".join(kind.context.__name__ for kind in DOCUMENTS.values())
        super().__init__(f"{type(context).__name__} is no document context; allowed: {known}; register it in DOCUMENTS")


def date_cn(day: date) -> str:
    """A date as 2026年1月13日, months and days without leading zero (GB/T 9704)."""
    return f"{day.year}年{day.month}月{day.day}日"


def time_cn(moment: datetime) -> str:
    """A moment as 2026年1月13日10:30 in China's time; one without a zone is taken as that already."""
    shown = local(moment) if moment.tzinfo else moment
    return f"{date_cn(shown)}{shown:%H:%M}"


def quote_cn(text: str) -> str:
    """Puts Chinese quotation marks around a text; quotations inside it become single ones."""
    inner = text.translate(str.maketrans("“”", "‘’"))
    return f"“{inner}”"


def title_cn(title: str) -> str:
    """Puts a document's title into 《》 unless it stands in them."""
    return title if title.startswith("《") else f"《{title}》"


def phrases(heading: str) -> Markup:
    """Lets a heading (safe markup already) break only after whole words, as GB/T 9704 asks of titles."""
    return Markup(_WORDS.sub(r"\1<wbr/>", str(heading)))


def full_stop(text: str) -> str:
    """Ends a sentence with 。 unless it already ends."""
    return text if re.search(r"[。！？.!?…”]$", text) else f"{text}。"


FILTERS = {
    "date_cn": date_cn,
    "time_cn": time_cn,
    "quote_cn": quote_cn,
    "full_stop": full_stop,
    "title_cn": title_cn,
    "phrases": phrases,
}


@cache
def environment() -> Environment:
    """The one Jinja2 environment: unknown names fail, everything but plain-text messages is escaped.

    Templates are part of the programme, so the disk is not asked at each document whether one has changed.
    """
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters.update(FILTERS, trend_source=trend_source)
    return env


def variables(context: "DataclassInstance") -> Mapping[str, Any]:
    """The fields of a context by name, nested contexts left as they are."""
    return {field.name: getattr(context, field.name) for field in fields(context)}


def kind_of(context: Document) -> DocumentKind:
    """The document registered for a context's type; raises UnknownDocument."""
    for kind in DOCUMENTS.values():
        if type(context) is kind.context:
            return kind
    raise UnknownDocument(context)


def render(context: Document) -> str:
    """The whole HTML page of a document; raises UnknownDocument."""
    template = environment().get_template(kind_of(context).template)
    return template.render(variables(context))
