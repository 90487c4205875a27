"""A stage's pipelines on their device, with their LoRA, where the memory plan puts them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from nkd_pipeline.models.device import device, free_bytes, torch_dtype
from nkd_pipeline.models.diffusion.families import Family
from nkd_pipeline.models.diffusion.loading import Folders, load_base, load_refiner
from nkd_pipeline.models.diffusion.lora import LoadedLora, load_loras
from nkd_pipeline.models.diffusion.memory_plan import MemoryPlan, Placement, Sizes, plans
from nkd_pipeline.models.diffusion.optimise import denoiser_of, encoding, optimise, place, text_encoders_of
from nkd_pipeline.models.diffusion.recipe import Recipe
from nkd_pipeline.models.diffusion.settings import DiffusionSettings
from nkd_pipeline.models.residency import release_cached

T = TypeVar("T")
MOST_AT_ONCE = 64  # pictures: the batches of a stage are smaller
_log = logging.getLogger(__name__)


class Pipelines:
    """A base model and, for SDXL, its refiner, on their device. What a stage sets anew before each batch is only the scheduler."""

    def __init__(self, settings: DiffusionSettings, family: Family, recipe: Recipe, folders: Folders) -> None:
        self.device = device()
        self.dtype = torch_dtype(settings.dtype)
        self.base = load_base(family, recipe, folders, self.dtype)
        self.loras: tuple[LoadedLora, ...] = load_loras(self.base, settings.loras, family.title)
        self.refiner = load_refiner(family, folders, self.base) if folders.refiner else None
        self._most = MOST_AT_ONCE
        self._eight_bits = False
        self._plans = list(plans(free_bytes(self.device), self._sizes(family, recipe), MOST_AT_ONCE))
        self._place()
        for pipe in self._all:
            _log.info("%s: applied %s", type(pipe).__name__, ", ".join(optimise(pipe, settings.optimise, self.device)) or "no optimisation")

    @property
    def image_batch(self) -> int:
        """Pictures that go at once."""
        return min(self._most, self.plan.image_batch)

    @property
    def plan(self) -> MemoryPlan:
        """What holds now."""
        return self._plans[0]

    def with_room(self, work: Callable[[], T], rows: int) -> T:
        """Runs work for a number of rows. When memory runs out, several go back to the runner, which halves them; one tries the next memory plan."""
        import torch

        while True:
            try:
                return work()
            except torch.OutOfMemoryError as error:
                if rows > 1:
                    self._most = max(1, rows // 2)
                    raise
                if len(self._plans) == 1:
                    raise
                _log.warning("%s: one picture does not fit: %s", type(self.base).__name__, error)
            self._shrink()  # outside the handler: the error holds on to the tensors of its frames

    def use(self, scheduler: Any) -> None:  # noqa: ANN401
        """Sets the scheduler: stages with other settings may use the same pipelines in between."""
        for pipe in self._all:
            pipe.scheduler = scheduler

    def as_settings(self) -> dict[str, object]:
        """What of the pipelines can be seen in pictures, for their provenance."""
        dtype = str(self.dtype).removeprefix("torch.") + (", denoiser stored in float8" if self._eight_bits else "")
        return {"dtype": dtype, "loras": [lora.as_settings() for lora in self.loras]}

    @contextlib.contextmanager
    def encoding(self) -> Iterator[None]:
        """The text encoders are on the device while this lasts."""
        with contextlib.ExitStack() as stack:
            for pipe in reversed(self._all):  # the base, whose encoders they are, comes last and goes first
                stack.enter_context(encoding(pipe, self.plan, self.device))
            yield

    def _shrink(self) -> None:
        del self._plans[0]
        for pipe in self._all:
            for model in (denoiser_of(pipe), pipe.vae, *text_encoders_of(pipe)):
                model.to("cpu")
        release_cached(self.device)
        self._place()

    @property
    def _all(self) -> list[Any]:
        return [self.base] if self.refiner is None else [self.base, self.refiner]

    def _place(self) -> None:
        self._eight_bits |= self.plan.placement is Placement.FP8  # for good: what was rounded stays so
        _log.info("%s on %s: %s", type(self.base).__name__, self.device, self.plan.why)
        for pipe in self._all:
            place(pipe, self.plan, self.device)

    def _sizes(self, family: Family, recipe: Recipe) -> Sizes:
        pixels, per_pixel = recipe.width * recipe.height, family.bytes_per_pixel
        return Sizes(
            text_encoders=sum(map(_bytes, text_encoders_of(self.base))),
            denoiser=sum(_bytes(denoiser_of(pipe)) for pipe in self._all),
            # pictures are decoded one by one, so this is needed once whatever the batch
            vae=_bytes(self.base.vae) + pixels * per_pixel.decode * self.base.vae.dtype.itemsize // 2,
            activations=pixels * per_pixel.denoise * self.dtype.itemsize // 2,
        )


def _bytes(model: Any) -> int:  # noqa: ANN401
    return sum(parameter.numel() * parameter.element_size() for parameter in model.parameters())
