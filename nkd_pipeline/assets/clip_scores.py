"""How well picture and text agree.

The cosine of the picture and the article's `clip_prompt`, and of the full prompt, times the model's scale, which is 100 for the paper's model.
Tokens of `clip_prompt` that the model does not read are counted. Where the profile has no scorer the score is empty and the reason says why.
"""

from collections import Counter
from typing import Any

from nkd_pipeline.assets.common import stage_asset
from nkd_pipeline.execution.outcome import Outcome
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.report.statistics import describe
from nkd_pipeline.storage.tables import StageRow


def _scores(_: Workspace, __: str, outcome: Outcome[Any]) -> dict[str, Any]:
    rows = outcome.rows.values()
    scored = [row.record for row in rows if row.record and row.record.score is not None]
    reasons = Counter(why for row in rows if (why := _why_not_scored(row)))
    metadata: dict[str, Any] = {"scored": len(scored)}
    if reasons or not rows:
        metadata["not_scored_because"] = "; ".join(f"{count} x {why}" for why, count in reasons.most_common()) or "there are no articles"
    if summary := describe(row.score for row in scored):
        metadata["scorer"] = ", ".join(sorted({row.scorer for row in scored}))
        metadata |= {f"{name}_score": round(getattr(summary, name), 3) for name in ("mean", "median", "min", "max")}
        metadata["truncated_prompts"] = sum(row.truncated_tokens > 0 for row in scored)
    return metadata


def _why_not_scored(row: StageRow[Any]) -> str:
    if row.record is None:
        return f"{row.state.status}, {row.state.error_kind}"
    return row.record.reason if row.record.score is None else ""


clip_scores = stage_asset("clip_scores", __doc__, _scores)
