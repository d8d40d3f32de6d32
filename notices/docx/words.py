"""The words of an element of a page, without the line breaks of its source."""

import re
from xml.etree.ElementTree import Element

_WITHIN_LATIN = re.compile(r"(?<=[!-~])\s*\n\s*(?=[!-~])")
_LINE_BREAK = re.compile(r"[ \t\r]*\n[ \t\r\n]*")


def joined(text: str) -> str:
    """Return a text in one line: a line break becomes a space between Latin words and nothing elsewhere."""
    return (_LINE_BREAK.sub("", _WITHIN_LATIN.sub(" ", text)) if "\n" in text else text).strip()


def words(element: Element) -> str:
    """Return all words inside an element."""
    return joined("".join(element.itertext()))


def own_words(element: Element) -> str:
    """Return the words of a table cell outside its small lines."""
    if not len(element):  # most cells of a long table
        return joined(element.text or "")
    inside = [element.text or ""]
    for child in element:
        if child.tag != "small":
            inside.append("".join(child.itertext()))
        inside.append(child.tail or "")
    return joined("".join(inside))
