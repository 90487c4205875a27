"""How well picture and text agree.

100 x the cosine of the picture and the article's `clip_prompt`, and of the full prompt, with the number of tokens cut off at the model's 77.
Where the profile has no scorer the score is empty and the reason says why.
"""

from statistics import fmean
from typing import Any

from nkd_pipeline.assets.common import stage_asset
from nkd_pipeline.execution.outcome import Outcome
from nkd_pipeline.execution.workspace import Workspace


def _scores(_: Workspace, __: str, outcome: Outcome[Any]) -> dict[str, Any]:
    rows = [row.record for row in outcome.rows.values() if row.record]
    scores = [row.score for row in rows if row.score is not None]
    if scores:
        return {"mean_score": round(fmean(scores), 3), "scored": len(scores)}
    return {"scored": 0, "not_scored_because": rows[0].reason if rows else "there are no pictures"}


clip_scores = stage_asset("clip_scores", __doc__, _scores)
