"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nkd_pipeline.storage.places import PlaceError, place


def home_place(name: str) -> Path:
    """A home as an option states it."""
    try:
        return place(name)
    except PlaceError as error:
        raise typer.BadParameter(str(error)) from error


HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="NKD_HOME",
        parser=home_place,
        metavar="PATH",
        help="Folder for everything a run writes, or s3://bucket/prefix.  [default: data/home]",
    ),
]
ProfileOption = Annotated[str, typer.Option("--profile", envvar="NKD_PROFILE", help="Which models: a profile's name, or the path of your own .toml.")]
DEFAULT_PROFILE = "sketch"
