"""The gallery's plots as plain data; the template draws them as SVG."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from nkd_pipeline.report.cards import VERDICTS
from nkd_pipeline.report.lines import Lines
from nkd_pipeline.report.page import label, percent
from nkd_pipeline.report.statistics import AspectCount, ShardStatistics

STEP = 0.5  # the smallest deduction
LOWEST = 5.0  # scores up to here share one bar unless there are worse ones to tell apart
MOST_BARS = 14
NOT_JUDGED = "No picture has been judged yet."


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar. `tone` names its colour in the style sheet, `name` what it counts."""

    tone: str
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of stacked parts with its label and, at its end, a note."""

    label: str
    parts: tuple[Part, ...]
    note: str = ""

    @property
    def total(self) -> int:
        """Length of the bar."""
        return sum(part.value for part in self.parts)


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart; `empty` is what is said instead when there is nothing to draw.

    `counted` is the number behind it ("24 pictures"), `axis` what the bars' length counts. Bars stand upright where `steps` names what their labels
    measure, else they lie.
    """

    title: str
    bars: tuple[Bar, ...]
    empty: str
    counted: str = ""
    axis: str = ""
    steps: str = ""

    @property
    def filled(self) -> bool:
        """Whether there is something to draw."""
        return bool(self.bars)

    @property
    def longest(self) -> int:
        """Length of the longest bar, at least 1."""
        return max((bar.total for bar in self.bars), default=0) or 1

    @property
    def legend(self) -> tuple[Part, ...]:
        """One part per tone that occurs, when there could be more than one."""
        parts = {part.tone: part for bar in self.bars for part in bar.parts}
        seen = {part.tone for bar in self.bars for part in bar.parts if part.value}
        return tuple(part for tone, part in parts.items() if tone in seen) if len(parts) > 1 else ()

    @property
    def spoken(self) -> str:
        """The whole chart in words, for screen readers."""
        return f"{self.title}: " + "; ".join(f"{bar.label} {bar.total}" for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a curve; `y` is a share 0..1, None where there is nothing to take a share of."""

    x: float
    y: float | None
    note: str  # what is counted there


@dataclass(frozen=True, slots=True)
class Curve:
    """Shares over a measure; `axis` names what the share is of, `steps` the measure."""

    title: str
    points: tuple[Point, ...]
    empty: str
    counted: str = ""
    axis: str = ""
    steps: str = ""
    legend: tuple[Part, ...] = ()  # one kind of share alone

    @property
    def filled(self) -> bool:
        """Whether there is something to draw."""
        return bool(self.points)

    @property
    def spoken(self) -> str:
        """The whole curve in words, for screen readers."""
        return f"{self.title}: " + "; ".join(f"{point.x:g} {percent(point.y)}, {point.note}" for point in self.points)


@dataclass(frozen=True, slots=True)
class Panel:
    """One cell of a matrix: a share 0..1 with its counts, or None and "not assessed"."""

    share: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Shares in rows and columns, each drawn as a bar from 0 to 100 %."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Panel, ...]], ...]
    empty: str
    counted: str = ""
    axis: str = ""
    legend: tuple[Part, ...] = ()  # one kind of share alone

    @property
    def filled(self) -> bool:
        """Whether there is something to draw."""
        return bool(self.rows)

    @property
    def spoken(self) -> str:
        """The whole matrix in words, for screen readers."""
        lines = [", ".join(f"{name} {percent(one.share)} ({one.note})" for name, one in zip(self.columns, row, strict=True)) for _, row in self.rows]
        return f"{self.title}: " + "; ".join(f"{label}: {line}" for (label, _), line in zip(self.rows, lines, strict=True))


Figure = Chart | Curve | Matrix | Lines


def score_histogram(judged: Collection[tuple[float, str]]) -> Chart:
    """Rubric scores with their verdicts in steps of half a point, coloured by verdict."""
    lowest = min([LOWEST, *(STEP * ceil(score / STEP) for score, _ in judged)])
    steps = [lowest + STEP * step for step in range(round((10 - lowest) / STEP) + 1)]

    def bar(top: float) -> Bar:
        members = [verdict for score, verdict in judged if top - STEP < score <= top]
        return Bar(f"{top:g}", tuple(Part(verdict, label(verdict), members.count(verdict)) for verdict in VERDICTS))

    bars = tuple(bar(step) for step in steps) if judged else ()
    return Chart("Rubric scores", bars, NOT_JUDGED, count_of(len(judged), "picture"), "Pictures", "Score, 0–10")


def deviations_by_aspect(aspects: Sequence[AspectCount], judged: int) -> Chart:
    """Slight and strong deviations of each aspect, with the share of assessed pictures that are free of them."""
    bars = []
    for count in aspects:
        note = f"{100 * count.accuracy:.0f} % of {count.assessed} right" if count.accuracy is not None else "not assessed"
        bars.append(Bar(label(count.aspect), (Part("strong", "Strong", count.strong), Part("slight", "Slight", count.slight)), note))
    return Chart("Deviations by aspect", tuple(bars) if judged else (), NOT_JUDGED, count_of(judged, "picture"), "Deviations")


def findings_by_kind(findings: Mapping[str, int]) -> Chart:
    """Lint findings of the prompts."""
    return _counts("Text findings by kind", findings, "finding", "The texts gave nothing to resolve.")


def failures_by_kind(failures: Mapping[str, int]) -> Chart:
    """Failed stages, one count per article and stage."""
    return _counts("Failed rows by kind", failures, "failure", "No row failed.")


def garments_by_category(numbers: ShardStatistics) -> Chart:
    """Articles of each kind of garment, released and held back."""
    bars = tuple(
        Bar(
            label(count.category),
            (Part("released", "Released", count.released), Part("held", "Held back", count.articles - count.released)),
            str(count.articles),
        )
        for count in numbers.categories[:MOST_BARS]
    )
    rest = numbers.categories[MOST_BARS:]
    if rest:
        released, articles = sum(count.released for count in rest), sum(count.articles for count in rest)
        parts = (Part("released", "Released", released), Part("held", "Held back", articles - released))
        bars += (Bar(f"{len(rest)} other kinds", parts, str(articles)),)
    return Chart("Garments by category", bars, "No articles.", count_of(numbers.articles, "article"), "Articles")


def count_of(number: int, noun: str) -> str:
    """A number with its noun: 1 picture, 2 pictures."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _counts(title: str, counts: Mapping[str, int], tone: str, empty: str) -> Chart:
    bars = tuple(Bar(label(kind), (Part(tone, label(tone), count),), str(count)) for kind, count in counts.items())
    return Chart(title, bars, empty, count_of(sum(counts.values()), tone), label(tone) + "s")
