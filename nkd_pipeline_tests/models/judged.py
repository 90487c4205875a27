"""Generated pictures with their rows, as scorers and judges are given them."""

import hashlib
import io
from pathlib import Path

import numpy as np
from PIL import Image

from nkd_pipeline.records import Attributes, JudgedImage, Prompt

GARMENTS = ("t-shirt", "blouse", "pair of joggers", "dress", "cardigan", "hooded jacket")
COLOURS = ("navy", "light blue melange", "red", "off-white")


def png(size: tuple[int, int], seed: int = 0) -> bytes:
    """A PNG of soft colours, (width, height): no two seeds look alike."""
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(stream, "PNG")
    return stream.getvalue()


def judged(folder: Path, number: int = 0, size: tuple[int, int] = (224, 224), **texts: str) -> JudgedImage:
    """A row whose picture lies in the folder; `texts` may name `clip_prompt` and `prompt`."""
    data = png(size, number)
    file = folder / f"A-{number}.png"
    file.write_bytes(data)
    short = f"Product image of a {COLOURS[number % 4]} {GARMENTS[number % 6]}, number {number}"
    full = f"Professional product photography of a {GARMENTS[number % 6]}, featuring short sleeves, {COLOURS[number % 4]}, number {number}"
    clip_prompt, prompt = texts.get("clip_prompt", short), texts.get("prompt", full)
    written = Prompt(f"A-{number}", prompt, "", clip_prompt, 0, "white", ("navy",), 1.0, 1, ())
    return JudgedImage(f"A-{number}", 1, hashlib.sha256(data).hexdigest(), written, Attributes(f"A-{number}", "t-shirt", "t-shirt", "men"), str(file))
