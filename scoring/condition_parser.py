"""Reads a condition: a small part of SQL over declared facts, every name, literal and type checked.

either := both (OR both)*            both := denial (AND denial)*          denial := NOT denial | comparison
comparison := sum [= <> < <= > >= sum | [NOT] IN (literal, …) | [NOT] BETWEEN sum AND sum]
sum := product ((+|-) product)*      product := factor (* factor)*
factor := - factor | number | 'text' | TRUE | FALSE | name | $setting | ( either )

Decimal literals become exact decimals: a bare 89.99 would be a binary float in Polars. In SQL a product of decimals has
the sum of their places (measured), so products are exact as long as these fit.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from scoring.fact_decl import FACT_PLACES, FactDecl

TOKEN = re.compile(r"'[^']*'|\d+(?:\.\d+)?|\$[a-z][a-z0-9_.]*|[A-Za-z_][A-Za-z0-9_]*|<>|<=|>=|[=<>+*(),-]")
KEYWORDS = {"AND", "OR", "NOT", "IN", "BETWEEN", "TRUE", "FALSE"}
COLUMN_TYPES = {
    "bool": "bool", "count": "number", "number": "number", "enum": "text", "grade": "text", "text": "text",
    "date": "date",
}  # fmt: skip
WORDS = {"bool": "是非", "number": "数字", "text": "文字", "date": "日期"}
COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
MOST_DIGITS = 14  # before the point, as facts have
MOST_PLACES = 24  # of a product, so that 14 digits are left before the point
LANGUAGE = "AND OR NOT、= <> < <= > >=、IN、BETWEEN、+ - *、数字、'文字'、已声明的名称、$设置"


class ConditionError(ValueError):
    """A condition that may not be used; says what was found, what is allowed and what to do."""

    def __init__(self, found: str, allowed: str, remedy: str) -> None:
        self.found, self.allowed, self.remedy = found, allowed, remedy
        super().__init__(f"{found};允许:{allowed};处理:{remedy}")


class Typed(NamedTuple):
    """A parsed piece: its SQL, its type, and the fact whose values a literal beside it must come from."""

    sql: str
    type: str
    fact: FactDecl | None = None
    places: int = 0


@dataclass
class Parser:
    """One pass over one condition; collects the names and settings it uses."""

    text: str
    facts: Mapping[str, FactDecl]
    settings: Mapping[str, int | bool | str]
    names: list[str] = field(default_factory=list)
    params: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def parse(self) -> str:
        """Normalised SQL of a Boolean condition, settings as `$key`; ConditionError otherwise."""
        self.tokens = _tokens(self.text)
        result = self._either()
        if self.tokens:
            raise ConditionError(f"条件在 {self.tokens[0]!r} 之前就该结束", LANGUAGE, "用 AND 或 OR 连接")
        return self._expect(result, "bool").sql

    def _peek(self) -> str:
        token = self.tokens[0] if self.tokens else ""
        return token.upper() if token.upper() in KEYWORDS else token

    def _take(self, wanted: str = "") -> str:
        token = self._peek()
        if not token or (wanted and token != wanted):
            raise ConditionError(
                f"{self.text!r} 中的 {token or '结尾'!r}", wanted or LANGUAGE, f"在此补上 {wanted or '一个值'}"
            )
        self.tokens.pop(0)
        return token

    def _expect(self, piece: Typed, wanted: str) -> Typed:
        if piece.type != wanted:
            raise ConditionError(f"{piece.sql} 是{WORDS[piece.type]}", WORDS[wanted], "加以比较,或改用类型相符的事实")
        return piece

    def _either(self) -> Typed:
        return self._joined("OR", self._both)

    def _both(self) -> Typed:
        return self._joined("AND", self._denial)

    def _joined(self, word: str, part: Callable[[], Typed]) -> Typed:
        piece = part()
        while self._peek() == word:
            self._take()
            left, right = self._expect(piece, "bool"), self._expect(part(), "bool")
            piece = Typed(f"({left.sql} {word} {right.sql})", "bool")
        return piece

    def _denial(self) -> Typed:
        if self._peek() != "NOT":
            return self._comparison()
        self._take()
        return Typed(f"(NOT {self._expect(self._denial(), 'bool').sql})", "bool")

    def _comparison(self) -> Typed:
        left = self._chain(("+", "-"), lambda: self._chain(("*",), self._factor))
        operator = self._peek()
        if operator in COMPARISONS:
            self._take()
            right = self._chain(("+", "-"), lambda: self._chain(("*",), self._factor))
            return self._compared(left, operator, right)
        if operator == "NOT":
            self._take()
            return self._ranged(left, "NOT ")
        return self._ranged(left, "") if operator in ("IN", "BETWEEN") else left

    def _compared(self, left: Typed, operator: str, right: Typed) -> Typed:
        _same_type(left, right)
        if left.type not in ("number", "date") and operator not in ("=", "<>"):
            raise ConditionError(f"{left.sql} {operator} {right.sql}", "数字、日期以外只用 = 或 <>", "用 IN 列出各值")
        if left.type == "text" and left.fact and right.fact:  # enums of different values compare as texts
            left, right = (piece._replace(sql=f"CAST({piece.sql} AS VARCHAR)") for piece in (left, right))
        return Typed(f"({left.sql} {operator} {right.sql})", "bool")

    def _ranged(self, left: Typed, denied: str) -> Typed:
        if self._peek() == "BETWEEN":
            self._take()
            wanted = left.type if left.type == "date" else "number"
            self._expect(left, wanted)
            low = self._expect(self._factor(), wanted)
            self._take("AND")
            high = self._expect(self._factor(), wanted)
            return Typed(f"({left.sql} {denied}BETWEEN {low.sql} AND {high.sql})", "bool")
        self._take("IN")
        choices = self._choices(left)
        if left.type != "text" or any(choice.fact for choice in choices):  # Polars' IN finds no decimals in a list
            either = " OR ".join(self._compared(left, "=", choice).sql for choice in choices)
            return Typed(f"({denied}({either}))", "bool")
        return Typed(f"({left.sql} {denied}IN ({', '.join(choice.sql for choice in choices)}))", "bool")

    def _choices(self, left: Typed) -> list[Typed]:
        self._take("(")
        choices = [self._factor()]
        while self._peek() == ",":
            self._take()
            choices.append(self._factor())
        self._take(")")
        for choice in choices:
            _same_type(left, choice)
        return choices

    def _chain(self, operators: tuple[str, ...], part: Callable[[], Typed]) -> Typed:
        piece = part()
        while (operator := self._peek()) in operators:
            self._take()
            left, right = self._expect(piece, "number"), self._expect(part(), "number")
            places = left.places + right.places if operator == "*" else max(left.places, right.places)
            if places > MOST_PLACES:
                raise ConditionError(
                    f"{left.sql} {operator} {right.sql} 有 {places} 位小数",
                    f"至多 {MOST_PLACES} 位",
                    "给分数写明 round",
                )
            piece = Typed(f"({left.sql} {operator} {right.sql})", "number", places=places)
        return piece

    def _factor(self) -> Typed:
        token = self._take()
        if token == "(":
            inner = self._either()
            self._take(")")
            return inner
        if token == "-":
            piece = self._expect(self._factor(), "number")
            return Typed(f"(0 - {piece.sql})", "number", places=piece.places)
        if token[0].isdigit():
            return _number(token)
        if token in ("TRUE", "FALSE"):
            return Typed(token, "bool")
        return Typed(token, "text") if token.startswith("'") else self._named(token)

    def _named(self, token: str) -> Typed:
        if token.startswith("$"):
            return self._setting(token[1:])
        if token not in self.facts:
            raise ConditionError(f"未知的名称 {token}", ", ".join(sorted(self.facts)), "声明该事实或改正名称")
        fact = self.facts[token]
        if fact.kind not in COLUMN_TYPES:
            raise ConditionError(f"{token} 是集合", "集合只用于 cover 规则和 collect", "改用其他事实")
        self.names.append(token)
        return Typed(f'"{token}"', COLUMN_TYPES[fact.kind], fact, fact.scale)

    def _setting(self, key: str) -> Typed:
        if key not in self.settings:
            raise ConditionError(f"未知的设置 ${key}", ", ".join(sorted(self.settings)), "在 config 下声明")
        self.params.append(key)
        value = self.settings[key]
        kind = "bool" if isinstance(value, bool) else "number" if isinstance(value, int) else "text"
        return Typed(f"${key}", kind)


def _number(token: str) -> Typed:
    """A whole number as it is, one with a point as an exact decimal."""
    whole, _, decimals = token.partition(".")
    if len(decimals) > FACT_PLACES or len(whole) > MOST_DIGITS:
        raise ConditionError(f"数字 {token}", f"小数至多 {FACT_PLACES} 位,整数至多 {MOST_DIGITS} 位", "减少位数")
    return Typed(
        f"CAST('{token}' AS DECIMAL(20, {len(decimals)}))" if decimals else token, "number", places=len(decimals)
    )


def _same_type(left: Typed, right: Typed) -> None:
    if left.type != right.type:
        raise ConditionError(f"{left.sql} 与 {right.sql} 比较", "两边类型相同", "改正类型不符的一边")
    for named, literal in ((left, right), (right, left)):
        values = named.fact.values if named.fact else ()
        if values and literal.sql.startswith("'") and literal.sql[1:-1] not in values:
            raise ConditionError(f"{named.sql} 没有 {literal.sql} 这个值", ", ".join(values), "改正该值")


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = TOKEN.match(text, at)
        if not match:
            raise ConditionError(f"{text!r} 中的 {text[at]!r}", LANGUAGE, _mended(text[at]))
        tokens.append(match.group())
        at = match.end()
    return tokens


def _mended(sign: str) -> str:
    """What to write instead of a sign that the language does not have."""
    if sign in "/÷/%":
        return "两边同乘,不用除法"
    return "文字写在英文单引号里:'文字'" if sign in "“”‘’\"'" else "改用所列的符号,标点用英文的"
