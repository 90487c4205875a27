"""Times the language models and the scorer."""

# ruff: noqa: ANN401 - stages and models of three libraries go through here
from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import Report, Sample, Scale, seconds
from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models import extraction_prompt
from nkd_pipeline.models.residency import release_all
from nkd_pipeline.records import JudgedImage
from nkd_pipeline.storage.images import Provenance, encode_png

PICTURES = 8  # different ones; more would only fill the disk


def loaded(profile: Profile, asset: str, **settings: Any) -> Any:
    """The loaded stage of an asset, with other settings."""
    stage = profile.stage(asset)
    stage = type(stage)(stage.Settings.model_validate(stage._settings.model_dump() | settings))
    stage.load()
    return stage


def print_translation(report: Report, profile: Profile, sample: Sample, scale: Scale) -> None:
    """Articles per second through Marian."""
    release_all()
    report.table(f"opus-mt-de-en, {len(sample.articles)} articles", "seconds", "articles/s", "tokens of prose per article")
    for batch_tokens in scale.translate_tokens:
        with report.attempt(f"batches of {batch_tokens} tokens"):
            stage = loaded(profile, "translated_descriptions", batch_tokens=batch_tokens)
            rows = sorted(sample.articles, key=stage.weight, reverse=True)
            stage(rows[:1])
            tokens = sum(len(stage._model.tokens(row.name)) + len(stage._model.tokens(row.description)) for row in rows)
            spent = seconds(lambda stage=stage, rows=rows: stage(rows))
            report.row(f"batches of {batch_tokens} tokens", spent, len(rows) / spent, tokens / len(rows))


def print_extraction(report: Report, profile: Profile, sample: Sample, scale: Scale) -> None:
    """Articles and tokens per second through Phi-3: free, with a fixed number of new tokens, and within the reply's grammar."""
    release_all()
    count = len(sample.translated)
    report.table(f"Phi-3-mini, {count} articles", "batch", "seconds", "articles/s", "new tokens/s", "tokens per prompt")
    for mode, batches in (("off", scale.extract_batches), ("on", scale.extract_batches[-1:])):
        for batch in batches:
            if report.late:
                report.line("\nThe time is up.")
                return
            with report.attempt(f"constrained {mode}"):
                stage = loaded(profile, "extracted_attributes", constrained=mode, batch_size=batch)
                rows = sorted(sample.translated, key=stage.weight, reverse=True)
                conversations = [extraction_prompt.messages(row) for row in rows]
                stage.complete(conversations[:2])
                width = sum(len(stage._tokenizer(stage._prompt(each), add_special_tokens=False).input_ids) for each in conversations) / count
                groups = [conversations[start : start + batch] for start in range(0, count, batch)]
                spent = seconds(lambda stage=stage, groups=groups: [stage.complete(group) for group in groups])
                new = f"{count * stage._settings.max_new_tokens / spent:.0f}" if mode == "off" else ""  # within a grammar replies end by themselves
                report.row(f"constrained {mode}", f"{batch}", spent, count / spent, new, width)


def print_scoring(report: Report, profile: Profile, sample: Sample, scale: Scale, folder: Path) -> None:
    """Pictures per second through CLIP, from PNG files; and what writing such files costs."""
    release_all()
    size = 1024
    pictures = [_picture(size, seed) for seed in range(PICTURES)]
    encoded = [encode_png(pixels, _provenance(sample, number)) for number, pixels in enumerate(pictures)]
    writing = seconds(lambda: [encode_png(pixels, _provenance(sample, 0)) for pixels in pictures]) / PICTURES
    for number, png in enumerate(encoded):
        (folder / f"{number}.png").write_bytes(png)
    rows = [
        JudgedImage(
            order.article_id,
            1,
            hashlib.sha256(encoded[i % PICTURES]).hexdigest(),
            order.prompt,
            order.attributes,
            str(folder / f"{i % PICTURES}.png"),
        )
        for i, order in enumerate(sample.orders)
    ]
    report.table("CLIP ViT-L/14, float32", "seconds", "pictures/s")
    for batch in scale.score_batches:
        with report.attempt(f"batches of {batch}"):
            stage = loaded(profile, "clip_scores", batch_size=batch)
            stage(rows[:2])
            stage = loaded(profile, "clip_scores", batch_size=batch)  # another that has seen no text
            groups = [rows[start : start + batch] for start in range(0, len(rows), batch)]
            spent = seconds(lambda stage=stage, groups=groups: [stage(group) for group in groups])
            report.row(f"batches of {batch}", spent, len(rows) / spent)
    report.row(f"encoding a PNG of {size}², {len(encoded[0]) / 1e6:.1f} MB, one thread", writing, 1 / writing)


def _picture(size: int, seed: int) -> np.ndarray:
    """Smooth colours with a little noise, height x width x 3: compresses about as a photo does."""
    noise = np.random.default_rng(seed)
    small = noise.integers(0, 256, (math.ceil(size / 64), math.ceil(size / 64), 3)).astype(np.float32)
    large = small.repeat(64, axis=0).repeat(64, axis=1)[:size, :size]
    return (large + noise.normal(0, 3, large.shape)).clip(0, 255).astype(np.uint8)


def _provenance(sample: Sample, number: int) -> Provenance:
    order = sample.orders[number % len(sample.orders)]
    return Provenance(order.article_id, 1, order.seed, order.prompt.prompt, "", ("flux",))
