"""Defects that only drawing again can plant: a picture of something else than the article's texts say."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from nkd_pipeline.execution.judge_bench.damage import Pixels
from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.house_clip.visible import seen
from nkd_pipeline.records import Attributes, ImageOrder
from nkd_pipeline.rubric.topics import topics
from nkd_pipeline.sketch.read import garment_spec
from nkd_pipeline.sketch.render import render
from nkd_pipeline.text.colours import delta_e2000, find

WRONG_COLOUR = 25.0  # CIEDE2000: nobody would call it the same colour
TRIES = 60  # other articles that are looked at for a value to take
FORMS = ("neckline", "sleeves")
SHIFT = (0.10, 0.18)  # of the picture's side: how far a print is displaced


def _drawn(order: ImageOrder, size: int) -> Pixels:
    return np.asarray(render(garment_spec(order), size), np.uint8)


def _with(order: ImageOrder, **changes: object) -> ImageOrder:
    return dataclasses.replace(order, attributes=dataclasses.replace(order.attributes, **changes))  # type: ignore[arg-type]


def wrong_colour(order: ImageOrder, rng: np.random.Generator, size: int) -> Pixels | None:
    """The main colour is another one; None where the article has several."""
    colours = order.prompt.colours
    stated = find(colours[0])
    if len(colours) > 1 or stated is None or order.attributes.prints or order.attributes.motifs:
        return None
    for _ in range(TRIES):
        name = random_order(rng).prompt.colours[0]
        other = find(name)
        if other is not None and float(delta_e2000(stated.lab, other.lab)) > WRONG_COLOUR:
            return _drawn(dataclasses.replace(order, prompt=dataclasses.replace(order.prompt, colours=(name,))), size)
    return None


def wrong_pattern(order: ImageOrder, rng: np.random.Generator, size: int) -> Pixels | None:
    """A plain garment of a patterned article, or the other way round; None where the article has no say in it."""
    patterns = set(order.attributes.patterns) - {"plain"}
    if order.attributes.prints or order.attributes.motifs or "multicolour" in order.prompt.colours:
        return None
    if patterns:
        return _changed(order, _with(order, patterns=("plain",)), "pattern", size)
    for _ in range(TRIES):
        other = random_order(rng)
        if len(other.prompt.colours) > 1 and set(other.attributes.patterns) - {"plain", "melange", "textured", "all-over print"}:
            colours = (order.prompt.colours[0], next((name for name in other.prompt.colours if name != order.prompt.colours[0]), "white"))
            drawn = _with(order, patterns=other.attributes.patterns)
            return _changed(order, dataclasses.replace(drawn, prompt=dataclasses.replace(drawn.prompt, colours=colours)), "pattern", size)
    return None


def wrong_form(form: str, order: ImageOrder, rng: np.random.Generator, size: int) -> Pixels | None:
    """Another neckline or other sleeves than stated; None where the texts are silent or the sketch does not show it."""
    stated = getattr(order.attributes, form)
    if not stated:
        return None
    for _ in range(TRIES):
        value = getattr(_other_of_kind(order.attributes, rng), form, "")
        if is_another(form, stated, value):
            return _changed(order, _with(order, **{form: value}), form, size)
    return None


def is_another(cause: str, stated: str, value: str) -> bool:
    """Whether nobody would take one value for the other: cap sleeves are no mistake for short ones."""
    topic = topics()[cause]
    said, other = topic.entry_of(stated), topic.entry_of(value)
    return bool(said and other) and other in topic.alternatives((said,), topic.entries)


def _other_of_kind(attributes: Attributes, rng: np.random.Generator) -> Attributes | None:
    """Another article whose garment has necks and sleeves alike."""
    for _ in range(TRIES):
        other = random_order(rng).attributes
        if other.sketch_kind == attributes.sketch_kind:
            return other
    return None


def wrong_type(order: ImageOrder, rng: np.random.Generator, size: int) -> Pixels | None:
    """Another garment in the same colours, and none that the stated one's name is used for as well."""
    for _ in range(TRIES):
        other = random_order(rng)
        if is_another("garment_type", order.attributes.sketch_kind, other.attributes.sketch_kind):
            drawn = dataclasses.replace(other, prompt=dataclasses.replace(other.prompt, colours=order.prompt.colours))
            return _drawn(_with(drawn, patterns=order.attributes.patterns), size)
    return None


def missing_print(order: ImageOrder, _: np.random.Generator, size: int) -> Pixels | None:
    """Nothing where the print should be; None for articles without one that is placed."""
    spec = garment_spec(order)
    return np.asarray(render(dataclasses.replace(spec, printed=None), size), np.uint8) if spec.printed else None


def displaced_print(direction: float, order: ImageOrder, rng: np.random.Generator, size: int) -> Pixels | None:
    """The print somewhere else on the garment: sideways for `direction` 0, higher or lower for 90 (degrees, give or take 30).

    None for articles without a print, or whose print would leave the garment.
    """
    spec = garment_spec(order)
    if spec.printed is None:
        return None
    whole, bare = (np.asarray(render(each, size), np.uint8) for each in (spec, dataclasses.replace(spec, printed=None)))
    print_mask = cv2.morphologyEx(
        (np.abs(whole.astype(np.int16) - bare).max(axis=2) > 8).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)
    )
    rows, columns = np.nonzero(print_mask)
    if not len(rows):
        return None
    angle, far = np.radians(direction + rng.uniform(-30, 30) + rng.choice([0, 180])), rng.uniform(*SHIFT) * size
    down, across = round(far * np.sin(angle)), round(far * np.cos(angle))
    background = np.median(bare[:8].reshape(-1, 3), axis=0)
    inside = (rows + down >= 0) & (rows + down < size) & (columns + across >= 0) & (columns + across < size)
    if not inside.all() or np.abs(bare[rows + down, columns + across] - background).max(axis=1).min() < 6:
        return None  # it would lie beside the garment
    bare[rows + down, columns + across] = whole[rows, columns]
    return bare


def _changed(order: ImageOrder, drawn: ImageOrder, attribute: str, size: int) -> Pixels | None:
    """The picture, unless it shows the same value as before under another word."""
    before, spec = seen(order, garment_spec(order)), garment_spec(drawn)
    after = seen(drawn, spec)
    if attribute not in before or attribute not in after or before[attribute] == after[attribute]:
        return None
    return np.asarray(render(spec, size), np.uint8)
