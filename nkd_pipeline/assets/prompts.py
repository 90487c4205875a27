"""What the image model and the scorer are told about each article.

Prompt, negative prompt and a short prompt for CLIP, written by template from the attributes; with the lint findings, how each was resolved, and
the share of the source's visible facts that the prompt carries (retention).
"""

from collections import Counter
from statistics import fmean
from typing import Any

from nkd_pipeline.assets.common import stage_asset
from nkd_pipeline.execution.outcome import Outcome
from nkd_pipeline.execution.workspace import Workspace


def _lint(_: Workspace, __: str, outcome: Outcome[Any]) -> dict[str, Any]:
    written = [row.record for row in outcome.rows.values() if row.record]
    kinds = Counter(finding.kind for prompt in written for finding in prompt.findings)
    retention = {"mean_retention": round(fmean(prompt.retention for prompt in written), 4)} if written else {}
    return {**retention, "findings": ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "none"}


prompts = stage_asset("prompts", __doc__, _lint)
