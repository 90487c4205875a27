"""Models of full size without their files: published configurations, random weights made on the device, tokenizers of the tiny checkpoints.

How long a layer takes does not depend on the numbers in it, so that such models time what the real ones would. Everything but the reading of weights
is the pipeline's own code: stages load from these folders as from any other.
"""

# ruff: noqa: ANN401 - stages and models of three libraries go through here
from __future__ import annotations

import contextlib
import json
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from nkd_pipeline.models.device import device, free_bytes
from nkd_pipeline_tests.tiny.cache import TinyCheckpoints

FULL_SIZE = Path(__file__).parent / "full_size"
MODELS = ("flux", "phi3", "marian", "clip")


def make_profile(folder: Path, *, full_size: bool = True) -> Path:
    """Makes the checkpoints' folders and the profile that names them, and returns that; tiny models stay tiny unless `full_size`."""
    tiny = TinyCheckpoints()
    for name in MODELS:
        shutil.copytree(tiny / name, folder / name)
        if full_size:
            for file, values in tomllib.loads((FULL_SIZE / f"{name}.toml").read_text(encoding="utf-8")).items():
                path = folder / name / file
                path.write_text(json.dumps(_merged(json.loads(path.read_text(encoding="utf-8")), values)), encoding="utf-8")
    text = (FULL_SIZE / "profile.toml").read_text(encoding="utf-8")
    profile = folder / "full_size.toml"
    profile.write_text(text if full_size else f"{text}\n[run]\nworkers = 1\n", encoding="utf-8")  # starting workers takes longer than so few rows
    return profile


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    return base | {key: _merged(base[key], value) if isinstance(value, dict) else value for key, value in over.items()}


@contextlib.contextmanager
def random_weights() -> Iterator[None]:
    """While this lasts, models come with random weights, right on the device, whatever is in their files.

    Translations are as long as their sources: random weights would never end one.
    """
    import diffusers
    import transformers

    from nkd_pipeline.models import marian

    generate = marian.MarianModel.generate

    def as_long(self: Any, batch: Any, beams: int, _: int) -> Any:
        return generate(self, batch, beams, max(map(len, batch)))

    with (
        mock.patch.object(diffusers.ModelMixin, "from_pretrained", classmethod(_random_diffusers_model)),
        mock.patch.object(transformers.PreTrainedModel, "from_pretrained", classmethod(_random_transformers_model)),
        mock.patch.object(marian.MarianModel, "generate", as_long),
    ):
        yield


@contextlib.contextmanager
def pipelines_as_if(free: int | None = None, lora_rank: int = 0) -> Iterator[None]:
    """Image pipelines that are loaded meanwhile get a LoRA of a rank with random weights, and plan with `free` bytes of the device.

    Without `free` they plan with what was free before their weights, which do not come from files by way of the CPU, were made on the device.
    """
    from nkd_pipeline.models.diffusion import pipelines

    before = free_bytes(device()) if free is None else free
    load = pipelines.load_base

    def with_lora(*arguments: Any) -> Any:
        pipe = load(*arguments)
        if lora_rank:
            _add_lora(pipe.transformer, lora_rank)
        return pipe

    with mock.patch.object(pipelines, "load_base", with_lora), mock.patch.object(pipelines, "free_bytes", return_value=before):
        yield


def _add_lora(transformer: Any, rank: int) -> None:
    from peft import LoraConfig

    # the layers that the paper's kind of LoRA trains: attention of both kinds of blocks
    targets = ["to_q", "to_k", "to_v", "to_out.0", "add_q_proj", "add_k_proj", "add_v_proj", "to_add_out"]
    transformer.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=targets, init_lora_weights="gaussian"))
    transformer.to(transformer.dtype)


@contextlib.contextmanager
def _made_as(dtype: Any) -> Iterator[None]:
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype or before)
    try:
        with torch.device(device()):
            yield
    finally:
        torch.set_default_dtype(before)


def _random_diffusers_model(cls: Any, folder: Any, *, dtype: Any = None, torch_dtype: Any = None, **_: Any) -> Any:
    with _made_as(dtype or torch_dtype):
        return cls.from_config(cls.load_config(folder)).eval()


def _random_transformers_model(cls: Any, folder: Any, *_: Any, dtype: Any = None, output_loading_info: bool = False, **options: Any) -> Any:
    from transformers import GenerationConfig

    config = options.get("config") or cls.config_class.from_pretrained(folder)
    with _made_as(dtype):
        model = cls._from_config(config, dtype=dtype).eval()
    if (Path(folder) / "generation_config.json").exists():
        model.generation_config = GenerationConfig.from_pretrained(folder)
    return (model, {"missing_keys": [], "mismatched_keys": []}) if output_loading_info else model
