"""The index of all galleries: one line per shard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nkd_pipeline.report.page import render_page
from nkd_pipeline.report.statistics import ShardStatistics
from nkd_pipeline.report.views import relative_link


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One shard of the index, as plain numbers, so that a shard's line can be kept and its rows need not be read again."""

    shard: str
    gallery: Path  # file of the gallery
    produced_at: str  # as it is to be shown
    articles: int
    released: int
    verdicts: Mapping[str, int]  # excellent, pass, fail and "" for not judged
    failed: int  # articles with a failed stage
    quarantined: int  # rows of the delivery that did not become articles
    rubric_mean: float | None

    @classmethod
    def of(cls, shard: str, gallery: Path, produced_at: str, numbers: ShardStatistics, quarantined: int) -> IndexEntry:
        """The line of a shard whose statistics are at hand."""
        mean = numbers.rubric.mean if numbers.rubric else None
        return cls(shard, gallery, produced_at, numbers.articles, numbers.released, numbers.verdicts, numbers.failed, quarantined, mean)


def catalog_index(entries: Sequence[IndexEntry], *, folder: Path, report: str = "") -> str:
    """Renders the index page that will lie in `folder`, with a link to each shard's gallery, in the order given, and to the `report` over all."""
    totals = {name: sum(getattr(entry, name) for entry in entries) for name in ("articles", "released", "failed", "quarantined")}
    return render_page("index.html", lines=[(entry, relative_link(entry.gallery, folder)) for entry in entries], totals=totals, report=report)
