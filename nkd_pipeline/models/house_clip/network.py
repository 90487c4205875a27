"""The network of the house CLIP: built from its configuration, read and written as open_clip does it."""

from __future__ import annotations

import functools
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.open_clip import CONFIG, MERGES

if TYPE_CHECKING:
    import torch

WEIGHTS = "open_clip_model.safetensors"
SHORT = 28  # tokens; longer texts are encoded apart


@functools.cache
def table() -> dict[str, Any]:
    """network.toml as it stands."""
    return tomllib.loads(files(__package__).joinpath("network.toml").read_text(encoding="utf-8"))


class Network:
    """The model with its tokenizer, for training. The folder holds the byte pairs already."""

    def __init__(self, folder: Path, seed: int, device: str) -> None:
        import open_clip
        import torch

        self.tokenizer = open_clip.tokenizer.SimpleTokenizer(str(folder / MERGES), context_length=table()["model"]["text_cfg"]["context_length"])
        self.config = _config(self.tokenizer.vocab_size)
        torch.manual_seed(seed)
        model = {name: value for name, value in self.config["model_cfg"].items() if name != "custom_text"}
        self.model = open_clip.model.CustomTextCLIP(**model).to(device)
        self.model.visual.to(memory_format=torch.channels_last)
        for fixed in (self.model.logit_scale, self.model.logit_bias):
            fixed.requires_grad_(False)
        self.device = device

    def texts(self, texts: Sequence[str]) -> torch.Tensor:
        """Features of texts, (n, dimensions), of length 1; unlike open_clip's own call it does not pay for a short text as for the longest."""
        import torch

        tokens = self.tokenizer(list(texts))
        lengths = (tokens != 0).sum(1)
        short, long = (lengths <= SHORT).nonzero()[:, 0], (lengths > SHORT).nonzero()[:, 0]
        parts = [self._encoded(tokens[places, : int(lengths[places].max())].to(self.device)) for places in (short, long) if len(places)]
        return torch.cat(parts)[torch.cat([short, long]).argsort().to(self.device)]

    def _encoded(self, tokens: torch.Tensor) -> torch.Tensor:
        import torch
        from torch.nn.functional import normalize

        text, length = self.model.text, tokens.shape[1]
        mask, text.attn_mask = text.attn_mask, text.attn_mask[:length, :length]
        try:
            with torch.autocast(self.device.partition(":")[0], torch.bfloat16):
                features = text(tokens)
            return normalize(features.float(), dim=-1)
        finally:
            text.attn_mask = mask

    def pictures(self, pixels: torch.Tensor) -> torch.Tensor:
        """Features of normalised pictures, (n, 3, edge, edge) to (n, dimensions), of length 1; computed in bfloat16, which halves the time."""
        import torch

        with torch.autocast(self.device.partition(":")[0], torch.bfloat16):
            return self.model.encode_image(pixels, normalize=True).float()  # type: ignore[no-any-return]

    def save(self, folder: Path) -> None:
        """Writes configuration and weights, in half precision."""
        import torch
        from safetensors.torch import save_file

        whole = ("logit_scale", "logit_bias")
        weights = {
            name: (value.half() if value.dtype == torch.float32 and name not in whole else value).cpu().contiguous()
            for name, value in self.model.state_dict().items()
        }
        save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
        (folder / WEIGHTS).chmod(0o644)  # the library writes files that nobody else may read
        (folder / CONFIG).write_text(json.dumps(self.config, indent=2) + "\n", encoding="utf-8")


def _config(vocabulary: int) -> dict[str, Any]:
    data = table()
    model: Mapping[str, Any] = data["model"]
    scale = math.log(data["reading"]["scale"])
    text = {**model["text_cfg"], "vocab_size": vocabulary}
    return {"model_cfg": {**model, "text_cfg": text, "init_logit_scale": scale, "custom_text": True}, "preprocess_cfg": data["preprocess"]}
