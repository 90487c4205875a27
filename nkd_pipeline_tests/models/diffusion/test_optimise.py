"""Where a pipeline's parts lie and how they are made fast must not change its pictures. Run on the CPU, with the same code that serves a GPU."""

import numpy as np
import pytest

from nkd_pipeline.models.diffusion.memory_plan import MemoryPlan, Placement
from nkd_pipeline.models.diffusion.optimise import (
    OptimiseSettings,
    compile_blocks,
    denoiser_of,
    encoding,
    fuse_qkv,
    merge_lora,
    optimise,
    place,
    text_encoders_of,
    use_attention,
    use_channels_last,
)

LAST_BITS = 5e-5  # of a picture between 0 and 1; rounding of float32 in another order


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def pipeline(tiny, name, lora=None):
    from diffusers import DiffusionPipeline

    pipe = DiffusionPipeline.from_pretrained(tiny / name, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    if lora:
        pipe.load_lora_weights(tiny / lora, adapter_name="fashion")
        pipe.set_adapters(["fashion"], [0.8])
    return pipe


def pictures(pipe):
    import torch

    generators = [torch.Generator().manual_seed(seed) for seed in (1, 2)]
    size = {"height": 64, "width": 64, "num_inference_steps": 1, "output_type": "np"}
    return pipe(["red shirt", "blue trousers"], generator=generators, guidance_scale=2.0, **size).images


def plan(placement):
    return MemoryPlan(placement, image_batch=2, encode_batch=2, why="")


@pytest.mark.parametrize(
    ("name", "placement"),
    [("flux", Placement.ENCODE_FIRST), ("flux", Placement.OFFLOAD), ("sd15", Placement.OFFLOAD)],  # a transformer's blocks travel, a UNet's layers
)
def test_placing_changes_no_picture(tiny, name, placement):
    pipe = pipeline(tiny, name)
    before = pictures(pipe)
    place(pipe, plan(placement), "cpu")
    with encoding(pipe, plan(placement), "cpu"):
        assert {encoder.device.type for encoder in text_encoders_of(pipe)} == {"cpu"}
    assert np.abs(pictures(pipe) - before).max() < LAST_BITS


def test_storing_in_8_bits_keeps_the_picture_and_leaves_the_lora_alone(tiny):
    import torch

    pipe = pipeline(tiny, "flux", "flux_lora")
    before = pictures(pipe)
    place(pipe, plan(Placement.FP8), "cpu")
    assert {parameter.dtype for key, parameter in denoiser_of(pipe).named_parameters() if "lora_" in key} == {torch.float32}
    assert torch.float8_e4m3fn in {parameter.dtype for parameter in denoiser_of(pipe).parameters()}
    after = pictures(pipe)
    # 3 bits of mantissa: random weights feel them more than trained ones, but it is the same picture
    assert 0 < np.abs(after - before).mean() < 0.05


def test_a_pipeline_steps_down_from_plan_to_plan(tiny):
    pipe = pipeline(tiny, "flux", "flux_lora")
    for placement in Placement:  # as a stage does that runs out of memory
        place(pipe, plan(placement), "cpu")
        assert np.isfinite(pictures(pipe)).all()


@pytest.mark.parametrize(("name", "lora"), [("flux", "flux_lora"), ("sd15", "sd15_lora")])
def test_each_optimisation_keeps_the_pictures(tiny, name, lora):
    pipe = pipeline(tiny, name, lora)
    before = pictures(pipe)
    place(pipe, plan(Placement.RESIDENT), "cpu")
    assert merge_lora(pipe) == (lora is not None)
    assert np.abs(pictures(pipe) - before).max() < LAST_BITS
    weight = denoiser_of(pipe).get_memory_footprint()
    assert fuse_qkv(pipe)
    assert denoiser_of(pipe).get_memory_footprint() == weight  # the parts are gone, not only unused
    assert np.abs(pictures(pipe) - before).max() < LAST_BITS
    assert use_channels_last(pipe)
    assert use_attention(pipe, "native", "cpu") == (name == "flux")
    assert np.abs(pictures(pipe) - before).max() < LAST_BITS


def test_fusing_never_drops_a_lora(tiny):
    # the library joins the layers below the adapters and leaves these out, without a word: the pictures would be those of the bare model
    pipe = pipeline(tiny, "flux", "flux_lora")
    before = pictures(pipe)
    assert not fuse_qkv(pipe)
    np.testing.assert_array_equal(pictures(pipe), before)


@pytest.mark.parametrize("placement", [Placement.FP8, Placement.OFFLOAD])
def test_layers_that_are_cast_or_moved_as_they_run_are_not_rebuilt(tiny, placement):
    pipe = pipeline(tiny, "flux", "flux_lora")
    place(pipe, plan(placement), "cpu")
    assert (merge_lora(pipe), fuse_qkv(pipe)) == (False, False)


def test_compiled_blocks_have_no_graph_breaks(tiny, monkeypatch):
    # traced and run as traced: what generates code for a device has its own tests
    import torch

    compiled = []
    original = torch.nn.Module.compile
    monkeypatch.setattr(torch.nn.Module, "compile", lambda self, **options: (compiled.append(self), original(self, backend="eager", **options)))
    pipe = pipeline(tiny, "flux")
    before = pictures(pipe)
    fuse_qkv(pipe)
    compile_blocks(pipe)
    assert np.abs(pictures(pipe) - before).max() < LAST_BITS
    assert [type(module).__name__ for module in compiled] == ["FluxTransformerBlock"] + ["FluxSingleTransformerBlock"] * 2 + ["Decoder"]
    torch.compiler.reset()


def test_a_backend_that_is_not_there_is_left_out_and_named(tiny, caplog):
    from diffusers.models.attention_dispatch import _AttentionBackendRegistry as Registry

    pipe = pipeline(tiny, "flux")
    before, default = pictures(pipe), Registry.get_active_backend()
    assert not use_attention(pipe, "_native_cudnn", "cpu")
    assert "_native_cudnn is not available here" in caplog.text
    np.testing.assert_array_equal(pictures(pipe), before)
    assert Registry.get_active_backend() == default


def test_on_the_cpu_nothing_is_applied(tiny):
    assert optimise(pipeline(tiny, "sd15"), OptimiseSettings(compile=True), "cpu") == []
