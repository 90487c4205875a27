"""Pipelines of diffusers from checked folders: by the name of the family's own class, safetensors only, no file from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.diffusion.families import Family, table
from nkd_pipeline.models.diffusion.recipe import Recipe
from nkd_pipeline.models.diffusion.recognition import CheckpointFiles
from nkd_pipeline.models.residency import weight_bytes

if TYPE_CHECKING:
    import torch

_PARTS = ("text_encoder", "text_encoder_2", "transformer", "unet", "vae")
# components that are not wanted even where a checkpoint brings them: the filter for nudity blackens pictures of underwear
_WITHOUT: dict[str, dict[str, Any]] = {
    "StableDiffusionPipeline": {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False},
    "StableDiffusionXLPipeline": {"add_watermarker": False},
}


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the checkpoints lie."""

    base: Path
    refiner: Path | None

    def weight_bytes(self) -> int:
        """Bytes of what is loaded; published folders hold more, such as the weights once again in one file."""
        return sum(weight_bytes(folder / part) for folder in (self.base, self.refiner) if folder for part in _PARTS)


def scheduler_of(folder: Path, recipe: Recipe) -> Any:  # noqa: ANN401
    """A scheduler of its own for a stage: the recipe's class, set up as the checkpoint says."""
    import diffusers

    own = CheckpointFiles(folder).value("scheduler._class_name") == recipe.scheduler
    settings = next(scheduler.settings for scheduler in table().schedulers.values() if scheduler.name == recipe.scheduler)
    kind = getattr(diffusers, recipe.scheduler)
    return kind.from_pretrained(folder, subfolder="scheduler", local_files_only=True, **({} if own else settings))


def load_base(family: Family, recipe: Recipe, folders: Folders, dtype: torch.dtype) -> Any:  # noqa: ANN401
    """The base model's pipeline, on the CPU."""
    without = _WITHOUT.get(family.pipeline, {})
    return _loaded(family.pipeline, folders.base, family, dtype, scheduler=scheduler_of(folders.base, recipe), **without)


def load_refiner(family: Family, folders: Folders, base: Any) -> Any:  # noqa: ANN401
    """The refiner, on the CPU: with the base model's decoder, and without text encoders, as what it needs is part of what the base model's give."""
    name, shared = table().refiners[str(family.refiner)].pipeline, {"vae": base.vae, "scheduler": base.scheduler}
    without = {"text_encoder_2": None, "tokenizer_2": None, "add_watermarker": False}
    return _loaded(name, folders.refiner, family, base.unet.dtype, **shared, **without)


def _loaded(name: str, folder: Path | None, family: Family, dtype: torch.dtype, **components: Any) -> Any:  # noqa: ANN401
    import diffusers
    import torch

    diffusers.utils.logging.disable_progress_bar()  # over the components as they load
    dtypes = {"default": dtype, "vae": getattr(torch, family.vae_dtype) if family.vae_dtype else dtype}
    # by the name of the family's own class: what model_index.json asks for does not count
    pipe = getattr(diffusers, name).from_pretrained(folder, dtype=dtypes, use_safetensors=True, local_files_only=True, **components)
    pipe.set_progress_bar_config(disable=True)
    return pipe
