"""What `nkd serve` does and prints."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape

from nkd_pipeline.cli.console import INPUT_ERROR, err, open_workspace, out
from nkd_pipeline.cli.review_input import review_errors
from nkd_pipeline.cli.running import leased_device
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.review.serving import is_loopback, listen, serve_until_stopped
from nkd_pipeline.serving.asking import as_question
from nkd_pipeline.serving.desk import Desk
from nkd_pipeline.serving.limits import Limits
from nkd_pipeline.serving.server import HEALTH, ONE, SEVERAL, make_server
from nkd_pipeline.stage import Stage
from nkd_pipeline.studies.attributes.settings import NAME
from nkd_pipeline.studies.attributes.steps import MODEL, PREDICTED
from nkd_pipeline.studies.common.running import StudyError, study_workspace
from nkd_pipeline.studies.common.trainings import model_folder


def serve_attributes(home: Path | None, profile: str, model: Path | None, limits: Limits, host: str, port: int) -> None:
    """Serves the model until it is stopped, and says then what was asked."""
    workspace = open_workspace(home, profile)
    with leased_device(workspace), tempfile.TemporaryDirectory(prefix="nkd-photos-") as folder:
        with review_errors():
            stage = _stage(workspace, model)
            stage.load()
            listening = listen(host, port)
        desk = Desk(stage, as_question, limits, Path(folder))
        port = listening.getsockname()[1]
        base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        out.print(f"{escape(stage.backend)} answers at {base}{ONE}, several questions at {base}{SEVERAL}; state: {base}{HEALTH}.", soft_wrap=True)
        if not is_loopback(host):
            err.print("[yellow]Other machines can reach this server, nothing is encrypted and nobody is asked for a key: use a proxy.[/yellow]")
        out.print("Stop with Ctrl+C.")
        serve_until_stopped(make_server(desk), listening)
    tally = desk.batcher.tally
    out.print(f"{tally.answered} questions answered in {tally.batches} batches, {tally.failed} failed.")


def _stage(workspace: Workspace, model: Path | None) -> Stage[Any, Any]:
    """The profile's stage with the model that is named, or with the one that the study trained in this home."""
    try:
        folder = model.expanduser().resolve() if model else model_folder(study_workspace(workspace, NAME), MODEL)
    except StudyError as error:
        err.print(f"[red]{escape(str(error))} Or name a folder with --model.[/red]", soft_wrap=True)
        raise typer.Exit(INPUT_ERROR) from error
    return workspace.profile.stage(PREDICTED, model=str(folder))
