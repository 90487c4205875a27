"""Orders for image models, and what comes of them."""

import io

import numpy as np
from PIL import Image

from nkd_pipeline.models.diffusion.settings import DiffusionSettings
from nkd_pipeline.models.diffusion.stage import DiffusionArtist
from nkd_pipeline.records import Attributes, ImageOrder, Prompt
from nkd_pipeline.storage.images import read_provenance

# of each family, with as few steps as still show everything; the folders are those of the tiny checkpoints
FAMILIES = {
    "flux": {"model": "flux", "steps": 2},
    "flux_dev": {"model": "flux_dev", "steps": 2},
    "sd15": {"model": "sd15", "steps": 3},
    "sd15_ddim": {"model": "sd15", "steps": 3, "scheduler": "ddim", "eta": 0.8},
    "sd21": {"model": "sd21", "steps": 2},
    "sdxl": {"model": "sdxl_base", "steps": 3},
    "sdxl_refined": {"model": "sdxl_base", "steps": 5, "refiner": {"model": "sdxl_refiner", "split": 0.6}},
}


def order(number=1, prompt="women's blouse with lace", negative="blurry picture", seed=None):
    article = f"A-{number}"
    texts = Prompt(article, prompt, negative, prompt, 0, "white", ("white",), 1.0, 0, ())
    return ImageOrder(article, 1, 42 + number if seed is None else seed, texts, Attributes(article, "blouse", "blouse", "women"))


def orders(count):
    return [order(number, f"women's blouse number {number} with lace") for number in range(1, count + 1)]


def settings(tiny, family, **changes):
    """Settings of a family of tiny checkpoints; "model" at any depth is the name of its folder, or a path."""
    return DiffusionSettings(**_placed(tiny, {**FAMILIES[family], **changes}))


def _placed(tiny, value):
    if isinstance(value, list):
        return [_placed(tiny, item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: str(tiny / inner) if key == "model" and "/" not in str(inner) else _placed(tiny, inner) for key, inner in value.items()}


def artist(tiny, family, **changes):
    """A loaded stage."""
    stage = DiffusionArtist(settings(tiny, family, **changes))
    stage.load()
    return stage


def pixels(image):
    """Height x width x 3 as signed numbers, so that differences can be taken."""
    return np.asarray(Image.open(io.BytesIO(image.png))).astype(int)


def difference(one, other):
    """The greatest difference between two pictures, 0..255."""
    return int(np.abs(pixels(one) - pixels(other)).max())


def provenance(image, folder):
    path = folder / "picture.png"
    path.write_bytes(image.png)
    return read_provenance(path)
