"""`nkd study`: the research flows."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from nkd_pipeline.cli.options import DEFAULT_PROFILE, HomeOption, ProfileOption


class StudyName(StrEnum):
    """The studies."""

    attributes = "attributes"
    descriptions = "descriptions"
    legacy_prompts = "legacy-prompts"
    models = "models"
    prompt_improvement = "prompt-improvement"
    prompt_recovery = "prompt-recovery"


def study(name: Annotated[StudyName, typer.Argument(help="Which study.")], home: HomeOption = None, profile: ProfileOption = DEFAULT_PROFILE) -> None:
    """Runs a study from data to report, trained models included; its files lie in <home>/studies/<name>.

    Run again at any time: a training that was interrupted goes on, and what is done is not done again. Exit code 0: the report is written; 3: a step
    failed; 2: wrong input.
    """
    from nkd_pipeline.cli.studying import run_study

    raise typer.Exit(run_study(name.value, home, profile))
