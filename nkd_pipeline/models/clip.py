"""CLIP scores by a CLIP model of transformers, such as the paper's openai/clip-vit-large-patch14."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.picture_text import PictureTextModel, PictureTextScorer
from nkd_pipeline.models.weights import require_weights

if TYPE_CHECKING:
    import torch
    from PIL import Image


class ClipModel(PictureTextModel):
    """A CLIP model of transformers with its tokenizer and image processor.

    Pictures are resized with Pillow, as OpenAI's own code, open_clip and transformers before version 5 do; the torchvision processor that
    transformers 5 takes by default differs by up to 2 of 255 grey levels, the tiny model's scores by up to 0.06.
    """

    def __init__(self, folder: Path, place: str) -> None:
        """Raises CheckpointError when the folder holds another model or not all weights: transformers would make up the rest at random."""
        import torch
        from transformers import CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

        _check_kind(folder)
        loaded: Any = CLIPModel.from_pretrained(folder, dtype=torch.float32, use_safetensors=True, local_files_only=True, output_loading_info=True)
        model, report = loaded
        require_weights(folder, report)
        self._model = model.eval().to(place)
        self._tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
        self._processor = CLIPImageProcessorPil.from_pretrained(folder, local_files_only=True)
        self._place = place
        self.context = model.config.text_config.max_position_embeddings
        self.scale = model.logit_scale.exp().item()

    def pixels(self, picture: Image.Image) -> torch.Tensor:
        return self._processor(picture, return_tensors="pt")["pixel_values"][0]  # type: ignore[no-any-return]

    def pictures(self, pixels: torch.Tensor) -> torch.Tensor:
        return _unit(self._model.get_image_features(pixel_values=pixels.to(self._place)).pooler_output)

    def texts(self, texts: Sequence[str]) -> torch.Tensor:
        # the tokenizer cuts before it adds the token for the end, where the model reads the text's meaning
        tokens = self._tokenizer(list(texts), truncation=True, max_length=self.context, padding=True, return_tensors="pt").to(self._place)
        return _unit(self._model.get_text_features(**tokens).pooler_output)

    def tokens(self, text: str) -> int:
        return len(self._tokenizer(text, verbose=False).input_ids)


class ClipScorer(PictureTextScorer):
    """Scores pictures with a CLIP model of transformers; its folder holds model, tokenizer and image processor."""

    model_class = ClipModel


def _check_kind(folder: Path) -> None:
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"{folder} has no sound config.json. Name a CLIP model of transformers, or OpenClipScorer for one of open_clip."
        ) from error
    if kind != "clip":
        raise CheckpointError(f"{folder} is a model of type {kind}, not clip. Name a CLIP model of transformers.")


def _unit(features: torch.Tensor) -> torch.Tensor:
    from torch.nn.functional import normalize

    return normalize(features, dim=-1)
