"""The language of conditions, read by a tokenizer and a parser of its own and evaluated on one row at a time."""

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache

from tests.reference.values import Value, all_of, any_of, negated

Row = Mapping[str, Value]
Node = Callable[[Row], Value]
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|'(?P<text>(?:[^']|'')*)'|\"(?P<quoted>[^\"]*)\"|(?P<setting>\$[\w.]+)"
    r"|(?P<name>\w+)|(?P<sign><>|!=|<=|>=|[=<>+\-*(),]))"
)
KEYWORDS = {"AND", "OR", "NOT", "IN", "BETWEEN", "TRUE", "FALSE"}
COMPARE = {
    "=": operator.eq, "<>": operator.ne, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul}


class Condition:
    """One condition with the names it reads; `of` gives true, false or None for a row."""

    def __init__(self, text: str, settings: Mapping[str, object]) -> None:
        self.names: set[str] = set()
        self._tokens, self._at, self._settings = _tokens(text), 0, settings
        self._node = self._any()
        assert self._at == len(self._tokens), f"{text!r} goes on after its end"

    def of(self, row: Row) -> Value:
        return self._node(row)

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, *wanted: str) -> str | None:
        kind, text = self._peek()
        if kind in ("sign", "keyword") and text in wanted:
            self._at += 1
            return text
        return None

    def _need(self, wanted: str) -> None:
        assert self._take(wanted), f"{wanted} is missing before {self._peek()}"

    def _any(self) -> Node:
        parts = [self._all()]
        while self._take("OR"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda row: any_of(part(row) for part in parts)

    def _all(self) -> Node:
        parts = [self._not()]
        while self._take("AND"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda row: all_of(part(row) for part in parts)

    def _not(self) -> Node:
        if self._take("NOT"):
            inner = self._not()
            return lambda row: negated(inner(row))
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._sum()
        if sign := self._take(*COMPARE):
            return _compared(COMPARE[sign], left, self._sum())
        turned = self._take("NOT") is not None
        if self._take("IN"):
            found = self._in(left)
        elif self._take("BETWEEN"):
            low = self._sum()
            self._need("AND")
            found = _between(left, low, self._sum())
        else:
            return left
        return (lambda row: negated(found(row))) if turned else found

    def _in(self, left: Node) -> Node:
        self._need("(")
        choices = [self._sum()]
        while self._take(","):
            choices.append(self._sum())
        self._need(")")
        same = [_compared(operator.eq, left, choice) for choice in choices]
        return lambda row: any_of(part(row) for part in same)

    def _sum(self) -> Node:
        left = self._product()
        while sign := self._take("+", "-"):
            left = _computed(ARITHMETIC[sign], left, self._product())
        return left

    def _product(self) -> Node:
        left = self._atom()
        while self._take("*"):
            left = _computed(operator.mul, left, self._atom())
        return left

    def _atom(self) -> Node:
        if self._take("-"):
            return _computed(operator.sub, lambda row: 0, self._atom())  # noqa: ARG005
        if self._take("("):
            inner = self._any()
            self._need(")")
            return inner
        if word := self._take("TRUE", "FALSE"):
            return lambda row: word == "TRUE"  # noqa: ARG005
        kind, text = self._peek()
        self._at += 1
        return self._name(text) if kind == "name" else _constant(self._literal(kind, text))

    def _name(self, name: str) -> Node:
        self.names.add(name)
        return lambda row: row[name]

    def _literal(self, kind: str, text: str) -> Value:
        if kind == "setting":
            value = self._settings[text[1:]]
            return Fraction(value) if isinstance(value, Decimal) else value  # type: ignore[return-value]
        assert kind in ("number", "text"), f"a value is missing before {text!r}"
        return Fraction(text) if kind == "number" else text


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = TOKEN.match(text, at)
        assert match, f"{text[at:]!r} cannot be read"
        at, kind = match.end(), match.lastgroup or ""
        word = match.group(kind)
        if kind == "name" and word.upper() in KEYWORDS:
            kind, word = "keyword", word.upper()
        elif kind == "quoted":
            kind = "name"
        found.append((kind, word.replace("''", "'") if kind == "text" else word))
    return found


def _constant(value: Value) -> Node:
    return lambda row: value  # noqa: ARG005


def _compared(compare: Callable[..., bool], left: Node, right: Node) -> Node:
    def node(row: Row) -> Value:
        one, other = left(row), right(row)
        return None if one is None or other is None else compare(one, other)

    return node


def _computed(compute: Callable[..., Value], left: Node, right: Node) -> Node:
    return _compared(compute, left, right)


def _between(value: Node, low: Node, high: Node) -> Node:
    above, below = _compared(operator.ge, value, low), _compared(operator.le, value, high)
    return lambda row: all_of([above(row), below(row)])


@cache
def _parsed(text: str, settings: tuple[tuple[str, object], ...]) -> Condition:
    return Condition(text, dict(settings))


def condition(text: str, settings: Mapping[str, object]) -> Condition:
    """The condition of a text under these settings."""
    return _parsed(text, tuple(sorted(settings.items())))
