"""Low-rank adapters: put into a model before training, merged into it afterwards."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from nkd_pipeline.models.training.recipe import Recipe
from nkd_pipeline.models.training.task import TrainingError

WEIGHTS, ADAPTER = "model.safetensors", "adapter_model.safetensors"


def adapted(model: Any, recipe: Recipe) -> Any:  # noqa: ANN401 - transformers is untyped
    """The model with adapters where the recipe wants them, else as it is. Raises TrainingError when no layer has such a name."""
    if recipe.lora is None:
        return model
    from peft import LoraConfig, get_peft_model

    wanted = recipe.lora
    settings = LoraConfig(r=wanted.r, lora_alpha=wanted.alpha, lora_dropout=wanted.dropout, target_modules=list(wanted.targets))
    if recipe.gradient_checkpointing:
        model.enable_input_require_grads()  # else nothing flows back through layers that are computed anew
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=FutureWarning)  # peft asks transformers for a name that it is giving up
            return get_peft_model(model, settings)
    except ValueError as error:
        raise TrainingError(f"{type(model).__name__} takes no adapters at {', '.join(wanted.targets)}: {error} Correct lora.targets.") from error


def with_weights(model: Any, checkpoint: Path) -> Any:  # noqa: ANN401
    """The model with the weights of a checkpoint, adapters merged."""
    from safetensors.torch import load_file

    if not hasattr(model, "peft_config"):
        model.load_state_dict(load_file(checkpoint / WEIGHTS), strict=False)  # tied weights are saved once
        return model
    from peft import set_peft_model_state_dict

    set_peft_model_state_dict(model, load_file(checkpoint / ADAPTER))
    return model.merge_and_unload()
