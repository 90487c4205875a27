"""Trains a model so that it can be killed at any moment and gives the same model all the same."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.device import device
from nkd_pipeline.models.training import checkpoints, history, lora
from nkd_pipeline.models.training.publishing import finished, publish
from nkd_pipeline.models.training.recipe import Recipe
from nkd_pipeline.models.training.task import Task, TrainingError
from nkd_pipeline.models.training.watching import watcher
from nkd_pipeline.records.studies import EpochReport
from nkd_pipeline.storage import files

if TYPE_CHECKING:
    from transformers import Seq2SeqTrainer, Seq2SeqTrainingArguments

Tell = Callable[[EpochReport], None]
TRAINING = "training"  # below the folder of a training: checkpoints and log
MODEL = "model"  # the finished model
_BEGUN = "training.json"
_log = logging.getLogger(__name__)


def fit(fingerprint: str, prepare: Callable[[], Task], recipe: Recipe, folder: Path, tell: Tell) -> list[EpochReport]:
    """Trains what `prepare` returns, leaves the best model in `folder / "model"` and reports on the model before training and of every epoch.

    `tell` hears of each epoch when it ends. A training of the same fingerprint that was interrupted goes on from its newest whole checkpoint in
    `folder / "training"`, where the log lies too, as `history.csv`; one that is finished is not done again, and `prepare` not called. Another
    fingerprint starts anew; the model before stays until the new one is there. Raises TrainingError.
    """
    with files.locked(folder / ".training.lock"):
        if (reports := finished(folder / MODEL, fingerprint)) is not None:
            return reports
        _begin(folder / TRAINING, fingerprint)
        task = prepare()
        if not len(task.rows) or not len(task.held_out):
            raise TrainingError(
                f"{len(task.rows)} rows to train with, {len(task.held_out)} held out: both are needed. Give more rows, or change the held-out share."
            )
        return _train(fingerprint, task, recipe, folder, tell)


def _begin(folder: Path, fingerprint: str) -> None:
    """Removes what another training left here."""
    begun = folder / _BEGUN
    if not begun.exists() or json.loads(begun.read_text(encoding="utf-8")) != {"fingerprint": fingerprint}:
        if folder.exists():
            shutil.rmtree(folder)
        files.replace_text(begun, json.dumps({"fingerprint": fingerprint}))
    if broken := checkpoints.remove_broken(folder):
        _log.warning("%s: %s was cut short and is removed", folder, ", ".join(broken))


def _train(fingerprint: str, task: Task, recipe: Recipe, folder: Path, tell: Tell) -> list[EpochReport]:
    work = folder / TRAINING
    newest = checkpoints.newest(work)
    trainer = _trainer(task, recipe, work, tell, measured_first=newest is None)
    if newest:
        _log.info("training goes on after step %d", checkpoints.step_of(newest))
    trainer.train(resume_from_checkpoint=str(newest) if newest else None)
    log = trainer.state.log_history
    history.write_history(work, log)
    reports = history.epoch_reports(log)
    best = checkpoints.best(work, history.losses(log))
    model = lora.with_weights(trainer.model, best)
    publish(model, task, recipe, reports, folder / MODEL, fingerprint)
    return reports


def _trainer(task: Task, recipe: Recipe, work: Path, tell: Tell, *, measured_first: bool) -> Seq2SeqTrainer:
    from transformers import PrinterCallback, Seq2SeqTrainer
    from transformers.utils import logging as messages

    messages.disable_progress_bar()  # one for every checkpoint that is written
    rows: dict[str, Any] = {"train_dataset": task.rows, "eval_dataset": task.held_out}  # any sequence will do
    trainer = Seq2SeqTrainer(
        model=lora.adapted(task.model, recipe),
        args=_arguments({**_options(recipe, work), "eval_on_start": measured_first}),
        data_collator=task.collate,
        processing_class=task.processing,
        **rows,
        callbacks=[watcher(task, recipe, work, tell)],
    )
    trainer.remove_callback(PrinterCallback)
    # The models take any further argument, which the library reads as "counts the tokens of all batches of a step itself". They do not: each batch's
    # loss is a mean, to be divided by the number of batches.
    trainer.model_accepts_loss_kwargs = False
    return trainer


def _arguments(options: dict[str, Any]) -> Seq2SeqTrainingArguments:
    import torch
    from transformers import Seq2SeqTrainingArguments

    place = torch.device(device())
    if place.type == "cuda":
        torch.cuda.set_device(place)
        os.environ["ACCELERATE_TORCH_DEVICE"] = str(place)
    arguments = Seq2SeqTrainingArguments(**options, use_cpu=place.type == "cpu")
    # the device that this process has leased; the library takes the first GPU, or all of them
    arguments.__dict__["_setup_devices"] = place
    arguments._n_gpu = int(place.type == "cuda")
    return arguments


def _options(recipe: Recipe, work: Path) -> dict[str, Any]:
    return {
        "output_dir": str(work),
        "learning_rate": recipe.learning_rate,
        "warmup_steps": recipe.warmup_steps,
        "weight_decay": recipe.weight_decay,
        "per_device_train_batch_size": recipe.batch_size,
        "per_device_eval_batch_size": recipe.batch_size,
        "gradient_accumulation_steps": recipe.accumulation,
        "num_train_epochs": recipe.epochs,
        "seed": recipe.seed,
        "data_seed": recipe.seed,
        "activation_checkpointing": recipe.gradient_checkpointing,
        "logging_steps": 1,  # the mean over an epoch must not depend on where it was interrupted
        "logging_nan_inf_filter": False,
        "eval_strategy": "no",  # the watcher says when
        "save_strategy": "no",
        "prediction_loss_only": True,
        "remove_unused_columns": False,
        "label_names": ["labels"],
        "dataloader_pin_memory": False,
        "report_to": "none",
        "disable_tqdm": True,
    }
