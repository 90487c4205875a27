"""What the review commands are given, and how they end when it is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import typer
from rich.markup import escape

from nkd_pipeline.cli.console import INPUT_ERROR, err, input_errors
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.review.task import ReviewError


@contextlib.contextmanager
def review_errors() -> Iterator[None]:
    """Turns errors of the input into their message and exit code 2."""
    with input_errors():
        try:
            yield
        except ReviewError as error:
            err.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
            raise typer.Exit(INPUT_ERROR) from error


def chosen_shards(workspace: Workspace, wanted: list[str]) -> list[str]:
    """The shards named, or all of them. Raises ReviewError for one that does not exist."""
    known = workspace.shards()
    if unknown := sorted(set(wanted) - set(known)):
        raise ReviewError(f"There is no shard {', '.join(unknown)}. There are {', '.join(known) or 'none yet'}.")
    return wanted or known
