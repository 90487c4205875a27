"""Settings of the attribute reader's training."""

from __future__ import annotations

import math
from pathlib import Path

from pydantic import Field, model_validator

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.training.recipe import Recipe
from nkd_pipeline.stage import StageSettings

UNTRAINED = "untrained"  # what a training from nothing began with, beside the finished model


class SmallBlip2(StageSettings):
    """Size of a model that is made from nothing. Pictures are `edge` pixels high and wide, and cut into squares of `patch` pixels.

    `width`, `heads` and `vision_layers` are those of the vision tower, and of the `queries` that look at what it sees, in `query_layers`; the
    language model has `text_layers` of `text_width` each in its encoder and its decoder.
    """

    edge: int = Field(default=96, ge=16, le=512)
    patch: int = Field(default=12, ge=4, le=64)
    width: int = Field(default=128, ge=16, multiple_of=4)
    heads: int = Field(default=4, ge=1)
    vision_layers: int = Field(default=2, ge=1)
    queries: int = Field(default=16, ge=1, le=64)
    query_layers: int = Field(default=2, ge=1)
    text_width: int = Field(default=64, ge=16)
    text_layers: int = Field(default=2, ge=1)
    spread: float = Field(default=0.08, gt=0)  # standard deviation of the first weights; the 0.02 of large models is too little for narrow layers
    words: int = Field(default=1000, ge=1)  # of questions and answers that get a token of their own; others are spelled

    @model_validator(mode="after")
    def _even(self) -> SmallBlip2:
        if self.edge % self.patch or self.width % self.heads or self.text_width % self.heads:
            raise ValueError(
                f"edge {self.edge} must be a multiple of patch {self.patch}, and the widths {self.width} and {self.text_width} of heads {self.heads}"
            )
        if math.isqrt(self.queries) ** 2 != self.queries:
            raise ValueError(f"queries {self.queries} must be a square number: they begin on a grid over the picture")
        if self.queries >= self.width:
            raise ValueError(f"{self.queries} queries cannot be told apart in a width of {self.width}: there must be fewer")
        return self


class Seeing(StageSettings):
    """The first part of a training from nothing, before any word is learnt: `passes` over the pictures, 0 for none of it."""

    passes: int = Field(default=6, ge=0)
    learning_rate: float = Field(default=1e-3, gt=0)
    weight_decay: float = Field(default=0.05, ge=0)
    batch_size: int = Field(default=32, ge=1)
    mirrored: bool = True  # half of the pictures, by lot


class AttributeReaderSettings(Recipe):
    """The recipe, and what is trained: a BLIP-2 checkpoint over T5, or without `model` a small one made from nothing, as `small` and `seeing` say.

    A row is a picture with all its questions: `batch_size` counts pictures. Of the questions about `measured` held-out pictures the answers are
    counted at the end of each epoch, and `samples` of them are written down. `mirrored` says that each picture is learnt as its mirror image, too.
    """

    learning_rate: float = Field(default=5e-5, gt=0)
    epochs: int = Field(default=10, ge=1)
    model: str = ""
    revision: str | None = None
    small: SmallBlip2 = SmallBlip2()
    seeing: Seeing = Seeing()
    longest_question: int = Field(default=64, ge=8)  # tokens; of a longer one the rest is not read
    longest_answer: int = Field(default=16, ge=4)  # tokens
    measured: int = Field(default=100, ge=0)
    samples: int = Field(default=6, ge=0)
    mirrored: bool = False

    @model_validator(mode="after")
    def _checked(self) -> AttributeReaderSettings:
        _ = self.base
        return self

    @property
    def base(self) -> Checkpoint | None:
        """The checkpoint that is trained further; None for a model from nothing."""
        return Checkpoint(model=self.model, revision=self.revision) if self.model else None


def untrained(settings: AttributeReaderSettings, folder: Path) -> dict[str, object]:
    """Settings by which the stage uses the model as it was before its training; `folder` is the one that `train` was given."""
    return {"model": settings.model, "revision": settings.revision} if settings.model else {"model": str(folder / UNTRAINED)}
