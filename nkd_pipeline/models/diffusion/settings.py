"""What a profile may set for an image model."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field, model_validator

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.diffusion.optimise import OptimiseSettings
from nkd_pipeline.models.stage import ModelSettings

_RUNS_FOREIGN_CODE = ("custom_pipeline", "custom_revision", "trust_remote_code")


class LoraSettings(Checkpoint):
    """A LoRA. `weight_name` names the file where its folder holds several; `scale` is how much of it is added, 0 nothing, 1 all."""

    weight_name: str | None = Field(default=None, pattern=r"^[\w-][\w.-]*\.safetensors$")
    scale: float = Field(default=1.0, ge=-4, le=4)

    @property
    def label(self) -> str:
        """For tables: name, beginning of the commit, scale."""
        return f"{self.name}{f'@{self.revision[:8]}' if self.revision else ''} x {self.scale:g}"


class RefinerSettings(Checkpoint):
    """The model that finishes what the main one began, after the share `split` of the noise is gone."""

    split: float | None = None


class DiffusionSettings(ModelSettings):
    """What is left out takes the default of the model's family (families.toml). What the model cannot do is refused when it is loaded."""

    NEUTRAL: ClassVar[frozenset[str]] = frozenset({"batch_size", "optimise"})

    steps: int | None = None
    guidance: float | None = None
    width: int | None = None
    height: int | None = None
    scheduler: str | None = None  # None: the checkpoint's own
    eta: float | None = None  # share of fresh noise per step of DDIM: 0 none, 1 as much as DDPM
    max_sequence_length: int | None = None  # tokens of the prompt that T5 reads
    negative_prompt: str | None = None  # in place of the order's
    refiner: RefinerSettings | None = None
    loras: tuple[LoraSettings, ...] = ()
    optimise: OptimiseSettings = OptimiseSettings()
    batch_size: int = Field(default=8, ge=1, le=1024)

    @model_validator(mode="before")
    @classmethod
    def _no_foreign_code(cls, values: Any) -> Any:  # noqa: ANN401
        named = [name for name in _RUNS_FOREIGN_CODE if isinstance(values, dict) and name in values]
        if named:
            raise ValueError(f"{', '.join(named)}: code that comes with a checkpoint is never run; remove the line and use a model that needs none")
        return values
