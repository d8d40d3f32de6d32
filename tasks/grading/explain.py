"""Explanations of a cycle's proposal: one subject for the shell, the limited ones for artifact and document."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from models.grading import ProposalSheet
from scoring.explain import Assessed, Explanation, explain, limited
from scoring.explaining.tree import Node, markdown, tree_of
from tasks.desk import Desk
from tasks.grading.rules import current_sheet, frames_of, target_names

SHOWN = 12  # limited subjects explained in artifact and document
KEPT = "explained"  # where a sheet keeps their trees; no part of the core's answer


class NoProposal(LookupError):
    """The cycle has no proposal yet, so there are no frozen facts."""

    def __init__(self, key: str) -> None:
        super().__init__(f"周期 {key} 还没有定等建议;到“提出定等建议”环节、资料齐全后才能说明")


def assessed(desk: Desk, sheet: ProposalSheet | None = None) -> Assessed:
    """Return the current proposal (or a given one) as it can be asked; NoProposal before there is one."""
    found = sheet or current_sheet(desk)
    if found is None:
        raise NoProposal(desk.cycle.key)
    return Assessed(desk.pack.scheme, frames_of(desk, found), target_names(desk))


def explain_subject(desk: Desk, who: str) -> tuple[Explanation, Node]:
    """Return why a subject (by code or by the name that people call it) has its grade, and the same as a tree.

    Raises NoProposal or UnknownSubject.
    """
    known = assessed(desk)
    told = explain(known, _code(known, who))
    return told, tree_of(told, desk.pack.action_labels)


def _code(known: Assessed, who: str) -> str:
    """The code of a subject that is named by its code, or by a name that only one has."""
    ids = known.frame["id"].to_list()
    named = [code for code in ids if who in (known.call(code), known.call(code).split(" · ")[-1])]
    return named[0] if who not in ids and len(named) == 1 else who


def keep_explanations(desk: Desk, sheet: ProposalSheet) -> None:
    """Explain the first limited subjects of a new sheet and keep their trees with it."""
    known = assessed(desk, sheet)
    about = limited(known)
    trees = [asdict(tree_of(explain(known, code), desk.pack.action_labels)) for code in about[:SHOWN]]
    sheet.assessment = {**sheet.assessment, KEPT: {"trees": trees, "others": len(about) - len(trees)}}


def kept_trees(sheet: ProposalSheet) -> tuple[Node, ...]:
    """Return the trees that a sheet keeps; none on sheets from before they were kept."""
    return tuple(_node(tree) for tree in sheet.assessment.get(KEPT, {}).get("trees", ()))


def explained_text(desk: Desk, sheet: ProposalSheet) -> str:
    """Return the trees as Markdown for an artifact, and how many subjects it leaves out."""
    if sheet.assessment.get(KEPT, {}).get("trees") == []:
        return "没有等次被规则改变的对象。\n"
    others = sheet.assessment.get(KEPT, {}).get("others", 0)
    rest = f"\n其余 {others} 个用 `kaohe explain {desk.cycle.key} 编号` 查看。\n" if others else ""
    return "\n".join(markdown(tree) for tree in kept_trees(sheet)) + rest


def _node(tree: Mapping[str, Any]) -> Node:
    return Node(str(tree["text"]), tuple(_node(child) for child in tree["children"]))
