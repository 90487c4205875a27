"""Puts an image pipeline where its memory plan says, and makes it fast. In this order: load, LoRA, `place`, `optimise`."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from nkd_pipeline.models.device import free_bytes
from nkd_pipeline.models.diffusion.memory_plan import MemoryPlan, Placement
from nkd_pipeline.models.residency import release_cached

Pipeline = Any  # any of diffusers' pipelines: their base class does not declare what they have in common
_log = logging.getLogger(__name__)
_IN_TURN = (Placement.ENCODE_FIRST, Placement.FP8)
_JOINED = {"to_qkv": ("to_q", "to_k", "to_v"), "to_kv": ("to_k", "to_v"), "to_added_qkv": ("add_q_proj", "add_k_proj", "add_v_proj")}


class OptimiseSettings(BaseModel):
    """What makes pictures faster without changing more of them than the last bits; each is applied only where it can be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    merge_lora: bool = True  # into the weights: an adapter beside them costs two small multiplications per layer and step
    fuse_qkv: bool = True  # one multiplication in place of three per attention
    channels_last: bool = True  # of VAE and UNet: the order in which tensor cores read convolutions
    # as diffusers names them; those that download kernels or quantize are not on offer. None: as torch chooses
    attention: Literal["native", "_native_cudnn", "_native_flash", "_native_efficient", "flash", "_flash_3"] | None = "_native_cudnn"
    compile: bool = False  # the blocks of the denoiser and the decoder of the VAE: minutes at the first picture of each batch size


def denoiser_of(pipe: Pipeline) -> Any:  # noqa: ANN401
    """The model that runs at every step."""
    return getattr(pipe, "transformer", None) or pipe.unet


def text_encoders_of(pipe: Pipeline) -> list[Any]:
    """The pipeline's text encoders, in its order."""
    found = (getattr(pipe, name, None) for name in ("text_encoder", "text_encoder_2", "text_encoder_3"))
    return [encoder for encoder in found if encoder is not None]


def place(pipe: Pipeline, plan: MemoryPlan, device: str) -> None:
    """Puts the pipeline's parts where the plan wants them; a loaded LoRA goes along, unquantized. A plan that needs less may follow."""
    if plan.placement is Placement.RESIDENT:
        pipe.to(device)
        return
    pipe.vae.to(device)
    pipe.vae.enable_slicing()
    if plan.placement is Placement.OFFLOAD:
        _offload(pipe, device)
    else:
        if plan.placement is Placement.FP8:
            _store_in_8_bits(denoiser_of(pipe))  # before it moves: whole, it may not fit
        _swap(text_encoders_of(pipe), [denoiser_of(pipe)], device)
    release_cached(device)


@contextlib.contextmanager
def encoding(pipe: Pipeline, plan: MemoryPlan, device: str) -> Iterator[None]:
    """The text encoders are on the device while this lasts; where they take turns, the denoiser is there at all other times."""
    if plan.placement not in _IN_TURN:
        yield
        return
    _swap([denoiser_of(pipe)], text_encoders_of(pipe), device)
    try:
        yield
    finally:
        _swap(text_encoders_of(pipe), [denoiser_of(pipe)], device)


def optimise(pipe: Pipeline, options: OptimiseSettings, device: str) -> list[str]:
    """Applies what can be applied to a placed pipeline and returns its names. On the CPU that is nothing: none of it helps there."""
    if not device.startswith("cuda"):
        return []
    # in this order: merging changes the layers that fusing joins, and what is compiled must not change any more
    wanted = (
        ("merge_lora", options.merge_lora and merge_lora(pipe)),
        ("fuse_qkv", options.fuse_qkv and fuse_qkv(pipe)),
        ("channels_last", options.channels_last and use_channels_last(pipe)),
        (f"attention {options.attention}", options.attention is not None and use_attention(pipe, options.attention, device)),
        ("compile", options.compile and compile_blocks(pipe)),
    )
    return [name for name, applied in wanted if applied]


def merge_lora(pipe: Pipeline) -> bool:
    """Adds the loaded adapters, at their weights, to the layers they sit on. Not where the layers are stored in 8 bits: rounding would eat them."""
    if _hooked(denoiser_of(pipe)) or not _adapted(pipe):
        return False
    pipe.fuse_lora()
    pipe.unload_lora_weights()
    return True


def fuse_qkv(pipe: Pipeline) -> bool:
    """Joins the projections of each attention of the denoiser. Not beside an unmerged LoRA: the joined layer would silently leave it out."""
    denoiser = denoiser_of(pipe)
    if _hooked(denoiser) or _adapted(pipe):
        return False
    denoiser.fuse_qkv_projections()
    for module in denoiser.modules():
        for joined, parts in _JOINED.items():
            if hasattr(module, joined):
                for part in parts:
                    module._modules.pop(part, None)  # the library keeps them: 4.3 GB of FLUX that nothing reads
    return True


def use_channels_last(pipe: Pipeline) -> bool:
    """Stores the convolutions of VAE and UNet channels last."""
    import torch

    unet = getattr(pipe, "unet", None)
    for model in (pipe.vae, *([] if unet is None or _hooked(unet) else [unet])):
        model.to(memory_format=torch.channels_last)
    return True


def use_attention(pipe: Pipeline, backend: str, device: str) -> bool:
    """Lets the denoiser's attention use a backend, when it is a transformer and a trial with its head size and number format succeeds."""
    import torch
    from diffusers.models.attention_dispatch import attention_backend, dispatch_attention_fn

    transformer = getattr(pipe, "transformer", None)
    if transformer is None:
        return False  # the UNets' attention does not ask for a backend
    head = transformer.config.attention_head_dim
    trial = torch.zeros(1, 256, 1, head, dtype=transformer.dtype, device=device)  # batch, tokens, heads, head size
    try:
        with attention_backend(backend):
            dispatch_attention_fn(trial, trial, trial)
        with attention_backend("native"):  # setting it also changes the process's default; leaving this restores that
            transformer.set_attention_backend(backend)
    except (RuntimeError, ValueError) as error:
        _log.warning("attention %s is not available here, torch chooses: %s", backend, error)
        return False
    return True


def compile_blocks(pipe: Pipeline) -> bool:
    """Compiles the denoiser's repeated blocks, once for all of a kind, and the VAE's decoder. Not what has hooks: they break the graph."""
    denoiser = denoiser_of(pipe)
    if not _hooked(denoiser):
        denoiser.compile_repeated_blocks(fullgraph=True)
    pipe.vae.decoder.compile(fullgraph=True)
    return True


def _store_in_8_bits(denoiser: Any) -> None:  # noqa: ANN401
    import torch

    # norms, modulation and LoRA layers keep the compute dtype: the library's own choice
    denoiser.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=denoiser.dtype)


def _offload(pipe: Pipeline, device: str) -> None:
    import torch
    from diffusers.hooks.group_offloading import apply_group_offloading

    pipe.vae.enable_tiling()
    place = torch.device(device)
    for encoder in text_encoders_of(pipe):
        apply_group_offloading(encoder, onload_device=place, offload_type="leaf_level")
    denoiser, streams = denoiser_of(pipe), place.type == "cuda"
    # a UNet's blocks are up to half of it, so its single layers travel; a transformer's are 1 to 3 % each
    grain: dict[str, Any] = {"offload_type": "leaf_level"}
    if hasattr(denoiser, "transformer_blocks"):
        grain = {"offload_type": "block_level", "num_blocks_per_group": 1}
    weight = sum(parameter.numel() * parameter.element_size() for parameter in denoiser.parameters())
    # streams copy from pinned memory, a second copy of the denoiser; where the host has no room for it, layers are pinned as they go
    scarce = free_bytes("cpu") < 1.1 * weight
    denoiser.enable_group_offload(onload_device=place, use_stream=streams, record_stream=streams, low_cpu_mem_usage=scarce, **grain)


def _swap(leaving: list[Any], coming: list[Any], device: str) -> None:
    for model in leaving:
        model.to("cpu")
    release_cached(device)
    for model in coming:
        model.to(device)


def _hooked(model: Any) -> bool:  # noqa: ANN401
    """Whether layers of the model are cast or moved as they run."""
    registries = (getattr(module, "_diffusers_hook", None) for module in model.modules())
    return any(registry is not None and registry.hooks for registry in registries)


def _adapted(pipe: Pipeline) -> bool:
    """Whether a LoRA is loaded that is not merged."""
    return any(getattr(model, "peft_config", None) for model in (denoiser_of(pipe), *text_encoders_of(pipe)))
