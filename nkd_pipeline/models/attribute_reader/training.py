"""Trains an attribute reader on questions about pictures with their right answers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.attribute_reader.blip2 import PROMPT, Blip2, learning, loaded
from nkd_pipeline.models.attribute_reader.questions import wordings
from nkd_pipeline.models.attribute_reader.samples import Sample, write_samples
from nkd_pipeline.models.attribute_reader.settings import UNTRAINED, AttributeReaderSettings
from nkd_pipeline.models.attribute_reader.small import accustom, made
from nkd_pipeline.models.known import known
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.training.fitting import MODEL, TRAINING, Tell, fit
from nkd_pipeline.models.training.task import Card, Task, fingerprint
from nkd_pipeline.records.photo_attributes import HELD_OUT, TRAIN, VqaPair
from nkd_pipeline.records.studies import EpochReport

if TYPE_CHECKING:
    import torch

Product = tuple[VqaPair, ...]  # all pairs about one picture
_MADE = "none: a small BLIP-2 made from nothing, with a vocabulary of the words of its questions and answers"
_SUMMARY = "Answers questions about the attributes of a product from its picture."
_AT_ONCE = 32  # pictures that are asked about together while the training is measured
_ACCUSTOMED = 256  # training pictures by which a small model's vision tower begins
_KEPT_BYTES = 512 << 20  # of preprocessed pictures that stay in memory between epochs


def train(settings: AttributeReaderSettings, pairs: Sequence[VqaPair], folder: Path, tell: Tell) -> Path:
    """Trains on the pairs of split "train", is measured by those of "held_out", and returns the folder of the model, below `folder`, with its card.

    The loss is that of the language model over the answers. Each epoch's report has the shares `answers_right`, of all measured questions, and
    `worst_attribute`, of the attribute that fares worst; some answers are written to `training/samples-<epoch>.csv`. Adapters are merged when
    training is done. What was interrupted goes on, and what is finished is not done again: see `training.fitting.fit`. Raises TrainingError,
    CheckpointError, and RowError as `read_picture` does.
    """
    base = settings.base
    learnt = [pair for pair in pairs if pair.split in (TRAIN, HELD_OUT)]
    mark = fingerprint(settings, base.identity() if base else "", learnt)
    samples: list[Sample] = []

    def told(report: EpochReport) -> None:
        write_samples(folder / TRAINING, report.epoch, samples)
        tell(report)

    fit(mark, lambda: _task(settings, learnt, folder, samples), settings, folder, told)
    return folder / MODEL


def _task(settings: AttributeReaderSettings, pairs: Sequence[VqaPair], folder: Path, samples: list[Sample]) -> Task:
    """What is trained; `samples` is filled with new ones each time that it is measured."""
    products, held_out = (of_split(pairs, split) for split in (TRAIN, HELD_OUT))
    reader = starting(settings, pairs, folder)
    pictures = _Pictures(reader)
    longest = (settings.longest_question, settings.longest_answer)

    def collate(rows: list[tuple[Product, bool]]) -> dict[str, Any]:
        asked = [[(pair.question, pair.answer) for pair in product] for product, _ in rows]
        return reader.lesson(pictures.of(rows), asked, longest)

    def measure(_: object) -> Mapping[str, float]:
        found = asked_about(reader, held_out[: settings.measured], longest)  # what is trained are the reader's own weights
        samples[:] = _some(found, settings.samples)
        return shares_right(found)

    learnt = [(product, mirrored) for mirrored in (False, True)[: 1 + settings.mirrored] for product in products]
    card = _card(settings, len(pairs))
    return Task(learning(reader.model), reader.processor, learnt, [(product, False) for product in held_out], collate, card, measure)


def _some(found: Sequence[Sample], count: int) -> list[Sample]:
    """So many of them, spread over all: the same ones each time."""
    return list(found[:: max(1, len(found) // count)][:count]) if count else []


def of_split(pairs: Sequence[VqaPair], split: str) -> list[Product]:
    """The pairs of a split, those of a product together."""
    products: dict[str, list[VqaPair]] = {}
    for pair in pairs:
        if pair.split == split:
            products.setdefault(pair.article_id, []).append(pair)
    return [tuple(product) for product in products.values()]


class _Pictures:
    """Pictures as the model takes them; each is read and made smaller once, as long as there is room for it."""

    def __init__(self, reader: Blip2) -> None:
        self._reader = reader
        self._kept: dict[str, torch.Tensor] = {}

    def of(self, rows: Sequence[tuple[Product, bool]]) -> torch.Tensor:
        """(rows, 3, edge, edge); mirrored where the row says so."""
        import torch

        found = [self._one(product[0]) for product, _ in rows]
        return torch.stack([pixels.flip(-1) if mirrored else pixels for pixels, (_, mirrored) in zip(found, rows, strict=True)])

    def _one(self, pair: VqaPair) -> torch.Tensor:
        if (kept := self._kept.get(pair.sha256)) is not None:
            return kept
        pixels = self._reader.pixels([read_picture(pair)])[0]
        if (len(self._kept) + 1) * pixels.nbytes <= _KEPT_BYTES:
            self._kept[pair.sha256] = pixels
        return pixels


def starting(settings: AttributeReaderSettings, pairs: Sequence[VqaPair], folder: Path) -> Blip2:
    """The reader before training; a small one knows the words of all questions and of the training answers, and is kept for comparison."""
    import torch
    from transformers.utils import logging as messages

    messages.disable_progress_bar()  # one for each of the files of a model
    if settings.base is not None:
        return loaded(checked_folder(settings.base), torch.float32)
    questions = [PROMPT.format(question=question) for known_ones in wordings().values() for question in known_ones]
    reader = made([*questions, *(pair.answer for pair in pairs if pair.split == TRAIN)], settings.small, settings.seed)
    some = of_split(pairs, TRAIN)[:_ACCUSTOMED]
    accustom(reader, reader.pixels([read_picture(product[0]) for product in some]))
    shutil.rmtree(folder / UNTRAINED, ignore_errors=True)
    reader.model.save_pretrained(folder / UNTRAINED)
    reader.processor.save_pretrained(folder / UNTRAINED)
    return reader


def asked_about(reader: Blip2, products: Sequence[Product], longest: tuple[int, int]) -> list[Sample]:
    """What the reader answers to all questions about the products."""
    import torch

    found: list[Sample] = []
    for start in range(0, len(products), _AT_ONCE):
        some = products[start : start + _AT_ONCE]
        with torch.inference_mode():
            pictures = reader.seen(reader.pixels([read_picture(product[0]) for product in some]))
        pairs = [pair for product in some for pair in product]
        places = [place for place, product in enumerate(some) for _ in product]
        answers = reader.answers(pictures[places], [pair.question for pair in pairs], longest)
        found += [Sample(pair, answer.text, answer.confidence) for pair, answer in zip(pairs, answers, strict=True)]
    return found


def shares_right(samples: Sequence[Sample]) -> dict[str, float]:
    """The share of right answers, and that of the attribute with the fewest; {} without samples."""
    by_attribute: dict[str, list[bool]] = {}
    for sample in samples:
        by_attribute.setdefault(sample.pair.attribute, []).append(sample.right)
    if not by_attribute:
        return {}
    shares = [sum(right) / len(right) for right in by_attribute.values()]
    return {"answers_right": sum(sample.right for sample in samples) / len(samples), "worst_attribute": min(shares)}


def _card(settings: AttributeReaderSettings, pairs: int) -> Card:
    base = settings.base
    entry = known(base) if base else None
    return Card(
        title="Attribute reader",
        summary=_SUMMARY,
        base=base.identity() if base else _MADE,
        licence=entry.licence if entry else "that of the base model" if base else "that of this project",
        rows=f"{pairs:,} questions with their answers; a row is a picture with all its questions",
    )
