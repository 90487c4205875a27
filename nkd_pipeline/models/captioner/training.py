"""Trains a captioner on pictures and the texts that they were made of."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from nkd_pipeline.models.captioner.blip import Blip, Wording, loaded, made
from nkd_pipeline.models.captioner.settings import UNTRAINED, CaptionerSettings
from nkd_pipeline.models.known import known
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.training.fitting import MODEL, Tell, fit
from nkd_pipeline.models.training.task import Card, Task, fingerprint
from nkd_pipeline.records import Attributes
from nkd_pipeline.records.studies import CaptionedPicture
from nkd_pipeline.stage import RowError
from nkd_pipeline.text.english.reading import read_prompt

_MADE = "none: a small BLIP made from nothing, with a vocabulary of the words of its training texts"
_SUMMARY = "Says of a picture which prompt it was made of."
_Row = tuple[CaptionedPicture, bool]  # a picture, and whether its mirror image is meant
_AT_ONCE = 32  # pictures that are captioned together while the training is measured


def train(settings: CaptionerSettings, pictures: Sequence[CaptionedPicture], folder: Path, tell: Tell) -> Path:
    """Trains on the pictures that are not held out, and returns the folder of the model, below `folder`, with its card.

    The loss is that of the language model, word by word. Each epoch's report has the shares `garment` and `colour` of held-out pictures in whose
    captions `read_prompt` finds the kind of garment and the main colour of the picture's text. What was interrupted goes on, and what is finished
    is not done again: see `training.fitting.fit`. Raises TrainingError, CheckpointError, and RowError as `read_picture` does.
    """
    base = settings.base
    mark = fingerprint(settings, base.identity() if base else "", pictures)
    fit(mark, lambda: _task(settings, pictures, folder), settings, folder, tell)
    return folder / MODEL


def _task(settings: CaptionerSettings, pictures: Sequence[CaptionedPicture], folder: Path) -> Task:
    rows = [picture for picture in pictures if not picture.held_out]
    held_out = [picture for picture in pictures if picture.held_out]
    blip = _start(settings, rows, folder)

    def collate(batch: list[_Row]) -> dict[str, Any]:
        pixels = blip.pixels([_seen(row) for row in batch])
        return blip.lesson(pixels, [picture.text for picture, _ in batch], settings.max_tokens)

    def measure(model: Any) -> Mapping[str, float]:  # noqa: ANN401
        return recovered(Blip(model, blip.processor), held_out[: settings.measured], Wording(max_tokens=settings.max_tokens))

    learnt = [(picture, mirrored) for mirrored in (False, True)[: 1 + settings.mirrored] for picture in rows]
    asked = [(picture, False) for picture in held_out]
    return Task(blip.model, blip.processor, learnt, asked, collate, _card(settings, len(pictures)), measure)


def _seen(row: _Row) -> Image.Image:
    picture, mirrored = row
    return ImageOps.mirror(read_picture(picture)) if mirrored else read_picture(picture)


def _start(settings: CaptionerSettings, rows: Sequence[CaptionedPicture], folder: Path) -> Blip:
    """The captioner before training; the words of a small one are those of the training rows alone, and it is kept for comparison."""
    import torch
    from transformers.utils import logging as messages

    messages.disable_progress_bar()  # one for each of the files of a model
    if settings.base is not None:
        return loaded(checked_folder(settings.base), torch.float32)
    blip = made([row.text for row in rows], settings.small, settings.seed)
    shutil.rmtree(folder / UNTRAINED, ignore_errors=True)
    blip.model.save_pretrained(folder / UNTRAINED)
    blip.processor.save_pretrained(folder / UNTRAINED)
    return blip


def recovered(blip: Blip, pictures: Sequence[CaptionedPicture], wording: Wording) -> dict[str, float]:
    """The shares of pictures whose captions name the kind of garment, and the main colour, that the pictures' texts name; {} without pictures."""
    captions: list[str] = []
    for start in range(0, len(pictures), _AT_ONCE):
        seen = [read_picture(picture) for picture in pictures[start : start + _AT_ONCE]]
        captions += blip.captions(blip.pixels(seen), wording)
    pairs = [(_read(picture.text), _read(caption)) for picture, caption in zip(pictures, captions, strict=True)]
    if not pairs:
        return {}
    garments = sum(bool(stated.garment) and stated.sketch_kind == seen.sketch_kind for stated, seen in pairs)
    colours = sum(bool(stated.colours) and stated.colours[:1] == seen.colours[:1] for stated, seen in pairs)
    return {"garment": garments / len(pairs), "colour": colours / len(pairs)}


def _read(text: str) -> Attributes:
    """What a text says; nothing when it names no garment."""
    try:
        return read_prompt(text)
    except RowError:
        return Attributes("", garment="", sketch_kind="", target_group="")


def _card(settings: CaptionerSettings, pictures: int) -> Card:
    base = settings.base
    entry = known(base) if base else None
    return Card(
        title="Captioner",
        summary=_SUMMARY,
        base=base.identity() if base else _MADE,
        licence=entry.licence if entry else "that of the base model" if base else "that of this project",
        rows=f"{pictures:,} pictures with the texts that they were made of",
    )
