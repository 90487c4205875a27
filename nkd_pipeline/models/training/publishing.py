"""The folder of a finished model: weights, tokenizer, what training came to, and a card for people."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from importlib.resources import files as package_files
from pathlib import Path
from string import Template
from typing import Any

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.training import history
from nkd_pipeline.models.training.recipe import Recipe
from nkd_pipeline.models.training.task import Task
from nkd_pipeline.records.studies import EpochReport

CARD = "MODEL_CARD.md"
RESULT = "training.json"
_LIBRARIES = ("torch", "transformers", "accelerate", "peft")


def finished(folder: Path, fingerprint: str) -> list[EpochReport] | None:
    """The reports of the training that made the model in `folder`; None when there is no whole one or it was another training."""
    try:
        checked_folder(Checkpoint(model=str(folder)))
        result = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        return history.reports_from_json(result["reports"]) if result["fingerprint"] == fingerprint else None
    except (OSError, ValueError, KeyError, TypeError, CheckpointError):
        return None


def publish(model: Any, task: Task, recipe: Recipe, reports: Sequence[EpochReport], folder: Path, fingerprint: str) -> None:  # noqa: ANN401
    """Writes the folder of a finished model in place of the one before."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    model.save_pretrained(partial)
    task.processing.save_pretrained(partial)
    write_card(partial, task, recipe, reports, fingerprint)
    result = {"fingerprint": fingerprint, "reports": history.reports_as_json(reports)}
    (partial / RESULT).write_text(json.dumps(result, indent=1), encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    partial.rename(folder)


def write_card(folder: Path, task: Task, recipe: Recipe, reports: Sequence[EpochReport], fingerprint: str) -> None:
    """Writes MODEL_CARD.md."""
    template = Template(package_files(__package__).joinpath("card.md").read_text(encoding="utf-8"))
    card = task.card
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    text = template.substitute(
        title=card.title,
        summary=card.summary,
        base=card.base,
        licence=card.licence,
        rows=f"{card.rows}; {len(task.rows):,} rows, and {len(task.held_out):,} held out",
        fingerprint=fingerprint,
        parameters=f"{sum(weights.numel() for weights in task.model.parameters()):,}",
        seed=recipe.seed,
        versions=f"Python {platform.python_version()}, {libraries}",
        recipe="\n".join(f"- {name}: {value}" for name, value in recipe.model_dump(mode="json").items()),
        table=_table(reports),
    )
    (folder / CARD).write_text(text, encoding="utf-8")


def _table(reports: Sequence[EpochReport]) -> str:
    names = list(dict.fromkeys(name for report in reports for name in report.metrics))
    heads = ["epoch", "steps", "loss", "held-out loss", *names]
    rows = [
        [str(report.epoch), f"{report.step:,}", "" if report.loss is None else f"{report.loss:.4f}", f"{report.held_out_loss:.4f}"]
        + [f"{report.metrics[name]:.4f}" if name in report.metrics else "" for name in names]
        for report in reports
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))
