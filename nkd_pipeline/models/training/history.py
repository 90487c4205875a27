"""The log of a training: transformers' list of what it logged, as a CSV file and as reports of epochs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nkd_pipeline.records.studies import EpochReport
from nkd_pipeline.storage import files

FILE = "history.csv"
FIRST = ("step", "epoch", "loss", "held_out_loss", "learning_rate", "grad_norm")
_HELD_OUT = "eval_"
_TIMES = ("runtime", "samples_per_second", "steps_per_second")

Log = Sequence[Mapping[str, Any]]


def losses(log: Log) -> dict[int, float]:
    """Held-out loss by step, where it was measured."""
    return {int(entry["step"]): float(entry["eval_loss"]) for entry in log if "eval_loss" in entry}


def epoch_reports(log: Log) -> list[EpochReport]:
    """The report of the model before training, and one per epoch whose end was reached."""
    reports: list[EpochReport] = []
    trained: list[float] = []  # losses of the epoch's steps
    for entry in log:
        if "loss" in entry:
            trained.append(float(entry["loss"]))
        if "eval_loss" in entry:
            loss = sum(trained) / len(trained) if trained else None
            reports.append(EpochReport(round(float(entry["epoch"])), int(entry["step"]), loss, float(entry["eval_loss"]), _metrics(entry)))
            trained = []
    return reports


def _metrics(entry: Mapping[str, Any]) -> dict[str, float]:
    named = {name.removeprefix(_HELD_OUT): float(value) for name, value in entry.items() if name.startswith(_HELD_OUT)}
    return {name: value for name, value in named.items() if name not in ("loss", *_TIMES)}


def write_history(folder: Path, log: Log) -> None:
    """Writes `history.csv`: a line per step, and one for the held-out rows at the end of each epoch."""
    lines = [line for entry in log if (line := _line(entry))]
    names = list(dict.fromkeys([*FIRST, *(name for line in lines for name in line)]))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    files.replace_text(folder / FILE, text.getvalue())


def _line(entry: Mapping[str, Any]) -> dict[str, Any]:
    position = {"step": entry["step"], "epoch": round(float(entry["epoch"]), 4)}
    if "eval_loss" in entry:
        return position | {"held_out_loss": entry["eval_loss"]} | _metrics(entry)
    return position | {name: entry[name] for name in FIRST if name in entry and name not in position} if "loss" in entry else {}


def reports_as_json(reports: Sequence[EpochReport]) -> list[dict[str, Any]]:
    """Reports for a JSON file."""
    return [asdict(report) for report in reports]


def reports_from_json(values: Sequence[Mapping[str, Any]]) -> list[EpochReport]:
    """What `reports_as_json` made."""
    return [EpochReport(**value) for value in values]


def read_log(checkpoint: Path) -> list[dict[str, Any]]:
    """What had been logged when a checkpoint was written."""
    return list(json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))["log_history"])
