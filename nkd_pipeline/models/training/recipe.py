"""How a model is trained: the settings that all trainings share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nkd_pipeline.stage import StageSettings

Share = Annotated[float, Field(ge=0, lt=1)]


class Lora(StageSettings):
    """Low-rank adapters in place of all weights (Hu et al. 2021, arXiv:2106.09685); they are merged into the model when training is done."""

    r: int = Field(default=8, ge=1)
    alpha: int = Field(default=32, ge=1)
    dropout: Share = 0.05
    targets: tuple[str, ...] = Field(min_length=1)  # names of the layers that get adapters, as "query"


class Recipe(StageSettings):
    """Defaults are those of "Improving Text to Image Prompts Using FLAN-T5": rows of a step = batch_size x accumulation.

    Weights and computation are in float32: FLAN-T5 overflows in float16. `save_steps` optimiser steps are lost at most when the process is killed.
    `keep` is how many of the checkpoints at the ends of epochs stay, those with the lowest held-out loss.
    """

    learning_rate: float = Field(default=3e-4, gt=0)
    warmup_steps: int = Field(default=0, ge=0)  # over which the rate rises; then it falls evenly to nothing
    weight_decay: float = Field(default=0.0, ge=0)
    batch_size: int = Field(default=8, ge=1)
    accumulation: int = Field(default=8, ge=1)
    epochs: int = Field(default=5, ge=1)
    seed: int = Field(default=42, ge=0)
    gradient_checkpointing: bool = True
    save_steps: int = Field(default=200, ge=1)
    keep: int = Field(default=2, ge=1)
    lora: Lora | None = None
