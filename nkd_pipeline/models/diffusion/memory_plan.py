"""Where an image model's parts lie, decided from the free memory of the device before anything is moved. Pure arithmetic, no torch.

FLUX in bfloat16 weighs 33.7 GB with its text encoders and 23.8 GB without; the paper's floor is a GPU of 12 GB.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# of the denoiser's bytes: FLUX keeps its modulation layers, 27 % of its weights, in bfloat16; the UNets come to 0.50
FP8_SHARE = 0.64
# of a model's bytes that are on the device while its layers stream through it: two blocks of FLUX and its embedders are 0.067
STREAMED_SHARE = 0.08
ENCODE_BYTES = 64 << 20  # activations of one prompt: 256 tokens in the 10,240 wide layers and 64 heads of T5-XXL
ENCODE_BATCH = 32  # encoding more at once gains nothing: 8,192 tokens fill any GPU
HEADROOM = 512 << 20  # workspaces of cuDNN and cuBLAS
FRAGMENTATION = 0.05  # of the free memory: what the allocator cannot use


class Placement(StrEnum):
    """Ways to use a device, the fastest first."""

    RESIDENT = "resident"  # everything on the device
    ENCODE_FIRST = "encode_first"  # text encoders and denoiser on the device in turn
    FP8 = "fp8"  # in turn, and the denoiser stored in 8 bits; it computes in the compute dtype
    OFFLOAD = "offload"  # layers of encoders and denoiser come to the device one after another; the VAE decodes in tiles


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on the device in the compute dtype. `vae` includes the activations of the one picture that it decodes at a time; `activations` are
    those of the denoiser for one picture, at their peak.
    """

    text_encoders: int
    denoiser: int
    vae: int
    activations: int


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """A placement with the pictures and the prompts that go at once; `why` is a sentence for logs."""

    placement: Placement
    image_batch: int
    encode_batch: int
    why: str


def usable(free: int) -> int:
    """What of the free bytes may be planned with."""
    return max(0, int(free * (1 - FRAGMENTATION)) - HEADROOM)


def need(placement: Placement, sizes: Sizes, image_batch: int, encode_batch: int) -> int:
    """Peak bytes on the device."""
    encoders, denoiser = _on_device(placement, sizes)
    encoding, denoising = encode_batch * ENCODE_BYTES, image_batch * sizes.activations
    if placement is Placement.RESIDENT:
        return encoders + denoiser + sizes.vae + max(encoding, denoising)
    return max(encoders + encoding, denoiser + sizes.vae + denoising)


def plans(free: int, sizes: Sizes, wanted_batch: int) -> tuple[MemoryPlan, ...]:
    """The plan to use first, then those that need less, in order.

    The first is the fastest placement that has room for one picture, with as many pictures as fit, up to `wanted_batch`. The last goes picture by
    picture and is there even where it does not fit: nothing needs less.
    """
    room, images, prompts = usable(free), wanted_batch, ENCODE_BATCH
    found: list[MemoryPlan] = []
    least: int | None = None
    for placement in Placement:
        fits = _batches(placement, sizes, room, images, prompts)
        wants = need(placement, sizes, *fits)
        if wants <= room and (least is None or wants < least):
            images, prompts = fits  # the plans that follow are there to need less, not to do more at once
            found.append(MemoryPlan(placement, images, prompts, _why(placement, wants, free)))
            least = wants
    last = need(Placement.OFFLOAD, sizes, 1, 1)
    if least is None or last < least:
        found.append(MemoryPlan(Placement.OFFLOAD, 1, 1, _why(Placement.OFFLOAD, last, free)))
    return tuple(found)


def _on_device(placement: Placement, sizes: Sizes) -> tuple[int, int]:
    """Bytes of the encoders and of the denoiser while they work."""
    if placement is Placement.OFFLOAD:
        return int(sizes.text_encoders * STREAMED_SHARE), int(sizes.denoiser * STREAMED_SHARE)
    return sizes.text_encoders, int(sizes.denoiser * FP8_SHARE) if placement is Placement.FP8 else sizes.denoiser


def _batches(placement: Placement, sizes: Sizes, room: int, images: int, prompts: int) -> tuple[int, int]:
    """As many of the wanted pictures and prompts as fit at once, at least one of each."""
    encoders, denoiser = _on_device(placement, sizes)
    beside_images, beside_prompts = denoiser + sizes.vae, encoders
    if placement is Placement.RESIDENT:
        beside_images = beside_prompts = denoiser + sizes.vae + encoders
    fits = (room - beside_images) // max(1, sizes.activations), (room - beside_prompts) // ENCODE_BYTES
    return max(1, min(images, fits[0])), max(1, min(prompts, fits[1]))


def _why(placement: Placement, wants: int, free: int) -> str:
    says = {
        Placement.RESIDENT: "everything stays on the device",
        Placement.ENCODE_FIRST: "prompts are encoded first, then the text encoders make room",
        Placement.FP8: "prompts are encoded first, the denoiser is stored in 8 bits",
        Placement.OFFLOAD: "layers come to the device one after another",
    }
    return f"{says[placement]}: {wants / 1e9:.1f} of {free / 1e9:.1f} GB free"
