"""Releasing a shard: decisions, approved pictures, export files, gallery, CLIP statistics."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nkd_pipeline.execution.attempts import judged_attempts
from nkd_pipeline.execution.catalog_view import FAILED_ARTICLE, ArticleView, view_shard
from nkd_pipeline.execution.hashing import input_hash
from nkd_pipeline.execution.ingest import catalog_of, quarantined_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import Article, QuarantinedRow, ReleaseDecision
from nkd_pipeline.report.cards import Card, Failure
from nkd_pipeline.report.clip_report import clip_report, clip_text
from nkd_pipeline.report.export import COLUMNS, export_row
from nkd_pipeline.report.gallery import render_gallery
from nkd_pipeline.report.quality_charts import further_figures
from nkd_pipeline.report.quality_release import overall_page, report_files, report_page, shard_qualities, write_shard_report
from nkd_pipeline.report.statistics import ShardStatistics, shard_statistics
from nkd_pipeline.report.summary import IndexEntry, catalog_index
from nkd_pipeline.report.views import relative_link
from nkd_pipeline.storage import files
from nkd_pipeline.storage.exports import FORMATS, write_export
from nkd_pipeline.storage.fault_points import fault_point
from nkd_pipeline.storage.schema import to_plain
from nkd_pipeline.storage.tables import OK, RowState, StageRow

LAYOUT = "4"  # goes up when galleries or statistics of the same rows look different


@dataclass(frozen=True, slots=True)
class Release:
    """What a shard's release came to."""

    shard: str
    decisions: tuple[ReleaseDecision, ...]
    statuses: tuple[str, ...]  # released, failed, pending; one per decision
    statistics: ShardStatistics
    gallery: Path

    @property
    def missing(self) -> list[ReleaseDecision]:
        """Articles that have no approved picture, and that nobody waived."""
        return [decision for decision in self.decisions if not (decision.released or decision.waived)]

    @property
    def failed_ids(self) -> list[str]:
        """Articles that failed; those not yet computed are not among them."""
        return [d.article_id for d, status in zip(self.decisions, self.statuses, strict=True) if status == FAILED_ARTICLE]


def release_shard(workspace: Workspace, shard: str) -> Release:
    """Decides for every article and writes table, pictures, export files, gallery and statistics; whatever is up to date already is left alone."""
    with workspace.tables.locked("catalog_release", shard):
        views = view_shard(workspace, shard)
        decisions = [view.decision for view in views]
        stored = _stored(workspace, shard, views)
        cards = [_card(workspace, stored, view, decision) for view, decision in zip(views, decisions, strict=True)]
        quarantined = quarantined_rows(workspace, catalog_of(shard))
        statistics = shard_statistics(cards)
        gallery = workspace.home.gallery(shard)
        digest = _digest(workspace, shard, views, quarantined, stored)
        stamp = workspace.home.released(shard) / ".digest"
        clip_files = (workspace.home.clip_statistics(shard, ".json"), workspace.home.clip_statistics(shard, ".txt"))
        made = (gallery, *clip_files, *report_files(workspace, shard), stamp)
        if not (all(path.exists() for path in made) and stamp.read_text(encoding="utf-8") == digest):
            _write_decisions(workspace, shard, decisions)
            fault_point("release.decisions_written")
            _write_pictures(workspace, shard, decisions)
            fault_point("release.pictures_approved")
            for kind in FORMATS:
                write_export(workspace.home.released(shard) / f"articles.{kind}", kind, COLUMNS, [export_row(view) for view in views])
            fault_point("release.exported")
            facts, rows = _facts(workspace, views, cards), shard_qualities(workspace, shard, cards)
            report = relative_link(report_page(workspace, shard), gallery.parent)
            page = render_gallery(shard, cards, quarantined, facts, folder=gallery.parent, more=further_figures(rows), report=report)
            files.replace_text(gallery, page)
            fault_point("release.gallery_written")
            _write_clip_statistics(workspace, shard, cards, statistics)
            fault_point("release.statistics_written")
            write_shard_report(workspace, shard, rows, facts)
            fault_point("release.report_written")
            _update_index(workspace, IndexEntry.of(shard, gallery, _now(), statistics, len(quarantined)))
            fault_point("release.index_written")
            files.replace_text(stamp, digest)  # last: a kill before it does all of it again
    return Release(shard, tuple(decisions), tuple(view.status for view in views), statistics, gallery)


@dataclass(frozen=True, slots=True)
class _Stored:
    """The files that cards show, looked for once for the whole shard."""

    attempts: Mapping[str, tuple[Path, ...]]  # by article, oldest first
    photos: Mapping[str, int]  # size by path below home


def _stored(workspace: Workspace, shard: str, views: Sequence[ArticleView]) -> _Stored:
    folder = workspace.home.photos(catalog_of(shard))
    sizes = files.sizes_below(folder) if any(view.delivered.photo for view in views) else {}
    return _Stored(workspace.images.attempts(shard), {workspace.home.relative(folder / name): size for name, size in sizes.items()})


def _digest(workspace: Workspace, shard: str, views: Sequence[ArticleView], quarantined: Sequence[QuarantinedRow], stored: _Stored) -> str:
    states = [
        (view.delivered.article_id, view.delivered.source_row, view.decision.waived, [to_plain(row.state) for row in view.rows.values()])
        for view in views
    ]
    marks = [to_plain(mark) for given in workspace.marks(shard).values() for mark in given]
    attempts = [(row.article_id, row.attempt, row.verdict, row.removed_at) for row in judged_attempts(workspace, shard).values()]
    photos = [stored.photos[photo] for view in views if (photo := view.delivered.photo or "") in stored.photos]
    parts = [LAYOUT, workspace.profile.name, states, [to_plain(row) for row in quarantined], marks, attempts, photos]
    text = json.dumps(parts, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _card(workspace: Workspace, stored: _Stored, view: ArticleView, decision: ReleaseDecision) -> Card:
    source = {field.name: getattr(view.delivered, field.name) for field in dataclasses.fields(Article)}
    article = view.record("articles")
    position = {name: source[name] for name in ("source_file", "source_sheet", "source_row")}
    image = view.record("generated_images")
    file, attempts = workspace.images.path(image) if image else None, stored.attempts.get(decision.article_id, ())
    photo = view.delivered.photo or ""
    return Card(
        article=dataclasses.replace(article, **position) if article else Article(**source),
        translation=view.record("translated_descriptions"),
        attributes=view.record("extracted_attributes"),
        prompt=view.record("prompts"),
        image_file=file if file in attempts else None,
        image=image,
        clip=view.of_picture("clip_scores"),
        rubric=view.of_picture("rubric_reports"),
        decision=decision,
        failures=tuple(Failure(*failure) for failure in view.failures),
        attempts=attempts,
        photo_file=workspace.home.root / photo if photo in stored.photos else None,
        backend=view.rows["generated_images"].state.backend if image else "",
    )


def _write_decisions(workspace: Workspace, shard: str, decisions: Sequence[ReleaseDecision]) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [StageRow(RowState(d.article_id, OK, None, None, input_hash(d, LAYOUT), "release", d.attempt, 0.0, now), d) for d in decisions]
    workspace.tables.write("catalog_release", ReleaseDecision, shard, rows)


def _write_pictures(workspace: Workspace, shard: str, decisions: Sequence[ReleaseDecision]) -> None:
    folder = workspace.home.released(shard) / "images"
    approved = {f"{d.article_id}.png": workspace.home.root / d.image_path for d in decisions if d.released and d.image_path}
    for old in folder.glob("*.png"):
        if old.name not in approved:
            old.unlink()  # no longer approved: the shop must not find it
    for name, source in approved.items():
        files.share(source, folder / name)
        fault_point("release.picture_linked")


def _write_clip_statistics(workspace: Workspace, shard: str, cards: Sequence[Card], numbers: ShardStatistics) -> None:
    report = clip_report(shard, cards, numbers, profile=workspace.profile.name, produced_at=_now())
    files.replace_text(workspace.home.clip_statistics(shard, ".json"), json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    files.replace_text(workspace.home.clip_statistics(shard, ".txt"), clip_text(report))


def _facts(workspace: Workspace, views: Sequence[ArticleView], cards: Sequence[Card]) -> dict[str, str]:
    """What stands at the head of the gallery."""
    seconds = [view.seconds for view in views]
    return {
        "Delivery": ", ".join(sorted({card.article.source_file for card in cards})),
        "Profile": f"{workspace.profile.name} ({workspace.profile.title})",
        "Pictures by": ", ".join(sorted({card.backend for card in cards if card.backend})),
        "Produced at": _now(),
        "Computing time": f"{sum(seconds) / len(seconds):.2f} s per article" if seconds else "",
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _update_index(workspace: Workspace, entry: IndexEntry) -> None:
    """Puts the shard's line into the index; the lines of the others are kept as they were."""
    folder = workspace.home.galleries
    lines = folder / "index.json"
    with workspace.home.locked("galleries"):
        stored = json.loads(lines.read_text(encoding="utf-8")) if lines.exists() else {}
        stored[entry.shard] = {**dataclasses.asdict(entry), "gallery": entry.gallery.name}
        files.replace_text(lines, json.dumps(stored, ensure_ascii=False, indent=1))
        fault_point("release.lines_written")
        entries = [IndexEntry(**{**line, "gallery": folder / line["gallery"]}) for _, line in sorted(stored.items())]
        files.replace_text(folder / "index.html", catalog_index(entries, folder=folder, report=relative_link(overall_page(workspace), folder)))
