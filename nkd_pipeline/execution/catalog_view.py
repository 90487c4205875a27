"""What all tables together say about a shard's articles, and whether each may be released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nkd_pipeline.execution.steps import STEPS, read_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import DeliveryRow, ReleaseDecision, Waiver
from nkd_pipeline.storage.tables import FAILED, StageRow

RELEASED, WAIVED, FAILED_ARTICLE, PENDING = "released", "waived", "failed", "pending"


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article with its rows of all stage tables."""

    delivered: DeliveryRow
    rows: Mapping[str, StageRow[Any]]
    waiver: Waiver | None = None

    def record(self, asset: str) -> Any:  # noqa: ANN401 - each table has its own record
        """The record of a stage, None when it failed, was skipped or has not run."""
        row = self.rows.get(asset)
        return row.record if row else None

    def of_picture(self, asset: str) -> Any:  # noqa: ANN401
        """The record of a scorer or judge, None when it is not about the latest attempt's picture."""
        image, record = self.record("generated_images"), self.record(asset)
        return record if image and record and record.attempt == image.attempt else None

    @property
    def failures(self) -> list[tuple[str, str, str]]:
        """(asset, kind, error) of the stages that failed."""
        states = [(asset, row.state) for asset, row in self.rows.items() if row.state.status == FAILED]
        return [(asset, state.error_kind or "", state.error or "") for asset, state in states]

    @property
    def decision(self) -> ReleaseDecision:
        """Whether the article may be released now."""
        return _decide(self)

    @property
    def status(self) -> str:
        """released; waived (somebody does without); failed (a stage or the rubric said no); pending (not every stage has run yet)."""
        decision = self.decision
        if decision.released or decision.waived:
            return RELEASED if decision.released else WAIVED
        return FAILED_ARTICLE if self.failures or decision.verdict == "fail" else PENDING

    @property
    def seconds(self) -> float:
        """Computing time of the article over all stages."""
        return sum(row.state.duration_ms for row in self.rows.values()) / 1000


def view_shard(workspace: Workspace, shard: str) -> list[ArticleView]:
    """The articles of a shard in the delivery's order."""
    tables = {asset: read_rows(workspace, asset, shard) for asset in STEPS}
    waivers = workspace.waivers(shard)
    return [
        ArticleView(row, {asset: rows[row.article_id] for asset, rows in tables.items() if row.article_id in rows}, waivers.get(row.article_id))
        for row in workspace.delivered(shard)
    ]


def _decide(view: ArticleView) -> ReleaseDecision:
    """Released is an article whose latest picture was judged and passed; otherwise the reason says what is missing."""
    image, clip, rubric = view.record("generated_images"), view.of_picture("clip_scores"), view.of_picture("rubric_reports")
    judged = rubric is not None
    released = judged and rubric.verdict != "fail"
    return ReleaseDecision(
        article_id=view.delivered.article_id,
        attempt=image.attempt if image else 1,
        released=released,
        reason="" if released else _missing(view, judged),
        image_path=image.image_path if image else None,
        clip_score=clip.score if clip else None,
        rubric_score=rubric.score if judged else None,
        verdict=rubric.verdict if judged else "",
        waived=f"{view.waiver.reason} ({view.waiver.person}, {view.waiver.waived_at[:10]})" if view.waiver and not released else "",
    )


def _missing(view: ArticleView, judged: bool) -> str:
    if view.failures:
        asset, _, error = view.failures[0]
        return f"{asset} failed: {error}"
    if judged:
        rubric = view.record("rubric_reports")
        return f"rubric verdict fail with {rubric.score:g} of 10: " + "; ".join(deviation.says for deviation in rubric.deviations)
    waiting = next((asset for asset in STEPS if view.record(asset) is None), "rubric_reports")
    return f"{waiting} has not been materialized"
