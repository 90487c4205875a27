"""Times FLUX: what each optimisation gains, what encoding prompts costs, how memory plans for smaller GPUs do."""

# ruff: noqa: ANN401 - stages and models of three libraries go through here
from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.flops import flops_per_picture, matmul_rate
from benchmarks.measuring import Report, Sample, Scale, peak_gb, seconds, stopwatches
from benchmarks.random_weights import pipelines_as_if
from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.device import device, torch_dtype
from nkd_pipeline.models.residency import release_all
from nkd_pipeline.records import ImageOrder

EAGER = {"merge_lora": False, "fuse_qkv": False, "channels_last": False, "attention": None, "compile": False}
CUDNN = EAGER | {"attention": "_native_cudnn"}
FUSED = CUDNN | {"fuse_qkv": True}
LAST = FUSED | {"channels_last": True}
MERGED = LAST | {"merge_lora": True}
# what is applied, and whether there is a LoRA; rows with "+" add to the one before. Compiled ones last: what the compiler holds on to stays in memory
VARIANTS: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("eager", EAGER, False),
    ("flash attention", EAGER | {"attention": "_native_flash"}, False),
    ("cuDNN attention", CUDNN, False),
    ("+ fused q, k, v", FUSED, False),
    ("+ channels last", LAST, False),
    ("LoRA merged", LAST | {"merge_lora": True}, True),
    ("LoRA beside the weights, q, k, v apart", LAST | {"fuse_qkv": False}, True),
    ("all without LoRA, compiled", LAST | {"compile": True}, False),
)
WHOLE = ("eager", "+ channels last", "all without LoRA, compiled")  # measured at all batch sizes, the others at every second
RANK = 64  # of the paper's LoRA
GIB = 1 << 30


def artist(profile: Profile, options: dict[str, Any]) -> Any:
    """The loaded image stage of the profile with other optimisations."""
    stage = profile.stage("generated_images")
    settings = stage.Settings.model_validate(stage._settings.model_dump() | {"optimise": options})
    stage = type(stage)(settings)
    stage.load()
    return stage


def print_floor(report: Report, folder: Path, scale: Scale) -> float:
    """Prints what a picture takes at least; returns the seconds of denoiser and decoder."""
    flops = flops_per_picture(folder)
    rate = matmul_rate(device(), torch_dtype("auto"), scale.matmul_edge)
    report.table("of a picture", "TFLOP", f"seconds at {rate / 1e12:.3g} TFLOP/s, measured with a matrix product of {scale.matmul_edge}²")
    for part, count in [*flops.items(), ("whole", sum(flops.values()))]:
        report.row(part, count / 1e12, count / rate)
    return (flops["denoiser"] + flops["decoder"]) / rate


def print_variants(report: Report, profile: Profile, sample: Sample, scale: Scale, floor: float) -> None:
    """Seconds per picture for each optimisation and batch size."""
    times = ("s per picture", "denoise", "decode", "PNG, in threads")
    report.table("FLUX.1-schnell, 4 steps", "batch", *times, "of the floor", "peak GB", "first call, s")
    for title, options, lora in VARIANTS:
        if scale.variants and title not in scale.variants:
            continue
        if report.late:
            report.line("\nThe time is up.")
            return
        with report.attempt(title):
            rank = (RANK if scale.full_size else 4) if lora else 0
            _print_variant(report, title, _fresh(profile, options, lora_rank=rank), sample, scale, floor)


def _fresh(profile: Profile, options: dict[str, Any], **as_if: int) -> Any:
    """The image stage with pipelines that have the device to themselves."""
    release_all()
    with pipelines_as_if(**as_if):
        return artist(profile, options)


def _print_variant(report: Report, title: str, stage: Any, sample: Sample, scale: Scale, floor: float) -> None:
    from nkd_pipeline.models.diffusion import stage as module

    for batch in scale.image_batches if title in WHOLE else scale.image_batches[::2]:
        if report.late:
            return
        few = sample.orders[:batch]
        stage.prepare(few)
        peak_gb(reset=True)
        first = seconds(lambda few=few: stage(few))
        each = seconds(lambda few=few: [stage(few) for _ in range(scale.rounds)]) / (scale.rounds * len(few))
        peak = peak_gb()
        with stopwatches(module, "denoise", "decode", "as_picture") as spent:
            stage(few)
        parts = [spent[name] / len(few) for name in ("denoise", "decode", "as_picture")]
        report.row(title, f"{len(few)}", each, *parts, f"{100 * floor / each:.0f} %", peak, first)


def print_encoding(report: Report, profile: Profile, sample: Sample, scale: Scale) -> None:
    """Prompts per second through T5 and CLIP."""
    from nkd_pipeline.models.diffusion.prompts import encoder_of

    stage = _fresh(profile, LAST)
    texts = [order.prompt.prompt for order in sample.orders]
    encoder = encoder_of(stage._pipelines.base, stage._plan[1])
    report.table(f"encoding {len(texts)} prompts", "seconds", "prompts/s")
    encoder.embed(texts[:2], 2, device())
    for batch in scale.encode_batches:
        with report.attempt(f"batches of {batch}"):
            spent = seconds(lambda batch=batch: encoder.embed(texts, batch, device()))
            report.row(f"batches of {batch}", spent, len(texts) / spent)
    spent = seconds(lambda: stage.prepare(sample.orders))
    report.row("as the stage does it", spent, len(texts) / spent)


def print_plans(report: Report, profile: Profile, sample: Sample, scale: Scale) -> None:
    """Each memory plan on this device, as if less of it were free: what it costs in time, and whether it keeps to its memory."""
    report.table("as if so much were free", "GB", "plan", "batch", "encoding, s", "s per picture", "peak GB")
    for card in scale.cards:
        if report.late:
            report.line("\nThe time is up.")
            return
        with report.attempt(f"{card} GB card"):
            _print_plan(report, f"{card} GB card", int(card * GIB * 0.98), _fresh(profile, LAST, free=int(card * GIB * 0.98)), sample.orders)


def _print_plan(report: Report, title: str, free: int, stage: Any, orders: list[ImageOrder]) -> None:
    plan = stage._pipelines.plan
    few = orders[: min(4, plan.image_batch)]
    peak_gb(reset=True)
    encoding = seconds(lambda: stage.prepare(few))
    stage(few)
    each = seconds(lambda: stage(few)) / len(few)
    report.row(title, free / 1e9, str(plan.placement), f"{len(few)}", encoding, each, peak_gb())
