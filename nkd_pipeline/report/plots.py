"""Figures as PNG files, drawn with matplotlib."""

from __future__ import annotations

import io
import tomllib
import warnings
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.report.charts import Chart, Curve, Figure, Matrix
from nkd_pipeline.report.lines import Lines
from nkd_pipeline.report.page import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

DPI = 110
WIDTH, HEIGHT = 7.2, 3.4  # inches
# fixed margins in inches: letting matplotlib find them out draws everything twice
TOP, BOTTOM, RIGHT, LEFT, LEFT_OF_BARS = 0.55, 0.7, 0.2, 0.7, 1.95
ROW = 0.27  # inches that a lying bar takes
FEWEST_ROWS, FEWEST_COLUMNS = 4, 8  # fewer bars are drawn no thicker
MOST_PLACES = 16  # of a measure that are all numbered
LONGEST_LABEL, LONGEST_TITLE = 28, 80  # characters, what LEFT_OF_BARS and WIDTH hold
INK, SOFT, LINE, EMPTY = "#211d1a", "#675f57", "#e2dcd3", "#efebe5"
STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same on every machine
    "font.size": 9,
    "axes.edgecolor": LINE,
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xaxis.labellocation": "left",  # the legend stands at the right
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a category is no formula
}


@lru_cache(maxsize=32)  # the report over all shards has the figures of the only shard, or many of them unchanged
def plot_png(figure: Figure) -> bytes:
    """Draws a figure; the same figure gives the same bytes. No state of matplotlib is left behind."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    # whatever a user's own settings say; the backend is not a matter of style, and touching it would load pyplot
    defaults = {name: value for name, value in mpl.rcParamsDefault.items() if name not in ("backend", "backend_fallback")}
    style: Any = {**defaults, **STYLE}
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")  # shown as a box, which is all there is to say
        canvas = Canvas(figsize=(WIDTH, HEIGHT), dpi=DPI)
        FigureCanvasAgg(canvas)
        _draw(canvas, figure)
        canvas.text(0.15 / WIDTH, 1 - 0.3 / canvas.get_figheight(), _line(_title(figure), LONGEST_TITLE), fontsize=12)
        stream = io.BytesIO()
        canvas.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


@cache
def palette() -> Mapping[str, str]:
    """Colours by tone, as #rrggbb."""
    with Path(__file__).with_name("palette.toml").open("rb") as file:
        return tomllib.load(file)


def _title(figure: Figure) -> str:
    return f"{figure.title} (n = {figure.counted})" if figure.counted else figure.title


def _line(text: str, longest: int = LONGEST_LABEL) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _draw(canvas: Canvas, figure: Figure) -> None:
    if not figure.filled:
        canvas.text(0.15 / WIDTH, 0.6, _line(figure.empty, LONGEST_TITLE), color=SOFT)
    elif isinstance(figure, Matrix):
        _matrix(canvas, figure)
    elif isinstance(figure, Lines):
        _lines(_axes(canvas, HEIGHT, LEFT), figure)
    elif isinstance(figure, Curve):
        _curve(_axes(canvas, HEIGHT, LEFT), figure)
    elif figure.steps:
        _columns(_axes(canvas, HEIGHT, LEFT), figure)
    else:
        _bars(_axes(canvas, _height(len(figure.bars)), LEFT_OF_BARS), figure)


def _height(rows: int) -> float:
    return TOP + BOTTOM + ROW * max(rows, FEWEST_ROWS)


def _axes(canvas: Canvas, height: float, left: float) -> Axes:
    canvas.set_size_inches(WIDTH, height)
    return canvas.add_axes((left / WIDTH, BOTTOM / height, 1 - (left + RIGHT) / WIDTH, 1 - (BOTTOM + TOP) / height))


def _columns(axes: Axes, chart: Chart) -> None:
    from matplotlib.ticker import MaxNLocator

    bottoms = [0] * len(chart.bars)
    for index, part in enumerate(chart.bars[0].parts):
        values = [bar.parts[index].value for bar in chart.bars]
        if any(values):
            axes.bar(range(len(values)), values, 0.8, bottoms, color=palette()[part.tone], label=_line(part.name))
        bottoms = [bottom + value for bottom, value in zip(bottoms, values, strict=True)]
    for place, total in enumerate(bottoms):
        if total:
            axes.text(place, total + chart.longest / 60, str(total), ha="center", color=SOFT)
    axes.set_xticks(range(len(chart.bars)), [_line(bar.label) for bar in chart.bars])
    axes.set_xlim(-0.6, max(len(chart.bars), FEWEST_COLUMNS) - 0.4)
    axes.set_ylim(0, chart.longest * 1.12)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_xlabel(_line(chart.steps, LONGEST_TITLE))
    axes.set_ylabel(_line(chart.axis))
    _legend(axes, chart, HEIGHT)


def _bars(axes: Axes, chart: Chart) -> None:
    from matplotlib.ticker import MaxNLocator

    lefts = [0] * len(chart.bars)
    for index, part in enumerate(chart.bars[0].parts):
        values = [bar.parts[index].value for bar in chart.bars]
        if any(values):
            axes.barh(range(len(values)), values, 0.7, lefts, color=palette()[part.tone], label=_line(part.name))
        lefts = [left + value for left, value in zip(lefts, values, strict=True)]
    for place, bar in enumerate(chart.bars):
        axes.text(bar.total, place, "  " + _line(bar.note), va="center", color=SOFT)
    axes.set_yticks(range(len(chart.bars)), [_line(bar.label) for bar in chart.bars])
    axes.set_ylim(max(len(chart.bars), FEWEST_ROWS) - 0.5, -0.5)
    axes.set_xlim(0, chart.longest * 1.35)  # room for the notes
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(_line(chart.axis, LONGEST_TITLE))
    _legend(axes, chart, _height(len(chart.bars)))


def _legend(axes: Axes, chart: Chart | Lines, height: float) -> None:
    if chart.legend:
        below = -0.3 / (height - TOP - BOTTOM)
        axes.legend(
            loc="upper right", bbox_to_anchor=(1, below), ncols=len(chart.legend), frameon=False, labelcolor=SOFT, handlelength=1, borderaxespad=0
        )


def _curve(axes: Axes, curve: Curve) -> None:
    points = [(point.x, 100 * point.y, point.note) for point in curve.points if point.y is not None]
    axes.plot([x for x, _, _ in points], [y for _, y, _ in points], color=palette()["share"], marker="o", markersize=4)
    for x, y, note in points:
        axes.text(x, y + 4, note, color=SOFT, fontsize=7, rotation=40, rotation_mode="anchor")
    axes.set_xlim(curve.points[0].x - 0.5, curve.points[-1].x + 1)
    axes.set_xticks([point.x for point in curve.points])
    axes.set_ylim(0, 125)
    axes.set_yticks(range(0, 101, 20))
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.set_xlabel(curve.steps)
    axes.set_ylabel(curve.axis)


def _lines(axes: Axes, figure: Lines) -> None:
    for line in figure.lines:
        axes.plot(*zip(*line.points, strict=True), color=palette()[line.tone], marker="o", markersize=3.5, label=_line(line.name))
    axes.set_ylim(figure.ticks[0], figure.ticks[-1])
    axes.set_yticks(figure.ticks)
    if len(figure.places) <= MOST_PLACES:
        axes.set_xticks(figure.places)
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.set_xlabel(_line(figure.steps, LONGEST_TITLE))
    axes.set_ylabel(_line(figure.axis))
    _legend(axes, figure, HEIGHT)


def _matrix(canvas: Canvas, matrix: Matrix) -> None:
    height = _height(len(matrix.rows)) + 0.2
    axes = _axes(canvas, height, LEFT_OF_BARS)
    places, step = range(len(matrix.rows)), 160  # a column is a bar of 100 and room for its counts
    for index, name in enumerate(matrix.columns):
        panels, left = [panels[index] for _, panels in matrix.rows], step * index
        axes.barh(places, 100, 0.7, left, color=EMPTY)
        axes.barh(places, [100 * (panel.share or 0) for panel in panels], 0.7, left, color=palette()["share"])
        for place, panel in zip(places, panels, strict=True):
            axes.text(left + 103, place, panel.note, va="center", color=SOFT, fontsize=7)
        axes.text(left, -0.75, name)
    axes.set_yticks(places, [_line(name) for name, _ in matrix.rows])
    axes.set_ylim(max(len(matrix.rows), FEWEST_ROWS) - 0.5, -1.2)
    axes.set_xlim(0, step * len(matrix.columns))
    axes.set_xticks(
        [step * index + share for index in range(len(matrix.columns)) for share in (0, 50, 100)], ["0", "50", "100 %"] * len(matrix.columns)
    )
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xlabel(matrix.axis)
