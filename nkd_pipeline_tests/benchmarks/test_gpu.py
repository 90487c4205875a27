"""The GPU benchmark: its code runs, its models have the size of the real ones, and its floor is counted right."""

from unittest import mock

import pytest

from benchmarks import random_weights as door
from benchmarks.flops import flops_per_picture
from benchmarks.gpu import PARTS, measure
from benchmarks.measuring import DRY, Report
from benchmarks.random_weights import make_profile, random_weights
from nkd_pipeline.execution.steps import STEPS
from nkd_pipeline.models.diffusion.memory_plan import FP8_SHARE, STREAMED_SHARE
from nkd_pipeline.models.residency import release_all

TERA = 1e12


@pytest.fixture(scope="module")
def full_size(tmp_path_factory):
    """Folders of checkpoints whose configurations are those of the real models."""
    return make_profile(tmp_path_factory.mktemp("full_size")).parent


@pytest.fixture
def no_memory():
    """Models are made without memory for their weights."""
    with mock.patch.object(door, "device", return_value="meta"), random_weights():
        yield


def parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


def size(module):
    return sum(parameter.numel() * parameter.element_size() for parameter in module.parameters())


def flux(folder):
    import torch
    from diffusers import FluxPipeline

    kinds = {"default": torch.bfloat16, "vae": torch.bfloat16}
    return FluxPipeline.from_pretrained(folder / "flux", dtype=kinds, use_safetensors=True, local_files_only=True)


def test_every_part_runs_on_tiny_models(tmp_path, capsys):
    out = tmp_path / "table.md"
    try:
        measure(Report(out, seconds=3600), PARTS, DRY)
    finally:
        release_all()
    text = out.read_text(encoding="utf-8")
    assert text == capsys.readouterr().out
    assert "Error" not in text
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    assert {"eager", "LoRA merged", "as the stage does it", "constrained on", "in all", "12 GB card"} <= {row[0] for row in rows}
    failed = {row[0]: row[3] for row in rows if row[0] in STEPS}
    assert failed == dict.fromkeys(STEPS, "0")


def test_what_fails_is_a_row_and_what_comes_too_late_is_not_begun(tmp_path, capsys):
    report = Report(tmp_path / "table.md", seconds=3600)
    with report.attempt("compiled"):
        raise RuntimeError("no kernel\nmore of it")
    assert capsys.readouterr().out == "| compiled: RuntimeError: no kernel |\n"
    measure(Report(tmp_path / "table.md", seconds=0), PARTS, DRY)
    assert "The time is up." in capsys.readouterr().out


def test_a_picture_of_flux_takes_290_tflop(full_size):
    # the number that all talk of efficiency stands on: encoding, four steps, decoding
    flops = flops_per_picture(full_size / "flux")
    assert sum(flops.values()) / TERA == pytest.approx(290.7, rel=0.001)
    assert {part: round(count / TERA, 1) for part, count in flops.items()} == {"text encoders": 2.4, "denoiser": 277.9, "decoder": 10.5}


def test_random_models_have_as_many_weights_as_the_real_ones(full_size, no_memory):
    import torch
    from transformers import AutoModelForCausalLM, CLIPModel, MarianMTModel

    # millions of parameters, as the models' pages state them
    assert round(parameters(AutoModelForCausalLM.from_pretrained(full_size / "phi3", dtype=torch.bfloat16)) / 1e6) == 3821
    assert round(parameters(MarianMTModel.from_pretrained(full_size / "marian")) / 1e6) == 74
    assert round(parameters(CLIPModel.from_pretrained(full_size / "clip")) / 1e6) == 428
    pipe = flux(full_size)
    parts = (pipe.transformer, pipe.text_encoder, pipe.text_encoder_2, pipe.vae)
    assert [round(parameters(part) / 1e6) for part in parts] == [11891, 123, 4762, 84]
    assert {part.dtype for part in parts} == {torch.bfloat16}


def test_memory_plans_reckon_with_what_flux_really_weighs(full_size, no_memory):
    import torch

    transformer = flux(full_size).transformer
    whole = size(transformer)
    blocks = [size(block) for block in (*transformer.transformer_blocks, *transformer.single_transformer_blocks)]
    # while layers stream through the device: the block at work, the one that comes next, and all that is no block
    assert 2 * max(blocks) + whole - sum(blocks) <= STREAMED_SHARE * whole
    transformer.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=torch.bfloat16)
    assert 0.99 * FP8_SHARE < size(transformer) / whole <= FP8_SHARE
