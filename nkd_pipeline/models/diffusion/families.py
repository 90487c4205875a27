"""The families of image models, and what each can do, as families.toml says it."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(_Table):
    """Legal values of a number, both ends included, and the one that is taken when a profile names none."""

    least: float
    most: float
    default: float

    def __str__(self) -> str:
        return f"{self.least:g}" if self.least == self.most else f"{self.least:g} to {self.most:g}"

    def has(self, value: float) -> bool:
        """Whether the value is legal; what is no number never is."""
        return self.least <= value <= self.most


class Size(_Table):
    """Legal sizes: each edge a multiple of `multiple` pixels; edges and area as fractions of the native edge and its square."""

    multiple: int
    edge: tuple[float, float]
    area: float


class BytesPerPixel(_Table):
    """Memory of one picture beside the weights, per pixel, in a number format of 2 bytes."""

    denoise: int
    decode: int


class Kind(_Table):
    """What tells a kind of checkpoint from others, and which pipeline of diffusers runs it."""

    title: str
    pipeline: str
    recognised: dict[str, str | bool | int]
    sources: tuple[str, ...]


class Family(Kind):
    """A kind that makes pictures from prompts."""

    steps: Range
    guidance: Range
    sequence_length: Range | None = None  # of T5; None: there is no T5
    negative_prompt: bool = False
    schedulers: tuple[str, ...] = ()  # besides the checkpoint's own
    native_edge: Literal["vae.sample_size", "unet.sample_size"]  # in pixels, or in latents of 8 x 8 pixels
    size: Size
    refiner: str | None = None
    vae_dtype: Literal["float32"] | None = None  # None: as the rest
    bytes_per_pixel: BytesPerPixel


class Refiner(Kind):
    """A kind that finishes pictures which a base model of one family began."""

    split: Range


class SchedulerClass(_Table):
    """A scheduler of diffusers."""

    name: str
    eta: bool = False
    settings: dict[str, bool | float | str] = {}


class FamilyTable(_Table):
    """All that families.toml says."""

    schedulers: dict[str, SchedulerClass]
    families: dict[str, Family]
    refiners: dict[str, Refiner]


@functools.cache
def table() -> FamilyTable:
    """The table that comes with the package."""
    text = (resources.files("nkd_pipeline.models.diffusion") / "families.toml").read_text(encoding="utf-8")
    return FamilyTable.model_validate(tomllib.loads(text))
