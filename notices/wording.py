"""A scheme's own wording of messages: `notices/<kind>.txt.j2` of its pack, rendered in Jinja2's sandbox."""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notices.render import FILTERS

FOLDER, ENDING = "notices/", ".txt.j2"
LONGEST = 8_000  # characters of a template
WORDING_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError)
PLAIN_FILTERS = ("join", "length", "first", "last", "default", "trim", "replace", "list", "sort", "unique")


class Sandbox(ImmutableSandboxedEnvironment):
    """Renders what a pack brings: no attribute beyond plain fields, no includes, no number or text blown up."""

    intercepted_binops = frozenset(("*", "**"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Refuse what makes a short template a huge text."""
        raise SecurityError(f"operator {operator} is not allowed in a message")


def wording_of(kind: str, files: Mapping[str, str]) -> Template | None:
    """Return the pack's own template of a kind of message, None where it has none; raises one of WORDING_FAULTS."""
    text = files.get(f"{FOLDER}{kind}{ENDING}")
    return None if text is None else _compiled(text)


def said_by(template: Template, variables: Mapping[str, Any]) -> tuple[str, str]:
    """Return title (one line, fit for a mail subject) and body; both are blocks of the template."""
    scope = template.new_context(dict(variables))
    title, body = ("".join(_block(template, name)(scope)) for name in ("title", "body"))
    return " ".join(title.split()), body.strip()


def _block(template: Template, name: str) -> Callable[[Any], Any]:
    if name not in template.blocks:
        raise SecurityError(f"the block {name} is missing")
    return template.blocks[name]


@cache
def sandbox() -> Sandbox:
    """The environment of packs' texts: fields of the context and a few filters, no functions at all."""
    env = Sandbox(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    env.globals.clear()
    env.filters = {**{name: env.filters[name] for name in PLAIN_FILTERS}, **FILTERS}
    return env


@lru_cache(maxsize=64)
def _compiled(text: str) -> Template:
    return sandbox().from_string(text)
