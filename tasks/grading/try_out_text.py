"""A trial in tables: for an artifact, and as a workbook."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tasks.documents.markdown import section, table
from tasks.export.files import write_excel
from tasks.grading.try_out import Stable, TryOut

Row = Mapping[str, object]


def told(tried: TryOut) -> str:
    """Return the trial as Markdown: what was changed, counts by grade, who changes, who is least stable."""
    changes = [(key, value) for key, value in tried.changes.items()]
    counts = [(grade, tried.before.get(grade, 0), tried.after.get(grade, 0)) for grade in _grades(tried)]
    moved = [tuple(row.values()) for row in moved_rows(tried)]
    unstable = [tuple(row.values()) for row in stable_rows(unstable_of(tried))]
    heads = ("对象", "原等次", "试算等次", "原因")
    return (
        f"共 {outcome(tried)}。\n"
        + section("试算的取值", table(("项目", "取值"), changes))
        + section("各等次个数", table(("等次", "原方案", "试算"), counts))
        + section("等次不同的对象", table(heads, moved, more="工作簿“变动”"))
        + section(f"稳定性({tried.variants} 种取值)", _unstable(unstable, tried))
    )


def outcome(tried: TryOut) -> str:
    """Return in one line how many subjects the changes move, and how many have not the same grade in every variant."""
    moved = [f"{len(tried.moved)} 个等次不同"] if tried.changes or not tried.variants else []
    varied = [f"{tried.variants} 种取值下 {len(unstable_of(tried))} 个等次有变"] if tried.variants else []
    return ",".join([f"{tried.subjects} 个对象", *moved, *varied])


def unstable_of(tried: TryOut) -> list[Stable]:
    """Return who has another grade in at least one variant, the least stable first."""
    return [row for row in tried.stability if row.same < row.variants]


def _unstable(rows: Sequence[tuple[object, ...]], tried: TryOut) -> str:
    if not tried.variants:
        return ""
    if not rows:
        return "所有对象在每种取值下等次都相同。\n"
    return table(("对象", "层级", "等次", "相同", "最好", "最差", "名次"), rows, more="工作簿“稳定性”")


def _grades(tried: TryOut) -> list[str]:
    return [grade for grade in {**tried.before, **tried.after} if tried.before.get(grade) or tried.after.get(grade)]


def moved_rows(tried: TryOut) -> list[Row]:
    """Return who changes, one row each."""
    return [
        {
            "对象": row.name,
            "原等次": row.before or "无",
            "试算等次": row.after or "无",
            "原因": ";".join(row.reasons),
        }
        for row in tried.moved
    ]


def stable_rows(stability: Sequence[Stable]) -> list[Row]:
    """Return how stable each subject is, the least stable first."""
    return [
        {
            "对象": row.name,
            "层级": row.tier,
            "等次": row.grade or "无",
            "相同": row.share,
            "最好": row.best or "无",
            "最差": row.worst or "无",
            "名次": "" if row.place_best is None else f"{row.place_best}–{row.place_worst}",
        }
        for row in stability
    ]


def write_trial(tried: TryOut, path: Path) -> None:
    """Write the trial as a workbook: values tried, who changes, stability."""
    sheets: dict[str, list[Row]] = {
        "取值": [{"项目": key, "取值": value} for key, value in tried.changes.items()],
        "变动": moved_rows(tried),
    }
    if tried.variants:
        sheets["稳定性"] = stable_rows(tried.stability)
    write_excel(sheets, path)
