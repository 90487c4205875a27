"""Encoders of texts for the metrics: any encoder of transformers, sentence-transformers folders, and text towers of open_clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from nkd_pipeline.metrics.encoding import Reals, TokenStates
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.device import device
from nkd_pipeline.models.house_clip.stages import CHECKPOINT, NAME
from nkd_pipeline.models.open_clip import CONFIG
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelSettings
from nkd_pipeline.rubric.claims import CLAIMS

if TYPE_CHECKING:
    import torch

Tokens = list[int]
Out = TypeVar("Out")


class TextEncoderSettings(ModelSettings):
    """`model` is the house CLIP that comes with the package unless another is named; it knows fashion prompts and no other English.

    `layer` is the one whose token states are compared, 1 .. the model's number of layers; None is the last. The authors of BERTScore found the best
    for many models (17 for roberta-large). Sentences come from the last layer whatever it is.
    """

    model: str = str(CHECKPOINT)
    layer: int | None = Field(default=None, ge=1)
    dtype: Literal["float32"] = "float32"


class TextModel(Protocol):
    """A loaded model that reads texts, in float32."""

    layers: int
    special: frozenset[int]  # tokens that begin or end a text

    def tokenised(self, text: str, /) -> Tokens:
        """The tokens of a text, those for start and end included; what is beyond the context is cut off before the end token."""

    def states(self, batch: Sequence[Tokens], layer: int, /) -> list[torch.Tensor]:
        """The layer's state of each token, (tokens, dimensions) each."""

    def pooled(self, batch: Sequence[Tokens], /) -> torch.Tensor:
        """One vector of length 1 for each text, (texts, dimensions)."""


class TextEncoder:
    """An encoder as the metrics ask for one; texts of like length are read together, so that little is padded."""

    def __init__(self, model: TextModel, settings: TextEncoderSettings) -> None:
        """Raises CheckpointError when the model has fewer layers than the one that is asked for."""
        self._model, self._batch_size = model, settings.batch_size
        self._layer = settings.layer or model.layers
        label = NAME if settings.model == str(CHECKPOINT) else settings.checkpoint.identity()
        if self._layer > model.layers:
            raise CheckpointError(f"{label} has {model.layers} layers, there is no layer {self._layer}. Correct `layer` in the profile.")
        self._label = label

    @property
    def name(self) -> str:
        """Model and layer."""
        return f"{self._label}, layer {self._layer}"

    def token_ids(self, texts: Sequence[str]) -> list[npt.NDArray[np.int64]]:
        """The tokens of each text."""
        return [np.array(self._model.tokenised(text), dtype=np.int64) for text in texts]

    def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """The layer's state of each token. Raises CheckpointError when the model gives no numbers, as all methods that read by it."""
        ids = [self._model.tokenised(text) for text in texts]
        states = self._batched(ids, lambda batch: self._model.states(batch, self._layer))
        special = [np.array([token in self._model.special for token in of_text], dtype=np.bool_) for of_text in ids]
        return [TokenStates(np.array(one, dtype=np.int64), two, three) for one, two, three in zip(ids, states, special, strict=True)]

    def sentences(self, texts: Sequence[str]) -> Reals:
        """One vector of length 1 for each text, (texts, dimensions)."""
        vectors = self._batched([self._model.tokenised(text) for text in texts], self._model.pooled)
        return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)

    def _batched(self, ids: Sequence[Tokens], read: Callable[[Sequence[Tokens]], Sequence[torch.Tensor] | torch.Tensor]) -> list[Reals]:
        import torch

        order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
        results: dict[int, Reals] = {}
        with torch.inference_mode():
            for start in range(0, len(order), self._batch_size):
                places = order[start : start + self._batch_size]
                results |= dict(zip(places, (one.float().cpu().numpy() for one in read([ids[place] for place in places])), strict=True))
        if not all(np.isfinite(result).all() for result in results.values()):
            raise CheckpointError(f"{self._label} gave no numbers for some text: its weights are damaged. Fetch or copy them again.")
        return [results[place] for place in range(len(ids))]


def encoder(settings: TextEncoderSettings) -> TextEncoder:
    """Loads an encoder by what lies in its folder. Raises CheckpointError when it is not on this machine or is none."""
    from nkd_pipeline.models.text_models import HouseClipText, OpenClipText, TransformersText

    checkpoint, place = settings.checkpoint, device()
    folder = checked_folder(checkpoint)
    kind: Callable[[Path, str], TextModel] = TransformersText
    if (folder / CONFIG).exists():
        kind = HouseClipText if (folder / CLAIMS).exists() else OpenClipText
    key = (kind.__name__, checkpoint.identity(), settings.dtype, place)
    return TextEncoder(resident(key, weight_bytes(folder), lambda: kind(folder, place)), settings)
