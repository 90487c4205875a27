"""Settings of the captioner's training."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.training.recipe import Recipe
from nkd_pipeline.stage import StageSettings

UNTRAINED = "untrained"  # what a training from nothing began with, beside the finished model


class SmallBlip(StageSettings):
    """Size of a model that is made from nothing. Pictures are `edge` pixels high and wide, and cut into squares of `patch` pixels."""

    edge: int = Field(default=64, ge=16, le=512)
    patch: int = Field(default=16, ge=4, le=64)
    width: int = Field(default=128, ge=16, multiple_of=4)
    heads: int = Field(default=4, ge=1)
    vision_layers: int = Field(default=3, ge=1)
    text_layers: int = Field(default=2, ge=1)
    spread: float = Field(default=0.08, gt=0)  # standard deviation of the first weights; the 0.02 of large models is too little for narrow layers
    words: int = Field(default=4000, ge=1)  # of the training texts that get a token of their own; others are spelled
    positions: int = Field(default=128, ge=8)  # tokens of the longest text

    @model_validator(mode="after")
    def _even(self) -> SmallBlip:
        if self.edge % self.patch or self.width % self.heads:
            raise ValueError(f"edge {self.edge} must be a multiple of patch {self.patch}, and width {self.width} one of heads {self.heads}")
        return self


class CaptionerSettings(Recipe):
    """The recipe, and what is trained: a BLIP checkpoint, or without `model` a small one made from nothing, as `small` says.

    The rate is that of BLIP's authors for captions (arXiv 2201.12086, appendix). Of a text the first `max_tokens` tokens are learnt. `measured`
    held-out pictures are captioned at the end of each epoch. `mirrored` says that each picture is learnt as its mirror image, too: twice the rows.
    """

    learning_rate: float = Field(default=1e-5, gt=0)
    accumulation: int = Field(default=4, ge=1)
    model: str = ""
    revision: str | None = None
    small: SmallBlip = SmallBlip()
    max_tokens: int = Field(default=64, ge=4)
    measured: int = Field(default=64, ge=0)
    mirrored: bool = False

    @model_validator(mode="after")
    def _checked(self) -> CaptionerSettings:
        _ = self.base
        if self.base is None and self.max_tokens > self.small.positions:
            raise ValueError(f"max_tokens is {self.max_tokens}, the small model has {self.small.positions} positions")
        return self

    @property
    def base(self) -> Checkpoint | None:
        """The checkpoint that is trained further; None for a model from nothing."""
        return Checkpoint(model=self.model, revision=self.revision) if self.model else None


def untrained(settings: CaptionerSettings, folder: Path) -> dict[str, object]:
    """Settings by which the stage `Captioner` uses the model as it was before its training; `folder` is the one that `train` was given."""
    return {"model": settings.model, "revision": settings.revision} if settings.model else {"model": str(folder / UNTRAINED)}
