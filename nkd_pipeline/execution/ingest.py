"""From a delivery file to the shards' rows: read, quarantine, assign, store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nkd_pipeline.catalog.delivery import Delivery, DeliveryError, catalog_name, few, read_delivery
from nkd_pipeline.catalog.pictures import Photo, read_photos
from nkd_pipeline.catalog.shards import assign_shards
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import DeliveryRow, QuarantinedRow
from nkd_pipeline.storage import files
from nkd_pipeline.storage.fault_points import fault_point


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a delivery."""

    catalog: str
    shards: tuple[str, ...]  # that hold its articles, in order
    articles: int
    quarantined: tuple[QuarantinedRow, ...]
    columns: Mapping[str, str]  # field -> header it was read from
    notes: tuple[str, ...]


def ingest(workspace: Workspace, path: Path, columns: Mapping[str, str] | None = None, limit: int | None = None, *, catalog: str = "") -> Ingested:
    """Stores a delivery's rows by shard. Articles known from before stay in their shard; articles no longer delivered leave it.

    `catalog` is whose delivery it is, where the file's name does not say so.
    Raises DeliveryError when the file cannot be read at all, none of its rows can become an article of a catalog that has some, or the catalog's name
    is none. Rows that cannot become articles are quarantined instead.
    """
    if catalog and catalog != catalog_name(f"{catalog}.xlsx"):
        raise DeliveryError(f'{path.name}: "{catalog}" cannot name a catalog. Use lower-case letters, digits, _ and -, at most 48.')
    delivery = read_delivery(path, {**workspace.profile.columns, **(columns or {})}, limit)
    delivery = replace(delivery, catalog=catalog or delivery.catalog)
    photos, faults = _stored_photos(workspace, path, delivery)
    rows = {row.article_id: replace(row, photo=photos.get(row.article_id)) for row in delivery.rows}
    fault_point("ingest.photos_stored")
    tables = workspace.tables
    with tables.locked("delivery_rows", delivery.catalog):
        before = {shard: workspace.delivered(shard) for shard in workspace.shards() if catalog_of(shard) == delivery.catalog}
        known = {row.article_id: shard for shard, stored in before.items() for row in stored}
        if known and not rows:
            raise DeliveryError(_nothing_left(path, delivery, len(known)))
        assigned = assign_shards(delivery.catalog, list(rows), known, workspace.profile.run.shard_size)
        for shard in sorted({*assigned, *before}):
            now = [rows[article_id] for article_id in assigned.get(shard, [])]
            if now != before.get(shard):
                tables.write_records("delivery_rows", DeliveryRow, shard, now)
                fault_point("ingest.rows_written")
        if list(delivery.quarantined) != quarantined_rows(workspace, delivery.catalog):
            tables.write_records("quarantine", QuarantinedRow, delivery.catalog, delivery.quarantined)
            fault_point("ingest.quarantine_written")
    return Ingested(delivery.catalog, tuple(sorted(assigned)), len(rows), delivery.quarantined, delivery.columns, (*delivery.notes, *faults))


def _nothing_left(path: Path, delivery: Delivery, articles: int) -> str:
    # an empty catalog is nobody's wish: the wrong column was meant, or the wrong file
    refused = few([row.reason for row in delivery.quarantined]) or ("There are no rows below the headers.",)
    return " ".join([f"{path.name}: no row can become an article, so catalog {delivery.catalog} keeps the {articles} that it has.", *refused])


def _stored_photos(workspace: Workspace, path: Path, delivery: Delivery) -> tuple[dict[str, str], tuple[str, ...]]:
    """Stores the sound photos. Returns their places below home by article, and notes on those that were left out."""
    places: dict[str, str] = {}
    faults = []
    for article_id, photo in read_photos(path, delivery.pictures) if delivery.pictures else ():
        if isinstance(photo, Photo):
            place = workspace.home.photo(delivery.catalog, article_id, photo.suffix)
            _store(place, photo.data)
            places[article_id] = workspace.home.relative(place)
        else:
            faults.append(f'{path.name}: the photo of article "{article_id}" was left out: {photo}.')
    return places, few(faults)


def _store(place: Path, data: bytes) -> None:
    if not (place.is_file() and place.stat().st_size == len(data) and place.read_bytes() == data):
        files.replace_atomically(place, lambda stream: stream.write(data))


def quarantined_rows(workspace: Workspace, catalog: str) -> list[QuarantinedRow]:
    """The quarantined rows of a catalog's latest delivery."""
    return workspace.tables.read_records("quarantine", QuarantinedRow, catalog)


def catalog_of(shard: str) -> str:
    """The catalog that a shard belongs to."""
    return shard.rpartition(".")[0]
