"""What people call the numbers of a closed period."""

from collections.abc import Mapping

FIGURES: Mapping[str, str] = {
    "expected": "应报",
    "in_time": "按时",
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
    "frame": "资料指纹",
}


def figure_label(name: str) -> str:
    """Return a figure's Chinese label; its name where it has none of its own."""
    return FIGURES.get(name, name)
