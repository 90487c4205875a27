"""Trains a prompt improver on pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nkd_pipeline.models.known import known
from nkd_pipeline.models.prompt_improver.generation import Generation, Improver
from nkd_pipeline.models.prompt_improver.network import loaded_model, made_model
from nkd_pipeline.models.prompt_improver.settings import PREFIX, ImproverSettings
from nkd_pipeline.models.prompt_improver.tokenizer import batch
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.training.fitting import MODEL, Tell, fit
from nkd_pipeline.models.training.task import Card, Task, fingerprint
from nkd_pipeline.records.studies import PromptPair

Measure = Callable[[Sequence[str], Sequence[str]], Mapping[str, float]]  # texts, and the improved prompts they should be -> figures
_IGNORED = -100  # label of padding: the loss leaves it out
_MADE = "none: a small T5 made from nothing, with a vocabulary of the words of its training texts"
_SUMMARY = "Makes a detailed prompt for an image model of a short one. The input begins with “{prefix}”."


def train(
    settings: ImproverSettings, pairs: Sequence[PromptPair], folder: Path, tell: Tell, measure: Measure | None = None, measured: int = 32
) -> Path:
    """Trains on the pairs that are not held out, and returns the folder of the model, below `folder`, with its card.

    `measure` gets texts generated for the first `measured` held-out pairs at the end of each epoch, and the texts they should be. What was
    interrupted goes on, and what is finished is not done again: see `training.fitting.fit`. Raises TrainingError and CheckpointError.
    """
    base = settings.base
    mark = fingerprint(settings, base.identity() if base else "", pairs)

    def prepare() -> Task:
        return _task(settings, pairs, measure, measured)

    fit(mark, prepare, settings, folder, tell)
    return folder / MODEL


def _task(settings: ImproverSettings, pairs: Sequence[PromptPair], measure: Measure | None, measured: int) -> Task:
    rows = [pair for pair in pairs if not pair.held_out]
    held_out = [pair for pair in pairs if pair.held_out]
    model, tokenizer = _start(settings, rows)
    # the model as it is, and no longer than what is learnt: one that has hardly begun does not know where a text ends
    how = Generation(min_tokens=0, max_tokens=settings.longest, repetition_penalty=1.0, style_penalty=0.0)

    def figures(current: Any) -> Mapping[str, float]:  # noqa: ANN401 - the model
        if measure is None:
            return {}
        shown = held_out[:measured]
        improver = Improver(current, tokenizer)
        texts = improver.improve([pair.basic for pair in shown], [pair.article_id for pair in shown], how)
        return measure(texts, [pair.improved for pair in shown])

    def collate(some: list[PromptPair]) -> dict[str, Any]:
        return _collated(some, tokenizer, settings.longest)

    return Task(model, tokenizer, rows, held_out, collate, _card(settings, len(pairs)), figures)


def _start(settings: ImproverSettings, rows: Sequence[PromptPair]) -> tuple[Any, Any]:
    """The model before training, and its tokenizer; the words of a small one are those of the training rows alone."""
    if settings.base is None:
        return made_model([PREFIX, *(text for row in rows for text in (row.basic, row.improved))], settings.small, settings.seed)
    import torch

    return loaded_model(checked_folder(settings.base), torch.float32)


def _collated(rows: Sequence[PromptPair], tokenizer: Any, longest: int) -> dict[str, Any]:  # noqa: ANN401
    source, mask = batch(tokenizer, [PREFIX + pair.basic for pair in rows], longest)
    target, written = batch(tokenizer, [pair.improved for pair in rows], longest)
    return {"input_ids": source, "attention_mask": mask, "labels": target.masked_fill(written == 0, _IGNORED)}


def _card(settings: ImproverSettings, pairs: int) -> Card:
    base = settings.base
    entry = known(base) if base else None
    return Card(
        title="Prompt improver",
        summary=_SUMMARY.format(prefix=PREFIX),
        base=base.identity() if base else _MADE,
        licence=entry.licence if entry else "that of the base model" if base else "that of this project",
        rows=f"{pairs:,} pairs of short and improved prompts",
    )
