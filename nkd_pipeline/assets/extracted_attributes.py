"""What can be seen of each article, as typed attributes.

Garment, target group, colours, materials, patterns, prints, construction and details in the vocabulary's English terms, each with the column and
words it was found in, and the paper's four keys as phrases. Claims nobody can see are set aside.
"""

from collections import Counter
from typing import Any

from nkd_pipeline.assets.common import stage_asset
from nkd_pipeline.execution.outcome import Outcome
from nkd_pipeline.execution.workspace import Workspace


def _garments(_: Workspace, __: str, outcome: Outcome[Any]) -> dict[str, Any]:
    counted = Counter(row.record.garment for row in outcome.rows.values() if row.record)
    return {"garments": ", ".join(f"{count} {name}" for name, count in counted.most_common(12))}


extracted_attributes = stage_asset("extracted_attributes", __doc__, _garments)
