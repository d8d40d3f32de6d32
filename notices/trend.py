"""The picture of how rectification goes from quarter to quarter."""

import base64
import io
from dataclasses import dataclass
from functools import lru_cache

SIZE = (7.2, 2.1)  # inches
DOTS = 200  # of an inch
BARS = (("#3f5f7f", ""), ("#c9d4e0", ""), ("#ffffff", "////"))  # closed, open in time, overdue: told apart in black too
LEAST = 0.1  # of the height: a lower part of a bar has no room for its number; what is overdue gets it on top


@dataclass(frozen=True)
class TrendPoint:
    """Rectification at the end of a quarter (2011Q1): items open, closed by then; how many open ones are overdue."""

    quarter: str
    open: int
    closed: int
    overdue: int


@lru_cache(maxsize=16)
def trend_picture(points: tuple[TrendPoint, ...]) -> bytes:
    """Return a PNG of one bar a quarter: closed, open in time, overdue, from below; equal points give equal bytes.

    It holds digits and quarter codes only, so that no Chinese font is needed; the caption says what the parts mean.
    The last ones are kept: a summary is written anew with every report that comes, mostly with the same picture.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=SIZE, dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    places = range(len(points))
    below = [0] * len(points)
    highest = max((point.open + point.closed for point in points), default=0) or 1
    parts = [[p.closed for p in points], [p.open - p.overdue for p in points], [p.overdue for p in points]]
    for counts, (color, hatch) in zip(parts, BARS, strict=True):
        bars = axes.bar(places, counts, 0.5, below, color=color, edgecolor="#24384d", hatch=hatch, linewidth=0.8)
        shown = [str(count) if count > highest * LEAST else "" for count in counts]
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1} if hatch else None
        ink = "white" if color == BARS[0][0] else "black"
        axes.bar_label(bars, shown, label_type="center", color=ink, fontsize=10, bbox=box)
        below = [low + count for low, count in zip(below, counts, strict=True)]
    few = [str(count) if 0 < count <= highest * LEAST else "" for count in parts[-1]]
    axes.bar_label(bars, few, padding=2, fontsize=10)
    axes.set_xticks(places, [point.quarter for point in points], fontsize=10)
    axes.set_xlim(-0.6, max(len(points), 4) - 0.4)
    axes.set_ylim(0, highest * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def trend_source(points: tuple[TrendPoint, ...]) -> str:
    """Return the picture as the source of an `img`, so that a page needs no file beside it."""
    return f"data:image/png;base64,{base64.b64encode(trend_picture(points)).decode()}"
