"""The numbers of a shard: how good its pictures are, what is wrong with them, and what failed."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nkd_pipeline.records import ASPECTS, Deviation
from nkd_pipeline.report.cards import VERDICTS, Card

PASSED = ("excellent", "pass")
CLIP_LINE = 30.0  # the paper asks how pictures that score more fare in its rubric


class Judged(Protocol):
    """What the rubric says of one picture."""

    @property
    def assessed(self) -> tuple[str, ...]: ...

    @property
    def deviations(self) -> tuple[Deviation, ...]: ...


@dataclass(frozen=True, slots=True)
class Summary:
    """A list of numbers in one line. `sd` is the sample's standard deviation, 0 for one value."""

    n: int
    mean: float
    median: float
    sd: float
    min: float
    max: float


@dataclass(frozen=True, slots=True)
class AspectCount:
    """How one aspect of the rubric came out. `clean` counts assessed pictures without a deviation; deviations are counted one by one."""

    aspect: str
    assessed: int
    clean: int
    slight: int
    strong: int

    @property
    def accuracy(self) -> float | None:
        """Share of the assessed pictures that have no deviation here, 0..1; None when no picture was assessed."""
        return self.clean / self.assessed if self.assessed else None


@dataclass(frozen=True, slots=True)
class ClipBand:
    """The scored pictures on one side of `CLIP_LINE`, and what the rubric says of them."""

    scored: int
    judged: int
    passed: int  # excellent or pass

    @property
    def pass_rate(self) -> float | None:
        """Share of the judged pictures that passed, 0..1; None when none was judged."""
        return self.passed / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """The articles of one kind of garment."""

    category: str
    articles: int
    released: int
    rubric: Summary | None
    clip: Summary | None


@dataclass(frozen=True, slots=True)
class ShardStatistics:
    """All numbers of a shard; shares are 0..1 and None when nothing was there to count. Mappings have the most frequent key first."""

    articles: int
    released: int
    failed: int  # articles with at least one failed stage
    verdicts: Mapping[str, int]  # excellent, pass, fail and "" for not judged
    rubric: Summary | None
    clip: Summary | None  # of clip_prompt and picture
    clip_of_prompts: Summary | None  # of the full prompt and picture
    clip_above: ClipBand  # more than CLIP_LINE
    clip_up_to: ClipBand  # CLIP_LINE and less
    clip_truncated: int  # scored pictures whose clip_prompt was longer than the model reads
    clip_missing: Mapping[str, int]  # why articles have no CLIP score
    retention: Summary | None  # of prompts with at least one visible fact
    attempts: Summary | None  # of articles that have a picture
    first_pass_rate: float | None  # judged articles whose first attempt passed / judged articles
    aspects: tuple[AspectCount, ...]
    findings: Mapping[str, int]
    failures: Mapping[str, int]  # by kind
    categories: tuple[CategoryCount, ...]  # largest first


def describe(values: Iterable[float]) -> Summary | None:
    """Sums up numbers; None when there are none."""
    numbers = [float(value) for value in values]
    if not numbers:
        return None
    spread = statistics.stdev(numbers) if len(numbers) > 1 else 0.0
    return Summary(len(numbers), statistics.fmean(numbers), statistics.median(numbers), spread, min(numbers), max(numbers))


def shard_statistics(cards: Sequence[Card]) -> ShardStatistics:
    """Counts a shard's articles in every way the gallery and the release report them."""
    counted = Counter(card.verdict for card in cards)
    judged = [card.rubric for card in cards if card.rubric]
    scored = [(card, score) for card in cards if (score := _clip(card)) is not None]
    return ShardStatistics(
        articles=len(cards),
        released=sum(card.decision.released for card in cards),
        failed=sum(bool(card.failures) for card in cards),
        verdicts={verdict: counted[verdict] for verdict in (*VERDICTS, "")},
        rubric=describe(report.score for report in judged),
        clip=describe(score for _, score in scored),
        clip_of_prompts=describe(card.clip.prompt_score for card, _ in scored if card.clip and card.clip.prompt_score is not None),
        clip_above=_band(card for card, score in scored if score > CLIP_LINE),
        clip_up_to=_band(card for card, score in scored if score <= CLIP_LINE),
        clip_truncated=sum(card.clip is not None and card.clip.truncated_tokens > 0 for card, _ in scored),
        clip_missing=_ranked(Counter(why_not_scored(card) for card in cards if _clip(card) is None)),
        retention=describe(card.prompt.retention for card in cards if card.prompt and card.prompt.facts_total),
        attempts=describe(len(card.attempts) for card in cards if card.attempts),
        first_pass_rate=sum(report.attempt == 1 and report.verdict in PASSED for report in judged) / len(judged) if judged else None,
        aspects=aspect_counts(judged),
        findings=_ranked(Counter(finding.kind for card in cards if card.prompt for finding in card.prompt.findings)),
        failures=_ranked(Counter(failure.kind for card in cards for failure in card.failures)),
        categories=_categories(cards),
    )


def aspect_counts(judged: Sequence[Judged]) -> tuple[AspectCount, ...]:
    """How each aspect came out over the judged pictures, in the rubric's order."""
    return tuple(_aspect(aspect, judged) for aspect in ASPECTS)


def _aspect(aspect: str, judged: Sequence[Judged]) -> AspectCount:
    assessed = [report for report in judged if aspect in report.assessed]
    clean = sum(not any(deviation.aspect == aspect for deviation in report.deviations) for report in assessed)
    severities = Counter(deviation.severity for report in judged for deviation in report.deviations if deviation.aspect == aspect)
    return AspectCount(aspect, len(assessed), clean, severities["slight"], severities["strong"])


def why_not_scored(card: Card) -> str:
    """Why an article has no CLIP score, in words that are the same for all articles with that reason."""
    if card.clip and card.clip.reason:
        return card.clip.reason
    if failure := next((failure for failure in card.failures if failure.asset == "clip_scores"), None):
        return f"clip_scores failed: {failure.kind}"
    return "no score was computed" if card.image else "there is no picture"


def _band(cards: Iterable[Card]) -> ClipBand:
    verdicts = [card.verdict for card in cards]
    return ClipBand(len(verdicts), sum(verdict in VERDICTS for verdict in verdicts), sum(verdict in PASSED for verdict in verdicts))


def _clip(card: Card) -> float | None:
    return card.clip.score if card.clip else None


def _ranked(counter: Counter[str]) -> dict[str, int]:
    # ties by name: two runs over the same rows print the same table
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))


def _categories(cards: Sequence[Card]) -> tuple[CategoryCount, ...]:
    members: dict[str, list[Card]] = {}
    for card in cards:
        members.setdefault(card.category, []).append(card)
    counts = [
        CategoryCount(
            category=category,
            articles=len(group),
            released=sum(card.decision.released for card in group),
            rubric=describe(card.rubric.score for card in group if card.rubric),
            clip=describe(score for card in group if (score := _clip(card)) is not None),
        )
        for category, group in members.items()
    ]
    return tuple(sorted(counts, key=lambda count: (-count.articles, count.category)))
