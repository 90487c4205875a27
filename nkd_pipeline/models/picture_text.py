"""How well pictures and texts agree: what all scorers share, whichever library their model comes from."""

from __future__ import annotations

import contextlib
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

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

THREADS = min(8, os.cpu_count() or 1)  # decoding and resizing a 1024 x 1024 PNG takes a core about 40 ms, more than a GPU needs to score it
KNOWN_TEXTS = 4096  # texts whose features are kept: 12 MB with 768 numbers each


class PictureTextModel(ABC):
    """A loaded model that places pictures and texts in one space, in float32.

    `context` is how many tokens of a text it reads, those for start and end included; `scale` is exp(logit_scale), by which cosines become scores.
    """

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


class ScorerSettings(ModelSettings):
    """Scorers have no choice of number format: in bfloat16 scores were up to 1.6 off."""

    dtype: Literal["float32"] = "float32"


class PictureTextScorer(ModelStage[JudgedImage, ClipScore]):
    """Scores pictures against `clip_prompt` and against the full prompt: the cosine times the model's own scale, as in `logits_per_image`.

    For the paper's model that scale is 100. A bias, as SigLIP models have, is left out. Raises RowError as `read_picture` does, and "no_number" when
    the model gives none.
    """

    Settings: ClassVar[type[StageSettings]] = ScorerSettings
    _settings: ScorerSettings
    _model: PictureTextModel

    def load(self) -> None:
        """Loads the model. Raises CheckpointError when it is not on this machine or not one of this library."""
        checkpoint, place = self._settings.checkpoint, device()
        folder = checked_folder(checkpoint)
        key = (type(self).__name__, checkpoint.identity(), self._settings.dtype, place)
        self._model = resident(key, weight_bytes(folder), lambda: self.open(folder, place))
        self._known: dict[str, torch.Tensor] = {}

    @classmethod
    def open(cls, folder: Path, place: str) -> PictureTextModel:
        """The model of a checked folder, on a device."""
        raise NotImplementedError

    def __call__(self, rows: Sequence[JudgedImage]) -> list[ClipScore]:
        """Scores a batch; result i belongs to row i."""
        import torch

        with torch.inference_mode(), _exact_float32(), ThreadPoolExecutor(THREADS) as threads:
            waiting = threads.map(lambda row: self._model.pixels(read_picture(row)), rows)  # goes on while the texts are encoded
            short, full = self._features([row.prompt.clip_prompt for row in rows]), self._features([row.prompt.prompt for row in rows])
            pictures = self._model.pictures(torch.stack(list(waiting)))
            scores = self._model.scale * torch.stack([(pictures * short).sum(-1), (pictures * full).sum(-1)], dim=-1)
        if not scores.isfinite().all():
            raise RowError("no_number", f"{self.backend} gave no number for this picture: its weights are damaged. Fetch them again.")
        return [self._score(row, *pair) for row, pair in zip(rows, scores.tolist(), strict=True)]

    def _features(self, texts: Sequence[str]) -> torch.Tensor:
        """Features of texts, (n, dimensions); a text that was seen before is not encoded again, nor are those of a batch that is halved."""
        import torch

        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        encoded = self._model.texts(new) if new else ()
        found = self._known | dict(zip(new, encoded, strict=True))
        self._known = found if len(found) <= KNOWN_TEXTS else {}
        return torch.stack([found[text] for text in texts])

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
