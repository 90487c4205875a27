"""The passages nearest to a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from nkd_pipeline.metrics.encoding import Reals
from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.retrieval.passages import read_passages
from nkd_pipeline.models.retrieval.word_vectors import WordVectors
from nkd_pipeline.models.text_encoder import TextEncoderSettings, encoder
from nkd_pipeline.records.descriptions import Passage
from nkd_pipeline.stage import StageSettings

NEED_FAISS = 'index = "faiss" needs faiss: install nkd_pipeline[studies], or set index = "exact", which finds the same.'
Nearest = tuple[Reals, npt.NDArray[np.int64]]  # similarities and places, (questions, count) each


class Vectors(Protocol):
    """Whatever turns texts into vectors of length 1 or 0."""

    def sentences(self, texts: Sequence[str], /) -> Reals: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with how near it is to the question: the cosine, -1..1."""

    passage: Passage
    similarity: float


class RetrievalSettings(StageSettings):
    """`folder` has the texts ("": those that come with the package); `words` is the length of a passage.

    Without `encoder` texts are compared by their words (TF-IDF), which needs no model. `index` "faiss" holds the vectors in FAISS, "exact" in numpy;
    both compare with every passage, so that they find the same.
    """

    folder: str = ""
    words: int = Field(default=80, ge=10, le=1000)
    count: int = Field(default=3, ge=1, le=20)
    least: float = Field(default=0.05, ge=-1, le=1)  # similarity below which a passage has nothing to do with the question
    encoder: TextEncoderSettings | None = None
    index: Literal["exact", "faiss"] = "exact"

    @field_validator("folder")
    @classmethod
    def _readable(cls, value: str) -> str:
        if value:
            read_passages(Path(value).expanduser(), words=1000)  # raises where there is nothing to read: before a run, not in the middle of it
        return value

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """What must be on this machine."""
        return (self.encoder.checkpoint,) if self.encoder else ()


class PassageIndex:
    """Passages that can be asked for by meaning, or without a model by words."""

    def __init__(self, passages: Sequence[Passage], settings: RetrievalSettings) -> None:
        """Raises CheckpointError when the encoder is not on this machine, or FAISS is asked for and not installed."""
        self._passages, self._settings = list(passages), settings
        texts = [passage.text for passage in self._passages]
        self._vectors: Vectors = encoder(settings.encoder) if settings.encoder else WordVectors(texts)
        held = self._vectors.sentences(texts)
        self._search: Callable[[Reals, int], Nearest] = _Faiss(held) if settings.index == "faiss" else _Exact(held)

    @property
    def name(self) -> str:
        """How passages are compared and held, for reports."""
        by = self._settings.encoder.checkpoint.name if self._settings.encoder else "words (TF-IDF)"
        return f"{len(self._passages)} passages by {by}, {'FAISS' if self._settings.index == 'faiss' else 'exact search'}"

    def nearest(self, questions: Sequence[str]) -> list[list[Found]]:
        """For each question the nearest passages, at most `count`, none below `least`; equally near ones in the order of the texts."""
        if not questions:
            return []
        similarities, places = self._search(self._vectors.sentences(questions), min(self._settings.count, len(self._passages)))
        return [
            [Found(self._passages[place], float(value)) for value, place in zip(*row, strict=True) if value >= self._settings.least]
            for row in zip(similarities, places, strict=True)
        ]


class _Exact:
    def __init__(self, held: Reals) -> None:
        self._held = held

    def __call__(self, asked: Reals, count: int) -> Nearest:
        similarities = asked @ self._held.T
        places = np.argsort(-similarities, axis=1, kind="stable")[:, :count]
        return np.take_along_axis(similarities, places, axis=1), places.astype(np.int64)


class _Faiss:
    def __init__(self, held: Reals) -> None:
        try:
            import faiss
        except ImportError as error:
            raise CheckpointError(NEED_FAISS) from error
        self._index: Any = faiss.IndexFlatIP(held.shape[1])
        self._index.add(np.ascontiguousarray(held))

    def __call__(self, asked: Reals, count: int) -> Nearest:
        similarities, places = self._index.search(np.ascontiguousarray(asked), count)
        return similarities, places
