"""Writes the quality report of a shard, and the one over all shards: page, plots, tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nkd_pipeline.execution.attempts import judged_attempts
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.metrics.agreement import Agreement, agreement
from nkd_pipeline.records import ASPECTS, HumanMark
from nkd_pipeline.report.cards import Card
from nkd_pipeline.report.likeness import likenesses
from nkd_pipeline.report.quality import TABLE, ArticleQuality, article_qualities, stored_qualities
from nkd_pipeline.report.quality_page import quality_report, render_quality
from nkd_pipeline.report.report_files import NUMBERS, write_report_files
from nkd_pipeline.report.views import relative_link
from nkd_pipeline.storage import files

PAGE = "report.html"
ALL = "all"  # folder of the report over all shards; a shard's name has a dot in it


def shard_qualities(workspace: Workspace, shard: str, cards: Sequence[Card]) -> list[ArticleQuality]:
    """Brings the shard's table up to date and returns its rows; pictures that were compared with their photos before are not compared again."""
    known = (row.likeness for row in stored_qualities(workspace, shard))
    rows = article_qualities(cards, likenesses(cards, known), judged_attempts(workspace, shard).values())
    workspace.tables.write_records(TABLE, ArticleQuality, shard, rows)
    return rows


def write_shard_report(workspace: Workspace, shard: str, rows: Sequence[ArticleQuality], facts: Mapping[str, str]) -> None:
    """Writes statistics/<shard>/report.html with its plots and tables, and the report over all shards anew."""
    folder, home = workspace.home.quality(shard), workspace.home
    report = quality_report(rows, _agreement(rows, _marks(workspace, [shard])))
    write_report_files(folder, report.figures, report.tables, {"shard": shard, **facts})
    links = {"Gallery": relative_link(home.gallery(shard), folder), "All shards": relative_link(overall_page(workspace), folder)}
    files.replace_text(report_page(workspace, shard), render_quality(shard, report, facts, links=links, files=""))
    with home.locked("statistics"):
        _write_overall(workspace)


def report_page(workspace: Workspace, shard: str) -> Path:
    """The report of a shard."""
    return workspace.home.quality(shard) / PAGE


def report_files(workspace: Workspace, shard: str) -> tuple[Path, ...]:
    """What a release must find to leave the reports as they are."""
    return (workspace.home.table(TABLE, shard), report_page(workspace, shard), workspace.home.quality(shard) / NUMBERS, overall_page(workspace))


def overall_page(workspace: Workspace) -> Path:
    """The report over all shards."""
    return workspace.home.statistics / "index.html"


def _write_overall(workspace: Workspace) -> None:
    home, page = workspace.home, overall_page(workspace)
    shards = workspace.tables.keys(TABLE)
    rows = [row for shard in shards for row in stored_qualities(workspace, shard)]
    report = quality_report(rows, _agreement(rows, _marks(workspace, shards)))
    write_report_files(home.quality(ALL), report.figures, report.tables, {"shards": shards})
    links = {"Galleries": relative_link(home.galleries / "index.html", page.parent)}
    reports = {shard: relative_link(report_page(workspace, shard), page.parent) for shard in shards}
    text = render_quality("All shards", report, {}, links=links, files=f"{ALL}/", shards=reports)
    files.replace_text(page, text)


def _marks(workspace: Workspace, shards: Iterable[str]) -> list[HumanMark]:
    return [mark for shard in shards for marks in workspace.marks(shard).values() for mark in marks]


def _agreement(rows: Iterable[ArticleQuality], marks: Sequence[HumanMark]) -> Agreement:
    marked = {(mark.article_id, mark.sha256) for mark in marks}
    machine = {key: dict(zip(ASPECTS, row.machine, strict=True)) for row in rows if row.machine and (key := (row.article_id, row.sha256)) in marked}
    return agreement(marks, machine)
