"""`nkd models`: the neural models of a profile on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from nkd_pipeline.cli.options import DEFAULT_PROFILE, HomeOption, ProfileOption

models = typer.Typer(name="models", help="The neural models of a profile: what they are, getting them, trying them.", no_args_is_help=True)


@models.command("list")
def list_(home: HomeOption = None, profile: ProfileOption = DEFAULT_PROFILE) -> None:
    """Lists each stage's models with licence and size, and whether they are on this machine. Asks no network."""
    from nkd_pipeline.cli.checkpoints import list_models

    list_models(home, profile)


@models.command()
def fetch(
    model: Annotated[list[str] | None, typer.Argument(help="Only this model, by its id or the last part of it. Default: all of the profile.")] = None,
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
) -> None:
    """Downloads the models that are missing, at their pinned commits: safetensors and configurations only. The only command that asks the model hub.

    Files that an interrupted fetch completed are kept. Exit code 3 when a model could not be fetched.
    """
    from nkd_pipeline.cli.checkpoints import fetch_models

    raise typer.Exit(fetch_models(home, profile, model or []))


@models.command()
def check(home: HomeOption = None, profile: ProfileOption = DEFAULT_PROFILE) -> None:
    """Loads each model, computes one example article with it, and shows seconds and memory. Exit code 3 when a model fails."""
    from nkd_pipeline.cli.checkpoints import check_profile

    raise typer.Exit(check_profile(home, profile))
