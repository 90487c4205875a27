"""From a delivery file to the shards' rows: read, quarantine, assign, store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nkd_pipeline.catalog.delivery import Delivery, read_delivery
from nkd_pipeline.catalog.shards import assign_shards
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import DeliveryRow, QuarantinedRow
from nkd_pipeline.storage import files


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a delivery."""

    catalog: str
    shards: tuple[str, ...]  # that hold its articles, in order
    articles: int
    quarantined: tuple[QuarantinedRow, ...]
    columns: Mapping[str, str]  # field -> header it was read from
    notes: tuple[str, ...]


def ingest(workspace: Workspace, path: Path, columns: Mapping[str, str] | None = None, limit: int | None = None) -> Ingested:
    """Stores a delivery's rows by shard. Articles known from before stay in their shard; articles no longer delivered leave it.

    Raises DeliveryError when the file cannot be read at all; rows that cannot become articles are quarantined instead.
    """
    delivery = read_delivery(path, {**workspace.profile.columns, **(columns or {})}, limit)
    rows = {row.article_id: row for row in _with_photos(workspace, delivery)}
    tables = workspace.tables
    with tables.locked("delivery_rows", delivery.catalog):
        before = {shard: workspace.delivered(shard) for shard in workspace.shards() if catalog_of(shard) == delivery.catalog}
        known = {row.article_id: shard for shard, stored in before.items() for row in stored}
        assigned = assign_shards(delivery.catalog, list(rows), known, workspace.profile.run.shard_size)
        for shard in sorted({*assigned, *before}):
            now = [rows[article_id] for article_id in assigned.get(shard, [])]
            if now != before.get(shard):
                tables.write_records("delivery_rows", DeliveryRow, shard, now)
        if list(delivery.quarantined) != quarantined_rows(workspace, delivery.catalog):
            tables.write_records("quarantine", QuarantinedRow, delivery.catalog, delivery.quarantined)
    return Ingested(delivery.catalog, tuple(sorted(assigned)), len(rows), delivery.quarantined, delivery.columns, delivery.notes)


def _with_photos(workspace: Workspace, delivery: Delivery) -> list[DeliveryRow]:
    return [_with_photo(workspace, delivery, row) if row.article_id in delivery.photos else row for row in delivery.rows]


def _with_photo(workspace: Workspace, delivery: Delivery, row: DeliveryRow) -> DeliveryRow:
    photo = delivery.photos[row.article_id]
    path = workspace.home.photo(delivery.catalog, row.article_id, photo.suffix)
    files.replace_atomically(path, lambda stream: stream.write(photo.data))
    return replace(row, photo=workspace.home.relative(path))


def quarantined_rows(workspace: Workspace, catalog: str) -> list[QuarantinedRow]:
    """The quarantined rows of a catalog's latest delivery."""
    return workspace.tables.read_records("quarantine", QuarantinedRow, catalog)


def catalog_of(shard: str) -> str:
    """The catalog that a shard belongs to."""
    return shard.rpartition(".")[0]
