"""What the commands print, and how they end when the input is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nkd_pipeline.catalog.delivery import DeliveryError
from nkd_pipeline.execution.profile import ProfileError
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.records import QuarantinedRow
from nkd_pipeline.storage.places import PlaceError
from nkd_pipeline.storage.tables import TableError

if TYPE_CHECKING:
    from rich.progress import Progress

INPUT_ERROR, ARTICLES_FAILED, MODELS_FAILED = 2, 3, 3
LISTED = 20  # failed articles and quarantined rows that a summary lists; `nkd failed` has them all

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextlib.contextmanager
def input_errors() -> Iterator[None]:
    """Turns errors of the input into their message and exit code 2."""
    try:
        yield
    except (DeliveryError, ProfileError, PlaceError, TableError, CheckpointError) as error:
        err.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        raise typer.Exit(INPUT_ERROR) from error


def open_workspace(home: Path | None, profile: str) -> Workspace:
    """The workspace of a command."""
    with input_errors():
        return Workspace.open(str(home) if home else None, profile)


def table(title: str, *columns: str) -> Table:
    """An empty table; columns that begin with # are right-aligned numbers."""
    made = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        made.add_column(column.lstrip("#"), justify="right" if column.startswith("#") else "left", overflow="fold")
    return made


def bars() -> Progress:
    """Progress bars, a line for each task with what is done, what there is to do, and the time."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err)


def print_quarantined(rows: Iterable[QuarantinedRow], limit: int | None = LISTED) -> None:
    """Rows that did not become articles."""
    rows = list(rows)
    if not rows:
        return
    made = table(f"Quarantined rows: {len(rows)}", "file", "sheet", "#row", "column", "reason")
    for row in rows[:limit]:
        made.add_row(escape(row.source_file), escape(row.source_sheet), str(row.source_row), escape(row.column), escape(row.reason))
    out.print(made)
    _print_rest(len(rows), limit)


def print_failed(articles: list[tuple[str, str, str]], limit: int | None = LISTED) -> None:
    """(shard, article id, reason) of articles that are not released."""
    if not articles:
        return
    made = table(f"Articles without an approved picture: {len(articles)}", "shard", "article", "reason")
    for shard, article_id, reason in articles[:limit]:
        made.add_row(escape(shard), escape(article_id), escape(reason))
    out.print(made)
    _print_rest(len(articles), limit)


def _print_rest(count: int, limit: int | None) -> None:
    if limit is not None and count > limit:
        out.print(f"… and {count - limit} more: see `nkd failed`")
