"""Reads from a template's syntax tree which names and attributes it uses, through parents and imported macros."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from notices.render import environment

_LIST_METHODS = {"append"}


@dataclass
class Names:
    """What a template asks of its context: top-level variables, and attributes of what lies inside."""

    variables: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)


def _parse(name: str) -> nodes.Template:
    loader = environment().loader
    assert loader is not None
    return environment().parse(loader.get_source(environment(), name)[0])


def _attributes(tree: nodes.Node) -> Iterator[str]:
    for node in tree.find_all((nodes.Getattr, nodes.Filter, nodes.Keyword)):
        if isinstance(node, nodes.Getattr) and not (isinstance(node.node, nodes.Name) and node.node.name == "loop"):
            yield node.attr
        elif isinstance(node, nodes.Filter) and node.name in {"selectattr", "map"} and node.args:
            yield node.args[0].as_const()
        elif isinstance(node, nodes.Keyword) and node.key == "attribute":
            yield node.value.as_const()


def _macros(name: str, wanted: set[str]) -> Iterator[nodes.Macro]:
    macros = {macro.name: macro for macro in _parse(name).find_all(nodes.Macro)}
    open_names, seen = set(wanted), set()
    while open_names:
        current = open_names.pop()
        seen.add(current)
        yield macros[current]
        called = {call.node.name for call in macros[current].find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
        open_names |= (called & macros.keys()) - seen


def used_by(name: str) -> Names:
    """Names used by a template, its parents and includes, and the macros it imports."""
    tree, names = _parse(name), Names()
    own = {macro.name for macro in tree.find_all(nodes.Macro)}
    own |= {str(n) for imported in tree.find_all(nodes.FromImport) for n in imported.names}
    names.variables |= find_undeclared_variables(tree) - own
    names.attributes |= {a for a in _attributes(tree) if a not in _LIST_METHODS}
    for parent in tree.find_all((nodes.Extends, nodes.Include)):
        if not parent.template.as_const().endswith(".css"):
            above = used_by(parent.template.as_const())
            names.variables |= above.variables
            names.attributes |= above.attributes
    for imported in tree.find_all(nodes.FromImport):
        for macro in _macros(imported.template.as_const(), {str(n) for n in imported.names}):
            names.attributes |= set(_attributes(macro))
    return names


def pieces_of(context: type[Any]) -> set[type[Any]]:
    """The dataclasses that lie inside a context type, at any depth."""
    found: set[type[Any]] = set()

    def visit(hint: Any) -> None:
        if hasattr(hint, "__dataclass_fields__") and hint not in found:
            found.add(hint)
            for inner in get_type_hints(hint).values():
                visit(inner)
        for argument in get_args(hint):
            visit(argument)

    for hint in get_type_hints(context).values():
        visit(hint)
    return found
