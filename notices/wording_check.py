"""Checks a pack's own wording of messages: every fault at once, found by rendering invented messages."""

from collections.abc import Mapping
from dataclasses import fields

from jinja2 import TemplateSyntaxError
from jinja2.meta import find_undeclared_variables

from config.yaml_file import Faults
from notices.messages import MESSAGES, Message
from notices.render import variables
from notices.samples import bare, sample_of
from notices.wording import ENDING, FOLDER, LONGEST, WORDING_FAULTS, said_by, sandbox, wording_of


def check_wording(files: Mapping[str, str]) -> None:
    """Raise SchemeFaults with all that is wrong with the texts below `notices/` of a pack's files."""
    faults = Faults()
    for name in sorted(files):
        if name.startswith(FOLDER) and not name.endswith(".yaml"):
            _check(name, files, faults)
    faults.raise_any()


def _check(name: str, files: Mapping[str, str], faults: Faults) -> None:
    kind, text = name.removeprefix(FOLDER).removesuffix(ENDING), files[name]
    if kind not in MESSAGES.values() or not name.endswith(ENDING):
        known = "、".join(f"{each}{ENDING}" for each in MESSAGES.values())
        return faults.add(name, 1, "没有这种通知", known, "改成其中一个文件名,或删去")
    if len(text) > LONGEST:
        return faults.add(name, 1, f"{len(text)} 个字符", f"最多 {LONGEST} 个字符", "写短一些")
    sample = sample_of(kind)
    if _names_known(name, text, sample, faults):
        for message in (sample, bare(sample)):
            _try(name, kind, files, message, faults)
    return None


def _names_known(name: str, text: str, sample: Message, faults: Faults) -> bool:
    allowed = [field.name for field in fields(sample)]
    try:
        asked = find_undeclared_variables(sandbox().parse(text))
    except TemplateSyntaxError as error:
        faults.add(name, error.lineno, str(error.message), "Jinja2 模板", "改正这一行的写法")
        return False
    for unknown in sorted(asked - set(allowed)):
        faults.add(name, _line_of(unknown, text), f"{{{{ {unknown} }}}}", "、".join(allowed), "只用这种通知有的内容")
    return asked <= set(allowed)


def _try(name: str, kind: str, files: Mapping[str, str], message: Message, faults: Faults) -> None:
    """Render one message; an empty title or body is a fault as well."""
    wanted = "{% block title %}…{% endblock %} 和 {% block body %}…{% endblock %},都有文字"
    try:
        template = wording_of(kind, files)
        empty = template is None or not all(said_by(template, variables(message)))
    except WORDING_FAULTS as error:
        faults.add(name, getattr(error, "lineno", None) or 1, str(error), wanted, "改正模板;缺的内容先用 {% if %} 判断")
        return
    if empty:
        faults.add(name, 1, "标题或正文是空的", wanted, "补上文字")


def _line_of(word: str, text: str) -> int:
    return next((number for number, line in enumerate(text.splitlines(), start=1) if word in line), 1)
