"""What metrics ask of a model that reads texts; the models themselves are `nkd_pipeline.models.text_encoder`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float32]


class TokenStates(NamedTuple):
    """A text as an encoder reads it, token by token, those that begin and end it included."""

    ids: npt.NDArray[np.int64]  # (tokens,) numbers in the vocabulary
    states: Reals  # (tokens, dimensions)
    special: npt.NDArray[np.bool_]  # (tokens,) true for those that begin and end the text


class Encoder(Protocol):
    """A model that turns texts into vectors. Results do not depend on which texts are asked together."""

    @property
    def name(self) -> str:
        """Model and layer, for reports: figures of different encoders cannot be compared."""

    def token_ids(self, texts: Sequence[str], /) -> list[npt.NDArray[np.int64]]:
        """The tokens that each text is read as; what is beyond the model's context is cut off."""

    def token_states(self, texts: Sequence[str], /) -> list[TokenStates]:
        """What the chosen layer makes of each token."""

    def sentences(self, texts: Sequence[str], /) -> Reals:
        """One vector of length 1 for each text: (texts, dimensions)."""
