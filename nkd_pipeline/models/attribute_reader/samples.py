"""Answers that a reader gives while it is trained, for people to look at."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nkd_pipeline.records.photo_attributes import VqaPair
from nkd_pipeline.storage import files

_COLUMNS = ("article_id", "question", "right", "said", "confidence")


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with what was answered; `confidence` 0..1."""

    pair: VqaPair
    said: str
    confidence: float

    @property
    def right(self) -> bool:
        """Whether the answer is the right one, whatever its capitals."""
        return same(self.pair.answer, self.said)


def same(right: str, said: str) -> bool:
    """Whether two answers say the same; capitals and spaces do not count."""
    return " ".join(right.lower().split()) == " ".join(said.lower().split())


def write_samples(training: Path, epoch: int, samples: Sequence[Sample]) -> None:
    """Writes the samples of an epoch beside the training's log, in place of an earlier attempt at the same epoch."""
    if not samples:
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for sample in samples:
        writer.writerow([sample.pair.article_id, sample.pair.question, sample.pair.answer, sample.said, f"{sample.confidence:.3f}"])
    files.replace_text(training / f"samples-{epoch:02d}.csv", text.getvalue())


def read_samples(training: Path) -> dict[int, list[dict[str, str]]]:
    """The samples of all epochs, in order: rows with article_id, question, right, said and confidence."""
    return {
        int(file.stem.removeprefix("samples-")): list(csv.DictReader(io.StringIO(file.read_text())))
        for file in sorted(training.glob("samples-*.csv"))
    }
