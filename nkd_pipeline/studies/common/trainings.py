"""What a training tells while it runs, and how that is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.models.training.fitting import MODEL, TRAINING, Tell
from nkd_pipeline.models.training.history import FILE, reports_from_json
from nkd_pipeline.models.training.publishing import CARD, RESULT
from nkd_pipeline.records.studies import EpochReport
from nkd_pipeline.report.lines import Lines, lines
from nkd_pipeline.report.page import label
from nkd_pipeline.report.table import Table
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.page import Headline, Section
from nkd_pipeline.studies.common.running import StudyRun, missing
from nkd_pipeline.studies.common.text_scores import METEOR_NAMES

METRIC_NAMES = {**METEOR_NAMES, "garment": "garments named right", "colour": "main colours named right"}
NOT_TRAINED = "The training has not come to the end of an epoch."


def trained(run: StudyRun, asset: str, epochs: int, train: Callable[[Path, Tell], Path]) -> Made:
    """Trains in the study's home, unless that is done, and says what came of it. `train` gets the folder for model and checkpoints."""

    def tell(epoch: EpochReport) -> None:
        run.told(epoch)
        if run.progress:
            run.progress(asset, epoch.epoch, epochs)

    if run.progress and not (run.study.home.local / MODEL / RESULT).exists():
        run.progress(asset, 0, epochs)
    train(run.study.home.local, tell)
    reports = epochs_of(run.study)
    model = model_folder(run.study, asset)
    files = {"model": model, "card": model / CARD, "history": run.study.home.local / TRAINING / FILE}
    figures = {"loss": loss_curves(reports), "scores": metric_curves(reports)}
    return Made(len(reports), dict(epoch_numbers(reports[-1])), {name: path for name, path in files.items() if path.exists()}, figures=figures)


def model_folder(study: Workspace, asset: str) -> Path:
    """The folder of the study's trained model. Raises StudyError when `asset`, which trains it, has not been materialized."""
    folder = study.home.local / MODEL
    if not (folder / RESULT).exists():
        raise missing(asset)
    return folder


def epochs_of(study: Workspace) -> list[EpochReport]:
    """What the training told of its epochs; empty before it is done."""
    try:
        return reports_from_json(json.loads((study.home.local / MODEL / RESULT).read_text(encoding="utf-8"))["reports"])
    except FileNotFoundError:
        return []


def loss_headline(epochs: Sequence[EpochReport]) -> Headline:
    """What training did to the held-out loss."""
    best = min(epoch.held_out_loss for epoch in epochs)
    return (f"{epochs[0].held_out_loss:.2f} → {best:.2f}", "held-out loss by training", f"{len(epochs) - 1} epochs")


def training_section(epochs: Sequence[EpochReport]) -> Section:
    """The training's part of a report."""
    words = ("The model, its card and every step's loss lie in the study's home: model/, training/history.csv.",)
    return Section("training", "Training", words, {"loss": loss_curves(epochs), "scores": metric_curves(epochs)}, (epoch_table(epochs),))


def loss_curves(epochs: Sequence[EpochReport]) -> Lines:
    """Training and held-out loss by epoch."""
    curves = {
        "training": [(epoch.epoch, epoch.loss) for epoch in epochs if epoch.loss is not None],
        "held out": [(epoch.epoch, epoch.held_out_loss) for epoch in epochs],
    }
    return lines("Loss", curves, axis="Cross-entropy per token, nats", steps="epoch", empty=NOT_TRAINED)


def metric_curves(epochs: Sequence[EpochReport]) -> Lines:
    """What the texts generated for held-out rows score, by epoch."""
    names = list(dict.fromkeys(name for epoch in epochs for name in epoch.metrics))
    curves = {metric_name(name): [(epoch.epoch, epoch.metrics[name]) for epoch in epochs if name in epoch.metrics] for name in names}
    empty = "No text was generated while the model was trained."
    return lines("Generated texts against the held-out ones", curves, axis="Score, 0–1", steps="epoch", empty=empty)


def epoch_table(epochs: Sequence[EpochReport]) -> Table:
    """All numbers of all epochs."""
    names = list(dict.fromkeys(name for epoch in epochs for name in epoch.metrics))
    columns = ("epoch", "step", "training loss", "held-out loss", *(metric_name(name) for name in names))
    rows = tuple((str(epoch.epoch), epoch.step, epoch.loss, epoch.held_out_loss, *(epoch.metrics.get(name) for name in names)) for epoch in epochs)
    return Table("epochs", "Epochs", columns, rows, NOT_TRAINED, digits=3)


def epoch_numbers(epoch: EpochReport) -> Mapping[str, float | int]:
    """An epoch as flat numbers by name."""
    return {
        "epoch": epoch.epoch,
        "step": epoch.step,
        **({} if epoch.loss is None else {"loss": round(epoch.loss, 5)}),
        "held_out_loss": round(epoch.held_out_loss, 5),
        **{name: round(value, 4) for name, value in epoch.metrics.items()},
    }


def metric_name(name: str) -> str:
    """A metric's stored name as a person reads it."""
    return METRIC_NAMES.get(name) or label(name).replace("Bertscore", "BERTScore").replace(" f1", " F1")
