"""What `nkd study` does and prints."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from rich.markup import escape

from nkd_pipeline.automation.instance import open_instance
from nkd_pipeline.cli.console import ARTICLES_FAILED, err, input_errors, open_workspace, out, table
from nkd_pipeline.cli.running import QUIET, leased_device, stage_bars, step_errors
from nkd_pipeline.definitions import defs
from nkd_pipeline.execution.checkpoints import require_checkpoints, stage_checkpoints
from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.execution.sign_of_life import owner_tags, sign_of_life
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.report.report_files import NUMBERS
from nkd_pipeline.studies import catalogue
from nkd_pipeline.studies.common.page import report_page
from nkd_pipeline.studies.common.running import study_workspace


def run_study(name: str, home: Path | None, profile: str) -> int:
    """Materializes the study's assets and says what came of it. Returns the exit code."""
    workspace, chosen = open_workspace(home, profile), catalogue.STUDIES[name]
    with input_errors():
        require_checkpoints(workspace.profile, _checkpoints(workspace.profile, chosen))
        os.environ["NKD_PROFILE"] = profile
        instance = open_instance(workspace.home)
    job = defs.resolve_implicit_global_asset_job_def()
    keys = [asset.key for asset in chosen.assets]
    with leased_device(workspace), sign_of_life(instance), stage_bars():
        result = job.execute_in_process(instance=instance, asset_selection=keys, raise_on_error=False, tags=owner_tags(), run_config=QUIET)
    for error in step_errors(result):
        err.print(f"[red]{escape(error)}[/red]", soft_wrap=True)
    if not result.success:
        return ARTICLES_FAILED
    _print_report(study_workspace(workspace, name))
    return 0


def _checkpoints(profile: Profile, chosen: catalogue.Study) -> Iterator[tuple[str, Checkpoint]]:
    """What the study loads, besides the models that it trains itself."""
    yield from stage_checkpoints(profile, chosen.stages)
    yield from chosen.checkpoints(profile)


def _print_report(study: Workspace) -> None:
    page = report_page(study)
    numbers = json.loads((page.parent / NUMBERS).read_text(encoding="utf-8"))
    made = table(numbers["title"], "#value", "what", "counts")
    for line in numbers["headlines"]:
        made.add_row(escape(line["value"]), escape(line["name"]), escape(line["counts"]))
    out.print(made)
    out.print(f"Report: {page}", soft_wrap=True)
