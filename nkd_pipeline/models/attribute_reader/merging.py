"""Whether a model with merged adapters answers as it did before they were merged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nkd_pipeline.models.attribute_reader.blip2 import learning, loaded
from nkd_pipeline.models.attribute_reader.products import of_split
from nkd_pipeline.models.attribute_reader.settings import AttributeReaderSettings
from nkd_pipeline.models.attribute_reader.starting import starting
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.training import checkpoints, lora
from nkd_pipeline.models.training.fitting import MODEL, TRAINING
from nkd_pipeline.models.training.history import losses, read_log
from nkd_pipeline.records.photo_attributes import HELD_OUT, VqaPair
from nkd_pipeline.storage import files

COMPARED = 16  # held-out products
_MEASURED = "merged.json"


def merged_difference(settings: AttributeReaderSettings, pairs: Sequence[VqaPair], folder: Path) -> float | None:
    """The largest difference between the log-probabilities of the finished model and of the same with its adapters beside it, over all words.

    `settings`, `pairs` and `folder` are those of `train`, after it. Measured once, and kept beside the training's log. None when no adapters were
    trained, or when their checkpoint is gone.
    """
    work = folder / TRAINING
    if (work / _MEASURED).exists():
        return float(json.loads((work / _MEASURED).read_text(encoding="utf-8"))["difference"])
    newest = checkpoints.newest(work)
    if settings.lora is None or newest is None:
        return None
    difference = _difference(settings, pairs, folder, checkpoints.best(work, losses(read_log(newest))))
    files.replace_text(work / _MEASURED, json.dumps({"difference": difference}))
    return difference


def _difference(settings: AttributeReaderSettings, pairs: Sequence[VqaPair], folder: Path, best: Path) -> float:
    import torch
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    reader = starting(settings, pairs, folder)
    beside = lora.adapted(learning(reader.model), settings).eval()
    set_peft_model_state_dict(beside, load_file(best / lora.ADAPTER))
    merged = learning(loaded(folder / MODEL, torch.float32).model)
    products = of_split(pairs, HELD_OUT)[:COMPARED]
    pixels = reader.pixels([read_picture(product[0]) for product in products])
    asked = [[(pair.question, pair.answer) for pair in product] for product in products]
    lesson = reader.lesson(pixels, asked, (settings.longest_question, settings.longest_answer))
    with torch.inference_mode():
        first, second = (_chances(model, lesson) for model in (beside, merged))
    return float((first - second).abs().max())


def _chances(model: Any, lesson: dict[str, Any]) -> Any:  # noqa: ANN401 - transformers is untyped
    return model(**lesson).logits.float().log_softmax(-1)
