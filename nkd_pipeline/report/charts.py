"""The gallery's plots as plain data; the template draws them as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from nkd_pipeline.report.cards import VERDICTS, Card
from nkd_pipeline.report.page import label
from nkd_pipeline.report.statistics import ShardStatistics

STEP = 0.5  # the smallest deduction
LOWEST = 5.0  # scores up to here share one bar unless there are worse ones to tell apart
MOST_BARS = 14


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
    """A bar chart; `empty` is what is said instead when there is nothing to draw."""

    title: str
    bars: tuple[Bar, ...]
    empty: str

    @property
    def longest(self) -> int:
        """Length of the longest bar, at least 1."""
        return max((bar.total for bar in self.bars), default=0) or 1

    @property
    def legend(self) -> tuple[Part, ...]:
        """One part per tone that occurs, when there is more than one."""
        parts = {part.tone: part for bar in self.bars for part in bar.parts if part.value}
        return tuple(parts.values()) if len(parts) > 1 else ()

    @property
    def spoken(self) -> str:
        """The whole chart in words, for screen readers."""
        return f"{self.title}: " + "; ".join(f"{bar.label} {bar.total}" for bar in self.bars)


def score_histogram(cards: Sequence[Card]) -> Chart:
    """Rubric scores in steps of half a point, coloured by verdict."""
    scored = [(card.rubric.score, card.verdict) for card in cards if card.rubric]
    lowest = min([LOWEST, *(STEP * ceil(score / STEP) for score, _ in scored)])
    steps = [lowest + STEP * step for step in range(round((10 - lowest) / STEP) + 1)]

    def bar(top: float) -> Bar:
        members = [verdict for score, verdict in scored if top - STEP < score <= top]
        return Bar(f"{top:g}", tuple(Part(verdict, label(verdict), members.count(verdict)) for verdict in VERDICTS))

    return Chart("Rubric scores", tuple(bar(step) for step in steps) if scored else (), "No picture has been judged yet.")


def deviations_by_aspect(numbers: ShardStatistics) -> Chart:
    """Slight and strong deviations of each aspect, with the share of assessed pictures that are free of them."""
    bars = []
    for count in numbers.aspects:
        note = f"{100 * count.accuracy:.0f} % of {count.assessed} right" if count.accuracy is not None else "not assessed"
        bars.append(Bar(label(count.aspect), (Part("strong", "Strong", count.strong), Part("slight", "Slight", count.slight)), note))
    return Chart("Deviations by aspect", tuple(bars) if numbers.rubric else (), "No picture has been judged yet.")


def findings_by_kind(numbers: ShardStatistics) -> Chart:
    """Lint findings of the prompts."""
    return _counts("Text findings by kind", numbers.findings, "finding", "The texts gave nothing to resolve.")


def failures_by_kind(numbers: ShardStatistics) -> Chart:
    """Failed stages, one count per article and stage."""
    return _counts("Failed rows by kind", numbers.failures, "failure", "No row failed.")


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
    return Chart("Garments by category", bars, "No articles.")


def _counts(title: str, counts: Mapping[str, int], tone: str, empty: str) -> Chart:
    return Chart(title, tuple(Bar(label(kind), (Part(tone, label(tone), count),), str(count)) for kind, count in counts.items()), empty)
