"""CLIP scores by any model of open_clip: LAION's, SigLIP, or one that was trained at home."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.picture_text import PictureTextModel, PictureTextScorer
from nkd_pipeline.models.safety import OPEN_CLIP

if TYPE_CHECKING:
    import torch
    from PIL import Image

CONFIG = "open_clip_config.json"
CLIP_VOCABULARY = 49_408  # tokens, where a configuration does not say
MERGES = "bpe.txt.gz"  # a vocabulary of the model's own, in the format of open_clip's
# open_clip's tokenizer needs time in the square of a word's length: three minutes for a word of 100,000 letters
_ENDLESS_WORD = re.compile(r"\S{256}")


class OpenClipModel(PictureTextModel):
    """A model of open_clip with its own tokenizer and preprocessing."""

    def __init__(self, folder: Path, place: str) -> None:
        """Raises CheckpointError when the folder is none of open_clip's or could not be loaded from it alone."""
        import open_clip

        text_config, name = _text_config(folder), f"local-dir:{folder}"
        self._tokenizer = open_clip.get_tokenizer(name, **_tokenizer_options(folder, text_config))
        self._byte_pairs = not text_config.get("hf_tokenizer_name")  # else one of transformers
        known = text_config.get("vocab_size", CLIP_VOCABULARY)
        if self._byte_pairs and self._tokenizer.vocab_size > known:
            raise CheckpointError(f"{folder} knows {known} tokens, CLIP's vocabulary has more. Put the model's own beside it as {MERGES}.")
        model, self._preprocess = open_clip.create_model_from_pretrained(name, precision="fp32", device=place)
        self._model, self._place = model.eval(), place
        self.context = self._tokenizer.context_length
        self.scale = model.logit_scale.exp().item()

    def pixels(self, picture: Image.Image) -> torch.Tensor:
        return self._preprocess(picture)  # type: ignore[no-any-return]

    def pictures(self, pixels: torch.Tensor) -> torch.Tensor:
        return self._model.encode_image(pixels.to(self._place), normalize=True)  # type: ignore[no-any-return]

    def texts(self, texts: Sequence[str]) -> torch.Tensor:
        return self._model.encode_text(self.token_ids(texts), normalize=True)  # type: ignore[no-any-return]

    def token_ids(self, texts: Sequence[str]) -> torch.Tensor:
        """Tokens of texts, (n, context), with zeros behind the token for the end."""
        return self._tokenizer([_readable(text) for text in texts]).to(self._place)  # type: ignore[no-any-return]

    def tokens(self, text: str) -> int:
        if self._byte_pairs:
            return len(self._tokenizer.encode(_readable(text))) + 2  # start and end
        return len(self._tokenizer.tokenizer(self._tokenizer.clean_fn(_readable(text)), verbose=False).input_ids)


class OpenClipScorer(PictureTextScorer):
    """Scores pictures with a model of open_clip; its folder holds `open_clip_config.json`, weights as safetensors and what its tokenizer needs."""

    model_class = OpenClipModel


def _text_config(folder: Path) -> Mapping[str, Any]:
    """The text tower's part of the configuration. Raises CheckpointError for a folder that open_clip must not be given."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))["model_cfg"]["text_cfg"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{folder} has no sound {CONFIG}. Name a model of open_clip, or ClipScorer for one of transformers.") from error
    if not any((folder / name).is_file() for name in OPEN_CLIP):
        # open_clip would take pickled weights, even beside safetensors of another library
        raise CheckpointError(f"{folder} has none of {' and '.join(sorted(OPEN_CLIP))}. Choose a model of open_clip with safetensors.")
    if "hf_model_name" in config:
        raise CheckpointError(
            f"{folder} takes its text tower from {config['hf_model_name']}, another repository. Name a model that is whole in its own folder."
        )
    return config  # type: ignore[no-any-return]


def _tokenizer_options(folder: Path, text_config: Mapping[str, Any]) -> dict[str, Any]:
    """What goes over the options in the model's configuration, which might allow code of its own, downloads, or cutting off at random."""
    if text_config.get("hf_tokenizer_name"):
        return {"trust_remote_code": False, "local_files_only": True}
    merges = folder / MERGES
    return {"reduction_mask": "", **({"bpe_path": str(merges)} if merges.is_file() else {})}


def _readable(text: str) -> str:
    return _ENDLESS_WORD.sub(r"\g<0> ", text)
