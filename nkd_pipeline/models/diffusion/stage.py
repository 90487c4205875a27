"""The image backend with diffusion models: FLUX.1, Stable Diffusion 1.5, 2.1 and XL."""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ClassVar

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.device import device, free_bytes, torch_dtype
from nkd_pipeline.models.diffusion.families import Family
from nkd_pipeline.models.diffusion.loading import Folders, scheduler_of
from nkd_pipeline.models.diffusion.pictures import Painted, as_picture
from nkd_pipeline.models.diffusion.pipelines import Pipelines
from nkd_pipeline.models.diffusion.prompts import PromptBook, encoder_of
from nkd_pipeline.models.diffusion.recipe import Recipe, recipe_of
from nkd_pipeline.models.diffusion.rendering import decode, denoise
from nkd_pipeline.models.diffusion.settings import DiffusionSettings
from nkd_pipeline.models.residency import resident
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelStage
from nkd_pipeline.records import ImageOrder, RenderedImage
from nkd_pipeline.stage import StageSettings

KEPT_SHARE = 0.5  # of the host's free memory for encoded prompts; one of FLUX is 2 MB
_log = logging.getLogger(__name__)


class DiffusionArtist(ModelStage[ImageOrder, RenderedImage]):
    """Paints pictures from prompts.

    One seed gives one picture, whatever else is in the batch. Raises CheckpointError in `load` when the model cannot do what the settings ask, and
    `RowError("black_picture")` for a row whose picture came out black.
    """

    Settings: ClassVar[type[StageSettings]] = DiffusionSettings
    code_version: ClassVar[str] = "1"
    _settings: DiffusionSettings
    _pipelines: Pipelines
    _book: PromptBook
    _scheduler: Any

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._painted: dict[ImageOrder, Future[RenderedImage]] = {}  # of a batch that failed: its rows come again, in smaller batches

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        refiner = (self._settings.refiner,) if self._settings.refiner else ()
        return (self._settings.checkpoint, *refiner, *self._settings.loras)

    @property
    def backend(self) -> str:
        """The model, its refiner and its LoRA with their scales, as in FLUX.1-schnell@741f7c3c + fashion@1234abcd x 0.8."""
        refiner, loras = self._settings.refiner, self._settings.loras
        return " + ".join([super().backend, *([refiner.name] if refiner else []), *(lora.label for lora in loras)])

    def fingerprint(self) -> dict[str, object]:
        """With defaults filled in where the checkpoint is on this machine: stating a default makes no other picture."""
        own = self._settings
        try:
            settings: object = self._plan[1].as_settings()
        except CheckpointError:  # `load` says it again, where somebody can be told
            settings = own.model_dump(mode="json", exclude={"model", "revision", "loras", *own.NEUTRAL})
        loras = [[lora.identity(), lora.weight_name, lora.scale] for lora in own.loras]
        return super().fingerprint() | {"settings": settings, "loras": loras, "dtype": own.dtype, "negative_prompt": own.negative_prompt}

    @functools.cached_property
    def _plan(self) -> tuple[Family, Recipe, Folders]:
        refiner = self._settings.refiner
        folders = Folders(checked_folder(self._settings.checkpoint), checked_folder(refiner) if refiner else None)
        return *recipe_of(self._settings, folders.base, folders.refiner), folders

    def load(self) -> None:
        family, recipe, folders = self._plan
        key = (
            type(self).__name__,
            self._identities,
            str(torch_dtype(self._settings.dtype)),
            device(),
            # both change the weights for good
            *((lora.weight_name, lora.scale) for lora in self._settings.loras),
            self._settings.optimise,
        )
        self._pipelines = resident(key, folders.weight_bytes(), lambda: Pipelines(self._settings, family, recipe, folders))
        self._scheduler = scheduler_of(folders.base, recipe)
        self._book = PromptBook(encoder_of(self._pipelines.base, recipe))

    @functools.cached_property
    def _identities(self) -> tuple[str, ...]:
        return tuple(checkpoint.identity() for checkpoint in self.checkpoints())

    def prepare(self, rows: Sequence[ImageOrder]) -> None:
        """Encodes the prompts of all rows while the text encoders are on the device; what does not fit into the host's memory comes later."""
        texts = self._book.missing(map(self._pair, rows))
        if not texts:
            return
        done = self._encode(texts, free_bytes("cpu") * KEPT_SHARE)
        if done < len(texts):
            _log.warning("%s: %d prompts are encoded when their turn comes: the host's memory is full", self.backend, len(texts) - done)

    def __call__(self, rows: Sequence[ImageOrder]) -> list[RenderedImage]:
        """Paints a batch; picture i belongs to order i."""
        wanted = [order for order in rows if order not in self._painted]
        with ThreadPoolExecutor() as pool:  # a PNG is encoded while the next picture is decoded
            for orders in self._batches(wanted):
                self._pipelines.with_room(lambda orders=orders: self._paint(orders, pool), rows=len(orders))  # type: ignore[misc]
        try:
            return [self._painted[order].result() for order in rows]
        finally:
            if len(rows) == 1 or not any(self._painted[order].exception() for order in rows):
                for order in rows:
                    self._painted.pop(order, None)

    def _batches(self, rows: Sequence[ImageOrder]) -> Iterator[Sequence[ImageOrder]]:
        """Rows whose prompts are of one length, as many as go at once."""
        if missing := self._book.missing(map(self._pair, rows)):
            self._pipelines.with_room(lambda: self._encode(missing), rows=len(rows))
        by_length: dict[int, list[ImageOrder]] = {}
        for order in rows:
            by_length.setdefault(self._book.conditioning(*self._pair(order)).length, []).append(order)
        for orders in by_length.values():
            while orders:
                size = self._pipelines.image_batch
                yield orders[:size]
                del orders[:size]

    def _encode(self, texts: Sequence[str], room: float = math.inf) -> int:
        with self._pipelines.encoding():
            return self._book.encode(texts, self._pipelines.plan.encode_batch, self._pipelines.device, room)

    def _paint(self, orders: Sequence[ImageOrder], pool: ThreadPoolExecutor) -> None:
        family, recipe, _ = self._plan
        self._pipelines.use(self._scheduler)
        rows = [self._book.conditioning(*self._pair(order)) for order in orders]
        latents = denoise(self._pipelines, recipe, rows, [order.seed for order in orders])
        described = {"family": family.title, **recipe.as_settings(), **self._pipelines.as_settings()}
        for i, (order, row) in enumerate(zip(orders, rows, strict=True)):
            settings = described | ({"prompt_tokens_cut": row.positive.cut} if row.positive.cut else {})
            pixels = decode(self._pipelines.base.vae, latents[i : i + 1])
            painted = Painted(order, pixels, self._pair(order)[1] or "", self._identities, settings)
            self._painted[order] = pool.submit(as_picture, painted)

    def _pair(self, order: ImageOrder) -> tuple[str, str | None]:
        """Prompt and negative prompt; None for a model that looks at no second text, or is told not to by a guidance of 1 and less."""
        family, recipe, _ = self._plan
        if not family.negative_prompt or recipe.guidance <= 1:
            return order.prompt.prompt, None
        own = self._settings.negative_prompt
        return order.prompt.prompt, order.prompt.negative_prompt if own is None else own
