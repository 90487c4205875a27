"""Specifications and orders with everything that a test does not speak of filled in."""

import numpy as np

from nkd_pipeline.records import Attributes, ImageOrder, Prompt
from nkd_pipeline.sketch.garments import cuts
from nkd_pipeline.sketch.spec import Cloth, GarmentSpec

FORMS = ("neckline", "collar", "sleeves", "closure", "hem")


def garment(kind, colour=(42, 104, 196), accents=(), pattern="plain", **changes):
    """A specification with the kind's usual forms."""
    words = cuts.words(kind)
    forms = {name: words[name] for name in FORMS if name in words}
    cloth = Cloth(colour, accents, pattern, changes.pop("fabric", words["fabric"]), changes.pop("motif", ""))
    return GarmentSpec(kind, cloth, accents[0] if accents else colour, **{**forms, **changes})


def order(seed=7, attempt=1, prompt_colours=None, background="white", **attributes):
    """An image order for an article of which only `attributes` are known."""
    known = {"garment": "T-shirt", "sketch_kind": "t-shirt", "target_group": "men", "colours": ("blue",), **attributes}
    colours = known["colours"] if prompt_colours is None else prompt_colours
    prompt = Prompt("A-1", "a prompt", "a negative prompt", "a clip prompt", 0, background, colours, 1.0, 1, ())
    return ImageOrder("A-1", attempt, seed, prompt, Attributes(article_id="A-1", **known))


def covered(picture, beyond=14):
    """Pixels that differ clearly from the background, as it is in the corner."""
    corner = picture[2, 2].astype(int)
    return np.abs(picture.astype(int) - corner).max(axis=2) > beyond
