"""How well pictures and texts agree: what all scorers share, whichever library their model comes from."""

from __future__ import annotations

import contextlib
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar

from nkd_pipeline.models.device import device
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelSettings, ModelStage
from nkd_pipeline.records import ClipScore, JudgedImage
from nkd_pipeline.stage import RowError, StageSettings

if TYPE_CHECKING:
    import torch
    from PIL import Image

Out = TypeVar("Out")
THREADS = min(8, os.cpu_count() or 1)  # decoding and resizing a 1024 x 1024 PNG takes a core about 40 ms, more than a GPU needs to score it
TEXTS = 256  # encoded at a time
KNOWN_TEXTS = 16384  # texts whose features are kept: 50 MB with 768 numbers each


class PictureTextModel(ABC):
    """A loaded model that places pictures and texts in one space, in float32.

    `context` is how many tokens of a text it reads, those for start and end included; `scale` is exp(logit_scale), by which cosines become scores.
    """

    @abstractmethod
    def __init__(self, folder: Path, place: str) -> None:
        """Loads the model of a checked folder onto a device. Raises CheckpointError when it is not one of this library."""

    context: int
    scale: float

    @abstractmethod
    def pixels(self, picture: Image.Image) -> torch.Tensor:
        """An RGB picture as the model's own preprocessing makes it: (3, height, width), on the CPU. Called from several threads."""

    @abstractmethod
    def pictures(self, pixels: torch.Tensor) -> torch.Tensor:
        """Features of pictures, (n, 3, height, width) to (n, dimensions), of length 1."""

    @abstractmethod
    def texts(self, texts: Sequence[str]) -> torch.Tensor:
        """Features of texts, (n, dimensions), of length 1. What is beyond the context is cut off, never the token for the end."""

    @abstractmethod
    def tokens(self, text: str) -> int:
        """Tokens of the whole text, those for start and end included."""


class PictureTextSettings(ModelSettings):
    """These models have no choice of number format: in bfloat16 scores were up to 1.6 off."""

    dtype: Literal["float32"] = "float32"


class PictureTextStage(ModelStage[JudgedImage, Out]):
    """A stage with such a model. Two of them with the same checkpoint hold one copy of it."""

    Settings: ClassVar[type[StageSettings]] = PictureTextSettings
    _settings: PictureTextSettings
    _model: PictureTextModel
    model_class: ClassVar[type[PictureTextModel]]

    def load(self) -> None:
        """Loads the model. Raises CheckpointError when it is not on this machine or not one of this library."""
        checkpoint, place = self._settings.checkpoint, device()
        folder = checked_folder(checkpoint)
        key = (self.model_class.__name__, checkpoint.identity(), self._settings.dtype, place)
        self._model = resident(key, weight_bytes(folder), lambda: self.model_class(folder, place))
        self._known: dict[str, torch.Tensor] = {}

    def features(self, rows: Sequence[JudgedImage], texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Features of the rows' pictures, (rows, dimensions), and of texts, (texts, dimensions), all of length 1.

        Raises RowError as `read_picture` does. A text that was seen before is not encoded again, nor are those of a batch that is halved.
        """
        import torch

        with torch.inference_mode(), _exact_float32(), ThreadPoolExecutor(THREADS) as threads:
            waiting = threads.map(lambda row: self._model.pixels(read_picture(row)), rows)  # goes on while the texts are encoded
            written = self._texts(texts)
            return self._model.pictures(torch.stack(list(waiting))), written

    def damaged(self) -> RowError:
        """The error for features that are no numbers."""
        return RowError("no_number", f"{self.backend} gave no number for this picture: its weights are damaged. Fetch them again.")

    def _texts(self, texts: Sequence[str]) -> torch.Tensor:
        import torch

        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        encoded = [one for start in range(0, len(new), TEXTS) for one in self._model.texts(new[start : start + TEXTS])]
        found = self._known | dict(zip(new, encoded, strict=True))
        self._known = found if len(found) <= KNOWN_TEXTS else {}
        return torch.stack([found[text] for text in texts]) if texts else torch.empty(0)


class PictureTextScorer(PictureTextStage[ClipScore]):
    """Scores pictures against `clip_prompt` and against the full prompt: the cosine times the model's own scale, as in `logits_per_image`.

    For the paper's model that scale is 100. A bias, as SigLIP models have, is left out. Raises RowError as `read_picture` does, and "no_number" when
    the model gives none.
    """

    def __call__(self, rows: Sequence[JudgedImage]) -> list[ClipScore]:
        """Scores a batch; result i belongs to row i."""
        pictures, texts = self.features(rows, [row.prompt.clip_prompt for row in rows] + [row.prompt.prompt for row in rows])
        scores = self._model.scale * (texts.reshape(2, len(rows), -1) * pictures).sum(-1).T
        if not scores.isfinite().all():
            raise self.damaged()
        return [self._score(row, *pair) for row, pair in zip(rows, scores.tolist(), strict=True)]

    def _score(self, row: JudgedImage, score: float, prompt_score: float) -> ClipScore:
        cut = max(0, self._model.tokens(row.prompt.clip_prompt) - self._model.context)
        return ClipScore(row.article_id, row.attempt, score, prompt_score, cut, self.backend)


@contextlib.contextmanager
def _exact_float32() -> Iterator[None]:
    """Without the shortened float32 (TF32) that GPUs may use, for convolutions even by default."""
    import torch

    convolutions, products = torch.backends.cudnn.allow_tf32, torch.get_float32_matmul_precision()
    torch.backends.cudnn.allow_tf32 = False
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = convolutions
        torch.set_float32_matmul_precision(products)
