"""What `nkd train` does and prints."""

from __future__ import annotations

from pathlib import Path

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from nkd_pipeline.cli.console import out, table
from nkd_pipeline.models.device import device as first_device
from nkd_pipeline.models.house_clip.making import Plan, Teller, make
from nkd_pipeline.models.house_clip.measuring import Measured
from nkd_pipeline.models.house_clip.publishing import claimed, title


def train_house_clip(folder: Path, sketches: int | None, seed: int | None, device: str | None, minutes: float | None) -> None:
    """Trains, shows how far it is, and prints what the model can tell apart."""
    given = {name: value for name, value in {"sketches": sketches, "seed": seed}.items() if value is not None}
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.fields[note]}"))
    with Progress(*columns, console=out) as progress:
        tasks = [progress.add_task("", total=1.0, note="", visible=False)]

        def begins(what: str) -> None:
            progress.update(tasks[-1], completed=1.0)
            tasks.append(progress.add_task(what, total=1.0, note=""))

        results = make(
            Plan(folder, device or first_device(), minutes=minutes, **given),
            Teller(begins, lambda share, note: progress.update(tasks[-1], completed=share, note=note)),
        )
        progress.update(tasks[-1], completed=1.0)
    _print(results)
    out.print(f"The model is in {folder}: MODEL_CARD.md says what it can do. Name the folder as model of HouseClipScorer and HouseClipProbe.")


def _print(results: list[Measured]) -> None:
    made = table("On sketches with combinations of attributes that were never seen", "attribute", "#accuracy", "#of", "#values", "claimed")
    held = {result.topic for result in claimed(results)}
    for result in results:
        made.add_row(
            title(result.topic), f"{result.accuracy:.3f}", str(result.n), str(len(result.claim.values)), "yes" if result.topic in held else "no"
        )
    out.print(made)
