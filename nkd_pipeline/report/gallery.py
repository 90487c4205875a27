"""The gallery of a shard: one HTML page that needs no network and no other file to be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from nkd_pipeline.records import QuarantinedRow
from nkd_pipeline.report import charts
from nkd_pipeline.report.cards import VERDICTS, Card
from nkd_pipeline.report.page import render_page
from nkd_pipeline.report.statistics import CLIP_LINE, ShardStatistics, Summary, shard_statistics
from nkd_pipeline.report.views import card_views


def render_gallery(
    shard: str,
    cards: Sequence[Card],
    quarantined: Sequence[QuarantinedRow],
    facts: Mapping[str, str],
    *,
    folder: Path,
    more: Sequence[charts.Figure] = (),
    report: str = "",
) -> str:
    """Renders a shard's gallery.

    `facts` stand at the head in their order (profile, models, delivery file, ...). `folder` is where the page will lie: full-size pictures are linked
    relative to it. `more` are further figures, `report` is the link to the quality report. Pictures that cannot be decoded do not stop the page; the
    card says why.
    """
    numbers = shard_statistics(cards)
    judged = [(card.rubric.score, card.verdict) for card in cards if card.rubric]
    drawn = [charts.score_histogram(judged), charts.deviations_by_aspect(numbers.aspects, len(judged)), charts.findings_by_kind(numbers.findings)]
    drawn += [charts.garments_by_category(numbers), *([charts.failures_by_kind(numbers.failures)] if numbers.failures else [])]
    return render_page(
        "gallery.html",
        script="gallery.js",
        shard=shard,
        views=card_views(cards, folder),
        quarantined=quarantined,
        facts=facts,
        numbers=numbers,
        clip_line=CLIP_LINE,
        filters=_filters(numbers.verdicts, numbers.failed, len(cards)),
        summaries=_summaries(numbers),
        charts=[*drawn, *more],
        report=report,
    )


def _filters(verdicts: Mapping[str, int], failed: int, articles: int) -> list[tuple[str, str, int]]:
    """Value, label and count of each filter; "not judged" only where it would show something."""
    rows = [("all", "All", articles), *((verdict, verdict.capitalize(), verdicts[verdict]) for verdict in VERDICTS)]
    rows += [("none", "Not judged", verdicts[""])] if verdicts[""] else []
    return [*rows, ("failed", "Failed rows", failed)]


def _summaries(numbers: ShardStatistics) -> list[tuple[str, Summary | None, int]]:
    """Name, numbers and digits of each line of the statistics table."""
    return [
        ("Rubric score (0–10)", numbers.rubric, 2),
        ("CLIP score (100 × cosine)", numbers.clip, 2),
        *([("CLIP score of the full prompt", numbers.clip_of_prompts, 2)] if numbers.clip_of_prompts else []),
        ("Retention (0–1)", numbers.retention, 3),
        ("Attempts per article", numbers.attempts, 2),
    ]
