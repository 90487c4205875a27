"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[Path | None, typer.Option("--home", envvar="NKD_HOME", help="Folder for everything a run writes.  [default: data/home]")]
ProfileOption = Annotated[str, typer.Option("--profile", envvar="NKD_PROFILE", help="Which models: a profile's name, or the path of your own .toml.")]
DEFAULT_PROFILE = "sketch"
