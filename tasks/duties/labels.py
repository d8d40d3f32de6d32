"""What people call the numbers of a closed period."""

from collections.abc import Mapping

FIGURES: Mapping[str, str] = {
    "expected": "应报",
    "in_time": "按时",
    "late": "逾期报送",
    "missing": "未报",
    "pending": "未到期",
    "percent": "报送率%",
}


def figure_label(name: str) -> str:
    """Return a figure's Chinese label; its name where it has none of its own."""
    return FIGURES.get(name, name)
