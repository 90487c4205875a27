"""A picture of each article.

PNG files under `images/<shard>/<article>/<attempt>.png`; every attempt is kept. Each file carries its prompt, models, seed and settings, and
says in IPTC's terms that no camera made it.
"""

from pathlib import Path
from typing import Any

import dagster as dg

from nkd_pipeline.assets.common import stage_asset
from nkd_pipeline.execution.outcome import Outcome
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.report.contact_sheet import contact_sheet

SHOWN = 12  # thumbnails in the UI; markdown metadata is stored about four times over


def _thumbnails(workspace: Workspace, _: str, outcome: Outcome[Any]) -> dict[str, Any]:
    files: list[Path] = [workspace.images.path(row.record) for row in outcome.rows.values() if row.record]
    return {"thumbnails": dg.MetadataValue.md(f"![the first {len(files[:SHOWN])} pictures]({contact_sheet(files[:SHOWN])})")} if files else {}


generated_images = stage_asset("generated_images", __doc__, _thumbnails)
