"""`nkd train`: models that the project trains itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

train = typer.Typer(name="train", help="Models that are trained on this machine, from nothing.", no_args_is_help=True)


@train.callback()
def _group() -> None:
    """Keeps the command's name where it is the only one."""


@train.command("house-clip")
def house_clip(
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")] = Path("house_clip"),
    minutes: Annotated[float | None, typer.Option(min=0.01, help="Train for so long.  [default: a number of steps, which can be repeated]")] = None,
    sketches: Annotated[int | None, typer.Option(min=100, help="Sketches to train with.  [default: 24,000]")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Another seed: other sketches, other weights.  [default: that of the packaged model]")
    ] = None,
    device: Annotated[str | None, typer.Option(help="As torch names it: cpu, cuda:0.  [default: the GPU if there is one]")] = None,
) -> None:
    """Trains the CLIP model that scores and probes sketches: draws its own data, trains, measures, and writes a folder to name in a profile."""
    from nkd_pipeline.cli.training import train_house_clip

    train_house_clip(out, sketches, seed, device, minutes)
