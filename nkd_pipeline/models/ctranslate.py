"""Translation of the same MarianMT checkpoints by CTranslate2, a C++ runtime; its package is in the extra `[fast]`.

On one CPU thread it takes half the time of transformers, and a fifth with `int8` (weights of opus-mt's size, 4 beams).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.device import device, torch_dtype
from nkd_pipeline.models.marian import MarianTexts, marian_config, marian_tokenizer, marian_weights
from nkd_pipeline.models.neural_translation import NeuralTranslator, TranslatorSettings
from nkd_pipeline.models.residency import resident
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.storage.files import locked


class CTranslate2Model(MarianTexts):
    """A converted model, with the tokenizer of the checkpoint that it was converted from."""

    def __init__(self, folder: Path, converted: Path, compute: str, place: str) -> None:
        """Raises CheckpointError when CTranslate2 cannot compute on the device."""
        super().__init__(folder)
        kind, _, index = place.partition(":")
        try:
            self._translator = _package().Translator(str(converted), device=kind, device_index=int(index or 0), compute_type=compute)
            self.generate([self.tokens("Hose")], 1, 1)  # CUDA libraries are looked for at the first translation
        except (RuntimeError, ValueError) as error:
            raise CheckpointError(
                f"CTranslate2 cannot compute {converted} in {compute} on {place}: {str(error).rstrip('.')}. "
                "Remove that folder to have it converted again if it is damaged; otherwise choose another dtype, or "
                'stage = "nkd_pipeline.models.marian:MarianTranslator" in the profile.'
            ) from error

    def generate(self, batch: Sequence[list[int]], beams: int, most: int) -> list[list[int]]:
        written = [self._tokenizer.convert_ids_to_tokens(tokens) for tokens in batch]
        results = self._translator.translate_batch(written, beam_size=beams, max_decoding_length=most)
        return [self._tokenizer.convert_tokens_to_ids(result.hypotheses[0]) for result in results]


class CTranslate2Settings(TranslatorSettings):
    """`int8` keeps the weights in 8 bits: a quarter of float32's memory, and here and there another word."""

    int8: bool = False


class CTranslate2Translator(NeuralTranslator):
    """Translates prose with a MarianMT checkpoint by CTranslate2. The checkpoint is converted at the first load, and what came of it is kept."""

    Settings: ClassVar[type[StageSettings]] = CTranslate2Settings
    _settings: CTranslate2Settings

    def load(self) -> None:
        checkpoint, place = self._settings.checkpoint, device()
        number_format = str(torch_dtype(self._settings.dtype)).removeprefix("torch.")
        compute = f"int8_{number_format}" if self._settings.int8 else number_format
        folder = checked_folder(checkpoint)
        converted = converted_folder(checkpoint, folder, compute)
        size = sum(path.stat().st_size for path in converted.iterdir())
        key = (type(self).__name__, checkpoint.identity(), compute, place)
        self._model = resident(key, size, lambda: CTranslate2Model(folder, converted, compute, place))


def converted_folder(checkpoint: Checkpoint, folder: Path, quantization: str) -> Path:
    """The checkpoint in CTranslate2's format, converted where that is still to be done; safe among processes and against a kill at any moment."""
    target = checkpoint.converted.parent / f"{checkpoint.identity().replace('/', '--')}.ct2-{quantization}"
    partial = target.with_name(f".{target.name}.partial")
    with locked(target.with_name(f".{target.name}.lock")):
        if not target.is_dir():
            shutil.rmtree(partial, ignore_errors=True)  # what a killed process left
            _converter(folder).convert(str(partial), quantization=quantization)
            for path in (*partial.iterdir(), partial):
                _sync(path)
            partial.rename(target)
            _sync(target.parent)
    return target


def _sync(path: Path) -> None:
    # without it a power cut can leave a folder with its final name and files that are cut off
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _package() -> Any:  # noqa: ANN401 - a C++ module
    try:
        import ctranslate2
    except ImportError as error:
        raise ImportError(
            "CTranslate2Translator needs the package ctranslate2: pip install 'nkd_pipeline[fast]', or choose "
            'stage = "nkd_pipeline.models.marian:MarianTranslator" in the profile.'
        ) from error
    return ctranslate2


def _converter(folder: Path) -> Any:  # noqa: ANN401
    _package()
    marian_config(folder)
    from ctranslate2.converters import TransformersConverter

    class Converter(TransformersConverter):  # type: ignore[misc] # its own ways of loading take pickles and networks
        def load_model(self, *_: object, dtype: Any, **__: object) -> Any:  # noqa: ANN401
            model = marian_weights(folder, dtype)
            if model.get_input_embeddings().weight[model.config.decoder_start_token_id].any():
                raise CheckpointError(
                    f"{folder}: the token that translations start with has learnt a meaning, as it does when a model is trained further with "
                    'transformers; CTranslate2 cannot start from it. Choose stage = "nkd_pipeline.models.marian:MarianTranslator" in the profile.'
                )
            return model

        def load_tokenizer(self, *_: object, **__: object) -> Any:  # noqa: ANN401
            return marian_tokenizer(folder)

    return Converter(str(folder))
