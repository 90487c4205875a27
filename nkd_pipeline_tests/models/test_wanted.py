"""Of a repository exactly those files are fetched that are loaded; lists as the hub has them, shortened where files are alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.models.wanted import wanted_files

TOKENIZER = ["merges.txt", "special_tokens_map.json", "tokenizer_config.json", "vocab.json"]


def inside(folder, *names):
    return [f"{folder}/{name}" for name in names]


SD15 = [
    *["model_index.json", "scheduler/scheduler_config.json", "feature_extractor/preprocessor_config.json"],
    *inside("text_encoder", "config.json", "model.safetensors"),
    *inside("tokenizer", *TOKENIZER),
    *inside("unet", "config.json", "diffusion_pytorch_model.safetensors"),
    *inside("vae", "config.json", "diffusion_pytorch_model.safetensors"),
]
SD15_OTHERS = [
    *[".gitattributes", "README.md", "v1-inference.yaml", "v1-5-pruned.ckpt", "v1-5-pruned.safetensors", "v1-5-pruned-emaonly.safetensors"],
    *inside("safety_checker", "config.json", "model.safetensors", "pytorch_model.bin"),
    *inside("text_encoder", "model.fp16.safetensors", "pytorch_model.bin"),
    *inside("unet", "diffusion_pytorch_model.fp16.safetensors", "diffusion_pytorch_model.non_ema.safetensors", "diffusion_pytorch_model.bin"),
]
SDXL_OTHERS = [
    *["01.png", "LICENSE.md", "sd_xl_base_1.0.safetensors", "sd_xl_base_1.0_0.9vae.safetensors", "sd_xl_offset_example-lora_1.0.safetensors"],
    *inside("text_encoder", "flax_model.msgpack", "model.onnx", "openvino_model.bin", "openvino_model.xml"),
    *inside("unet", "model.onnx_data", "diffusion_flax_model.msgpack"),
    *inside("vae_1_0", "config.json", "diffusion_pytorch_model.safetensors"),
    *inside("vae_decoder", "config.json", "model.onnx"),
]
SHARDS = [f"diffusion_pytorch_model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
FLUX = [
    "model_index.json",
    *inside("text_encoder_2", "config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"),
    *inside("tokenizer_2", "special_tokens_map.json", "spiece.model", "tokenizer.json", "tokenizer_config.json"),
    *inside("transformer", "config.json", *SHARDS, "diffusion_pytorch_model.safetensors.index.json"),
]
FLUX_OTHERS = ["ae.safetensors", "flux1-schnell.safetensors", "schnell_grid.jpeg", *inside("text_encoder_2", "model-00001-of-00002.fp16.safetensors")]
PHI3 = [
    *["added_tokens.json", "config.json", "generation_config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
    *["model.safetensors.index.json", "special_tokens_map.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json"],
]
PHI3_OTHERS = ["LICENSE", "README.md", "configuration_phi3.py", "modeling_phi3.py", "sample_finetune.py", "onnx/model.onnx", "onnx/config.json"]
OPUS = ["config.json", "generation_config.json", "source.spm", "target.spm", "tokenizer_config.json", "vocab.json"]
OPUS_OTHERS = ["README.md", "pytorch_model.bin", "rust_model.ot", "tf_model.h5", "flax_model.msgpack", "pytorch_model.bin.index.json"]
MINILM = ["config.json", "config_sentence_transformers.json", "model.safetensors", "modules.json", "1_Pooling/config.json", "vocab.txt"]
MINILM_OTHERS = ["README.md", "onnx/model.onnx", "pytorch_model.bin", "2_Dense/config.json", "2_Dense/model.safetensors"]
OPEN_CLIP = ["open_clip_config.json", "open_clip_model.safetensors", "tokenizer.json", "vocab.json"]


@pytest.mark.parametrize(
    ("wanted", "others"),
    [
        pytest.param(SD15, SD15_OTHERS, id="SD 1.5: no single-file checkpoints, half-precision or training variants, no safety checker"),
        pytest.param(SD15, SDXL_OTHERS, id="SDXL: no exports for other engines, no spare VAE"),
        pytest.param(FLUX, FLUX_OTHERS, id="FLUX.1: shards, not the same weights again in one file"),
        pytest.param(PHI3, PHI3_OTHERS, id="Phi-3: no code"),
        pytest.param(OPUS, OPUS_OTHERS, id="opus-mt: no weights that could be loaded"),
        pytest.param(["config.json", "model.safetensors"], ["model.fp16.safetensors", "consolidated.safetensors", "model.gguf"], id="the plain file"),
        pytest.param(["config.json", "model.safetensors"], ["model-00001-of-00001.safetensors"], id="whole, where there is an old set of shards too"),
        pytest.param(MINILM, MINILM_OTHERS, id="sentence-transformers: how sentences are made, no layers that are not loaded"),
        pytest.param(OPEN_CLIP, ["open_clip_pytorch_model.bin", "README.md"], id="open_clip"),
        pytest.param(["pytorch_lora_weights.safetensors"], ["README.md", "sample.png", "checkpoint-500.safetensors", "config.json"], id="a LoRA"),
        pytest.param(["fashion.safetensors"], ["README.md", "adapter_config.json", "config.json"], id="a LoRA under a name of its own"),
    ],
)
def test_what_is_loaded_is_wanted_and_nothing_else(wanted, others):
    assert wanted_files([*others, *wanted]) == sorted(wanted)


def test_of_several_lora_files_the_named_one_is_wanted():
    names = ["README.md", "strong.safetensors", "subtle.safetensors"]
    assert wanted_files(names, "subtle.safetensors") == ["subtle.safetensors"]
    assert wanted_files(names, "gone.safetensors") == []


@given(
    st.lists(
        st.sampled_from([*SD15, *SD15_OTHERS, *SDXL_OTHERS, *FLUX, *FLUX_OTHERS, *PHI3, *PHI3_OTHERS, *OPUS_OTHERS, "../x.json", "a/../../x.txt"])
    )
)
def test_no_list_makes_code_pickles_or_paths_outside_wanted(names):
    wanted = wanted_files(names)
    assert set(wanted) <= set(names)
    assert all(name.endswith((".json", ".txt", ".model", ".spm", ".safetensors")) and ".." not in name for name in wanted)
