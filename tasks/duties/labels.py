"""What people call the numbers of a closed period."""

from collections.abc import Mapping

from config.duties import DutySpec
from config.duty_results import ShareSpec, TotalsSpec

FIGURES: Mapping[str, str] = {
    "expected": "应报",
    "in_time": "按时",
    "entered_late": "其中期限后补录",
    "late": "逾期报送",
    "missing": "未报",
    "pending": "未到期",
    "percent": "报送率%",
    "graded": "已评定",
    "low": "低等次人数",
    "low_percent": "低等次占比%",
    "checked_rows": "核对的行数",
    "faulty_rows": "不符的行数",
    "noted": "应上报",
    "passed_on": "及时上报",
    "passed_on_late": "没有及时上报",
    "passed_on_percent": "及时率%",
    "compared": "对照的事项",
    "undone": "未完成",
    "unplanned": "未排时间",
    "arisen": "交办件数",
    "answered": "办结件数",
    "overdue": "逾期未办结",
    "answered_percent": "办结率%",
    "assessed": "参加综合的人数",
    "scored": "算出得分的人数",
    "bound": "等次受限的人数",
    "tasks": "应分解的任务",
    "uncovered": "有缺口的",
    "covered": "覆盖率%",
    "required": "应到",
    "present": "实到",
    "absent": "缺席",
    "proposed": "据登记提出的建议",
    "loose": "对不上来由的",
    "complete": "全部分解的",
    "focus_items": "上年重点事项",
    "focus_left_out": "未列入方案的重点事项",
    "items": "整改事项",
    "frame": "资料指纹",
}


def figure_labels(duty: DutySpec) -> Mapping[str, str]:
    """Return the Chinese label of each figure of a duty's closed periods, those that its totals name included."""
    own = {item.name: item.label for result in duty.results if isinstance(result, TotalsSpec) for item in result.items}
    shares = {
        f"{result.part}_percent": f"{result.title or '占比'}%"
        for result in duty.results
        if isinstance(result, ShareSpec)
    }
    return {**FIGURES, **shares, **own}


def label_figures(duty: DutySpec, figures: Mapping[str, str | int]) -> dict[str, str | int]:
    """Return figures under their labels, a share of nothing left out; one without a label keeps its name."""
    labels = figure_labels(duty)
    return {labels.get(name, name): value for name, value in figures.items() if value not in ("", None)}
