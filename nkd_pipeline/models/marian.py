"""Translation by a MarianMT model of transformers, such as the paper's Helsinki-NLP/opus-mt-de-en."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.device import device, torch_dtype
from nkd_pipeline.models.neural_translation import NeuralTranslator, TranslationModel
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.weights import require_whole

if TYPE_CHECKING:
    import torch

# The search that CTranslate2 does, so that both give the same: never an empty translation, and the padding token, which is suppressed, leaves its
# probability to the others. With `early_stopping` it ends when as many candidates as beams are finished; else transformers goes on for better ones.
_SEARCH = {"do_sample": False, "min_new_tokens": 1, "renormalize_logits": True}
_CURE = "Name a MarianMT checkpoint that translates from German to English, such as Helsinki-NLP/opus-mt-de-en."


class MarianTexts(TranslationModel):
    """The tokenizer's side of a Marian checkpoint, whatever computes its model."""

    def __init__(self, folder: Path) -> None:
        self.positions = marian_config(folder).max_position_embeddings
        self._tokenizer = marian_tokenizer(folder)

    def tokens(self, text: str) -> list[int]:
        # half a surrogate pair, which no file can hold but a text in memory can, is unreadable for SentencePiece
        return list(self._tokenizer(text.encode(errors="replace").decode(), verbose=False).input_ids)

    def text(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True)).strip()


class MarianModel(MarianTexts):
    """A MarianMT model of transformers."""

    def __init__(self, folder: Path, dtype: torch.dtype, place: str) -> None:
        """Raises CheckpointError when the folder does not hold all weights of a Marian model: transformers would make up the rest at random."""
        super().__init__(folder)
        self._model = marian_weights(folder, dtype).eval().to(place)
        self._model.generation_config.max_length = None  # the bound is stated with each batch
        self._place = place

    def generate(self, batch: Sequence[list[int]], beams: int, most: int) -> list[list[int]]:
        import torch

        padding, width = self._tokenizer.pad_token_id, max(map(len, batch))
        ids = torch.tensor([[*tokens, *[padding] * (width - len(tokens))] for tokens in batch], device=self._place)
        mask = torch.tensor([[1] * len(tokens) + [0] * (width - len(tokens)) for tokens in batch], device=self._place)
        search = {"num_beams": beams, "suppress_tokens": [padding]} | ({"early_stopping": True} if beams > 1 else {})
        with torch.inference_mode():
            outputs = self._model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=most, **_SEARCH, **search).tolist()
        special = {padding, self._tokenizer.eos_token_id}
        return [[token for token in output if token not in special] for output in outputs]


class MarianTranslator(NeuralTranslator):
    """Translates prose with a MarianMT model of transformers."""

    def load(self) -> None:
        checkpoint, place, dtype = self._settings.checkpoint, device(), torch_dtype(self._settings.dtype)
        folder = checked_folder(checkpoint)
        key = (type(self).__name__, checkpoint.identity(), str(dtype), place)
        self._model = resident(key, weight_bytes(folder), lambda: MarianModel(folder, dtype, place))


def marian_config(folder: Path) -> Any:  # noqa: ANN401 - transformers is untyped
    """The configuration of a Marian checkpoint. Raises CheckpointError when it is of another kind of model."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    if config.model_type != "marian":
        raise CheckpointError(f"{folder} is a model of type {config.model_type}. {_CURE}")
    return config


def marian_tokenizer(folder: Path) -> Any:  # noqa: ANN401
    """The tokenizer of a Marian checkpoint."""
    from transformers import MarianTokenizer

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*sacremoses")  # it normalises for a method that nobody calls
        return MarianTokenizer.from_pretrained(folder, local_files_only=True)


def marian_weights(folder: Path, dtype: torch.dtype) -> Any:  # noqa: ANN401
    """The model of a Marian checkpoint on the CPU. Raises CheckpointError as `MarianModel` does."""
    from transformers import MarianMTModel

    loaded: Any = MarianMTModel.from_pretrained(folder, dtype=dtype, use_safetensors=True, local_files_only=True, output_loading_info=True)
    model, report = loaded
    require_whole(folder, report, "Marian model", _CURE)
    return model
