"""A LoRA is either applied as a whole or refused: the library would only log what it cannot use."""

import shutil

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file, save_file

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.diffusion.lora import USUAL_NAME
from nkd_pipeline_tests.models.diffusion.orders import artist, difference, order

LORAS = {"flux": "flux_lora", "flux_dev": "flux_lora", "sd15": "sd15_lora"}


def lora(name, **changes):
    return [{"model": str(name), **changes}]


def rewritten(source, folder, change):
    """A copy of a LoRA with its weights changed."""
    folder.mkdir()
    save_file(change(load_file(source / USUAL_NAME)), folder / USUAL_NAME)
    return folder


@pytest.mark.parametrize("family", LORAS)
def test_scale_0_is_the_plain_model_to_the_last_bit(tiny, family):
    (plain,), (zero,), (full,) = (artist(tiny, family, **changes)([order()]) for changes in ({}, scaled(family, 0.0), scaled(family, 1.0)))
    assert difference(zero, plain) == 0
    assert difference(full, plain) > 10


def scaled(family, scale):
    return {"loras": lora(LORAS[family], scale=scale)}


def test_the_scale_is_how_much_of_it(tiny):
    """The paper's 0.8 lies between nothing and all."""
    plain, some, more = (artist(tiny, "sd15", **scaled("sd15", scale))([order()])[0] for scale in (0.0, 0.1, 0.8))
    assert 0 < difference(plain, some) < difference(plain, more)


def test_what_was_loaded_is_reported(tiny):
    (report,) = artist(tiny, "flux", **scaled("flux", 0.8))._pipelines.loras
    assert (report.rank, report.layers, report.scale) == (4, 15, 0.8)


def test_loading_again_stacks_nothing(tiny):
    first = artist(tiny, "flux", **scaled("flux", 0.5))
    before = first([order()])[0]
    second = artist(tiny, "flux", **scaled("flux", 0.5))
    adapters = second._pipelines.base.get_list_adapters()
    assert [len(names) for names in adapters.values()] == [1]
    assert second([order()])[0].png == before.png


def test_a_model_with_a_lora_leaves_the_one_without_alone(tiny):
    plain = artist(tiny, "sd15")
    before = plain([order()])[0]
    artist(tiny, "sd15", **scaled("sd15", 1.0))([order()])
    assert plain([order()])[0].png == before.png


def test_two_loras_add_up(tiny, tmp_path):
    other = rewritten(tiny / "sd15_lora", tmp_path / "other", lambda weights: {name: weight.flip(0).contiguous() for name, weight in weights.items()})
    (one,) = artist(tiny, "sd15", loras=lora("sd15_lora"))([order()])
    (both,) = artist(tiny, "sd15", loras=[*lora("sd15_lora"), *lora(other, scale=0.5)])([order()])
    assert difference(one, both) > 3


def test_one_lora_twice_is_a_mistake(tiny):
    with pytest.raises(CheckpointError, match="named twice"):
        artist(tiny, "sd15", loras=[*lora("sd15_lora"), *lora("sd15_lora", scale=0.5)])


def test_a_lora_for_the_text_encoder_counts_its_layers(tiny, tmp_path):
    """Under the names of today's library and of those before, which had one level more."""
    for level in ("", "text_model."):
        layer = f"text_encoder.{level}encoder.layers.0.self_attn.q_proj.lora_linear_layer"
        folder = tmp_path / f"level {level}"
        folder.mkdir()
        save_file({f"{layer}.down.weight": torch.ones(2, 32), f"{layer}.up.weight": torch.ones(32, 2)}, folder / USUAL_NAME)
        stage = artist(tiny, "sd15", loras=lora(folder))
        assert [(report.rank, report.layers) for report in stage._pipelines.loras] == [(2, 1)]
        assert difference(stage([order()])[0], artist(tiny, "sd15")([order()])[0]) > 0


def test_a_lora_in_the_layout_of_its_trainer_is_read(tiny, tmp_path):
    """The scripts of kohya flatten names and carry alpha, which scales by alpha / rank."""
    layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"
    pictures = []
    for alpha in (2.0, 1.0):
        folder = tmp_path / f"{alpha}"
        folder.mkdir()
        weights = {"lora_down.weight": torch.ones(2, 32), "lora_up.weight": torch.ones(32, 2), "alpha": torch.tensor(alpha)}
        save_file({f"{layer}.{name}": weight for name, weight in weights.items()}, folder / "fashion.safetensors")
        stage = artist(tiny, "sd15", loras=lora(folder))
        assert [(report.rank, report.layers) for report in stage._pipelines.loras] == [(2, 1)]
        pictures += stage([order()])
    assert difference(*pictures) > 0


def test_a_lora_for_another_family_is_refused_with_names(tiny):
    with pytest.raises(
        CheckpointError, match=r"flux_lora: 30 of its 30 keys fit no layer of Stable Diffusion 1\.5: transformer\.\S+lora_A\.weight, "
    ):
        artist(tiny, "sd15", loras=lora("flux_lora"))


def test_a_lora_for_a_model_of_other_width_is_refused(tiny):
    """SD 2.1 calls its layers as 1.5 does, but those that read the prompt are wider."""
    with pytest.raises(CheckpointError, match=r"sd15_lora: 8 of its 64 keys fit no layer of Stable Diffusion 2\.1: unet\S+attn2"):
        artist(tiny, "sd21", loras=lora("sd15_lora"))


def test_a_lora_that_half_fits_is_refused(tiny, tmp_path):
    def half_renamed(weights):
        return {name.replace("attn1", "attn9"): weight for name, weight in weights.items()}

    folder = rewritten(tiny / "sd15_lora", tmp_path / "half", half_renamed)
    with pytest.raises(CheckpointError, match=r"half: 32 of its 64 keys fit no layer .*attn9.* and 28 more"):
        artist(tiny, "sd15", loras=lora(folder))


def test_scale_0_hides_no_mistake(tiny):
    with pytest.raises(CheckpointError, match="fit no layer"):
        artist(tiny, "sd15", loras=lora("flux_lora", scale=0.0))


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        pytest.param(["unet.conv_in.weight"], r"holds no LoRA\. Found: unet\.conv_in\.weight", id="weights of a model"),
        pytest.param(["lora_unet_x.lora_down.weight", "lora_unet_x.dora_scale"], "is a DoRA", id="the library would leave its scales out"),
        pytest.param(["unet.conv_in.alpha_lora"], "fit no layer", id="a key of no known layout"),
    ],
)
def test_files_that_are_no_lora_are_refused(tiny, tmp_path, keys, says):
    (tmp_path / "odd").mkdir()
    save_file({key: torch.ones(2, 2) for key in keys}, tmp_path / "odd" / USUAL_NAME)
    with pytest.raises(CheckpointError, match=says):
        artist(tiny, "sd15", loras=lora(tmp_path / "odd"))


def test_of_several_files_one_must_be_named(tiny, tmp_path):
    for name in ("summer.safetensors", "winter.safetensors"):
        (tmp_path / "seasons").mkdir(exist_ok=True)
        shutil.copy(tiny / "sd15_lora" / USUAL_NAME, tmp_path / "seasons" / name)
    with pytest.raises(CheckpointError, match=r"several LoRA: summer\.safetensors, winter\.safetensors\. Name one as weight_name"):
        artist(tiny, "sd15", loras=lora(tmp_path / "seasons"))
    with pytest.raises(CheckpointError, match=r"autumn\.safetensors is missing"):
        artist(tiny, "sd15", loras=lora(tmp_path / "seasons", weight_name="autumn.safetensors"))
    artist(tiny, "sd15", loras=lora(tmp_path / "seasons", weight_name="winter.safetensors"))


@pytest.mark.parametrize("name", ["../elsewhere.safetensors", "weights.bin", "/etc/passwd"])
def test_a_weight_name_is_a_safetensors_file_of_the_folder(tiny, name):
    with pytest.raises(ValidationError, match="weight_name"):
        artist(tiny, "sd15", loras=lora("sd15_lora", weight_name=name))
