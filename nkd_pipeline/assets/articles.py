"""Clean article rows of a delivery's shard.

One row per valid row of the delivery, its texts repaired: doubled spaces, tab bullets, cut-off words, stray capitals. Rows that cannot become an
article are quarantined when the delivery is taken in; they are listed here with row, column, reason and cure.
"""

from typing import Any

import dagster as dg

from nkd_pipeline.assets.common import TABLE_ROWS, stage_asset
from nkd_pipeline.execution.ingest import catalog_of, quarantined_rows
from nkd_pipeline.execution.outcome import Outcome
from nkd_pipeline.execution.workspace import Workspace


def _quarantine(workspace: Workspace, shard: str, _: Outcome[Any]) -> dict[str, Any]:
    rows = quarantined_rows(workspace, catalog_of(shard))
    if not rows:
        return {"quarantined": 0}
    records = [dg.TableRecord({"row": r.source_row, "column": r.column, "kind": r.kind, "reason": r.reason[:300]}) for r in rows[:TABLE_ROWS]]
    columns = [dg.TableColumn("row", "int"), *(dg.TableColumn(name, "string") for name in ("column", "kind", "reason"))]
    return {"quarantined": len(rows), "quarantined_rows": dg.MetadataValue.table(records, schema=dg.TableSchema(columns))}


articles = stage_asset("articles", __doc__, _quarantine)
