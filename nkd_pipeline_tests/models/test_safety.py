"""Nothing is loaded from a folder that is incomplete, holds its weights in a format that runs code, or asks for code of its own."""

import json
import pickle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.safety import checked_folder, damage
from nkd_pipeline_tests.tiny.builders import BUILDERS

WEIGHTS = 64  # bytes of one tensor


def tensors(size=WEIGHTS):
    """A safetensors file with one tensor of `size` bytes."""
    header = json.dumps({"weight": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}, "__metadata__": {"format": "pt"}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(size)


def write(folder, files):
    """Writes files by path below `folder`: bytes as they are, anything else as JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder


PHI3 = {"config.json": {"model_type": "phi3", "auto_map": {"AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"}}}
SHARDS = {"model-00001-of-00002.safetensors": tensors(), "model-00002-of-00002.safetensors": tensors()}
INDEX = {"model.safetensors.index.json": {"weight_map": dict(zip(("a", "b"), SHARDS, strict=True))}}
SD15 = {
    "model_index.json": {
        "_class_name": "StableDiffusionPipeline",
        "requires_safety_checker": True,
        "feature_extractor": [None, None],
        "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
        "scheduler": ["diffusers", "PNDMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    },
    "scheduler/scheduler_config.json": {},
    "text_encoder/config.json": {"model_type": "clip_text_model"},
    "text_encoder/model.safetensors": tensors(),
    "tokenizer/tokenizer_config.json": {},
    "unet/config.json": {"_class_name": "UNet2DConditionModel"},
    "unet/diffusion_pytorch_model.safetensors": tensors(),
    "vae/config.json": {},
    "vae/diffusion_pytorch_model.safetensors": tensors(),
}
UNET = "unet/diffusion_pytorch_model.safetensors"


def sd15(component=None, entry=None, without=(), **files):
    """The layout of SD 1.5 with an entry of its index, or files, changed."""
    layout = {name: content for name, content in SD15.items() if name not in without} | files
    return layout | ({"model_index.json": SD15["model_index.json"] | {component: entry}} if component else {})


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"config.json": {"model_type": "marian"}, "model.safetensors": tensors()}, id="one file of weights"),
        pytest.param({"config.json": {"model_type": "phi3"}, **SHARDS, **INDEX}, id="shards and their index"),
        pytest.param(PHI3 | {"model.safetensors": tensors(), "modeling_phi3.py": b""}, id="Phi-3: transformers has the class, its code is ignored"),
        pytest.param({"config.json": {}, "model.safetensors": tensors(), "pytorch_model.bin": b"x"}, id="a pickle beside safetensors"),
        pytest.param(SD15, id="SD 1.5 without the safety checker, which no stage loads"),
        pytest.param({"pytorch_lora_weights.safetensors": tensors()}, id="a LoRA: weights and nothing else"),
        pytest.param({"open_clip_config.json": {}, "open_clip_model.safetensors": tensors()}, id="open_clip: its own file names"),
    ],
)
def test_what_is_safe_and_complete_is_passed_on(tmp_path, files):
    assert checked_folder(Checkpoint(model=str(write(tmp_path / "model", files)))) == tmp_path / "model"


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_what_the_libraries_save_is_passed_on(tiny, name):
    assert checked_folder(Checkpoint(model=str(tiny / name))) == (tiny / name).resolve()


@pytest.mark.parametrize(
    ("files", "says"),
    [
        pytest.param(
            {"config.json": {"model_type": "marian"}, "pytorch_model.bin": b"x"},
            r"pytorch_model\.bin: .* can run code",
            id="only a pickle",
        ),
        pytest.param({"lora.pt": b"x"}, r"lora\.pt: .* can run code", id="a LoRA that is a pickle"),
        pytest.param(
            {"config.json": {}, "pytorch_model.bin": b"x", "lora.safetensors": tensors()},
            r"pytorch_model\.bin: .* can run code",
            id="safetensors under another name: the library would take the pickle",
        ),
        pytest.param(
            sd15(without=[UNET], **{"unet/diffusion_pytorch_model.bin": b"x"}),
            r"unet/diffusion_pytorch_model\.bin: .* can run code",
            id="one component of a pipeline is a pickle",
        ),
        pytest.param(
            sd15(
                without=["unet/diffusion_pytorch_model.safetensors"],
                **{"unet/model.safetensors": tensors(), "unet/diffusion_pytorch_model.bin": b"x"},
            ),
            r"unet/diffusion_pytorch_model\.bin: .* can run code",
            id="diffusers does not look for model.safetensors",
        ),
        pytest.param({"config.json": {}, "model.fp16.safetensors": tensors()}, r"no model\.safetensors", id="only a variant"),
        pytest.param(
            {"config.json": {"model_type": "housemodel", "auto_map": {"AutoModel": "m.M"}}, "model.safetensors": tensors()},
            r"config\.json asks for code .* housemodel",
            id="a model type that needs the checkpoint's code",
        ),
        pytest.param(
            {"config.json": {"model_type": "../../phi3", "auto_map": {"AutoModel": "m.M"}}, "model.safetensors": tensors()},
            "asks for code",
            id="a model type that is a path",
        ),
        pytest.param(
            {"config.json": {}, "tokenizer_config.json": {"auto_map": {"AutoTokenizer": ["t.T", None]}}, "model.safetensors": tensors()},
            r"tokenizer_config\.json asks for code",
            id="a tokenizer of its own",
        ),
        pytest.param(
            sd15(**{"tokenizer/tokenizer_config.json": {"auto_map": {"AutoTokenizer": ["t.T", None]}}}),
            r"tokenizer/tokenizer_config\.json asks for code",
            id="a tokenizer of its own in a pipeline",
        ),
        pytest.param(sd15("_class_name", "MyPipeline"), "pipelines of class MyPipeline are not used", id="an unknown pipeline"),
        pytest.param(sd15("_class_name", None), "pipelines of class None are not used", id="no pipeline at all"),
        pytest.param(sd15(**{"pipeline.py": b"import os"}), r"pipeline\.py: .* never run", id="a pipeline of its own"),
        pytest.param(sd15("unet", ["my_unet", "MyUNet"]), "unet is MyUNet of my_unet", id="a component's code in the folder"),
        pytest.param(sd15("unet", ["diffusers", "DiffusionPipeline"]), "unet is DiffusionPipeline of diffusers", id="a pipeline inside the pipeline"),
        pytest.param(sd15("unet", ["diffusers", None]), "unet is None", id="a library without a class"),
        pytest.param(sd15("../unet", ["diffusers", "UNet2DConditionModel"]), "which is not used here", id="a component outside the folder"),
        pytest.param(
            {"config.json": {}, "model.safetensors.index.json": {"weight_map": {"a": "../other/model.safetensors"}}},
            r"names \.\./other/model\.safetensors",
            id="a shard outside the folder",
        ),
        pytest.param(
            {"config.json": {}, "model.safetensors.index.json": {"weight_map": {"a": "pytorch_model.bin"}}, "pytorch_model.bin": b"x"},
            r"names pytorch_model\.bin as weights",
            id="an index of pickles",
        ),
        pytest.param(
            {"adapter_config.json": {"base_model_name_or_path": "owner/other"}, "adapter_model.safetensors": tensors()},
            "loads another model by name",
            id="an adapter would bring a second model along, unpinned",
        ),
    ],
)
def test_what_is_not_safe_is_refused(tmp_path, files, says):
    with pytest.raises(CheckpointError, match=says):
        checked_folder(Checkpoint(model=str(write(tmp_path / "model", files))))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        pytest.param({"config.json": {}}, "has no weights", id="no weights"),
        pytest.param({"config.json": {}, **INDEX, "model-00001-of-00002.safetensors": tensors()}, "lacks model-00002-of-00002", id="a missing shard"),
        pytest.param(sd15(without=["vae/config.json", "vae/diffusion_pytorch_model.safetensors"]), "vae is missing", id="a component is missing"),
        pytest.param(sd15(without=["vae/diffusion_pytorch_model.safetensors"]), "vae has no weights", id="a component's weights are missing"),
        pytest.param({"config.json": {}, "model.safetensors": tensors()[:-1]}, "bytes where its header says", id="the last byte is missing"),
        pytest.param({"config.json": {}, "model.safetensors": tensors()[:40]}, "inside its header", id="cut off early"),
        pytest.param({"config.json": {}, "model.safetensors": b""}, "cut off after 0 bytes", id="an empty file, as a full disk leaves it"),
        pytest.param({"config.json": {}, "model.safetensors": b"<!DOCTYPE html><html>" * 9}, "is no safetensors file", id="a proxy's error page"),
        pytest.param(
            {"config.json": {}, "model.safetensors": b"version https://git-lfs.github.com/spec/v1\n"}, "git lfs pull", id="cloned without LFS"
        ),
        pytest.param({"config.json": b"{", "model.safetensors": tensors()}, r"config\.json is no JSON object", id="a broken configuration"),
        pytest.param({"config.json": b"[]", "model.safetensors": tensors()}, r"config\.json is no JSON object", id="a list as configuration"),
    ],
)
def test_what_is_incomplete_says_what_is_missing_and_how_to_get_it(tmp_path, files, says):
    with pytest.raises(CheckpointError, match=f"{says}.*Copy the folder again"):
        checked_folder(Checkpoint(model=str(write(tmp_path / "model", files))))


def test_a_link_whose_target_is_gone_counts_as_missing(tmp_path):
    # a cleaned-up cache: the snapshot's links are there, its blobs are not
    folder = write(tmp_path / "model", {"config.json": {}})
    (folder / "model.safetensors").symlink_to(tmp_path / "blob")
    with pytest.raises(CheckpointError, match="has no weights"):
        checked_folder(Checkpoint(model=str(folder)))


def test_links_to_blobs_are_followed_as_the_hub_cache_has_them(tmp_path):
    folder = write(tmp_path / "model", {"config.json": {}})
    (tmp_path / "blob").write_bytes(tensors())
    (folder / "model.safetensors").symlink_to(tmp_path / "blob")
    assert checked_folder(Checkpoint(model=str(folder))) == folder


class Exploit:
    """Unpickles as a file being written."""

    def __init__(self, sentinel):
        self.sentinel = sentinel

    def __reduce__(self):
        return (open, (str(self.sentinel), "w"))


def test_a_pickle_is_refused_without_being_opened(tmp_path):
    sentinel = tmp_path / "executed"
    exploit = pickle.dumps(Exploit(sentinel))
    for name in ("pytorch_model.bin", "model.pkl", "model.ckpt", "weights.pt", "weights.pth", "rust_model.ot", "tf_model.h5", "flax_model.msgpack"):
        folder = write(tmp_path / name, {"config.json": {"model_type": "marian"}, name: exploit})
        with pytest.raises(CheckpointError, match="can run code"):
            checked_folder(Checkpoint(model=str(folder)))
    assert not sentinel.exists()
    pickle.loads(exploit).close()
    assert sentinel.exists()  # it would have worked


@settings(max_examples=100)
@given(content=st.binary(max_size=200))
def test_no_bytes_make_the_header_check_crash(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.safetensors"
    path.write_bytes(content)
    assert isinstance(damage(path), str)


@settings(max_examples=100)
@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=12), inner)))
@example({"weight": {"data_offsets": ["0", 1]}})
@example({"weight": {"data_offsets": [0]}})
def test_no_header_makes_the_header_check_crash(tmp_path_factory, header):
    path = tmp_path_factory.getbasetemp() / "headers.safetensors"
    encoded = json.dumps(header).encode()
    path.write_bytes(len(encoded).to_bytes(8, "little") + encoded)
    assert damage(path) in (None, "is no safetensors file") or "header says" in damage(path)


def test_brackets_without_end_are_no_way_out(tmp_path):
    nested = b"[" * 200_000
    path = tmp_path / "model.safetensors"
    path.write_bytes(len(nested).to_bytes(8, "little") + nested)
    assert damage(path) == "is no safetensors file"
    write(tmp_path, {"config.json": nested})
    with pytest.raises(CheckpointError, match=r"config\.json is no JSON object"):
        checked_folder(Checkpoint(model=str(tmp_path)))
