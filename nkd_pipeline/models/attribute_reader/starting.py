"""What a training begins with: a checkpoint, or a small model that was made from nothing and has learnt to see."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nkd_pipeline.models.attribute_reader.blip2 import PROMPT, Blip2, loaded
from nkd_pipeline.models.attribute_reader.products import Pictures, of_split
from nkd_pipeline.models.attribute_reader.questions import wordings
from nkd_pipeline.models.attribute_reader.seeing import Progress, learn_to_see
from nkd_pipeline.models.attribute_reader.settings import UNTRAINED, AttributeReaderSettings
from nkd_pipeline.models.attribute_reader.small import accustom, made
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.training.fitting import TRAINING
from nkd_pipeline.records.photo_attributes import TRAIN, VqaPair
from nkd_pipeline.storage import files

if TYPE_CHECKING:
    import torch

_SEEN = "seen.safetensors"  # beside the checkpoints: a training that goes on need not learn to see again
_ACCUSTOMED = 256  # training pictures by which a small model's vision tower begins


def starting(settings: AttributeReaderSettings, pairs: Sequence[VqaPair], folder: Path, progress: Progress = lambda _done, _steps: None) -> Blip2:
    """The reader before it learns to answer; a small one knows the words of all questions and of the training answers.

    As it was before it learnt to see, a small one is kept below `folder` for comparison; `progress` hears of each step in which it does.
    """
    import torch
    from transformers.utils import logging as messages

    messages.disable_progress_bar()  # one for each of the files of a model
    if settings.base is not None:
        return loaded(checked_folder(settings.base), torch.float32)
    questions = [PROMPT.format(question=question) for known_ones in wordings().values() for question in known_ones]
    reader = made([*questions, *(pair.answer for pair in pairs if pair.split == TRAIN)], settings.small, settings.seed)
    some = of_split(pairs, TRAIN)[:_ACCUSTOMED]
    accustom(reader, reader.pixels([read_picture(product[0]) for product in some]))
    shutil.rmtree(folder / UNTRAINED, ignore_errors=True)
    reader.model.save_pretrained(folder / UNTRAINED)
    reader.processor.save_pretrained(folder / UNTRAINED)
    if settings.seeing.passes:
        _see(reader, settings, pairs, folder / TRAINING / _SEEN, progress)
    return reader


def _see(reader: Blip2, settings: AttributeReaderSettings, pairs: Sequence[VqaPair], file: Path, progress: Progress) -> None:
    from safetensors.torch import load_file, save

    if file.exists():
        reader.model.load_state_dict(load_file(file), strict=False)  # of tied weights only one is there
        return
    products, pictures = of_split(pairs, TRAIN), Pictures(reader)
    answers = [{pair.attribute: pair.answer for pair in product} for product in products]

    def pixels(rows: Sequence[tuple[int, bool]]) -> torch.Tensor:
        return pictures.of([(products[place], mirrored) for place, mirrored in rows])

    learn_to_see(reader, pixels, answers, settings.seeing, settings.seed, progress)
    learnt = {name: weights for name, weights in reader.model.state_dict().items() if not name.startswith("language_model.")}
    files.replace_atomically(file, lambda stream: stream.write(save(learnt)))
