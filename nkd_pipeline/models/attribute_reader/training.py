"""Trains an attribute reader on questions about pictures with their right answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.attribute_reader.blip2 import Blip2, learning
from nkd_pipeline.models.attribute_reader.products import Pictures, Product, of_split
from nkd_pipeline.models.attribute_reader.samples import Sample, write_samples
from nkd_pipeline.models.attribute_reader.seeing import Progress
from nkd_pipeline.models.attribute_reader.settings import AttributeReaderSettings
from nkd_pipeline.models.attribute_reader.starting import starting
from nkd_pipeline.models.known import known
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.training.fitting import MODEL, TRAINING, Tell, fit
from nkd_pipeline.models.training.task import Card, Task, fingerprint
from nkd_pipeline.records.photo_attributes import HELD_OUT, TRAIN, VqaPair
from nkd_pipeline.records.studies import EpochReport

if TYPE_CHECKING:
    pass

_MADE = "none: a small BLIP-2 made from nothing, with a vocabulary of the words of its questions and answers"
_SUMMARY = "Answers questions about the attributes of a product from its picture."
_AT_ONCE = 32  # pictures that are asked about together while the training is measured


def train(
    settings: AttributeReaderSettings, pairs: Sequence[VqaPair], folder: Path, tell: Tell, progress: Progress = lambda _done, _steps: None
) -> Path:
    """Trains on the pairs of split "train", is measured by those of "held_out", and returns the folder of the model, below `folder`, with its card.

    The loss is that of the language model over the answers. Each epoch's report has the shares `answers_right`, of all measured questions, and
    `worst_attribute`, of the attribute that fares worst; `progress` hears how far a small model has learnt to see before that. Some answers are
    written to `training/samples-<epoch>.csv`. Adapters are merged when training is done. What was interrupted goes on, and what is finished is not
    done again: see `training.fitting.fit`. Raises TrainingError, CheckpointError, and RowError as `read_picture` does.
    """
    base = settings.base
    learnt = [pair for pair in pairs if pair.split in (TRAIN, HELD_OUT)]
    mark = fingerprint(settings, base.identity() if base else "", learnt)
    samples: list[Sample] = []

    def told(report: EpochReport) -> None:
        write_samples(folder / TRAINING, report.epoch, samples)
        tell(report)

    fit(mark, lambda: _task(settings, learnt, folder, samples, progress), settings, folder, told)
    return folder / MODEL


def _task(settings: AttributeReaderSettings, pairs: Sequence[VqaPair], folder: Path, samples: list[Sample], progress: Progress) -> Task:
    """What is trained; `samples` is filled with new ones each time that it is measured."""
    products, held_out = (of_split(pairs, split) for split in (TRAIN, HELD_OUT))
    reader = starting(settings, pairs, folder, progress)
    pictures = Pictures(reader)
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
