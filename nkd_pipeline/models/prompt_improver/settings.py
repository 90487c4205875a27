"""Settings of the prompt improver's training."""

from __future__ import annotations

from pydantic import Field, model_validator

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.training.recipe import Recipe
from nkd_pipeline.stage import StageSettings

PREFIX = "translate basic prompt to detailed longer prompt: "


class SmallT5(StageSettings):
    """Size of a model that is made from nothing."""

    width: int = Field(default=128, ge=8, multiple_of=8)
    layers: int = Field(default=2, ge=1, le=24)  # of the encoder, and of the decoder
    heads: int = Field(default=4, ge=1, le=32)
    words: int = Field(default=4000, ge=16)  # of the training texts that get a token of their own; others are spelled
    dropout: float = Field(default=0.1, ge=0, lt=1)


class ImproverSettings(Recipe):
    """The recipe, and what is trained: a T5 checkpoint, or without `model` a small one made from nothing, as `small` says.

    Of a short or an improved prompt the first `longest` tokens count.
    """

    model: str = ""
    revision: str | None = None
    small: SmallT5 = SmallT5()
    longest: int = Field(default=512, ge=8)

    @model_validator(mode="after")
    def _checked(self) -> ImproverSettings:
        _ = self.base
        return self

    @property
    def base(self) -> Checkpoint | None:
        """The checkpoint that is trained further; None for a model from nothing."""
        return Checkpoint(model=self.model, revision=self.revision) if self.model else None
