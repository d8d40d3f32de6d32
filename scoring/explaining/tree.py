"""An explanation as a tree of Chinese lines, the same for the shell, for artifacts and for documents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scoring.explain import Explanation
from scoring.explaining.needed import Needed
from scoring.explaining.obstacles import Obstacle
from scoring.explaining.steps import Input, Step

KINDS = {"blocks": "不得定等", "violations": "违反规则", "notices": "提示"}
SHOWN = 8  # changes listed one by one


@dataclass(frozen=True)
class Node:
    """One line and what stands under it."""

    text: str
    children: tuple["Node", ...] = ()


def tree_of(told: Explanation, actions: Mapping[str, str] | None = None) -> Node:
    """The tree of one explanation; `actions` are the labels of consequences."""
    labels = actions or {}
    findings = [_node(f"{KINDS[each.kind]}:{each.detail}({each.rule})", _clause(each.clause)) for each in told.findings]
    following = [
        _node(f"{labels.get(each.action, each.action)}({each.rule}){';' + each.review if each.review else ''}")
        for each in told.following
    ]
    parts = [
        _node("经过", *(_step(step) for step in told.steps)),
        *(_source(source, labels) for source in told.sources),
        *([_node("情况", *findings)] if findings else []),
        *([_node("结果运用(建议)", *following)] if following else []),
        *([_needed(told.needed)] if told.needed else []),
    ]
    return _node(f"{told.name}({told.tier}):{told.grade or '暂不能定等'}", *parts)


def markdown(node: Node, depth: int = 0) -> str:
    """The tree as nested bullets, one line a node."""
    line = "  " * depth + "- " + node.text.replace("\n", " ") + "\n"
    return line + "".join(markdown(child, depth + 1) for child in node.children)


def _source(told: Explanation, labels: Mapping[str, str]) -> Node:
    inner = tree_of(replace(told, findings=(), following=()), labels)
    return Node(f"联动来源 {inner.text}", inner.children)


def _step(step: Step) -> Node:
    head = f"{step.rule} {step.label}".strip()
    return _node(
        f"{head}:{_effect(step)}", *(_node(_input(each)) for each in step.inputs), *_said(step), _clause(step.clause)
    )


def _effect(step: Step) -> str:
    if step.kind == "base":
        return f"起始为“{step.after}”" + (
            "(没有初步意见或得分可依,按最高等次起算)" if step.said == "basis: ceiling" else ""
        )
    if step.kind == "score":
        return f"= {step.after}"
    if step.kind == "protect":
        return "受保护"
    if step.kind == "ungraded":
        return "不确定等次"
    return f"“{step.before}”→“{step.after}”" if step.before != step.after else f"未再改变“{step.after}”"


def _said(step: Step) -> Iterator[Node]:
    """What the step itself says, where the inputs do not say it already."""
    if not step.inputs and step.said != "basis: ceiling":
        yield Node(step.said)


def _input(each: Input) -> str:
    told = ",".join(part for part in (each.source, each.date) if part)
    head = f"{each.of}:{each.label}" if each.of else each.label
    return f"{head} = {each.value}" + ("(缺省)" if each.assumed else "") + (f"({told})" if told else "")


def _clause(clause: str) -> Node | None:
    return Node(f"「{clause}」") if clause else None


def _needed(needed: Needed) -> Node:
    if needed.verdict == "top":
        return Node("已是最高等次" if needed.target is None else "无须改变")
    goal = f"再高一等“{needed.target}”" if needed.target != "可以定等" else "可以定等"
    words = {
        "alone": f"{goal}所需:以下任一项,只此一项即可",
        "together": f"{goal}所需:以下各项须同时具备",
        "others": f"{goal}所需:仅改变本对象自身的事实不够,须",
        "open": f"{goal}:没有找到足够的改变;受以下限制",
    }
    lifts = needed.alone or needed.together
    enough = [Node(lift.words) for lift in lifts[:SHOWN]]
    return _node(words[needed.verdict], *enough, _node("现受的限制", *(_obstacle(each) for each in needed.obstacles)))


def _obstacle(each: Obstacle) -> Node:
    ways = [Node(words) for words in list(dict.fromkeys(lift.words for lift in each.lifts))[:SHOWN]]
    ways = [_node("可解除本条的改变(任一)", *ways)] if ways else []
    return _node(
        f"{each.rule}:{each.said}",
        Node(each.needs) if each.needs else None,
        *ways,
        *(_obstacle(o) for o in each.through),
    )


def _node(text: str, *children: Node | None) -> Node:
    return Node(text, tuple(child for child in children if child is not None))
